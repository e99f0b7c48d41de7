//! `nhipcau audit`: whether the trail is what was written, and what to note elsewhere.

use std::fmt::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, anyhow};
use signaling::store::{Audit, Heads, Store, StoreError};

use super::{Outcome, Part, copy, lines, refuse_broken};
use crate::config::{Settings, StoreLocation};

/// Recomputes every chain of the store, or of a copy; with the heads that were noted at some time, also
/// whether each log still goes through its own.
pub async fn verify(
    settings: &Settings,
    file: Option<&Path>,
    noted: Option<&Path>,
) -> anyhow::Result<Outcome> {
    let noted = noted.map(read_heads).transpose()?;
    let audit = audit(settings, file, noted.as_ref()).await?;
    let Audit { logs, entries, .. } = audit;
    let mut words = format!("{logs} logs, {entries} entries\n");
    let is_good = audit.findings.is_empty();
    // Writing to a String cannot fail.
    if is_good {
        words.push_str("every chain fits\n");
    } else {
        let _ = write!(words, "not what was written:\n{}", lines(&audit.findings));
    }
    if let Some(noted) = noted {
        let agree = if is_good {
            "every log agrees with them"
        } else {
            "see above"
        };
        let digest = noted.digest();
        let _ = writeln!(words, "digest of the noted heads: {digest} ({agree})");
    }
    let digest = audit.heads.digest();
    let _ = writeln!(words, "digest of all heads now: {digest}");
    Ok(Outcome { words, is_good })
}

/// The heads of all logs as text. Refuses where a chain breaks: what is noted must be good.
pub async fn export_heads(settings: &Settings, file: Option<&Path>) -> anyhow::Result<Outcome> {
    let audit = audit(settings, file, None).await?;
    match file {
        Some(file) => refuse_broken(&audit, file.display())?,
        None => refuse_broken(&audit, &settings.store)?,
    }
    let words = audit.heads.to_string();
    let is_good = true;
    Ok(Outcome { words, is_good })
}

async fn audit(
    settings: &Settings,
    file: Option<&Path>,
    noted: Option<&Heads>,
) -> anyhow::Result<Audit> {
    if let Some(file) = file {
        return look(Store::open_copy(file), noted, &file.display()).await;
    }
    let place = &settings.store;
    match place {
        StoreLocation::File(path) => {
            // A copy, whether the server runs or not: nobody waits meanwhile.
            let part = Part::beside(&std::env::temp_dir().join("nhipcau-audit"));
            copy(path, &part.path).await?;
            look(Store::open_copy(&part.path), noted, place).await
        }
        // It serves readers beside those who write.
        StoreLocation::Redis(address) => look(Store::read_redis(address).await, noted, place).await,
    }
}

async fn look(
    opened: Result<Store, StoreError>,
    noted: Option<&Heads>,
    place: &(dyn fmt::Display + Sync),
) -> anyhow::Result<Audit> {
    let cannot = || format!("{place} cannot be looked into");
    let audited = opened.with_context(cannot)?.audit(noted).await;
    audited.with_context(cannot)
}

fn read_heads(path: &Path) -> anyhow::Result<Heads> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    Heads::parse(&text).map_err(|line| {
        anyhow!(
            "{} has no head in line {line}: it must be as `nhipcau audit export-heads` writes it",
            path.display()
        )
    })
}
