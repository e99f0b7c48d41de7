//! Where consultations outlive the process: the log of events, and beside it what people are
//! called, what they wrote, and what they had muted.
//!
//! **Invariants** (`contract.rs`, which every store passes)
//! - a batch is stored whole or not at all, and durably before `append` answers;
//! - of two appends of events that expect the same version, one is refused with a conflict;
//! - secrets are never stored, only their hashes;
//! - personal text is in records of its own, one a person or a message, never in an event, and
//!   sealed with a key of whom it is about (`seals.rs`): destroying that key erases the person
//!   without touching the log;
//! - an appointment stands in its calendars from the write on that books or moves it;
//! - a room stands among the open ones until the write that ends it;
//! - after `delete` nothing of a room is found by any method.
//!
//! Two layers: a `Journal` keeps bytes (`embedded.rs`, one file of one machine; `redis/`, for
//! several), `rooms.rs` says what they mean, `seals.rs` what of it can be read, `chain.rs` whether
//! it is what was written. What is promised above is promised by journals; by Redis as far as its
//! settings let it ([`Doubt`]).

pub mod accounts;
mod audit;
mod chain;
mod codec;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod counted;
mod deletions;
mod deliveries;
mod durable;
mod embedded;
mod failed;
pub(crate) mod hexadecimal;
mod journal;
mod keys;
mod opening;
mod papers;
mod people;
mod records;
pub(crate) mod redis;
mod rooms;
mod seals;
mod server;
#[cfg(test)]
mod tests;
mod unlock;

use std::ops::Range;
use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use self::redis::{Doubt, RedisAddress, RedisAddressError};
pub use audit::{Audit, Finding, Heads};
pub use deletions::RetentionClass;
pub use deliveries::{Claimed, DeliveryStore, Place};
pub use durable::put_in_place;
pub use failed::{FailedJoins, JoinFailure};
use journal::Journal;
pub use journal::Version;
pub use keys::KeysError;
pub use papers::{Kept, PaperRecord};
pub use people::{Actor, InvitationRecord, PersonRecord, RequestRecord, Told};
use seals::Seals;
pub use server::{AccountKeys, ClinicStore};

use crate::accounts::{AccountId, ClinicId};
use crate::consultation::Event;
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::text::{ChatRef, ChatText};

/// What there is to keep, in whatever keeps it. Clones are the same store.
#[derive(Clone)]
pub struct Store {
    journal: Arc<dyn Journal>,
    seals: Arc<Seals>,
}

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

    /// Which seat a token belongs to. A link and a resume token never have the same hash. Tokens
    /// that are dead are found as well: whether one still opens its seat is for the log to say,
    /// and only a token that is found can be told why it does not.
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

    /// Rooms that are not over and that are to be looked at until this time, behind `after`, the earliest first, `limit`
    /// at most.
    fn open_rooms(
        &self,
        until: Timestamp,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>>;

    /// A room that is not over is to be looked at then, and not before. A conflict: something happened in it.
    fn look_again(
        &self,
        room: RoomId,
        version: Version,
        at: Timestamp,
    ) -> BoxFuture<'static, Result<(), StoreError>>;

    /// The appointments of a calendar that begin at these times, behind `after`, the earliest
    /// first; `limit` at most.
    fn calendar(
        &self,
        of: Calendar,
        times: Range<Timestamp>,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>>;

    /// The appointments of a clinic about which there is something to tell, behind `after`, by
    /// when it happened, `limit` at most.
    fn outbox(
        &self,
        clinic: ClinicId,
        after: Option<Dated>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Dated>, StoreError>>;

    /// So much is told of an appointment at this version; told to all, it is in the outbox no more. A conflict: there
    /// is more.
    fn note_told(
        &self,
        room: RoomId,
        clinic: ClinicId,
        version: Version,
        told: Told,
    ) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Forgets rooms whose time is over: log, records, chat and tokens. A line in the log of
    /// deletions stays of each. Forgetting what is not there is done already.
    fn delete(
        &self,
        rooms: Vec<RoomId>,
        retention: RetentionClass,
        at: Timestamp,
    ) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Whether the store answers; for readiness.
    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>>;
}

/// What one append stores together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// To the end of the log.
    pub events: Vec<Event>,
    /// Who of the clinic wished them, if somebody did.
    pub actor: Option<Actor>,
    /// Whose appointment it is: what happens to it is put into the clinic's outbox.
    pub clinic: Option<ClinicId>,
    /// In whose calendars it stands from here on, where that is another than before.
    pub booked: Option<Calendars>,
    /// The request that makes it.
    pub request: Option<RequestRecord>,
    /// New or changed records of people.
    pub people: Vec<PersonRecord>,
    /// What opens seats, for whoever sends it.
    pub invitations: Vec<InvitationRecord>,
    /// Tokens that lead to a seat of this room from here on.
    pub tokens: Vec<(TokenHash, SeatId)>,
    /// New messages; one with a known id takes its place.
    pub chat: Vec<ChatRecord>,
    /// Ids of messages that are forgotten.
    pub chat_forgotten: Vec<u64>,
    /// New or changed states of what seats send.
    pub media: Vec<MediaRecord>,
    /// Joins that did not come about, by seat: all of each seat's.
    pub failed: Vec<(SeatId, FailedJoins)>,
    /// New versions of what is written, and of what somebody answers for from here on.
    pub papers: Vec<PaperRecord>,
    /// Seats of whose people the keys are destroyed: nothing that is about them can be read again.
    pub erased: Vec<SeatId>,
}

/// In which calendars an appointment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendars {
    /// The clinic's.
    pub clinic: ClinicId,
    /// When it begins.
    pub begins: Timestamp,
    /// Those of these people, too.
    pub staff: Vec<AccountId>,
    /// Those of these not any more.
    pub no_longer: Vec<AccountId>,
}

