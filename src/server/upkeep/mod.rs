//! Looking after the store: is its trail what was written, a copy of it while the server runs, and back.

mod audit;
mod backup;
mod door;
mod restore;

#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, bail};
use signaling::store::{Audit, Store};

pub use audit::{export_heads, verify};
pub use backup::backup;
pub use door::Door;
pub use restore::{Replace, restore};

use crate::config::{Settings, StoreLocation};

/// What a command did: words for whoever typed it, and whether all was well.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whole lines.
    pub words: String,
    /// Nothing was found that should not be.
    pub is_good: bool,
}

/// A file on its way: gone unless it is kept.
struct Part {
    path: PathBuf,
}

impl Part {
    /// Beside a place, so that it can be renamed to it.
    fn beside(place: &Path) -> Self {
        // Two at once in one process, as in its tests, must not take each other's.
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{number}.part", std::process::id()));
        Self::at(place.with_file_name(name))
    }

    fn at(path: PathBuf) -> Self {
        // Of a process that was killed.
        let _ = std::fs::remove_file(&path);
        Self { path }
    }

    /// Puts it in its place, at once and for good.
    fn keep(self, place: &Path) -> anyhow::Result<()> {
        let cannot = || format!("{} cannot be written", place.display());
        signaling::store::put_in_place(&self.path, place).with_context(cannot)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Kept, or never made.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A copy of the store as it is now: from the server that runs, else from its file.
async fn copy(store: &Path, to: &Path) -> anyhow::Result<()> {
    if let Some(server) = door::knock(store)? {
        let to = to.to_owned();
        return tokio::task::spawn_blocking(move || server.copy(&to)).await?;
    }
    stopped(store)?
        .copy(to)
        .await
        .with_context(|| format!("{} cannot be copied", store.display()))
}

/// The store's file; where it is none, what to do instead.
fn file_of<'a>(settings: &'a Settings, instead: &str) -> anyhow::Result<&'a Path> {
    match &settings.store {
        StoreLocation::File(path) => Ok(path),
        StoreLocation::Redis(address) => bail!("the store is {address}: {instead}"),
    }
}

/// The store of a server that does not run.
fn stopped(path: &Path) -> anyhow::Result<Store> {
    Store::open_copy(path).with_context(|| {
        format!(
            "no server answers at {}, and the store {} cannot be opened",
            door::place(path).display(),
            path.display()
        )
    })
}

/// A new file that only its owner may read.
fn new_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// Fails if a trail is not what was written.
fn refuse_broken(audit: &Audit, what: impl fmt::Display) -> anyhow::Result<()> {
    if audit.findings.is_empty() {
        return Ok(());
    }
    bail!(
        "{what} is not what was written:\n{}",
        lines(&audit.findings)
    )
}

/// One line each, below the sentence about all of them.
fn lines<T: fmt::Display>(all: &[T]) -> String {
    all.iter().fold(String::new(), |mut lines, one| {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "  {one}");
        lines
    })
}
