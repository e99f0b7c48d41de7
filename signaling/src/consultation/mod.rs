//! The domain: who may sit where, and what happened. Pure; no time, no chance, no I/O of its own.
//!
//! `decide(&State, Command, now) → Result<Vec<Event>, RuleError>` says what a command leads to,
//! `apply(State, &Event) → State` makes it so. The log of events is the consultation.
//!
//! **Invariants** (`tests.rs`, on random command sequences)
//! - never more than [`PRESENT_LIMIT`] seats present, each seat once;
//! - replaying any prefix of the log gives the state that was there at that point;
//! - times in the log never run backwards;
//! - events hold ids, enums, times and hashes; names live beside the log, where
//!   they can be destroyed without breaking it.

mod apply;
mod command;
mod decide;
mod error;
mod event;
mod role;
mod standing;
mod state;
#[cfg(test)]
mod tests;

pub use apply::{apply, replay};
pub use command::Command;
pub use decide::decide;
pub use error::RuleError;
pub use event::{Event, Fact, LeaveCause};
pub use role::{Role, Standing};
pub use standing::standing_on_join;
pub use state::{Phase, Presence, SeatState, State};

/// Most seats present at once: a page has receive slots for two others.
pub const PRESENT_LIMIT: u8 = 3;
/// Fewest seats of a consultation: somebody to talk to.
pub const SEATS_MIN: usize = 2;
/// Most seats of a consultation; more may be invited than can be present at once.
pub const SEATS_MAX: usize = 8;
/// Most joins in one consultation's life. A whole day of rejoining every minute stays below;
/// beyond it a hostile page only makes the log grow, and is refused.
pub const JOINS_MAX: u32 = 2_000;