/// One calendar of appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// All of a clinic's.
    Clinic(ClinicId),
    /// Those in which somebody has a seat.
    Account(AccountId),
}

/// Where a room stands in an order of time. The order of these is that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dated {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub room: RoomId,
}

/// One chat message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatRecord {
    /// Its number in the room's chat.
    pub id: u64,
    /// Who wrote it.
    pub seat: SeatId,
    /// The seat that it was from or for while that one was waiting: only that one and
    /// practitioners ever see it.
    pub with: Option<SeatId>,
    /// When.
    pub at: Timestamp,
    /// What its page calls it.
    pub r#ref: ChatRef,
    /// What it says.
    pub text: ChatText,
}

/// What one seat lets the others hear and see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaRecord {
    /// Whose.
    pub seat: SeatId,
    /// The microphone is on.
    pub microphone: bool,
    /// The camera is on.
    pub camera: bool,
    /// The hand is up.
    pub hand: bool,
}

/// A room as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRoom {
    /// The length of the log.
    pub version: Version,
    /// The log.
    pub events: Vec<Event>,
    /// Who of the clinic wished each of them.
    pub actors: Vec<Option<Actor>>,
    /// The records of people: the first ones of each seat, then the second ones, and so on.
    pub people: Vec<PersonRecord>,
    /// What opens seats, by seat, as far as it was kept; also what does not any more.
    pub invitations: Vec<InvitationRecord>,
    /// The request that made it.
    pub request: Option<RequestRecord>,
    /// What was told of it outside.
    pub told: Told,
    /// The chat, by id.
    pub chat: Vec<ChatRecord>,
    /// What seats send, by seat; a seat without a record never said.
    pub media: Vec<MediaRecord>,
    /// Joins that did not come about, by seat, as far as they were kept.
    pub failed: Vec<(SeatId, FailedJoins)>,
    /// What is written, each version that is kept.
    pub papers: Vec<PaperRecord>,
}

/// Why the store did not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else appended first.
    #[error("the log has version {actual}, not {expected}")]
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
    /// Something has a number that this program does not know.
    #[error("the store has a {what} with number {number}, which this program does not know")]
    Unknown {
        /// What.
        what: &'static str,
        /// Its number.
        number: u8,
    },
    /// The store was written by a later program.
    #[error("the store has format {found}, this program reads up to {known}")]
    Format {
        /// What the file says.
        found: u64,
        /// What this program knows.
        known: u64,
    },
    /// What is there is not what was written: the disk rotted, it lied about syncing, or a copy
    /// went wrong.
    #[error("the store is damaged: {reason}")]
    Damaged {
        /// Which part, in the words of the database.
        reason: String,
    },
    /// A file that an earlier program wrote, or that is empty, where nothing is to be changed.
    #[error(
        "the store has format {found}, and only format {known} can be looked into: restore it, or start the \
         server on it once"
    )]
    Earlier {
        /// What the file says; 0 if nothing.
        found: u64,
        /// What this program writes.
        known: u64,
    },
    /// The keys of personal records.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A store that is copied by its own means.
    #[error("this store is not copied here: use its own backup")]
    NoCopy,
    /// It cannot take anything now. Nothing was stored.
    #[error("the store is away: {why}")]
    Away {
        /// What is so, and what the administrator can do.
        why: String,
    },
    /// It went away before it answered. What was to be stored is there or not, as a whole; the
    /// next to write learns which.
    #[error("the store went away before it said whether this is stored: {why}")]
    Unsettled {
        /// As in [`Self::Away`].
        why: String,
    },
    /// The disk or the database behind it failed.
    #[error("the store failed: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Whether it may do the same again soon, without anybody mending anything here.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::Unsettled { .. })
    }

    fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Failed(Box::new(error))
    }
}
