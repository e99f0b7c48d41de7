//! A live room: one task that owns one consultation's state, its connections and its chat.
//!
//! Everything that happens to a room goes through its mailbox, one input after another; that is
//! all the ordering there is, and there is no lock. A room's task starts with the first input,
//! reads the room from the store, and ends when nobody is in it.
//!
//! **Invariants** (`tests/`)
//! - a seat outlives its socket: losing a WebSocket removes nobody;
//! - a seat has at most one connection, and that one holds a token that speaks for it;
//! - what is told to people is in the store first;
//! - what the policy forbids changes nothing, and nobody but the speaker hears of it;
//! - a person who is not let in is told of nobody but the practitioners.

mod actor;
mod acts;
mod chat;
mod clinic;
mod connect;
mod consents;
mod debug;
mod erase;
mod error;
mod failed;
mod front;
mod hear;
mod join;
mod late;
mod leave;
mod links;
mod live;
mod media;
mod outbox;
mod papers;
mod parts;
mod place;
mod registry;
mod view;
mod visit;

use tokio::sync::oneshot;

pub(crate) use clinic::{Act, ActError, Colleague, Opening, Wish};
pub(crate) use error::Refused;
pub use error::{EndRoomError, JoinError, LinkChangeError};
#[cfg(test)]
pub(crate) use front::WARM_LIMIT;
#[cfg(test)]
pub(crate) use outbox::OUTBOX_MESSAGES;
pub(crate) use outbox::{Outbox, Outgoing, Overflow, Receiver, outbox};
pub(crate) use registry::{Mailbox, Registry};
pub(crate) use view::{wire_admission, wire_role};

use crate::board::Entry;
use crate::connection::Said;
use crate::consultation::{ErasureReason, LinkState, Pass, Role};
use crate::ice::IceCredentials;
use crate::ids::{SeatId, TokenHash};
use crate::opaque::ResumeToken;
use crate::protocol::{
    EndReason, InvitationResponse, JoinResponse, LinkHint, Person, VisitResponse,
};

/// One socket of a room, so that a late word of an old one is known as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionId(u64);

/// By what right a page wants a seat.
#[derive(Clone, Debug)]
pub(crate) enum Ticket {
    /// An invitation.
    Link {
        /// Hash of the link, or of a signed token's person.
        link: TokenHash,
        /// Also if a living page has the seat.
        takeover: bool,
    },
    /// The page had the seat before.
    Resume {
        /// From its last join or resume.
        resume: ResumeToken,
        /// It has its old peer connection still.
        holds: bool,
    },
}

impl Ticket {
    fn pass(&self) -> Pass {
        match self {
            Self::Link { link, .. } => Pass::Link(*link),
            Self::Resume { resume, .. } => Pass::Resume(crate::auth::hash_resume(resume)),
        }
    }
}

/// What a page offers to send and to receive.
pub(crate) struct Offer {
    /// Its SDP.
    pub(crate) text: String,
    /// What it saw of its network.
    pub(crate) network: Option<LinkHint>,
    /// What it has chosen for the server's side of its transport.
    pub(crate) credentials: Option<IceCredentials>,
}

/// Somebody with a signed invitation.
pub(crate) struct Invited {
    pub(crate) person: Person,
    pub(crate) role: Role,
    /// Stands for the person where others have a link.
    pub(crate) link: TokenHash,
}

/// Something that happens to a room.
pub(crate) enum Input {
    /// Somebody looks at an invitation.
    Invitation {
        seat: SeatId,
        link: TokenHash,
        reply: oneshot::Sender<Result<InvitationResponse, JoinError>>,
    },
    /// A page wants its seat.
    Join {
        seat: SeatId,
        ticket: Ticket,
        offer: Offer,
        reply: oneshot::Sender<Result<JoinResponse, JoinError>>,
    },
    /// A socket said hello. If it is refused, it is told why and is not connected.
    Connect {
        seat: SeatId,
        token: TokenHash,
        outbox: Outbox,
        reply: oneshot::Sender<Result<ConnectionId, EndReason>>,
    },
    /// A connected page said something.
    Say {
        connection: ConnectionId,
        said: Said,
    },
    /// A socket is gone.
    Disconnected { connection: ConnectionId },
    /// The media plane said something.
    Media(MediaChange),
    /// A seat for a signed invitation; the one that it has, if it has one.
    Invite {
        invited: Invited,
        reply: oneshot::Sender<Result<SeatId, Refused>>,
    },
    /// A new link for a seat.
    Relink {
        seat: SeatId,
        link: LinkState,
        reply: oneshot::Sender<Result<(), Refused>>,
    },
    /// No link for a seat any more.
    Revoke {
        seat: SeatId,
        reply: oneshot::Sender<Result<(), Refused>>,
    },
    /// Destroy what is kept of a person.
    Erase {
        seat: SeatId,
        reason: ErasureReason,
        reply: oneshot::Sender<Result<(), Refused>>,
    },
    /// A clinic wants something of its appointment.
    Act {
        act: Box<Act>,
        reply: oneshot::Sender<Result<Entry, ActError>>,
    },
    /// Somebody looks at their visit, also afterwards, and may say something about it first.
    Visit {
        seat: SeatId,
        pass: Pass,
        say: Option<Said>,
        reply: oneshot::Sender<Result<VisitResponse, Refused>>,
    },
    /// End it, if nobody does and it is long over. The answer: whether it is over now.
    Lapse {
        reply: oneshot::Sender<Result<bool, Refused>>,
    },
    /// End it for good.
    End {
        reply: oneshot::Sender<Result<(), EndRoomError>>,
    },
    /// The server stops: everybody out, the consultation stays open.
    Drain { reply: oneshot::Sender<()> },
    /// An operator asks.
    Debug {
        reply: oneshot::Sender<Option<serde_json::Value>>,
    },
}

/// [`crate::media_port::MediaEvent`], as one room sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaChange {
    /// A seat's transport carries packets.
    Up(SeatId),
    /// A seat's transport is dead.
    Lost(SeatId),
    /// All of them are.
    AllLost,
}
