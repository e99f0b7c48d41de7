//! The key of what has too few bits to be hashed without one.

use std::fmt;

use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};

use super::random;
use crate::accounts::ClinicId;
use crate::ids::{RoomId, TokenHash};
use crate::opaque::SeatCode;

/// The key of HMAC-SHA-256 (RFC 2104) with which the store keeps the eight digits that open a
/// seat, and what hospital systems repeat. Whoever has the store alone could try all digits in a
/// second, and guess who was booked.
///
/// **Invariant:** what is hashed carries its purpose and stands behind its length.
#[derive(Clone)]
pub struct BookingKey(Key);

impl BookingKey {
    /// From 256 random bits that are kept outside the store, or sealed in it.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Key::new(HMAC_SHA256, &bytes))
    }

    /// What finds the seat of a code.
    pub(crate) fn code(&self, code: &SeatCode) -> TokenHash {
        self.hash("code", &[code.as_str().as_bytes()])
    }

    /// What finds what a request made on one day, by the key that it came with.
    pub(crate) fn request(&self, clinic: ClinicId, key: &str, day: u64) -> TokenHash {
        let (clinic, day) = (clinic.0.to_be_bytes(), day.to_be_bytes());
        self.hash("request", &[&clinic, key.as_bytes(), &day])
    }

    /// The room that the same request makes, whichever server it comes to: the store takes the first
    /// of two.
    pub(crate) fn room(&self, clinic: ClinicId, key: &str, day: u64) -> RoomId {
        let (clinic, day) = (clinic.0.to_be_bytes(), day.to_be_bytes());
        let TokenHash(hash) = self.hash("room", &[&clinic, key.as_bytes(), &day]);
        let start = hash.first_chunk().copied().unwrap_or_default();
        RoomId(u64::from_be_bytes(start))
    }

    /// Stands for what a request says.
    pub(crate) fn body(&self, body: &[u8]) -> TokenHash {
        self.hash("body", &[body])
    }

    fn hash(&self, purpose: &str, parts: &[&[u8]]) -> TokenHash {
        let mut context = Context::with_key(&self.0);
        for part in [&[purpose.as_bytes()], parts].concat() {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            context.update(&length.to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        TokenHash(tag.as_ref().first_chunk().copied().unwrap_or_default())
    }
}

/// One that is good for this process alone: what was booked before is found by its links.
impl Default for BookingKey {
    #[expect(
        clippy::expect_used,
        reason = "for the start of a process; one without random bytes cannot make a link either"
    )]
    fn default() -> Self {
        Self::new(random().expect("the system has random bytes"))
    }
}

impl fmt::Debug for BookingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BookingKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hashed_depends_on_the_key_the_purpose_and_every_part() {
        let (key, other) = (BookingKey::new([1; 32]), BookingKey::new([2; 32]));
        let code = SeatCode::from_bytes([0; 8]);
        let request = |clinic, name, day| key.request(ClinicId(clinic), name, day);
        let hashes = [
            key.code(&code),
            other.code(&code),
            key.body(code.as_str().as_bytes()),
            request(1, "a", 1),
            request(2, "a", 1),
            request(1, "b", 1),
            request(1, "a", 2),
        ];
        for (index, one) in hashes.iter().enumerate() {
            assert!(hashes.iter().skip(index + 1).all(|other| one != other));
        }
        assert_eq!(BookingKey::new([1; 32]).code(&code), key.code(&code));
        let room = |key: &BookingKey, clinic, name, day| key.room(ClinicId(clinic), name, day);
        let made = room(&key, 1, "a", 1);
        assert_eq!(room(&BookingKey::new([1; 32]), 1, "a", 1), made);
        let others = [
            room(&other, 1, "a", 1),
            room(&key, 2, "a", 1),
            room(&key, 1, "b", 1),
            room(&key, 1, "a", 2),
        ];
        assert!(others.iter().all(|other| *other != made));
        assert_eq!(format!("{key:?}"), "BookingKey(…)");
    }
}
