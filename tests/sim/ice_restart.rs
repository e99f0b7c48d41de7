//! A page whose link was gone restarts ICE by itself: the transport lives on, on whatever path.

use std::time::Duration;

use crate::world::{Browser, Link, World, hears, ms, secs};

/// A call of two, by voice, ben on a link of 100 ms round trips.
fn call(seed: u64) -> World {
    let mut world = World::seeded(seed);
    world
        .browser("ana", Browser::chromium().voice_only())
        .browser("ben", Browser::chromium().voice_only())
        .link("ben", Link::good().latency_ms(50))
        .join(["ana", "ben"])
        .run(secs(4));
    world
}

/// Ben's link is gone for so long. His browser's pairs are dead by then; with a restart each second,
/// or without.
fn cut(world: &mut World, outage: Duration) {
    world.link("ben", Link::good().loss(1.0)).run(outage);
    world.link("ben", Link::good().latency_ms(50));
}

/// From now on until `listener` hears `speaker` again.
fn until_heard(world: &mut World, listener: &str, speaker: &str) -> Duration {
    let (since, number) = (world.now(), world.number_of(speaker));
    world.run_until(secs(30), |world| {
        let page = world.person(listener).page();
        let is_fresh = |receipt: &crate::world::page::Receipt| {
            receipt.is_voice() && receipt.found.mark.person == number && receipt.left.at >= since
        };
        page.receipts.iter().rev().take(200).any(is_fresh)
    });
    world.now() - since
}

fn expect_the_same_call(world: &mut World) {
    world.run(secs(3));
    for (name, other) in [("ana", "ben"), ("ben", "ana")] {
        world.expect(name, hears(other));
    }
    let counters = world.counters();
    assert_eq!(
        (counters.transports_opened, counters.transports_closed),
        (2, 0),
        "the same transports"
    );
    assert_eq!(
        world.person("ana").page().assignments,
        1,
        "ben's tile stays"
    );
}

#[test]
fn a_restart_from_other_ports_brings_voice_back_within_a_few_round_trips() {
    for outage in [8, 25, 110] {
        let mut world = call(91);
        cut(&mut world, secs(outage));
        world.restart_elsewhere("ben");
        let [up, down] = [("ana", "ben"), ("ben", "ana")]
            .map(|(listener, speaker)| until_heard(&mut world, listener, speaker));
        assert!(up < ms(500), "{outage} s: up after {up:?}");
        assert!(
            up + down < ms(800),
            "{outage} s: down after {:?}",
            up + down
        );
        expect_the_same_call(&mut world);
    }
}

#[test]
fn a_restart_on_the_same_path_does_too() {
    for outage in [8, 25, 110] {
        let mut world = call(92);
        cut(&mut world, secs(outage));
        world.restart("ben");
        let up = until_heard(&mut world, "ana", "ben");
        let down = until_heard(&mut world, "ben", "ana");
        assert!(up + down < ms(800), "{outage} s: {up:?} and {down:?}");
        expect_the_same_call(&mut world);
    }
}

#[test]
fn a_page_that_restarts_while_all_is_well_loses_nothing() {
    let mut world = call(93);
    let since = world.now();
    for _ in 0..5 {
        world.run(secs(2)).restart("ben");
    }
    expect_the_same_call(&mut world);
    let heard = world.voice_share("ana", "ben", world.now() - since);
    assert!(heard > 0.99, "{heard}");
}

#[test]
fn many_restarts_of_which_the_server_heard_none_are_followed_by_one_that_it_hears() {
    let mut world = call(94);
    world.link("ben", Link::good().loss(1.0));
    for _ in 0..20 {
        world.run(secs(1)).restart_elsewhere("ben");
    }
    world.link("ben", Link::good().latency_ms(50));
    world.restart_elsewhere("ben");
    let back = until_heard(&mut world, "ben", "ana");
    assert!(back < ms(800), "{back:?}");
    expect_the_same_call(&mut world);
}

#[test]
fn who_changes_networks_and_restarts_is_followed_without_waiting_out_the_old_path() {
    let mut world = call(95);
    world.link("ben", Link::good().loss(1.0)).run(ms(350));
    world.link("ben", Link::good().latency_ms(50));
    world.restart_elsewhere("ben");
    let down = until_heard(&mut world, "ben", "ana");
    assert!(down < ms(600), "{down:?}");
    expect_the_same_call(&mut world);
}

#[test]
fn a_page_that_restarts_again_and_again_is_bounded_and_its_present_path_goes_on() {
    let mut world = call(96);
    for _ in 0..300 {
        world.run(ms(250)).restart("ben");
    }
    world.run(secs(2));
    let refused = world.counters().datagrams_refused;
    assert!(
        refused > 100,
        "beyond one a second they are not taken: {refused}"
    );
    assert!(world.gauges().addresses <= 2, "{:?}", world.gauges());
    // A minute of peace later it may again.
    world.run(secs(61)).restart("ben");
    expect_the_same_call(&mut world);
}
