//! The way of a voice to us, from its own packets: the queue in front of them and what is lost.
//!
//! It needs no extension and no report: a voice leaves at the pace of its timestamps, so what its
//! arrival falls behind them is queue.

use std::time::{Duration, Instant};

use crate::media::congestion::delay::DelayWindow;

/// Loss is counted over so many parts of a quarter of a second: two seconds.
const PARTS: usize = 8;
const PART: Duration = Duration::from_millis(250);

/// A queue was seen this lately, or is unknown.
const FRESH: Duration = Duration::from_secs(1);

/// So much later than the one before by the timestamps, and none missing between: the network held
/// it back, or the sender's clock stood still, as it does where a microphone was off.
const SILENCE: Duration = Duration::from_millis(200);

/// Between packets that lie far apart, as they do in a pause of speech (DTX), a queue of ours grows as
/// well: by twice that time where three times as much is sent as the link carries.
const QUEUE_GROWS: u32 = 2;

/// A clock that stood still did so for longer than this: a microphone was off. A keyframe that gets in
/// front of a voice takes less.
const STOOD_STILL: Duration = Duration::from_millis(1_500);

/// So much of what follows is looked at to tell the two apart…
const LOOK: Duration = Duration::from_millis(400);

/// … in which what was held back catches up by at least this share of the time, in percent.
const CATCHES_UP_PERCENT: i64 = 20;

/// What a silence of the network held back comes within this time.
const COMES_WITHIN: Duration = Duration::from_millis(1_500);

/// What was lost of a voice lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Packets that should have come.
    pub expected: u32,
    /// Packets that did not.
    pub lost: u32,
    /// In how many runs.
    pub bursts: u32,
}

impl Loss {
    /// The share in percent; `None` where too little was sent to tell.
    pub fn percent(self) -> Option<u32> {
        const LEAST: u32 = 20;
        let percent = u64::from(self.lost) * 100 / u64::from(self.expected.max(1));
        (self.expected >= LEAST).then(|| u32::try_from(percent).unwrap_or(u32::MAX))
    }

    /// The same where more than a single burst was lost: what happens once on any network says
    /// nothing of it.
    pub fn telling_percent(self) -> Option<u32> {
        self.percent().filter(|_| self.bursts > 1 && self.lost > 2)
    }

    /// Counts a packet by how far its number is beyond the highest before it; `None`: it is behind that.
    fn count(&mut self, step: Option<u64>) {
        match step {
            // It was counted as lost and came after all.
            None => self.lost = self.lost.saturating_sub(1),
            Some(0) => {}
            Some(step) => {
                let step = u32::try_from(step).unwrap_or(u32::MAX);
                self.expected = self.expected.saturating_add(step);
                self.lost = self.lost.saturating_add(step - 1);
                self.bursts = self.bursts.saturating_add(u32::from(step > 1));
            }
        }
    }
}

/// The way of one voice.
#[derive(Debug, Default)]
pub struct VoicePath {
    window: DelayWindow,
    first_arrival: Option<Instant>,
    last: Option<Last>,
    /// Media time since the first packet, in ticks of 48 kHz.
    ticks: i64,
    /// When a silence ended last.
    silent_until: Option<Instant>,
    /// When what followed it was looked at last, and by how much that was late on the window's scale.
    after_silence: Option<(Instant, i64)>,
    parts: [Loss; PARTS],
    part_since: Option<Instant>,
    /// Since the first packet.
    so_far: Loss,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    timestamp: u32,
    sequence: u64,
    arrived: Instant,
    /// Arrival minus media time, in microseconds.
    delay: i64,
    queue: Duration,
}

impl VoicePath {
    /// Takes note of a packet by its RTP timestamp (48 kHz, RFC 7587 section 4.1) and its extended
    /// sequence number.
    pub fn receive(&mut self, rtp_timestamp: u32, sequence: u64, arrived: Instant) {
        let first_arrival = *self.first_arrival.get_or_insert(arrived);
        self.advance(arrived);
        let Some(last) = self.last else {
            self.last = Some(Last {
                timestamp: rtp_timestamp,
                sequence,
                arrived,
                delay: 0,
                queue: self.window.receive(arrived, 0),
            });
            return;
        };
        self.count(last.sequence, sequence);
        // One that was overtaken says nothing new.
        if sequence <= last.sequence {
            return;
        }
        let ticks = rtp_timestamp.wrapping_sub(last.timestamp).cast_signed();
        self.ticks = self.ticks.saturating_add(i64::from(ticks));
        let media = self.ticks.saturating_mul(1_000) / 48;
        let wall = arrived.saturating_duration_since(first_arrival).as_micros();
        let wall = i64::try_from(wall).unwrap_or(i64::MAX);
        let delay = wall.saturating_sub(media);
        let later = Duration::from_micros(
            u64::try_from(delay.saturating_sub(last.delay)).unwrap_or_default(),
        );
        let between = Duration::from_micros(u64::try_from(ticks).unwrap_or_default() * 1_000 / 48);
        if sequence == last.sequence + 1 && later >= SILENCE.max(between * QUEUE_GROWS) {
            self.silent_until = Some(arrived);
            self.after_silence = (later >= STOOD_STILL).then_some((arrived, delay));
        }
        self.judge_silence(arrived, delay);
        let queue = self.window.receive(arrived, delay);
        self.last = Some(Last {
            timestamp: rtp_timestamp,
            sequence,
            arrived,
            delay,
            queue,
        });
    }

