//! What arrives, and what becomes of it.

use std::net::SocketAddr;

/// A received datagram.
#[derive(Clone, Copy)]
pub struct Datagram<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// Which of our advertised addresses it reached.
    pub destination: SocketAddr,
    /// Its bytes.
    pub contents: &'a [u8],
}

/// What became of a received datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reception {
    /// The engine took it.
    Accepted,
    /// The engine does not know what to do with it, or it is an RTP packet that is forged, or late.
    Refused,
    /// Media of somebody who may not send any: dropped unread, so that a forged one counts as well.
    Denied,
}

/// Whether a datagram is STUN rather than DTLS, RTP or RTCP (RFC 7983).
pub fn is_stun(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 4)
}
