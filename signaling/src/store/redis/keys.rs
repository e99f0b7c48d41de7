//! What keys are called, and the bytes inside of them. All numbers are big-endian.

use std::fmt::Write as _;

use crate::store::StoreError;
use crate::store::journal::{List, Name, RecordKey, RecordKind, StreamId, StreamKind, Version};

/// What all keys of a server begin with. Two servers that share a Redis and must not share rooms
/// take two numbers of databases.
pub(super) const PREFIX: &str = "signaling:";

/// Which write it is; random, so that a write whose answer was lost is known again.
pub(super) type WriteId = [u8; 16];

/// Bytes of what a stream keeps of a mark: the time, then the id of the write.
pub(super) const MARK_BYTES: usize = 8 + size_of::<WriteId>();

/// Bytes of a stored version: the length, then the hash.
const VERSION_BYTES: usize = 40;

/// Makes the keys of one server.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    prefix: String,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
        }
    }

    /// The format of everything that is stored.
    pub(super) fn format(&self) -> String {
        format!("{}format", self.prefix)
    }

    /// Set of [`hint`]s: the streams that may have this name.
    pub(super) fn name(&self, name: &Name) -> String {
        let mut key = format!("{}name:", self.prefix);
        for byte in name {
            // Writing to a String cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        key
    }

    /// Sorted set of [`mark_hint`]s: the streams that may stand there. All scores are 0, so that
    /// Redis sorts by bytes and no time has to fit into a floating-point number.
    pub(super) fn sorted(&self, sorted: Sorted) -> String {
        let (number, owner) = sorted.parts();
        let mut key = format!("{}list:{number}", self.prefix);
        if let Some(owner) = owner {
            // Writing to a String cannot fail.
            let _ = write!(key, ":{owner:016x}");
        }
        key
    }

    /// The keys of one stream. What is in braces decides the slot of a cluster, so that all of
    /// them are in one.
    pub(super) fn stream(&self, StreamId { kind, id }: StreamId) -> StreamKeys {
        let stream = format!("{}{{{}:{id:016x}}}:", self.prefix, kind as u8);
        StreamKeys { stream }
    }
}

/// Where streams stand in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sorted {
    /// All of them, by kind and id: every stream stands there at the time 0, from its first write
    /// on.
    Streams,
    /// Those that were marked, by time.
    Marked(List),
}

impl Sorted {
    const fn parts(self) -> (u8, Option<u64>) {
        match self {
            Self::Streams => (0, None),
            Self::Marked(list) => (list.number(), list.owner()),
        }
    }

    /// What a stream calls it: its number, and the owner of one that has an owner.
    pub(super) fn field(self) -> Vec<u8> {
        let (number, owner) = self.parts();
        let mut field = vec![number];
        field.extend(owner.iter().flat_map(|owner| owner.to_be_bytes()));
        field
    }

    pub(super) fn from_field(field: &[u8]) -> Result<Self, StoreError> {
        let damaged = Damaged { what: "a mark" };
        let (number, owner) = field.split_first().ok_or(damaged)?;
        let owner = match owner {
            [] => None,
            owner => Some(u64::from_be_bytes(owner.try_into().map_err(|_| damaged)?)),
        };
        if (*number, owner) == (0, None) {
            return Ok(Self::Streams);
        }
        let list = List::from_parts(*number, owner).ok_or(StoreError::Unknown {
            what: "list",
            number: *number,
        })?;
        Ok(Self::Marked(list))
    }
}

/// The keys of one stream.
pub(super) struct StreamKeys {
    stream: String,
}

impl StreamKeys {
    /// Hash: `version`, and `writes`, the ids of the latest writes.
    pub(super) fn head(&self) -> String {
        self.named("head")
    }

    /// List of the entries.
    pub(super) fn entries(&self) -> String {
        self.named("entries")
    }

    /// Hash: kind and number → record.
    pub(super) fn records(&self) -> String {
        self.named("records")
    }

    /// Hash: name → number, then the id of the write that first gave it.
    pub(super) fn names(&self) -> String {
        self.named("names")
    }

    /// Hash: [`Sorted::field`] → time, then the id of the write that set it ([`MARK_BYTES`]).
    pub(super) fn marks(&self) -> String {
        self.named("marks")
    }

