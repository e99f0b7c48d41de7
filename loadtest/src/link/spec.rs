//! A link as it is written in JSON, and the checked shape it becomes.
//!
//! ```json
//! {"mtu": 1400,
//!  "up":   {"rate_kbps": 30, "queue_bytes": 15000, "delay_ms": 300, "jitter_ms": 100, "loss_percent": 1},
//!  "down": {"trace": "mast.txt", "queue_bytes": 15000, "loss_percent": 10, "burst_ms": 48},
//!  "outages": [{"mode": "hold", "at_s": 10, "length_s": 3, "every_s": 20}]}
//! ```
//!
//! A direction needs `queue_bytes` and one of `rate_kbps` and `trace`; the rest is 0 unless given. `trace` is a file
//! (formats: [`super::trace`]) or one of the generated ones, `evdo-like` and `umts-like` ([`super::synthetic`]).
//! With `burst_ms`, loss comes in fades of that mean length instead of packet by packet. `outages` of the link hold
//! for both directions; a direction may have further ones.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::emulator::Way;
use super::shape::{BitRate, Loss, Outage, OutageMode, Rate, Shape};
use super::synthetic::Terrain;
use super::trace::Trace;

/// Bytes of the largest packet, unless said otherwise: what a mobile network's tunnels leave of 1,500.
pub const DEFAULT_MTU: u16 = 1_400;

/// Why a link cannot be: names the value and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(pub String);

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}

/// A whole link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// Bytes of the largest packet.
    #[serde(default = "default_mtu")]
    pub mtu: u16,
    /// From inside to outside.
    pub up: WaySpec,
    /// From outside to inside.
    pub down: WaySpec,
    /// Of both directions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outages: Vec<OutageSpec>,
}

fn default_mtu() -> u16 {
    DEFAULT_MTU
}

/// One direction; also the change of one, where what is not given stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaySpec {
    /// Steady rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_kbps: Option<f64>,
    /// Rate over time, in place of a steady one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// Room of the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_bytes: Option<u32>,
    /// One way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<f64>,
    /// Up to this much more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_ms: Option<f64>,
    /// Share of packets lost on the air.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_percent: Option<f64>,
    /// Mean length of a fade; 0 means that packets are lost one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst_ms: Option<f64>,
    /// Of this direction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outages: Option<Vec<OutageSpec>>,
}

/// An outage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutageSpec {
    /// What becomes of packets.
    pub mode: OutageMode,
    /// When it first begins, from the start of the schedule.
    pub at_s: f64,
    /// How long it lasts.
    pub length_s: f64,
    /// It begins again this long after it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_s: Option<f64>,
}

impl LinkSpec {
    /// Reads and checks a link.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        serde_json::from_str(text).map_err(|error| Invalid(error.to_string()))
    }

    /// One direction as it is written.
    pub fn way_mut(&mut self, way: Way) -> &mut WaySpec {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    /// One direction, checked; reads its trace. The seed makes a generated trace.
    pub fn shape(&self, way: Way, seed: u64) -> Result<Shape, Invalid> {
        within("mtu", self.mtu, 576, 1_500)?;
        let spec = match way {
            Way::Up => &self.up,
            Way::Down => &self.down,
        };
        let own = spec.outages.iter().flatten();
        let outages = self
            .outages
            .iter()
            .chain(own)
            .map(OutageSpec::outage)
            .collect::<Result<_, _>>()?;
        let queue_bytes = spec
            .queue_bytes
            .ok_or_else(|| Invalid("queue_bytes is missing".into()))?;
        // A queue that has no room for one packet would pass none.
        within("queue_bytes", queue_bytes, u32::from(self.mtu), 10_000_000)?;
        Ok(Shape {
            rate: spec.rate(way, seed)?,
            queue_bytes: queue_bytes as usize,
            delay: milliseconds("delay_ms", spec.delay_ms, 10_000.0)?,
            jitter: milliseconds("jitter_ms", spec.jitter_ms, 5_000.0)?,
            loss: spec.loss()?,
            outages,
        })
    }
}

