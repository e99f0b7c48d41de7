//! Why a command is refused.

use super::{JOINS_MAX, PRESENT_LIMIT, SEATS_MAX, SEATS_MIN};
use crate::ids::SeatId;

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// `Open` came twice.
    #[error("the consultation is open already")]
    AlreadyOpen,
    /// Too few or too many seats.
    #[error("a consultation has {SEATS_MIN} to {SEATS_MAX} people, got {got}")]
    SeatCount {
        /// How many were asked for.
        got: usize,
    },
    /// Nothing to join.
    #[error("the consultation is not open")]
    NotOpen,
    /// No such seat.
    #[error("there is no seat {seat}")]
    UnknownSeat {
        /// The number.
        seat: SeatId,
    },
    /// As many as can be present are.
    #[error("room is full: {PRESENT_LIMIT} participants at most")]
    Full,
    /// See [`JOINS_MAX`].
    #[error("the consultation was joined {JOINS_MAX} times, and that is the most")]
    TooManyJoins,
}

impl RuleError {
    /// The stable code, one of the wire's error codes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AlreadyOpen => "internal",
            Self::SeatCount { .. } => "malformed",
            Self::NotOpen | Self::UnknownSeat { .. } => "link_unknown",
            Self::Full => "room_full",
            Self::TooManyJoins => "rate_limited",
        }
    }
}
