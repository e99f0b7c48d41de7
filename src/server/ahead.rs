//! What a page is told with its document, so that ICE and DTLS begin beside the join and not after it
//! (docs/adr/0022).
//!
//! It travels in a header and not in the document: that one is the same for every start of the server, so that
//! a browser which holds it asks for nothing but "not modified", and even that answer carries a fresh header. A
//! script reads `Server-Timing` of its own page, and of no other of the headers.

use std::fmt::Write as _;

use axum::http::{HeaderName, HeaderValue};

use crate::io::reach::Reach;

/// W3C Server Timing, section 4.
pub const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Ways that a page tries at most. A browser sends a check every 48 ms, to one way after the other: with more
/// of them those beside the room's own shard would cost more than is gained.
const MOST_WAYS: usize = 8;

/// `media;desc="sha-256 <fingerprint>,<address> <port>,…"`: the words of a description, so that a page need not
/// make them. `None` where there are too many ways: pages then wait for the answer.
#[must_use]
pub fn header(reach: &Reach) -> Option<HeaderValue> {
    let ways = reach.addresses.len() * reach.ports.len();
    if ways == 0 || ways > MOST_WAYS {
        return None;
    }
    let print: Vec<String> = reach
        .fingerprint
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let mut text = format!("media;desc=\"sha-256 {}", print.join(":"));
    for port in &reach.ports {
        for address in &reach.addresses {
            write!(text, ",{address} {port}").ok()?;
        }
    }
    text.push('"');
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use super::*;

    fn reach(addresses: u32, ports: u16) -> Reach {
        let mut fingerprint = [0; 32];
        for (byte, value) in fingerprint.iter_mut().zip((0..).step_by(8)) {
            *byte = value;
        }
        let address = |index| IpAddr::from(Ipv4Addr::from_bits(0xc000_0201 + index));
        Reach {
            fingerprint,
            addresses: (0..addresses).map(address).collect(),
            ports: (0..ports).map(|index| 40_000 + index).collect(),
        }
    }

    #[test]
    fn a_page_is_told_the_certificate_every_address_and_every_port() {
        let mut two = reach(1, 2);
        two.addresses.push(Ipv6Addr::LOCALHOST.into());
        assert_eq!(
            header(&two).unwrap(),
            "media;desc=\"sha-256 00:08:10:18:20:28:30:38:40:48:50:58:60:68:70:78:80:88:90:98:A0:A8:B0:B8:C0:C8:\
             D0:D8:E0:E8:F0:F8,192.0.2.1 40000,::1 40000,192.0.2.1 40001,::1 40001\""
        );
    }

    #[test]
    fn where_there_are_more_ways_than_are_worth_trying_it_is_told_nothing() {
        assert!(header(&reach(2, 4)).is_some());
        assert!(header(&reach(3, 3)).is_none());
        assert!(header(&reach(1, 9)).is_none());
        assert!(header(&reach(0, 1)).is_none());
    }
}
