//! Bad networks: what is lost is repaired or skipped, never garbled. That every slot's numbers,
//! timestamps and picture ids stay continuous is checked after every run (`world/continuity.rs`).

use crate::world::{Browser, Link, World, hears, ms, secs, sees};

/// A call of two on good links, ten seconds old.
fn call(seed: u64) -> World {
    let mut world = World::seeded(seed);
    world.join(["ana", "ben"]).run(secs(6));
    world
}

#[test]
fn random_loss_towards_a_viewer_is_repaired() {
    let mut world = call(21);
    world.downlink("ana", Link::good().latency_ms(40).loss(0.05));
    let since = world.now();
    world.run(secs(10)).expect("ana", sees("ben"));
    assert!(world.longest_freeze("ana", "ben", since) < ms(1_000));
    let voice = world.voice_share("ana", "ben", secs(10));
    assert!((0.9..0.99).contains(&voice), "voice is not resent: {voice}");
    let pictures = share_of_pictures(&world, since);
    assert!(pictures > 0.99, "pictures are: {pictures}");
}

#[test]
fn random_loss_from_a_publisher_is_repaired() {
    let mut world = call(22);
    world.uplink("ben", Link::good().latency_ms(40).loss(0.05));
    let since = world.now();
    world.run(secs(10)).expect("ana", sees("ben"));
    assert!(world.longest_freeze("ana", "ben", since) < ms(1_000));
    let pictures = share_of_pictures(&world, since);
    assert!(pictures > 0.99, "{pictures}");
}

/// Of the numbers that ana's slot of ben went through since then, the share that arrived.
fn share_of_pictures(world: &World, since: std::time::Instant) -> f64 {
    let received = world.received("ana", "ben", since);
    let mut numbers: Vec<u64> = received
        .iter()
        .filter(|receipt| !receipt.is_voice())
        .map(|receipt| receipt.sequence)
        .collect();
    numbers.sort_unstable();
    let range = numbers.last().unwrap() - numbers[0] + 1;
    let [received, range] =
        [numbers.len() as u64, range].map(|n| f64::from(u32::try_from(n).unwrap()));
    received / range
}

#[test]
fn loss_in_bursts_interrupts_but_does_not_end_pictures() {
    let mut world = call(23);
    let bursty = Link::good().latency_ms(30).bursts(0.015, 0.1, 0.8);
    world.link("ben", bursty).downlink("ana", bursty);
    let since = world.now();
    world.run(secs(15));
    let frozen = world.longest_freeze("ana", "ben", since);
    assert!(frozen < ms(3_000), "{frozen:?}");
    let pipe = &world.person("ben").up;
    assert!(pipe.lost * 30 > pipe.entered, "the link did lose much");
    world
        .link("ben", Link::good())
        .link("ana", Link::good())
        .run(secs(3));
    world.expect("ana", sees("ben")).expect("ana", hears("ben"));
}

#[test]
fn jitter_reordering_and_duplicates_garble_nothing() {
    for (seed, browser) in [(24, Browser::chromium()), (25, Browser::firefox())] {
        let mut world = World::seeded(seed);
        let wild = Link::good()
            .latency_ms(20)
            .jitter_ms(15)
            .reordering()
            .duplicate(0.05);
        world
            .browser("ben", browser)
            .link("ana", wild)
            .link("ben", wild);
        world.join(["ana", "ben"]).run(secs(10));
        world
            .expect("ana", sees("ben"))
            .expect("ana", hears("ben"))
            .expect("ben", sees("ana"));
        let voice = world.voice_share("ana", "ben", secs(5));
        assert!(voice > 0.98, "late is not lost: {voice}");
    }
}

#[test]
fn a_call_goes_on_after_everything_was_lost_for_a_while() {
    for outage in [500, 3_000, 8_000] {
        let mut world = call(26);
        world
            .link("ana", Link::good().loss(1.0))
            .run(ms(outage))
            .link("ana", Link::good());
        world.run(secs(4));
        world.expect("ana", hears("ben")).expect("ana", sees("ben"));
        world.expect("ben", hears("ana")).expect("ben", sees("ana"));
    }
}

/// Voice needs ICE and DTLS to get through, but no data channel of the newcomer's: who is there is
/// in the join response. Pictures come and go on such a link.
#[test]
fn a_newcomer_whose_link_loses_a_tenth_hears_the_others_before_its_data_channel_is_up() {
    let bad = Link::good().latency_ms(150).jitter_ms(30).loss(0.1);
    let mut before_channel = 0;
    for seed in 0..8 {
        let mut world = World::seeded(2_700 + seed);
        world
            .join(["ana"])
            .run(secs(1))
            .link("ben", bad)
            .insist("ben");
        world.run_until(secs(60), |world| {
            world.perceives("ben", &hears("ana")).is_ok()
        });
        // The first plan came with the response, every other one comes over the channel.
        let plans = world.person("ben").page().plans.len();
        before_channel += usize::from(plans == 1);
        world.run(secs(5));
        let voice = world.voice_share("ben", "ana", secs(5));
        assert!(voice > 0.7, "{voice}");
    }
    assert!(before_channel > 0, "some channel took longer than a voice");
}

/// What no page can do without is that the handshake is over, and nothing but our last flight says so.
#[test]
fn a_newcomer_who_loses_the_end_of_the_handshake_five_times_is_answered_as_often_as_they_ask() {
    let mut world = World::seeded(28);
    world.join(["ana"]).run(secs(1));
    let ben = world.person_mut("ben");
    ben.down.last_flights_lost = 5;
    // A browser over this link; the engine repeats itself after a second at first.
    ben.up.handshake_repeats = Some((8, ms(200)));
    world.join(["ben"]);
    // The engine's own answers alone leave five seconds at least between the third and the fifth.
    world.run_until(secs(2), |world| {
        world.perceives("ben", &hears("ana")).is_ok()
    });
    assert_eq!(world.person("ben").down.last_flights_lost, 0);
}
