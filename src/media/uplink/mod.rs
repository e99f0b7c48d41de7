//! What one participant publishes: participant → SFU.

pub mod clock;
pub mod encoding;
pub mod live_edge;
pub mod lost;
pub mod publication;
pub mod rate;
pub mod unwrapping;
pub mod voice_path;

use std::time::Instant;

use str0m::media::Mid;
use str0m::rtp::{RtpPacket, Ssrc};

use self::clock::{PublisherClock, Report};
use self::live_edge::LiveEdge;
use self::publication::Publication;
use self::unwrapping::{Unwrapped, Unwrapping, Wrapped};
use self::voice_path::VoicePath;
use super::codec::{Codec, Codecs};
use super::control::{Redundancy, Revision, SendPlan, ToPage};
use super::ids::{Kind, Rid};
use super::negotiation::CameraLine;

/// A received packet in the terms of the room.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Voice or picture.
    pub kind: Kind,
    /// Which encoding of the camera; the microphone has only [`Rid::F`].
    pub rid: Rid,
    /// What the payload is.
    pub codec: Codec,
    /// When it was captured, on our clock.
    pub captured: Instant,
    /// Its number, after which packets that were dropped as stale leave no gap.
    pub sequence: u64,
    /// No packet with a higher sequence number has arrived on this encoding.
    pub is_newest: bool,
}

/// Microphone and camera of one participant.
#[derive(Debug)]
pub struct Uplink {
    /// Voice; absent if the page's offer had none.
    pub microphone: Option<Publication>,
    /// Picture; absent if the page's offer had none.
    pub camera: Option<Publication>,
    clock: PublisherClock,
    live_edge: LiveEdge,
    unwrapping: Unwrapping,
    plan: SendPlan,
    revision: Revision,
    /// The way of its voice to us.
    pub voice_path: VoicePath,
}

impl Uplink {
    /// Tracks by the m-lines that the page offered to send on.
    pub fn new(microphone: Option<Mid>, camera: Option<&CameraLine>) -> Self {
        Self {
            microphone: microphone.map(|mid| Publication::new(Kind::Audio, mid, &[Rid::F])),
            camera: camera.map(|line| Publication::new(Kind::Video, line.mid, &line.rids)),
            clock: PublisherClock::default(),
            live_edge: LiveEdge::default(),
            unwrapping: Unwrapping::default(),
            plan: SendPlan::default(),
            revision: Revision::default(),
            voice_path: VoicePath::default(),
        }
    }

    /// Takes a packet apart that carries the one before it because its page was asked to; each piece is
    /// [received](Self::receive) by itself.
    pub fn unwrap(&mut self, packet: &RtpPacket, codecs: &Codecs) -> Unwrapped {
        if self.plan.redundancy == Redundancy::None && self.unwrapping.is_idle() {
            return Unwrapped::AsItIs;
        }
        let codec = codecs.codec(packet.header.payload_type);
        let Some(codec) = codec.filter(|codec| codec.kind() == Kind::Audio) else {
            return Unwrapped::AsItIs;
        };
        self.unwrapping.take(Wrapped {
            number: *packet.seq_no,
            timestamp: packet.header.timestamp,
            payload: &packet.payload,
            codec,
        })
    }

    /// Takes note of a packet; `None` if it belongs to no track or codec that we agreed on, if it
    /// exceeds what its encoding may send, or if it is voice that a network held back for too long.
    ///
    /// `identify` asks the engine which m-line and RID an SSRC belongs to; it is asked once per
    /// SSRC.
    pub fn receive(
        &mut self,
        packet: &RtpPacket,
        codecs: &Codecs,
        now: Instant,
        identify: impl FnOnce(Ssrc) -> Option<(Mid, Option<Rid>)>,
    ) -> Option<Arrival> {
        let codec = codecs.codec(packet.header.payload_type)?;
        let ssrc = packet.header.ssrc;
        let publication = self.publication_of(ssrc, identify)?;
        let kind = publication.kind();
        if codec.kind() != kind {
            return None;
        }
        let sequence = match kind {
            Kind::Audio => {
                self.unwrapping.saw(*packet.seq_no);
                let timestamp = packet.header.timestamp;
                self.live_edge.admit(ssrc, *packet.seq_no, timestamp, now)?
            }
            Kind::Video => *packet.seq_no,
        };
        let publication = self.publication_of(ssrc, |_| None)?;
        publication.set_codec(codec);
        let encoding = publication.encoding_by_ssrc(ssrc)?;
        let is_newest = encoding.receive(*packet.seq_no, packet.payload.len(), now)?;
        let rid = encoding.rid();
        // What stands in for a lost packet says nothing of the way.
        if kind == Kind::Audio && !self.unwrapping.is_copy(*packet.seq_no) {
            self.voice_path
                .receive(packet.header.timestamp, sequence, now);
        }
        let report = packet.last_sender_info.as_ref().map(|info| Report {
            wall_clock: info.ntp_time,
            timestamp: low_32_bits(info.rtp_time.numer()),
            clock_rate: codec.clock_rate(),
        });
        let captured = self
            .clock
            .captured(packet.header.timestamp, report, packet.timestamp);
        Some(Arrival {
            kind,
            rid,
            codec,
            captured,
            sequence,
            is_newest,
        })
    }

    /// The publication that carries this SSRC, learnt from the engine the first time.
    fn publication_of(
        &mut self,
        ssrc: Ssrc,
        identify: impl FnOnce(Ssrc) -> Option<(Mid, Option<Rid>)>,
    ) -> Option<&mut Publication> {
        let known = |publication: &Option<Publication>| {
            publication
                .as_ref()
                .is_some_and(|publication| publication.has(ssrc))
        };
        if known(&self.microphone) {
            return self.microphone.as_mut();
        }
        if known(&self.camera) {
            return self.camera.as_mut();
        }
        let (mid, rid) = identify(ssrc)?;
        let publication = [self.microphone.as_mut(), self.camera.as_mut()]
            .into_iter()
            .flatten()
            .find(|publication| publication.mid() == mid)?;
        publication.learn(ssrc, rid.unwrap_or(Rid::F));
        Some(publication)
    }

    /// When a packet of the voice last came.
    pub fn last_voice(&self) -> Option<Instant> {
        self.live_edge.last_arrival()
    }

    /// The cheapest encoding of its camera.
    pub fn lowest_encoding(&self) -> Option<Rid> {
        self.camera.as_ref()?.lowest()
    }

    /// What the page has been told to send.
    pub fn plan(&self) -> SendPlan {
        self.plan
    }

    /// The page can hear us from now on: an encoding that it is asked for is awaited from here.
    pub fn page_listens(&mut self, now: Instant) {
        if let Some(camera) = &mut self.camera {
            camera.set_wanted(&SendPlan::default(), now);
            camera.set_wanted(&self.plan, now);
        }
    }

    /// Sets what somebody takes; returns whether that is news for the page.
    pub fn set_plan(&mut self, plan: SendPlan, now: Instant) -> bool {
        if let Some(camera) = &mut self.camera {
            camera.set_wanted(&plan, now);
        }
        let is_news = std::mem::replace(&mut self.plan, plan) != plan;
        if is_news {
            self.revision = self.revision.next();
        }
        is_news
    }

    /// The plan as the page is told it.
    pub fn announcement(&self) -> ToPage {
        ToPage::SendPlan(self.plan, self.revision)
    }

    /// Which plan the page should have applied.
    pub fn revision(&self) -> Revision {
        self.revision
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "RTP timestamps are the low 32 bits"
)]
fn low_32_bits(extended: u64) -> u32 {
    extended as u32
}
