//! Nobody hears, is heard, sees or is seen before they are let in, nor after that has ended.
//! Counted on the wire, at both ends: padding and probes are media too.
//!
//! That no media leaves for anybody who is not let in is checked for every datagram of every test
//! here (`world/watch.rs`).

use std::time::Duration;

use crate::world::publish::Plan;
use crate::world::{Browser, Link, Tally, World, hears, hears_only, ms, secs, sees, sees_only};

const NOTHING: Plan = Plan(0);

/// What somebody has sent so far, and what was sent to them.
fn wire(world: &World, name: &str) -> (Tally, Tally) {
    let person = world.person(name);
    (person.up.tally, person.down.tally)
}

/// Both people hear and see each other and nobody else.
fn expect_a_call(world: &mut World, name: &str, other: &str) {
    for (name, other) in [(name, other), (other, name)] {
        world
            .expect(name, hears_only([other]))
            .expect(name, sees_only([other]));
    }
}

#[test]
fn nothing_flows_either_way_before_admission() {
    let weak = Link::good().latency_ms(150).jitter_ms(30).loss(0.1);
    for (seed, link) in [(91, Link::good()), (92, weak)] {
        let mut world = World::seeded(seed);
        world.join(["ana", "cam"]).run(secs(3)).link("ben", link);
        world.wait(["ben"]).run(secs(30));
        let (up, down) = wire(&world, "ben");
        assert_eq!((up.media, down.media), (0, 0));
        let ben = world.person("ben").page();
        assert!(ben.connected.is_some(), "the transport is there");
        assert_eq!(ben.received.media, 0);
        // From the response on, and so before the data channel was there.
        assert!(ben.plans.iter().all(|(_, plan)| *plan == NOTHING));
        assert!(!ben.plans.is_empty());
        assert!(ben.tiles.iter().all(|tile| tile.seat == 0));
        println!("in 30 s of waiting: sent {up:?}, was sent {down:?}");
        assert!(down.reports <= 31, "one a second at most: {down:?}");
        assert_eq!(world.counters().packets_denied, 0);
        expect_a_call(&mut world, "ana", "cam");
    }
}

#[test]
fn somebody_who_has_nobody_is_sent_nothing() {
    // At many moments of a young call, in which the server probes and pads most.
    for moment in (0..3_000).step_by(100) {
        let mut world = World::seeded(99);
        world
            .join(["ana", "ben"])
            .run(secs(1) + ms(moment))
            .dismiss("ben")
            .run(ms(500));
        let alone = wire(&world, "ana").1;
        world.run(secs(20));
        let after = wire(&world, "ana").1 - alone;
        assert_eq!(after.media, 0, "alone after {moment} ms");
        // And nothing is missing when somebody comes.
        world.join(["cam"]).run(secs(5));
        expect_a_call(&mut world, "ana", "cam");
    }
}

#[test]
fn people_who_wait_keep_nobody_sending() {
    let mut world = World::seeded(93);
    world.join(["ana"]).run(secs(1)).wait(["ben", "cam"]);
    let before = wire(&world, "ana").0;
    world.run(secs(10));
    assert_eq!((wire(&world, "ana").0 - before).media, 0);
    assert_eq!(world.person("ana").page().plan, NOTHING);
}

#[test]
fn voice_flows_within_one_round_trip_of_admission() {
    // From the server's decision: the page that is let in is told to speak, its voice comes back,
    // and reaches the other; meanwhile the other's tile was made ready. And the other way round.
    // That is three of the four ways of a round trip between the two pages; a tile takes 16 ms,
    // the next voice packet is up to 20 ms away.
    for (seed, one_way) in [(94, 20), (95, 60), (96, 150)] {
        let mut world = World::seeded(seed);
        let link = Link::good().latency_ms(one_way);
        world.link("ana", link).link("ben", link);
        world.join(["ana"]).wait(["ben"]).run(secs(10)).admit("ben");
        let admitted = world.now();
        let first_voice = |world: &World, name: &str| {
            let mut receipts = world.person(name).page().receipts.iter();
            receipts.find(|receipt| receipt.is_voice()).map(|it| it.at)
        };
        world.run_until(secs(2), |world| {
            first_voice(world, "ana").is_some() && first_voice(world, "ben").is_some()
        });
        for name in ["ana", "ben"] {
            let after = first_voice(&world, name).unwrap() - admitted;
            println!("{name}: first voice {after:?} after, {one_way} ms each way");
            assert!(after <= ms(3 * one_way + 16 + 20), "{name}: {after:?}");
        }
        world.run(secs(2));
        expect_a_call(&mut world, "ana", "ben");
    }
}

