//! How much one address may do, of whatever is limited by address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::bucket::{Allowance, Bucket, Wait};

/// Addresses remembered, about 64 bytes each. Beyond it: new addresses share one bucket until
/// others are forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// Where those are counted for whom there is no room. It is nobody's address.
const SHARED: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// One allowance for each address that used it of late.
pub(crate) struct PerAddress {
    allowance: Allowance,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    buckets: HashMap<IpAddr, Bucket>,
    /// When those that are whole were last forgotten; looking at all of them is work.
    swept: Option<Instant>,
}

impl PerAddress {
    pub(crate) fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            memory: Mutex::default(),
        }
    }

    /// Takes one, or says how long this address has to wait.
    pub(crate) fn try_take(&self, address: IpAddr, now: Instant) -> Result<(), Wait> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut party = party(address);
        if !memory.buckets.contains_key(&party) && !memory.has_room(self.allowance, now) {
            party = SHARED;
        }
        let bucket = memory.buckets.entry(party);
        let bucket = bucket.or_insert_with(|| Bucket::new(now));
        bucket.try_take(self.allowance, now)
    }

    /// Gives back one that this address took. Whoever shared a bucket meanwhile keeps it: there
    /// it would be another's.
    pub(crate) fn give_back(&self, address: IpAddr) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = memory.buckets.get_mut(&party(address)) {
            bucket.give_back(self.allowance);
        }
    }
}

impl Memory {
    /// Room for one more address; makes some if need be, but not all the time.
    fn has_room(&mut self, allowance: Allowance, now: Instant) -> bool {
        let due = |swept: Instant| now >= swept + allowance.every;
        if self.buckets.len() >= ADDRESSES_MAX && self.swept.is_none_or(due) {
            self.buckets.retain(|_, bucket| !bucket.is_whole(now));
            self.swept = Some(now);
        }
        self.buckets.len() < ADDRESSES_MAX
    }
}

/// Whether an address stands for everybody: a proxy on this machine, which is the one to count
/// addresses then.
pub(crate) fn is_proxy(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
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

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "any instant will do as an origin"
)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    const TWENTY: Allowance = Allowance {
        burst: 20,
        every: Duration::from_secs(6),
    };

    #[test]
    fn one_address_runs_out_and_another_does_not() {
        let guesses = PerAddress::new(TWENTY);
        let now = Instant::now();
        let bad = address("192.0.2.1");
        let allowed = (0..30)
            .filter(|_| guesses.try_take(bad, now).is_ok())
            .count();
        assert_eq!(allowed, 20);
        assert!(guesses.try_take(address("192.0.2.2"), now).is_ok());
        assert!(guesses.try_take(bad, now + TWENTY.every).is_ok());
    }

    #[test]
    fn a_whole_ipv6_network_is_one_party() {
        assert_eq!(party(address("2001:db8::1")), party(address("2001:db8::2")));
        assert_ne!(
            party(address("2001:db8::1")),
            party(address("2001:db8:0:1::1"))
        );
        assert_eq!(
            party(address("::ffff:192.0.2.1")),
            party(address("192.0.2.1"))
        );
    }

    #[test]
    fn memory_is_bounded_and_heals() {
        let guesses = PerAddress::new(TWENTY);
        let now = Instant::now();
        for number in 0..20_000_u32 {
            guesses.try_take(IpAddr::V4(number.into()), now).ok();
        }
        let remembered = || guesses.memory.lock().unwrap().buckets.len();
        assert!(remembered() <= ADDRESSES_MAX + 1);
        let later = now + Duration::from_hours(1);
        assert!(guesses.try_take(address("203.0.113.9"), later).is_ok());
        assert!(remembered() < 10);
    }
}
