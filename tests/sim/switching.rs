//! Which encoding a viewer gets as its link changes. That a switch begins at a keyframe and breaks
//! no number is checked after every run (`world/continuity.rs`).

use nhipcau::media::ids::Rid;

use crate::world::{Browser, Link, World, hears, ms, secs, sees, sees_only};

/// The encodings of ben that ana was shown, in order, without repetitions.
fn encodings(world: &World) -> String {
    let shown = world.person("ana").page().shown();
    let mut tracks: Vec<u8> = shown.iter().map(|(_, mark)| mark.track).collect();
    tracks.dedup();
    String::from_utf8(tracks).unwrap()
}

#[test]
fn a_viewer_climbs_every_rung_on_a_wide_link() {
    let mut world = World::seeded(31);
    world.join(["ana", "ben"]).run(secs(12));
    println!("{}", encodings(&world));
    world.expect("ana", sees("ben").at(Rid::F));
    let since = world.now() - secs(10);
    assert!(world.longest_freeze("ana", "ben", since) < ms(400));
}

#[test]
fn a_viewer_falls_and_climbs_with_its_link_and_hears_on() {
    let mut world = World::seeded(32);
    world
        .join(["ana", "ben"])
        .run(secs(10))
        .expect("ana", sees("ben").at(Rid::F));

    world.downlink("ana", Link::kbps(400)).run(secs(12));
    println!("{}", encodings(&world));
    let seen = world.encoding_seen("ana", "ben");
    assert!(matches!(seen, Some(Rid::Q | Rid::H)), "{seen:?}");
    let voice = world.voice_share("ana", "ben", secs(8));
    assert!(voice > 0.95, "{voice}");

    // A voice costs 60 kbit/s with all headers.
    world.downlink("ana", Link::kbps(100)).run(secs(15));
    world
        .expect("ana", sees_only([]))
        .expect("ana", hears("ben"));
    let voice = world.voice_share("ana", "ben", secs(8));
    assert!(voice > 0.95, "{voice}");

    world.downlink("ana", Link::good()).run(secs(20));
    println!("{}", encodings(&world));
    world
        .expect("ana", sees("ben").at(Rid::F))
        .expect("ana", hears("ben"));
}

#[test]
fn each_viewer_gets_what_its_own_link_carries() {
    let mut world = World::seeded(33);
    world
        .downlink("cam", Link::kbps(400))
        .join(["ana", "ben", "cam"])
        .run(secs(15));
    world.expect("ana", sees("ben").at(Rid::F));
    world
        .expect("cam", sees("ben").at(Rid::Q))
        .expect("cam", sees("ana").at(Rid::Q));
    let voice = world.voice_share("cam", "ana", secs(5));
    assert!(voice > 0.95, "{voice}");
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
