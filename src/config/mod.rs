//! Configuration in two stages: what was typed ([`Typed`]) becomes what the server runs with ([`Settings`]).
//!
//! Flags win over `NHIPCAU_*` variables, those over the TOML file, that over the defaults. Everything a
//! person can get wrong is refused here, at once and with every problem named, so that the rest of the
//! server never meets a half-configured state. The environment, the file and the number of cores are read
//! here and nowhere else.

mod error;
mod flags;
mod keys;
mod parse;
mod print;
mod secret;
mod token_keys;
mod typed;
mod validate;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use signaling::TokenKeys;
use signaling::store::RedisAddress;
use signaling::text::DisplayName;
use signaling::webhook::Reach;

pub use error::ConfigError;
pub use flags::{AuditCommand, Cli, Command, KeyFlags, ServeFlags};
pub use secret::Secret;
pub use typed::Typed;

/// Everything the server needs to know, validated. No `Option` where a default exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where HTTP is served. Port 0 means any free port.
    pub listen: SocketAddr,
    /// The UDP ports of the media shards.
    pub udp_ports: UdpPorts,
    /// The addresses written into answers; empty means every address of the interfaces.
    pub public_addresses: Vec<IpAddr>,
    /// How the page and the signaling are protected on the wire.
    pub tls: Tls,
    /// Who may make rooms and look into them.
    pub admin_secret: AdminSecret,
    /// Where people reach the page, if that cannot be seen from here.
    pub public_url: Option<String>,
    /// Where consultations are kept.
    pub store: StoreLocation,
    /// The file with the keys of what the store holds of people.
    pub store_keys: PathBuf,
    /// The folder for messages to people.
    pub messages: PathBuf,
    /// To which machines webhooks may go.
    pub webhooks: Reach,
    /// Media threads, one UDP port each.
    pub shards: u16,
    /// How long running consultations may go on after SIGTERM.
    pub drain: Duration,
    /// A filter in the syntax of `tracing_subscriber::EnvFilter`, known to parse.
    pub log: String,
    /// Whose server this is; `None` says nothing about it.
    pub clinic_name: Option<DisplayName>,
    /// Who may sign invitations.
    pub token_keys: TokenKeys,
}

/// Where consultations are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreLocation {
    /// The database file of the embedded store.
    File(PathBuf),
    /// A Redis. Its password is in no output.
    Redis(RedisAddress),
}

/// For people.
impl fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Redis(address) => address.fmt(f),
        }
    }
}

/// The UDP ports that the shards take, one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UdpPorts {
    /// Whatever is free; for tests and for servers without a firewall.
    Any,
    /// `first..=last`; at least as many ports as shards.
    Range {
        /// The port of shard 0.
        first: u16,
        /// The last port that may be used.
        last: u16,
    },
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Plain HTTP. **Invariant:** only with a loopback listen address.
    Off,
    /// PEM files, read again when they change.
    Files {
        /// The certificate chain, the server's own certificate first.
        certificate: PathBuf,
        /// The private key that matches it.
        key: PathBuf,
    },
    /// A certificate made at start, which browsers warn about; for a LAN.
    SelfSigned,
}

/// The secret that opens the admin endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminSecret {
    /// Given by the operator.
    Configured(Secret),
    /// None was given: a random one is made at start and lives as long as the process.
    MadeAtStart,
}

impl Settings {
    /// Validates what was typed. `cores` is how many shards a machine like this gets by default.
    ///
    /// # Errors
    /// Every problem found, each with key, value, source and what is allowed.
    pub fn from_typed(typed: &Typed, cores: usize) -> Result<Self, ConfigError> {
        validate::validate(typed, cores)
    }

    /// The effective configuration as TOML; every line says where its value came from. Secrets are left out.
    #[must_use]
    pub fn print(&self, typed: &Typed) -> String {
        print::print(self, typed)
    }
}
