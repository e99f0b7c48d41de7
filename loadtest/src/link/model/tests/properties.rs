use proptest::prelude::*;

use super::*;
use crate::link::shape::Outage;

/// A shape with something of everything.
fn any_shape() -> impl Strategy<Value = Shape> {
    let outages = prop::collection::vec(
        (
            any::<bool>(),
            0_u64..4_000,
            1_u64..2_000,
            prop::option::of(2_001_u64..5_000),
        )
            .prop_map(|(holds, at, length, every)| Outage {
                mode: if holds {
                    OutageMode::Hold
                } else {
                    OutageMode::Drop
                },
                at: ms(at),
                length: ms(length),
                every: every.map(ms),
            }),
        0..3,
    );
    let loss = prop_oneof![
        (0.0..0.5_f64).prop_map(|share| Loss::Random { share }),
        (0.01..0.5_f64, 1_u64..500).prop_map(|(share, mean)| Loss::Fades {
            share,
            mean: ms(mean)
        }),
    ];
    let rate = prop_oneof![
        (1_u64..2_000).prop_map(|kilobits| Rate::Steady(BitRate::kbps(kilobits))),
        prop::collection::vec(0_u64..500, 1..6).prop_map(|rates| {
            let rates = rates.into_iter().chain([50]).map(BitRate::kbps);
            Rate::Traced(Arc::new(Trace::even(ms(300), rates)))
        }),
    ];
    (
        rate,
        1_500_usize..50_000,
        0_u64..500,
        0_u64..200,
        loss,
        outages,
    )
        .prop_map(|(rate, queue_bytes, delay, jitter, loss, outages)| Shape {
            rate,
            queue_bytes,
            delay: ms(delay),
            jitter: ms(jitter),
            loss,
            outages,
        })
}

fn any_traffic() -> impl Strategy<Value = Vec<(Duration, usize)>> {
    prop::collection::vec((0_u64..60_000, 40_usize..1_400), 1..200).prop_map(|gaps| {
        let mut at = Duration::ZERO;
        let mut packets = Vec::new();
        for (gap, bytes) in gaps {
            at += Duration::from_micros(gap);
            packets.push((at, bytes));
        }
        packets
    })
}

proptest! {
    #[test]
    fn every_packet_gets_one_fate_and_none_overtakes_another(
        shape in any_shape(), traffic in any_traffic(), seed in any::<u64>(),
    ) {
        let fates = run(shape.clone(), seed, traffic.clone());
        let mut numbers: Vec<_> = fates.iter().map(|fate| fate.packet).collect();
        numbers.sort_unstable();
        prop_assert_eq!(numbers, (0..traffic.len()).collect::<Vec<_>>());
        for fate in fates.iter().filter(|fate| fate.outcome == Outcome::Delivered) {
            prop_assert!(fate.at >= fate.sent.unwrap().done + shape.delay);
            if let Rate::Steady(rate) = shape.rate {
                prop_assert!(fate.sent.unwrap().done >= fate.entered + rate.time_of(fate.bytes));
            }
        }
        let order = delivered(&fates);
        prop_assert!(order.is_sorted(), "{:?}", order);
        prop_assert!(order.is_sorted_by_key(|(_, at)| *at), "{:?}", order);
    }

    #[test]
    fn the_queue_is_bounded_at_every_moment(shape in any_shape(), traffic in any_traffic()) {
        let mut direction = Direction::new(shape.clone(), 1, 0);
        for (number, (at, bytes)) in traffic.into_iter().enumerate() {
            direction.push(at, number, bytes);
            prop_assert!(direction.backlog_bytes() <= shape.queue_bytes);
        }
    }

    #[test]
    fn the_seed_decides_everything(shape in any_shape(), traffic in any_traffic(), seed in any::<u64>()) {
        prop_assert_eq!(run(shape.clone(), seed, traffic.clone()), run(shape, seed, traffic));
    }

    /// A shell that wakes late or too often changes nothing but when it hears of it.
    #[test]
    fn when_it_is_polled_does_not_matter(shape in any_shape(), traffic in any_traffic(), seed in any::<u64>()) {
        let punctual = run(shape.clone(), seed, traffic.clone());
        let mut direction = Direction::new(shape, seed, 0);
        let mut fates = Vec::new();
        for (number, (at, bytes)) in traffic.into_iter().enumerate() {
            direction.push(at, number, bytes);
        }
        fates.extend(std::iter::from_fn(|| direction.poll(secs(3_600))));
        let by_number = |mut fates: Vec<Fate<usize>>| { fates.sort_by_key(|fate| fate.packet); fates };
        prop_assert_eq!(by_number(punctual), by_number(fates));
    }
}
