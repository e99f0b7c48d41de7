//! A seat as the others see it.

use serde::{Deserialize, Serialize};

use super::Part;
use crate::ids::{SeatId, Timestamp};
use crate::text::{DisplayName, LanguageCode};

/// What a person is in the consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Role {
    /// Leads the consultation.
    Practitioner,
    /// Whom it is about.
    Patient,
    /// Translates.
    Interpreter,
    /// Family or a village health worker beside the patient.
    Companion,
    /// Watches: a trainee, a supervisor.
    Observer,
}

/// Whether a person is let in. Only then does anything of theirs reach the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Admission {
    /// Never came, or left before being let in.
    None,
    /// In the waiting room.
    Waiting,
    /// In the waiting room, and told: one more minute.
    Held,
    /// Let in. It outlives leaving, reloads and restarts.
    Admitted,
    /// Turned away while waiting.
    Denied,
    /// Put out.
    Removed,
}

/// How a person is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum ConnectionState {
    /// Not there.
    None,
    /// Came, and nothing has been heard yet.
    Connecting,
    /// There; who waits is there with the WebSocket alone.
    Up,
    /// Gone without a word; the seat is kept.
    Lost,
}

/// What a person's network carries, as far as people care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum NetworkLevel {
    /// Voice and picture.
    Good,
    /// A whole voice, and a small picture one way at least.
    Fair,
    /// A whole voice and no picture.
    Weak,
    /// A voice that breaks up.
    Poor,
}

/// One seat of the room, as one viewer may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four things that are so or not, each by itself"
)]
pub struct Seat {
    /// Which seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
    /// The name to show.
    pub name: DisplayName,
    /// What the person is here.
    pub role: Role,
    /// Between which languages an interpreter translates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional), schema(min_items = 2, max_items = 2))]
    pub languages: Option<[LanguageCode; 2]>,
    /// What the person is beyond the role: of several practitioners which one treats, and which
    /// companion speaks for the patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub part: Option<Part>,
    /// Whether the person is let in.
    pub admission: Admission,
    /// Since when the person waits, by the server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub waiting_since: Option<Timestamp>,
    /// One's own seat only, while waiting: how many came earlier and wait too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub ahead: Option<u16>,
    /// Somebody holds the seat now. A short loss of the network does not end it.
    pub present: bool,
    /// How the person is connected.
    pub connection: ConnectionState,
    /// What is to be expected of their network, while they are there and it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub network: Option<NetworkLevel>,
    /// Not muted, as far as its page says.
    pub microphone: bool,
    /// Camera on, as far as its page says.
    pub camera: bool,
    /// The hand is raised.
    pub hand: bool,
}
