//! Where a webhook goes: an address that somebody typed, and the machines that it may lead to.
//!
//! Whoever may make webhooks makes this server send requests. So that it cannot be made to ask the machines beside it,
//! every address that the name stands for is looked at, the one that was looked at is connected to, and redirects are
//! not followed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest address, bytes.
pub const URL_MAX_BYTES: usize = 500;

/// To which machines webhooks may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those that everybody reaches.
    Public,
    /// Also those of the own networks: the operator said so.
    Private,
    /// Also this machine, without TLS: the server itself is on loopback, for a try.
    Loopback,
}

/// An address to send to: `https://host[:port]/path?query`.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    tls: bool,
    host: String,
    port: u16,
    path: String,
}

/// A text that is no address of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Too long.
    #[error("url must have {URL_MAX_BYTES} bytes at most, got {got}")]
    Length {
        /// How long it is.
        got: usize,
    },
    /// Not https.
    #[error("url must begin with https://")]
    Scheme,
    /// A user or password, a fragment, a character that must be encoded, a port that is none.
    #[error(
        "url must be https://host[:port]/path in visible ASCII characters, without user, password and fragment"
    )]
    Form,
    /// It names a machine that webhooks must not go to.
    #[error("url must lead to a public address")]
    Private,
}

impl Target {
    /// Checks the form, and the machine where it is named by number.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, TargetError> {
        let got = text.len();
        if got > URL_MAX_BYTES {
            return Err(TargetError::Length { got });
        }
        let (tls, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) if reach == Reach::Loopback => (false, rest),
            _ => return Err(TargetError::Scheme),
        };
        let is_clean = rest
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"#\\\"<>^`{|}".contains(&byte));
        if !is_clean {
            return Err(TargetError::Form);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) =
            split_port(authority, if tls { 443 } else { 80 }).ok_or(TargetError::Form)?;
        let path = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{path}")
        };
        let target = Self {
            tls,
            host: host.to_ascii_lowercase(),
            port,
            path,
        };
        match target.address() {
            Some(address) if !reach.allows(address) => Err(TargetError::Private),
            // Without TLS nothing leaves this machine.
            None if !tls && target.host != "localhost" => Err(TargetError::Scheme),
            Some(address) if !tls && !address.is_loopback() => Err(TargetError::Scheme),
            _ => Ok(target),
        }
    }

    /// The machine, where it is named by number.
    pub fn address(&self) -> Option<IpAddr> {
        self.host().parse().ok()
    }

    /// The machine's name or number, as it is looked up and as its certificate has it.
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is encrypted.
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// What is asked for there.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// For the `Host` header.
    pub fn authority(&self) -> String {
        let usual = if self.tls { 443 } else { 80 };
        if self.port == usual {
            return self.host.clone();
        }
        format!("{}:{}", self.host, self.port)
    }
}

/// The whole address again.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

/// It may hold a secret of the receiver's in its path.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Target(…)")
    }
}

fn split_port(authority: &str, usual: u16) -> Option<(&str, u16)> {
    if authority.contains('@') {
        return None;
    }
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']')?;
        let (host, port) = authority.split_at(end + 1);
        host.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<Ipv6Addr>()
            .ok()?;
        (host, port)
    } else {
        let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        let labels = host.trim_end_matches('.').split('.');
        let is_host = host.len() <= 253
            && host.bytes().all(is_name)
            && labels.into_iter().all(|label| !label.is_empty());
        // `127.1` and `0x7f000001` are numbers to a resolver; only the whole form is one to us.
        let looks_like_number = host
            .split('.')
            .next_back()
            .is_some_and(|last| last.starts_with(|first: char| first.is_ascii_digit()));
        if !is_host || (looks_like_number && host.parse::<Ipv4Addr>().is_err()) {
            return None;
        }
        (host, port)
    };
    match port.strip_prefix(':') {
        None if port.is_empty() => Some((host, usual)),
        Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            let port: u16 = digits.parse().ok()?;
            (port > 0).then_some((host, port))
        }
        _ => None,
    }
}

impl Reach {
    /// Every reach, the smallest first.
    pub const ALL: [Self; 3] = [Self::Public, Self::Private, Self::Loopback];

    /// As an operator says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Loopback => "loopback",
        }
    }

    /// Whether this machine may be sent to.
    pub fn allows(self, address: IpAddr) -> bool {
        let address = embedded(address);
        match self {
            Self::Public => is_public(address),
            Self::Private => is_public(address) || is_of_own_networks(address),
            Self::Loopback => {
                address.is_loopback() || is_public(address) || is_of_own_networks(address)
            }
        }
    }
}

/// The IPv4 address inside an IPv6 one that is delivered to it: mapped, compatible, by NAT64 or by 6to4.
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else {
        return address;
    };
    let four = |high: u16, low: u16| {
        let bits = u32::from(high) << 16 | u32::from(low);
        IpAddr::V4(Ipv4Addr::from_bits(bits))
    };
    match six.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => four(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high > 0 => four(high, low),
        _ => address,
    }
}

/// RFC 1918 and RFC 4193: what a hospital's own machines have.
fn is_of_own_networks(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.is_private(),
        IpAddr::V6(six) => six.is_unique_local(),
    }
}

