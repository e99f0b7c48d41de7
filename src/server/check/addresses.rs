//! The addresses that answers advertise: whose they are, and whether a packet sent there comes back.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use super::Finding;
use crate::config::{Settings, UdpPorts};
use crate::server::media;

const SUBJECT: &str = "address";

/// A packet from this machine to itself needs microseconds; after this it was dropped.
const COMES_BACK_WITHIN: Duration = Duration::from_millis(500);

/// Judges every address, then whether there is any that others can use.
pub(super) fn advertised(settings: &Settings) -> Vec<Finding> {
    let interfaces: Vec<IpAddr> = match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces.iter().map(if_addrs::Interface::ip).collect(),
        Err(error) => {
            let wrong = format!("the network interfaces cannot be listed: {error}");
            return vec![Finding::problem(
                SUBJECT,
                wrong,
                "give the addresses with --public-address",
            )];
        }
    };
    let addresses = match media::advertised(settings) {
        Ok(addresses) => addresses,
        Err(error) => {
            let wrong = format!("the addresses to advertise cannot be found: {error}");
            return vec![Finding::problem(
                SUBJECT,
                wrong,
                "give them with --public-address",
            )];
        }
    };
    if addresses.is_empty() {
        let wrong = "there is no address to advertise: media cannot reach this machine";
        return vec![Finding::problem(
            SUBJECT,
            wrong,
            "bring up a network interface, or give --public-address",
        )];
    }
    let mut findings: Vec<Finding> = addresses
        .iter()
        .map(|address| judge(*address, &interfaces, settings))
        .collect();
    if !settings.listen.ip().is_loopback() && addresses.iter().all(|address| is_private(*address)) {
        findings.push(Finding::note(
            SUBJECT,
            "only private addresses are advertised: people outside this network will not hear each other; \
             give the public one with --public-address",
        ));
    }
    findings
}

fn judge(address: IpAddr, interfaces: &[IpAddr], settings: &Settings) -> Finding {
    if !interfaces.contains(&address) {
        return Finding::note(
            SUBJECT,
            format!(
                "{address} is not of this machine, so it was not tried: right behind a NAT that forwards \
                 UDP {} to this machine, wrong otherwise",
                ports(settings)
            ),
        );
    }
    match comes_back(address) {
        Ok(()) => Finding::good(
            SUBJECT,
            format!("{address} is of this machine; a packet to it comes back"),
        ),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Finding::problem(
                SUBJECT,
                format!(
                    "{address} is of this machine, but a UDP packet sent to it does not come back"
                ),
                "see whether the firewall of this machine drops UDP (nft list ruleset)",
            )
        }
        Err(error) => Finding::problem(
            SUBJECT,
            format!("{address} is of this machine, but cannot be used: {error}"),
            "leave it out: give the good ones with --public-address",
        ),
    }
}

fn ports(settings: &Settings) -> String {
    match settings.udp_ports {
        UdpPorts::Any => "to any port".to_owned(),
        UdpPorts::Range { first, .. } => {
            format!("{first} to {}", first.saturating_add(settings.shards - 1))
        }
    }
}

/// Sends a packet to a socket of our own by way of `address`.
fn comes_back(address: IpAddr) -> std::io::Result<()> {
    let receiver = UdpSocket::bind(SocketAddr::new(address, 0))?;
    receiver.set_read_timeout(Some(COMES_BACK_WITHIN))?;
    let sender = UdpSocket::bind(SocketAddr::new(address, 0))?;
    sender.send_to(b"nhipcau check", receiver.local_addr()?)?;
    let from = sender.local_addr()?;
    let mut buffer = [0; 64];
    loop {
        // A stranger's packet to this port is not ours.
        if receiver.recv_from(&mut buffer)?.1 == from {
            return Ok(());
        }
    }
}

/// Addresses that the internet does not route to one machine: RFC 1918, 3927, 4193, 4291, 6598.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            address.is_private() || address.is_loopback() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        let private = |text: &str| is_private(text.parse().expect("an address"));
        for address in [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.1.1",
            "127.0.0.1",
        ] {
            assert!(private(address), "{address}");
        }
        for address in ["fd00::1", "fe80::1", "::1"] {
            assert!(private(address), "{address}");
        }
        for address in ["203.0.113.7", "100.128.0.1", "2001:db8::1"] {
            assert!(!private(address), "{address}");
        }
    }
}
