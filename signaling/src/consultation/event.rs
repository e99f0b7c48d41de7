//! What happened. The log keeps these for good, so they hold no personal text.

use super::{
    ConsentFact, LinkState, PaperFact, PartsFact, QueueFact, RecordKind, Role, ScheduleFact,
    Standing,
};
use crate::accounts::KeyId;
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
///
/// `by` is the practitioner's seat; `None` means whoever runs the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The consultation exists; seats are numbered from 1.
    Opened {
        /// One a seat.
        seats: Vec<Role>,
    },
    /// A seat has this link from here on, and no other. A seat with the next number is new.
    Invited {
        /// Which seat.
        seat: SeatId,
        /// What its person is; of a seat that was there before, the same as ever.
        role: Role,
        /// What opens it; `None`: a signed token does.
        link: Option<LinkState>,
    },
    /// Link and resume token are dead, and whoever sat there is out.
    LinkRevoked {
        /// Which seat.
        seat: SeatId,
    },
    /// A page took the seat; the one before it, if any, lost it.
    Joined {
        /// Which seat.
        seat: SeatId,
        /// As whom: admitted, or to wait.
        standing: Standing,
        /// Hash of the token that speaks for the seat from here on.
        resume: TokenHash,
        /// Hash of the token the page came back with, which stays good until
        /// [`Self::Confirmed`]. `None`: it came with the link, and older tokens are dead.
        resumed_with: Option<TokenHash>,
    },
    /// The page showed that it holds the seat's newest token: the one before is dead.
    Confirmed {
        /// Which seat.
        seat: SeatId,
    },
    /// The seat is empty.
    Left {
        /// Which seat.
        seat: SeatId,
        /// Why.
        cause: LeaveCause,
    },
    /// Let in, there or not.
    Admitted {
        /// Who.
        seat: SeatId,
        /// By whom.
        by: Option<SeatId>,
    },
    /// Not let in, and out.
    Denied {
        /// Who.
        seat: SeatId,
        /// By whom.
        by: Option<SeatId>,
    },
    /// Asked to wait a little more.
    Held {
        /// Who.
        seat: SeatId,
        /// By whom.
        by: Option<SeatId>,
    },
    /// Taken out.
    Removed {
        /// Who.
        seat: SeatId,
        /// By whom.
        by: Option<SeatId>,
    },
    /// Nobody new gets in.
    Locked {
        /// By whom.
        by: Option<SeatId>,
    },
    /// As before the lock.
    Unlocked {
        /// By whom.
        by: Option<SeatId>,
    },
    /// It is over.
    Ended {
        /// By whom.
        by: Option<SeatId>,
    },
    /// To its booked time.
    Schedule(ScheduleFact),
    /// To its place in the queue.
    Queue(QueueFact),
    /// To what people are.
    Parts(PartsFact),
    /// To what they agreed to.
    Consent(ConsentFact),
    /// To what was written.
    Paper(PaperFact),
    /// What was kept of a person was destroyed, and nobody sits there again.
    Erased {
        /// Whose.
        seat: SeatId,
        /// By whom.
        by: Option<SeatId>,
        /// For what reason.
        reason: ErasureReason,
    },
    /// A hospital system read what is kept, from here on for [`super::DISCLOSED_FOR`].
    Disclosed {
        /// What.
        what: RecordKind,
        /// By which system.
        to: KeyId,
    },
}

/// Why what was kept of a person was destroyed: a class, never words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErasureReason {
    /// The person asked for it.
    Request,
    /// It should not have been kept: the wrong person, or a slip.
    Mistake,
    /// An authority or a court ordered it.
    Order,
}

/// Why somebody is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeaveCause {
    /// By their own wish.
    Own,
    /// Their page and their media stayed away too long.
    Away,
    /// The server stopped; the link works again on the next one.
    Drain,
}
