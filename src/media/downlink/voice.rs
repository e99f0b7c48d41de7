//! One listener's subscription to one person's voice.

use std::sync::Arc;

use str0m::media::{Mid, Pt};
use str0m::rtp::{ExtensionValues, RedDecoder, RtpPacket, RtpWrite};

use super::rewriter::{SequenceRewriter, TimestampRewriter};
use crate::media::codec::{Codec, Codecs};
use crate::media::uplink::Arrival;

/// A voice on its way to one listener.
#[derive(Debug)]
pub struct VoiceSubscription {
    mid: Mid,
    is_live: bool,
    sequence: SequenceRewriter,
    timestamp: TimestampRewriter,
}

impl VoiceSubscription {
    /// A subscription that goes out on this m-line.
    pub fn new(mid: Mid) -> Self {
        Self {
            mid,
            is_live: false,
            sequence: SequenceRewriter::default(),
            timestamp: TimestampRewriter::new(Codec::Opus.clock_rate()),
        }
    }

    /// The listener's m-line.
    pub fn mid(&self) -> Mid {
        self.mid
    }

    /// Forgets the source; the outgoing numbers go on.
    pub fn restart(&mut self) {
        self.is_live = false;
    }

    /// The packet as it goes to the listener; `None` if it does not.
    pub fn forward(
        &mut self,
        packet: &RtpPacket,
        arrival: &Arrival,
        codecs: Codecs,
    ) -> Option<RtpWrite> {
        let (pt, payload) = payload_for(packet, arrival.codec, codecs)?;
        // The first packet of a source starts a talkspurt (RFC 3551 section 4.1), so that the
        // jitter buffer may adapt there.
        let begins = !std::mem::replace(&mut self.is_live, true);
        if begins {
            self.sequence.begin(*packet.seq_no);
            self.timestamp
                .begin(packet.header.timestamp, arrival.captured);
        }
        let sequence = self.sequence.rewrite(*packet.seq_no)?;
        let timestamp = self
            .timestamp
            .rewrite(packet.header.timestamp, arrival.captured);
        let received = &packet.header.ext_vals;
        let extensions = ExtensionValues {
            audio_level: received.audio_level,
            voice_activity: received.voice_activity,
            ..ExtensionValues::default()
        };
        Some(
            RtpWrite::new(pt, sequence.into(), timestamp, arrival.captured, payload)
                .marker(begins || packet.header.marker)
                .ext_vals(extensions),
        )
    }
}

/// The payload in a codec that the listener has: RED as it is, or its primary block (RFC 2198
/// section 3) for a listener without RED.
fn payload_for(packet: &RtpPacket, codec: Codec, codecs: Codecs) -> Option<(Pt, Arc<[u8]>)> {
    if let Some(pt) = codecs.payload_type(codec) {
        return Some((pt, packet.payload.clone()));
    }
    if codec != Codec::Red {
        return None;
    }
    let blocks = RedDecoder::decode(&packet.payload).ok()?;
    let primary = blocks.iter().find(|block| block.is_primary)?;
    Some((codecs.payload_type(Codec::Opus)?, primary.payload.into()))
}
