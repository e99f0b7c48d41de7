//! A live room: one task that owns one consultation's state, its connections and its chat.
//!
//! Everything that happens to a room goes through its mailbox, one input after another; that is
//! all the ordering there is, and there is no lock. A room's task starts with the first input,
//! reads the room from the store, and ends when nobody is in it.
//!
//! **Invariants** (`tests/`)
//! - a seat outlives its socket: losing a WebSocket removes nobody;
//! - a seat has at most one connection, and that one holds its newest resume token;
//! - what is told to people is in the store first.

mod actor;
mod chat;
mod connect;
mod debug;
mod error;
mod join;
mod leave;
mod live;
mod media;
mod outbox;
mod place;
mod registry;

use tokio::sync::oneshot;

pub use error::{EndRoomError, JoinError};
#[cfg(test)]
pub(crate) use outbox::OUTBOX_MESSAGES;
pub(crate) use outbox::{Outbox, Outgoing, Overflow, Receiver, outbox};
pub(crate) use registry::{Mailbox, Registry};

use crate::connection::Said;
use crate::ids::{SeatId, TokenHash};
use crate::protocol::{EndReason, JoinResponse};

/// One socket of a room, so that a late word of an old one is known as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionId(u64);

/// Something that happens to a room.
pub(crate) enum Input {
    /// A page wants its seat.
    Join {
        seat: SeatId,
        offer: String,
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
