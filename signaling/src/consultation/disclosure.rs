//! Who outside of the consultation read what is kept of it.

use std::time::Duration;

use super::decide::Facts;
use super::{Fact, Phase, RuleError, State};
use crate::accounts::KeyId;
use crate::ids::Timestamp;

/// For how long one entry stands for all reads of the same kind by the same system. Hospital
/// systems look again every few minutes, and each look is the same disclosure.
pub const DISCLOSED_FOR: Duration = Duration::from_hours(24);

/// What is kept of a consultation, as hospital systems read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// The booked time.
    Appointment,
    /// What took place in it.
    Encounter,
    /// What people agreed to.
    Consents,
    /// What happened.
    Trail,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Appointment,
        Self::Encounter,
        Self::Consents,
        Self::Trail,
    ];
}

/// What which systems read in the last [`DISCLOSED_FOR`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Disclosures(Vec<(RecordKind, KeyId, Timestamp)>);

/// Also of a consultation that has ended: that is when most is read.
pub(super) fn decide(state: &State, what: RecordKind, to: KeyId, now: Timestamp) -> Facts {
    if state.phase() == Phase::Unopened {
        return Err(RuleError::NotOpen);
    }
    let mut known = state.disclosures.0.iter();
    let is_known =
        known.any(|(kind, key, at)| (*kind, *key) == (what, to) && now < at.plus(DISCLOSED_FOR));
    let disclosed = (!is_known).then_some(Fact::Disclosed { what, to });
    Ok(disclosed.into_iter().collect())
}

pub(super) fn apply(state: &mut State, what: RecordKind, to: KeyId, at: Timestamp) {
    let known = &mut state.disclosures.0;
    // So it is never longer than there are systems and kinds.
    known.retain(|(kind, key, before)| {
        (*kind, *key) != (what, to) && at < before.plus(DISCLOSED_FOR)
    });
    known.push((what, to, at));
}
