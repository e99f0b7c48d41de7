//! One transport of one person: a browser's engine, what the page does with it, and what it saw.

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use fastrand::Rng;
use nhipcau::media::Joined;
use nhipcau::media::ids::Rid;
use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, Mid};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::rtp::{RtpPacket, Ssrc};
use str0m::{Candidate, Event, Input, Output};

use super::browser::{Browser, Offered};
use super::decoder::Decoder;
use super::linkend::LinkEnd;
use super::payload::{self, Format, Found};
use super::prober::Prober;
use super::publish::{Identity, Plan, Publisher};
use super::tally::Tally;

/// When a datagram left the server, and which entry of the ledger was valid then.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// The time.
    pub at: Instant,
    /// The entry.
    pub entry: usize,
}

/// One received packet.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// When it was received.
    pub at: Instant,
    /// When it left the server.
    pub left: Stamp,
    /// Which slot.
    pub slot: usize,
    /// What it is.
    pub format: Format,
    /// Its extended sequence number.
    pub sequence: u64,
    /// Its RTP timestamp.
    pub timestamp: u32,
    /// The bytes of its payload.
    pub bytes: usize,
    /// Whose it is.
    pub found: Found,
    /// The latest sender report of its stream: wall clock and RTP timestamp.
    pub report: Option<(SystemTime, u32)>,
    /// Its audio level.
    pub audio_level: Option<i8>,
}

impl Receipt {
    /// Voice, not a picture.
    pub fn is_voice(&self) -> bool {
        matches!(self.format, Format::Opus | Format::Red)
    }
}

/// A slot as the page knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tile {
    /// Which owner.
    pub epoch: u16,
    /// Whose it is; 0 is nobody.
    pub seat: u16,
}

/// A transport.
pub struct Page {
    browser: Browser,
    pub(super) engine: Offered,
    deadline: Instant,
    /// The address that its engine believes to have.
    pub address: SocketAddr,
    /// What it sends.
    pub publisher: Publisher,
    /// What the server wants sent.
    pub plan: Plan,
    /// Every plan that it was told, with the time.
    pub plans: Vec<(Instant, Plan)>,
    /// Its slots.
    pub tiles: Vec<Tile>,
    /// Acknowledgements to come: when, slot, epoch.
    to_acknowledge: Vec<(Instant, u8, u16)>,
    /// From when on the server may forward into a slot, for each epoch.
    pub acknowledged: Vec<(Instant, u8, u16)>,
    /// How many assignments came over the data channel.
    pub assignments: usize,
    /// What it measures of its link, if it does.
    pub link: Option<LinkEnd>,
    /// What it takes part in before it is let in.
    pub prober: Prober,
    decoders: Vec<Decoder>,
    /// Every packet it received.
    pub receipts: Vec<Receipt>,
    /// Packets of comfort noise: when and in which slot.
    pub noise: Vec<(Instant, usize)>,
    /// Datagrams that it sent and received until its first packet of media came.
    pub datagrams_before_media: usize,
    /// Datagrams that reached it.
    pub received: Tally,
    /// Packets that it could not make sense of.
    pub garbage: Vec<String>,
    /// The server has closed the connection.
    pub is_closed: bool,
    /// When ICE and DTLS were done.
    pub connected: Option<Instant>,
    /// A viewer's decoder that asks for keyframes all the time.
    pub is_stormy: bool,
    next_storm: Instant,
    events: Vec<Event>,
}

impl Page {
    /// A page that is about to make its offer.
    pub fn new(
        browser: &Browser,
        who: Identity,
        address: SocketAddr,
        now: Instant,
        rng: &mut Rng,
    ) -> Self {
        let engine = browser.offer(now, address);
        let lines = (engine.microphone, engine.camera);
        let slots = engine.slots.len();
        let link = engine.link.map(|channel| LinkEnd::new(channel, now));
        Self {
            browser: browser.clone(),
            engine,
            deadline: now,
            address,
            publisher: Publisher::new(who, browser, lines, now, rng),
            plan: Plan::default(),
            plans: Vec::new(),
            tiles: vec![Tile::default(); slots],
            to_acknowledge: Vec::new(),
            acknowledged: Vec::new(),
            assignments: 0,
            link,
            prober: Prober::default(),
            decoders: (0..slots).map(|_| Decoder::default()).collect(),
            receipts: Vec::new(),
            noise: Vec::new(),
            datagrams_before_media: 0,
            received: Tally::default(),
            garbage: Vec::new(),
            is_closed: false,
            connected: None,
            is_stormy: false,
            next_storm: now,
            events: Vec::new(),
        }
    }

