//! Fewer and longer packets towards a weak listener, and nobody else notices.

use std::time::{Duration, Instant};

use nhipcau::media::downlink::shape::{Repair, VoiceShape, Voices};
use nhipcau::media::opus::PacketTime;

use crate::world::page::Receipt;
use crate::world::payload::{Format, Mark};
use crate::world::{Browser, Link, World, hears, hears_only, ms, secs};

fn merged(packet_time: PacketTime) -> VoiceShape {
    VoiceShape {
        packet_time,
        voices: Voices::All,
        repair: Repair::None,
    }
}

/// The voice packets of `source` that `name` received since then, by their outgoing number.
fn voice<'a>(world: &'a World, name: &str, source: &str, since: Instant) -> Vec<&'a Receipt> {
    let mut received = world.received(name, source, since);
    received.retain(|receipt| receipt.is_voice());
    received.sort_by_key(|receipt| receipt.sequence);
    received
}

fn frames<'a>(receipts: &[&'a Receipt]) -> Vec<&'a Mark> {
    receipts
        .iter()
        .flat_map(|receipt| receipt.found.marks())
        .collect()
}

/// Every frame once and in order, every number used, every timestamp that of the first frame.
fn assert_whole(receipts: &[&Receipt]) {
    let frames = frames(receipts);
    assert!(
        frames
            .windows(2)
            .all(|pair| pair[1].frame == pair[0].frame + 1)
    );
    for pair in receipts.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence + 1, "numbers close up");
        let (from, to) = (&pair[0].found.mark, &pair[1].found.mark);
        assert_eq!(
            pair[1].timestamp.wrapping_sub(pair[0].timestamp),
            to.timestamp.wrapping_sub(from.timestamp),
            "time is the first frame's"
        );
    }
}

#[test]
fn a_weak_listener_gets_a_third_of_the_packets_and_the_others_all_of_them() {
    let mut world = World::seeded(601);
    world.join(["ana", "ben", "cam"]).run(secs(3));
    world.shape("ben", merged(PacketTime::Ms60)).run(secs(1));
    let since = world.now();
    world.run(secs(10));
    let to_ben = voice(&world, "ben", "ana", since);
    let to_cam = voice(&world, "cam", "ana", since);
    assert!((166..=168).contains(&to_ben.len()), "{}", to_ben.len());
    assert!((499..=501).contains(&to_cam.len()), "{}", to_cam.len());
    assert_whole(&to_ben);
    assert_whole(&to_cam);
    assert!((498..=501).contains(&frames(&to_ben).len()));
    // No frame waits for longer than two others.
    let began = world.now() - world.elapsed();
    let late = to_ben.iter().flat_map(|receipt| {
        let age = |mark: &Mark| receipt.at - began - Duration::from_micros(mark.captured);
        receipt.found.marks().map(age)
    });
    assert!(late.max().unwrap() <= ms(62), "40 ms and the way");
    world.expect("ben", hears_only(["ana", "cam"]));
}

/// IPv4, UDP and RTP headers and the authentication tag.
const HEADERS: usize = 56;

#[test]
fn what_a_voice_costs_on_the_wire_falls_by_a_third() {
    let mut rates = Vec::new();
    for packet_time in PacketTime::ALL {
        let mut world = World::seeded(602);
        world.join(["ana", "ben"]).run(secs(3));
        world.shape("ben", merged(packet_time)).run(secs(1));
        let since = world.now();
        world.run(secs(10));
        let heard = voice(&world, "ben", "ana", since);
        let bytes: usize = heard.iter().map(|receipt| receipt.bytes + HEADERS).sum();
        rates.push(bytes * 8 / 10_000);
    }
    println!("20, 40, 60 and 120 ms: {rates:?} kbit/s");
    // The voice itself is 80 bytes each 20 ms, 32 kbit/s, of which nothing is saved.
    assert_eq!(rates, [54, 43, 39, 35]);
}

