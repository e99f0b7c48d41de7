use super::*;
use proptest::prelude::*;

struct Voice {
    start: Instant,
    guard: LiveEdge,
    /// When each packet was spoken and came, and what became of it.
    heard: Vec<(u64, u64, Option<u64>)>,
}

impl Voice {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            guard: LiveEdge::default(),
            heard: Vec::new(),
        }
    }

    /// The packet that was spoken at this time comes at that one.
    fn hear(&mut self, spoken_ms: u64, arrived_ms: u64) {
        let timestamp = u32::try_from(spoken_ms).unwrap().wrapping_mul(48);
        let timestamp = timestamp.wrapping_add(u32::MAX - 100_000);
        let arrived = self.start + Duration::from_millis(arrived_ms);
        let sequence = 65_000 + spoken_ms / 20;
        let verdict = self.guard.admit(1.into(), sequence, timestamp, arrived);
        self.heard.push((spoken_ms, arrived_ms, verdict));
    }

    /// Every 20 ms a packet, through a link that holds between these times and then delivers at so
    /// many times the pace of speech.
    fn through_a_hold(&mut self, from: u64, to: u64, pace: u64, end: u64) {
        let mut free = 0;
        for spoken in (0..end).step_by(20) {
            let sent = if (from..to).contains(&spoken) {
                to
            } else {
                spoken
            };
            let arrived = sent.max(free) + 50;
            free = arrived - 50 + 20 / pace;
            self.hear(spoken, arrived);
        }
    }

    fn dropped(&self) -> Vec<u64> {
        let stale = self.heard.iter().filter(|(.., verdict)| verdict.is_none());
        stale.map(|(spoken, ..)| *spoken).collect()
    }

    fn numbers(&self) -> Vec<u64> {
        self.heard
            .iter()
            .filter_map(|(.., verdict)| *verdict)
            .collect()
    }
}

#[test]
fn what_a_network_held_back_is_dropped_and_the_numbers_close_up() {
    let mut voice = Voice::new();
    voice.through_a_hold(5_000, 8_000, 10, 15_000);
    let late = |(spoken, arrived, verdict): &(u64, u64, Option<u64>)| {
        verdict.is_some() && arrived - spoken > 50 + 400
            || *arrived > 8_050 && verdict.is_some() && arrived - spoken > 50 + 200
    };
    assert!(!voice.heard.iter().any(late), "nothing stale went on");
    let dropped = voice.dropped();
    assert!(
        (140..=160).contains(&dropped.len()),
        "{} packets",
        dropped.len()
    );
    let numbers = voice.numbers();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1));
    assert_eq!(
        voice.guard.last_arrival(),
        Some(voice.start + Duration::from_millis(15_030))
    );
}

#[test]
fn what_a_link_with_jitter_brings_after_a_hold_is_at_the_live_edge_from_its_first_packet_on() {
    // The edge of a cell: 80 kbit/s for a voice of 27, packets of 40 ms that come up to 120 ms late.
    for seed in 0..40 {
        let mut voice = Voice::new();
        let mut random = fastrand::Rng::with_seed(seed);
        let (mut free, mut last) = (0, 0);
        for spoken in (0..20_000).step_by(40) {
            let held = (5_000..8_000).contains(&spoken);
            // Of an outage of 3 s the page notices half.
            if held && spoken >= 6_500 {
                continue;
            }
            let sent = std::cmp::max(if held { 8_000 } else { spoken }, free);
            free = sent + 14;
            last = std::cmp::max(last, sent + 50 + random.u64(0..120));
            voice.hear(spoken, last);
        }
        let late = |(spoken, arrived, verdict): &&(u64, u64, Option<u64>)| {
            *arrived >= 8_000 && verdict.is_some() && arrived - spoken > 50 + 200 + 20
        };
        let late = voice.heard.iter().filter(late).count();
        assert_eq!(late, 0, "seed {seed}");
    }
}

#[test]
fn who_rested_their_microphone_over_an_outage_is_heard_within_600_ms_of_speech() {
    // The burst catches up, and then no further: the sender's clock stood still for a second and a half.
    let mut voice = Voice::new();
    let mut free = 0;
    for spoken in (0..20_000).step_by(40) {
        let rested = if spoken >= 6_500 { 1_500 } else { 0 };
        let sent = spoken + rested;
        let sent = if (5_000..8_000).contains(&sent) {
            8_000
        } else {
            sent
        };
        let sent = std::cmp::max(sent, free);
        free = sent + 14;
        voice.hear(spoken, sent + 50);
    }
    // Of what did not wait behind the burst.
    let prompt = |(spoken, arrived, verdict): &&(u64, u64, Option<u64>)| {
        *spoken >= 6_500 && verdict.is_none() && *arrived == spoken + 1_550
    };
    let prompt = voice.heard.iter().filter(prompt).count();
    assert!(prompt * 40 <= 600, "{} ms", prompt * 40);
}

