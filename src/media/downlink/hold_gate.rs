//! Whether the page still takes what is sent to it: the gate between a listener and a link that
//! holds packets back.
//!
//! A phone network that has lost its signal keeps what it is given and delivers it when the signal
//! is back: seconds of speech at once, which a jitter buffer then plays, and the listener stays that
//! far behind. So as soon as a page falls silent that should be heard, next to nothing is sent to
//! it; on its first sign of life it goes on with what is said at that moment, and with pictures when
//! what the network held is out of the voice's way.
//!
//! Pictures rest sooner than the voice. Most of what a network would hold is theirs, a page answers
//! them several times a second whether or not its person speaks, and to be wrong costs a keyframe and
//! not a word.

use std::time::{Duration, Instant};

/// Silence of a page that should be heard, until the gate shuts: longer than the 400 ms between two
/// packets of DTX with two of them lost, shorter than what a listener would notice as delay.
const SHUTS_AFTER: Duration = Duration::from_millis(1_500);

/// Silence of a page to which pictures flow, until they rest. It answers them (transport-wide feedback)
/// every 50 to 250 ms in today's browsers: the slowest of them is silent for so long less than once an
/// hour where 1 % is lost and packets come up to 120 ms late, and on none of the lab's links was anybody
/// for more than 400 ms. Every tenth of a second more is a tenth of a second of pictures in the way of
/// the voice.
const RESTS_AFTER: Duration = Duration::from_millis(700);

/// Silence of a page whose pictures rest, until the gate shuts: no answer at all to what was sent for a second
/// is no accident. Each tenth of a second more of voice would be one to catch up afterwards.
const SHUTS_RESTED_AFTER: Duration = Duration::from_secs(1);

/// Pictures flow if they have come for so long before everything fell silent: longer than any round
/// trip of a link that carries pictures, so that their answers have been coming as well…
const FLOWED: Duration = Duration::from_secs(2);

/// … without a longer pause than this: three pictures of the slowest camera.
const PICTURE_PAUSE: Duration = Duration::from_millis(500);

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
    /// The page is silent although pictures flow to it: they rest.
    Rested,
    /// The page has fallen silent: next to nothing goes.
    Shut,
    /// The page is back: voice goes on.
    Opened,
    /// So do pictures.
    Drained,
}

/// The gate of one page.
#[derive(Clone, Copy, Debug, Default)]
pub struct HoldGate {
    stand: Stand,
    /// Pictures that flow to the page: since when, and until when.
    flow: Option<(Instant, Instant)>,
}

/// What goes to the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stand {
    /// Everything.
    #[default]
    Open,
    /// No pictures, since this.
    Resting(Instant),
    /// Next to nothing, since this.
    Shut(Instant),
    /// No pictures, until this.
    Draining(Instant),
}

impl HoldGate {
    /// Whether nothing was heard of the page until just now: its next sign turns the gate.
    pub fn waits_for_a_sign(&self) -> bool {
        matches!(self.stand, Stand::Resting(_) | Stand::Shut(_))
    }

    /// Whether no picture is sent.
    pub fn rests_pictures(&self) -> bool {
        self.stand != Stand::Open
    }

    /// A picture, or a part of one, goes to the page.
    pub fn picture(&mut self, now: Instant) {
        let flows = |until: Instant| now <= until + PICTURE_PAUSE;
        let since = self.flow.filter(|(_, until)| flows(*until));
        self.flow = Some((since.map_or(now, |(since, _)| since), now));
    }

    /// Looks at the signs; says if the gate turns.
    pub fn look(&mut self, now: Instant, signs: &Signs) -> Option<Turn> {
        let heard = signs.heard?;
        let silence = now.saturating_duration_since(heard);
        let (next, turn) = match self.stand {
            Stand::Resting(since) | Stand::Shut(since) if heard >= since => {
                (Stand::Draining(now + DRAINS_WITHIN), Turn::Opened)
            }
            Stand::Resting(_) if silence >= SHUTS_RESTED_AFTER => (Stand::Shut(now), Turn::Shut),
            Stand::Resting(_) | Stand::Shut(_) => return None,
            _ if silence >= SHUTS_AFTER && should_be_heard(now, heard, signs) => {
                (Stand::Shut(now), Turn::Shut)
            }
            _ if silence >= RESTS_AFTER && self.owes_answers(now, heard) => {
                (Stand::Resting(now), Turn::Rested)
            }
            Stand::Draining(until) if now >= until => (Stand::Open, Turn::Drained),
            Stand::Open | Stand::Draining(_) => return None,
        };
        self.stand = next;
        Some(turn)
    }

    /// Whether pictures flowed to the page long enough to be answered, and do so still.
    fn owes_answers(&self, now: Instant, heard: Instant) -> bool {
        self.flow
            .is_some_and(|(since, until)| since + FLOWED <= heard && now <= until + PICTURE_PAUSE)
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
#[path = "hold_gate_tests.rs"]
mod tests;
