//! Which SSRCs of a peer have proven themselves.
//!
//! The engine ties an SSRC to an m-line by what a packet's header says, before it has
//! authenticated the packet. One forged packet from a speaker's address, with another SSRC and the
//! speaker's m-line, would so take the voice away for good: browsers stop naming the m-line once
//! they have been heard. This remembers what authenticated packets have shown, so that
//! [`super::transport`] can undo what a forged one has changed.

use str0m::media::{Mid, Rid};
use str0m::rtp::Ssrc;

/// SSRCs that one transport may use in its life, one after the other. A page uses seven, some more
/// where an encoder starts anew; the engine remembers each of them for as long as the transport
/// lives, so one that goes on is closed.
const SSRCS_PER_TRANSPORT: usize = 64;

/// A stream that has delivered an authenticated packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its SSRC.
    pub ssrc: Ssrc,
    /// Where its retransmissions come, once one has.
    pub rtx: Option<Ssrc>,
    /// Its m-line.
    pub mid: Mid,
    /// Its RID as the peer names it.
    pub rid: Option<Rid>,
}

/// The streams of one transport, at most one for each m-line and RID.
#[derive(Debug, Default)]
pub struct IncomingStreams {
    streams: Vec<Incoming>,
    proven: usize,
}

/// What a newly proven stream means for an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The first of its m-line and RID.
    First,
    /// It takes the place of this SSRC.
    Replaces(Ssrc),
    /// No page needs so many.
    TooMany,
}

impl IncomingStreams {
    /// Whether packets of this SSRC have authenticated.
    pub fn has(&self, ssrc: Ssrc) -> bool {
        self.streams
            .iter()
            .any(|stream| stream.ssrc == ssrc || stream.rtx == Some(ssrc))
    }

    /// Every stream.
    pub fn iter(&self) -> impl Iterator<Item = Incoming> + '_ {
        self.streams.iter().copied()
    }

    /// A packet of this stream has authenticated.
    pub fn prove(&mut self, stream: Incoming) -> Proof {
        self.proven += 1;
        if self.proven > SSRCS_PER_TRANSPORT {
            return Proof::TooMany;
        }
        let is_same = |other: &&mut Incoming| (other.mid, other.rid) == (stream.mid, stream.rid);
        if let Some(known) = self.streams.iter_mut().find(is_same) {
            return Proof::Replaces(std::mem::replace(known, stream).ssrc);
        }
        self.streams.push(stream);
        Proof::First
    }

    /// A retransmission of a packet of `ssrc` has authenticated.
    pub fn prove_rtx(&mut self, ssrc: Ssrc, rtx: Ssrc) {
        if let Some(stream) = self.streams.iter_mut().find(|stream| stream.ssrc == ssrc) {
            stream.rtx = Some(rtx);
        }
    }
}

/// The SSRC of an RTP packet (RFC 3550 section 5.1); `None` for anything else. RTCP shares the
/// port and is told apart by its packet type (RFC 5761 section 4).
pub fn rtp_ssrc(datagram: &[u8]) -> Option<Ssrc> {
    let (header, _) = datagram.split_at_checked(12)?;
    let [first, second, _, _, _, _, _, _, s3, s2, s1, s0] = *header else {
        return None;
    };
    let is_rtp = first >> 6 == 2 && !(192..=223).contains(&second);
    is_rtp.then(|| u32::from_be_bytes([s3, s2, s1, s0]).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(ssrc: u32, mid: &str) -> Incoming {
        Incoming {
            ssrc: ssrc.into(),
            rtx: None,
            mid: mid.into(),
            rid: None,
        }
    }

    #[test]
    fn one_stream_stands_for_each_line() {
        let mut streams = IncomingStreams::default();
        assert_eq!(streams.prove(stream(1, "0")), Proof::First);
        assert_eq!(streams.prove(stream(2, "1")), Proof::First);
        assert_eq!(streams.prove(stream(3, "0")), Proof::Replaces(1.into()));
        streams.prove_rtx(2.into(), 4.into());
        let known: Vec<bool> = (1..=5).map(|ssrc| streams.has(ssrc.into())).collect();
        assert_eq!(known, [false, true, true, true, false]);
    }

    #[test]
    fn endless_new_ssrcs_are_too_many() {
        let mut streams = IncomingStreams::default();
        let proofs: Vec<Proof> = (1..=65)
            .map(|ssrc| streams.prove(stream(ssrc, "0")))
            .collect();
        assert_eq!(
            proofs
                .iter()
                .filter(|proof| **proof == Proof::TooMany)
                .count(),
            1
        );
        assert_eq!(streams.iter().count(), 1);
    }

    #[test]
    fn tells_rtp_from_everything_else() {
        let mut packet = [0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0xff];
        assert_eq!(rtp_ssrc(&packet), Some(7.into()));
        packet[1] = 200;
        assert_eq!(rtp_ssrc(&packet), None, "a sender report");
        packet[..2].copy_from_slice(&[22, 254]);
        assert_eq!(rtp_ssrc(&packet), None, "DTLS");
        assert_eq!(rtp_ssrc(&packet[..11]), None);
    }
}
