//! A call and the attackers beside it: pages of the simulation, the media core between them, on
//! virtual time. The network is perfect, so that whatever goes wrong is the attackers' doing.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use fastrand::Rng;
use nhipcau::media::ids::{RoomId, SeatId};
use nhipcau::media::routing::Standing;
use nhipcau::media::stats::{Counters, Gauges};
use nhipcau::media::transport::Datagram;
use nhipcau::media::{Join, MediaPlane, Outbox};
use str0m::config::DtlsCert;
use str0m::crypto::from_feature_flags;
use str0m::net::Transmit;

use super::forge::{self, Forger};
use super::world::browser::Browser;
use super::world::page::{Page, Receipt, Stamp};
use super::world::publish::Identity;

const TICK: Duration = Duration::from_millis(1);

/// Where the server is reached.
pub const SERVER: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 4_000);

/// The room of the call that must not be disturbed.
pub const BESIDE: RoomId = RoomId(1);

/// Somebody with a page.
pub struct Person {
    pub room: RoomId,
    pub seat: SeatId,
    pub page: Page,
    is_present: bool,
}

/// A datagram as it was seen on the wire.
#[derive(Clone, Debug)]
pub struct Captured {
    pub person: usize,
    pub contents: Vec<u8>,
}

/// Everything.
pub struct Scene {
    pub plane: MediaPlane,
    pub now: Instant,
    pub rng: Rng,
    origin: Instant,
    pub people: Vec<Person>,
    uploads: Vec<Transmit>,
    outbox: Outbox,
    /// What the server sent: to whom, under which SSRC and number, and a hash of it.
    sent: HashMap<(SocketAddr, u32, u16), u64>,
    /// What pages sent, while somebody listens.
    pub captured: Vec<Captured>,
    pub is_capturing: bool,
    /// Nothing reaches this person.
    pub deaf: Option<usize>,
    /// Nothing of this person reaches the server.
    pub unheard: Option<usize>,
}

