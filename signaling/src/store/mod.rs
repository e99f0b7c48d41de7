//! Where consultations outlive the process: the log of events, and the names beside it.
//!
//! **Invariants** (`contract.rs`, which every store passes)
//! - a batch is stored whole or not at all, and durably before `append` answers;
//! - of two appends that expect the same version, one is refused with a conflict;
//! - secrets are never stored, only their hashes;
//! - personal text is in records of its own, one a seat, never in an event: this is where
//!   encryption with a key for each person goes, without touching the log;
//! - after `delete` nothing of a room is found by any method.

mod codec;
#[cfg(test)]
mod contract;
mod embedded;

use futures_util::future::BoxFuture;

pub use embedded::EmbeddedStore;

use crate::consultation::Event;
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::text::DisplayName;

/// Number of events in a room's log. An append names the version it was decided on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// A store of rooms.
pub trait RoomStore: Send + Sync + 'static {
    /// Adds a batch to a room's log, if the log still has the expected version. Answers the new
    /// version.
    fn append(
        &self,
        room: RoomId,
        expected: Version,
        batch: Batch,
    ) -> BoxFuture<'static, Result<Version, StoreError>>;

    /// Everything about a room; `None` if it was never opened, or deleted.
    fn load(&self, room: RoomId) -> BoxFuture<'static, Result<Option<StoredRoom>, StoreError>>;

    /// Which seat a token belongs to. A link and a resume token never have the same hash.
    fn find(
        &self,
        token: TokenHash,
    ) -> BoxFuture<'static, Result<Option<(RoomId, SeatId)>, StoreError>>;

    /// Rooms that ended before this time, oldest first, `limit` at most.
    fn ended_before(
        &self,
        time: Timestamp,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<RoomId>, StoreError>>;

    /// Forgets a room: log, names and tokens. Forgetting what is not there is done already.
    fn delete(&self, room: RoomId) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Whether the store answers; for readiness.
    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>>;
}

/// What one append stores together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// To the end of the log.
    pub events: Vec<Event>,
    /// New or changed records of people.
    pub people: Vec<PersonRecord>,
    /// Tokens that lead to a seat of this room from here on.
    pub tokens: Vec<(TokenHash, SeatId)>,
}

/// The personal text of one seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRecord {
    /// Whose.
    pub seat: SeatId,
    /// How the person is named to the others.
    pub name: DisplayName,
}

/// A room as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRoom {
    /// The length of the log.
    pub version: Version,
    /// The log.
    pub events: Vec<Event>,
    /// The records of people, by seat.
    pub people: Vec<PersonRecord>,
}

/// Why the store did not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else appended first.
    #[error("the log has version {}, not {}", actual.0, expected.0)]
    Conflict {
        /// What the caller had seen.
        expected: Version,
        /// What is there.
        actual: Version,
    },
    /// What is stored cannot be read: by another version of the program, or damaged.
    #[error("room {room} cannot be read: {reason}")]
    Unreadable {
        /// Which room.
        room: RoomId,
        /// Why, without any content.
        reason: &'static str,
    },
    /// The store was written by a later program.
    #[error("the store has format {found}, this program reads up to {known}")]
    Format {
        /// What the file says.
        found: u64,
        /// What this program knows.
        known: u64,
    },
    /// The disk or the database behind it failed.
    #[error("the store failed: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
