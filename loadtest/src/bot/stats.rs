//! Judges one received stream: what was lost, and whether the server's rewriting is seamless.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::vp8::Descriptor;

/// A step this large is no loss but a broken rewriter: loopback never loses 1,000 packets in a row.
const JUMP: i64 = 1_000;
/// How far back a late packet is told from a duplicate.
const WINDOW: i64 = 128;
/// Media time may run ahead of the clock by this much: jitter, and a publisher that paused.
const AHEAD: Duration = Duration::from_secs(2);

/// Packets of a stream, or the sum over streams.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Different packets received.
    pub received: u64,
    /// Sequence numbers that never came.
    pub lost: u64,
    /// Packets received twice.
    pub duplicates: u64,
    /// Video frames begun.
    pub frames: u64,
    /// Of these, keyframes.
    pub keyframes: u64,
    /// The longest time without a packet, in ms.
    pub longest_gap_ms: u64,
}

impl Counts {
    /// Adds another stream's counts.
    pub fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.lost += other.lost;
        self.duplicates += other.duplicates;
        self.frames += other.frames;
        self.keyframes += other.keyframes;
        self.longest_gap_ms = self.longest_gap_ms.max(other.longest_gap_ms);
    }

    /// Lost of all that should have come, in percent.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a test run has far fewer than 2^52 packets"
    )]
    pub fn loss_percent(&self) -> f64 {
        let expected = self.received + self.lost;
        if expected == 0 {
            0.0
        } else {
            100.0 * self.lost as f64 / expected as f64
        }
    }
}

/// Where a stream was not continuous, by what jumped.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Breaks {
    /// Sequence numbers that leapt.
    pub sequence: u64,
    /// Timestamps that went back, stood still between frames, or leapt ahead of the clock.
    pub timestamp: u64,
    /// Picture ids that went back or skipped although no packet was missing.
    pub picture_id: u64,
    /// TL0PICIDX that went back or skipped although no packet was missing.
    pub tl0_picture_index: u64,
    /// Payloads without a readable descriptor, and a stream that did not begin with a keyframe.
    pub payload: u64,
}

impl Breaks {
    /// Adds another stream's breaks.
    pub fn add(&mut self, other: &Self) {
        self.sequence += other.sequence;
        self.timestamp += other.timestamp;
        self.picture_id += other.picture_id;
        self.tl0_picture_index += other.tl0_picture_index;
        self.payload += other.payload;
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.sequence + self.timestamp + self.picture_id + self.tl0_picture_index + self.payload
    }
}

/// Which rules a stream obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 48 kHz, every packet has a time of its own.
    Audio,
    /// 90 kHz, the packets of a frame share their time and picture id.
    Video,
}

/// A received packet, as far as it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP payload.
    pub payload: &'a [u8],
    /// When it was seen.
    pub at: Instant,
}

#[derive(Debug, Clone, Copy)]
struct Newest {
    sequence: i64,
    timestamp: u32,
    descriptor: Option<Descriptor>,
    at: Instant,
}

/// Follows one stream.
#[derive(Debug)]
pub struct StreamJudge {
    kind: Kind,
    newest: Option<Newest>,
    /// Bit i: the packet i before the newest has come.
    seen: u128,
    counts: Counts,
    breaks: Breaks,
}

