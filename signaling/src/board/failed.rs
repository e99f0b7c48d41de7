//! Joins that did not come about, so that somebody can call and help.

use crate::ids::Timestamp;
use crate::protocol::ErrorCode;

/// Why somebody did not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinFailure {
    /// They were refused.
    Refused(ErrorCode),
    /// They were let sit down, and nothing was ever heard from their media.
    Transport,
}

/// Those of one seat since it was booked, or since the process began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FailedJoins {
    /// How many.
    pub(crate) count: u32,
    /// When the last one was.
    pub(crate) at: Timestamp,
    /// Why the last one was.
    pub(crate) last: JoinFailure,
}

impl FailedJoins {
    /// With one more.
    pub(super) fn and(before: Option<&Self>, last: JoinFailure, at: Timestamp) -> Self {
        let count = before.map_or(0, |before| before.count).saturating_add(1);
        Self { count, at, last }
    }
}
