//! Files that are still there after a power cut.

use std::io;
use std::path::Path;

/// Makes sure that a file that was made or renamed here is found here after a power cut.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Puts a finished file in the place of another, at once and for good.
pub fn put_in_place(finished: &Path, path: &Path) -> io::Result<()> {
    std::fs::File::open(finished)?.sync_all()?;
    std::fs::rename(finished, path)?;
    sync_folder(path)
}
