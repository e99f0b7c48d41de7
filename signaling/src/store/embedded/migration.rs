//! From the tables of formats 1 and 2, which knew rooms alone, and from those of format 3, whose
//! lists had no owners, to those of today.

use std::collections::BTreeMap;

use redb::{ReadableTable, TableDefinition, WriteTransaction};

use super::super::StoreError;
use super::super::chain::linked;
use super::super::journal::{List, RecordKind, StreamId, StreamKind, Version};
use super::copy::note_remains;
use super::tables::{ENTRIES, MARKS, NAMES, RECORDS, STREAM_MARKS, STREAM_NAMES, STREAMS};

/// (room, place in the log) → event.
const EVENTS: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("events");
/// (room, seat) → the person's record.
const PEOPLE: TableDefinition<'_, (u64, u16), &[u8]> = TableDefinition::new("people");
/// token hash → (room, seat).
const TOKENS: TableDefinition<'_, &[u8; 32], (u64, u16)> = TableDefinition::new("tokens");
/// (room, token hash).
const ROOM_TOKENS: TableDefinition<'_, (u64, &[u8; 32]), ()> = TableDefinition::new("room_tokens");
/// (time of the end, room).
const ENDED: TableDefinition<'_, (u64, u64), ()> = TableDefinition::new("ended");
/// (room, number of the message) → message. Since format 2.
const CHAT: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("chat");
/// (room, seat) → what the seat sends. Since format 2.
const MEDIA: TableDefinition<'_, (u64, u16), &[u8]> = TableDefinition::new("media");

/// (list, time, kind, stream). Of format 3.
const MARKS_3: TableDefinition<'_, (u8, u64, u8, u64), ()> = TableDefinition::new("marks");
/// (kind, stream, list) → time. Of format 3.
const STREAM_MARKS_3: TableDefinition<'_, (u8, u64, u8), u64> =
    TableDefinition::new("stream_marks");

const ROOM: u8 = StreamKind::Room as u8;

/// What stands for the owner of a list that has none.
pub(super) const NO_OWNER: u64 = 0;

/// Moves everything, and takes the old tables away.
pub(super) fn migrate(write: &WriteTransaction, found: u64) -> Result<(), StoreError> {
    if found < 3 {
        migrate_rooms(write)
    } else {
        migrate_marks(write)
    }
}

/// Every list of format 3 was one of all.
fn migrate_marks(write: &WriteTransaction) -> Result<(), StoreError> {
    {
        let old = write.open_table(MARKS_3).map_err(StoreError::failed)?;
        let mut marks = write.open_table(MARKS).map_err(StoreError::failed)?;
        let mut stream_marks = write.open_table(STREAM_MARKS).map_err(StoreError::failed)?;
        for mark in old.iter().map_err(StoreError::failed)? {
            let (key, _nothing) = mark.map_err(StoreError::failed)?;
            let (list, time, kind, id) = key.value();
            marks
                .insert((list, NO_OWNER, time, kind, id), ())
                .map_err(StoreError::failed)?;
            stream_marks
                .insert((kind, id, list, NO_OWNER), time)
                .map_err(StoreError::failed)?;
        }
    }
    write.delete_table(MARKS_3).map_err(StoreError::failed)?;
    write
        .delete_table(STREAM_MARKS_3)
        .map_err(StoreError::failed)?;
    Ok(())
}

fn migrate_rooms(write: &WriteTransaction) -> Result<(), StoreError> {
    migrate_events(write)?;
    migrate_records(write, PEOPLE, RecordKind::Person)?;
    migrate_records(write, CHAT, RecordKind::Message)?;
    migrate_records(write, MEDIA, RecordKind::Media)?;
    migrate_tokens(write)?;
    migrate_ended(write)?;
    note_remains(write)?;
    write.delete_table(EVENTS).map_err(StoreError::failed)?;
    write.delete_table(PEOPLE).map_err(StoreError::failed)?;
    write.delete_table(TOKENS).map_err(StoreError::failed)?;
    write
        .delete_table(ROOM_TOKENS)
        .map_err(StoreError::failed)?;
    write.delete_table(ENDED).map_err(StoreError::failed)?;
    write.delete_table(CHAT).map_err(StoreError::failed)?;
    write.delete_table(MEDIA).map_err(StoreError::failed)?;
    Ok(())
}