    /// Set of the hints that a deletion has still to clear.
    pub(super) fn left(&self) -> String {
        self.named("left")
    }

    /// Is there if this write must not be stored any more.
    pub(super) fn cancelled(&self, write: &WriteId) -> String {
        self.named(&format!("cancelled:{:032x}", u128::from_be_bytes(*write)))
    }

    fn named(&self, what: &str) -> String {
        format!("{}{what}", self.stream)
    }
}

/// Kind and id of a stream, and the write that claims it.
pub(super) fn hint(StreamId { kind, id }: StreamId, write: &WriteId) -> Vec<u8> {
    [&[kind as u8][..], &id.to_be_bytes(), write].concat()
}

/// As [`hint`], behind the time.
pub(super) fn mark_hint(time: u64, stream: StreamId, write: &WriteId) -> Vec<u8> {
    [&time.to_be_bytes()[..], &hint(stream, write)].concat()
}

/// Behind all hints to this stream at this time, and before those to the next one.
pub(super) fn behind(time: u64, StreamId { kind, id }: StreamId) -> Vec<u8> {
    // No id of a write is as long.
    let end = [0xff; size_of::<WriteId>() + 1];
    let time = time.to_be_bytes();
    [&time[..], &[kind as u8], &id.to_be_bytes(), &end].concat()
}

/// Reads a [`hint`].
pub(super) fn read_hint(bytes: &[u8]) -> Result<(StreamId, WriteId), StoreError> {
    let parts = bytes.split_first().and_then(|(kind, rest)| {
        let (id, write) = rest.split_first_chunk()?;
        Some((*kind, u64::from_be_bytes(*id), write.try_into().ok()?))
    });
    let (kind, id, write) = parts.ok_or(Damaged { what: "a hint" })?;
    let known = StreamKind::from_number(kind).ok_or(StoreError::Unknown {
        what: "kind of stream",
        number: kind,
    })?;
    Ok((StreamId { kind: known, id }, write))
}

/// Reads a [`mark_hint`].
pub(super) fn read_mark_hint(bytes: &[u8]) -> Result<(u64, StreamId, WriteId), StoreError> {
    let damaged = Damaged { what: "a mark" };
    let (time, rest) = bytes.split_first_chunk().ok_or(damaged)?;
    let (stream, write) = read_hint(rest)?;
    Ok((u64::from_be_bytes(*time), stream, write))
}

pub(super) fn version(Version { length, hash }: Version) -> [u8; VERSION_BYTES] {
    let mut bytes = [0; VERSION_BYTES];
    let (first, rest) = bytes.split_at_mut(8);
    first.copy_from_slice(&length.to_be_bytes());
    rest.copy_from_slice(&hash);
    bytes
}

/// Reads a version; nothing is the version of a stream that is not there.
pub(super) fn read_version(bytes: &[u8]) -> Result<Version, StoreError> {
    if bytes.is_empty() {
        return Ok(Version::default());
    }
    let parts = bytes.split_first_chunk().and_then(|(length, hash)| {
        let length = u64::from_be_bytes(*length);
        let hash = hash.try_into().ok()?;
        Some(Version { length, hash })
    });
    Ok(parts.ok_or(Damaged { what: "a version" })?)
}

/// In the order of these bytes records are listed.
pub(super) fn record(RecordKey { kind, number }: RecordKey) -> Vec<u8> {
    [&[kind as u8][..], &number.to_be_bytes()].concat()
}

pub(super) fn read_record(bytes: &[u8]) -> Result<RecordKey, StoreError> {
    let parts = bytes.split_first().and_then(|(kind, number)| {
        let number = number.try_into().ok()?;
        Some((*kind, u64::from_be_bytes(number)))
    });
    let damaged = Damaged {
        what: "a record's key",
    };
    let (kind, number) = parts.ok_or(damaged)?;
    let kind = RecordKind::from_number(kind).ok_or(StoreError::Unknown {
        what: "kind of record",
        number: kind,
    })?;
    Ok(RecordKey { kind, number })
}

/// Something of ours that does not have the form that this program gives it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{what} in Redis is damaged, or was written by another program")]
pub(super) struct Damaged {
    pub(super) what: &'static str,
}

impl From<Damaged> for StoreError {
    fn from(damaged: Damaged) -> Self {
        Self::failed(damaged)
    }
}
