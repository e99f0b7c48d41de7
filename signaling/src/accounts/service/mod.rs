//! Accounts as a server has them: the two domains, the store, and the work with passwords.
//!
//! Where a clinic's log and an account's both change, the one that matters to safety is written so
//! that a crash between them leaves nothing open: an account is stored before its clinic knows it
//! (until then nothing leads to it), and the clinic forgets it before its records go.

mod administering;
mod changing;
mod clinics;
mod colleagues;
mod entering;
mod keys;
mod known;
mod signing_in;
mod trail;
mod webhooks;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

#[cfg(test)]
use super::Cost;
use super::throttle::SIGN_INS;
use super::{
    AccountId, AccountSecret, AesSealer, Clinic, ClinicId, CsrfToken, DeviceToken, HashError,
    PasswordError, Passwords, RecoveryCode, Refusal, SealError, SessionId, SessionToken, StaffRole,
    TotpCode,
};
use crate::ids::Timestamp;
use crate::opaque::LinkToken;
use crate::per_address::PerAddress;
use crate::store::accounts::{AccountStore, AccountStoreError, Profile};
use crate::store::{AccountKeys, ClinicStore, Store, StoreError};
use crate::text::DisplayName;
use crate::{BookingKey, Clock, RandomError, Wait};
pub use colleagues::Colleague;
pub use keys::{ApiKey, KeyHolder, KeyView};
use known::Known;
pub use trail::{TrailAct, TrailEntry, TrailPlace, TrailPlaceError, Whom};
pub use webhooks::WebhookView;

/// The accounts of a server.
pub struct Accounts {
    store: AccountStore,
    clinics: ClinicStore,
    main: Clinic,
    secret: AccountSecret,
    passwords: Passwords,
    addresses: PerAddress,
    known: Known,
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

/// Who is signed in, as their own page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Myself {
    /// What the others call them.
    pub name: DisplayName,
    /// Where they work.
    pub clinic: Clinic,
    /// Whether their second factor counts.
    pub has_second_factor: bool,
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
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Password(error) => error.code(),
            Self::Wait(_) => "rate_limited",
            Self::Busy => "overloaded",
            Self::Store(AccountStoreError::Store(error)) if error.is_away() => "store_away",
            Self::Store(_) | Self::Hash(_) | Self::Random(_) | Self::Seal(_) => "internal",
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
    /// Those of a store, whose secrets are made if it has none yet; `name` is the main clinic's.
    pub async fn open(
        store: &Store,
        name: Option<DisplayName>,
        passwords: Passwords,
        clock: Clock,
    ) -> Result<Self> {
        let keys = store.account_keys(clock.now()).await;
        let AccountKeys { sealing, hashing } = keys.map_err(AccountStoreError::from)?;
        let accounts = store.accounts(Arc::new(AesSealer::new(sealing)?));
        let secret = AccountSecret::new(hashing);
        let clinics = (store.clinics(), Clinic::main(name));
        Ok(Self::new(accounts, clinics, secret, passwords, clock))
    }

    /// Over a store; the secret and the sealer's key are good for this store only.
    pub(super) fn new(
        store: AccountStore,
        (clinics, main): (ClinicStore, Clinic),
        secret: AccountSecret,
        passwords: Passwords,
        clock: Clock,
    ) -> Self {
        Self {
            store,
            clinics,
            main,
            secret,
            passwords,
            addresses: PerAddress::new(SIGN_INS),
            known: Known::default(),
            clock,
        }
    }

    /// Those of a test's store: always with the same secrets, and passwords cost next to nothing.
    #[cfg(test)]
    pub(crate) fn of_a_test(store: &Store, clock: Clock) -> Self {
        let sealer = Arc::new(AesSealer::new([6; 32]).unwrap());
        let name = DisplayName::parse("Bệnh viện Mai").ok();
        let clinics = (store.clinics(), Clinic::main(name));
        let cheap = Cost {
            memory_kib: 16,
            passes: 1,
        };
        let secret = AccountSecret::new([5; 32]);
        let passwords = Passwords::new(cheap, 4).unwrap();
        Self::new(store.accounts(sealer), clinics, secret, passwords, clock)
    }

    /// What the page of a session sends with whatever changes something.
    pub fn csrf(&self, token: &SessionToken) -> CsrfToken {
        self.secret.csrf(token)
    }

    /// What appointments are found by that are not found by links.
    pub fn booking_key(&self) -> BookingKey {
        self.secret.booking_key()
    }

    /// What the people of a [demonstration](crate::demonstration) sign in with.
    pub(crate) fn demonstration_password(&self) -> String {
        self.secret.demonstration_password()
    }

    /// The work with passwords, for metrics.
    pub const fn passwords(&self) -> &Passwords {
        &self.passwords
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
