//! How appointments come to their end.

use serde::{Deserialize, Serialize};

use super::CancelReason;
use crate::ids::Timestamp;

/// How an appointment came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct AppointmentEnd {
    /// When.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Why it was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub reason: Option<CancelReason>,
    /// How it came to an end that nobody ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub lapse: Option<Lapse>,
}

/// How an appointment came to an end that nobody ended, long after its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Lapse {
    /// It took place, and everybody left.
    Left,
    /// The patient's side came, and nobody saw them.
    Unseen,
    /// Nobody was expected.
    Unused,
}
