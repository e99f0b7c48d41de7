//! What was deleted: a line for each room that is gone, so that its absence can be told from a
//! loss.
//!
//! The line is written before the room goes. A server that ends in between leaves a line too
//! many, and the room is deleted by the next sweep.

use serde::{Deserialize, Serialize};

use super::chain::said;
use super::journal::{Journal, StreamId, StreamKind, Version, Write};
use super::rooms::stream;
use super::{StoreError, hexadecimal};
use crate::ids::{RoomId, Timestamp};

/// One stream for each so many milliseconds: thirty days of lines are read to add one.
const PERIOD_MILLIS: u64 = 30 * 24 * 3_600 * 1_000;

/// How often a line is tried to be added beside other writers; each try is lost to one of them.
const TRIES: usize = 8;

/// What has its own time for which it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RetentionClass {
    /// An ended consultation: its log, its people's names and what they wrote.
    Consultation,
}

/// One line. The time for which the class is kept was over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Deleted {
    at: Timestamp,
    pub(super) room: RoomId,
    pub(super) length: u64,
    /// The end of the room's chain, in hexadecimal digits.
    hash: String,
    retention: RetentionClass,
}

/// Notes what there is of these rooms, and deletes it.
pub(super) async fn delete(
    journal: &dyn Journal,
    rooms: Vec<RoomId>,
    retention: RetentionClass,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for room in &rooms {
        if let Some(stored) = journal.load(stream(*room)).await? {
            let Version { length, hash } = stored.version;
            lines.push(Deleted {
                at,
                room: *room,
                length,
                hash: hexadecimal::text(&hash),
                retention,
            });
        }
    }
    note(journal, &lines, at).await?;
    for room in rooms {
        journal.delete(stream(room)).await?;
    }
    Ok(())
}

async fn note(journal: &dyn Journal, lines: &[Deleted], at: Timestamp) -> Result<(), StoreError> {
    let stream = StreamId {
        kind: StreamKind::Deletions,
        id: at.0 / PERIOD_MILLIS,
    };
    let mut tries = 1;
    loop {
        let stored = journal.load(stream).await?.unwrap_or_default();
        let noted: Vec<_> = stored
            .entries
            .iter()
            .filter_map(|line| read(line))
            .collect();
        let is_new = |line: &&Deleted| {
            let same = |noted: &Deleted| (noted.room, &noted.hash) == (line.room, &line.hash);
            !noted.iter().any(same)
        };
        let mut write = Write {
            version: stored.version,
            ..Write::default()
        };
        for line in lines.iter().filter(is_new) {
            write.push(
                stream,
                &serde_json::to_vec(line).map_err(StoreError::failed)?,
            );
        }
        if write.entries.is_empty() {
            return Ok(());
        }
        match journal.append(stream, stored.version, write).await {
            Err(StoreError::Conflict { .. }) if tries < TRIES => tries += 1,
            appended => return appended,
        }
    }
}

/// A line as it is stored; `None` if it is none.
pub(super) fn read(entry: &[u8]) -> Option<Deleted> {
    serde_json::from_slice(said(entry)).ok()
}