    /// What does not catch up was not held back: the sender's clock stood still, and is another now. What was held
    /// comes first and catches up; so it is looked at again until nothing does any more.
    fn judge_silence(&mut self, now: Instant, delay: i64) {
        let Some((since, then)) = self.after_silence else {
            return;
        };
        let passed = now.saturating_duration_since(since);
        if passed < LOOK {
            return;
        }
        self.after_silence = Some((now, delay));
        let passed = i64::try_from(passed.as_micros()).unwrap_or(i64::MAX);
        if then.saturating_sub(delay).saturating_mul(100)
            < passed.saturating_mul(CATCHES_UP_PERCENT)
        {
            self.after_silence = None;
            self.window.restart();
        }
    }

    /// The queue in front of the voice; `None` while nothing is known.
    pub fn queue(&self, now: Instant) -> Option<Duration> {
        let last = self.last?;
        let is_fresh = now.saturating_duration_since(last.arrived) <= FRESH;
        is_fresh.then_some(last.queue)
    }

    /// Whether what comes now was held back, or may have been: it comes after a silence.
    pub fn was_silent(&self, now: Instant) -> bool {
        let is_judged = self.after_silence.is_none();
        self.silent_until
            .is_some_and(|ended| now < ended + COMES_WITHIN || !is_judged)
    }

    /// Something else has shown that there is no queue: then the sender's clock stood still for a
    /// while, as it may where a microphone was off.
    pub fn has_no_queue(&mut self, now: Instant) {
        self.window.restart();
        if let (Some(last), Some(first)) = (&mut self.last, self.first_arrival) {
            let wall = last.arrived.saturating_duration_since(first).as_micros();
            let wall = i64::try_from(wall).unwrap_or(i64::MAX);
            let media = self.ticks.saturating_mul(1_000) / 48;
            last.queue = self.window.receive(now, wall.saturating_sub(media));
        }
    }

    /// What was lost over the last two seconds.
    pub fn loss(&mut self, now: Instant) -> Loss {
        self.advance(now);
        // A forged sequence number makes a gap of any size.
        let sum = |of: fn(&Loss) -> u32| self.parts.iter().map(of).fold(0, u32::saturating_add);
        Loss {
            expected: sum(|part| part.expected),
            lost: sum(|part| part.lost),
            bursts: sum(|part| part.bursts),
        }
    }

    /// What was lost since the first packet.
    pub fn lost_so_far(&self) -> Loss {
        self.so_far
    }

    fn count(&mut self, last: u64, sequence: u64) {
        let step = sequence.checked_sub(last);
        self.so_far.count(step);
        if let Some(newest) = self.parts.first_mut() {
            newest.count(step);
        }
    }

