//! Everything that starts, ends.

use nhipcau::media::event::MediaEvent;
use nhipcau::media::stats::Gauges;
use nhipcau::media::transport::EndOfTransport;

use crate::world::{Link, World, hears_only, ms, secs, sees_only};

fn losses(world: &World) -> Vec<(u64, u16, EndOfTransport)> {
    let origin = world.now() - world.elapsed();
    let seconds = |at: &std::time::Instant| (*at - origin).as_secs();
    let events = world.events.iter();
    events
        .filter_map(|(at, event)| match event {
            MediaEvent::TransportLost { seat, end, .. } => Some((seconds(at), seat.0, *end)),
            MediaEvent::TransportUp { .. } => None,
        })
        .collect()
}

fn assert_empty(world: &World) {
    assert_eq!(world.gauges(), Gauges::default());
    let counters = world.counters();
    assert_eq!(counters.transports_opened, counters.transports_closed);
}

#[test]
fn joining_and_leaving_a_hundred_times_leaves_nothing_behind() {
    let mut world = World::seeded(81);
    for _ in 0..100 {
        world.join(["ana"]).run(ms(30)).leave("ana");
    }
    world.run(ms(500));
    assert_empty(&world);
    assert_eq!(world.counters().transports_opened, 100);
}

#[test]
fn the_last_one_turns_off_the_light() {
    let mut world = World::seeded(82);
    world.join(["ana", "ben", "cam"]).run(secs(3));
    world
        .leave("ben")
        .run(secs(1))
        .leave("ana")
        .run(secs(1))
        .leave("cam")
        .run(secs(1));
    assert_empty(&world);
    assert_eq!(losses(&world), [], "who leaves is not reported as lost");
}

#[test]
fn a_transport_that_never_connects_ends_after_thirty_seconds() {
    let mut world = World::seeded(83);
    world
        .uplink("ana", Link::good().loss(1.0))
        .join(["ana"])
        .run(secs(29));
    assert_eq!(world.gauges().participants, 1);
    world.run(secs(2));
    let seat = world.person("ana").seat.0;
    assert_eq!(losses(&world), [(30, seat, EndOfTransport::NeverConnected)]);
    assert_empty(&world);
}

#[test]
fn somebody_who_waits_and_never_connects_is_given_up_as_early_and_nobody_notices() {
    let mut world = World::seeded(90);
    world.join(["ana", "cam"]).run(secs(3));
    world
        .uplink("ben", Link::good().loss(1.0))
        .wait(["ben"])
        .run(secs(20));
    // To be let in is no sign of life.
    world.admit("ben").run(secs(9));
    assert_eq!(world.gauges().participants, 3);
    assert_eq!(world.person("ben").down.tally.total(), 0);
    world.run(secs(2));
    let seat = world.person("ben").seat.0;
    assert_eq!(losses(&world), [(33, seat, EndOfTransport::NeverConnected)]);
    assert_eq!(world.gauges().participants, 2);
    world
        .expect("ana", hears_only(["cam"]))
        .uplink("ben", Link::good())
        .join(["ben"])
        .run(secs(4))
        .expect("ben", hears_only(["ana", "cam"]));
}

#[test]
fn a_silent_transport_ends_after_two_minutes_and_the_others_go_on() {
    let mut world = World::seeded(84);
    world
        .join(["ana", "ben"])
        .run(secs(3))
        .vanish("ben")
        .run(secs(118));
    assert_eq!(world.gauges().participants, 2);
    world.run(secs(4));
    let seat = world.person("ben").seat.0;
    let lost = losses(&world);
    assert!(
        matches!(lost[..], [(123, lost, EndOfTransport::Silent)] if lost == seat),
        "{lost:?}"
    );
    assert_eq!(world.gauges().participants, 1);
    assert_eq!(
        world.person("ana").page().tiles[0].seat,
        0,
        "the tile is taken away"
    );
    world.join(["ben"]).run(secs(4));
    world
        .expect("ana", hears_only(["ben"]))
        .expect("ana", sees_only(["ben"]));
}

#[test]
fn a_page_that_says_goodbye_is_gone_at_once() {
    let mut world = World::seeded(85);
    world
        .join(["ana", "ben"])
        .run(secs(3))
        .hang_up("ben")
        .run(secs(1));
    let seat = world.person("ben").seat.0;
    let lost = losses(&world);
    assert!(
        matches!(lost[..], [(3, lost, EndOfTransport::Closed)] if lost == seat),
        "{lost:?}"
    );
    assert_eq!(
        world.person("ana").page().plan.0,
        0,
        "nobody is left to send to"
    );
}

#[test]
fn a_room_that_is_ended_tells_every_page() {
    let mut world = World::seeded(86);
    world
        .join(["ana", "ben"])
        .run(secs(3))
        .end_room(0)
        .run(ms(200));
    assert_empty(&world);
    for name in ["ana", "ben"] {
        assert!(
            world.person(name).page().is_closed,
            "{name} is told over DTLS"
        );
    }
}

#[test]
fn an_empty_world_has_no_deadline() {
    let mut world = World::seeded(87);
    world
        .join(["ana", "ben"])
        .run(secs(2))
        .leave("ana")
        .leave("ben")
        .run(secs(1));
    assert_eq!(world.planes[0].next_deadline(), None);
}
