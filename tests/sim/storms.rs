//! Random commands over bad links: nobody ever receives what the rule forbids, nor one person
//! under another's name. The rules themselves are in `world/watch.rs`.

use fastrand::Rng;

use crate::world::{Browser, Link, World, ms, secs};

const NAMES: [&str; 4] = ["ana", "ben", "cam", "dan"];

/// Each found something once, or covers a mixture that none of the others does.
const SEEDS: [u64; 6] = [1, 2, 3, 4, 5, 6];

#[test]
fn nobody_ever_receives_what_the_rule_forbids() {
    let mut denied = 0;
    for seed in SEEDS {
        let mut world = World::seeded(seed);
        let mut chance = Rng::with_seed(seed);
        for name in NAMES {
            world.link(name, weather(&mut chance));
            if chance.bool() {
                // Somebody whose page does as it likes.
                world.browser(name, Browser::chromium().ignoring_plan());
            }
        }
        for _ in 0..30 {
            let name = chance.choice(NAMES).unwrap();
            command(&mut world, &mut chance, name);
            world.run(ms(chance.u64(0..900)));
        }
        denied += world.counters().packets_denied;
        everybody_leaves(&mut world);
    }
    assert!(denied > 0, "the rule was asked and said no");
}

fn weather(chance: &mut Rng) -> Link {
    let latency = chance.u64(1..120);
    match chance.u8(..4) {
        0 => Link::good().latency_ms(latency),
        1 => Link::good().latency_ms(latency).loss(0.05).duplicate(0.02),
        2 => Link::good()
            .latency_ms(latency)
            .jitter_ms(40)
            .reordering()
            .loss(0.02),
        _ => Link::kbps(chance.u64(200..1_500))
            .latency_ms(latency)
            .bursts(0.02, 0.3, 0.7),
    }
}

fn command(world: &mut World, chance: &mut Rng, name: &'static str) {
    let is_present = world.person_mut(name).is_present();
    match (is_present, chance.u8(..11)) {
        (false, 0..=3) | (true, 7) => world.wait([name]),
        (false, _) | (true, 2) => world.join([name]), // while present: a reload
        (true, 0) => world.leave(name),
        (true, 1) => world.dismiss(name).vanish(name),
        (true, 3) => world.put_back(name),
        (true, 4) => world.admit(name),
        (true, 5) => world.rebind(name),
        (true, 8) => let_in_and_remove(world, chance, name),
        (true, 9) => {
            // Acknowledges what nobody has announced, and complains.
            let page = world.person_mut(name).page_mut();
            page.say(&[2, chance.u8(..3), 0xff, chance.u8(..)]);
            page.is_stormy = chance.bool();
            world
        }
        (true, 6) => {
            let link = weather(chance);
            world.link(name, link)
        }
        (true, _) => world,
    };
}

/// Signaling changes its mind several times within a round trip.
fn let_in_and_remove<'a>(
    world: &'a mut World,
    chance: &mut Rng,
    name: &'static str,
) -> &'a mut World {
    for _ in 0..chance.u8(1..5) {
        world.admit(name).run(ms(chance.u64(0..60)));
        world.put_back(name).run(ms(chance.u64(0..60)));
    }
    if chance.bool() {
        world.admit(name);
    }
    world
}

fn everybody_leaves(world: &mut World) {
    for name in NAMES {
        world.dismiss(name).vanish(name);
    }
    world.run(secs(1));
    assert_eq!(world.gauges(), nhipcau::media::stats::Gauges::default());
    let counters = world.counters();
    assert_eq!(counters.transports_opened, counters.transports_closed);
}
