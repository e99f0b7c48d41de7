use super::*;
use crate::media::allocation::Rung;
use crate::media::ids::Rid;

/// A camera whose lowest encoding costs so much, and is coming in or not.
fn camera(kbps: u64, is_flowing: bool) -> Demand {
    let rung = |rid, kbps| Rung {
        rid,
        cost: Bitrate::kbps(kbps),
        is_flowing,
    };
    Demand {
        ladder: vec![rung(Rid::Q, kbps), rung(Rid::F, 1_500)],
        current: None,
    }
}

const VOICE: Bitrate = Bitrate::bps(19_500);

fn decided(link: LinkRung, demands: &[Demand]) -> Vec<(bool, Option<u64>)> {
    let now = Instant::now();
    let mut pictures = Pictures::new(LinkRung::Open, now);
    pictures.decide(link, demands, VOICE, now);
    let shown = |picture: &Picture| {
        let cap = picture.asked.map(|cap| cap.rate().as_bps() / 1_000);
        (picture.target == Target::Rung(Rid::Q), cap)
    };
    pictures.decided().iter().map(shown).collect()
}

#[test]
fn below_its_rung_no_picture_is_even_asked_for() {
    let demands = [camera(30, true), Demand::default()];
    assert_eq!(
        decided(LinkRung::Kbps40, &demands),
        [(false, None), (false, None)]
    );
    assert_eq!(
        decided(LinkRung::Kbps64, &demands),
        [(true, Some(30)), (false, None)]
    );
}

#[test]
fn a_picture_is_forwarded_once_it_keeps_to_its_cap() {
    for (kbps, is_flowing, is_shown) in [(150, true, false), (150, false, false), (40, true, true)]
    {
        let demands = [camera(kbps, is_flowing)];
        assert_eq!(decided(LinkRung::Kbps64, &demands), [(is_shown, Some(30))]);
    }
}

#[test]
fn two_pictures_share_what_there_is_or_the_first_has_it() {
    let demands = [camera(30, true), camera(30, true)];
    assert_eq!(
        decided(LinkRung::Kbps100, &demands),
        [(true, Some(60)), (false, None)]
    );
    assert_eq!(
        decided(LinkRung::Kbps150, &demands),
        [(true, Some(50)), (true, Some(50))]
    );
}

#[test]
fn people_are_told_of_rest_only_where_the_link_is_the_reason() {
    let now = Instant::now();
    let mut pictures = Pictures::new(LinkRung::Open, now);
    let demands = [camera(30, true)];
    for (link, demands, rests) in [
        (LinkRung::Kbps24, &demands[..], true),
        (LinkRung::Kbps24, &[Demand::default()], false),
        (LinkRung::Kbps64, &demands, false),
        (LinkRung::Open, &demands, false),
    ] {
        pictures.decide(link, demands, VOICE, now);
        assert_eq!(pictures.rest_for_the_link(), rests, "{link:?}");
    }
}

#[test]
fn nothing_is_desired_on_a_weak_link_and_opening_starts_from_the_last_rung() {
    let now = Instant::now();
    let mut pictures = Pictures::new(LinkRung::Open, now);
    let demands = [camera(150, true)];
    let open = pictures.decide(LinkRung::Open, &demands, VOICE, now);
    assert!(open.restart.is_none() && open.desired.is_some());
    let weak = pictures.decide(LinkRung::Kbps150, &demands, VOICE, now);
    assert_eq!(
        (weak.restart, weak.desired),
        (Some(Bitrate::kbps(150)), None)
    );
    pictures.set_estimate(Bitrate::kbps(40));
    let open = pictures.decide(LinkRung::Open, &demands, VOICE, now);
    assert_eq!(open.restart, Some(Bitrate::kbps(150)));
    assert_eq!(pictures.estimate(), Bitrate::kbps(150));
}
