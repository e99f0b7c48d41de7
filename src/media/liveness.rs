//! When a peer was last heard, and when its transport is given up.

use std::time::{Duration, Instant};

/// A transport that never connects is given up after this: longer than ICE and DTLS take on the
/// worst link that voice survives on (700 ms round trips, a few lost flights), and short enough
/// that a page which cannot reach us soon gets a new try, and its place among
/// [`MAX_PARTICIPANTS`](super::room::MAX_PARTICIPANTS) is free again.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// A connected transport without any traffic is kept so long: a bus ride through a valley.
pub const SILENCE_TIMEOUT: Duration = Duration::from_mins(2);

/// Signs of life of one peer.
#[derive(Clone, Copy, Debug)]
pub struct Liveness {
    created: Instant,
    heard: Option<Instant>,
    /// The last time that something came which only the peer can have sent.
    authenticated: Option<Instant>,
}

/// Why a transport is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOfTransport {
    /// The peer closed it, or its engine failed.
    Closed,
    /// No datagram ever came.
    NeverConnected,
    /// Nothing came for two minutes.
    Silent,
}

impl Liveness {
    /// Nothing was heard yet.
    pub fn new(now: Instant) -> Self {
        Self {
            created: now,
            heard: None,
            authenticated: None,
        }
    }

    /// The engine took a datagram.
    pub fn heard(&mut self, now: Instant, is_authentic: bool) {
        self.heard = Some(now);
        if is_authentic {
            self.authenticated = Some(now);
        }
    }

    /// When the engine last took a datagram.
    pub fn last_heard(&self) -> Option<Instant> {
        self.heard
    }

    /// Whether something authenticated within this time.
    pub fn is_heard(&self, now: Instant, within: Duration) -> bool {
        self.authenticated
            .is_some_and(|at| now.saturating_duration_since(at) <= within)
    }

    /// Why the transport can be given up, if it can.
    pub fn end(&self, now: Instant) -> Option<EndOfTransport> {
        match self.heard {
            None if now >= self.created + CONNECT_TIMEOUT => Some(EndOfTransport::NeverConnected),
            Some(heard) if now >= heard + SILENCE_TIMEOUT => Some(EndOfTransport::Silent),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_authentic_says_that_a_peer_is_heard() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut liveness = Liveness::new(start);
        let within = Duration::from_secs(5);
        assert!(!liveness.is_heard(at(0), within));
        liveness.heard(at(1), true);
        liveness.heard(at(6), false);
        assert!(liveness.is_heard(at(6), within));
        assert!(!liveness.is_heard(at(7), within));
        assert_eq!(liveness.end(at(125)), None);
        assert_eq!(liveness.end(at(126)), Some(EndOfTransport::Silent));
    }

    #[test]
    fn a_peer_that_never_came_is_given_up_after_thirty_seconds() {
        let start = Instant::now();
        let liveness = Liveness::new(start);
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(liveness.end(at(29)), None);
        assert_eq!(liveness.end(at(30)), Some(EndOfTransport::NeverConnected));
    }
}
