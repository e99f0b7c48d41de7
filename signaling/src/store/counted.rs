//! A store in memory that counts how often whole streams are read.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;

use super::embedded::EmbeddedStore;
use super::journal::{Journal, List, Mark, Name, StoredStream, StreamId, Target, Version, Write};
use super::{Store, StoreError};

struct Counted {
    journal: EmbeddedStore,
    loads: Arc<AtomicU64>,
}

impl Store {
    /// The store, and the number of streams that were read as a whole.
    pub(crate) fn counted() -> (Self, Arc<AtomicU64>) {
        let loads = Arc::<AtomicU64>::default();
        let counted = Counted {
            journal: EmbeddedStore::in_memory().unwrap(),
            loads: Arc::clone(&loads),
        };
        (Self::over(counted).unwrap(), loads)
    }
}

impl Journal for Counted {
    fn append(
        &self,
        stream: StreamId,
        expected: Version,
        write: Write,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        self.journal.append(stream, expected, write)
    }

    fn load(
        &self,
        stream: StreamId,
    ) -> BoxFuture<'static, Result<Option<StoredStream>, StoreError>> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        self.journal.load(stream)
    }

    fn version(&self, stream: StreamId) -> BoxFuture<'static, Result<Option<Version>, StoreError>> {
        self.journal.version(stream)
    }

    fn find(&self, name: Name) -> BoxFuture<'static, Result<Option<Target>, StoreError>> {
        self.journal.find(name)
    }

    fn marked(
        &self,
        list: List,
        times: Range<u64>,
        after: Option<Mark>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Mark>, StoreError>> {
        self.journal.marked(list, times, after, limit)
    }

    fn delete(&self, stream: StreamId) -> BoxFuture<'static, Result<(), StoreError>> {
        self.journal.delete(stream)
    }

    fn streams(
        &self,
        after: Option<StreamId>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<StreamId>, StoreError>> {
        self.journal.streams(after, limit)
    }

    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        self.journal.check()
    }
}
