//! What nobody takes is paused at its publisher.

use crate::world::publish::Plan;
use crate::world::{Browser, Link, World, secs};

const NOTHING: Plan = Plan(0);

fn plan(world: &World, name: &str) -> Plan {
    world.person(name).page().plan
}

#[test]
fn a_lone_person_sends_nothing_once_the_page_can_be_told() {
    let mut world = World::seeded(51);
    world.join(["ana"]).run(secs(1));
    assert_eq!(plan(&world, "ana"), NOTHING);
    let before = world.counters().packets_received;
    world.run(secs(3));
    assert_eq!(world.counters().packets_received, before);
}

#[test]
fn a_person_whom_others_leave_stops_sending() {
    let mut world = World::seeded(52);
    world.join(["ana", "ben"]).run(secs(3));
    assert!(plan(&world, "ana").microphone());
    world.leave("ben").run(secs(1));
    assert_eq!(plan(&world, "ana"), NOTHING);
    let before = world.counters().packets_received;
    world.run(secs(1));
    assert_eq!(world.counters().packets_received, before);
}

#[test]
fn only_the_encodings_that_somebody_takes_are_sent() {
    let mut world = World::seeded(53);
    world.join(["ana", "ben"]).run(secs(12));
    // The one viewer is at the top.
    assert_eq!(plan(&world, "ben"), Plan(0b1001));
    world.downlink("cam", Link::kbps(700)).join(["cam"]);
    // The other one takes the lowest, and nobody the one between.
    world.run_until(secs(20), |world| plan(world, "ben") == Plan(0b1011));
}

#[test]
fn nobody_sends_to_a_page_without_places_for_pictures() {
    let mut world = World::seeded(54);
    world
        .browser("ben", Browser::chromium().voice_only())
        .join(["ana", "ben"])
        .run(secs(3));
    assert_eq!(plan(&world, "ana"), Plan(0b0001));
}

#[test]
fn a_waiting_person_sends_nothing() {
    let mut world = World::seeded(55);
    world.join(["ana"]).wait(["ben"]).run(secs(3));
    assert_eq!(
        (plan(&world, "ana"), plan(&world, "ben")),
        (NOTHING, NOTHING)
    );
    world.admit("ben").run(secs(2));
    assert!(plan(&world, "ana").microphone() && plan(&world, "ben").microphone());
}

#[test]
fn a_plan_is_told_only_when_it_changes() {
    let mut world = World::seeded(56);
    world.join(["ana", "ben"]).run(secs(20));
    let plans = &world.person("ben").page().plans;
    let settled = plans
        .iter()
        .filter(|(at, _)| *at > world.now() - secs(8))
        .count();
    assert_eq!(settled, 0, "{plans:?}");
}
