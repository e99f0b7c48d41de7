//! Who is in the world, and what they do: join, leave, vanish, wander.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use nhipcau::media::congestion::rungs::Hint;
use nhipcau::media::downlink::shape::VoiceShape;
use nhipcau::media::ids::{RoomId, SeatId};
use nhipcau::media::participant::Participant;
use nhipcau::media::routing::Standing;
use nhipcau::media::units::Bitrate;
use nhipcau::media::{Join, JoinError};

use super::World;
use super::browser::Browser;
use super::link::{Link, Pipe};
use super::network::{self, Arrival, plane_address};
use super::page::Page;
use super::publish::Identity;

/// A page gives up a transport that takes longer to come up.
const CONNECT: Duration = Duration::from_secs(15);

/// Somebody.
pub struct Person {
    /// What the test calls them.
    pub name: String,
    /// Their room.
    pub room: RoomId,
    /// Their seat in it.
    pub seat: SeatId,
    /// What signaling says of them when they join.
    pub standing: Standing,
    /// What the server was last told of them.
    pub decided: Standing,
    browser: Browser,
    is_present: bool,
    /// Every page that they opened; the last one may be open still.
    pub pages: Vec<Page>,
    /// The way to the server.
    pub up: Pipe,
    /// The way from the server.
    pub down: Pipe,
    /// Their address as the server sees it.
    pub public: SocketAddr,
    /// Why the last join was refused.
    pub refused: Option<JoinError>,
}

impl Person {
    /// When their page next needs attention.
    pub fn deadline(&self) -> Option<Instant> {
        self.pages
            .last()
            .filter(|_| self.is_present)
            .map(Page::deadline)
    }

    /// Whether this transport of theirs is the present one.
    pub fn is_alive(&self, life: u16) -> bool {
        self.is_present && self.pages.len() == usize::from(life)
    }

    /// What their page says of its network.
    fn hint(&self) -> Option<Hint> {
        let kbps = self.browser.hint_kbps?;
        Some(Hint {
            round_trip: self.up.latency() + self.down.latency(),
            rate: Bitrate::kbps(kbps.into()),
        })
    }

    /// Whether their page is open.
    pub fn is_present(&self) -> bool {
        self.is_present
    }

    /// Their latest page.
    pub fn page(&self) -> &Page {
        self.pages.last().unwrap()
    }

    /// Their latest page, to change.
    pub fn page_mut(&mut self) -> &mut Page {
        self.pages.last_mut().unwrap()
    }
}

impl World {
    /// The person of this name, made if need be: in room 0, let in, on a good link.
    fn index(&mut self, name: &str) -> usize {
        if let Some(at) = self.people.iter().position(|person| person.name == name) {
            return at;
        }
        let seats = self
            .people
            .iter()
            .filter(|person| person.room == RoomId(0))
            .count();
        let [up, down] = [(); 2].map(|()| Pipe::new(Link::good(), self.rng.u64(..)));
        self.people.push(Person {
            name: name.to_owned(),
            room: RoomId(0),
            seat: SeatId(u16::try_from(seats + 1).unwrap()),
            standing: Standing::Admitted,
            decided: Standing::Waiting,
            browser: Browser::chromium(),
            is_present: false,
            pages: Vec::new(),
            up,
            down,
            public: SocketAddr::new([0, 0, 0, 0].into(), 0),
            refused: None,
        });
        self.people.len() - 1
    }

    /// Looks at somebody.
    pub fn person(&self, name: &str) -> &Person {
        self.people
            .iter()
            .find(|person| person.name == name)
            .unwrap()
    }

    /// Changes somebody.
    pub fn person_mut(&mut self, name: &str) -> &mut Person {
        let at = self.index(name);
        &mut self.people[at]
    }

    /// The number in somebody's marks.
    pub fn number_of(&self, name: &str) -> u16 {
        let at = self
            .people
            .iter()
            .position(|person| person.name == name)
            .unwrap();
        u16::try_from(at).unwrap()
    }

    /// Gives somebody a browser, from their next join on.
    pub fn browser(&mut self, name: &str, browser: Browser) -> &mut Self {
        self.person_mut(name).browser = browser;
        self
    }

    /// Puts somebody's next joins into another room.
    pub fn seat(&mut self, name: &str, room: u64, seat: u16) -> &mut Self {
        let person = self.person_mut(name);
        (person.room, person.seat) = (RoomId(room), SeatId(seat));
        self
    }

