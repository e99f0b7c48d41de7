//! Opening stores.

use std::path::Path;
use std::sync::Arc;

use super::embedded::EmbeddedStore;
use super::journal::Journal;
use super::keys::MasterKeys;
use super::redis::{Doubt, RedisAddress, RedisStore};
use super::seals::Seals;
use super::unlock::unlock;
use super::{Store, StoreError};
use crate::ids::Timestamp;

impl Store {
    /// Opens or creates a file of this machine, readable by its owner only, and its key file.
    /// Another process cannot open the same file meanwhile. A file of an earlier program is made
    /// one of this program's; the earlier program cannot open it again. What was deleted or
    /// erased before is in the file no more when this returns. Blocks; for start-up.
    pub async fn open_embedded(
        path: impl AsRef<Path>,
        keys: impl AsRef<Path>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let journal = EmbeddedStore::open(path)?;
        let seals = unlock(&journal, keys.as_ref(), now).await?;
        let journal = journal.without_remains(path)?;
        Ok(Self::with(journal, seals))
    }

    /// Sees whether [`Self::open_embedded`] would open this file with these keys, and leaves both
    /// as they are: an earlier program can still go on with it. Blocks.
    pub fn look_at_embedded(
        path: impl AsRef<Path>,
        keys: impl AsRef<Path>,
    ) -> Result<(), StoreError> {
        EmbeddedStore::look_at(path.as_ref(), keys.as_ref())
    }

    /// Connects to a Redis that takes writes, with a key file of this machine; the first to open
    /// an empty one makes that, every other server of the same Redis needs a copy of it. What the
    /// Redis cannot promise is logged, and looked at again whenever the connection is made anew.
    pub async fn open_redis(
        address: &RedisAddress,
        keys: impl AsRef<Path>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let journal = RedisStore::open(address).await?;
        let seals = unlock(&journal, keys.as_ref(), now).await?;
        Ok(Self::with(journal, seals))
    }

    /// Sees whether [`Self::open_redis`] would do with these keys, and changes nothing; answers
    /// why what is stored there may be lost.
    pub async fn look_at_redis(
        address: &RedisAddress,
        keys: impl AsRef<Path>,
    ) -> Result<Vec<Doubt>, StoreError> {
        RedisStore::look_at(address, keys.as_ref()).await
    }

    /// Connects to a Redis for looking at its logs, beside the servers that use it: nothing is
    /// changed, and without its keys no record can be read.
    pub async fn read_redis(address: &RedisAddress) -> Result<Self, StoreError> {
        RedisStore::open_to_read(address).await.and_then(Self::over)
    }

    /// Opens a copy, or the store of a stopped server, for looking at its logs: nothing is
    /// changed, and without its keys no record can be read. Blocks.
    pub fn open_copy(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        EmbeddedStore::open_copy(path.as_ref()).and_then(Self::over)
    }

    /// A store that ends with the process, and its keys with it.
    pub fn in_memory() -> Result<Self, StoreError> {
        EmbeddedStore::in_memory().and_then(Self::over)
    }

    /// A store whose keys end with the process.
    pub(super) fn over(journal: impl Journal) -> Result<Self, StoreError> {
        let keys = MasterKeys::random().map_err(StoreError::failed)?;
        Ok(Self::with(journal, Seals::new(keys)))
    }

    pub(super) fn with(journal: impl Journal, seals: Seals) -> Self {
        Self {
            journal: Arc::new(journal),
            seals: Arc::new(seals),
        }
    }
}
