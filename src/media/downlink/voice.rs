//! One listener's subscription to one person's voice.

use std::sync::Arc;
use std::time::Instant;

use str0m::media::{Mid, Pt};
use str0m::rtp::{ExtensionValues, RedDecoder, RtpPacket, RtpWrite};

use super::comfort_noise::Floor;
use super::doubling::Doubling;
use super::merger::{Outgoing, Spoken};
use super::rewriter::{SequenceRewriter, TimestampRewriter};
use super::shape::{Repair, VoiceShape};
use super::shaping::Shaping;
use crate::media::codec::{Codec, Codecs};
use crate::media::uplink::Arrival;

/// A voice on its way to one listener.
#[derive(Debug)]
pub struct VoiceSubscription {
    mid: Mid,
    /// Whose numbers the rewriter follows; nobody's before the first packet of a source.
    counts: Option<Counts>,
    sequence: SequenceRewriter,
    timestamp: TimestampRewriter,
    /// Absent while the voice goes as it comes.
    shaped: Option<Box<Shaped>>,
}

#[derive(Debug)]
struct Shaped {
    shaping: Shaping,
    doubling: Doubling,
}

impl Shaped {
    fn new(shape: VoiceShape) -> Box<Self> {
        Box::new(Self {
            shaping: Shaping::new(shape),
            doubling: Doubling::default(),
        })
    }

    fn restart(&mut self) -> u64 {
        self.doubling.restart();
        self.shaping.restart()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    /// The source's own.
    Source,
    /// Those of what leaves the shaping.
    Shaping,
}

impl VoiceSubscription {
    /// A subscription that goes out on this m-line.
    pub fn new(mid: Mid) -> Self {
        Self {
            mid,
            counts: None,
            sequence: SequenceRewriter::default(),
            timestamp: TimestampRewriter::new(Codec::Opus.clock_rate()),
            shaped: None,
        }
    }

    /// The listener's m-line.
    pub fn mid(&self) -> Mid {
        self.mid
    }

    /// Forgets the source; the outgoing numbers go on.
    pub fn restart(&mut self) {
        self.counts = None;
        if let Some(shaped) = &mut self.shaped {
            shaped.restart();
        }
    }

    /// Says how the voice goes to its listener from now on.
    pub fn shape(&mut self, shape: VoiceShape) {
        match &mut self.shaped {
            Some(shaped) => shaped.shaping.aim(shape),
            None if shape.is_plain() => {}
            None => self.shaped = Some(Shaped::new(shape)),
        }
    }

    /// The listener's page fell silent, or is back.
    pub fn hold(&mut self, is_shut: bool) {
        if is_shut && self.shaped.is_none() {
            self.shaped = Some(Shaped::new(VoiceShape::default()));
        }
        if let Some(shaped) = &mut self.shaped {
            shaped.shaping.hold(is_shut);
        }
    }

    /// When [`VoiceSubscription::flush`] is needed.
    pub fn deadline(&self) -> Option<Instant> {
        self.shaped.as_ref()?.shaping.deadline()
    }

    /// Writes what has waited for more, if it has waited long enough.
    pub fn flush(&mut self, now: Instant, codecs: Codecs, write: impl FnMut(RtpWrite)) {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.work(codecs, write, |shaping, mut out| shaping.flush(&mut out));
        }
    }

    /// Writes the packet as it goes to the listener: nothing, the packet, or what waited for it.
    pub fn forward(
        &mut self,
        packet: &RtpPacket,
        arrival: &Arrival,
        codecs: Codecs,
        floor: Floor,
        mut write: impl FnMut(RtpWrite),
    ) {
        if self.shaped.is_some() {
            self.forward_shaped(packet, arrival, codecs, floor, write);
            return;
        }
        if !self.may_go(Counts::Source, arrival) {
            return;
        }
        let Some((pt, payload)) = payload_for(packet, arrival.codec, codecs) else {
            return;
        };
        // The first packet of a source starts a talkspurt (RFC 3551 section 4.1), so that the
        // jitter buffer may adapt there.
        let begins = self.counts.is_none();
        if self.counts != Some(Counts::Source) {
            self.begin(Counts::Source, arrival.sequence, packet, arrival);
        }
        let Some(sequence) = self.sequence.rewrite(arrival.sequence) else {
            return;
        };
        let timestamp = self
            .timestamp
            .rewrite(packet.header.timestamp, arrival.captured);
        let received = &packet.header.ext_vals;
        let extensions = ExtensionValues {
            audio_level: received.audio_level,
            voice_activity: received.voice_activity,
            ..ExtensionValues::default()
        };
        write(
            RtpWrite::new(pt, sequence.into(), timestamp, arrival.captured, payload)
                .marker(begins || packet.header.marker)
                .ext_vals(extensions),
        );
    }

