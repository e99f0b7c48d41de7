//! Voice on links that no picture fits on: what the server decides from a page's reports keeps the
//! queue short and the voice whole, and gives more as soon as the link carries it.

use std::time::{Duration, Instant};

use crate::world::{Browser, Link, World, ms, secs};

/// A link like EDGE: 600 ms there and back, and a buffer of several seconds.
fn weak(kbps: u64) -> Link {
    Link::kbps(kbps)
        .latency_ms(300)
        .jitter_ms(30)
        .queue_ms(4_000)
}

/// Ben on a strong link, ten seconds old; ana joins on these links.
fn call(seed: u64, ana: Browser, up: Link, down: Link) -> World {
    let mut world = World::seeded(seed);
    world
        .browser("ana", ana)
        .browser("ben", Browser::chromium().reporting())
        .uplink("ana", up)
        .downlink("ana", down)
        .join(["ben"])
        .run(secs(2))
        .join(["ana"]);
    world
}

/// The rungs of ana's link, second by second.
fn rungs(world: &mut World, time: u64) -> Vec<(&'static str, &'static str)> {
    let rung = |world: &mut World| {
        world.pass(secs(1));
        let ana = world.snapshot("ana");
        (ana.link_up, ana.link_down)
    };
    (0..time).map(|_| rung(world)).collect()
}

