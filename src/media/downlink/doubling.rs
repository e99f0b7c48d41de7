//! Each packet of a voice carries the one before it (RFC 2198): against isolated loss, for listeners
//! whose browser takes it.

use std::sync::Arc;

use str0m::rtp::{RedEncoder, RedundantBlock};

use super::merger::Outgoing;
use super::shape::Repair;
use crate::media::opus::packet::is_dtx;

/// The most bytes of a packet with a copy in it: with headers it must not exceed what a network
/// carries in one piece.
const MAX_BYTES: usize = 1_100;

/// The copies of one voice.
#[derive(Debug, Default)]
pub struct Doubling {
    previous: Option<(u32, Arc<[u8]>)>,
}

impl Doubling {
    /// Forgets the packet before: another source begins.
    pub fn restart(&mut self) {
        self.previous = None;
    }

    /// The packet with the one before in it; `None` if there is none that fits or is worth it.
    pub fn double(&mut self, repair: Repair, opus_pt: u8, outgoing: &Outgoing) -> Option<Vec<u8>> {
        if repair != Repair::Red {
            self.previous = None;
            return None;
        }
        let present = (outgoing.timestamp, outgoing.payload.clone());
        let (timestamp, payload) = self.previous.replace(present)?;
        let copy = RedundantBlock {
            pt: opus_pt,
            timestamp_offset: outgoing.timestamp.wrapping_sub(timestamp),
            payload: payload.to_vec(),
        };
        // The offset has 14 bits, 341 ms: what lies behind a pause does not fit, nor does what
        // came late and seems to lie ahead.
        let is_worth_it =
            !is_dtx(&payload) && copy.fits() && payload.len() + outgoing.payload.len() <= MAX_BYTES;
        is_worth_it.then(|| RedEncoder::encode(opus_pt, &outgoing.payload, &[copy]))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use str0m::rtp::RedDecoder;

    use super::*;

    fn outgoing(timestamp: u32, payload: &[u8]) -> Outgoing {
        Outgoing {
            number: 0,
            timestamp,
            captured: Instant::now(),
            marker: false,
            payload: payload.into(),
        }
    }

    #[test]
    fn carries_the_packet_before_unless_there_was_a_pause_or_nothing_in_it() {
        let mut doubling = Doubling::default();
        let mut double = |timestamp, payload: &[u8]| {
            doubling.double(Repair::Red, 111, &outgoing(timestamp, payload))
        };
        assert_eq!(double(0, &[0x48, 1, 1]), None, "the first");
        let red = double(2_880, &[0x48, 2, 2]).unwrap();
        let blocks = RedDecoder::decode(&red).unwrap();
        assert_eq!(blocks[0].payload, [0x48, 1, 1]);
        assert_eq!(blocks[0].timestamp_offset, 2_880);
        assert_eq!(blocks[1].payload, [0x48, 2, 2]);
        assert_eq!(double(2_880 + 16_384, &[0x48, 3, 3]), None, "a pause");
        assert_eq!(double(20_000, &[0x48, 2, 2]).map(|red| red.len()), Some(11));
        assert_eq!(double(19_000, &[0x48]), None, "late");
        assert_eq!(double(22_000, &[0x48, 4, 4]), None, "nothing in it");
    }
}
