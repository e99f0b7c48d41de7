//! What signaling needs of an SFU. The server's composition implements it over shard mailboxes.
//!
//! **Invariants**
//! - Calls for one room take effect in the order they are made, and a new join of a seat
//!   replaces that seat's transport.
//! - `leave`, `set_standing` and `end` neither fail nor wait: leaving a room that is not there is
//!   done already, and a seat without a transport gets its standing with its next join.
//! - Events of one room reach [`crate::Service::handle_media_event`] in the order they happened.

use std::time::Duration;

use futures_util::future::BoxFuture;

pub use crate::consultation::Standing;
use crate::ice::IceCredentials;
use crate::ids::{RoomId, SeatId};

#[cfg(any(test, feature = "fake-media"))]
pub mod fake;

/// An SFU, as far as signaling is concerned.
pub trait MediaPort: Send + Sync + 'static {
    /// Makes or replaces the transport of one seat.
    fn join(&self, join: JoinMedia) -> BoxFuture<'static, Result<JoinedMedia, JoinMediaError>>;

    /// Lets a seat hear and be heard, or ends that. What is no longer allowed stops with the next
    /// packet; nothing that a waiting seat sends reaches anybody.
    fn set_standing(&self, room: RoomId, seat: SeatId, standing: Standing);

    /// Whether a seat's transport got something within this time that only its page can have sent:
    /// an ICE check or media that authenticated. A page that sends no media is heard by its checks
    /// alone, every few seconds. `false` also if there is no transport, or no answer.
    fn is_heard(&self, room: RoomId, seat: SeatId, within: Duration) -> BoxFuture<'static, bool>;

    /// Takes a seat's transport away.
    fn leave(&self, room: RoomId, seat: SeatId);

    /// Takes a room away with everybody in it.
    fn end(&self, room: RoomId);

    /// What the media plane knows of a room, for operators; `None` if there is no such room.
    fn debug_room(&self, room: RoomId) -> BoxFuture<'static, Option<serde_json::Value>>;
}

/// One seat's wish to send and receive.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinMedia {
    /// The room; it exists from its first join to its last leave, or its end.
    pub room: RoomId,
    /// The seat.
    pub seat: SeatId,
    /// Whether it may hear and be heard.
    pub standing: Standing,
    /// The browser's SDP offer, unchecked.
    pub offer: String,
    /// What the page saw of its network; `None` if it does not say.
    pub network: Option<Network>,
    /// What the page would have as the credentials of this side of the transport. If they are in use already
    /// others are taken; the answer names those that are.
    pub credentials: Option<IceCredentials>,
}

/// A guess at a page's network from how the page was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// A round trip.
    pub round_trip: Duration,
    /// The rate towards the page, kbit/s.
    pub kbps: u32,
}

/// Without the offer: it holds addresses.
impl std::fmt::Debug for JoinMedia {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinMedia")
            .field("room", &self.room)
            .field("seat", &self.seat)
            .field("standing", &self.standing)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

/// What the page needs to start sending.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinedMedia {
    /// The SDP answer, with the server's candidates in it.
    pub answer: String,
    /// Who is in which receive slot at this moment.
    pub slots: Vec<SlotAssignment>,
    /// What somebody takes at this moment.
    pub senders: SendPlan,
}

/// Without the answer: it holds keys and addresses.
impl std::fmt::Debug for JoinedMedia {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinedMedia")
            .field("slots", &self.slots)
            .field("senders", &self.senders)
            .finish_non_exhaustive()
    }
}

/// The owner of one receive slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotAssignment {
    /// Which slot, counted from 0.
    pub slot: u8,
    /// Grows with every change of owner.
    pub epoch: u16,
    /// Whose media comes in it.
    pub seat: SeatId,
}

/// Which of a page's senders are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendPlan {
    /// Somebody hears this seat.
    pub microphone: bool,
    /// The encodings that somebody sees, lowest first.
    pub encodings: Vec<Rid>,
}

/// A camera encoding by its RID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rid {
    /// A quarter of each side.
    Q,
    /// Half of each side.
    H,
    /// The full picture.
    F,
}

/// Why a seat has no transport.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinMediaError {
    /// The offer cannot be answered.
    #[error("offer is not usable: {reason}")]
    OfferInvalid {
        /// In words for the page's author, without any of the offer in it.
        reason: String,
    },
    /// The media room holds no more people.
    #[error("room is full: {limit} participants at most")]
    RoomFull {
        /// How many it holds.
        limit: u8,
    },
    /// The shard has no room for more right now.
    #[error("the media plane is at its limit")]
    Overloaded,
    /// The shard is gone or does not answer; a later attempt may succeed.
    #[error("the media plane does not answer")]
    Unavailable,
}

/// What the media plane tells of its own accord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaEvent {
    /// A seat's newest transport carries packets: ICE and DTLS are done.
    TransportUp {
        /// The room.
        room: RoomId,
        /// The seat.
        seat: SeatId,
    },
    /// A seat's newest transport is gone for good. Not said of one that a newer join replaced,
    /// nor of one that `leave` or `end` took away.
    TransportLost {
        /// The room.
        room: RoomId,
        /// The seat.
        seat: SeatId,
    },
    /// A shard was restarted, and these rooms with all their transports are gone.
    RoomsLost {
        /// All rooms of that shard.
        rooms: Vec<RoomId>,
    },
}
