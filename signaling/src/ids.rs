//! Ids and times that every part of the crate, and the media adapter, share.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One consultation and its media room. Random; written as 16 lower-case hexadecimal digits.
///
/// **Invariant:** an id is no secret and opens nothing. It may be logged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId(pub u64);

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoomId({self})")
    }
}

/// A text that is no room id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("room must be 16 lower-case hexadecimal digits")]
pub struct RoomIdError;

impl FromStr for RoomId {
    type Err = RoomIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let canonical = text.len() == 16
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !canonical {
            return Err(RoomIdError);
        }
        u64::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| RoomIdError)
    }
}

impl Serialize for RoomId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RoomId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One person's place in a room, 1 to N. It outlives sockets, transports, reloads and restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeatId(pub u16);

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A wall-clock time in milliseconds since 1970-01-01 UTC, as it goes on the wire and in the log.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// So much later.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(span))
    }

    /// So much earlier; not before 1970.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(span))
    }
}

/// SHA-256 of a secret (a link or a resume token). The secret itself is never kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// SHA-256 of a text that people read or wrote: what they consented to, what was signed off. It
/// proves which text it was; the text itself is kept elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 32]);

/// A language by its ISO 639 code: two or three letters `a-z`, such as `vi`, `ko` or `blt`.
///
/// A language, never an ethnic group: those are no business of a consultation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct LanguageCode(String);

/// A text that is no language code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LanguageError {
    /// ISO 639-1 has two letters, ISO 639-3 three.
    #[error("language must be 2 or 3 letters a-z, got {got} characters")]
    Length {
        /// What came.
        got: usize,
    },
    /// Something else than `a` to `z`.
    #[error("language holds the character U+{:04X}, which is not allowed", u32::from(*character))]
    Character {
        /// The offender.
        character: char,
    },
}

impl LanguageCode {
    /// Checks length and alphabet. Whether somebody speaks it is not checked.
    pub fn parse(text: &str) -> Result<Self, LanguageError> {
        let got = text.chars().count();
        if !(2..=3).contains(&got) {
            return Err(LanguageError::Length { got });
        }
        match text.chars().find(|letter| !letter.is_ascii_lowercase()) {
            Some(character) => Err(LanguageError::Character { character }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The code, for the wire and the store. Never for a log: it says something of a person.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LanguageCode {
    type Error = LanguageError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<LanguageCode> for String {
    fn from(code: LanguageCode) -> Self {
        code.0
    }
}

impl fmt::Debug for LanguageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LanguageCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_id_survives_text() {
        let room = RoomId(0x00ab_cdef_0123_4567);
        assert_eq!(room.to_string(), "00abcdef01234567");
        assert_eq!("00abcdef01234567".parse(), Ok(room));
    }

    #[test]
    fn only_the_canonical_text_is_a_room_id() {
        for text in [
            "",
            "abc",
            "00ABCDEF01234567",
            "+0abcdef01234567",
            "00abcdef012345678",
        ] {
            assert_eq!(text.parse::<RoomId>(), Err(RoomIdError), "{text}");
        }
    }

    #[test]
    fn a_language_is_an_iso_639_code() {
        assert!(LanguageCode::parse("vi").is_ok());
        assert!(LanguageCode::parse("blt").is_ok());
        assert_eq!(
            LanguageCode::parse("vietnamese").unwrap_err().to_string(),
            "language must be 2 or 3 letters a-z, got 10 characters"
        );
        assert_eq!(
            LanguageCode::parse("VI").unwrap_err().to_string(),
            "language holds the character U+0056, which is not allowed"
        );
    }
}
