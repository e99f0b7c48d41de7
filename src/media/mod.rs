//! The media core: what arrives is decrypted, decided upon, rewritten and encrypted again.
//!
//! Sans-IO: no socket, no clock, no randomness of our own, no thread. Datagrams, commands and the
//! time go in; datagrams, events and the next deadline come out. A whole consultation over bad
//! links therefore runs in a test in milliseconds (`tests/sim`).
//!
//! The way of a packet: [`MediaPlane::handle_datagram`] → [`demux`] finds the participant →
//! [`transport`] decrypts → [`uplink`] sorts it into a publication → [`room`] asks the
//! [`routing`] rule → [`downlink`] forwards, waits for a keyframe or drops, and rewrites → each
//! viewer's [`transport`] encrypts in [`MediaPlane::flush`].

pub mod allocation;
pub mod codec;
pub mod congestion;
pub mod control;
pub mod credentials;
pub mod datagram;
pub mod deadlines;
pub mod debug;
pub mod delayed_copy;
pub mod demux;
pub mod downlink;
pub mod event;
pub mod ice_restart;
pub mod ids;
pub mod incoming;
pub mod liveness;
pub mod negotiation;
pub mod opus;
pub mod outlook;
pub mod participant;
pub mod path;
pub mod pictures;
mod plan;
pub mod repeat;
pub mod room;
pub mod routing;
pub mod stats;
pub mod transport;
pub mod transport_sequence;
pub mod units;
pub mod uplink;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::RtcError;
use str0m::config::DtlsCert;
pub use str0m::net::Transmit;

use self::codec::Codecs;
use self::congestion::rungs::{AudioRung, Hint};
use self::congestion::watch::LinkWatch;
use self::control::SendPlan;
use self::credentials::Credentials;
use self::deadlines::Deadlines;
use self::debug::RoomSnapshot;
use self::demux::{Demux, Owner, Route};
use self::event::MediaEvent;
use self::ids::{Epoch, RoomId, SeatId, SlotIndex};
use self::negotiation::{Lines, Lips, OfferError};
use self::participant::Participant;
use self::room::{Context, MAX_PARTICIPANTS, Room};
use self::routing::Standing;
use self::stats::{Counters, Gauges};
use self::transport::{Datagram, Reception, Sink, Transport};

/// A person who wants a transport.
#[derive(Debug)]
pub struct Join<'a> {
    /// The room; made if it is not there.
    pub room: RoomId,
    /// The place. A transport that is there already is replaced.
    pub seat: SeatId,
    /// Whether the person has been let in.
    pub standing: Standing,
    /// The browser's SDP offer.
    pub offer: &'a str,
    /// What the page saw of its network; unknown is taken for strong.
    pub hint: Option<Hint>,
    /// What the page has chosen for our side; taken if nobody has its fragment.
    pub credentials: Option<&'a Credentials>,
}

/// What a person who joined must know at once.
#[derive(Debug, PartialEq, Eq)]
pub struct Joined {
    /// The SDP answer.
    pub answer: String,
    /// Who is in which slot from the start.
    pub slots: Vec<(SlotIndex, Epoch, SeatId)>,
    /// What somebody takes from the start.
    pub senders: SendPlan,
}

/// Why a join was refused. Nothing of it remains.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The offer is not one that we can answer.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// The room holds as many people as it may.
    #[error("room is full: {MAX_PARTICIPANTS} participants at most")]
    RoomFull,
    /// The engine failed on this offer.
    #[error("the engine failed on this offer")]
    Engine,
}

/// Everything that left the core since it was last asked.
#[derive(Debug, Default)]
pub struct Outbox {
    /// Datagrams, those for one destination mostly next to each other.
    pub transmits: Vec<Transmit>,
    /// News for signaling.
    pub events: Vec<MediaEvent>,
}

/// The rooms of one shard.
pub struct MediaPlane {
    certificate: DtlsCert,
    candidates: Vec<SocketAddr>,
    rooms: HashMap<RoomId, Room>,
    demux: Demux,
    deadlines: Deadlines,
    /// Rooms that received something since the last flush.
    touched: Vec<RoomId>,
    outbox: Outbox,
    counters: Counters,
}

impl MediaPlane {
    /// An empty shard that is reached at these addresses.
    pub fn new(candidates: Vec<SocketAddr>, certificate: DtlsCert) -> Self {
        Self {
            certificate,
            candidates,
            rooms: HashMap::new(),
            demux: Demux::default(),
            deadlines: Deadlines::default(),
            touched: Vec::new(),
            outbox: Outbox::default(),
            counters: Counters::default(),
        }
    }

