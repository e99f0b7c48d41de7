//! API keys of hospital systems.

use std::collections::BTreeSet;
use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::{Accounts, Result, SignedIn, is_conflict};
use crate::accounts::secret::{from_hex, random};
use crate::accounts::{ClinicId, KEY_USE_STEP, KeyId, Refusal, Scope, staff};
use crate::auth::random_link;
use crate::ids::Timestamp;
use crate::opaque::LinkToken;
use crate::store::accounts::{StaffBatch, StoredStaff};

/// What a hospital system sends as `Authorization: Bearer …`: 16 hexadecimal digits, a dot, 22
/// characters.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Names the key in lists and logs.
    pub id: KeyId,
    secret: LinkToken,
}

/// Whose request it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    /// Of which clinic: no other is there for it.
    pub clinic: ClinicId,
    /// By which key.
    pub key: KeyId,
    /// What it is good for.
    pub scopes: BTreeSet<Scope>,
}

/// A key, for the administrator who looks at the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// Which.
    pub id: KeyId,
    /// What it is good for.
    pub scopes: BTreeSet<Scope>,
    /// Since when.
    pub made: Timestamp,
    /// When it was last used, to an hour; `None`: never.
    pub used: Option<Timestamp>,
}

impl ApiKey {
    /// The text, shown once. Never for a log.
    pub fn text(&self) -> String {
        format!("{}.{}", self.id, self.secret.as_str())
    }

    fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.split_once('.')?;
        let id = KeyId(u64::from_be_bytes(from_hex(id)?));
        let secret = LinkToken::parse(secret).ok()?;
        Some(Self { id, secret })
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}, …)", self.id)
    }
}

impl Accounts {
    /// Makes a key; its secret is told here and never again.
    pub async fn make_key(&self, by: &SignedIn, scopes: BTreeSet<Scope>) -> Result<ApiKey> {
        let id = KeyId(u64::from_be_bytes(random()?));
        let secret = random_link()?;
        let wish = staff::Wish::MakeKey {
            key: id,
            secret: self.secret.key_secret(id, &secret),
            scopes,
            by: by.account,
        };
        let batch = StaffBatch {
            keys: vec![(self.secret.key_id(id), id)],
            ..StaffBatch::default()
        };
        self.change_staff(by.clinic, &wish, &batch).await?;
        Ok(ApiKey { id, secret })
    }

    /// Takes a key back, for good.
    pub async fn revoke_key(&self, by: &SignedIn, key: KeyId) -> Result<()> {
        let by_account = by.account;
        let wish = staff::Wish::RevokeKey {
            key,
            by: by_account,
        };
        let batch = StaffBatch::default();
        self.change_staff(by.clinic, &wish, &batch).await?;
        Ok(())
    }

    /// The clinic's keys, for an administrator.
    pub async fn keys(&self, by: &SignedIn) -> Result<Vec<KeyView>> {
        let known = self.staff(by.clinic).await?;
        let (staff, stored) = &*known;
        staff.may_administer(by.clinic, by.account, by.account)?;
        let view = |key: &staff::Key| KeyView {
            id: key.id,
            scopes: key.scopes.clone(),
            made: key.made,
            used: stored.as_ref().and_then(|stored| used(stored, key.id)),
        };
        Ok(staff.keys().iter().map(view).collect())
    }

    /// Whose request this is, by the text after `Bearer `.
    pub async fn key(&self, text: &str) -> Result<KeyHolder> {
        let presented = ApiKey::parse(text).ok_or(Refusal::UnknownKey)?;
        let id = presented.id;
        let found = self.store.find_key(self.secret.key_id(id)).await?;
        let (clinic, _) = found.ok_or(Refusal::UnknownKey)?;
        let known = self.staff(clinic).await?;
        let (staff, stored) = &*known;
        let key = staff.keys().iter().find(|key| key.id == id);
        let key = key.ok_or(Refusal::UnknownKey)?;
        let secret = self.secret.key_secret(id, &presented.secret);
        verify_slices_are_equal(&key.secret.0, &secret.0).map_err(|_| Refusal::UnknownKey)?;
        let now = self.clock.now();
        if let Some(stored) = stored
            && used(stored, id).is_none_or(|used| now >= used.plus(KEY_USE_STEP))
        {
            let batch = StaffBatch {
                used: vec![(id, now)],
                ..StaffBatch::default()
            };
            match self.store.append_staff(clinic, stored.version, batch).await {
                // Whatever came first, the next request writes it down.
                Err(error) if is_conflict(&error) => {}
                stored => {
                    stored?;
                }
            }
            self.forget_staff(clinic);
        }
        Ok(KeyHolder {
            clinic,
            key: id,
            scopes: key.scopes.clone(),
        })
    }

    /// Whether a key that was good when its system asked still is: as [`Self::still`].
    pub async fn still_holds(&self, holder: &KeyHolder) -> Result<()> {
        let known = self.staff(holder.clinic).await?;
        let is_there = known.0.keys().iter().any(|key| key.id == holder.key);
        is_there
            .then_some(())
            .ok_or_else(|| Refusal::UnknownKey.into())
    }
}

fn used(stored: &StoredStaff, key: KeyId) -> Option<Timestamp> {
    let written = stored.used.iter().find(|(id, _)| *id == key);
    written.map(|(_, at)| *at)
}