/// Events become entries, each behind its link, and each room's chain is made over them.
fn migrate_events(write: &WriteTransaction) -> Result<(), StoreError> {
    let events = write.open_table(EVENTS).map_err(StoreError::failed)?;
    let mut entries = write.open_table(ENTRIES).map_err(StoreError::failed)?;
    let mut versions: BTreeMap<u64, Version> = BTreeMap::new();
    for event in events.iter().map_err(StoreError::failed)? {
        let (key, bytes) = event.map_err(StoreError::failed)?;
        let (room, place) = key.value();
        let kind = StreamKind::Room;
        let version = versions.entry(room).or_default();
        *version = version.after(StreamId { kind, id: room }, bytes.value());
        entries
            .insert((ROOM, room, place), &*linked(*version, bytes.value()))
            .map_err(StoreError::failed)?;
    }
    let mut streams = write.open_table(STREAMS).map_err(StoreError::failed)?;
    for (room, Version { length, hash }) in versions {
        streams
            .insert((ROOM, room), (length, &hash))
            .map_err(StoreError::failed)?;
    }
    Ok(())
}

fn migrate_records<N>(
    write: &WriteTransaction,
    table: TableDefinition<'_, (u64, N), &[u8]>,
    kind: RecordKind,
) -> Result<(), StoreError>
where
    N: redb::Key + for<'a> redb::Value<SelfType<'a> = N> + Into<u64> + 'static,
{
    let table = write.open_table(table).map_err(StoreError::failed)?;
    let mut records = write.open_table(RECORDS).map_err(StoreError::failed)?;
    for record in table.iter().map_err(StoreError::failed)? {
        let (key, bytes) = record.map_err(StoreError::failed)?;
        let (room, number) = key.value();
        records
            .insert((ROOM, room, kind as u8, number.into()), bytes.value())
            .map_err(StoreError::failed)?;
    }
    Ok(())
}

fn migrate_tokens(write: &WriteTransaction) -> Result<(), StoreError> {
    let tokens = write.open_table(TOKENS).map_err(StoreError::failed)?;
    let mut names = write.open_table(NAMES).map_err(StoreError::failed)?;
    let mut stream_names = write.open_table(STREAM_NAMES).map_err(StoreError::failed)?;
    for token in tokens.iter().map_err(StoreError::failed)? {
        let (key, value) = token.map_err(StoreError::failed)?;
        let (name, (room, seat)) = (key.value(), value.value());
        names
            .insert(name, (ROOM, room, seat.into()))
            .map_err(StoreError::failed)?;
        stream_names
            .insert((ROOM, room, name), ())
            .map_err(StoreError::failed)?;
    }
    Ok(())
}

fn migrate_ended(write: &WriteTransaction) -> Result<(), StoreError> {
    let list = List::EndedRooms.number();
    let ended = write.open_table(ENDED).map_err(StoreError::failed)?;
    let mut marks = write.open_table(MARKS).map_err(StoreError::failed)?;
    let mut stream_marks = write.open_table(STREAM_MARKS).map_err(StoreError::failed)?;
    for mark in ended.iter().map_err(StoreError::failed)? {
        let (key, _nothing) = mark.map_err(StoreError::failed)?;
        let (at, room) = key.value();
        marks
            .insert((list, NO_OWNER, at, ROOM, room), ())
            .map_err(StoreError::failed)?;
        stream_marks
            .insert((ROOM, room, list, NO_OWNER), at)
            .map_err(StoreError::failed)?;
    }
    Ok(())
}
