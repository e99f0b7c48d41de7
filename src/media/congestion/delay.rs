//! How much longer packets take than the fastest of the last half minute: the queue in front of
//! them.
//!
//! Sender and receiver need not agree on the time: only differences count. Clocks drift apart by
//! less than 200 µs a second, which is 6 ms over the window.

use std::time::{Duration, Instant};

/// The window is made of so many parts, and forgets one after the other.
const PARTS: usize = 6;
const PART: Duration = Duration::from_secs(5);

/// No packet waits so long and still arrives: one of the clocks was set, or stood still.
const JUMP: Duration = Duration::from_mins(1);

/// The sliding minimum of a one-way delay of unknown offset.
#[derive(Debug, Default)]
pub struct DelayWindow {
    /// The least of each part, the newest first, in microseconds.
    least: [Option<i64>; PARTS],
    newest_since: Option<Instant>,
}

impl DelayWindow {
    /// Takes the difference between arrival and departure, each on its own clock, in microseconds;
    /// returns how much more it is than the least.
    pub fn receive(&mut self, now: Instant, micros: i64) -> Duration {
        self.advance(now);
        let jump = i64::try_from(JUMP.as_micros()).unwrap_or(i64::MAX);
        if self
            .least()
            .is_some_and(|least| micros.abs_diff(least) > jump.unsigned_abs())
        {
            self.least = [None; PARTS];
        }
        if let Some(newest) = self.least.first_mut() {
            *newest = Some(newest.map_or(micros, |least| least.min(micros)));
        }
        let least = self.least().unwrap_or(micros);
        Duration::from_micros(micros.saturating_sub(least).unsigned_abs())
    }

    /// Forgets everything: the clocks' offset is another one now.
    pub fn restart(&mut self) {
        *self = Self::default();
    }

    fn least(&self) -> Option<i64> {
        self.least.iter().copied().flatten().min()
    }

    fn advance(&mut self, now: Instant) {
        let since = *self.newest_since.get_or_insert(now);
        let passed = now.saturating_duration_since(since).as_millis() / PART.as_millis();
        let passed = usize::try_from(passed).unwrap_or(usize::MAX).min(PARTS);
        if passed > 0 {
            // A silence makes nothing stale: what was fastest before it may be so after it.
            self.least.rotate_right(1);
            if let Some(newest) = self.least.first_mut() {
                *newest = None;
            }
            self.newest_since = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000;

    #[test]
    fn the_queue_is_what_comes_on_top_of_the_fastest() {
        let start = Instant::now();
        let mut window = DelayWindow::default();
        let queues: Vec<u128> = [350, 300, 340, 800, 300]
            .into_iter()
            .zip(0..)
            .map(|(delay, second)| {
                let now = start + Duration::from_secs(second);
                window.receive(now, delay * MS).as_millis()
            })
            .collect();
        assert_eq!(queues, [0, 0, 40, 500, 0]);
    }

    #[test]
    fn a_path_that_became_longer_is_no_queue_after_half_a_minute() {
        let start = Instant::now();
        let mut window = DelayWindow::default();
        window.receive(start, 0);
        let mut queue = Duration::ZERO;
        for second in 1..40 {
            queue = window.receive(start + Duration::from_secs(second), 400 * MS);
            assert!(second > 25 || queue == Duration::from_millis(400));
        }
        assert_eq!(queue, Duration::ZERO);
    }

    #[test]
    fn clocks_that_drift_apart_are_no_queue() {
        let start = Instant::now();
        let mut window = DelayWindow::default();
        for second in 0..3_600 {
            let drift = i64::try_from(second).unwrap() * 200;
            let queue = window.receive(start + Duration::from_secs(second), drift);
            assert!(queue < Duration::from_millis(8), "{queue:?}");
        }
    }

    #[test]
    fn a_clock_that_was_set_is_no_queue() {
        let start = Instant::now();
        let mut window = DelayWindow::default();
        window.receive(start, 0);
        for hours in [1, -2, i64::MAX / (3_600_000 * MS)] {
            let queue = window.receive(start, hours.saturating_mul(3_600_000 * MS));
            assert_eq!(queue, Duration::ZERO);
        }
    }
}
