//! Packets of one voice become fewer and longer ones on their way to one listener.
//!
//! Three things stay true over it. **Time:** a merged packet has the timestamp of its first frame,
//! and only frames that follow each other without a pause share one. **Loss:** the outgoing
//! numbers have no gap where packets were merged or left out, and where packets are missing they
//! have one of as many numbers as packets would have carried them: what a listener reports as lost
//! was lost. **Order:** a packet that comes late, by another way or because it was asked for again,
//! takes a number that was left free for it, or none.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::media::opus::merge::{fits, merge};
use crate::media::opus::packet::{Packet, is_dtx};
use crate::media::opus::{PacketTime, TICKS_PER_MS};

/// Gaps in which late packets still find their place: more than fit into the 400 ms after which a
/// packet that was asked for again is of no use.
const MAX_GAPS: usize = 8;

/// More missing packets than these were never sent: another source. The same bound as in
/// [`SequenceRewriter`](super::rewriter::SequenceRewriter).
const LARGEST_GAP: u64 = 1_000;

/// The most bytes of a merged packet: with headers and a redundant copy of the same size it must
/// not exceed what a network carries in one piece. 120 ms of voice at 32 kbit/s are 480.
const MAX_BYTES: usize = 500;

/// A packet of plain Opus that somebody spoke.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// Its number at the source.
    pub sequence: u64,
    /// Its RTP timestamp at the source.
    pub timestamp: u32,
    /// When it was captured.
    pub captured: Instant,
    /// When it arrived.
    pub arrived: Instant,
    /// It begins a talkspurt (RFC 3551 section 4.1).
    pub marker: bool,
    /// What was said.
    pub payload: Arc<[u8]>,
}

/// A packet that goes to the listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Counted from one start of the source to the next; a gap means loss.
    pub number: u64,
    /// In the source's clock.
    pub timestamp: u32,
    /// When its first frame was captured.
    pub captured: Instant,
    /// It begins a talkspurt.
    pub marker: bool,
    /// One or more frames.
    pub payload: Arc<[u8]>,
}

/// Numbers that were left free.
#[derive(Clone, Copy, Debug)]
struct Gap {
    /// The source's numbers that are missing.
    first: u64,
    missing: u64,
    /// How many of the source's packets share an outgoing number.
    together: u64,
    /// The first number that may still be used, and the one for the first missing packet.
    free_from: u64,
    number: u64,
}

/// Merges the voice of one source.
#[derive(Debug)]
pub struct Merger {
    packet_time: PacketTime,
    /// What waits for more: frames that follow each other.
    held: Vec<Spoken>,
    held_for: Duration,
    /// The number at the source that should come next.
    expected: Option<u64>,
    next_number: u64,
    gaps: VecDeque<Gap>,
}

impl Merger {
    /// Merges up to this length.
    pub fn new(packet_time: PacketTime) -> Self {
        Self {
            packet_time,
            held: Vec::new(),
            held_for: Duration::ZERO,
            expected: None,
            next_number: 0,
            gaps: VecDeque::new(),
        }
    }

    /// Merges up to this length from the next packet on.
    pub fn aim(&mut self, packet_time: PacketTime) {
        self.packet_time = packet_time;
    }

