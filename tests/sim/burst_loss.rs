//! Loss that takes several packets in a row, and what is sent against it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use nhipcau::media::control::Redundancy;
use nhipcau::media::downlink::shape::{Repair, VoiceShape, Voices};
use nhipcau::media::opus::PacketTime;

use crate::world::payload::Format;
use crate::world::{Browser, Link, World, ms, secs};

fn repaired(packet_time: PacketTime, repair: Repair) -> VoiceShape {
    VoiceShape {
        packet_time,
        voices: Voices::All,
        repair,
    }
}

/// Of the frames that ana spoke since then, the share in percent that ben could play in time: when
/// first received, itself or as redundancy, they were no older than this.
fn played(world: &World, since: Instant, in_time: Duration) -> f64 {
    let began = world.now() - world.elapsed();
    let mut frames: BTreeMap<u32, Duration> = BTreeMap::new();
    for receipt in world.received("ben", "ana", since) {
        let copy = receipt.found.redundant_marks();
        for mark in receipt
            .found
            .marks()
            .chain(copy)
            .filter(|_| receipt.is_voice())
        {
            let age = receipt.at - began - Duration::from_micros(mark.captured);
            let first = frames.entry(mark.frame).or_insert(age);
            *first = age.min(*first);
        }
    }
    let (first, last) = (frames.keys().min().unwrap(), frames.keys().max().unwrap());
    let heard = frames.values().filter(|age| **age <= in_time).count();
    let heard = f64::from(u32::try_from(heard).unwrap());
    heard * 100.0 / f64::from(last - first + 1)
}

/// Ben listens behind a link that loses a tenth; what he can play within 200 ms.
fn share(seed: u64, link: Link, shape: VoiceShape) -> f64 {
    let mut world = World::seeded(seed);
    world
        .browser("ana", Browser::chromium().voice_only())
        .browser("ben", Browser::chromium().voice_only())
        .join(["ana", "ben"])
        .run(secs(3));
    world.shape("ben", shape).downlink("ben", link).run(secs(1));
    let since = world.now();
    world.run(secs(60));
    played(&world, since, ms(200))
}

/// A tenth lost in bursts of three packets.
fn bursts() -> Link {
    Link::good().bursts(0.037, 0.33, 1.0)
}

#[test]
fn a_delayed_copy_brings_back_most_of_what_bursts_take() {
    let time = PacketTime::Ms20;
    let without = share(631, bursts(), repaired(time, Repair::None));
    let with = share(631, bursts(), repaired(time, Repair::DelayedCopy));
    let red = share(631, bursts(), repaired(time, Repair::Red));
    println!("played: {without:.1} % without, {with:.1} % with a copy, {red:.1} % with RED");
    assert!(without < 92.0, "the link loses a tenth: {without}");
    assert!(with > 97.0, "{with}");
    assert!(red < with, "RED's copy is lost in the same burst: {red}");
}

#[test]
fn red_brings_back_isolated_packets_whether_they_are_merged_or_not() {
    for time in [PacketTime::Ms20, PacketTime::Ms60] {
        let link = Link::good().loss(0.1);
        let without = share(632, link, repaired(time, Repair::None));
        let with = share(632, link, repaired(time, Repair::Red));
        println!("{time:?}: played {without:.1} % without, {with:.1} % with RED");
        assert!(without < 92.0, "{without}");
        assert!(with > 97.0, "{with}");
    }
}

#[test]
fn a_listener_without_red_gets_plain_packets_once() {
    let mut world = World::seeded(633);
    world
        .browser("ben", Browser::firefox())
        .join(["ana", "ben"])
        .run(secs(2));
    world
        .shape("ben", repaired(PacketTime::Ms20, Repair::Red))
        .run(secs(1));
    let since = world.now();
    world.run(secs(5));
    let heard = world.received("ben", "ana", since);
    let voice = heard.iter().filter(|receipt| receipt.is_voice());
    let formats: Vec<Format> = voice.map(|receipt| receipt.format).collect();
    assert!((249..=251).contains(&formats.len()), "{}", formats.len());
    assert!(formats.iter().all(|format| *format == Format::Opus));
}

