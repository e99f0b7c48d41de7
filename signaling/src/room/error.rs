//! Why a room refuses.

use crate::consultation::RuleError;
use crate::media_port::JoinMediaError;
use crate::protocol::ErrorCode;

/// Why somebody does not get a seat.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// No open consultation has this link.
    #[error("no open consultation has this link")]
    LinkUnknown,
    /// The rules of the consultation.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The media plane.
    #[error(transparent)]
    Media(#[from] JoinMediaError),
    /// Too many wrong links from one address, or too many joins of one seat.
    #[error("{what}: wait {} s and try again", wait.as_secs())]
    RateLimited {
        /// What there was too much of.
        what: &'static str,
        /// When one more is allowed.
        wait: std::time::Duration,
    },
    /// The attempt id came with another offer before.
    #[error("attempt was used with another offer: a new attempt needs a new id")]
    AttemptReused,
    /// The server is about to stop.
    #[error("the server is about to stop and takes nobody new")]
    Draining,
    /// As many rooms are live as this server holds.
    #[error("the server is at its limit of {limit} live rooms")]
    Overloaded {
        /// How many.
        limit: usize,
    },
    /// A fault of the server; its log says which.
    #[error("the server failed to do this; it may work again soon")]
    Internal,
}

impl JoinError {
    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::LinkUnknown => ErrorCode::LinkUnknown,
            Self::Rule(rule) => ErrorCode::from_code(rule.code()),
            Self::Media(media) => match media {
                JoinMediaError::OfferInvalid { .. } => ErrorCode::OfferInvalid,
                JoinMediaError::RoomFull { .. } => ErrorCode::RoomFull,
                JoinMediaError::Overloaded | JoinMediaError::Unavailable => ErrorCode::Overloaded,
            },
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::AttemptReused => ErrorCode::Malformed,
            Self::Draining => ErrorCode::Draining,
            Self::Overloaded { .. } => ErrorCode::Overloaded,
            Self::Internal => ErrorCode::Internal,
        }
    }
}

/// Why a room is not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndRoomError {
    /// There is none with this id.
    #[error("there is no such room")]
    Unknown,
    /// The server has as many live rooms as it holds, and cannot even look at this one.
    #[error("the server is at its limit of {limit} live rooms")]
    Overloaded {
        /// How many.
        limit: usize,
    },
    /// A fault of the server; its log says which.
    #[error("the server failed to do this; it may work again soon")]
    Internal,
}

impl EndRoomError {
    /// The stable code.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Unknown => ErrorCode::LinkUnknown,
            Self::Overloaded { .. } => ErrorCode::Overloaded,
            Self::Internal => ErrorCode::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SeatId;

    #[test]
    fn every_rule_has_a_code_of_the_wire() {
        let all = [
            RuleError::AlreadyOpen,
            RuleError::SeatCount { got: 1 },
            RuleError::NotOpen,
            RuleError::UnknownSeat { seat: SeatId(9) },
            RuleError::Full,
            RuleError::TooManyJoins,
        ];
        for rule in all {
            assert_eq!(JoinError::Rule(rule).code().as_str(), rule.code());
        }
    }
}
