//! The rung of one direction of a weak link: pure, time is an argument.
//!
//! The estimator ([`super`]) needs pictures to measure with and knows nothing below 40 kbit/s. Weak
//! links buffer instead of dropping, so the delay that packets gather is the clean signal there:
//! the rung falls when a queue stands, and rises by real media after a clean time. A rung that
//! failed is left alone for a while that doubles, so that a steady link is not tried for ever.

use std::time::{Duration, Instant};

use super::rungs::LinkRung;

/// A queue beyond this is one of ours. Jitter of mobile networks stays below it.
const STANDING_QUEUE: Duration = Duration::from_millis(250);

/// A queue beyond this makes a conversation impossible: no time for one rung after the other.
const DROWNING_QUEUE: Duration = Duration::from_millis(800);

/// Below this a link is clean: the rest is jitter.
const CLEAN_QUEUE: Duration = Duration::from_millis(200);

/// Loss beyond this, in percent, is a sign of its own where a link drops rather than buffers.
const LOSS_PERCENT: u32 = 8;

/// How many times more than usual loss must be for that. Two seconds of a lean voice are 33 packets, and a
/// link that loses a tenth of them in bursts shows anything from none to a quarter.
const UNUSUAL_LOSS: u32 = 3;

/// Samples closer together than this count once: one burst of a picture is one sign.
const SAMPLE_SPACING: Duration = Duration::from_millis(450);

/// How long a link must be clean before more is put on it.
const CLEAN_FOR: Duration = Duration::from_secs(8);

/// How long it must be clean before it is tried whether it carries again what it carried before.
const CLEAN_ON_THE_WAY_BACK: Duration = Duration::from_secs(2);

/// What it carried for so long, it carried.
const PROVEN_AFTER: Duration = Duration::from_secs(15);

/// A queue that stands for longer after a fall was not made in a moment.
const MOMENT: Duration = Duration::from_secs(3);

/// A rung that was climbed to this lately is on trial: one bad sample ends it. After that a queue
/// is news of the network, not of the rung.
const TRIAL: Duration = Duration::from_secs(15);

/// How long the page's next reports come quickly after a climb, in which most trials end.
const WATCHED: Duration = Duration::from_secs(5);

/// After a step down the queue that led to it is still there: it takes this long to see whether the
/// step was enough, unless the queue drowns the voice.
const SETTLES_AFTER: Duration = Duration::from_secs(2);

/// What a trial that has failed left in the queue is gone after this, and the last answer that went
/// through it has been heard of.
const TRIAL_DRAINS_WITHIN: Duration = Duration::from_secs(6);

/// What lets such a queue drain, in percent of what the link has carried.
const DRAINING_PERCENT: u64 = 50;

/// A queue that is shorter by this much than at the last sample drains by itself.
const SHRINKS: Duration = Duration::from_millis(50);

/// How long a rung that failed is left alone: doubles with each failure.
const FIRST_REST: Duration = Duration::from_secs(30);
const LONGEST_REST: Duration = Duration::from_mins(4);

/// The same of a rung that it has never carried, and that has failed within its trial: a trial costs the
/// voice a second of itself, and what a link never carried it will hardly carry half a minute later.
const FIRST_REST_UNPROVEN: Duration = Duration::from_mins(2);

/// What was measured before counts as so many failures: two minutes.
const EXPECTED_FAILURES: u32 = 3;

/// After an outage in which the network held everything back, what it held comes in a burst. A
/// queue that is gone after this was the outage's and not ours.
const HOLD_DRAINS_WITHIN: Duration = Duration::from_millis(1_500);

/// How fast the link's own loss is learnt: each sample moves it by one in so many.
const LOSS_MEMORY: u32 = 16;

/// What one direction showed at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// How much longer packets took than the fastest of the last half minute, if that is known.
    pub queue: Option<Duration>,
    /// How much of what should have come did not, in percent; `None` where too little was sent to
    /// tell.
    pub loss_percent: Option<u32>,
    /// Nothing came for a while before this.
    pub was_silent: bool,
}

/// One direction of one participant's link.
#[derive(Debug)]
pub struct Lifeline {
    rung: LinkRung,
    changed: Instant,
    climbed: Option<Instant>,
    /// The rung that it carried before it fell, and when that was, while it looks as if only a moment
    /// made it fall: a neighbour's download, a machine that was busy. Until a climb towards it fails.
    way_back: Option<(LinkRung, Instant)>,
    /// It fell because the rung above was too much.
    is_after_trial: bool,
    /// What it had carried for a clean time when it was last tried whether it carries more; until that has made
    /// room once for the queue of a trial that failed.
    carried: Option<LinkRung>,
    /// The highest rung that it has carried for long.
    proven: Option<LinkRung>,
    clean_since: Option<Instant>,
    latest: Option<Instant>,
    /// Since when an estimator believes in less than an open link.
    governed_since: Option<Instant>,
    /// At the latest sample.
    queue: Duration,
    /// Bad samples in a row.
    bad: u32,
    /// Until when a queue is put down to an outage.
    excused_until: Option<Instant>,
    /// The loss that this link has whatever we send, in 1/256 of a percent.
    usual_loss: u32,
    rests: [Rest; LinkRung::ALL.len()],
}

