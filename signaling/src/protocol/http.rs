//! Bodies of the HTTP requests and responses.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{LateNotice, Role, Seat};
use crate::ice::IceCredentials;
use crate::ids::{RoomId, SeatId};
use crate::opaque::{AttemptId, Link, LinkToken, ResumeToken};
use crate::text::{DisplayName, LanguageCode};

/// `POST /v1/join`: take the seat that the link opens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct JoinRequest {
    /// The version that the page speaks.
    #[cfg_attr(test, schema(minimum = 1, maximum = 1))]
    pub version: u16,
    /// From behind the `#` of the page's address.
    pub link: Link,
    /// Made by the page for this attempt; a repeated request gets the same answer for 60 s.
    pub attempt: AttemptId,
    /// The browser's SDP offer.
    pub offer: String,
    /// Take the seat even if another page has it. Only after the person was asked.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub takeover: bool,
    /// What the page saw of its network while it was loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub network: Option<LinkHint>,
    /// What the page has chosen for the server's side of the transport, where its checks begin before the answer
    /// is there. The answer says whether it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub ice: Option<IceCredentials>,
}

/// `POST /v1/resume`: come back to the seat that this page had.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct ResumeRequest {
    /// The version that the page speaks.
    #[cfg_attr(test, schema(minimum = 1, maximum = 1))]
    pub version: u16,
    /// From the last join or resume.
    pub resume: ResumeToken,
    /// As in a join.
    pub attempt: AttemptId,
    /// The browser's SDP offer, of a fresh peer connection.
    pub offer: String,
    /// The page still has its old peer connection, and would rather keep it.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub holds: bool,
    /// As in a join.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub network: Option<LinkHint>,
}

/// What a page saw of its network while it was loaded, so that the first packet is already made for
/// it. A guess from a few requests: the server starts from it and believes its own measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "LinkHintFields", into = "LinkHintFields")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "LinkHintFields"))]
pub struct LinkHint {
    /// A round trip.
    pub round_trip: Duration,
    /// The rate at which the page came in, kbit/s.
    pub kbps: u32,
}

/// [`LinkHint`] on the wire.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "LinkHint"))]
struct LinkHintFields {
    /// A round trip, milliseconds: at most a minute.
    rtt_ms: u32,
    /// The rate at which the page came in, kbit/s: 1 to 10 000 000.
    kbps: u32,
}

/// Longest round trip that a hint may tell, ms: nobody waits longer for a page.
const HINT_ROUND_TRIP_MAX_MS: u32 = 60_000;
/// Highest rate that a hint may tell, kbit/s.
const HINT_MAX_KBPS: u32 = 10_000_000;

/// A hint outside its allowed range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkHintError {
    /// The round trip.
    #[error("network.rttMs must be 0 to {HINT_ROUND_TRIP_MAX_MS}, got {got}")]
    RoundTrip {
        /// What came.
        got: u32,
    },
    /// The rate.
    #[error("network.kbps must be 1 to {HINT_MAX_KBPS}, got {got}")]
    Rate {
        /// What came.
        got: u32,
    },
}

impl TryFrom<LinkHintFields> for LinkHint {
    type Error = LinkHintError;

    fn try_from(fields: LinkHintFields) -> Result<Self, Self::Error> {
        let LinkHintFields { rtt_ms, kbps } = fields;
        if rtt_ms > HINT_ROUND_TRIP_MAX_MS {
            return Err(LinkHintError::RoundTrip { got: rtt_ms });
        }
        if !(1..=HINT_MAX_KBPS).contains(&kbps) {
            return Err(LinkHintError::Rate { got: kbps });
        }
        Ok(Self {
            round_trip: Duration::from_millis(u64::from(rtt_ms)),
            kbps,
        })
    }
}

impl From<LinkHint> for LinkHintFields {
    fn from(hint: LinkHint) -> Self {
        Self {
            rtt_ms: u32::try_from(hint.round_trip.as_millis()).unwrap_or(HINT_ROUND_TRIP_MAX_MS),
            kbps: hint.kbps,
        }
    }
}

/// `POST /v1/invitation`: what the link is for. Looking spends nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct InvitationRequest {
    /// The version that the page speaks.
    #[cfg_attr(test, schema(minimum = 1, maximum = 1))]
    pub version: u16,
    /// From behind the `#` of the page's address.
    pub link: Link,
}

/// What stands on the first screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct InvitationResponse {
    /// The version of this answer.
    pub version: u16,
    /// Who is invited.
    pub you: Person,
    /// Who leads the consultation, by name.
    pub practitioners: Vec<DisplayName>,
    /// Whose server this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub clinic: Option<DisplayName>,
    /// A living page has the seat: joining needs `takeover`.
    pub taken: bool,
}

