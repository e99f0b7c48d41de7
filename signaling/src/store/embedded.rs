//! The store of a single machine: one redb file, or memory for tests and demonstrations.

mod copy;
#[cfg(test)]
mod crash;
mod creation;
mod lists;
mod migration;
mod streams;
mod tables;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use redb::backends::{FileBackend, InMemoryBackend};
use redb::{
    Builder, Database, DatabaseError, ReadTransaction, ReadableDatabase, ReadableTable,
    ReadableTableMetadata, StorageBackend, StorageError, WriteTransaction,
};

use super::StoreError;
use super::journal::{
    Journal, List, Mark, Name, RecordKey, RecordKind, StoredStream, StreamId, StreamKind, Target,
    Version, Write,
};
use super::unlock::{KEYS, judge};
use copy::note_remains;
use tables::{ABOUT, ENTRIES, FORMAT, NAMES, RECORDS, STREAM_NAMES, STREAMS, look, prepare};

/// Pages kept in memory, bytes. redb's own default of 1 GiB is a small machine's whole memory;
/// a live room needs a few kilobytes.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

/// A store in one file. Another process cannot open the same file meanwhile.
#[derive(Clone)]
pub(super) struct EmbeddedStore {
    database: Arc<Database>,
}

impl EmbeddedStore {
    /// Opens or creates the file, readable by its owner only. A file of an earlier program is made
    /// one of this program's; the earlier program cannot open it again. Reads the whole file and
    /// compares its checksums. Blocks; for start-up.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Self::prepared(database(path)?)
    }

    /// Sees whether this program would open this file with these keys, and leaves both as they
    /// are: an earlier program can still go on with it. Blocks.
    pub(super) fn look_at(path: &Path, keys: &Path) -> Result<(), StoreError> {
        let database = database(path)?;
        let stored = match look(&database)? {
            Some(FORMAT) => {
                let read = database.begin_read().map_err(StoreError::failed)?;
                load(&read, KEYS)?
            }
            Some(_) | None => None,
        };
        judge(&stored.unwrap_or_default(), keys).map(|_good| ())
    }

    /// A store that ends with the process.
    pub(super) fn in_memory() -> Result<Self, StoreError> {
        Self::on(InMemoryBackend::new())
    }

    /// A store on anything that keeps bytes.
    fn on(backend: impl StorageBackend) -> Result<Self, StoreError> {
        Self::prepared(database_on(backend)?)
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
                .map_err(StoreError::failed)?
        }
        .boxed()
    }
}

impl Journal for EmbeddedStore {
    fn append(
        &self,
        stream: StreamId,
        expected: Version,
        write: Write,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(move |database| {
            let transaction = begin_write(database)?;
            append(&transaction, stream, expected, &write)?;
            transaction.commit().map_err(StoreError::failed)
        })
    }

