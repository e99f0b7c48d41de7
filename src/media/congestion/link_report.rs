//! What a page's reports say of its link: queues both ways, the round trip, loss towards it.
//!
//! Our server sends no connectivity checks, and browsers report on voice every five seconds: both
//! are too slow for a link that fills within one. A report says when it left, by the page's clock,
//! and when our latest answer came to it; nothing else is needed.

use std::time::{Duration, Instant};

use super::delay::DelayWindow;
use crate::media::control::{LinkReport, ServerMillis};

/// So much must be missing before any share of it is a sign.
const LEAST_EXPECTED: u32 = 20;
const LEAST_LOST: u32 = 4;

/// Loss is counted over so many reports: a second of voice at 120 ms is eight packets, of which
/// one lost says nothing.
const LOSS_REPORTS: usize = 5;

/// An answer that is this much overdue, while no voice came either, was held back.
const SILENCE: Duration = Duration::from_millis(1_500);

/// The largest queue that is believed of a page.
const LONGEST_QUEUE: Duration = Duration::from_mins(1);

/// Measures one page's link by its reports.
#[derive(Debug)]
pub struct LinkMeter {
    /// Where our clock for this page begins.
    origin: Instant,
    up: DelayWindow,
    down: DelayWindow,
    /// What both clocks showed at the first report: everything is counted from there, so that
    /// neither wraps.
    first: Option<First>,
    /// The answer that the page had last, and when that was new.
    echo: Option<(ServerMillis, Instant)>,
    /// Nothing came to the page while an answer was overdue.
    was_silent: bool,
    losses: [(u32, u32); LOSS_REPORTS],
    round_trip: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct First {
    page: u32,
    server: u32,
}

/// What one report says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// The queue from the page to us.
    pub up: Duration,
    /// The queue from us to the page, if an answer came since the report before.
    pub down: Option<Duration>,
    /// Nothing had come to the page for a while before that.
    pub was_silent: bool,
    /// Loss towards the page in percent, if enough was sent to tell.
    pub loss_percent: Option<u32>,
}

impl LinkMeter {
    /// A page that has not reported yet.
    pub fn new(now: Instant) -> Self {
        Self {
            origin: now,
            up: DelayWindow::default(),
            down: DelayWindow::default(),
            first: None,
            echo: None,
            was_silent: false,
            losses: [(0, 0); LOSS_REPORTS],
            round_trip: None,
        }
    }

    /// Our clock as the page is told it: never 0, which stands for no answer.
    pub fn clock(&self, now: Instant) -> ServerMillis {
        ServerMillis(self.millis(now).max(1))
    }

    fn millis(&self, now: Instant) -> u32 {
        let since = now.saturating_duration_since(self.origin).as_millis();
        // The low 32 bits: it wraps after 49 days, and only differences count.
        u32::try_from(since & u128::from(u32::MAX)).unwrap_or_default()
    }

    /// The latest round trip, without the time that the page took to answer.
    pub fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// Goes by one report.
    pub fn receive(&mut self, now: Instant, report: &LinkReport) -> Measured {
        let arrived = self.millis(now);
        let first = *self.first.get_or_insert(First {
            page: report.sent_at.0,
            server: arrived,
        });
        let left = signed(report.sent_at.0, first.page);
        let up = self
            .up
            .receive(now, micros(signed(arrived, first.server) - left));
        let (received, lost) = (u32::from(report.received), u32::from(report.lost));
        self.losses.rotate_right(1);
        if let Some(newest) = self.losses.first_mut() {
            *newest = (received, lost);
        }
        let known = self.echo.map(|(clock, _)| clock);
        let mut down = None;
        let mut was_silent = false;
        if report.echo.is_some() && report.echo != known {
            if let Some(clock) = report.echo {
                let came = signed(report.echo_at.0, first.page);
                let sent = signed(clock.0, first.server);
                down = Some(self.down.receive(now, micros(came - sent)));
                let whole = i64::from(arrived.wrapping_sub(clock.0));
                let kept = left - came;
                let round_trip = u64::try_from(whole - kept).ok().map(Duration::from_millis);
                self.round_trip = round_trip.filter(|time| *time < LONGEST_QUEUE);
                self.echo = Some((clock, now));
            }
            was_silent = std::mem::take(&mut self.was_silent);
        } else if received == 0 {
            let overdue = self.echo.is_some_and(|(_, at)| now >= at + SILENCE);
            self.was_silent |= overdue;
        } else {
            self.was_silent = false;
        }
        Measured {
            up: up.min(LONGEST_QUEUE),
            down: down.map(|queue| queue.min(LONGEST_QUEUE)),
            was_silent,
            loss_percent: self.loss_percent(),
        }
    }

    fn loss_percent(&self) -> Option<u32> {
        let received: u32 = self.losses.iter().map(|(received, _)| received).sum();
        let lost: u32 = self.losses.iter().map(|(_, lost)| lost).sum();
        let expected = received + lost;
        if expected < LEAST_EXPECTED {
            return None;
        }
        Some(if lost < LEAST_LOST {
            0
        } else {
            lost * 100 / expected
        })
    }
}

/// From one moment to another on a clock that wraps.
fn signed(later: u32, earlier: u32) -> i64 {
    i64::from(later.wrapping_sub(earlier).cast_signed())
}

fn micros(millis: i64) -> i64 {
    millis.saturating_mul(1_000)
}

#[cfg(test)]
#[path = "link_report_tests.rs"]
mod tests;
