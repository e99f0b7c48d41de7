//! How somebody is reached outside of a consultation: telephone number and e-mail address.
//!
//! **Invariant:** their `Debug` shows nothing, so that none of them reaches a log by accident.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::text_conversions;

/// Fewest digits of a telephone number: the short numbers of a hospital's own exchange.
const PHONE_DIGITS_MIN: usize = 3;
/// Most digits of a telephone number (ITU-T E.164 has 15 with the country code).
const PHONE_DIGITS_MAX: usize = 15;
/// Longest e-mail address, bytes (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const EMAIL_MAX_BYTES: usize = 254;

/// A text that reaches nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Too few or too many digits.
    #[error("phone must have {PHONE_DIGITS_MIN} to {PHONE_DIGITS_MAX} digits, got {got}")]
    PhoneLength {
        /// How many came.
        got: usize,
    },
    /// Something else than digits, a plus sign in front, and what people put between digits.
    #[error("phone holds the character U+{:04X}, which is not allowed", u32::from(*character))]
    PhoneCharacter {
        /// The offender.
        character: char,
    },
    /// No address.
    #[error("email must be a name, an @ and a host, {EMAIL_MAX_BYTES} bytes at most, got {got}")]
    Email {
        /// Its length in bytes.
        got: usize,
    },
}

/// A telephone number: digits, with a plus sign in front if it begins with a country's code. What
/// people write between the digits is left out, so that the same number is the same text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct Phone(String);

impl Phone {
    /// Checks, and leaves spaces, dots, hyphens and brackets out.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let text = text.trim();
        let (plus, rest) = match text.strip_prefix('+') {
            Some(rest) => ("+", rest),
            None => ("", text),
        };
        let between = |character: &char| matches!(character, ' ' | '.' | '-' | '(' | ')');
        let digits: String = rest.chars().filter(|one| !between(one)).collect();
        if let Some(character) = digits.chars().find(|one| !one.is_ascii_digit()) {
            return Err(ContactError::PhoneCharacter { character });
        }
        let got = digits.len();
        if !(PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&got) {
            return Err(ContactError::PhoneLength { got });
        }
        Ok(Self(format!("{plus}{digits}")))
    }
}

/// An e-mail address. Only its shape is checked: whether somebody reads it shows when a message is
/// sent there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct Email(String);

impl Email {
    /// Trims and checks.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let text = text.trim();
        let got = text.len();
        let is_whole = |part: &str| {
            let is_odd = |one: char| one.is_whitespace() || one.is_control() || one == '@';
            !part.is_empty() && !part.contains(is_odd)
        };
        let parts = text.rsplit_once('@');
        let is_address = parts.is_some_and(|(name, host)| is_whole(name) && is_whole(host));
        if !is_address || got > EMAIL_MAX_BYTES {
            return Err(ContactError::Email { got });
        }
        Ok(Self(text.to_owned()))
    }
}

/// Ways to reach somebody, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// By telephone or SMS.
    pub phone: Option<Phone>,
    /// By e-mail.
    pub email: Option<Email>,
}

text_conversions!(Phone, ContactError);
text_conversions!(Email, ContactError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for text in ["0901 234 567", "0901.234.567", " (090) 1234-567 "] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), "0901234567");
        }
        let abroad = Phone::parse("+84 90 123 45 67").unwrap();
        assert_eq!(abroad.as_str(), "+84901234567");
    }

    #[test]
    fn what_is_no_number_is_refused_in_words_that_say_why() {
        let refused = |text: &str| Phone::parse(text).unwrap_err().to_string();
        assert_eq!(refused("12"), "phone must have 3 to 15 digits, got 2");
        assert_eq!(
            refused("0901 23x"),
            "phone holds the character U+0078, which is not allowed"
        );
        assert_eq!(
            refused("++84"),
            "phone holds the character U+002B, which is not allowed"
        );
        assert_eq!(
            refused(&"1".repeat(16)),
            "phone must have 3 to 15 digits, got 16"
        );
    }

    #[test]
    fn an_address_has_a_name_and_a_host() {
        assert_eq!(Email::parse(" sinh@xã.vn ").unwrap().as_str(), "sinh@xã.vn");
        for wrong in [
            "",
            "sinh",
            "@xa.vn",
            "sinh@",
            "si nh@xa.vn",
            "a@b@c",
            "a\n@b",
        ] {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Email::parse(&format!("{}@b", "a".repeat(253))).is_err());
    }

    #[test]
    fn debug_shows_nothing() {
        let contact = Contact {
            phone: Some(Phone::parse("0901234567").unwrap()),
            email: Some(Email::parse("a@b").unwrap()),
        };
        let text = "Contact { phone: Some(Phone(…)), email: Some(Email(…)) }";
        assert_eq!(format!("{contact:?}"), text);
    }
}
