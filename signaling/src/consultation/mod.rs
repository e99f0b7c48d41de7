//! The domain: who may sit where, and what happened. Pure; no time, no chance, no I/O of its own.
//!
//! `decide(&State, Command, now) → Result<Vec<Event>, RuleError>` says what a command leads to,
//! `apply(State, &Event) → State` makes it so. The log of events is the consultation.
//!
//! Who may do what is one table, [`policy`]. A seat's *presence* (somebody sits there) and its
//! *admission* (its person is let in) are apart: admission outlives presence.
//!
//! **Invariants** (`tests/`, on random command sequences)
//! - never more than [`PRESENT_LIMIT`] seats admitted and present, each seat once;
//! - nobody is admitted but by a practitioner or by a role that enters directly;
//! - whoever was denied or removed is not present;
//! - a lock lets nobody in who was neither admitted nor there;
//! - those who wait keep their order through reloads and restarts;
//! - replaying any prefix of the log gives the state that was there at that point;
//! - times in the log never run backwards;
//! - events hold ids, enums, times and hashes; names live beside the log, where
//!   they can be destroyed without breaking it.

mod acts;
mod apply;
mod command;
mod decide;
mod error;
mod event;
mod permit;
pub mod policy;
mod role;
mod seat;
mod state;
#[cfg(test)]
mod tests;

pub use apply::{apply, replay};
pub use command::{Command, Invitation, Pass};
pub use decide::decide;
pub use error::RuleError;
pub use event::{Event, Fact, LeaveCause};
pub use permit::{may, may_redeem, may_resume, may_to};
pub use policy::{Action, PolicyError};
pub use role::{Role, Standing};
pub use seat::{Admission, LinkState, Presence, SeatState};
pub use state::{Phase, State};

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
