//! Secrets: made from the system's randomness, kept as hashes, compared in constant time.

mod booking;
mod signed;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::rand;

use crate::ids::{RoomId, TokenHash};
use crate::opaque::{LinkToken, ResumeToken};

pub use booking::BookingKey;
pub(crate) use signed::{SignedError, SignedInvitation};
pub use signed::{TokenKey, TokenKeyError, TokenKeys};

/// The system gave no random bytes; nothing secret can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system has no random bytes")]
pub struct RandomError;

pub(crate) fn random<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| RandomError)?;
    Ok(bytes)
}

/// A new room's id.
pub(crate) fn random_room() -> Result<RoomId, RandomError> {
    Ok(RoomId(u64::from_be_bytes(random()?)))
}

/// A new seat's link.
pub(crate) fn random_link() -> Result<LinkToken, RandomError> {
    Ok(LinkToken::from_bytes(random()?))
}

/// A new page's resume token.
pub(crate) fn random_resume() -> Result<ResumeToken, RandomError> {
    Ok(ResumeToken::from_bytes(random()?))
}

/// No salt: 128 random bits are in no dictionary. The kind goes in, so that a link never passes
/// for a resume token, nor the other way round.
fn hash(kind: &str, text: &str) -> TokenHash {
    let mut context = Context::new(&SHA256);
    context.update(kind.as_bytes());
    context.update(b":");
    context.update(text.as_bytes());
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    TokenHash(hash)
}

pub(crate) fn hash_link(link: &LinkToken) -> TokenHash {
    hash("link", link.as_str())
}

pub(crate) fn hash_resume(resume: &ResumeToken) -> TokenHash {
    hash("resume", resume.as_str())
}

/// The room of a hospital system's consultation, by the name that the system has for it.
pub(crate) fn hash_consultation(name: &str) -> RoomId {
    let TokenHash(hash) = hash("consultation", name);
    let start = hash.first_chunk().copied().unwrap_or_default();
    RoomId(u64::from_be_bytes(start))
}

/// A person whom a hospital system invited, where one of our own invitations has a link. Neither
/// name holds a control character, so that two pairs never read the same.
pub(crate) fn hash_invited(consultation: &str, person: &str) -> TokenHash {
    hash("invited", &format!("{consultation}\0{person}"))
}

/// Tells one offer from another without keeping either.
pub(crate) fn hash_offer(offer: &str) -> TokenHash {
    hash("offer", offer)
}

/// What an operator's requests carry as `Authorization: Bearer …`.
///
/// **Invariant:** `Debug` shows nothing of it.
#[derive(Clone)]
pub struct AdminSecret {
    text: String,
    hash: TokenHash,
}

impl AdminSecret {
    /// From the configuration.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let hash = hash("admin", &text);
        Self { text, hash }
    }

    /// A fresh one of 128 bits.
    pub fn random() -> Result<Self, RandomError> {
        let link = LinkToken::from_bytes(random()?);
        Ok(Self::new(link.as_str()))
    }

    /// The text, to be handed to the operator. Never for a log.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Compares hashes of equal length in constant time, so that neither the text nor its length
    /// shows in how long it takes.
    pub(crate) fn matches(&self, presented: &str) -> bool {
        let presented = hash("admin", presented);
        verify_slices_are_equal(&self.hash.0, &presented.0).is_ok()
    }
}

impl std::fmt::Debug for AdminSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdminSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_sha256_of_kind_and_text() {
        // printf 'link:AAAAAAAAAAAAAAAAAAAAAA' | sha256sum | cut -c 1-32
        let link = LinkToken::from_bytes([0; 16]);
        let start = u128::from_be_bytes(*hash_link(&link).0.first_chunk().unwrap());
        assert_eq!(format!("{start:032x}"), "3767e3608bbfa9352d6f52bf280094d5");
    }

    #[test]
    fn a_link_is_no_resume_token() {
        let link = LinkToken::from_bytes([1; 16]);
        let resume = ResumeToken::from_bytes([1; 16]);
        assert_eq!(link.as_str(), resume.as_str());
        assert_ne!(hash_link(&link), hash_resume(&resume));
    }

    #[test]
    fn only_the_whole_admin_secret_matches() {
        let secret = AdminSecret::new("correct horse");
        assert!(secret.matches("correct horse"));
        for wrong in ["", "correct", "correct horse ", "Correct horse"] {
            assert!(!secret.matches(wrong), "{wrong}");
        }
        assert_eq!(format!("{secret:?}"), "AdminSecret(…)");
    }

    #[test]
    fn random_secrets_differ() {
        assert_ne!(
            random_link().unwrap().as_str(),
            random_link().unwrap().as_str()
        );
    }
}
