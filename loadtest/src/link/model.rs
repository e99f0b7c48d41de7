//! One direction of a link: a serialiser behind a drop-tail queue, the air, and a pipe with delay.
//!
//! ```text
//! push ──► queue (bytes) ──► serialiser (rate, outages) ──► air (loss) ──► pipe (delay, jitter) ──► poll
//! ```
//!
//! Sans-IO: packets and times go in, fates come out. A time is a `Duration` since the link came up and never goes
//! back. What changes while packets wait (a rate, an outage) counts for those packets as well.

use std::collections::VecDeque;
use std::time::Duration;

use super::dice::{Dice, Purpose};
use super::loss::Air;
use super::outages::Outages;
use super::shape::{BitRate, OutageMode, Rate, Shape};

/// bit·ns: what the serialiser works off, so that no rounding adds up over packets.
const BIT_NANOSECONDS_PER_BYTE: u128 = 8 * 1_000_000_000;

/// What became of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It reached the other side.
    Delivered,
    /// The queue had no room for it.
    Overflow,
    /// The air took it, after it had used the link.
    Lost,
    /// It met an outage that loses packets.
    Outage,
}

/// A packet at the end of its way. Every packet that was pushed gets one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate<P> {
    /// What was pushed.
    pub packet: P,
    /// Its length on the wire.
    pub bytes: usize,
    /// When it was pushed.
    pub entered: Duration,
    /// How it left the queue; nothing if it never did.
    pub sent: Option<Sending>,
    /// When this became of it.
    pub at: Duration,
    /// What.
    pub outcome: Outcome,
}

/// How a packet left the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending {
    /// When its last bit left.
    pub done: Duration,
    /// How long it stood: behind others, or because nothing could leave. Without its own transmission.
    pub waited: Duration,
}

#[derive(Debug)]
struct Waiting<P> {
    packet: P,
    bytes: usize,
    entered: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Transmission {
    /// Behind others, and since then because nothing could leave.
    waited: Duration,
    /// bit·ns that remain.
    left: u128,
}

/// One direction of a link, with packets of any kind `P`.
#[derive(Debug)]
pub struct Direction<P> {
    shape: Shape,
    /// When rate trace and outages begin.
    origin: Duration,
    outages: Outages,
    air: Air,
    jitter: Dice,
    /// The serialiser has worked up to here.
    clock: Duration,
    /// The first is in transmission.
    queue: VecDeque<Waiting<P>>,
    /// Of the whole queue, as if nothing of the first was sent yet.
    queued_bytes: usize,
    /// The transmission of the first.
    first: Option<Transmission>,
    /// Behind the serialiser, in the order of delivery.
    pipe: VecDeque<Fate<P>>,
    latest: Duration,
    /// Ended before the pipe.
    refused: VecDeque<Fate<P>>,
}

impl<P> Direction<P> {
    /// An idle one. `direction` (0 or 1) and `seed` decide every chance.
    pub fn new(shape: Shape, seed: u64, direction: usize) -> Self {
        Self {
            origin: Duration::ZERO,
            outages: Outages::new(shape.outages.clone(), Duration::ZERO),
            air: Air::new(shape.loss, seed, direction),
            jitter: Dice::new(seed, direction, Purpose::Jitter),
            shape,
            clock: Duration::ZERO,
            queue: VecDeque::new(),
            queued_bytes: 0,
            first: None,
            pipe: VecDeque::new(),
            latest: Duration::ZERO,
            refused: VecDeque::new(),
        }
    }

    /// What it is like now.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Another shape from now on. What is in the pipe already arrives as it would have; nothing overtakes it.
    pub fn reshape(&mut self, now: Duration, shape: Shape) {
        self.advance(now);
        self.outages.reschedule(shape.outages.clone(), self.origin);
        self.air.change(shape.loss, now);
        self.shape = shape;
    }

    /// The schedule of outages and the rate trace start over, now.
    pub fn restart_schedule(&mut self, now: Duration) {
        self.advance(now);
        self.origin = now;
        self.outages.reschedule(self.shape.outages.clone(), now);
    }

    /// An outage begins, whatever the schedule says, and ends at `until`.
    pub fn begin_outage(&mut self, now: Duration, mode: OutageMode, until: Duration) {
        self.advance(now);
        self.outages.call(mode, until);
    }

    /// The outage that was begun by hand ends.
    pub fn end_outage(&mut self, now: Duration) {
        self.advance(now);
        self.outages.recall();
    }

    /// What the link does with packets at the time of the last call, if it is not there.
    pub fn outage(&self) -> Option<OutageMode> {
        self.outages.at(self.clock)
    }

    /// Bytes that wait, what remains of the packet in transmission included.
    pub fn backlog_bytes(&self) -> usize {
        let Some((whole, Transmission { left, .. })) =
            self.queue.front().map(|first| first.bytes).zip(self.first)
        else {
            return self.queued_bytes;
        };
        let left = usize::try_from(left.div_ceil(BIT_NANOSECONDS_PER_BYTE)).unwrap_or(whole);
        self.queued_bytes - whole + left
    }