#[test]
fn copies_end_when_they_are_no_longer_wanted() {
    let mut world = World::seeded(634);
    world
        .browser("ana", Browser::chromium().voice_only())
        .browser("ben", Browser::chromium().voice_only())
        .join(["ana", "ben"])
        .run(secs(2));
    let media = |world: &mut World| {
        world.run(secs(1));
        let before = world.person("ben").down.tally.media;
        world.run(secs(10));
        world.person("ben").down.tally.media - before
    };
    let before = media(&mut world);
    world.shape("ben", repaired(PacketTime::Ms20, Repair::DelayedCopy));
    let doubled = media(&mut world);
    world.shape("ben", VoiceShape::default());
    let after = media(&mut world);
    assert!(doubled >= before + 490, "{before}, {doubled}");
    assert!(after <= before + 20, "{before}, {after}");
}

/// How many reports go to ana in ten seconds, in which a tenth of what she says is lost on a way that
/// takes so long.
fn reports(seed: u64, page: Browser, latency_ms: u64) -> u64 {
    let way = Link::good().latency_ms(latency_ms);
    let mut world = World::seeded(seed);
    world
        .browser("ana", page.voice_only())
        .browser("ben", Browser::chromium().voice_only())
        .uplink("ana", way)
        .downlink("ana", way)
        .join(["ana", "ben"])
        .run(secs(8));
    world.uplink("ana", way.loss(0.07));
    let before = world.person("ana").down.tally.reports;
    world.run(secs(10));
    world.person("ana").down.tally.reports - before
}

/// The pages of this world do not answer, as browsers do; that they are asked is all that shows.
#[test]
fn voice_lost_on_the_way_up_is_asked_for_while_the_answer_can_come_in_time() {
    let page = Browser::chromium;
    let never = reports(635, page(), 100);
    let asked = reports(635, page().reporting(), 100);
    let too_late = reports(635, page().reporting(), 250);
    println!(
        "reports in ten seconds: {never} without a round trip known, {asked} with, {too_late} when it is too long"
    );
    assert!(asked >= never + 30, "{never}, {asked}");
    assert!(too_late <= never + 5, "{never}, {too_late}");
}

/// A tenth of the time lost in spells of 50 ms on ana's way up, which carries 200 kbit/s; of what she says
/// ben plays so much in time, in percent, from the tenth second on. NACK is no part of this world.
fn heard_over_spells(seed: u64, page: Browser) -> f64 {
    let up = Link::kbps(200).latency_ms(100).queue_ms(1_000);
    let mut world = World::seeded(seed);
    world
        .browser("ana", page)
        .browser("ben", Browser::chromium().reporting())
        .uplink("ana", up.spells(0.1, ms(50)))
        .downlink("ana", up)
        .join(["ana", "ben"])
        .run(secs(10));
    let since = world.now();
    world.run(secs(180));
    // 100 ms of the way, a packet of 60 ms, and the one that brings its copy.
    played(&world, since, ms(400))
}

#[test]
fn a_voice_that_is_lost_in_bursts_on_its_way_up_carries_each_packet_twice() {
    let page = Browser::chromium().loaded_at_kbps(190);
    let with = heard_over_spells(636, page.clone());
    let without = heard_over_spells(636, page.without_red());
    println!("played: {without:.1} % without, {with:.1} % with the packet before in each");
    assert!(without < 92.0, "the link loses a tenth: {without}");
    let comes_back = 1.0 - (100.0 - with) / (100.0 - without);
    // Seven in ten, and four where a trial of more than the way carries floods it for some seconds.
    assert!(comes_back > 0.25, "of what was lost: {comes_back}");
}

/// How much of what ana says over a way that loses one in a hundred and answers late ben plays, in percent.
fn heard_over_a_trickle(page: Browser) -> f64 {
    let mut world = World::seeded(638);
    world
        .browser("ana", page.voice_only().reporting())
        .browser("ben", Browser::chromium().voice_only().reporting())
        .link("ana", Link::kbps(64).latency_ms(230).loss(0.01))
        .join(["ana", "ben"])
        .run(secs(40));
    let since = world.now();
    // Later the way up has grown open, as voices alone let it.
    world.run(secs(80));
    // 230 ms of the way, a packet of 60 ms, and the one that brings its copy.
    played(&world, since, ms(450))
}

