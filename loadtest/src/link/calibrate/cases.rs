//! What is measured, and what theory says.
//!
//! Tolerances: 1 ms for a median delay, which is what a user-space emulator promises, and half a per cent for a rate
//! measured over seconds. For what chance decides, four deviations of the estimate: one figure in sixteen thousand
//! lies outside by chance, and the seed is fixed.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;
use tokio::time::Instant;

use super::bench::{Grounds, Passage, Rig, Traffic, place};
use super::figures::{Row, mean, mean_run, quantile, real};
use super::theory::{LossTheory, Theory, bytes_of};
use crate::link::emulator::Way;
use crate::link::profiles;
use crate::link::shape::{OutageMode, Rate, Shape};
use crate::link::spec::{LinkSpec, WaySpec};

const SEED: u64 = 1;
/// Length of a packet that probes, and of one that fills the link; each length is used by one kind only.
const PROBE_BYTES: usize = 200;
const FILL_BYTES: usize = 500;
/// What a median delay may be off by.
const DELAY_TOLERANCE_MS: f64 = 1.0;
/// What a rate may be off by, as a share of it.
const RATE_TOLERANCE: f64 = 0.005;
/// The same for a rate that changes: a packet more or less at each step, and the start is known to 2 ms.
const TRACE_TOLERANCE: f64 = 0.02;
/// Of a time that is measured from the start of the schedule: how long the traffic may need to start after it.
const PHASE_TOLERANCE_MS: f64 = 10.0;
/// Deviations of an estimate that are still chance.
const DEVIATIONS: f64 = 4.0;
/// What the emulator may use of one processor at 4 Mbit/s. Code that was built without optimisation needs half of it
/// for itself, whatever the kernel does.
const CPU_PERCENT: f64 = if cfg!(debug_assertions) { 10.0 } else { 5.0 };

