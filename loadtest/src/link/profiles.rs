//! The links on which the project is judged.

use super::shape::OutageMode;
use super::spec::{DEFAULT_MTU, LinkSpec, OutageSpec, WaySpec};

/// How fast a direction of a profile is.
#[derive(Debug, Clone, Copy)]
enum Speed {
    Kbps(u32),
    Trace(&'static str),
}
use Speed::{Kbps, Trace};

/// One row of the table.
#[derive(Debug)]
struct Profile {
    id: &'static str,
    what: &'static str,
    down: Speed,
    up: Speed,
    /// Without queues and jitter; half of it each way.
    round_trip_ms: u32,
    /// Each way.
    jitter_ms: u32,
    /// Each way.
    loss_percent: f64,
    /// Mean fade; 0 loses packet by packet.
    burst_ms: f64,
    down_queue: u32,
    up_queue: u32,
    outages: &'static [Interruption],
}

#[derive(Debug)]
struct Interruption {
    mode: OutageMode,
    at_s: u32,
    length_s: u32,
    every_s: Option<u32>,
}

/// A row without outages.
const PLAIN: Profile = Profile {
    id: "",
    what: "",
    down: Kbps(0),
    up: Kbps(0),
    round_trip_ms: 0,
    jitter_ms: 0,
    loss_percent: 0.0,
    burst_ms: 0.0,
    down_queue: 0,
    up_queue: 0,
    outages: &[],
};

/// Three packets in a row at 20 ms, the packet time of a browser that nobody tells otherwise, and 10 % loss: with
/// `shape::mean_fade_of`, 48.0 ms. A sender of longer packets meets the same fades with fewer of them, as on a radio.
pub const THREE_PACKETS_MS: f64 = 48.0;

#[rustfmt::skip]
const PROFILES: &[Profile] = &[
    Profile { id: "V0", what: "a good link", down: Kbps(4_000), up: Kbps(2_000), round_trip_ms: 60, down_queue: 200_000, up_queue: 200_000, ..PLAIN },
    Profile { id: "V1", what: "the last bar of 2G", down: Kbps(20), up: Kbps(20), round_trip_ms: 700, jitter_ms: 50, loss_percent: 2.0, down_queue: 12_000, up_queue: 12_000, ..PLAIN },
    Profile { id: "V2", what: "like EDGE", down: Kbps(40), up: Kbps(30), round_trip_ms: 600, jitter_ms: 100, loss_percent: 1.0, down_queue: 15_000, up_queue: 15_000, ..PLAIN },
    Profile { id: "V3", what: "weak 3G", down: Kbps(150), up: Kbps(64), round_trip_ms: 400, jitter_ms: 100, loss_percent: 1.0, down_queue: 32_000, up_queue: 32_000, ..PLAIN },
    Profile { id: "V4", what: "3G with a queue of eight seconds", down: Kbps(300), up: Kbps(100), round_trip_ms: 300, jitter_ms: 60, loss_percent: 0.5, down_queue: 100_000, up_queue: 100_000, ..PLAIN },
    Profile { id: "V5", what: "LTE's edge, which holds", down: Kbps(400), up: Kbps(80), round_trip_ms: 90, jitter_ms: 120, loss_percent: 1.0, down_queue: 60_000, up_queue: 20_000,
        outages: &[Interruption { mode: OutageMode::Hold, at_s: 10, length_s: 3, every_s: Some(20) }], ..PLAIN },
    Profile { id: "V6", what: "LTE that drops out", down: Kbps(800), up: Kbps(200), round_trip_ms: 100, jitter_ms: 30, loss_percent: 0.5, down_queue: 60_000, up_queue: 30_000,
        outages: &[
            Interruption { mode: OutageMode::Drop, at_s: 30, length_s: 8, every_s: None },
            Interruption { mode: OutageMode::Drop, at_s: 60, length_s: 25, every_s: None },
        ], ..PLAIN },
    Profile { id: "V7", what: "loss in bursts", down: Kbps(200), up: Kbps(200), round_trip_ms: 200, jitter_ms: 40, loss_percent: 10.0, burst_ms: THREE_PACKETS_MS, down_queue: 32_000, up_queue: 32_000, ..PLAIN },
    Profile { id: "V8", what: "on the move", down: Trace("evdo-like"), up: Trace("umts-like"), round_trip_ms: 200, jitter_ms: 30, loss_percent: 0.5, down_queue: 60_000, up_queue: 30_000, ..PLAIN },
];

/// Their names, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|profile| profile.id)
}

/// The link of that name; nothing if there is none.
pub fn named(id: &str) -> Option<LinkSpec> {
    PROFILES
        .iter()
        .find(|profile| profile.id == id)
        .map(Profile::spec)
}

/// All of them as text, a line each, for the help.
pub fn table() -> String {
    PROFILES.iter().map(Profile::to_string).collect()
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            id,
            what,
            down,
            up,
            round_trip_ms,
            jitter_ms,
            loss_percent,
            burst_ms,
            ..
        } = self;
        write!(f, "{id}  {what:<33}{down}/{up}, {round_trip_ms} ms")?;
        if *jitter_ms > 0 {
            write!(f, " + {jitter_ms} ms")?;
        }
        if *loss_percent > 0.0 {
            write!(f, ", {loss_percent} %")?;
        }
        if *burst_ms > 0.0 {
            write!(f, " in fades of {burst_ms} ms")?;
        }
        write!(
            f,
            ", {}/{} kB",
            self.down_queue / 1_000,
            self.up_queue / 1_000
        )?;
        for outage in self.outages {
            let mode = match outage.mode {
                OutageMode::Hold => "holds",
                OutageMode::Drop => "drops",
            };
            write!(f, ", {mode} {} s at {} s", outage.length_s, outage.at_s)?;
            if let Some(every) = outage.every_s {
                write!(f, " and every {every} s after")?;
            }
        }
        writeln!(f)
    }
}

impl std::fmt::Display for Speed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Kbps(kilobits) => write!(f, "{kilobits}k"),
            Trace(name) => f.write_str(name),
        }
    }
}

impl Profile {
    fn spec(&self) -> LinkSpec {
        let outage = |interruption: &Interruption| OutageSpec {
            mode: interruption.mode,
            at_s: interruption.at_s.into(),
            length_s: interruption.length_s.into(),
            every_s: interruption.every_s.map(f64::from),
        };
        LinkSpec {
            mtu: DEFAULT_MTU,
            up: self.way(self.up, self.up_queue),
            down: self.way(self.down, self.down_queue),
            outages: self.outages.iter().map(outage).collect(),
        }
    }

    fn way(&self, speed: Speed, queue: u32) -> WaySpec {
        let (rate_kbps, trace) = match speed {
            Kbps(kilobits) => (Some(kilobits.into()), None),
            Trace(name) => (None, Some(name.to_owned())),
        };
        WaySpec {
            rate_kbps,
            trace,
            queue_bytes: Some(queue),
            delay_ms: Some(f64::from(self.round_trip_ms) / 2.0),
            jitter_ms: Some(self.jitter_ms.into()),
            loss_percent: Some(self.loss_percent),
            burst_ms: Some(self.burst_ms),
            outages: None,
        }
    }
}

#[cfg(test)]
mod tests;
