//! Signed invitations of hospital systems (RFC 7519): whose signature it is, and what it says.
//!
//! All keys belong to one clinic: whoever holds one may sign for any of its consultations. Several
//! at once let a clinic change its key without a day on which invitations fail.
//!
//! **Invariants** (`tests.rs`)
//! - nothing of a token is believed before its signature is verified, by the algorithm that its
//!   key has, never by the one that the token asks for;
//! - only this server's clock counts.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::{hash_consultation, hash_invited};
use crate::ids::{RoomId, Timestamp, TokenHash};
use crate::opaque::SignedToken;
use crate::protocol::{Person, Role};
use crate::text::{DisplayName, LanguageCode};

/// Longest `kid`, `consultation` and `sub`, characters: a UUID has 36, a URN of one 45.
pub const CLAIM_MAX_CHARS: usize = 64;
/// Shortest HMAC secret, bytes: as long as the hash (RFC 7518 section 3.2).
pub const SECRET_MIN_BYTES: usize = 32;
/// Keys at once: one that signs and a few that are on their way out.
pub const KEYS_MAX: usize = 16;
/// Bytes of an Ed25519 public key (RFC 8032 section 5.1.5).
const ED25519_BYTES: usize = 32;
/// How far a hospital system's clock may be off (RFC 7519 section 4.1.4).
const LEEWAY: Duration = Duration::from_mins(1);

/// A key that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenKeyError {
    /// The name.
    #[error("kid must be 1 to {CLAIM_MAX_CHARS} printable characters")]
    Kid,
    /// The secret is no base64.
    #[error("secret must be base64 of {SECRET_MIN_BYTES} bytes at least, and is no base64")]
    SecretEncoding,
    /// The secret can be guessed.
    #[error("secret must be base64 of {SECRET_MIN_BYTES} bytes at least, got {got} bytes")]
    SecretLength {
        /// How many bytes it has.
        got: usize,
    },
    /// The public key.
    #[error("public_key must be an Ed25519 public key as PEM (\"BEGIN PUBLIC KEY\")")]
    PublicKey,
    /// Two keys have one name.
    #[error("every kid must be there once")]
    Repeated,
    /// See [`KEYS_MAX`].
    #[error("there must be {KEYS_MAX} keys at most, got {got}")]
    TooMany {
        /// How many there are.
        got: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Hs256,
    EdDsa,
}

/// One key of a clinic.
///
/// **Invariant:** `Debug` shows nothing of it but its name.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKey {
    kid: String,
    kind: Kind,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenKey({:?}, {:?})", self.kid, self.kind)
    }
}

impl TokenKey {
    /// A secret that both sides have, as base64.
    pub fn hs256(kid: &str, secret: &str) -> Result<Self, TokenKeyError> {
        let key = DecodingKey::from_base64_secret(secret.trim());
        let key = key.map_err(|_| TokenKeyError::SecretEncoding)?;
        let bytes = key.try_get_as_bytes().unwrap_or_default();
        if bytes.len() < SECRET_MIN_BYTES {
            return Err(TokenKeyError::SecretLength { got: bytes.len() });
        }
        Self::new(kid, Kind::Hs256, bytes)
    }

    /// The public half of a key that only the hospital system has, as PEM.
    pub fn ed_dsa(kid: &str, pem: &str) -> Result<Self, TokenKeyError> {
        let key = DecodingKey::from_ed_pem(pem.as_bytes());
        let key = key.map_err(|_| TokenKeyError::PublicKey)?;
        let bytes = key.try_get_as_bytes().unwrap_or_default();
        if bytes.len() != ED25519_BYTES {
            return Err(TokenKeyError::PublicKey);
        }
        Self::new(kid, Kind::EdDsa, bytes)
    }

    fn new(name: &str, kind: Kind, bytes: &[u8]) -> Result<Self, TokenKeyError> {
        if !is_name(name) {
            return Err(TokenKeyError::Kid);
        }
        Ok(Self {
            kid: name.to_owned(),
            kind,
            bytes: bytes.to_vec(),
        })
    }

    const fn algorithm(&self) -> Algorithm {
        match self.kind {
            Kind::Hs256 => Algorithm::HS256,
            Kind::EdDsa => Algorithm::EdDSA,
        }
    }

