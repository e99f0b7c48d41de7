//! What the logs of staff and accounts came to, remembered by their versions.
//!
//! A request asks the store how far a log has come, which is one small read, and replays it only
//! if that is further than what is remembered. So several servers of one store never work with
//! what another has changed: a version names a whole history.
//!
//! When sessions and keys were used is stored beside the logs without a new version. Another
//! server may know of a later use, never of an earlier one: whoever is refused by what is
//! remembered is looked at anew before that is said.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Accounts, Result};
use crate::accounts::account::{self, Account};
use crate::accounts::staff::{self, Staff};
use crate::accounts::{AccountId, ClinicId};
use crate::store::Version;
use crate::store::accounts::{StoredAccount, StoredStaff};

/// Accounts remembered, some kilobytes each: everybody who is at work in some hospitals. Beyond
/// it all are forgotten, and read again when they ask.
const ACCOUNTS_REMEMBERED: usize = 2_000;
/// Clinics remembered, about 200 kB each if they are full: all of a server.
const CLINICS_REMEMBERED: usize = 128;

/// An account, and what is stored of it; the events are forgotten once they are replayed.
pub(super) type KnownAccount = Arc<(Account, StoredAccount)>;

/// A clinic's staff, and what is stored of it; `None`: it has no log yet.
pub(super) type KnownStaff = Arc<(Staff, Option<StoredStaff>)>;

/// What is remembered.
#[derive(Default)]
pub(super) struct Known {
    accounts: Memory<AccountId, (Account, StoredAccount)>,
    staff: Memory<ClinicId, (Staff, Option<StoredStaff>)>,
}

struct Memory<K, V>(Mutex<HashMap<K, Arc<V>>>);

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Copy, V> Memory<K, V> {
    fn get(&self, key: K) -> Option<Arc<V>> {
        self.lock().get(&key).cloned()
    }

    fn put(&self, key: K, value: &Arc<V>, max: usize) {
        let mut memory = self.lock();
        if memory.len() >= max {
            memory.clear();
        }
        memory.insert(key, Arc::clone(value));
    }

    fn forget(&self, key: K) {
        self.lock().remove(&key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Arc<V>>> {
        // Nothing under this lock panics half-way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts {
    /// A clinic's staff as it is now.
    pub(super) async fn staff(&self, clinic: ClinicId) -> Result<KnownStaff> {
        if let Some(known) = self.known.staff.get(clinic)
            && let Some(stored) = &known.1
            && self.store.staff_version(clinic).await? == Some(stored.version)
        {
            return Ok(known);
        }
        let mut stored = self.store.load_staff(clinic).await?;
        let events = stored
            .as_mut()
            .map(|stored| std::mem::take(&mut stored.events));
        let staff = staff::replay(events.iter().flatten());
        let known = Arc::new((staff, stored));
        self.known.staff.put(clinic, &known, CLINICS_REMEMBERED);
        Ok(known)
    }

    /// An account as it is now; `None` if it never was.
    pub(super) async fn account(&self, id: AccountId) -> Result<Option<KnownAccount>> {
        if let Some(known) = self.known.accounts.get(id)
            && self.store.version(id).await? == Some(known.1.version)
        {
            return Ok(Some(known));
        }
        let Some(mut stored) = self.store.load(id).await? else {
            self.known.accounts.forget(id);
            return Ok(None);
        };
        let events = std::mem::take(&mut stored.events);
        let known = Arc::new((account::replay(&events), stored));
        self.known.accounts.put(id, &known, ACCOUNTS_REMEMBERED);
        Ok(Some(known))
    }

    /// What is stored beside the log has changed, or may have.
    pub(super) fn forget_account(&self, id: AccountId) {
        self.known.accounts.forget(id);
    }

    /// As [`Self::forget_account`].
    pub(super) fn forget_staff(&self, clinic: ClinicId) {
        self.known.staff.forget(clinic);
    }
}

/// The version to append to.
pub(super) fn version((_, stored): &(Staff, Option<StoredStaff>)) -> Version {
    stored
        .as_ref()
        .map(|stored| stored.version)
        .unwrap_or_default()
}
