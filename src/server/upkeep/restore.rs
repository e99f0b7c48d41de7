//! `nhipcau restore`: a backup becomes the store, tried before it does.

use std::path::Path;

use anyhow::{Context as _, bail};
use signaling::Clock;
use signaling::store::Store;

use super::{Outcome, Part, door, file_of, new_file, refuse_broken};
use crate::config::Settings;

const INSTEAD: &str =
    "stop nhipcau and Redis, put Redis's own copy back in its place, and start both";

/// What may become of a store that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replace {
    /// Nothing: the restore is refused.
    Never,
    /// It is replaced.
    Whatever,
}

/// Puts a backup in the place of the store: one of this or of an earlier program, whose chains fit and
/// whose records the keys open. Until then nothing is changed.
pub async fn restore(
    settings: &Settings,
    file: &Path,
    replace: Replace,
) -> anyhow::Result<Outcome> {
    let store = file_of(settings, INSTEAD)?;
    if door::knock(store)?.is_some() {
        bail!("a server runs on {}: stop it first", store.display());
    }
    // Held until its place is taken, so that no server starts on it meanwhile.
    let before = before(store, replace).await?;
    let part = Part::beside(store);
    let cannot = || format!("{} cannot be read", file.display());
    let mut from = std::fs::File::open(file).with_context(cannot)?;
    let mut to =
        new_file(&part.path).with_context(|| format!("{} cannot be made", part.path.display()))?;
    std::io::copy(&mut from, &mut to).with_context(cannot)?;
    drop(to);
    let now = Clock::system().now();
    let cannot = || format!("{} cannot be restored", file.display());
    let audit = {
        let opened = Store::open_embedded(&part.path, &settings.store_keys, now).await;
        let opened = opened.with_context(cannot)?;
        opened.try_records().await.with_context(cannot)?;
        opened.audit(None).await.with_context(cannot)?
    };
    refuse_broken(&audit, file.display())?;
    part.keep(store)?;
    drop(before);
    let words = format!(
        "{} is the store now: {} logs with {} entries, and every chain fits\n\
         what happened after the backup is gone: links made since are unknown, links taken back since are \
         good again, and whoever was erased since is back; do those once more\n",
        file.display(),
        audit.logs,
        audit.entries
    );
    let is_good = true;
    Ok(Outcome { words, is_good })
}

/// What is there now, if it may go.
async fn before(path: &Path, replace: Replace) -> anyhow::Result<Option<Store>> {
    if !path.exists() {
        return Ok(None);
    }
    let opened = Store::open_copy(path);
    if replace == Replace::Whatever {
        // Also one that is broken, or of another format.
        return Ok(opened.ok());
    }
    let shown = path.display();
    let opened = opened.with_context(|| {
        format!("the store {shown} cannot be opened; to put the backup in its place: --replace")
    })?;
    if !opened.is_empty().await? {
        bail!("the store {shown} is not empty; to put the backup in its place: --replace");
    }
    Ok(Some(opened))
}
