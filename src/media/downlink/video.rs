//! One viewer's subscription to one person's picture.

use str0m::media::Mid;
use str0m::rtp::{RtpPacket, RtpWrite, Vp8Descriptor};

use super::rewriter::{SequenceRewriter, TimestampRewriter};
use super::switcher::{Forwarding, Verdict};
use super::vp8::Vp8Rewriter;
use crate::media::allocation::{PauseReason, Target};
use crate::media::codec::{Codec, Codecs};
use crate::media::ids::Rid;
use crate::media::uplink::Arrival;

/// A picture on its way to one viewer.
#[derive(Debug)]
pub struct VideoSubscription {
    mid: Mid,
    forwarding: Forwarding,
    sequence: SequenceRewriter,
    timestamp: TimestampRewriter,
    vp8: Vp8Rewriter,
    /// Encodings begun so far, for the debug endpoint and the metrics.
    switches: u64,
}

impl VideoSubscription {
    /// A subscription that goes out on this m-line.
    pub fn new(mid: Mid) -> Self {
        Self {
            mid,
            forwarding: Forwarding::Paused(PauseReason::NothingOffered),
            sequence: SequenceRewriter::default(),
            timestamp: TimestampRewriter::new(Codec::Vp8.clock_rate()),
            vp8: Vp8Rewriter::default(),
            switches: 0,
        }
    }

    /// The viewer's m-line.
    pub fn mid(&self) -> Mid {
        self.mid
    }

    /// What it does now.
    pub fn forwarding(&self) -> Forwarding {
        self.forwarding
    }

    /// Whether there are pictures that go out, or would if there were room for them.
    pub fn is_aimed(&self) -> bool {
        self.forwarding != Forwarding::Paused(PauseReason::NothingOffered)
    }

    /// How many times an encoding has begun.
    pub fn switches(&self) -> u64 {
        self.switches
    }

    /// Forgets the source; the outgoing numbers go on.
    pub fn restart(&mut self) {
        self.forwarding = Forwarding::Paused(PauseReason::NothingOffered);
    }

    /// The viewer has missed an unknown part: it goes on with a keyframe.
    pub fn interrupt(&mut self) {
        self.forwarding = self.forwarding.interrupt();
    }

    /// Follows the allocation.
    pub fn aim(&mut self, target: Target) {
        self.forwarding = match target {
            Target::Rung(rid) => self.forwarding.aim(rid),
            Target::Paused(reason) => Forwarding::Paused(reason),
        };
    }

    /// The encoding whose keyframe helps a viewer's decoder that has lost its way: the one it gets,
    /// since the one that is awaited may take long to begin.
    pub fn wants_keyframe_of(&self) -> Option<Rid> {
        self.forwarding.current().or(self.forwarding.awaited())
    }

    /// The packet as it goes to the viewer; `None` if it does not.
    pub fn forward(
        &mut self,
        packet: &RtpPacket,
        arrival: &Arrival,
        codecs: Codecs,
    ) -> Option<RtpWrite> {
        let pt = codecs.payload_type(arrival.codec)?;
        // A keyframe's first packet that was lost and came late is no place to begin: the packets
        // after it are gone. Another keyframe will be asked for.
        let keyframe = arrival.is_newest && arrival.codec.starts_keyframe(&packet.payload);
        let (verdict, next) = self.forwarding.offer(arrival.rid, keyframe);
        self.forwarding = next;

        let descriptor = match arrival.codec {
            Codec::Vp8 => Vp8Descriptor::parse(&packet.payload).ok(),
            _ => None,
        };
        match verdict {
            Verdict::Drop => return None,
            Verdict::Continue => {}
            Verdict::Begin => {
                self.switches += 1;
                self.sequence.begin(*packet.seq_no);
                self.timestamp
                    .begin(packet.header.timestamp, arrival.captured);
                if let Some(descriptor) = &descriptor {
                    self.vp8.begin(descriptor);
                }
            }
        }
        let sequence = self.sequence.rewrite(*packet.seq_no)?;
        let timestamp = self
            .timestamp
            .rewrite(packet.header.timestamp, arrival.captured);
        let write = RtpWrite::new(
            pt,
            sequence.into(),
            timestamp,
            arrival.captured,
            packet.payload.clone(),
        )
        .marker(packet.header.marker)
        .nackable(true);
        Some(
            match descriptor.and_then(|descriptor| self.vp8.rewrite(&descriptor)) {
                Some(patch) => write.vp8_patch(patch),
                None => write,
            },
        )
    }
}