#[test]
fn nothing_flows_after_removal() {
    // At many moments of a young call, in which the server probes and pads most.
    for moment in (0..1_500).step_by(50) {
        let mut world = World::seeded(97);
        world
            .browser("ben", Browser::chromium().ignoring_plan())
            .link("ben", Link::good().latency_ms(20).loss(0.02))
            .join(["ana", "ben", "cam"])
            .run(secs(1) + ms(moment))
            .put_back("ben");
        let (removed, before) = (world.now(), wire(&world, "ben").1);
        let denied = world.counters().packets_denied;
        world.run(secs(5));
        let after = wire(&world, "ben").1 - before;
        assert_eq!(after.media, 0, "removed after {moment} ms");
        assert!(after.reports <= 4 * 5, "{after:?}");
        // What was on its way arrives still.
        let settled = removed + ms(30);
        for other in ["ana", "cam"] {
            assert_eq!(world.received(other, "ben", settled).len(), 0);
            assert_eq!(world.received("ben", other, settled).len(), 0);
        }
        assert!(world.counters().packets_denied > denied + 200);
        expect_a_call(&mut world, "ana", "cam");
    }
}

#[test]
fn nothing_of_what_waited_for_a_narrow_link_leaves_after_removal() {
    // The pacer holds pictures, and the page misses some of which it asks for again.
    let mut world = World::seeded(98);
    world.join(["ana", "ben"]).run(secs(6));
    world
        .downlink("ben", Link::kbps(300).loss(0.1))
        .run(ms(400));
    world.put_back("ben");
    let before = wire(&world, "ben").1;
    world.run(secs(5));
    assert_eq!((wire(&world, "ben").1 - before).media, 0);
    assert_eq!(world.person("ben").page().plan, NOTHING);
}

#[test]
fn nothing_at_all_flows_after_leaving() {
    let mut world = World::seeded(99);
    world.join(["ana", "ben"]).run(secs(3)).dismiss("ben");
    let before = wire(&world, "ben").1;
    world.run(secs(10));
    assert_eq!((wire(&world, "ben").1 - before).total(), 0);
    assert!(world.person("ben").page().is_closed, "its page was told");
    world.expect("ana", hears_only([]));
}

#[test]
fn a_hostile_waiting_page_reaches_nobody_and_is_counted() {
    let hostile = Browser::chromium().ignoring_plan().sending_red();
    for others in [&[][..], &["ana", "cam"]] {
        let mut world = World::seeded(100);
        world
            .browser("ben", hostile.clone())
            .join(others.iter().copied())
            .run(secs(2))
            .wait(["ben"])
            .run(secs(2));
        // The link keeps order, so that what left 10 ms ago has arrived.
        let (before, sent) = (world.counters(), wire(&world, "ben").0);
        let page = world.person_mut("ben").page_mut();
        page.is_stormy = true;
        for epoch in 0..4 {
            page.say(&[2, 0, 0, epoch]);
        }
        world.run(secs(5));
        let denied = world.counters().packets_denied - before.packets_denied;
        let sent = wire(&world, "ben").0 - sent;
        println!("{denied} denied of {sent:?} with {} others", others.len());
        assert!(sent.media > 500);
        // Of the reports, 50 a second ask for keyframes. What is on its way at the end is a few.
        let expected = sent.media + 250;
        assert!(denied.abs_diff(expected) <= 20, "{denied}, not {expected}");
        assert_eq!(world.counters().messages_unknown, 0);
        assert_eq!(wire(&world, "ben").1.media, 0);
        for other in others {
            let received = world.received(other, "ben", world.now() - secs(7));
            assert_eq!(received.len(), 0);
        }
        if !others.is_empty() {
            expect_a_call(&mut world, "ana", "cam");
        }
    }
}

#[test]
fn a_waiting_page_reloads_again_and_again_and_is_let_in_at_last() {
    let mut world = World::seeded(101);
    world.link("ben", Link::good().latency_ms(60));
    world.join(["ana"]).wait(["ben"]).run(secs(2));
    for wait in [0, 50, 150, 300, 600, 1_500] {
        world.wait(["ben"]).run(ms(wait));
    }
    world.run(secs(3));
    assert_eq!(world.gauges().participants, 2);
    let (up, down) = wire(&world, "ben");
    assert_eq!((up.media, down.media), (0, 0));
    world.admit("ben").run(secs(3));
    expect_a_call(&mut world, "ana", "ben");
}

