//! Keeps a hostile transport sequence number from the engine.
//!
//! The engine extends the 16-bit numbers of transport-wide congestion control to 64 bits. A number
//! that seems to come from before the very first ones wraps below zero there, and the next report
//! then lists as missing every number in between, which is all of them: two packets from a peer
//! would take the whole process's memory. Only the first half of the first round can be wrapped,
//! so this looks at nothing any more once that is past.

/// Numbers further back than this are taken for newer ones of the round before.
const HALF: u16 = 1 << 15;

/// How the name of the extension ends in an SDP.
const URI_ENDING: &str = "transport-wide-cc-extensions-01";

/// What is known of one peer's transport sequence numbers.
#[derive(Debug, Default)]
pub struct TransportSequence {
    /// The header extension's ids, on any m-line.
    ids: Vec<u8>,
    /// The engine's highest number is at least this, if it has one.
    least: Option<u16>,
    /// `least` comes from an authenticated packet.
    is_certain: bool,
    /// The first half of the first round is past.
    is_past: bool,
}

impl TransportSequence {
    /// For a peer that got this answer. The engine reads the extension even where it was not
    /// agreed on: then every id that stands for nothing else may be it.
    pub fn negotiated(answer: &str) -> Self {
        let agreed: Vec<(u8, &str)> = answer.lines().filter_map(extension_map).collect();
        let is_ours = |(_, uri): &&(u8, &str)| uri.ends_with(URI_ENDING);
        let mut ids: Vec<u8> = agreed.iter().filter(is_ours).map(|(id, _)| *id).collect();
        if ids.is_empty() {
            ids = (1..=u8::MAX)
                .filter(|id| agreed.iter().all(|(other, _)| other != id))
                .collect();
        }
        Self {
            ids,
            ..Self::default()
        }
    }

    /// Whether the engine can take this RTP packet without wrapping below zero.
    pub fn admits(&self, packet: &[u8]) -> bool {
        self.is_past || self.numbers(packet).all(|number| self.is_safe(number))
    }

    fn is_safe(&self, number: u16) -> bool {
        self.least
            .is_none_or(|least| u32::from(number) <= u32::from(HALF) + u32::from(least))
    }

    /// The engine took this packet but delivered nothing: it was forged, or padding.
    pub fn was_taken(&mut self, packet: &[u8]) {
        if !self.is_past && !self.is_certain {
            self.least = self.numbers(packet).chain(self.least).min();
        }
    }

    /// The engine delivered a packet with this number.
    pub fn was_delivered(&mut self, number: Option<u16>) {
        let Some(number) = number.filter(|_| !self.is_past) else {
            return;
        };
        let known = self.least.filter(|_| self.is_certain);
        self.least = known.max(Some(number));
        self.is_certain = true;
        self.is_past = self.least >= Some(HALF);
    }

    /// Every value of the extension in a packet: one, unless somebody plays.
    fn numbers<'a>(&'a self, packet: &'a [u8]) -> impl Iterator<Item = u16> + 'a {
        elements(packet).filter_map(|(id, value)| match *value {
            [high, low, ..] if self.ids.contains(&id) => Some(u16::from_be_bytes([high, low])),
            _ => None,
        })
    }
}

/// The id and the name in an `a=extmap:3/recvonly URI` line (RFC 8285 section 5).
fn extension_map(line: &str) -> Option<(u8, &str)> {
    let (id, uri) = line.strip_prefix("a=extmap:")?.split_once(' ')?;
    let id = id.split_once('/').map_or(id, |(id, _direction)| id);
    Some((id.parse().ok()?, uri))
}

/// The header extension elements of an RTP packet (RFC 8285 section 4), id and value.
fn elements(packet: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let (mut rest, is_one_byte) = extension(packet).unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            let (first, after) = rest.split_first()?;
            if *first == 0 {
                rest = after; // padding
                continue;
            }
            let (id, length, values) = if is_one_byte {
                (first >> 4, usize::from(first & 0x0f) + 1, after)
            } else {
                let (length, values) = after.split_first()?;
                (*first, usize::from(*length), values)
            };
            let (value, after) = values.split_at_checked(length)?;
            rest = after;
            return Some((id, value));
        }
    })
}

/// The elements' bytes, and whether their heads have one byte.
fn extension(packet: &[u8]) -> Option<(&[u8], bool)> {
    let first = packet.first()?;
    if first & 0x10 == 0 {
        return None;
    }
    let csrcs = usize::from(first & 0x0f);
    let (head, rest) = packet.get(12 + 4 * csrcs..)?.split_at_checked(4)?;
    let [p1, p0, l1, l0] = *head else { return None };
    let bytes = rest.get(..4 * usize::from(u16::from_be_bytes([l1, l0])))?;
    match u16::from_be_bytes([p1, p0]) {
        0xbede => Some((bytes, true)),
        profile if profile & 0xfff0 == 0x1000 => Some((bytes, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet with an audio level (1) and a transport sequence number (3).
    fn packet(number: u16) -> Vec<u8> {
        let [high, low] = number.to_be_bytes();
        let mut packet = vec![0x91, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9];
        packet.extend([0xbe, 0xde, 0, 2, 0x10, 0x80, 0x31, high, low, 0, 0, 0]);
        packet
    }

    const ANSWER: &str = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n";

    fn delivered(numbers: &[u16]) -> TransportSequence {
        let mut sequence = TransportSequence::negotiated(ANSWER);
        for number in numbers {
            assert!(sequence.admits(&packet(*number)), "{number}");
            sequence.was_delivered(Some(*number));
        }
        sequence
    }

    #[test]
    fn a_number_from_before_the_first_is_kept_away() {
        let sequence = delivered(&[10, 12, 11]);
        assert!(!sequence.admits(&packet(65_535)));
        assert!(!sequence.admits(&packet(32_781)));
        assert!(sequence.admits(&packet(32_780)), "half a round ahead");
        assert!(sequence.admits(&packet(0)));
    }

    #[test]
    fn nothing_is_kept_away_once_half_a_round_is_past() {
        let sequence = delivered(&[10, 30_000, 40_000]);
        for number in [0, 10, 39_999, 65_535] {
            assert!(sequence.admits(&packet(number)));
        }
    }

    #[test]
    fn a_peer_may_begin_anywhere() {
        delivered(&[65_535, 0, 1]);
        delivered(&[50_000, 50_001]);
    }

    #[test]
    fn what_may_have_been_padding_counts_as_the_first() {
        let mut sequence = TransportSequence::negotiated(ANSWER);
        sequence.was_taken(&packet(5));
        assert!(!sequence.admits(&packet(65_535)));
        sequence.was_delivered(Some(20_000));
        assert!(sequence.admits(&packet(50_000)));
    }

    #[test]
    fn where_it_was_not_agreed_on_any_other_id_may_be_it() {
        let (level, _) = ANSWER.split_once("\r\n").unwrap();
        let sequence = TransportSequence::negotiated(level);
        assert_eq!(sequence.ids.len(), 254);
        assert!(!sequence.ids.contains(&1));
    }

    #[test]
    fn reads_both_forms_and_survives_every_truncation() {
        let mut two_byte = vec![0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7];
        two_byte.extend([0x10, 0x00, 0, 2, 0, 3, 2, 0xab, 0xcd, 1, 0, 0]);
        let found: Vec<_> = elements(&two_byte).collect();
        assert_eq!(found[0], (3, &[0xab, 0xcd][..]));
        for length in 0..two_byte.len() {
            assert!(elements(&two_byte[..length]).next().is_none());
        }
    }
}
