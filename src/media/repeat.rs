//! When what a page has not acknowledged is said to it again.
//!
//! A reliable channel says it again by itself, but on a link of long round trips that loses packets
//! it takes seconds to, and everything behind it waits. The other channel waits for nobody.

use std::time::{Duration, Instant};

/// The first pause; each is twice as long as the one before. What was said again in vain this often
/// is not for want of trying.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The clock of what is said to one page again and again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Repeats {
    next: Option<Next>,
}

#[derive(Clone, Copy, Debug)]
struct Next {
    at: Instant,
    pause: Duration,
    /// Times that it was said again.
    said: u32,
}

impl Repeats {
    /// Something new was said.
    pub fn start(&mut self, now: Instant) {
        self.next = Some(Next {
            at: now + FIRST_PAUSE,
            pause: FIRST_PAUSE,
            said: 0,
        });
    }

    /// Everything was acknowledged.
    pub fn stop(&mut self) {
        self.next = None;
    }

    /// Whether it is time to say it again; if so, how many times that has been done before.
    pub fn take_due(&mut self, now: Instant) -> Option<u32> {
        let next = self.next.as_mut().filter(|next| now >= next.at)?;
        next.pause = (next.pause * 2).min(LONGEST_PAUSE);
        next.at = now + next.pause;
        next.said += 1;
        Some(next.said - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_two_seconds_until_it_stops() {
        let start = Instant::now();
        let mut repeats = Repeats::default();
        repeats.start(start);
        let said: Vec<u64> = (0..10_000)
            .filter(|ms| {
                let now = start + Duration::from_millis(*ms);
                repeats.take_due(now).is_some()
            })
            .collect();
        assert_eq!(said, [250, 750, 1_750, 3_750, 5_750, 7_750, 9_750]);
        repeats.stop();
        assert_eq!(repeats.take_due(start + Duration::from_mins(1)), None);
    }
}
