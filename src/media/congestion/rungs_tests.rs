use super::LinkRung::{Kbps9, Kbps16, Kbps24, Kbps64, Kbps100, Kbps150, Open};
use super::*;

#[test]
fn an_audio_rung_costs_its_packets_and_their_headers() {
    for rung in AudioRung::ALL {
        let packets = 1_000_000 / u64::try_from(rung.packet_time().duration().as_micros()).unwrap();
        let headers = 56 * 8 * 1_000 * packets / 1_000;
        let expected = rung.opus_rate().as_bps() + headers;
        let off = rung.cost().as_bps().abs_diff(expected);
        assert!(off < 700, "{rung:?}: {expected}");
    }
}

#[test]
fn voices_stay_within_every_rung_but_the_lowest() {
    for link in LinkRung::ALL {
        let Some(carries) = link.rate() else { continue };
        for count in 0..=2 {
            let plan = voices(link, count);
            // One voice at its least is more than 9 kbit/s while somebody speaks without a pause.
            let fits = plan.cost <= carries || link == LinkRung::Kbps9;
            assert!(fits, "{count} voices on {link:?} cost {}", plan.cost);
        }
    }
}

#[test]
fn what_each_rung_buys() {
    let bought: Vec<String> = LinkRung::ALL
        .into_iter()
        .map(|link| {
            let [one, two] = [1, 2].map(|count| voices(link, count));
            let [down, up] = [pictures_down(link, one.cost), picture_up(link, one.cost)];
            let (first, both) = (one.rung, two.rung);
            let who = two.voices;
            let name = link.name();
            format!("{name}: {first:?}, two {both:?} {who:?}, down {down}, up {up}")
        })
        .collect();
    assert_eq!(
        bought,
        [
            "9: Least, two Least DominantOnly, down 0 kbit/s, up 0 kbit/s",
            "16: Least, two Least DominantOnly, down 0 kbit/s, up 0 kbit/s",
            "24: Lean, two Least All, down 0 kbit/s, up 0 kbit/s",
            "40: Lean, two Lean All, down 0 kbit/s, up 0 kbit/s",
            "64: Lean, two Lean All, down 40 kbit/s, up 0 kbit/s",
            "100: Good, two Good All, down 64 kbit/s, up 64 kbit/s",
            "150: Good, two Good All, down 114 kbit/s, up 114 kbit/s",
            "open: Full, two Full All, down 0 kbit/s, up 0 kbit/s",
        ]
    );
}

#[test]
fn a_lossy_way_up_carries_each_packet_twice_where_the_voice_fits_twice() {
    let lossy = |link| {
        let voice = own_voice(link, Redundancy::PacketBefore);
        (voice.rung, voice.redundancy)
    };
    let twice = (AudioRung::Lean, Redundancy::PacketBefore);
    assert_eq!(lossy(Kbps16), (AudioRung::Least, Redundancy::None));
    assert_eq!(lossy(Kbps24), (AudioRung::Lean, Redundancy::None));
    for link in [LinkRung::Kbps40, Kbps64, Kbps100, Kbps150, Open] {
        assert_eq!(lossy(link), twice, "{link:?}");
        let voice = own_voice(link, Redundancy::None);
        assert_eq!(voice.rung, voices(link, 1).rung);
        assert_eq!(voice.redundancy, Redundancy::None);
    }
}

#[test]
fn a_page_starts_where_its_loading_says() {
    let hint = |kbps| {
        Some(Hint {
            round_trip: Duration::from_millis(600),
            rate: Bitrate::kbps(kbps),
        })
    };
    let start = |kbps| first_rung(hint(kbps));
    assert_eq!(first_rung(None), LinkRung::Open);
    let starts = [1, 30, 31, 60, 61, 200, 201].map(start);
    assert_eq!(starts, [Kbps9, Kbps9, Kbps24, Kbps24, Kbps64, Kbps64, Open]);
    assert_eq!(first_rung_up(None), LinkRung::Open);
    let starts = [1, 60, 200, 201, 600, 601, 1_000, 1_001].map(|kbps| first_rung_up(hint(kbps)));
    let low = [Kbps9, Kbps24, Kbps64, Kbps64, Kbps64];
    assert_eq!(starts, [&low[..], &[Kbps100, Kbps100, Open]].concat()[..]);
}

#[test]
fn a_rate_finds_the_rung_that_it_carries() {
    let within = [0, 9, 23, 24, 149, 10_000].map(|kbps| LinkRung::within(Bitrate::kbps(kbps)));
    assert_eq!(within, [Kbps9, Kbps9, Kbps16, Kbps24, Kbps100, Kbps150]);
}
