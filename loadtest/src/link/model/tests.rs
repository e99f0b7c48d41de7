mod outages;
mod properties;

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::link::shape::{Loss, mean_fade_of};
use crate::link::trace::Trace;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A link of 80 kbit/s (100 bytes in 10 ms) with room for a second, and nothing else.
fn plain() -> Shape {
    Shape {
        rate: Rate::Steady(BitRate::kbps(80)),
        queue_bytes: 10_000,
        delay: Duration::ZERO,
        jitter: Duration::ZERO,
        loss: Loss::NONE,
        outages: Vec::new(),
    }
}

/// Pushes a packet of `bytes` at each of these times and lets the clock jump from deadline to deadline.
fn run(
    shape: Shape,
    seed: u64,
    packets: impl IntoIterator<Item = (Duration, usize)>,
) -> Vec<Fate<usize>> {
    let mut direction = Direction::new(shape, seed, 0);
    let mut fates = Vec::new();
    for (number, (at, bytes)) in packets.into_iter().enumerate() {
        drain(&mut direction, at, &mut fates);
        direction.push(at, number, bytes);
    }
    drain(&mut direction, Duration::MAX, &mut fates);
    fates
}

/// What a shell does until a time.
fn drain(direction: &mut Direction<usize>, until: Duration, fates: &mut Vec<Fate<usize>>) {
    while let Some(due) = direction.deadline().filter(|due| *due < until) {
        while let Some(fate) = direction.poll(due) {
            fates.push(fate);
        }
    }
}

fn every(interval: Duration, count: u32, bytes: usize) -> impl Iterator<Item = (Duration, usize)> {
    (0..count).map(move |number| (interval * number, bytes))
}

fn delivered(fates: &[Fate<usize>]) -> Vec<(usize, Duration)> {
    fates
        .iter()
        .filter(|fate| fate.outcome == Outcome::Delivered)
        .map(|fate| (fate.packet, fate.at))
        .collect()
}

fn count(fates: &[Fate<usize>], outcome: Outcome) -> usize {
    fates.iter().filter(|fate| fate.outcome == outcome).count()
}

#[test]
fn a_packet_takes_its_length_over_the_rate_plus_the_delay() {
    let shape = Shape {
        delay: ms(300),
        ..plain()
    };
    let fates = run(shape, 1, [(ms(5), 1_000)]);
    // 8,000 bits at 80 kbit/s.
    assert_eq!(delivered(&fates), [(0, ms(5 + 100 + 300))]);
    assert_eq!(
        fates[0].sent,
        Some(Sending {
            done: ms(105),
            waited: Duration::ZERO
        })
    );
}

#[test]
fn packets_that_come_together_leave_one_after_the_other() {
    let fates = run(plain(), 1, [(ms(0), 100), (ms(0), 200), (ms(0), 100)]);
    assert_eq!(delivered(&fates), [(0, ms(10)), (1, ms(30)), (2, ms(40))]);
    let waits: Vec<_> = fates.iter().map(|fate| fate.sent.unwrap().waited).collect();
    assert_eq!(waits, [ms(0), ms(10), ms(30)]);
}

#[test]
fn a_minute_of_overload_delivers_the_rate_to_the_byte() {
    // 160 kbit/s offered, 80 carried.
    let fates = run(plain(), 1, every(ms(5), 12_000, 100));
    let in_a_minute: usize = fates
        .iter()
        .filter(|fate| fate.outcome == Outcome::Delivered && fate.at <= secs(60))
        .map(|fate| fate.bytes)
        .sum();
    assert_eq!(in_a_minute, 600_000, "80 kbit/s are 600,000 bytes in 60 s");
}

#[test]
fn rounding_does_not_add_up_over_a_hundred_thousand_packets() {
    // 33 bytes at 7 kbit/s do not take a whole number of nanoseconds.
    let shape = Shape {
        rate: Rate::Steady(BitRate::bps(7_000)),
        queue_bytes: 4_000_000,
        ..plain()
    };
    let fates = run(shape, 1, every(Duration::ZERO, 100_000, 33));
    let theory = 100_000.0 * 33.0 * 8.0 / 7_000.0;
    let measured = fates.last().unwrap().at.as_secs_f64();
    assert!(
        (measured - theory).abs() < 1e-3,
        "{measured} against {theory}"
    );
}

