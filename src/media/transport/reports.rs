//! How many of the engine's reports on media leave towards a peer.
//!
//! RFC 3550 section 6.2 gives reports 5 % of a session's bandwidth, and no report more often than every
//! 5 s. Ours come every 2 s, because browsers need two of each line to play lips and voice in step. On a
//! link so weak that no picture goes there is nothing to keep in step, and 5 % is less than a packet a
//! second.

use std::time::{Duration, Instant};

/// Sender and receiver reports (RFC 3550 sections 6.4.1 and 6.4.2). Asking for a keyframe or for lost
/// packets comes under types of its own, and an end of its own as well: none of them waits.
const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;

/// The least time between two (RFC 3550 section 6.2).
const SPARING_INTERVAL: Duration = Duration::from_secs(5);

/// How often reports leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportPace {
    /// As the engine makes them.
    #[default]
    Usual,
    /// One of each kind every 5 s at most.
    Sparing,
}

/// What has left towards one peer.
#[derive(Debug, Default)]
pub struct ReportGate {
    pace: ReportPace,
    /// Of senders, and of receivers: the engine makes one at a time, and whichever came first would
    /// keep the other back for ever.
    left: [Option<Instant>; 2],
}

impl ReportGate {
    /// How often reports leave from now on.
    pub fn set(&mut self, pace: ReportPace) {
        self.pace = pace;
    }

    /// Whether a datagram may leave. Of an encrypted report only the type of its first part can be
    /// read (RFC 3711 section 3.4). What asks for something and happens to share a datagram with a
    /// report that does not leave is asked for again.
    pub fn admits(&mut self, datagram: &[u8], now: Instant) -> bool {
        let kind = match datagram {
            [first, SENDER_REPORT, ..] if first >> 6 == 2 => 0,
            [first, RECEIVER_REPORT, ..] if first >> 6 == 2 => 1,
            _ => return true,
        };
        let Some(left) = self.left.get_mut(kind) else {
            return true;
        };
        let is_due = left.is_none_or(|left| now >= left + SPARING_INTERVAL);
        if self.pace == ReportPace::Sparing && !is_due {
            return false;
        }
        *left = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_of_each_kind_leave_every_five_seconds_and_requests_at_once() {
        let start = Instant::now();
        let left_in_a_minute = |pace| {
            let mut gate = ReportGate::default();
            gate.set(pace);
            let mut left = |kind: u8, every: u64| {
                let times = (0..60).step_by(every.try_into().unwrap());
                times
                    .filter(|second| {
                        let now = start + Duration::from_secs(*second);
                        gate.admits(&[0x80, kind, 0, 6], now)
                    })
                    .count()
            };
            // Pictures and voices, received and sent; keyframes asked for.
            [left(200, 2), left(201, 1), left(206, 1), left(203, 1)]
        };
        assert_eq!(left_in_a_minute(ReportPace::Usual), [30, 60, 60, 60]);
        assert_eq!(left_in_a_minute(ReportPace::Sparing), [10, 12, 60, 60]);
    }
}
