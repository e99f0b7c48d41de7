//! What goes over a weak link beside the voice: reports on media, and the data channel.

use std::time::Duration;

use crate::world::{Browser, Link, Tally, World, secs};

/// The least that a link of these tests carries, with 700 ms there and back, and 2 % lost.
fn thin(kbps: u64) -> Link {
    Link::kbps(kbps)
        .latency_ms(350)
        .jitter_ms(50)
        .queue_ms(4_800)
        .loss(0.02)
}

/// Ana, whose page was loaded over a link of so many kbit/s, joins ben, whose link is good.
fn call(kbps: u64, page: Browser) -> World {
    let mut world = World::seeded(401);
    world
        .browser("ana", page)
        .browser("ben", Browser::chromium().reporting())
        .link("ana", thin(kbps))
        .join(["ben"])
        .run(secs(2))
        .join(["ana"]);
    world.run_until(secs(20), |world| {
        !world.person("ana").page().receipts.is_empty()
    });
    world
}

fn loaded_at(kbps: u32) -> Browser {
    Browser::chromium().loaded_at_kbps(kbps)
}

/// What went to ana and came from her.
fn tallies(world: &World) -> [Tally; 2] {
    let ana = world.person("ana");
    [ana.down.tally, ana.up.tally]
}

/// bit/s of reports and of the data channel.
fn rates(spent: Tally, time: Duration) -> [u64; 2] {
    [spent.report_bytes, spent.channel_bytes].map(|bytes| bytes * 8 / time.as_secs())
}

/// Trials of a better rung included. Of the way up only the data channel counts: reports are as the page's
/// browser makes them.
#[test]
fn reports_and_the_data_channel_take_less_than_a_kilobit_of_a_thin_link() {
    for kbps in [20, 24, 30] {
        let mut world = call(kbps.into(), loaded_at(kbps));
        world.run(secs(5));
        let before = tallies(&world);
        let time = secs(60);
        world.run(time);
        let [down, up] = tallies(&world);
        let [reports, channel] = rates(down - before[0], time);
        let [_, upward] = rates(up - before[1], time);
        println!("{kbps} kbit/s: {reports} and {channel} bit/s down, {upward} up");
        assert!(
            reports + channel < 1_000,
            "{kbps} kbit/s: {reports}, {channel}"
        );
        assert!(upward < 1_000, "{kbps} kbit/s: {upward}");
    }
}

/// Of two slots one is empty, and nobody is seen.
#[test]
fn lines_that_carry_nothing_are_not_reported_on() {
    let mut world = call(20, loaded_at(20));
    world.run(secs(30));
    let [down, _] = tallies(&world);
    assert!(down.reports >= 5, "{down:?}");
    let each = down.report_bytes / down.reports;
    assert!(each < 200, "{each} bytes a report");
}

/// The script that reports comes over the same link as the voice, and a loss holds it up for seconds.
#[test]
fn who_is_late_with_the_first_report_over_a_weak_link_is_not_taken_for_strong() {
    let mut page = loaded_at(18);
    page.reports = false;
    let mut world = call(20, page);
    let (before, begun) = (tallies(&world)[0], world.now());
    world.run(secs(60));
    let media = (tallies(&world)[0] - before).media;
    let voice = world.received("ana", "ben", begun);
    let voice = voice.iter().filter(|receipt| receipt.is_voice()).count();
    // 2 % are lost on the way, and nothing is sent but voice.
    let most = u64::try_from(voice).unwrap() * 105 / 100;
    assert!(
        voice > 400 && media <= most,
        "{media} sent, {voice} of voice"
    );
}