    fn decoding(&self) -> DecodingKey {
        match self.kind {
            Kind::Hs256 => DecodingKey::from_secret(&self.bytes),
            Kind::EdDsa => DecodingKey::from_ed_der(&self.bytes),
        }
    }
}

/// The keys whose signatures count. None by default: signed tokens are then unknown links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenKeys(Vec<TokenKey>);

impl TokenKeys {
    /// Checks that each name is there once.
    pub fn new(keys: Vec<TokenKey>) -> Result<Self, TokenKeyError> {
        if keys.len() > KEYS_MAX {
            return Err(TokenKeyError::TooMany { got: keys.len() });
        }
        let mut kids: Vec<_> = keys.iter().map(|key| &key.kid).collect();
        kids.sort_unstable();
        kids.dedup();
        if kids.len() < keys.len() {
            return Err(TokenKeyError::Repeated);
        }
        Ok(Self(keys))
    }

    /// Their names.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.kid.as_str())
    }

    /// What the token says, if one of these keys signed it and its time is now.
    pub(crate) fn verify(
        &self,
        token: &SignedToken,
        now: Timestamp,
    ) -> Result<SignedInvitation, SignedError> {
        let header = jsonwebtoken::decode_header(token.as_str());
        let header = header.map_err(|_| SignedError::Unknown)?;
        // A header that must be understood and is not (RFC 7515 section 4.1.11).
        if header.crit.is_some() {
            return Err(SignedError::Unknown);
        }
        let kid = header.kid.ok_or(SignedError::Unknown)?;
        let key = self.0.iter().find(|key| key.kid == kid);
        let key = key.ok_or(SignedError::Unknown)?;
        // Times are checked below, by this server's own clock; an audience is no business of ours.
        let mut validation = Validation::new(key.algorithm());
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let decoded = jsonwebtoken::decode::<Claims>(token.as_str(), &key.decoding(), &validation);
        match decoded {
            Ok(decoded) => decoded.claims.check(now),
            // Reading the claims comes after verifying the signature.
            Err(error) => Err(match error.into_kind() {
                ErrorKind::Json(error) => SignedError::Claims(error.to_string()),
                _ => SignedError::Unknown,
            }),
        }
    }
}

/// Unknown claims are other people's business (RFC 7519 section 4).
#[derive(Deserialize)]
struct Claims {
    consultation: String,
    sub: String,
    name: DisplayName,
    role: Role,
    #[serde(default)]
    languages: Option<[LanguageCode; 2]>,
    exp: u64,
    #[serde(default)]
    nbf: Option<u64>,
}

impl Claims {
    fn check(self, now: Timestamp) -> Result<SignedInvitation, SignedError> {
        for (claim, text) in [("consultation", &self.consultation), ("sub", &self.sub)] {
            if !is_name(text) {
                let words = format!("{claim} must be 1 to {CLAIM_MAX_CHARS} printable characters");
                return Err(SignedError::Claims(words));
            }
        }
        let seconds = Duration::from_millis(now.0).as_secs();
        if self.exp.saturating_add(LEEWAY.as_secs()) <= seconds {
            return Err(SignedError::Expired);
        }
        if self
            .nbf
            .is_some_and(|nbf| nbf > seconds.saturating_add(LEEWAY.as_secs()))
        {
            return Err(SignedError::NotYet);
        }
        let person = Person {
            name: self.name,
            role: self.role,
            languages: self.languages,
        };
        Ok(SignedInvitation {
            room: hash_consultation(&self.consultation),
            link: hash_invited(&self.consultation, &self.sub),
            person,
        })
    }
}

/// 1 to 64 characters that one can see, or a space between them.
fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    (1..=CLAIM_MAX_CHARS).contains(&length) && !text.chars().any(char::is_control)
}

/// What a good token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedInvitation {
    /// The same for every token of the consultation.
    pub(crate) room: RoomId,
    /// The same for every token of this person in the consultation.
    pub(crate) link: TokenHash,
    /// Who is invited.
    pub(crate) person: Person,
}

/// Why a token opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignedError {
    /// No key of ours signed it.
    #[error("no key of this server signed this invitation")]
    Unknown,
    /// Its time is over.
    #[error("this invitation is no longer good")]
    Expired,
    /// Its time has not come.
    #[error("this invitation is not good yet")]
    NotYet,
    /// Properly signed, and not what PROTOCOL.md describes.
    #[error("the invitation's claims cannot be used: {0}")]
    Claims(String),
}