    /// Answers an offer and takes the person into the room.
    pub fn join(&mut self, now: Instant, join: &Join<'_>) -> Result<Joined, JoinError> {
        let present = self
            .rooms
            .get(&join.room)
            .map_or(&[][..], Room::participants);
        let is_new = !present.iter().any(|other| other.seat() == join.seat);
        if is_new && present.len() >= MAX_PARTICIPANTS {
            return Err(JoinError::RoomFull);
        }
        let link = LinkWatch::new(join.hint, now);
        let audio = plan::first_audio(&link, present);
        let (answer, mut participant) = self.negotiate(now, join, link, audio)?;
        let owner = Owner {
            room: join.room,
            seat: join.seat,
        };
        self.demux
            .register(owner, &participant.transport.fragment());

        let (room, mut cx) = self.room(now, join.room);
        room.add(&mut cx, participant);
        self.touched.push(join.room);
        let joined = self
            .rooms
            .get_mut(&join.room)
            .and_then(|room| room.participant_mut(join.seat))
            .ok_or(JoinError::Engine)?;
        let slots = (0..)
            .zip(joined.downlink.slots())
            .filter_map(|(index, slot)| Some((SlotIndex(index), slot.epoch(), slot.owner()?)))
            .collect();
        Ok(Joined {
            answer,
            slots,
            senders: joined.uplink.plan(),
        })
    }

    fn negotiate(
        &self,
        now: Instant,
        join: &Join<'_>,
        link: LinkWatch,
        audio: AudioRung,
    ) -> Result<(String, Participant), JoinError> {
        let offer = negotiation::parse(join.offer)?;
        let chosen = join
            .credentials
            .filter(|chosen| self.demux.is_free(&chosen.fragment));
        let rtc = negotiation::engine(&self.certificate, &self.candidates, chosen, now);
        let mut transport = Transport::new(rtc, now);
        let (mut transmits, mut events) = (Vec::new(), Vec::new());
        let mut sink = Sink {
            transmits: &mut transmits,
            events: &mut events,
        };
        let (answer, lines, codecs) = transport
            .change(now, &mut sink, |rtc| {
                let answer = rtc.sdp_api().accept_offer(offer)?.to_sdp_string();
                let lines = Lines::sort(rtc, &answer);
                let codecs = Codecs::negotiated(rtc, &lines.mids());
                Ok((answer, lines, codecs))
            })
            .ok_or(JoinError::Engine)?
            .map_err(|error: RtcError| OfferError::Unanswerable(error.to_string()))?;
        if lines.mids().is_empty() {
            return Err(OfferError::Empty.into());
        }
        transport.agreed_on(&answer);
        if !link.down().is_open() {
            transport.park(lines.mids());
        }
        let lips = Lips::of(join.hint);
        let answer = negotiation::finish_answer(&answer, &lines, audio, lips);
        let participant = Participant::new(
            join.seat,
            join.standing,
            transport,
            codecs,
            &lines,
            link,
            now,
        );
        Ok((answer, participant))
    }

    /// Ends a person's transport; the others go on.
    pub fn leave(&mut self, now: Instant, room: RoomId, seat: SeatId) {
        if self.rooms.contains_key(&room) {
            let (inside, mut cx) = self.room(now, room);
            inside.remove(&mut cx, seat);
            // The others are told at once.
            self.touched.push(room);
            self.tidy(room);
        }
    }

    /// Ends every transport of a room.
    pub fn end(&mut self, now: Instant, room: RoomId) {
        let seats: Vec<SeatId> = self
            .rooms
            .get(&room)
            .map_or(&[][..], Room::participants)
            .iter()
            .map(Participant::seat)
            .collect();
        for seat in seats {
            self.leave(now, room, seat);
        }
    }

    /// Lets a person in, or puts them back into the waiting room.
    pub fn set_standing(&mut self, now: Instant, room: RoomId, seat: SeatId, standing: Standing) {
        if self.rooms.contains_key(&room) {
            let (inside, mut cx) = self.room(now, room);
            inside.set_standing(&mut cx, seat, standing);
            self.touched.push(room);
        }
    }

    /// The person on this seat, for what is decided outside the room.
    pub fn participant_mut(&mut self, room: RoomId, seat: SeatId) -> Option<&mut Participant> {
        self.rooms.get_mut(&room)?.participant_mut(seat)
    }

