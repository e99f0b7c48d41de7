//! Streams that are whole, streams that lose packets, and streams that a rewriter has broken.

use super::*;

struct Stream {
    judge: StreamJudge,
    start: Instant,
}

impl Stream {
    fn new(kind: Kind) -> Self {
        Self {
            judge: StreamJudge::new(kind),
            start: Instant::now(),
        }
    }

    fn audio(&mut self, packet: u32) {
        self.audio_at(packet, packet.wrapping_mul(960));
    }

    fn audio_at(&mut self, packet: u32, timestamp: u32) {
        let [_, _, high, low] = packet.wrapping_add(65_530).to_be_bytes();
        self.judge.arrive(Arrival {
            sequence: u16::from_be_bytes([high, low]),
            timestamp,
            payload: &[],
            at: self.start + Duration::from_millis(20) * (packet & 0xffff),
        });
    }

    /// One packet of frame `frame` (two packets each).
    fn video(&mut self, sequence: u16, frame: u32, picture_id: u16, is_key: bool) {
        let [high, low] = picture_id.to_be_bytes();
        let starts = sequence.is_multiple_of(2);
        let payload = [
            if starts { 0x90 } else { 0x80 },
            0xe0,
            0x80 | high,
            low,
            low,
            0,
            u8::from(!is_key),
        ];
        self.judge.arrive(Arrival {
            sequence,
            timestamp: frame * 4_500,
            payload: &payload,
            at: self.start + Duration::from_millis(50) * frame,
        });
    }
}

#[test]
fn a_whole_stream_over_the_wrap_of_its_numbers_is_continuous() {
    let mut stream = Stream::new(Kind::Audio);
    (0..500).for_each(|packet| stream.audio(packet));
    let counts = stream.judge.counts();
    assert_eq!(
        (counts.received, counts.lost, counts.duplicates),
        (500, 0, 0)
    );
    assert_eq!(stream.judge.breaks().total(), 0);
}

#[test]
fn a_lost_packet_is_loss_a_late_one_is_not_and_neither_is_a_break() {
    let mut stream = Stream::new(Kind::Audio);
    for packet in [0, 1, 4, 5, 3, 5, 6] {
        stream.audio(packet);
    }
    let counts = stream.judge.counts();
    assert_eq!((counts.received, counts.lost, counts.duplicates), (6, 1, 1));
    assert!((counts.loss_percent() - 100.0 / 7.0).abs() < 1e-9);
    assert_eq!(stream.judge.breaks().total(), 0);
}

#[test]
fn a_leap_of_the_sequence_is_a_break_and_not_ten_thousand_lost_packets() {
    let mut stream = Stream::new(Kind::Audio);
    stream.audio(0);
    stream.audio_at(10_000, 960);
    stream.audio_at(10_001, 1_920);
    assert_eq!(stream.judge.breaks().sequence, 1);
    assert_eq!(stream.judge.counts().lost, 0);
}

#[test]
fn time_that_goes_back_stands_still_or_runs_away_is_a_break() {
    for timestamp in [0, 959, 960, 960 + 48_000 * 60] {
        let mut stream = Stream::new(Kind::Audio);
        stream.audio(0);
        stream.audio(1);
        stream.audio_at(2, timestamp);
        assert_eq!(stream.judge.breaks().timestamp, 1, "{timestamp}");
    }
}

#[test]
fn frames_in_order_over_the_wrap_of_the_picture_id_are_continuous() {
    let mut stream = Stream::new(Kind::Video);
    for frame in 0..40_u16 {
        let picture_id = (0x7ff0 + frame) & 0x7fff;
        stream.video(frame * 2, u32::from(frame), picture_id, frame == 0);
        stream.video(frame * 2 + 1, u32::from(frame), picture_id, frame == 0);
    }
    assert_eq!(stream.judge.breaks(), Breaks::default());
    let counts = stream.judge.counts();
    assert_eq!(
        (counts.received, counts.frames, counts.keyframes),
        (80, 40, 1)
    );
}

#[test]
fn a_picture_id_that_skips_without_loss_or_goes_back_is_a_break() {
    for (picture_id, broken) in [(11, false), (12, true), (9, true), (10, true)] {
        let mut stream = Stream::new(Kind::Video);
        stream.video(0, 0, 10, true);
        stream.video(1, 0, 10, true);
        stream.video(2, 1, picture_id, false);
        assert_eq!(stream.judge.breaks().picture_id > 0, broken, "{picture_id}");
    }
    // With a packet missing the frame between may have been lost.
    let mut stream = Stream::new(Kind::Video);
    stream.video(0, 0, 10, true);
    stream.video(4, 2, 12, false);
    assert_eq!(stream.judge.breaks().total(), 0);
    assert_eq!(stream.judge.counts().lost, 3);
}

#[test]
fn video_that_does_not_begin_with_a_keyframe_is_a_break() {
    let mut stream = Stream::new(Kind::Video);
    stream.video(0, 0, 10, false);
    assert_eq!(stream.judge.breaks().payload, 1);
}

#[test]
fn percentiles_are_by_nearest_rank() {
    let millis: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
    assert_eq!(
        Spread::of(&millis),
        Some(Spread {
            p50: 50.0,
            p95: 95.0,
            max: 100.0
        })
    );
    assert_eq!(
        Spread::of(&millis[..1]),
        Some(Spread {
            p50: 100.0,
            p95: 100.0,
            max: 100.0
        })
    );
    assert_eq!(Spread::of(&[]), None);
}
