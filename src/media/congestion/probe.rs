//! The pre-call test of one page's link: pure, time is an argument.
//!
//! Somebody who waits carries no media, so nothing shows what their link would carry. Both ways are
//! tried by short trains that grow until one of them takes long enough to tell a rate, and no
//! further: a weak link is never filled. A message's way alone tells little where packets come up to
//! 100 ms late, so the middle one of a few trains counts.

use std::time::{Duration, Instant};

use super::train::{Place, ProbeDown, ProbeUp, Train};
use crate::media::units::Bitrate;

/// The longest queue that a train is meant to make: beyond it a larger one is not tried.
const LONG_SPREAD: Duration = Duration::from_millis(250);

/// Trains at their last size until a way is settled: slow ones tell much by themselves, and quick
/// ones little beside jitter.
const SLOW_TRAINS: usize = 3;
const QUICK_TRAINS: usize = 4;

/// A message of a train is lost if the one before came so long ago: 1,000 bytes take 440 ms at
/// 20 kbit/s, and jitter adds to it.
const NEXT_WITHIN: Duration = Duration::from_millis(800);

/// A round is lost if nothing of it came within this: on the weakest link one takes 2 s.
const ROUND_WITHIN: Duration = Duration::from_millis(3_500);

/// The last round begins within this, so that the whole is over within 15 s, however slowly that one
/// comes.
const BEGINS_WITHIN: Duration = Duration::from_secs(9);

/// What both ways may cost together, in bytes on the wire. The rest of 60 kB is for acknowledgements.
const BUDGET_BYTES: usize = 54_000;

/// A page that has answered nothing after so many rounds cannot.
const UNANSWERED_ROUNDS: u8 = 2;

/// Probes that one transport may ask for, and how long one rests before the next: a person who goes
/// to the window shall see what that brings, and nobody can make us send more than 480 kB.
const MOST_PROBES: u8 = 8;
const REST: Duration = Duration::from_secs(20);

/// A report and its answer that waited behind the last train have come after this.
const SETTLES_AFTER: Duration = Duration::from_secs(3);

/// What a probe has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What the way to us carries; zero if no two messages of a train ever came.
    pub up: Bitrate,
    /// What the way to the page carries.
    pub down: Bitrate,
    /// Messages that did not come, of all, in percent.
    pub loss_percent: u32,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this train, answered by that one.
    Send {
        /// The page's number of the probe.
        probe: u8,
        /// Which round.
        round: u8,
        /// Towards the page.
        train: Train,
        /// From it.
        back: Train,
    },
    /// It is over, and this is known.
    Done(Measured),
}

impl Step {
    /// The messages that it sends, in their order.
    pub fn messages(self) -> impl Iterator<Item = ProbeDown> {
        let train = match self {
            Self::Send {
                probe,
                round,
                train,
                back,
            } => Some((probe, round, train, back)),
            Self::Done(_) => None,
        };
        train.into_iter().flat_map(|(probe, round, train, back)| {
            (0..train.messages()).map(move |index| ProbeDown {
                place: Place {
                    probe,
                    round,
                    index,
                },
                train,
                back,
            })
        })
    }
}

/// A page's wish for a probe was not granted: too many, too soon, or while it carries media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// The probes of one transport.
#[derive(Debug, Default)]
pub struct Probes {
    begun: u8,
    /// The page's number of the newest one: a wish is said again until it is heard.
    newest: Option<u8>,
    ended: Option<Instant>,
    running: Option<Probe>,
}

impl Probes {
    /// The page wishes for one; `None` if this one was begun already.
    pub fn ask(&mut self, now: Instant, number: u8) -> Result<Option<Step>, Refused> {
        if self.newest == Some(number) {
            return Ok(None);
        }
        let rests = self.ended.is_some_and(|ended| now < ended + REST);
        if self.running.is_some() || rests || self.begun >= MOST_PROBES {
            return Err(Refused);
        }
        self.begun += 1;
        self.newest = Some(number);
        let probe = self.running.insert(Probe::new(number, now));
        Ok(Some(probe.begin_round(now)))
    }

    /// A message of the page's train came.
    pub fn hear(&mut self, now: Instant, message: &ProbeUp) -> Option<Step> {
        let probe = self.running.as_mut()?;
        let step = probe.hear(now, message)?;
        Some(self.follow(now, step))
    }

    /// Goes by time.
    pub fn tick(&mut self, now: Instant) -> Option<Step> {
        let probe = self.running.as_mut()?;
        if !probe.is_round_over(now) {
            return None;
        }
        if probe.round >= UNANSWERED_ROUNDS && !probe.was_answered {
            self.stop(now);
            return None;
        }
        let step = probe.next(now);
        Some(self.follow(now, step))
    }

    /// Nothing more is sent: voice goes first.
    pub fn stop(&mut self, now: Instant) {
        if self.running.take().is_some() {
            self.ended = Some(now);
        }
    }

    /// Whether trains are on their way, or were until just now, and what waits behind them says
    /// nothing of what else is sent.
    pub fn makes_queues(&self, now: Instant) -> bool {
        self.running.is_some() || self.ended.is_some_and(|ended| now < ended + SETTLES_AFTER)
    }

    fn follow(&mut self, now: Instant, step: Step) -> Step {
        if matches!(step, Step::Done(_)) {
            self.stop(now);
        }
        step
    }
}

/// One probe.
#[derive(Debug)]
struct Probe {
    number: u8,
    begun: Instant,
    /// Counted from 1: the one that is on its way.
    round: u8,
    round_began: Instant,
    spent_bytes: usize,
    was_answered: bool,
    up: Way,
    down: Way,
    /// What has come of the page's train of this round.
    arrived: Option<Arrived>,
}

