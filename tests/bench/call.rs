//! Three people in one room, in virtual time, driven the way a shard drives the core.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use nhipcau::media::ids::{RoomId, SeatId};
use nhipcau::media::routing::Standing;
use nhipcau::media::stats::Counters;
use nhipcau::media::transport::Datagram;
use nhipcau::media::{Join, MediaPlane, Outbox, Transmit};
use str0m::crypto::from_feature_flags;
use str0m::format::Codec;
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite};
use str0m::{Event, Input, Output};

use crate::browser::{Browser, Offered};

const ROOM: RoomId = RoomId(1);
const PEOPLE: u16 = 3;

/// The resolution of virtual time, and the way of a datagram. A shard's poll has the same.
const TICK: Duration = Duration::from_millis(1);

/// Opus: a packet every 20 ms, 32 kbit/s.
const VOICE_TICKS: u32 = 20;
const VOICE_BYTES: usize = 80;

/// 30 pictures a second of 8 packets: 2.1 Mbit/s, the camera's full size.
const PICTURE_TICKS: u32 = 33;
const PACKETS_PER_PICTURE: u16 = 8;
const PICTURE_PACKET_BYTES: usize = 1_100;

/// What everybody sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sends {
    Voice,
    Pictures,
}

/// What a stretch of time forwarded.
#[derive(Debug, Default)]
pub struct Forwarded {
    pub voice: u64,
    pub voice_expected: u64,
    pub video: u64,
    pub video_expected: u64,
}

pub struct Call {
    plane: MediaPlane,
    server: SocketAddr,
    outbox: Outbox,
    people: Vec<Person>,
    now: Instant,
    tick: u32,
    to_server: Vec<Transmit>,
}

struct Person {
    address: SocketAddr,
    page: Offered,
    deadline: Instant,
    voice: u64,
    picture_packets: u64,
    pictures: u16,
    needs_key: bool,
}

impl Call {
    /// A room of three with every transport up.
    pub fn of_three() -> Self {
        let now = start();
        let server = SocketAddr::from(([10, 0, 0, 1], 3478));
        let certificate = from_feature_flags().dtls_provider.generate_certificate();
        let mut plane = MediaPlane::new(vec![server], certificate.expect("a certificate"));
        let people = (1..=PEOPLE)
            .map(|seat| Person::join(&mut plane, now, seat))
            .collect();
        let mut call = Self {
            plane,
            server,
            outbox: Outbox::default(),
            people,
            now,
            tick: 0,
            to_server: Vec::new(),
        };
        call.run(Duration::from_secs(2), Sends::Voice);
        let plane = &call.plane;
        assert_eq!(
            plane.gauges().addresses,
            usize::from(PEOPLE),
            "everybody is connected"
        );
        call
    }

    /// Lets this much time pass.
    pub fn run(&mut self, time: Duration, sends: Sends) -> Forwarded {
        let before = *self.plane.counters();
        let ticks = u32::try_from(time.as_millis()).expect("a short time");
        let mut sent = 0;
        for _ in 0..ticks {
            self.now += TICK;
            self.tick += 1;
            sent += self.send(sends);
            let batch = std::mem::take(&mut self.to_server);
            server_work(&mut self.plane, self.now, &batch, &mut self.outbox);
            self.deliver();
        }
        Forwarded::between(&before, self.plane.counters(), sent, sends)
    }

    /// Everybody writes what is due; returns the packets of media.
    fn send(&mut self, sends: Sends) -> u64 {
        let mut sent = 0;
        for (person, offset) in self.people.iter_mut().zip([0, 7, 14]) {
            let (now, phase) = (self.now, self.tick + offset);
            if sends == Sends::Voice && phase.is_multiple_of(VOICE_TICKS) {
                sent += person.speak(now);
            }
            if sends == Sends::Pictures && phase.is_multiple_of(PICTURE_TICKS) {
                sent += person.show(now);
            }
            if person.deadline <= now {
                person
                    .page
                    .rtc
                    .handle_input(Input::Timeout(now))
                    .expect("time passes");
                person.drain(&mut self.to_server);
            }
        }
        sent
    }

    fn deliver(&mut self) {
        for transmit in self.outbox.transmits.drain(..) {
            let to = self
                .people
                .iter_mut()
                .find(|other| other.address == transmit.destination);
            let Some(person) = to else { continue };
            let contents = Receive::new(
                Protocol::Udp,
                self.server,
                person.address,
                &transmit.contents,
            );
            let input = Input::Receive(self.now, contents.expect("a datagram of the server"));
            person
                .page
                .rtc
                .handle_input(input)
                .expect("the server's datagram is fine");
            person.drain(&mut self.to_server);
        }
        self.outbox.events.clear();
    }
}

