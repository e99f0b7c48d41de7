//! The ports of the page and of the media, opened and closed again.

use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};

use super::Finding;
use crate::config::{Settings, UdpPorts};

/// Opens the port of the page.
pub(super) fn http(settings: &Settings) -> Finding {
    const SUBJECT: &str = "page";
    let address = settings.listen;
    match TcpListener::bind(address) {
        Ok(_) => Finding::good(SUBJECT, format!("TCP {address} can be opened")),
        Err(error) => {
            let mend = match error.kind() {
                ErrorKind::AddrInUse => {
                    "stop the program that has it (a running nhipcau?), or choose another port with --listen"
                }
                ErrorKind::AddrNotAvailable => {
                    "no interface has this address; --listen 0.0.0.0:PORT takes them all"
                }
                ErrorKind::PermissionDenied => {
                    "ports below 1024 need a right: setcap cap_net_bind_service=+ep on the program, \
                     or choose a higher port with --listen"
                }
                _ => "choose another address with --listen",
            };
            Finding::problem(
                SUBJECT,
                format!("TCP {address} cannot be opened: {error}"),
                mend,
            )
        }
    }
}

/// Opens one UDP port for every shard, all at the same time and in the order in which a server would.
pub(super) fn udp(settings: &Settings) -> Finding {
    const SUBJECT: &str = "media ports";
    let UdpPorts::Range { first, last } = settings.udp_ports else {
        return match bind(0) {
            Ok(_) => Finding::good(SUBJECT, "any free UDP ports will be taken"),
            Err(error) => Finding::problem(
                SUBJECT,
                format!("no UDP port can be opened: {error}"),
                SYSTEM,
            ),
        };
    };
    let wanted = usize::from(settings.shards);
    let mut held = Vec::with_capacity(wanted);
    let mut refused: Vec<(u16, Error)> = Vec::new();
    for port in first..=last {
        if held.len() == wanted {
            break;
        }
        match bind(port) {
            Ok(socket) => held.push((port, socket)),
            Err(error) => refused.push((port, error)),
        }
    }
    let names = refused
        .iter()
        .map(|(port, _)| port.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    if let (true, Some((_, error))) = (held.len() < wanted, refused.last()) {
        let wrong = format!(
            "{wanted} UDP ports are needed and {} can be opened; not {names}: {error}",
            held.len()
        );
        return Finding::problem(SUBJECT, wrong, remedy(error));
    }
    let opened = held
        .iter()
        .map(|(port, _)| port.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    let words = format!("UDP {opened} can be opened; firewalls must let them through");
    if refused.is_empty() {
        Finding::good(SUBJECT, words)
    } else {
        Finding::note(
            SUBJECT,
            format!("{words} ({names} are taken and will be passed over)"),
        )
    }
}

/// What to look into when the system refuses for a reason of its own.
const SYSTEM: &str = "see whether a container or a security module forbids UDP sockets";

fn remedy(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "stop the program that has them (a running nhipcau?), or choose other ports with --udp-ports"
        }
        ErrorKind::PermissionDenied => "choose ports above 1023 with --udp-ports",
        _ => SYSTEM,
    }
}

/// Every address of both families, or of IPv4 where there is no IPv6, as the shards do.
fn bind(port: u16) -> std::io::Result<UdpSocket> {
    UdpSocket::bind((Ipv6Addr::UNSPECIFIED, port))
        .or_else(|_| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)))
}
