//! Each datagram of voice goes out once more, a while later: against loss in bursts, which takes a
//! packet and the redundancy in the next one together.
//!
//! The copy is the encrypted datagram, byte by byte. Encrypting the packet again under its number
//! would use an SRTP nonce twice as soon as one bit of its header differed, and AES-GCM gives its
//! authentication key away for that (RFC 7714 section 8.4). The receiver's replay protection
//! (RFC 3711 section 3.3.2) drops the copy of what it has; a copy of what it has not is to it a
//! packet that came late, and browsers' jitter buffers grow by as much as late packets are worth.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use str0m::media::Pt;
use str0m::net::Transmit;

use super::incoming::rtp_ssrc;

/// How much later: beyond all but the longest bursts, which last 60 to 100 ms; much more would be
/// delay that a conversation feels.
const LATER: Duration = Duration::from_millis(100);

/// Copies that wait at most: two voices at 50 packets a second, twice. The oldest goes without.
const MAX_WAITING: usize = 20;

/// The copies that are on their way to one peer.
#[derive(Debug, Default)]
pub struct DelayedCopies {
    /// What is copied; nothing by default.
    payload_types: [Option<Pt>; 2],
    waiting: VecDeque<(Instant, Transmit)>,
}

impl DelayedCopies {
    /// Copies packets of these payload types from now on. What waits still goes.
    pub fn of(&mut self, payload_types: [Option<Pt>; 2]) {
        self.payload_types = payload_types;
    }

    /// A datagram goes out now.
    pub fn keep(&mut self, transmit: &Transmit, now: Instant) {
        if self.payload_types == [None; 2] || !self.is_voice(&transmit.contents) {
            return;
        }
        if self.waiting.len() == MAX_WAITING {
            self.waiting.pop_front();
        }
        let copy = Transmit {
            proto: transmit.proto,
            source: transmit.source,
            destination: transmit.destination,
            contents: transmit.contents.to_vec().into(),
        };
        self.waiting.push_back((now + LATER, copy));
    }

    /// The payload type stands in the clear; probes of the bandwidth have one too, and no SSRC.
    fn is_voice(&self, datagram: &[u8]) -> bool {
        let pt = datagram.get(1).map(|byte| Pt::from(byte & 0x7f));
        rtp_ssrc(datagram).is_some_and(|ssrc| *ssrc != 0)
            && self
                .payload_types
                .iter()
                .any(|of| of.is_some() && *of == pt)
    }

    /// Sends what is due.
    pub fn release(&mut self, now: Instant, transmits: &mut Vec<Transmit>) {
        while self.deadline().is_some_and(|at| at <= now) {
            transmits.extend(self.waiting.pop_front().map(|(_, copy)| copy));
        }
    }

    /// Nothing that waits goes any more.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// When [`DelayedCopies::release`] is next needed.
    pub fn deadline(&self) -> Option<Instant> {
        self.waiting.front().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use str0m::net::Protocol;

    use super::*;

    /// 111 with the marker bit.
    const MARKED: u8 = 239;

    fn transmit(pt: u8, ssrc: u8, number: u8) -> Transmit {
        let address = SocketAddr::new([192, 0, 2, 1].into(), 4_000);
        Transmit {
            proto: Protocol::Udp,
            source: address,
            destination: address,
            contents: vec![0x80, pt, 0, number, 0, 0, 0, 0, 0, 0, 0, ssrc, 9, 9].into(),
        }
    }

    #[test]
    fn copies_voice_byte_by_byte_after_a_tenth_of_a_second_and_nothing_else() {
        let start = Instant::now();
        let mut copies = DelayedCopies::default();
        copies.keep(&transmit(111, 7, 0), start);
        assert_eq!(copies.deadline(), None, "not asked to");
        copies.of([Some(111.into()), None]);
        copies.keep(&transmit(MARKED, 7, 1), start);
        copies.keep(&transmit(96, 8, 2), start);
        copies.keep(&transmit(111, 0, 3), start);
        let mut sent = Vec::new();
        copies.release(start + Duration::from_millis(99), &mut sent);
        assert!(sent.is_empty());
        copies.release(start + LATER, &mut sent);
        let bytes: Vec<&[u8]> = sent.iter().map(|copy| &*copy.contents).collect();
        assert_eq!(bytes, [&*transmit(MARKED, 7, 1).contents]);
        assert_eq!(copies.deadline(), None);
    }

    #[test]
    fn what_waits_is_bounded() {
        let start = Instant::now();
        let mut copies = DelayedCopies::default();
        copies.of([Some(111.into()), None]);
        for number in 0..200 {
            copies.keep(&transmit(111, 7, number), start);
        }
        let mut sent = Vec::new();
        copies.release(start + LATER, &mut sent);
        assert_eq!(sent.len(), MAX_WAITING);
    }
}
