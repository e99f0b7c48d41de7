use super::*;
use crate::media::control::PageMillis;

/// A page whose clock is about to wrap, on a link with 300 ms each way.
struct Scene {
    start: Instant,
    meter: LinkMeter,
    page_begins_at: u32,
    last: LinkReport,
}

impl Scene {
    fn new() -> Self {
        let start = Instant::now();
        Self {
            start,
            meter: LinkMeter::new(start),
            page_begins_at: u32::MAX - 4_000,
            last: LinkReport::default(),
        }
    }

    fn on_page(&self, ms: u64) -> PageMillis {
        PageMillis(self.page_begins_at.wrapping_add(u32::try_from(ms).unwrap()))
    }

    /// A report that left at this moment and took so long; the answer to it takes so long.
    fn report(&mut self, left: u64, up: u64, down: u64, voice: (u16, u16)) -> Measured {
        let report = LinkReport {
            sent_at: self.on_page(left),
            received: voice.0,
            lost: voice.1,
            ..self.last
        };
        let arrives = self.start + Duration::from_millis(left + up);
        let measured = self.meter.receive(arrives, &report);
        self.last.echo = Some(self.meter.clock(arrives));
        self.last.echo_at = self.on_page(left + up + down);
        measured
    }
}

#[test]
fn a_queue_shows_in_its_own_direction_and_over_a_clock_that_wraps() {
    let mut scene = Scene::new();
    let mut seen = Vec::new();
    for (second, (up, down)) in [
        (300, 300),
        (300, 300),
        (700, 300),
        (300, 300),
        (300, 900),
        (300, 300),
    ]
    .into_iter()
    .enumerate()
    {
        let measured = scene.report(second as u64 * 2_000, up, down, (20, 0));
        let down = measured.down.map(|queue| queue.as_millis());
        seen.push((measured.up.as_millis(), down));
    }
    assert_eq!(
        seen,
        [
            (0, None),
            (0, Some(0)),
            (400, Some(0)),
            (0, Some(0)),
            (0, Some(0)),
            (0, Some(600))
        ]
    );
}

#[test]
fn the_round_trip_leaves_out_what_the_page_took() {
    let mut scene = Scene::new();
    scene.report(0, 300, 350, (0, 0));
    scene.report(5_000, 250, 300, (0, 0));
    assert_eq!(scene.meter.round_trip(), Some(Duration::from_millis(600)));
}

#[test]
fn loss_is_told_only_where_enough_was_sent() {
    let mut scene = Scene::new();
    let shares: Vec<Option<u32>> = [(8, 0), (7, 1), (6, 2), (8, 0), (4, 4), (8, 0)]
        .into_iter()
        .enumerate()
        .map(|(second, voice)| {
            scene
                .report(second as u64 * 1_000, 300, 300, voice)
                .loss_percent
        })
        .collect();
    // Not of eight packets, nor because of three lost ones.
    assert_eq!(shares, [None, None, Some(0), Some(0), Some(17), Some(17)]);
}

#[test]
fn an_answer_that_was_held_back_is_told_from_one_that_was_slow() {
    for (voice, was_silent) in [((0, 0), true), ((50, 0), false)] {
        let mut scene = Scene::new();
        scene.report(0, 300, 300, (50, 0));
        scene.report(1_000, 300, 300, (50, 0));
        // The answer to the next one takes three seconds more; reports go on without it.
        let held = scene.last;
        for at in [2_000, 3_000, 4_000, 4_500] {
            scene.last = held;
            scene.report(at, 300, 3_300, voice);
        }
        let measured = scene.report(8_200, 300, 300, (150, 0));
        assert_eq!(measured.down, Some(Duration::from_secs(3)));
        assert_eq!(measured.was_silent, was_silent);
    }
}

#[test]
fn no_report_makes_it_panic_or_believe_in_years() {
    let mut scene = Scene::new();
    let mut rng = fastrand::Rng::with_seed(7);
    for step in 0..10_000_u64 {
        let report = LinkReport {
            sent_at: PageMillis(rng.u32(..)),
            echo: rng.bool().then(|| ServerMillis(rng.u32(..))),
            echo_at: PageMillis(rng.u32(..)),
            received: rng.u16(..),
            lost: rng.u16(..),
            ..LinkReport::default()
        };
        let now = scene.start + Duration::from_millis(step * 37);
        let measured = scene.meter.receive(now, &report);
        assert!(measured.up <= LONGEST_QUEUE);
        assert!(measured.down.is_none_or(|queue| queue <= LONGEST_QUEUE));
    }
}
