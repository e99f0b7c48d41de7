//! What the bandwidth estimator is told to look for.
//!
//! The estimator probes when the desired rate rises, and every few seconds at twice the desired
//! rate while little is sent. A probe for the whole of what a viewer could ever want floods a weak
//! link; no probe at all leaves an estimate where it fell. So the desired rate is what is held now
//! plus one rung, it stands still while measured encodings wobble, and it is raised anew from time
//! to time while a picture is below what it could be.

pub mod delay;
pub mod level;
pub mod lifeline;
pub mod link_report;
pub mod lossy;
pub mod probe;
pub mod rungs;
pub mod train;
pub mod trickle;
pub mod watch;

use std::time::{Duration, Instant};

use super::units::Bitrate;

/// How long an unmet wish rests before it is raised again: short at first, when the estimate is only
/// a guess and people wait for a picture; then twice as long each time, since on a link that cannot
/// carry more a probe is only a queue; less again after the allocation has changed.
const FIRST_REST: Duration = Duration::from_millis(500);
const REST_AFTER_CHANGE: Duration = Duration::from_secs(2);
const LONGEST_REST: Duration = Duration::from_secs(8);

/// How long the desired rate is lowered before it is raised again: the estimator looks at it at
/// least this often, and must have seen it low to see it rise.
const DIP: Duration = Duration::from_millis(200);

/// What is told, in percent of what is meant: the estimate leaves out headers, a tenth of it is not
/// spent, and a probe is seldom found to have arrived quite as fast as it was sent.
const HEADROOM_PERCENT: u64 = 130;

/// The desired rate of one viewer.
#[derive(Debug)]
pub struct Desire {
    told: Bitrate,
    /// When the desired rate is next lowered in order to be raised.
    next_dip: Instant,
    rest: Duration,
    /// While lowered: until when.
    dip_until: Option<Instant>,
}

impl Desire {
    /// Nothing is desired yet.
    pub fn new(now: Instant) -> Self {
        Self {
            told: Bitrate::ZERO,
            next_dip: now,
            rest: FIRST_REST,
            dip_until: None,
        }
    }

    /// What to tell the estimator, if it is news. `held` is the cost of what the viewer gets now,
    /// voices included; `climb` is what the next rung would add, if there is one; `changed` says
    /// that the allocation has just changed.
    pub fn update(
        &mut self,
        now: Instant,
        held: Bitrate,
        climb: Option<Bitrate>,
        changed: bool,
    ) -> Option<Bitrate> {
        if held == Bitrate::ZERO && climb.is_none() {
            // Nobody to hear or see: nothing is worth looking for.
            let told = std::mem::replace(self, Self::new(now)).told;
            return (told != Bitrate::ZERO).then_some(Bitrate::ZERO);
        }
        let low = held.percent(HEADROOM_PERCENT);
        let high = (held + climb.unwrap_or_default()).percent(HEADROOM_PERCENT);
        let is_over = self.dip_until.is_some_and(|until| now >= until);
        let desired = if changed || is_over {
            if changed {
                self.rest = self.rest.min(REST_AFTER_CHANGE);
            }
            self.dip_until = None;
            self.next_dip = now + self.rest;
            high
        } else if climb.is_some() && self.dip_until.is_none() && now >= self.next_dip {
            self.dip_until = Some(now + DIP);
            self.rest = (self.rest * 2).min(LONGEST_REST);
            low
        } else {
            return None;
        };
        (std::mem::replace(&mut self.told, desired) != desired).then_some(desired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: Bitrate = Bitrate::kbps(100);
    const CLIMB: Option<Bitrate> = Some(Bitrate::kbps(400));

    #[test]
    fn a_wobbling_cost_is_no_news_and_an_unmet_wish_is_raised_again() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut desire = Desire::new(start);
        let (low, high) = (Some(Bitrate::kbps(130)), Some(Bitrate::kbps(650)));
        assert_eq!(desire.update(at(0), HELD, CLIMB, true), high);
        let wobble = Bitrate::kbps(117);
        assert_eq!(desire.update(at(250), wobble, CLIMB, false), None);
        assert_eq!(desire.update(at(500), HELD, CLIMB, false), low);
        assert_eq!(desire.update(at(600), HELD, CLIMB, false), None);
        assert_eq!(desire.update(at(750), HELD, CLIMB, false), high);
        assert_eq!(desire.update(at(1_000), HELD, CLIMB, false), None);
    }

    #[test]
    fn probes_become_rare_on_a_link_that_cannot_carry_more() {
        let start = Instant::now();
        let mut desire = Desire::new(start);
        desire.update(start, HELD, CLIMB, true);
        let raised: Vec<u64> = (1..240)
            .map(|quarter| quarter * 250)
            .filter(|ms| {
                let now = start + Duration::from_millis(*ms);
                desire.update(now, HELD, CLIMB, false) == Some(Bitrate::kbps(650))
            })
            .collect();
        let pauses: Vec<u64> = raised.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(pauses.is_sorted(), "{pauses:?}");
        assert_eq!(pauses.last(), Some(&8_250), "{pauses:?}");
    }

    #[test]
    fn a_viewer_without_anybody_desires_nothing() {
        let start = Instant::now();
        let mut desire = Desire::new(start);
        desire.update(start, HELD, CLIMB, true);
        assert_eq!(
            desire.update(start, Bitrate::ZERO, None, false),
            Some(Bitrate::ZERO)
        );
        assert_eq!(desire.update(start, Bitrate::ZERO, None, true), None);
    }

    #[test]
    fn a_viewer_who_has_everything_is_not_probed() {
        let start = Instant::now();
        let mut desire = Desire::new(start);
        assert_eq!(
            desire.update(start, HELD, None, true),
            Some(Bitrate::kbps(130))
        );
        for second in 1..60 {
            let now = start + Duration::from_secs(second);
            assert_eq!(desire.update(now, HELD, None, false), None);
        }
    }
}
