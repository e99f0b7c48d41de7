//! What passed when: bins of 100 ms, so that it can be drawn over time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::Serialize;

use super::classify::{Class, Flow};
use super::ledger::{Label, milliseconds};
use super::model::{Fate, Outcome};

/// How much time a bin holds.
pub const BIN: Duration = Duration::from_millis(100);
/// An hour of bins; then the oldest are forgotten. About 12 MB a direction.
const MAX_BINS: usize = 36_000;
/// Payload types that are drawn apart: more in one bin are counted in their class only.
const MAX_PAYLOAD_TYPES: usize = 16;

#[derive(Debug, Clone, Default)]
struct Bin {
    offered_bytes: u32,
    delivered: [u32; Class::ALL.len()],
    by_payload_type: Vec<(u8, u32)>,
    overflow: u32,
    lost: u32,
    outage: u32,
    backlog_bytes: u32,
    waited: u32,
    waited_us: u64,
    waited_most_us: u64,
    late_us: u64,
}

/// The bins of one direction.
#[derive(Debug, Default)]
pub struct Series {
    /// The number of the oldest that is kept, from the start of the link.
    first: usize,
    bins: VecDeque<Bin>,
}

/// Bins as they are told: one list a quantity, each with a number a bin.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Columns {
    /// Bytes written to the link.
    pub offered_bytes: Vec<u32>,
    /// Bytes handed to the receiver.
    pub delivered_bytes: Vec<u32>,
    /// The same by class, without classes that had none.
    pub classes: BTreeMap<Class, Vec<u32>>,
    /// Delivered RTP bytes by payload type.
    pub payload_types: BTreeMap<u8, Vec<u32>>,
    /// Packets dropped because the queue was full.
    pub overflow: Vec<u32>,
    /// Packets lost on the air.
    pub lost: Vec<u32>,
    /// Packets lost in an outage.
    pub outage: Vec<u32>,
    /// The longest queue that a packet met, in bytes.
    pub backlog_bytes: Vec<u32>,
    /// Mean wait in the queue of the packets that left it in this bin; 0 if none did.
    pub queue_mean_ms: Vec<f64>,
    /// The longest such wait.
    pub queue_max_ms: Vec<f64>,
    /// How much later than due the emulator itself delivered, at worst: the machine was starved.
    pub late_max_ms: Vec<f64>,
}

impl Series {
    /// A packet was offered while so many bytes waited.
    pub fn open(&mut self, at: Duration, bytes: usize, backlog: usize) {
        if let Some(bin) = self.bin(at) {
            bin.offered_bytes += narrow(bytes);
            bin.backlog_bytes = bin.backlog_bytes.max(narrow(backlog));
        }
    }

    /// A packet's way ended; `now` is when the emulator noticed.
    pub fn close(&mut self, fate: &Fate<impl Sized>, label: Label, now: Duration) {
        if let Some(sent) = fate.sent
            && let Some(bin) = self.bin(sent.done)
        {
            let waited = micros(sent.waited);
            bin.waited += 1;
            bin.waited_us += waited;
            bin.waited_most_us = bin.waited_most_us.max(waited);
        }
        let Some(bin) = self.bin(fate.at) else {
            return;
        };
        match fate.outcome {
            Outcome::Overflow => bin.overflow += 1,
            Outcome::Lost => bin.lost += 1,
            Outcome::Outage => bin.outage += 1,
            Outcome::Delivered => {
                bin.late_us = bin.late_us.max(micros(now.saturating_sub(fate.at)));
                if let Some(bytes) = bin.delivered.get_mut(label.class as usize) {
                    *bytes += narrow(fate.bytes);
                }
                if let Flow::Rtp { payload_type, .. } = label.flow {
                    bin.count_payload_type(payload_type, narrow(fate.bytes));
                }
            }
        }
    }

    /// Every bin from this time on, and when the first of them begins.
    pub fn columns(&self, from: Duration) -> (u64, Columns) {
        let skipped = index(from).saturating_sub(self.first).min(self.bins.len());
        let mut columns = Columns::default();
        let bins: Vec<&Bin> = self.bins.iter().skip(skipped).collect();
        for (row, bin) in bins.iter().enumerate() {
            columns.add(bin, row, bins.len());
        }
        let begins = (self.first + skipped) as u64 * milliseconds(BIN);
        (begins, columns)
    }

    /// The bin of a time; nothing if it is forgotten.
    fn bin(&mut self, at: Duration) -> Option<&mut Bin> {
        let place = index(at).checked_sub(self.first)?;
        if place >= self.bins.len() {
            let surplus = (place + 1).saturating_sub(MAX_BINS);
            let forgotten = surplus.min(self.bins.len());
            self.bins.drain(..forgotten);
            self.first += surplus;
            self.bins.resize_with(place + 1 - surplus, Bin::default);
        }
        let place = index(at).checked_sub(self.first)?;
        self.bins.get_mut(place)
    }
}

impl Bin {
    fn count_payload_type(&mut self, payload_type: u8, bytes: u32) {
        let counted = self
            .by_payload_type
            .iter()
            .position(|(known, _)| *known == payload_type);
        if let Some((_, sum)) = counted.and_then(|place| self.by_payload_type.get_mut(place)) {
            *sum += bytes;
        } else if self.by_payload_type.len() < MAX_PAYLOAD_TYPES {
            self.by_payload_type.push((payload_type, bytes));
        }
    }
}

impl Columns {
    fn add(&mut self, bin: &Bin, row: usize, rows: usize) {
        self.offered_bytes.push(bin.offered_bytes);
        self.delivered_bytes.push(bin.delivered.iter().sum());
        for (class, bytes) in Class::ALL.into_iter().zip(bin.delivered) {
            if bytes > 0 {
                put(
                    self.classes.entry(class).or_insert_with(|| vec![0; rows]),
                    row,
                    bytes,
                );
            }
        }
        for (payload_type, bytes) in &bin.by_payload_type {
            put(
                self.payload_types
                    .entry(*payload_type)
                    .or_insert_with(|| vec![0; rows]),
                row,
                *bytes,
            );
        }
        self.overflow.push(bin.overflow);
        self.lost.push(bin.lost);
        self.outage.push(bin.outage);
        self.backlog_bytes.push(bin.backlog_bytes);
        self.queue_mean_ms.push(as_ms(
            bin.waited_us
                .checked_div(u64::from(bin.waited))
                .unwrap_or(0),
        ));
        self.queue_max_ms.push(as_ms(bin.waited_most_us));
        self.late_max_ms.push(as_ms(bin.late_us));
    }
}

fn put(column: &mut [u32], row: usize, value: u32) {
    if let Some(cell) = column.get_mut(row) {
        *cell = value;
    }
}

fn index(at: Duration) -> usize {
    usize::try_from(at.as_millis() / BIN.as_millis()).unwrap_or(usize::MAX)
}

/// What a bin counts stays far below 4 billion.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Milliseconds with three places.
pub(super) fn as_ms(microseconds: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "times of a run are far below 2^52 microseconds"
    )]
    let exact = microseconds as f64;
    exact / 1_000.0
}

#[cfg(test)]
mod tests;
