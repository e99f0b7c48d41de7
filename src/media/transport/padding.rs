//! Whether packets that carry nothing leave towards a peer.
//!
//! The engine fills what a picture leaves of 50 kbit/s with padding, so that its estimator has something
//! to measure. Below an open link that estimator is not asked, and what it is filled with would stand in
//! the queue before the voice.

/// What becomes of padding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Padding {
    /// It leaves as the engine makes it.
    #[default]
    Leaves,
    /// It does not leave. To the engine it is lost.
    Stays,
}

impl Padding {
    /// Whether a datagram may leave. The bit that tells padding stands in the clear (RFC 3550 section
    /// 5.1, RFC 3711 section 3.1), and nothing of ours but padding has it.
    pub fn admits(self, datagram: &[u8]) -> bool {
        const PADDING: u8 = 0x20;
        let is_padding = match datagram {
            // RTCP has types of its own in the place of payload types (RFC 5761 section 4).
            [_, 192..=223, ..] | [] => false,
            [first, ..] => first >> 6 == 2 && first & PADDING != 0,
        };
        self == Self::Leaves || !is_padding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_padding_stays() {
        let datagrams: [(&[u8], bool); 6] = [
            (&[0x80, 111, 0, 1], true),
            (&[0x90, 97, 0, 1], true),
            (&[0xb0, 97, 0, 1], false),
            (&[0xa0, 200, 0, 6], true),
            (&[0x16, 0xfe, 0xfd], true),
            (&[], true),
        ];
        for (datagram, leaves) in datagrams {
            assert_eq!(Padding::Stays.admits(datagram), leaves, "{datagram:02x?}");
            assert!(Padding::Leaves.admits(datagram));
        }
    }
}
