//! What happened. The log keeps these for good, so they hold no personal text.

use super::{Role, Standing};
use crate::ids::{SeatId, Timestamp, TokenHash};

/// A fact and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Not before the event in front of it.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// A thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The consultation exists; seats are numbered from 1.
    Opened {
        /// One a seat.
        seats: Vec<Role>,
    },
    /// A page took the seat; the one before it, if any, lost it.
    Joined {
        /// Which seat.
        seat: SeatId,
        /// Whether its media flows.
        standing: Standing,
        /// Hash of the token that speaks for the seat from here on.
        resume: TokenHash,
    },
    /// The seat is empty.
    Left {
        /// Which seat.
        seat: SeatId,
        /// Why.
        cause: LeaveCause,
    },
    /// It is over.
    Ended,
}

/// Why somebody is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeaveCause {
    /// By their own wish.
    Own,
    /// Their media stayed away too long.
    Away,
    /// The server stopped; the link works again on the next one.
    Drain,
}
