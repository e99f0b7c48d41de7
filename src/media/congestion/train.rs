//! The packets of a probe on the wire: trains of messages on the data channel `link`.
//!
//! A message is more than half of an SCTP packet, because smaller ones travel two in one, and then
//! say nothing about a rate. A train is no longer than what every engine sends at once before it has
//! been acknowledged anything (4,380 bytes, RFC 9260 section 7.2.1).

use std::time::Duration;

use crate::media::units::Bitrate;

/// Server → page.
pub const PROBE_DOWN: u8 = 0x07;
/// Page → server.
pub const PROBE_UP: u8 = 0x08;

/// What a message costs on the wire beside itself: IPv4 20, UDP 8, DTLS 1.2 with AES-GCM 37, SCTP
/// and its data chunk 28.
const OVERHEAD_BYTES: usize = 93;

/// One train: how many messages of how many bytes, one right after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Train {
    /// Two of 600: half a second even at 20 kbit/s.
    Pair,
    /// Four of 600.
    Short,
    /// Four of 1,000: what tells 150 kbit/s from more.
    Long,
}

impl Train {
    /// From the smallest up.
    pub const ALL: [Self; 3] = [Self::Pair, Self::Short, Self::Long];

    /// Messages in it.
    pub const fn messages(self) -> u8 {
        match self {
            Self::Pair => 2,
            Self::Short | Self::Long => 4,
        }
    }

    /// Bytes of each message.
    pub const fn message_bytes(self) -> usize {
        match self {
            Self::Pair | Self::Short => 600,
            Self::Long => 1_000,
        }
    }

    /// What it costs on the wire, every header counted.
    pub const fn wire_bytes(self) -> usize {
        (self.messages() as usize) * (self.message_bytes() + OVERHEAD_BYTES)
    }

    /// The next larger one; the largest stays.
    #[must_use]
    pub const fn larger(self) -> Self {
        match self {
            Self::Pair => Self::Short,
            Self::Short | Self::Long => Self::Long,
        }
    }

    /// The rate of a link that takes so long from the first of `received` messages to the last: what
    /// came behind the first went through in that time. `None` where nothing did.
    pub fn rate(self, received: u8, spread: Duration) -> Option<Bitrate> {
        let behind = u64::from(received.min(self.messages()).checked_sub(1)?);
        let bits = behind * 8 * (self.message_bytes() + OVERHEAD_BYTES) as u64;
        // On a good link they come within a millisecond: all that shows is that it is none of the weak.
        let millis = u64::try_from(spread.as_millis()).unwrap_or(u64::MAX).max(1);
        (bits > 0).then(|| Bitrate::bps(bits * 1_000 / millis))
    }

    fn of(messages: u8, message_bytes: usize) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|train| (train.messages(), train.message_bytes()) == (messages, message_bytes))
    }
}

/// Which message of which train of which probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The page's own number of the probe.
    pub probe: u8,
    /// Which train each way, from 0.
    pub round: u8,
    /// Which message of the train, from 0.
    pub index: u8,
}

/// A message towards the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeDown {
    /// Which.
    pub place: Place,
    /// Of this train.
    pub train: Train,
    /// What the page answers with.
    pub back: Train,
}

impl ProbeDown {
    /// The message as it goes over the channel.
    pub fn encode(self) -> Vec<u8> {
        let Place {
            probe,
            round,
            index,
        } = self.place;
        let [b1, b0] = u16::try_from(self.back.message_bytes())
            .unwrap_or(u16::MAX)
            .to_be_bytes();
        let messages = [self.train.messages(), self.back.messages()];
        let mut message = vec![
            PROBE_DOWN,
            probe,
            round,
            index,
            messages[0],
            messages[1],
            b1,
            b0,
        ];
        message.resize(self.train.message_bytes(), 0);
        message
    }
}

/// A message of a page, in answer to a train. What it says of that train is a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeUp {
    /// Which.
    pub place: Place,
    /// Of this train.
    pub train: Train,
    /// How many messages of the server's train of this round came.
    pub received: u8,
    /// How long it took from the first of them to the last.
    pub spread: Duration,
}

impl ProbeUp {
    /// Reads one message; `None` for a wrong length or numbers that no train has.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (&[first, probe, round, index, messages, received, s1, s0], _) =
            bytes.split_first_chunk()?;
        let train = Train::of(messages, bytes.len())?;
        (first == PROBE_UP && index < messages).then(|| Self {
            place: Place {
                probe,
                round,
                index,
            },
            train,
            received,
            spread: Duration::from_millis(u64::from(u16::from_be_bytes([s1, s0]))),
        })
    }
}

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
