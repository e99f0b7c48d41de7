//! Streams in the order of a time: marking, reading, taking away.

use std::ops::{Bound, Range};

use redb::{Database, ReadableDatabase, ReadableTable, WriteTransaction};

use super::super::StoreError;
use super::super::journal::{List, Mark};
use super::migration::NO_OWNER;
use super::stream_of;
use super::tables::{MARKS, STREAM_MARKS};

/// The marks of a list at these times and behind one of them.
pub(super) fn marked(
    database: &Database,
    list: List,
    times: Range<u64>,
    after: Option<Mark>,
    limit: usize,
) -> Result<Vec<Mark>, StoreError> {
    let (number, owner) = parts(list);
    let key = |time, kind, id| (number, owner, time, kind, id);
    let from = match after {
        Some(Mark { time, stream }) if time >= times.start => {
            Bound::Excluded(key(time, stream.kind as u8, stream.id))
        }
        Some(_) | None => Bound::Included(key(times.start, 0, 0)),
    };
    let behind = after.map_or(times.start, |after| after.time.max(times.start));
    if behind >= times.end {
        return Ok(Vec::new());
    }
    let read = database.begin_read().map_err(StoreError::failed)?;
    let marks = read.open_table(MARKS).map_err(StoreError::failed)?;
    let range = marks
        .range::<(u8, u64, u64, u8, u64)>((from, Bound::Excluded(key(times.end, 0, 0))))
        .map_err(StoreError::failed)?;
    range
        .take(limit)
        .map(|mark| {
            let (key, _nothing) = mark.map_err(StoreError::failed)?;
            let (_list, _owner, time, kind, id) = key.value();
            let stream = stream_of(kind, id)?;
            Ok(Mark { time, stream })
        })
        .collect()
}

/// Puts a stream into lists, at another time, or takes it out.
pub(super) fn mark(
    write: &WriteTransaction,
    (kind, id): (u8, u64),
    changes: &[(List, Option<u64>)],
) -> Result<(), StoreError> {
    let mut marks = write.open_table(MARKS).map_err(StoreError::failed)?;
    let mut stream_marks = write.open_table(STREAM_MARKS).map_err(StoreError::failed)?;
    for (list, time) in changes {
        let (number, owner) = parts(*list);
        let key = (kind, id, number, owner);
        let before = match time {
            Some(time) => stream_marks.insert(key, *time),
            None => stream_marks.remove(key),
        };
        let before = before.map_err(StoreError::failed)?;
        if let Some(before) = before {
            marks
                .remove((number, owner, before.value(), kind, id))
                .map_err(StoreError::failed)?;
        }
        if let Some(time) = time {
            marks
                .insert((number, owner, *time, kind, id), ())
                .map_err(StoreError::failed)?;
        }
    }
    Ok(())
}

/// Takes a stream out of every list.
pub(super) fn delete(write: &WriteTransaction, (kind, id): (u8, u64)) -> Result<(), StoreError> {
    let mut marks = write.open_table(MARKS).map_err(StoreError::failed)?;
    let mut stream_marks = write.open_table(STREAM_MARKS).map_err(StoreError::failed)?;
    let range = (kind, id, 0, 0)..=(kind, id, u8::MAX, u64::MAX);
    for mark in stream_marks
        .range(range.clone())
        .map_err(StoreError::failed)?
    {
        let (key, time) = mark.map_err(StoreError::failed)?;
        let (_kind, _id, list, owner) = key.value();
        marks
            .remove((list, owner, time.value(), kind, id))
            .map_err(StoreError::failed)?;
    }
    stream_marks
        .retain_in(range, |_, _| false)
        .map_err(StoreError::failed)
}

const fn parts(list: List) -> (u8, u64) {
    let owner = match list.owner() {
        Some(owner) => owner,
        None => NO_OWNER,
    };
    (list.number(), owner)
}
