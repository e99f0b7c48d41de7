//! A rate limit: so many at once, then one in so long. Pure; the time is an argument.

use std::time::{Duration, Instant};

/// How much is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many at once, after a rest.
    pub burst: u32,
    /// After which time one more is allowed.
    pub every: Duration,
}

/// How long until one more is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl Wait {
    /// In whole seconds, never too few.
    pub fn as_seconds(self) -> u64 {
        self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0)
    }
}

/// One party's use of an allowance (the generic cell rate algorithm: one number a party).
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    /// When the allowance will be whole again.
    whole_at: Instant,
}

impl Bucket {
    /// A whole allowance.
    pub const fn new(now: Instant) -> Self {
        Self { whole_at: now }
    }

    /// Takes one, or says how long to wait for the next. A refused attempt costs nothing.
    pub fn try_take(&mut self, allowance: Allowance, now: Instant) -> Result<(), Wait> {
        let whole_at = self.whole_at.max(now);
        let backlog = whole_at.duration_since(now);
        let most = allowance.every * allowance.burst.saturating_sub(1);
        match backlog.checked_sub(most) {
            Some(wait) if !wait.is_zero() => Err(Wait(wait)),
            _ => {
                self.whole_at = whole_at + allowance.every;
                Ok(())
            }
        }
    }

    /// Takes one back that was taken.
    pub fn give_back(&mut self, allowance: Allowance) {
        let whole_at = self.whole_at.checked_sub(allowance.every);
        self.whole_at = whole_at.unwrap_or(self.whole_at);
    }

    /// Nothing of the allowance is in use: the bucket may be forgotten.
    pub fn is_whole(&self, now: Instant) -> bool {
        self.whole_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE_THEN_ONE_A_SECOND: Allowance = Allowance {
        burst: 3,
        every: Duration::from_secs(1),
    };

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "any instant will do as an origin"
    )]
    fn gives_the_burst_at_once_and_then_one_by_one() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        let mut taken = |at_ms| {
            let now = start + Duration::from_millis(at_ms);
            bucket.try_take(THREE_THEN_ONE_A_SECOND, now).is_ok()
        };
        assert_eq!([0, 0, 0, 0].map(&mut taken), [true, true, true, false]);
        assert_eq!([999, 1_000, 1_001].map(&mut taken), [false, true, false]);
        assert_eq!([9_000; 4].map(&mut taken), [true, true, true, false]);
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "any instant will do as an origin"
    )]
    fn is_whole_again_after_a_rest() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        bucket.try_take(THREE_THEN_ONE_A_SECOND, start).unwrap();
        assert!(!bucket.is_whole(start));
        assert!(bucket.is_whole(start + Duration::from_secs(1)));
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "any instant will do as an origin"
    )]
    fn the_wait_it_names_is_enough_and_not_too_long() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        while bucket.try_take(THREE_THEN_ONE_A_SECOND, start).is_ok() {}
        let later = start + Duration::from_millis(300);
        let Err(Wait(wait)) = bucket.try_take(THREE_THEN_ONE_A_SECOND, later) else {
            panic!("there is nothing left")
        };
        assert_eq!(wait, Duration::from_millis(700));
        assert_eq!(Wait(wait).as_seconds(), 1);
        assert!(
            bucket
                .try_take(THREE_THEN_ONE_A_SECOND, later + wait)
                .is_ok()
        );
    }
}
