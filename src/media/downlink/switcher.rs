//! Which encoding a subscription forwards, and when it may change: only at a keyframe.

use crate::media::allocation::PauseReason;
use crate::media::ids::Rid;

/// What a video subscription does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forwarding {
    /// Nothing, for this reason.
    Paused(PauseReason),
    /// Nothing yet: waiting for a keyframe of the target.
    Waiting {
        /// The encoding to start with.
        target: Rid,
    },
    /// One encoding, with no change pending.
    Live {
        /// The encoding.
        current: Rid,
    },
    /// One encoding, until a keyframe of another arrives.
    Switching {
        /// The encoding that goes on until then.
        current: Rid,
        /// The encoding to change to.
        target: Rid,
    },
}

impl Forwarding {
    /// The encoding on its way to the viewer.
    pub fn current(self) -> Option<Rid> {
        match self {
            Self::Paused(_) | Self::Waiting { .. } => None,
            Self::Live { current } | Self::Switching { current, .. } => Some(current),
        }
    }

    /// The encoding whose keyframe is awaited.
    pub fn awaited(self) -> Option<Rid> {
        match self {
            Self::Paused(_) | Self::Live { .. } => None,
            Self::Waiting { target } | Self::Switching { target, .. } => Some(target),
        }
    }

    /// The state after allocation has spoken.
    #[must_use]
    pub fn aim(self, target: Rid) -> Self {
        match self.current() {
            None => Self::Waiting { target },
            Some(current) if current == target => Self::Live { current },
            Some(current) => Self::Switching { current, target },
        }
    }

    /// The state after packets were missed: what went on waits for a keyframe.
    #[must_use]
    pub fn interrupt(self) -> Self {
        match self.awaited().or(self.current()) {
            Some(target) => Self::Waiting { target },
            None => self,
        }
    }

    /// Whether a packet of `rid` passes, and the state after it. `keyframe` says that it starts
    /// one.
    pub fn offer(self, rid: Rid, keyframe: bool) -> (Verdict, Self) {
        if keyframe && self.awaited() == Some(rid) {
            return (Verdict::Begin, Self::Live { current: rid });
        }
        if self.current() == Some(rid) {
            (Verdict::Continue, self)
        } else {
            (Verdict::Drop, self)
        }
    }
}

/// What to do with an offered packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not this encoding, or not yet.
    Drop,
    /// The next packet of what is being forwarded.
    Continue,
    /// The first packet of a new source.
    Begin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_and_switches_only_at_a_keyframe_of_the_target() {
        let waiting = Forwarding::Paused(PauseReason::Budget).aim(Rid::Q);
        assert_eq!(waiting.offer(Rid::Q, false).0, Verdict::Drop);
        assert_eq!(waiting.offer(Rid::H, true).0, Verdict::Drop);
        let (verdict, live) = waiting.offer(Rid::Q, true);
        assert_eq!(
            (verdict, live),
            (Verdict::Begin, Forwarding::Live { current: Rid::Q })
        );

        let switching = live.aim(Rid::F);
        assert_eq!(switching.offer(Rid::Q, false).0, Verdict::Continue);
        assert_eq!(switching.offer(Rid::Q, true).0, Verdict::Continue);
        assert_eq!(switching.offer(Rid::F, false).0, Verdict::Drop);
        let (verdict, live) = switching.offer(Rid::F, true);
        assert_eq!((verdict, live.current()), (Verdict::Begin, Some(Rid::F)));
        assert_eq!(live.offer(Rid::Q, true).0, Verdict::Drop);
    }

    #[test]
    fn goes_on_at_a_keyframe_after_an_interruption() {
        let live = Forwarding::Live { current: Rid::H };
        assert_eq!(live.interrupt().offer(Rid::H, false).0, Verdict::Drop);
        assert_eq!(live.interrupt().offer(Rid::H, true).0, Verdict::Begin);
        let paused = Forwarding::Paused(PauseReason::Budget);
        assert_eq!(paused.interrupt(), paused);
    }

    #[test]
    fn changing_its_mind_before_the_keyframe_costs_nothing() {
        let live = Forwarding::Live { current: Rid::H };
        assert_eq!(live.aim(Rid::F).aim(Rid::H), live);
    }
}
