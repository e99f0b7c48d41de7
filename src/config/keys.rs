//! The configuration keys: one row each, with what is allowed and what holds when nothing was typed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use signaling::webhook::Reach;

use super::{StoreLocation, UdpPorts};

/// A configuration key. The same name serves the TOML file, `NHIPCAU_<NAME>` and `--<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Listen,
    UdpPorts,
    PublicAddress,
    PublicUrl,
    TlsCert,
    TlsPrivate,
    TlsSelfSigned,
    AdminSecret,
    AdminSecretFile,
    Store,
    StoreKeyFile,
    MessagesDir,
    WebhooksTo,
    Shards,
    DrainSeconds,
    Log,
    ClinicName,
    TokenKeys,
}

/// More shards than any machine has cores to spare for; bounds threads and sockets.
pub(super) const MOST_SHARDS: u16 = 256;

/// A day: longer than any consultation, so that a larger value is a slip of the keyboard.
pub(super) const LONGEST_DRAIN_SECONDS: u32 = 86_400;

/// More addresses than a server has; each one is a candidate in every answer, which must stay small.
pub(super) const MOST_PUBLIC_ADDRESSES: usize = 8;

/// Works on a fresh machine: no certificate, no firewall, no root.
pub(super) const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// As many ports as there can be shards; each shard opens the first one that is free.
pub(super) const DEFAULT_UDP_PORTS: UdpPorts = UdpPorts::Range {
    first: 50_000,
    last: 50_255,
};

pub(super) const DEFAULT_STORE: &str = "./nhipcau.redb";

/// Beside the database, so that a first start works; whoever copies the folder has both.
pub(super) fn default_store_keys(store: &StoreLocation) -> PathBuf {
    beside(store, "key")
}

/// Beside the database: where this server may write, in any case.
pub(super) fn default_messages(store: &StoreLocation) -> PathBuf {
    beside(store, "messages")
}

/// Named as the database, with an ending more. A Redis has no folder here.
fn beside(store: &StoreLocation, ending: &str) -> PathBuf {
    match store {
        StoreLocation::File(path) => {
            let mut name = path.as_os_str().to_owned();
            name.push(".");
            name.push(ending);
            name.into()
        }
        StoreLocation::Redis(_) => PathBuf::from(format!("./nhipcau.{ending}")),
    }
}

/// Long enough to finish a sentence and rejoin elsewhere; below the 90 s after which systemd kills.
pub(super) const DEFAULT_DRAIN_SECONDS: u32 = 60;

/// Whoever may make webhooks must not reach the machines beside this one.
pub(super) const DEFAULT_WEBHOOKS: Reach = Reach::Public;

pub(super) const DEFAULT_LOG: &str = "info";

impl Key {
    pub(super) const ALL: [Self; 18] = [
        Self::Listen,
        Self::UdpPorts,
        Self::PublicAddress,
        Self::PublicUrl,
        Self::TlsCert,
        Self::TlsPrivate,
        Self::TlsSelfSigned,
        Self::AdminSecret,
        Self::AdminSecretFile,
        Self::Store,
        Self::StoreKeyFile,
        Self::MessagesDir,
        Self::WebhooksTo,
        Self::Shards,
        Self::DrainSeconds,
        Self::Log,
        Self::ClinicName,
        Self::TokenKeys,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Listen => "listen",
            Self::UdpPorts => "udp_ports",
            Self::PublicAddress => "public_address",
            Self::PublicUrl => "public_url",
            Self::TlsCert => "tls_cert",
            Self::TlsPrivate => "tls_key",
            Self::TlsSelfSigned => "tls_self_signed",
            Self::AdminSecret => "admin_secret",
            Self::AdminSecretFile => "admin_secret_file",
            Self::Store => "store",
            Self::StoreKeyFile => "store_key_file",
            Self::MessagesDir => "messages_dir",
            Self::WebhooksTo => "webhooks_to",
            Self::Shards => "shards",
            Self::DrainSeconds => "drain_seconds",
            Self::Log => "log",
            Self::ClinicName => "clinic_name",
            Self::TokenKeys => "token_keys",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// What a value must be; completes "… but must be".
    pub(super) fn allowed(self) -> &'static str {
        match self {
            Self::Listen => {
                "an IP address and a port from 0 to 65535, such as 127.0.0.1:8080 or [::]:443"
            }
            Self::UdpPorts => {
                "a range of ports from 1 to 65535 such as 50000-50007, one port, or 0 for any free port"
            }
            Self::PublicAddress => {
                "one to 8 IPv4 or IPv6 addresses that others can reach, no host names, none unspecified or multicast"
            }
            Self::PublicUrl => {
                "https://, a host name or address, and a port if it is not 443, such as https://kham.example.vn"
            }
            Self::TlsCert | Self::TlsPrivate => "the path of a PEM file",
            Self::TlsSelfSigned => "true or false",
            Self::AdminSecret => "16 to 256 visible ASCII characters without spaces",
            Self::AdminSecretFile => {
                "the path of a readable file that holds the secret on one line"
            }
            Self::Store => {
                "the path of the database file, or the address of a Redis such as redis://:password@host:6379/0, \
                 rediss:// for TLS"
            }
            Self::StoreKeyFile => "the path of the file with the keys of the store",
            Self::MessagesDir => "the path of a folder",
            Self::WebhooksTo => "public, private or loopback",
            Self::Shards => "a whole number from 1 to 256",
            Self::DrainSeconds => "a whole number from 0 to 86400",
            Self::Log => "a log filter such as info or warn,nhipcau=debug",
            Self::ClinicName => "1 to 60 characters on one line",
            Self::TokenKeys => "the path of a readable TOML file with [[keys]] in it",
        }
    }

    pub(super) fn is_secret(self) -> bool {
        self == Self::AdminSecret
    }

    /// `--listen` for `listen`.
    pub(super) fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// `NHIPCAU_LISTEN` for `listen`.
    pub(super) fn variable(self) -> String {
        format!("NHIPCAU_{}", self.name().to_ascii_uppercase())
    }
}
