//! The two devices: what is written to one comes out at this program, and the other way round.

use std::net::Ipv4Addr;

use anyhow::{Context as _, bail};
use tokio::runtime::Handle;
use tokio_tun::Tun;

use super::emulator::Way;
use super::namespace::Namespace;

/// Pairs of addresses are taken from 10.128.0.0/10, four addresses each.
const FIRST_NETWORK: u32 = 0x0a80_0000;
const NETWORKS: u32 = 1 << 20;
/// How many pairs are looked at before giving up.
const ATTEMPTS: u32 = 64;

/// Two TUN devices, each in its namespace, that go when this is dropped.
pub struct Cable {
    inside: Tun,
    outside: Tun,
    /// The address behind the weak link.
    pub inside_address: Ipv4Addr,
    /// The address on the good side.
    pub outside_address: Ipv4Addr,
}

impl Cable {
    /// Makes the devices, gives them addresses of their own, and makes this the way out of `inside`.
    /// Within a Tokio runtime.
    pub fn lay(inside: &Namespace, outside: &Namespace, mtu: u16) -> anyhow::Result<Self> {
        let number = std::process::id();
        let (outside_address, inside_address) = free_pair(number, [inside, outside])?;
        // Unique on this machine even if both ends of several links are in the same namespaces.
        let [inside_tun, outside_tun] = [(inside, 'i'), (outside, 'o')].map(|(namespace, end)| {
            let runtime = Handle::current();
            namespace.within(|| {
                let _entered = runtime.enter();
                let device = format!("nhip{number}{end}");
                let mut made = Tun::builder()
                    .name(&device)
                    .close_on_exec()
                    .build()
                    .map_err(anyhow::Error::from)
                    .with_context(|| {
                        format!("cannot make the device {device} (/dev/net/tun, CAP_NET_ADMIN)")
                    })?;
                made.pop().with_context(|| format!("no device {device}"))
            })
        });
        let cable = Self {
            inside: inside_tun?,
            outside: outside_tun?,
            inside_address,
            outside_address,
        };
        for (namespace, device, own, other) in [
            (inside, cable.inside.name(), inside_address, outside_address),
            (
                outside,
                cable.outside.name(),
                outside_address,
                inside_address,
            ),
        ] {
            // No IPv6 address: the router solicitations that it brings would be the first to cross.
            namespace.ip(&format!("link set {device} mtu {mtu} addrgenmode none"))?;
            namespace.ip(&format!("addr add {own} peer {other} dev {device}"))?;
            namespace.ip(&format!("link set {device} up"))?;
            namespace.ip("link set lo up")?;
        }
        inside.ip(&format!(
            "route replace default dev {} src {inside_address}",
            cable.inside.name()
        ))?;
        Ok(cable)
    }

    /// Where a direction's packets come from.
    pub fn source(&self, way: Way) -> &Tun {
        match way {
            Way::Up => &self.inside,
            Way::Down => &self.outside,
        }
    }

    /// Where a direction's packets go to.
    pub fn target(&self, way: Way) -> &Tun {
        match way {
            Way::Up => &self.outside,
            Way::Down => &self.inside,
        }
    }
}

/// Two addresses of one network that neither namespace has: the good side's and the other's.
fn free_pair(number: u32, namespaces: [&Namespace; 2]) -> anyhow::Result<(Ipv4Addr, Ipv4Addr)> {
    let taken = namespaces
        .into_iter()
        .map(|namespace| namespace.ip("-4 -oneline address show"))
        .collect::<anyhow::Result<String>>()?;
    for attempt in 0..ATTEMPTS {
        let network = FIRST_NETWORK + (number.wrapping_add(attempt) % NETWORKS) * 4;
        let pair = (Ipv4Addr::from(network + 1), Ipv4Addr::from(network + 2));
        let is_taken = |address: Ipv4Addr| {
            let address = address.to_string();
            taken.split([' ', '/', '\n']).any(|word| word == address)
        };
        if !is_taken(pair.0) && !is_taken(pair.1) {
            return Ok(pair);
        }
    }
    bail!("no free pair of addresses in 10.128.0.0/10 after {ATTEMPTS} tries")
}
