//! The test of a link while its person waits: what it finds on links as they are, and that it is
//! never in the way of anybody's voice.

use crate::world::{Browser, Link, World, ms, secs};

/// A level as the page is told it.
const GOOD: u8 = 1;
const FAIR: u8 = 2;
const WEAK: u8 = 3;
const POOR: u8 = 4;

/// What a message costs beside itself on the wire.
const OVERHEAD_BYTES: usize = 93;

/// Ben is in; ana, whose page is like this one, waits on these links and asks for a test after a second.
fn tested(seed: u64, ana: Browser, up: Link, down: Link) -> World {
    let mut world = World::seeded(seed);
    world
        .browser("ana", ana)
        .uplink("ana", up)
        .downlink("ana", down)
        .join(["ben"])
        .wait(["ana"]);
    world.run_until(secs(30), |world| {
        let link = &world.person("ana").page().link;
        link.as_ref()
            .is_some_and(|link| !link.round_trips.is_empty())
    });
    world.run(secs(1));
    let now = world.now();
    world.person_mut("ana").page_mut().ask_for_probe(now);
    world
}

fn told(world: &World) -> Option<u8> {
    let levels = &world.person("ana").page().prober.levels;
    levels.last().map(|(_, level)| *level)
}

/// Round trips as in the lab's profiles; the queue of each is that of its profile.
fn weak(kbps: u64, round_trip_ms: u64, jitter_ms: u64, loss: f64) -> Link {
    Link::kbps(kbps)
        .latency_ms(round_trip_ms / 2)
        .jitter_ms(jitter_ms)
        .loss(loss)
        .queue_ms(4_000)
}

#[test]
fn the_verdict_is_right_on_every_kind_of_link_in_time_and_within_its_bytes() {
    let wide = |kbps: u64| Link::kbps(kbps).latency_ms(30);
    let (v1, v2_up, v2_down) = (
        weak(20, 700, 50, 0.02),
        weak(30, 600, 100, 0.01),
        weak(40, 600, 100, 0.01),
    );
    let (v3_up, v3_down) = (weak(64, 400, 100, 0.01), weak(150, 400, 100, 0.01));
    for (profile, up, down, level) in [
        ("V0", wide(2_000), wide(4_000), GOOD),
        ("V1", v1, v1, POOR),
        ("V2", v2_up, v2_down, WEAK),
        ("V3", v3_up, v3_down, FAIR),
    ] {
        for seed in 700..710 {
            // Nothing is known beforehand: the page came from elsewhere.
            let mut world = tested(seed, Browser::chromium().reporting(), up, down);
            // A wish that is lost is said again after 2 s.
            world.run(secs(20));
            let ana = world.snapshot("ana");
            assert_eq!(told(&world), Some(level), "{profile}, seed {seed}: {ana:?}");
            let page = world.person("ana").page();
            let bytes: usize = page
                .prober
                .messages
                .iter()
                .map(|(_, bytes)| bytes + OVERHEAD_BYTES)
                .sum();
            assert!(bytes < 54_000, "{profile}, seed {seed}: {bytes} bytes");
            let [first, last] = [page.prober.messages.first(), page.prober.messages.last()];
            let took = last.unwrap().0 - first.unwrap().0;
            assert!(took < secs(15), "{profile}, seed {seed}: {took:?}");
            println!(
                "{profile}, seed {seed}: {bytes} bytes, {took:?}, {}/{}",
                ana.link_up, ana.link_down
            );
        }
    }
}

