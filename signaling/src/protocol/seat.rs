//! A seat as the others see it.

use serde::{Deserialize, Serialize};

use crate::ids::SeatId;
use crate::text::DisplayName;

/// What a person is in the consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
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

/// One seat of the room, taken or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Seat {
    /// Which seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
    /// The name to show.
    pub name: DisplayName,
    /// What the person is here.
    pub role: Role,
    /// In the call now. A short loss of the network does not end it.
    pub present: bool,
    /// Not muted, as far as its page says.
    pub microphone: bool,
    /// Camera on, as far as its page says.
    pub camera: bool,
}
