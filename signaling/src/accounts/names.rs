//! What a person types to sign in.

use std::fmt;

/// Fewest characters of a sign-in name: a short staff number.
pub const SIGN_IN_NAME_MIN_CHARS: usize = 3;
/// Most characters of a sign-in name: an e-mail address has 254 at most (RFC 5321 section
/// 4.5.3.1.3).
pub const SIGN_IN_NAME_MAX_CHARS: usize = 254;

/// An e-mail address or a staff number: 3 to 254 visible ASCII characters, of any case.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInName(String);

/// A text that is no sign-in name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInNameError {
    /// Too short or too long.
    #[error(
        "sign-in name must be {SIGN_IN_NAME_MIN_CHARS} to {SIGN_IN_NAME_MAX_CHARS} characters, got {got}"
    )]
    Length {
        /// What came.
        got: usize,
    },
    /// A space inside, an accent, a control character.
    #[error(
        "sign-in name holds the character U+{:04X}; letters a-z, digits and signs without spaces are allowed",
        u32::from(*character)
    )]
    Character {
        /// The offender.
        character: char,
    },
}

impl SignInName {
    /// Trims, makes letters small and checks.
    pub fn parse(text: &str) -> Result<Self, SignInNameError> {
        let text = text.trim();
        let got = text.chars().count();
        if !(SIGN_IN_NAME_MIN_CHARS..=SIGN_IN_NAME_MAX_CHARS).contains(&got) {
            return Err(SignInNameError::Length { got });
        }
        match text.chars().find(|character| !character.is_ascii_graphic()) {
            Some(character) => Err(SignInNameError::Character { character }),
            None => Ok(Self(text.to_ascii_lowercase())),
        }
    }

    /// The text, for the page and for hashing. Never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignInName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInName(…)")
    }
}
