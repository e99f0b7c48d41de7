//! Two people in a room of a running media server, over loopback sockets.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use fastrand::Rng;
use nhipcau::io::{Command, MediaServer};
use nhipcau::media::ids::{RoomId, SeatId};
use nhipcau::media::routing::Standing;
use str0m::net::Transmit;

use crate::world::Browser;
use crate::world::page::{Page, Receipt, Stamp};
use crate::world::publish::Identity;

/// How long anything may take on a machine that does other things too.
const PATIENCE: Duration = Duration::from_mins(1);

/// Two people.
pub struct Call {
    people: Vec<Person>,
}

struct Person {
    page: Page,
    socket: UdpSocket,
}

#[allow(
    clippy::disallowed_methods,
    reason = "these tests run on real threads and real time"
)]
fn now() -> Instant {
    Instant::now()
}

impl Call {
    /// Two people join a room.
    pub fn start(server: &MediaServer, room: RoomId) -> Self {
        Self {
            people: [1, 2].map(|seat| Person::join(server, room, seat)).into(),
        }
    }

    /// Lets these calls go on until something is true.
    pub fn run(calls: &mut [&mut Self], is_done: impl Fn(&[&mut Self]) -> bool) {
        let end = now() + PATIENCE;
        while !is_done(calls) {
            assert!(now() < end, "not within {PATIENCE:?}");
            for person in calls.iter_mut().flat_map(|call| &mut call.people) {
                person.step();
            }
        }
    }

    /// Voice packets heard by the one who heard fewest.
    pub fn voices_heard(&self) -> usize {
        self.people
            .iter()
            .map(|person| person.voices().count())
            .min()
            .unwrap()
    }

    /// Voice packets that did not arrive between the first and the last that did.
    pub fn voices_missed(&self) -> usize {
        self.people
            .iter()
            .map(|person| {
                let sequences: Vec<u64> = person.voices().map(|voice| voice.sequence).collect();
                let (first, last) = (sequences.iter().min(), sequences.iter().max());
                let span = last.zip(first).map_or(0, |(last, first)| last - first + 1);
                usize::try_from(span).unwrap() - sequences.len()
            })
            .sum()
    }
}

impl Person {
    fn join(server: &MediaServer, room: RoomId, seat: u16) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        // Waiting for a datagram is what paces the loop.
        socket
            .set_read_timeout(Some(Duration::from_millis(1)))
            .unwrap();
        let address = socket.local_addr().unwrap();
        let who = Identity {
            person: seat,
            life: 1,
            origin: now(),
        };
        let mut rng = Rng::with_seed(u64::from(seat));
        let browser = Browser::chromium().voice_only();
        let page = Page::new(&browser, who, address, now(), &mut rng);

        let (reply, joined) = mpsc::channel();
        let command = Command::Join {
            seat: SeatId(seat),
            standing: Standing::Admitted,
            offer: page.offer().to_owned(),
            hint: None,
            credentials: None,
            reply: Box::new(move |result| reply.send(result).unwrap()),
        };
        server.send(room, command);
        let joined = joined.recv_timeout(PATIENCE).unwrap().unwrap();
        let mut person = Self { page, socket };
        let mut out = Vec::new();
        person.page.answer(now(), &joined, &mut out);
        person.send(&out);
        person
    }

    fn step(&mut self) {
        let mut buffer = [0; 2_000];
        let mut out = Vec::new();
        if let Ok((length, source)) = self.socket.recv_from(&mut buffer) {
            let left = Stamp {
                at: now(),
                entry: 0,
            };
            self.page
                .receive(now(), left, source, &buffer[..length], &mut out);
        }
        if self.page.deadline() <= now() {
            self.page.advance(now(), &mut out);
        }
        self.send(&out);
    }

    fn send(&self, out: &[Transmit]) {
        for transmit in out {
            let to: SocketAddr = transmit.destination;
            self.socket.send_to(&transmit.contents, to).unwrap();
        }
    }

    fn voices(&self) -> impl Iterator<Item = &Receipt> {
        self.page
            .receipts
            .iter()
            .filter(|receipt| receipt.is_voice())
    }
}
