//! What a clinic's people and systems do to an appointment from outside of it, and what the
//! clinic's board is told of it.

use std::time::Instant;

use super::Refused;
use super::live::Room;
use super::place::Place;
use crate::accounts::{AccountId, ClinicId, KeyId};
use crate::auth::hash_link;
use crate::board::{Entry, Guest, View};
use crate::consultation::{
    Action, BookedTime, CancelReason, Command, Event, Fact, LinkState, Minutes, PartsCommand,
    PartsFact, PriorityClass, QueueCommand, RecordKind, ScheduleCommand, may,
};
use crate::ids::{SeatId, Timestamp, TokenHash};
use crate::opaque::{LinkToken, SeatCode};
use crate::store::{Actor, Batch, Calendars, InvitationRecord, PersonRecord};
use crate::text::DisplayName;

/// Something that a clinic wants of one of its appointments.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// Of another clinic's nothing is there.
    pub(crate) clinic: ClinicId,
    /// Of appointments that are not theirs nothing is there for them.
    pub(crate) view: View,
    /// For the log.
    pub(crate) actor: Actor,
    pub(crate) wish: Wish,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    Reschedule(BookedTime),
    Cancel(CancelReason),
    NoShow,
    Reopen,
    End,
    SetPriority(Option<PriorityClass>),
    TellLate(Option<Minutes>),
    Admit(SeatId),
    /// This system reads it.
    Disclose(RecordKind, KeyId),
    /// The seat is a colleague's from here on.
    Transfer(Opening, Colleague),
    /// What opened the seat before does not any more.
    Relink(Opening),
}

/// What is to open a seat.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) seat: SeatId,
    pub(crate) link: LinkToken,
    /// Lasts to the end of the booked time at least.
    pub(crate) expires: Timestamp,
    pub(crate) code: Option<(SeatCode, TokenHash)>,
}

/// Who takes a seat over.
#[derive(Clone, Debug)]
pub(crate) struct Colleague {
    pub(crate) account: AccountId,
    pub(crate) name: DisplayName,
}

/// Why it is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActError {
    /// There is no such appointment for whoever asks.
    Unknown,
    Refused(Refused),
}

impl From<Refused> for ActError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl Opening {
    pub(crate) fn state(&self) -> LinkState {
        LinkState {
            hash: hash_link(&self.link),
            expires: self.expires,
        }
    }

    /// What is stored of it, for this person.
    pub(crate) fn beside(&self, person: u16) -> Batch {
        let code = self.code.as_ref();
        let tokens = [Some(hash_link(&self.link)), code.map(|(_, hash)| *hash)];
        let tokens = tokens.into_iter().flatten();
        Batch {
            tokens: tokens.map(|token| (token, self.seat)).collect(),
            invitations: vec![InvitationRecord {
                seat: self.seat,
                person,
                link: self.link.clone(),
                code: code.map(|(code, _)| code.clone()),
            }],
            ..Batch::default()
        }
    }
}

impl Room {
    /// Does it, if whoever wants it may: the pages and the media plane follow, and then the answer
    /// is how the appointment is.
    pub(super) async fn act(&mut self, act: &Act, now: Instant) -> Result<Entry, ActError> {
        // Also of what is so after a conflict: an appointment never changes its clinic.
        let seat = self.find_for(act)?;
        let plan = |room: &Self| {
            if let Some(seat) = seat {
                room.may_relink(seat, &act.wish)?;
            }
            Ok(room.plan(act, seat))
        };
        let events = self.carry_out_as(plan, now).await?;
        self.told(&events);
        if !events.is_empty() {
            tracing::info!(room = %self.id, by = ?act.actor, "changed by the clinic");
        }
        Ok(self.entry())
    }

    /// The seat of whoever acts, there or not: what staff do about an appointment of theirs is their own act, wherever they
    /// do it. `None`: they act for the clinic.
    fn find_for(&self, act: &Act) -> Result<Option<SeatId>, ActError> {
        if self.state.clinic() != Some(act.clinic) {
            return Err(ActError::Unknown);
        }
        let View::Own(account) = act.view else {
            return Ok(None);
        };
        let own = self.places.iter();
        let mut own = own.filter(|place| place.person.account == Some(account));
        let own = own.next().ok_or(ActError::Unknown)?;
        Ok(Some(own.seat))
    }

    /// Whether whoever has this seat may hand out a link. Other wishes are judged as commands from
    /// the seat; a new link is the clinic's command and names nobody.
    fn may_relink(&self, seat: SeatId, wish: &Wish) -> Result<(), Refused> {
        match wish {
            // For somebody else it is a way to let them in.
            Wish::Relink(opening) if opening.seat != seat => {
                Ok(may(&self.state, seat, Action::Admit)?)
            }
            // The own way in, an interpreter's as well: whether it opens the seat will say.
            _ => Ok(()),
        }
    }

