//! Why a room refuses.

use crate::bucket::Wait;
use crate::consultation::RuleError;
use crate::media_port::JoinMediaError;
use crate::protocol::ErrorCode;
use crate::protocol::limits::PAPER_MAX_BYTES;
use crate::store::StoreError;

/// Why something that was asked of a room is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// The rules of the consultation.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// A consent to words that this server does not know, or that did not ask for it.
    #[error("no text of consent here has this hash, this language and all of these boxes")]
    OtherWords,
    /// A version was written, or is to be signed, that is not built on the newest one.
    #[error("another version was saved meanwhile: look at it first")]
    PaperChanged,
    /// More than is kept of one paper.
    #[error("a paper has {PAPER_MAX_BYTES} bytes at most, got {got}")]
    PaperTooLarge {
        /// How many.
        got: usize,
    },
    /// What is said to people who are there.
    #[error("this is said on the WebSocket only")]
    NeedsSocket,
    /// Nobody whom something could be written about.
    #[error("there is no patient whom this could be about")]
    NoPatient,
    /// The store takes nothing at this moment.
    #[error("nothing can be stored at this moment; it will work again soon")]
    StoreAway,
    /// The store failed; the log says how.
    #[error("the server failed to do this; it may work again soon")]
    Store,
}

impl From<StoreError> for Refused {
    fn from(logged: StoreError) -> Self {
        if logged.is_away() {
            Self::StoreAway
        } else {
            Self::Store
        }
    }
}

impl Refused {
    /// The stable code.
    pub(crate) fn code(self) -> ErrorCode {
        match self {
            // The page named the seat; its own link is fine.
            Self::Rule(RuleError::UnknownSeat { .. })
            | Self::OtherWords
            | Self::NeedsSocket
            | Self::NoPatient => ErrorCode::WrongState,
            Self::PaperChanged => ErrorCode::PaperChanged,
            Self::PaperTooLarge { .. } => ErrorCode::TooLarge,
            Self::Rule(rule) => ErrorCode::from_code(rule.code()),
            Self::StoreAway => ErrorCode::StoreAway,
            Self::Store => ErrorCode::Internal,
        }
    }
}

/// Why somebody does not get a seat.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// No open consultation has this link or token.
    #[error("no open consultation has this link")]
    LinkUnknown,
    /// A signed invitation that was good once.
    #[error("this invitation is no longer good")]
    LinkExpired,
    /// A signed invitation that is not good yet.
    #[error("this invitation is not good yet")]
    NotYet,
    /// A signed invitation that says what it may not.
    #[error("the invitation cannot be used: {0}")]
    Claims(String),
    /// A living page has the seat.
    #[error("another page has this seat: ask, then join with takeover")]
    SeatTaken,
    /// The rules of the consultation.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The media plane.
    #[error(transparent)]
    Media(#[from] JoinMediaError),
    /// Too many wrong links or requests from one address, or too many joins of one seat.
    #[error("{what}: wait {} s and try again", wait.as_seconds())]
    RateLimited {
        /// What there was too much of.
        what: &'static str,
        /// When one more is allowed.
        wait: Wait,
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
    /// The store takes nothing at this moment.
    #[error("nothing can be stored at this moment; it will work again soon")]
    StoreAway,
    /// A fault of the server; its log says which.
    #[error("the server failed to do this; it may work again soon")]
    Internal,
}

impl From<Refused> for JoinError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rule(rule) => Self::Rule(rule),
            Refused::StoreAway => Self::StoreAway,
            _ => Self::Internal, // what no join leads to, and the store
        }
    }
}

impl JoinError {
    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::LinkUnknown | Self::NotYet => ErrorCode::LinkUnknown,
            Self::LinkExpired => ErrorCode::LinkExpired,
            Self::SeatTaken => ErrorCode::SeatTaken,
            Self::Rule(rule) => ErrorCode::from_code(rule.code()),
            Self::Media(media) => match media {
                JoinMediaError::OfferInvalid { .. } => ErrorCode::OfferInvalid,
                JoinMediaError::RoomFull { .. } => ErrorCode::RoomFull,
                JoinMediaError::Overloaded | JoinMediaError::Unavailable => ErrorCode::Overloaded,
            },
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::AttemptReused | Self::Claims(_) => ErrorCode::Malformed,
            Self::Draining => ErrorCode::Draining,
            Self::Overloaded { .. } => ErrorCode::Overloaded,
            Self::StoreAway => ErrorCode::StoreAway,
            Self::Internal => ErrorCode::Internal,
        }
    }
}

