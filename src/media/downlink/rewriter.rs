//! Keeps an outgoing stream continuous while its source changes.
//!
//! One outgoing SSRC carries one encoding after another, and one person after another. A receiver
//! must see one unbroken stream: sequence numbers without gaps other than real loss, timestamps
//! that follow the clock (RFC 3550 section 5.1).

use std::time::{Duration, Instant};

/// A step of more numbers than this is no loss that could still be repaired: senders keep about so
/// many packets for retransmission, receivers give up on more missing ones. Steps that are passed
/// on add up while a listener's link is down, and a listener that has missed 32,768 numbers has
/// lost count of the rounds: it can decrypt nothing on this stream any more, whoever speaks next.
const LARGEST_STEP: u64 = 1_000;

/// Maps extended sequence numbers of the current source onto the outgoing stream.
///
/// Invariants: two packets of one source keep their distance, so real loss stays visible (and can
/// be repaired by NACK), and the first packet of a new source follows the highest sent so far. A
/// step larger than [`LARGEST_STEP`] makes a new source. No number goes out twice, whatever comes
/// in: two packets under one number would be encrypted with one nonce, which gives AES-GCM's
/// authentication key away (RFC 7714 section 8.4). A page that sends one microphone under two
/// SSRCs, each with the same numbers, would do that to its listeners.
#[derive(Debug, Default)]
pub struct SequenceRewriter {
    sent: Sent,
    source: Option<SequenceSource>,
}

/// Which numbers went out.
#[derive(Debug, Default)]
struct Sent {
    /// The highest. Starts at 0 so that the first packet is 1: the SRTP rollover counter of a
    /// fresh receiver is 0 and the first number must stay below 65,536.
    highest: u64,
    /// Of the highest and the 127 before it, the highest in the lowest bit. What is further behind
    /// is not sent any more: the engine takes nothing from a publisher that is more than 100 behind.
    lately: u128,
}

impl Sent {
    /// Marks a number as sent; `false` if it was before, or may have been.
    fn take(&mut self, number: u64) -> bool {
        if let Some(step) = number.checked_sub(self.highest).filter(|step| *step > 0) {
            let step = u32::try_from(step).unwrap_or(u32::MAX);
            self.lately = self.lately.checked_shl(step).unwrap_or(0) | 1;
            self.highest = number;
            return true;
        }
        let behind = u32::try_from(self.highest - number).unwrap_or(u32::MAX);
        let Some(mark) = 1u128.checked_shl(behind) else {
            return false;
        };
        let is_new = self.lately & mark == 0;
        self.lately |= mark;
        is_new
    }
}

#[derive(Debug, Clone, Copy)]
struct SequenceSource {
    first: u64,
    becomes: u64,
}

impl SequenceRewriter {
    /// Starts a new source at its packet `first`.
    pub fn begin(&mut self, first: u64) {
        let becomes = self.sent.highest + 1;
        self.source = Some(SequenceSource { first, becomes });
    }

    /// The outgoing number of this packet; `None` if no source has begun, if the packet is older
    /// than the source's first one, or if its number has gone out or is too far behind to tell.
    pub fn rewrite(&mut self, sequence: u64) -> Option<u64> {
        let source = self.source?;
        let distance = sequence.checked_sub(source.first)?;
        let expected = self.sent.highest + 1 - source.becomes;
        if distance > expected + LARGEST_STEP {
            self.begin(sequence);
            return self.rewrite(sequence);
        }
        let outgoing = source.becomes + distance;
        self.sent.take(outgoing).then_some(outgoing)
    }
}

/// Maps RTP timestamps of the current source onto the outgoing stream.
#[derive(Debug)]
pub struct TimestampRewriter {
    clock_rate: u32,
    /// The latest outgoing timestamp and when its media was captured.
    latest: Option<(u32, Instant)>,
    /// Added to the source's timestamps, modulo 2³².
    offset: u32,
}

/// Least step between the last packet of one source and the first of the next: a new frame must
/// never share or precede the timestamp of an old one.
const LEAST_STEP: Duration = Duration::from_millis(10);

impl TimestampRewriter {
    /// A rewriter for a clock of this many ticks per second (48,000 for Opus, 90,000 for video).
    pub fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate,
            latest: None,
            offset: 0,
        }
    }

    /// Starts a new source at this packet, which was captured at `captured`.
    pub fn begin(&mut self, timestamp: u32, captured: Instant) {
        let outgoing = match self.latest {
            None => timestamp,
            Some((latest, then)) => {
                let elapsed = captured.saturating_duration_since(then).max(LEAST_STEP);
                latest.wrapping_add(self.ticks(elapsed))
            }
        };
        self.offset = outgoing.wrapping_sub(timestamp);
    }

    /// The outgoing timestamp of a packet of the current source.
    pub fn rewrite(&mut self, timestamp: u32, captured: Instant) -> u32 {
        let outgoing = timestamp.wrapping_add(self.offset);
        let is_newer = self
            .latest
            .is_none_or(|(latest, _)| is_after_or_same(outgoing, latest));
        if is_newer {
            self.latest = Some((outgoing, captured));
        }
        outgoing
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "RTP timestamps wrap modulo 2^32"
    )]
    fn ticks(&self, elapsed: Duration) -> u32 {
        (elapsed.as_micros() * u128::from(self.clock_rate) / 1_000_000) as u32
    }
}

/// Serial number arithmetic (RFC 1982) over 32 bits.
fn is_after_or_same(a: u32, b: u32) -> bool {
    a.wrapping_sub(b) < 1 << 31
}

#[cfg(test)]
#[path = "rewriter_tests.rs"]
mod tests;