    fn advance(&mut self, now: Instant) {
        let since = *self.part_since.get_or_insert(now);
        let passed = now.saturating_duration_since(since).as_millis() / PART.as_millis();
        if passed == 0 {
            return;
        }
        self.part_since = Some(now);
        for _ in 0..usize::try_from(passed).unwrap_or(PARTS).min(PARTS) {
            self.parts.rotate_right(1);
            if let Some(newest) = self.parts.first_mut() {
                *newest = Loss::default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Voice {
        start: Instant,
        path: VoicePath,
        sequence: u64,
        timestamp: u32,
    }

    impl Voice {
        fn new() -> Self {
            Self {
                start: Instant::now(),
                path: VoicePath::default(),
                sequence: 0,
                timestamp: u32::MAX - 20_000,
            }
        }

        fn at(&self, ms: u64) -> Instant {
            self.start + Duration::from_millis(ms)
        }

        /// Sends a packet of 60 ms that arrives at this moment.
        fn arrives(&mut self, ms: u64) {
            self.sequence += 1;
            self.timestamp = self.timestamp.wrapping_add(2_880);
            let at = self.at(ms);
            self.path.receive(self.timestamp, self.sequence, at);
        }

        fn queue(&self, ms: u64) -> Option<u128> {
            let queue = self.path.queue(self.at(ms))?;
            Some(queue.as_millis())
        }
    }

    #[test]
    fn a_queue_is_what_arrival_falls_behind_the_timestamps() {
        let mut voice = Voice::new();
        for packet in 0..50 {
            voice.arrives(packet * 60);
        }
        assert_eq!(voice.queue(3_000), Some(0));
        // The link carries two thirds of it.
        for packet in 0..20 {
            voice.arrives(3_000 + packet * 90);
        }
        assert_eq!(voice.queue(4_710), Some(570));
        assert_eq!(voice.queue(6_000), None, "nothing is known any more");
    }

    #[test]
    fn loss_is_counted_in_packets_and_in_bursts() {
        let mut voice = Voice::new();
        for packet in 0..30 {
            if [10, 11, 12, 20].contains(&packet) {
                voice.sequence += 1;
                voice.timestamp = voice.timestamp.wrapping_add(2_880);
            } else {
                voice.arrives(packet * 60);
            }
        }
        let now = voice.at(1_750);
        let loss = voice.path.loss(now);
        assert_eq!((loss.expected, loss.lost, loss.bursts), (29, 4, 2));
        assert_eq!(loss.percent(), Some(13));
        let later = voice.at(4_000);
        assert_eq!(voice.path.loss(later), Loss::default());
    }

    #[test]
    fn a_sender_whose_clock_stood_still_has_no_queue() {
        let mut voice = Voice::new();
        for packet in 0..50 {
            voice.arrives(packet * 60);
        }
        // Ten seconds of nothing, in which its timestamps do not go on either.
        for packet in 0..6 {
            voice.arrives(13_000 + packet * 60);
        }
        assert_eq!(voice.queue(13_300), Some(10_000));
        assert!(voice.path.was_silent(voice.at(13_300)), "it is excused");
        // What was held back would catch up by now.
        for packet in 6..10 {
            voice.arrives(13_000 + packet * 60);
        }
        assert_eq!(voice.queue(13_540), Some(0));
    }

    /// A picture begins in front of it, in the middle of a pause of speech.
    #[test]
    fn a_queue_that_grows_between_the_packets_of_a_pause_is_no_outage() {
        let mut voice = Voice::new();
        for packet in 0..50 {
            voice.arrives(packet * 60);
        }
        // A packet each 400 ms, behind 160 kbit/s on a link of 100.
        for packet in 1..=3 {
            voice.timestamp = voice.timestamp.wrapping_add(16_320);
            voice.arrives(2_940 + packet * (400 + 240));
        }
        assert_eq!(voice.queue(4_860), Some(720));
        assert!(!voice.path.was_silent(voice.at(4_860)));
        // Somebody speaks again, and the queue stands.
        for packet in 1..20 {
            voice.arrives(4_860 + packet * 60);
        }
        assert_eq!(voice.queue(6_000), Some(720), "it is not taken for usual");
    }

    #[test]
    fn a_keyframe_that_gets_in_front_of_a_voice_is_not_taken_for_usual() {
        let mut voice = Voice::new();
        for packet in 0..50 {
            voice.arrives(packet * 60);
        }
        for packet in 50..80 {
            voice.arrives(packet * 60 + 700);
        }
        assert_eq!(voice.queue(5_440), Some(700));
    }

    #[test]
    fn a_sender_whose_microphone_rested_over_an_outage_has_no_queue_when_what_was_held_is_through()
    {
        let mut voice = Voice::new();
        for packet in 0..50 {
            voice.arrives(packet * 60);
        }
        // A second and a half of speech was held for three seconds and comes three times as fast; what follows was
        // spoken after as long a rest, of which the timestamps do not know.
        for packet in 0..25 {
            voice.arrives(6_000 + packet * 20);
        }
        for packet in 0..30 {
            voice.arrives(6_500 + packet * 60);
            let now = voice.at(6_500 + packet * 60);
            let queue = voice.path.queue(now).unwrap();
            let is_excused = voice.path.was_silent(now);
            assert!(
                queue < Duration::from_millis(800) || is_excused,
                "{packet}: {queue:?}"
            );
        }
        assert_eq!(voice.queue(8_240), Some(0));
    }

    #[test]
    fn a_report_that_comes_as_fast_as_ever_says_at_once_that_there_is_no_queue() {
        let mut voice = Voice::new();
        for packet in 0..50 {
            voice.arrives(packet * 60);
        }
        voice.arrives(13_000);
        assert_eq!(voice.queue(13_000), Some(10_000));
        let now = voice.at(13_000);
        voice.path.has_no_queue(now);
        assert_eq!(voice.queue(13_000), Some(0));
        voice.arrives(13_060);
        assert_eq!(voice.queue(13_060), Some(0));
    }

    #[test]
    fn what_an_outage_held_back_comes_late_and_then_no_more() {
        let mut voice = Voice::new();
        for packet in 0..50 {
            voice.arrives(packet * 60);
        }
        for packet in 50..100 {
            // Held for three seconds, then all at once.
            voice.arrives(6_000);
            let _ = packet;
        }
        assert!(voice.path.was_silent(voice.at(6_100)));
        for packet in 100..125 {
            voice.arrives(packet * 60);
        }
        assert_eq!(voice.queue(7_450), Some(0));
        assert!(!voice.path.was_silent(voice.at(7_500)));
    }
}
