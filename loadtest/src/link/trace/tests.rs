use super::*;

fn at(trace: &Trace, milliseconds: u64) -> u64 {
    trace.at(Duration::from_millis(milliseconds)).as_bps()
}

#[test]
fn reads_seconds_and_kilobits_and_starts_over_after_the_last_line() {
    let trace = Trace::parse("# a mast\n0 40\n\n1.5 12.5\n  2 0 \n").unwrap();
    assert_eq!(
        [0, 1_499, 1_500, 1_999, 2_000, 2_499].map(|ms| at(&trace, ms)),
        [40_000, 40_000, 12_500, 12_500, 0, 0]
    );
    assert_eq!(
        trace.period(),
        Duration::from_millis(2_500),
        "the last as long as the one before it"
    );
    assert_eq!(at(&trace, 2_500), 40_000);
    assert_eq!(at(&trace, 2_500 * 1_000 + 1_600), 12_500);
    assert_eq!(trace.mean().as_bps(), (60_000 + 6_250) * 10 / 25);
}

#[test]
fn says_when_the_rate_changes_next() {
    let trace = Trace::parse("0 40\n1 20\n3 30").unwrap();
    let next = |ms| trace.next_change(Duration::from_millis(ms)).as_millis();
    assert_eq!(
        [0, 999, 1_000, 3_500, 5_000, 5_001].map(next),
        [1_000, 1_000, 3_000, 5_000, 6_000, 6_000]
    );
}

#[test]
fn one_line_lasts_for_ever() {
    let trace = Trace::parse("0 40").unwrap();
    assert_eq!(at(&trace, 86_400_000_000), 40_000);
    assert_eq!(trace.next_change(Duration::from_secs(7)), Duration::MAX);
}

#[test]
fn reads_mahimahi_as_what_may_leave_in_each_tenth_of_a_second() {
    // Three packets in the first tenth (the one at its very end included), none in the second, one in the third.
    let trace = Trace::parse("0\n50\n100\n250\n300\n").unwrap();
    assert_eq!(at(&trace, 0), 3 * 1_500 * 8 * 10);
    assert_eq!(at(&trace, 150), 0);
    assert_eq!(at(&trace, 299), 2 * 1_500 * 8 * 10);
    assert_eq!(trace.period(), Duration::from_millis(300));
    assert_eq!(trace.mean().as_bps(), 5 * 1_500 * 8 * 10 / 3);
}

#[test]
fn names_the_line_that_is_wrong_and_what_is_allowed() {
    for (text, complaint) in [
        ("", "there is no line in it"),
        ("# only words\n", "there is no line in it"),
        ("1 40", "line 1: the first line must start at second 0"),
        (
            "0 40\n0 30",
            "line 2: its second is not after the one before",
        ),
        ("0 40\n1", "line 2: it must be `seconds kbit/s`"),
        ("0 fast", "line 1: the kbit/s must be 0 to 100000"),
        ("0 1e9", "line 1: the kbit/s must be 0 to 100000"),
        ("0 NaN", "line 1: the kbit/s must be 0 to 100000"),
        ("0 -1", "line 1: the kbit/s must be 0 to 100000"),
        ("0 40\n90000 1", "line 2: the seconds must be 0 to 86400"),
        ("0 0\n1 0", "every rate in it is zero"),
        (
            "10\n9",
            "line 2: its time is before the one of the line before",
        ),
        ("10\nten", "line 2: it must be one number of milliseconds"),
        ("10\n11 12", "line 2: it must be one number of milliseconds"),
        ("18446744073709551615", "line 1: its time is beyond a day"),
        ("0\n0", "it ends at millisecond 0"),
    ] {
        assert_eq!(
            Trace::parse(text).unwrap_err().to_string(),
            complaint,
            "{text:?}"
        );
    }
}
