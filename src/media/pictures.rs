//! Which pictures one viewer gets: by the estimate while its link is open, by the rung below that.

use std::time::{Duration, Instant};

use super::allocation::{self, Demand, PauseReason, Target};
use super::congestion::Desire;
use super::congestion::rungs::{self, LinkRung};
use super::control::Cap;
use super::units::Bitrate;

/// Share of the estimate that may be spent: the estimate leaves out RTP, UDP and IP headers.
const SPENDABLE_PERCENT: u64 = 90;

/// Before the first estimate: what estimation itself starts from.
const INITIAL_ESTIMATE: Bitrate = Bitrate::kbps(300);

/// How much of a cap an encoder may exceed and still be forwarded: encoders overshoot, and one that
/// does not know caps sends several times as much.
const OVERSHOOT_PERCENT: u64 = 140;

/// The pictures of one viewer.
#[derive(Debug)]
pub struct Pictures {
    estimate: Bitrate,
    /// The estimate was measured since the estimator began.
    is_measured: bool,
    desire: Desire,
    stuck: Stuck,
    /// By which rung they were decided last.
    link: LinkRung,
    /// What was decided last, slot by slot.
    decided: Vec<Picture>,
}

/// What is decided of one slot's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What the viewer gets.
    pub target: Target,
    /// The publisher should send its lowest encoding within this, for this viewer.
    pub asked: Option<Cap>,
}

/// What a decision means for the estimator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steering {
    /// Start anew from this rate.
    pub restart: Option<Bitrate>,
    /// Look for this rate.
    pub desired: Option<Bitrate>,
}

impl Pictures {
    /// A viewer who sees nothing yet.
    pub fn new(link: LinkRung, now: Instant) -> Self {
        Self {
            estimate: INITIAL_ESTIMATE,
            is_measured: false,
            desire: Desire::new(now),
            stuck: Stuck::default(),
            link,
            decided: Vec::new(),
        }
    }

    /// What was desired and decided is void.
    pub fn restart(&mut self, now: Instant) {
        self.desire = Desire::new(now);
        self.decided.clear();
    }

    /// The rate believed available.
    pub fn estimate(&self) -> Bitrate {
        self.link.rate().unwrap_or(self.estimate)
    }

    /// Takes note of what the estimator says. Below open it is not asked.
    pub fn set_estimate(&mut self, estimate: Bitrate) {
        if self.link.is_open() {
            self.estimate = estimate;
            self.is_measured = true;
        }
    }

    /// What the estimator has found beside the voices, if it governs and has found anything.
    pub fn measured(&self) -> Option<Bitrate> {
        (self.link.is_open() && self.is_measured).then_some(self.estimate)
    }

    /// What was decided last, slot by slot.
    pub fn decided(&self) -> &[Picture] {
        &self.decided
    }

    /// Whether pictures rest that could flow if the link carried them.
    pub fn rest_for_the_link(&self) -> bool {
        let paused = |picture: &Picture| picture.target == Target::Paused(PauseReason::Link);
        !self.link.is_open()
            && self.decided.iter().any(paused)
            && self.decided.iter().all(|picture| picture.asked.is_none())
    }

    /// What is left for pictures beside voices that cost so much. The estimator sees pictures alone,
    /// since voices carry no number of its: what it finds is what is left beside them.
    pub fn budget(&self, voices: Bitrate) -> Bitrate {
        if self.link.is_open() {
            self.estimate.percent(SPENDABLE_PERCENT)
        } else {
            rungs::pictures_down(self.link, voices)
        }
    }

    /// Decides every slot.
    pub fn decide(
        &mut self,
        link: LinkRung,
        demands: &[Demand],
        voices: Bitrate,
        now: Instant,
    ) -> Steering {
        let mut steering = Steering::default();
        if link != self.link {
            // Opened, it starts from what the last rung has shown to be there.
            let from = link.rate().or(self.link.rate()).unwrap_or(INITIAL_ESTIMATE);
            steering.restart = Some(from);
            self.estimate = from;
            self.is_measured = false;
            self.link = link;
            self.restart(now);
        }
        if link.is_open() {
            steering.desired = self.decide_open(demands, now);
            let budget = |picture: &Picture| picture.target == Target::Paused(PauseReason::Budget);
            let shows = |picture: &Picture| matches!(picture.target, Target::Rung(_));
            let is_stuck = self.decided.iter().any(budget) && !self.decided.iter().any(shows);
            if self.stuck.is_over(is_stuck, now) {
                steering.restart = Some(INITIAL_ESTIMATE);
                self.estimate = INITIAL_ESTIMATE;
                self.desire = Desire::new(now);
            }
        } else {
            self.decided = weak(demands, self.budget(voices));
        }
        steering
    }

    fn decide_open(&mut self, demands: &[Demand], now: Instant) -> Option<Bitrate> {
        let targets = allocation::allocate(demands, self.budget(Bitrate::ZERO));
        let (held, climb) = allocation::cost(demands, &targets);
        let before = self.decided.iter().map(|picture| picture.target);
        let changed = !before.eq(targets.iter().copied());
        let as_picture = |target| Picture {
            target,
            asked: None,
        };
        self.decided = targets.into_iter().map(as_picture).collect();
        self.desire.update(now, held, climb, changed)
    }
}

/// An estimator without a picture has nothing to measure with and stays where it fell. After a
/// while it starts anew; where that was in vain, after twice as long.
#[derive(Debug, Default)]
struct Stuck {
    since: Option<Instant>,
    rest: Option<Duration>,
}

const FIRST_REST: Duration = Duration::from_secs(8);
const LONGEST_REST: Duration = Duration::from_mins(4);

impl Stuck {
    fn is_over(&mut self, is_stuck: bool, now: Instant) -> bool {
        if !is_stuck {
            self.since = None;
            return false;
        }
        let since = *self.since.get_or_insert(now);
        let rest = self.rest.unwrap_or(FIRST_REST);
        let is_over = now >= since + rest;
        if is_over {
            self.since = Some(now);
            self.rest = Some((rest * 2).min(LONGEST_REST));
        }
        is_over
    }
}

/// As many pictures as fit at all, in the order of the slots, each in its lowest encoding with an
/// equal share. One is forwarded once it keeps to its share.
fn weak(demands: &[Demand], budget: Bitrate) -> Vec<Picture> {
    let offered = demands.iter().filter(|demand| !demand.ladder.is_empty());
    let fitting = budget.as_bps() / rungs::LEAST_PICTURE.as_bps();
    let mut left = (offered.count() as u64).min(fitting);
    let share = budget.as_bps().checked_div(left).map(Bitrate::bps);
    let cap = share.and_then(|share| Cap::within(share.percent(rungs::PAYLOAD_PERCENT)));
    let paused = |reason| Picture {
        target: Target::Paused(reason),
        asked: None,
    };
    let mut decide = |demand: &Demand| {
        let Some(rung) = demand.ladder.first() else {
            return paused(PauseReason::NothingOffered);
        };
        let Some(cap) = cap.filter(|_| left > 0) else {
            return paused(PauseReason::Link);
        };
        left -= 1;
        let keeps_to_it = rung.cost <= cap.rate().percent(OVERSHOOT_PERCENT);
        let target = if rung.is_flowing && keeps_to_it {
            Target::Rung(rung.rid)
        } else {
            Target::Paused(PauseReason::Link)
        };
        Picture {
            target,
            asked: Some(cap),
        }
    };
    demands.iter().map(&mut decide).collect()
}

#[cfg(test)]
#[path = "pictures_tests.rs"]
mod tests;