#[test]
fn the_queue_never_holds_more_than_its_bytes_and_drops_the_newest() {
    let shape = Shape {
        queue_bytes: 1_000,
        ..plain()
    };
    let fates = run(shape, 1, every(Duration::ZERO, 12, 100));
    assert_eq!(count(&fates, Outcome::Overflow), 2);
    let kept: Vec<_> = delivered(&fates)
        .iter()
        .map(|(packet, _)| *packet)
        .collect();
    assert_eq!(kept, (0..10).collect::<Vec<_>>());
    let longest = fates
        .iter()
        .filter_map(|fate| fate.sent)
        .map(|sent| sent.waited)
        .max()
        .unwrap();
    assert_eq!(longest, ms(90), "900 bytes before it");
}

#[test]
fn the_queue_counts_what_remains_of_the_packet_in_transmission() {
    let mut direction = Direction::new(plain(), 1, 0);
    direction.push(ms(0), 0, 1_000);
    direction.push(ms(0), 1, 1_000);
    assert_eq!(direction.backlog_bytes(), 2_000);
    assert!(direction.poll(ms(25)).is_none());
    assert_eq!(direction.backlog_bytes(), 1_750);
    assert!(direction.poll(ms(200)).is_some());
    assert_eq!(direction.backlog_bytes(), 0);
}

#[test]
fn jitter_stays_within_its_bounds_and_is_on_average_half_of_them() {
    // Far enough apart that no packet waits for the one before it.
    let shape = Shape {
        delay: ms(50),
        jitter: ms(100),
        ..plain()
    };
    let fates = run(shape, 1, every(ms(200), 5_000, 100));
    let extra: Vec<f64> = fates
        .iter()
        .map(|fate| (fate.at.as_secs_f64() - fate.entered.as_secs_f64()) * 1_000.0 - 60.0)
        .collect();
    assert!(extra.iter().all(|extra| (-1e-6..=100.001).contains(extra)));
    let mean = extra.iter().sum::<f64>() / 5_000.0;
    // The deviation of the mean of 5,000 draws over 100 ms is 0.41 ms: within five of them.
    assert!((mean - 50.0).abs() < 2.0, "{mean}");
    let quarter = extra.iter().filter(|extra| **extra < 25.0).count();
    assert!(
        (1_100..1_400).contains(&quarter),
        "a quarter of 5,000: {quarter}"
    );
}

#[test]
fn a_lost_packet_has_used_the_link_all_the_same() {
    let shape = Shape {
        loss: Loss::Random { share: 0.5 },
        ..plain()
    };
    let fates = run(shape, 3, every(Duration::ZERO, 100, 100));
    assert!(count(&fates, Outcome::Lost) > 20);
    for fate in &fates {
        assert_eq!(
            fate.sent.unwrap().done,
            ms(10) * (u32::try_from(fate.packet).unwrap() + 1)
        );
    }
}

#[test]
fn random_loss_takes_its_share_and_has_no_memory() {
    let lossy = Shape {
        loss: Loss::Random { share: 0.1 },
        ..plain()
    };
    let (share, burst) = loss_of(&run(lossy, 1, every(ms(20), 50_000, 100)));
    // Deviations: 0.0013 of the share, 0.005 of the burst.
    assert!((share - 0.1).abs() < 0.007, "{share}");
    assert!((burst - 1.0 / 0.9).abs() < 0.03, "{burst}");
}

/// The share lost, and how many in a row on average.
fn loss_of(fates: &[Fate<usize>]) -> (f64, f64) {
    let mut by_number: Vec<_> = fates
        .iter()
        .map(|fate| (fate.packet, fate.outcome == Outcome::Lost))
        .collect();
    by_number.sort_unstable();
    let lost = by_number.iter().filter(|(_, is_lost)| *is_lost).count();
    let bursts = by_number
        .windows(2)
        .filter(|pair| !pair[0].1 && pair[1].1)
        .count();
    #[expect(clippy::cast_precision_loss, reason = "counts of a test")]
    let (total, lost, bursts) = (by_number.len() as f64, lost as f64, bursts as f64);
    (lost / total, lost / bursts)
}