/// Everything that the server does with one batch, in the order of a shard's loop. This function,
/// and nothing else, is what callgrind counts.
#[inline(never)]
pub fn server_work(plane: &mut MediaPlane, now: Instant, batch: &[Transmit], outbox: &mut Outbox) {
    if !batch.is_empty() {
        for transmit in batch {
            let (source, destination) = (transmit.source, transmit.destination);
            plane.handle_datagram(
                now,
                &Datagram {
                    source,
                    destination,
                    contents: &transmit.contents,
                },
            );
        }
        plane.flush(now, outbox);
    }
    if plane
        .next_deadline()
        .is_some_and(|deadline| deadline <= now)
    {
        plane.handle_timeout(now);
        plane.flush(now, outbox);
    }
}

impl Person {
    fn join(plane: &mut MediaPlane, now: Instant, seat: u16) -> Self {
        let address = SocketAddr::from(([10, 0, 1, u8::try_from(seat).expect("few seats")], 5_000));
        let mut page = Browser::chromium().single_encoding().offer(now, address);
        let join = Join {
            room: ROOM,
            seat: SeatId(seat),
            standing: Standing::Admitted,
            offer: &page.offer,
            hint: None,
            credentials: None,
        };
        let joined = plane.join(now, &join).expect("the offer is fine");
        page.answer(&joined.answer);
        Self {
            address,
            page,
            deadline: now,
            voice: 1,
            picture_packets: 1,
            pictures: 0,
            needs_key: true,
        }
    }

    fn drain(&mut self, to_server: &mut Vec<Transmit>) {
        loop {
            match self
                .page
                .rtc
                .poll_output()
                .expect("the client's engine is fine")
            {
                Output::Timeout(deadline) => {
                    self.deadline = deadline;
                    return;
                }
                Output::Transmit(transmit) => to_server.push(transmit),
                Output::Event(Event::KeyframeRequest(_)) => self.needs_key = true,
                Output::Event(Event::ChannelData(data)) => self.acknowledge(&data.data),
                Output::Event(_) => {}
            }
        }
    }

    /// `SlotAssigned` is answered by `SlotReady` (PROTOCOL.md).
    fn acknowledge(&mut self, message: &[u8]) {
        if let [0x01, slot, e1, e0, _, _] = *message
            && let Some(mut channel) = self.page.rtc.channel(self.page.channel)
        {
            channel
                .write(true, &[0x02, slot, e1, e0])
                .expect("the channel is open");
        }
    }

    fn speak(&mut self, now: Instant) -> u64 {
        let pt = Browser::chromium().payload_type(Some(Codec::Opus));
        let extensions = ExtensionValues {
            audio_level: Some(-20),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        let timestamp = u32::try_from(self.voice * 960).expect("a short call");
        let payload = vec![0x48; VOICE_BYTES];
        let write = RtpWrite::new(pt.into(), self.voice.into(), timestamp, now, payload);
        let mid = self.page.microphone;
        let mut api = self.page.rtc.direct_api();
        let stream = api
            .stream_tx_by_mid(mid, None)
            .expect("the microphone's line");
        stream.write_rtp(write.ext_vals(extensions));
        self.voice += 1;
        self.deadline = now;
        1
    }

    fn show(&mut self, now: Instant) -> u64 {
        let pt = Browser::chromium().payload_type(Some(Codec::Vp8));
        let is_key = std::mem::take(&mut self.needs_key);
        self.pictures = (self.pictures + 1) & 0x7fff;
        let timestamp = u32::from(self.pictures) * 2_970;
        let Some(mid) = self.page.camera else {
            return 0;
        };
        let mut api = self.page.rtc.direct_api();
        let stream = api.stream_tx_by_mid(mid, None).expect("the camera's line");
        for index in 0..PACKETS_PER_PICTURE {
            let [p1, p0] = self.pictures.to_be_bytes();
            let start = u8::from(index == 0) << 4;
            // The frame tag's lowest bit is zero in a keyframe (RFC 7741 section 4.3).
            let tag = u8::from(!(is_key && index == 0));
            let mut payload = vec![0x80 | start, 0xe0, 0x80 | p1, p0, p0, 0x20, tag];
            payload.resize(PICTURE_PACKET_BYTES, 0xbb);
            let sequence = self.picture_packets.into();
            let write = RtpWrite::new(pt.into(), sequence, timestamp, now, payload);
            stream.write_rtp(
                write
                    .marker(index + 1 == PACKETS_PER_PICTURE)
                    .nackable(true),
            );
            self.picture_packets += 1;
        }
        self.deadline = now;
        u64::from(PACKETS_PER_PICTURE)
    }
}

impl Forwarded {
    fn between(before: &Counters, after: &Counters, sent: u64, sends: Sends) -> Self {
        let expected = sent * u64::from(PEOPLE - 1);
        Self {
            voice: after.voice_forwarded - before.voice_forwarded,
            voice_expected: if sends == Sends::Voice { expected } else { 0 },
            video: after.video_forwarded - before.video_forwarded,
            video_expected: if sends == Sends::Pictures {
                expected
            } else {
                0
            },
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "virtual time has to start somewhere"
)]
fn start() -> Instant {
    Instant::now()
}
