//! Whether the logs are what was written: every chain recomputed, and compared with what was
//! noted elsewhere.
//!
//! A chain finds what somebody changed who did not make it anew. Whoever can write to the store
//! can: so the heads (how long each log is, and the end of its chain) are noted outside from time
//! to time, on paper or with somebody else. A log of today must go through each head that was
//! noted, or its deletion must.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;

use super::chain::{Break, said, walk};
use super::deletions;
use super::journal::{StoredStream, StreamId, StreamKind, Version};
use super::unlock::PAGE;
use super::{Store, StoreError, hexadecimal};
use crate::accounts::ClinicId;
use crate::ids::{RoomId, Timestamp};

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// How many logs there are.
    pub logs: u64,
    /// How many entries they have together.
    pub entries: u64,
    /// The heads of all logs, to be noted elsewhere.
    pub heads: Heads,
    /// Where a log is not what was written, the first place of each; empty if all is well.
    pub findings: Vec<Finding>,
}

/// A log that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    log: Log,
    wrong: Wrong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    /// Its chain breaks.
    Broken { place: u64, at: Moment, how: Break },
    /// It is not what was noted of it.
    Differs { noted: u64 },
    /// It is shorter than what was noted of it.
    Cut { noted: u64, found: u64 },
    /// It is gone, and no line of the log of deletions says so.
    Gone { noted: u64 },
}

/// When an entry was written, as far as that can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// It says so itself.
    Said(Timestamp),
    /// The one before it says so.
    After(Timestamp),
    /// The one after it says so.
    Before(Timestamp),
    Unknown,
}

/// A log, as people and lists of heads name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Log(StreamId);

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(StreamId { kind, id }) = self;
        write!(f, "{} {id:016x}", kind.as_str())
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Log({self})")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = self.log;
        match self.wrong {
            Wrong::Broken { place, at, how } => {
                write!(f, "{log}: entry {} {how}", place.saturating_add(1))?;
                match at {
                    Moment::Said(Timestamp(at)) => write!(f, ", at {at} ms since 1970"),
                    Moment::After(Timestamp(at)) => write!(f, ", after {at} ms since 1970"),
                    Moment::Before(Timestamp(at)) => write!(f, ", before {at} ms since 1970"),
                    Moment::Unknown => Ok(()),
                }
            }
            Wrong::Differs { noted } => {
                write!(
                    f,
                    "{log}: its first {noted} entries are not those that were noted"
                )
            }
            Wrong::Cut { noted, found } => {
                write!(f, "{log}: {noted} entries were noted, {found} are there")
            }
            Wrong::Gone { noted } => write!(
                f,
                "{log}: {noted} entries were noted, the log is gone, and no deletion was logged"
            ),
        }
    }
}

/// How long each log was at some time, and the end of its chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<Log, Version>);

impl Heads {
    /// One number for all of them, short enough for paper: the SHA-256 of their text, as
    /// `sha256sum` shows it.
    pub fn digest(&self) -> String {
        hexadecimal::text(digest(&SHA256, self.to_string().as_bytes()).as_ref())
    }

    /// From their text. `Err`: the line that is none, counted from 1.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let lines = (1..).zip(text.lines());
        let heads = lines.map(|(number, line)| head(line).ok_or(number));
        heads.collect::<Result<_, _>>().map(Self)
    }
}

/// One line a log: kind, id, number of entries, end of the chain.
impl fmt::Display for Heads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (log, Version { length, hash }) in &self.0 {
            writeln!(f, "{log} {length} {}", hexadecimal::text(hash))?;
        }
        Ok(())
    }
}

fn head(line: &str) -> Option<(Log, Version)> {
    let mut words = line.split(' ');
    let kind = words.next()?;
    let mut kinds = StreamKind::ALL.iter();
    let kind = *kinds.find(|one| one.as_str() == kind)?;
    let id = u64::from_str_radix(words.next()?, 16).ok()?;
    let length = words.next()?.parse().ok()?;
    let hash = hexadecimal::parse(words.next()?)?;
    if words.next().is_some() {
        return None;
    }
    Some((Log(StreamId { kind, id }), Version { length, hash }))
}

