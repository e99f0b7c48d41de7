//! What the server says on the WebSocket.

use serde::{Deserialize, Serialize};

use super::{Consents, ErrorCode, LateNotice, Paper, PaperState, Seat};
use crate::ids::{SeatId, Timestamp};
use crate::text::{ChatRef, ChatText};

/// A message to the page. An open set: a page ignores the types and fields it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ServerMessage {
    /// The answer to `hello`: the room as it is now.
    Welcome {
        /// The page's own seat.
        #[cfg_attr(test, ts(type = "number"))]
        you: SeatId,
        /// Every seat that this viewer may see.
        seats: Vec<Seat>,
        /// The last messages that this viewer may read, oldest first.
        chat: Vec<ChatEntry>,
        /// Nobody new comes in.
        locked: bool,
        /// What those who wait were told of a delay; not late without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        late: Option<LateNotice>,
        /// How it stands with consent; without it there is nothing that is this viewer's business.
        #[serde(default, skip_serializing_if = "Consents::is_nothing")]
        #[cfg_attr(test, ts(optional, as = "Option<Consents>"))]
        consents: Consents,
        /// The server's clock, since a phone's may be years off.
        #[cfg_attr(test, ts(type = "number"))]
        now: Timestamp,
    },
    /// A seat is so now: somebody came, left, was let in, muted, lost the network.
    SeatChanged {
        /// The whole seat.
        seat: Seat,
    },
    /// This viewer may not see the seat any more.
    SeatGone {
        /// Which seat.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
    },
    /// The room was locked or opened again.
    LockChanged {
        /// Nobody new comes in.
        locked: bool,
    },
    /// Those who wait were told something else of a delay, or it is over.
    Late {
        /// What; not late without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        late: Option<LateNotice>,
    },
    /// It stands so with consent now, as far as it is this viewer's business.
    Consents(Consents),
    /// For practitioners: the newest version of what is written is so, and signed so.
    Paper(PaperState),
    /// What this page wrote is saved.
    PaperSaved {
        /// What.
        paper: Paper,
        /// As which version; the next one is built on it.
        version: u32,
        /// When, by the server's clock.
        #[cfg_attr(test, ts(type = "number"))]
        at: Timestamp,
    },
    /// Somebody asks this person to mute themselves.
    MuteRequested {
        /// Who.
        #[cfg_attr(test, ts(type = "number"))]
        by: SeatId,
    },
    /// Somebody asks everybody to pause, to repeat, or to speak more slowly.
    Turn {
        /// Who.
        #[cfg_attr(test, ts(type = "number"))]
        seat: SeatId,
        /// What.
        kind: TurnKind,
        /// When, by the server's clock.
        #[cfg_attr(test, ts(type = "number"))]
        at: Timestamp,
    },
    /// Somebody said something; also the sender's receipt.
    Chat(ChatEntry),
    /// Make a fresh peer connection and resume, with a new attempt id.
    Rejoin {
        /// What happened to the old one.
        reason: RejoinReason,
    },
    /// The last message: this page is out of the room.
    Ended {
        /// Why.
        reason: EndReason,
    },
    /// The last message of the page was not done.
    Error {
        /// For programs.
        code: ErrorCode,
        /// For people.
        message: String,
    },
}

/// What somebody asks of the conversation, so that an interpreter can keep up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum TurnKind {
    /// One moment, please.
    Pause,
    /// Once more, please.
    Repeat,
    /// More slowly, please.
    Slower,
}

/// One chat message, as everybody gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChatEntry {
    /// Counts up from 1 within the room.
    #[cfg_attr(test, ts(type = "number"))]
    pub id: u64,
    /// The sender's own reference; only the sender gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub r#ref: Option<ChatRef>,
    /// Who said it.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
    /// What.
    pub text: ChatText,
    /// Between the practitioners and this person only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub with: Option<SeatId>,
    /// When, by the server's clock: milliseconds since 1970-01-01 UTC.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
}

/// Why a page must join again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RejoinReason {
    /// Its media transport died.
    TransportLost,
    /// The server, or the part that carried this room, was restarted.
    ServerRestarted,
    /// The turn is near: time for a transport.
    Called,
}

/// Why a page is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum EndReason {
    /// It left, or its media stayed away too long.
    Left,
    /// The same link was opened elsewhere, and that page has the seat now.
    TakenOver,
    /// The server is about to stop.
    Drain,
    /// The consultation is over.
    Closed,
    /// Turned away by a practitioner.
    Denied,
    /// Put out by a practitioner.
    Removed,
    /// The clinic took the invitation back.
    Revoked,
}
