//! A consultation as its people may look at it, also afterwards.

use serde::{Deserialize, Serialize};

use super::{ConsentScope, ConsentState, Paper, PaperState, Phase, Role};
use crate::ids::{SeatId, Timestamp};
use crate::opaque::{Link, ResumeToken};
use crate::text::PaperText;
use crate::text::{DisplayName, LanguageCode};

/// `POST /v1/visit`: who was there, what was agreed to, what to do now.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitRequest {
    /// The version that the page speaks.
    pub version: u16,
    /// By what right: the invitation…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub link: Option<Link>,
    /// …or the newest resume token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub resume: Option<ResumeToken>,
}

/// `POST /v1/visit/say`: what may still be said when no socket is there any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitSayRequest {
    /// The version that the page speaks.
    pub version: u16,
    /// As in [`VisitRequest`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub link: Option<Link>,
    /// As in [`VisitRequest`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub resume: Option<ResumeToken>,
    /// What.
    pub say: VisitSay,
}

/// The messages of the WebSocket that need nobody to be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum VisitSay {
    /// Save what is being written.
    WritePaper {
        /// What.
        paper: Paper,
        /// The version that it is built on; 0 for the first.
        base: u32,
        /// All of it, 65 536 bytes at most.
        #[cfg_attr(test, ts(as = "String"))]
        text: PaperText,
    },
    /// Answer for a version of what was written.
    SignOff {
        /// What.
        paper: Paper,
        /// The newest one.
        version: u32,
    },
    /// Do not agree, or not any more.
    WithdrawConsent {
        /// Whose consent.
        #[cfg_attr(test, ts(type = "number"))]
        subject: SeatId,
        /// To what, at least one.
        scopes: Vec<ConsentScope>,
    },
}

/// What a person may see of their visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct VisitResponse {
    /// The version of this answer.
    pub version: u16,
    /// One's own seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub you: SeatId,
    /// Whose server this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub clinic: Option<DisplayName>,
    /// Where it is.
    pub phase: Phase,
    /// When patient and practitioner met, by the server's clock: milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub begun: Option<Timestamp>,
    /// When it came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub ended: Option<Timestamp>,
    /// Everybody who was in the conversation, and when.
    pub people: Vec<VisitPerson>,
    /// What was agreed to and taken back: one's own and, for who speaks for them, the patients';
    /// for practitioners everybody's.
    pub consents: Vec<ConsentState>,
    /// The newest signed summary; for the patient, who speaks for them, and practitioners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub summary: Option<PaperState>,
    /// What is being written; for practitioners.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<PaperState>>"))]
    pub papers: Vec<PaperState>,
}

/// Somebody who was in the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct VisitPerson {
    /// Whose seat.
    #[cfg_attr(test, ts(type = "number"))]
    pub seat: SeatId,
    /// How they are named; absent once what was kept of them is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<DisplayName>,
    /// What they were.
    pub role: Role,
    /// Between which languages an interpreter translated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub languages: Option<[LanguageCode; 2]>,
    /// When they were in, in order.
    pub stays: Vec<VisitStay>,
}

/// From when until when somebody was in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct VisitStay {
    /// Since when.
    #[cfg_attr(test, ts(type = "number"))]
    pub from: Timestamp,
    /// Until when; absent: still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub until: Option<Timestamp>,
}