/// Of a page that came fast from a cache nearby, the link is believed open; the test knows better.
#[test]
fn who_was_tested_is_let_in_as_lean_as_the_link_needs() {
    let mut lags = Vec::new();
    for is_tested in [true, false] {
        let (up, down) = (weak(30, 600, 30, 0.0), weak(40, 600, 30, 0.0));
        let page = Browser::chromium().loaded_at_kbps(5_000);
        let mut world = tested(720, page, up, down);
        if !is_tested {
            world.person_mut("ana").page_mut().prober.is_deaf = true;
        }
        world.run(secs(15)).admit("ana").run(secs(5));
        let since = world.now() - secs(4);
        let way = ms(300 + 10);
        let begun = world.now() - world.elapsed();
        let oldest = world
            .received("ana", "ben", since)
            .into_iter()
            .filter(|receipt| receipt.is_voice())
            .map(|receipt| {
                let captured =
                    begun + std::time::Duration::from_micros(receipt.found.mark.captured);
                (receipt.at - captured).saturating_sub(way)
            })
            .max();
        lags.push(oldest.unwrap());
    }
    println!("the oldest sound: {:?} tested, {:?} not", lags[0], lags[1]);
    assert!(lags[0] < ms(800) && lags[1] > secs(2), "{lags:?}");
}

/// A link that carries nothing has no queue, and that proves nothing.
#[test]
fn a_verdict_stands_however_long_its_person_waits() {
    let link = weak(40, 600, 30, 0.0);
    let mut world = tested(721, Browser::chromium().reporting(), link, link);
    world.run(secs(15));
    assert_eq!(told(&world), Some(WEAK));
    world.run(secs(400));
    assert_eq!(told(&world), Some(WEAK), "{:?}", world.snapshot("ana"));
}

#[test]
fn who_goes_to_the_window_is_tested_again_and_told_so() {
    let link = weak(40, 600, 30, 0.0);
    let mut world = tested(722, Browser::chromium().reporting(), link, link);
    world.run(secs(15));
    assert_eq!(told(&world), Some(WEAK));
    world
        .link("ana", Link::kbps(2_000).latency_ms(40))
        .run(secs(30));
    let now = world.now();
    world.person_mut("ana").page_mut().ask_for_probe(now);
    world.run(secs(5));
    assert_eq!(told(&world), Some(GOOD), "{:?}", world.snapshot("ana"));
}

#[test]
fn who_is_let_in_in_the_middle_of_a_test_hears_and_is_heard_at_once() {
    let link = weak(40, 600, 30, 0.0);
    let page = Browser::chromium().loaded_at_kbps(38);
    let mut world = tested(723, page, link, link);
    world.run(ms(1_500));
    let before = world.person("ana").page().prober.messages.len();
    assert!(before > 0);
    let admitted = world.now();
    world.admit("ana").run(secs(10));
    // What had left is the last of it.
    let messages = &world.person("ana").page().prober.messages;
    let late = messages.iter().filter(|(at, _)| *at > admitted + secs(2));
    assert_eq!(late.count(), 0);
    let voice = world.received("ana", "ben", admitted);
    let first = voice.iter().find(|receipt| receipt.is_voice()).unwrap();
    assert!(first.at - admitted < ms(1_500), "{:?}", first.at - admitted);
    // And asking again brings nothing.
    let asked = world.now();
    world.person_mut("ana").page_mut().ask_for_probe(asked);
    world.run(secs(5));
    let messages = &world.person("ana").page().prober.messages;
    assert!(messages.iter().all(|(at, _)| *at < asked));
}

/// During the call the same words follow the same rungs.
#[test]
fn the_level_follows_the_link_during_the_call() {
    let wide = Link::kbps(2_000).latency_ms(50).queue_ms(2_000);
    let mut world = World::seeded(724);
    world
        .browser("ana", Browser::chromium().reporting())
        .browser("ben", Browser::chromium().reporting())
        .link("ana", wide)
        .join(["ben", "ana"])
        .run(secs(15));
    assert_eq!(told(&world), Some(GOOD));
    world.link("ana", Link::kbps(60).latency_ms(50).queue_ms(2_000));
    world.run(secs(20));
    assert!(told(&world) > Some(GOOD), "{:?}", world.snapshot("ana"));
    world.link("ana", wide);
    world.run_until(secs(150), |world| told(world) == Some(GOOD));
    assert_eq!(told(&world), Some(GOOD), "{:?}", world.snapshot("ana"));
}
