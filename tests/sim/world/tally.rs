//! Datagrams by what they are, as somebody on the wire would count them: padding and probes are
//! media as well, and nothing is decrypted.

use std::ops::Sub;

/// Counts of datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// RTP: voice, pictures, retransmissions, padding.
    pub media: u64,
    /// RTCP.
    pub reports: u64,
    /// STUN and DTLS, in which the data channel travels.
    pub others: u64,
}

impl Tally {
    /// Counts one datagram.
    pub fn add(&mut self, datagram: &[u8]) {
        match datagram {
            // Version 2, and the packet types of RTCP (RFC 5761 section 4).
            [first, 192..=223, ..] if first >> 6 == 2 => self.reports += 1,
            [first, ..] if first >> 6 == 2 => self.media += 1,
            _ => self.others += 1,
        }
    }

    /// All of them.
    pub fn total(self) -> u64 {
        self.media + self.reports + self.others
    }
}

impl Sub for Tally {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            media: self.media - before.media,
            reports: self.reports - before.reports,
            others: self.others - before.others,
        }
    }
}
