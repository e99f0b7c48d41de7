//! One room: who is in, and the way of a packet from one person to the others.

use std::time::{Duration, Instant};

use str0m::Event;
use str0m::bwe::BweKind;
use str0m::channel::ChannelId;
use str0m::media::Mid;
use str0m::net::Transmit;
use str0m::rtp::RtpPacket;

use super::congestion::probe::Refused;
use super::control::{Channel, FromPage, LinkReport, SendPlan};
use super::event::MediaEvent;
use super::ids::{Kind, Rid, RoomId, SeatId};
use super::participant::Participant;
use super::plan;
use super::routing::{Standing, may_receive};
use super::stats::Counters;
use super::transport::{Datagram, Reception, Sink};
use super::units::Bitrate;
use super::uplink::unwrapping::Unwrapped;

/// How often slow decisions are looked at again: allocation, encodings that came or went, repeated
/// keyframe requests, dead transports.
const TICK: Duration = Duration::from_millis(250);

/// More than any consultation has; a bound, since work per packet grows with it.
pub const MAX_PARTICIPANTS: usize = 8;

/// What a room needs of the plane while it works.
pub struct Context<'a> {
    /// The time of this batch.
    pub now: Instant,
    /// Datagrams to send.
    pub transmits: &'a mut Vec<Transmit>,
    /// News for signaling.
    pub events: &'a mut Vec<MediaEvent>,
    /// What is counted.
    pub counters: &'a mut Counters,
}

/// A media grouping, whole on one shard.
#[derive(Debug)]
pub struct Room {
    id: RoomId,
    participants: Vec<Participant>,
    next_tick: Instant,
    /// Engine events on their way to [`Room::settle`]; kept for its allocation.
    scratch: Vec<Event>,
    is_plan_stale: bool,
    /// Seats whose transport ended since [`Room::take_departed`].
    departed: Vec<SeatId>,
}

impl Room {
    /// An empty room.
    pub fn new(id: RoomId, now: Instant) -> Self {
        Self {
            id,
            participants: Vec::new(),
            next_tick: now + TICK,
            scratch: Vec::new(),
            is_plan_stale: false,
            departed: Vec::new(),
        }
    }

    /// Everybody in it.
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// The person on this seat.
    pub fn participant_mut(&mut self, seat: SeatId) -> Option<&mut Participant> {
        self.participants
            .iter_mut()
            .find(|participant| participant.seat() == seat)
    }

    /// Takes somebody in. A person who is here already is replaced in place: the others keep
    /// their slots, which need no acknowledgement because the owner stays the same.
    pub fn add(&mut self, cx: &mut Context<'_>, mut newcomer: Participant) {
        let seat = newcomer.seat();
        let others: Vec<SeatId> = self
            .participants
            .iter()
            .filter(|other| {
                other.seat() != seat && may_receive(newcomer.standing(), other.standing())
            })
            .map(Participant::seat)
            .collect();
        newcomer.downlink.settle_first(&others);
        if let Some(previous) = self.participant_mut(seat) {
            std::mem::swap(previous, &mut newcomer);
            let mut replaced = newcomer;
            Self::close(cx, &mut replaced);
            for other in &mut self.participants {
                if let Some(slot) = other.downlink.slot_of(seat) {
                    slot.restart();
                }
            }
        } else {
            self.participants.push(newcomer);
        }
        cx.counters.transports_opened += 1;
        self.reassign_slots(cx.now);
        self.decide(cx.now);
    }

    /// Lets somebody go; `false` if nobody was on this seat.
    pub fn remove(&mut self, cx: &mut Context<'_>, seat: SeatId) -> bool {
        let Some(at) = self
            .participants
            .iter()
            .position(|other| other.seat() == seat)
        else {
            return false;
        };
        let mut leaver = self.participants.remove(at);
        Self::close(cx, &mut leaver);
        self.departed.push(seat);
        self.reassign_slots(cx.now);
        self.decide(cx.now);
        true
    }

    /// The seats whose transport ended since the last call.
    pub fn take_departed(&mut self) -> Vec<SeatId> {
        std::mem::take(&mut self.departed)
    }

