//! Whether the page still takes what is sent to it: the gate between a listener and a link that
//! holds packets back.
//!
//! A phone network that has lost its signal keeps what it is given and delivers it when the signal
//! is back: seconds of speech at once, which a jitter buffer then plays, and the listener stays that
//! far behind. So as soon as a page falls silent that should be heard, next to nothing is sent to
//! it; on its first sign of life it goes on with what is said at that moment, and with pictures when
//! what the network held is out of the voice's way.

use std::time::{Duration, Instant};

/// Silence of a page that should be heard, until the gate shuts: longer than the 400 ms between two
/// packets of DTX with two of them lost, shorter than what a listener would notice as delay.
const SHUTS_AFTER: Duration = Duration::from_millis(1_500);

/// Speech counts as flowing until everything fell silent if its last packet came at most this long
/// before: one packet of DTX every 400 ms, and one of 120 ms.
const FLOWING: Duration = Duration::from_millis(520);

/// What the network held until the gate shut has come after this, where it carries three times what
/// was sent.
const DRAINS_WITHIN: Duration = Duration::from_secs(2);

/// From one packet of voice to the next while the gate is shut. They keep the way open that a
/// network's address translation remembers, and show when it carries again.
pub const PACE: Duration = Duration::from_millis(500);

/// What was heard of a page.
#[derive(Clone, Copy, Debug)]
pub struct Signs {
    /// The last time that anything came.
    pub heard: Option<Instant>,
    /// The last time that a packet of its voice came.
    pub voice: Option<Instant>,
    /// When its next report should have come, if it owes one.
    pub report_due: Option<Instant>,
}

/// What the gate has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The page has fallen silent.
    Shut,
    /// The page is back: voice goes on.
    Opened,
    /// So do pictures.
    Drained,
}

/// The gate of one page.
#[derive(Clone, Copy, Debug, Default)]
pub struct HoldGate {
    shut_since: Option<Instant>,
    drains_until: Option<Instant>,
}

impl HoldGate {
    /// Whether next to nothing is sent.
    pub fn is_shut(&self) -> bool {
        self.shut_since.is_some()
    }

    /// Whether no picture is sent.
    pub fn rests_pictures(&self) -> bool {
        self.is_shut() || self.drains_until.is_some()
    }

    /// Looks at the signs; says if the gate turns.
    pub fn look(&mut self, now: Instant, signs: &Signs) -> Option<Turn> {
        let heard = signs.heard?;
        if let Some(since) = self.shut_since {
            if heard < since {
                return None;
            }
            self.shut_since = None;
            self.drains_until = Some(now + DRAINS_WITHIN);
            return Some(Turn::Opened);
        }
        let is_silent = now.saturating_duration_since(heard) >= SHUTS_AFTER;
        if is_silent && should_be_heard(now, heard, signs) {
            self.shut_since = Some(now);
            self.drains_until = None;
            return Some(Turn::Shut);
        }
        let is_drained = self.drains_until.is_some_and(|until| now >= until);
        is_drained.then(|| {
            self.drains_until = None;
            Turn::Drained
        })
    }
}

/// Silence means something only where there should be sound: a muted page whose reports are not due
/// is silent for good reason.
fn should_be_heard(now: Instant, heard: Instant, signs: &Signs) -> bool {
    let was_speaking = signs
        .voice
        .is_some_and(|voice| heard.saturating_duration_since(voice) <= FLOWING);
    let owes_report = signs.report_due.is_some_and(|due| now >= due);
    was_speaking || owes_report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn a_speaker_who_falls_silent_shuts_it_and_their_first_sign_opens_it() {
        let start = Instant::now();
        let mut gate = HoldGate::default();
        let mut signs = Signs {
            heard: Some(start),
            voice: Some(start),
            report_due: None,
        };
        assert_eq!(gate.look(at(start, 1_499), &signs), None);
        assert_eq!(gate.look(at(start, 1_500), &signs), Some(Turn::Shut));
        assert_eq!(
            gate.look(at(start, 30_000), &signs),
            None,
            "as long as it takes"
        );
        assert!(gate.is_shut());
        signs.heard = Some(at(start, 30_010));
        assert_eq!(gate.look(at(start, 30_010), &signs), Some(Turn::Opened));
        signs.heard = Some(at(start, 32_000));
        signs.voice = signs.heard;
        assert_eq!(gate.look(at(start, 32_009), &signs), None);
        assert!(gate.rests_pictures() && !gate.is_shut());
        assert_eq!(gate.look(at(start, 32_010), &signs), Some(Turn::Drained));
        assert!(!gate.rests_pictures());
    }

    #[test]
    fn somebody_who_has_not_spoken_is_not_gone() {
        let start = Instant::now();
        let mut gate = HoldGate::default();
        let mut signs = Signs {
            heard: Some(at(start, 3_000)),
            voice: Some(start),
            report_due: Some(at(start, 10_000)),
        };
        assert_eq!(gate.look(at(start, 9_999), &signs), None);
        assert_eq!(
            gate.look(at(start, 10_000), &signs),
            Some(Turn::Shut),
            "but the report is due"
        );
        signs.report_due = None;
        signs.voice = None;
        let mut gate = HoldGate::default();
        assert_eq!(gate.look(at(start, 60_000), &signs), None);
    }

    #[test]
    fn a_pause_of_dtx_does_not_shut_it() {
        let start = Instant::now();
        let mut gate = HoldGate::default();
        for packet in 0..100 {
            let last = at(start, packet * 400);
            let signs = Signs {
                heard: Some(last),
                voice: Some(last),
                report_due: None,
            };
            // Two of the packets in a row may be lost.
            assert_eq!(gate.look(last + Duration::from_millis(1_200), &signs), None);
        }
    }
}
