//! What was typed, and the validated plan it becomes.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

mod churn;
mod hostile;
mod link;

pub use churn::{ChurnArgs, ChurnPlan};
pub use hostile::{HostileArgs, HostilePlan};
pub use link::{LinkArgs, LinkTask};

/// More bots than this only measure the bots: two cores drive about a tenth of it with pictures.
pub const MAX_ROOMS: usize = 200;
/// Ten minutes: long enough for a soak of one call, short enough that nothing is left running.
pub const MAX_SECONDS: u64 = 600;
/// A room has receive slots for two others, so a fourth person would be refused.
pub const MAX_PARTICIPANTS: usize = 3;

/// Bots that join a Nhịp Cầu server through its real signaling and judge what they hear and see.
#[derive(Debug, Parser)]
#[command(name = "nhipcau-loadtest", version, about)]
pub struct Cli {
    /// What the bots do.
    #[command(subcommand)]
    pub scenario: Scenario,
}

/// What the bots do.
#[derive(Debug, Subcommand)]
pub enum Scenario {
    /// Rooms of bots that talk, listen and check that each hears exactly the others.
    Call(CallArgs),
    /// Attacks on a room with people in it, each with a verdict; only against loopback.
    Hostile(HostileArgs),
    /// Joins and leaves many times, and looks whether the server gave everything back.
    Churn(ChurnArgs),
    /// A weak link between two network namespaces, for tests; no bots.
    #[command(after_long_help = link::explanation())]
    Link(LinkArgs),
}

/// Which server, and how to get in: the same for every scenario.
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// The server, e.g. `http://127.0.0.1:8080`; only an address of this machine is accepted.
    #[arg(long)]
    pub server: String,
    /// Accept any certificate (https needs this: bots hold no trust store).
    #[arg(long)]
    pub insecure: bool,
    /// The server's admin secret, with which rooms are created.
    #[arg(long, env = "NHIPCAU_ADMIN_SECRET", hide_env_values = true)]
    pub admin_secret: Option<String>,
}

impl ServerArgs {
    fn target(&self) -> Result<Target, Refused> {
        parse_target(&self.server, self.insecure)
    }

    fn admin_secret(&self) -> Result<String, Refused> {
        let missing =
            || Refused("--admin-secret is missing: rooms cannot be created without it".into());
        self.admin_secret.clone().ok_or_else(missing)
    }
}

/// The flags of `call`.
#[derive(Debug, Args)]
pub struct CallArgs {
    /// Which server.
    #[command(flatten)]
    pub server: ServerArgs,
    /// Rooms to create, at most 200.
    #[arg(long, default_value_t = 1)]
    pub rooms: usize,
    /// Bots in a room, 1 to 3; with --link: how many consecutive links share a room.
    #[arg(long, default_value_t = 3)]
    pub participants: usize,
    /// How long to measure once everybody has joined, at most 600.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Join an existing room with this link instead of creating rooms (repeatable).
    #[arg(long = "link")]
    pub links: Vec<String>,
    /// Milliseconds between the starts of two rooms.
    #[arg(long, default_value_t = 50)]
    pub ramp_ms: u64,
    /// Voice only: the camera is offered but sends nothing.
    #[arg(long)]
    pub audio_only: bool,
    /// A further frequency to listen for, in Hz, e.g. the tone of a browser in the room (repeatable).
    #[arg(long = "listen-for", value_name = "HZ")]
    pub listen_for: Vec<u16>,
    /// Decides phases, SSRCs, starting sequence numbers and tones.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write the report as JSON to this file (`-`: to standard output, in place of the table).
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// Exit with 0 even if a join failed or a bot did not hear exactly the others.
    #[arg(long)]
    pub allow_failures: bool,
}

/// Where the bots connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The resolved address, on this machine.
    pub address: SocketAddr,
    /// What goes into `Host`, with the port.
    pub authority: String,
    /// Speak TLS, without checking the certificate.
    pub tls: bool,
}

