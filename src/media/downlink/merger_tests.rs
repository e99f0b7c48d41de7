use super::*;
use proptest::prelude::*;

/// Wideband, 20 ms, one frame.
const TOC: u8 = 0x48;

struct Bench {
    start: Instant,
    merger: Merger,
    sent: Vec<Outgoing>,
}

impl Bench {
    fn new(packet_time: PacketTime) -> Self {
        Self {
            start: Instant::now(),
            merger: Merger::new(packet_time),
            sent: Vec::new(),
        }
    }

    /// A packet of 20 ms with this number at the source, on time.
    fn spoken(&self, sequence: u64, toc: u8) -> Spoken {
        let at = self.start + Duration::from_millis(20 * sequence);
        Spoken {
            sequence,
            timestamp: u32::try_from(sequence).unwrap() * 960,
            captured: at,
            arrived: at,
            marker: false,
            payload: [toc, u8::try_from(sequence % 256).unwrap(), 7].into(),
        }
    }

    fn push(&mut self, spoken: Spoken) -> &mut Self {
        self.merger.push(spoken, &mut |out| self.sent.push(out));
        self
    }

    fn hear(&mut self, sequences: impl IntoIterator<Item = u64>) -> &mut Self {
        for sequence in sequences {
            let spoken = self.spoken(sequence, TOC);
            self.push(spoken);
        }
        self
    }

    /// What was sent: number, the source's numbers in it.
    fn sent(&self) -> Vec<(u64, Vec<u8>)> {
        let frames = |out: &Outgoing| {
            let packet = Packet::parse(&out.payload).unwrap();
            let first = packet.frames().iter().map(|frame| frame.first());
            first.map(|first| first.copied().unwrap_or(0)).collect()
        };
        let sent = self.sent.iter();
        sent.map(|out| (out.number, frames(out))).collect()
    }
}

#[test]
fn three_packets_of_twenty_become_one_of_sixty_with_the_first_ones_time() {
    let mut bench = Bench::new(PacketTime::Ms60);
    bench.hear(5..11);
    assert_eq!(bench.sent(), [(0, vec![5, 6, 7]), (1, vec![8, 9, 10])]);
    let timestamps: Vec<u32> = bench.sent.iter().map(|out| out.timestamp).collect();
    assert_eq!(timestamps, [5 * 960, 8 * 960]);
    assert_eq!(bench.sent[0].captured, bench.spoken(5, TOC).captured);
    assert!(bench.merger.is_empty());
}

#[test]
fn what_follows_nothing_goes_at_its_deadline_as_it_is() {
    let mut bench = Bench::new(PacketTime::Ms60);
    bench.hear([0, 1]);
    assert_eq!(bench.sent(), []);
    let deadline = bench.merger.deadline().unwrap();
    assert_eq!(deadline, bench.start + Duration::from_millis(60));
    bench.merger.flush(&mut |out| bench.sent.push(out));
    assert_eq!(bench.sent(), [(0, vec![0, 1])]);
    assert_eq!(bench.merger.deadline(), None);
}

#[test]
fn another_toc_a_talkspurt_and_a_pause_are_not_merged_over() {
    let mut bench = Bench::new(PacketTime::Ms60);
    bench.hear([0]);
    let narrowband = bench.spoken(1, 0x08);
    bench.push(narrowband);
    assert_eq!(bench.sent(), [(0, vec![0])]);
    let marked = Spoken {
        marker: true,
        ..bench.spoken(2, 0x08)
    };
    bench.push(marked);
    assert_eq!(bench.sent(), [(0, vec![0]), (1, vec![1])]);
    let after_a_pause = Spoken {
        timestamp: 50_000,
        ..bench.spoken(3, 0x08)
    };
    bench.push(after_a_pause);
    assert_eq!(bench.sent().len(), 3);
    assert!(bench.sent[2].marker);
}

#[test]
fn dtx_and_what_cannot_be_read_flush_and_pass_untouched() {
    let mut bench = Bench::new(PacketTime::Ms120);
    bench.hear([0, 1]);
    let dtx = Spoken {
        payload: [TOC].into(),
        ..bench.spoken(2, TOC)
    };
    bench.push(dtx).hear([3]);
    let broken = Spoken {
        payload: [0x4b, 0x00, 1, 2].into(),
        ..bench.spoken(4, TOC)
    };
    bench.push(broken);
    let payloads: Vec<&[u8]> = bench.sent.iter().map(|out| &*out.payload).collect();
    assert_eq!(payloads[1..], [&[TOC][..], &[TOC, 3, 7], &[0x4b, 0, 1, 2]]);
    let numbers: Vec<u64> = bench.sent.iter().map(|out| out.number).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
}

