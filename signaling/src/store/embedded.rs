//! The store of a single machine: one redb file, or memory for tests and demonstrations.

use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use redb::backends::{FileBackend, InMemoryBackend};
use redb::{
    Builder, Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition,
    WriteTransaction,
};

use super::codec::{decode_event, decode_person, encode_event, encode_person};
use super::{Batch, PersonRecord, RoomStore, StoreError, StoredRoom, Version};
use crate::consultation::{Event, Fact};
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};

/// (room, place in the log) → event.
const EVENTS: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("events");
/// (room, seat) → the person's record.
const PEOPLE: TableDefinition<'_, (u64, u16), &[u8]> = TableDefinition::new("people");
/// token hash → (room, seat).
const TOKENS: TableDefinition<'_, &[u8; 32], (u64, u16)> = TableDefinition::new("tokens");
/// (room, token hash): the same the other way round, so that a room can be deleted.
const ROOM_TOKENS: TableDefinition<'_, (u64, &[u8; 32]), ()> = TableDefinition::new("room_tokens");
/// (time of the end, room), so that old rooms are found.
const ENDED: TableDefinition<'_, (u64, u64), ()> = TableDefinition::new("ended");
/// Facts about the file itself.
const ABOUT: TableDefinition<'_, &str, u64> = TableDefinition::new("about");

/// Version of the tables above.
const FORMAT: u64 = 1;
/// Pages kept in memory, bytes. redb's own default of 1 GiB is a small machine's whole memory;
/// a live room needs a few kilobytes.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

/// A store in one file. Another process cannot open the same file meanwhile.
#[derive(Clone)]
pub struct EmbeddedStore {
    database: Arc<Database>,
}

impl EmbeddedStore {
    /// Opens or creates the file, readable by its owner only. Blocks; for start-up.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let mut options = std::fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(path).map_err(failed)?;
        let backend = FileBackend::new(file).map_err(failed)?;
        Self::prepare(builder().create_with_backend(backend).map_err(failed)?)
    }

    /// A store that ends with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        let database = builder()
            .create_with_backend(InMemoryBackend::new())
            .map_err(failed)?;
        Self::prepare(database)
    }

    /// Makes all tables, so that reading never meets a missing one, and checks the format.
    fn prepare(database: Database) -> Result<Self, StoreError> {
        let write = database.begin_write().map_err(failed)?;
        {
            let mut about = write.open_table(ABOUT).map_err(failed)?;
            let found = about
                .get("format")
                .map_err(failed)?
                .map(|value| value.value());
            match found {
                None => about
                    .insert("format", FORMAT)
                    .map(|_none| ())
                    .map_err(failed)?,
                Some(found) if found > FORMAT => {
                    return Err(StoreError::Format {
                        found,
                        known: FORMAT,
                    });
                }
                Some(_) => {}
            }
            write.open_table(EVENTS).map_err(failed)?;
            write.open_table(PEOPLE).map_err(failed)?;
            write.open_table(TOKENS).map_err(failed)?;
            write.open_table(ROOM_TOKENS).map_err(failed)?;
            write.open_table(ENDED).map_err(failed)?;
        }
        write.commit().map_err(failed)?;
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
        if event.fact == Fact::Ended {
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
    Ok(version)
}

fn load(database: &Database, room: RoomId) -> Result<Option<StoredRoom>, StoreError> {
    let read = database.begin_read().map_err(failed)?;
    let table = read.open_table(EVENTS).map_err(failed)?;
    let mut events: Vec<Event> = Vec::new();
    for entry in table
        .range((room.0, 0)..=(room.0, u64::MAX))
        .map_err(failed)?
    {
        let (_key, bytes) = entry.map_err(failed)?;
        events.push(decode_event(bytes.value()).map_err(|_| unreadable(room, "an event"))?);
    }
    if events.is_empty() {
        return Ok(None);
    }
    let table = read.open_table(PEOPLE).map_err(failed)?;
    let mut people: Vec<PersonRecord> = Vec::new();
    for entry in table
        .range((room.0, 0)..=(room.0, u16::MAX))
        .map_err(failed)?
    {
        let (key, bytes) = entry.map_err(failed)?;
        let seat = SeatId(key.value().1);
        people.push(decode_person(seat, bytes.value()).map_err(|_| unreadable(room, "a record"))?);
    }
    let version = Version(u64::try_from(events.len()).unwrap_or(u64::MAX));
    Ok(Some(StoredRoom {
        version,
        events,
        people,
    }))
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
            && event.fact == Fact::Ended
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
    let range = (room.0, &[0; 32])..=(room.0, &[u8::MAX; 32]);
    let mut room_tokens = write.open_table(ROOM_TOKENS).map_err(failed)?;
    let mut tokens = write.open_table(TOKENS).map_err(failed)?;
    for entry in room_tokens.range(range.clone()).map_err(failed)? {
        let (key, _nothing) = entry.map_err(failed)?;
        tokens.remove(key.value().1).map_err(failed)?;
    }
    room_tokens.retain_in(range, |_, ()| false).map_err(failed)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed(Box::new(error))
}

const fn unreadable(room: RoomId, reason: &'static str) -> StoreError {
    StoreError::Unreadable { room, reason }
}

#[cfg(test)]
mod tests {
    use super::super::contract;
    use super::*;

    contract::suite!(EmbeddedStore::in_memory().unwrap());

    fn temporary(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("signaling-{name}-{}.redb", std::process::id()))
    }

    #[tokio::test]
    async fn a_file_keeps_what_was_appended() {
        let path = temporary("keeps");
        let store = EmbeddedStore::open(&path).unwrap();
        let batch = contract::opened();
        store
            .append(RoomId(1), Version(0), batch.clone())
            .await
            .unwrap();
        drop(store);
        let store = EmbeddedStore::open(&path).unwrap();
        let room = store.load(RoomId(1)).await.unwrap().unwrap();
        assert_eq!(room.events, batch.events);
        std::fs::remove_file(path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let path = temporary("owner");
        drop(EmbeddedStore::open(&path).unwrap());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_file_of_a_later_program_is_refused() {
        let path = temporary("later");
        let store = EmbeddedStore::open(&path).unwrap();
        let write = store.database.begin_write().unwrap();
        write
            .open_table(ABOUT)
            .unwrap()
            .insert("format", 2)
            .unwrap();
        write.commit().unwrap();
        drop(store);
        let error = EmbeddedStore::open(&path).err().unwrap();
        assert_eq!(
            error.to_string(),
            "the store has format 2, this program reads up to 1"
        );
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_second_process_is_refused_the_file() {
        let path = temporary("second");
        let _first = EmbeddedStore::open(&path).unwrap();
        assert!(EmbeddedStore::open(&path).is_err());
        std::fs::remove_file(path).unwrap();
    }
}
