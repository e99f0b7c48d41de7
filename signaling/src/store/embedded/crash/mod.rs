//! What the embedded store promises when the power fails, the process is killed, or the disk rots.
//!
//! `power.rs`: the power fails at every write of a few days of a clinic (`workload.rs`), on a disk
//! that keeps what was synced and nothing else for certain (`disk.rs`). `killed.rs`: the process is
//! killed on a real file. `rot.rs`: bits flip in what was synced.
//!
//! A failure names its seed; `CRASH_SEEDS=7` runs one seed again, `CRASH_SEEDS=0..50` more of them.

mod chance;
mod disk;
mod killed;
mod power;
mod queue;
mod rot;
mod workload;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use disk::Disk;

use super::EmbeddedStore;
use crate::store::keys::MasterKeys;
use crate::store::seals::Seals;
use crate::store::{Store, StoreError};

fn open(disk: &Disk) -> Result<Store, StoreError> {
    let journal = EmbeddedStore::on(disk.clone())?;
    Ok(Store::with(journal, Seals::new(MasterKeys::fixed())))
}

/// Seeds to run: those of `CRASH_SEEDS`, else one.
fn seeds() -> Range<u64> {
    let Ok(wanted) = std::env::var("CRASH_SEEDS") else {
        return 0..1;
    };
    let number = |text: &str| {
        text.parse::<u64>()
            .expect("CRASH_SEEDS=7 or CRASH_SEEDS=0..50")
    };
    match wanted.split_once("..") {
        Some((first, end)) => number(first)..number(end),
        None => number(&wanted)..number(&wanted) + 1,
    }
}

/// Runs what must not panic; a panic is an outcome like any other.
fn run<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(work)))
        .unwrap_or_else(|_panic| Err("it panicked".to_owned()))
}