#[test]
fn packets_that_are_long_already_pass_at_once_with_their_padding() {
    let mut bench = Bench::new(PacketTime::Ms60);
    let long = Spoken {
        payload: [0x5b, 0x41, 2, 9, 9, 7, 7].into(),
        ..bench.spoken(0, TOC)
    };
    bench.push(long);
    assert_eq!(&*bench.sent[0].payload, [0x5b, 0x41, 2, 9, 9, 7, 7]);
    // Two of 40 ms would exceed 60 ms: none waits for another.
    let mut bench = Bench::new(PacketTime::Ms60);
    let forty = bench.spoken(0, 0x50);
    bench.push(forty);
    assert!(bench.merger.is_empty());
}

#[test]
fn nothing_grows_beyond_what_a_network_carries_in_one_piece() {
    let mut bench = Bench::new(PacketTime::Ms120);
    for sequence in 0..60 {
        let mut payload = vec![TOC];
        payload.resize(400, 1);
        let spoken = Spoken {
            payload: payload.into(),
            ..bench.spoken(sequence, TOC)
        };
        bench.push(spoken);
    }
    assert!(bench.sent.iter().all(|out| out.payload.len() <= MAX_BYTES));
}

#[test]
fn loss_leaves_as_many_numbers_as_packets_would_have_carried_it() {
    let mut bench = Bench::new(PacketTime::Ms60);
    bench.hear(0..3).hear(4..7);
    assert_eq!(bench.sent(), [(0, vec![0, 1, 2]), (2, vec![4, 5, 6])]);
    // Seven are missing: three packets of 60 ms.
    bench.hear(14..17);
    assert_eq!(bench.sent()[2], (6, vec![14, 15, 16]));
    bench.hear(5_000..5_003);
    assert_eq!(bench.sent()[3].0, 7, "a step of this size is no loss");
}

#[test]
fn a_late_packet_takes_its_free_number_and_never_another_ones() {
    let mut bench = Bench::new(PacketTime::Ms60);
    bench.hear(0..3).hear([4, 3, 5, 6]);
    assert_eq!(
        bench.sent(),
        [(0, vec![0, 1, 2]), (1, vec![3]), (2, vec![4, 5, 6])]
    );
    bench.hear([3, 0]);
    assert_eq!(bench.sent().len(), 3, "once is enough");
    // 7, 8 and 9 share one number: whoever comes first has it.
    bench.hear([10, 8, 7, 9]);
    assert_eq!(bench.sent()[3..], [(3, vec![8])]);
}

#[test]
fn what_is_left_out_by_decision_leaves_no_gap() {
    let mut bench = Bench::new(PacketTime::Ms60);
    bench.hear([0]);
    for sequence in 1..40 {
        bench.merger.skip(sequence, &mut |out| bench.sent.push(out));
    }
    bench.hear(40..43);
    assert_eq!(bench.sent(), [(0, vec![0]), (1, vec![40, 41, 42])]);
}

#[test]
fn a_new_source_begins_with_the_next_number_and_without_the_old_ones_frames() {
    let mut bench = Bench::new(PacketTime::Ms60);
    bench.hear(0..5);
    assert_eq!(bench.merger.restart(), 1);
    bench.hear(900..903);
    assert_eq!(bench.sent(), [(0, vec![0, 1, 2]), (1, vec![132, 133, 134])]);
}

proptest! {
    /// Over any loss, order and length: no number twice, no frame twice, times and numbers in the
    /// same order, and as many numbers missing as the loss needs, not more than packets are missing.
    #[test]
    fn numbers_and_times_agree_over_any_loss_and_order(
        packet_time in prop::sample::select(PacketTime::ALL.to_vec()),
        arrivals in prop::collection::vec((any::<bool>(), 0_u64..4), 1..120)
    ) {
        let mut order: Vec<(u64, u64)> = (0_u64..)
            .zip(&arrivals)
            .filter(|(_, (is_lost, _))| !is_lost)
            .map(|(sequence, (_, delay))| (sequence + delay, sequence))
            .collect();
        order.sort_unstable();
        let mut bench = Bench::new(packet_time);
        bench.hear(order.iter().map(|(_, sequence)| *sequence));
        bench.merger.flush(&mut |out| bench.sent.push(out));
        let mut sent = bench.sent.clone();
        sent.sort_by_key(|out| out.number);
        for pair in sent.windows(2) {
            prop_assert!(pair[0].number < pair[1].number);
            let ends = pair[0].timestamp
                + ticks(Packet::parse(&pair[0].payload).unwrap().duration());
            prop_assert!(ends <= pair[1].timestamp, "frames overlap");
        }
        if let (Some(first), Some((_, heard))) = (order.first(), order.iter().max_by_key(|o| o.1)) {
            let span = heard - first.1 + 1;
            let frames: usize = sent
                .iter()
                .map(|out| Packet::parse(&out.payload).unwrap().frames().len())
                .sum();
            let free = sent.last().unwrap().number + 1 - u64::try_from(sent.len()).unwrap();
            prop_assert!(free <= span - u64::try_from(frames).unwrap());
        }
    }
}
