//! Keeps a voice at the live edge when a network delivers seconds of it at once.
//!
//! A phone network that lost its signal holds packets and delivers them when the signal is back.
//! Passed on, a listener's jitter buffer would grow by as much and take ten seconds and more to come
//! down again. So what was held is dropped, and the numbers of what follows close up, so that nobody
//! takes it for loss. A link that is merely slow delivers late as well, but no faster than people
//! speak: nothing of it is dropped for long, since late is better than nothing.

use std::time::{Duration, Instant};

use str0m::rtp::Ssrc;

/// The network paused for so much longer than the voice did: a hold outage, and no jitter.
const HOLD: Duration = Duration::from_millis(300);

/// What lags by more than this behind the fastest packet of late is stale: above the jitter of phone
/// networks, below what people in a conversation bear.
const STALE: Duration = Duration::from_millis(400);

/// What is dropped until it lags by no more than this is at the live edge again: what late packets of phone
/// networks lag behind prompt ones. All that goes on beyond it a listener's jitter buffer keeps.
const FRESH: Duration = Duration::from_millis(200);

/// How long the least lag is remembered, in two halves: longer than any queue takes to drain, shorter
/// than clocks take to drift apart noticeably.
const HALF_WINDOW: Duration = Duration::from_secs(15);

/// So much of a burst is looked at to tell it from a slow link, and from a sender whose clock stood still: packets
/// that come 120 ms late or not may hide 120 ms of what it catches up, and three times the pace of speech are 200…
const LOOK: Duration = Duration::from_millis(300);

/// … but of what lags by no more than [`STALE`] not for longer than this. It may be what the link is like now.
const SHORT_LOOK: Duration = Duration::from_millis(200);

/// … in which a burst catches up by at least this share of what it brings, in percent. 80 kbit/s that
/// deliver a voice of 55 catch up by 31 %.
const CATCHES_UP_PERCENT: u32 = 20;

/// Nothing is dropped for longer than this: a queue that takes longer to drain is a slow link.
const LONGEST_DROP: Duration = Duration::from_secs(2);

/// Opus counts time in these (RFC 7587 section 4.1).
const TICKS_PER_SECOND: i64 = 48_000;

/// The guard of one voice.
#[derive(Debug, Default)]
pub struct LiveEdge {
    /// The stream that it knows.
    source: Option<Ssrc>,
    last: Option<Heard>,
    /// The highest number that has come.
    highest: Option<u64>,
    /// The least lag of the present half window and of the one before.
    least: Option<Least>,
    catching_up: Option<CatchingUp>,
    /// Numbers dropped so far, and the highest of them.
    dropped: u64,
    last_dropped: u64,
}

/// A packet and how late it was, on a scale of its own.
#[derive(Clone, Copy, Debug)]
struct Heard {
    arrived: Instant,
    timestamp: u32,
    /// µs, relative to the first packet.
    lag: i64,
}

#[derive(Clone, Copy, Debug)]
struct Least {
    since: Instant,
    present: i64,
    before: i64,
}

/// After a hold outage.
#[derive(Clone, Copy, Debug)]
struct CatchingUp {
    since: Instant,
    /// Lag and timestamp where the present look began.
    lag: i64,
    timestamp: u32,
}

impl LiveEdge {
    /// Judges a packet: the number under which it goes on, `None` if it is stale.
    pub fn admit(
        &mut self,
        source: Ssrc,
        sequence: u64,
        timestamp: u32,
        arrived: Instant,
    ) -> Option<u64> {
        if self.source != Some(source) {
            // Another stream has times and numbers of its own.
            *self = Self {
                source: Some(source),
                ..Self::default()
            };
        }
        if self.last.is_some_and(|last| arrived < last.arrived) {
            // A clock that was set back measures nothing.
            self.last = None;
            self.least = None;
            self.catching_up = None;
        }
        if self.highest.is_some_and(|highest| sequence <= highest) {
            // Overtaken, or sent again because it was asked for. How late it is says nothing of the
            // network, and its place is closed if something after it was dropped.
            let is_gone = self.dropped > 0 && sequence <= self.last_dropped;
            return sequence.checked_sub(self.dropped).filter(|_| !is_gone);
        }
        self.highest = Some(sequence);
        let heard = self.place(timestamp, arrived);
        let held_for = self
            .last
            .map_or(0, |last| heard.lag.saturating_sub(last.lag));
        if self
            .last
            .is_none_or(|last| is_after(timestamp, last.timestamp))
        {
            self.last = Some(heard);
        }
        let excess = self.excess(&heard);
        if held_for >= micros(HOLD) && excess > micros(STALE) {
            self.catching_up = Some(CatchingUp {
                since: arrived,
                lag: heard.lag,
                timestamp,
            });
        }
        if self.catching_up.is_some() && self.is_stale(&heard, excess) {
            self.dropped += 1;
            self.last_dropped = sequence;
            return None;
        }
        sequence.checked_sub(self.dropped)
    }

    /// When the latest packet came, stale or not.
    pub fn last_arrival(&self) -> Option<Instant> {
        self.last.map(|last| last.arrived)
    }

    fn place(&self, timestamp: u32, arrived: Instant) -> Heard {
        let lag = self.last.map_or(0, |last| {
            let ticks = i64::from(timestamp.wrapping_sub(last.timestamp).cast_signed());
            let elapsed = micros(arrived.saturating_duration_since(last.arrived));
            last.lag + elapsed - ticks * 1_000_000 / TICKS_PER_SECOND
        });
        Heard {
            arrived,
            timestamp,
            lag,
        }
    }

    /// By how much a packet lags behind the fastest of late.
    fn excess(&mut self, heard: &Heard) -> i64 {
        let least = self.least.get_or_insert(Least {
            since: heard.arrived,
            present: heard.lag,
            before: heard.lag,
        });
        if heard.arrived.saturating_duration_since(least.since) >= HALF_WINDOW {
            *least = Least {
                since: heard.arrived,
                present: heard.lag,
                before: least.present,
            };
        }
        least.present = least.present.min(heard.lag);
        heard.lag - least.present.min(least.before)
    }

    fn is_stale(&mut self, heard: &Heard, excess: i64) -> bool {
        let Some(catching_up) = &mut self.catching_up else {
            return false;
        };
        if excess <= micros(FRESH) {
            self.catching_up = None;
            return false;
        }
        let ticks = heard.timestamp.wrapping_sub(catching_up.timestamp);
        let brought = i64::from(ticks.cast_signed()) * 1_000_000 / TICKS_PER_SECOND;
        let mut is_slow =
            heard.arrived.saturating_duration_since(catching_up.since) >= LONGEST_DROP;
        let look = if excess > micros(STALE) {
            LOOK
        } else {
            SHORT_LOOK
        };
        if brought >= micros(look) {
            let caught_up = catching_up.lag - heard.lag;
            is_slow |= caught_up * 100 < brought * i64::from(CATCHES_UP_PERCENT);
            catching_up.lag = heard.lag;
            catching_up.timestamp = heard.timestamp;
        }
        if is_slow {
            // This is how late the link is from now on.
            self.catching_up = None;
            self.least = Some(Least {
                since: heard.arrived,
                present: heard.lag,
                before: heard.lag,
            });
        }
        !is_slow
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// Serial number arithmetic (RFC 1982) over 32 bits.
fn is_after(a: u32, b: u32) -> bool {
    a.wrapping_sub(b).cast_signed() > 0
}

#[cfg(test)]
#[path = "live_edge_tests.rs"]
mod tests;
