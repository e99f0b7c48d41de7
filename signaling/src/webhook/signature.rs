//! How the receiver of a webhook knows that it is from here, and not an old one.
//!
//! `Nhipcau-Signature: t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body", hexadecimal>`. The receiver makes the same
//! from the secret that it was shown once, compares in constant time, and refuses what is older than five minutes.

use std::fmt;

use aws_lc_rs::hmac;

use crate::ids::Timestamp;
use crate::store::hexadecimal;

/// The header that carries it.
pub const HEADER: &str = "Nhipcau-Signature";

/// What both sides know: 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// As the receiver is shown it: 64 hexadecimal digits. The key is the text, as it is written.
    pub fn text(&self) -> String {
        hexadecimal::text(&self.0)
    }

    /// The header's value for a body that is sent now.
    pub fn sign(&self, now: Timestamp, body: &[u8]) -> String {
        let seconds = now.0 / 1_000;
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.text().as_bytes());
        let mut context = hmac::Context::with_key(&key);
        context.update(seconds.to_string().as_bytes());
        context.update(b".");
        context.update(body);
        format!(
            "t={seconds},v1={}",
            hexadecimal::text(context.sign().as_ref())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By `printf '1795399200.{"id":"1"}' | openssl dgst -sha256 -hmac 0707…07`.
    #[test]
    fn a_signature_is_what_any_other_program_makes_of_the_same() {
        let secret = Secret([7; 32]);
        let signature = secret.sign(Timestamp(1_795_399_200_999), br#"{"id":"1"}"#);
        assert_eq!(
            signature,
            "t=1795399200,v1=925a616a253ca8a3479d338b98ae3d5b827b8acae7d8772d20d535c2a9d2b192"
        );
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