    fn close(cx: &mut Context<'_>, participant: &mut Participant) {
        let mut ignored = Vec::new();
        let mut sink = Sink {
            transmits: cx.transmits,
            events: &mut ignored,
        };
        participant.transport.close(cx.now, &mut sink);
        cx.counters.transports_closed += 1;
    }

    /// Follows signaling: what the rule no longer allows stops before the next packet.
    pub fn set_standing(&mut self, cx: &mut Context<'_>, seat: SeatId, standing: Standing) -> bool {
        let Some(participant) = self.participant_mut(seat) else {
            return false;
        };
        if participant.standing() != standing {
            participant.set_standing(standing, cx.now);
            self.reassign_slots(cx.now);
            self.decide(cx.now);
        }
        true
    }

    /// Whether the page on this seat was heard within this time.
    pub fn is_heard(&self, now: Instant, seat: SeatId, within: Duration) -> bool {
        self.participants
            .iter()
            .any(|other| other.seat() == seat && other.transport.is_heard(now, within))
    }

    /// Takes one datagram for this seat.
    pub fn receive(
        &mut self,
        cx: &mut Context<'_>,
        seat: SeatId,
        datagram: &Datagram<'_>,
    ) -> Reception {
        let mut events = std::mem::take(&mut self.scratch);
        let reception = self.participant_mut(seat).map(|participant| {
            let mut sink = Sink {
                transmits: cx.transmits,
                events: &mut events,
            };
            let reception = participant.transport.receive(cx.now, datagram, &mut sink);
            if participant.is_held() {
                participant.look_for_signs(cx.now);
            }
            reception
        });
        self.settle(cx, seat, &mut events);
        self.scratch = events;
        reception.unwrap_or(Reception::Refused)
    }

    /// Sends what was written and serves what is due.
    pub fn advance(&mut self, cx: &mut Context<'_>) {
        if cx.now >= self.next_tick {
            self.next_tick = cx.now + TICK;
            self.end_dead(cx);
            for participant in &mut self.participants {
                participant.look_for_signs(cx.now);
                participant.tick(cx.now);
                participant.follow_repair();
            }
            self.decide(cx.now);
            self.repeat_keyframe_requests(cx);
        } else if self.is_plan_stale {
            self.decide(cx.now);
        }
        // A drain may make other transports dirty, at most once each way: a keyframe request
        // travels up, and what it brings comes back as a new datagram.
        for _round in 0..2 {
            for at in 0..self.participants.len() {
                let Some(participant) = self.participants.get_mut(at) else {
                    break;
                };
                let deadline = participant.voice_deadline();
                if deadline.is_some_and(|deadline| deadline <= cx.now) {
                    participant.flush_voices(cx.now);
                }
                if !participant.transport.is_dirty() && participant.transport.deadline() > cx.now {
                    continue;
                }
                let seat = participant.seat();
                let mut events = std::mem::take(&mut self.scratch);
                let mut sink = Sink {
                    transmits: cx.transmits,
                    events: &mut events,
                };
                participant.transport.advance(cx.now, &mut sink);
                self.settle(cx, seat, &mut events);
                self.scratch = events;
            }
        }
    }

    /// When [`Room::advance`] is next needed.
    pub fn deadline(&self) -> Instant {
        self.participants
            .iter()
            .flat_map(|participant| {
                let voice = participant.voice_deadline();
                voice.into_iter().chain([participant.transport.deadline()])
            })
            .fold(self.next_tick, Instant::min)
    }

