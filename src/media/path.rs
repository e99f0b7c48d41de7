//! Which of a peer's addresses media goes to.
//!
//! A phone that changes networks goes on from another address, with the same ICE credentials. The
//! engine as ICE-lite agent knows no better than to keep the old address until its checks have
//! failed to come for long: measured 13 s, in which the person hears nobody. Here the move is made
//! as soon as the new address has authenticated itself and the old one has fallen silent.
//!
//! A page that restarts ICE says itself that it moves: the first path that it nominates afterwards
//! needs to wait for much less. Not for nothing: somebody who overhears the page, and delivers a
//! request of it that was lost on the way, would have the media for a moment (see `QUIET`).

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::Candidate;

use super::demux::Check;
use super::ice_restart::{Generation, Generations};

/// An address from which nothing came for so long is given up for another that is heard. A page
/// that sends no media at all still reports every second (RFC 3550 section 6.2, as browsers do it).
const QUIET: Duration = Duration::from_secs(2);

/// The same for a path that a page nominates after it has restarted ICE. Longer than the distance of
/// any two packets of a voice that flows (120 ms), so that only a path that brings nothing is left.
const QUIET_AFTER_RESTART: Duration = Duration::from_millis(300);

/// Above every priority that a browser gives its candidates over UDP (RFC 8445 section 5.1.2: the
/// type preference of a host candidate is 126 of 127 in the top byte).
const LEAST_PRIORITY: u32 = 127 << 24;

/// The address that the engine sends to.
#[derive(Debug, Default)]
pub struct Path {
    target: Option<SocketAddr>,
    heard: Option<Instant>,
    generations: Generations,
    /// The youngest in which the peer has nominated an address that became the target.
    generation: Generation,
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

    /// Whether a check may be answered, if it proves itself.
    pub fn admits(&self, check: Check<'_>, now: Instant) -> bool {
        self.generations.admits(check.remote, now)
    }

    /// A datagram came from this address, a check or traffic, and the engine accepted it. Returns the
    /// remote candidate that makes the engine move there, if it should.
    pub fn heard_from(
        &mut self,
        address: SocketAddr,
        check: Option<Check<'_>>,
        now: Instant,
    ) -> Option<Candidate> {
        let generation = check.map(|check| self.generations.heard(check.remote, now));
        let is_nomination = check.is_some_and(|check| check.nominates);
        let target = self.target?;
        let nominated = generation
            .filter(|_| is_nomination)
            .map_or(self.generation, |generation| {
                self.generation.max(generation)
            });
        if address == target {
            (self.heard, self.generation) = (Some(now), nominated);
            return None;
        }
        let patience = if nominated > self.generation {
            QUIET_AFTER_RESTART
        } else {
            QUIET
        };
        let is_quiet = self
            .heard
            .is_none_or(|heard| now.saturating_duration_since(heard) >= patience);
        // A peer checks many paths and nominates one.
        if !is_quiet || check.is_some() && !is_nomination {
            return None;
        }
        (self.heard, self.generation) = (Some(now), nominated);
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

    const TRAFFIC: Option<Check<'static>> = None;

    fn check(remote: &str) -> Check<'_> {
        Check {
            local: "ours",
            remote,
            nominates: false,
        }
    }

    fn nomination(remote: &str) -> Check<'_> {
        Check {
            nominates: true,
            ..check(remote)
        }
    }

    #[test]
    fn moves_only_when_the_old_address_has_fallen_silent() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let address = |port| SocketAddr::new([198, 51, 100, 7].into(), port);
        let mut path = Path::default();
        assert!(
            path.heard_from(address(1), TRAFFIC, at(0)).is_none(),
            "before DTLS the engine chooses"
        );
        path.sent_to(address(1), at(0));
        assert!(path.heard_from(address(1), TRAFFIC, at(1_000)).is_none());
        assert!(
            path.heard_from(address(2), Some(nomination("a")), at(2_900))
                .is_none()
        );
        assert!(
            path.heard_from(address(3), Some(check("a")), at(3_000))
                .is_none(),
            "it looks around"
        );
        let moved = path
            .heard_from(address(2), Some(nomination("a")), at(3_000))
            .unwrap();
        assert_eq!(moved.addr(), address(2));
        assert!(
            path.heard_from(address(2), TRAFFIC, at(3_001)).is_none(),
            "once is enough"
        );
        path.sent_to(address(2), at(3_002));
        let back = path.heard_from(address(1), TRAFFIC, at(6_000)).unwrap();
        assert!(back.prio() > moved.prio(), "the latest move counts most");
    }

    #[test]
    fn the_first_nomination_of_a_restart_needs_no_long_silence_and_the_next_one_does() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let address = |port| SocketAddr::new([198, 51, 100, 7].into(), port);
        let mut path = Path::default();
        path.sent_to(address(1), at(0));
        let hears = |path: &mut Path, port, remote, ms| {
            let moved = path
                .heard_from(address(port), Some(nomination(remote)), at(ms))
                .is_some();
            if moved {
                path.sent_to(address(port), at(ms));
            }
            moved
        };
        assert!(!hears(&mut path, 1, "a", 0), "is there");
        assert!(!hears(&mut path, 2, "b", 299), "a voice flows");
        assert!(hears(&mut path, 2, "b", 300));
        assert!(!hears(&mut path, 3, "b", 1_000), "is not the first");
        assert!(!hears(&mut path, 1, "a", 1_000), "nor is the past");
        assert!(hears(&mut path, 3, "c", 1_001), "a restart again");
        // The same path is nominated again: the next generation is the one after.
        assert!(!hears(&mut path, 3, "d", 1_400));
        assert!(!hears(&mut path, 4, "d", 1_900));
        assert!(hears(&mut path, 4, "d", 3_400));
    }
}