#[test]
fn one_lost_packet_in_a_hundred_is_repaired_where_it_cannot_be_asked_for_in_time() {
    let page = Browser::chromium().loaded_at_kbps(100);
    let with = heard_over_a_trickle(page.clone());
    let without = heard_over_a_trickle(page.without_red());
    println!("played: {without:.2} % without, {with:.2} % with the packet before in each");
    assert!(without < 99.4, "the link loses one in a hundred: {without}");
    let comes_back = 1.0 - (100.0 - with) / (100.0 - without);
    assert!(comes_back > 0.5, "of what was lost: {comes_back}");
}

/// What somebody's voice costs on its way up over a link that loses a little and answers late, kbit/s.
fn upward_kbps(up_kbps: u64, down_kbps: u64, latency: u64, loss: f64, page: Browser) -> f64 {
    let link = |kbps| {
        Link::kbps(kbps)
            .latency_ms(latency)
            .jitter_ms(50)
            .loss(loss)
            .queue_ms(2_000)
    };
    let mut world = World::seeded(640);
    world
        .browser("ana", page.voice_only())
        .browser("ben", Browser::chromium().voice_only().reporting())
        .uplink("ana", link(up_kbps))
        .downlink("ana", link(down_kbps))
        .join(["ana", "ben"])
        .run(secs(20));
    let before = world.person("ana").up.bytes;
    let time = secs(180);
    world.run(time);
    let bytes = world.person("ana").up.bytes - before;
    f64::from(u32::try_from(bytes).unwrap()) * 8.0 / time.as_secs_f64() / 1_000.0
}

#[test]
fn what_has_no_room_for_each_packet_twice_costs_no_more_for_a_trickle_of_loss() {
    for (up, down, latency, loss) in [(20, 20, 350, 0.02), (30, 40, 300, 0.01)] {
        let page = Browser::chromium().loaded_at_kbps(u32::try_from(up).unwrap());
        let with = upward_kbps(up, down, latency, loss, page.clone());
        let without = upward_kbps(up, down, latency, loss, page.without_red());
        println!("{up} kbit/s: {without:.1} kbit/s without, {with:.1} with");
        assert!(with < without + 0.5, "{up} kbit/s: {without} and {with}");
    }
}

/// On an open link a voice that carries each packet twice would be a leaner one.
#[test]
fn a_trickle_of_loss_changes_nothing_on_an_open_link_whose_round_trip_is_long_or_not_known() {
    let page = Browser::chromium().voice_only();
    for page in [page.clone(), page.reporting()] {
        let knows = page.reports;
        let mut world = World::seeded(639);
        world
            .browser("ana", page)
            .link("ana", Link::good().latency_ms(230).loss(0.01))
            .join(["ana", "ben"]);
        for _ in 0..160 {
            world.run(secs(1));
            let now = world.now();
            let link = &world.at_server("ana").link;
            assert!(link.up().is_open());
            assert_eq!(link.redundancy_up(now), Redundancy::None);
        }
        let link = &world.at_server("ana").link;
        assert_eq!(link.round_trip().is_some(), knows);
    }
}

#[test]
fn a_voice_that_loses_hardly_anything_goes_plain_and_as_rich_as_ever() {
    let mut world = World::seeded(637);
    world
        .browser("ana", Browser::chromium().reporting())
        .browser("ben", Browser::chromium().reporting())
        .uplink("ana", Link::kbps(2_000).latency_ms(30).spells(0.01, ms(40)))
        .join(["ana", "ben"])
        .run(secs(5));
    let since = world.now();
    world.run(secs(60));
    let heard = world.received("ben", "ana", since);
    let voice = heard.iter().filter(|receipt| receipt.is_voice());
    let plain = voice.clone().filter(|voice| voice.format == Format::Opus);
    let share = plain.count() * 100 / voice.count();
    println!("{share} % plain");
    assert!(share > 90, "{share}");
}
