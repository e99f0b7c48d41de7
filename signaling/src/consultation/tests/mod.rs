//! The rules, told as stories, and on random sequences of commands.

mod admission;
mod attendance;
mod consent;
mod disclosure;
mod lapse;
mod lifecycle;
mod links;
mod log;
mod papers;
mod parts;
mod policy;
mod queue;
pub(crate) mod random;
mod schedule;
mod words;

use super::*;
use crate::accounts::ClinicId;
use crate::ids::{ContentHash, LanguageCode, RoomId, SeatId, Timestamp, TokenHash};
use words::*;

const DOCTOR: SeatId = SeatId(1);
const PATIENT: SeatId = SeatId(2);
const INTERPRETER: SeatId = SeatId(3);
const SON: SeatId = SeatId(4);
const STUDENT: SeatId = SeatId(5);

const CLINIC: ClinicId = ClinicId(1);

/// When every link of [`Story`] expires.
const EXPIRES: Timestamp = Timestamp(100_000);

fn token(number: u8) -> TokenHash {
    TokenHash([number; 32])
}

/// The link that a seat was opened with.
fn link_of(seat: SeatId) -> TokenHash {
    token(200 + u8::try_from(seat.0).unwrap())
}

fn link(hash: TokenHash, expires: Timestamp) -> LinkState {
    LinkState { hash, expires }
}

fn invitation(role: Role) -> Invitation {
    Invitation { role, link: None }
}

/// A doctor, a patient, an interpreter, the patient's son and a student.
fn story_seats() -> Vec<Invitation> {
    let roles = [
        Role::Practitioner,
        Role::Patient,
        Role::Interpreter,
        Role::Companion,
        Role::Observer,
    ];
    let seats = (1..).map(SeatId).zip(roles);
    let seats = seats.map(|(seat, role)| Invitation {
        role,
        link: Some(link(link_of(seat), EXPIRES)),
    });
    seats.collect()
}

/// A consultation that is told commands one after another, a second apart.
struct Story {
    log: Vec<Event>,
    now: Timestamp,
}

impl Story {
    /// Nobody was invited yet.
    fn nothing() -> Self {
        Self {
            log: Vec::new(),
            now: Timestamp(1_000),
        }
    }

    fn of_five() -> Self {
        let mut story = Self::nothing();
        let seats = story_seats();
        story.does(Command::Open { seats });
        story
    }

    /// The same five, booked for [`BEGINS`]; it is an hour before that.
    fn booked() -> Self {
        let mut story = Self::nothing();
        story.now = BEGINS.minus(HOUR);
        let seats = story_seats();
        let time = at(BEGINS);
        story.does(Command::Schedule(ScheduleCommand::Book {
            clinic: CLINIC,
            time,
            seats,
        }));
        story
    }

    /// The doctor is there.
    fn begun() -> Self {
        let mut story = Self::of_five();
        story.join(DOCTOR).unwrap();
        story
    }

    fn state(&self) -> State {
        replay(&self.log)
    }

    fn seat(&self, seat: SeatId) -> SeatState {
        self.state().seat(seat).unwrap().clone()
    }

    fn admission(&self, seat: SeatId) -> Admission {
        self.seat(seat).admission
    }

    fn tell(&mut self, command: Command) -> Result<Vec<Fact>, RuleError> {
        self.now.0 += 1_000;
        let events = decide(&self.state(), command, self.now)?;
        self.log.extend(events.clone());
        Ok(events.into_iter().map(|event| event.fact).collect())
    }

    /// Tells what must not be refused.
    #[track_caller]
    fn does(&mut self, command: Command) -> Vec<Fact> {
        self.tell(command).unwrap()
    }

    /// With the link; the seat's page then holds a token of its own.
    fn join(&mut self, seat: SeatId) -> Result<Vec<Fact>, RuleError> {
        let resume = token(u8::try_from(self.log.len()).unwrap());
        let pass = Pass::Link(link_of(seat));
        self.tell(Command::Join { seat, resume, pass })
    }

    fn come(&mut self, seat: SeatId, resume: u8, pass: Pass) -> Result<Vec<Fact>, RuleError> {
        let resume = token(resume);
        self.tell(Command::Join { seat, resume, pass })
    }

    #[track_caller]
    fn leave(&mut self, seat: SeatId, cause: LeaveCause) {
        self.does(Command::Leave { seat, cause });
    }

    fn admit(&mut self, seat: SeatId) -> Result<Vec<Fact>, RuleError> {
        self.tell(Command::Admit {
            seat,
            by: Some(DOCTOR),
        })
    }

    fn remove(&mut self, seat: SeatId) -> Result<Vec<Fact>, RuleError> {
        self.tell(Command::Remove { seat, by: DOCTOR })
    }

    fn lock(&mut self, locked: bool) -> Result<Vec<Fact>, RuleError> {
        self.tell(Command::Lock { locked, by: DOCTOR })
    }

    fn redeem(&self, seat: SeatId, link: TokenHash) -> Result<(), RuleError> {
        may_redeem(&self.state(), seat, link, self.now)
    }

    fn present(&self) -> Vec<SeatId> {
        self.state().present().collect()
    }

    fn waiting(&self) -> Vec<SeatId> {
        self.state().waiting().iter().map(|seat| seat.id).collect()
    }
}