/// What became of a page's transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Transport {
    /// The old one lives: there is no answer, and the offer was not used.
    Kept,
    /// A fresh one; the answer belongs to it.
    New,
    /// None yet: the person waits, and is called when the turn is near.
    None,
}

/// The answer to a join or a resume: all that a page needs to talk and to draw the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct JoinResponse {
    /// The version of this answer.
    pub version: u16,
    /// What became of the transport.
    pub transport: Transport,
    /// The SDP answer to a fresh transport.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub answer: Option<String>,
    /// What the WebSocket's `hello` presents.
    pub resume: ResumeToken,
    /// The page's own seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub you: SeatId,
    /// Every seat that this person may see, also the absent ones and one's own.
    pub seats: Vec<Seat>,
    /// Nobody new comes in.
    pub locked: bool,
    /// What those who wait were told of a delay; not late without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub late: Option<LateNotice>,
    /// Who is in which receive slot right now.
    pub slots: Vec<Slot>,
    /// What somebody takes right now; the page pauses the rest.
    pub senders: Senders,
}

/// The owner of one receive slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
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
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Senders {
    /// Somebody hears this page.
    pub microphone: bool,
    /// The camera encodings that somebody sees, lowest first.
    pub encodings: Vec<Encoding>,
}

/// A camera encoding, named by its RID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
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
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct CreateRoomRequest {
    /// 2 to 8 people; seats are numbered from 1 in this order.
    #[cfg_attr(test, schema(min_items = 2, max_items = 8))]
    pub people: Vec<Person>,
    /// How long the links open the room, seconds. A week, if nothing is said.
    #[serde(default, rename = "expiresInSeconds")]
    #[cfg_attr(test, ts(optional, as = "Option<LinkLifetime>"))]
    pub expires_in: LinkLifetime,
}

/// `POST /v1/rooms/{room}/seats/{seat}/link`: a new link for one person; the old one dies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewLinkRequest {
    /// As in [`CreateRoomRequest`].
    #[serde(default, rename = "expiresInSeconds")]
    #[cfg_attr(test, ts(optional, as = "Option<LinkLifetime>"))]
    pub expires_in: LinkLifetime,
}

/// The new link, shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewLinkResponse {
    /// The page's address is `https://host/#` + link.
    pub link: LinkToken,
}

/// How long a link opens its room: 60 s to a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "u32"))]
pub struct LinkLifetime(Duration);

/// Shortest: somebody has to read the message.
const LINK_LIFETIME_MIN_SECONDS: u64 = 60;
/// Longest: a standing appointment, not a standing door.
const LINK_LIFETIME_MAX_SECONDS: u64 = 365 * 24 * 3_600;

impl LinkLifetime {
    /// The time itself.
    pub const fn as_duration(self) -> Duration {
        self.0
    }
}

impl Default for LinkLifetime {
    /// A week: an appointment is rarely announced earlier.
    fn default() -> Self {
        Self(Duration::from_hours(7 * 24))
    }
}

/// A lifetime outside its allowed range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expiresInSeconds must be {LINK_LIFETIME_MIN_SECONDS} to {LINK_LIFETIME_MAX_SECONDS}, got {got}"
)]
pub struct LinkLifetimeError {
    got: u64,
}

impl TryFrom<u64> for LinkLifetime {
    type Error = LinkLifetimeError;

    fn try_from(got: u64) -> Result<Self, Self::Error> {
        if !(LINK_LIFETIME_MIN_SECONDS..=LINK_LIFETIME_MAX_SECONDS).contains(&got) {
            return Err(LinkLifetimeError { got });
        }
        Ok(Self(Duration::from_secs(got)))
    }
}

impl From<LinkLifetime> for u64 {
    fn from(lifetime: LinkLifetime) -> Self {
        lifetime.0.as_secs()
    }
}

/// Somebody who gets a seat and a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Person {
    /// The name that the others see.
    pub name: DisplayName,
    /// What the person may do.
    pub role: Role,
    /// Between which two languages an interpreter translates; nobody else has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional), schema(min_items = 2, max_items = 2))]
    pub languages: Option<[LanguageCode; 2]>,
}

/// The answer to an opened room. The links are shown once: the server keeps only hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct CreateRoomResponse {
    /// For `DELETE /v1/rooms/{room}` and `/debug/rooms/{room}`.
    #[cfg_attr(test, ts(type = "string"))]
    pub room: RoomId,
    /// One a person, in the same order. The page's address is `https://host/#` + link.
    pub links: Vec<LinkToken>,
}