    /// Another source begins, or the same anew: nothing of the old one leaves any more. Returns the
    /// number that the next packet will have.
    pub fn restart(&mut self) -> u64 {
        self.held.clear();
        self.held_for = Duration::ZERO;
        self.expected = None;
        self.gaps.clear();
        self.next_number
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// When what waits has waited long enough: then it goes as it is.
    pub fn deadline(&self) -> Option<Instant> {
        let first = self.held.first()?;
        Some(first.arrived + self.packet_time.duration())
    }

    /// Takes the next packet of the source.
    pub fn push(&mut self, spoken: Spoken, out: &mut impl FnMut(Outgoing)) {
        let packet = Packet::parse(&spoken.payload).ok();
        let lasts = packet.map(|packet| packet.duration());
        match self.expected {
            Some(expected) if spoken.sequence < expected => return self.late(spoken, out),
            Some(expected) if spoken.sequence > expected => {
                self.flush(out);
                self.leave_free(expected, spoken.sequence - expected, lasts);
            }
            _ => {}
        }
        self.expected = Some(spoken.sequence + 1);
        let whole = self.packet_time.duration();
        // What cannot be taken apart goes as it came: its receiver has always had to cope with it.
        let Some(packet) = packet.filter(|packet| {
            packet.duration() < whole
                && !is_dtx(&spoken.payload)
                && spoken.payload.len() <= MAX_BYTES
        }) else {
            self.flush(out);
            return self.send(spoken, out);
        };
        let lasts = packet.duration();
        if !self.continues(&spoken, &packet) {
            self.flush(out);
        }
        self.held_for += lasts;
        self.held.push(spoken);
        if self.held_for + lasts > whole {
            self.flush(out);
        }
    }

    /// A packet of the source that does not go to this listener, by decision and not by loss.
    pub fn skip(&mut self, sequence: u64, out: &mut impl FnMut(Outgoing)) {
        self.flush(out);
        self.expected = self.expected.max(Some(sequence + 1));
    }

    /// Sends what waits.
    pub fn flush(&mut self, out: &mut impl FnMut(Outgoing)) {
        self.held_for = Duration::ZERO;
        let payload = match self.held.as_slice() {
            [] => return,
            [only] => Some(only.payload.clone()),
            many => merge(many.iter().map(|spoken| &*spoken.payload)).map(Arc::from),
        };
        let Some(payload) = payload else {
            // They were compared before they were held: this does not happen, and would cost nothing
            // but headers.
            for spoken in std::mem::take(&mut self.held) {
                self.send(spoken, out);
            }
            return;
        };
        let mut held = self.held.drain(..);
        let first = held.next();
        drop(held);
        if let Some(first) = first {
            self.send(Spoken { payload, ..first }, out);
        }
    }

    /// Whether a packet follows what waits closely enough to share a packet with it.
    fn continues(&self, spoken: &Spoken, packet: &Packet<'_>) -> bool {
        let Some(first) = self.held.first() else {
            return true;
        };
        let bytes: usize = self.held.iter().map(|held| held.payload.len()).sum();
        let next = first.timestamp.wrapping_add(ticks(self.held_for));
        !spoken.marker
            && spoken.timestamp == next
            && self.held_for + packet.duration() <= self.packet_time.duration()
            && bytes + spoken.payload.len() <= MAX_BYTES
            && Packet::parse(&first.payload).is_ok_and(|first| fits(&first, packet))
    }

    /// Leaves numbers free for packets that are missing.
    fn leave_free(&mut self, first: u64, missing: u64, lasts: Option<Duration>) {
        if missing > LARGEST_GAP {
            self.gaps.clear();
            return;
        }
        let whole = self.packet_time.duration().as_micros();
        let together = lasts.map_or(1, |lasts| whole / lasts.as_micros().max(1));
        let together = u64::try_from(together).unwrap_or(1).max(1);
        if self.gaps.len() == MAX_GAPS {
            self.gaps.pop_front();
        }
        self.gaps.push_back(Gap {
            first,
            missing,
            together,
            free_from: self.next_number,
            number: self.next_number,
        });
        self.next_number += missing.div_ceil(together);
    }

    /// A packet that others have overtaken.
    fn late(&mut self, spoken: Spoken, out: &mut impl FnMut(Outgoing)) {
        let number = self.gaps.iter_mut().find_map(|gap| {
            let at = spoken.sequence.checked_sub(gap.first)?;
            let number = gap.number + at / gap.together;
            (at < gap.missing && number >= gap.free_from).then(|| {
                gap.free_from = number + 1;
                number
            })
        });
        if let Some(number) = number {
            Self::emit(number, spoken, out);
        }
    }

    fn send(&mut self, spoken: Spoken, out: &mut impl FnMut(Outgoing)) {
        let number = self.next_number;
        self.next_number += 1;
        Self::emit(number, spoken, out);
    }

    fn emit(number: u64, spoken: Spoken, out: &mut impl FnMut(Outgoing)) {
        out(Outgoing {
            number,
            timestamp: spoken.timestamp,
            captured: spoken.captured,
            marker: spoken.marker,
            payload: spoken.payload,
        });
    }
}

/// In the RTP clock.
fn ticks(duration: Duration) -> u32 {
    // At most 120 ms are ever held.
    u32::try_from(duration.as_micros()).unwrap_or_default() / 1_000 * TICKS_PER_MS
        + u32::try_from(duration.as_micros() % 1_000).unwrap_or_default() * TICKS_PER_MS / 1_000
}

#[cfg(test)]
#[path = "merger_tests.rs"]
mod tests;
