//! The ear of a receive slot: decodes Opus and says which of the known tones it hears.

use std::collections::BTreeMap;
use std::f32::consts::TAU;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use opus::{Channels, Decoder};

/// The decoder hands out 8 kHz: all tones fit below 4 kHz, at a sixth of the work.
const EAR_RATE: u32 = 8_000;
/// Half a second: a resolution of 2 Hz, and one or two turns of the loudness modulation.
const WINDOW: usize = 4_000;
/// The same as a time.
const WINDOW_TIME: Duration = Duration::from_millis(500);
/// Longest Opus packet, 120 ms.
const LONGEST_PACKET: usize = 960;
/// A tone counts when it is at most this far below the loudest one.
const REACH_DB: f32 = 20.0;
/// Below this no tone is playing; the bots' tones arrive at about −13 dB.
const SILENCE_DB: f32 = -45.0;

/// What an ear heard of one owner of its slot.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Half seconds judged.
    pub windows: u32,
    /// Of these, without any tone.
    pub silent: u32,
    /// Of these, by tone in Hz; a window in which two voices sound counts for both.
    pub by_tone: BTreeMap<u16, u32>,
    /// Packets that Opus could not decode.
    pub undecodable: u32,
}

impl Tally {
    /// Whether sound came nearly all of `lasted`: four fifths of it, less the window under way.
    pub fn is_lasting(&self, lasted: Duration) -> bool {
        let judged = WINDOW_TIME * (self.windows + 1);
        judged * 5 >= lasted * 4
    }

    /// Whether `tone` and nothing else was heard, in four of five windows at least (a window that
    /// lost packets may sound too poor to judge).
    pub fn is_only(&self, tone: u16) -> bool {
        let own = self.by_tone.get(&tone).copied().unwrap_or(0);
        let others = self.by_tone.keys().any(|heard| *heard != tone);
        !others && own > 0 && own * 5 >= self.windows * 4
    }

    /// The tones heard, the most frequent first.
    pub fn tones(&self) -> Vec<u16> {
        let mut tones: Vec<(u16, u32)> = self
            .by_tone
            .iter()
            .map(|(tone, count)| (*tone, *count))
            .collect();
        tones.sort_by_key(|(tone, count)| (std::cmp::Reverse(*count), *tone));
        tones.into_iter().map(|(tone, _)| tone).collect()
    }
}

/// Decodes one slot's audio.
pub struct Ear {
    decoder: Decoder,
    tones: Arc<[u16]>,
    window: Vec<f32>,
    packet: [f32; LONGEST_PACKET],
    tally: Tally,
}

impl Ear {
    /// An ear for these tones.
    pub fn new(tones: Arc<[u16]>) -> anyhow::Result<Self> {
        let decoder = Decoder::new(EAR_RATE, Channels::Mono).context("opus decoder")?;
        let window = Vec::with_capacity(WINDOW + LONGEST_PACKET);
        Ok(Self {
            decoder,
            tones,
            window,
            packet: [0.0; LONGEST_PACKET],
            tally: Tally::default(),
        })
    }

    /// Takes one packet; a lost one before it is simply missing, which the ear tolerates.
    pub fn hear(&mut self, packet: &[u8]) {
        let Ok(count) = self.decoder.decode_float(packet, &mut self.packet, false) else {
            self.tally.undecodable += 1;
            return;
        };
        self.window.extend(self.packet.iter().take(count));
        if self.window.len() >= WINDOW {
            self.judge();
            self.window.clear();
        }
    }

    /// Hands out what was heard and listens afresh, e.g. because the slot has a new owner.
    pub fn start_over(&mut self) -> Tally {
        self.window.clear();
        std::mem::take(&mut self.tally)
    }

    fn judge(&mut self) {
        let levels: Vec<(u16, f32)> = self
            .tones
            .iter()
            .map(|tone| (*tone, level_db(&self.window, f32::from(*tone))))
            .collect();
        let loudest = levels
            .iter()
            .map(|(_, level)| *level)
            .fold(f32::NEG_INFINITY, f32::max);
        self.tally.windows += 1;
        if loudest < SILENCE_DB {
            self.tally.silent += 1;
            return;
        }
        for (tone, _) in levels
            .into_iter()
            .filter(|(_, level)| *level >= loudest - REACH_DB)
        {
            *self.tally.by_tone.entry(tone).or_default() += 1;
        }
    }
}

