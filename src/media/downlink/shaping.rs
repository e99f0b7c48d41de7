//! A voice that does not go to its listener as it came: thinned and merged.

use std::time::Instant;

use super::comfort_noise::{self, ComfortNoise, Floor, Verdict};
use super::hold_gate;
use super::merger::{Merger, Outgoing, Spoken};
use super::shape::VoiceShape;
use crate::media::opus::PacketTime;
use crate::media::opus::activity::{self, Activity};

/// What is done to one voice on its way to one listener.
#[derive(Debug)]
pub struct Shaping {
    shape: VoiceShape,
    merger: Merger,
    noise: ComfortNoise,
    /// The listener's page has fallen silent; when it was last sent a packet since.
    held: Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// Everything goes.
    Open,
    /// Next to nothing goes.
    Shut { last: Option<Instant> },
    /// The first packet after it was shut is still to come.
    Opened,
}

impl Shaping {
    /// Shapes a voice like this.
    pub fn new(shape: VoiceShape) -> Self {
        Self {
            shape,
            merger: Merger::new(shape.packet_time),
            noise: ComfortNoise::default(),
            held: Held::Open,
        }
    }

    /// Shapes it like this from now on.
    pub fn aim(&mut self, shape: VoiceShape) {
        self.shape = shape;
        self.merger.aim(shape.packet_time);
    }

    /// How it shapes.
    pub fn shape(&self) -> VoiceShape {
        self.shape
    }

    /// The listener's page fell silent, or is back.
    pub fn hold(&mut self, is_shut: bool) {
        self.held = match (is_shut, self.held) {
            (true, Held::Shut { last }) => Held::Shut { last },
            (true, _) => Held::Shut { last: None },
            (false, Held::Shut { .. }) => Held::Opened,
            (false, held) => held,
        };
    }

    /// Whether a voice would go as it came, and nothing of it waits.
    pub fn is_idle(&self) -> bool {
        self.shape.is_plain() && self.held == Held::Open && self.merger.is_empty()
    }

    /// Another source; returns the number of its first packet.
    pub fn restart(&mut self) -> u64 {
        self.noise = ComfortNoise::default();
        self.merger.restart()
    }

    /// When [`Shaping::flush`] is needed.
    pub fn deadline(&self) -> Option<Instant> {
        self.merger.deadline()
    }

    /// Sends what has waited long enough.
    pub fn flush(&mut self, out: &mut impl FnMut(Outgoing)) {
        self.merger.flush(out);
    }

    /// Takes a packet of plain Opus; what goes to the listener comes out, now or later.
    pub fn push(&mut self, mut spoken: Spoken, floor: Floor, out: &mut impl FnMut(Outgoing)) {
        match &mut self.held {
            Held::Open => {}
            Held::Opened => {
                // The jitter buffer may start anew here.
                spoken.marker = true;
                self.held = Held::Open;
            }
            Held::Shut { last } => {
                let arrived = spoken.arrived;
                if last.is_some_and(|last| arrived < last + hold_gate::PACE) {
                    return self.merger.skip(spoken.sequence, out);
                }
                *last = Some(arrived);
                self.merger.push(spoken, out);
                return self.merger.flush(out);
            }
        }
        match self.judge(&spoken, floor) {
            Verdict::Pass => self.merger.push(spoken, out),
            Verdict::Begin => {
                spoken.marker = true;
                self.merger.push(spoken, out);
            }
            Verdict::Noise => match comfort_noise::packet(&spoken.payload) {
                Some(payload) => self.merger.push(Spoken { payload, ..spoken }, out),
                None => self.merger.skip(spoken.sequence, out),
            },
            Verdict::Nothing => self.merger.skip(spoken.sequence, out),
        }
    }

    /// Silence is left out only towards a weak listener: everybody else hears the room breathe.
    fn judge(&mut self, spoken: &Spoken, floor: Floor) -> Verdict {
        let activity = if self.shape.packet_time > PacketTime::Ms20 {
            activity::of(&spoken.payload)
        } else {
            Activity::Unknown
        };
        self.noise.judge(spoken.timestamp, activity, floor)
    }
}
