//! People change networks, and pages reload: the call goes on.

use std::time::Duration;

use nhipcau::media::event::MediaEvent;

use crate::world::{Link, World, hears, hears_only, ms, secs, sees, sees_only};

/// A browser sends STUN every few seconds, and is found by it at its new address.
const FOUND: Duration = Duration::from_secs(6);

fn expect_a_call(world: &mut World) {
    for (name, other) in [("ana", "ben"), ("ben", "ana")] {
        world.expect(name, hears(other)).expect(name, sees(other));
    }
    assert_eq!(
        world.person("ana").page().assignments,
        1,
        "ben's tile stays"
    );
    assert_eq!(world.counters().transports_opened, 2);
}

#[test]
fn media_goes_on_from_another_port_that_the_browser_does_not_know_of() {
    let mut world = World::seeded(71);
    world
        .join(["ana", "ben"])
        .run(secs(3))
        .rebind("ben")
        .run(FOUND);
    expect_a_call(&mut world);
}

#[test]
fn media_goes_on_after_a_change_of_network_that_the_browser_notices() {
    let mut world = World::seeded(72);
    world.join(["ana", "ben"]).run(secs(3)).roam("ben");
    // Two seconds of silence tell that the old address is left.
    world.run(secs(4));
    expect_a_call(&mut world);
}

#[test]
fn media_follows_somebody_there_and_back_again() {
    let mut world = World::seeded(77);
    world.join(["ana", "ben"]).run(secs(3));
    let home = world.person("ben").public;
    for _ in 0..3 {
        world.rebind("ben").run(FOUND);
        expect_a_call(&mut world);
        world.return_to("ben", home).run(FOUND);
        expect_a_call(&mut world);
    }
}

#[test]
fn a_person_who_wanders_again_and_again_keeps_a_bounded_number_of_addresses() {
    let mut world = World::seeded(73);
    world.join(["ana", "ben"]).run(secs(2));
    for _ in 0..12 {
        world.rebind("ben").run(FOUND);
    }
    world
        .run(secs(2))
        .expect("ana", hears("ben"))
        .expect("ben", hears("ana"));
    assert!(world.gauges().addresses <= 1 + 8, "{:?}", world.gauges());
}

#[test]
fn nobody_takes_over_an_address_by_media_alone() {
    let mut world = World::seeded(74);
    world.join(["ana", "ben"]).run(secs(3)).rebind("ben");
    let before = world.counters().datagrams_unknown_source;
    world.run(ms(100));
    assert!(
        world.counters().datagrams_unknown_source > before,
        "media from there is dropped"
    );
    assert_eq!(world.gauges().addresses, 2);
}

#[test]
fn a_reloaded_page_gets_its_seat_back_and_nobody_loses_a_tile() {
    let mut world = World::seeded(75);
    world.join(["ana", "ben", "cam"]).run(secs(4));
    let assignments = |world: &World, name: &str| world.person(name).page().assignments;
    let before = [assignments(&world, "ana"), assignments(&world, "cam")];
    world.join(["ben"]).run(secs(4));
    assert_eq!(
        before,
        [assignments(&world, "ana"), assignments(&world, "cam")]
    );
    world
        .expect("ana", hears_only(["ben", "cam"]))
        .expect("ana", sees_only(["ben", "cam"]))
        .expect("cam", sees_only(["ana", "ben"]))
        .expect("ben", sees_only(["ana", "cam"]));
    let counters = world.counters();
    assert_eq!(
        (counters.transports_opened, counters.transports_closed),
        (4, 1)
    );
    // One fragment for each transport: the old one's is forgotten, the new one's known.
    assert_eq!(world.gauges().fragments, 3);
    let lost = |(_, event): &(_, MediaEvent)| matches!(event, MediaEvent::TransportLost { .. });
    assert!(
        !world.events.iter().any(lost),
        "a replaced transport is not reported as lost"
    );
}

#[test]
fn a_page_reloads_ten_times_in_a_row() {
    let mut world = World::seeded(76);
    world
        .link("ben", Link::good().latency_ms(60))
        .join(["ana", "ben"])
        .run(secs(2));
    for wait in [0, 50, 100, 150, 200, 300, 400, 600, 900, 1_500] {
        world.join(["ben"]).run(ms(wait));
    }
    world
        .run(secs(4))
        .expect("ana", hears_only(["ben"]))
        .expect("ana", sees_only(["ben"]));
    world.expect("ben", sees_only(["ana"]));
    assert_eq!(world.gauges().participants, 2);
}
