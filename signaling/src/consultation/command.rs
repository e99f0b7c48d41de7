//! What somebody wants.

use super::{LeaveCause, Role};
use crate::ids::{SeatId, TokenHash};

/// A wish, judged by [`super::decide()`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open a consultation; seat 1 gets the first role, and so on.
    Open {
        /// One a seat.
        seats: Vec<Role>,
    },
    /// Sit down, or come back to the seat with a new page.
    Join {
        /// Which seat.
        seat: SeatId,
        /// Hash of the resume token that the page will hold.
        resume: TokenHash,
    },
    /// Get up.
    Leave {
        /// Which seat.
        seat: SeatId,
        /// Why.
        cause: LeaveCause,
    },
    /// End it for everybody, for good.
    End,
}
