//! Codes on paper, for whoever lost the telephone with the second factor.

use std::fmt;

/// How many codes a person gets at once.
pub const RECOVERY_CODES: usize = 8;
/// Characters of a code, without the hyphens between: 60 bits.
const CHARS: usize = 12;
/// No I, L, O and U: nothing that reads like another (Crockford's base32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A one-time code: 12 letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

/// A text that is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("recovery code must be 12 letters and digits")]
pub struct RecoveryCodeError;

impl RecoveryCode {
    /// From random bytes, five bits of each.
    pub fn from_bytes(bytes: [u8; CHARS]) -> Self {
        let characters = bytes.iter().map(|byte| {
            let character = ALPHABET.get(usize::from(byte & 31)).copied();
            char::from(character.unwrap_or(b'0'))
        });
        Self(characters.collect())
    }

    /// As a person types it: small letters, hyphens and spaces are no matter, and a letter that
    /// reads like a digit is that digit.
    pub fn parse(text: &str) -> Result<Self, RecoveryCodeError> {
        let characters = text.chars().filter(|c| !matches!(c, '-' | ' '));
        let code: String = characters
            .map(|character| match character.to_ascii_uppercase() {
                'I' | 'L' => '1',
                'O' => '0',
                other => other,
            })
            .take(CHARS + 1)
            .collect();
        if code.len() == CHARS && code.bytes().all(|byte| ALPHABET.contains(&byte)) {
            return Ok(Self(code));
        }
        Err(RecoveryCodeError)
    }

    /// In groups of four, to be printed.
    pub fn text(&self) -> String {
        let groups: Vec<&str> = [0..4, 4..8, 8..12]
            .into_iter()
            .filter_map(|group| self.0.get(group))
            .collect();
        groups.join("-")
    }

    /// Without hyphens, for hashing.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}
