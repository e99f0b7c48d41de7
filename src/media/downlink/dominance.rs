//! Who has the floor: which of several voices a listener hears when not all of them fit.
//!
//! Pure: what each packet says of speech and how large it is goes in, one answer comes out. Whoever
//! speaks alone is heard within 60 ms of speech; whoever falls into another's speech is after
//! 300 ms of it, so that an interpreter is not lost behind a patient with the radio on; a cough or
//! a word of assent changes nothing.

use std::time::{Duration, Instant};

use str0m::rtp::RedDecoder;

use crate::media::codec::Codec;
use crate::media::opus::activity::{self, Activity};
use crate::media::opus::packet::Packet;

/// Somebody who has not spoken for so long has stopped: longer than between two syllables, shorter
/// than between two people.
const STOPPED_AFTER: Duration = Duration::from_millis(200);

/// Speech that takes the floor when nobody else speaks: three packets of 20 ms, or two longer ones.
const TAKES_AFTER: Duration = Duration::from_millis(40);

/// Speech that takes the floor from somebody who speaks.
const INTERRUPTS_AFTER: Duration = Duration::from_millis(300);

/// Nobody is interrupted who has had the floor for less than this.
const KEEPS_FOR: Duration = Duration::from_millis(600);

/// Packets smaller than this share of the voice's usual loudest are noise, whatever the encoder
/// thinks of them: its rate follows what there is to say.
const LOUD_PERCENT: u64 = 33;

/// A peak is forgotten by this share with each packet: by half in about nine seconds.
const FORGET: u64 = 640;

/// Who speaks towards one listener.
#[derive(Debug, Default)]
pub struct Dominance {
    speakers: Vec<Speaker>,
    floor: Option<(usize, Instant)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Speaker {
    /// The size of the loudest packets, in bytes per second.
    peak: u64,
    /// The present or last speech.
    speech: Option<Speech>,
}

#[derive(Clone, Copy, Debug)]
struct Speech {
    began: Instant,
    last: Instant,
}

/// What one packet says of its speaker.
#[derive(Clone, Copy, Debug)]
pub struct Sound {
    /// What the encoder thinks.
    pub activity: Activity,
    /// Bytes of the packet for each second that it lasts: a measure of energy.
    pub bytes_per_second: u64,
}

impl Sound {
    /// What a payload says; of RED, its primary block.
    pub fn of(payload: &[u8], codec: Codec) -> Self {
        if codec == Codec::Red {
            let blocks = RedDecoder::decode(payload).unwrap_or_default();
            let primary = blocks.iter().find(|block| block.is_primary);
            return primary.map_or(Self::NONE, |block| Self::of(block.payload, Codec::Opus));
        }
        let Ok(packet) = Packet::parse(payload) else {
            return Self::NONE;
        };
        let micros = u64::try_from(packet.duration().as_micros()).unwrap_or(u64::MAX);
        let bytes: usize = packet.frames().iter().map(|frame| frame.len()).sum();
        Self {
            activity: activity::of(payload),
            bytes_per_second: bytes as u64 * 1_000_000 / micros.max(1),
        }
    }

    const NONE: Self = Self {
        activity: Activity::Silence,
        bytes_per_second: 0,
    };
}

impl Dominance {
    /// Everybody's place has changed hands.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Takes note of a packet of the voice in place `who`; whether it has the floor.
    pub fn hear(&mut self, who: usize, sound: Sound, now: Instant) -> bool {
        if self.speakers.len() <= who {
            self.speakers.resize(who + 1, Speaker::default());
        }
        let Some(speaker) = self.speakers.get_mut(who) else {
            return true;
        };
        speaker.hear(sound, now);
        let speech = speaker.speech;
        let Some((holder, since)) = self.floor else {
            self.floor = Some((who, now));
            return true;
        };
        if holder == who {
            return true;
        }
        let held = self.speakers.get(holder).and_then(|holder| holder.speech);
        let takes = speech
            .filter(|speech| speech.goes_on(now))
            .is_some_and(|speech| match held.filter(|held| held.goes_on(now)) {
                None => speech.lasts() >= TAKES_AFTER,
                Some(held) => {
                    speech.began > held.began
                        && speech.lasts() >= INTERRUPTS_AFTER
                        && now.saturating_duration_since(since) >= KEEPS_FOR
                }
            });
        if takes {
            self.floor = Some((who, now));
        }
        takes
    }
}

impl Speaker {
    fn hear(&mut self, sound: Sound, now: Instant) {
        self.peak -= self.peak / FORGET;
        self.peak = self.peak.max(sound.bytes_per_second);
        let is_loud = sound.bytes_per_second * 100 >= self.peak * LOUD_PERCENT;
        if sound.activity == Activity::Silence || !is_loud {
            return;
        }
        match &mut self.speech {
            Some(speech) if speech.goes_on(now) => speech.last = now,
            speech => {
                *speech = Some(Speech {
                    began: now,
                    last: now,
                });
            }
        }
    }
}

impl Speech {
    fn goes_on(self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) <= STOPPED_AFTER
    }

