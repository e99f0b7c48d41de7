//! Sound and picture of one moment play at the same moment, however differently they were delayed.

use std::time::{Duration, SystemTime};

use crate::world::page::Receipt;
use crate::world::{Browser, Link, World, secs};

/// What the viewer's browser believes: the wall clock at which this packet was captured, minus the
/// true moment. A browser plays two streams in step where this is the same for both.
fn error(receipt: &Receipt) -> Option<Duration> {
    let (wall_clock, timestamp) = receipt.report?;
    let rate = if receipt.is_voice() { 48_000 } else { 90_000 };
    let ticks = receipt.timestamp.wrapping_sub(timestamp).cast_signed();
    let away = Duration::from_secs(u64::from(ticks.unsigned_abs())) / rate;
    let captured = if ticks < 0 {
        wall_clock - away
    } else {
        wall_clock + away
    };
    let since = captured.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Some(since - Duration::from_micros(receipt.found.mark.captured))
}

/// How far the latest sound and the latest picture of `ben` are apart at ana's.
fn apart(world: &World) -> Duration {
    let received = world.received("ana", "ben", world.now() - secs(2));
    let latest = |is_voice: bool| {
        let mut of_kind = received
            .iter()
            .rev()
            .filter(|receipt| receipt.is_voice() == is_voice);
        of_kind.find_map(|receipt| error(receipt)).unwrap()
    };
    latest(true).abs_diff(latest(false))
}

#[test]
fn a_voice_and_a_picture_that_were_delayed_differently_stay_in_step() {
    for (voice, picture) in [(20, 180), (150, 10), (0, 0)] {
        let mut world = World::seeded(95);
        world.browser("ben", Browser::chromium().delays_ms(voice, picture));
        world.join(["ana", "ben"]).run(secs(12));
        let apart = apart(&world);
        assert!(
            apart < Duration::from_millis(20),
            "{voice} and {picture} ms: {apart:?}"
        );
    }
}

#[test]
fn jitter_and_a_switch_of_encodings_do_not_take_them_out_of_step() {
    let mut world = World::seeded(96);
    world.browser("ben", Browser::chromium().delays_ms(20, 120));
    world
        .uplink("ben", Link::good().latency_ms(30).jitter_ms(40))
        .join(["ana", "ben"]);
    world
        .run(secs(12))
        .downlink("ana", Link::kbps(500))
        .run(secs(8));
    let apart = apart(&world);
    assert!(apart < Duration::from_millis(20), "{apart:?}");
}