    /// The offer.
    pub fn offer(&self) -> &str {
        &self.engine.offer
    }

    /// Takes up the join response.
    pub fn answer(&mut self, now: Instant, joined: &Joined, out: &mut Vec<Transmit>) {
        self.engine.answer(&joined.answer);
        for (slot, epoch, seat) in &joined.slots {
            self.tiles[usize::from(slot.0)] = Tile {
                epoch: epoch.0,
                seat: seat.0,
            };
            self.acknowledged.push((now, slot.0, epoch.0));
        }
        let flags = u8::from(joined.senders.microphone);
        let plan = joined
            .senders
            .encodings()
            .fold(flags, |flags, rid| match rid {
                Rid::Q => flags | 2,
                Rid::H => flags | 4,
                Rid::F => flags | 8,
            });
        self.set_plan(now, Plan(plan));
        self.publisher.audio = first_audio(&joined.answer);
        self.advance(now, out);
    }

    fn set_plan(&mut self, now: Instant, plan: Plan) {
        self.plan = plan;
        self.plans.push((now, plan));
    }

    /// When it next needs [`Page::advance`].
    pub fn deadline(&self) -> Instant {
        let mut deadline = self.deadline;
        if self.connected.is_some() {
            deadline = deadline.min(self.publisher.deadline());
            let decoders = self.decoders.iter().filter_map(Decoder::deadline);
            let pending = self.to_acknowledge.iter().map(|(at, ..)| *at);
            deadline = decoders.chain(pending).fold(deadline, Instant::min);
            let report = self.link.as_ref().and_then(LinkEnd::deadline);
            let train = self.prober.deadline();
            deadline = report.into_iter().chain(train).fold(deadline, Instant::min);
            if self.is_stormy {
                deadline = deadline.min(self.next_storm);
            }
        }
        deadline
    }

    /// Does what is due.
    pub fn advance(&mut self, now: Instant, out: &mut Vec<Transmit>) {
        if self.connected.is_some() {
            let spoken = self.publisher.advance(now, self.plan, &mut self.engine.rtc);
            if let Some(link) = &mut self.link {
                (0..spoken).for_each(|_| link.sends());
                link.advance(now, &mut self.engine.rtc);
            }
            if let Some(channel) = self.engine.link {
                self.prober.advance(now, &mut self.engine.rtc, channel);
            }
            self.acknowledge(now);
            self.complain(now);
        }
        self.engine.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain(now, None, out);
    }

    /// Takes a datagram that left the server at `left`.
    pub fn receive(
        &mut self,
        now: Instant,
        left: Stamp,
        source: SocketAddr,
        datagram: &[u8],
        out: &mut Vec<Transmit>,
    ) {
        self.received.add(datagram);
        let receive = Receive::new(Protocol::Udp, source, self.address, datagram).unwrap();
        self.engine
            .rtc
            .handle_input(Input::Receive(now, receive))
            .unwrap();
        self.drain(now, Some(left), out);
    }

    fn drain(&mut self, now: Instant, left: Option<Stamp>, out: &mut Vec<Transmit>) {
        let queued = out.len();
        // The engine may ask to be called again at once, a few times.
        for _ in 0..64 {
            self.deadline = loop {
                match self.engine.rtc.poll_output() {
                    Ok(Output::Timeout(deadline)) => break deadline,
                    Ok(Output::Transmit(transmit)) => out.push(transmit),
                    Ok(Output::Event(event)) => self.events.push(event),
                    // The handshake of a page that reaches nobody fails at last.
                    Err(_) if self.connected.is_none() => {
                        self.engine.rtc.disconnect();
                        break now + Duration::from_hours(1);
                    }
                    Err(error) => panic!("{error}"),
                }
            };
            for event in std::mem::take(&mut self.events) {
                self.handle(now, left, event);
            }
            if self.deadline > now || !self.engine.rtc.is_alive() {
                break;
            }
            self.engine.rtc.handle_input(Input::Timeout(now)).unwrap();
        }
        if self.receipts.is_empty() {
            self.datagrams_before_media += out.len() - queued + usize::from(left.is_some());
        }
    }

