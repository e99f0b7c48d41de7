//! The server's secret of accounts: every hash that the store keeps of a token or a name is made
//! with it, so that a stolen store alone neither signs in anybody nor says who works where.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};
use aws_lc_rs::rand;

use super::recovery::RecoveryCode;
use super::session::{DeviceToken, SessionToken};
use super::{AccountId, ClinicId, KeyId, NameHash, SignInName};
use crate::ids::TokenHash;
use crate::opaque::LinkToken;
use crate::{BookingKey, RandomError};

/// The key of HMAC-SHA-256 (RFC 2104). Without it no account of the store is found any more.
///
/// **Invariant:** what is hashed carries its purpose, so that no token passes for one of another
/// kind.
pub struct AccountSecret(Key);

impl AccountSecret {
    /// From 256 random bits that the server keeps outside the store.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Key::new(HMAC_SHA256, &bytes))
    }

    /// What appointments are found by that are not found by links.
    pub(super) fn booking_key(&self) -> BookingKey {
        BookingKey::new(self.hash("bookings", &[]))
    }

    /// What the people of a demonstration sign in with: 64 bits in groups to be typed.
    pub(super) fn demonstration_password(&self) -> String {
        let hash = self.hash("demonstration", &[]);
        let groups = hash.chunks(2).take(4).map(hex);
        groups.collect::<Vec<_>>().join("-")
    }

    /// Bound to the clinic: the same person has another hash in each.
    pub(super) fn sign_in_name(&self, clinic: ClinicId, name: &SignInName) -> NameHash {
        let clinic = clinic.0.to_be_bytes();
        NameHash(self.hash("sign-in name", &[&clinic, name.as_str().as_bytes()]))
    }

    pub(super) fn invitation(&self, link: &LinkToken) -> TokenHash {
        TokenHash(self.hash("invitation", &[link.as_str().as_bytes()]))
    }

    pub(super) fn first_link(&self, link: &LinkToken) -> TokenHash {
        TokenHash(self.hash("first administrator", &[link.as_str().as_bytes()]))
    }

    pub(super) fn session(&self, token: &SessionToken) -> TokenHash {
        TokenHash(self.hash("session", &[token.bytes()]))
    }

    /// Bound to the account. A code has 60 bits, so that only this key keeps whoever has the
    /// store from trying all of them.
    pub(super) fn recovery(&self, account: AccountId, code: &RecoveryCode) -> TokenHash {
        let account = account.0.to_be_bytes();
        TokenHash(self.hash("recovery", &[&account, code.as_str().as_bytes()]))
    }

    pub(super) fn key_id(&self, key: KeyId) -> TokenHash {
        TokenHash(self.hash("key id", &[&key.0.to_be_bytes()]))
    }

    pub(super) fn key_secret(&self, key: KeyId, secret: &LinkToken) -> TokenHash {
        let key = key.0.to_be_bytes();
        TokenHash(self.hash("key secret", &[&key, secret.as_str().as_bytes()]))
    }

    /// What a page sends with whatever changes something. It comes from the session's token, so
    /// that it is stored nowhere and changes with it.
    pub fn csrf(&self, token: &SessionToken) -> CsrfToken {
        CsrfToken(self.hash("csrf", &[token.bytes()]))
    }

    /// What a browser keeps after a sign-in. It signs in nobody; see [`super::throttle`].
    pub(super) fn device(&self, account: AccountId, salt: [u8; 16]) -> DeviceToken {
        DeviceToken::new(salt, self.device_proof(account, salt))
    }

    /// Whether this account was signed in to on this device before.
    pub(super) fn knows_device(&self, account: AccountId, device: &DeviceToken) -> bool {
        let proof = self.device_proof(account, device.salt());
        verify_slices_are_equal(&proof, device.proof()).is_ok()
    }

    fn device_proof(&self, account: AccountId, salt: [u8; 16]) -> [u8; 32] {
        self.hash("device", &[&account.0.to_be_bytes(), &salt])
    }

    /// Each part behind its length, so that no two lists of parts read the same.
    fn hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = Context::with_key(&self.0);
        for part in [&[purpose.as_bytes()], parts].concat() {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            context.update(&length.to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        tag.as_ref().first_chunk().copied().unwrap_or_default()
    }
}

impl fmt::Debug for AccountSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountSecret(…)")
    }
}

/// What proves that a request comes from our own page: another site can make a browser send the
/// cookie, but cannot read this.
#[derive(Clone, PartialEq, Eq)]
pub struct CsrfToken([u8; 32]);

impl CsrfToken {
    /// The text, for the page. Never for a log.
    pub fn text(&self) -> String {
        hex(&self.0)
    }

    /// Whether a request carries it; compared in constant time.
    pub fn matches(&self, presented: &str) -> bool {
        verify_slices_are_equal(self.text().as_bytes(), presented.as_bytes()).is_ok()
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(…)")
    }
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| RandomError)?;
    Ok(bytes)
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The bytes of as many lower-case hexadecimal digits; `None` for any other text.
pub(super) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| match digit {
            '0'..='9' | 'a'..='f' => digit.to_digit(16).and_then(|value| value.try_into().ok()),
            _ => None,
        })
        .collect();
    let bytes: Vec<u8> = digits?
        .chunks(2)
        .filter_map(|pair| match pair {
            [high, low] => Some(high << 4 | low),
            _ => None,
        })
        .collect();
    bytes.try_into().ok().filter(|_| text.len() == 2 * N)
}
