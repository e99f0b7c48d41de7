//! `nhipcau-loadtest`: bots of a second WebRTC implementation that call a server and judge it.
//!
//! Reading order: `cli` (what was typed) → `scenario::call` (the run) → `bot` (one participant:
//! `join`, `media`, `listen`, `socket`) → `scenario::verdict` → `report`. The crate knows the
//! server by its wire only (`protocol`), never by its types.

mod bot;
mod chance;
mod cli;
mod http;
mod protocol;
mod report;
mod scenario;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use cli::{CallArgs, Cli, Refused, Scenario};
use report::Report;

/// The run was made and something in it failed.
const EXIT_FAILED: u8 = 1;
/// The command line cannot be obeyed (as clap has it).
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let Cli {
        scenario: Scenario::Call(call),
    } = Cli::parse();
    match run(&call) {
        Ok(report) if report.has_passed() || call.allow_failures => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(EXIT_FAILED),
        Err(error) => {
            eprintln!("nhipcau-loadtest: {error:#}");
            ExitCode::from(if error.is::<Refused>() {
                EXIT_USAGE
            } else {
                EXIT_FAILED
            })
        }
    }
}

fn run(call: &CallArgs) -> anyhow::Result<Report> {
    let plan = call.plan()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("tokio runtime")?;
    let report = runtime.block_on(async {
        let longest = scenario::call::longest(&plan);
        tokio::time::timeout(longest, scenario::call::run(&plan))
            .await
            .with_context(|| format!("the run did not end within {longest:?}"))?
    })?;
    publish(&report, call.json.as_deref())?;
    Ok(report)
}

fn publish(report: &Report, json: Option<&Path>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let Some(path) = json else {
        return out
            .write_all(report.table().as_bytes())
            .context("standard output");
    };
    let text = serde_json::to_string_pretty(report)?;
    if path == Path::new("-") {
        return writeln!(out, "{text}").context("standard output");
    }
    std::fs::write(path, text + "\n")
        .with_context(|| format!("cannot write {}", path.display()))?;
    out.write_all(report.table().as_bytes())
        .context("standard output")
}
