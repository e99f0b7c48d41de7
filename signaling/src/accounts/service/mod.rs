//! Accounts as a server has them: the two domains, the store, and the work with passwords.
//!
//! Where a clinic's log and an account's both change, the one that matters to safety is written so
//! that a crash between them leaves nothing open: an account is stored before its clinic knows it
//! (until then nothing leads to it), and the clinic forgets it before its records go.

mod administering;
mod changing;
mod entering;
mod keys;
mod signing_in;

use std::fmt;
use std::net::IpAddr;
use std::time::Instant;

use super::account::{self, Account};
use super::staff::{self, Staff};
use super::throttle::SIGN_INS;
use super::{
    AccountId, AccountSecret, ClinicId, CsrfToken, DeviceToken, HashError, PasswordError,
    Passwords, RecoveryCode, Refusal, SealError, SessionId, SessionToken, StaffRole, TotpCode,
};
use crate::ids::Timestamp;
use crate::opaque::LinkToken;
use crate::per_address::PerAddress;
use crate::store::StoreError;
use crate::store::accounts::{
    AccountStore, AccountStoreError, Profile, StoredAccount, StoredStaff,
};
use crate::{Clock, RandomError, Wait};
pub use keys::{ApiKey, KeyHolder, KeyView};

/// The accounts of a server.
pub struct Accounts {
    store: AccountStore,
    secret: AccountSecret,
    passwords: Passwords,
    addresses: PerAddress,
    clock: Clock,
}

/// Somebody who gets an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Name and sign-in name.
    pub profile: Profile,
    /// What they are.
    pub role: StaffRole,
}

/// Somebody who has the first administrator's link.
#[derive(Clone)]
pub struct FirstAdministrator {
    /// The link.
    pub link: LinkToken,
    /// Name and sign-in name.
    pub profile: Profile,
    /// As it was typed.
    pub password: String,
}

/// Somebody who wants to sign in.
#[derive(Clone)]
pub struct Attempt {
    /// Where.
    pub clinic: ClinicId,
    /// As it was typed.
    pub name: String,
    /// As it was typed.
    pub password: String,
    /// What else was shown.
    pub second: SecondFactor,
    /// What the browser has from an earlier time.
    pub device: Option<DeviceToken>,
    /// From where the request came.
    pub address: IpAddr,
    /// When.
    pub at: Instant,
}

/// What somebody shows beside the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Nothing.
    None,
    /// A code of the app.
    Code(TotpCode),
    /// A code on paper.
    Recovery(RecoveryCode),
}

/// What a browser gets that signed in, or whose session goes on with a new token.
#[derive(Debug)]
pub struct Welcome {
    /// For its cookie.
    pub token: SessionToken,
    /// For its page.
    pub csrf: CsrfToken,
    /// For its other cookie, if the device was not known.
    pub device: Option<DeviceToken>,
}

/// Who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Of which clinic: no other is there for them.
    pub clinic: ClinicId,
    /// Who.
    pub account: AccountId,
    /// What they are.
    pub role: StaffRole,
    /// By which session.
    pub session: SessionId,
}

/// One session, for the person who looks at the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Which.
    pub id: SessionId,
    /// When it was begun.
    pub begun: Timestamp,
    /// When it was last used, to five minutes.
    pub used: Timestamp,
}

/// Why something about accounts was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// A rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A new password that cannot be chosen.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// Too many attempts from one address.
    #[error("too many attempts to sign in: wait {} s", .0.as_seconds())]
    Wait(Wait),
    /// Too much at once.
    #[error("too many people sign in at this moment")]
    Busy,
    /// The machine could not.
    #[error("the password could not be hashed")]
    Hash(#[source] HashError),
    /// The machine has no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The store.
    #[error(transparent)]
    Store(#[from] AccountStoreError),
    /// The cryptography.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl AccountError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Password(error) => error.code(),
            Self::Wait(_) => "rate_limited",
            Self::Busy => "busy",
            Self::Store(_) => "store_unavailable",
            Self::Hash(_) | Self::Random(_) | Self::Seal(_) => "internal",
        }
    }
}

impl From<HashError> for AccountError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Random(error) => Self::Random(error),
            HashError::Failed => Self::Hash(error),
        }
    }
}

type Result<T> = std::result::Result<T, AccountError>;

/// How often a change is decided anew because somebody else changed the same log first. Each time
/// somebody got on; more than everybody who may wait for a hash never come together.
const TRIES: usize = 100;

impl Accounts {
    /// Over a store; the secret and the sealer's key are good for this store only.
    pub fn new(
        store: AccountStore,
        secret: AccountSecret,
        passwords: Passwords,
        clock: Clock,
    ) -> Self {
        Self {
            store,
            secret,
            passwords,
            addresses: PerAddress::new(SIGN_INS),
            clock,
        }
    }

    /// The work with passwords, for metrics.
    pub const fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    async fn staff(&self, clinic: ClinicId) -> Result<(Staff, Option<StoredStaff>)> {
        let stored = self.store.load_staff(clinic).await?;
        let staff = stored.as_ref().map(|stored| staff::replay(&stored.events));
        Ok((staff.unwrap_or_default(), stored))
    }

    async fn account(&self, id: AccountId) -> Result<Option<(Account, StoredAccount)>> {
        let stored = self.store.load(id).await?;
        Ok(stored.map(|stored| (account::replay(&stored.events), stored)))
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts(…)")
    }
}

const fn is_conflict(error: &AccountStoreError) -> bool {
    matches!(error, AccountStoreError::Store(StoreError::Conflict { .. }))
}
