//! When what a page has not acknowledged is said to it again.
//!
//! A reliable channel says it again by itself, but on a link of long round trips that loses packets
//! it takes seconds to, and everything behind it waits. The other channel waits for nobody.

use std::time::{Duration, Instant};

/// The first pause beyond the way there and back, in which nothing can be known; each is twice as long as
/// the one before. What was said again in vain this often is not for want of trying.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_OF_FIRST: u32 = 8;
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// The clock of what is said to one page again and again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Repeats {
    next: Option<Next>,
}

#[derive(Clone, Copy, Debug)]
struct Next {
    at: Instant,
    pause: Duration,
    longest: Duration,
    /// Times that it was said again.
    said: u32,
}

impl Repeats {
    /// Something new was said, which takes so long to be answered at the least.
    pub fn start(&mut self, now: Instant, round_trip: Duration) {
        let pause = (round_trip + FIRST_PAUSE).min(LONGEST_PAUSE);
        self.next = Some(Next {
            at: now + pause,
            pause,
            longest: (pause * LONGEST_OF_FIRST).min(LONGEST_PAUSE),
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
        next.pause = (next.pause * 2).min(next.longest);
        next.at = now + next.pause;
        next.said += 1;
        Some(next.said - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_until_it_stops_and_an_answer_has_the_time_to_come() {
        let start = Instant::now();
        let mut repeats = Repeats::default();
        for (round_trip, expected) in [
            (0, vec![250, 750, 1_750, 3_750, 5_750, 7_750, 9_750]),
            (750, vec![1_000, 3_000, 7_000]),
            (60_000, vec![8_000]),
        ] {
            repeats.start(start, Duration::from_millis(round_trip));
            let said: Vec<u64> = (0..10_000)
                .filter(|ms| {
                    let now = start + Duration::from_millis(*ms);
                    repeats.take_due(now).is_some()
                })
                .collect();
            assert_eq!(said, expected, "{round_trip}");
        }
        repeats.stop();
        assert_eq!(repeats.take_due(start + Duration::from_mins(1)), None);
    }
}
