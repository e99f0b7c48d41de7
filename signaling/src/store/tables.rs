//! The tables of the embedded store, and the way from an older file to this program's.

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, TableError};

use super::StoreError;
use super::embedded::failed;

/// (room, place in the log) → event.
pub(super) const EVENTS: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("events");
/// (room, seat) → the person's record.
pub(super) const PEOPLE: TableDefinition<'_, (u64, u16), &[u8]> = TableDefinition::new("people");
/// token hash → (room, seat).
pub(super) const TOKENS: TableDefinition<'_, &[u8; 32], (u64, u16)> =
    TableDefinition::new("tokens");
/// (room, token hash): the same the other way round, so that a room can be deleted.
pub(super) const ROOM_TOKENS: TableDefinition<'_, (u64, &[u8; 32]), ()> =
    TableDefinition::new("room_tokens");
/// (time of the end, room), so that old rooms are found.
pub(super) const ENDED: TableDefinition<'_, (u64, u64), ()> = TableDefinition::new("ended");
/// (room, number of the message) → message. Since format 2.
pub(super) const CHAT: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("chat");
/// (room, seat) → what the seat sends. Since format 2.
pub(super) const MEDIA: TableDefinition<'_, (u64, u16), &[u8]> = TableDefinition::new("media");
/// Facts about the file itself.
pub(super) const ABOUT: TableDefinition<'_, &str, u64> = TableDefinition::new("about");

/// Version of the tables above and of what is in them.
///
/// 2: chat, media, and events about who is let in. Every file of format 1 is one of format 2 with
/// nothing in the new tables, so opening it is all the migration there is. The number still rose:
/// a program of format 1 knows no admission. It would let in whoever sits in a waiting room, and
/// find single rooms unreadable in the middle of a day. Now it refuses the file when it starts.
pub(super) const FORMAT: u64 = 2;

const FORMAT_KEY: &str = "format";

/// Makes all tables, so that reading never meets a missing one, and checks the format.
pub(super) fn prepare(database: &Database) -> Result<(), StoreError> {
    let write = database.begin_write().map_err(failed)?;
    {
        let mut about = write.open_table(ABOUT).map_err(failed)?;
        let found = about.get(FORMAT_KEY).map_err(failed)?;
        let found = found.map(|value| value.value());
        if let Some(found) = found {
            refuse_later(found)?;
        }
        if found != Some(FORMAT) {
            about.insert(FORMAT_KEY, FORMAT).map_err(failed)?;
        }
        write.open_table(EVENTS).map_err(failed)?;
        write.open_table(PEOPLE).map_err(failed)?;
        write.open_table(TOKENS).map_err(failed)?;
        write.open_table(ROOM_TOKENS).map_err(failed)?;
        write.open_table(ENDED).map_err(failed)?;
        write.open_table(CHAT).map_err(failed)?;
        write.open_table(MEDIA).map_err(failed)?;
    }
    write.commit().map_err(failed)
}

/// Checks the format and changes nothing, so that the program before this one can still go on.
pub(super) fn look(database: &Database) -> Result<(), StoreError> {
    let read = database.begin_read().map_err(failed)?;
    let about = match read.open_table(ABOUT) {
        Ok(about) => about,
        // An empty file: it will become a store.
        Err(TableError::TableDoesNotExist(_)) => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    match about.get(FORMAT_KEY).map_err(failed)? {
        Some(found) => refuse_later(found.value()),
        None => Ok(()),
    }
}

const fn refuse_later(found: u64) -> Result<(), StoreError> {
    if found > FORMAT {
        let known = FORMAT;
        return Err(StoreError::Format { found, known });
    }
    Ok(())
}
