//! The store of a single machine: one redb file, or memory for tests and demonstrations.

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use redb::backends::{FileBackend, InMemoryBackend};
use redb::{
    Builder, Database, Key, ReadTransaction, ReadableDatabase, ReadableTable,
    ReadableTableMetadata, TableDefinition, WriteTransaction,
};

use super::codec::{decode_event, encode_event};
use super::records::{
    decode_media, decode_message, decode_person, encode_media, encode_message, encode_person,
};
use super::tables::{
    ABOUT, CHAT, ENDED, EVENTS, MEDIA, PEOPLE, ROOM_TOKENS, TOKENS, look, prepare,
};
use super::{Batch, RoomStore, StoreError, StoredRoom, Version};
use crate::consultation::Fact;
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};

/// Pages kept in memory, bytes. redb's own default of 1 GiB is a small machine's whole memory;
/// a live room needs a few kilobytes.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

/// A store in one file. Another process cannot open the same file meanwhile.
#[derive(Clone)]
pub struct EmbeddedStore {
    database: Arc<Database>,
}

impl EmbeddedStore {
    /// Opens or creates the file, readable by its owner only. A file of an earlier program is made
    /// one of this program's; the earlier program cannot open it again. Blocks; for start-up.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::prepared(database(path.as_ref())?)
    }

    /// Sees whether [`Self::open`] would open this file, and leaves it as it is: an earlier
    /// program can still go on with it. Blocks.
    pub fn look_at(path: impl AsRef<Path>) -> Result<(), StoreError> {
        look(&database(path.as_ref())?)
    }

    /// A store that ends with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        let database = builder()
            .create_with_backend(InMemoryBackend::new())
            .map_err(failed)?;
        Self::prepared(database)
    }

    fn prepared(database: Database) -> Result<Self, StoreError> {
        prepare(&database)?;
        Ok(Self {
            database: Arc::new(database),
        })
    }

    /// Runs blocking work off the async threads: a commit waits for the disk.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let database = Arc::clone(&self.database);
        async move {
            tokio::task::spawn_blocking(move || work(&database))
                .await
                .map_err(failed)?
        }
        .boxed()
    }
}

impl RoomStore for EmbeddedStore {
    fn append(
        &self,
        room: RoomId,
        expected: Version,
        batch: Batch,
    ) -> BoxFuture<'static, Result<Version, StoreError>> {
        self.run(move |database| {
            let write = database.begin_write().map_err(failed)?;
            let version = append(&write, room, expected, &batch)?;
            // Durable: redb's commit returns after fsync unless told otherwise.
            write.commit().map_err(failed)?;
            Ok(version)
        })
    }

    fn load(&self, room: RoomId) -> BoxFuture<'static, Result<Option<StoredRoom>, StoreError>> {
        self.run(move |database| load(database, room))
    }

    fn find(
        &self,
        token: TokenHash,
    ) -> BoxFuture<'static, Result<Option<(RoomId, SeatId)>, StoreError>> {
        self.run(move |database| {
            let read = database.begin_read().map_err(failed)?;
            let tokens = read.open_table(TOKENS).map_err(failed)?;
            let found = tokens.get(&token.0).map_err(failed)?;
            Ok(found.map(|entry| {
                let (room, seat) = entry.value();
                (RoomId(room), SeatId(seat))
            }))
        })
    }

    fn ended_before(
        &self,
        time: Timestamp,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<RoomId>, StoreError>> {
        self.run(move |database| {
            let read = database.begin_read().map_err(failed)?;
            let ended = read.open_table(ENDED).map_err(failed)?;
            let range = ended.range(..(time.0, 0)).map_err(failed)?;
            range
                .take(limit)
                .map(|entry| {
                    let (key, _nothing) = entry.map_err(failed)?;
                    Ok(RoomId(key.value().1))
                })
                .collect()
        })
    }

    fn delete(&self, room: RoomId) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(move |database| {
            let write = database.begin_write().map_err(failed)?;
            delete(&write, room)?;
            write.commit().map_err(failed)
        })
    }

    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(|database| {
            let read = database.begin_read().map_err(failed)?;
            let about = read.open_table(ABOUT).map_err(failed)?;
            about.len().map(|_entries| ()).map_err(failed)
        })
    }
}

fn database(path: &Path) -> Result<Database, StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(failed)?;
    let backend = FileBackend::new(file).map_err(failed)?;
    builder().create_with_backend(backend).map_err(failed)
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

fn append(
    write: &WriteTransaction,
    room: RoomId,
    expected: Version,
    batch: &Batch,
) -> Result<Version, StoreError> {
    let mut events = write.open_table(EVENTS).map_err(failed)?;
    let last = events
        .range((room.0, 0)..=(room.0, u64::MAX))
        .map_err(failed)?
        .next_back()
        .transpose()
        .map_err(failed)?
        .map(|(key, _event)| key.value().1);
    let actual = Version(last.map_or(0, |place| place.saturating_add(1)));
    if actual != expected {
        return Err(StoreError::Conflict { expected, actual });
    }
    let mut version = expected;
    for event in &batch.events {
        let bytes = encode_event(event).map_err(failed)?;
        events
            .insert((room.0, version.0), bytes.as_slice())
            .map_err(failed)?;
        version.0 = version.0.saturating_add(1);
        if matches!(event.fact, Fact::Ended { .. }) {
            let mut ended = write.open_table(ENDED).map_err(failed)?;
            ended.insert((event.at.0, room.0), ()).map_err(failed)?;
        }
    }
    let mut people = write.open_table(PEOPLE).map_err(failed)?;
    for person in &batch.people {
        let bytes = encode_person(person).map_err(failed)?;
        people
            .insert((room.0, person.seat.0), bytes.as_slice())
            .map_err(failed)?;
    }
    let mut tokens = write.open_table(TOKENS).map_err(failed)?;
    let mut room_tokens = write.open_table(ROOM_TOKENS).map_err(failed)?;
    for (token, seat) in &batch.tokens {
        tokens.insert(&token.0, (room.0, seat.0)).map_err(failed)?;
        room_tokens.insert((room.0, &token.0), ()).map_err(failed)?;
    }
    append_beside(write, room, batch)?;
    Ok(version)
}