/// How long a rung is left alone.
#[derive(Clone, Copy, Debug, Default)]
struct Rest {
    until: Option<Instant>,
    next: Option<Duration>,
}

impl Lifeline {
    /// A link that starts on this rung.
    pub fn new(rung: LinkRung, now: Instant) -> Self {
        Self {
            rung,
            changed: now,
            climbed: None,
            way_back: None,
            is_after_trial: false,
            carried: None,
            proven: None,
            clean_since: None,
            latest: None,
            governed_since: None,
            queue: Duration::ZERO,
            bad: 0,
            excused_until: None,
            usual_loss: 0,
            rests: Default::default(),
        }
    }

    /// Leaves the rungs above this one alone for a while, as if each had failed three times: something has
    /// measured that the link does not carry them.
    pub fn expect_no_more_than(&mut self, rung: LinkRung, now: Instant) {
        for above in LinkRung::ALL.into_iter().filter(|other| *other > rung) {
            for _ in 0..EXPECTED_FAILURES {
                self.fail(above, now, FIRST_REST);
            }
        }
    }

    /// Nothing goes over it that could make a queue: that there is none proves nothing.
    pub fn idle(&mut self) {
        self.clean_since = None;
    }

    /// The rung.
    pub fn rung(&self) -> LinkRung {
        self.rung
    }

    /// Whether anything is about to be decided, so that the next sample should come soon. On the two
    /// lowest rungs nothing is: one voice at its least goes on either.
    pub fn is_watched(&self, now: Instant) -> bool {
        if self.rung <= LinkRung::Kbps16 && self.way_back.is_none() {
            return false;
        }
        let since_change = now.saturating_duration_since(self.changed);
        self.bad > 0
            || self.way_back.is_some()
            || (self.rung != LinkRung::Open && since_change < WATCHED)
    }

    /// When the queue that the latest trial has left is gone, if that failed and nothing has changed since.
    pub fn drained_by(&self) -> Option<Instant> {
        self.is_after_trial
            .then_some(self.changed + TRIAL_DRAINS_WITHIN)
    }

    /// Whether the rung has stood long enough to be called steady.
    pub fn is_steady(&self, now: Instant) -> bool {
        self.bad == 0 && now.saturating_duration_since(self.changed) >= CLEAN_FOR * 2
    }

    /// Goes down to this rung, if it is above: the other direction has shown what the link is like.
    pub fn lower(&mut self, now: Instant, to: LinkRung) {
        self.fall(now, to);
    }

    /// Goes by what an estimator believes in while the link is open, if it has anything to measure
    /// with: a link that is open for it no longer is not for us either.
    pub fn govern(&mut self, now: Instant, estimate: Option<LinkRung>) -> bool {
        let Some(rung) = estimate.filter(|rung| self.rung.is_open() && !rung.is_open()) else {
            self.governed_since = None;
            return false;
        };
        let since = *self.governed_since.get_or_insert(now);
        now >= since + SETTLES_AFTER && self.fall(now, rung)
    }

    /// Goes by one sample; returns whether the rung has changed. `estimate` is as in
    /// [`Self::govern`]: from an open link the first step down is to there.
    pub fn sample(&mut self, now: Instant, sample: Sample, estimate: Option<LinkRung>) -> bool {
        let queue = sample.queue.unwrap_or_default();
        if sample.was_silent && queue > STANDING_QUEUE {
            self.excused_until.get_or_insert(now + HOLD_DRAINS_WITHIN);
        }
        let is_excused = self.excused_until.is_some_and(|until| now < until);
        if queue <= STANDING_QUEUE || !is_excused {
            self.excused_until = None;
        } else {
            self.clean_since = None;
            return false;
        }
        if self
            .latest
            .is_some_and(|latest| now < latest + SAMPLE_SPACING)
        {
            return false;
        }
        self.latest = Some(now);
        if queue > CLEAN_QUEUE {
            let gone_after = if self.is_after_trial {
                TRIAL_DRAINS_WITHIN
            } else {
                MOMENT
            };
            self.way_back = self.way_back.filter(|(_, fell)| now < *fell + gone_after);
        }
        let loses = self.is_losing(sample.loss_percent);
        if queue <= STANDING_QUEUE && !loses {
            if sample.queue.is_none() {
                return false;
            }
            self.bad = 0;
            self.queue = queue;
            return self.rest_or_climb(now, queue);
        }
        self.clean_since = None;
        let before = std::mem::replace(&mut self.queue, queue);
        // What was put on it is less than what it carries: the rest is a matter of time.
        if !loses && queue + SHRINKS < before && self.climbed.is_none() {
            return false;
        }
        self.bad += 1;
        let is_on_trial = self.climbed.is_some_and(|at| now < at + TRIAL);
        let settles_after = if self.is_after_trial {
            TRIAL_DRAINS_WITHIN
        } else {
            SETTLES_AFTER
        };
        let settles = self.climbed.is_none() && now < self.changed + settles_after;
        if queue > DROWNING_QUEUE {
            // After a trial that has failed it is known what the queue is made of.
            let is_of_a_trial = is_on_trial || (settles && self.is_after_trial);
            if !is_of_a_trial {
                return self.fall(now, LinkRung::Kbps9);
            }
            if let Some(carried) = self.carried.take() {
                return self.make_room(now, carried);
            }
        }
        if settles || (self.bad < 2 && !is_on_trial) {
            return false;
        }
        if loses {
            // If it is no less on the rung below, it is the link's own.
            self.usual_loss = sample.loss_percent.unwrap_or_default() << 8;
        }
        let below = self.rung.below();
        let below = estimate.map_or(below, |estimate| below.min(estimate));
        self.fall(now, below)
    }

