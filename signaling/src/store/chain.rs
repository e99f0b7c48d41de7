//! The hash chain over a stream's entries, and where it no longer fits.
//!
//! Each entry is stored behind its link: the version's hash after it, which depends on the
//! stream, on its place and on all before it. So what was changed, moved, left out or added is
//! found, and the first place of it. Whoever can write to the store can also make a whole chain
//! anew; that is found by heads that were noted elsewhere ([`super::audit`]).

use std::fmt;

use super::journal::{StoredStream, StreamId, Version, Write};

/// Bytes in front of each entry.
const LINK_BYTES: usize = 32;

impl Write {
    /// One more entry to the end of the stream.
    pub(crate) fn push(&mut self, stream: StreamId, entry: &[u8]) {
        self.version = self.version.after(stream, entry);
        self.entries.push(linked(self.version, entry));
    }
}

/// An entry as it is stored; `version` is the one after it.
pub(crate) fn linked(version: Version, entry: &[u8]) -> Vec<u8> {
    [&version.hash, entry].concat()
}

/// What an entry says, without its link.
pub(crate) fn said(stored: &[u8]) -> &[u8] {
    stored.get(LINK_BYTES..).unwrap_or_default()
}

/// What is wrong at the first place where a chain does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The entry was changed, or another stands in its place.
    Changed,
    /// There is none, and there was.
    Missing,
    /// There was none.
    Added,
    /// All entries fit, and the noted end of the chain is another.
    End,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "was changed, moved or left out",
            Self::Missing => "is missing",
            Self::Added => "was added",
            Self::End => "is the last, and the end of the chain was changed",
        })
    }
}

/// Where a chain breaks: the place, counted from 0, and what is wrong there.
pub(super) type Broken = (u64, Break);

/// Recomputes a stream's chain. Answers the version after each of the first places, in order:
/// the caller compares what was noted elsewhere.
pub(super) fn walk(stream: StreamId, stored: &StoredStream) -> Result<Vec<Version>, Broken> {
    let mut version = Version::default();
    let mut versions = vec![version];
    for entry in &stored.entries {
        let place = version.length;
        if place >= stored.version.length {
            return Err((place, Break::Added));
        }
        version = version.after(stream, said(entry));
        if entry.get(..LINK_BYTES) != Some(&version.hash[..]) {
            return Err((place, Break::Changed));
        }
        versions.push(version);
    }
    if version.length < stored.version.length {
        return Err((version.length, Break::Missing));
    }
    if version != stored.version {
        return Err((version.length.saturating_sub(1), Break::End));
    }
    Ok(versions)
}