#[derive(Clone, Copy, Debug)]
struct Arrived {
    first: Instant,
    last: Instant,
    messages: u8,
}

impl Probe {
    fn new(number: u8, now: Instant) -> Self {
        Self {
            number,
            begun: now,
            round: 0,
            round_began: now,
            spent_bytes: 0,
            was_answered: false,
            up: Way::new(),
            down: Way::new(),
            arrived: None,
        }
    }

    fn begin_round(&mut self, now: Instant) -> Step {
        self.round += 1;
        self.round_began = now;
        self.arrived = None;
        let (train, back) = (self.down.next_train(), self.up.next_train());
        self.spent_bytes += train.wire_bytes() + back.wire_bytes();
        Step::Send {
            probe: self.number,
            round: self.round,
            train,
            back,
        }
    }

    fn hear(&mut self, now: Instant, message: &ProbeUp) -> Option<Step> {
        let (number, round) = (message.place.probe, message.place.round);
        if (number, round) != (self.number, self.round) || message.train != self.up.next_train() {
            return None;
        }
        self.was_answered = true;
        if self.arrived.is_none() {
            self.down.take(message.received, message.spread);
        }
        let arrived = self.arrived.get_or_insert(Arrived {
            first: now,
            last: now,
            messages: 0,
        });
        arrived.last = now;
        arrived.messages += 1;
        (arrived.messages >= message.train.messages()).then(|| self.next(now))
    }

    fn is_round_over(&self, now: Instant) -> bool {
        match self.arrived {
            Some(arrived) => now >= arrived.last + NEXT_WITHIN,
            None => now >= self.round_began + ROUND_WITHIN,
        }
    }

    /// Closes this round, and says what comes after it.
    fn next(&mut self, now: Instant) -> Step {
        match self.arrived.take() {
            Some(Arrived {
                first,
                last,
                messages,
            }) => self
                .up
                .take(messages, last.saturating_duration_since(first)),
            // Which of the two trains was lost nobody knows: one of them.
            None => self.down.take(0, Duration::ZERO),
        }
        let next_bytes = self.down.next_train().wire_bytes() + self.up.next_train().wire_bytes();
        let has_time = now < self.begun + BEGINS_WITHIN;
        let has_room = self.spent_bytes + next_bytes <= BUDGET_BYTES;
        let is_settled = self.up.is_settled() && self.down.is_settled();
        if !is_settled && has_time && has_room {
            return self.begin_round(now);
        }
        let (sent, lost) = (self.up.sent + self.down.sent, self.up.lost + self.down.lost);
        Step::Done(Measured {
            up: self.up.rate(),
            down: self.down.rate(),
            loss_percent: lost * 100 / sent.max(1),
        })
    }
}

/// One way of the link.
#[derive(Debug)]
struct Way {
    train: Train,
    /// What trains of this size showed.
    shown: Vec<Shown>,
    /// What the smaller ones showed at least: jitter may have made them quick, but no slow one quick.
    at_least: Bitrate,
    sent: u32,
    lost: u32,
}

/// What one train showed.
#[derive(Clone, Copy, Debug)]
struct Shown {
    spread: Duration,
    rate: Bitrate,
}

impl Way {
    fn new() -> Self {
        Self {
            train: Train::Pair,
            shown: Vec::new(),
            at_least: Bitrate::ZERO,
            sent: 0,
            lost: 0,
        }
    }

    /// One that is settled carries on with the least, for the other's sake.
    fn next_train(&self) -> Train {
        if self.is_settled() {
            Train::Pair
        } else {
            self.train
        }
    }

    /// So many messages of the latest train came, within this time. Loss is no reason to stop: weak
    /// links lose some, whatever they carry.
    fn take(&mut self, messages: u8, spread: Duration) {
        let train = self.next_train();
        let came = messages.min(train.messages());
        self.sent += u32::from(train.messages());
        self.lost += u32::from(train.messages() - came);
        let Some(rate) = train.rate(came, spread).filter(|_| !self.is_settled()) else {
            return;
        };
        if spread < LONG_SPREAD && self.train != Train::Long {
            self.train = self.train.larger();
            self.at_least = train.rate(came, LONG_SPREAD).unwrap_or_default();
            self.shown.clear();
        } else {
            self.shown.push(Shown { spread, rate });
        }
    }

    /// The trains that count: one that took much longer than the quickest waited in its sender, which
    /// closes its window over a loss (RFC 9260 section 7.2.3) and then sends the train in pieces.
    fn counted(&self) -> impl Iterator<Item = &Shown> {
        let quickest = self.shown.iter().map(|one| one.spread).min();
        let most = quickest.unwrap_or_default() + LONG_SPREAD;
        self.shown.iter().filter(move |one| one.spread <= most)
    }

    fn is_settled(&self) -> bool {
        let slow = self.counted().filter(|one| one.spread >= LONG_SPREAD);
        slow.count() >= SLOW_TRAINS || self.counted().count() >= QUICK_TRAINS
    }

    /// The middle, so that one train that came out of a busy page all at once changes nothing.
    fn rate(&self) -> Bitrate {
        let mut rates: Vec<Bitrate> = self.counted().map(|one| one.rate).collect();
        rates.sort_unstable();
        let middle = rates.len().saturating_sub(1) / 2..=rates.len() / 2;
        let middle = rates.get(middle).unwrap_or_default();
        let sum: u64 = middle.iter().map(|rate| rate.as_bps()).sum();
        match u64::try_from(middle.len()) {
            Ok(count) if count > 0 => self.at_least.max(Bitrate::bps(sum / count)),
            _ => self.at_least,
        }
    }
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
