//! One shard and three serve the same people.

use std::collections::BTreeSet;

use crate::world::{Browser, Link, World, secs};

/// Names of three people in each of these rooms.
const ROOMS: [[&str; 3]; 3] = [
    ["ana", "ben", "cam"],
    ["dan", "eva", "fay"],
    ["gia", "hoa", "ivo"],
];

/// Who met whom, and at what: the outcome of one and the same story.
fn story(seed: u64, shards: usize) -> BTreeSet<String> {
    let mut world = World::with_shards(seed, shards);
    for (room, names) in (0..).zip(ROOMS) {
        for (seat, name) in (1..).zip(names) {
            world.seat(name, room, seat);
        }
    }
    world
        .browser("ben", Browser::firefox())
        .browser("eva", Browser::chromium().voice_only());
    world.downlink("hoa", Link::good().latency_ms(90));
    world.join(ROOMS.concat()).run(secs(5));
    let mut outcome = met(&world);
    world
        .leave("fay")
        .put_back("cam")
        .join(["gia"])
        .run(secs(4));
    outcome.extend(met(&world));
    outcome
}

fn met(world: &World) -> BTreeSet<String> {
    let everybody = ROOMS.concat();
    let mut met = BTreeSet::new();
    for name in everybody
        .iter()
        .filter(|name| world.person(name).is_present())
    {
        for other in &everybody {
            let since = world.now() - secs(1);
            let received = world.received(name, other, since);
            if received.iter().any(|receipt| receipt.is_voice()) {
                met.insert(format!("at {:?} {name} hears {other}", world.elapsed()));
            }
            if world.pictures_per_second(name, other, since) > 0.0 {
                met.insert(format!("at {:?} {name} sees {other}", world.elapsed()));
            }
        }
    }
    met
}

#[test]
fn rooms_on_one_shard_and_rooms_on_three_meet_the_same_people() {
    let one = story(91, 1);
    let three = story(91, 3);
    assert!(one.len() > 40, "the story is worth telling: {one:?}");
    assert_eq!(one, three);
}
