//! From a click to a voice.

use std::time::Duration;

use crate::world::browser::Browser;
use crate::world::{Link, World, hears_only, ms, secs, sees_only};

#[test]
fn two_people_hear_and_see_each_other() {
    World::seeded(1)
        .join(["ana", "ben"])
        .run(secs(3))
        .expect("ana", hears_only(["ben"]))
        .expect("ana", sees_only(["ben"]))
        .expect("ben", hears_only(["ana"]))
        .expect("ben", sees_only(["ana"]));
}

/// From ben's click to the first voice that he hears, with round trips of 200 ms, and the datagrams until then.
fn first_voice(ben: Browser) -> (Duration, usize) {
    let mut world = World::seeded(2);
    let far = Link::good().latency_ms(100);
    world
        .join(["ana"])
        .run(secs(2))
        .link("ben", far)
        .browser("ben", ben)
        .join(["ben"]);
    let clicked = world.now();
    world.run_until(secs(5), |world| {
        !world.person("ben").page().receipts.is_empty()
    });
    let after = world.now() - clicked;
    let datagrams = world.person("ben").page().datagrams_before_media;
    println!(
        "first voice after {} ms and {datagrams} datagrams",
        after.as_millis()
    );
    (after, datagrams)
}

#[test]
fn the_first_voice_comes_after_few_round_trips_and_few_datagrams() {
    let (after, datagrams) = first_voice(Browser::chromium());
    // Four round trips of 200 ms: the join, ICE, and two of DTLS 1.2, the last of which brings the
    // voice along; then no more than one packet's interval.
    assert!(after <= ms(825), "{after:?}");
    assert!(datagrams <= 40, "{datagrams}");
}

#[test]
fn a_page_that_does_not_wait_for_the_answer_hears_the_first_voice_a_round_trip_sooner() {
    let (waiting, _) = first_voice(Browser::chromium());
    let (ahead, datagrams) = first_voice(Browser::chromium().going_ahead());
    assert!(ahead <= waiting - ms(150), "{ahead:?} and not {waiting:?}");
    assert!(datagrams <= 40, "{datagrams}");
}
