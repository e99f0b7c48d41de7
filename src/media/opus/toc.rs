//! The first byte of a packet: mode, bandwidth, frame duration, channels and how many frames
//! (RFC 6716 section 3.1).

use std::time::Duration;

/// The table-of-contents byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toc(u8);

/// Which of the two coders a configuration uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Linear prediction: speech at low rates.
    Silk,
    /// Linear prediction below 8 kHz, transform above: speech at higher rates.
    Hybrid,
    /// Transform only: music, or very short frames.
    Celt,
}

impl Toc {
    /// Reads the byte; every value is valid.
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// The byte of a packet with this number code (0–3) and everything else the same.
    pub const fn with_code(self, code: u8) -> u8 {
        (self.0 & !0b11) | (code & 0b11)
    }

    /// How frames are counted: 0 one, 1 two of equal size, 2 two, 3 any number.
    pub const fn code(self) -> u8 {
        self.0 & 0b11
    }

    /// Whether frames have two channels.
    pub const fn is_stereo(self) -> bool {
        self.0 & 0b100 != 0
    }

    /// Whether frames of both can go into one packet: same configuration, same channels.
    pub const fn is_alike(self, other: Self) -> bool {
        self.0 >> 2 == other.0 >> 2
    }

    /// The coder.
    pub const fn mode(self) -> Mode {
        match self.0 >> 3 {
            0..12 => Mode::Silk,
            12..16 => Mode::Hybrid,
            _ => Mode::Celt,
        }
    }

    /// How long one frame lasts: 2.5 to 60 ms.
    pub const fn frame_duration(self) -> Duration {
        let size = (self.0 >> 3) % 4;
        Duration::from_micros(match (self.mode(), size) {
            (Mode::Celt, 0) => 2_500,
            (Mode::Celt, 1) => 5_000,
            (Mode::Celt | Mode::Hybrid, 2) | (Mode::Silk | Mode::Hybrid, 0) => 10_000,
            (Mode::Celt | Mode::Hybrid, _) | (Mode::Silk, 1) => 20_000,
            (Mode::Silk, 2) => 40_000,
            (Mode::Silk, _) => 60_000,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_configuration_of_the_table() {
        for (config, mode, micros) in [
            (0, Mode::Silk, 10_000),
            (1, Mode::Silk, 20_000),
            (10, Mode::Silk, 40_000),
            (11, Mode::Silk, 60_000),
            (12, Mode::Hybrid, 10_000),
            (15, Mode::Hybrid, 20_000),
            (16, Mode::Celt, 2_500),
            (29, Mode::Celt, 5_000),
            (30, Mode::Celt, 10_000),
            (31, Mode::Celt, 20_000),
        ] {
            let toc = Toc::from_byte(config << 3 | 0b110);
            assert_eq!(toc.mode(), mode, "configuration {config}");
            assert_eq!(toc.frame_duration(), Duration::from_micros(micros));
            assert!(toc.is_stereo());
            assert_eq!(toc.code(), 2);
            assert_eq!(toc.with_code(3), config << 3 | 0b111);
        }
    }

    #[test]
    fn frames_of_another_size_bandwidth_or_channel_do_not_mix() {
        let toc = Toc::from_byte(0x48);
        assert!(toc.is_alike(Toc::from_byte(0x4b)), "the count may differ");
        assert!(!toc.is_alike(Toc::from_byte(0x4c)), "stereo");
        assert!(!toc.is_alike(Toc::from_byte(0x50)), "40 ms");
        assert!(!toc.is_alike(Toc::from_byte(0x08)), "narrowband");
    }
}
