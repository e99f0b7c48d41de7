//! Traps of driving the engine, each of which loses packets or people when it is fallen into.

use std::collections::BTreeSet;

use nhipcau::media::JoinError;

use crate::world::{Browser, Link, World, hears_only, ms, secs, sees_only};

/// The engine holds one received packet; it must be drained before it is given another. And
/// several packets may be written for a viewer before its engine is drained once.
#[test]
fn a_burst_that_arrives_in_one_batch_reaches_every_viewer_whole() {
    let mut world = World::seeded(101);
    world.join(["ana", "ben", "cam"]).run(secs(6));
    world
        .person_mut("ana")
        .page_mut()
        .publisher
        .scale_pictures(3);
    let since = world.now();
    world.run(secs(5));
    for viewer in ["ben", "cam"] {
        let received = world.received(viewer, "ana", since);
        let numbers = |is_voice: bool| -> BTreeSet<u64> {
            let of_kind = received
                .iter()
                .filter(|receipt| receipt.is_voice() == is_voice);
            of_kind.map(|receipt| receipt.sequence).collect()
        };
        for numbers in [numbers(true), numbers(false)] {
            let (first, last) = (numbers.first().unwrap(), numbers.last().unwrap());
            assert_eq!(
                numbers.len() as u64,
                last - first + 1,
                "{viewer} misses nothing"
            );
        }
        let largest = received
            .iter()
            .map(|receipt| receipt.found.mark.count)
            .max();
        assert!(largest >= Some(20), "there was a burst: {largest:?}");
    }
}

/// The pacer releases one packet for each call and asks to be called again a microsecond later.
#[test]
fn the_packets_of_a_picture_leave_in_batches_and_not_one_for_each_timer() {
    let mut world = World::seeded(102);
    world.join(["ana", "ben"]).run(secs(12));
    let received = world.received("ana", "ben", world.now() - secs(4));
    let pictures = received.iter().filter(|receipt| !receipt.is_voice());
    let departures: BTreeSet<_> = pictures.clone().map(|receipt| receipt.left.at).collect();
    let packets = pictures.count();
    assert!(packets > 400, "{packets}");
    assert!(
        departures.len() * 2 < packets,
        "{packets} packets left at {} times",
        departures.len()
    );
}

/// The engine ignores a time before the latest it has seen: what was to be done then must be done
/// when the clock has caught up.
#[test]
fn time_that_steps_back_loses_nothing() {
    let mut world = World::seeded(103);
    world.join(["ana", "ben"]).run(secs(3));
    let since = world.now();
    for back in [1, 40, 400, 1_500] {
        world.lag(ms(back)).run(ms(500)).lag(ms(0)).run(secs(1));
    }
    // After the longest, pictures give the voice two seconds to go first.
    world.run(secs(2));
    let received = world.received("ana", "ben", since);
    let voice: BTreeSet<u64> = received
        .iter()
        .filter(|receipt| receipt.is_voice())
        .map(|receipt| receipt.sequence)
        .collect();
    let (first, last) = (voice.first().unwrap(), voice.last().unwrap());
    assert_eq!(voice.len() as u64, last - first + 1);
    assert!(voice.len() > 380, "{} of 400", voice.len());
    world
        .expect("ana", hears_only(["ben"]))
        .expect("ana", sees_only(["ben"]))
        .join(["cam"])
        .run(secs(3))
        .expect("ana", hears_only(["ben", "cam"]));
}

/// A fresh SRTP receiver takes the first number for one below 65,536, whatever the publisher's own
/// count has come to.
#[test]
fn who_joins_a_publisher_that_has_counted_far_understands_it() {
    let mut world = World::seeded(104);
    world.browser("ana", Browser::chromium().first_sequence(65_500));
    world.join(["ana", "ben"]).run(secs(4));
    let counted = world.received("ben", "ana", world.now() - secs(1));
    assert!(
        counted
            .iter()
            .all(|receipt| receipt.found.mark.sequence > 65_536)
    );
    world.join(["cam"]).run(secs(3));
    world
        .expect("cam", hears_only(["ana", "ben"]))
        .expect("cam", sees_only(["ana", "ben"]));
}

#[test]
fn messages_that_no_page_of_ours_sends_change_nothing() {
    let mut world = World::seeded(105);
    world.join(["ana", "ben", "cam"]).run(secs(3));
    let before = world.person("ana").page().tiles.clone();
    let messages: [&[u8]; 8] = [
        &[0],
        &[1, 0, 0, 1, 0, 2],
        &[2, 0, 0],
        &[2, 0, 0, 1, 0],
        &[3, 0xff],
        &[4; 24],
        &[0xff; 64],
        b"hello",
    ];
    for message in messages {
        world.person_mut("ana").page_mut().say(message);
        world.run(ms(50));
    }
    assert_eq!(world.counters().messages_unknown, messages.len() as u64);
    // Well-formed, but for slots and epochs that are not there.
    for (slot, epoch) in [(0, 0), (0, 9), (1, 0xffff), (2, 1), (255, 1)] {
        let [e1, e0] = u16::to_be_bytes(epoch);
        world.person_mut("ana").page_mut().say(&[2, slot, e1, e0]);
        world.run(ms(50));
    }
    world.run(secs(1)).expect("ana", hears_only(["ben", "cam"]));
    assert_eq!(world.person("ana").page().tiles, before);
}

#[test]
fn a_full_room_refuses_the_next_and_serves_the_others() {
    let mut world = World::seeded(106);
    let names = ["ana", "ben", "cam", "dan", "eva", "fay", "gia", "hoa"];
    world.join(names).run(secs(2)).join(["ivo"]).run(secs(1));
    assert!(matches!(
        world.person("ivo").refused,
        Some(JoinError::RoomFull)
    ));
    assert_eq!(world.gauges().participants, names.len());
    // Somebody who is inside already may come again.
    world
        .join(["hoa"])
        .run(secs(2))
        .expect("hoa", hears_only(["ana", "ben"]));
}

/// Retransmissions and padding must not overtake what a viewer is told.
#[test]
fn a_tile_is_taken_away_even_when_the_link_to_its_viewer_is_lossy() {
    let mut world = World::seeded(107);
    world
        .join(["ana", "ben"])
        .run(secs(3))
        .link("ana", Link::good().latency_ms(80).loss(0.2));
    world.run(secs(1)).leave("ben").run(secs(8));
    assert_eq!(world.person("ana").page().tiles[0].seat, 0);
    assert_eq!(world.person("ana").page().plan.0, 0);
}
