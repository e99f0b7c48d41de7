//! Three people and the slots between them.

use crate::world::page::Receipt;
use crate::world::{Browser, Link, World, hears_only, ms, secs, sees_only};

#[test]
fn three_people_each_hear_and_see_exactly_the_two_others() {
    World::seeded(11)
        .join(["ana", "ben", "cam"])
        .run(secs(4))
        .expect("ana", hears_only(["ben", "cam"]))
        .expect("ana", sees_only(["ben", "cam"]))
        .expect("ben", hears_only(["ana", "cam"]))
        .expect("ben", sees_only(["ana", "cam"]))
        .expect("cam", hears_only(["ana", "ben"]))
        .expect("cam", sees_only(["ana", "ben"]));
}

#[test]
fn a_newcomer_takes_the_freed_slot_and_the_others_keep_theirs() {
    let mut world = World::seeded(12);
    world
        .join(["ana"])
        .run(secs(1))
        .join(["ben"])
        .run(secs(1))
        .join(["cam"])
        .run(secs(3));
    let of = |world: &World, name| world.person(name).seat.0;
    let (ben, cam) = (of(&world, "ben"), of(&world, "cam"));
    let seats = |world: &World| -> Vec<u16> {
        world
            .person("ana")
            .page()
            .tiles
            .iter()
            .map(|tile| tile.seat)
            .collect()
    };
    assert_eq!(seats(&world), [ben, cam]);
    let before = world.person("ana").page().tiles[1];

    world.leave("ben").run(secs(1));
    assert_eq!(seats(&world), [0, cam]);
    world
        .expect("ana", hears_only(["cam"]))
        .expect("ana", sees_only(["cam"]));

    world.join(["dan"]).run(secs(3));
    let dan = of(&world, "dan");
    assert_eq!(seats(&world), [dan, cam]);
    assert_eq!(
        world.person("ana").page().tiles[1],
        before,
        "cam's tile never moved"
    );
    world
        .expect("ana", hears_only(["dan", "cam"]))
        .expect("ana", sees_only(["dan", "cam"]))
        .expect("cam", sees_only(["ana", "dan"]));
}

#[test]
fn a_page_that_never_acknowledges_sees_nobody_and_hears_only_the_first_in_that_slot() {
    let mut world = World::seeded(13);
    world
        .browser("ana", Browser::chromium().never_ready())
        .join(["ana"])
        .run(secs(1))
        .join(["ben"])
        .run(secs(5))
        .expect("ana", hears_only(["ben"]))
        .expect("ben", hears_only(["ana"]));
    let page = world.person("ana").page();
    assert!(page.receipts.iter().all(Receipt::is_voice));
    assert_eq!(page.assignments, 1);
    world.leave("ben").join(["cam"]);
    let handed_over = world.now();
    world.run(secs(5)).expect("ana", hears_only([]));
    assert!(world.received("ana", "cam", handed_over).is_empty());
    assert_eq!(world.person("ana").page().assignments, 3);
}

#[test]
fn an_acknowledgement_of_another_owner_opens_nothing() {
    let mut world = World::seeded(17);
    world
        .browser("ana", Browser::chromium().never_ready())
        .join(["ana"])
        .run(secs(1))
        .join(["cam"])
        .run(secs(1))
        .leave("cam")
        .join(["ben"]);
    let begun = world.now();
    world.run(secs(2));
    let epoch = world.person("ana").page().tiles[0].epoch;
    for other in [epoch - 1, epoch + 1, 0xffff] {
        let [e1, e0] = other.to_be_bytes();
        world.person_mut("ana").page_mut().say(&[2, 0, e1, e0]);
        world.run(ms(500));
    }
    assert!(world.received("ana", "ben", begun).is_empty());
    world.person_mut("ana").page_mut().ready(0);
    world.run(secs(2)).expect("ana", sees_only(["ben"]));
}

#[test]
fn a_fourth_person_does_not_disturb_the_slots_that_are_taken() {
    let mut world = World::seeded(14);
    world
        .join(["ana", "ben", "cam"])
        .run(secs(3))
        .join(["dan"])
        .run(secs(3));
    world
        .expect("ana", hears_only(["ben", "cam"]))
        .expect("ben", hears_only(["ana", "cam"]))
        .expect("dan", hears_only(["ana", "ben"]));
    // The next who goes makes room.
    world
        .leave("cam")
        .run(secs(3))
        .expect("ana", hears_only(["ben", "dan"]));
}

#[test]
fn nothing_of_the_old_owner_leaves_after_a_slot_changed_hands() {
    // A narrow link and large pictures: the pacer holds seconds of the old owner's video when the
    // slot changes hands, and the viewer misses packets of it, which it asks for again.
    let mut world = World::seeded(15);
    world
        .join(["ana", "ben"])
        .run(secs(6))
        .downlink("ana", Link::kbps(400).loss(0.05));
    world.run(ms(700)).leave("ben").join(["cam"]).run(secs(6));
    world
        .downlink("ana", Link::good())
        .run(secs(3))
        .expect("ana", sees_only(["cam"]));
}

#[test]
fn a_person_who_is_put_back_is_heard_and_seen_by_nobody_from_then_on() {
    let mut world = World::seeded(16);
    world.browser("cam", Browser::chromium().ignoring_plan());
    world
        .join(["ana", "ben", "cam"])
        .run(secs(3))
        .put_back("cam")
        .run(secs(2));
    world
        .expect("ana", hears_only(["ben"]))
        .expect("ben", sees_only(["ana"]))
        .expect("cam", hears_only([]))
        .expect("cam", sees_only([]));
    assert!(
        world.counters().packets_denied > 100,
        "cam sends on and is denied"
    );
    world
        .admit("cam")
        .run(secs(3))
        .expect("ana", hears_only(["ben", "cam"]));
}
