//! Keyframes cost as much as a second of video: they are asked for sparingly.

use std::time::Instant;

use crate::world::{Link, World, hears, ms, secs, sees};

/// Requests that reached somebody, by encoding, in order.
fn requests(world: &World, name: &str, since: Instant) -> Vec<(Instant, u8)> {
    let requests = world.person(name).page().publisher.keyframe_requests.iter();
    let mut requests: Vec<_> = requests.filter(|(at, _)| *at > since).copied().collect();
    requests.sort_by_key(|(at, letter)| (*letter, *at));
    requests
}

#[test]
fn a_storm_of_requests_reaches_the_publisher_twice_a_second_at_most() {
    let mut world = World::seeded(61);
    world.join(["ana", "ben"]).run(secs(10));
    let since = world.now();
    world.person_mut("ana").page_mut().is_stormy = true;
    world.run(secs(5));
    let requests = requests(&world, "ben", since);
    assert!(
        requests.len() >= 8,
        "the viewer is heard: {}",
        requests.len()
    );
    for pair in requests.windows(2) {
        // The link has no jitter, so what left 500 ms apart arrives so.
        assert!(
            pair[0].1 != pair[1].1 || pair[1].0 - pair[0].0 >= ms(500),
            "{pair:?}"
        );
    }
    world.expect("ana", sees("ben")).expect("ana", hears("ben"));
}

#[test]
fn a_call_that_runs_asks_for_no_keyframe() {
    let mut world = World::seeded(62);
    world.join(["ana", "ben"]).run(secs(15));
    let since = world.now();
    world.run(secs(5));
    assert_eq!(requests(&world, "ben", since), []);
}

#[test]
fn one_viewers_complaint_costs_only_its_own_encoding_a_keyframe() {
    let mut world = World::seeded(63);
    world
        .downlink("cam", Link::kbps(700))
        .join(["ana", "ben", "cam"])
        .run(secs(12))
        .run_until(secs(20), |world| {
            world.perceives("cam", &sees("ben")).is_ok()
        });
    let since = world.now();
    world.person_mut("cam").page_mut().is_stormy = true;
    world.run(secs(3));
    let requests = requests(&world, "ben", since);
    assert!(requests.iter().any(|(_, letter)| *letter == b'q'));
    assert!(
        !requests.iter().any(|(_, letter)| *letter == b'f'),
        "ana's encoding is left alone"
    );
}
