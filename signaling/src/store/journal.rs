//! What a store of bytes must do: streams of entries with records beside them, found by names and
//! by times. Everything typed stands above it, written once for all stores ([`super::Store`]).
//!
//! **Invariants** (`contract.rs`, which every journal passes)
//! - a write is stored whole or not at all, and durably before `append` answers;
//! - of two writes that expect the same version, one is refused with a conflict;
//! - what was answered once is never answered older later;
//! - after `delete` nothing of a stream is found by any method.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use aws_lc_rs::digest::{Context, SHA256};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::StoreError;

/// A store of streams.
pub(crate) trait Journal: Send + Sync + 'static {
    /// Stores a write, if the stream still has the expected version.
    fn append(
        &self,
        stream: StreamId,
        expected: Version,
        write: Write,
    ) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Everything about a stream; `None` if nothing was ever written, or it was deleted.
    fn load(
        &self,
        stream: StreamId,
    ) -> BoxFuture<'static, Result<Option<StoredStream>, StoreError>>;

    /// As [`Self::load`], to make a write with that was decided on earlier: a write that got no
    /// answer and is among this is still told as a conflict to the next append.
    fn load_for_write(
        &self,
        stream: StreamId,
    ) -> BoxFuture<'static, Result<Option<StoredStream>, StoreError>> {
        self.load(stream)
    }

    /// How far a stream has come, as [`Self::load`] would tell: a small read.
    fn version(&self, stream: StreamId) -> BoxFuture<'static, Result<Option<Version>, StoreError>>;

    /// What a name leads to.
    fn find(&self, name: Name) -> BoxFuture<'static, Result<Option<Target>, StoreError>>;

    /// The marks of a list at these times and behind `after`, the earliest first, of one time by
    /// stream; `limit` at most. What is marked meanwhile may be among them or not.
    fn marked(
        &self,
        list: List,
        times: Range<u64>,
        after: Option<Mark>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Mark>, StoreError>>;

    /// Forgets a stream: entries, records, names and marks. Forgetting what is not there is done
    /// already.
    fn delete(&self, stream: StreamId) -> BoxFuture<'static, Result<(), StoreError>>;

    /// The streams after this one, by kind and then by id, `limit` at most; from the first one
    /// without `after`. What is written or deleted meanwhile may be among them or not; whatever
    /// was there before and is still there is, once.
    fn streams(
        &self,
        after: Option<StreamId>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<StreamId>, StoreError>>;

    /// A copy of everything as it is at one moment, in a new file of the embedded store's form.
    /// Journals with a tool of their own for this refuse.
    fn copy(&self, _to: PathBuf) -> BoxFuture<'static, Result<(), StoreError>> {
        std::future::ready(Err(StoreError::NoCopy)).boxed()
    }

    /// Whether the store answers; for readiness.
    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>>;
}

/// What a stream is about. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum StreamKind {
    /// A consultation; its id is the room's.
    Room = 1,
    /// How one person signs in; its id is the account's.
    Account = 3,
    /// Who works at a clinic; its id is the clinic's.
    Clinic = 4,
    /// What belongs to the server as a whole; its id is 0.
    Server = 5,
    /// What one webhook is still to be told; its id is the delivery's.
    Delivery = 6,
    /// What was deleted, and why; one for each thirty days. From 240 on: of the store itself.
    Deletions = 240,
    /// Which master keys the store needs; its id is 0.
    Keys = 241,
}

impl StreamKind {
    /// Every kind.
    pub(crate) const ALL: &[Self] = &[
        Self::Room,
        Self::Account,
        Self::Clinic,
        Self::Server,
        Self::Delivery,
        Self::Deletions,
        Self::Keys,
    ];

    /// The kind with this number.
    pub(crate) const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Room),
            3 => Some(Self::Account),
            4 => Some(Self::Clinic),
            5 => Some(Self::Server),
            6 => Some(Self::Delivery),
            240 => Some(Self::Deletions),
            241 => Some(Self::Keys),
            _ => None,
        }
    }

    /// The word for people and for lists of heads.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Account => "account",
            Self::Clinic => "clinic",
            Self::Server => "server",
            Self::Delivery => "delivery",
            Self::Deletions => "deletions",
            Self::Keys => "keys",
        }
    }

    /// Whether it is a log of who did what, which stays, or goes with a line in the log of
    /// deletions. A delivery is gone as soon as it is made.
    pub(crate) const fn is_kept(self) -> bool {
        !matches!(self, Self::Delivery)
    }
}

/// One stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct StreamId {
    pub(crate) kind: StreamKind,
    pub(crate) id: u64,
}

/// How far a stream has come, and by which history: an append names the version it was decided
/// on. Two streams of the same length that were written differently have different versions, so
/// that a writer who saw what a store has lost since is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Version {
    /// Number of entries.
    pub length: u64,
    /// The end of the hash chain over all of them; zeros before the first.
    pub hash: [u8; 32],
}

impl Version {
    /// The version after one more entry.
    pub(crate) fn after(self, stream: StreamId, entry: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&self.hash);
        context.update(&[stream.kind as u8]);
        context.update(&stream.id.to_be_bytes());
        context.update(&self.length.to_be_bytes());
        context.update(entry);
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        Self {
            length: self.length.saturating_add(1),
            hash,
        }
    }
}

/// The length, and enough of the hash to tell two histories apart in a log.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { length, hash } = self;
        write!(f, "{length}-")?;
        hash.iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What is stored together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Write {
    /// To the end of the stream; each [with its link](Self::push).
    pub(crate) entries: Vec<Vec<u8>>,
    /// The version after them.
    pub(crate) version: Version,
    /// New or changed records; without bytes: it is forgotten.
    pub(crate) records: Vec<(RecordKey, Option<Vec<u8>>)>,
    /// Names that lead to this number of the stream from here on.
    pub(crate) names: Vec<(Name, u64)>,
    /// Times under which the stream stands in lists; it stands in each once, the latest word
    /// counts. Without a time: it does not stand there any more.
    pub(crate) marks: Vec<(List, Option<u64>)>,
}