/// Which rooms the bots go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rooms {
    /// Create this many with the admin secret, and end them afterwards.
    Create {
        /// How many.
        count: usize,
        /// The bearer secret.
        admin_secret: String,
    },
    /// Join with these links, one inner list a room.
    Join(Vec<Vec<String>>),
}

/// A checked `call`.
#[derive(Debug, Clone)]
pub struct CallPlan {
    /// The server.
    pub target: Target,
    /// The rooms.
    pub rooms: Rooms,
    /// Bots in a room.
    pub participants: usize,
    /// The measured time.
    pub duration: Duration,
    /// Between the starts of two rooms.
    pub ramp: Duration,
    /// Whether cameras send.
    pub video: bool,
    /// Frequencies to listen for beside the bots' own, in Hz.
    pub listen_for: Vec<u16>,
    /// Decides every choice that need not be secret.
    pub seed: u64,
}

/// Why a plan was refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl CallArgs {
    /// Checks every bound before a single packet leaves.
    pub fn plan(&self) -> Result<CallPlan, Refused> {
        within("--participants", self.participants, 1, MAX_PARTICIPANTS)?;
        within("--seconds", self.seconds, 1, MAX_SECONDS)?;
        within("--ramp-ms", self.ramp_ms, 0, 10_000)?;
        for hertz in &self.listen_for {
            // The ears work at 8 kHz; above 3.9 kHz there is nothing to hear.
            within("--listen-for", *hertz, 100, 3_900)?;
        }
        let target = self.server.target()?;
        let rooms = if self.links.is_empty() {
            within("--rooms", self.rooms, 1, MAX_ROOMS)?;
            if self.participants < 2 {
                return Err(Refused(
                    "--participants is 1: a room created for bots needs 2 or 3 of them".into(),
                ));
            }
            let admin_secret = self.server.admin_secret.clone().ok_or_else(|| {
                Refused("--admin-secret is missing: rooms cannot be created without it (or join with --link)".into())
            })?;
            Rooms::Create {
                count: self.rooms,
                admin_secret,
            }
        } else {
            let links = self
                .links
                .iter()
                .map(|link| link_secret(link))
                .collect::<Result<Vec<_>, _>>()?;
            within(
                "the number of --link",
                links.len(),
                1,
                MAX_ROOMS * MAX_PARTICIPANTS,
            )?;
            Rooms::Join(links.chunks(self.participants).map(<[_]>::to_vec).collect())
        };
        Ok(CallPlan {
            target,
            rooms,
            participants: self.participants,
            duration: Duration::from_secs(self.seconds),
            ramp: Duration::from_millis(self.ramp_ms),
            video: !self.audio_only,
            listen_for: self.listen_for.clone(),
            seed: self.seed,
        })
    }
}

/// The admin secret, without which no room can be made.
fn within<T: PartialOrd + std::fmt::Display + Copy>(
    name: &str,
    value: T,
    low: T,
    high: T,
) -> Result<(), Refused> {
    if value < low || value > high {
        return Err(Refused(format!(
            "{name} is {value}: {low} to {high} are allowed"
        )));
    }
    Ok(())
}

/// Takes `https://host/#secret` or the bare secret.
fn link_secret(link: &str) -> Result<String, Refused> {
    let secret = link.rsplit_once('#').map_or(link, |(_, fragment)| fragment);
    let is_base64url = secret
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if secret.len() == 22 && is_base64url {
        Ok(secret.to_owned())
    } else {
        // The secret itself is not repeated: this text may end in a log.
        Err(Refused(
            "--link is not a room link: it must end in 22 characters of base64url".into(),
        ))
    }
}

