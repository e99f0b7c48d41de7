//! The clinics of one server: strangers to each other.

use std::fmt;

use super::ClinicId;
use crate::text::DisplayName;

/// Most clinics of one server, beside the main one. Beyond it: `too_many_clinics`.
pub const CLINICS_MAX: usize = 100;
/// Fewest and most characters of an address.
const ADDRESS_CHARS: std::ops::RangeInclusive<usize> = 2..=40;
/// The address of the clinic that a server has from the start.
const MAIN: &str = "main";

/// A clinic, as its people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clinic {
    /// Which.
    pub id: ClinicId,
    /// What its people type to say where they work.
    pub address: ClinicAddress,
    /// What it is called.
    pub name: DisplayName,
}

impl Clinic {
    /// The one that a server has from the start.
    pub fn main(name: Option<DisplayName>) -> Self {
        Self {
            id: ClinicId::MAIN,
            address: ClinicAddress(MAIN.to_owned()),
            name: name.unwrap_or_else(DisplayName::of_this_program),
        }
    }
}

/// What tells one clinic of a server from another in a sign-in: 2 to 40 of `a-z 0-9 -`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClinicAddress(String);

/// A text that is no address of a clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("clinic must be 2 to 40 of a-z 0-9 -, got {got} characters")]
pub struct ClinicAddressError {
    got: usize,
}

impl ClinicAddress {
    /// Checks length and alphabet.
    pub fn parse(text: &str) -> Result<Self, ClinicAddressError> {
        let got = text.chars().count();
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if ADDRESS_CHARS.contains(&got) && text.bytes().all(allowed) {
            return Ok(Self(text.to_owned()));
        }
        Err(ClinicAddressError { got })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClinicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClinicAddress({})", self.0)
    }
}
