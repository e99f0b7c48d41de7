//! Accounts: who works at which clinic, how they prove it, and what hospital systems may ask.
//!
//! Two pure domains in the style of [`crate::consultation`] (`decide`, `apply`, time passed in):
//! [`staff`] is who belongs to a clinic, and as what; [`account`] is how one person signs in. A
//! clinic's staff is one log, because of two administrators who take each other's role at once
//! only one may succeed; each account has a log of its own, because people sign in all day. Both
//! logs are the trail. [`Accounts`] brings them together with the store.
//!
//! A *session* is a browser that is signed in, no seat and no consultation.
//!
//! **Invariants** (`tests/`)
//! - a clinic that had an administrator who could sign in has one for ever;
//! - nobody has a session whose account is disabled or removed, or had its role changed since:
//!   a session is good for one [`staff::Member::generation`] only;
//! - an invitation, the first administrator's link, a code of the second factor and a recovery
//!   code work once;
//! - whatever belongs to another clinic is answered as if it did not exist;
//! - an unknown name, a wrong password, a disabled account and one that has to wait are one answer
//!   and cost one hash each;
//! - events hold ids, enums, times and hashes; names, password hashes and second factors are
//!   sealed records beside them.

pub mod account;
mod clinics;
mod hashing;
mod ids;
mod names;
mod password;
mod policy;
mod recovery;
mod refusal;
mod role;
mod sealer;
mod secret;
mod service;
mod session;
pub mod staff;
#[cfg(test)]
mod tests;
mod throttle;
mod totp;

use std::time::Duration;

pub use clinics::{CLINICS_MAX, Clinic, ClinicAddress, ClinicAddressError};
pub use hashing::{Cost, HashError, PasswordHash, Passwords, Verdict};
pub use ids::{
    AccountId, Actor, ClinicId, DeliveryId, IdError, KeyId, NameHash, SessionId, WebhookId,
};
pub use names::{SignInName, SignInNameError};
pub use password::{Password, PasswordError};
pub use policy::StaffAction;
pub use recovery::{RECOVERY_CODES, RecoveryCode, RecoveryCodeError};
pub use refusal::Refusal;
pub use role::{Scope, StaffRole};
pub use sealer::{AesSealer, SealError, Sealer};
pub use secret::{AccountSecret, CsrfToken};
pub use service::{
    AccountError, Accounts, ApiKey, Attempt, Colleague, FirstAdministrator, KeyHolder, KeyView,
    Myself, Newcomer, SecondFactor, SessionView, SignedIn, TrailAct, TrailEntry, TrailPlace,
    TrailPlaceError, WebhookView, Welcome, Whom,
};
pub use session::{Cookies, DeviceToken, SessionToken};
pub use throttle::{Failures, Lane, SIGN_INS};
pub use totp::{Step, TotpCode, TotpCodeError, TotpSecret};

use crate::ids::{Timestamp, TokenHash};

/// How long an invitation to set a password is good: a week of leave.
pub const INVITATION_LIFETIME: Duration = Duration::from_hours(24 * 7);
/// How long the first administrator's link is good; a restart makes a new one.
pub const FIRST_LINK_LIFETIME: Duration = Duration::from_hours(24);
/// How long a second factor that was offered waits for its first code.
pub const TOTP_OFFER_LIFETIME: Duration = Duration::from_mins(10);
/// A session that was not used for so long is over.
pub const SESSION_IDLE: Duration = Duration::from_mins(30);
/// A use is written down when the last one that was is so old: a session that somebody uses is
/// one small write in five minutes, and an idle one ends after 25 to 30 minutes.
pub const SESSION_IDLE_STEP: Duration = Duration::from_mins(5);
/// A session is over after so long whatever is done with it: a long shift.
pub const SESSION_LIFETIME: Duration = Duration::from_hours(12);
/// Most sessions of one account; one more ends the oldest.
pub const SESSIONS_MAX: usize = 10;
/// Most people of one clinic. Beyond it: `too_many_accounts`.
pub const ACCOUNTS_MAX: usize = 1_000;
/// Most API keys of one clinic that are not revoked. Beyond it: `too_many_keys`.
pub const KEYS_MAX: usize = 50;
/// How exactly the last use of an API key is known.
pub const KEY_USE_STEP: Duration = Duration::from_hours(1);

/// A fact and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<F> {
    /// Not before the event in front of it.
    pub at: Timestamp,
    /// What.
    pub fact: F,
}

/// A wish, and the clinic in whose name it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command<W> {
    /// Of another clinic nothing is there.
    pub clinic: ClinicId,
    /// What.
    pub wish: W,
}

/// A one-time secret, as a log knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneTime {
    /// Its hash.
    pub hash: TokenHash,
    /// From here on it opens nothing.
    pub expires: Timestamp,
}

impl OneTime {
    /// Whether a presented one is this one, and not too late.
    fn check(self, presented: TokenHash, now: Timestamp) -> Result<(), Refusal> {
        if self.hash != presented {
            return Err(Refusal::LinkUnknown);
        }
        if now >= self.expires {
            return Err(Refusal::LinkExpired);
        }
        Ok(())
    }
}

/// Facts at their time. A clock that was set back must not reorder a log.
fn events<F>(facts: Vec<F>, now: Timestamp, last: Timestamp) -> Vec<Event<F>> {
    let at = now.max(last);
    facts.into_iter().map(|fact| Event { at, fact }).collect()
}
