//! Join, be let in, hear, leave, many times over: everything the server holds must come back.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::rooms::Rented;
use crate::bot::enter::Key;
use crate::bot::listen::LaneReport;
use crate::bot::person::{Body, Person};
use crate::bot::stats::Kind;
use crate::bot::tone::TONES;
use crate::chance::Chance;
use crate::cli::ChurnPlan;
use crate::http::{Client, Failure};
use crate::protocol::ClientMessage;
use crate::report::Told;
use crate::server::{Figures, Process};

/// One who lets in, and as many as a room may have beside.
const ROLES: [&str; 8] = [
    "practitioner",
    "patient",
    "companion",
    "companion",
    "companion",
    "observer",
    "observer",
    "companion",
];
/// Packets of voice that a visitor hears before it leaves: 0.8 s, more than the ear's half second.
const HEARD: u64 = 40;
/// Nothing in a visit takes this long.
const VISIT: Duration = Duration::from_secs(30);
/// How long the server may take to come to rest: longer than it repeats an answer to an attempt.
const REST: Duration = Duration::from_secs(75);
/// Beyond it the run is over: the server is broken, or the machine is.
const MAX_FAILURES: usize = 20;

/// What a run found.
#[derive(Debug, Serialize)]
pub struct ChurnReport {
    /// Visits that were counted.
    pub visits: usize,
    /// Visits before them.
    pub warm_up: usize,
    /// Rooms made for all of them.
    pub rooms: usize,
    /// How long the counted ones took.
    pub seconds: f64,
    /// How long after the last one the server held no more than before.
    pub rest_seconds: f64,
    /// Before and after: every gauge.
    pub gauges: [BTreeMap<String, f64>; 2],
    /// Before and after: the process.
    pub process: Option<[Process; 2]>,
    /// What went wrong; empty means the run passed.
    pub failures: Vec<String>,
}

impl Told for ChurnReport {
    fn has_passed(&self) -> bool {
        self.failures.is_empty()
    }

    fn table(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "visits                {} in {:.1} s, {} rooms, after {} to warm up",
            self.visits, self.seconds, self.rooms, self.warm_up
        );
        let [before, after] = &self.gauges;
        for (name, now) in after {
            let then = before.get(name).copied().unwrap_or_default();
            let _ = writeln!(out, "{name:<34}{then:>8} → {now}");
        }
        if let Some([before, after]) = &self.process {
            let _ = writeln!(
                out,
                "{:<34}{:>8} → {}\n{:<34}{:>8} → {}\n{:<34}{:>8} → {}",
                "file descriptors",
                before.descriptors,
                after.descriptors,
                "threads",
                before.threads,
                after.threads,
                "resident kB",
                before.resident_kb,
                after.resident_kb
            );
        }
        let _ = writeln!(
            out,
            "at rest               {:.1} s after the last visit",
            self.rest_seconds
        );
        for failure in &self.failures {
            let _ = writeln!(out, "FAILED                {failure}");
        }
        out
    }
}

/// Makes the visits and compares the server before and after.
pub async fn run(plan: &ChurnPlan) -> anyhow::Result<ChurnReport> {
    let client = Client::new(plan.target.clone())?;
    let warm_up = visits(&client, plan, plan.warm_up, 0).await?;
    let (_, before) = at_rest(&client, plan, None).await?;
    let started_at = Instant::now();
    let counted = visits(&client, plan, plan.times, warm_up.rooms).await?;
    let seconds = started_at.elapsed().as_secs_f64();
    let (rest, after) = at_rest(&client, plan, Some(&before)).await?;

    let mut failures = warm_up.failures;
    failures.extend(counted.failures);
    failures.extend(judge(&before, &after, plan.tolerance_mb));
    Ok(ChurnReport {
        visits: counted.visits,
        warm_up: warm_up.visits,
        rooms: warm_up.rooms + counted.rooms,
        seconds,
        rest_seconds: rest.as_secs_f64(),
        process: before.process.zip(after.process).map(<[Process; 2]>::from),
        gauges: [before.figures.gauges, after.figures.gauges],
        failures,
    })
}

/// The server at one moment.
struct Seen {
    figures: Figures,
    process: Option<Process>,
}

