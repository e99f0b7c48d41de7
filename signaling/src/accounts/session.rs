//! What a browser holds of a session, and the cookies that carry it.

use std::fmt;
use std::time::Duration;

use super::SESSION_LIFETIME;
use super::secret::{from_hex, hex};

/// How long a browser remembers that somebody signed in on it: people on leave come back to it.
const DEVICE_LIFETIME: Duration = Duration::from_hours(24 * 365);

/// What a signed-in page shows: 256 random bits, of which the store has only a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken([u8; 32]);

impl SessionToken {
    pub(super) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) const fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// From a cookie's value; `None` for whatever is no token.
    fn parse(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// What says that somebody signed in on this browser before. It opens nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken {
    salt: [u8; 16],
    proof: [u8; 32],
}

impl DeviceToken {
    pub(super) const fn new(salt: [u8; 16], proof: [u8; 32]) -> Self {
        Self { salt, proof }
    }

    pub(super) const fn salt(&self) -> [u8; 16] {
        self.salt
    }

    pub(super) const fn proof(&self) -> &[u8] {
        &self.proof
    }

    fn parse(text: &str) -> Option<Self> {
        let (salt, proof) = text.split_at_checked(32)?;
        Some(Self::new(from_hex(salt)?, from_hex(proof)?))
    }
}

impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceToken(…)")
    }
}

/// What the cookies of a server can rely on.
///
/// Always `HttpOnly` (no script reads them), `SameSite=Strict` (no other site's request carries
/// them), `Path=/` and no `Domain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookies {
    /// TLS: `Secure`, and names with `__Host-`, which neither a sister domain nor plain HTTP can
    /// set (RFC 6265bis section 4.1.3.2).
    Secure,
    /// Plain HTTP, which the server speaks on loopback only (docs/adr/0009): browsers would not
    /// keep the others there.
    Loopback,
}

impl Cookies {
    /// The value of `Set-Cookie` that gives a page its session.
    pub fn session(self, token: &SessionToken) -> String {
        self.set("session", &hex(&token.0), SESSION_LIFETIME)
    }

    /// The value of `Set-Cookie` that takes it back.
    pub fn no_session(self) -> String {
        self.set("session", "", Duration::ZERO)
    }

    /// The value of `Set-Cookie` that makes the device a known one.
    pub fn device(self, token: &DeviceToken) -> String {
        let value = hex(&token.salt) + &hex(&token.proof);
        self.set("device", &value, DEVICE_LIFETIME)
    }

    /// The session of a request, by the values of its `Cookie` headers. Two of the name are none:
    /// one of them was put there by somebody else.
    pub fn find_session<'a>(
        self,
        headers: impl IntoIterator<Item = &'a str>,
    ) -> Option<SessionToken> {
        self.find("session", headers).and_then(SessionToken::parse)
    }

    /// The known device of a request.
    pub fn find_device<'a>(
        self,
        headers: impl IntoIterator<Item = &'a str>,
    ) -> Option<DeviceToken> {
        self.find("device", headers).and_then(DeviceToken::parse)
    }

    fn set(self, name: &str, value: &str, age: Duration) -> String {
        let (prefix, secure) = match self {
            Self::Secure => (self.prefix(), "; Secure"),
            Self::Loopback => (self.prefix(), ""),
        };
        let age = age.as_secs();
        format!("{prefix}{name}={value}; Path=/; Max-Age={age}; HttpOnly{secure}; SameSite=Strict")
    }

    fn find<'a>(self, name: &str, headers: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let pairs = headers.into_iter().flat_map(|header| header.split(';'));
        let mut values = pairs.filter_map(|pair| {
            let (found, value) = pair.trim().split_once('=')?;
            (found.strip_prefix(self.prefix())? == name).then_some(value)
        });
        values.next().filter(|_| values.next().is_none())
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Secure => "__Host-",
            Self::Loopback => "",
        }
    }
}
