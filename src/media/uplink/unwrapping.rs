//! Takes apart voice that carries the packet before in each packet (RFC 2198), where it arrives: what was
//! lost goes on from its copy, and nobody downstream pays for the copies or takes the loss for their own.
//!
//! **Invariant:** a number goes on once. What is sent again on a NACK may still come after its copy, and two
//! packets of one number would be encrypted with one nonce.

use std::collections::VecDeque;
use std::sync::Arc;

use str0m::media::Pt;
use str0m::rtp::{RedDecoder, RtpPacket};

use crate::media::codec::Codec;

/// How many numbers a copy is remembered: the engine takes nothing that is more than 100 behind.
const REMEMBERED: u64 = 256;

/// A voice packet as it came.
#[derive(Clone, Copy, Debug)]
pub struct Wrapped<'a> {
    /// Its extended sequence number.
    pub number: u64,
    /// Its RTP timestamp.
    pub timestamp: u32,
    /// What it carries.
    pub payload: &'a [u8],
    /// As what.
    pub codec: Codec,
}

/// Plain Opus that goes on under a number of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    number: u64,
    timestamp: u32,
    payload: Arc<[u8]>,
}

impl Piece {
    /// Makes the packet that it came in this one. `opus` is the sender's payload type.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "sequence numbers are the low 16 bits"
    )]
    pub fn put_into(self, packet: &mut RtpPacket, opus: Pt) {
        packet.seq_no = self.number.into();
        packet.header.sequence_number = self.number as u16;
        packet.header.timestamp = self.timestamp;
        packet.header.payload_type = opus;
        packet.payload = self.payload;
    }
}

/// What becomes of a packet.
#[derive(Debug, PartialEq, Eq)]
pub enum Unwrapped {
    /// It goes on as it came.
    AsItIs,
    /// A copy of it has gone on already.
    HadAlready,
    /// These go on instead, in this order.
    Apart(Vec<Piece>),
}

/// What one microphone sends.
#[derive(Debug, Default)]
pub struct Unwrapping {
    /// The highest number that has come, whatever its stream and whether or not copies were asked for:
    /// what is above it has never gone on.
    highest: Option<u64>,
    /// Numbers that copies went on under, the oldest first.
    copied: VecDeque<u64>,
}

impl Unwrapping {
    /// Whether nothing is left of copies that went on.
    pub fn is_idle(&self) -> bool {
        self.copied.is_empty()
    }

    /// A packet of the voice goes on, or not, whatever it is.
    pub fn saw(&mut self, number: u64) {
        self.highest = self.highest.max(Some(number));
    }

    /// Whether what went on under this number was a copy.
    pub fn is_copy(&self, number: u64) -> bool {
        self.copied.contains(&number)
    }

    /// Takes a packet of the voice before it is [seen](Self::saw).
    pub fn take(&mut self, packet: Wrapped<'_>) -> Unwrapped {
        let Wrapped { number, .. } = packet;
        if self.is_copy(number) {
            return Unwrapped::HadAlready;
        }
        while self
            .copied
            .front()
            .is_some_and(|old| old.saturating_add(REMEMBERED) < number)
        {
            self.copied.pop_front();
        }
        if packet.codec != Codec::Red {
            return Unwrapped::AsItIs;
        }
        let Ok(blocks) = RedDecoder::decode(packet.payload) else {
            return Unwrapped::AsItIs;
        };
        let Some(primary) = blocks.iter().find(|block| block.is_primary) else {
            return Unwrapped::AsItIs;
        };
        let piece = |number, timestamp_offset, payload: &[u8]| Piece {
            number,
            timestamp: packet.timestamp.wrapping_sub(timestamp_offset),
            payload: payload.into(),
        };
        let mut pieces = Vec::with_capacity(2);
        let missing = number
            .checked_sub(1)
            .filter(|before| self.highest.is_some_and(|highest| *before > highest));
        let copy = blocks.iter().rfind(|block| !block.is_primary);
        if let (Some(before), Some(copy)) = (missing, copy.filter(|copy| !copy.payload.is_empty()))
        {
            self.copied.push_back(before);
            pieces.push(piece(before, copy.timestamp_offset, copy.payload));
        }
        pieces.push(piece(number, 0, primary.payload));
        Unwrapped::Apart(pieces)
    }
}

