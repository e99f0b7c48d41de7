//! Composition: settings become a running server; endpoints for operators; the page; the self-check.
//!
//! Signaling and the media plane know nothing of each other; they meet in [`media_adapter`]. Everything that
//! is opened here ends here, by the first or the second signal.

pub mod admin;
pub mod ahead;
pub mod assets;
pub mod build;
pub mod check;
pub mod demo;
pub mod drain;
pub mod first;
pub mod headers;
pub mod http;
pub mod links_file;
pub mod media;
pub mod media_adapter;
pub mod telemetry;
pub mod tls;
pub mod upkeep;

use std::net::{IpAddr, SocketAddr};
use std::time::SystemTime;

use crate::config::{Settings, Tls};

/// The wall clock, for certificates: this is a process shell, so it may look.
#[expect(
    clippy::disallowed_methods,
    reason = "composition is the shell that hands the time to the rest"
)]
#[must_use]
pub fn now() -> SystemTime {
    SystemTime::now()
}

/// The address to open in a browser: what the operator says; else for a server that listens on every address, the
/// first advertised one.
fn base_url(settings: &Settings, listening: SocketAddr) -> std::io::Result<String> {
    if let Some(url) = &settings.public_url {
        return Ok(url.clone());
    }
    let address = if listening.ip().is_unspecified() {
        let advertised = media::advertised(settings)?;
        advertised.first().copied().unwrap_or(listening.ip())
    } else {
        listening.ip()
    };
    Ok(url(&settings.tls, address, listening.port()))
}

fn url(tls: &Tls, address: IpAddr, port: u16) -> String {
    let (scheme, usual) = if *tls == Tls::Off {
        ("http", 80)
    } else {
        ("https", 443)
    };
    let host = match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    };
    if port == usual {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_page_leaves_out_the_usual_port() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(
            url(&Tls::Off, ip("127.0.0.1"), 8080),
            "http://127.0.0.1:8080"
        );
        assert_eq!(url(&Tls::Off, ip("::1"), 80), "http://[::1]");
        assert_eq!(
            url(&Tls::SelfSigned, ip("192.0.2.1"), 443),
            "https://192.0.2.1"
        );
        assert_eq!(
            url(&Tls::SelfSigned, ip("2001:db8::1"), 80),
            "https://[2001:db8::1]:80"
        );
    }
}
