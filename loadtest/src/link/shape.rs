//! What one direction of a link is like: the parameters of the model, already checked.

use std::sync::Arc;
use std::time::Duration;

use super::trace::Trace;

/// A rate in bit/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BitRate(u64);

impl BitRate {
    /// Nothing passes.
    pub const ZERO: Self = Self(0);

    /// So many bit/s.
    pub const fn bps(bits: u64) -> Self {
        Self(bits)
    }

    /// So many kbit/s (1,000 bit/s).
    pub const fn kbps(kilobits: u64) -> Self {
        Self(kilobits * 1_000)
    }

    /// In bit/s.
    pub const fn as_bps(self) -> u64 {
        self.0
    }

    /// How long so many bytes take on the wire; for ever at a rate of zero.
    pub fn time_of(self, bytes: usize) -> Duration {
        let bits = bytes as u128 * 8;
        match (bits * 1_000_000_000).checked_div(u128::from(self.0)) {
            Some(nanoseconds) => {
                Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
            }
            None => Duration::MAX,
        }
    }
}

/// How fast a direction is.
#[derive(Debug, Clone)]
pub enum Rate {
    /// Always the same.
    Steady(BitRate),
    /// Over time, from the start of the schedule.
    Traced(Arc<Trace>),
}

/// Which packets are lost on the air. A lost packet has used the link all the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// Each with this probability, whatever became of the one before it.
    Random {
        /// 0.0 to 1.0.
        share: f64,
    },
    /// Gilbert–Elliott in time: fades come and go by the clock, and everything sent during one is lost.
    Fades {
        /// The share of time that is in a fade, hence of evenly spaced packets lost; below 1.0.
        share: f64,
        /// How long a fade lasts on average.
        mean: Duration,
    },
}

impl Loss {
    /// Nothing is lost.
    pub const NONE: Self = Self::Random { share: 0.0 };
}

/// How long fades must be so that, with packets every `interval`, `packets` in a row are lost on average.
///
/// With the share p of time in a fade of mean length B, the next packet after a lost one is lost too with
/// s = p + (1 − p)·exp(−interval / (B·(1 − p))), and a burst has 1 / (1 − s) packets; solved for B.
/// `None` when chance alone (1 / (1 − p)) already makes bursts as long as that.
pub fn mean_fade_of(packets: f64, interval: Duration, share: f64) -> Option<Duration> {
    let decay = (1.0 - 1.0 / packets - share) / (1.0 - share);
    (decay > 0.0 && decay < 1.0)
        .then(|| Duration::from_secs_f64(interval.as_secs_f64() / (-decay.ln() * (1.0 - share))))
}

/// What an outage does with packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OutageMode {
    /// Keeps them, as far as the queue has room, and delivers them late: nothing leaves until it ends.
    Hold,
    /// Loses them: those that wait when it begins, and those that come while it lasts.
    Drop,
}

/// A time without the link, counted from the start of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// What becomes of packets.
    pub mode: OutageMode,
    /// When it first begins.
    pub at: Duration,
    /// How long it lasts.
    pub length: Duration,
    /// It begins again this long after it began, for ever; longer than `length`.
    pub every: Option<Duration>,
}

/// One direction of a link.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Of the serialiser.
    pub rate: Rate,
    /// Bytes that may wait, what remains of the packet in transmission included; beyond them the newest is dropped.
    pub queue_bytes: usize,
    /// From the end of transmission until delivery.
    pub delay: Duration,
    /// Up to this much more delay, evenly distributed packet by packet; never so that one overtakes another.
    pub jitter: Duration,
    /// On the air.
    pub loss: Loss,
    /// When there is no link.
    pub outages: Vec<Outage>,
}
