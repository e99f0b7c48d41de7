//! How often somebody may try to sign in.
//!
//! Per account, failures are counted in two lanes: those of devices on which the account's person
//! signed in before, and those of everybody else. Each makes only its own lane wait. So a stranger
//! who keeps trying slows strangers down, never the person at the usual desk; nothing has to be
//! unlocked by anybody, and the longest wait is a quarter of an hour.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Wait;
use crate::bucket::{Allowance, Bucket};
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
/// Addresses remembered, about 64 bytes each. Beyond it: new addresses share one bucket until
/// others are forgotten.
const ADDRESSES_MAX: usize = 10_000;

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

/// One allowance for each address that tried of late.
#[derive(Default)]
pub struct Addresses {
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    buckets: HashMap<IpAddr, Bucket>,
    /// When those that are whole were last forgotten; looking at all of them is work.
    swept: Option<Instant>,
}

impl Addresses {
    /// Takes one attempt, or says how long this address has to wait.
    pub fn try_take(&self, address: IpAddr, now: Instant) -> Result<(), Wait> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut party = party(address);
        if !memory.buckets.contains_key(&party) && !memory.has_room(now) {
            party = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        }
        let bucket = memory.buckets.entry(party);
        let bucket = bucket.or_insert_with(|| Bucket::new(now));
        bucket.try_take(SIGN_INS, now)
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.buckets.len()
    }
}

impl Memory {
    /// Room for one more address; makes some if need be, but not all the time.
    fn has_room(&mut self, now: Instant) -> bool {
        let due = |swept: Instant| now >= swept + SIGN_INS.every;
        if self.buckets.len() >= ADDRESSES_MAX && self.swept.is_none_or(due) {
            self.buckets.retain(|_, bucket| !bucket.is_whole(now));
            self.swept = Some(now);
        }
        self.buckets.len() < ADDRESSES_MAX
    }
}

/// Whoever has one IPv6 address has its /64.
fn party(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}