#[cfg(test)]
mod tests {
    use str0m::rtp::{RedEncoder, RedundantBlock};

    use super::*;

    const OPUS: u8 = 111;
    const TICKS: u32 = 2_880;

    /// A packet of 60 ms whose payload is its number.
    fn wrapped(number: u64) -> Vec<u8> {
        let copy = RedundantBlock {
            pt: OPUS,
            timestamp_offset: TICKS,
            payload: vec![u8::try_from(number - 1).unwrap()],
        };
        RedEncoder::encode(OPUS, &[u8::try_from(number).unwrap()], &[copy])
    }

    fn take(unwrapping: &mut Unwrapping, number: u64) -> Vec<u64> {
        let unwrapped = unwrapping.take(Wrapped {
            number,
            timestamp: u32::try_from(number).unwrap() * TICKS,
            payload: &wrapped(number),
            codec: Codec::Red,
        });
        match unwrapped {
            Unwrapped::AsItIs => panic!("it is RED"),
            Unwrapped::HadAlready => Vec::new(),
            Unwrapped::Apart(pieces) => pieces
                .into_iter()
                .map(|piece| {
                    unwrapping.saw(piece.number);
                    assert_eq!(u64::from(piece.payload[0]), piece.number);
                    assert_eq!(u64::from(piece.timestamp / TICKS), piece.number);
                    piece.number
                })
                .collect(),
        }
    }

    #[test]
    fn a_lost_packet_goes_on_from_its_copy_and_not_again_when_it_is_sent_again() {
        let mut voice = Unwrapping::default();
        assert_eq!(take(&mut voice, 10), [10], "nothing is known before");
        assert_eq!(take(&mut voice, 12), [11, 12]);
        assert!(voice.is_copy(11));
        assert!(take(&mut voice, 11).is_empty());
        assert_eq!(take(&mut voice, 15), [14, 15], "13 is lost with its copy");
        assert_eq!(take(&mut voice, 13), [13], "and comes after all");
        assert!(take(&mut voice, 14).is_empty());
    }

    #[test]
    fn every_number_goes_on_once_over_any_loss_order_and_rest() {
        let mut rng = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let mut voice = Unwrapping::default();
            let mut sent: Vec<u64> = (1..120).filter(|_| rng.u8(..10) > 1).collect();
            // What was lost or overtaken comes up to ten places later, if at all.
            for number in 1..120 {
                if !sent.contains(&number) && rng.bool() {
                    let at = sent.iter().position(|other| *other > number);
                    let at = at.unwrap_or(sent.len()) + rng.usize(..10);
                    sent.insert(at.min(sent.len()), number);
                }
            }
            let mut gone = Vec::new();
            for number in sent {
                if rng.u8(..20) == 0 {
                    // Copies are not asked for: it goes on as it is unless it has.
                    if voice.is_idle() {
                        voice.saw(number);
                        gone.push(number);
                        continue;
                    }
                }
                gone.extend(take(&mut voice, number));
            }
            let count = gone.len();
            gone.sort_unstable();
            gone.dedup();
            assert_eq!(gone.len(), count);
        }
    }

    #[test]
    fn plain_opus_and_what_is_no_red_go_on_as_they_are() {
        let mut voice = Unwrapping::default();
        for (payload, codec) in [(&[0x48, 1][..], Codec::Opus), (&[0xff][..], Codec::Red)] {
            let packet = Wrapped {
                number: 3,
                timestamp: 0,
                payload,
                codec,
            };
            assert_eq!(voice.take(packet), Unwrapped::AsItIs);
        }
    }
}