#[test]
fn fades_take_their_share_in_bursts_as_long_as_asked() {
    let mean = mean_fade_of(3.0, ms(20), 0.1).unwrap();
    assert!(
        (mean.as_secs_f64() * 1_000.0 - 48.04).abs() < 0.01,
        "{mean:?}"
    );
    let loss = Loss::Fades { share: 0.1, mean };
    let (share, burst) = loss_of(&run(
        Shape { loss, ..plain() },
        1,
        every(ms(20), 200_000, 100),
    ));
    // About 6,700 bursts of three: a deviation of 1.7 % of the share, 1 % of the burst.
    assert!((share - 0.1).abs() < 0.008, "{share}");
    assert!((burst - 3.0).abs() < 0.15, "{burst}");
}

#[test]
fn fades_pass_by_the_clock_and_not_by_packets() {
    let loss = Loss::Fades {
        share: 0.1,
        mean: ms(48),
    };
    let shape = Shape { loss, ..plain() };
    let (_, at_60) = loss_of(&run(shape.clone(), 1, every(ms(60), 100_000, 100)));
    let (_, at_20) = loss_of(&run(shape.clone(), 1, every(ms(20), 100_000, 100)));
    // 1 / (1 − s) with s = 0.1 + 0.9·exp(−60 / (48·0.9)).
    assert!((at_60 - 1.481).abs() < 0.05, "{at_60}");
    assert!((at_20 - 3.0).abs() < 0.2, "{at_20}");
    // Whoever sends at the same time meets the same fade, whatever else is sent.
    let lost_at = |fates: &[Fate<usize>]| -> Vec<Duration> {
        let mut times: Vec<_> = fates
            .iter()
            .filter(|fate| fate.outcome == Outcome::Lost)
            .map(|fate| fate.entered)
            .collect();
        times.retain(|at| at.as_millis().is_multiple_of(60));
        times
    };
    let [sparse, dense] = [(60, 1_000), (20, 3_000)].map(|(interval, packets)| {
        lost_at(&run(shape.clone(), 1, every(ms(interval), packets, 100)))
    });
    assert!(!sparse.is_empty());
    assert_eq!(sparse, dense);
}

#[test]
fn a_change_of_rate_counts_for_what_waits_already() {
    let mut direction = Direction::new(plain(), 1, 0);
    direction.push(ms(0), 0, 1_000);
    // Half of it has left at 80 kbit/s; the rest leaves at 8.
    direction.reshape(
        ms(50),
        Shape {
            rate: Rate::Steady(BitRate::kbps(8)),
            ..plain()
        },
    );
    assert_eq!(direction.deadline(), Some(ms(550)));
    assert_eq!(direction.poll(ms(550)).unwrap().at, ms(550));
}

#[test]
fn a_shorter_delay_lets_nobody_overtake() {
    let mut direction = Direction::new(
        Shape {
            delay: ms(500),
            ..plain()
        },
        1,
        0,
    );
    direction.push(ms(0), 0, 100);
    direction.reshape(ms(20), plain());
    direction.push(ms(20), 1, 100);
    assert_eq!(
        direction.poll(ms(510)).map(|fate| (fate.packet, fate.at)),
        Some((0, ms(510)))
    );
    assert_eq!(
        direction.poll(ms(510)).map(|fate| (fate.packet, fate.at)),
        Some((1, ms(510)))
    );
}

#[test]
fn a_trace_is_followed_to_the_byte_and_starts_over() {
    let trace = Trace::parse("0 80\n1 0\n2 8\n3 160").unwrap();
    let shape = Shape {
        rate: Rate::Traced(Arc::new(trace)),
        queue_bytes: 1_000_000,
        ..plain()
    };
    let fates = run(shape, 1, every(Duration::ZERO, 2_000, 100));
    let by_second = |second: u64| {
        let left = |fate: &&Fate<usize>| {
            let done = fate.sent.unwrap().done;
            done > secs(second) && done <= secs(second + 1)
        };
        fates.iter().filter(left).count() * 100
    };
    // 80 kbit/s are 10,000 bytes in a second.
    assert_eq!([0, 1, 2, 3].map(by_second), [10_000, 0, 1_000, 20_000]);
    assert_eq!([4, 5, 6, 7].map(by_second), [10_000, 0, 1_000, 20_000]);
}