    fn handle(&mut self, now: Instant, left: Option<Stamp>, event: Event) {
        match event {
            Event::Connected => {
                self.connected = Some(now);
                self.publisher.start(now);
            }
            Event::RtpPacket(packet) => self.see(now, left.unwrap(), &packet),
            Event::Closed => self.is_closed = true,
            Event::KeyframeRequest(request) => self.publisher.request_keyframe(now, request.rid),
            Event::ChannelOpen(channel, _) => {
                if let Some(link) = &mut self.link {
                    link.open(now, channel);
                }
            }
            Event::ChannelData(data) => self.hear(now, &data.data),
            _ => {}
        }
    }

    /// A message of the server.
    fn hear(&mut self, now: Instant, message: &[u8]) {
        match *message {
            [1, slot, e1, e0, s1, s0] => {
                let [epoch, seat] = [[e1, e0], [s1, s0]].map(u16::from_be_bytes);
                self.tiles[usize::from(slot)] = Tile { epoch, seat };
                self.assignments += 1;
                if let Some(after) = self.browser.ready_after {
                    self.to_acknowledge.push((now + after, slot, epoch));
                }
            }
            [3, flags, audio, cap, r1, r0] => {
                let revision = u16::from_be_bytes([r1, r0]);
                let is_news = match &mut self.link {
                    Some(link) => link.applies(revision),
                    None => true,
                };
                if is_news {
                    self.set_plan(now, Plan(flags));
                    if self.link.is_some() {
                        (self.publisher.audio, self.publisher.cap) = (audio, cap);
                        self.publisher.is_redundant = flags & 64 != 0;
                    }
                }
            }
            [9, level] => self.prober.told(now, level),
            [7, ..] => {
                let channel = self.engine.link.unwrap();
                self.prober
                    .hear(now, message, &mut self.engine.rtc, channel);
            }
            _ => match (&mut self.link, message.try_into()) {
                (Some(link), Ok(echo)) => link.echo(now, echo),
                _ => self.garbage.push(format!("a message {message:?}")),
            },
        }
    }

    fn acknowledge(&mut self, now: Instant) {
        let due = |(at, ..): &(Instant, u8, u16)| *at <= now;
        for (_, slot, epoch) in self.to_acknowledge.iter().copied().filter(due) {
            if self.tiles[usize::from(slot)].epoch != epoch {
                continue; // a newer owner came meanwhile
            }
            let [e1, e0] = epoch.to_be_bytes();
            if let Some(mut channel) = self.engine.rtc.channel(self.engine.channel) {
                channel.write(true, &[2, slot, e1, e0]).unwrap();
            }
            self.acknowledged.push((now, slot, epoch));
        }
        self.to_acknowledge.retain(|entry| !due(entry));
    }

    /// Acknowledges the owner of a slot that it knows of.
    pub fn ready(&mut self, slot: u8) {
        let epoch = self.tiles[usize::from(slot)].epoch;
        // The next turn of the world does it.
        self.to_acknowledge.push((self.deadline, slot, epoch));
    }

    /// Asks for a probe of its link.
    pub fn ask_for_probe(&mut self, now: Instant) {
        let channel = self.engine.link.unwrap();
        self.prober.ask(now, &mut self.engine.rtc, channel);
    }

    /// Says something over the data channel that no page of ours says.
    pub fn say(&mut self, message: &[u8]) {
        if let Some(mut channel) = self.engine.rtc.channel(self.engine.channel) {
            channel.write(true, message).unwrap();
        }
    }

