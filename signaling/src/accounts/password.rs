//! Passwords as people choose and type them.
//!
//! The same letter has several codings: a Vietnamese keyboard sends `ế` as one, two or three code
//! points. So a password is brought into normalisation form C before it is counted, compared or
//! hashed, and other spaces become the plain one, as the profile `OpaqueString` says (RFC 8265
//! section 4.2). There are no rules of composition: length is what counts (NIST SP 800-63B
//! section 3.1.1).

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::SignInName;

/// Fewest characters of a password, counted as Unicode scalar values after normalisation.
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Most characters of a password: a long sentence.
pub const PASSWORD_MAX_CHARS: usize = 128;
/// Most code points that are normalised at all: four of them at most become one, so that what is
/// longer is too long in any form.
const TYPED_MAX_CHARS: usize = 4 * PASSWORD_MAX_CHARS;

/// The passwords of ten characters or more that are tried first anywhere, and here. In small
/// letters.
const COMMON: &[&str] = &[
    "0123456789",
    "0987654321",
    "1029384756",
    "1111111111",
    "1122334455",
    "1234512345",
    "1234567890",
    "12345678900",
    "12345678910",
    "123456789a",
    "123123123123",
    "147258369a",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "9876543210",
    "abc1234567",
    "abcd123456",
    "abcdefghij",
    "admin12345",
    "administrator",
    "anhyeuem123",
    "asdfghjkl1",
    "bacsi12345",
    "benhvien123",
    "iloveyou123",
    "letmein123",
    "matkhau123",
    "matkhau1234",
    "password10",
    "password12",
    "password123",
    "password1234",
    "phongkham123",
    "qwerty1234",
    "qwerty12345",
    "qwertyuiop",
    "qwertyuiop123",
    "quantrivien",
    "vietnam123",
    "welcome123",
    "yeuem12345",
    "zaq12wsxcde",
];

/// A password, normalised.
///
/// **Invariant:** `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("password must be {PASSWORD_MIN_CHARS} to {PASSWORD_MAX_CHARS} characters, got {got}")]
    Length {
        /// What came.
        got: usize,
    },
    /// One that no keyboard sends and no second keyboard would repeat.
    #[error("password holds a control character, which is not allowed")]
    Character,
    /// What everybody knows of the person.
    #[error("password must not be the sign-in name")]
    IsName,
    /// On the list.
    #[error("password is one of the most common ones")]
    Common,
}

impl PasswordError {
    /// The stable code: each names its rule.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length { .. } => "password_length",
            Self::Character => "password_character",
            Self::IsName => "password_is_name",
            Self::Common => "password_common",
        }
    }
}

impl Password {
    /// A new password for who signs in with this name.
    pub fn choose(text: &str, name: &SignInName) -> Result<Self, PasswordError> {
        let got = text.chars().count();
        if got > TYPED_MAX_CHARS {
            return Err(PasswordError::Length { got });
        }
        let text = normalised(text);
        let got = text.chars().count();
        if !(PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS).contains(&got) {
            return Err(PasswordError::Length { got });
        }
        if text.chars().any(char::is_control) {
            return Err(PasswordError::Character);
        }
        let small = text.to_lowercase();
        let (name, mailbox) = (name.as_str(), name.as_str().split('@').next());
        if small == name || Some(small.as_str()) == mailbox {
            return Err(PasswordError::IsName);
        }
        if COMMON.contains(&small.as_str()) {
            return Err(PasswordError::Common);
        }
        Ok(Self(text))
    }

    /// A password to be compared. Text that nobody can have chosen becomes the empty one, which
    /// nobody can have chosen either: it costs no more than any other.
    pub fn typed(text: &str) -> Self {
        if text.chars().count() > TYPED_MAX_CHARS {
            return Self(String::new());
        }
        let text = normalised(text);
        if text.chars().count() > PASSWORD_MAX_CHARS {
            return Self(String::new());
        }
        Self(text)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

fn normalised(text: &str) -> String {
    let is_space = |character: char| character.is_whitespace() && !character.is_control();
    let spaced = text.chars().map(|c| if is_space(c) { ' ' } else { c });
    spaced.nfc().collect()
}
