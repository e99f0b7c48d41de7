//! Where a Redis is, as its administrator writes it.

use std::fmt;

use redis::{ConnectionInfo, IntoConnectionInfo as _, ProtocolVersion};

/// The address of a Redis: `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS,
/// or `redis+unix:///path/of/the/socket[?db=…]`.
///
/// **Invariant:** the password is in no `Debug` and no `Display` output.
#[derive(Clone)]
pub struct RedisAddress {
    text: String,
    info: Box<ConnectionInfo>,
}

/// A text that is no address of a Redis. It says nothing of the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Redis address is redis://[user:password@]host[:port][/database], or rediss:// with TLS")]
pub struct RedisAddressError;

/// What an address begins with; anything else is the path of a file.
const SCHEMES: [&str; 3] = ["redis://", "rediss://", "redis+unix://"];

impl RedisAddress {
    /// Whether this text is meant to be the address of a Redis, right or wrong.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
    }

    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, RedisAddressError> {
        // Behind a # the library takes instructions to trust any certificate.
        if !Self::is_meant(text) || text.contains('#') {
            return Err(RedisAddressError);
        }
        let info = text
            .into_connection_info()
            .map_err(|_may_quote_it| RedisAddressError)?;
        if info.redis_settings().db() < 0 {
            return Err(RedisAddressError);
        }
        let resp3 = info.redis_settings().clone();
        let resp3 = resp3.set_protocol(ProtocolVersion::RESP3);
        Ok(Self {
            text: text.to_owned(),
            info: Box::new(info.set_redis_settings(resp3)),
        })
    }

    /// The text that was parsed, if there is no password in it.
    #[must_use]
    pub fn without_secret(&self) -> Option<&str> {
        let is_open = self.info.redis_settings().password().is_none();
        is_open.then_some(self.text.as_str())
    }

    pub(super) fn info(&self) -> &ConnectionInfo {
        &self.info
    }
}

/// Host, port and database; for logs and for people.
impl fmt::Display for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.info.redis_settings().db();
        write!(f, "Redis at {}", self.info.addr())?;
        if database != 0 {
            write!(f, ", database {database}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisAddress({self})")
    }
}

impl PartialEq for RedisAddress {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RedisAddress {}