/// The parts of a batch that are numbered by themselves.
fn append_beside(write: &WriteTransaction, room: RoomId, batch: &Batch) -> Result<(), StoreError> {
    let mut chat = write.open_table(CHAT).map_err(failed)?;
    for message in &batch.chat {
        let bytes = encode_message(message).map_err(failed)?;
        chat.insert((room.0, message.id), bytes.as_slice())
            .map_err(failed)?;
    }
    for id in &batch.chat_forgotten {
        chat.remove((room.0, *id)).map_err(failed)?;
    }
    let mut media = write.open_table(MEDIA).map_err(failed)?;
    for state in &batch.media {
        let bytes = encode_media(*state).map_err(failed)?;
        media
            .insert((room.0, state.seat.0), bytes.as_slice())
            .map_err(failed)?;
    }
    Ok(())
}

fn load(database: &Database, room: RoomId) -> Result<Option<StoredRoom>, StoreError> {
    let read = database.begin_read().map_err(failed)?;
    let (places, seats) = (0..=u64::MAX, 0..=u16::MAX);
    let events = rows(&read, EVENTS, room, places.clone(), |_place, bytes| {
        decode_event(bytes).map_err(|_| unreadable(room, "an event"))
    })?;
    if events.is_empty() {
        return Ok(None);
    }
    let people = rows(&read, PEOPLE, room, seats.clone(), |seat, bytes| {
        decode_person(SeatId(seat), bytes).map_err(|_| unreadable(room, "a record"))
    })?;
    let chat = rows(&read, CHAT, room, places, |id, bytes| {
        decode_message(id, bytes).map_err(|_| unreadable(room, "a message"))
    })?;
    let media = rows(&read, MEDIA, room, seats, |seat, bytes| {
        decode_media(SeatId(seat), bytes).map_err(|_| unreadable(room, "a mute state"))
    })?;
    let version = Version(u64::try_from(events.len()).unwrap_or(u64::MAX));
    Ok(Some(StoredRoom {
        version,
        events,
        people,
        chat,
        media,
    }))
}

/// What a table has of one room, in the order of its numbers.
fn rows<N, T>(
    read: &ReadTransaction,
    table: TableDefinition<'_, (u64, N), &[u8]>,
    room: RoomId,
    numbers: RangeInclusive<N>,
    decode: impl Fn(N, &[u8]) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError>
where
    N: Key + for<'a> redb::Value<SelfType<'a> = N> + Copy + 'static,
{
    let table = read.open_table(table).map_err(failed)?;
    let range = (room.0, *numbers.start())..=(room.0, *numbers.end());
    let entries = table.range(range).map_err(failed)?;
    entries
        .map(|entry| {
            let (key, bytes) = entry.map_err(failed)?;
            decode(key.value().1, bytes.value())
        })
        .collect()
}

fn delete(write: &WriteTransaction, room: RoomId) -> Result<(), StoreError> {
    let mut events = write.open_table(EVENTS).map_err(failed)?;
    let mut ends: Vec<u64> = Vec::new();
    for entry in events
        .range((room.0, 0)..=(room.0, u64::MAX))
        .map_err(failed)?
    {
        let (_key, bytes) = entry.map_err(failed)?;
        // An unreadable event is deleted like any other; it only has no known end.
        if let Ok(event) = decode_event(bytes.value())
            && matches!(event.fact, Fact::Ended { .. })
        {
            ends.push(event.at.0);
        }
    }
    events
        .retain_in((room.0, 0)..=(room.0, u64::MAX), |_, _| false)
        .map_err(failed)?;
    let mut ended = write.open_table(ENDED).map_err(failed)?;
    for at in ends {
        ended.remove((at, room.0)).map_err(failed)?;
    }
    let mut people = write.open_table(PEOPLE).map_err(failed)?;
    people
        .retain_in((room.0, 0)..=(room.0, u16::MAX), |_, _| false)
        .map_err(failed)?;
    let mut chat = write.open_table(CHAT).map_err(failed)?;
    chat.retain_in((room.0, 0)..=(room.0, u64::MAX), |_, _| false)
        .map_err(failed)?;
    let mut media = write.open_table(MEDIA).map_err(failed)?;
    media
        .retain_in((room.0, 0)..=(room.0, u16::MAX), |_, _| false)
        .map_err(failed)?;
    let range = (room.0, &[0; 32])..=(room.0, &[u8::MAX; 32]);
    let mut room_tokens = write.open_table(ROOM_TOKENS).map_err(failed)?;
    let mut tokens = write.open_table(TOKENS).map_err(failed)?;
    for entry in room_tokens.range(range.clone()).map_err(failed)? {
        let (key, _nothing) = entry.map_err(failed)?;
        tokens.remove(key.value().1).map_err(failed)?;
    }
    room_tokens.retain_in(range, |_, ()| false).map_err(failed)
}

pub(super) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed(Box::new(error))
}

const fn unreadable(room: RoomId, reason: &'static str) -> StoreError {
    StoreError::Unreadable { room, reason }
}