    fn complain(&mut self, now: Instant) {
        let mut mids: Vec<Mid> = Vec::new();
        for (decoder, (_, video)) in self.decoders.iter_mut().zip(&self.engine.slots) {
            if decoder.try_complain(now) {
                mids.extend(*video);
            }
        }
        if self.is_stormy && now >= self.next_storm {
            self.next_storm = now + Duration::from_millis(20);
            mids.extend(self.engine.slots.iter().filter_map(|(_, video)| *video));
        }
        for mid in mids {
            let mut api = self.engine.rtc.direct_api();
            if let Some(stream) = api.stream_rx_by_mid(mid, None) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
            }
        }
    }

    /// Which slot an SSRC belongs to.
    fn slot_of(&mut self, ssrc: Ssrc) -> Option<usize> {
        let mut api = self.engine.rtc.direct_api();
        let mid = api.stream_rx(&ssrc)?.mid();
        let has = |(audio, video): &(Mid, Option<Mid>)| *audio == mid || *video == Some(mid);
        self.engine.slots.iter().position(has)
    }

    fn see(&mut self, now: Instant, left: Stamp, packet: &RtpPacket) {
        let Some(slot) = self.slot_of(packet.header.ssrc) else {
            self.garbage
                .push(format!("a packet in no slot: {:?}", packet.header));
            return;
        };
        let is = |codec| *packet.header.payload_type == self.browser.payload_type(codec);
        let format = if is(Some(Codec::Opus)) {
            Format::Opus
        } else if is(None) {
            Format::Red
        } else if is(Some(Codec::Vp8)) {
            Format::Vp8
        } else {
            Format::H264
        };
        if format == Format::Opus && packet.payload.len() <= 2 {
            self.noise.push((now, slot));
            return;
        }
        let Some(found) = payload::parse(format, &packet.payload) else {
            self.garbage
                .push(format!("{format:?} in {:?}", packet.header));
            return;
        };
        if matches!(format, Format::Vp8 | Format::H264) {
            self.decoders[slot].receive(now, &found.mark);
        }
        if let Some(link) = self.link.as_mut().filter(|_| slot == 0)
            && matches!(format, Format::Opus | Format::Red)
        {
            link.hears(*packet.seq_no);
        }
        let report = packet.last_sender_info.as_ref().map(|info| {
            let timestamp = info.rtp_time.numer() & 0xffff_ffff;
            (info.ntp_time, u32::try_from(timestamp).unwrap())
        });
        self.receipts.push(Receipt {
            at: now,
            left,
            slot,
            format,
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            bytes: packet.payload.len(),
            found,
            report,
            audio_level: packet.header.ext_vals.audio_level,
        });
    }

    /// Pictures shown in any slot, in the order in which they were shown.
    pub fn shown(&self) -> Vec<(Instant, payload::Mark)> {
        let mut shown: Vec<_> = self
            .decoders
            .iter()
            .flat_map(|decoder| decoder.shown.iter().copied())
            .collect();
        shown.sort_by_key(|(at, _)| *at);
        shown
    }

    /// The browser finds another network: it gathers a candidate there and the old one is gone.
    pub fn roam(&mut self, now: Instant, address: SocketAddr, out: &mut Vec<Transmit>) {
        let old = Candidate::host(self.address, "udp").unwrap();
        self.engine
            .rtc
            .add_local_candidate(Candidate::host(address, "udp").unwrap());
        self.engine.rtc.direct_api().invalidate_candidate(&old);
        self.address = address;
        self.advance(now, out);
    }

    /// The page restarts ICE, from this address on.
    pub fn restart(&mut self, now: Instant, address: SocketAddr, out: &mut Vec<Transmit>) {
        self.engine.restart(self.address, address);
        self.address = address;
        self.advance(now, out);
    }

    /// Tells the server that it closes.
    pub fn close(&mut self, now: Instant, out: &mut Vec<Transmit>) {
        // Fails while the data channel is not up yet; then there is nothing to say.
        if self.engine.rtc.close().is_ok() {
            self.drain(now, None, out);
        }
    }
}

/// The audio rung by the packet time in an answer.
fn first_audio(answer: &str) -> u8 {
    let time = answer
        .lines()
        .find_map(|line| line.strip_prefix("a=ptime:"));
    match time {
        Some("40") => 1,
        Some("60") => 2,
        Some("120") => 3,
        _ => 0,
    }
}
