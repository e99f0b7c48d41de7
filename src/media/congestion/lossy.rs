//! Whether a way loses so much that its voice is worth repairing.

use std::time::{Duration, Instant};

use crate::media::uplink::voice_path::Loss;

/// Loss from which on a repair is worth its cost, in percent.
const REPAIRED_PERCENT: u32 = 4;

/// How long it is worth that after loss was last seen: what is repaired may show no loss, and what
/// lost once loses again.
const REPAIRED_FOR: Duration = Duration::from_mins(1);

/// Where nothing can be asked for again in time, less is worth a repair: so many runs in a thousand packets…
const TRICKLE_PER_MILLE: u64 = 6;

/// … of which so many have been seen: one or two happen on any network…
const TRICKLE_RUNS: u32 = 4;

/// … within this time.
const TRICKLE_WITHIN: Duration = Duration::from_mins(1);

/// One way of one link.
#[derive(Debug, Default)]
pub struct Lossy {
    until: Option<Instant>,
    /// When the present look at what trickles away began, and what had been lost until then.
    trickle: Option<(Instant, Loss)>,
}

impl Lossy {
    /// Takes note of the loss of voice at this moment, in percent; `None` where too little was sent
    /// to tell.
    pub fn see(&mut self, now: Instant, percent: Option<u32>) {
        if percent.is_some_and(|percent| percent >= REPAIRED_PERCENT) {
            self.until = Some(now + REPAIRED_FOR);
        }
    }

    /// Takes note of all that was expected of the voice and lost so far, where what is lost cannot be asked for
    /// in time: one packet in a hundred is a syllable every six seconds.
    pub fn see_trickle(&mut self, now: Instant, so_far: Loss) {
        let (since, before) = *self.trickle.get_or_insert((now, so_far));
        let expected = so_far.expected.saturating_sub(before.expected);
        let runs = so_far.bursts.saturating_sub(before.bursts);
        let is_worth_it = runs >= TRICKLE_RUNS
            && u64::from(runs) * 1_000 >= u64::from(expected) * TRICKLE_PER_MILLE;
        if is_worth_it {
            // The next look may take as long as this one may, and begins as long before the end.
            self.until = self.until.max(Some(now + 2 * TRICKLE_WITHIN));
        }
        if is_worth_it || now >= since + TRICKLE_WITHIN {
            self.trickle = Some((now, so_far));
        }
    }

    /// Whether it loses so much, or did within the last minute.
    pub fn is(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_lost_a_twentyfifth_is_lossy_for_a_minute() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut way = Lossy::default();
        way.see(start, None);
        way.see(start, Some(3));
        assert!(!way.is(start));
        way.see(at(1), Some(4));
        way.see(at(2), Some(0));
        assert!(way.is(at(60)));
        assert!(!way.is(at(61)));
    }

    /// How long a way on which one packet in so many is lost goes without repair, of ten minutes; 16 packets a
    /// second.
    fn plain_for(every: u32) -> u64 {
        let start = Instant::now();
        let mut way = Lossy::default();
        let mut so_far = Loss::default();
        let seconds = (0..600).filter(|second| {
            for _ in 0..16 {
                so_far.expected += 1;
                let is_lost = so_far.expected % every == 0;
                so_far.lost += u32::from(is_lost);
                so_far.bursts += u32::from(is_lost);
            }
            let now = start + Duration::from_secs(*second);
            way.see_trickle(now, so_far);
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
        let mut way = Lossy::default();
        way.see_trickle(start, Loss::default());
        let outage = Loss {
            expected: 200,
            lost: 60,
            bursts: 1,
        };
        way.see_trickle(start + Duration::from_secs(12), outage);
        assert!(!way.is(start + Duration::from_secs(12)));
    }
}
