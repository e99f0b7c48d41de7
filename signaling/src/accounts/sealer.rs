//! What nobody may read who has the store alone: names, sign-in names, hashes of passwords, the
//! secrets of second factors.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// The form of what is sealed: its first byte.
const FORM: u8 = 1;

/// Why something was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The cryptography failed; it has no more to say.
    #[error("it was not sealed")]
    NotSealed,
    /// Another key, another place, or changed.
    #[error("what is sealed does not open with this key in this place")]
    NotOpened,
}

/// Seals bytes for a place: what is sealed opens nowhere else.
pub trait Sealer: Send + Sync + 'static {
    /// Seals; `place` is not in the result.
    fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError>;

    /// Opens what was sealed for the same place.
    fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError>;
}

/// AES-256-GCM with a random nonce for each sealing (NIST SP 800-38D section 8.2.2): good for
/// 2^32 sealings with one key, which a clinic of a thousand people does not make in a century.
///
/// The form is one byte, the nonce, the ciphertext with its tag.
pub struct AesSealer(RandomizedNonceKey);

impl AesSealer {
    /// With this key.
    pub fn new(key: [u8; 32]) -> Result<Self, SealError> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key);
        key.map(Self).map_err(|_| SealError::NotSealed)
    }
}

impl Sealer for AesSealer {
    fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut bytes = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(place), &mut bytes)
            .map_err(|_| SealError::NotSealed)?;
        Ok([&[FORM], &nonce.as_ref()[..], &bytes].concat())
    }

    fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let Some((&[FORM], rest)) = sealed.split_first_chunk() else {
            return Err(SealError::NotOpened);
        };
        let parts = rest.split_first_chunk::<NONCE_LEN>();
        let (nonce, bytes) = parts.ok_or(SealError::NotOpened)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let mut bytes = bytes.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(place), &mut bytes);
        plain
            .map(|plain| plain.to_vec())
            .map_err(|_| SealError::NotOpened)
    }
}

impl fmt::Debug for AesSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesSealer(…)")
    }
}