fn changes(rungs: &[(&str, &str)]) -> usize {
    rungs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// The longest time without a sound of `other` in `name`'s ear: packets wait for nobody here.
fn longest_gap(world: &World, name: &str, other: &str, since: Instant) -> Duration {
    let mut last = since;
    let mut longest = Duration::ZERO;
    for receipt in world.received(name, other, since) {
        if receipt.is_voice() {
            longest = longest.max(receipt.at - last);
            last = receipt.at;
        }
    }
    longest.max(world.now() - last)
}

/// How old the sounds of `other` were in `name`'s ear, beyond the way without waiting: so many of a
/// hundred were no older.
fn lag(world: &World, name: &str, other: &str, since: Instant, percent: usize) -> Duration {
    let begun = world.now() - world.elapsed();
    let way = world.person(name).down.latency() + world.person(other).up.latency();
    let late = |receipt: &&crate::world::page::Receipt| {
        let captured = begun + Duration::from_micros(receipt.found.mark.captured);
        (receipt.at - captured).saturating_sub(way)
    };
    let voice = world.received(name, other, since);
    let voice = voice.into_iter().filter(|receipt| receipt.is_voice());
    let mut lags: Vec<Duration> = voice.map(|receipt| late(&receipt)).collect();
    lags.sort_unstable();
    lags[lags.len() * percent / 100]
}

/// The share of `other`'s speech since then that reached `name`: what lies between two packets is
/// there if no packet lasts longer.
fn heard(world: &World, name: &str, other: &str, since: Instant) -> f64 {
    let voice = world.received(name, other, since);
    let voice = voice.into_iter().filter(|receipt| receipt.is_voice());
    let mut captured: Vec<u64> = voice.map(|receipt| receipt.found.mark.captured).collect();
    captured.sort_unstable();
    let steps = captured.windows(2).map(|pair| pair[1] - pair[0]);
    let whole = captured[captured.len() - 1] - captured[0];
    let heard: u64 = steps.filter(|step| *step <= 120_000).sum();
    Duration::from_micros(heard).as_secs_f64() / Duration::from_micros(whole).as_secs_f64()
}

#[test]
fn voice_on_40_by_30_kbit_is_whole_and_hardly_late_from_the_first_packet_on() {
    let page = Browser::chromium().loaded_at_kbps(38);
    let mut world = call(301, page, weak(30), weak(40));
    world.run_until(secs(20), |world| {
        !world.person("ana").page().receipts.is_empty()
    });
    let first = world.now();
    world.run(secs(90));
    for (listener, speaker) in [("ana", "ben"), ("ben", "ana")] {
        let lag = lag(&world, listener, speaker, first, 95);
        assert!(lag < ms(250), "{listener}: {lag:?}");
        let gap = longest_gap(&world, listener, speaker, first + secs(4));
        assert!(gap < ms(1_000), "{listener}: {gap:?}");
        let heard = heard(&world, listener, speaker, first + secs(4));
        assert!(heard > 0.97, "{listener}: {heard}");
    }
}

#[test]
fn a_page_that_does_not_know_its_link_is_heard_all_the_same() {
    let mut world = call(302, Browser::chromium().reporting(), weak(64), weak(64));
    world.run(secs(30));
    let since = world.now();
    world.run(secs(60));
    for (listener, speaker) in [("ana", "ben"), ("ben", "ana")] {
        let lag = lag(&world, listener, speaker, since, 75);
        assert!(lag < ms(250), "{listener}: {lag:?}");
        let heard = heard(&world, listener, speaker, since);
        assert!(heard > 0.9, "{listener}: {heard}");
    }
}

#[test]
fn voice_on_20_by_20_kbit_is_whole() {
    let page = Browser::chromium().loaded_at_kbps(19);
    let link = Link::kbps(20).latency_ms(350).jitter_ms(50).queue_ms(4_800);
    let mut world = call(303, page, link, link);
    world.run(secs(10));
    let since = world.now();
    world.run(secs(60));
    for (listener, speaker) in [("ana", "ben"), ("ben", "ana")] {
        let lag = lag(&world, listener, speaker, since, 95);
        // A packet alone takes 70 ms at this rate, and a report before it another 40.
        assert!(lag < ms(320), "{listener}: {lag:?}");
        let heard = heard(&world, listener, speaker, since);
        assert!(heard > 0.97, "{listener}: {heard}");
    }
}

/// Pictures go before the voice does, and come back by themselves.
#[test]
fn a_link_that_collapses_keeps_its_voice_and_gets_its_pictures_back() {
    let wide = Link::kbps(2_000).latency_ms(50).queue_ms(2_000);
    let page = Browser::chromium().reporting();
    let mut world = call(304, page, wide, wide);
    world.run(secs(15));
    assert!(world.pictures_per_second("ana", "ben", world.now() - secs(3)) > 10.0);
    world.link("ana", Link::kbps(60).latency_ms(50).queue_ms(2_000));
    let collapsed = world.now();
    world.run(secs(20));
    let gap = longest_gap(&world, "ana", "ben", collapsed);
    assert!(gap < ms(2_500), "{gap:?}");
    let ana = world.snapshot("ana");
    assert!(ana.link_down != "open", "{ana:?}");
    let settled = world.now();
    world.run(secs(10));
    let lag = lag(&world, "ana", "ben", settled, 95);
    assert!(lag < ms(250), "{lag:?}");
    let heard = heard(&world, "ana", "ben", settled);
    assert!(heard > 0.95, "{heard}");
    world.link("ana", wide);
    let recovered = world.now();
    world.run_until(secs(100), |world| {
        let ana = world.snapshot("ana");
        (ana.link_up, ana.link_down) == ("open", "open")
    });
    println!("open after {:?}", world.now() - recovered);
    world.run(secs(10));
    let pictures = world.pictures_per_second("ana", "ben", world.now() - secs(3));
    assert!(pictures > 10.0, "{pictures}");
}

/// Every rung above what it carries is tried in vain at most after half a minute, a minute, two and
/// four, and each try is two changes, in each direction.
#[test]
fn a_steady_link_does_not_flap() {
    for (kbps, most) in [(64, 16), (100, 16), (150, 24)] {
        let page = Browser::chromium().loaded_at_kbps(u32::try_from(kbps).unwrap());
        let mut world = call(305, page, weak(kbps), weak(kbps));
        world.run(secs(10));
        let rungs = rungs(&mut world, 300);
        let changes = changes(&rungs);
        println!("{kbps} kbit/s: {changes} changes");
        assert!(changes <= most, "{kbps} kbit/s: {changes} of {rungs:?}");
        let lag = lag(&world, "ana", "ben", world.now() - secs(290), 90);
        assert!(lag < ms(250), "{kbps} kbit/s: {lag:?}");
    }
}

/// A phone at the edge of a cell: a way down that carries pictures, a way up that carries none. Each trial
/// of one costs the voice a second of itself, and what it never carried is tried once in two minutes.
#[test]
fn a_way_up_that_never_carried_a_picture_is_seldom_tried() {
    let page = Browser::chromium().loaded_at_kbps(150);
    let up = Link::kbps(64).latency_ms(200).jitter_ms(30).queue_ms(4_000);
    let down = Link::kbps(150).latency_ms(200).jitter_ms(30);
    let mut world = call(320, page, up, down);
    world.run(secs(6));
    let since = world.now();
    let rungs = rungs(&mut world, 100);
    let ups: Vec<_> = rungs.iter().map(|(up, _)| (*up, "")).collect();
    let [whole, worst] = [90, 99].map(|percent| lag(&world, "ben", "ana", since, percent));
    println!(
        "{} changes of the way up, {whole:?}, {worst:?}",
        changes(&ups)
    );
    assert!(changes(&ups) <= 2, "{ups:?}");
    assert!(whole < ms(200), "{whole:?}");
}

/// Not a byte beside voice, reports, and what both need: below open the engine has nothing to pad on.
#[test]
fn nothing_pads_on_a_weak_link() {
    let page = Browser::chromium().loaded_at_kbps(38);
    let mut world = call(306, page, weak(40), weak(40));
    world.run(secs(12));
    let (bytes, received) = (world.person("ana").down.bytes, world.now());
    world.run(secs(4));
    let sent = world.person("ana").down.bytes - bytes;
    let voice = world.received("ana", "ben", received);
    let voice = voice.iter().filter(|receipt| receipt.is_voice()).count();
    // 90 bytes of Opus and 56 of headers; reports and the data channel, 5 kbit/s.
    let most = u64::try_from(voice + 2).unwrap() * (90 + 56) + 4 * 625;
    assert!(sent <= most, "{sent} bytes, {voice} packets of voice");
}

#[test]
fn a_picture_on_a_link_below_open_is_not_padded() {
    let page = Browser::chromium().loaded_at_kbps(100);
    let mut world = call(319, page, weak(110), weak(110));
    world.run(secs(10));
    let before = world.person("ana").down.tally;
    world.run(secs(15));
    let spent = world.person("ana").down.tally - before;
    let pictures = world.pictures_per_second("ana", "ben", world.now() - secs(10));
    assert!(pictures > 3.0, "{pictures}");
    assert_eq!(spent.padding, 0, "of {}", spent.media);
}

#[test]
fn a_strong_link_is_as_strong_with_reports_as_without() {
    let mut seen = Vec::new();
    for page in [Browser::chromium(), Browser::chromium().reporting()] {
        let wide = Link::kbps(4_000).latency_ms(30);
        let mut world = call(307, page, wide, wide);
        let rungs = rungs(&mut world, 30);
        assert_eq!(changes(&rungs), 0, "{rungs:?}");
        let since = world.now() - secs(10);
        seen.push((
            world.encoding_seen("ana", "ben"),
            world.encoding_seen("ben", "ana"),
            world.pictures_per_second("ana", "ben", since) > 14.0,
            world.snapshot("ben").audio_rung,
        ));
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn a_speaker_is_as_lean_as_the_weakest_listener_needs_and_no_longer() {
    let page = Browser::chromium().loaded_at_kbps(38);
    let mut world = call(308, page, weak(40), weak(40));
    world
        .browser("cam", Browser::chromium().reporting())
        .join(["cam"])
        .run(secs(5));
    let audio = |world: &World| ["ben", "cam"].map(|name| world.snapshot(name).audio_rung);
    // Two voices in 24 kbit/s.
    assert_eq!(audio(&world), [3, 3]);
    let applied = &world.person("ben").page().publisher;
    assert_eq!(applied.audio, 3);
    world.leave("ana").run(secs(2));
    assert_eq!(audio(&world), [0, 0]);
}

#[test]
fn a_page_that_never_reports_is_served_as_ever() {
    let wide = Link::kbps(4_000).latency_ms(30);
    let mut world = call(309, Browser::chromium(), wide, wide);
    let rungs = rungs(&mut world, 30);
    assert!(rungs.iter().all(|rung| *rung == ("open", "open")));
    let pictures = world.pictures_per_second("ana", "ben", world.now() - secs(10));
    assert!(pictures > 14.0, "{pictures}");
}

#[test]
fn who_waited_on_a_weak_link_is_let_in_as_such() {
    let page = Browser::chromium().loaded_at_kbps(38);
    let mut world = World::seeded(390);
    world
        .browser("ana", page)
        .link("ana", weak(30))
        .join(["ben"])
        .run(secs(2))
        .wait(["ana"])
        .run(secs(30));
    let ana = world.snapshot("ana");
    assert_ne!((ana.link_up, ana.link_down), ("open", "open"));
}
