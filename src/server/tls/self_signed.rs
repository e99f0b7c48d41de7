//! A certificate made at start, for a LAN without a name of its own. Browsers warn about it once a start.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::{Identity, TlsError};

/// Apple's systems refuse server certificates that are good for longer than 825 days; a year is plenty for
/// one that is made anew at every start.
const GOOD_FOR: Duration = Duration::from_hours(365 * 24);

/// Other machines' clocks may run behind ours.
const CLOCK_SLACK: Duration = Duration::from_hours(24);

/// The names under which this machine may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    addresses: BTreeSet<IpAddr>,
    hosts: BTreeSet<String>,
}

impl Names {
    /// Every interface address, localhost, the machine's name, and `advertised`.
    pub fn of_this_machine(advertised: &[IpAddr]) -> std::io::Result<Self> {
        let interfaces = if_addrs::get_if_addrs()?;
        let addresses = interfaces.iter().map(if_addrs::Interface::ip);
        let mut hosts = BTreeSet::from(["localhost".to_owned()]);
        hosts.extend(host_name());
        Ok(Self {
            addresses: addresses.chain(advertised.iter().copied()).collect(),
            hosts,
        })
    }
}

/// The kernel's name of this machine; none is no harm.
fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let name = name.trim();
    (!name.is_empty() && name != "(none)").then(|| name.to_owned())
}

/// Makes a certificate for `names`, good from yesterday for a year.
pub fn make(names: &Names, now: SystemTime) -> Result<Identity, TlsError> {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "nhipcau");
    params.not_before = (now - CLOCK_SLACK).into();
    params.not_after = (now + GOOD_FOR).into();
    for address in &names.addresses {
        params.subject_alt_names.push(SanType::IpAddress(*address));
    }
    for host in &names.hosts {
        // A host name outside ASCII cannot stand in a certificate; the addresses still serve.
        if let Ok(host) = host.as_str().try_into() {
            params.subject_alt_names.push(SanType::DnsName(host));
        }
    }
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Identity::new(vec![certificate.der().clone()], private)
}
