//! Opus as far as a server needs it that never decodes: the structure of packets (RFC 6716
//! section 3) and the encoder's own opinion of whether somebody speaks (section 4.2.3).

pub mod activity;
pub mod merge;
pub mod packet;
pub mod toc;

#[cfg(test)]
mod differential_tests;

use std::time::Duration;

/// Ticks of the RTP clock per millisecond, whatever rate was encoded (RFC 7587 section 4.1).
pub const TICKS_PER_MS: u32 = 48;

/// The longest that one packet may last (RFC 6716 section 3.2.5).
pub const LONGEST_PACKET: Duration = Duration::from_millis(120);

/// How long a packet of voice lasts, as far as we choose it: the audio rungs' packet times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PacketTime {
    /// What browsers send by themselves.
    #[default]
    Ms20,
    /// 25 packets a second.
    Ms40,
    /// 16.7 packets a second.
    Ms60,
    /// 8.3 packets a second: the longest that an Opus packet may last (RFC 6716 section 3.2.5).
    Ms120,
}

impl PacketTime {
    /// From the shortest to the longest.
    pub const ALL: [Self; 4] = [Self::Ms20, Self::Ms40, Self::Ms60, Self::Ms120];

    /// As a duration.
    pub const fn duration(self) -> Duration {
        Duration::from_millis(match self {
            Self::Ms20 => 20,
            Self::Ms40 => 40,
            Self::Ms60 => 60,
            Self::Ms120 => 120,
        })
    }
}
