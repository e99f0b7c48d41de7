//! What is so, after the events so far.

use super::consent::Consents;
use super::disclosure::Disclosures;
use super::papers::Papers;
use super::parts::Parts;
use super::phase::{End, Life};
use super::queue::Queue;
use super::schedule::Schedule;
use super::{
    BookedTime, CHANGES_MAX, Late, PRESENT_LIMIT, Phase, Priority, Role, RuleError, SeatState,
    Standing,
};
use crate::accounts::ClinicId;
use crate::ids::{SeatId, Timestamp};

/// A consultation. The default is one that was never opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub(super) seats: Vec<SeatState>,
    pub(super) locked: bool,
    pub(super) joins: u32,
    pub(super) acts: u32,
    pub(super) changes: u32,
    pub(super) last: Timestamp,
    /// When something last happened in it; that it is read is nothing of that.
    pub(super) happened: Timestamp,
    pub(super) schedule: Schedule,
    pub(super) queue: Queue,
    pub(super) parts: Parts,
    pub(super) consents: Consents,
    pub(super) papers: Papers,
    pub(super) disclosures: Disclosures,
}

impl State {
    /// Where in its life it is, by what happened.
    pub fn phase(&self) -> Phase {
        match self.schedule.life {
            Life::Unopened => Phase::Unopened,
            Life::Over(end) => end.kind.into(),
            Life::Live if self.schedule.begun.is_some() => Phase::InProgress,
            Life::Live if self.schedule.time.is_some() && !self.somebody_came() => Phase::Scheduled,
            Life::Live => Phase::Open,
        }
    }

    /// Where in its life it is, by the clock as well: what is booked is open when its time is
    /// near.
    pub fn phase_at(&self, now: Timestamp) -> Phase {
        let is_near = self.schedule.time.is_some_and(|time| now >= time.opens());
        match self.phase() {
            Phase::Scheduled if is_near => Phase::Open,
            phase => phase,
        }
    }

    /// Whose appointment it is; `None`: it was opened without a time.
    pub const fn clinic(&self) -> Option<ClinicId> {
        self.schedule.clinic
    }

    /// When it is meant to take place; `None`: it was opened without a time.
    pub const fn time(&self) -> Option<BookedTime> {
        self.schedule.time
    }

    /// When a patient and a practitioner first met.
    pub const fn begun(&self) -> Option<Timestamp> {
        self.schedule.begun
    }

    /// How it came to its end, while it has one.
    pub const fn end(&self) -> Option<End> {
        match self.schedule.life {
            Life::Over(end) => Some(end),
            Life::Unopened | Life::Live => None,
        }
    }

    /// To be seen first by law, and who says so.
    pub const fn priority(&self) -> Option<Priority> {
        self.queue.priority
    }

    /// What those who wait were told of the practitioner's delay.
    pub const fn late(&self) -> Option<Late> {
        self.queue.late
    }

    fn somebody_came(&self) -> bool {
        self.seats.iter().any(|seat| seat.came.is_some())
    }

    /// Nobody new gets in, not even to wait.
    pub const fn locked(&self) -> bool {
        self.locked
    }

    /// All seats, in order.
    pub fn seats(&self) -> &[SeatState] {
        &self.seats
    }

    /// One seat.
    pub fn seat(&self, id: SeatId) -> Option<&SeatState> {
        self.seats.iter().find(|seat| seat.id == id)
    }

    /// Somebody sits in this seat.
    pub fn is_present(&self, id: SeatId) -> bool {
        self.seat(id).is_some_and(SeatState::is_present)
    }

    /// The seats that somebody sits in, admitted or not.
    pub fn present(&self) -> impl Iterator<Item = SeatId> {
        self.seats
            .iter()
            .filter(|seat| seat.is_present())
            .map(|seat| seat.id)
    }

    /// The routing decision: whose media flows. The media core enforces what this says. What a
    /// person, or a patient, has withdrawn their consent to does not flow, let in or not.
    pub fn standing(&self, id: SeatId) -> Standing {
        let is_in = |seat: &SeatState| {
            seat.is_present() && seat.is_admitted() && self.withheld_by(seat).is_none()
        };
        if self.phase().is_live() && self.seat(id).is_some_and(is_in) {
            Standing::Admitted
        } else {
            Standing::Waiting
        }
    }

    /// Who waits, the longest wait first; also those who are away for the moment, because they
    /// keep their place. Of two who came in the same millisecond the lower seat is first.
    pub fn waiting(&self) -> Vec<&SeatState> {
        let open = self.phase().is_live();
        let mut waiting: Vec<_> = self
            .seats
            .iter()
            .filter(|seat| open && seat.is_waiting())
            .collect();
        waiting.sort_by_key(|seat| (seat.waiting_since, seat.id));
        waiting
    }

    /// How many people who are there now wait longer than this one; `None` if it does not wait.
    /// Those who are away do not count: nobody should believe to wait for a ghost.
    pub fn ahead_of(&self, id: SeatId) -> Option<usize> {
        let waiting = self.waiting();
        let place = waiting.iter().position(|seat| seat.id == id)?;
        let ahead = waiting.into_iter().take(place);
        Some(ahead.filter(|seat| seat.is_present()).count())
    }

    /// The number that one more seat gets.
    pub fn next_seat(&self) -> Option<SeatId> {
        let count = u16::try_from(self.seats.len()).ok()?;
        count.checked_add(1).map(SeatId)
    }

    /// It exists from here on, with these seats.
    pub(super) fn open(&mut self, seats: &[Role]) {
        self.schedule.life = Life::Live;
        let numbered = (1..).map(SeatId).zip(seats);
        self.seats = numbered
            .map(|(id, role)| SeatState::new(id, *role))
            .collect();
    }

    /// What was said of the seat's person does not hold of the next one.
    pub(super) fn forget_person(&mut self, seat: SeatId) {
        self.parts.forget(seat);
        self.consents.forget(seat);
    }

    pub(super) const fn not_too_many_changes(&self) -> Result<(), RuleError> {
        if self.changes >= CHANGES_MAX {
            return Err(RuleError::TooManyChanges);
        }
        Ok(())
    }

    /// Whether somebody of this role is let in, there, and heard.
    pub(super) fn has(&self, role: Role) -> bool {
        let mut seats = self.seats.iter().filter(|seat| seat.role == role);
        seats.any(|seat| self.standing(seat.id) == Standing::Admitted)
    }

    /// Some other practitioner is admitted, there or not.
    pub(super) fn leads_without(&self, id: SeatId) -> bool {
        self.seats
            .iter()
            .any(|seat| seat.id != id && seat.role == Role::Practitioner && seat.is_admitted())
    }

    /// As many are admitted and present as a page has receive slots for, itself included.
    pub(super) fn is_full(&self) -> bool {
        let present = self
            .seats
            .iter()
            .filter(|seat| seat.is_present() && seat.is_admitted());
        present.count() >= usize::from(PRESENT_LIMIT)
    }
}
