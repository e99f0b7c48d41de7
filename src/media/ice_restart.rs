//! ICE restarts that a page does by itself.
//!
//! A page whose link was gone restarts ICE without asking anybody: it makes an offer with
//! `iceRestart` and applies the answer that it has (PROTOCOL.md, "Restarting ICE"). Its checks then
//! name our user fragment as before and a new one of their own. As an ICE-lite agent we send no
//! checks, so we need no new password of the peer: what we answer is authenticated by ours, and the
//! engine answers nothing that does not prove it (RFC 8445 section 7.3.1, RFC 8489 section 9.1.3).
//!
//! The checks between two restarts of one side are a *generation*, named by the peer's fragment.
//! Nothing in a check says which of two generations is the younger, and a page sends checks of two
//! of them while it changes over. So every generation is answered while it lives, and one that has
//! fallen silent while another was heard is never heard again: whoever kept a request of it for
//! later has nothing. [`super::demux`] refuses a request that was heard before, and
//! [`super::path`] decides what a check may move.

use std::time::{Duration, Instant};

use str0m::IceCreds;

/// For so long checks of two generations come beside each other. A browser checks the old pairs
/// until a new one works: two or three round trips on the worst link, and a browser's slowest
/// interval of checks (2.5 s) on top.
const OVERLAP: Duration = Duration::from_secs(10);

/// Restarts in one minute: a page restarts about every second at most. Beyond it they are refused,
/// and the page comes back to its seat with a new transport.
const RESTARTS_PER_MINUTE: usize = 60;

/// Generations of one transport, for as long as it lives, since none may be forgotten; 64 kB at the
/// very most. A page that has restarted more often gets a new transport.
const MAX_GENERATIONS: usize = 256;

/// RFC 8839 section 5.4: a user fragment has 4 to 256 characters.
const MAX_FRAGMENT_BYTES: usize = 256;

/// The place of a generation in the order in which they were first heard.
pub type Generation = usize;

/// The generations of one transport.
#[derive(Debug, Default)]
pub struct Generations {
    /// In the order in which they were first heard.
    heard: Vec<Heard>,
}

#[derive(Debug)]
struct Heard {
    fragment: Box<str>,
    first: Instant,
    last: Instant,
}

impl Generations {
    /// Whether a check that names this fragment of the peer may be answered, if it proves itself.
    pub fn admits(&self, fragment: &str, now: Instant) -> bool {
        let Some(at) = self.find(fragment) else {
            let recent = |one: &&Heard| now.saturating_duration_since(one.first) < MINUTE;
            return fragment.len() <= MAX_FRAGMENT_BYTES
                && self.heard.len() < MAX_GENERATIONS
                && self.heard.iter().filter(recent).count() <= RESTARTS_PER_MINUTE;
        };
        self.heard.get(at).is_some_and(|one| {
            let is_silent = now.saturating_duration_since(one.last) >= OVERLAP;
            let is_replaced = self.heard.iter().any(|other| other.last > one.last);
            !(is_silent && is_replaced)
        })
    }

    /// A check of this generation has proven itself.
    pub fn heard(&mut self, fragment: &str, now: Instant) -> Generation {
        let at = self.find(fragment).unwrap_or_else(|| {
            self.heard.push(Heard {
                fragment: fragment.into(),
                first: now,
                last: now,
            });
            self.heard.len() - 1
        });
        if let Some(one) = self.heard.get_mut(at) {
            one.last = now;
        }
        at
    }

    fn find(&self, fragment: &str) -> Option<Generation> {
        // From the youngest on: that is the one which most checks name.
        self.heard
            .iter()
            .rposition(|one| &*one.fragment == fragment)
    }
}

/// What the engine must believe of the peer to answer a check of this generation. A password of the
/// peer would prove our own checks to it, of which an ICE-lite agent makes none.
pub fn credentials(fragment: &str) -> IceCreds {
    IceCreds {
        ufrag: fragment.to_owned(),
        pass: String::new(),
    }
}

const MINUTE: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_generations_live_beside_each_other_and_the_silent_one_dies_for_good() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut generations = Generations::default();
        assert!(generations.admits("old", at(0)));
        assert_eq!(generations.heard("old", at(0)), 0);
        assert!(generations.admits("old", at(60)), "nobody took its place");
        assert_eq!(generations.heard("new", at(60)), 1);
        assert!(!generations.admits("old", at(60)), "silent for a minute");

        generations.heard("new", at(61));
        assert_eq!(generations.heard("newer", at(62)), 2);
        assert!(generations.admits("new", at(70)), "the page changes over");
        assert_eq!(generations.heard("new", at(70)), 1);
        assert!(generations.admits("newer", at(71)));
        generations.heard("newer", at(80));
        assert!(!generations.admits("new", at(80)));
        assert!(!generations.admits("old", at(80)));
        assert!(generations.admits("newer", at(200)));
    }

    #[test]
    fn restarts_are_bounded_by_the_minute_and_by_the_transports_life() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut generations = Generations::default();
        for restart in 0..=RESTARTS_PER_MINUTE {
            assert!(generations.admits(&restart.to_string(), at(0)));
            generations.heard(&restart.to_string(), at(0));
        }
        assert!(!generations.admits("one more", at(59)));
        assert!(generations.admits("one more", at(60)));
        assert!(generations.admits("60", at(59)), "the present one goes on");
        for restart in 61..MAX_GENERATIONS as u64 {
            assert!(generations.admits(&restart.to_string(), at(60 * restart)));
            generations.heard(&restart.to_string(), at(60 * restart));
        }
        assert!(!generations.admits("one more", at(60 * 1_000)));
        assert!(generations.admits("255", at(60 * 1_000)));
        assert!(!Generations::default().admits(&"x".repeat(257), at(0)));
    }
}
