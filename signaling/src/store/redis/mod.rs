//! The store of several machines: streams in Redis.
//!
//! **What is true stands in one slot.** All keys of a stream share a hash tag, so that one script
//! changes them together, on a cluster too: its head (version, latest writes), entries, records,
//! the names it has and the lists it stands in. Names and lists themselves, among them the list of
//! all streams, are in other slots;
//! what stands there are *hints*: "this stream may have this name". A hint is written before the
//! write that it is for, and whoever follows one asks the stream. So:
//!
//! - fails the hint, nothing was written;
//! - fails the write behind it, the hint leads to a stream that does not have the name, and
//!   nothing is found;
//! - is the answer to a write lost, the write is sent again under the same id, which a stream
//!   knows: it is stored once. If that cannot be answered either, it is *unsettled*, the caller
//!   learns that it may have been stored, and before anything else is done with this stream the
//!   write is settled: it was stored (then the next append meets a conflict, so that the caller
//!   reads again), or it is cancelled, and if it still arrives it is refused;
//! - each hint bears the id of its write, so that clearing what a failed write left behind never
//!   takes away what another one wrote.
//!
//! A deletion takes the stream away first: from then on nothing is found. It leaves a list of the
//! hints, which it then clears; one that was interrupted is finished by the next, or by whoever
//! meets a hint of it in a list. If the process dies between a hint and its write, the hint of a
//! name, or of a new stream in the list of all, stays for good: about a hundred bytes that lead
//! nowhere.
//!
//! Only the primary is read, over one connection, so that nothing is older than what was answered
//! before. A Redis that came back with older content has other versions: who decided on what it
//! lost is refused.

mod address;
mod append;
mod keys;
mod link;
mod problem;
mod read;
#[cfg(test)]
pub(crate) mod tests;
mod trust;

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use redis::Script;

pub use address::{RedisAddress, RedisAddressError};
pub use trust::Doubt;

use super::StoreError;
use super::journal::{Journal, List, Mark, Name, StoredStream, StreamId, Target, Version, Write};
use super::unlock::{KEYS, judge};
use append::Unsettled;
use keys::Keys;
use link::{Link, Look, Maker};

/// A store in one Redis. Clones are the same store.
#[derive(Clone)]
pub(super) struct RedisStore(Arc<Inner>);

struct Inner {
    link: Link,
    keys: Keys,
    scripts: Scripts,
    /// Writes of which it is not known whether they were stored: at most those that were under way
    /// when a connection broke, for afterwards nothing is sent until there is another one.
    unsettled: Mutex<HashMap<StreamId, Unsettled>>,
}

struct Scripts {
    append: Script,
    load: Script,
    settle: Script,
    delete: Script,
}

impl RedisStore {
    /// Connects, and checks that writes go there and its format is ours.
    pub(super) async fn open(address: &RedisAddress) -> Result<Self, StoreError> {
        Self::open_under(address, keys::PREFIX, Look::AndPrepare).await
    }

    /// As [`Self::open`], for reading: nothing is changed.
    pub(super) async fn open_to_read(address: &RedisAddress) -> Result<Self, StoreError> {
        Self::open_under(address, keys::PREFIX, Look::Only).await
    }

    async fn open_under(
        address: &RedisAddress,
        prefix: &str,
        look: Look,
    ) -> Result<Self, StoreError> {
        let keys = Keys::new(prefix);
        Ok(Self(Arc::new(Inner {
            link: Link::open(address, &keys, look).await?,
            keys,
            scripts: Scripts {
                append: Script::new(include_str!("scripts/append.lua")),
                load: Script::new(include_str!("scripts/load.lua")),
                settle: Script::new(include_str!("scripts/settle.lua")),
                delete: Script::new(include_str!("scripts/delete.lua")),
            },
            unsettled: Mutex::default(),
        })))
    }

    /// Sees whether this program would open it with these master keys, changes nothing, and says
    /// why what is stored there may be lost.
    pub(super) async fn look_at(
        address: &RedisAddress,
        master: &Path,
    ) -> Result<Vec<Doubt>, StoreError> {
        let maker = Maker::new(address, &Keys::new(keys::PREFIX))?;
        let (_connection, doubts) = maker.attempt(|| {}, Look::Only).await?;
        let stored = Self::open_to_read(address).await?.load(KEYS).await?;
        judge(&stored.unwrap_or_default(), master)?;
        Ok(doubts)
    }

    /// Runs to its end, whether or not somebody still waits for it: half of what a write does is
    /// nothing that anybody wants.
    fn run<T, F>(
        &self,
        work: impl FnOnce(Arc<Inner>) -> F,
    ) -> BoxFuture<'static, Result<T, StoreError>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let work = work(Arc::clone(&self.0));
        async move { tokio::spawn(work).await.map_err(StoreError::failed)? }.boxed()
    }
}

impl Inner {
    fn unsettled(&self) -> MutexGuard<'_, HashMap<StreamId, Unsettled>> {
        // Nothing under this lock panics half-way through a change.
        self.unsettled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for RedisStore {
    fn append(
        &self,
        stream: StreamId,
        expected: Version,
        write: Write,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(move |inner| async move { inner.append(stream, expected, &write).await })
    }

    fn load(
        &self,
        stream: StreamId,
    ) -> BoxFuture<'static, Result<Option<StoredStream>, StoreError>> {
        self.run(move |inner| async move { inner.load(stream).await })
    }

    fn load_for_write(
        &self,
        stream: StreamId,
    ) -> BoxFuture<'static, Result<Option<StoredStream>, StoreError>> {
        self.run(move |inner| async move { inner.look(stream).await })
    }

    fn version(&self, stream: StreamId) -> BoxFuture<'static, Result<Option<Version>, StoreError>> {
        self.run(move |inner| async move { inner.known_version(stream).await })
    }

    fn find(&self, name: Name) -> BoxFuture<'static, Result<Option<Target>, StoreError>> {
        self.run(move |inner| async move { inner.find(&name).await })
    }

    fn marked(
        &self,
        list: List,
        times: Range<u64>,
        after: Option<Mark>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Mark>, StoreError>> {
        self.run(move |inner| async move { inner.marked(list, times, after, limit).await })
    }

    fn delete(&self, stream: StreamId) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(move |inner| async move { inner.delete(stream).await })
    }

    fn streams(
        &self,
        after: Option<StreamId>,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<StreamId>, StoreError>> {
        self.run(move |inner| async move { inner.streams(after, limit).await })
    }

    fn check(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        self.run(|inner| async move { inner.ping().await })
    }
}
