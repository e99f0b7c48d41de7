//! The domain: who may sit where, and what happened. Pure; no time, no chance, no I/O of its own.
//!
//! `decide(&State, Command, now) → Result<Vec<Event>, RuleError>` says what a command leads to,
//! `apply(State, &Event) → State` makes it so. The log of events is the consultation.
//!
//! Who may do what is one table, [`policy`]. A seat's *presence* (somebody sits there) and its
//! *admission* (its person is let in) are apart: admission outlives presence.
//!
//! A booked appointment and the live consultation of it are one: one log, one id. What belongs to
//! a clinic's day stands in files of its own, each with its commands, facts and state: `schedule`
//! (the booked time, [`Phase`]), `queue` (who is next, and why), `parts` (who treats, interprets,
//! represents; a seat handed over), `consent` and `papers` (what is signed).
//!
//! **Invariants** (`tests/`, on random command sequences)
//! - never more than [`PRESENT_LIMIT`] seats admitted and present, each seat once;
//! - nobody is admitted but by a practitioner, the clinic, or a role that enters directly;
//! - whoever was denied or removed is not present;
//! - a lock lets nobody in who was neither admitted nor there;
//! - those who wait keep their order through reloads and restarts;
//! - replaying any prefix of the log gives the state that was there at that point;
//! - times in the log never run backwards;
//! - what was cancelled or missed was booked and never began; only reopening takes an end back;
//! - nothing lapses while it may still take place, or before it was quiet for two hours;
//! - between commands an invitation lasts until the end of the booked time at least;
//! - where there is a practitioner one of them treats, and no two do; only a companion represents;
//! - nothing flows that its person, or a patient for interpreters and observers, has withdrawn the
//!   consent to; a consent names at least one scope, and no other than were ticked;
//! - a seat handed over changes no other seat, and brings up a new person;
//! - signed versions only rise;
//! - the queue of many consultations is one order, whatever order they are looked at in;
//! - whoever was erased is nowhere again, and no command reaches their seat;
//! - events hold ids, enums, times and hashes; names live beside the log, where
//!   they can be destroyed without breaking it.

mod acts;
mod apply;
mod attendance;
mod command;
mod consent;
mod decide;
mod disclosure;
mod error;
mod event;
mod papers;
mod parts;
mod permit;
mod phase;
pub mod policy;
mod priority;
mod queue;
mod role;
mod schedule;
mod seat;
mod state;
#[cfg(test)]
pub(crate) mod tests;

pub use apply::{apply, replay};
pub use attendance::{Stay, attendance};
pub use command::{Command, Invitation, Pass};
pub use consent::{
    Consent, ConsentCommand, ConsentFact, ConsentStatus, ConsentText, Method, Reader, Scope, Scopes,
};
pub use decide::decide;
pub use disclosure::{DISCLOSED_FOR, RecordKind};
pub use error::RuleError;
pub use event::{ErasureReason, Event, Fact, LeaveCause};
pub use papers::{
    Paper, PaperCommand, PaperFact, PaperVersion, SIGNATURES_MAX, Signature, Signing,
};
pub use parts::{Interpreting, Licence, Part, PartsCommand, PartsFact};
pub use permit::{VISIT_READABLE, may, may_redeem, may_resume, may_to, may_visit};
pub use phase::{End, EndKind, Phase};
pub use policy::{Action, PolicyError};
pub use priority::{Priority, PriorityClass};
pub use queue::{Late, QueueCommand, QueueFact, Turn, Why, in_order, queue_of};
pub use role::{Role, Standing};
pub use schedule::{
    BOOKED_AHEAD_MAX, BOOKED_LATE_MAX, BookedTime, CancelReason, LENGTH_MAX, LENGTH_MIN, Lapse,
    Minutes, NO_SHOW_GRACE, OPENS_BEFORE, REOPEN_GRACE, ScheduleCommand, ScheduleFact,
};
pub use seat::{Admission, LinkState, Presence, SeatState};
pub use state::State;

/// Most seats admitted and present at once: a page has receive slots for two others. Beyond it:
/// `room_full`; people who wait do not count.
pub const PRESENT_LIMIT: u8 = 3;
/// Fewest seats of a consultation: somebody to talk to.
pub const SEATS_MIN: usize = 2;
/// Most seats of a consultation; more may be invited than can be present at once.
pub const SEATS_MAX: usize = 8;
/// Most joins in one consultation's life. A whole day of rejoining every minute stays below;
/// beyond it a hostile page only makes the log grow, and is refused.
pub const JOINS_MAX: u32 = 2_000;
/// Most times that practitioners may admit or lock in one consultation's life; what undoes either
/// is bounded by it. Once a minute for a whole day stays below; beyond it a hostile page only
/// makes the log grow, and is refused.
pub const ACTS_MAX: u32 = 2_000;
/// Most changes of the time, the priority, the delay, of what people are and agreed to, and most
/// sign-offs, in one consultation's life. Every minute for a whole day stays below; beyond it a
/// hostile page only makes the log grow, and is refused. Calling off, missing and withdrawing are
/// never refused for it.
pub const CHANGES_MAX: u32 = 2_000;
