//! One person in a room: composes a transport with what it sends and receives. No RTP arithmetic.

use std::time::Instant;

use str0m::channel::ChannelId;
use str0m::media::Pt;
use str0m::rtp::RtpPacket;

use super::allocation::{self, Demand, Target};
use super::codec::{Codec, Codecs};
use super::congestion::probe::Refused;
use super::congestion::rungs::{self, LinkRung, VoicePlan};
use super::congestion::train::ProbeUp;
use super::congestion::watch::LinkWatch;
use super::control::{Channel, LinkReport, Revision, ToPage};
use super::downlink::Downlink;
use super::downlink::hold_gate::{HoldGate, Signs, Turn};
use super::downlink::shape::{Repair, VoiceShape};
use super::downlink::slot::Slot;
use super::downlink::video::VideoSubscription;
use super::ids::{Kind, SeatId};
use super::negotiation::Lines;
use super::outlook::Outlook;
use super::pictures::Pictures;
use super::repeat::Repeats;
use super::routing::Standing;
use super::transport::Transport;
use super::units::Bitrate;
use super::uplink::unwrapping::Unwrapped;
use super::uplink::{Arrival, Uplink, lost};

/// An assignment that empties a slot needs no answer: it is said again so often, and the reliable
/// channel does the rest.
const UNANSWERED_REPEATS: u32 = 4;

