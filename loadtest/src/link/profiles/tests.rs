use super::*;
use crate::link::emulator::Way;

/// The table of the benchmark, as `--help` shows it.
const TABLE: &str = "\
V0  a good link                      4000k/2000k, 60 ms, 200/200 kB
V1  the last bar of 2G               20k/20k, 700 ms + 50 ms, 2 %, 12/12 kB
V2  like EDGE                        40k/30k, 600 ms + 100 ms, 1 %, 15/15 kB
V3  weak 3G                          150k/64k, 400 ms + 100 ms, 1 %, 32/32 kB
V4  3G with a queue of eight seconds 300k/100k, 300 ms + 60 ms, 0.5 %, 100/100 kB
V5  LTE's edge, which holds          400k/80k, 90 ms + 120 ms, 1 %, 60/20 kB, holds 3 s at 10 s and every 20 s after
V6  LTE that drops out               800k/200k, 100 ms + 30 ms, 0.5 %, 60/30 kB, drops 8 s at 30 s, drops 25 s at 60 s
V7  loss in bursts                   200k/200k, 200 ms + 40 ms, 10 % in fades of 48 ms, 32/32 kB
V8  on the move                      evdo-like/umts-like, 200 ms + 30 ms, 0.5 %, 60/30 kB
";

#[test]
fn the_profiles_are_those_of_the_benchmark() {
    assert_eq!(table(), TABLE);
}

#[test]
fn every_profile_is_a_link_whose_delay_is_half_of_the_round_trip() {
    for id in names() {
        let spec = named(id).unwrap();
        let [up, down] = Way::BOTH.map(|way| spec.shape(way, 1).unwrap());
        let row = PROFILES.iter().find(|row| row.id == id).unwrap();
        assert_eq!(
            (up.delay + down.delay).as_millis(),
            u128::from(row.round_trip_ms),
            "{id}"
        );
        assert_eq!(up.outages, down.outages, "{id}");
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(
            LinkSpec::parse(&text).unwrap(),
            spec,
            "{id} can be written to a file and read from it"
        );
    }
    assert!(named("V9").is_none());
}

#[test]
fn three_packets_of_a_browser_are_a_fade_of_v7() {
    let mean =
        crate::link::shape::mean_fade_of(3.0, std::time::Duration::from_millis(20), 0.1).unwrap();
    assert!(
        (mean.as_secs_f64() * 1_000.0 - THREE_PACKETS_MS).abs() < 0.1,
        "{mean:?}"
    );
}