/// Parses `http(s)://host:port` and refuses every host but this machine.
fn parse_target(server: &str, insecure: bool) -> Result<Target, Refused> {
    let bad = |why: &str| Refused(format!("--server {server}: {why}"));
    let (tls, rest) = if let Some(rest) = server.strip_prefix("http://") {
        (false, rest)
    } else if let Some(rest) = server.strip_prefix("https://") {
        (true, rest)
    } else {
        return Err(bad("it must start with http:// or https://"));
    };
    if tls && !insecure {
        return Err(bad(
            "bots check no certificates; add --insecure to allow that",
        ));
    }
    let authority = rest.trim_end_matches('/');
    if authority.is_empty() || authority.contains(['/', '?', '#', '@']) {
        return Err(bad("it must be scheme, host and port only"));
    }
    let has_port = authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let with_port = if has_port {
        authority.to_owned()
    } else {
        format!("{authority}:{}", if tls { 443 } else { 80 })
    };
    let address = with_port
        .to_socket_addrs()
        .map_err(|error| bad(&format!("cannot be resolved: {error}")))?
        .next()
        .ok_or_else(|| bad("resolves to nothing"))?;
    if !is_own_address(address.ip()) {
        return Err(bad(
            "it is not an address of this machine; load is only ever sent to the machine it runs on",
        ));
    }
    Ok(Target {
        address,
        authority: with_port,
        tls,
    })
}

/// Whether the kernel lets us bind to it, which it does for this machine's own addresses only.
fn is_own_address(ip: IpAddr) -> bool {
    ip.is_loopback()
        || (!ip.is_unspecified() && !ip.is_multicast() && UdpSocket::bind((ip, 0)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(arguments: &str) -> Result<CallPlan, Refused> {
        let words = format!("nhipcau-loadtest call {arguments}");
        match Cli::try_parse_from(words.split_whitespace())
            .unwrap()
            .scenario
        {
            Scenario::Call(call) => call.plan(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn plans_a_call_on_loopback() {
        let plan = plan("--server http://127.0.0.1:8080/ --admin-secret s --rooms 4 --seconds 20")
            .unwrap();
        assert_eq!(plan.target.address.to_string(), "127.0.0.1:8080");
        assert_eq!(plan.target.authority, "127.0.0.1:8080");
        assert_eq!(
            plan.rooms,
            Rooms::Create {
                count: 4,
                admin_secret: "s".into()
            }
        );
        assert_eq!(
            (plan.participants, plan.duration),
            (3, Duration::from_secs(20))
        );
    }

    #[test]
    fn never_sends_load_to_another_machine() {
        for server in [
            "http://192.0.2.1:80",
            "http://8.8.8.8:80",
            "http://[2001:db8::1]:80",
            "http://0.0.0.0:80",
        ] {
            let refusal = plan(&format!("--server {server} --admin-secret s")).unwrap_err();
            assert!(
                refusal.0.contains("not an address of this machine"),
                "{refusal}"
            );
        }
    }

    #[test]
    fn names_the_bound_that_was_broken() {
        let base = "--server http://127.0.0.1:1 --admin-secret s";
        assert_eq!(
            plan(&format!("{base} --rooms 201")).unwrap_err().0,
            "--rooms is 201: 1 to 200 are allowed"
        );
        assert!(
            plan(&format!("{base} --seconds 601"))
                .unwrap_err()
                .0
                .contains("1 to 600")
        );
        assert!(
            plan(&format!("{base} --participants 4"))
                .unwrap_err()
                .0
                .contains("1 to 3")
        );
        assert!(
            plan("--server http://127.0.0.1:1")
                .unwrap_err()
                .0
                .contains("--admin-secret")
        );
        assert!(
            plan("--server https://127.0.0.1:1 --admin-secret s")
                .unwrap_err()
                .0
                .contains("--insecure")
        );
    }

    #[test]
    fn takes_links_as_urls_or_secrets_and_groups_them_by_room() {
        let (a, b, c) = (
            "A".repeat(22),
            "b".repeat(22),
            "c-_".repeat(8)[..22].to_owned(),
        );
        let arguments = format!(
            "--server http://127.0.0.1:1 --participants 2 --link http://127.0.0.1:1/#{a} --link {b} --link {c}"
        );
        assert_eq!(
            plan(&arguments).unwrap().rooms,
            Rooms::Join(vec![vec![a, b], vec![c]])
        );
        let refusal = plan("--server http://127.0.0.1:1 --link short").unwrap_err();
        assert!(
            !refusal.0.contains("short"),
            "a secret is never repeated: {refusal}"
        );
    }
}
