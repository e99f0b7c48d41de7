//! Ids of clinics, of who works there, and of what their systems are told. None of them is a secret or opens anything; they may be
//! logged.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::secret::from_hex;

/// A text that is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be 16 lower-case hexadecimal digits")]
pub struct IdError {
    what: &'static str,
}

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:016x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let bytes = from_hex(text).ok_or(IdError { what: $what })?;
                Ok(Self(u64::from_be_bytes(bytes)))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

hex_id!(
    /// One clinic of a server.
    ClinicId,
    "clinic"
);
hex_id!(
    /// One person's account. Random.
    AccountId,
    "account"
);
hex_id!(
    /// One API key. Random.
    KeyId,
    "key"
);
hex_id!(
    /// One webhook of a clinic. Random.
    WebhookId,
    "webhook"
);
hex_id!(
    /// One thing that one webhook is told.
    DeliveryId,
    "delivery"
);

/// Who changes what belongs to a clinic: a person or a hospital system. Never the server by itself, as it does with
/// appointments ([`crate::store::Actor`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Somebody who is signed in.
    Account(AccountId),
    /// A hospital system.
    Key(KeyId),
}

impl ClinicId {
    /// The clinic that a server has from the start.
    pub const MAIN: Self = Self(1);
    /// One that no server has: nobody works there.
    pub const NONE: Self = Self(0);
}

/// One session of an account, counted from 1 and never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u32);

/// HMAC of a sign-in name and its clinic: finds the account, and tells nobody who has the store
/// alone whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameHash(pub [u8; 32]);

impl fmt::Debug for NameHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameHash(…)")
    }
}
