//! A clinic's appointments, for the people and systems that work with them.
//!
//! What changes an appointment goes through its room, so that whoever is in it learns of it at
//! once; what is read comes from the clinic's board.
//!
//! **Invariant:** an appointment of another clinic, and one that somebody may not see, is answered
//! exactly as one that does not exist.

mod acts;
mod booking;
mod codes;
mod reading;
mod shown;

use crate::accounts::ClinicId;
use crate::board::View;
use crate::consultation::RuleError;
use crate::protocol::ErrorCode;
use crate::room::{ActError, Refused};
use crate::service::PersonError;
use crate::store::{Actor, StoreError};

pub(crate) use acts::Change;
pub(crate) use booking::{Booking, Newcomer, Repeat, RepeatKey};

/// Whoever works with a clinic's appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Requester {
    /// Of which clinic: no other is there for them.
    pub(crate) clinic: ClinicId,
    /// Which of its appointments are there for them.
    pub(crate) view: View,
    /// For the log.
    pub(crate) actor: Actor,
}

/// Why something about appointments is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AppointmentError {
    /// Not for whoever asks.
    #[error("there is no such appointment")]
    Unknown,
    /// No seat of whoever books.
    #[error("people must hold your own account: others' appointments are booked by coordinators")]
    NotOwn,
    /// The seat of somebody with an account.
    #[error("this person comes in by their account, and nobody else is given their way in")]
    HasAccount,
    /// There are days of others.
    #[error("this is for practitioners, about the patients who wait for them")]
    NoDay,
    /// A code that opens nothing, for whichever reason.
    #[error("no open seat has this code")]
    Code,
    /// The rules of a consultation.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// Somebody who cannot be invited so.
    #[error("people[{index}]: {error}")]
    Person {
        /// Which, from 0.
        index: usize,
        /// Why not.
        error: PersonError,
    },
    /// A key that came with something else before.
    #[error("idempotency-key was used for another request: a new request needs a new key")]
    KeyReused,
    /// The server is about to stop.
    #[error("the server is about to stop, books nothing and lets nobody wait for news")]
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

impl AppointmentError {
    /// The stable code.
    pub(crate) fn code(self) -> ErrorCode {
        match self {
            Self::Unknown | Self::Code => ErrorCode::LinkUnknown,
            Self::NotOwn | Self::HasAccount | Self::NoDay => ErrorCode::Forbidden,
            // Whoever asks named the seat; there is no link.
            Self::Rule(RuleError::UnknownSeat { .. }) => ErrorCode::WrongState,
            Self::Rule(rule) => ErrorCode::from_code(rule.code()),
            Self::Person { .. } => ErrorCode::Malformed,
            Self::KeyReused => ErrorCode::KeyReused,
            Self::Draining => ErrorCode::Draining,
            Self::Overloaded { .. } => ErrorCode::Overloaded,
            Self::StoreAway => ErrorCode::StoreAway,
            Self::Internal => ErrorCode::Internal,
        }
    }
}

impl From<ActError> for AppointmentError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Unknown => Self::Unknown,
            ActError::Refused(Refused::Rule(rule)) => Self::Rule(rule),
            ActError::Refused(Refused::StoreAway) => Self::StoreAway,
            ActError::Refused(_) => Self::Internal,
        }
    }
}

impl From<StoreError> for AppointmentError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "appointments could not be read or written");
        if error.is_away() {
            Self::StoreAway
        } else {
            Self::Internal
        }
    }
}

impl From<crate::RandomError> for AppointmentError {
    fn from(error: crate::RandomError) -> Self {
        tracing::error!(%error, "an appointment could not be made");
        Self::Internal
    }
}
