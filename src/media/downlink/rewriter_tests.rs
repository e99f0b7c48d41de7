use super::*;
use proptest::prelude::*;

#[test]
fn the_first_packet_is_number_one_whatever_the_source_says() {
    let mut rewriter = SequenceRewriter::default();
    rewriter.begin(7_000_000);
    assert_eq!(rewriter.rewrite(7_000_000), Some(1));
    assert_eq!(
        rewriter.rewrite(7_000_002),
        Some(3),
        "loss at the source stays visible"
    );
    assert_eq!(
        rewriter.rewrite(7_000_001),
        Some(2),
        "and its repair finds its place"
    );
}

#[test]
fn nothing_passes_before_a_source_has_begun_or_from_before_it_began() {
    let mut rewriter = SequenceRewriter::default();
    assert_eq!(rewriter.rewrite(5), None);
    rewriter.begin(10);
    assert_eq!(rewriter.rewrite(9), None);
}

#[test]
fn no_number_goes_out_twice_even_if_two_streams_count_alike() {
    let mut rewriter = SequenceRewriter::default();
    rewriter.begin(500);
    let outgoing = [500, 501, 500, 501, 503, 502, 502].map(|number| rewriter.rewrite(number));
    let expected = [Some(1), Some(2), None, None, Some(4), Some(3), None];
    assert_eq!(outgoing, expected);
}

#[test]
fn what_is_too_far_behind_to_tell_does_not_go_out() {
    let mut rewriter = SequenceRewriter::default();
    rewriter.begin(1);
    assert_eq!(rewriter.rewrite(1), Some(1));
    assert_eq!(rewriter.rewrite(300), Some(300));
    assert_eq!(rewriter.rewrite(300 - 127), Some(173), "never sent");
    assert_eq!(rewriter.rewrite(300 - 128), None);
    assert_eq!(rewriter.rewrite(1), None);
}

#[test]
fn a_step_too_large_to_repair_is_not_passed_on() {
    let mut rewriter = SequenceRewriter::default();
    rewriter.begin(10);
    let outgoing = [10, 12, 1_012, 30_000, 30_002, 30_001, u64::MAX, 30_003]
        .map(|sequence| rewriter.rewrite(sequence));
    let expected = [
        Some(1),
        Some(3),
        Some(1_003),
        Some(1_004),
        Some(1_006),
        Some(1_005),
    ];
    assert_eq!(outgoing[..6], expected);
    assert_eq!(outgoing[6..], [Some(1_007), None]);
}

#[test]
fn a_switch_advances_the_timestamp_by_the_time_that_passed() {
    let start = Instant::now();
    let mut rewriter = TimestampRewriter::new(90_000);
    rewriter.begin(1_000, start);
    let before = rewriter.rewrite(1_000, start);
    let later = start + Duration::from_millis(500);
    rewriter.begin(4_000_000_000, later);
    assert_eq!(
        rewriter.rewrite(4_000_000_000, later).wrapping_sub(before),
        45_000
    );
}

/// One source of a stream: packets that arrive, by their distance from the source's first.
fn source() -> impl Strategy<Value = (u64, Vec<u64>)> {
    (0u64..1 << 40, prop::collection::vec(1u64..400, 1..60))
}

proptest! {
    /// Over any sources, loss, order and repetition: numbers of one source keep their distances,
    /// nothing is sent twice under one number, what is not sent was sent or came far too late, and
    /// every source starts right after the highest number sent before it.
    #[test]
    fn is_monotone_and_gapless_over_any_switch(sources in prop::collection::vec(source(), 1..8)) {
        let mut rewriter = SequenceRewriter::default();
        let mut highest = 0;
        let mut sent = std::collections::HashSet::new();
        for (first, arrivals) in sources {
            rewriter.begin(first);
            prop_assert_eq!(rewriter.rewrite(first), Some(highest + 1));
            let base = highest + 1;
            highest = base;
            prop_assert!(sent.insert(base));
            for distance in arrivals {
                let number = base + distance;
                match rewriter.rewrite(first + distance) {
                    Some(outgoing) => {
                        prop_assert_eq!(outgoing, number);
                        prop_assert!(sent.insert(outgoing));
                    }
                    None => prop_assert!(sent.contains(&number) || number + 128 <= highest),
                }
                highest = highest.max(number);
            }
        }
    }

    /// Over any switches, a timestamp of a new source is after every one sent before it.
    #[test]
    fn timestamps_move_forward_over_any_switch(
        steps in prop::collection::vec((any::<u32>(), 0u64..5_000, 0u32..90_000), 1..20)
    ) {
        let mut now = Instant::now();
        let mut rewriter = TimestampRewriter::new(90_000);
        let mut highest: Option<u32> = None;
        for (timestamp, pause_ms, advance) in steps {
            now += Duration::from_millis(pause_ms);
            rewriter.begin(timestamp, now);
            let first = rewriter.rewrite(timestamp, now);
            if let Some(highest) = highest {
                prop_assert!(first != highest && is_after_or_same(first, highest));
            }
            let second = rewriter.rewrite(timestamp.wrapping_add(advance), now);
            prop_assert_eq!(second.wrapping_sub(first), advance);
            highest = Some(second);
        }
    }
}
