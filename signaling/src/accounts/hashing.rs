//! Hashes of passwords: argon2id (RFC 9106), off the async threads, a bounded number at once.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier, phc};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::password::Password;
use super::secret::random;
use crate::RandomError;

/// Most hashes made at once: with [`Cost::OWASP`] 76 MiB.
const AT_ONCE_MAX: usize = 4;
/// Hashes that wait for their turn: one after the other, about three seconds. Beyond it:
/// [`HashError::Busy`].
const WAITING: usize = 64;

/// What one hash costs whoever makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// How often the memory is gone over.
    pub passes: u32,
}

impl Cost {
    /// The OWASP Password Storage Cheat Sheet's first choice for argon2id that a small machine
    /// carries: 19 MiB, twice, one lane.
    pub const OWASP: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };

    fn params(self) -> Result<Params, HashError> {
        Params::new(self.memory_kib, self.passes, 1, None).map_err(|_| HashError::Failed)
    }
}

/// A password's hash in the form of PHC strings, parameters and salt in it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// As it was stored. What is no hash matches no password.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the store. Never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right,
    /// The password is right, and its hash is cheaper than today's: hash it again.
    RightButCheap,
    /// It is not, or there is none.
    Wrong,
}

/// Why there is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Too many wait.
    #[error("{WAITING} passwords wait to be looked at, and that is the most")]
    Busy,
    /// No salt.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Not enough memory, or parameters out of range.
    #[error("the password could not be hashed")]
    Failed,
}

/// Makes and compares hashes.
pub struct Passwords {
    params: Params,
    /// Nobody's: compared with where there is no account, so that it takes as long.
    nobodys: PasswordHash,
    running: Arc<Semaphore>,
    all: Semaphore,
    made: AtomicU64,
}

impl Passwords {
    /// With this cost for new hashes, and `threads` of them at once, 1 to 4. Voices need the
    /// processor every few milliseconds and a hash takes some tens, so that all of the machine's
    /// cores at once would be heard. Beyond it a hash waits.
    pub fn new(cost: Cost, threads: usize) -> Result<Self, HashError> {
        let at_once = threads.clamp(1, AT_ONCE_MAX);
        let params = cost.params()?;
        let nobodys = nobodys(&params)?;
        Ok(Self {
            params,
            nobodys,
            running: Arc::new(Semaphore::new(at_once)),
            all: Semaphore::new(at_once + WAITING),
            made: AtomicU64::new(0),
        })
    }

    /// How many hashes were made since the start, in either way; for metrics.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// A new password's hash, with a salt of its own.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, HashError> {
        let salt = random::<16>()?;
        let params = self.params.clone();
        let hash = self.run(move || {
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            argon2.hash_password_with_salt(password.as_bytes(), &salt)
        });
        let hash: phc::PasswordHash = hash.await?.map_err(|_| HashError::Failed)?;
        Ok(PasswordHash(hash.to_string()))
    }

    /// Whether a password is the one of this hash. Without one the work is the same, and the
    /// password wrong.
    pub async fn compare(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<Verdict, HashError> {
        let PasswordHash(text) = hash.unwrap_or_else(|| self.nobodys.clone());
        let Ok(hash) = phc::PasswordHash::new(&text) else {
            return Ok(Verdict::Wrong);
        };
        let is_cheap = self.is_cheap(&hash);
        let compared = self.run(move || {
            let known = Argon2::default().verify_password(password.as_bytes(), &hash);
            known.is_ok()
        });
        Ok(match (compared.await?, is_cheap) {
            (true, false) => Verdict::Right,
            (true, true) => Verdict::RightButCheap,
            (false, _) => Verdict::Wrong,
        })
    }

    fn is_cheap(&self, hash: &phc::PasswordHash) -> bool {
        Params::try_from(hash).map_or(true, |params| {
            hash.algorithm != ARGON2ID_IDENT
                || params.m_cost() < self.params.m_cost()
                || params.t_cost() < self.params.t_cost()
        })
    }

    /// Takes a turn. The place among those that run goes with the work: a request that is dropped
    /// half-way makes no room before its memory is free.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let _place = self.all.try_acquire().map_err(|_| HashError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await;
        let turn = turn.map_err(|_| HashError::Failed)?;
        self.made.fetch_add(1, Ordering::Relaxed);
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|_| HashError::Failed)
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords(…)")
    }
}

/// A hash of today's cost that no password is known to have: its output is random.
fn nobodys(params: &Params) -> Result<PasswordHash, HashError> {
    let failed = |_: password_hash::Error| HashError::Failed;
    let salt = random::<16>()?;
    let output = random::<32>()?;
    let hash = phc::PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(|_| HashError::Failed)?,
        salt: Some(
            Salt::new(&salt)
                .map_err(password_hash::Error::from)
                .map_err(failed)?,
        ),
        hash: Some(
            Output::new(&output)
                .map_err(password_hash::Error::from)
                .map_err(failed)?,
        ),
    };
    Ok(PasswordHash(hash.to_string()))
}
