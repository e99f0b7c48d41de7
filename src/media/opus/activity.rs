//! Whether somebody speaks, as their own encoder sees it, without decoding and without a header
//! extension.

use super::packet::{Packet, is_dtx};
use super::toc::Mode;

/// What a packet says about speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// The encoder hears speech.
    Speech,
    /// The encoder hears none, or has stopped.
    Silence,
    /// This mode does not say.
    Unknown,
}

/// Reads the voice activity bits of the linear prediction layer (RFC 6716 section 4.2.3): they are
/// the first symbols of a frame and stand unaltered in its first bits. One bit for each 20 ms (one
/// for a frame of 10 ms), then one that is of no interest here; in stereo the side channel's follow.
pub fn of(packet: &[u8]) -> Activity {
    if is_dtx(packet) {
        return Activity::Silence;
    }
    let Ok(packet) = Packet::parse(packet) else {
        return Activity::Unknown;
    };
    let toc = packet.toc();
    if toc.mode() == Mode::Celt {
        return Activity::Unknown;
    }
    // One for each 20 ms and the one after them, for each channel: together at most one byte.
    let bits = match toc.frame_duration().as_millis() {
        60 => 0b1110_u8,
        40 => 0b0110,
        _ => 0b0010,
    };
    let width = 8 - bits.leading_zeros();
    let mono = bits << (8 - width);
    let mask = if toc.is_stereo() {
        mono | mono >> width
    } else {
        mono
    };
    let speaks = |frame: &&[u8]| frame.first().is_some_and(|first| first & mask != 0);
    if packet.frames().iter().any(speaks) {
        Activity::Speech
    } else {
        Activity::Silence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet of one frame whose first byte is this, long enough to be no DTX.
    fn frame(toc: u8, first: u8) -> [u8; 4] {
        [toc, first, 0, 0]
    }

    #[test]
    fn reads_one_bit_for_each_twenty_milliseconds_and_not_the_one_after() {
        use Activity::{Silence, Speech, Unknown};
        for (toc, first, expected) in [
            (0x48, 0b1000_0000, Speech),
            (0x48, 0b0100_0000, Silence), // the next bit says something else
            (0x58, 0b0010_0000, Speech),  // 60 ms: three bits
            (0x58, 0b0001_0000, Silence),
            (0x4c, 0b0010_0000, Speech), // stereo: the side channel's
            (0x4c, 0b0101_1111, Silence),
            (0x78, 0b1000_0000, Speech),  // hybrid
            (0xf8, 0b1000_0000, Unknown), // transform only
        ] {
            let packet = frame(toc, first);
            assert_eq!(of(&packet), expected, "{toc:#x} {first:#010b}");
        }
        assert_eq!(of(&[0x48]), Silence);
        assert_eq!(of(&[]), Silence);
    }
}
