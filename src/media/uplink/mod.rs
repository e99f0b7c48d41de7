//! What one participant publishes: participant → SFU.

pub mod clock;
pub mod encoding;
pub mod publication;
pub mod rate;

use std::time::Instant;

use str0m::media::Mid;
use str0m::rtp::{RtpPacket, Ssrc};

use self::clock::{PublisherClock, Report};
use self::publication::Publication;
use super::codec::{Codec, Codecs};
use super::control::SendPlan;
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
    plan: SendPlan,
}

impl Uplink {
    /// Tracks by the m-lines that the page offered to send on.
    pub fn new(microphone: Option<Mid>, camera: Option<&CameraLine>) -> Self {
        Self {
            microphone: microphone.map(|mid| Publication::new(Kind::Audio, mid, &[Rid::F])),
            camera: camera.map(|line| Publication::new(Kind::Video, line.mid, &line.rids)),
            clock: PublisherClock::default(),
            plan: SendPlan::default(),
        }
    }

    /// Takes note of a packet; `None` if it belongs to no track or codec that we agreed on, or if it
    /// exceeds what its encoding may send.
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
        publication.set_codec(codec);
        let encoding = publication.encoding_by_ssrc(ssrc)?;
        let is_newest = encoding.receive(*packet.seq_no, packet.payload.len(), now)?;
        let rid = encoding.rid();
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
        std::mem::replace(&mut self.plan, plan) != plan
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "RTP timestamps are the low 32 bits"
)]
fn low_32_bits(extended: u64) -> u32 {
    extended as u32
}
