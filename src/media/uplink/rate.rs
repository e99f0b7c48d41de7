//! Measures how fast something arrives.

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

#[cfg(test)]
mod tests {
    use super::*;

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
