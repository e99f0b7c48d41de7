//! The flags of `churn`, and the plan they become.

use std::path::PathBuf;

use clap::Args;

use super::{Refused, ServerArgs, Target, within};

/// An hour of it on two cores.
const MAX_TIMES: usize = 10_000;
/// More at once only measures the bots.
const MAX_PARALLEL: usize = 16;

/// The flags of `churn`.
#[derive(Debug, Args)]
pub struct ChurnArgs {
    /// Which server.
    #[command(flatten)]
    pub server: ServerArgs,
    /// How often somebody joins, is let in, hears, and leaves; at most 10,000.
    #[arg(long, default_value_t = 1_000)]
    pub times: usize,
    /// How often before that, uncounted, so that buffers and caches have their size.
    #[arg(long, default_value_t = 200)]
    pub warm_up: usize,
    /// Rooms at once, at most 16.
    #[arg(long, default_value_t = 4)]
    pub rooms: usize,
    /// The server's process, to judge its file descriptors and its memory.
    #[arg(long)]
    pub server_pid: Option<u32>,
    /// By how many MB its memory may be larger afterwards.
    #[arg(long, default_value_t = 8)]
    pub tolerance_mb: u64,
    /// Decides SSRCs, starting sequence numbers and tones.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write the report as JSON to this file (`-`: to standard output, in place of the table).
    #[arg(long)]
    pub json: Option<PathBuf>,
}

/// A checked `churn`.
#[derive(Debug, Clone)]
pub struct ChurnPlan {
    /// The server.
    pub target: Target,
    /// The bearer secret.
    pub admin_secret: String,
    /// Counted visits.
    pub times: usize,
    /// Uncounted visits before them.
    pub warm_up: usize,
    /// Rooms at once.
    pub rooms: usize,
    /// The server's process, if it is known.
    pub server_pid: Option<u32>,
    /// By how many MB its memory may be larger afterwards; none judges no memory.
    pub tolerance_mb: Option<u64>,
    /// Decides every choice that need not be secret.
    pub seed: u64,
}

impl ChurnArgs {
    /// Checks every bound before a single packet leaves.
    pub fn plan(&self) -> Result<ChurnPlan, Refused> {
        within("--times", self.times, 1, MAX_TIMES)?;
        within("--warm-up", self.warm_up, 0, MAX_TIMES)?;
        within("--rooms", self.rooms, 1, MAX_PARALLEL)?;
        Ok(ChurnPlan {
            target: self.server.target()?,
            admin_secret: self.server.admin_secret()?,
            times: self.times,
            warm_up: self.warm_up,
            rooms: self.rooms,
            server_pid: self.server_pid,
            tolerance_mb: Some(self.tolerance_mb),
            seed: self.seed,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::cli::{Cli, Scenario};

    #[test]
    fn a_thousand_times_after_a_warm_up_and_never_without_bound() {
        let plan = |arguments: &str| {
            let base = "nhipcau-loadtest churn --server http://127.0.0.1:1 --admin-secret s";
            let words = format!("{base} {arguments}");
            match Cli::try_parse_from(words.split_whitespace())
                .unwrap()
                .scenario
            {
                Scenario::Churn(churn) => churn.plan(),
                other => panic!("{other:?}"),
            }
        };
        let usual = plan("").unwrap();
        assert_eq!((usual.times, usual.warm_up, usual.rooms), (1_000, 200, 4));
        for flags in ["--times 0", "--times 10001", "--rooms 17"] {
            assert!(plan(flags).is_err(), "{flags}");
        }
    }
}
