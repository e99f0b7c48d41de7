//! Datagrams by what they are, as somebody on the wire would count them: padding and probes are
//! media as well, and nothing is decrypted.

use std::ops::Sub;

use super::link::HEADER_BYTES;

/// Counts of datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// RTP: voice, pictures, retransmissions, padding.
    pub media: u64,
    /// Of those, packets that carry nothing.
    pub padding: u64,
    /// RTCP.
    pub reports: u64,
    /// STUN and DTLS, in which the data channel travels.
    pub others: u64,
    /// Of the reports, headers of IP and UDP included.
    pub report_bytes: u64,
    /// Of DTLS, in the same way.
    pub channel_bytes: u64,
}

impl Tally {
    /// Counts one datagram.
    pub fn add(&mut self, datagram: &[u8]) {
        let bytes = (datagram.len() + HEADER_BYTES) as u64;
        match datagram {
            // Version 2, and the packet types of RTCP (RFC 5761 section 4).
            [first, 192..=223, ..] if first >> 6 == 2 => {
                self.reports += 1;
                self.report_bytes += bytes;
            }
            [first, ..] if first >> 6 == 2 => {
                self.media += 1;
                self.padding += u64::from(first & 0x20 != 0);
            }
            // DTLS (RFC 7983 section 7).
            [20..=63, ..] => {
                self.others += 1;
                self.channel_bytes += bytes;
            }
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
            padding: self.padding - before.padding,
            reports: self.reports - before.reports,
            others: self.others - before.others,
            report_bytes: self.report_bytes - before.report_bytes,
            channel_bytes: self.channel_bytes - before.channel_bytes,
        }
    }
}
