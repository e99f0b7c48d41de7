use std::time::Duration;

use super::*;

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
