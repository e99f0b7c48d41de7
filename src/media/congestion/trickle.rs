//! Voice of which a little is lost, again and again, on a way where nothing can be asked for in time.

use std::time::{Duration, Instant};

use crate::media::uplink::voice_path::Loss;

/// Worth a repair: one packet in a hundred is a syllable every six seconds. So many runs in a thousand packets…
const PER_MILLE: u64 = 6;

/// … of which so many have been seen: one or two happen on any network…
const RUNS: u32 = 4;

/// … within this time.
const WITHIN: Duration = Duration::from_mins(1);

/// One way of one link.
#[derive(Debug, Default)]
pub struct Trickle {
    until: Option<Instant>,
    /// When the present look began, and what had been lost until then.
    look: Option<(Instant, Loss)>,
}

impl Trickle {
    /// Takes note of all that was expected of the voice and lost so far. Not to be told where what is lost can be
    /// asked for.
    pub fn see(&mut self, now: Instant, so_far: Loss) {
        let (since, before) = *self.look.get_or_insert((now, so_far));
        let expected = so_far.expected.saturating_sub(before.expected);
        let runs = so_far.bursts.saturating_sub(before.bursts);
        let is_worth_it =
            runs >= RUNS && u64::from(runs) * 1_000 >= u64::from(expected) * PER_MILLE;
        if is_worth_it {
            // The next look may take as long as this one may, and begins as long before the end.
            self.until = self.until.max(Some(now + 2 * WITHIN));
        }
        if is_worth_it || now >= since + WITHIN {
            self.look = Some((now, so_far));
        }
    }

    /// Whether a repair is worth its cost.
    pub fn is(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a way on which one packet in so many is lost goes without repair, of ten minutes; 16 packets a
    /// second.
    fn plain_for(every: u32) -> u64 {
        let start = Instant::now();
        let mut way = Trickle::default();
        let mut so_far = Loss::default();
        let seconds = (0..600).filter(|second| {
            for _ in 0..16 {
                so_far.expected += 1;
                let is_lost = so_far.expected % every == 0;
                so_far.lost += u32::from(is_lost);
                so_far.bursts += u32::from(is_lost);
            }
            let now = start + Duration::from_secs(*second);
            way.see(now, so_far);
            !way.is(now)
        });
        u64::try_from(seconds.count()).unwrap()
    }

    #[test]
    fn one_in_a_hundred_is_worth_a_repair_within_half_a_minute_and_one_in_three_hundred_never() {
        assert!(plain_for(100) <= 30, "{}", plain_for(100));
        assert_eq!(plain_for(300), 600);
    }

    #[test]
    fn an_outage_is_one_run_however_long() {
        let start = Instant::now();
        let mut way = Trickle::default();
        way.see(start, Loss::default());
        let outage = Loss {
            expected: 200,
            lost: 60,
            bursts: 1,
        };
        way.see(start + Duration::from_secs(12), outage);
        assert!(!way.is(start + Duration::from_secs(12)));
    }
}
