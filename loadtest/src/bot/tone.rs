//! The bots' voices: sine tones, encoded to Opus once and played in a loop by every bot that has them.

use std::f32::consts::TAU;
use std::sync::Arc;

use anyhow::Context as _;
use bytes::Bytes;
use opus::{Application, Bitrate, Channels, Encoder};

/// Opus' own clock, and that of its RTP timestamps.
pub const SAMPLE_RATE: u32 = 48_000;
/// Samples in a packet of 20 ms, which are its ticks on the RTP clock.
pub const FRAME_TICKS: u32 = 960;
const FRAME_SAMPLES: usize = FRAME_TICKS as usize;
/// Packets in a loop of one second.
const LOOP_FRAMES: usize = 50;
/// Speech-like bit rate of the page's microphone.
const BITRATE: i32 = 24_000;
/// The loudness falls and rises this often a second, so that nothing takes a tone for noise.
const MODULATION_HZ: f32 = 3.0;

/// The tones, in Hz. Whole numbers, so that a loop of one second has no seam; 130 Hz apart and
/// never a harmonic of one another within 20 Hz; all inside the band that 8 kHz ears hear.
pub const TONES: [u16; 20] = [
    350, 480, 610, 740, 870, 1_000, 1_130, 1_260, 1_390, 1_520, 1_650, 1_780, 1_910, 2_040, 2_170,
    2_300, 2_430, 2_560, 2_690, 2_820,
];

/// The tone of a bot: all different in a room, and neighbouring rooms share none.
pub fn tone_of(seed: u64, room: usize, bot: usize) -> u16 {
    let start = usize::try_from(seed % TONES.len() as u64).unwrap_or(0);
    // 7 has no factor in common with the table's length, so a room's bots are far apart in pitch.
    let index = (start + (room * crate::cli::MAX_PARTICIPANTS + bot) * 7) % TONES.len();
    TONES.get(index).copied().unwrap_or(TONES[0])
}

/// One second of a tone as Opus packets.
#[derive(Debug, Clone)]
pub struct Voice {
    packets: Arc<[Bytes]>,
    next: usize,
}

impl Voice {
    /// Encodes the loop: 20 ms a packet, with in-band FEC.
    pub fn new(tone: u16) -> anyhow::Result<Self> {
        let mut encoder =
            Encoder::new(SAMPLE_RATE, Channels::Mono, Application::Voip).context("opus encoder")?;
        encoder
            .set_bitrate(Bitrate::Bits(BITRATE))
            .context("opus bit rate")?;
        encoder.set_inband_fec(true).context("opus FEC")?;
        // FEC is only written when loss is expected.
        encoder.set_packet_loss_perc(10).context("opus loss")?;
        let mut packets = Vec::with_capacity(LOOP_FRAMES);
        // The first lap warms the encoder up, so that the end of the second fits its beginning.
        for lap in 0..2 {
            for frame in 0..LOOP_FRAMES {
                let packet = encoder
                    .encode_vec_float(&samples(tone, frame), 400)
                    .context("opus encode")?;
                if lap == 1 {
                    packets.push(packet.into());
                }
            }
        }
        Ok(Self {
            packets: packets.into(),
            next: 0,
        })
    }

    /// The next packet of the loop.
    pub fn next_packet(&mut self) -> Bytes {
        let packet = self.packets.get(self.next).cloned().unwrap_or_default();
        self.next = (self.next + 1) % self.packets.len().max(1);
        packet
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "48,000 samples are counted exactly by an f32"
)]
fn samples(tone: u16, frame: usize) -> Vec<f32> {
    (frame * FRAME_SAMPLES..(frame + 1) * FRAME_SAMPLES)
        .map(|index| {
            let time = index as f32 / SAMPLE_RATE as f32;
            let loudness = 0.3 * (1.0 + 0.5 * (TAU * MODULATION_HZ * time).sin());
            loudness * (TAU * f32::from(tone) * time).sin()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_voice_takes_about_24_kbit() {
        let mut voice = Voice::new(1_000).unwrap();
        let bytes: usize = (0..LOOP_FRAMES).map(|_| voice.next_packet().len()).sum();
        assert!((2_000..4_500).contains(&bytes), "{bytes} bytes a second");
    }

    #[test]
    fn the_bots_of_a_room_and_of_its_neighbour_all_sound_different() {
        for seed in 0..40 {
            for room in 0..30 {
                let mut tones: Vec<u16> = (0..2)
                    .flat_map(|next| (0..3).map(move |bot| tone_of(seed, room + next, bot)))
                    .collect();
                tones.sort_unstable();
                tones.dedup();
                assert_eq!(tones.len(), 6, "seed {seed}, room {room}");
            }
        }
    }
}
