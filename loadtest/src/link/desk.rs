//! Who is asked about the link, and told how to change it: one line of JSON in, one out.
//!
//! | request | does | answer |
//! |---|---|---|
//! | `{"cmd":"link"}` | – | `link`: as in [`super::spec`], `seed` |
//! | `{"cmd":"set","direction":"up","to":{"rate_kbps":20}}` | changes what `to` names; `direction` is `up`, `down` or `both` (if left out) | `link` |
//! | `{"cmd":"outage","direction":"both","mode":"hold","seconds":3}` | begins an outage now, whatever the schedule says; without `seconds` it lasts | – |
//! | `{"cmd":"end_outage","direction":"both"}` | ends the one begun by `outage` | – |
//! | `{"cmd":"restart_schedule"}` | scheduled outages and traces start over, now | – |
//! | `{"cmd":"stats"}` | – | [`Stats`]: totals since the start |
//! | `{"cmd":"series","from_ms":0}` | – | [`SeriesAnswer`]: bins of 100 ms from `from_ms` (0 if left out), an hour at most |
//!
//! Every answer has `ok`; one with `"ok":false` has `error`, and nothing was changed.
//!
//! Packets wait while an answer is written: a series of minutes is for the end of a run, or in parts by `from_ms`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::emulator::{Emulator, Way};
use super::ledger::{Accounts, Connection, Reports, Stream, milliseconds};
use super::series::{BIN, Columns, as_ms};
use super::shape::OutageMode;
use super::spec::{Invalid, LinkSpec, WaySpec, within};

/// Longer than any run.
const FOR_EVER: Duration = Duration::from_hours(365 * 24);

/// The link and how it was asked for.
#[derive(Debug)]
pub struct Desk {
    /// The link.
    pub emulator: Emulator,
    /// Packets that a device did not take, because it is down.
    pub undeliverable: u64,
    spec: LinkSpec,
    seed: u64,
    started_unix_ms: u64,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Side {
    Up,
    Down,
    #[default]
    Both,
}

impl Side {
    const fn ways(self) -> &'static [Way] {
        match self {
            Self::Up => &[Way::Up],
            Self::Down => &[Way::Down],
            Self::Both => &Way::BOTH,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(tag = "cmd", rename_all = "snake_case", deny_unknown_fields)]
enum Request {
    Link,
    Set {
        #[serde(default)]
        direction: Side,
        to: WaySpec,
    },
    Outage {
        #[serde(default)]
        direction: Side,
        mode: OutageMode,
        seconds: Option<f64>,
    },
    EndOutage {
        #[serde(default)]
        direction: Side,
    },
    RestartSchedule,
    Stats,
    Series {
        #[serde(default)]
        from_ms: u64,
    },
}

#[derive(Serialize)]
struct Answer<T> {
    ok: bool,
    #[serde(flatten)]
    body: T,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Failure {
    error: String,
}

#[derive(Serialize)]
struct LinkAnswer<'a> {
    link: &'a LinkSpec,
    seed: u64,
}

/// Totals since the link came up.
#[derive(Debug, Serialize)]
pub struct Stats<'a> {
    /// Since the link came up.
    pub elapsed_ms: u64,
    /// When it came up, in milliseconds since 1970: to lay these times over those of a browser.
    pub started_unix_ms: u64,
    /// By how much the emulator itself was late at worst; more than a few milliseconds: the machine was starved.
    pub late_max_ms: f64,
    /// Packets that a device did not take, because it is down.
    pub undeliverable: u64,
    /// From inside to outside.
    pub up: WayStats<'a>,
    /// From outside to inside.
    pub down: WayStats<'a>,
    /// TCP, by ports.
    pub connections: Vec<&'a Connection>,
    /// RTP, by stream and payload type.
    pub streams: Vec<&'a Stream>,
    /// RTCP, by type.
    pub reports: Vec<&'a Reports>,
}

/// One direction's totals.
#[derive(Debug, Serialize)]
pub struct WayStats<'a> {
    /// What became of its packets, together and by class.
    #[serde(flatten)]
    pub accounts: &'a Accounts,
    /// How long packets waited before their first bit was sent, on average.
    pub queue_mean_ms: f64,
    /// The longest such wait.
    pub queue_max_ms: f64,
    /// Bytes that wait now.
    pub backlog_bytes: usize,
    /// The outage that lasts now.
    pub outage_now: Option<OutageMode>,
}

/// What passed when. Lists of numbers, one a bin; a direction's end with the last thing that happened in it.
#[derive(Debug, Serialize)]
pub struct SeriesAnswer {
    /// Length of a bin.
    pub bin_ms: u64,
    /// As in [`Stats`].
    pub started_unix_ms: u64,
    /// Uplink.
    pub up: Run,
    /// Downlink.
    pub down: Run,
}

/// Consecutive bins.
#[derive(Debug, Serialize)]
pub struct Run {
    /// When the first of them begins.
    pub first_ms: u64,
    /// What they hold.
    #[serde(flatten)]
    pub columns: Columns,
}

