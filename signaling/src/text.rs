//! Texts that people write, checked once at the edge: names, chat messages, chat references.
//!
//! Lengths count Unicode scalar values. A page that counts UTF-16 units is never too generous.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::ids::LanguageCode;
use crate::ids::LanguageError;

/// Longest display name, characters. "Điều dưỡng trưởng Nguyễn Thị Minh Khai" has 38; a tile's
/// label wraps at about 60.
pub const NAME_MAX_CHARS: usize = 60;
/// Longest number of a licence, characters: "000123/HCM-CCHN" and what other countries write.
pub const LICENCE_MAX_CHARS: usize = 40;
/// Longest chat message, characters: a prescription typed out, not a document.
pub const CHAT_TEXT_MAX_CHARS: usize = 2_000;
/// Longest reference that a page gives a chat message, characters; an opaque id fits.
pub const CHAT_REF_MAX_CHARS: usize = 22;

/// A text outside its allowed range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Too short or too long.
    #[error("{field} must be 1 to {max} characters, got {got}")]
    Length {
        /// Which field.
        field: &'static str,
        /// Longest allowed.
        max: usize,
        /// What came.
        got: usize,
    },
    /// No ISO 639 code.
    #[error(transparent)]
    Language(#[from] LanguageError),
    /// A control character or one that reorders the text around it.
    #[error("{field} holds the character U+{:04X}, which is not allowed", u32::from(*character))]
    Character {
        /// Which field.
        field: &'static str,
        /// The offender.
        character: char,
    },
}

impl TextError {
    const fn field_length(field: &'static str, max: usize, got: usize) -> Self {
        Self::Length { field, max, got }
    }
}

/// Directional overrides could make one person's name read like another's.
const fn reorders(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn check(
    field: &'static str,
    max: usize,
    text: &str,
    allowed: impl Fn(char) -> bool,
) -> Result<(), TextError> {
    let got = text.chars().count();
    if got == 0 || got > max {
        return Err(TextError::field_length(field, max, got));
    }
    match text.chars().find(|character| !allowed(*character)) {
        Some(character) => Err(TextError::Character { field, character }),
        None => Ok(()),
    }
}

/// How a person is named to the others: 1 to 60 characters, one line, trimmed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct DisplayName(String);

impl DisplayName {
    /// Trims and checks.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        check("name", NAME_MAX_CHARS, text, |character| {
            !character.is_control() && !reorders(character)
        })?;
        Ok(Self(text.to_owned()))
    }

    /// What a clinic is called whose operator said nothing.
    pub fn of_this_program() -> Self {
        Self("Nhịp Cầu".to_owned())
    }
}

/// The number of a licence to practise: 1 to 40 characters, one line, trimmed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct LicenceNumber(String);

impl LicenceNumber {
    /// Trims and checks.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        check("licence", LICENCE_MAX_CHARS, text, |character| {
            !character.is_control() && !reorders(character)
        })?;
        Ok(Self(text.to_owned()))
    }
}

/// One chat message: 1 to 2000 characters, of which one is visible; line breaks and tabs allowed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct ChatText(String);

impl ChatText {
    /// Checks; keeps the text as it was written.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        check("text", CHAT_TEXT_MAX_CHARS, text, |character| {
            !character.is_control() || matches!(character, '\n' | '\r' | '\t')
        })?;
        if text.trim().is_empty() {
            return Err(TextError::field_length("text", CHAT_TEXT_MAX_CHARS, 0));
        }
        Ok(Self(text.to_owned()))
    }
}

/// What a page calls its chat message until the server gives it an id: 1 to 22 printable ASCII
/// characters. Repeating it repeats nothing.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct ChatRef(String);

impl ChatRef {
    /// Checks length and alphabet.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        check("ref", CHAT_REF_MAX_CHARS, text, |character| {
            character.is_ascii_graphic()
        })?;
        Ok(Self(text.to_owned()))
    }
}

/// The words of a paper; whoever prints them by mistake prints none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaperText(pub String);

impl fmt::Debug for PaperText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaperText(…)")
    }
}

macro_rules! text_conversions {
    ($name:ident, $error:ty) => {
        impl $name {
            /// The text, for the wire and the store. Never for a log.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

pub(crate) use text_conversions;

text_conversions!(DisplayName, TextError);
text_conversions!(LicenceNumber, TextError);
text_conversions!(ChatText, TextError);
text_conversions!(ChatRef, TextError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_counted_in_characters() {
        let name = DisplayName::parse("  Bác sĩ Lan ").unwrap();
        assert_eq!(name.as_str(), "Bác sĩ Lan");
        assert!(DisplayName::parse(&"ữ".repeat(60)).is_ok());
        assert_eq!(
            DisplayName::parse(&"ữ".repeat(61)).unwrap_err().to_string(),
            "name must be 1 to 60 characters, got 61"
        );
        assert!(DisplayName::parse("   ").is_err());
    }

    #[test]
    fn a_licence_is_one_line_and_shown_to_no_log() {
        let licence = LicenceNumber::parse(" 000123/HCM-CCHN ").unwrap();
        assert_eq!(licence.as_str(), "000123/HCM-CCHN");
        assert_eq!(format!("{licence:?}"), "LicenceNumber(…)");
        for (wrong, why) in [
            ("", "licence must be 1 to 40 characters, got 0".to_owned()),
            (
                &"1".repeat(41),
                "licence must be 1 to 40 characters, got 41".to_owned(),
            ),
            (
                "1\n2",
                "licence holds the character U+000A, which is not allowed".to_owned(),
            ),
        ] {
            assert_eq!(LicenceNumber::parse(wrong).unwrap_err().to_string(), why);
        }
    }

    #[test]
    fn a_name_cannot_imitate_another_by_reordering() {
        let error = DisplayName::parse("naL\u{202e}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "name holds the character U+202E, which is not allowed"
        );
    }

    #[test]
    fn chat_keeps_line_breaks_and_refuses_other_controls() {
        assert!(ChatText::parse("ngày 2 lần\nsau ăn").is_ok());
        assert!(ChatText::parse("\u{0}").is_err());
        assert!(ChatText::parse(" \n ").is_err());
        assert!(ChatText::parse(&"x".repeat(2_001)).is_err());
    }

    #[test]
    fn a_chat_reference_is_short_and_printable() {
        assert!(ChatRef::parse("m1").is_ok());
        assert!(ChatRef::parse("").is_err());
        assert!(ChatRef::parse("a b").is_err());
        assert!(ChatRef::parse(&"x".repeat(23)).is_err());
    }
}