impl WaySpec {
    /// This with what a change gives. A rate replaces a trace and the other way round.
    #[must_use]
    pub fn changed(&self, change: &Self) -> Self {
        let mut changed = self.clone();
        if change.rate_kbps.is_some() || change.trace.is_some() {
            changed.rate_kbps = change.rate_kbps;
            changed.trace.clone_from(&change.trace);
        }
        changed.queue_bytes = change.queue_bytes.or(self.queue_bytes);
        changed.delay_ms = change.delay_ms.or(self.delay_ms);
        changed.jitter_ms = change.jitter_ms.or(self.jitter_ms);
        changed.loss_percent = change.loss_percent.or(self.loss_percent);
        changed.burst_ms = change.burst_ms.or(self.burst_ms);
        changed.outages = change.outages.clone().or_else(|| self.outages.clone());
        changed
    }

    fn rate(&self, way: Way, seed: u64) -> Result<Rate, Invalid> {
        match (self.rate_kbps, self.trace.as_deref()) {
            (Some(kilobits), None) => {
                within("rate_kbps", kilobits, 1.0, 100_000.0)?;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "1,000 to 100,000,000, checked above"
                )]
                let bits = (kilobits * 1_000.0).round() as u64;
                Ok(Rate::Steady(BitRate::bps(bits)))
            }
            (None, Some(name)) => {
                let trace = match Terrain::named(name) {
                    Some(terrain) => terrain.trace(seed, way as usize),
                    None => read_trace(name)?,
                };
                Ok(Rate::Traced(Arc::new(trace)))
            }
            (None, None) => Err(Invalid("one of rate_kbps and trace is needed".into())),
            (Some(_), Some(_)) => Err(Invalid("rate_kbps and trace exclude each other".into())),
        }
    }

    fn loss(&self) -> Result<Loss, Invalid> {
        let percent = self.loss_percent.unwrap_or(0.0);
        within("loss_percent", percent, 0.0, 90.0)?;
        let share = percent / 100.0;
        let mean = milliseconds("burst_ms", self.burst_ms, 10_000.0)?;
        Ok(if mean.is_zero() || share == 0.0 {
            Loss::Random { share }
        } else {
            Loss::Fades { share, mean }
        })
    }
}

impl OutageSpec {
    fn outage(&self) -> Result<Outage, Invalid> {
        within("at_s", self.at_s, 0.0, 86_400.0)?;
        within("length_s", self.length_s, 0.001, 3_600.0)?;
        if let Some(every) = self.every_s {
            within("every_s", every, self.length_s + 0.001, 86_400.0)?;
        }
        Ok(Outage {
            mode: self.mode,
            at: Duration::from_secs_f64(self.at_s),
            length: Duration::from_secs_f64(self.length_s),
            every: self.every_s.map(Duration::from_secs_f64),
        })
    }
}

fn read_trace(path: &str) -> Result<Trace, Invalid> {
    let text =
        std::fs::read_to_string(path).map_err(|error| Invalid(format!("trace {path}: {error}")))?;
    Trace::parse(&text).map_err(|error| Invalid(format!("trace {path}: {error}")))
}

/// A time in milliseconds; zero if it is not given.
fn milliseconds(name: &str, value: Option<f64>, most: f64) -> Result<Duration, Invalid> {
    let value = value.unwrap_or(0.0);
    within(name, value, 0.0, most)?;
    Ok(Duration::from_secs_f64(value / 1_000.0))
}

/// Refuses what is outside of the bounds, and what is no number.
pub(super) fn within<T: PartialOrd + std::fmt::Display + Copy>(
    name: &str,
    value: T,
    low: T,
    high: T,
) -> Result<(), Invalid> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(Invalid(format!(
            "{name} is {value}: {low} to {high} are allowed"
        )))
    }
}

#[cfg(test)]
mod tests;