impl Scene {
    /// Nobody yet.
    pub fn seeded(seed: u64) -> Self {
        static CERTIFICATE: OnceLock<DtlsCert> = OnceLock::new();
        forge::listen();
        fastrand::seed(seed);
        let certificate = CERTIFICATE.get_or_init(|| {
            from_feature_flags()
                .dtls_provider
                .generate_certificate()
                .unwrap()
        });
        #[expect(
            clippy::disallowed_methods,
            reason = "any moment will do as the beginning of time"
        )]
        let origin = Instant::now();
        Self {
            plane: MediaPlane::new(vec![SERVER], certificate.clone()),
            now: origin,
            rng: Rng::with_seed(seed),
            origin,
            people: Vec::new(),
            uploads: Vec::new(),
            outbox: Outbox::default(),
            sent: HashMap::new(),
            captured: Vec::new(),
            is_capturing: false,
            deaf: None,
            unheard: None,
        }
    }

    /// Two people in a call, speaking and showing their pictures, and what they sent so far.
    pub fn with_a_call(seed: u64) -> Self {
        let mut scene = Self::seeded(seed);
        scene.is_capturing = true;
        scene.join(BESIDE, 1, &Browser::chromium());
        scene.join(BESIDE, 2, &Browser::chromium());
        scene.run(Duration::from_secs(3));
        scene.is_capturing = false;
        scene
    }

    /// Somebody joins who is let in; returns their index.
    pub fn join(&mut self, room: RoomId, seat: u16, browser: &Browser) -> usize {
        self.enter(room, seat, Standing::Admitted, browser)
    }

    /// Somebody joins; returns their index.
    pub fn enter(
        &mut self,
        room: RoomId,
        seat: u16,
        standing: Standing,
        browser: &Browser,
    ) -> usize {
        let index = self.people.len();
        let person = u16::try_from(index).unwrap();
        let host = Ipv4Addr::new(198, 51, 100, 1 + u8::try_from(index).unwrap());
        let address = SocketAddr::new(host.into(), 10_000 + person);
        let who = Identity {
            person,
            life: 1,
            origin: self.origin,
        };
        let mut page = Page::new(browser, who, address, self.now, &mut self.rng);
        let seat = SeatId(seat);
        let join = Join {
            room,
            seat,
            standing,
            offer: page.offer(),
            hint: None,
            credentials: None,
        };
        let joined = self.plane.join(self.now, &join).unwrap();
        page.answer(self.now, &joined, &mut self.uploads);
        self.people.push(Person {
            room,
            seat,
            page,
            is_present: true,
        });
        index
    }

    /// Signaling ends somebody's transport, and their page closes.
    pub fn leave(&mut self, person: usize) {
        let person = &mut self.people[person];
        self.plane.leave(self.now, person.room, person.seat);
        person.is_present = false;
    }

    /// Somebody's page restarts ICE from a port that it did not have before.
    pub fn restart(&mut self, person: usize) {
        let page = &mut self.people[person].page;
        let address = SocketAddr::new(page.address.ip(), page.address.port() + 100);
        page.restart(self.now, address, &mut self.uploads);
    }

    /// The checks that somebody sent while the wire was captured.
    pub fn checks(&self, person: usize) -> Vec<Vec<u8>> {
        let is_check = |one: &&Captured| one.person == person && one.contents[0] < 2;
        let checks = self.captured.iter().filter(is_check);
        checks.map(|one| one.contents.clone()).collect()
    }

    /// Everybody leaves.
    pub fn everybody_leaves(&mut self) {
        for person in 0..self.people.len() {
            self.leave(person);
        }
        self.run(Duration::from_secs(1));
    }

    /// Lets time pass.
    pub fn run(&mut self, time: Duration) {
        self.run_with(time, |_| {});
    }

    /// Lets time pass, and the attackers act in every millisecond of it.
    pub fn run_with(&mut self, time: Duration, mut act: impl FnMut(&mut Self)) {
        let until = self.now + time;
        while self.now < until {
            self.now += TICK;
            act(self);
            for transmit in std::mem::take(&mut self.uploads) {
                self.capture(&transmit);
                let is_lost = self
                    .unheard
                    .is_some_and(|person| self.address(person) == transmit.source);
                if !is_lost {
                    self.inject(transmit.source, &transmit.contents);
                }
            }
            self.plane.handle_timeout(self.now);
            self.flush();
            for person in self.people.iter_mut().filter(|person| person.is_present) {
                if person.page.deadline() <= self.now {
                    person.page.advance(self.now, &mut self.uploads);
                }
            }
        }
    }

    /// One datagram reaches the server.
    pub fn inject(&mut self, source: SocketAddr, contents: &[u8]) {
        let datagram = Datagram {
            source,
            destination: SERVER,
            contents,
        };
        self.plane.handle_datagram(self.now, &datagram);
    }

    /// What the server has to send is received at once.
    pub fn flush(&mut self) {
        self.plane.flush(self.now, &mut self.outbox);
        let left = Stamp {
            at: self.now,
            entry: 0,
        };
        for transmit in self.outbox.transmits.drain(..) {
            assert_number_is_new(&mut self.sent, &transmit);
            let is_theirs = |(at, person): &(usize, &mut Person)| {
                let hears = person.is_present && self.deaf != Some(*at);
                hears && person.page.address == transmit.destination
            };
            if let Some((_, person)) = self.people.iter_mut().enumerate().find(is_theirs) {
                let contents = &transmit.contents;
                person
                    .page
                    .receive(self.now, left, SERVER, contents, &mut self.uploads);
            }
        }
        self.outbox.events.clear();
    }

    fn capture(&mut self, transmit: &Transmit) {
        if self.is_capturing {
            let is_theirs = |person: &Person| person.page.address == transmit.source;
            if let Some(person) = self.people.iter().position(is_theirs) {
                self.captured.push(Captured {
                    person,
                    contents: transmit.contents.to_vec(),
                });
            }
        }
    }

    pub fn address(&self, person: usize) -> SocketAddr {
        self.people[person].page.address
    }

    pub fn counters(&self) -> Counters {
        *self.plane.counters()
    }

    /// Everybody leaves, and nothing of anybody may stay.
    pub fn end_with_nothing_left(mut self) {
        self.everybody_leaves();
        assert_eq!(self.gauges(), Gauges::default());
    }

    pub fn gauges(&self) -> Gauges {
        self.plane.gauges()
    }

    /// The keys of somebody who has sent media and reports while the wire was captured.
    pub fn forger(&self, person: usize) -> Forger {
        let theirs = self
            .captured
            .iter()
            .filter(|captured| captured.person == person);
        let ssrcs: Vec<u32> = theirs
            .filter_map(|captured| ssrc(&captured.contents))
            .collect();
        Forger::of(&ssrcs).expect("media and reports were sent")
    }

    /// Fails unless `listener` heard every packet of the voice of `speaker` since then, and saw
    /// the picture without a freeze.
    pub fn assert_undisturbed(&self, speaker: usize, listener: usize, since: Instant) {
        let page = &self.people[listener].page;
        let is_recent = |receipt: &&Receipt| {
            usize::from(receipt.found.mark.person) == speaker && receipt.at > since
        };
        let voice: Vec<&Receipt> = page
            .receipts
            .iter()
            .filter(is_recent)
            .filter(|receipt| receipt.is_voice())
            .collect();
        let expected = (self.now - since).as_millis() / 20;
        assert!(
            voice.len() as u128 + 2 >= expected,
            "{} of {expected} voice packets",
            voice.len()
        );
        for pair in voice.windows(2) {
            let (frames, sequences) = (
                pair[1].found.mark.frame - pair[0].found.mark.frame,
                pair[1].sequence - pair[0].sequence,
            );
            assert_eq!((frames, sequences), (1, 1), "a gap in the voice");
            assert!(
                pair[1].at - pair[0].at <= Duration::from_millis(40),
                "the voice was late"
            );
        }
        let shown = page.shown();
        let moments = shown
            .iter()
            .filter(|(at, mark)| usize::from(mark.person) == speaker && *at > since);
        let mut last = since;
        for at in moments.map(|(at, _)| *at).chain([self.now]) {
            assert!(at - last <= FREEZE, "the picture froze for {:?}", at - last);
            last = at;
        }
    }

    /// Both people of the call hear and see each other as if nothing was.
    pub fn assert_call_undisturbed(&self, since: Instant) {
        self.assert_undisturbed(0, 1, since);
        self.assert_undisturbed(1, 0, since);
    }
}

