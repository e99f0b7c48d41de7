//! Rate traces of our own making, for a phone that moves through bad coverage.
//!
//! The process, in steps of 200 ms over two minutes, after which the trace repeats: the logarithm of the rate is an
//! Ornstein–Uhlenbeck process (normal, with a correlation that halves in seconds), so the rate is log-normal around
//! its median, as shadow fading in decibels is normal (the Gudmundson model). On top come stalls, as a Markov chain in
//! time: for a second or two the rate is a twentieth, as when the radio looks for another cell. The parameters are
//! chosen to look like the published picture of EVDO and of UMTS uplinks from vehicles, scaled down by 5 and by 10 to
//! stand for a village's signal; no recorded data is in them.

use std::time::Duration;

use super::dice::{Dice, Purpose};
use super::shape::BitRate;
use super::trace::Trace;

/// Fast enough to show what a scheduler does with a person's share, slow enough for a packet to fit.
const STEP: Duration = Duration::from_millis(200);
/// Two minutes, more than a run of the lab.
const STEPS: usize = 600;
/// What remains of the rate in a stall.
const STALLED: f64 = 0.05;
/// A link that is up always carries at least this: below it a single packet takes seconds.
const LEAST_BPS: f64 = 2_000.0;

/// A kind of coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terrain {
    /// `evdo-like`, a downlink: EVDO's median of about 600 kbit/s, scaled by 0.2.
    EvdoLike,
    /// `umts-like`, an uplink: UMTS's median of about 700 kbit/s, scaled by 0.1.
    UmtsLike,
}

/// The numbers of a process.
struct Process {
    median_bps: f64,
    /// Of the natural logarithm of the rate.
    deviation: f64,
    /// After which correlation has fallen to 1/e.
    memory: Duration,
    between_stalls: Duration,
    stall: Duration,
}

impl Terrain {
    /// The one that is written so.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "evdo-like" => Some(Self::EvdoLike),
            "umts-like" => Some(Self::UmtsLike),
            _ => None,
        }
    }

    const fn process(self) -> Process {
        match self {
            Self::EvdoLike => Process {
                median_bps: 120_000.0,
                deviation: 0.6,
                memory: Duration::from_secs(5),
                between_stalls: Duration::from_secs(40),
                stall: Duration::from_millis(1_500),
            },
            Self::UmtsLike => Process {
                median_bps: 70_000.0,
                deviation: 0.4,
                memory: Duration::from_secs(8),
                between_stalls: Duration::from_secs(50),
                stall: Duration::from_secs(1),
            },
        }
    }

    /// The trace of this seed, for one direction (0 or 1) of a link.
    pub fn trace(self, seed: u64, direction: usize) -> Trace {
        let process = self.process();
        let mut dice = Dice::new(seed, direction, Purpose::Rate);
        let keep = (-STEP.as_secs_f64() / process.memory.as_secs_f64()).exp();
        let stir = process.deviation * (1.0 - keep * keep).sqrt();
        let mut level = process.deviation * dice.normal();
        let mut is_stalled = false;
        let mut turns = dice.exponential(process.between_stalls.as_secs_f64());
        let rates = (0..STEPS).map(|_| {
            level = level * keep + stir * dice.normal();
            turns -= STEP.as_secs_f64();
            if turns <= 0.0 {
                is_stalled = !is_stalled;
                let mean = if is_stalled {
                    process.stall
                } else {
                    process.between_stalls
                };
                turns = dice.exponential(mean.as_secs_f64());
            }
            let share = if is_stalled { STALLED } else { 1.0 };
            let rate = (process.median_bps * level.exp() * share).max(LEAST_BPS);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at least 2,000, and far below what a u64 holds"
            )]
            BitRate::bps(rate.round() as u64)
        });
        Trace::even(STEP, rates.collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests;