    /// Changes somebody's link in both directions.
    pub fn link(&mut self, name: &str, link: Link) -> &mut Self {
        self.uplink(name, link).downlink(name, link)
    }

    /// Changes somebody's way to the server.
    pub fn uplink(&mut self, name: &str, link: Link) -> &mut Self {
        self.person_mut(name).up.set(link);
        self
    }

    /// Changes somebody's way from the server.
    pub fn downlink(&mut self, name: &str, link: Link) -> &mut Self {
        self.person_mut(name).down.set(link);
        self
    }

    /// Somebody's network keeps what is sent in either direction for so long and delivers it then.
    pub fn hold(&mut self, name: &str, time: Duration) -> &mut Self {
        let until = self.now + time;
        let person = self.person_mut(name);
        person.up.hold_until(until);
        person.down.hold_until(until);
        self
    }

    /// The server shapes the voices that somebody hears.
    pub fn shape(&mut self, name: &str, shape: VoiceShape) -> &mut Self {
        self.at_server(name).downlink.shape_voices(shape);
        self
    }

    /// Somebody as the server knows them.
    pub fn at_server(&mut self, name: &str) -> &mut Participant {
        let Person { room, seat, .. } = *self.person(name);
        let plane = self.plane_of(room);
        self.planes[plane].participant_mut(room, seat).unwrap()
    }

