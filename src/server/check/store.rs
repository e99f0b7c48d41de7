//! The store: an existing database opens, or a new one can be made in its folder; a Redis takes writes and keeps them.

use std::path::{Path, PathBuf};

use signaling::store::{Doubt, KeysError, RedisAddress, Store, StoreError};

use super::Finding;
use crate::config::StoreLocation;

const SUBJECT: &str = "store";

/// Tries where consultations are to be kept, and leaves nothing there.
pub(super) fn open(location: &StoreLocation, keys: &Path) -> Vec<Finding> {
    match location {
        StoreLocation::File(path) => vec![file(path, keys)],
        StoreLocation::Redis(address) => {
            let mut findings = redis(address, look(address, keys));
            let open = is_open_to_others(keys).then(|| {
                let keys = keys.display();
                let words = format!("others on this machine may read its keys: chmod 600 {keys}");
                Finding::note(SUBJECT, words)
            });
            findings.extend(open);
            findings
        }
    }
}

fn look(address: &RedisAddress, keys: &Path) -> Result<Vec<Doubt>, StoreError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .map_err(|error| StoreError::Failed(Box::new(error)))?
        .block_on(Store::look_at_redis(address, keys))
}

/// What looking brought, in words. What may be lost keeps no server from working.
pub(super) fn redis(
    address: &RedisAddress,
    looked: Result<Vec<Doubt>, StoreError>,
) -> Vec<Finding> {
    match looked {
        Ok(doubts) if doubts.is_empty() => vec![Finding::good(
            SUBJECT,
            format!("{address} takes writes and keeps what it acknowledged"),
        )],
        Ok(doubts) => {
            let answers = Finding::good(SUBJECT, format!("{address} takes writes"));
            let doubts = doubts.iter();
            let notes = doubts.map(|doubt| Finding::note(SUBJECT, doubt.to_string()));
            std::iter::once(answers).chain(notes).collect()
        }
        Err(StoreError::Keys(error)) => vec![wrong_keys(&error)],
        Err(error) => {
            let mend = match &error {
                StoreError::Format { .. } => {
                    "start the newer nhipcau that wrote it, or choose another store with --store"
                }
                _ => "do what the line above says, or choose a file with --store",
            };
            vec![Finding::problem(SUBJECT, error.to_string(), mend)]
        }
    }
}

/// Opens the database, which compares all its checksums, or tries the folder without leaving a database behind.
pub(super) fn file(path: &Path, keys: &Path) -> Finding {
    if path.exists() {
        open_existing(path, keys)
    } else {
        try_folder(path)
    }
}

fn open_existing(path: &Path, keys: &Path) -> Finding {
    let shown = path.display();
    // Looks only: opening would make a file of the program before this one unreadable to it.
    match Store::look_at_embedded(path, keys) {
        Ok(()) if is_open_to_others(keys) => Finding::note(
            SUBJECT,
            format!(
                "{shown} opens, but others on this machine may read its keys: chmod 600 {}",
                keys.display()
            ),
        ),
        Ok(()) => Finding::good(SUBJECT, format!("{shown} opens")),
        Err(error @ StoreError::Damaged { .. }) => Finding::problem(
            SUBJECT,
            format!("{shown} cannot be opened: {error}"),
            "keep it aside and put back the last copy of it; without a copy, move it away, and the \
             next start makes an empty store. See to its disk first",
        ),
        Err(StoreError::Keys(error)) => wrong_keys(&error),
        Err(error) => Finding::problem(
            SUBJECT,
            format!("{shown} cannot be opened: {error}"),
            "stop a running nhipcau that has it open, see whether nhipcau may read and write it, \
             or choose another file with --store",
        ),
    }
}

fn wrong_keys(error: &KeysError) -> Finding {
    let mend = "put the right file there, or say where it is with --store-key-file";
    Finding::problem(SUBJECT, error.to_string(), mend)
}

fn is_open_to_others(keys: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(keys).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

fn try_folder(path: &Path) -> Finding {
    let shown = path.display();
    let probe = probe(path);
    match std::fs::File::create_new(&probe).and_then(|_| std::fs::remove_file(&probe)) {
        Ok(()) => Finding::good(SUBJECT, format!("{shown} will be made at the first start")),
        Err(error) => Finding::problem(
            SUBJECT,
            format!("{shown} does not exist and cannot be made: {error}"),
            "make its folder and let nhipcau write there, or choose another file with --store",
        ),
    }
}

/// A file of this process alone beside the place of the database.
fn probe(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.check", std::process::id()));
    path.with_file_name(name)
}
