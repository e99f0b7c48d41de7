//! The booked time: made, moved, called off, missed; and an end that is taken back.
//!
//! The booked appointment and the live consultation of it are one thing with one log, so that
//! being booked, waiting, being let in and signing off never contradict each other. One that was
//! opened without a time is never scheduled: it is open from the start.

mod decide;
mod lapse;

use std::fmt;
use std::time::Duration;

pub(super) use decide::decide;
pub use lapse::Lapse;

use super::phase::Life;
use super::{End, EndKind, Invitation, Presence, Role, RuleError, State};
use crate::accounts::ClinicId;
use crate::ids::{SeatId, Timestamp};

/// Shortest booked time: a result read out.
pub const LENGTH_MIN: Minutes = Minutes(5);
/// Longest booked time: a case conference of half a day.
pub const LENGTH_MAX: Minutes = Minutes(240);
/// How far ahead a time may begin: the check-up in a year, and a month of leeway.
pub const BOOKED_AHEAD_MAX: Duration = Duration::from_hours(400 * 24);
/// How long ago a time may have begun when it is booked: the coordinator writes it down while the
/// patient is on the telephone already.
pub const BOOKED_LATE_MAX: Duration = Duration::from_mins(15);
/// How long before its time a consultation counts as open. Whoever comes sooner opens it by
/// coming, and gains no place in the queue by it.
pub const OPENS_BEFORE: Duration = Duration::from_mins(30);
/// How long after its beginning a time may be called missed: on a bad link it takes minutes to
/// come, and a village has one telephone.
pub const NO_SHOW_GRACE: Duration = Duration::from_mins(15);
/// How long an end may be taken back: a finger that slipped, "one more thing, doctor".
pub const REOPEN_GRACE: Duration = Duration::from_mins(10);

/// A span as a clinic's calendar has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Minutes(pub u16);

impl Minutes {
    /// The span.
    pub const fn as_duration(self) -> Duration {
        Duration::from_mins(self.0 as u64)
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} min", self.0)
    }
}

/// When a consultation is meant to take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BookedTime {
    /// From here on.
    pub begins: Timestamp,
    /// [`LENGTH_MIN`] to [`LENGTH_MAX`].
    pub length: Minutes,
}

impl BookedTime {
    /// When the next one may begin.
    pub fn ends(self) -> Timestamp {
        self.begins.plus(self.length.as_duration())
    }

    /// From when on the consultation counts as open.
    pub fn opens(self) -> Timestamp {
        self.begins.minus(OPENS_BEFORE)
    }

    /// From when on it may be called missed.
    pub fn missed_from(self) -> Timestamp {
        self.begins.plus(NO_SHOW_GRACE)
    }

    fn check(self, now: Timestamp) -> Result<(), RuleError> {
        let got = self.length;
        if !(LENGTH_MIN..=LENGTH_MAX).contains(&got) {
            return Err(RuleError::Length { got });
        }
        let begins = self.begins;
        let earliest = now.minus(BOOKED_LATE_MAX);
        let latest = now.plus(BOOKED_AHEAD_MAX);
        if !(earliest..=latest).contains(&begins) {
            return Err(RuleError::Begins {
                begins,
                earliest,
                latest,
            });
        }
        Ok(())
    }
}

/// Why an appointment is called off. A class, never a text: reasons in words are a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CancelReason {
    /// The patient's side asked for it.
    Patient,
    /// No practitioner has the time.
    Practitioner,
    /// No interpreter was found.
    Interpreter,
    /// The link, the power, a device.
    Technical,
    /// It should never have been booked.
    Mistake,
    /// None of these.
    Other,
}

/// What somebody wants of the booked time. `by` is a practitioner; `None`: the clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleCommand {
    /// An appointment; seat 1 gets the first invitation, and so on.
    Book {
        /// Whose it is.
        clinic: ClinicId,
        /// When.
        time: BookedTime,
        /// One a seat. A link that would expire before the end is made to last until then.
        seats: Vec<Invitation>,
    },
    /// Another time, before it began. The invitations move with it.
    Reschedule {
        /// When.
        time: BookedTime,
        /// By whom.
        by: Option<SeatId>,
    },
    /// It will not take place.
    Cancel {
        /// Why.
        reason: CancelReason,
        /// By whom.
        by: Option<SeatId>,
    },
    /// It did not take place: the patient's side never came.
    NoShow {
        /// By whom.
        by: Option<SeatId>,
    },
    /// Nobody ended it, and it is long over: the server looks. Nothing follows where it is not so.
    Lapse,
    /// The end, of whatever kind, was a mistake.
    Reopen {
        /// By whom; a practitioner takes back what a practitioner did.
        by: Option<SeatId>,
    },
}

/// What happened to the booked time. A cancellation, a no-show and a lapse are followed by
/// [`super::Fact::Ended`]: whatever keeps ended consultations for a time needs to know that fact
/// only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleFact {
    /// The appointment exists; seats are numbered from 1.
    Booked {
        /// Whose it is, for good.
        clinic: ClinicId,
        /// When it is to take place.
        time: BookedTime,
        /// One a seat.
        seats: Vec<Role>,
    },
    /// It takes place at another time. The links' new times are in the facts before this one.
    Rescheduled {
        /// When.
        time: BookedTime,
        /// By whom.
        by: Option<SeatId>,
    },
    /// It does not take place.
    Cancelled {
        /// Why.
        reason: CancelReason,
        /// By whom.
        by: Option<SeatId>,
    },
    /// It did not take place.
    NoShow {
        /// By whom.
        by: Option<SeatId>,
    },
    /// It is over, and nobody ended it; also of a consultation without a booked time.
    Lapsed {
        /// How.
        how: Lapse,
    },
    /// Its end is taken back: everybody may come again as before.
    Reopened {
        /// By whom.
        by: Option<SeatId>,
    },
}

/// The life of a consultation and its time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Schedule {
    pub(super) life: Life,
    pub(super) clinic: Option<ClinicId>,
    pub(super) time: Option<BookedTime>,
    /// When a patient and a practitioner first met.
    pub(super) begun: Option<Timestamp>,
}

pub(super) fn apply(state: &mut State, fact: &ScheduleFact, at: Timestamp) {
    match fact {
        ScheduleFact::Booked {
            clinic,
            time,
            seats,
        } => {
            state.open(seats);
            state.schedule.clinic = Some(*clinic);
            state.schedule.time = Some(*time);
        }
        ScheduleFact::Rescheduled { time, .. } => {
            state.schedule.time = Some(*time);
            state.queue.late = None;
            for place in &mut state.seats {
                place.forget_coming();
            }
        }
        ScheduleFact::Cancelled { reason, by } => {
            let kind = EndKind::Cancelled(*reason);
            end(state, End { kind, at, by: *by });
        }
        ScheduleFact::NoShow { by } => {
            let kind = EndKind::NoShow;
            end(state, End { kind, at, by: *by });
        }
        ScheduleFact::Lapsed { how } => {
            let kind = EndKind::Lapsed(*how);
            end(state, End { kind, at, by: None });
        }
        ScheduleFact::Reopened { .. } => state.schedule.life = Life::Live,
    }
}

/// Over, and everybody out. The first end of a pair says which kind it was.
pub(super) fn end(state: &mut State, end: End) {
    if !matches!(state.schedule.life, Life::Over(_)) {
        state.schedule.life = Life::Over(end);
    }
    for place in &mut state.seats {
        place.presence = Presence::Absent;
    }
}