    /// These people open the page, let in.
    pub fn join<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for name in names {
            self.open(name, Standing::Admitted);
        }
        self
    }

    /// These people open the page and are not let in.
    pub fn wait<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for name in names {
            self.open(name, Standing::Waiting);
        }
        self
    }

    /// Somebody opens the page. Where no transport comes up it begins anew, as the page does (`CONNECT_MS` in
    /// `web-client/src/voice/call.ts`).
    pub fn insist(&mut self, name: &str) -> &mut Self {
        for _ in 0..4 {
            self.join([name]);
            let given_up = self.now + CONNECT;
            while self.person(name).page().connected.is_none() && self.step(given_up) {}
            if self.person(name).page().connected.is_some() {
                return self;
            }
            self.vanish(name);
        }
        panic!("no transport of {name}'s came up");
    }

    fn open(&mut self, name: &str, standing: Standing) {
        let person = self.index(name);
        let life = u16::try_from(self.people[person].pages.len() + 1).unwrap();
        let address = self.network.address(person, life);
        let origin = self.origin;
        let who = Identity {
            person: u16::try_from(person).unwrap(),
            life,
            origin,
        };
        let plane = self.plane_of(self.people[person].room);
        let someone = &mut self.people[person];
        someone.standing = standing;
        let mut page = Page::new(&someone.browser, who, address, self.now, &mut self.rng);
        if someone.browser.goes_ahead {
            let server = plane_address(plane);
            page.begin(server, network::fingerprint(), &mut self.rng);
        }
        someone.pages.push(page);
        someone.public = address;
        someone.is_present = true;
        someone.refused = None;
        let arrives = self.now + someone.up.latency();
        self.network.push(arrives, Arrival::Offer { person, life });
    }

    /// The server answers a join request that has arrived.
    pub(super) fn answer_offer(&mut self, person: usize, life: u16) {
        self.flush();
        let someone = &self.people[person];
        if !someone.is_alive(life) {
            return;
        }
        let Person {
            room,
            seat,
            standing,
            ..
        } = *someone;
        let offer = someone.page().offer().to_owned();
        let chosen = someone.page().chosen().cloned();
        let plane = self.plane_of(room);
        let join = Join {
            room,
            seat,
            standing,
            offer: &offer,
            hint: self.people[person].hint(),
            credentials: chosen.as_ref(),
        };
        let time = self.server_time();
        self.people[person].decided = standing;
        let answered = self.planes[plane].join(time, &join);
        self.note_decisions();
        let someone = &mut self.people[person];
        match answered {
            Ok(joined) => {
                let arrives = self.now + someone.down.latency();
                self.network.push(
                    arrives,
                    Arrival::Answer {
                        person,
                        life,
                        joined,
                    },
                );
            }
            Err(refused) => {
                someone.refused = Some(refused);
                someone.is_present = false;
            }
        }
    }

    /// Somebody leaves through signaling, and the page says so over media too.
    pub fn leave(&mut self, name: &str) -> &mut Self {
        self.dismiss(name).hang_up(name)
    }

    /// Somebody's page closes its connection; signaling hears nothing of it.
    pub fn hang_up(&mut self, name: &str) -> &mut Self {
        let person = self.index(name);
        let mut out = Vec::new();
        let now = self.now;
        self.people[person].page_mut().close(now, &mut out);
        self.upload(person, out);
        self.vanish(name)
    }

    /// Signaling ends a room.
    pub fn end_room(&mut self, room: u64) -> &mut Self {
        self.flush();
        let plane = self.plane_of(RoomId(room));
        let time = self.server_time();
        self.planes[plane].end(time, RoomId(room));
        self.note_decisions();
        self.flush();
        self
    }

    /// Signaling ends somebody's transport; the page does not know yet.
    pub fn dismiss(&mut self, name: &str) -> &mut Self {
        self.flush();
        let Person { room, seat, .. } = *self.person(name);
        let plane = self.plane_of(room);
        let time = self.server_time();
        self.planes[plane].leave(time, room, seat);
        self.note_decisions();
        self.flush();
        self
    }

    /// Somebody's computer is switched off.
    pub fn vanish(&mut self, name: &str) -> &mut Self {
        let person = self.person_mut(name);
        person.is_present = false;
        let address = person.public;
        self.network.close(address);
        self
    }

    /// Lets somebody in.
    pub fn admit(&mut self, name: &str) -> &mut Self {
        self.set_standing(name, Standing::Admitted)
    }

    /// Puts somebody back into the waiting room.
    pub fn put_back(&mut self, name: &str) -> &mut Self {
        self.set_standing(name, Standing::Waiting)
    }

    fn set_standing(&mut self, name: &str, standing: Standing) -> &mut Self {
        self.flush();
        let person = self.person_mut(name);
        person.standing = standing;
        person.decided = standing;
        let (room, seat) = (person.room, person.seat);
        let plane = self.plane_of(room);
        let time = self.server_time();
        self.planes[plane].set_standing(time, room, seat, standing);
        self.note_decisions();
        self.flush();
        self
    }

    /// Whether the server has heard somebody within this time.
    pub fn is_heard(&self, name: &str, within: Duration) -> bool {
        let Person { room, seat, .. } = *self.person(name);
        let plane = &self.planes[self.plane_of(room)];
        plane.is_heard(self.server_time(), room, seat, within)
    }

    /// Somebody's router gives them another port; their browser does not notice.
    pub fn rebind(&mut self, name: &str) -> &mut Self {
        let at = self.index(name);
        let life = u16::try_from(self.people[at].pages.len()).unwrap();
        let address = self.network.address(at, life);
        let old = std::mem::replace(&mut self.people[at].public, address);
        self.network.close(old);
        self
    }

    /// Somebody is back at an address that they had before.
    pub fn return_to(&mut self, name: &str, address: SocketAddr) -> &mut Self {
        let at = self.index(name);
        let life = u16::try_from(self.people[at].pages.len()).unwrap();
        let left = std::mem::replace(&mut self.people[at].public, address);
        self.network.close(left);
        self.network.open(address, at, life);
        self
    }

    /// Somebody's phone changes networks; their browser notices.
    pub fn roam(&mut self, name: &str) -> &mut Self {
        self.rebind(name);
        let at = self.index(name);
        let (now, address) = (self.now, self.people[at].public);
        let mut out = Vec::new();
        self.people[at].page_mut().roam(now, address, &mut out);
        self.upload(at, out);
        self
    }

    /// Somebody's page restarts ICE, where it is.
    pub fn restart(&mut self, name: &str) -> &mut Self {
        let at = self.index(name);
        let (now, address) = (self.now, self.people[at].page().address);
        let mut out = Vec::new();
        self.people[at].page_mut().restart(now, address, &mut out);
        self.upload(at, out);
        self
    }

    /// Somebody's page restarts ICE, in another network or from other ports.
    pub fn restart_elsewhere(&mut self, name: &str) -> &mut Self {
        self.rebind(name);
        let at = self.index(name);
        let (now, address) = (self.now, self.people[at].public);
        let mut out = Vec::new();
        self.people[at].page_mut().restart(now, address, &mut out);
        self.upload(at, out);
        self
    }
}
