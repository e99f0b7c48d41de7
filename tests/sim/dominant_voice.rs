//! Two voices for a listener whose link carries one, and the silence of a voice that costs nothing.

use std::time::{Duration, Instant};

use nhipcau::media::downlink::shape::{Repair, VoiceShape, Voices};
use nhipcau::media::opus::PacketTime;

use crate::world::{World, ms, secs};

const WEAK: VoiceShape = VoiceShape {
    packet_time: PacketTime::Ms60,
    voices: Voices::DominantOnly,
    repair: Repair::None,
};

fn speaks(world: &mut World, name: &str, speaks: bool) {
    world.person_mut(name).page_mut().publisher.has_speech = speaks;
}

/// Frames of `source` that `name` received since then.
fn frames(world: &World, name: &str, source: &str, since: Instant) -> usize {
    let received = world.received(name, source, since);
    let voice = received.iter().filter(|receipt| receipt.is_voice());
    voice.flat_map(|receipt| receipt.found.marks()).count()
}

/// When the first frame of `source` that was spoken since then reached `name`.
fn first_heard(world: &World, name: &str, source: &str, since: Instant) -> Option<Duration> {
    let received = world.received(name, source, since);
    let mut voice = received.iter().filter(|receipt| receipt.is_voice());
    voice.next().map(|receipt| receipt.at - since)
}

/// Cam listens to ana and ben, one voice at a time.
fn consultation(seed: u64) -> World {
    let mut world = World::seeded(seed);
    world.join(["ana", "ben", "cam"]).run(secs(2));
    speaks(&mut world, "ben", false);
    speaks(&mut world, "cam", false);
    world.shape("cam", WEAK).run(secs(4));
    world
}

#[test]
fn whoever_answers_is_heard_within_400_ms_and_the_other_becomes_comfort_noise() {
    let mut world = consultation(621);
    let mut speaker = "ana";
    for _turn in 0..6 {
        let other = if speaker == "ana" { "ben" } else { "ana" };
        speaks(&mut world, speaker, false);
        speaks(&mut world, other, true);
        let since = world.now();
        world.run(secs(2));
        let after = first_heard(&world, "cam", other, since).unwrap();
        println!("{other} heard after {after:?}");
        assert!(after <= ms(400), "{other} after {after:?}");
        let settled = world.now();
        world.run(secs(2));
        assert!(
            frames(&world, "cam", other, settled) >= 97,
            "{other} is whole"
        );
        assert_eq!(frames(&world, "cam", speaker, settled), 0);
        speaker = other;
    }
    // The strong listener hears both all the time.
    assert!(frames(&world, "ben", "ana", world.now() - secs(4)) >= 199);
}

#[test]
fn who_speaks_while_another_does_takes_the_floor_once_and_never_both_at_a_time() {
    let mut world = consultation(622);
    speaks(&mut world, "ben", true);
    let since = world.now();
    world.run(secs(8));
    let after = first_heard(&world, "cam", "ben", since).unwrap();
    assert!((ms(300)..=ms(450)).contains(&after), "{after:?}");
    let settled = world.now() - secs(7);
    assert_eq!(frames(&world, "cam", "ana", settled), 0);
    assert!(frames(&world, "cam", "ben", settled) >= 345);
}

#[test]
fn two_voices_cost_little_more_than_one() {
    let mut world = consultation(623);
    speaks(&mut world, "ben", true);
    world.run(secs(2));
    let (since, noise) = (world.now(), world.person("cam").page().noise.len());
    world.run(secs(10));
    let page = world.person("cam").page();
    let noise = page.noise.len() - noise;
    assert!((24..=26).contains(&noise), "{noise} in ten seconds");
    let packets = page.receipts.iter();
    let packets = packets.filter(|receipt| receipt.is_voice() && receipt.at > since);
    assert!(packets.count() <= 168);
}

#[test]
fn a_room_in_which_nobody_speaks_costs_a_weak_listener_next_to_nothing() {
    let mut world = consultation(624);
    speaks(&mut world, "ana", false);
    let all = VoiceShape {
        voices: Voices::All,
        ..WEAK
    };
    world.shape("cam", all).run(secs(2));
    let since = world.now();
    let noise = world.person("cam").page().noise.len();
    world.run(secs(10));
    assert_eq!(frames(&world, "cam", "ana", since), 0);
    let noise = world.person("cam").page().noise.len() - noise;
    assert!(
        (48..=52).contains(&noise),
        "{noise}: one each 400 ms and voice"
    );
    let strong = frames(&world, "ben", "ana", since);
    assert!(strong >= 499, "a strong listener hears the room: {strong}");
    // The first word is heard at once.
    speaks(&mut world, "ana", true);
    let since = world.now();
    world.run(secs(1));
    let after = first_heard(&world, "cam", "ana", since).unwrap();
    assert!(after <= ms(100), "{after:?}");
}
