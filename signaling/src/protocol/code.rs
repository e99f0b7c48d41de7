//! Error codes: the stable half of every error. The message beside it is for people and may change.

use serde::{Deserialize, Serialize};

/// What went wrong, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ErrorCode {
    /// A body or message that is not what PROTOCOL.md describes; the message names the field.
    Malformed,
    /// A protocol version that this server does not speak.
    UnsupportedVersion,
    /// The SDP offer cannot be answered.
    OfferInvalid,
    /// No open consultation has this link, resume token or room id.
    LinkUnknown,
    /// As many people are present as a consultation holds.
    RoomFull,
    /// A body or message over its size limit.
    TooLarge,
    /// Too many requests; wait and try again.
    RateLimited,
    /// The server is about to stop and takes nobody new.
    Draining,
    /// The server has no room for more; try again.
    Overloaded,
    /// The admin secret is missing or wrong.
    Unauthorized,
    /// A fault of the server.
    Internal,
}

impl ErrorCode {
    /// Every code, in the order of PROTOCOL.md.
    pub const ALL: [Self; 11] = [
        Self::Malformed,
        Self::UnsupportedVersion,
        Self::OfferInvalid,
        Self::LinkUnknown,
        Self::RoomFull,
        Self::TooLarge,
        Self::RateLimited,
        Self::Draining,
        Self::Overloaded,
        Self::Unauthorized,
        Self::Internal,
    ];

    /// The code as it is written on the wire and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnsupportedVersion => "unsupported_version",
            Self::OfferInvalid => "offer_invalid",
            Self::LinkUnknown => "link_unknown",
            Self::RoomFull => "room_full",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::Draining => "draining",
            Self::Overloaded => "overloaded",
            Self::Unauthorized => "unauthorized",
            Self::Internal => "internal",
        }
    }

    /// The code with this spelling; `internal` if there is none.
    pub fn from_code(text: &str) -> Self {
        let known = Self::ALL.into_iter().find(|code| code.as_str() == text);
        known.unwrap_or(Self::Internal)
    }

    /// The HTTP status that goes with the code.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Malformed | Self::UnsupportedVersion | Self::OfferInvalid => 400,
            Self::Unauthorized => 401,
            Self::LinkUnknown => 404,
            Self::RoomFull => 409,
            Self::TooLarge => 413,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Draining | Self::Overloaded => 503,
        }
    }
}

/// The body of every HTTP error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Problem {
    /// For programs.
    pub code: ErrorCode,
    /// For people: names the field, the value and the allowed range where there is one.
    pub message: String,
}

impl Problem {
    /// A code with its words.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
