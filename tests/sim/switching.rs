//! Which encoding a viewer gets as its link changes. That a switch begins at a keyframe and breaks
//! no number is checked after every run (`world/continuity.rs`).

use std::time::Instant;

use nhipcau::media::ids::Rid;

use crate::world::{Browser, Link, World, hears, ms, secs, sees, sees_only};

/// The encodings of ben that ana was shown, in order, without repetitions.
fn encodings(world: &World) -> String {
    encodings_since(world, world.now() - world.elapsed())
}

fn encodings_since(world: &World, since: Instant) -> String {
    let shown = world.person("ana").page().shown();
    let mut tracks: Vec<u8> = shown
        .iter()
        .filter(|(at, _)| *at > since)
        .map(|(_, mark)| mark.track)
        .collect();
    tracks.dedup();
    String::from_utf8(tracks).unwrap()
}

#[test]
fn a_viewer_climbs_every_rung_on_a_wide_link() {
    let mut world = World::seeded(31);
    world.join(["ana", "ben"]).run(secs(12));
    let encodings = encodings(&world);
    assert!(
        encodings.ends_with('f') && encodings.len() <= 3,
        "{encodings}: up, and never down"
    );
    world.expect("ana", sees("ben").at(Rid::F));
    let since = world.now() - secs(10);
    assert!(world.longest_freeze("ana", "ben", since) < ms(400));
}

#[test]
fn a_viewer_falls_and_climbs_with_its_link_and_hears_on() {
    let mut world = World::seeded(32);
    world
        .browser("ana", Browser::chromium().reporting())
        .join(["ana", "ben"])
        .run(secs(10))
        .expect("ana", sees("ben").at(Rid::F));

    // Too narrow for the highest, wide enough for the lowest.
    world.downlink("ana", Link::kbps(400)).run(secs(4));
    let since = world.now();
    world.run(secs(8)).expect("ana", hears("ben"));
    let voice = world.voice_share("ana", "ben", secs(8));
    assert!(voice > 0.95, "{voice}");
    let pictures = world.pictures_per_second("ana", "ben", since);
    assert!(pictures > 7.0, "{pictures} of 15 a second");
    assert!(!encodings_since(&world, since).contains('f'));

    // A voice costs 60 kbit/s with all headers, reports another 10, and the engine pads with up to
    // 50 as long as it is not sure of congestion.
    world.downlink("ana", Link::kbps(130)).run(secs(12));
    world.expect("ana", hears("ben"));
    let voice = world.voice_share("ana", "ben", secs(8));
    assert!(voice > 0.95, "{voice}");
    world.expect("ana", sees_only([]));

    // By itself, and not sooner than the rung that failed has rested.
    world.downlink("ana", Link::good()).run(secs(45));
    world
        .expect("ana", sees("ben").at(Rid::F))
        .expect("ana", hears("ben"));
}

/// The engine's estimator believes for up to 16 s in several times what a link carries that became
/// ten times narrower at once, while voice is lost with the pictures. What the page reports makes
/// pictures go sooner.
#[test]
fn pictures_make_way_when_a_wide_link_collapses() {
    let mut world = World::seeded(35);
    world
        .browser("ana", Browser::chromium().reporting())
        .join(["ana", "ben"])
        .run(secs(10))
        .downlink("ana", Link::kbps(100))
        .run(secs(12))
        .expect("ana", sees_only([]))
        .expect("ana", hears("ben"));
    let voice = world.voice_share("ana", "ben", secs(2));
    assert!(voice > 0.95, "{voice}");
}

#[test]
fn each_viewer_gets_what_its_own_link_carries() {
    let mut world = World::seeded(33);
    world
        .downlink("cam", Link::kbps(600))
        .join(["ana", "ben", "cam"])
        .run(secs(15));
    world.expect("ana", sees("ben").at(Rid::F));
    let since = world.now();
    world.run(secs(8));
    for other in ["ana", "ben"] {
        let pictures = world.pictures_per_second("cam", other, since);
        assert!(pictures > 7.0, "{pictures} of 15 a second of {other}");
        let voice = world.voice_share("cam", other, secs(8));
        assert!(voice > 0.95, "{voice}");
    }
    let seen = world.encoding_seen("cam", "ben");
    assert_ne!(seen, Some(Rid::F));
}

#[test]
fn a_camera_with_a_single_encoding_is_seen() {
    let mut world = World::seeded(34);
    world
        .browser("ben", Browser::chromium().single_encoding())
        .join(["ana", "ben"])
        .run(secs(8));
    world
        .expect("ana", sees("ben").at(Rid::F))
        .expect("ben", sees("ana"));
}
