//! How often somebody may try to sign in.
//!
//! Per account, failures are counted in two lanes: those of devices on which the account's person
//! signed in before, and those of everybody else. Each makes only its own lane wait. So a stranger
//! who keeps trying slows strangers down, never the person at the usual desk; nothing has to be
//! unlocked by anybody, and the longest wait is a quarter of an hour.

use std::time::Duration;

use crate::bucket::Allowance;
use crate::ids::Timestamp;

/// Failures before anybody waits: a wrong keyboard, an old password.
const FREE_FAILURES: u32 = 5;
/// The first wait; each further failure doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait: about a hundred guesses a day, which no password of ten characters off the
/// list falls to.
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// After so long without a failure the count begins anew.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(24);

/// Attempts to sign in from one address: a ward behind one address at the change of shifts.
/// Beyond it: `rate_limited`.
pub const SIGN_INS: Allowance = Allowance {
    burst: 30,
    every: Duration::from_secs(4),
};
/// From where somebody tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// A device on which this account was signed in to before.
    Known,
    /// Any other.
    Stranger,
}

/// The failures of one lane since the last success in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    /// One more.
    #[must_use]
    pub fn and(self, at: Timestamp) -> Self {
        let is_old = at >= self.last.plus(FORGOTTEN_AFTER);
        let before = if is_old { 0 } else { self.count };
        Self {
            count: before.saturating_add(1),
            last: at,
        }
    }

    /// Until when whoever tries in this lane is answered as if the password were wrong.
    pub fn wait_until(self) -> Timestamp {
        let Some(doublings) = self.count.checked_sub(FREE_FAILURES) else {
            return Timestamp(0);
        };
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        let wait = FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT);
        self.last.plus(wait)
    }
}
