//! ICE credentials that a page chooses for the server's side, so that its checks can begin before it has the
//! answer (docs/adr/0022).
//!
//! **Invariant:** their `Debug` shows nothing: whoever knows both may check paths in the page's name.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// Characters of the user fragment. RFC 8839 section 5.4 allows 4 to 256; 8 are 48 bits of chance, so that nobody
/// meets another's, and a check with a longer one would only be larger.
const FRAGMENT_CHARS: RangeInclusive<usize> = 8..=32;
/// Characters of the password: 22 are 132 bits, and RFC 8445 section 5.3 wants 128 of chance.
const PASSWORD_CHARS: RangeInclusive<usize> = 22..=64;

/// User fragment and password of the server's side of one transport.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "IceCredentialsFields", into = "IceCredentialsFields")]
#[cfg_attr(test, derive(ts_rs::TS), ts(as = "IceCredentialsFields"))]
pub struct IceCredentials {
    fragment: String,
    password: String,
}

/// [`IceCredentials`] on the wire, with the names that SDP has for them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "IceCredentials"))]
struct IceCredentialsFields {
    /// 8 to 32 characters of A-Z a-z 0-9 + /.
    ufrag: String,
    /// 22 to 64 of the same characters.
    pwd: String,
}

/// Credentials that are not well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be {} to {} characters of A-Z a-z 0-9 + /, got {got} bytes", .allowed.0, .allowed.1)]
pub struct IceCredentialsError {
    name: &'static str,
    allowed: (usize, usize),
    got: usize,
}

impl IceCredentials {
    /// Checks lengths and alphabet (`ice-char`, RFC 8839 section 5.4).
    pub fn parse(fragment: String, password: String) -> Result<Self, IceCredentialsError> {
        check("ice.ufrag", &fragment, &FRAGMENT_CHARS)?;
        check("ice.pwd", &password, &PASSWORD_CHARS)?;
        Ok(Self { fragment, password })
    }

    /// The user fragment.
    pub fn fragment(&self) -> &str {
        &self.fragment
    }

    /// The password. Never for a log.
    pub fn password(&self) -> &str {
        &self.password
    }
}

fn check(
    name: &'static str,
    text: &str,
    allowed: &RangeInclusive<usize>,
) -> Result<(), IceCredentialsError> {
    let is_ice_char = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    if allowed.contains(&text.len()) && text.bytes().all(is_ice_char) {
        return Ok(());
    }
    Err(IceCredentialsError {
        name,
        allowed: (*allowed.start(), *allowed.end()),
        got: text.len(),
    })
}

impl TryFrom<IceCredentialsFields> for IceCredentials {
    type Error = IceCredentialsError;

    fn try_from(fields: IceCredentialsFields) -> Result<Self, Self::Error> {
        Self::parse(fields.ufrag, fields.pwd)
    }
}

impl From<IceCredentials> for IceCredentialsFields {
    fn from(credentials: IceCredentials) -> Self {
        Self {
            ufrag: credentials.fragment,
            pwd: credentials.password,
        }
    }
}

impl fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IceCredentials(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::protocol::{JoinRequest, parse_versioned};

    const OPAQUE: &str = "AAAAAAAAAAAAAAAAAAAAAA";

    fn credentials(ufrag: &str, pwd: &str) -> Result<IceCredentials, IceCredentialsError> {
        IceCredentials::parse(ufrag.to_owned(), pwd.to_owned())
    }

    #[test]
    fn credentials_that_are_not_well_formed_are_told_with_name_and_range() {
        let long = |count| "a".repeat(count);
        for (ufrag, pwd) in [(8, 22), (32, 64)] {
            let taken = credentials(&long(ufrag), &long(pwd)).unwrap();
            let wire = serde_json::to_value(&taken).unwrap();
            assert_eq!(wire, json!({"ufrag": long(ufrag), "pwd": long(pwd)}));
            assert_eq!(format!("{taken:?}"), "IceCredentials(…)");
        }
        for (ufrag, pwd, said) in [
            (
                long(7),
                long(22),
                "ice.ufrag must be 8 to 32 characters of A-Z a-z 0-9 + /, got 7 bytes",
            ),
            (long(33), long(22), "got 33 bytes"),
            ("ufrag:ab".to_owned(), long(22), "ice.ufrag"),
            (
                long(8),
                long(21),
                "ice.pwd must be 22 to 64 characters of A-Z a-z 0-9 + /, got 21 bytes",
            ),
            (long(8), long(65), "got 65 bytes"),
            (long(8), "ă".repeat(11), "ice.pwd"),
            (long(8), format!("{}\r\na=candidate", long(22)), "ice.pwd"),
        ] {
            let error = credentials(&ufrag, &pwd).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
            let body = json!({
                "version": 1, "link": OPAQUE, "attempt": OPAQUE, "offer": "v=0",
                "ice": {"ufrag": ufrag, "pwd": pwd},
            });
            let error = parse_versioned::<JoinRequest>(body.to_string().as_bytes()).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