impl Store {
    /// Recomputes the chain of every log. With `noted`, each of those heads must be one that its
    /// log went through, or the log of deletions must tell that its room was deleted.
    pub async fn audit(&self, noted: Option<&Heads>) -> Result<Audit, StoreError> {
        let mut audit = Audit {
            logs: 0,
            entries: 0,
            heads: Heads::default(),
            findings: Vec::new(),
        };
        let mut deleted: BTreeMap<RoomId, u64> = BTreeMap::new();
        let mut after = None;
        loop {
            let page = self.journal.streams(after, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(*last);
            for stream in page.into_iter().filter(|stream| stream.kind.is_kept()) {
                // Deleted meanwhile: its line is in the log of deletions, which comes later.
                if let Some(stored) = self.journal.load(stream).await? {
                    audit.take(stream, &stored, noted);
                    if stream.kind == StreamKind::Deletions {
                        let lines = stored.entries.iter();
                        let lines = lines.filter_map(|line| deletions::read(line));
                        for line in lines {
                            let length = deleted.entry(line.room).or_default();
                            *length = line.length.max(*length);
                        }
                    }
                }
            }
        }
        for (log, noted) in noted.into_iter().flat_map(|noted| &noted.0) {
            if !audit.heads.0.contains_key(log) {
                let noted = noted.length;
                audit.find(*log, Wrong::Gone { noted });
            }
        }
        let was_deleted = |finding: &Finding| match finding.wrong {
            // Another consultation may have come under the same id since.
            Wrong::Differs { noted } | Wrong::Cut { noted, .. } | Wrong::Gone { noted } => {
                let Log(StreamId { kind, id }) = finding.log;
                let length = deleted.get(&RoomId(id));
                kind == StreamKind::Room && length.is_some_and(|length| *length >= noted)
            }
            Wrong::Broken { .. } => false,
        };
        audit.findings.retain(|finding| !was_deleted(finding));
        Ok(audit)
    }

    /// Opens every sealed record, and keeps none: whether these are the keys of this store, and
    /// no record was changed or moved.
    pub async fn try_records(&self) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let page = self.journal.streams(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(*last);
            let is_sealed =
                |one: &StreamId| matches!(one.kind, StreamKind::Room | StreamKind::Server);
            for stream in page.into_iter().filter(is_sealed) {
                if let Some(mut stored) = self.journal.load(stream).await? {
                    self.seals.open(stream, &mut stored)?;
                    self.seals.forget(stream);
                }
            }
        }
    }

    /// Whether nothing was ever written that somebody would miss.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        // A server that was only started has made these, and offered its first administrator a
        // link; of an account there would be a log.
        let is_of_a_start = |one: &StreamId| match one.kind {
            StreamKind::Keys | StreamKind::Server => true,
            StreamKind::Clinic => one.id == ClinicId::MAIN.0,
            StreamKind::Room
            | StreamKind::Account
            | StreamKind::Delivery
            | StreamKind::Deletions => false,
        };
        let streams = self.journal.streams(None, PAGE).await?;
        Ok(streams.len() < PAGE && streams.iter().all(is_of_a_start))
    }

    /// A copy of everything as it is at one moment, in a new file that only its owner may read.
    /// The store goes on meanwhile. It holds no master key.
    pub async fn copy(&self, to: impl Into<PathBuf>) -> Result<(), StoreError> {
        self.journal.copy(to.into()).await
    }
}

impl Audit {
    fn take(&mut self, stream: StreamId, stored: &StoredStream, noted: Option<&Heads>) {
        let log = Log(stream);
        self.logs = self.logs.saturating_add(1);
        let count = u64::try_from(stored.entries.len()).unwrap_or(u64::MAX);
        self.entries = self.entries.saturating_add(count);
        self.heads.0.insert(log, stored.version);
        let versions = match walk(stream, stored) {
            Ok(versions) => versions,
            Err((place, how)) => {
                let at = moment(stored, place);
                return self.find(log, Wrong::Broken { place, at, how });
            }
        };
        let Some(noted) = noted.and_then(|noted| noted.0.get(&log)) else {
            return;
        };
        let found = stored.version.length;
        let place = usize::try_from(noted.length).ok();
        match place.and_then(|place| versions.get(place)) {
            None => {
                let noted = noted.length;
                self.find(log, Wrong::Cut { noted, found });
            }
            Some(version) if version != noted => {
                let noted = noted.length;
                self.find(log, Wrong::Differs { noted });
            }
            Some(_) => {}
        }
    }

    fn find(&mut self, log: Log, wrong: Wrong) {
        self.findings.push(Finding { log, wrong });
    }
}

/// When the entry at this place was written.
fn moment(stored: &StoredStream, place: u64) -> Moment {
    #[derive(Deserialize)]
    struct Dated {
        at: Timestamp,
    }
    let at = |place: Option<usize>| {
        let entry = stored.entries.get(place?)?;
        let dated: Dated = serde_json::from_slice(said(entry)).ok()?;
        Some(dated.at)
    };
    let place = usize::try_from(place).ok();
    let before = place.and_then(|place| place.checked_sub(1));
    let after = place.and_then(|place| place.checked_add(1));
    match (at(place), at(before), at(after)) {
        (Some(at), _, _) => Moment::Said(at),
        (None, Some(before), _) => Moment::After(before),
        (None, None, Some(after)) => Moment::Before(after),
        (None, None, None) => Moment::Unknown,
    }
}