    fn plan(&self, act: &Act, by: Option<SeatId>) -> (Command, Batch) {
        let schedule = Command::Schedule;
        let mut beside = Batch::default();
        let command = match &act.wish {
            Wish::Reschedule(time) => {
                beside.booked = self.calendars(time.begins, None);
                schedule(ScheduleCommand::Reschedule { time: *time, by })
            }
            Wish::Cancel(reason) => schedule(ScheduleCommand::Cancel {
                reason: *reason,
                by,
            }),
            Wish::NoShow => schedule(ScheduleCommand::NoShow { by }),
            Wish::Reopen => schedule(ScheduleCommand::Reopen { by }),
            Wish::End => Command::End { by },
            Wish::SetPriority(class) => {
                let class = *class;
                Command::Queue(QueueCommand::SetPriority { class, by })
            }
            Wish::TellLate(delay) => {
                let delay = *delay;
                Command::Queue(QueueCommand::TellLate { delay, by })
            }
            Wish::Disclose(what, to) => {
                let (what, to) = (*what, *to);
                Command::Disclose { what, to }
            }
            Wish::Admit(seat) => {
                let seat = *seat;
                Command::Admit { seat, by }
            }
            Wish::Transfer(opening, colleague) => {
                let (seat, link) = (opening.seat, opening.state());
                let person = self.person(seat).saturating_add(1);
                beside = opening.beside(person);
                beside.people = vec![PersonRecord {
                    person,
                    account: Some(colleague.account),
                    ..PersonRecord::new(seat, colleague.name.clone(), None)
                }];
                let begins = self.state.time().map(|time| time.begins);
                beside.booked = begins
                    .and_then(|begins| self.calendars(begins, Some((seat, colleague.account))));
                Command::Parts(PartsCommand::Transfer { seat, link, by })
            }
            Wish::Relink(opening) => {
                let (seat, link) = (opening.seat, opening.state());
                beside = opening.beside(self.person(seat));
                Command::Relink { seat, link }
            }
        };
        beside.actor = Some(act.actor);
        (command, beside)
    }

    fn person(&self, seat: SeatId) -> u16 {
        self.state.seat(seat).map_or(1, |seat| seat.person)
    }

    /// Where it stands when it begins then, and when a seat is handed over.
    fn calendars(&self, begins: Timestamp, new: Option<(SeatId, AccountId)>) -> Option<Calendars> {
        let clinic = self.state.clinic()?;
        let accounts = |place: &Place| match new {
            Some((seat, account)) if seat == place.seat => Some(account),
            _ => place.person.account,
        };
        let staff: Vec<_> = self.places.iter().filter_map(accounts).collect();
        let before = self.places.iter().filter_map(|place| place.person.account);
        let no_longer = before.filter(|account| !staff.contains(account)).collect();
        Some(Calendars {
            clinic,
            begins,
            staff,
            no_longer,
        })
    }

    /// What follows from what happened, for the media plane and for pages that are out. What else
    /// pages see differently they are told by [`Self::settle`].
    pub(super) fn told(&mut self, events: &[Event]) {
        for event in events {
            match &event.fact {
                Fact::Admitted { seat, .. } => self.let_in(*seat),
                Fact::Denied { seat, .. }
                | Fact::Removed { seat, .. }
                | Fact::LinkRevoked { seat }
                | Fact::Parts(PartsFact::Transferred { seat, .. }) => self.empty(*seat),
                Fact::Ended { .. } => self.close(),
                // One person's word decides about others, too.
                Fact::Consent(_) => {
                    for seat in self.state.seats() {
                        self.apply_standing(seat.id);
                    }
                }
                Fact::Opened { .. }
                | Fact::Invited { .. }
                | Fact::Joined { .. }
                | Fact::Confirmed { .. }
                | Fact::Left { .. }
                | Fact::Held { .. }
                | Fact::Locked { .. }
                | Fact::Unlocked { .. }
                | Fact::Erased { .. }
                | Fact::Disclosed { .. }
                | Fact::Schedule(_)
                | Fact::Queue(_)
                | Fact::Parts(_)
                | Fact::Paper(_) => {}
            }
        }
    }

    /// Shows the clinic how its appointment is now.
    pub(super) fn show(&mut self) {
        let Some(clinic) = self.state.clinic() else {
            return;
        };
        let entry = self.entry();
        let shown = self
            .shown
            .get_or_insert_with(|| self.shared.boards.show(clinic, self.id));
        shown.put(entry);
    }

    fn entry(&self) -> Entry {
        let guests = self.places.iter().map(|place| {
            let is_present = self.state.is_present(place.seat);
            Guest {
                record: place.person.clone(),
                connection: place.connection(is_present),
                network: place.network(is_present),
                failed: place.failed,
            }
        });
        let mut people: Vec<_> = guests.collect();
        people.sort_by_key(|guest| guest.record.seat);
        Entry {
            room: self.id,
            state: self.state.clone(),
            people,
        }
    }
}
