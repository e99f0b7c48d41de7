//! What a link should do, by arithmetic alone.

use std::time::Duration;

use super::figures::real;
use crate::link::shape::{BitRate, Loss, Rate, Shape};
use crate::link::trace::Trace;

/// What a direction should do.
#[derive(Debug, Clone, Copy)]
pub struct Theory {
    rate: BitRate,
    /// From the end of transmission until delivery, without jitter.
    pub delay: Duration,
    /// How long a full queue takes to empty.
    pub queue: Duration,
}

impl Theory {
    /// Of a direction; a trace counts by its mean.
    pub fn of(shape: &Shape) -> Self {
        let rate = match &shape.rate {
            Rate::Steady(rate) => *rate,
            Rate::Traced(trace) => trace.mean(),
        };
        Self {
            rate,
            delay: shape.delay,
            queue: rate.time_of(shape.queue_bytes),
        }
    }

    /// In kbit/s.
    pub fn kilobits(&self) -> f64 {
        bits(self.rate) / 1_000.0
    }

    /// How long so many bytes take to send.
    pub fn time_of(&self, bytes: usize) -> Duration {
        self.rate.time_of(bytes)
    }

    /// How long a lone packet of so many bytes is under way, in milliseconds.
    pub fn lone_ms(&self, bytes: usize) -> f64 {
        (self.delay + self.time_of(bytes)).as_secs_f64() * 1_000.0
    }
}

/// How much a trace lets through from its start until a time, in bytes.
pub fn bytes_of(trace: &Trace, until: Duration) -> f64 {
    let (mut at, mut sum) = (Duration::ZERO, 0.0);
    while at < until {
        let next = trace.next_change(at).min(until);
        sum += bits(trace.at(at)) * next.saturating_sub(at).as_secs_f64();
        at = next;
    }
    sum / 8.0
}

/// What evenly spaced packets should find of a loss, and by how much chance lets an estimate differ.
#[derive(Debug, Clone, Copy)]
pub struct LossTheory {
    /// The share lost.
    pub share: f64,
    /// Standard deviation of the share that is measured.
    pub share_deviation: f64,
    /// How many are lost in a row.
    pub burst: f64,
    /// Standard deviation of the mean of them that is measured.
    pub burst_deviation: f64,
}

impl LossTheory {
    /// For so many packets at this distance.
    pub fn of(loss: Loss, interval: Duration, count: usize) -> Self {
        // The next packet after a lost one is lost with probability `stays`: a Markov chain of two states, sampled.
        let (share, correlation) = match loss {
            Loss::Random { share } => (share, 0.0),
            Loss::Fades { share, mean } => (
                share,
                (-interval.as_secs_f64() / (mean.as_secs_f64() * (1.0 - share))).exp(),
            ),
        };
        let stays = share + (1.0 - share) * correlation;
        let burst = 1.0 / (1.0 - stays);
        let bursts = real(count) * share / burst;
        // Neighbours that are alike carry less information than their number.
        let inflation = (1.0 + correlation) / (1.0 - correlation);
        Self {
            share,
            share_deviation: (share * (1.0 - share) / real(count) * inflation).sqrt(),
            burst,
            // Lengths of bursts are geometric.
            burst_deviation: burst * (stays / bursts).sqrt(),
        }
    }
}

fn bits(rate: BitRate) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 100,000,000")]
    let bits = rate.as_bps() as f64;
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::shape::mean_fade_of;

    #[test]
    fn a_fade_that_is_made_for_three_packets_takes_three() {
        let interval = Duration::from_millis(20);
        let mean = mean_fade_of(3.0, interval, 0.1).unwrap();
        let theory = LossTheory::of(Loss::Fades { share: 0.1, mean }, interval, 10_000);
        assert!((theory.burst - 3.0).abs() < 1e-6, "{theory:?}");
        let memoryless = LossTheory::of(Loss::Random { share: 0.1 }, interval, 10_000);
        assert!(
            (memoryless.share_deviation - 0.003).abs() < 1e-9,
            "{memoryless:?}"
        );
        assert!(theory.share_deviation > 1.5 * memoryless.share_deviation);
    }

    #[test]
    fn a_trace_is_summed_over_its_steps_and_again() {
        let trace = Trace::parse("0 80\n1 8").unwrap();
        for (seconds, bytes) in [
            (0.5, 5_000.0),
            (1.0, 10_000.0),
            (2.0, 11_000.0),
            (3.5, 21_500.0),
        ] {
            let sum = bytes_of(&trace, Duration::from_secs_f64(seconds));
            assert!((sum - bytes).abs() < 1e-6, "{seconds}: {sum}");
        }
    }
}
