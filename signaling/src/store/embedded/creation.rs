//! The first start, which may be cut short.
//!
//! redb makes a file in three steps: its length, its header, and last the nine bytes that say
//! what it is. A file of which only the first steps reached the disk is no database to redb, so
//! the server would never start again until somebody removed a file in which nothing is stored.

use std::io;
use std::ops::Bound;
use std::path::Path;

use redb::{BackendError, StorageBackend};

/// The first bytes of a finished file (redb, `docs/design.md`, "Database header").
const MAGIC: [u8; 9] = *b"redb\x1a\x0a\xa9\x0d\x0a";

/// The page of the header. What is stored comes after it.
const HEADER_BYTES: usize = 4096;

/// Read at a time while looking for anything stored.
const CHUNK_BYTES: usize = 64 * 1024;

const WHOLE: (Bound<u64>, Bound<u64>) = (Bound::Unbounded, Bound::Unbounded);

/// Empties a file that redb began and never finished. Leaves every other file alone: a store, one
/// that another process is making at this moment, and one that is not ours.
pub(super) fn forget_unfinished(backend: &impl StorageBackend) -> io::Result<()> {
    let has_lock = match backend.try_lock_range(WHOLE.0, WHOLE.1) {
        Ok(true) => true,
        // Somebody has it open; redb will say so.
        Ok(false) => return Ok(()),
        Err(BackendError::Unsupported) => false,
        Err(error) => return Err(error.into()),
    };
    let done = match is_unfinished(backend) {
        Ok(true) => backend.set_len(0),
        other => other.map(drop),
    };
    if has_lock {
        backend.unlock_range(WHOLE.0, WHOLE.1)?;
    }
    done
}

/// As long as a store, without the mark of one, and nothing in it.
fn is_unfinished(backend: &impl StorageBackend) -> io::Result<bool> {
    let length = backend.len()?;
    if length <= HEADER_BYTES as u64 {
        return Ok(false);
    }
    let mut start = [0; MAGIC.len()];
    backend.read(0, &mut start)?;
    let may_be_torn = start
        .iter()
        .zip(MAGIC)
        .all(|(is, mark)| *is == 0 || *is == mark);
    if start == MAGIC || !may_be_torn {
        return Ok(false);
    }
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut at = HEADER_BYTES as u64;
    while at < length {
        let size = usize::try_from(length - at).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
        let Some(part) = chunk.get_mut(..size) else {
            break;
        };
        backend.read(at, part)?;
        if part.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        at += size as u64;
    }
    Ok(true)
}

/// Makes the name of a new file last: a synced file whose folder was never synced may be gone
/// after a power cut, with everything in it.
pub(super) fn keep_name(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // A folder that may be written but not read cannot be asked; most file systems write the
        // name with the file anyway.
        if let Ok(folder) = std::fs::File::open(folder) {
            folder.sync_all()?;
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use redb::backends::FileBackend;

    use super::*;
    use crate::ids::Timestamp;
    use crate::store::{Store, StoreError};

    struct File(PathBuf);

    impl File {
        fn with(name: &str, bytes: &[u8]) -> Self {
            let name = format!("signaling-{name}-{}.redb", std::process::id());
            let file = Self(std::env::temp_dir().join(name));
            std::fs::write(&file.0, bytes).unwrap();
            file
        }

        fn bytes(&self) -> Vec<u8> {
            std::fs::read(&self.0).unwrap()
        }

        fn keys(&self) -> PathBuf {
            self.0.with_extension("key")
        }

        async fn open(&self) -> Result<Store, StoreError> {
            Store::open_embedded(&self.0, self.keys(), Timestamp(5)).await
        }

        fn backend(&self) -> FileBackend {
            let mut options = std::fs::OpenOptions::new();
            let file = options.read(true).write(true).open(&self.0).unwrap();
            FileBackend::new(file).unwrap()
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
            let _ = std::fs::remove_file(self.keys());
        }
    }

    /// The length reached the disk, and a part of the header and of its mark.
    fn unfinished() -> Vec<u8> {
        let mut bytes = vec![0; 10 * CHUNK_BYTES + 100];
        bytes[..4].copy_from_slice(&MAGIC[..4]);
        bytes[10..320].fill(7);
        bytes
    }

    #[tokio::test]
    async fn a_first_start_that_was_cut_short_is_made_up_for() {
        let file = File::with("short", &unfinished());
        drop(file.open().await.unwrap());
        assert_eq!(file.bytes()[..9], MAGIC);
    }

    #[tokio::test]
    async fn a_file_with_anything_in_it_is_left_alone() {
        let mut stored = unfinished();
        *stored.last_mut().unwrap() = 1;
        let mut foreign = unfinished();
        foreign[0] = b'x';
        for bytes in [stored, foreign, vec![0; HEADER_BYTES]] {
            let file = File::with("foreign", &bytes);
            assert!(file.open().await.is_err());
            assert!(file.bytes() == bytes, "it is as it was");
        }
    }

    #[test]
    fn a_file_that_another_process_is_making_is_left_alone() {
        let file = File::with("making", &unfinished());
        let other = file.backend();
        assert!(other.try_lock_range(WHOLE.0, WHOLE.1).unwrap());
        forget_unfinished(&file.backend()).unwrap();
        assert!(file.bytes() == unfinished(), "it is as it was");
        drop(other);
        forget_unfinished(&file.backend()).unwrap();
        assert!(file.bytes().is_empty());
    }
}
