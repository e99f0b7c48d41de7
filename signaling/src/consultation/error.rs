//! Why a command is refused.

use super::policy::PolicyError;
use super::{ACTS_MAX, JOINS_MAX, PRESENT_LIMIT, SEATS_MAX, SEATS_MIN};
use crate::ids::{SeatId, Timestamp};

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
    /// It never was.
    #[error("the consultation is not open")]
    NotOpen,
    /// It is over.
    #[error("the consultation has ended")]
    Ended,
    /// No such seat.
    #[error("there is no seat {seat}")]
    UnknownSeat {
        /// The number.
        seat: SeatId,
    },
    /// Past its time, and nobody sits there.
    #[error("the link expired at {} ms since 1970", expires.0)]
    LinkExpired {
        /// When.
        expires: Timestamp,
    },
    /// Taken back, or replaced by a newer one.
    #[error("the link was taken back or replaced by a newer one")]
    LinkRevoked,
    /// No page speaks for the seat by any token; the link may still open it.
    #[error("no page holds this seat by a resume token any more")]
    TokenUnknown,
    /// Another page has the seat.
    #[error("another page took the seat over")]
    TakenOver,
    /// Was not let in.
    #[error("a practitioner did not let this seat in")]
    Denied,
    /// Was taken out.
    #[error("a practitioner removed this seat")]
    Removed,
    /// Nobody new gets in.
    #[error("the consultation is locked, and this seat was not admitted before")]
    Locked,
    /// As many as can be admitted and present are.
    #[error("room is full: {PRESENT_LIMIT} participants at most")]
    Full,
    /// See [`JOINS_MAX`].
    #[error("the consultation was joined {JOINS_MAX} times, and that is the most")]
    TooManyJoins,
    /// See [`ACTS_MAX`].
    #[error("practitioners admitted and locked {ACTS_MAX} times, and that is the most")]
    TooManyActs,
    /// Nobody sits in the seat that is to do something.
    #[error("seat {seat} is empty")]
    NotPresent {
        /// The number.
        seat: SeatId,
    },
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl RuleError {
    /// The stable code, one of the wire's error codes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AlreadyOpen => "internal",
            Self::SeatCount { .. } => "malformed",
            Self::NotOpen | Self::UnknownSeat { .. } | Self::TokenUnknown => "link_unknown",
            Self::Ended => "ended",
            Self::LinkExpired { .. } => "link_expired",
            Self::LinkRevoked => "link_revoked",
            Self::TakenOver => "taken_over",
            Self::Denied => "denied",
            Self::Removed => "removed",
            Self::Locked => "locked",
            Self::Full => "room_full",
            Self::TooManyJoins | Self::TooManyActs => "rate_limited",
            Self::NotPresent { .. } => "wrong_state",
            Self::Policy(error) => error.code(),
        }
    }
}