/// A person with a transport.
#[derive(Debug)]
pub struct Participant {
    seat: SeatId,
    standing: Standing,
    codecs: Codecs,
    is_up: bool,
    hold_gate: HoldGate,
    repeats: Repeats,
    /// The send plan that the page has applied.
    applied: Option<Revision>,
    /// How voices go to it.
    shape: VoiceShape,
    /// What it sees.
    pub pictures: Pictures,
    /// What its link carries.
    pub link: LinkWatch,
    /// What its person may expect of that.
    pub outlook: Outlook,
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
        link: LinkWatch,
        now: Instant,
    ) -> Self {
        let mut participant = Self {
            seat,
            standing,
            codecs,
            is_up: false,
            hold_gate: HoldGate::default(),
            repeats: Repeats::default(),
            applied: None,
            shape: VoiceShape::default(),
            pictures: Pictures::new(link.down(), now),
            link,
            outlook: Outlook::default(),
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
        self.pictures.restart(now);
        self.transport.pass_media(self.is_let_in());
        self.outlook.follow(standing, &mut self.link, now);
        self.follow_owners();
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

    /// Takes a received packet apart if it is made of several; see [`Uplink::unwrap`]. With it the payload
    /// type of what comes out.
    pub fn unwrap(&mut self, packet: &RtpPacket) -> Option<(Unwrapped, Pt)> {
        let opus = self.codecs.payload_type(Codec::Opus)?;
        Some((self.uplink.unwrap(packet, &self.codecs), opus))
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

    /// Tells the page something: surely, and at once.
    pub fn tell(&mut self, news: ToPage, now: Instant) {
        self.transport.send(news, Channel::Slots);
        if self.transport.send(news, Channel::Link) {
            self.repeats.start(now, self.link.bare_round_trip());
        }
    }

    /// The page opened a channel: it is told what it has missed.
    pub fn page_listens(&mut self, channel: Channel, id: ChannelId, now: Instant) {
        if !self.transport.has_channel() {
            self.uplink.page_listens(now);
        }
        self.transport.set_channel(channel, id);
        self.link.page_listens(now);
        for news in self.downlink.outstanding() {
            self.transport.send(news, channel);
        }
        self.transport.send(self.uplink.announcement(), channel);
        self.repeats.start(now, self.link.bare_round_trip());
    }

    /// Takes a report on the link and answers it; `None` if there are too many. Otherwise whether a
    /// rung has changed.
    pub fn hear_report(&mut self, report: &LinkReport, now: Instant) -> Option<bool> {
        let estimate = self.estimated();
        let voice = &mut self.uplink.voice_path;
        let heard = self.link.report(now, report, voice, estimate)?;
        self.applied = Some(report.revision);
        self.ask_for_lost_voice();
        self.transport
            .send(ToPage::LinkEcho(heard.echo), Channel::Link);
        Some(heard.changed)
    }

    /// Takes the page's wish for a probe of its link: nobody's voice may ever share the link with one.
    pub fn ask_for_probe(&mut self, number: u8, now: Instant) -> Result<(), Refused> {
        if self.is_let_in() {
            return Err(Refused);
        }
        let Self {
            link, transport, ..
        } = self;
        self.outlook.ask(number, link, transport, now)
    }

    /// Takes a message of the page's answer to a train; returns whether a rung may have changed.
    pub fn hear_probe(&mut self, message: &ProbeUp, now: Instant) -> bool {
        let Self {
            link, transport, ..
        } = self;
        self.outlook.hear(message, link, transport, now)
    }

    /// What the estimator believes of the way to the page, voices included; `None` while it has no
    /// pictures to measure with.
    fn estimated(&self) -> Option<LinkRung> {
        let sees = |slot: &Slot| slot.video.as_ref().is_some_and(VideoSubscription::is_aimed);
        let is_measured = self.is_up && self.downlink.slots().iter().any(sees);
        let estimate = self.pictures.measured().filter(|_| is_measured)?;
        let total = estimate + self.voice_plan().cost;
        let last = LinkRung::Kbps150.rate().unwrap_or_default();
        Some(if total > last {
            LinkRung::Open
        } else {
            LinkRung::within(total)
        })
    }

    /// Goes by time: the page's voice shows its link, and what it has not acknowledged is said again.
    pub fn tick(&mut self, now: Instant) {
        let estimate = self.estimated();
        self.link.tick(now, &mut self.uplink.voice_path, estimate);
        let (link, transport) = (&mut self.link, &mut self.transport);
        self.outlook.tick(self.standing, link, transport, now);
        if !self.transport.has(Channel::Link) {
            return;
        }
        let slots = self.downlink.outstanding();
        let is_applied = self.applied == Some(self.uplink.revision());
        if slots.is_empty() && is_applied {
            self.repeats.stop();
            return;
        }
        let Some(said) = self.repeats.take_due(now) else {
            return;
        };
        for news in slots {
            let is_answered = !matches!(news, ToPage::SlotAssigned { seat: None, .. });
            if is_answered || said < UNANSWERED_REPEATS {
                self.transport.send(news, Channel::Link);
            }
        }
        if !is_applied {
            self.transport
                .send(self.uplink.announcement(), Channel::Link);
        }
    }

    /// Forwards a packet of `source` to this person; `false` if it does not go out.
    pub fn deliver(&mut self, source: SeatId, packet: &RtpPacket, arrival: &Arrival) -> bool {
        // A keyframe that is sent before the keys are there is lost, and with it its place.
        if !self.is_up {
            return false;
        }
        let Self {
            downlink,
            transport,
            codecs,
            hold_gate,
            ..
        } = self;
        let mut has_written = false;
        let mut write = |mid, packet| {
            has_written = true;
            transport.write(mid, packet);
        };
        match arrival.kind {
            Kind::Audio => downlink.forward_voice(source, packet, arrival, *codecs, write),
            Kind::Video if hold_gate.rests_pictures() => {}
            Kind::Video => {
                let slot = downlink.slot_of(source);
                let video = slot
                    .filter(|slot| slot.forwards(Kind::Video) == Some(source))
                    .and_then(|slot| slot.video.as_mut());
                if let Some(video) = video {
                    let mid = video.mid();
                    let arrived = packet.timestamp;
                    if let Some(packet) = video.forward(packet, arrival, *codecs) {
                        hold_gate.picture(arrived);
                        write(mid, packet);
                    }
                }
            }
        }
        has_written
    }

    /// When a voice that waits for more of it must go on, at the latest.
    pub fn voice_deadline(&self) -> Option<Instant> {
        self.downlink.deadline()
    }

    /// Forwards what has waited long enough.
    pub fn flush_voices(&mut self, now: Instant) {
        let Self {
            downlink,
            transport,
            codecs,
            ..
        } = self;
        downlink.flush_voices(now, *codecs, |mid, packet| transport.write(mid, packet));
    }

    /// Whether voice that was lost on its way here is asked for goes by the way there and back.
    fn ask_for_lost_voice(&mut self) {
        let round_trip = self.link.round_trip();
        let microphone = self.uplink.microphone.as_mut();
        if let Some(voice) = microphone.and_then(|voice| voice.encodings_mut().next()) {
            let asks = lost::is_worth_asking(round_trip);
            self.transport.ask_for_lost(voice, asks);
        }
    }

    /// Copies voice towards the page where its shape says so.
    pub fn follow_repair(&mut self) {
        let of = |codec| self.codecs.payload_type(codec);
        let copied = match self.downlink.repair() {
            Repair::DelayedCopy => [of(Codec::Opus), of(Codec::Red)],
            Repair::None | Repair::Red => [None; 2],
        };
        self.transport.copies.of(copied);
    }

    /// Looks whether the page takes what is sent to it.
    pub fn look_for_signs(&mut self, now: Instant) {
        let signs = Signs {
            heard: self.transport.last_heard(),
            voice: self.uplink.last_voice(),
            report_due: self.link.report_due(),
        };
        let turn = self.hold_gate.look(now, &signs);
        match turn {
            Some(Turn::Shut | Turn::Opened) => self.downlink.hold(turn == Some(Turn::Shut)),
            Some(Turn::Rested | Turn::Drained) | None => {}
        }
        if turn.is_some() {
            self.follow_owners();
        }
    }

    /// Whether the page has fallen silent that should be heard.
    pub fn is_held(&self) -> bool {
        self.hold_gate.waits_for_a_sign()
    }

    /// Whether no picture goes to it, because it has, or had until just now.
    pub fn rests_pictures(&self) -> bool {
        self.hold_gate.rests_pictures()
    }

    /// Gives the slots to these seats and tells the page. What is still queued of an old owner, or
    /// kept to answer a NACK, is discarded: nothing of it may leave after the announcement.
    pub fn reassign_slots(&mut self, wanted: &[SeatId], now: Instant) {
        for news in self.downlink.reassign(wanted) {
            if let ToPage::SlotAssigned { slot, .. } = news
                && let Some(slot) = self.downlink.slots().get(usize::from(slot.0))
            {
                for line in slot.lines() {
                    self.transport.discard(line);
                }
            }
            self.tell(news, now);
        }
        self.follow_owners();
    }

    /// A slot's voice line carries something while it is somebody's. Its picture's line does too
    /// while the page takes what is sent to it and the link is open; below that only while a picture
    /// goes out, because the engine fills up a line that sends, whether or not there is media.
    fn follow_owners(&mut self) {
        let is_held = self.hold_gate.rests_pictures();
        let is_open = self.link.down().is_open();
        let decided = self.pictures.decided();
        for (at, slot) in self.downlink.slots().iter().enumerate() {
            let is_owned = slot.owner().is_some();
            self.transport.carry(slot.voice.mid(), is_owned);
            if let Some(video) = &slot.video {
                let target = decided.get(at).map(|picture| picture.target);
                let goes_out = is_open || matches!(target, Some(Target::Rung(_)));
                self.transport
                    .carry(video.mid(), is_owned && goes_out && !is_held);
            }
        }
    }

    /// How the voices that it hears go to it. Nothing of it is asked of a link that is open.
    pub fn voice_plan(&self) -> VoicePlan {
        let slots = self.downlink.slots().iter();
        let voices = slots.filter(|slot| slot.owner().is_some()).count();
        rungs::voices(self.link.down(), voices)
    }

    /// Follows the link: how voices go, and which pictures: one demand for each slot, in order.
    /// `voices` is what the voices cost as they are sent.
    pub fn aim(&mut self, demands: &[Demand], voices: Bitrate, now: Instant) {
        let link = self.link.down();
        let plan = self.voice_plan();
        self.shape_voices(plan, now);
        self.transport.set_report_pace(rungs::report_pace(link));
        self.transport.set_padding(rungs::padding(link));
        let voices = if link.is_open() { voices } else { plan.cost };
        let steering = self.pictures.decide(link, demands, voices, now);
        if let Some(from) = steering.restart {
            self.transport.restart_estimate(from);
        }
        if let Some(desired) = steering.desired {
            self.transport.set_desired(desired);
        }
        let slots = self.downlink.slots_mut().iter_mut();
        for ((slot, picture), demand) in slots.zip(self.pictures.decided()).zip(demands) {
            let Some(video) = &mut slot.video else {
                continue;
            };
            video.aim(match picture.target {
                Target::Rung(rid) if video.forwarding().current().is_none() => {
                    Target::Rung(allocation::start(demand, rid))
                }
                other => other,
            });
        }
        self.follow_owners();
    }

    fn shape_voices(&mut self, plan: VoicePlan, now: Instant) {
        let room = self.link.down().rate();
        let fits_twice = room.is_none_or(|room| plan.cost + plan.cost <= room);
        let shape = VoiceShape {
            packet_time: plan.rung.packet_time(),
            voices: plan.voices,
            repair: if self.link.is_lossy(now) && fits_twice {
                Repair::DelayedCopy
            } else {
                Repair::None
            },
        };
        if std::mem::replace(&mut self.shape, shape) != shape {
            self.downlink.shape_voices(shape);
        }
    }
}
