//! When media was captured, on our clock.
//!
//! A sender report (RFC 3550 section 6.4.1) ties a stream's RTP timestamps to the publisher's wall
//! clock; the smallest difference seen between that clock and the arrival of its packets ties the
//! wall clock to ours. Microphone and camera share one publisher's clock, so a viewer's browser
//! can play them in step however differently the two were paced.

use std::time::{Duration, Instant, SystemTime};

/// How fast the offset may follow a publisher's clock that runs slow against ours, per second of
/// media. Real clocks drift by less than 100 µs a second.
const DRIFT_PER_SECOND: Duration = Duration::from_micros(200);

/// Media that seems older than this was not delayed: the publisher's clock was set. Longer than any
/// hold outage that a phone network was seen to make.
const OLDEST_MEDIA: Duration = Duration::from_secs(15);

/// The relation between one publisher's wall clock and ours.
#[derive(Debug, Default)]
pub struct PublisherClock {
    anchor: Option<Anchor>,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// A moment on the publisher's clock…
    theirs: SystemTime,
    /// … and the earliest moment on ours at which media of that moment could have arrived.
    ours: Instant,
}

/// The latest sender report of a stream, in the stream's own clock.
#[derive(Debug, Clone, Copy)]
pub struct Report {
    /// The publisher's wall clock.
    pub wall_clock: SystemTime,
    /// The same moment as an RTP timestamp (low 32 bits).
    pub timestamp: u32,
    /// Ticks per second.
    pub clock_rate: u32,
}

impl PublisherClock {
    /// When the media of this packet was captured. Without a report, that is its arrival.
    pub fn captured(
        &mut self,
        timestamp: u32,
        report: Option<Report>,
        arrived: Instant,
    ) -> Instant {
        let Some(theirs) = report.and_then(|report| wall_clock_of(timestamp, report)) else {
            return arrived;
        };
        let captured = self.on_our_clock(theirs);
        match captured {
            // Media that seems to arrive before it was made moves the anchor: this packet
            // travelled faster than any before.
            Some(captured)
                if captured <= arrived && arrived.duration_since(captured) < OLDEST_MEDIA =>
            {
                let anchor = self.anchor.get_or_insert(Anchor {
                    theirs,
                    ours: arrived,
                });
                if let Ok(since) = theirs.duration_since(anchor.theirs)
                    && since >= Duration::from_secs(1)
                {
                    let seconds = u32::try_from(since.as_secs()).unwrap_or(u32::MAX);
                    let ours = captured + DRIFT_PER_SECOND.saturating_mul(seconds);
                    *anchor = Anchor {
                        theirs,
                        ours: ours.min(arrived),
                    };
                }
                captured
            }
            _ => {
                self.anchor = Some(Anchor {
                    theirs,
                    ours: arrived,
                });
                arrived
            }
        }
    }

    fn on_our_clock(&self, theirs: SystemTime) -> Option<Instant> {
        let anchor = self.anchor?;
        match theirs.duration_since(anchor.theirs) {
            Ok(later) => anchor.ours.checked_add(later),
            Err(earlier) => anchor.ours.checked_sub(earlier.duration()),
        }
    }
}

/// The publisher's wall clock at an RTP timestamp; `None` where the numbers cannot be true.
fn wall_clock_of(timestamp: u32, report: Report) -> Option<SystemTime> {
    let ticks = timestamp.wrapping_sub(report.timestamp);
    let as_time = |ticks: u32| {
        Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(report.clock_rate.max(1)))
    };
    if ticks < 1 << 31 {
        report.wall_clock.checked_add(as_time(ticks))
    } else {
        report.wall_clock.checked_sub(as_time(ticks.wrapping_neg()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(seconds: u64, timestamp: u32, clock_rate: u32) -> Report {
        let wall_clock = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        Report {
            wall_clock,
            timestamp,
            clock_rate,
        }
    }

    #[test]
    fn without_a_report_arrival_is_all_we_know() {
        let now = Instant::now();
        assert_eq!(PublisherClock::default().captured(5, None, now), now);
    }

    #[test]
    fn a_paced_picture_and_a_prompt_voice_of_one_moment_agree() {
        let start = Instant::now();
        let mut clock = PublisherClock::default();
        let voice = report(1_000, 0, 48_000);
        let picture = report(1_000, 90_000, 90_000);
        // Voice of second 1 arrives 50 ms later, the picture of the same moment 120 ms later.
        let heard = clock.captured(48_000, Some(voice), start + Duration::from_millis(1_050));
        let seen = clock.captured(180_000, Some(picture), start + Duration::from_millis(1_120));
        assert_eq!(heard, seen);
    }

    #[test]
    fn a_publisher_whose_clock_jumps_does_not_send_media_to_the_future() {
        let start = Instant::now();
        let mut clock = PublisherClock::default();
        clock.captured(0, Some(report(1_000, 0, 48_000)), start);
        let later = start + Duration::from_secs(1);
        let captured = clock.captured(48_000, Some(report(9_000, 0, 48_000)), later);
        assert_eq!(captured, later);
    }
}