    /// Acts on what an engine reported.
    fn settle(&mut self, cx: &mut Context<'_>, seat: SeatId, events: &mut Vec<Event>) {
        let mut is_denied = false;
        for event in events.drain(..) {
            match event {
                // How their link is, is known by the time they are let in.
                Event::ChannelData(data) if is_about_the_link(&data.data) => {
                    self.hear(cx, seat, &data.data);
                }
                // Its media has not come this far.
                Event::KeyframeRequest(_) | Event::ChannelData(_) if !self.is_let_in(seat) => {
                    is_denied = true;
                }
                Event::RtpPacket(packet) => self.unwrap(cx, seat, packet),
                Event::KeyframeRequest(request) => self.pass_up(cx, seat, request.mid),
                Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                    if let Some(participant) = self.participant_mut(seat) {
                        let estimate = Bitrate::bps(estimate.as_u64());
                        participant.pictures.set_estimate(estimate);
                        self.is_plan_stale = true;
                    }
                }
                Event::Connected => self.connected(cx, seat),
                Event::ChannelOpen(id, label) => self.page_listens(cx, seat, id, &label),
                Event::ChannelData(data) => self.hear(cx, seat, &data.data),
                _ => {}
            }
        }
        cx.counters.packets_denied += u64::from(is_denied);
    }

    fn is_let_in(&self, seat: SeatId) -> bool {
        self.participants
            .iter()
            .any(|other| other.seat() == seat && other.is_let_in())
    }

    /// The page opened a data channel: it is told what it has missed.
    fn page_listens(&mut self, cx: &Context<'_>, seat: SeatId, id: ChannelId, label: &str) {
        let Some(channel) = Channel::labelled(label) else {
            return;
        };
        let Some(participant) = self.participant_mut(seat) else {
            return;
        };
        participant.page_listens(channel, id, cx.now);
        // From here on the page can be told to be silent.
        self.is_plan_stale = true;
    }

    fn connected(&mut self, cx: &mut Context<'_>, seat: SeatId) {
        if self.participant_mut(seat).is_some_and(Participant::set_up) {
            let room = self.id;
            cx.events.push(MediaEvent::TransportUp { room, seat });
            self.repeat_keyframe_requests(cx);
        }
    }

    /// Takes a packet: what it is made of goes on.
    fn unwrap(&mut self, cx: &mut Context<'_>, seat: SeatId, mut packet: RtpPacket) {
        let source = self.participant_mut(seat);
        match source.and_then(|source| source.unwrap(&packet)) {
            Some((Unwrapped::Apart(pieces), opus)) => {
                for piece in pieces {
                    piece.put_into(&mut packet, opus);
                    self.forward(cx, seat, &packet);
                }
            }
            Some((Unwrapped::HadAlready, _)) => cx.counters.packets_unusable += 1,
            Some((Unwrapped::AsItIs, _)) | None => self.forward(cx, seat, &packet),
        }
    }

    /// The way of a packet from one person to the others.
    fn forward(&mut self, cx: &mut Context<'_>, seat: SeatId, packet: &RtpPacket) {
        let Some(source) = self.participant_mut(seat) else {
            return;
        };
        let standing = source.standing();
        let Some(arrival) = source.receive(packet, cx.now) else {
            cx.counters.packets_unusable += 1;
            return;
        };
        cx.counters.packets_received += 1;
        for listener in self
            .participants
            .iter_mut()
            .filter(|other| other.seat() != seat)
        {
            if may_receive(listener.standing(), standing)
                && listener.deliver(seat, packet, &arrival)
            {
                match arrival.kind {
                    Kind::Audio => cx.counters.voice_forwarded += 1,
                    Kind::Video => cx.counters.video_forwarded += 1,
                }
            }
        }
    }

    /// A data channel message from a page.
    fn hear(&mut self, cx: &mut Context<'_>, seat: SeatId, message: &[u8]) {
        let (slot, epoch) = match FromPage::decode(message) {
            Some(FromPage::SlotReady { slot, epoch }) => (slot, epoch),
            Some(FromPage::LinkReport(report)) => return self.hear_report(cx, seat, &report),
            Some(FromPage::ProbeRequest(number)) => {
                let participant = self.participant_mut(seat);
                let asked = participant.map(|page| page.ask_for_probe(number, cx.now));
                cx.counters.probes_refused += u64::from(asked == Some(Err(Refused)));
                return;
            }
            Some(FromPage::Probe(message)) => {
                let participant = self.participant_mut(seat);
                self.is_plan_stale |=
                    participant.is_some_and(|page| page.hear_probe(&message, cx.now));
                return;
            }
            None => {
                cx.counters.messages_unknown += 1;
                return;
            }
        };
        let opened = self
            .participant_mut(seat)
            .is_some_and(|viewer| viewer.downlink.ready(slot, epoch));
        if opened {
            self.repeat_keyframe_requests(cx);
        }
    }

    /// A page says how its link is.
    fn hear_report(&mut self, cx: &mut Context<'_>, seat: SeatId, report: &LinkReport) {
        let Some(participant) = self.participant_mut(seat) else {
            return;
        };
        match participant.hear_report(report, cx.now) {
            Some(changed) => self.is_plan_stale |= changed,
            None => cx.counters.reports_refused += 1,
        }
    }

    /// A viewer's decoder asks for a keyframe: so do we, of the encoding it gets.
    fn pass_up(&mut self, cx: &mut Context<'_>, viewer: SeatId, mid: Mid) {
        let wanted = self.participant_mut(viewer).and_then(|viewer| {
            viewer.downlink.slots().iter().find_map(|slot| {
                let video = slot.video.as_ref().filter(|video| video.mid() == mid)?;
                Some((slot.forwards(Kind::Video)?, video.wants_keyframe_of()?))
            })
        });
        if let Some((publisher, rid)) = wanted {
            self.request_keyframe(cx, publisher, rid);
        }
    }

    fn repeat_keyframe_requests(&mut self, cx: &mut Context<'_>) {
        let awaited: Vec<(SeatId, Rid)> = self
            .participants
            .iter()
            .filter(|viewer| viewer.is_up() && !viewer.rests_pictures())
            .flat_map(|viewer| viewer.downlink.slots())
            .filter_map(|slot| {
                let rid = slot.video.as_ref()?.forwarding().awaited()?;
                Some((slot.forwards(Kind::Video)?, rid))
            })
            .collect();
        for (publisher, rid) in awaited {
            self.request_keyframe(cx, publisher, rid);
        }
    }

    fn request_keyframe(&mut self, cx: &mut Context<'_>, publisher: SeatId, rid: Rid) {
        let Some(participant) = self.participant_mut(publisher) else {
            return;
        };
        let Participant {
            uplink, transport, ..
        } = participant;
        let Some(camera) = &mut uplink.camera else {
            return;
        };
        let Some(encoding) = camera.encoding_mut(rid) else {
            return;
        };
        // An encoding begins with a keyframe by itself; while it sends nothing there is none to ask for.
        if encoding.is_flowing(cx.now) && encoding.try_request_keyframe(cx.now) {
            transport.request_keyframe(encoding);
            cx.counters.keyframe_requests += 1;
        }
    }

    /// Gives everybody's slots to those whom the rule lets them receive, in order of arrival.
    fn reassign_slots(&mut self, now: Instant) {
        let present: Vec<(SeatId, Standing)> = self
            .participants
            .iter()
            .map(|other| (other.seat(), other.standing()))
            .collect();
        for viewer in &mut self.participants {
            let wanted: Vec<SeatId> = present
                .iter()
                .filter(|(seat, standing)| {
                    *seat != viewer.seat() && may_receive(viewer.standing(), *standing)
                })
                .map(|(seat, _)| *seat)
                .collect();
            viewer.reassign_slots(&wanted, now);
        }
    }

    /// Allocates every viewer's budget, then tells every publisher what is taken.
    fn decide(&mut self, now: Instant) {
        self.is_plan_stale = false;
        plan::allocate(&mut self.participants, now);
        for (seat, wanted) in plan::wanted(&self.participants, now) {
            self.tell(seat, wanted, now);
        }
    }

    fn tell(&mut self, seat: SeatId, wanted: SendPlan, now: Instant) {
        if let Some(publisher) = self.participant_mut(seat)
            && publisher.uplink.set_plan(wanted, now)
        {
            let news = publisher.uplink.announcement();
            publisher.tell(news, now);
        }
    }

    fn end_dead(&mut self, cx: &mut Context<'_>) {
        let dead: Vec<_> = self
            .participants
            .iter()
            .filter_map(|participant| {
                Some((participant.seat(), participant.transport.end(cx.now)?))
            })
            .collect();
        for (seat, end) in dead {
            self.remove(cx, seat);
            cx.events.push(MediaEvent::TransportLost {
                room: self.id,
                seat,
                end,
            });
        }
    }
}

/// Whether a message from a page is about its own link.
fn is_about_the_link(message: &[u8]) -> bool {
    FromPage::decode(message).is_some_and(|message| message.is_about_the_link())
}
