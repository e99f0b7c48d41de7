//! A network that keeps seconds of speech and delivers them at once: everybody goes on with what is
//! said now.

use std::time::{Duration, Instant};

use crate::world::page::Receipt;
use crate::world::{Browser, Link, World, hears, ms, secs, sees};

/// How old each frame of `source` was that `name` received since then, with the time of receipt.
fn ages(world: &World, name: &str, source: &str, since: Instant) -> Vec<(Instant, Duration)> {
    let began = world.now() - world.elapsed();
    let received = world.received(name, source, since);
    let voice = received.iter().filter(|receipt| receipt.is_voice());
    voice
        .flat_map(|receipt| {
            receipt.found.marks().map(|mark| {
                let captured = began + Duration::from_micros(mark.captured);
                (receipt.at, receipt.at - captured)
            })
        })
        .collect()
}

/// Numbers that are missing among what was received.
fn missing(receipts: &[&Receipt]) -> u64 {
    let mut numbers: Vec<u64> = receipts
        .iter()
        .filter(|receipt| receipt.is_voice())
        .map(|receipt| receipt.sequence)
        .collect();
    numbers.sort_unstable();
    numbers.windows(2).map(|pair| pair[1] - pair[0] - 1).sum()
}

#[test]
fn a_speaker_whose_network_held_three_seconds_is_heard_at_the_live_edge_at_once() {
    let mut world = World::seeded(611);
    world
        .browser("ana", Browser::chromium().voice_only())
        .link("ana", Link::kbps(400).latency_ms(50).queue_ms(3_000))
        .join(["ana", "ben"])
        .run(secs(6));
    let from = world.now();
    let hold = secs(3);
    world.hold("ana", hold).run(secs(8));
    let heard = ages(&world, "ben", "ana", from);
    let oldest = heard.iter().map(|(_, age)| *age).max().unwrap();
    println!("oldest frame that reached the listener: {oldest:?}");
    assert!(oldest <= ms(400 + 150), "{oldest:?}");
    // And it is whole again soon after the network came back.
    let fresh = heard.iter().filter(|(at, _)| *at > from + hold + ms(1_500));
    assert!(fresh.count() >= 170, "of 175");
    let received = world.received("ben", "ana", from);
    assert_eq!(missing(&received), 0, "and nobody counts it as loss");
}

#[test]
fn a_speaker_on_a_link_that_is_merely_slow_is_heard() {
    // 50 kbit/s for the 60 that this voice takes: the queue grows to a second and a half, and what
    // does not fit is lost.
    let mut world = World::seeded(612);
    world
        .browser("ana", Browser::chromium().voice_only())
        .join(["ana", "ben"])
        .run(secs(5));
    world
        .uplink("ana", Link::kbps(50).queue_ms(1_500))
        .run(secs(20));
    let since = world.now();
    let before = world.counters().packets_unusable;
    world.run(secs(10));
    let heard = ages(&world, "ben", "ana", since);
    let oldest = heard.iter().map(|(_, age)| *age).max().unwrap();
    assert!(oldest > ms(1_000), "the link is slow: {oldest:?}");
    // Of what came through, nothing was dropped.
    assert_eq!(world.counters().packets_unusable, before);
    assert!(heard.len() > 300, "{} frames", heard.len());
}

#[test]
fn a_listener_whose_network_held_eight_seconds_goes_on_with_what_is_said_now() {
    let mut world = World::seeded(613);
    world
        .browser("ben", Browser::chromium().voice_only())
        .link("ben", Link::kbps(400).latency_ms(50))
        .join(["ana", "ben"])
        .run(secs(8));
    let (from, lost) = (world.now(), world.person("ben").down.lost);
    let hold = secs(8);
    world.hold("ben", hold).run(hold + secs(4));
    let heard = ages(&world, "ben", "ana", from);
    let stale = heard.iter().filter(|(_, age)| *age > ms(400)).count();
    println!("frames of the outage that reached the listener: {stale} of 400");
    // Everything until the gate shuts, at most 1.75 s of it, and two a second after that.
    assert!(stale <= 88 + 14, "{stale}");
    let back = from + hold;
    let fresh = |(at, age): &&(Instant, Duration)| *at > back + ms(500) && *age < ms(150);
    let fresh = heard.iter().filter(fresh).count();
    assert!(fresh >= 170, "{fresh} of 175 are fresh half a second later");
    let lost = world.person("ben").down.lost - lost;
    let missing = missing(&world.received("ben", "ana", from));
    assert!(
        missing <= lost,
        "{missing} missing, {lost} did not fit into the network's buffer"
    );
    world.expect("ben", hears("ana"));
}

/// The edge of a cell: late packets, and some lost.
fn cell_edge(kbps: u64) -> Link {
    Link::kbps(kbps)
        .latency_ms(45)
        .jitter_ms(120)
        .loss(0.01)
        .queue_ms(1_200)
}