impl StreamJudge {
    /// Before the first packet.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            newest: None,
            seen: 0,
            counts: Counts::default(),
            breaks: Breaks::default(),
        }
    }

    /// What was counted.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// What was broken.
    pub fn breaks(&self) -> Breaks {
        self.breaks
    }

    /// Takes a packet in order of arrival.
    pub fn arrive(&mut self, arrival: Arrival<'_>) {
        let descriptor = match self.kind {
            Kind::Audio => None,
            Kind::Video => self.read_descriptor(arrival.payload),
        };
        let Some(newest) = self.newest else {
            if self.kind == Kind::Video && !descriptor.is_some_and(|d| d.starts_keyframe) {
                self.breaks.payload += 1;
            }
            self.begin(i64::from(arrival.sequence), &arrival, descriptor);
            return;
        };
        let [low, high] = [
            newest.sequence.rem_euclid(1 << 16),
            i64::from(arrival.sequence),
        ];
        // The nearest number with these 16 bits, before or behind.
        let step = (high - low + (1 << 15)).rem_euclid(1 << 16) - (1 << 15);
        if step.abs() >= JUMP {
            self.breaks.sequence += 1;
            self.begin(newest.sequence + step, &arrival, descriptor);
        } else if step > 0 {
            self.advance(newest, step, &arrival, descriptor);
        } else {
            self.late(-step, descriptor);
        }
    }

    fn read_descriptor(&mut self, payload: &[u8]) -> Option<Descriptor> {
        let descriptor = Descriptor::parse(payload);
        self.breaks.payload += u64::from(descriptor.is_none());
        descriptor
    }

    /// Counts a packet that has not come before.
    fn count(&mut self, descriptor: Option<Descriptor>) {
        self.counts.received += 1;
        if let Some(descriptor) = descriptor {
            self.counts.frames += u64::from(descriptor.starts_frame);
            self.counts.keyframes += u64::from(descriptor.starts_keyframe);
        }
    }

    fn begin(&mut self, sequence: i64, arrival: &Arrival<'_>, descriptor: Option<Descriptor>) {
        self.count(descriptor);
        self.seen = 1;
        self.newest = Some(Newest {
            sequence,
            timestamp: arrival.timestamp,
            descriptor,
            at: arrival.at,
        });
    }

    fn advance(
        &mut self,
        newest: Newest,
        step: i64,
        arrival: &Arrival<'_>,
        descriptor: Option<Descriptor>,
    ) {
        self.count(descriptor);
        self.counts.lost += u64::try_from(step - 1).unwrap_or(0);
        self.seen = if step < WINDOW {
            self.seen << step | 1
        } else {
            1
        };
        let gap = arrival.at.saturating_duration_since(newest.at).as_millis();
        self.counts.longest_gap_ms = self
            .counts
            .longest_gap_ms
            .max(u64::try_from(gap).unwrap_or(u64::MAX));
        self.judge_timestamp(newest, arrival);
        if let (Some(before), Some(now)) = (newest.descriptor, descriptor) {
            self.judge_picture(
                before,
                now,
                step == 1,
                arrival.timestamp == newest.timestamp,
            );
        }
        let sequence = newest.sequence + step;
        self.newest = Some(Newest {
            sequence,
            timestamp: arrival.timestamp,
            descriptor,
            at: arrival.at,
        });
    }

    fn judge_timestamp(&mut self, newest: Newest, arrival: &Arrival<'_>) {
        let ticks = i64::from(
            arrival
                .timestamp
                .wrapping_sub(newest.timestamp)
                .cast_signed(),
        );
        let (rate, least) = match self.kind {
            Kind::Audio => (48_000, 1),
            Kind::Video => (90_000, 0),
        };
        let passed = arrival.at.saturating_duration_since(newest.at) + AHEAD;
        let most = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX / rate) * rate / 1_000;
        if ticks < least || ticks > most {
            self.breaks.timestamp += 1;
        }
    }

    fn judge_picture(
        &mut self,
        before: Descriptor,
        now: Descriptor,
        is_next: bool,
        is_same_time: bool,
    ) {
        if let (Some(before), Some(now)) = (before.picture_id, now.picture_id) {
            let step = now.wrapping_sub(before) & 0x7fff;
            let fits = if is_next {
                step == u16::from(!is_same_time)
            } else {
                step < 1 << 14
            };
            self.breaks.picture_id += u64::from(!fits);
        }
        if let (Some(before), Some(now)) = (before.tl0_picture_index, now.tl0_picture_index) {
            let step = now.wrapping_sub(before);
            let fits = if is_next {
                step <= u8::from(!is_same_time)
            } else {
                step < 1 << 7
            };
            self.breaks.tl0_picture_index += u64::from(!fits);
        }
    }

    fn late(&mut self, behind: i64, descriptor: Option<Descriptor>) {
        let Some(bit) = u32::try_from(behind)
            .ok()
            .and_then(|behind| 1_u128.checked_shl(behind))
        else {
            // Older than the window: it was counted as lost, and may stay so.
            return;
        };
        if self.seen & bit != 0 {
            self.counts.duplicates += 1;
        } else if self.counts.lost > 0 {
            self.seen |= bit;
            self.counts.lost -= 1;
            self.count(descriptor);
        }
    }
}

/// Median, 95th percentile and maximum of some milliseconds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Half were at most this.
    pub p50: f64,
    /// 95 of 100 were at most this.
    pub p95: f64,
    /// The worst.
    pub max: f64,
}

impl Spread {
    /// By nearest rank; `None` if nothing was measured.
    pub fn of(durations: &[Duration]) -> Option<Self> {
        let mut sorted = durations.to_vec();
        sorted.sort_unstable();
        let rank = |percent: usize| {
            let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
            sorted
                .get(index)
                .map(|duration| (duration.as_secs_f64() * 10_000.0).round() / 10.0)
        };
        Some(Self {
            p50: rank(50)?,
            p95: rank(95)?,
            max: rank(100)?,
        })
    }
}

#[cfg(test)]
mod tests;