/// The level of one frequency by Goertzel's algorithm; a full-scale sine is 0 dB.
#[expect(
    clippy::cast_precision_loss,
    reason = "a window's length is counted exactly by an f32"
)]
fn level_db(samples: &[f32], frequency: f32) -> f32 {
    let step = TAU * frequency / EAR_RATE as f32;
    let factor = 2.0 * step.cos();
    let (mut last, mut before) = (0.0_f32, 0.0_f32);
    for sample in samples {
        (last, before) = (sample + factor * last - before, last);
    }
    let power = last * last + before * before - factor * last * before;
    let amplitude = 2.0 * power.max(0.0).sqrt() / samples.len().max(1) as f32;
    20.0 * amplitude.max(1e-6).log10()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::tone::{TONES, Voice};

    fn ear() -> Ear {
        Ear::new(TONES.into()).unwrap()
    }

    fn listen(ear: &mut Ear, voice: &mut Voice, packets: usize) {
        for _ in 0..packets {
            ear.hear(&voice.next_packet());
        }
    }

    #[test]
    fn hears_every_tone_through_opus_and_no_other() {
        for tone in TONES {
            let mut ear = ear();
            listen(&mut ear, &mut Voice::new(tone).unwrap(), 150);
            let tally = ear.start_over();
            assert_eq!(tally.windows, 6, "{tone} Hz");
            assert!(tally.is_only(tone), "{tone} Hz sounded like {tally:?}");
        }
    }

    #[test]
    fn two_voices_in_one_slot_are_both_noticed() {
        let mut ear = ear();
        let (mut one, mut two) = (Voice::new(610).unwrap(), Voice::new(1_520).unwrap());
        for _ in 0..100 {
            ear.hear(&one.next_packet());
            ear.hear(&two.next_packet());
        }
        let tally = ear.start_over();
        assert!(!tally.is_only(610) && !tally.is_only(1_520), "{tally:?}");
        assert!(
            tally.tones().contains(&610) && tally.tones().contains(&1_520),
            "{tally:?}"
        );
    }

    #[test]
    fn still_knows_the_tone_when_one_packet_in_ten_is_missing() {
        let mut ear = ear();
        let mut voice = Voice::new(1_910).unwrap();
        for index in 0..200 {
            let packet = voice.next_packet();
            if index % 10 != 3 {
                ear.hear(&packet);
            }
        }
        assert!(ear.start_over().is_only(1_910));
    }

    #[test]
    fn a_voice_that_stops_early_did_not_last() {
        let mut ear = ear();
        listen(&mut ear, &mut Voice::new(870).unwrap(), 200);
        let tally = ear.start_over();
        assert!(tally.is_lasting(Duration::from_millis(4_400)));
        assert!(!tally.is_lasting(Duration::from_secs(8)));
        assert!(
            Tally::default().is_lasting(Duration::from_millis(300)),
            "too short to judge"
        );
    }

    #[test]
    fn silence_is_not_a_tone_and_noise_bytes_are_not_audio() {
        let mut encoder =
            opus::Encoder::new(48_000, Channels::Mono, opus::Application::Voip).unwrap();
        let mut ear = ear();
        for _ in 0..50 {
            ear.hear(&encoder.encode_vec_float(&[0.0; 960], 400).unwrap());
        }
        let tally = ear.start_over();
        assert_eq!((tally.windows, tally.silent), (2, 2));
        assert!(!tally.is_only(350));
        ear.hear(&[]);
        ear.hear(&[0xff, 0xff, 0xff]);
        assert_eq!(ear.start_over().windows, 0);
    }

    #[test]
    fn a_new_owner_is_judged_without_the_sound_of_the_old_one() {
        let mut ear = ear();
        listen(&mut ear, &mut Voice::new(480).unwrap(), 60);
        assert!(ear.start_over().is_only(480));
        listen(&mut ear, &mut Voice::new(2_040).unwrap(), 75);
        assert!(ear.start_over().is_only(2_040));
    }
}
