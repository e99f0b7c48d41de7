#![expect(
    clippy::disallowed_methods,
    reason = "any instant will do as an origin"
)]

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::*;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// How long somebody waits after so many failures, one at each wait's end.
fn wait_after(count: u32) -> u64 {
    let mut failures = Failures::default();
    let mut now = Timestamp(1_000);
    for _ in 0..count {
        now = now.max(failures.wait_until());
        failures = failures.and(now);
    }
    failures.wait_until().0.saturating_sub(now.0)
}

#[test]
fn waits_double_from_a_second_to_a_quarter_of_an_hour() {
    let waits = [0, 4, 5, 6, 7, 14, 15, 1_000].map(wait_after);
    let quarter = 15 * 60 * 1_000;
    assert_eq!(
        waits,
        [0, 0, 1_000, 2_000, 4_000, 512_000, quarter, quarter]
    );
}

#[test]
fn a_day_without_failures_forgets_them() {
    let mut failures = Failures::default();
    for second in 0..20 {
        failures = failures.and(Timestamp(second * 1_000));
    }
    let day = Timestamp(19_000).plus(Duration::from_hours(24));
    assert_eq!(failures.and(day).wait_until(), Timestamp(0));
    let less = Timestamp(day.0 - 1);
    assert!(failures.and(less).wait_until() > less);
}

#[test]
fn one_address_waits_and_another_does_not() {
    let addresses = Addresses::default();
    let now = Instant::now();
    let bad = address("192.0.2.1");
    let tries = (0..100).filter(|_| addresses.try_take(bad, now).is_ok());
    assert_eq!(tries.count(), 30);
    assert!(addresses.try_take(address("192.0.2.2"), now).is_ok());
    let wait = addresses.try_take(bad, now).unwrap_err();
    assert_eq!(wait.0, SIGN_INS.every);
    assert!(addresses.try_take(bad, now + SIGN_INS.every).is_ok());
    let network = ["2001:db8::1", "2001:db8::2"].map(address);
    let tries = (0..100).filter(|number| addresses.try_take(network[number % 2], now).is_ok());
    assert_eq!(tries.count(), 30, "a /64 is one party");
}

#[test]
fn memory_of_addresses_is_bounded_and_heals() {
    let addresses = Addresses::default();
    let now = Instant::now();
    for number in 0..20_000_u32 {
        addresses.try_take(IpAddr::V4(number.into()), now).ok();
    }
    assert!(addresses.remembered() <= 10_001);
    let rested = now + Duration::from_hours(1);
    assert!(addresses.try_take(address("203.0.113.9"), rested).is_ok());
    assert!(addresses.remembered() < 10);
}
