//! The whole link: both directions and what is counted of them. Still without socket or clock.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::classify::classify;
use super::ledger::{Label, Ledger};
use super::model::{Direction, Outcome};
use super::series::Series;
use super::shape::{OutageMode, Shape};

/// A direction, as the person behind the weak link sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Way {
    /// From inside to outside.
    Up,
    /// From outside to inside.
    Down,
}

impl Way {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Up, Self::Down];
}

#[derive(Debug)]
struct Packet {
    bytes: Vec<u8>,
    label: Label,
}

/// How late the emulator itself was, and how long packets waited.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Waits {
    /// Packets that left the queue.
    pub packets: u64,
    /// Their waits together.
    pub total: Duration,
    /// The longest of them.
    pub longest: Duration,
    /// The most by which a packet was delivered after it was due: the machine was starved.
    pub latest: Duration,
}

/// Both directions of a link.
#[derive(Debug)]
pub struct Emulator {
    up: Half,
    down: Half,
    ledger: Ledger,
}

#[derive(Debug)]
struct Half {
    direction: Direction<Packet>,
    series: Series,
    waits: Waits,
}

impl Emulator {
    /// An idle link.
    pub fn new(up: Shape, down: Shape, seed: u64) -> Self {
        let half = |shape, number| Half {
            direction: Direction::new(shape, seed, number),
            series: Series::default(),
            waits: Waits::default(),
        };
        Self {
            up: half(up, 0),
            down: half(down, 1),
            ledger: Ledger::default(),
        }
    }

    /// A packet was written to the link by a sender.
    pub fn push(&mut self, way: Way, now: Duration, packet: &[u8]) {
        let Some((class, flow)) = classify(packet) else {
            self.ledger.count_foreign(way);
            return;
        };
        let label = Label { class, flow };
        self.ledger.open(way, label, packet.len(), now);
        let half = self.half(way);
        half.direction.push(
            now,
            Packet {
                bytes: packet.to_vec(),
                label,
            },
            packet.len(),
        );
        half.series
            .open(now, packet.len(), half.direction.backlog_bytes());
    }

    /// The next packet for the receiver of a direction.
    pub fn poll(&mut self, way: Way, now: Duration) -> Option<Vec<u8>> {
        loop {
            let half = self.half(way);
            let fate = half.direction.poll(now)?;
            half.series.close(&fate, fate.packet.label, now);
            if let Some(sent) = fate.sent {
                half.waits.packets += 1;
                half.waits.total += sent.waited;
                half.waits.longest = half.waits.longest.max(sent.waited);
            }
            let is_delivered = fate.outcome == Outcome::Delivered;
            if is_delivered {
                half.waits.latest = half.waits.latest.max(now.saturating_sub(fate.at));
            }
            self.ledger
                .close(way, fate.packet.label, fate.bytes, fate.outcome, fate.at);
            if is_delivered {
                return Some(fate.packet.bytes);
            }
        }
    }

    /// When to poll again, if nothing is pushed before.
    pub fn deadline(&self) -> Option<Duration> {
        let [up, down] = [&self.up, &self.down].map(|half| half.direction.deadline());
        up.into_iter().chain(down).min()
    }

    /// What a direction is like.
    pub fn shape(&self, way: Way) -> &Shape {
        self.look(way).direction.shape()
    }

    /// Another shape from now on.
    pub fn reshape(&mut self, way: Way, now: Duration, shape: Shape) {
        self.half(way).direction.reshape(now, shape);
    }

    /// An outage begins, whatever the schedule says, and ends at `until`.
    pub fn begin_outage(&mut self, way: Way, now: Duration, mode: OutageMode, until: Duration) {
        self.half(way).direction.begin_outage(now, mode, until);
    }

    /// The outage that was begun by hand ends.
    pub fn end_outage(&mut self, way: Way, now: Duration) {
        self.half(way).direction.end_outage(now);
    }

    /// Scheduled outages and rate traces start over, now.
    pub fn restart_schedule(&mut self, now: Duration) {
        for way in Way::BOTH {
            self.half(way).direction.restart_schedule(now);
        }
    }

    /// What was counted.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What was counted over time.
    pub fn series(&self, way: Way) -> &Series {
        &self.look(way).series
    }

    /// How long packets waited.
    pub fn waits(&self, way: Way) -> Waits {
        self.look(way).waits
    }

    /// Bytes that wait, and what an outage does with them, if there is one.
    pub fn standing(&self, way: Way) -> (usize, Option<OutageMode>) {
        let direction = &self.look(way).direction;
        (direction.backlog_bytes(), direction.outage())
    }

    fn half(&mut self, way: Way) -> &mut Half {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    fn look(&self, way: Way) -> &Half {
        match way {
            Way::Up => &self.up,
            Way::Down => &self.down,
        }
    }
}

#[cfg(test)]
mod tests;