    fn is_losing(&mut self, percent: Option<u32>) -> bool {
        let Some(percent) = percent else {
            return false;
        };
        let usual = self.usual_loss >> 8;
        let loses = percent > LOSS_PERCENT && percent > usual * UNUSUAL_LOSS;
        if !loses {
            let memory = self.usual_loss.saturating_mul(LOSS_MEMORY - 1) + (percent << 8);
            self.usual_loss = memory / LOSS_MEMORY;
        }
        loses
    }

    fn fall(&mut self, now: Instant, to: LinkRung) -> bool {
        let from = self.rung;
        if to >= from {
            return false;
        }
        // What is tried again first is the rung above the new one; the one that failed is further
        // up if the fall was deep, and what failed once is believed to fail again.
        self.is_after_trial = self.climbed.is_some_and(|at| now < at + TRIAL);
        if self.is_after_trial {
            self.way_back = None;
        } else {
            self.carried = None;
            if now.saturating_duration_since(self.changed) >= PROVEN_AFTER {
                self.way_back = Some((from, now));
                self.proven = self.proven.max(Some(from));
            }
        }
        let first_rest = if self.is_after_trial && self.proven < Some(from) {
            FIRST_REST_UNPROVEN
        } else {
            FIRST_REST
        };
        self.fail(from, now, first_rest);
        self.rung = to;
        self.changed = now;
        self.climbed = None;
        self.bad = 0;
        true
    }

    /// A trial has failed and left a queue that drowns the voice. What was carried before fills the link, and that
    /// queue would stand: it goes down to what lets it drain, and back as soon as it is gone.
    fn make_room(&mut self, now: Instant, carried: LinkRung) -> bool {
        let drains = carried.rate().unwrap_or_default().percent(DRAINING_PERCENT);
        let to = LinkRung::within(drains);
        if self.rung > carried {
            self.fall(now, to);
        } else if self.rung > to {
            self.rung = to;
            self.changed = now;
            self.bad = 0;
        } else {
            return false;
        }
        self.way_back = (carried > to).then_some((carried, now));
        true
    }

    fn fail(&mut self, rung: LinkRung, now: Instant, first_rest: Duration) {
        if let Some(rest) = self.rests.get_mut(rung.index()) {
            let length = rest.next.unwrap_or(first_rest);
            rest.until = Some(now + length);
            rest.next = Some((length * 2).min(LONGEST_REST));
        }
    }

    fn rest_or_climb(&mut self, now: Instant, queue: Duration) -> bool {
        if queue > CLEAN_QUEUE {
            self.clean_since = None;
            return false;
        }
        let clean_since = *self.clean_since.get_or_insert(now);
        let held = now.saturating_duration_since(self.changed);
        if held >= LONGEST_REST
            && let Some(rest) = self.rests.get_mut(self.rung.index())
        {
            // It has carried this for long: what it was once is forgotten.
            *rest = Rest::default();
        }
        let clean = now.saturating_duration_since(clean_since.max(self.changed));
        let next = self.rung.above();
        let is_known = self.way_back.is_some_and(|(rung, _)| next <= rung);
        let is_time = if is_known {
            clean >= CLEAN_ON_THE_WAY_BACK
        } else {
            let rests = self.rests.get(next.index()).and_then(|rest| rest.until);
            clean >= CLEAN_FOR && rests.is_none_or(|until| now >= until)
        };
        if next == self.rung || !is_time {
            return false;
        }
        self.carried = (!is_known).then_some(self.rung);
        self.rung = next;
        self.way_back = self.way_back.filter(|(rung, _)| next < *rung);
        self.changed = now;
        self.climbed = Some(now);
        true
    }
}

#[cfg(test)]
#[path = "lifeline_tests.rs"]
mod tests;
