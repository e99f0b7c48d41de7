//! `nhipcau-loadtest`: makes the run that was typed, publishes its report, and exits with its verdict.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser as _;
use serde::Serialize;

use loadtest::cli::{Cli, LinkTask, Refused, Scenario};
use loadtest::link;
use loadtest::report::Told;
use loadtest::scenario::{call, churn, hostile};

/// The run was made and something in it failed.
const EXIT_FAILED: u8 = 1;
/// The command line cannot be obeyed (as clap has it).
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    match run(Cli::parse().scenario) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(EXIT_FAILED),
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

/// Whether the run passed, as far as that is asked.
fn run(scenario: Scenario) -> anyhow::Result<bool> {
    match scenario {
        Scenario::Call(typed) => {
            let plan = typed.plan()?;
            let report = bounded(call::longest(&plan), call::run(&plan))?;
            publish(&report, typed.json.as_deref())?;
            Ok(report.has_passed() || typed.allow_failures)
        }
        Scenario::Hostile(typed) => {
            let plan = typed.plan()?;
            let report = bounded(hostile::longest(&plan), hostile::run(&plan))?;
            publish(&report, typed.json.as_deref())?;
            Ok(report.has_passed())
        }
        Scenario::Churn(typed) => {
            let plan = typed.plan()?;
            let report = bounded(churn::longest(&plan), churn::run(&plan))?;
            publish(&report, typed.json.as_deref())?;
            Ok(report.has_passed())
        }
        Scenario::Link(typed) => match typed.plan()? {
            LinkTask::Run(plan) => link::run::run(&plan).map(|()| true),
            LinkTask::Calibrate => {
                let (has_passed, table) = link::calibrate::run()?;
                let mut out = std::io::stdout().lock();
                out.write_all(table.as_bytes()).context("standard output")?;
                Ok(has_passed)
            }
        },
    }
}

/// Makes a run that ends by itself, or is ended.
fn bounded<T>(
    longest: Duration,
    run: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("tokio runtime")?;
    runtime.block_on(async {
        tokio::time::timeout(longest, run)
            .await
            .with_context(|| format!("the run did not end within {longest:?}"))?
    })
}

fn publish(report: &(impl Told + Serialize), json: Option<&Path>) -> anyhow::Result<()> {
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