/// A link, and what to find out about it.
pub enum Case {
    /// Delay, jitter, rate and queue of a profile.
    Steady(&'static str),
    /// Its trace.
    Traced(&'static str),
    /// Its first outage.
    Outage(&'static str),
    /// Loss of some per cent, in fades of some milliseconds.
    Loss(f64, f64),
}

/// What came of a case.
pub struct Measured {
    /// The figures.
    pub rows: Vec<Row>,
    /// How late the emulator was at worst.
    pub late_max_ms: f64,
}

/// Every case.
pub fn all() -> Vec<Case> {
    let steady = ["V0", "V1", "V2", "V3", "V4", "V5", "V6", "V7"].map(Case::Steady);
    let others = [
        Case::Outage("V5"),
        Case::Outage("V6"),
        Case::Loss(2.0, 0.0),
        Case::Loss(10.0, profiles::THREE_PACKETS_MS),
        Case::Traced("V8"),
    ];
    steady.into_iter().chain(others).collect()
}

impl Case {
    /// Its name in the table.
    pub fn name(&self) -> String {
        match self {
            Self::Steady(id) | Self::Traced(id) => (*id).to_owned(),
            Self::Outage(id) => format!("{id} outage"),
            Self::Loss(percent, 0.0) => format!("{percent} %"),
            Self::Loss(percent, _) => format!("{percent} % fades"),
        }
    }

    /// Finds out.
    pub fn measure(&self, grounds: &Grounds) -> anyhow::Result<Measured> {
        let mut spec = match self {
            Self::Steady(id) | Self::Traced(id) | Self::Outage(id) => {
                profiles::named(id).with_context(|| format!("no profile {id}"))?
            }
            Self::Loss(percent, burst) => lossy(*percent, *burst),
        };
        if !matches!(self, Self::Outage(_)) {
            spec.outages.clear();
        }
        let shapes = [spec.shape(Way::Up, SEED)?, spec.shape(Way::Down, SEED)?];
        let mut case = Bench {
            name: self.name(),
            rig: grounds.link(&self.name(), &spec, SEED)?,
            shapes,
            rows: Vec::new(),
        };
        match self {
            Self::Steady(_) => case.steady()?,
            Self::Traced(_) => case.traced()?,
            Self::Outage(_) => case.outage()?,
            Self::Loss(..) => case.loss()?,
        }
        let late_max_ms = case.late_max_ms()?;
        Ok(Measured {
            rows: case.rows,
            late_max_ms,
        })
    }
}

/// A fast link that loses.
fn lossy(percent: f64, burst: f64) -> LinkSpec {
    let way = WaySpec {
        rate_kbps: Some(4_000.0),
        queue_bytes: Some(50_000),
        delay_ms: Some(20.0),
        loss_percent: Some(percent),
        burst_ms: Some(burst),
        ..WaySpec::default()
    };
    LinkSpec {
        mtu: 1_400,
        up: way.clone(),
        down: way,
        outages: Vec::new(),
    }
}

struct Bench {
    name: String,
    rig: Rig,
    shapes: [Shape; 2],
    rows: Vec<Row>,
}

impl Bench {
    fn row(
        &mut self,
        way: usize,
        what: &'static str,
        measured: Option<f64>,
        theory: f64,
        tolerance: f64,
    ) {
        let direction = if way == place(Way::Up) { "up" } else { "down" };
        self.rows.push(Row {
            link: format!("{} {direction}", self.name),
            what,
            measured: measured.unwrap_or(f64::NAN),
            theory,
            tolerance,
        });
    }

    fn calm(&mut self) -> anyhow::Result<()> {
        self.rig
            .ask(r#"{"cmd":"set","to":{"jitter_ms":0,"loss_percent":0}}"#)
            .map(|_| ())
    }

    /// How late the emulator was at worst so far, by its own count.
    fn late_max_ms(&mut self) -> anyhow::Result<f64> {
        let stats = self.rig.ask(r#"{"cmd":"stats"}"#)?;
        Ok(stats
            .get("late_max_ms")
            .and_then(Value::as_f64)
            .unwrap_or(f64::NAN))
    }

    /// One packet at a time, then more than fits.
    fn steady(&mut self) -> anyhow::Result<()> {
        let ends = [&self.shapes[0], &self.shapes[1]].map(Theory::of);
        let linger =
            Duration::from_secs(1) + ends.iter().map(|end| end.delay).max().unwrap_or_default();
        self.calm()?;
        let probes = |end: &Theory| {
            let interval = (end.time_of(PROBE_BYTES) * 3 / 2).max(Duration::from_millis(50));
            Traffic {
                bytes: PROBE_BYTES,
                interval,
                count: 50,
                linger,
            }
        };
        let passages = self.rig.send([probes(&ends[0]), probes(&ends[1])])?;
        for (way, (end, passages)) in ends.iter().zip(&passages).enumerate() {
            let took = quantile(took_ms(passages), 0.5);
            self.row(
                way,
                "delay, median ms",
                took,
                end.lone_ms(PROBE_BYTES),
                DELAY_TOLERANCE_MS,
            );
        }
        if self.name == "V0" {
            self.processor(&ends)?;
        }
        self.jitter(&ends, linger)?;
        self.overload(&ends)
    }

    /// Each packet late by chance, so far apart that none waits for the one before it.
    fn jitter(&mut self, ends: &[Theory; 2], linger: Duration) -> anyhow::Result<()> {
        const COUNT: usize = 60;
        let jitters = [self.shapes[0].jitter, self.shapes[1].jitter]
            .map(|jitter| jitter.as_secs_f64() * 1_000.0);
        if jitters.iter().all(|jitter| *jitter <= 0.0) {
            return Ok(());
        }
        for (way, jitter) in ["up", "down"].iter().zip(jitters) {
            self.rig.ask(&format!(
                r#"{{"cmd":"set","direction":"{way}","to":{{"jitter_ms":{jitter}}}}}"#
            ))?;
        }
        let probes = |shape: &Shape, end: &Theory| {
            let interval = shape.jitter + end.time_of(PROBE_BYTES) + Duration::from_millis(10);
            Traffic {
                bytes: PROBE_BYTES,
                interval,
                count: COUNT,
                linger,
            }
        };
        let traffic = [
            probes(&self.shapes[0], &ends[0]),
            probes(&self.shapes[1], &ends[1]),
        ];
        let passages = self.rig.send(traffic)?;
        for (way, ((end, passages), jitter)) in ends.iter().zip(&passages).zip(jitters).enumerate()
        {
            let extra: Vec<f64> = took_ms(passages)
                .iter()
                .map(|took| took - end.lone_ms(PROBE_BYTES))
                .collect();
            // The deviation of one even draw is the width over the root of 12.
            let tolerance = DEVIATIONS * jitter / (12.0 * real(COUNT)).sqrt() + DELAY_TOLERANCE_MS;
            self.row(
                way,
                "jitter, mean ms",
                mean(&extra),
                jitter / 2.0,
                tolerance,
            );
        }
        self.calm()
    }

    /// Three times what fits, until the queue has been full for two seconds.
    fn overload(&mut self, ends: &[Theory; 2]) -> anyhow::Result<()> {
        let fill = |end: &Theory| {
            let interval = end.time_of(FILL_BYTES) / 3;
            let time = end.queue / 2 + Duration::from_secs(2);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "some thousand packets"
            )]
            let count = (time.as_secs_f64() / interval.as_secs_f64()) as usize;
            Traffic {
                bytes: FILL_BYTES,
                interval,
                count,
                linger: end.queue + end.delay + Duration::from_secs(1),
            }
        };
        let passages = self.rig.send([fill(&ends[0]), fill(&ends[1])])?;
        for (way, (end, passages)) in ends.iter().zip(&passages).enumerate() {
            let arrived: Vec<Instant> = passages
                .iter()
                .filter_map(|passage| passage.arrived)
                .collect();
            let span = arrived
                .first()
                .zip(arrived.last())
                .map(|(first, last)| (*last - *first).as_secs_f64());
            let bits = real(arrived.len().saturating_sub(1) * FILL_BYTES * 8);
            let kilobits = span.map(|span| bits / span / 1_000.0);
            self.row(
                way,
                "rate, kbit/s",
                kilobits,
                end.kilobits(),
                end.kilobits() * RATE_TOLERANCE,
            );
            let delay = end.delay.as_secs_f64() * 1_000.0;
            // The 95th in a hundred, not the last: one moment in which the machine does not run is no fault of ours.
            let longest = quantile(took_ms(passages), 0.95).map(|took| took - delay);
            // The last packet that found room left at most its own length of it free.
            let queue = end.queue.as_secs_f64() * 1_000.0;
            let tolerance = end.time_of(FILL_BYTES).as_secs_f64() * 1_000.0 + DELAY_TOLERANCE_MS;
            self.row(
                way,
                "full queue, ms",
                longest,
                queue,
                tolerance + queue * RATE_TOLERANCE,
            );
        }
        Ok(())
    }

    /// Five seconds of pictures down, nearly all that fits, and a voice up.
    fn processor(&mut self, ends: &[Theory; 2]) -> anyhow::Result<()> {
        const SPAN: Duration = Duration::from_secs(5);
        const BYTES: usize = 1_200;
        let interval = ends[1].time_of(BYTES) * 21 / 20;
        let pictures = Traffic {
            bytes: BYTES,
            interval,
            count: usize::try_from(SPAN.as_nanos() / interval.as_nanos().max(1))?,
            linger: Duration::from_secs(1),
        };
        let before = self.rig.processor_time()?;
        let voice = Traffic {
            bytes: PROBE_BYTES,
            interval: Duration::from_millis(20),
            count: 250,
            linger: Duration::from_secs(1),
        };
        self.rig.send([voice, pictures])?;
        let used = self.rig.processor_time()?.saturating_sub(before);
        let percent = used.as_secs_f64() / SPAN.as_secs_f64() * 100.0;
        self.row(
            place(Way::Down),
            "processor, % of one",
            Some(percent),
            0.0,
            CPU_PERCENT,
        );
        Ok(())
    }

    /// More than ever fits, and what of it came through in twenty seconds.
    fn traced(&mut self) -> anyhow::Result<()> {
        const SPAN: Duration = Duration::from_secs(20);
        self.calm()?;
        // 2 Mbit/s, above every peak, from just before the trace starts over.
        let traffic = Traffic {
            bytes: FILL_BYTES,
            interval: Duration::from_millis(2),
            count: 11_000,
            linger: Duration::from_secs(1),
        };
        self.rig.ask(r#"{"cmd":"restart_schedule"}"#)?;
        let begun = Instant::now();
        let passages = self.rig.send([traffic; 2])?;
        for (way, (shape, passages)) in self.shapes.clone().iter().zip(&passages).enumerate() {
            let Rate::Traced(trace) = &shape.rate else {
                continue;
            };
            let until = begun + SPAN + shape.delay;
            let arrived = passages
                .iter()
                .filter_map(|passage| passage.arrived)
                .filter(|at| *at <= until)
                .count();
            let theory = bytes_of(trace, SPAN) / 1_000.0;
            let tolerance = theory * TRACE_TOLERANCE;
            self.row(
                way,
                "20 s of its trace, kB",
                Some(real(arrived * FILL_BYTES) / 1_000.0),
                theory,
                tolerance,
            );
        }
        Ok(())
    }

    /// A packet every 40 ms over the first outage of the schedule: what comes in a hold fits the queue.
    fn outage(&mut self) -> anyhow::Result<()> {
        const EVERY: Duration = Duration::from_millis(40);
        let every_ms = EVERY.as_secs_f64() * 1_000.0;
        self.calm()?;
        let outage = *self.shapes[0].outages.first().context("it has no outage")?;
        let time = outage.at + outage.length + Duration::from_secs(3);
        let count = usize::try_from(time.as_millis() / EVERY.as_millis())?;
        let traffic = Traffic {
            bytes: PROBE_BYTES,
            interval: EVERY,
            count,
            linger: Duration::from_secs(2),
        };
        self.rig.ask(r#"{"cmd":"restart_schedule"}"#)?;
        let passages = self.rig.send([traffic; 2])?;
        // A single packet is only as punctual as the machine was; that the emulator is on time shows in the medians.
        let tolerance = PHASE_TOLERANCE_MS + self.late_max_ms()?;
        for (way, (shape, passages)) in self.shapes.clone().iter().zip(&passages).enumerate() {
            let end = Theory::of(shape);
            let length_ms = outage.length.as_secs_f64() * 1_000.0;
            let (lost, longest) = match outage.mode {
                OutageMode::Hold => (0.0, length_ms + end.lone_ms(PROBE_BYTES)),
                OutageMode::Drop => (length_ms / every_ms, end.lone_ms(PROBE_BYTES)),
            };
            let missing = passages
                .iter()
                .filter(|passage| passage.arrived.is_none())
                .count();
            self.row(way, "packets lost in it", Some(real(missing)), lost, 2.0);
            // The first packet of a hold waits longest. It is the one that was sent when the hold began, since the
            // traffic begins with the schedule.
            let took = took_ms(passages).into_iter().max_by(f64::total_cmp);
            if outage.mode == OutageMode::Hold {
                self.row(way, "longest delay, ms", took, longest, tolerance);
            }
            let mut arrivals: Vec<Instant> = passages
                .iter()
                .filter_map(|passage| passage.arrived)
                .collect();
            arrivals.sort_unstable();
            let gaps = arrivals.iter().zip(arrivals.iter().skip(1));
            let gap = gaps
                .map(|(one, next)| (*next - *one).as_secs_f64() * 1_000.0)
                .max_by(f64::total_cmp);
            self.row(
                way,
                "longest silence, ms",
                gap,
                length_ms + every_ms,
                tolerance,
            );
        }
        Ok(())
    }

    /// A packet every 5 ms for a minute.
    fn loss(&mut self) -> anyhow::Result<()> {
        const EVERY: Duration = Duration::from_millis(5);
        const COUNT: usize = 12_000;
        let traffic = Traffic {
            bytes: PROBE_BYTES,
            interval: EVERY,
            count: COUNT,
            linger: Duration::from_secs(1),
        };
        let passages = self.rig.send([traffic; 2])?;
        for (way, (shape, passages)) in self.shapes.clone().iter().zip(&passages).enumerate() {
            let lost: Vec<bool> = passages
                .iter()
                .map(|passage| passage.arrived.is_none())
                .collect();
            let share = real(lost.iter().filter(|lost| **lost).count()) / real(COUNT);
            let theory = LossTheory::of(shape.loss, EVERY, COUNT);
            let tolerance = DEVIATIONS * theory.share_deviation * 100.0;
            self.row(
                way,
                "loss, %",
                Some(share * 100.0),
                theory.share * 100.0,
                tolerance,
            );
            let tolerance = DEVIATIONS * theory.burst_deviation;
            self.row(
                way,
                "lost in a row",
                mean_run(&lost),
                theory.burst,
                tolerance,
            );
        }
        Ok(())
    }
}

fn took_ms(passages: &[Passage]) -> Vec<f64> {
    passages.iter().filter_map(Passage::took_ms).collect()
}