/// Why a room is not ended, or a link not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndRoomError {
    /// There is none with this id.
    #[error("there is no such room")]
    Unknown,
    /// As many rooms are live as this server holds.
    #[error("the server is at its limit of {limit} live rooms")]
    Overloaded {
        /// How many.
        limit: usize,
    },
    /// The store takes nothing at this moment.
    #[error("nothing can be stored at this moment; it will work again soon")]
    StoreAway,
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
            Self::StoreAway => ErrorCode::StoreAway,
            Self::Internal => ErrorCode::Internal,
        }
    }
}

/// Why a seat's link is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkChangeError {
    /// The rules of the consultation.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// As many rooms are live as this server holds.
    #[error("the server is at its limit of {limit} live rooms")]
    Overloaded {
        /// How many.
        limit: usize,
    },
    /// The store takes nothing at this moment.
    #[error("nothing can be stored at this moment; it will work again soon")]
    StoreAway,
    /// A fault of the server; its log says which.
    #[error("the server failed to do this; it may work again soon")]
    Internal,
}

impl LinkChangeError {
    /// The stable code.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Rule(rule) => ErrorCode::from_code(rule.code()),
            Self::Overloaded { .. } => ErrorCode::Overloaded,
            Self::StoreAway => ErrorCode::StoreAway,
            Self::Internal => ErrorCode::Internal,
        }
    }
}

impl From<Refused> for LinkChangeError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rule(rule) => Self::Rule(rule),
            Refused::StoreAway => Self::StoreAway,
            _ => Self::Internal, // what no join leads to, and the store
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consultation::{Action, Minutes, PaperVersion, Phase, PolicyError, Role};
    use crate::ids::{SeatId, Timestamp};

    #[test]
    fn every_rule_has_a_code_of_the_wire() {
        let seat = SeatId(9);
        let (by, subject, time) = (seat, seat, Timestamp(1));
        let (expires, begins, earliest, latest) = (time, time, time, time);
        let (from, until) = (time, time);
        let (action, role, wanted) = (Action::Admit, Role::Patient, Role::Companion);
        let (phase, got, signed) = (Phase::InProgress, Minutes(0), PaperVersion(1));
        let all = [
            RuleError::AlreadyOpen,
            RuleError::SeatCount { got: 1 },
            RuleError::NotOpen,
            RuleError::Ended,
            RuleError::UnknownSeat { seat },
            RuleError::LinkExpired { expires },
            RuleError::LinkRevoked,
            RuleError::TokenUnknown,
            RuleError::TakenOver,
            RuleError::Denied,
            RuleError::Removed,
            RuleError::Locked,
            RuleError::Full,
            RuleError::TooManyJoins,
            RuleError::TooManyActs,
            RuleError::TooManyChanges,
            RuleError::TooManySignatures,
            RuleError::Length { got },
            RuleError::Begins {
                begins,
                earliest,
                latest,
            },
            RuleError::Delay { got },
            RuleError::NotBooked,
            RuleError::Cancelled,
            RuleError::NoShow,
            RuleError::Begun { action, phase },
            RuleError::NotBegun,
            RuleError::TooEarly { from },
            RuleError::NobodyExpected,
            RuleError::SomebodyCame { seat },
            RuleError::TooLate { until },
            RuleError::EndedByClinic,
            RuleError::NotTreating,
            RuleError::Represented { by },
            RuleError::OtherRole { seat, wanted, role },
            RuleError::OneLanguage,
            RuleError::NothingTicked,
            RuleError::NotTheirs { by, subject },
            RuleError::NotRepresenting { seat },
            RuleError::ConsentWithdrawn { subject },
            RuleError::PaperVersion,
            RuleError::SignedAlready { signed },
            RuleError::NotPresent { seat },
            RuleError::Policy(PolicyError::Role { action, role }),
            RuleError::Policy(PolicyError::Empty { action }),
        ];
        for rule in all {
            assert_eq!(JoinError::Rule(rule).code().as_str(), rule.code());
        }
    }
}
