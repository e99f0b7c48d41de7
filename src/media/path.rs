//! Which of a peer's addresses media goes to.
//!
//! A phone that changes networks goes on from another address, with the same ICE credentials. The
//! engine as ICE-lite agent knows no better than to keep the old address until its checks have
//! failed to come for long: measured 13 s, in which the person hears nobody. Here the move is made
//! as soon as the new address has authenticated itself and the old one has fallen silent.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::Candidate;

/// An address from which nothing came for so long is given up for another that is heard. A page
/// that sends no media at all still reports every second (RFC 3550 section 6.2, as browsers do it).
const QUIET: Duration = Duration::from_secs(2);

/// Above every priority that a browser gives its candidates over UDP (RFC 8445 section 5.1.2: the
/// type preference of a host candidate is 126 of 127 in the top byte).
const LEAST_PRIORITY: u32 = 127 << 24;

/// The address that the engine sends to.
#[derive(Debug, Default)]
pub struct Path {
    target: Option<SocketAddr>,
    heard: Option<Instant>,
    /// How often the peer has moved: each move outranks the one before.
    moves: u32,
}

impl Path {
    /// The engine sends media or DTLS to this address.
    pub fn sent_to(&mut self, address: SocketAddr, now: Instant) {
        if self.target != Some(address) {
            self.target = Some(address);
            self.heard = Some(now);
        }
    }

    /// A datagram came from this address and the engine accepted it. Returns the remote candidate
    /// that makes the engine move there, if it should.
    pub fn heard_from(&mut self, address: SocketAddr, now: Instant) -> Option<Candidate> {
        let target = self.target?;
        let is_quiet = self
            .heard
            .is_none_or(|heard| now.saturating_duration_since(heard) >= QUIET);
        if address == target || is_quiet {
            self.heard = Some(now);
        }
        if address == target || !is_quiet {
            return None;
        }
        self.moves += 1;
        let (ip, port, moves) = (address.ip(), address.port(), self.moves);
        let priority = LEAST_PRIORITY.saturating_add(moves);
        // A related address of its own makes it a candidate that the engine does not know yet.
        let candidate = format!(
            "candidate:path 1 udp {priority} {ip} {port} typ srflx raddr 0.0.0.0 rport {}",
            moves % 65_536
        );
        Candidate::from_sdp_string(&candidate).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_only_when_the_old_address_has_fallen_silent() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let address = |port| SocketAddr::new([198, 51, 100, 7].into(), port);
        let mut path = Path::default();
        assert!(
            path.heard_from(address(1), at(0)).is_none(),
            "before DTLS the engine chooses"
        );
        path.sent_to(address(1), at(0));
        assert!(path.heard_from(address(1), at(1_000)).is_none());
        assert!(path.heard_from(address(2), at(2_900)).is_none());
        let moved = path.heard_from(address(2), at(3_000)).unwrap();
        assert_eq!(moved.addr(), address(2));
        assert!(
            path.heard_from(address(2), at(3_001)).is_none(),
            "once is enough"
        );
        path.sent_to(address(2), at(3_002));
        let back = path.heard_from(address(1), at(6_000)).unwrap();
        assert!(back.prio() > moved.prio(), "the latest move counts most");
    }
}
