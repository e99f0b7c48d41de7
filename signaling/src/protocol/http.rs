//! Bodies of the HTTP requests and responses.

use serde::{Deserialize, Serialize};

use super::{Role, Seat};
use crate::ids::{RoomId, SeatId};
use crate::opaque::{AttemptId, LinkToken, ResumeToken};
use crate::text::DisplayName;

/// `POST /v1/join`: take the seat that the link opens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct JoinRequest {
    /// The version that the page speaks.
    pub version: u16,
    /// From behind the `#` of the page's address.
    pub link: LinkToken,
    /// Made by the page for this attempt; a repeated request gets the same answer for 60 s.
    pub attempt: AttemptId,
    /// The browser's SDP offer.
    pub offer: String,
}

/// The answer to a join: all that a page needs to talk and to draw the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct JoinResponse {
    /// The version of this answer.
    pub version: u16,
    /// The SDP answer.
    pub answer: String,
    /// What the WebSocket's `hello` presents.
    pub resume: ResumeToken,
    /// The page's own seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub you: SeatId,
    /// Every seat of the room, also the absent ones and one's own.
    pub seats: Vec<Seat>,
    /// Who is in which receive slot right now.
    pub slots: Vec<Slot>,
    /// What somebody takes right now; the page pauses the rest.
    pub senders: Senders,
}

/// The owner of one receive slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Slot {
    /// Which slot, in the order of the offer's receive m-lines.
    pub slot: u8,
    /// Grows with every change of owner.
    pub epoch: u16,
    /// Whose voice and picture come in it.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
}

/// Which of the page's senders are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Senders {
    /// Somebody hears this page.
    pub microphone: bool,
    /// The camera encodings that somebody sees, lowest first.
    pub encodings: Vec<Encoding>,
}

/// A camera encoding, named by its RID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Encoding {
    /// A quarter of each side.
    Q,
    /// Half of each side.
    H,
    /// The full picture.
    F,
}

/// `POST /v1/rooms` with the admin secret: open a room for these people.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CreateRoomRequest {
    /// 2 to 8 people; seats are numbered from 1 in this order.
    pub people: Vec<Person>,
}

/// Somebody who gets a seat and a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Person {
    /// The name that the others see.
    pub name: DisplayName,
    /// What the person may do.
    pub role: Role,
}

/// The answer to an opened room. The links are shown once: the server keeps only hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CreateRoomResponse {
    /// For `DELETE /v1/rooms/{room}` and `/debug/rooms/{room}`.
    #[cfg_attr(test, ts(type = "string"))]
    pub room: RoomId,
    /// One a person, in the same order. The page's address is `https://host/#` + link.
    pub links: Vec<LinkToken>,
}
