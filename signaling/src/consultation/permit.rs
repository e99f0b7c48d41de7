//! The policy and the state together: may this seat, now?

use std::time::Duration;

use super::phase::Life;
use super::policy::{self, Action, Target, When};
use super::{Admission, Pass, Phase, RuleError, SeatState, State};
use crate::ids::{SeatId, Timestamp, TokenHash};

/// Whether a seat may do this now. For what is done to somebody: [`may_to`].
///
/// What a role may do [`When::Ever`], its person may also do who is not there, and after the end:
/// whoever asks has shown to be that person in another way than by sitting in the seat.
pub fn may(state: &State, seat: SeatId, action: Action) -> Result<(), RuleError> {
    let is_ever = |place: &&SeatState| policy::when(action, place.role) == When::Ever;
    let known = known_seat(state, seat).ok().filter(is_ever);
    if let Some(place) = known {
        return Ok(policy::check(action, place.role, place.admission)?);
    }
    let place = open_seat(state, seat)?;
    policy::check(action, place.role, place.admission)?;
    if !place.is_present() {
        return Err(RuleError::NotPresent { seat });
    }
    Ok(())
}

/// As [`may`], where the clinic itself, which has no seat, may do the same.
pub(super) fn clinic_or(
    state: &State,
    by: Option<SeatId>,
    action: Action,
) -> Result<(), RuleError> {
    by.map_or(Ok(()), |by| may(state, by, action))
}

/// Whether a seat may do this to another now.
pub fn may_to(state: &State, by: SeatId, action: Action, seat: SeatId) -> Result<(), RuleError> {
    may(state, by, action)?;
    target(open_seat(state, seat)?, action, Some(by))
}

/// Whether this may be done to that seat, by whoever may do it at all.
pub(super) fn target(
    place: &SeatState,
    action: Action,
    by: Option<SeatId>,
) -> Result<(), RuleError> {
    let target = Target {
        admission: place.admission,
        is_present: place.is_present(),
        is_self: by == Some(place.id),
    };
    Ok(policy::check_target(action, target)?)
}

/// Whether this link opens the seat now. It spends nothing.
///
/// A link past its time is still good for a seat that somebody sits in: they are here, and only
/// come back. `now` is the server's clock; a page's clock plays no part.
pub fn may_redeem(
    state: &State,
    seat: SeatId,
    link: TokenHash,
    now: Timestamp,
) -> Result<(), RuleError> {
    let place = open_seat(state, seat)?;
    let is_other = place.link.is_some_and(|known| known.hash != link);
    if place.link_revoked || is_other {
        return Err(RuleError::LinkRevoked);
    }
    not_put_out(place)?;
    if let Some(known) = place.link
        && now >= known.expires
        && !place.is_present()
    {
        return Err(RuleError::LinkExpired {
            expires: known.expires,
        });
    }
    not_locked(state, place)
}

/// Whether this resume token speaks for the seat now. Being away or having left is no obstacle,
/// and neither is a link past its time: the page was here.
pub fn may_resume(state: &State, seat: SeatId, token: TokenHash) -> Result<(), RuleError> {
    let place = open_seat(state, seat)?;
    not_put_out(place)?;
    let Some(newest) = place.resume else {
        return Err(if place.link_revoked {
            RuleError::LinkRevoked
        } else {
            RuleError::TokenUnknown
        });
    };
    if newest != token && place.previous_resume != Some(token) {
        return Err(RuleError::TakenOver);
    }
    not_locked(state, place)
}

/// How long after the end its people may look at a consultation with the link or token that they
/// came with. Long enough to show the summary at a pharmacy, or to a daughter on Sunday; a message
/// with the link in a telephone that is sold later opens nothing.
pub const VISIT_READABLE: Duration = Duration::from_hours(7 * 24);

/// Whether this link or token opens what its person may see of the consultation, while it goes on
/// and for [`VISIT_READABLE`] after its end. Nobody sits down by it, and it spends nothing.
pub fn may_visit(state: &State, seat: SeatId, pass: Pass, now: Timestamp) -> Result<(), RuleError> {
    let place = known_seat(state, seat)?;
    not_put_out(place)?;
    if place.link_revoked {
        return Err(RuleError::LinkRevoked);
    }
    let expires = match pass {
        Pass::Link(link) => {
            if place.link.is_some_and(|known| known.hash != link) {
                return Err(RuleError::LinkRevoked);
            }
            place.link.map(|known| known.expires)
        }
        Pass::Resume(token) => {
            let newest = place.resume.ok_or(RuleError::TokenUnknown)?;
            if newest != token && place.previous_resume != Some(token) {
                return Err(RuleError::TakenOver);
            }
            None
        }
    };
    let readable = state.end().map(|end| end.at.plus(VISIT_READABLE));
    // What is over is readable for its time, whatever the link's; what is not, as long as the link.
    match readable.or(expires.filter(|_| !place.is_present())) {
        Some(expires) if now >= expires => Err(RuleError::LinkExpired { expires }),
        _ => Ok(()),
    }
}

/// The seat, if the consultation is going on.
pub(super) fn open_seat(state: &State, seat: SeatId) -> Result<&SeatState, RuleError> {
    live(state)?;
    somebodys(state, seat)
}

/// The seat, going on or over.
pub(super) fn known_seat(state: &State, seat: SeatId) -> Result<&SeatState, RuleError> {
    if state.phase() == Phase::Unopened {
        return Err(RuleError::NotOpen);
    }
    somebodys(state, seat)
}

/// The seat, unless its person was erased: then it is nobody's.
fn somebodys(state: &State, seat: SeatId) -> Result<&SeatState, RuleError> {
    let place = state.seat(seat).filter(|place| !place.erased);
    place.ok_or(RuleError::UnknownSeat { seat })
}

/// People may come.
pub(super) const fn live(state: &State) -> Result<(), RuleError> {
    match state.schedule.life {
        Life::Unopened => Err(RuleError::NotOpen),
        Life::Live => Ok(()),
        Life::Over(end) => Err(RuleError::over(end.kind)),
    }
}

const fn not_put_out(place: &SeatState) -> Result<(), RuleError> {
    match place.admission {
        Admission::Denied => Err(RuleError::Denied),
        Admission::Removed => Err(RuleError::Removed),
        Admission::None | Admission::Waiting | Admission::Held | Admission::Admitted => Ok(()),
    }
}

/// A lock keeps out who is new. Whoever was let in, or waits and lost the network, comes back.
const fn not_locked(state: &State, place: &SeatState) -> Result<(), RuleError> {
    if state.locked && matches!(place.admission, Admission::None) && !place.is_present() {
        return Err(RuleError::Locked);
    }
    Ok(())
}
