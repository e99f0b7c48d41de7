//! The second factor: codes of six digits by time (RFC 6238 over RFC 4226), as every
//! authenticator app makes them: SHA-1, 30 s.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;

use super::SignInName;
use crate::ids::Timestamp;

/// How long a code is the newest, ms.
const STEP_MS: u64 = 30_000;
/// Digits of a code; apps ignore any other number.
const DIGITS: usize = 6;
/// Steps that a code is taken before and after its own: a clock that is half a minute wrong, and
/// the time that typing takes.
const WINDOW: u64 = 1;

/// Which 30 seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Step(pub u64);

impl Step {
    /// The one of this time.
    pub const fn at(time: Timestamp) -> Self {
        Self(time.0 / STEP_MS)
    }
}

/// What app and server share: 160 bits, as RFC 4226 section 4 recommends.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    /// From random bytes.
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the store, where they are sealed.
    pub const fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// In base32 without padding (RFC 4648 section 6), to be typed where no picture can be read.
    pub fn text(&self) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = String::with_capacity(32);
        for chunk in self.0.chunks(5) {
            let bits = chunk
                .iter()
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for place in (0..8).rev() {
                let index = usize::try_from(bits >> (5 * place) & 31).unwrap_or_default();
                text.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'A')));
            }
        }
        text
    }

    /// What an app reads from a picture: the issuer is the clinic's name, as apps list it.
    pub fn uri(&self, issuer: &str, name: &SignInName) -> String {
        let (issuer, name) = (percent(issuer), percent(name.as_str()));
        let secret = self.text();
        format!(
            "otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={}",
            STEP_MS / 1_000
        )
    }

    /// The step that a code belongs to, if it is one of about now; whether it was used before is
    /// for the account's log to say.
    pub fn find(&self, code: &TotpCode, now: Timestamp) -> Option<Step> {
        let Step(now) = Step::at(now);
        let window = now.saturating_sub(WINDOW)..=now.saturating_add(WINDOW);
        // The latest first: of two steps with one code, none that comes later is left to be used.
        window.rev().map(Step).find(|step| {
            let right = self.code(*step);
            verify_slices_are_equal(right.0.as_bytes(), code.0.as_bytes()).is_ok()
        })
    }

    /// The code of one step.
    pub fn code(&self, step: Step) -> TotpCode {
        let number = self.number(step) % 1_000_000;
        TotpCode(format!("{number:06}"))
    }

    /// The dynamic truncation of RFC 4226 section 5.3: 31 bits.
    pub(super) fn number(&self, Step(step): Step) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let hash = tag.as_ref();
        let offset = usize::from(hash.last().copied().unwrap_or_default() & 0xf);
        let chosen = hash.get(offset..).and_then(<[u8]>::first_chunk);
        u32::from_be_bytes(chosen.copied().unwrap_or_default()) & 0x7fff_ffff
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// Six digits that somebody typed.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpCode(String);

/// A text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("code must be 6 digits")]
pub struct TotpCodeError;

impl TotpCode {
    /// Checks; spaces between the digits, as apps show them, are no matter.
    pub fn parse(text: &str) -> Result<Self, TotpCodeError> {
        let digits: String = text
            .chars()
            .filter(|c| *c != ' ')
            .take(DIGITS + 1)
            .collect();
        if digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Ok(Self(digits));
        }
        Err(TotpCodeError)
    }
}

#[cfg(test)]
impl TotpCode {
    /// The digits, as somebody reads them off the app.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpCode(…)")
    }
}

/// RFC 3986 section 2.1: everything but unreserved characters.
fn percent(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if keep(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
