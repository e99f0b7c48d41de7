//! One person in a room: composes a transport with what it sends and receives. No RTP arithmetic.

use std::time::Instant;

use str0m::rtp::RtpPacket;

use super::allocation::{self, Demand, Target};
use super::codec::{Codec, Codecs};
use super::congestion::Desire;
use super::control::ToPage;
use super::downlink::Downlink;
use super::ids::{Kind, SeatId};
use super::negotiation::Lines;
use super::routing::Standing;
use super::transport::Transport;
use super::units::Bitrate;
use super::uplink::{Arrival, Uplink, encoding};

/// Set aside for each open slot before any picture is considered.
const VOICE_RESERVE: Bitrate = encoding::VOICE;

/// Share of the estimate that may be spent: the estimate leaves out RTP, UDP and IP headers.
const SPENDABLE_PERCENT: u64 = 90;

/// Before the first estimate: what estimation itself starts from.
const INITIAL_ESTIMATE: Bitrate = Bitrate::kbps(300);

/// A person with a transport.
#[derive(Debug)]
pub struct Participant {
    seat: SeatId,
    standing: Standing,
    codecs: Codecs,
    estimate: Bitrate,
    desire: Desire,
    /// What allocation said last, slot by slot.
    targets: Vec<Target>,
    is_up: bool,
    /// Its connection.
    pub transport: Transport,
    /// What it publishes.
    pub uplink: Uplink,
    /// What it receives.
    pub downlink: Downlink,
}

impl Participant {
    /// A person whose offer has been answered on these m-lines.
    pub fn new(
        seat: SeatId,
        standing: Standing,
        transport: Transport,
        codecs: Codecs,
        lines: &Lines,
        now: Instant,
    ) -> Self {
        let mut participant = Self {
            seat,
            standing,
            codecs,
            estimate: INITIAL_ESTIMATE,
            desire: Desire::new(now),
            targets: Vec::new(),
            is_up: false,
            transport,
            uplink: Uplink::new(lines.microphone, lines.camera.as_ref()),
            downlink: Downlink::new(&lines.slots),
        };
        participant.set_standing(standing, now);
        participant
    }

    /// Whose place it is.
    pub fn seat(&self) -> SeatId {
        self.seat
    }

    /// What signaling says of it.
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// Whether it may hear and be heard by anybody at all.
    pub fn is_let_in(&self) -> bool {
        self.standing == Standing::Admitted
    }

    /// Follows signaling: the way for media is open only to whoever is let in.
    pub fn set_standing(&mut self, standing: Standing, now: Instant) {
        self.standing = standing;
        // What was desired and aimed at is void, whichever way it went.
        self.desire = Desire::new(now);
        self.targets.clear();
        self.transport.pass_media(self.is_let_in());
        self.follow_owners();
    }

    /// The downlink rate believed available.
    pub fn estimate(&self) -> Bitrate {
        self.estimate
    }

    /// Takes note of a new estimate.
    pub fn set_estimate(&mut self, estimate: Bitrate) {
        self.estimate = estimate;
    }

    /// Whether media can flow.
    pub fn is_up(&self) -> bool {
        self.is_up
    }

    /// ICE and DTLS are done; `true` the first time.
    pub fn set_up(&mut self) -> bool {
        !std::mem::replace(&mut self.is_up, true)
    }

    /// Whether its browser can decode this.
    pub fn decodes(&self, codec: Codec) -> bool {
        self.codecs.payload_type(codec).is_some()
    }

    /// Sorts a received packet into its publication.
    pub fn receive(&mut self, packet: &RtpPacket, now: Instant) -> Option<Arrival> {
        let Self {
            uplink,
            transport,
            codecs,
            ..
        } = self;
        uplink.receive(packet, codecs, now, |ssrc| transport.identify(ssrc))
    }

    /// Forwards a packet of `source` to this person; `false` if it does not go out.
    pub fn deliver(&mut self, source: SeatId, packet: &RtpPacket, arrival: &Arrival) -> bool {
        // A keyframe that is sent before the keys are there is lost, and with it its place.
        if !self.is_up {
            return false;
        }
        let codecs = self.codecs;
        let Some(slot) = self.downlink.slot_of(source) else {
            return false;
        };
        if slot.forwards() != Some(source) {
            return false;
        }
        let written = match arrival.kind {
            Kind::Audio => {
                let mid = slot.voice.mid();
                slot.voice
                    .forward(packet, arrival, codecs)
                    .map(|write| (mid, write))
            }
            Kind::Video => slot.video.as_mut().and_then(|video| {
                let mid = video.mid();
                video
                    .forward(packet, arrival, codecs)
                    .map(|write| (mid, write))
            }),
        };
        let Some((mid, write)) = written else {
            return false;
        };
        self.transport.write(mid, write);
        true
    }

    /// Gives the slots to these seats and tells the page. What is still queued of an old owner, or
    /// kept to answer a NACK, is discarded: nothing of it may leave after the announcement.
    pub fn reassign_slots(&mut self, wanted: &[SeatId]) {
        for news in self.downlink.reassign(wanted) {
            if let ToPage::SlotAssigned { slot, .. } = news
                && let Some(slot) = self.downlink.slots().get(usize::from(slot.0))
            {
                for line in slot.lines() {
                    self.transport.discard(line);
                }
            }
            self.transport.send(news);
        }
        self.follow_owners();
    }

    /// A slot's lines carry something while it is somebody's.
    fn follow_owners(&mut self) {
        for slot in self.downlink.slots() {
            for line in slot.lines() {
                self.transport.carry(line, slot.owner().is_some());
            }
        }
    }

    /// What is set aside for voices.
    fn voice_reserve(&self) -> Bitrate {
        let slots = self.downlink.slots().iter();
        let voices = slots.filter(|slot| slot.owner().is_some()).count();
        std::iter::repeat_n(VOICE_RESERVE, voices).sum()
    }

    /// What is left for pictures after voice.
    pub fn video_budget(&self) -> Bitrate {
        self.estimate
            .percent(SPENDABLE_PERCENT)
            .saturating_sub(self.voice_reserve())
    }

    /// Follows an allocation: one target for each slot, in order.
    pub fn aim(&mut self, demands: &[Demand], now: Instant) {
        let targets = allocation::allocate(demands, self.video_budget());
        let (held, climb) = allocation::cost(demands, &targets);
        let changed = targets != self.targets;
        let held = held + self.voice_reserve();
        if let Some(desired) = self.desire.update(now, held, climb, changed) {
            self.transport.set_desired(desired);
        }
        let slots = self.downlink.slots_mut().iter_mut();
        for ((slot, target), demand) in slots.zip(&targets).zip(demands) {
            let Some(video) = &mut slot.video else {
                continue;
            };
            video.aim(match *target {
                Target::Rung(rid) if video.forwarding().current().is_none() => {
                    Target::Rung(allocation::start(demand, rid))
                }
                other => other,
            });
        }
        self.targets = targets;
    }
}