    /// Whether a person's page was heard within this time; `false` if there is no transport.
    pub fn is_heard(&self, now: Instant, room: RoomId, seat: SeatId, within: Duration) -> bool {
        self.rooms
            .get(&room)
            .is_some_and(|room| room.is_heard(now, seat, within))
    }

    /// Takes one datagram from the network. What it causes leaves with the next
    /// [`MediaPlane::flush`].
    pub fn handle_datagram(&mut self, now: Instant, datagram: &Datagram<'_>) {
        let (owner, is_candidate) = match self.demux.route(datagram.source, datagram.contents) {
            Route::Known(owner) => (owner, false),
            Route::Candidate(owner) => (owner, true),
            Route::UnknownSource => {
                self.counters.datagrams_unknown_source += 1;
                return;
            }
            Route::UnknownFragment => {
                self.counters.datagrams_unknown_fragment += 1;
                return;
            }
        };
        if is_candidate && self.demux.is_replay(owner, datagram.contents) {
            self.counters.datagrams_refused += 1;
            return;
        }
        let (room, mut cx) = self.room(now, owner.room);
        match room.receive(&mut cx, owner.seat, datagram) {
            Reception::Accepted => {}
            Reception::Refused => {
                self.counters.datagrams_refused += 1;
                return;
            }
            Reception::Denied => {
                self.counters.packets_denied += 1;
                return;
            }
        }
        self.counters.datagrams_accepted += 1;
        if is_candidate {
            self.demux.learn(datagram.source, owner, now);
        }
        let Datagram {
            source, contents, ..
        } = *datagram;
        self.demux.was_accepted(source, owner, contents, now);
        if self.touched.last() != Some(&owner.room) {
            self.touched.push(owner.room);
        }
    }

    /// Serves every deadline that is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(room) = self.deadlines.pop_due(now) {
            self.touched.push(room);
        }
    }

    /// Encrypts what was written since the last flush and hands over all that is to leave.
    pub fn flush(&mut self, now: Instant, out: &mut Outbox) {
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        touched.dedup();
        for room in touched.drain(..) {
            if self.rooms.contains_key(&room) {
                let (inside, mut cx) = self.room(now, room);
                inside.advance(&mut cx);
                self.tidy(room);
            }
        }
        self.touched = touched;
        out.transmits.append(&mut self.outbox.transmits);
        out.events.append(&mut self.outbox.events);
    }

    /// When [`MediaPlane::handle_timeout`] is next needed, at the earliest.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    /// What was counted since the start.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// What is held right now.
    pub fn gauges(&self) -> Gauges {
        let (addresses, fragments) = self.demux.len();
        let people = || self.rooms.values().flat_map(Room::participants);
        let [up, down] = [LinkWatch::up, LinkWatch::down].map(|way| {
            let weak = people().filter(|person| !way(&person.link).is_open());
            weak.count()
        });
        Gauges {
            weak_up: up,
            weak_down: down,
            rooms: self.rooms.len(),
            participants: people().count(),
            addresses,
            fragments,
            deadlines: self.deadlines.entries(),
        }
    }

    /// The rooms that somebody is in.
    pub fn rooms(&self) -> Vec<RoomId> {
        self.rooms.keys().copied().collect()
    }

    /// The state of a room for an administrator: no addresses, no names.
    pub fn inspect(&self, room: RoomId) -> Option<RoomSnapshot> {
        self.rooms.get(&room).map(RoomSnapshot::of)
    }

    /// A room, made if need be, together with what it needs of the plane.
    fn room(&mut self, now: Instant, id: RoomId) -> (&mut Room, Context<'_>) {
        let room = self.rooms.entry(id).or_insert_with(|| Room::new(id, now));
        let cx = Context {
            now,
            transmits: &mut self.outbox.transmits,
            events: &mut self.outbox.events,
            counters: &mut self.counters,
        };
        (room, cx)
    }

    /// Forgets transports that ended inside the room, and the room itself once it is empty;
    /// schedules it otherwise.
    fn tidy(&mut self, id: RoomId) {
        let Some(room) = self.rooms.get_mut(&id) else {
            return;
        };
        for seat in room.take_departed() {
            self.demux.forget(Owner { room: id, seat });
        }
        if room.participants().is_empty() {
            self.rooms.remove(&id);
            self.deadlines.remove(id);
        } else {
            self.deadlines.set(id, room.deadline());
        }
    }
}
