//! Whether there is a link at a time, by schedule and by hand.

use std::time::Duration;

use super::shape::{Outage, OutageMode};
use super::trace::remainder;

/// The outages of one direction.
#[derive(Debug, Clone, Default)]
pub struct Outages {
    schedule: Vec<Outage>,
    /// When the schedule starts.
    origin: Duration,
    /// Called by hand, and until when; it overrides the schedule.
    called: Option<(OutageMode, Duration)>,
}

impl Outages {
    /// Those of a schedule that starts at `origin`.
    pub fn new(schedule: Vec<Outage>, origin: Duration) -> Self {
        Self {
            schedule,
            origin,
            called: None,
        }
    }

    /// Another schedule, or the same from another start; what was called by hand stays.
    pub fn reschedule(&mut self, schedule: Vec<Outage>, origin: Duration) {
        self.schedule = schedule;
        self.origin = origin;
    }

    /// Begins one by hand that ends at `until`.
    pub fn call(&mut self, mode: OutageMode, until: Duration) {
        self.called = Some((mode, until));
    }

    /// Ends the one that was begun by hand, if it lasts.
    pub fn recall(&mut self) {
        self.called = None;
    }

    /// What the link does with packets at this time, if it is not there. Where two outages overlap, losing wins.
    pub fn at(&self, now: Duration) -> Option<OutageMode> {
        if let Some((mode, until)) = self.called
            && now < until
        {
            return Some(mode);
        }
        let mut held = None;
        for outage in &self.schedule {
            if self
                .phase(outage, now)
                .is_some_and(|phase| phase < outage.length)
            {
                match outage.mode {
                    OutageMode::Drop => return Some(OutageMode::Drop),
                    OutageMode::Hold => held = Some(OutageMode::Hold),
                }
            }
        }
        held
    }

    /// When that may change next after this time; `Duration::MAX` if never.
    pub fn next_change(&self, now: Duration) -> Duration {
        let by_hand = self
            .called
            .map(|(_, until)| until)
            .filter(|until| *until > now);
        let scheduled = self
            .schedule
            .iter()
            .map(|outage| match self.phase(outage, now) {
                None => self.origin.saturating_add(outage.at),
                Some(phase) if phase < outage.length => {
                    now.saturating_add(outage.length.saturating_sub(phase))
                }
                Some(phase) => outage.every.map_or(Duration::MAX, |every| {
                    now.saturating_add(every.saturating_sub(phase))
                }),
            });
        scheduled.chain(by_hand).min().unwrap_or(Duration::MAX)
    }

    /// How long ago it last began; nothing before its first time.
    fn phase(&self, outage: &Outage, now: Duration) -> Option<Duration> {
        let since = now.checked_sub(self.origin)?.checked_sub(outage.at)?;
        Some(outage.every.map_or(since, |every| remainder(since, every)))
    }
}
