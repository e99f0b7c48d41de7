//! What practitioners do: each is checked against the policy, and what is done already is no
//! error and no event.

use super::decide::Facts;
use super::permit::{clinic_or, may, open_seat, target};
use super::phase::Life;
use super::policy::Action;
use super::{ACTS_MAX, Admission, Fact, RuleError, SeatState, State};
use crate::ids::SeatId;

/// Somebody who is away may be admitted, too; the seat counts when they come.
pub(super) fn admit(state: &State, seat: SeatId, by: Option<SeatId>) -> Facts {
    let Some(place) = to_do(state, Action::Admit, Admission::Admitted, seat, by)? else {
        return Ok(Vec::new());
    };
    if place.is_present() && state.is_full() {
        return Err(RuleError::Full);
    }
    if let Some(subject) = state.withheld_by(place) {
        return Err(RuleError::ConsentWithdrawn { subject });
    }
    not_too_many(state)?;
    Ok(vec![Fact::Admitted { seat, by }])
}

pub(super) fn deny(state: &State, seat: SeatId, by: SeatId) -> Facts {
    let by = Some(by);
    let place = to_do(state, Action::Deny, Admission::Denied, seat, by)?;
    Ok(place
        .map(|_| Fact::Denied { seat, by })
        .into_iter()
        .collect())
}

pub(super) fn hold(state: &State, seat: SeatId, by: SeatId) -> Facts {
    let by = Some(by);
    let place = to_do(state, Action::Hold, Admission::Held, seat, by)?;
    Ok(place.map(|_| Fact::Held { seat, by }).into_iter().collect())
}

pub(super) fn remove(state: &State, seat: SeatId, by: SeatId) -> Facts {
    let by = Some(by);
    let place = to_do(state, Action::Remove, Admission::Removed, seat, by)?;
    Ok(place
        .map(|_| Fact::Removed { seat, by })
        .into_iter()
        .collect())
}

pub(super) fn lock(state: &State, locked: bool, by: SeatId) -> Facts {
    may(state, by, Action::Lock)?;
    if state.locked == locked {
        return Ok(Vec::new());
    }
    let by = Some(by);
    if !locked {
        return Ok(vec![Fact::Unlocked { by }]);
    }
    not_too_many(state)?;
    Ok(vec![Fact::Locked { by }])
}

pub(super) fn end(state: &State, by: Option<SeatId>) -> Facts {
    match state.schedule.life {
        Life::Unopened => return Err(RuleError::NotOpen),
        Life::Over(_) => return Ok(Vec::new()),
        Life::Live => {}
    }
    if let Some(by) = by {
        may(state, by, Action::End)?;
    }
    Ok(vec![Fact::Ended { by }])
}

/// The seat that it is to be done to; `None` if it is so already.
fn to_do(
    state: &State,
    action: Action,
    done: Admission,
    seat: SeatId,
    by: Option<SeatId>,
) -> Result<Option<&SeatState>, RuleError> {
    clinic_or(state, by, action)?;
    let place = open_seat(state, seat)?;
    if place.admission == done {
        return Ok(None);
    }
    target(place, action, by)?;
    Ok(Some(place))
}

const fn not_too_many(state: &State) -> Result<(), RuleError> {
    if state.acts >= ACTS_MAX {
        return Err(RuleError::TooManyActs);
    }
    Ok(())
}