#[test]
fn a_change_of_packet_time_in_the_middle_of_a_word_loses_and_repeats_nothing() {
    let mut world = World::seeded(603);
    world.join(["ana", "ben"]).run(secs(2));
    let since = world.now();
    for packet_time in [
        PacketTime::Ms60,
        PacketTime::Ms20,
        PacketTime::Ms120,
        PacketTime::Ms40,
        PacketTime::Ms20,
    ] {
        world.shape("ben", merged(packet_time)).run(ms(1_210));
    }
    assert_whole(&voice(&world, "ben", "ana", since));
    world.expect("ben", hears("ana"));
}

#[test]
fn the_last_words_before_a_pause_do_not_wait_for_the_next_ones() {
    let mut world = World::seeded(604);
    world.join(["ana", "ben"]).run(secs(2));
    world.shape("ben", merged(PacketTime::Ms120)).run(ms(2_050));
    world.person_mut("ana").page_mut().publisher.is_speaking = false;
    let silent = world.now();
    world.run(secs(3));
    let last = voice(&world, "ben", "ana", silent - secs(1));
    let last = last.last().unwrap();
    assert!(last.at <= silent + ms(140), "{:?}", last.at - silent);
    world.person_mut("ana").page_mut().publisher.is_speaking = true;
    world.run(secs(1));
    world.expect("ben", hears("ana"));
}

#[test]
fn loss_on_the_way_up_stays_in_proportion_on_the_way_down() {
    let mut world = World::seeded(605);
    world.join(["ana", "ben"]).run(secs(2));
    world
        .shape("ben", merged(PacketTime::Ms60))
        .uplink("ana", Link::good().bursts(0.037, 0.33, 1.0))
        .run(secs(1));
    let since = world.now();
    world.run(secs(30));
    let heard = voice(&world, "ben", "ana", since);
    let numbers = heard.last().unwrap().sequence - heard[0].sequence + 1;
    let missing = numbers - u64::try_from(heard.len()).unwrap();
    let pipe = &world.person("ana").up;
    let (lost, reported) = (pipe.lost * 100 / pipe.entered, missing * 100 / numbers);
    println!("{lost} % lost on the way up, {reported} % of the numbers missing on the way down");
    assert!(
        (lost / 2..=lost * 2).contains(&reported),
        "{lost} % lost, {reported} % missing"
    );
}

#[test]
fn packets_that_overtake_each_other_are_neither_repeated_nor_out_of_order() {
    let mut world = World::seeded(606);
    world.join(["ana", "ben"]).run(secs(2));
    world
        .shape("ben", merged(PacketTime::Ms60))
        .uplink("ana", Link::good().jitter_ms(45).reordering())
        .run(secs(1));
    let since = world.now();
    world.run(secs(20));
    let heard = voice(&world, "ben", "ana", since);
    let heard = frames(&heard);
    assert!(heard.windows(2).all(|pair| pair[0].frame < pair[1].frame));
    let share = heard.len() * 100 / 1_000;
    assert!(share >= 80, "{share} % of the frames");
}

#[test]
fn red_is_unwrapped_for_a_listener_whose_packets_are_merged() {
    let mut world = World::seeded(607);
    world
        .browser("ana", Browser::chromium().sending_red())
        .join(["ana", "ben"])
        .run(secs(2));
    world.shape("ben", merged(PacketTime::Ms60)).run(secs(1));
    let since = world.now();
    world.run(secs(5));
    let heard = voice(&world, "ben", "ana", since);
    assert!(heard.iter().all(|receipt| receipt.format == Format::Opus));
    assert_whole(&heard);
    assert!(frames(&heard).len() >= 248);
}

#[test]
fn nothing_that_waited_leaves_after_its_owner_lost_the_slot() {
    // The world itself checks that no packet of ana's leaves once cam has the slot.
    for wait in [0, 20, 40, 60, 80, 100] {
        let mut world = World::seeded(608);
        world.join(["ana", "ben"]).run(secs(2));
        world
            .shape("ben", merged(PacketTime::Ms120))
            .run(ms(1_000 + wait));
        world.leave("ana").join(["cam"]).run(secs(3));
        world.expect("ben", hears_only(["cam"]));
    }
}