/// When each picture was captured of which something reached `name` since then, and when that was.
fn pictures(world: &World, name: &str, source: &str, since: Instant) -> Vec<(Instant, Instant)> {
    let began = world.now() - world.elapsed();
    let received = world.received(name, source, since);
    let pictures = received.iter().filter(|receipt| !receipt.is_voice());
    pictures
        .map(|receipt| {
            let captured = Duration::from_micros(receipt.found.mark.captured);
            (began + captured, receipt.at)
        })
        .collect()
}

#[test]
fn pictures_stop_going_into_an_outage_about_a_second_after_its_beginning() {
    let mut into: Vec<_> = (616..621).map(stale_pictures).collect();
    into.sort();
    println!("the last picture of each outage is of {into:?} after its beginning");
    // The last sign is up to 165 ms on its way, and the gate is looked at every 250. Pictures that begin anew in
    // just that moment owe no answer yet: that is once in a hundred. Without the gate the median is 1.7 s.
    assert!(into[2] <= ms(165 + 700 + 250), "{into:?}");
    assert!(into[3] <= ms(165 + 1_500 + 250), "{into:?}");
}

/// Ben listens at the edge of a cell, ten seconds after both have come.
fn listening_at_the_edge(seed: u64) -> World {
    let mut world = World::seeded(seed);
    world
        .uplink("ben", cell_edge(4_000))
        .downlink("ben", cell_edge(400))
        .join(["ana", "ben"])
        .run(secs(10));
    world.person_mut("ben").page_mut().publisher.is_speaking = false;
    world
}

/// How far into an outage of three seconds the last picture was taken that comes out of it.
fn stale_pictures(seed: u64) -> Duration {
    let mut world = listening_at_the_edge(seed);
    // Until pictures have flowed for a while.
    let flow = |world: &World| pictures(world, "ben", "ana", world.now() - secs(3)).len() >= 40;
    world.run_until(secs(60), flow);
    let from = world.now();
    let hold = secs(3);
    world.hold("ben", hold).run(hold + ms(1_500));
    let stale = pictures(&world, "ben", "ana", from);
    let taken = stale.iter().map(|(captured, _)| *captured);
    let latest = taken.filter(|captured| *captured < from + hold).max();
    // As soon as a link that has just held everything is trusted with them again.
    world.run_until(secs(100), |world| {
        world.pictures_per_second("ben", "ana", world.now() - secs(1)) > 1.0
    });
    latest.unwrap_or(from).saturating_duration_since(from)
}

#[test]
fn pictures_go_on_over_a_link_that_is_merely_unsteady() {
    let mut world = listening_at_the_edge(620);
    for _ in 0..3_000 {
        world.pass(ms(100));
        let at = world.elapsed();
        assert!(!world.at_server("ben").rests_pictures(), "at {at:?}");
    }
}

#[test]
fn hardly_anything_is_sent_into_an_outage() {
    let mut world = World::seeded(614);
    world.join(["ana", "ben"]).run(secs(8));
    world.link("ben", Link::good().loss(1.0)).run(secs(2));
    let before = world.counters();
    world.run(secs(6));
    // Nothing comes from ben, so all that was forwarded went to ben.
    let voice = world.counters().voice_forwarded - before.voice_forwarded;
    let pictures = world.counters().video_forwarded - before.video_forwarded;
    assert!(voice <= 13, "{voice} packets in six seconds");
    assert_eq!(pictures, 0);
    world.link("ben", Link::good()).run(secs(3));
    world.expect("ben", hears("ana")).expect("ben", sees("ana"));
}

#[test]
fn a_listener_who_says_nothing_is_not_taken_for_gone() {
    let mut world = World::seeded(615);
    world.join(["ana", "ben"]).run(secs(3));
    world.person_mut("ben").page_mut().publisher.is_speaking = false;
    let since = world.now();
    world.run(secs(30));
    let heard = ages(&world, "ben", "ana", since);
    assert!(heard.len() >= 1_490, "{} of 1,500 frames", heard.len());
    world.expect("ben", sees("ana"));
}

/// That times never run against numbers is asserted for every packet that anybody receives.
#[test]
fn what_was_overtaken_takes_no_later_place_when_the_way_of_a_voice_changes() {
    let mut world = World::seeded(617);
    let wandering = Link::good().latency_ms(30).jitter_ms(60).reordering();
    world
        .browser("ana", Browser::chromium().voice_only())
        .browser("ben", Browser::chromium().voice_only())
        .link("ben", wandering)
        .join(["ana", "ben"])
        .run(secs(3));
    // Each time its page falls silent and comes back, the voice goes otherwise from that packet on.
    for _ in 0..20 {
        world.hold("ana", secs(2)).run(secs(4));
    }
    world.run(secs(2)).expect("ana", hears("ben"));
}
