//! How much one address may do here.

use std::time::Duration;

use crate::bucket::Allowance;

/// Wrong links and tokens from one address: a mistyped or expired link tried a few times. 128
/// bits are not guessed at any rate; this keeps guessing from costing anything. Beyond it:
/// `rate_limited`.
pub(super) const WRONG_IDS: Allowance = Allowance {
    burst: 20,
    every: Duration::from_secs(6),
};
/// Invitations, joins and resumes from one address, right ones: a whole hospital sits behind one,
/// and after a power cut all of it comes back at once. Beyond it: `rate_limited`.
pub(super) const VISITS: Allowance = Allowance {
    burst: 60,
    every: Duration::from_secs(1),
};
