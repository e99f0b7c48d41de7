//! Opaque ids: 22 characters of base64url, 128 random bits. Links, resume tokens, join attempts.
//!
//! **Invariant:** their `Debug` shows nothing, so that none of them reaches a log by accident.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Characters in an opaque id: 128 bits at 6 bits a character, without padding.
pub const OPAQUE_CHARS: usize = 22;

/// A text that is no opaque id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be 22 characters of A-Z a-z 0-9 - _, got {length} bytes")]
pub struct OpaqueError {
    name: &'static str,
    length: usize,
}

/// The base64url text of 16 bytes (RFC 4648 section 5, no padding).
fn encode(bytes: [u8; 16]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = u128::from_be_bytes(bytes);
    let character = |sextet: u128| {
        let index = usize::try_from(sextet & 63).unwrap_or_default();
        char::from(ALPHABET.get(index).copied().unwrap_or(b'A'))
    };
    // 21 characters take 126 bits from the top; the last carries the two that are left.
    let whole = (1..=21).map(|place| character(bits >> (128 - 6 * place)));
    whole.chain(std::iter::once(character(bits << 4))).collect()
}

fn check(name: &'static str, text: &str) -> Result<(), OpaqueError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.len() == OPAQUE_CHARS && text.bytes().all(allowed) {
        return Ok(());
    }
    Err(OpaqueError {
        name,
        length: text.len(),
    })
}

macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
        pub struct $name(String);

        impl $name {
            /// Checks length and alphabet.
            pub fn parse(text: impl Into<String>) -> Result<Self, OpaqueError> {
                let text = text.into();
                check($field, &text)?;
                Ok(Self(text))
            }

            /// The id that these 128 bits spell.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(encode(bytes))
            }

            /// The text, for the wire and for hashing. Never for a log.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = OpaqueError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

opaque!(
    /// What an invitation carries behind the `#`: it opens one seat of one room.
    LinkToken,
    "link"
);
opaque!(
    /// What a join answers and a WebSocket's hello presents: this page sits in that seat.
    ResumeToken,
    "resume"
);
opaque!(
    /// Made by the page, once per attempt to join: a repeated request is the same attempt.
    AttemptId,
    "attempt"
);

/// What somebody reads out over the telephone where a link does not arrive: eight digits. It opens
/// what its seat's link opens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub struct SeatCode(String);

/// Digits of a [`SeatCode`].
pub const CODE_DIGITS: usize = 8;
/// How many codes there are.
const CODES: u64 = 100_000_000;

/// A text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("code must be {CODE_DIGITS} digits, got {got} characters")]
pub struct SeatCodeError {
    got: usize,
}

impl SeatCode {
    /// Checks length and alphabet. Spaces and hyphens, as people put them between the digits, are
    /// left out.
    pub fn parse(text: &str) -> Result<Self, SeatCodeError> {
        let between = |character: &char| matches!(character, ' ' | '-');
        let digits: String = text.chars().filter(|one| !between(one)).collect();
        if digits.len() == CODE_DIGITS && digits.bytes().all(|one| one.is_ascii_digit()) {
            return Ok(Self(digits));
        }
        let got = text.chars().count();
        Err(SeatCodeError { got })
    }

    /// One of all codes, from random bits: as good as evenly, since there are 2^37 times as many
    /// numbers of 64 bits.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        let number = u64::from_be_bytes(bytes) % CODES;
        Self(format!("{number:08}"))
    }

    /// The digits, for the wire, messages and hashing. Never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SeatCode {
    type Error = SeatCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<SeatCode> for String {
    fn from(code: SeatCode) -> Self {
        code.0
    }
}

impl fmt::Debug for SeatCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeatCode(…)")
    }
}

/// Longest signed token, bytes. One with every claim at its limit has about 700.
pub const SIGNED_MAX_BYTES: usize = 2_048;

/// A token that a hospital system signed: three parts of base64url with dots between them
/// (RFC 7515 section 3.1). Only its shape is checked here.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken(String);

