//! Measures how fast something arrives, and bounds it.

use std::time::{Duration, Instant};

use crate::media::units::Bitrate;

/// Width of one of the window's buckets. Two full buckets make one second: long enough to even
/// out keyframes a little, short enough to follow an encoder within a second.
const BUCKET: Duration = Duration::from_millis(500);

/// Bytes per second over the last whole second.
#[derive(Debug, Default)]
pub struct RateMeter {
    bucket_start: Option<Instant>,
    filling: u64,
    previous: [u64; 2],
}

impl RateMeter {
    /// Counts bytes that arrived now.
    pub fn add(&mut self, now: Instant, bytes: usize) {
        self.advance(now);
        self.filling = self.filling.saturating_add(bytes as u64);
    }

    /// The rate over the last two whole buckets; zero while there is less to go by.
    pub fn rate(&mut self, now: Instant) -> Bitrate {
        self.advance(now);
        Bitrate::bps(self.previous.iter().sum::<u64>().saturating_mul(8))
    }

    fn advance(&mut self, now: Instant) {
        let start = *self.bucket_start.get_or_insert(now);
        let passed = now.saturating_duration_since(start).as_millis() / BUCKET.as_millis();
        match passed {
            0 => return,
            1 => self.previous = [self.previous[1], self.filling],
            2 => self.previous = [self.filling, 0],
            _ => self.previous = [0, 0],
        }
        self.filling = 0;
        let step = BUCKET.saturating_mul(u32::try_from(passed).unwrap_or(u32::MAX));
        self.bucket_start = start.checked_add(step).or(Some(now));
    }
}

/// What may come at once on top of the rate: so much time of it. It holds what a network held back
/// for twice as long from somebody who sends at half the rate.
const BURST: Duration = Duration::from_secs(1);

/// Lets through what does not exceed a rate for longer than a burst.
#[derive(Debug)]
pub struct Policer {
    rate: Bitrate,
    /// The latest time it was asked at, and when what was let through will have been spent at the
    /// rate.
    state: Option<(Instant, Instant)>,
}

impl Policer {
    /// Holds to this rate, which is not zero.
    pub fn new(rate: Bitrate) -> Self {
        Self { rate, state: None }
    }

    /// Whether so many bytes may pass now; if so, they count as passed. Time that steps back stands
    /// still here.
    pub fn admits(&mut self, now: Instant, bytes: usize) -> bool {
        let nanoseconds = (bytes as u64).saturating_mul(8 * 1_000_000_000) / self.rate.as_bps();
        let (latest, spent_at) = self.state.unwrap_or((now, now));
        let now = now.max(latest);
        let after = spent_at.max(now) + Duration::from_nanos(nanoseconds);
        let passes = after.saturating_duration_since(now) <= BURST;
        self.state = Some((now, if passes { after } else { spent_at }));
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_whole_and_a_flood_at_the_rate() {
        let mut now = Instant::now();
        let mut policer = Policer::new(Bitrate::kbps(80));
        let flood = |policer: &mut Policer, now| {
            let admitted = std::iter::repeat_with(|| policer.admits(now, 100));
            admitted.take(1_000).filter(|passes| *passes).count()
        };
        assert_eq!(flood(&mut policer, now), 100, "a second at 80 kbit/s");
        let mut passed = 0;
        for _ in 0..100 {
            now += Duration::from_millis(50);
            passed += flood(&mut policer, now);
        }
        assert_eq!(passed, 500, "five seconds at 80 kbit/s");
        now += Duration::from_mins(1);
        assert_eq!(flood(&mut policer, now), 100, "silence saves up one burst");
    }

    #[test]
    fn time_that_steps_back_refuses_nobody_who_holds_to_the_rate() {
        let start = Instant::now();
        let mut policer = Policer::new(Bitrate::kbps(80));
        for step in [0, 5_000, 2_000, 5_100] {
            let now = start + Duration::from_millis(step);
            assert!(policer.admits(now, 1_000), "at {step} ms");
        }
    }

    #[test]
    fn settles_on_the_steady_rate_and_falls_to_zero_in_silence() {
        let mut now = Instant::now();
        let mut meter = RateMeter::default();
        for _ in 0..200 {
            meter.add(now, 125);
            now += Duration::from_millis(10);
        }
        assert_eq!(meter.rate(now), Bitrate::kbps(100));
        assert_eq!(meter.rate(now + Duration::from_secs(2)), Bitrate::ZERO);
    }
}