    #[inline(never)] // so that the way of an unshaped packet stays as short as it was
    fn forward_shaped(
        &mut self,
        packet: &RtpPacket,
        arrival: &Arrival,
        codecs: Codecs,
        floor: Floor,
        write: impl FnMut(RtpWrite),
    ) {
        let may_go = self.may_go(Counts::Shaping, arrival);
        let Some(shaped) = &mut self.shaped else {
            return;
        };
        if shaped.shaping.is_idle() {
            // From here on it goes as it comes again.
            self.shaped = None;
            self.forward(packet, arrival, codecs, floor, write);
            return;
        }
        if !may_go {
            return;
        }
        let Some(payload) = plain(packet, arrival.codec) else {
            return;
        };
        let begins = self.counts.is_none();
        if self.counts != Some(Counts::Shaping) {
            let first = shaped.restart();
            self.begin(Counts::Shaping, first, packet, arrival);
        }
        let spoken = Spoken {
            sequence: arrival.sequence,
            timestamp: packet.header.timestamp,
            captured: arrival.captured,
            arrived: packet.timestamp,
            marker: begins || packet.header.marker,
            payload,
        };
        self.work(codecs, write, |shaping, mut out| {
            shaping.push(spoken, floor, &mut out);
        });
    }

    /// Whether a packet has a place under these numbers. They may begin with any packet of a new
    /// source; where only the way of a voice changes, not with one that was overtaken: what is newer
    /// has gone already, under the numbers before.
    fn may_go(&self, counts: Counts, arrival: &Arrival) -> bool {
        let is_change = self.counts.is_some_and(|present| present != counts);
        arrival.is_newest || !is_change
    }

    /// From this packet on, other numbers come in; those that go out go on.
    fn begin(&mut self, counts: Counts, first: u64, packet: &RtpPacket, arrival: &Arrival) {
        let is_new_source = self.counts.replace(counts).is_none();
        self.sequence.begin(first);
        if is_new_source {
            self.timestamp
                .begin(packet.header.timestamp, arrival.captured);
        }
    }

    /// Lets the shaping work and writes what it lets out.
    fn work(
        &mut self,
        codecs: Codecs,
        mut write: impl FnMut(RtpWrite),
        work: impl FnOnce(&mut Shaping, &mut dyn FnMut(Outgoing)),
    ) {
        let Self {
            sequence,
            timestamp,
            shaped: Some(shaped),
            ..
        } = self
        else {
            return;
        };
        let Some(opus) = codecs.payload_type(Codec::Opus) else {
            return;
        };
        let Shaped {
            shaping, doubling, ..
        } = &mut **shaped;
        let red = codecs.payload_type(Codec::Red);
        let repair = red.map_or(Repair::None, |_| shaping.shape().repair);
        work(shaping, &mut |outgoing: Outgoing| {
            let Some(sequence) = sequence.rewrite(outgoing.number) else {
                return;
            };
            let captured = outgoing.captured;
            let timestamp = timestamp.rewrite(outgoing.timestamp, captured);
            let (pt, payload) = match (red, doubling.double(repair, *opus, &outgoing)) {
                (Some(red), Some(doubled)) => (red, doubled.into()),
                _ => (opus, outgoing.payload),
            };
            let packet = RtpWrite::new(pt, sequence.into(), timestamp, captured, payload);
            write(packet.marker(outgoing.marker));
        });
    }
}

/// The payload in a codec that the listener has: RED as it is, or its primary block for a listener
/// without RED.
fn payload_for(packet: &RtpPacket, codec: Codec, codecs: Codecs) -> Option<(Pt, Arc<[u8]>)> {
    match codecs.payload_type(codec) {
        Some(pt) => Some((pt, packet.payload.clone())),
        None => Some((codecs.payload_type(Codec::Opus)?, plain(packet, codec)?)),
    }
}

/// Plain Opus: the payload, or RED's primary block (RFC 2198 section 3).
fn plain(packet: &RtpPacket, codec: Codec) -> Option<Arc<[u8]>> {
    match codec {
        Codec::Opus => Some(packet.payload.clone()),
        Codec::Red => {
            let blocks = RedDecoder::decode(&packet.payload).ok()?;
            let primary = blocks.iter().find(|block| block.is_primary)?;
            Some(primary.payload.into())
        }
        Codec::Vp8 | Codec::H264 => None,
    }
}
