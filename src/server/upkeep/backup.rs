//! `nhipcau backup`: a copy of the store from one moment, tried before it is kept.

use std::path::Path;

use anyhow::Context as _;
use signaling::store::{Audit, Store};

use super::{Outcome, Part, copy, file_of, refuse_broken};
use crate::config::Settings;

const INSTEAD: &str = "let Redis copy itself instead (BGREWRITEAOF, then its folder appendonlydir), and keep a \
                       copy of the key file elsewhere";

/// Copies the store to a file that only its owner may read, while the server goes on or when none runs.
/// What was in the file's place is replaced at once, and only by a copy whose trail is whole.
pub async fn backup(settings: &Settings, file: &Path) -> anyhow::Result<Outcome> {
    let store = file_of(settings, INSTEAD)?;
    let part = Part::beside(file);
    copy(store, &part.path).await?;
    let audit = {
        let copied = Store::open_copy(&part.path).context("the copy cannot be opened")?;
        copied
            .audit(None)
            .await
            .context("the copy cannot be read")?
    };
    refuse_broken(&audit, store.display()).context("no backup was made")?;
    part.keep(file)?;
    let Audit { logs, entries, .. } = &audit;
    let words = format!(
        "{} holds {logs} logs with {entries} entries, and every chain fits\n\
         digest of all heads: {}\n\
         it does not hold the keys: without {} nobody can read names and chat in it; keep a copy of that \
         file elsewhere\n",
        file.display(),
        audit.heads.digest(),
        settings.store_keys.display()
    );
    let is_good = true;
    Ok(Outcome { words, is_good })
}