/// Not in the registries of special purposes (RFC 6890): globally reachable by anybody.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let is_special = matches!(
                four.octets(),
                // This network, loopback, multicast, reserved, broadcast.
                [0 | 127 | 224..=255, ..]
                // Carriers' own (RFC 6598), benchmarks.
                | [100, 64..=127, ..] | [198, 18 | 19, ..]
                // Protocol assignments and documentation, the old 6to4 relays.
                | [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _]
            );
            !(is_special || four.is_private() || four.is_link_local())
        }
        // Only what is global unicast today (2000::/3), without documentation and protocol assignments.
        IpAddr::V6(six) => {
            let [first, second, ..] = six.segments();
            let is_global = first & 0xe000 == 0x2000;
            let is_special = matches!(
                (first, second),
                (0x2001, 0..=0x01ff | 0xdb8) | (0x3fff, 0..=0x0fff)
            );
            is_global && !is_special
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Target, TargetError> {
        Target::parse(text, Reach::Public)
    }

    #[test]
    fn an_address_is_read_as_it_was_written() {
        for (text, host, port, path) in [
            ("https://his.example.vn", "his.example.vn", 443, "/"),
            (
                "https://His.Example.VN:8443/hooks?a=1",
                "his.example.vn",
                8443,
                "/hooks?a=1",
            ),
            ("https://93.184.216.34/x", "93.184.216.34", 443, "/x"),
            (
                "https://[2606:2800:220:1::1]:9/x",
                "2606:2800:220:1::1",
                9,
                "/x",
            ),
            ("https://his.example.vn?x", "his.example.vn", 443, "/?x"),
        ] {
            let target = parse(text).unwrap();
            assert_eq!(
                (target.host(), target.port(), target.path()),
                (host, port, path),
                "{text}"
            );
            assert_eq!(
                Target::parse(&target.to_string(), Reach::Public),
                Ok(target)
            );
        }
    }

    #[test]
    fn what_is_no_address_of_a_webhook_is_refused() {
        for text in [
            "",
            "his.example.vn",
            "http://his.example.vn",
            "ftp://x",
            "javascript://x",
            "HTTPS//x",
        ] {
            assert_eq!(parse(text), Err(TargetError::Scheme), "{text}");
        }
        for text in [
            "https://",
            "https:///x",
            "https://user@his.example.vn",
            "https://a:b@his.example.vn/",
            "https://x:0/",
            "https://x:65536/",
            "https://x:+1/",
            "https://x:8443x/",
            "https://a b/",
            "https://x/#y",
            "https://x/\u{e9}",
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://a..b/",
            "https://[::1/",
            "https://::1/",
            "https://x\\@127.0.0.1/",
        ] {
            assert_eq!(parse(text), Err(TargetError::Form), "{text}");
        }
        let got = 501;
        let long = format!("https://x/{}", "a".repeat(got - 10));
        assert_eq!(parse(&long), Err(TargetError::Length { got }));
    }

    #[test]
    fn machines_of_special_networks_are_refused_however_they_are_written() {
        for text in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.1",
            "198.18.0.1",
            "203.0.113.1",
            "[::]",
            "[::1]",
            "[fe80::1]",
            "[fc00::1]",
            "[fd12::1]",
            "[ff02::1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:127.0.0.1]",
            "[::7f00:1]",
            "[64:ff9b::a00:1]",
            "[2002:a00:1::]",
            "[2002:7f00:1::1]",
            "[2001:db8::1]",
            "[2001::1]",
            "[100::1]",
        ] {
            assert_eq!(
                parse(&format!("https://{text}/")),
                Err(TargetError::Private),
                "{text}"
            );
        }
        for text in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "[2606:4700::1111]",
            "[::ffff:8.8.8.8]",
            "[64:ff9b::808:808]",
        ] {
            assert!(parse(&format!("https://{text}/")).is_ok(), "{text}");
        }
    }

    #[test]
    fn own_networks_are_reached_where_the_operator_says_so_and_this_machine_never_from_outside() {
        let private = |text: &str| Target::parse(text, Reach::Private);
        assert!(private("https://10.0.0.1/").is_ok());
        assert!(private("https://[fd12::1]/").is_ok());
        assert_eq!(private("https://127.0.0.1/"), Err(TargetError::Private));
        assert_eq!(
            private("https://169.254.169.254/"),
            Err(TargetError::Private)
        );
        assert_eq!(private("http://10.0.0.1/"), Err(TargetError::Scheme));
        let loopback = |text: &str| Target::parse(text, Reach::Loopback);
        assert!(loopback("http://127.0.0.1:8080/x").is_ok());
        assert!(loopback("http://localhost:8080/x").is_ok());
        assert_eq!(loopback("http://his.example.vn/"), Err(TargetError::Scheme));
        assert_eq!(loopback("http://10.0.0.1/"), Err(TargetError::Scheme));
        assert_eq!(
            loopback("https://169.254.169.254/"),
            Err(TargetError::Private)
        );
    }

    proptest! {
        #[test]
        fn whatever_is_typed_nothing_panics_and_what_is_taken_is_read_the_same_again(text in "(https://)?[!-~]{0,40}") {
            if let Ok(target) = parse(&text) {
                prop_assert_eq!(Target::parse(&target.to_string(), Reach::Public), Ok(target));
            }
        }
    }
}
