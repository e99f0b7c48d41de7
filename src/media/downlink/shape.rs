//! How voices go to one listener: what the controller decides and the downlink carries out.

use crate::media::opus::PacketTime;

/// How voices go to one listener.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VoiceShape {
    /// Packets are merged until they last this long; [`PacketTime::Ms20`] forwards them as they
    /// come.
    pub packet_time: PacketTime,
    /// Whose voices it hears while not all of them fit.
    pub voices: Voices,
    /// Repair of loss towards this listener.
    pub repair: Repair,
}

impl VoiceShape {
    /// Whether voices go as they come.
    pub fn is_plain(self) -> bool {
        self == Self::default()
    }
}

/// Whose voices a listener hears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Voices {
    /// Everybody's.
    #[default]
    All,
    /// The dominant one's; of the others so much that their place stays alive.
    DominantOnly,
}

/// What is sent beside a voice so that less of it is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repair {
    /// Nothing.
    #[default]
    None,
    /// Each packet once more, late enough to miss the burst that took the first: loss in bursts.
    DelayedCopy,
    /// The packet before in each packet (RFC 2198): isolated loss. Only towards a listener that
    /// negotiated RED, else nothing.
    Red,
}