    fn load(
        &self,
        stream: StreamId,
    ) -> BoxFuture<'static, Result<Option<StoredStream>, StoreError>> {
        self.run(move |database| {
            let read = database.begin_read().map_err(StoreError::failed)?;
            load(&read, stream)
        })
    }

    fn version(
        &self,
        StreamId { kind, id }: StreamId,
    ) -> BoxFuture<'static, Result<Option<Version>, StoreError>> {
        self.run(move |database| {
            let read = database.begin_read().map_err(StoreError::failed)?;
            let streams = read.open_table(STREAMS).map_err(StoreError::failed)?;
            let found = streams.get((kind as u8, id)).map_err(StoreError::failed)?;
            Ok(found.map(|found| version(found.value())))
        })
    }

    fn find(&self, name: Name) -> BoxFuture<'static, Result<Option<Target>, StoreError>> {
        self.run(move |database| {
            let read = database.begin_read().map_err(StoreError::failed)?;
            let names = read.open_table(NAMES).map_err(StoreError::failed)?;
            let found = names.get(&name).map_err(StoreError::failed)?;
            let target = found.map(|entry| {
                let (kind, id, number) = entry.value();
                let stream = stream_of(kind, id)?;
                Ok(Target { stream, number })
            });
            target.transpose()
        })
    }

    fn marked(
        &self,
        list: List,
        times: Range<u64>,
        after: Option<Mark>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Mark>, StoreError>> {
        self.run(move |database| lists::marked(database, list, times, after, limit))
    }

    fn delete(&self, stream: StreamId) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(move |database| {
            let write = begin_write(database)?;
            delete(&write, stream)?;
            write.commit().map_err(StoreError::failed)
        })
    }

    fn streams(
        &self,
        after: Option<StreamId>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<StreamId>, StoreError>> {
        self.run(move |database| streams::list(database, after, limit))
    }

    fn copy(&self, to: PathBuf) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(move |database| copy::copy(database, &to))
    }

    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(|database| {
            let read = database.begin_read().map_err(StoreError::failed)?;
            let about = read.open_table(ABOUT).map_err(StoreError::failed)?;
            about.len().map(|_entries| ()).map_err(StoreError::failed)
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
    let file = options.open(path).map_err(StoreError::failed)?;
    let database = database_on(FileBackend::new(file).map_err(StoreError::failed)?)?;
    creation::keep_name(path).map_err(StoreError::failed)?;
    Ok(database)
}

fn database_on(backend: impl StorageBackend) -> Result<Database, StoreError> {
    creation::forget_unfinished(&backend).map_err(StoreError::failed)?;
    builder().create_with_backend(backend).map_err(unopened)
}

/// What is wrong with the bytes is told from what is wrong with the disk: the remedy differs.
fn unopened(error: DatabaseError) -> StoreError {
    match error {
        DatabaseError::Storage(StorageError::Corrupted(reason)) => StoreError::Damaged { reason },
        DatabaseError::Storage(StorageError::Io(error))
            if error.kind() == std::io::ErrorKind::UnexpectedEof =>
        {
            let reason = "a part of it lies beyond its end".to_owned();
            StoreError::Damaged { reason }
        }
        other => StoreError::failed(other),
    }
}

/// Begins what every change of the store is made in. Its commit is durable: it returns after the
/// disk said that all is written.
///
/// In two phases, each with a sync of its own. One would do against a crash: a commit that is
/// there in part is known by its checksums, and given up. But then a commit that was answered,
/// and that rotted since, looks the same and is given up, too, without a word.
fn begin_write(database: &Database) -> Result<WriteTransaction, StoreError> {
    let mut write = database.begin_write().map_err(StoreError::failed)?;
    write.set_two_phase_commit(true);
    Ok(write)
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    // Without it a page that rotted is served as if it were sound, or panics (docs/adr/0008).
    builder.set_check_integrity_on_open(true);
    builder
}

fn append(
    transaction: &WriteTransaction,
    StreamId { kind, id }: StreamId,
    expected: Version,
    write: &Write,
) -> Result<(), StoreError> {
    let kind = kind as u8;
    let mut streams = transaction
        .open_table(STREAMS)
        .map_err(StoreError::failed)?;
    let found = streams.get((kind, id)).map_err(StoreError::failed)?;
    let actual = found.map_or_else(Version::default, |found| version(found.value()));
    if actual != expected {
        return Err(StoreError::Conflict { expected, actual });
    }
    let Version { length, hash } = write.version;
    streams
        .insert((kind, id), (length, &hash))
        .map_err(StoreError::failed)?;
    let mut entries = transaction
        .open_table(ENTRIES)
        .map_err(StoreError::failed)?;
    for (place, entry) in (expected.length..).zip(&write.entries) {
        entries
            .insert((kind, id, place), entry.as_slice())
            .map_err(StoreError::failed)?;
    }
    let mut records = transaction
        .open_table(RECORDS)
        .map_err(StoreError::failed)?;
    let mut replaces_key = false;
    for (key, bytes) in &write.records {
        let key = (kind, id, key.kind as u8, key.number);
        let before = match bytes {
            Some(bytes) => records.insert(key, bytes.as_slice()),
            None => records.remove(key),
        };
        replaces_key |=
            before.map_err(StoreError::failed)?.is_some() && key.2 == RecordKind::Key as u8;
    }
    if replaces_key {
        note_remains(transaction)?;
    }
    let mut names = transaction.open_table(NAMES).map_err(StoreError::failed)?;
    let mut stream_names = transaction
        .open_table(STREAM_NAMES)
        .map_err(StoreError::failed)?;
    for (name, number) in &write.names {
        names
            .insert(name, (kind, id, *number))
            .map_err(StoreError::failed)?;
        stream_names
            .insert((kind, id, name), ())
            .map_err(StoreError::failed)?;
    }
    lists::mark(transaction, (kind, id), &write.marks)
}

fn load(
    read: &ReadTransaction,
    StreamId { kind, id }: StreamId,
) -> Result<Option<StoredStream>, StoreError> {
    let kind = kind as u8;
    let streams = read.open_table(STREAMS).map_err(StoreError::failed)?;
    let Some(found) = streams.get((kind, id)).map_err(StoreError::failed)? else {
        return Ok(None);
    };
    let mut stored = StoredStream {
        version: version(found.value()),
        ..StoredStream::default()
    };
    let entries = read.open_table(ENTRIES).map_err(StoreError::failed)?;
    for entry in entries
        .range((kind, id, 0)..=(kind, id, u64::MAX))
        .map_err(StoreError::failed)?
    {
        let (_key, bytes) = entry.map_err(StoreError::failed)?;
        stored.entries.push(bytes.value().to_vec());
    }
    let records = read.open_table(RECORDS).map_err(StoreError::failed)?;
    for record in records
        .range((kind, id, 0, 0)..=(kind, id, u8::MAX, u64::MAX))
        .map_err(StoreError::failed)?
    {
        let (key, bytes) = record.map_err(StoreError::failed)?;
        let (_kind, _id, kind, number) = key.value();
        let kind = RecordKind::from_number(kind).ok_or(StoreError::Unknown {
            what: "kind of record",
            number: kind,
        })?;
        let key = RecordKey { kind, number };
        stored.records.push((key, bytes.value().to_vec()));
    }
    Ok(Some(stored))
}

fn delete(write: &WriteTransaction, stream: StreamId) -> Result<(), StoreError> {
    let (kind, id) = (stream.kind as u8, stream.id);
    let mut streams = write.open_table(STREAMS).map_err(StoreError::failed)?;
    let was_there = streams.remove((kind, id)).map_err(StoreError::failed)?;
    // What a webhook was told is nothing that must leave the file at once.
    if was_there.is_some() && stream.kind.is_kept() {
        note_remains(write)?;
    }
    let mut entries = write.open_table(ENTRIES).map_err(StoreError::failed)?;
    entries
        .retain_in((kind, id, 0)..=(kind, id, u64::MAX), |_, _| false)
        .map_err(StoreError::failed)?;
    let mut records = write.open_table(RECORDS).map_err(StoreError::failed)?;
    let range = (kind, id, 0, 0)..=(kind, id, u8::MAX, u64::MAX);
    records
        .retain_in(range, |_, _| false)
        .map_err(StoreError::failed)?;
    let mut names = write.open_table(NAMES).map_err(StoreError::failed)?;
    let mut stream_names = write.open_table(STREAM_NAMES).map_err(StoreError::failed)?;
    let range = (kind, id, &[0; 32])..=(kind, id, &[u8::MAX; 32]);
    for entry in stream_names
        .range(range.clone())
        .map_err(StoreError::failed)?
    {
        let (key, _nothing) = entry.map_err(StoreError::failed)?;
        names.remove(key.value().2).map_err(StoreError::failed)?;
    }
    stream_names
        .retain_in(range, |_, ()| false)
        .map_err(StoreError::failed)?;
    lists::delete(write, (kind, id))
}

fn version((length, hash): (u64, &[u8; 32])) -> Version {
    Version {
        length,
        hash: *hash,
    }
}

fn stream_of(kind: u8, id: u64) -> Result<StreamId, StoreError> {
    let known = StreamKind::from_number(kind).ok_or(StoreError::Unknown {
        what: "kind of stream",
        number: kind,
    })?;
    Ok(StreamId { kind: known, id })
}
