use super::*;

/// A link with a rate of its own that is sampled twice a second: what is sent beyond the rate
/// stands in its queue.
struct Scene {
    start: Instant,
    at: Duration,
    lifeline: Lifeline,
    queue: Duration,
    changes: Vec<(u64, LinkRung)>,
}

const STEP: Duration = Duration::from_millis(500);

impl Scene {
    fn from(rung: LinkRung) -> Self {
        let start = Instant::now();
        Self {
            start,
            at: Duration::ZERO,
            lifeline: Lifeline::new(rung, start),
            queue: Duration::ZERO,
            changes: Vec::new(),
        }
    }

    fn step(&mut self, sample: Sample) {
        self.at += STEP;
        if self.lifeline.sample(self.start + self.at, sample, None) {
            self.changes.push((self.at.as_secs(), self.lifeline.rung()));
        }
    }

    /// The link carries so much for so long, and the whole rung is sent.
    fn carries(&mut self, kbps: u64, seconds: u64) {
        for _ in 0..seconds * 2 {
            let sent = self.lifeline.rung().rate();
            let sent = sent.map_or(1_000, |rate| rate.as_bps() / 1_000);
            let sent = u32::try_from(sent).unwrap();
            let carried = u32::try_from(kbps).unwrap();
            self.queue = (self.queue + STEP * sent / carried)
                .saturating_sub(STEP)
                .min(Duration::from_secs(3));
            self.step(Sample {
                queue: Some(self.queue),
                ..Sample::default()
            });
        }
    }

    fn loses(&mut self, percent: u32, seconds: u64) {
        for _ in 0..seconds * 2 {
            self.step(Sample {
                queue: Some(Duration::ZERO),
                loss_percent: Some(percent),
                ..Sample::default()
            });
        }
    }
}

#[test]
fn a_clean_link_climbs_rung_by_rung_to_open() {
    let mut scene = Scene::from(LinkRung::Kbps9);
    scene.carries(5_000, 62);
    let rungs: Vec<LinkRung> = scene.changes.iter().map(|(_, rung)| *rung).collect();
    assert_eq!(rungs, LinkRung::ALL[1..]);
    assert!(scene.changes[0].0 >= 8, "{:?}", scene.changes);
}

#[test]
fn a_queue_that_drowns_the_voice_takes_it_to_the_lowest_at_once() {
    let mut scene = Scene::from(LinkRung::Open);
    scene.step(Sample {
        queue: Some(Duration::from_millis(801)),
        ..Sample::default()
    });
    assert_eq!(scene.lifeline.rung(), LinkRung::Kbps9);
}

#[test]
fn one_bad_sample_is_none() {
    let mut scene = Scene::from(LinkRung::Kbps64);
    for _ in 0..20 {
        for ms in [700, 0, 0, 0] {
            scene.step(Sample {
                queue: Some(Duration::from_millis(ms)),
                ..Sample::default()
            });
        }
    }
    assert!(
        !scene
            .changes
            .iter()
            .any(|(_, rung)| *rung < LinkRung::Kbps64)
    );
}

#[test]
fn a_steady_link_is_tried_more_and_more_seldom() {
    for kbps in [30, 50, 80, 120] {
        let mut scene = Scene::from(LinkRung::Kbps9);
        scene.carries(kbps, 300);
        let trials: Vec<u64> = scene
            .changes
            .windows(2)
            .filter(|pair| pair[1].1 > pair[0].1 && pair[0].0 > 60)
            .map(|pair| pair[1].0)
            .collect();
        // At half a minute, a minute, two minutes and four.
        assert!(trials.len() <= 3, "{kbps} kbit/s: {:?}", scene.changes);
        let fits = LinkRung::within(crate::media::units::Bitrate::kbps(kbps));
        assert_eq!(scene.lifeline.rung(), fits, "{kbps} kbit/s");
    }
}

#[test]
fn what_an_outage_held_back_is_not_congestion() {
    let mut scene = Scene::from(LinkRung::Kbps64);
    for _ in 0..5 {
        for (ms, was_silent) in [(2_900, true), (2_100, false), (900, false), (40, false)] {
            scene.step(Sample {
                queue: Some(Duration::from_millis(ms)),
                was_silent,
                ..Sample::default()
            });
        }
    }
    assert_eq!(scene.changes, []);
    // One that does not drain is.
    for was_silent in [true, false, false, false, false] {
        scene.step(Sample {
            queue: Some(Duration::from_millis(2_900)),
            was_silent,
            ..Sample::default()
        });
    }
    assert_eq!(scene.lifeline.rung(), LinkRung::Kbps9);
}

#[test]
fn loss_that_is_the_links_own_takes_it_down_by_one_rung_at_most() {
    let mut scene = Scene::from(LinkRung::Kbps100);
    scene.loses(12, 120);
    let lowest = scene.changes.iter().map(|(_, rung)| *rung).min();
    assert_eq!(lowest, Some(LinkRung::Kbps64), "{:?}", scene.changes);
}

