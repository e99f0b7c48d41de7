//! Notes and summary on the wire.

use serde::{Deserialize, Serialize};

use crate::ids::{SeatId, Timestamp};
use crate::text::PaperText;

/// A thing that practitioners write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum Paper {
    /// The practitioners' own record.
    Notes,
    /// What was found and what to do now, for the patient.
    Summary,
}

/// The newest version of a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct PaperState {
    /// Of what.
    pub paper: Paper,
    /// Counts up from 1.
    pub version: u32,
    /// When it was written, by the server's clock: milliseconds since 1970-01-01 UTC.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Who wrote it.
    #[cfg_attr(test, ts(type = "number"))]
    pub by: SeatId,
    /// Its words.
    #[cfg_attr(test, ts(as = "String"))]
    pub text: PaperText,
    /// Who answers for it, or for an older version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub signature: Option<PaperSignature>,
}

/// Who answers for a version of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct PaperSignature {
    /// Which. What was written since is an amendment, which nobody answers for yet.
    pub version: u32,
    /// When, by the server's clock: milliseconds since 1970-01-01 UTC.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Whose seat that person had.
    #[cfg_attr(test, ts(type = "number"))]
    pub by: SeatId,
}