/// Looks at the server until it holds no more than `before`, or, without that, until nobody is there.
async fn at_rest(
    client: &Client,
    plan: &ChurnPlan,
    before: Option<&Seen>,
) -> anyhow::Result<(Duration, Seen)> {
    let since = Instant::now();
    loop {
        let seen = Seen {
            figures: Figures::read(client)
                .await
                .map_err(|failure| anyhow::anyhow!("/metrics: {}", failure.code))?,
            process: plan.server_pid.map(Process::read).transpose()?,
        };
        let is_at_rest = match before {
            Some(before) => judge(before, &seen, plan.tolerance_mb).is_empty(),
            None => is_empty(&seen.figures),
        };
        if is_at_rest || since.elapsed() > REST {
            return Ok((since.elapsed(), seen));
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// Nothing is held, as far as the names of the gauges tell; what always is there counts shards.
fn is_empty(figures: &Figures) -> bool {
    let held = figures
        .gauges
        .iter()
        .filter(|(name, _)| !name.contains("shards"));
    held.into_iter().all(|(_, value)| *value == 0.0)
}

/// What is not as it was.
fn judge(before: &Seen, after: &Seen, tolerance_mb: Option<u64>) -> Vec<String> {
    let mut failures = after.figures.unlike(&before.figures);
    if let (Some(before), Some(after)) = (before.process, after.process) {
        if after.descriptors > before.descriptors {
            let (before, after) = (before.descriptors, after.descriptors);
            failures.push(format!("file descriptors: {before} → {after}"));
        }
        if after.threads > before.threads {
            failures.push(format!("threads: {} → {}", before.threads, after.threads));
        }
        let grown = after.resident_kb.saturating_sub(before.resident_kb);
        if let Some(tolerance) = tolerance_mb
            && grown > tolerance * 1_024
        {
            failures.push(format!("memory grew by {grown} kB, {tolerance} MB at most"));
        }
    }
    failures
}

/// What became of some visits.
#[derive(Debug, Default)]
struct Tally {
    rooms: usize,
    visits: usize,
    failures: Vec<String>,
}

/// So many visits in rooms of their own, several at once; `first` is the number of the first room.
async fn visits(
    client: &Client,
    plan: &ChurnPlan,
    times: usize,
    first: usize,
) -> anyhow::Result<Tally> {
    let left = Arc::new(AtomicUsize::new(times));
    let (number, failed) = (
        Arc::new(AtomicUsize::new(first)),
        Arc::<AtomicUsize>::default(),
    );
    let mut workers = JoinSet::new();
    for _ in 0..plan.rooms {
        let (client, plan) = (client.clone(), plan.clone());
        let (left, number, failed) = (Arc::clone(&left), Arc::clone(&number), Arc::clone(&failed));
        workers.spawn(async move {
            let mut tally = Tally::default();
            let take = |left: usize| (left > 0).then(|| left.saturating_sub(ROLES.len() - 1));
            while failed.load(Ordering::Relaxed) < MAX_FAILURES
                && let Ok(before) = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            {
                let room = Visited {
                    client: &client,
                    admin_secret: &plan.admin_secret,
                    tones: &TONES.into(),
                    number: number.fetch_add(1, Ordering::Relaxed),
                    seed: plan.seed,
                };
                tally.rooms += 1;
                let outcome = room.receive(before.min(ROLES.len() - 1), &mut tally.visits);
                if let Err(failure) = outcome.await {
                    failed.fetch_add(1, Ordering::Relaxed);
                    let number = room.number + 1;
                    tally.failures.push(format!("room {number}: {failure}"));
                }
            }
            tally
        });
    }
    let mut sum = Tally::default();
    while let Some(worker) = workers.join_next().await {
        let tally = worker.context("a bot panicked")?;
        sum.rooms += tally.rooms;
        sum.visits += tally.visits;
        sum.failures.extend(tally.failures);
    }
    if sum.visits < times {
        let made = sum.visits;
        sum.failures
            .push(format!("only {made} of {times} visits were made"));
    }
    Ok(sum)
}

/// One room, its practitioner, and one visitor after the other.
struct Visited<'a> {
    client: &'a Client,
    admin_secret: &'a str,
    tones: &'a Arc<[u16]>,
    number: usize,
    seed: u64,
}

impl Visited<'_> {
    fn body(&self, bot: usize) -> Body {
        let tone = crate::bot::tone::tone_of(self.seed, self.number, bot);
        let chance = Chance::new(self.seed, self.number, bot);
        Body::new(tone, self.tones, chance)
    }

    /// So many visitors, one after the other; each adds one to `visits` when it has left.
    async fn receive(&self, visitors: usize, visits: &mut usize) -> Result<(), Failure> {
        let roles = ROLES.get(..=visitors).unwrap_or(&ROLES);
        let room = Rented::open(self.client, self.admin_secret, roles).await?;
        let received = self.receive_in(&room, visits).await;
        room.end().await?;
        received
    }

    async fn receive_in(&self, room: &Rented, visits: &mut usize) -> Result<(), Failure> {
        let host = Key::Link(room.link(1)?);
        let mut host = Person::come(self.client, host, self.body(0)).await?;
        host.talk().await?;
        for (index, link) in room.links.iter().enumerate().skip(1) {
            timeout(VISIT, self.visit(&mut host, link, index))
                .await
                .map_err(|_| Failure::new("timeout", format!("visitor {index}")))??;
            *visits += 1;
        }
        let heard = host.leave().await?;
        let stranger = heard.lanes.iter().find(|lane| lane.ownerless > 0);
        stranger.map_or(Ok(()), |lane| {
            let what = format!("{} packets in a slot of nobody", lane.ownerless);
            Err(Failure::new("heard_wrongly", what))
        })
    }

    async fn visit(&self, host: &mut Person, link: &str, index: usize) -> Result<(), Failure> {
        let mut visitor = Person::come(self.client, Key::Link(link), self.body(index)).await?;
        host.sees_waiting(visitor.seat).await?;
        let admit = ClientMessage::Admit { seat: visitor.seat };
        host.wire.say(admit).await?;
        visitor.let_in().await?;
        visitor.talk().await?;
        visitor.body.hearing.meter.reaches(HEARD).await;
        let heard = visitor.leave().await?;
        if !heard.lanes.iter().any(|lane| is_voice_of(lane, host)) {
            let what = format!(
                "visitor {index} did not hear the practitioner alone: {:?}",
                heard.lanes
            );
            return Err(Failure::new("heard_wrongly", what));
        }
        Ok(())
    }
}

fn is_voice_of(lane: &LaneReport, host: &Person) -> bool {
    lane.lane.kind == Kind::Audio
        && lane
            .stays
            .iter()
            .any(|stay| stay.owner.seat == host.seat && stay.tally.is_only(host.body.tone))
}

/// How long a run of this plan may take at most, for the caller that bounds it.
pub fn longest(plan: &ChurnPlan) -> Duration {
    let visits = plan.times + plan.warm_up;
    let rounds = visits.div_ceil(plan.rooms) + ROLES.len();
    // A visit takes 1.2 s where the machine is not the limit.
    Duration::from_secs(6) * u32::try_from(rounds).unwrap_or(u32::MAX) + 2 * REST
}
