//! A rate that changes over time: piecewise constant, repeated for ever.
//!
//! Two text formats are read; which one it is shows in the number of words a line has. Empty lines and lines that
//! start with `#` are skipped.
//!
//! - `seconds kbit/s`: from this second on this rate. The first line starts at 0. The last one lasts as long as the
//!   one before it (for ever, if it is the only one); then the trace starts over.
//! - mahimahi: one number a line, the millisecond at which a packet of 1,500 bytes may leave; the last number is the
//!   length of the trace. It is read as a rate in steps of [`MAHIMAHI_STEP`]: what falls into a step, spread over it.

use std::time::Duration;

use super::shape::BitRate;

/// One step of a mahimahi trace: two opportunities at 240 kbit/s. Shorter ones would be all or nothing.
pub const MAHIMAHI_STEP: Duration = Duration::from_millis(100);
/// What one line of a mahimahi trace lets through.
const MAHIMAHI_BYTES: u64 = 1_500;
/// More steps than a day of mahimahi's: a file that is longer is not a trace.
const MAX_STEPS: usize = 1_000_000;

/// Why a text is no trace.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed {
    /// From 1; 0 means the whole.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.why),
            line => write!(f, "line {line}: {}", self.why),
        }
    }
}

impl std::error::Error for Malformed {}

/// Rates, each with the time from which it holds. Never empty; the first starts at zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    steps: Vec<(Duration, BitRate)>,
    /// After which it starts over; longer than the last step's start.
    period: Duration,
}

impl Trace {
    /// From steps of equal length. Without any, nothing ever passes.
    pub fn even(step: Duration, rates: impl IntoIterator<Item = BitRate>) -> Self {
        let mut at = Duration::ZERO;
        let mut steps = Vec::new();
        for rate in rates {
            steps.push((at, rate));
            at += step;
        }
        if steps.is_empty() {
            return Self {
                steps: vec![(Duration::ZERO, BitRate::ZERO)],
                period: Duration::MAX,
            };
        }
        Self { steps, period: at }
    }

    /// Reads either format.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let lines: Vec<(usize, Vec<&str>)> = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(number, line)| (number, line.split_whitespace().collect()))
            .collect();
        match lines.first() {
            None => Err(Malformed {
                line: 0,
                why: "there is no line in it".into(),
            }),
            Some((_, words)) if words.len() == 1 => mahimahi(&lines),
            Some(_) => seconds_and_kilobits(&lines),
        }
    }

    /// How fast it is so long after its start.
    pub fn at(&self, since: Duration) -> BitRate {
        let phase = remainder(since, self.period);
        let after = self.steps.partition_point(|(from, _)| *from <= phase);
        self.steps
            .get(after.saturating_sub(1))
            .map_or(BitRate::ZERO, |(_, rate)| *rate)
    }

    /// When the rate may change next after this time.
    pub fn next_change(&self, since: Duration) -> Duration {
        let phase = remainder(since, self.period);
        let after = self.steps.partition_point(|(from, _)| *from <= phase);
        let next = self.steps.get(after).map_or(self.period, |(from, _)| *from);
        since.saturating_add(next.saturating_sub(phase))
    }

    /// After which it starts over.
    pub fn period(&self) -> Duration {
        self.period
    }

    /// The mean rate over one period.
    pub fn mean(&self) -> BitRate {
        let ends = self
            .steps
            .iter()
            .skip(1)
            .map(|(from, _)| *from)
            .chain([self.period]);
        let bits: u128 = self
            .steps
            .iter()
            .zip(ends)
            .map(|((from, rate), end)| {
                u128::from(rate.as_bps()) * (end.saturating_sub(*from)).as_nanos()
            })
            .sum();
        let mean = bits.checked_div(self.period.as_nanos()).unwrap_or(0);
        BitRate::bps(u64::try_from(mean).unwrap_or(u64::MAX))
    }
}

/// `time` modulo `period`.
pub(super) fn remainder(time: Duration, period: Duration) -> Duration {
    let nanoseconds = time.as_nanos().checked_rem(period.as_nanos()).unwrap_or(0);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

fn seconds_and_kilobits(lines: &[(usize, Vec<&str>)]) -> Result<Trace, Malformed> {
    let mut steps: Vec<(Duration, BitRate)> = Vec::with_capacity(lines.len());
    for (line, words) in lines {
        let bad = |why: &str| Malformed {
            line: *line,
            why: why.into(),
        };
        let [seconds, kilobits] = words.as_slice() else {
            return Err(bad("it must be `seconds kbit/s`"));
        };
        let from = number(seconds, 86_400.0)
            .map(Duration::from_secs_f64)
            .ok_or_else(|| bad("the seconds must be 0 to 86400"))?;
        let rate =
            number(kilobits, 100_000.0).ok_or_else(|| bad("the kbit/s must be 0 to 100000"))?;
        match steps.last() {
            None if !from.is_zero() => return Err(bad("the first line must start at second 0")),
            Some((before, _)) if from <= *before => {
                return Err(bad("its second is not after the one before"));
            }
            _ => {}
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 100,000,000, checked above"
        )]
        let bits = (rate * 1_000.0).round() as u64;
        steps.push((from, BitRate::bps(bits)));
    }
    let period = match steps.as_slice() {
        [.., (before, _), (last, _)] => *last + last.saturating_sub(*before),
        _ => Duration::MAX,
    };
    if steps.iter().all(|(_, rate)| *rate == BitRate::ZERO) {
        return Err(Malformed {
            line: 0,
            why: "every rate in it is zero".into(),
        });
    }
    Ok(Trace { steps, period })
}

fn mahimahi(lines: &[(usize, Vec<&str>)]) -> Result<Trace, Malformed> {
    let step_ms = MAHIMAHI_STEP.as_millis();
    let mut opportunities: Vec<u64> = Vec::new();
    let mut last = 0;
    for (line, words) in lines {
        let bad = |why: &str| Malformed {
            line: *line,
            why: why.into(),
        };
        let at: u64 = match words.as_slice() {
            [word] => word
                .parse()
                .map_err(|_| bad("it must be one number of milliseconds"))?,
            _ => return Err(bad("it must be one number of milliseconds")),
        };
        if at < last {
            return Err(bad("its time is before the one of the line before"));
        }
        last = at;
        // An opportunity at the very end of a step belongs to the step that ends there.
        let step =
            usize::try_from(u128::from(at.saturating_sub(1)) / step_ms).unwrap_or(usize::MAX);
        if step >= MAX_STEPS {
            return Err(bad("its time is beyond a day"));
        }
        if opportunities.len() <= step {
            opportunities.resize(step + 1, 0);
        }
        if let Some(count) = opportunities.get_mut(step) {
            *count += 1;
        }
    }
    if last == 0 {
        return Err(Malformed {
            line: 0,
            why: "it ends at millisecond 0".into(),
        });
    }
    let step_of = |count: &u64| {
        let bits = u128::from(count * MAHIMAHI_BYTES * 8) * 1_000 / step_ms;
        BitRate::bps(u64::try_from(bits).unwrap_or(u64::MAX))
    };
    let mut trace = Trace::even(MAHIMAHI_STEP, opportunities.iter().map(step_of));
    trace.period = trace
        .period
        .min(Duration::from_millis(last))
        .max(Duration::from_millis(1));
    Ok(trace)
}

/// A number from zero to `most`.
fn number(word: &str, most: f64) -> Option<f64> {
    word.parse()
        .ok()
        .filter(|value: &f64| (0.0..=most).contains(value))
}

#[cfg(test)]
mod tests;
