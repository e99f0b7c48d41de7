//! How the browser that asks keeps cookies.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use super::AppState;
use crate::accounts::Cookies;

/// What the cookies of this request can rely on.
///
/// A server that speaks plain HTTP does so on loopback only. Whoever asks it for another host's
/// name comes through a proxy that speaks TLS: calls need a secure context, and so a page that
/// works is on HTTPS. A browser does not let a page choose the name.
pub(super) struct Jar(pub(super) Cookies);

impl FromRequestParts<AppState> for Jar {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts, state))
    }
}

impl Jar {
    pub(super) fn of(parts: &Parts, state: &AppState) -> Self {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or(parts.uri.authority().map(Authority::as_str));
        Self(match state.cookies {
            Cookies::Loopback if host.is_none_or(is_loopback) => Cookies::Loopback,
            Cookies::Loopback | Cookies::Secure => Cookies::Secure,
        })
    }
}

/// Whether a browser takes it for this machine, whatever the port.
fn is_loopback(host: &str) -> bool {
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let name = match bracketed {
        Some((address, _port)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.to_ascii_lowercase();
    let address = name.parse::<IpAddr>();
    address.is_ok_and(|address| address.is_loopback())
        || name == "localhost"
        || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:8080",
            "clinic.localhost:1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "consult.example.org",
            "localhost.example.org",
            "notlocalhost",
            "192.0.2.1:8080",
            "127.0.0.1.example.org",
            "[2001:db8::1]",
            "[::1.example.org",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
