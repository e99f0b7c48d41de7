//! Browsers differ in codecs and numbers; whoever can decode, receives.

use nhipcau::media::ids::Rid;

use crate::world::payload::Format;
use crate::world::{Browser, World, hears_only, secs, sees, sees_only};

/// The formats of voice that `name` received.
fn voices(world: &World, name: &str) -> Vec<Format> {
    let receipts = world.person(name).page().receipts.iter();
    let mut formats: Vec<_> = receipts
        .filter(|receipt| receipt.is_voice())
        .map(|receipt| receipt.format)
        .collect();
    formats.dedup();
    formats
}

#[test]
fn payload_types_and_extension_ids_are_each_browsers_own() {
    let mut world = World::seeded(41);
    world
        .browser("ben", Browser::firefox())
        .join(["ana", "ben"])
        .run(secs(8));
    for (viewer, publisher) in [("ana", "ben"), ("ben", "ana")] {
        world
            .expect(viewer, hears_only([publisher]))
            .expect(viewer, sees(publisher).at(Rid::F));
        let levels = world.person(viewer).page().receipts.iter();
        let mut levels = levels.filter(|receipt| receipt.is_voice());
        assert!(
            levels.all(|receipt| receipt.audio_level.is_none()),
            "the audio level passes"
        );
    }
}

#[test]
fn red_reaches_a_browser_with_red_as_it_is_and_one_without_as_plain_opus() {
    let mut world = World::seeded(42);
    world
        .browser("ana", Browser::chromium().sending_red())
        .browser("cam", Browser::firefox());
    world.join(["ana", "ben", "cam"]).run(secs(3));
    let from_ana = |world: &World, name: &str, format: Format| {
        let received = world.received(name, "ana", world.now() - secs(1));
        let right = |receipt: &&&_| {
            let receipt: &crate::world::page::Receipt = receipt;
            receipt.is_voice() && receipt.format == format
        };
        received.iter().filter(right).count()
    };
    assert!(from_ana(&world, "ben", Format::Red) >= 49);
    assert!(from_ana(&world, "cam", Format::Opus) >= 49);
    assert_eq!(from_ana(&world, "cam", Format::Red), 0);
    // Each RED packet carries the one before it.
    let redundant = world.received("ben", "ana", world.now() - secs(1));
    let redundant = redundant
        .iter()
        .filter_map(|receipt| Some((receipt.found.mark.frame, receipt.found.redundant?.frame)));
    assert!(redundant.clone().count() >= 49);
    assert!(
        redundant
            .into_iter()
            .all(|(primary, before)| before + 1 == primary)
    );
}

#[test]
fn plain_opus_stays_plain_opus() {
    let mut world = World::seeded(43);
    world.join(["ana", "ben"]).run(secs(2));
    assert_eq!(voices(&world, "ana"), [Format::Opus]);
}

#[test]
fn h264_is_seen_by_who_has_it_and_the_others_hear_on() {
    let mut world = World::seeded(44);
    world
        .browser("ana", Browser::chromium().h264_only())
        .browser("cam", Browser::firefox());
    world.join(["ana", "ben", "cam"]).run(secs(8));
    world
        .expect("ben", sees("ana").at(Rid::F))
        .expect("ben", sees_only(["ana", "cam"]))
        .expect("cam", hears_only(["ana", "ben"]))
        .expect("cam", sees_only(["ben"]));
    // Firefox's VP8 is nothing to a browser that has only H.264.
    world
        .expect("ana", hears_only(["ben", "cam"]))
        .expect("ana", sees_only([]));
}

#[test]
fn nobody_is_asked_for_keyframes_that_cannot_be_shown() {
    let mut world = World::seeded(45);
    world
        .browser("ana", Browser::chromium().h264_only())
        .browser("cam", Browser::firefox());
    world.join(["ana", "cam"]).run(secs(10));
    for name in ["ana", "cam"] {
        let page = world.person(name).page();
        assert!(page.publisher.keyframe_requests.len() <= 3, "{name}");
        assert_eq!(page.plan.0, 1, "{name}'s pictures are of no use to anybody");
    }
}

#[test]
fn a_page_without_camera_and_pictures_hears_and_is_heard() {
    let mut world = World::seeded(46);
    world
        .browser("ana", Browser::chromium().voice_only())
        .join(["ana", "ben", "cam"])
        .run(secs(4));
    world
        .expect("ana", hears_only(["ben", "cam"]))
        .expect("ben", hears_only(["ana", "cam"]))
        .expect("ben", sees_only(["cam"]));
}
