//! A server with a store in memory, a clock of its own, and people who sign in to it.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::super::service::Attempt;
use super::*;
use crate::Clock;
use crate::store::Store;
use crate::store::accounts::{AccountStore, Profile};
use crate::text::DisplayName;

/// What everybody's password is.
pub const PASSWORD: &str = "nắng chiều vàng";

/// Cheap, so that tests are quick.
const CHEAP: Cost = Cost {
    memory_kib: 16,
    passes: 1,
};

pub struct World {
    pub accounts: Accounts,
    pub store: Store,
    now: Arc<AtomicU64>,
    origin: Instant,
}

impl World {
    pub fn new() -> Self {
        Self::over(Store::in_memory().unwrap())
    }

    pub fn over(store: Store) -> Self {
        let now = Arc::new(AtomicU64::new(1_700_000_000_000));
        #[expect(
            clippy::disallowed_methods,
            reason = "any instant will do as an origin"
        )]
        let origin = Instant::now();
        let accounts = serve(&store, CHEAP, Arc::clone(&now));
        Self {
            accounts,
            store,
            now,
            origin,
        }
    }

    /// Another server of the same store.
    pub fn beside(&self) -> Accounts {
        serve(&self.store, CHEAP, Arc::clone(&self.now))
    }

    /// The server again, with other costs of a password: nothing but the store is left.
    pub fn restart(&mut self, cost: Cost) {
        self.accounts = serve(&self.store, cost, Arc::clone(&self.now));
    }

    pub fn dearer() -> Cost {
        Cost { passes: 2, ..CHEAP }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::Relaxed))
    }

    pub fn pass(&self, span: Duration) {
        let later = self.now().plus(span);
        self.now.store(later.0, Ordering::Relaxed);
    }

    /// A clinic's first administrator, signed in.
    pub async fn administrator(&self, clinic: ClinicId) -> SignedIn {
        let link = self.accounts.offer_first(clinic).await.unwrap();
        let first = FirstAdministrator {
            link,
            profile: profile("Lan", "lan@benhvien.vn"),
            password: PASSWORD.to_owned(),
        };
        self.accounts.take_first(first).await.unwrap();
        let welcome = self.sign_in(clinic, "lan@benhvien.vn").await.unwrap();
        self.accounts.who(&welcome.token).await.unwrap()
    }

    /// Somebody who has set a password.
    pub async fn newcomer(&self, by: &SignedIn, role: StaffRole, name: &str) -> AccountId {
        let newcomer = Newcomer {
            profile: profile("Mai", name),
            role,
        };
        let (account, link) = self.accounts.create(by, newcomer).await.unwrap();
        self.accounts.accept(&link, PASSWORD).await.unwrap();
        account
    }

    /// How somebody tries to sign in with the right password.
    pub fn attempt(&self, clinic: ClinicId, name: &str) -> Attempt {
        let passed = self.now().0 - 1_700_000_000_000;
        Attempt {
            clinic,
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            second: SecondFactor::None,
            device: None,
            address: IpAddr::from([192, 0, 2, 1]),
            at: self.origin + Duration::from_millis(passed),
        }
    }

    pub async fn sign_in(&self, clinic: ClinicId, name: &str) -> Result<Welcome, AccountError> {
        self.accounts.sign_in(self.attempt(clinic, name)).await
    }

    /// Signs in with the right password and a second factor.
    pub async fn sign_in_with(
        &self,
        name: &str,
        second: SecondFactor,
    ) -> Result<Welcome, AccountError> {
        let attempt = Attempt {
            second,
            ..self.attempt(CLINIC, name)
        };
        self.accounts.sign_in(attempt).await
    }

    /// Signs in with a wrong password, from an address that nobody had before.
    pub async fn guess(&self, name: &str, number: u8) -> &'static str {
        let attempt = Attempt {
            password: format!("mật khẩu sai {number}"),
            address: IpAddr::from([198, 51, 100, number]),
            ..self.attempt(CLINIC, name)
        };
        code(self.accounts.sign_in(attempt).await)
    }
}

fn serve(store: &Store, cost: Cost, now: Arc<AtomicU64>) -> Accounts {
    let clock = Clock::new(move || Timestamp(now.load(Ordering::Relaxed)));
    let passwords = Passwords::new(cost, 4).unwrap();
    let secret = AccountSecret::new([5; 32]);
    let clinics = (store.clinics(), Clinic::main(None));
    Accounts::new(account_store(store), clinics, secret, passwords, clock)
}

pub fn account_store(store: &Store) -> AccountStore {
    store.accounts(Arc::new(AesSealer::new([6; 32]).unwrap()))
}

pub fn profile(name: &str, sign_in: &str) -> Profile {
    Profile {
        name: DisplayName::parse(name).unwrap(),
        sign_in_name: sign_in_name(sign_in),
    }
}

/// The code of a refusal; of none, `ok`.
pub fn code<T>(result: Result<T, AccountError>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}
