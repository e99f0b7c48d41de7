//! The flags of `hostile`, and the plan they become.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Refused, ServerArgs, Target, within};

/// More would only take longer: whoever is not stopped by then never is.
const MAX_GUESSES: usize = 20_000;

/// The flags of `hostile`.
#[derive(Debug, Args)]
pub struct HostileArgs {
    /// Which server.
    #[command(flatten)]
    pub server: ServerArgs,
    /// How many wrong links to try, at most 20,000.
    #[arg(long, default_value_t = 10_000)]
    pub guesses: usize,
    /// Milliseconds that each kind of forged media is sent, 200 to 5,000.
    #[arg(long, default_value_t = 1_500)]
    pub spell_ms: u64,
    /// The server's process, to judge how its memory grows under guessing.
    #[arg(long)]
    pub server_pid: Option<u32>,
    /// Wait for a link to expire, which takes a minute.
    #[arg(long)]
    pub expiry: bool,
    /// Decides SSRCs, starting sequence numbers and tones.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write the report as JSON to this file (`-`: to standard output, in place of the table).
    #[arg(long)]
    pub json: Option<PathBuf>,
}

/// A checked `hostile`.
#[derive(Debug, Clone)]
pub struct HostilePlan {
    /// The server.
    pub target: Target,
    /// The bearer secret.
    pub admin_secret: String,
    /// Wrong links to try.
    pub guesses: usize,
    /// How long each kind of forged media is sent.
    pub spell: Duration,
    /// The server's process, if it is known.
    pub server_pid: Option<u32>,
    /// Whether to wait for a link to expire.
    pub expiry: bool,
    /// Decides every choice that need not be secret.
    pub seed: u64,
}

impl HostileArgs {
    /// Checks every bound before a single packet leaves.
    pub fn plan(&self) -> Result<HostilePlan, Refused> {
        within("--guesses", self.guesses, 50, MAX_GUESSES)?;
        within("--spell-ms", self.spell_ms, 200, 5_000)?;
        let target = self.server.target()?;
        if !target.address.ip().is_loopback() {
            return Err(Refused(format!(
                "--server {}: attacks are only ever made on a loopback address",
                self.server.server
            )));
        }
        Ok(HostilePlan {
            target,
            admin_secret: self.server.admin_secret()?,
            guesses: self.guesses,
            spell: Duration::from_millis(self.spell_ms),
            server_pid: self.server_pid,
            expiry: self.expiry,
            seed: self.seed,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, UdpSocket};

    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Scenario};

    fn plan(arguments: &str) -> Result<HostilePlan, Refused> {
        let words = format!("nhipcau-loadtest hostile {arguments}");
        match Cli::try_parse_from(words.split_whitespace())
            .unwrap()
            .scenario
        {
            Scenario::Hostile(hostile) => hostile.plan(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn attacks_loopback_and_nothing_else() {
        let good = plan("--server http://127.0.0.1:1 --admin-secret s").unwrap();
        assert_eq!((good.guesses, good.expiry), (10_000, false));
        assert!(plan("--server http://192.0.2.1:80 --admin-secret s").is_err());
        // An address of this machine that others may reach, too, if it has any.
        let outward = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
            .and_then(|socket| socket.connect("192.0.2.1:9").and(socket.local_addr()));
        if let Ok(address) = outward
            && let IpAddr::V4(address) = address.ip()
            && !address.is_loopback()
        {
            let refusal =
                plan(&format!("--server http://{address}:80 --admin-secret s")).unwrap_err();
            assert!(
                refusal.0.contains("only ever made on a loopback"),
                "{refusal}"
            );
        }
    }

    #[test]
    fn names_the_bound_that_was_broken() {
        let base = "--server http://127.0.0.1:1 --admin-secret s";
        for (flags, bound) in [
            ("--guesses 20001", "50 to 20000"),
            ("--spell-ms 10", "200 to 5000"),
        ] {
            let refusal = plan(&format!("{base} {flags}")).unwrap_err();
            assert!(refusal.0.contains(bound), "{refusal}");
        }
        let refusal = plan("--server http://127.0.0.1:1").unwrap_err();
        assert!(refusal.0.contains("--admin-secret"), "{refusal}");
    }
}