#[test]
fn a_slow_link_is_heard_late_rather_than_not() {
    // The queue grows by a tenth of what is spoken, for a minute, with pauses of speech in which
    // nothing comes.
    let mut voice = Voice::new();
    let mut free = 0;
    for spoken in (0..60_000).step_by(20) {
        if (spoken / 500) % 3 == 2 {
            continue;
        }
        let arrived = std::cmp::max(spoken, free) + 50;
        free = arrived - 50 + 33;
        voice.hear(spoken, arrived);
    }
    assert_eq!(voice.dropped(), [0; 0]);
    let (spoken, arrived, _) = *voice.heard.last().unwrap();
    assert!(arrived - spoken > 2_000, "it is slow");
}

#[test]
fn after_a_hold_a_link_that_stays_slow_is_heard_within_300_ms_of_speech() {
    // The signal is back, but only as fast as people speak: the lag of the hold remains.
    let mut voice = Voice::new();
    voice.through_a_hold(5_000, 7_000, 1, 20_000);
    assert!(voice.dropped().len() <= 16, "{:?}", voice.dropped());
    assert!(
        voice
            .numbers()
            .windows(2)
            .all(|pair| pair[1] == pair[0] + 1)
    );
}

#[test]
fn a_queue_that_takes_long_to_drain_is_no_burst() {
    // 1.25 times the pace of speech: five seconds would take twenty to drain.
    let mut voice = Voice::new();
    let mut free = 0;
    for spoken in (0..40_000).step_by(20) {
        let sent = if (5_000..10_000).contains(&spoken) {
            10_000
        } else {
            spoken
        };
        let arrived = std::cmp::max(sent, free) + 50;
        free = arrived - 50 + 16;
        voice.hear(spoken, arrived);
    }
    let stale = voice.heard.iter().filter(|(.., verdict)| verdict.is_none());
    let silent = stale.map(|(_, arrived, _)| *arrived).max().unwrap() - 10_050;
    assert!(silent <= 2_000, "{silent} ms");
}

#[test]
fn pauses_of_speech_jitter_and_loss_drop_nothing() {
    let mut voice = Voice::new();
    let mut jitter = 7_u64;
    for spoken in (0..60_000).step_by(20) {
        jitter = (jitter * 75 + 74) % 65_537;
        let is_pause = (spoken / 1_000) % 4 == 3 && spoken % 400 != 0;
        if !is_pause && !jitter.is_multiple_of(10) {
            voice.hear(spoken, spoken + 50 + jitter % 250);
        }
    }
    assert_eq!(voice.dropped(), [0; 0]);
}

#[test]
fn a_microphone_whose_clock_stood_still_is_heard_within_300_ms() {
    let mut voice = Voice::new();
    for spoken in (0..5_000).step_by(20) {
        voice.hear(spoken, spoken + 50);
    }
    // Ten seconds of nothing that the timestamps do not know of.
    for spoken in (5_000..9_000).step_by(20) {
        voice.hear(spoken, spoken + 10_050);
    }
    assert!(voice.dropped().len() <= 16, "{:?}", voice.dropped());
}

#[test]
fn what_comes_after_it_was_overtaken_keeps_its_number_unless_others_were_dropped_since() {
    let mut voice = Voice::new();
    for spoken in [0, 20, 60, 40, 80] {
        voice.hear(spoken, 500 + spoken);
    }
    assert_eq!(voice.numbers(), [65_000, 65_001, 65_003, 65_002, 65_004]);
}

#[test]
fn what_was_asked_for_again_comes_late_and_is_no_outage() {
    let mut voice = Voice::new();
    for spoken in (0..4_000).step_by(20).filter(|at| at % 500 != 0) {
        voice.hear(spoken, spoken + 50);
        if spoken >= 960 && spoken % 500 == 460 {
            voice.hear(spoken - 460, spoken + 50);
        }
    }
    assert!(voice.dropped().is_empty(), "{:?}", voice.dropped());
    let mut numbers = voice.numbers();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), voice.heard.len(), "a number went twice");
}

#[test]
fn another_stream_is_not_measured_by_the_one_before() {
    let mut guard = LiveEdge::default();
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    assert_eq!(guard.admit(1.into(), 50_000, 900_000, at(0)), Some(50_000));
    assert_eq!(guard.admit(1.into(), 50_001, 900_960, at(3_000)), None);
    assert_eq!(guard.admit(2.into(), 17, 5, at(3_020)), Some(17));
}

proptest! {
    /// Whatever comes, whenever: numbers stay distinct and in order with the source's.
    #[test]
    fn numbers_are_distinct_and_in_order_whatever_comes(
        packets in prop::collection::vec((0_u64..200, 0_u64..10, any::<u32>(), 0_u64..1_000), 1..200)
    ) {
        let mut guard = LiveEdge::default();
        let mut now = Instant::now();
        let mut sequences = std::collections::BTreeSet::new();
        let mut admitted = std::collections::BTreeMap::new();
        let mut sequence = 70_000;
        for (step, back, timestamp, wait) in packets {
            sequence += step;
            now += Duration::from_millis(wait);
            if !sequences.insert(sequence - back) {
                continue;
            }
            if let Some(number) = guard.admit(1.into(), sequence - back, timestamp, now) {
                admitted.insert(sequence - back, number);
            }
        }
        let numbers: Vec<_> = admitted.values().collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
