use super::*;

fn at(start: Instant, ms: u64) -> Instant {
    start + Duration::from_millis(ms)
}

#[test]
fn a_speaker_who_falls_silent_shuts_it_and_their_first_sign_opens_it() {
    let start = Instant::now();
    let mut gate = HoldGate::default();
    let mut signs = Signs {
        heard: Some(start),
        voice: Some(start),
        report_due: None,
    };
    assert_eq!(gate.look(at(start, 1_499), &signs), None);
    assert_eq!(gate.look(at(start, 1_500), &signs), Some(Turn::Shut));
    assert_eq!(
        gate.look(at(start, 30_000), &signs),
        None,
        "as long as it takes"
    );
    assert!(gate.waits_for_a_sign());
    signs.heard = Some(at(start, 30_010));
    assert_eq!(gate.look(at(start, 30_010), &signs), Some(Turn::Opened));
    signs.heard = Some(at(start, 32_000));
    signs.voice = signs.heard;
    assert_eq!(gate.look(at(start, 32_009), &signs), None);
    assert!(gate.rests_pictures() && !gate.waits_for_a_sign());
    assert_eq!(gate.look(at(start, 32_010), &signs), Some(Turn::Drained));
    assert!(!gate.rests_pictures());
}

#[test]
fn somebody_who_has_not_spoken_is_not_gone() {
    let start = Instant::now();
    let mut gate = HoldGate::default();
    let mut signs = Signs {
        heard: Some(at(start, 3_000)),
        voice: Some(start),
        report_due: Some(at(start, 10_000)),
    };
    assert_eq!(gate.look(at(start, 9_999), &signs), None);
    assert_eq!(
        gate.look(at(start, 10_000), &signs),
        Some(Turn::Shut),
        "but the report is due"
    );
    signs.report_due = None;
    signs.voice = None;
    let mut gate = HoldGate::default();
    assert_eq!(gate.look(at(start, 60_000), &signs), None);
}

#[test]
fn a_pause_of_dtx_does_not_shut_it() {
    let start = Instant::now();
    let mut gate = HoldGate::default();
    for packet in 0..100 {
        let last = at(start, packet * 400);
        let signs = Signs {
            heard: Some(last),
            voice: Some(last),
            report_due: None,
        };
        // Two of the packets in a row may be lost.
        assert_eq!(gate.look(last + Duration::from_millis(1_200), &signs), None);
    }
}

/// Pictures go to a page, one every 140 ms, and it answers until the link holds.
fn with_pictures(start: Instant, gate: &mut HoldGate, until_ms: u64) {
    for ms in (0..until_ms).step_by(140) {
        gate.picture(at(start, ms));
    }
}

#[test]
fn pictures_rest_before_the_voice_when_nobody_answers_them() {
    let start = Instant::now();
    let mut gate = HoldGate::default();
    let mut signs = Signs {
        heard: Some(at(start, 5_000)),
        voice: None,
        report_due: None,
    };
    with_pictures(start, &mut gate, 5_690);
    assert_eq!(gate.look(at(start, 5_699), &signs), None);
    assert_eq!(gate.look(at(start, 5_700), &signs), Some(Turn::Rested));
    assert!(gate.rests_pictures());
    assert_eq!(gate.look(at(start, 5_999), &signs), None);
    assert_eq!(
        gate.look(at(start, 6_000), &signs),
        Some(Turn::Shut),
        "whether or not anybody spoke"
    );
    signs.heard = Some(at(start, 8_000));
    assert_eq!(gate.look(at(start, 8_000), &signs), Some(Turn::Opened));
    assert_eq!(gate.look(at(start, 10_000), &signs), Some(Turn::Drained));
}

#[test]
fn a_stutter_costs_pictures_and_no_word() {
    let start = Instant::now();
    let mut gate = HoldGate::default();
    let signs = |ms| Signs {
        heard: Some(at(start, ms)),
        voice: Some(at(start, ms)),
        report_due: None,
    };
    with_pictures(start, &mut gate, 5_690);
    let turns: Vec<_> = [(5_700, 5_000), (5_800, 5_800), (7_800, 7_700)]
        .map(|(now, heard)| gate.look(at(start, now), &signs(heard)))
        .into();
    assert_eq!(
        turns,
        [Some(Turn::Rested), Some(Turn::Opened), Some(Turn::Drained)]
    );
}

#[test]
fn where_no_pictures_go_or_have_just_begun_nobody_owes_an_answer() {
    let start = Instant::now();
    let signs = Signs {
        heard: Some(at(start, 5_000)),
        voice: None,
        report_due: None,
    };
    let mut gate = HoldGate::default();
    assert_eq!(gate.look(at(start, 20_000), &signs), None);
    for ms in (4_000..6_000).step_by(140) {
        gate.picture(at(start, ms));
        assert_eq!(gate.look(at(start, ms), &signs), None, "just begun");
    }
    let mut gate = HoldGate::default();
    with_pictures(start, &mut gate, 5_000);
    assert_eq!(gate.look(at(start, 5_700), &signs), None, "over");
}

/// How often pictures rest in ten hours of a page that listens and answers pictures, and does not speak.
fn false_alarms(seed: u64, answers_every: u64, jitter_ms: u64, share_lost: f64) -> usize {
    let mut random = fastrand::Rng::with_seed(seed);
    let start = Instant::now();
    let (mut last, mut alarms) = (0, 0);
    let mut gate = HoldGate::default();
    for sent in (0..36_000_000).step_by(usize::try_from(answers_every).unwrap()) {
        if random.f64() < share_lost {
            continue;
        }
        // Packets do not overtake each other.
        let arrives = (sent + random.u64(0..=jitter_ms)).max(last);
        for ms in (last + 1..=arrives).filter(|ms| ms % 140 == 0) {
            let signs = Signs {
                heard: Some(at(start, last)),
                voice: None,
                report_due: None,
            };
            alarms += usize::from(gate.look(at(start, ms), &signs) == Some(Turn::Rested));
            gate.picture(at(start, ms));
        }
        last = arrives;
        let signs = Signs {
            heard: Some(at(start, last)),
            voice: None,
            report_due: None,
        };
        gate.look(at(start, last), &signs);
    }
    alarms
}

#[test]
fn the_jitter_of_a_cells_edge_rests_pictures_less_than_once_an_hour() {
    for (answers_every, jitter_ms, lost, at_most) in [
        // As measured at the edge of a cell; the slowest browsers; twice the jitter; a tenth lost.
        (136, 120, 0.01, 0),
        (250, 120, 0.01, 10),
        (136, 240, 0.01, 0),
        (136, 120, 0.1, 30),
    ] {
        let alarms = false_alarms(7, answers_every, jitter_ms, lost);
        println!("{answers_every} ms, {jitter_ms} ms, {lost}: {alarms} in ten hours");
        assert!(alarms <= at_most, "{alarms} in ten hours");
    }
}
