//! What somebody wants.

use super::{
    ConsentCommand, ErasureReason, LeaveCause, LinkState, PaperCommand, PartsCommand, QueueCommand,
    RecordKind, Role, ScheduleCommand,
};
use crate::accounts::KeyId;
use crate::ids::{SeatId, TokenHash};

/// A wish, judged by [`super::decide()`].
///
/// `by` is who wishes it. Where there is none, the server itself or whoever runs it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open a consultation; seat 1 gets the first invitation, and so on.
    Open {
        /// One a seat.
        seats: Vec<Invitation>,
    },
    /// One more seat, with the next number. The first one opens the consultation: of one that
    /// signed tokens make, nobody knows beforehand who else comes.
    Invite(Invitation),
    /// A new link for a seat. The old one dies; whoever sits there stays.
    Relink {
        /// Which seat.
        seat: SeatId,
        /// What opens it from here on.
        link: LinkState,
    },
    /// Take a seat's link and resume token back; whoever sits there is out.
    RevokeLink {
        /// Which seat.
        seat: SeatId,
    },
    /// Sit down, or come back to the seat with a new page or a new transport.
    Join {
        /// Which seat.
        seat: SeatId,
        /// Hash of the resume token that the page will hold.
        resume: TokenHash,
        /// What the page shows for it.
        pass: Pass,
    },
    /// The page holds the newest resume token: it said hello with it, or its transport came up.
    Confirm {
        /// Which seat.
        seat: SeatId,
    },
    /// Get up.
    Leave {
        /// Which seat.
        seat: SeatId,
        /// Why.
        cause: LeaveCause,
    },
    /// Let somebody in.
    Admit {
        /// Whom.
        seat: SeatId,
        /// The practitioner; `None`: the clinic.
        by: Option<SeatId>,
    },
    /// Do not let somebody in.
    Deny {
        /// Whom.
        seat: SeatId,
        /// The practitioner.
        by: SeatId,
    },
    /// Ask somebody to wait a little more.
    Hold {
        /// Whom.
        seat: SeatId,
        /// The practitioner.
        by: SeatId,
    },
    /// Take somebody out.
    Remove {
        /// Whom.
        seat: SeatId,
        /// The practitioner.
        by: SeatId,
    },
    /// Let nobody new in, or do again.
    Lock {
        /// Which of the two.
        locked: bool,
        /// The practitioner.
        by: SeatId,
    },
    /// Destroy what is kept of a person; the seat is nobody's from here on.
    Erase {
        /// Whose.
        seat: SeatId,
        /// Why.
        reason: ErasureReason,
    },
    /// Let a hospital system read what is kept.
    Disclose {
        /// What.
        what: RecordKind,
        /// Which system.
        to: KeyId,
    },
    /// End it for everybody.
    End {
        /// The practitioner; `None`: whoever runs the server.
        by: Option<SeatId>,
    },
    /// Book, move, call off, reopen.
    Schedule(ScheduleCommand),
    /// Who is seen first, and how late it begins.
    Queue(QueueCommand),
    /// What people are beyond their role.
    Parts(PartsCommand),
    /// Agree, or do not any more.
    Consent(ConsentCommand),
    /// Answer for what was written.
    Paper(PaperCommand),
}

/// What a page shows to be let into its seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Hash of a link, or of what a signed token says; the page is new here, and older ones are
    /// out. Judged by [`super::may_redeem()`].
    Link(TokenHash),
    /// Hash of a resume token; the page is the one that was here. Judged by
    /// [`super::may_resume()`].
    Resume(TokenHash),
}

/// A seat for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// What the person is.
    pub role: Role,
    /// What opens the seat; `None`: a signed token does.
    pub link: Option<LinkState>,
}