impl Write {
    /// The latest word on each list.
    pub(crate) fn last_words(&self) -> BTreeMap<List, Option<u64>> {
        self.marks.iter().copied().collect()
    }
}

/// Which record of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RecordKey {
    pub(crate) kind: RecordKind,
    pub(crate) number: u64,
}

/// What a record is. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum RecordKind {
    /// What a person is called; the number is the person's ([`super::people::number`]).
    Person = 1,
    /// A chat message, by its id.
    Message = 2,
    /// What a seat sends, by seat.
    Media = 3,
    /// What opens a seat, by seat.
    Invitation = 4,
    /// The request that made a room; the number is 0.
    Request = 5,
    /// How far the outbox has told of a room, and which time its people were reminded of; the number is 0.
    Told = 6,
    /// A version of notes or summary, sealed ([`super::papers::number`]).
    Paper = 8,
    /// Joins of a seat that did not come about, by seat.
    FailedJoins = 9,
    /// What an account's person is called and signs in with, sealed.
    Profile = 20,
    /// An account's password hash, sealed.
    Password = 21,
    /// An account's second factor, sealed: 0 the one that counts, 1 the one that is offered.
    Totp = 22,
    /// When a session was last used, by session.
    SessionUse = 23,
    /// When an API key of a clinic was last used, by key.
    KeyUse = 24,
    /// The secrets of the server's accounts, sealed.
    AccountKeys = 25,
    /// What a clinic is called, by its id, sealed.
    ClinicName = 26,
    /// Where a webhook of a clinic goes and what its requests are signed with, by webhook, sealed.
    Webhook = 27,
    /// When something was last delivered to a webhook, by webhook.
    WebhookUse = 28,
    /// When a delivery is tried next and how it went so far; the number is 0.
    Delivery = 30,
    /// The key of a subject's records, by subject; wrapped. From 240 on: of the store itself.
    Key = 240,
}

impl RecordKind {
    /// The kind with this number.
    pub(crate) const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Person),
            2 => Some(Self::Message),
            3 => Some(Self::Media),
            4 => Some(Self::Invitation),
            5 => Some(Self::Request),
            6 => Some(Self::Told),
            8 => Some(Self::Paper),
            9 => Some(Self::FailedJoins),
            20 => Some(Self::Profile),
            21 => Some(Self::Password),
            22 => Some(Self::Totp),
            23 => Some(Self::SessionUse),
            24 => Some(Self::KeyUse),
            25 => Some(Self::AccountKeys),
            26 => Some(Self::ClinicName),
            27 => Some(Self::Webhook),
            28 => Some(Self::WebhookUse),
            30 => Some(Self::Delivery),
            240 => Some(Self::Key),
            _ => None,
        }
    }
}

/// A name that leads to a stream: the hash of a secret. No two streams have the same.
pub(crate) type Name = [u8; 32];

/// Where a name leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) stream: StreamId,
    /// What within it; a token's seat.
    pub(crate) number: u64,
}

/// Streams in the order of a time; some lists are one for each owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum List {
    /// Rooms, by when they ended.
    EndedRooms,
    /// A clinic's appointments, by when they begin.
    OfClinic(u64),
    /// The appointments in which somebody of an account has a seat, by when they begin.
    OfAccount(u64),
    /// A clinic's appointments about which there is something to tell other systems, by when that
    /// happened last.
    Outbox(u64),
    /// Rooms that are not over, by when somebody has to look whether they are.
    OpenRooms,
    /// What a webhook is to be told, by when that is tried next.
    Waiting(u64),
    /// What could not be told to a webhook, the latest first: by the milliseconds that are left
    /// from then to the end of all times.
    Undelivered(u64),
}

impl List {
    /// The number that is stored.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::EndedRooms => 1,
            Self::OfClinic(_) => 2,
            Self::OfAccount(_) => 3,
            Self::Outbox(_) => 4,
            Self::OpenRooms => 10,
            Self::Waiting(_) => 5,
            Self::Undelivered(_) => 6,
        }
    }

    /// Whose it is; `None` of the lists of which there is one.
    pub(crate) const fn owner(self) -> Option<u64> {
        match self {
            Self::EndedRooms | Self::OpenRooms => None,
            Self::OfClinic(owner)
            | Self::OfAccount(owner)
            | Self::Outbox(owner)
            | Self::Waiting(owner)
            | Self::Undelivered(owner) => Some(owner),
        }
    }

    /// The list with this number and owner.
    pub(crate) const fn from_parts(number: u8, owner: Option<u64>) -> Option<Self> {
        match (number, owner) {
            (1, None) => Some(Self::EndedRooms),
            (2, Some(owner)) => Some(Self::OfClinic(owner)),
            (3, Some(owner)) => Some(Self::OfAccount(owner)),
            (4, Some(owner)) => Some(Self::Outbox(owner)),
            (10, None) => Some(Self::OpenRooms),
            (5, Some(owner)) => Some(Self::Waiting(owner)),
            (6, Some(owner)) => Some(Self::Undelivered(owner)),
            _ => None,
        }
    }
}

/// Where a stream stands in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) time: u64,
    pub(crate) stream: StreamId,
}

/// A stream as it was stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StoredStream {
    pub(crate) version: Version,
    pub(crate) entries: Vec<Vec<u8>>,
    /// By kind, then by number.
    pub(crate) records: Vec<(RecordKey, Vec<u8>)>,
}