impl Desk {
    /// An idle link that comes up now.
    pub fn open(spec: LinkSpec, seed: u64, started_unix_ms: u64) -> Result<Self, Invalid> {
        let emulator = Emulator::new(
            spec.shape(Way::Up, seed)?,
            spec.shape(Way::Down, seed)?,
            seed,
        );
        Ok(Self {
            emulator,
            undeliverable: 0,
            spec,
            seed,
            started_unix_ms,
        })
    }

    /// Does what a line asks for. The answer has no line break.
    pub fn answer(&mut self, now: Duration, line: &str) -> String {
        let answered = serde_json::from_str(line)
            .map_err(|error| Invalid(format!("not a request: {error}")))
            .and_then(|request| self.obey(now, request));
        answered.unwrap_or_else(|Invalid(error)| told(false, Failure { error }))
    }

    fn obey(&mut self, now: Duration, request: Request) -> Result<String, Invalid> {
        match request {
            Request::Link => {}
            Request::Set { direction, to } => self.set(now, direction, &to)?,
            Request::Outage {
                direction,
                mode,
                seconds,
            } => {
                if let Some(seconds) = seconds {
                    within("seconds", seconds, 0.001, 3_600.0)?;
                }
                let until = now + seconds.map_or(FOR_EVER, Duration::from_secs_f64);
                for way in direction.ways() {
                    self.emulator.begin_outage(*way, now, mode, until);
                }
                return Ok(told(true, Nothing {}));
            }
            Request::EndOutage { direction } => {
                for way in direction.ways() {
                    self.emulator.end_outage(*way, now);
                }
                return Ok(told(true, Nothing {}));
            }
            Request::RestartSchedule => {
                self.emulator.restart_schedule(now);
                return Ok(told(true, Nothing {}));
            }
            Request::Stats => return Ok(told(true, self.stats(now))),
            Request::Series { from_ms } => {
                return Ok(told(true, self.series(Duration::from_millis(from_ms))));
            }
        }
        Ok(told(
            true,
            LinkAnswer {
                link: &self.spec,
                seed: self.seed,
            },
        ))
    }

    /// All of it, or nothing.
    fn set(&mut self, now: Duration, direction: Side, to: &WaySpec) -> Result<(), Invalid> {
        let mut spec = self.spec.clone();
        for way in direction.ways() {
            let changed = spec.way_mut(*way).changed(to);
            *spec.way_mut(*way) = changed;
        }
        let shapes = direction
            .ways()
            .iter()
            .map(|way| spec.shape(*way, self.seed))
            .collect::<Result<Vec<_>, _>>()?;
        for (way, shape) in direction.ways().iter().zip(shapes) {
            self.emulator.reshape(*way, now, shape);
        }
        self.spec = spec;
        Ok(())
    }

    /// Totals since the start.
    pub fn stats(&self, now: Duration) -> Stats<'_> {
        let latest = Way::BOTH
            .map(|way| self.emulator.waits(way).latest)
            .into_iter()
            .max();
        let ledger = self.emulator.ledger();
        Stats {
            elapsed_ms: milliseconds(now),
            started_unix_ms: self.started_unix_ms,
            late_max_ms: in_ms(latest.unwrap_or_default()),
            undeliverable: self.undeliverable,
            up: self.way_stats(Way::Up),
            down: self.way_stats(Way::Down),
            connections: ledger.connections().collect(),
            streams: ledger.streams().collect(),
            reports: ledger.reports().collect(),
        }
    }

    fn way_stats(&self, way: Way) -> WayStats<'_> {
        let waits = self.emulator.waits(way);
        let (backlog_bytes, outage_now) = self.emulator.standing(way);
        let mean = waits
            .total
            .as_nanos()
            .checked_div(u128::from(waits.packets))
            .unwrap_or(0);
        WayStats {
            accounts: self.emulator.ledger().accounts(way),
            queue_mean_ms: in_ms(Duration::from_nanos(
                u64::try_from(mean).unwrap_or(u64::MAX),
            )),
            queue_max_ms: in_ms(waits.longest),
            backlog_bytes,
            outage_now,
        }
    }

    fn series(&self, from: Duration) -> SeriesAnswer {
        let run = |way| {
            let (first_ms, columns) = self.emulator.series(way).columns(from);
            Run { first_ms, columns }
        };
        SeriesAnswer {
            bin_ms: milliseconds(BIN),
            started_unix_ms: self.started_unix_ms,
            up: run(Way::Up),
            down: run(Way::Down),
        }
    }
}

fn in_ms(time: Duration) -> f64 {
    as_ms(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
}

fn told(ok: bool, body: impl Serialize) -> String {
    serde_json::to_string(&Answer { ok, body })
        .unwrap_or_else(|error| format!("{{\"ok\":false,\"error\":\"{error}\"}}"))
}

#[cfg(test)]
mod tests;
