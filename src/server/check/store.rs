//! The store: an existing database opens, or a new one can be made in its folder.

use std::path::{Path, PathBuf};

use signaling::store::{Store, StoreError};

use super::Finding;

const SUBJECT: &str = "store";

/// Opens the database, which compares all its checksums, or tries the folder without leaving a database behind.
pub(super) fn open(path: &Path, keys: &Path) -> Finding {
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
        Err(StoreError::Keys(error)) => Finding::problem(
            SUBJECT,
            error.to_string(),
            "put the right file there, or say where it is with --store-key-file",
        ),
        Err(error) => Finding::problem(
            SUBJECT,
            format!("{shown} cannot be opened: {error}"),
            "stop a running nhipcau that has it open, see whether nhipcau may read and write it, \
             or choose another file with --store",
        ),
    }
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
