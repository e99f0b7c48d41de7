//! A copy of a whole store in a new file, from one moment, of what is there and of nothing that
//! was.
//!
//! A database file keeps what was deleted in pages that it has not used again yet. So a copy is
//! also how a store forgets for good: at the next start after something was to be forgotten, the
//! file is replaced by its copy ([`EmbeddedStore::without_remains`]).

use std::path::{Path, PathBuf};

use redb::{
    Database, Key, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, Value,
    WriteTransaction,
};

use super::super::StoreError;
use super::super::durable::put_in_place;
use super::tables::{
    ABOUT, ENTRIES, FORMAT, FORMAT_KEY, MARKS, NAMES, RECORDS, REMAINS_KEY, STREAM_MARKS,
    STREAM_NAMES, STREAMS, look,
};
use super::{EmbeddedStore, begin_write, database};

/// Copies to a path where nothing is yet.
pub(super) fn copy(from: &Database, to: &Path) -> Result<(), StoreError> {
    let read = from.begin_read().map_err(StoreError::failed)?;
    // Never into a file, or through a link, that somebody else put there.
    drop(new_file(to).map_err(StoreError::failed)?);
    let copied = database(to)?;
    let write = begin_write(&copied)?;
    copy_table(&read, &write, STREAMS)?;
    copy_table(&read, &write, ENTRIES)?;
    copy_table(&read, &write, RECORDS)?;
    copy_table(&read, &write, NAMES)?;
    copy_table(&read, &write, STREAM_NAMES)?;
    copy_table(&read, &write, MARKS)?;
    copy_table(&read, &write, STREAM_MARKS)?;
    {
        let mut about = write.open_table(ABOUT).map_err(StoreError::failed)?;
        about
            .insert(FORMAT_KEY, FORMAT)
            .map_err(StoreError::failed)?;
    }
    write.commit().map_err(StoreError::failed)
}

fn new_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn copy_table<K: Key + 'static, V: Value + 'static>(
    read: &ReadTransaction,
    write: &WriteTransaction,
    table: TableDefinition<'_, K, V>,
) -> Result<(), StoreError> {
    let from = read.open_table(table).map_err(StoreError::failed)?;
    let mut to = write.open_table(table).map_err(StoreError::failed)?;
    for row in from.iter().map_err(StoreError::failed)? {
        let (key, value) = row.map_err(StoreError::failed)?;
        to.insert(key.value(), value.value())
            .map_err(StoreError::failed)?;
    }
    Ok(())
}

/// Notes that the file holds what is to be forgotten, until it is replaced by its copy.
pub(super) fn note_remains(write: &WriteTransaction) -> Result<(), StoreError> {
    let mut about = write.open_table(ABOUT).map_err(StoreError::failed)?;
    let noted = about.insert(REMAINS_KEY, 1).map(|_before| ());
    noted.map_err(StoreError::failed)
}

impl EmbeddedStore {
    /// A file that is there and has today's form, as it is.
    pub(in super::super) fn open_copy(path: &Path) -> Result<Self, StoreError> {
        std::fs::metadata(path).map_err(StoreError::failed)?;
        let database = database(path)?;
        match look(&database)? {
            Some(FORMAT) => Ok(Self {
                database: std::sync::Arc::new(database),
            }),
            found => Err(StoreError::Earlier {
                found: found.unwrap_or(0),
                known: FORMAT,
            }),
        }
    }

    /// The store in a file that holds nothing that was deleted or replaced before, if it held
    /// any. A power cut on the way leaves the file as it was.
    pub(in super::super) fn without_remains(self, path: &Path) -> Result<Self, StoreError> {
        if !has_remains(&self.database)? {
            return Ok(self);
        }
        let beside = beside(path);
        match std::fs::remove_file(&beside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::failed(error));
            }
            _ => {}
        }
        copy(&self.database, &beside)?;
        put_in_place(&beside, path).map_err(StoreError::failed)?;
        drop(self);
        Self::open(path)
    }
}

fn has_remains(database: &Database) -> Result<bool, StoreError> {
    let read = database.begin_read().map_err(StoreError::failed)?;
    let about = read.open_table(ABOUT).map_err(StoreError::failed)?;
    let noted = about.get(REMAINS_KEY).map_err(StoreError::failed)?;
    Ok(noted.is_some())
}

/// Where the copy is made: in the same folder, so that it can take the file's place.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}