/// A freeze is longer than three frame intervals, and than 150 ms and one interval.
const FREEZE: Duration = Duration::from_millis(217);

/// The SSRC of an RTP packet, or of an RTCP packet's sender.
pub fn ssrc(datagram: &[u8]) -> Option<u32> {
    if datagram.first()? >> 6 != 2 {
        return None;
    }
    let at = if is_rtcp(datagram) { 4 } else { 8 };
    Some(u32::from_be_bytes(
        datagram.get(at..at + 4)?.try_into().ok()?,
    ))
}

/// RTCP packet types are 192 to 223 (RFC 5761 section 4).
pub fn is_rtcp(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| first >> 6 == 2)
        && datagram
            .get(1)
            .is_some_and(|second| (192..=223).contains(second))
}

/// RTP, not RTCP.
pub fn is_rtp(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| first >> 6 == 2) && !is_rtcp(datagram)
}

/// Fails if another packet went to the same address under the same SSRC and number: the two would
/// be encrypted with one nonce. What is sent again as it was is no other packet.
fn assert_number_is_new(sent: &mut HashMap<(SocketAddr, u32, u16), u64>, transmit: &Transmit) {
    let bytes = &transmit.contents;
    if !is_rtp(bytes) {
        return;
    }
    let number = u16::from_be_bytes([bytes[2], bytes[3]]);
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let hash = hasher.finish();
    let key = (transmit.destination, ssrc(bytes).unwrap(), number);
    let before = sent.insert(key, hash);
    assert!(
        before.is_none_or(|before| before == hash),
        "two packets of type {} went out under number {number}",
        bytes[1] & 0x7f
    );
}
