//! Whether the link with real devices does what its model says: UDP through it, measured against theory.
//!
//! Every case has a link process of its own between the same two namespaces, all at once. What is judged is the
//! median, the mean or the sum of many packets, so that a machine which is busy for a moment fails nobody; how late
//! the emulator itself was at worst is told below the table.

mod bench;
mod cases;
mod figures;
mod theory;

use std::fmt::Write as _;

use anyhow::Context as _;

use bench::Grounds;
use figures::Row;

/// Runs every case. Gives back whether all were within their tolerance, and the table.
pub fn run() -> anyhow::Result<(bool, String)> {
    // Senders and receivers must not wait for others either, or they would measure the scheduler.
    super::run::hurry();
    let grounds = Grounds::open().context("a calibration needs two network namespaces")?;
    let measured: Vec<(String, anyhow::Result<cases::Measured>)> = std::thread::scope(|scope| {
        let running: Vec<_> = cases::all()
            .into_iter()
            .map(|case| {
                (
                    case.name(),
                    scope.spawn(|| {
                        let case = case;
                        case.measure(&grounds)
                    }),
                )
            })
            .collect();
        let end = |run: std::thread::ScopedJoinHandle<'_, _>| {
            run.join()
                .unwrap_or_else(|_| Err(anyhow::anyhow!("it panicked")))
        };
        running
            .into_iter()
            .map(|(name, run)| (name, end(run)))
            .collect()
    });
    let mut rows = Vec::new();
    let mut latest: f64 = 0.0;
    for (name, case) in measured {
        let case = case.with_context(|| format!("case {name}"))?;
        latest = latest.max(case.late_max_ms);
        rows.extend(case.rows);
    }
    let mut text = Row::table(&rows);
    let outside = rows.iter().filter(|row| !row.is_within()).count();
    let verdict = if outside == 0 {
        "all within tolerance".to_owned()
    } else {
        format!("{outside} outside")
    };
    writeln!(
        text,
        "{} figures, {verdict}; the emulator was {latest:.1} ms late at worst",
        rows.len()
    )?;
    Ok((outside == 0, text))
}
