//! The addresses that candidates name.

use std::io;
use std::net::IpAddr;

use super::MediaSettings;

/// The configured public addresses, else those of the interfaces.
///
/// Loopback is among them only where asked for, or where there is nothing else. Link-local
/// addresses are left out: browsers cannot reach them without a zone.
pub fn advertised(settings: &MediaSettings) -> io::Result<Vec<IpAddr>> {
    if !settings.public_addresses.is_empty() {
        return Ok(settings.public_addresses.clone());
    }
    let all = local()?;
    let (loopback, routable): (Vec<IpAddr>, Vec<IpAddr>) =
        all.into_iter().partition(IpAddr::is_loopback);
    let wants_loopback = settings.advertise_loopback || routable.is_empty();
    let loopback = loopback.into_iter().filter(|_| wants_loopback);
    Ok(routable.into_iter().chain(loopback).collect())
}

/// Every usable address of this machine, IPv4 first: its header is 20 bytes shorter, which is
/// 8 kbit/s of a voice.
pub fn local() -> io::Result<Vec<IpAddr>> {
    let mut addresses: Vec<IpAddr> = if_addrs::get_if_addrs()?
        .into_iter()
        .map(|interface| interface.ip())
        .filter(|ip| !is_link_local(ip))
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

fn is_link_local(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::UdpPorts;

    fn settings(public_addresses: Vec<IpAddr>, advertise_loopback: bool) -> MediaSettings {
        MediaSettings {
            shards: 1,
            udp_ports: UdpPorts::Any,
            public_addresses,
            advertise_loopback,
        }
    }

    #[test]
    fn configured_addresses_are_advertised_as_they_are() {
        let public: IpAddr = [203, 0, 113, 7].into();
        assert_eq!(advertised(&settings(vec![public], true)).unwrap(), [public]);
    }

    #[test]
    fn loopback_is_advertised_where_asked_for() {
        let found = advertised(&settings(Vec::new(), true)).unwrap();
        assert!(found.iter().any(IpAddr::is_loopback), "{found:?}");
        assert!(!found.iter().any(is_link_local), "{found:?}");
    }
}