#[test]
fn somebody_is_let_in_while_the_transport_is_still_connecting() {
    // From before the offer has reached the server to after the data channel is open.
    for moment in (0..1_000).step_by(50) {
        let mut world = World::seeded(102);
        world.link("ben", Link::good().latency_ms(100));
        world.join(["ana"]).run(secs(2)).wait(["ben"]);
        world.run(ms(moment)).admit("ben").run(secs(4));
        expect_a_call(&mut world, "ana", "ben");
    }
}

#[test]
fn somebody_is_let_in_just_before_the_transport_is_replaced() {
    for moment in [0, 20, 60, 100, 150, 250, 500] {
        let mut world = World::seeded(103);
        world.link("ben", Link::good().latency_ms(60));
        world.join(["ana"]).wait(["ben"]).run(secs(3));
        world
            .admit("ben")
            .run(ms(moment))
            .join(["ben"])
            .run(secs(4));
        expect_a_call(&mut world, "ana", "ben");
        assert_eq!(world.gauges().participants, 2);
    }
}

#[test]
fn an_offer_from_before_admission_that_is_answered_after_it_is_let_in_too() {
    // Signaling answers the offer as it stood when it came, and then sets the standing.
    let mut world = World::seeded(104);
    world.link("ben", Link::good().latency_ms(80));
    world.join(["ana"]).run(secs(2)).wait(["ben"]).run(ms(81));
    assert_eq!(world.gauges().participants, 2, "answered, as one who waits");
    world.admit("ben");
    assert!(world.person("ben").page().plans.is_empty(), "not there yet");
    world.run(secs(3));
    assert_eq!(world.person("ben").page().plans[0].1, NOTHING);
    expect_a_call(&mut world, "ana", "ben");
}

#[test]
fn somebody_is_let_in_removed_and_let_in_again() {
    for pause in [0, 10, 40, 100, 300, 1_000, 5_000] {
        let mut world = World::seeded(105);
        world.link("ben", Link::good().latency_ms(40));
        world.join(["ana"]).wait(["ben"]).run(secs(2));
        for _ in 0..3 {
            world.admit("ben").run(ms(pause)).put_back("ben");
            let before = wire(&world, "ben").1;
            world.run(ms(pause));
            assert_eq!((wire(&world, "ben").1 - before).media, 0);
        }
        world.admit("ben").run(secs(4));
        expect_a_call(&mut world, "ana", "ben");
        assert_eq!(world.counters().transports_opened, 2);
    }
}

#[test]
fn somebody_is_let_in_while_away_and_comes_back() {
    let mut world = World::seeded(106);
    world.join(["ana"]).wait(["ben"]).run(secs(2));
    world.vanish("ben").run(secs(5)).admit("ben").run(secs(5));
    world.expect("ana", hears_only([]));
    world.join(["ben"]).run(secs(3));
    expect_a_call(&mut world, "ana", "ben");
}

#[test]
fn two_wait_and_one_is_let_in() {
    let mut world = World::seeded(107);
    world.join(["ana"]).wait(["ben", "cam"]).run(secs(2));
    world.admit("cam").run(secs(4));
    expect_a_call(&mut world, "ana", "cam");
    let (up, down) = wire(&world, "ben");
    assert_eq!((up.media, down.media), (0, 0));
}

#[test]
fn pictures_climb_for_somebody_who_was_removed_and_let_in_again() {
    let mut world = World::seeded(108);
    world.join(["ana", "ben"]).run(secs(5)).put_back("ben");
    world.run(secs(20)).admit("ben").run(secs(12));
    for (name, other) in [("ana", "ben"), ("ben", "ana")] {
        world.expect(name, hears(other));
        world.expect(name, sees(other).at(nhipcau::media::ids::Rid::F));
    }
}

#[test]
fn it_is_known_who_is_heard() {
    // A page that sends no media is heard by its ICE checks, every few seconds.
    const CHECKS: Duration = secs(5);
    let mut world = World::seeded(109);
    world.join(["ana", "cam"]).wait(["ben"]);
    assert!(!world.is_heard("ben", CHECKS), "not there yet");
    world.run(secs(20));
    assert!(world.is_heard("ben", CHECKS));
    assert!(world.is_heard("ana", ms(100)), "she speaks");
    world.vanish("ben").run(CHECKS + ms(100));
    assert!(!world.is_heard("ben", CHECKS));
    assert!(world.is_heard("ben", secs(60)));
    world.dismiss("ben");
    assert!(!world.is_heard("ben", secs(60)));
}