#[test]
fn loss_in_bursts_takes_it_down_by_one_rung_at_most_however_it_wanders() {
    let mut scene = Scene::from(LinkRung::Kbps100);
    for _ in 0..12 {
        for percent in [9, 15, 24, 18, 6, 0, 3, 12, 21, 16, 3, 9, 18, 8] {
            scene.loses(percent, 1);
        }
    }
    let lowest = scene.changes.iter().map(|(_, rung)| *rung).min();
    assert_eq!(lowest, Some(LinkRung::Kbps64), "{:?}", scene.changes);
}

#[test]
fn loss_that_is_new_takes_it_down() {
    let mut scene = Scene::from(LinkRung::Kbps100);
    scene.loses(1, 7);
    scene.loses(20, 3);
    assert_eq!(scene.lifeline.rung(), LinkRung::Kbps64);
}

#[test]
fn what_was_measured_before_is_not_tried_at_once() {
    let mut scene = Scene::from(LinkRung::Kbps24);
    scene
        .lifeline
        .expect_no_more_than(LinkRung::Kbps40, scene.start);
    scene.carries(5_000, 119);
    assert_eq!(scene.lifeline.rung(), LinkRung::Kbps40);
    scene.carries(5_000, 5);
    assert_eq!(scene.lifeline.rung(), LinkRung::Kbps64);
}

#[test]
fn loss_without_an_answer_takes_it_down_and_silence_without_either_is_nothing() {
    let mut scene = Scene::from(LinkRung::Kbps100);
    for loss_percent in [None, Some(30), Some(30), None, None] {
        scene.step(Sample {
            loss_percent,
            ..Sample::default()
        });
        // Past the time in which a new rung settles.
        scene.at += Duration::from_secs(2);
    }
    assert_eq!(scene.lifeline.rung(), LinkRung::Kbps64);
}

#[test]
fn a_link_that_is_open_for_no_estimator_is_not_for_us() {
    let mut scene = Scene::from(LinkRung::Open);
    let estimate = Some(LinkRung::Kbps64);
    let mut govern = |ms, estimate| {
        let now = scene.start + Duration::from_millis(ms);
        scene.lifeline.govern(now, estimate);
        scene.lifeline.rung()
    };
    assert_eq!(govern(0, estimate), LinkRung::Open);
    assert_eq!(govern(1_000, None), LinkRung::Open, "it was a moment");
    assert_eq!(govern(1_500, estimate), LinkRung::Open);
    assert_eq!(govern(3_500, estimate), LinkRung::Kbps64);
}

#[test]
fn a_moment_of_congestion_takes_what_was_carried_before_for_some_seconds_only() {
    let mut scene = Scene::from(LinkRung::Open);
    scene.carries(5_000, 20);
    scene.step(Sample {
        queue: Some(Duration::from_millis(1_500)),
        ..Sample::default()
    });
    assert_eq!(scene.lifeline.rung(), LinkRung::Kbps9);
    scene.carries(5_000, 20);
    assert_eq!(scene.lifeline.rung(), LinkRung::Open, "{:?}", scene.changes);
    let now = scene.start + scene.at + Duration::from_mins(1);
    assert!(!scene.lifeline.is_watched(now), "what is over is over");
}

#[test]
fn a_link_that_has_become_weak_is_not_tried_twice_for_what_it_carried_before() {
    for kbps in [20, 50, 120] {
        let mut scene = Scene::from(LinkRung::Open);
        scene.carries(5_000, 20);
        scene.carries(kbps, 60);
        let climbs = scene.changes.windows(2).filter(|pair| {
            let fits = LinkRung::within(crate::media::units::Bitrate::kbps(kbps));
            pair[1].1 > pair[0].1 && pair[1].1 > fits
        });
        assert!(climbs.count() <= 2, "{kbps} kbit/s: {:?}", scene.changes);
    }
}

/// More than the link carries makes a queue of a second within a moment. With what was carried before that stands, as
/// each keyframe fills what has drained; with half of it, it is gone after a bit more than three seconds.
fn tried_in_vain(first_seen_ms: u64) -> Scene {
    let mut scene = Scene::from(LinkRung::Kbps150);
    scene.carries(5_000, 9);
    assert_eq!(scene.lifeline.rung(), LinkRung::Open);
    let mut queue = Duration::from_millis(first_seen_ms);
    for step in 0..60 {
        scene.step(Sample {
            queue: Some(queue),
            ..Sample::default()
        });
        let rung = scene.lifeline.rung();
        queue = if rung.is_open() || (rung > LinkRung::Kbps64 && queue > CLEAN_QUEUE) {
            Duration::from_millis(920 + 60 * (step % 2))
        } else {
            queue.saturating_sub(STEP / 4)
        };
    }
    scene
}

#[test]
fn a_trial_that_drowns_the_voice_makes_room_and_gives_back_within_seconds_what_was_carried_before()
{
    // Seen when it drowns the voice already, and while it begins to.
    for first_seen_ms in [980, 300] {
        let scene = tried_in_vain(first_seen_ms);
        let rungs: Vec<LinkRung> = scene.changes.iter().map(|(_, rung)| *rung).collect();
        let lowest = rungs.iter().min();
        assert_eq!(lowest, Some(&LinkRung::Kbps64), "{:?}", scene.changes);
        let (at, last) = scene.changes[scene.changes.len() - 1];
        assert_eq!(last, LinkRung::Kbps150, "{:?}", scene.changes);
        assert!(at <= 9 + 10, "{:?}", scene.changes);
    }
}