    /// Takes a packet of so many bytes on the wire.
    pub fn push(&mut self, now: Duration, packet: P, bytes: usize) {
        self.advance(now);
        let refusal = if self.outages.at(now) == Some(OutageMode::Drop) {
            Some(Outcome::Outage)
        } else if self.backlog_bytes() + bytes > self.shape.queue_bytes {
            Some(Outcome::Overflow)
        } else {
            None
        };
        if let Some(outcome) = refusal {
            self.refused.push_back(Fate {
                packet,
                bytes,
                entered: now,
                sent: None,
                at: now,
                outcome,
            });
            return;
        }
        self.queued_bytes += bytes;
        self.queue.push_back(Waiting {
            packet,
            bytes,
            entered: now,
        });
        self.begin_first();
    }

    /// The next packet whose way has ended by now.
    pub fn poll(&mut self, now: Duration) -> Option<Fate<P>> {
        self.advance(now);
        self.refused
            .pop_front()
            .or_else(|| self.pipe.pop_front_if(|fate| fate.at <= now))
    }

    /// When to poll again, if nothing is pushed before. Not at the end of each transmission, but when what ends
    /// could arrive at the earliest: until then there is nothing to hand over.
    pub fn deadline(&self) -> Option<Duration> {
        if !self.refused.is_empty() {
            return Some(self.clock);
        }
        let sent = self.first.map(|Transmission { left, .. }| {
            let (rate, until) = self.rate();
            let done = time_for(left, rate)
                .map_or(until, |time| self.clock.saturating_add(time).min(until));
            done.saturating_add(self.shape.delay)
        });
        let delivered = self.pipe.front().map(|fate| fate.at);
        sent.into_iter().chain(delivered).min()
    }

    /// How fast the serialiser works at its clock, and until when that is sure.
    fn rate(&self) -> (BitRate, Duration) {
        let change = self.outages.next_change(self.clock);
        if self.outages.at(self.clock).is_some() {
            return (BitRate::ZERO, change);
        }
        match &self.shape.rate {
            Rate::Steady(rate) => (*rate, change),
            Rate::Traced(trace) => {
                let since = self.clock.saturating_sub(self.origin);
                let until = self.origin.saturating_add(trace.next_change(since));
                (trace.at(since), change.min(until))
            }
        }
    }

    /// Works up to `now`.
    fn advance(&mut self, now: Duration) {
        while self.clock < now {
            if self.outages.at(self.clock) == Some(OutageMode::Drop) {
                self.lose_the_queue();
            }
            let (rate, until) = self.rate();
            let until = until.min(now);
            let Some(sending) = self.first else {
                self.clock = until;
                continue;
            };
            match time_for(sending.left, rate).map(|time| self.clock.saturating_add(time)) {
                Some(done) if done <= until => {
                    self.clock = done;
                    self.send_first(sending);
                }
                _ => {
                    let time = until.saturating_sub(self.clock);
                    let worked = u128::from(rate.as_bps()) * time.as_nanos();
                    let stood = if worked == 0 { time } else { Duration::ZERO };
                    self.first = Some(Transmission {
                        waited: sending.waited + stood,
                        left: sending.left.saturating_sub(worked),
                    });
                    self.clock = until;
                }
            }
        }
    }

    /// The next in the queue goes into transmission, if none is.
    fn begin_first(&mut self) {
        if self.first.is_none() {
            self.first = self.queue.front().map(|next| Transmission {
                waited: self.clock.saturating_sub(next.entered),
                left: next.bytes as u128 * BIT_NANOSECONDS_PER_BYTE,
            });
        }
    }

    /// The last bit of the first packet has left.
    fn send_first(&mut self, sending: Transmission) {
        self.first = None;
        let Some(Waiting {
            packet,
            bytes,
            entered,
        }) = self.queue.pop_front()
        else {
            return;
        };
        self.queued_bytes -= bytes;
        let is_lost = self.air.takes(self.clock);
        // Drawn for a lost packet as well: what the air takes shifts nobody else's delay.
        let jitter = self.shape.jitter.mul_f64(self.jitter.unit());
        let (at, outcome) = if is_lost {
            (self.clock, Outcome::Lost)
        } else {
            self.latest = self.latest.max(self.clock + self.shape.delay + jitter);
            (self.latest, Outcome::Delivered)
        };
        let fate = Fate {
            packet,
            bytes,
            entered,
            sent: Some(Sending {
                done: self.clock,
                waited: sending.waited,
            }),
            at,
            outcome,
        };
        if is_lost {
            self.refused.push_back(fate);
        } else {
            self.pipe.push_back(fate);
        }
        self.begin_first();
    }

    fn lose_the_queue(&mut self) {
        self.first = None;
        self.queued_bytes = 0;
        let at = self.clock;
        self.refused.extend(self.queue.drain(..).map(
            |Waiting {
                 packet,
                 bytes,
                 entered,
             }| Fate {
                packet,
                bytes,
                entered,
                sent: None,
                at,
                outcome: Outcome::Outage,
            },
        ));
    }
}

/// How long that many bit·ns take; nothing at a rate of zero.
fn time_for(left: u128, rate: BitRate) -> Option<Duration> {
    (rate > BitRate::ZERO).then(|| {
        let nanoseconds = left.div_ceil(u128::from(rate.as_bps()));
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    })
}

#[cfg(test)]
mod tests;