impl SignedToken {
    /// The text, for the verification. Never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedToken(…)")
    }
}

/// What stands behind the `#` of an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "String"))]
pub enum Link {
    /// One of ours.
    Opaque(LinkToken),
    /// One of a hospital system's.
    Signed(SignedToken),
}

/// A text that is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Neither of the two.
    #[error(transparent)]
    Opaque(#[from] OpaqueError),
    /// Too long for a signed token.
    #[error("link must have {SIGNED_MAX_BYTES} bytes at most, got {length}")]
    TooLong {
        /// How long it is.
        length: usize,
    },
}

impl TryFrom<String> for Link {
    type Error = LinkError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let length = text.len();
        if length > SIGNED_MAX_BYTES {
            return Err(LinkError::TooLong { length });
        }
        let is_base64url =
            |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'.';
        let is_signed = text.split('.').filter(|part| !part.is_empty()).count() == 3
            && text.matches('.').count() == 2
            && text.bytes().all(is_base64url);
        if is_signed {
            return Ok(Self::Signed(SignedToken(text)));
        }
        Ok(Self::Opaque(LinkToken::parse(text)?))
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        match link {
            Link::Opaque(token) => token.into(),
            Link::Signed(token) => token.0,
        }
    }
}

impl From<LinkToken> for Link {
    fn from(token: LinkToken) -> Self {
        Self::Opaque(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_base64url_without_padding() {
        assert_eq!(encode([0; 16]), "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(encode([0xff; 16]), "_____________________w");
        assert_eq!(encode(*b"0123456789abcdef"), "MDEyMzQ1Njc4OWFiY2RlZg");
    }

    #[test]
    fn refuses_other_lengths_and_characters_and_says_which() {
        let error = LinkToken::parse("short").unwrap_err();
        assert_eq!(
            error.to_string(),
            "link must be 22 characters of A-Z a-z 0-9 - _, got 5 bytes"
        );
        assert!(AttemptId::parse("AAAAAAAAAAAAAAAAAAAAA+").is_err());
        assert!(AttemptId::parse("AAAAAAAAAAAAAAAAAAAA-_").is_ok());
    }

    #[test]
    fn a_code_is_eight_digits_however_they_are_grouped() {
        for text in ["01234567", "0123 4567", "01-23-45-67"] {
            assert_eq!(SeatCode::parse(text).unwrap().as_str(), "01234567");
        }
        assert_eq!(
            SeatCode::parse("1234567").unwrap_err().to_string(),
            "code must be 8 digits, got 7 characters"
        );
        assert!(SeatCode::parse("0123456x").is_err());
        assert_eq!(SeatCode::from_bytes([0; 8]).as_str(), "00000000");
        let code = SeatCode::from_bytes([0xff; 8]);
        assert_eq!(code.as_str(), "09551615");
        assert_eq!(format!("{code:?}"), "SeatCode(…)");
    }

    #[test]
    fn debug_shows_nothing() {
        let link = LinkToken::from_bytes([7; 16]);
        assert_eq!(format!("{link:?}"), "LinkToken(…)");
    }

    #[test]
    fn a_link_is_one_of_ours_or_a_signed_token() {
        let link = |text: &str| Link::try_from(text.to_owned());
        assert!(matches!(
            link("AAAAAAAAAAAAAAAAAAAAAA"),
            Ok(Link::Opaque(_))
        ));
        assert!(matches!(link("aa.bb-_.cc"), Ok(Link::Signed(_))));
        for wrong in ["", "aa..cc", "aa.bb", "a.b.c.d", "a.b.c!", "a.b.c d"] {
            assert!(link(wrong).is_err(), "{wrong}");
        }
        let long = format!("{}.b.c", "a".repeat(SIGNED_MAX_BYTES));
        assert_eq!(
            link(&long).unwrap_err().to_string(),
            "link must have 2048 bytes at most, got 2052"
        );
        assert_eq!(
            format!("{:?}", link("a.b.c").unwrap()),
            "Signed(SignedToken(…))"
        );
    }
}
