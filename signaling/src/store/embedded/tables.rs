//! The tables of the embedded store, and what it says of itself.

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, TableError};

use super::super::StoreError;
use super::migration::migrate;

/// (kind, stream) → (number of entries, end of their hash chain).
pub(super) const STREAMS: TableDefinition<'_, (u8, u64), (u64, &[u8; 32])> =
    TableDefinition::new("streams");
/// (kind, stream, place) → entry.
pub(super) const ENTRIES: TableDefinition<'_, (u8, u64, u64), &[u8]> =
    TableDefinition::new("entries");
/// (kind, stream, kind of record, number) → record.
pub(super) const RECORDS: TableDefinition<'_, (u8, u64, u8, u64), &[u8]> =
    TableDefinition::new("records");
/// name → (kind, stream, number).
pub(super) const NAMES: TableDefinition<'_, &[u8; 32], (u8, u64, u64)> =
    TableDefinition::new("names");
/// (kind, stream, name): the same the other way round, so that a stream can be deleted.
pub(super) const STREAM_NAMES: TableDefinition<'_, (u8, u64, &[u8; 32]), ()> =
    TableDefinition::new("stream_names");
/// (list, owner, time, kind, stream), so that a list is read in the order of time.
pub(super) const MARKS: TableDefinition<'_, (u8, u64, u64, u8, u64), ()> =
    TableDefinition::new("lists");
/// (kind, stream, list, owner) → time: the same the other way round.
pub(super) const STREAM_MARKS: TableDefinition<'_, (u8, u64, u8, u64), u64> =
    TableDefinition::new("stream_lists");
/// Facts about the file itself.
pub(super) const ABOUT: TableDefinition<'_, &str, u64> = TableDefinition::new("about");

/// Version of the tables above and of what is in them.
///
/// 4: lists with owners, and people of a seat one after the other, each with a record and a key.
/// A program of format 3 knows nothing of a clinic's calendar: what it moved would stay where it
/// was, and a colleague who took a seat over would be called by the name of the one before. And
/// accounts, and what webhooks are still to be told.
/// 3: streams of any kind instead of rooms alone, each with the hash chain of its entries, every
/// entry behind its link; personal records sealed with a key of their subject, which is a record
/// of its own. The file's own part of it (tables and links) is made in the transaction of
/// [`prepare`]; the records are sealed above it right after, before anybody has the store, and
/// what was plain leaves the file with [`REMAINS_KEY`]. And events about booked times, the queue,
/// what people are, consent and sign-off: a program of format 2 would find every booked room
/// unreadable, and would go on forwarding what somebody had withdrawn their consent to.
/// 2: chat, media, and events about who is let in. A program of format 1 knows no admission. It
/// would let in whoever sits in a waiting room, and find single rooms unreadable in the middle of
/// a day. So it refuses the file when it starts.
pub(super) const FORMAT: u64 = 4;

pub(super) const FORMAT_KEY: &str = "format";

/// There while the file holds something that is to be forgotten in pages not used again yet.
pub(super) const REMAINS_KEY: &str = "remains";

/// Makes all tables, so that reading never meets a missing one, checks the format, and makes a
/// file of an earlier program one of this program's: wholly, or not at all.
pub(super) fn prepare(database: &Database) -> Result<(), StoreError> {
    let write = super::begin_write(database)?;
    {
        let mut about = write.open_table(ABOUT).map_err(StoreError::failed)?;
        let found = about.get(FORMAT_KEY).map_err(StoreError::failed)?;
        let found = found.map(|value| value.value());
        if let Some(found) = found {
            refuse_later(found)?;
        }
        if found != Some(FORMAT) {
            about
                .insert(FORMAT_KEY, FORMAT)
                .map_err(StoreError::failed)?;
        }
        drop(about);
        write.open_table(STREAMS).map_err(StoreError::failed)?;
        write.open_table(ENTRIES).map_err(StoreError::failed)?;
        write.open_table(RECORDS).map_err(StoreError::failed)?;
        write.open_table(NAMES).map_err(StoreError::failed)?;
        write.open_table(STREAM_NAMES).map_err(StoreError::failed)?;
        write.open_table(MARKS).map_err(StoreError::failed)?;
        write.open_table(STREAM_MARKS).map_err(StoreError::failed)?;
        if let Some(found) = found.filter(|found| *found < FORMAT) {
            migrate(&write, found)?;
        }
    }
    write.commit().map_err(StoreError::failed)
}

/// Checks the format and changes nothing, so that the program before this one can still go on.
/// Answers it; an empty file has none and will become a store.
pub(super) fn look(database: &Database) -> Result<Option<u64>, StoreError> {
    let read = database.begin_read().map_err(StoreError::failed)?;
    let about = match read.open_table(ABOUT) {
        Ok(about) => about,
        Err(TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(StoreError::failed(error)),
    };
    let found = about.get(FORMAT_KEY).map_err(StoreError::failed)?;
    let found = found.map(|value| value.value());
    found.map_or(Ok(()), refuse_later)?;
    Ok(found)
}

const fn refuse_later(found: u64) -> Result<(), StoreError> {
    if found > FORMAT {
        let known = FORMAT;
        return Err(StoreError::Format { found, known });
    }
    Ok(())
}
