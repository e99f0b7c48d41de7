//! The routing decision: whose media flows. The media core enforces what this says.

use super::{Phase, Standing, State};
use crate::ids::SeatId;

/// As whom a seat joins. Everybody who was invited is let in; whatever is not an invited seat of
/// an open consultation waits, because [`Standing`]'s default does.
pub fn standing_on_join(state: &State, seat: SeatId) -> Standing {
    match (state.phase(), state.seat(seat)) {
        (Phase::Open, Some(_invited)) => Standing::Admitted,
        _ => Standing::default(),
    }
}
