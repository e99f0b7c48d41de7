//! Versions, and the two places where bytes from outside become messages.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{ClientMessage, ErrorCode, Problem};

/// The version this server writes. It reads this one and the one before; 1 is the first.
pub const PROTOCOL_VERSION: u16 = 1;

/// A version outside the spoken range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("version {got} is not spoken here: {PROTOCOL_VERSION} is")]
pub struct Outdated {
    got: u64,
}

/// Why bytes are no message.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Another version.
    #[error(transparent)]
    Version(#[from] Outdated),
    /// Not JSON, or not the JSON that was expected.
    #[error("{0}")]
    Json(String),
}

impl Refusal {
    /// The stable code.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Version(_) => ErrorCode::UnsupportedVersion,
            Self::Json(_) => ErrorCode::Malformed,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code(), refusal.to_string())
    }
}

/// Longest explanation sent back, bytes: serde quotes what it did not understand, and nobody
/// needs 60 kB of their own words.
const EXPLANATION_MAX_BYTES: usize = 300;

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        let mut text = error.to_string();
        if text.len() > EXPLANATION_MAX_BYTES {
            let end = text.floor_char_boundary(EXPLANATION_MAX_BYTES);
            text.truncate(end);
            text.push('…');
        }
        Self::Json(text)
    }
}

/// Read leniently and first: a later version may have fields that this one would refuse, and
/// then its page must hear about the version, not about the field.
#[derive(Deserialize)]
struct AnyVersion {
    #[serde(default, rename = "version")]
    value: Option<u64>,
}

fn check_version(bytes: &[u8]) -> Result<(), Refusal> {
    let Ok(AnyVersion { value: Some(got) }) = serde_json::from_slice(bytes) else {
        return Ok(()); // the strict reading that follows has the better words
    };
    if got == u64::from(PROTOCOL_VERSION) {
        return Ok(());
    }
    Err(Outdated { got }.into())
}

/// Reads a body that carries a `version`.
pub fn parse_versioned<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    check_version(bytes)?;
    Ok(serde_json::from_slice(bytes)?)
}

/// Reads one WebSocket message. Of these only `hello` has a version of the protocol.
pub fn parse_client_message(text: &str) -> Result<ClientMessage, Refusal> {
    let kind = serde_json::from_str(text).map(|AnyKind { kind }| kind);
    if kind.is_ok_and(|kind| kind.as_deref() == Some("hello")) {
        check_version(text.as_bytes())?;
    }
    Ok(serde_json::from_str(text)?)
}

#[derive(Deserialize)]
struct AnyKind<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<std::borrow::Cow<'a, str>>,
}