    fn lasts(self) -> Duration {
        self.last.saturating_duration_since(self.began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEECH: Sound = Sound {
        activity: Activity::Speech,
        bytes_per_second: 2_000,
    };
    const SILENCE: Sound = Sound {
        activity: Activity::Silence,
        bytes_per_second: 1_000,
    };
    /// The encoder takes the room's noise for speech.
    const HUM: Sound = Sound {
        activity: Activity::Speech,
        bytes_per_second: 400,
    };

    struct Talk {
        now: Instant,
        dominance: Dominance,
    }

    impl Talk {
        fn new() -> Self {
            Self {
                now: Instant::now(),
                dominance: Dominance::default(),
            }
        }

        /// Both send for so long; how long it took until the second had the floor.
        fn both(&mut self, ms: u64, first: Sound, second: Sound) -> Option<u64> {
            let mut taken = None;
            for at in (0..ms).step_by(20) {
                self.dominance.hear(0, first, self.now);
                if self.dominance.hear(1, second, self.now) {
                    taken = taken.or(Some(at));
                } else {
                    taken = None;
                }
                self.now += Duration::from_millis(20);
            }
            taken
        }
    }

    #[test]
    fn who_answers_is_heard_within_400_ms_of_their_first_word() {
        let mut talk = Talk::new();
        assert_eq!(talk.both(5_000, SPEECH, SILENCE), None);
        let after = talk.both(5_000, SILENCE, SPEECH).unwrap();
        assert!(
            after <= 240,
            "{after} ms, at once after the other's last word"
        );
        talk.both(5_000, SPEECH, SILENCE);
        talk.both(1_000, SILENCE, SILENCE);
        let after = talk.both(1_000, SILENCE, SPEECH).unwrap();
        assert!(after <= 40, "{after} ms, after a pause");
    }

    #[test]
    fn an_interruption_is_heard_after_300_ms_and_only_one_changes_hands() {
        let mut talk = Talk::new();
        talk.both(3_000, SPEECH, SILENCE);
        let after = talk.both(10_000, SPEECH, SPEECH).unwrap();
        assert!((300..=400).contains(&after), "{after} ms");
    }

    #[test]
    fn a_word_of_assent_does_not_take_the_floor() {
        let mut talk = Talk::new();
        talk.both(3_000, SPEECH, SILENCE);
        for _ in 0..10 {
            assert_eq!(talk.both(240, SPEECH, SPEECH), None);
            assert_eq!(talk.both(700, SPEECH, SILENCE), None);
        }
    }

    #[test]
    fn a_hum_that_the_encoder_takes_for_speech_holds_nobody_back() {
        let mut talk = Talk::new();
        talk.both(1_000, SPEECH, SILENCE);
        let after = talk.both(1_000, HUM, SPEECH).unwrap();
        assert!(after <= 240, "{after} ms");
        assert_eq!(
            talk.both(200, HUM, SILENCE),
            Some(0),
            "and takes nothing back"
        );
    }

    #[test]
    fn whoever_is_alone_is_heard_speaking_or_not() {
        let mut dominance = Dominance::default();
        let now = Instant::now();
        assert!(dominance.hear(3, SILENCE, now));
        assert!(dominance.hear(3, SPEECH, now));
    }

    #[test]
    fn a_holder_of_whom_nothing_comes_any_more_has_stopped() {
        let mut talk = Talk::new();
        talk.both(1_000, SPEECH, SILENCE);
        let mut heard = Vec::new();
        for _ in 0..20 {
            heard.push(talk.dominance.hear(1, SPEECH, talk.now));
            talk.now += Duration::from_millis(20);
        }
        let after = heard.iter().position(|heard| *heard).unwrap() * 20;
        assert!(after <= 240, "{after} ms");
    }
}
