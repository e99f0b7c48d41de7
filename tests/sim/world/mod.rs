//! People, their pages and links, and the media core between them, on virtual time.
//!
//! Nothing sleeps: the world goes from one deadline to the next. Every received packet is checked
//! against what the server had decided when the packet left ([`watch`]).
//!
//! ```text
//! World::seeded(7)
//!     .join(["ana", "ben"])
//!     .link("ben", Link::kbps(600).latency_ms(80).loss(0.02))
//!     .run(secs(10))
//!     .expect("ben", hears("ana"));
//! ```

pub mod ahead;
pub mod browser;
mod continuity;
pub mod decoder;
pub mod expect;
pub mod link;
pub mod linkend;
pub mod network;
pub mod page;
pub mod payload;
pub mod people;
pub mod prober;
pub mod publish;
pub mod tally;
pub mod watch;

use std::time::{Duration, Instant};

use fastrand::Rng;
use nhipcau::media::event::MediaEvent;
use nhipcau::media::ids::RoomId;
use nhipcau::media::stats::{Counters, Gauges};
use nhipcau::media::{MediaPlane, Outbox};
use str0m::net::Transmit;

use self::network::{Arrival, Network};
use self::page::Stamp;
use self::people::Person;
use self::watch::Ledger;

pub use self::browser::Browser;
pub use self::expect::{hears, hears_only, sees, sees_only};
pub use self::link::Link;
pub use self::tally::Tally;

/// So many seconds.
pub const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// So many milliseconds.
pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Steps without time passing that mean that a loop spins.
const SPIN: u32 = 20_000;

/// The world.
pub struct World {
    seed: u64,
    rng: Rng,
    origin: Instant,
    now: Instant,
    /// By how much the shards' clock is behind.
    lag: Duration,
    /// The shards.
    pub planes: Vec<MediaPlane>,
    people: Vec<Person>,
    network: Network,
    ledger: Ledger,
    violations: Vec<String>,
    /// What the server told signaling.
    pub events: Vec<(Instant, MediaEvent)>,
    /// Datagrams that the server sent.
    pub sent_by_server: u64,
    steps_without_time: u32,
    checks_continuity: bool,
}

impl World {
    /// A world with one shard.
    pub fn seeded(seed: u64) -> Self {
        Self::with_shards(seed, 1)
    }

    /// A world whose rooms are spread over so many shards.
    pub fn with_shards(seed: u64, shards: usize) -> Self {
        let seed = std::env::var("SIM_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or(seed);
        // The engine's own SSRCs and its pacer's chance come from here.
        fastrand::seed(seed);
        #[expect(
            clippy::disallowed_methods,
            reason = "any moment will do as the beginning of time"
        )]
        let origin = Instant::now();
        Self {
            seed,
            rng: Rng::with_seed(seed),
            origin,
            now: origin,
            lag: Duration::ZERO,
            planes: (0..shards).map(network::plane).collect(),
            people: Vec::new(),
            network: Network::default(),
            ledger: Ledger::default(),
            violations: Vec::new(),
            events: Vec::new(),
            sent_by_server: 0,
            steps_without_time: 0,
            checks_continuity: true,
        }
    }

    /// Time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.now - self.origin
    }

    /// The present.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The shard of a room.
    fn plane_of(&self, room: RoomId) -> usize {
        usize::try_from(room.0).unwrap() % self.planes.len()
    }

    /// What all shards hold.
    pub fn gauges(&self) -> Gauges {
        self.planes
            .iter()
            .map(MediaPlane::gauges)
            .fold(Gauges::default(), |sum, one| Gauges {
                rooms: sum.rooms + one.rooms,
                participants: sum.participants + one.participants,
                weak_up: sum.weak_up + one.weak_up,
                weak_down: sum.weak_down + one.weak_down,
                addresses: sum.addresses + one.addresses,
                fragments: sum.fragments + one.fragments,
                deadlines: sum.deadlines + one.deadlines,
            })
    }

    /// What the first shard counted.
    pub fn counters(&self) -> Counters {
        *self.planes[0].counters()
    }

    /// Lets so much time pass, then checks every rule.
    pub fn run(&mut self, time: Duration) -> &mut Self {
        let until = self.now + time;
        while self.step(until) {}
        self.check();
        self
    }

    /// Lets so much time pass; the next run checks the rules.
    pub fn pass(&mut self, time: Duration) -> &mut Self {
        let until = self.now + time;
        while self.step(until) {}
        self
    }

    /// Lets time pass until this is true; fails after `limit`.
    pub fn run_until(&mut self, limit: Duration, is_true: impl Fn(&Self) -> bool) -> &mut Self {
        let until = self.now + limit;
        while !is_true(self) {
            assert!(self.step(until), "it did not happen within {limit:?}");
        }
        self.check();
        self
    }

    fn check(&mut self) {
        if self.checks_continuity {
            for person in &self.people {
                for page in &person.pages {
                    continuity::check(&person.name, page, &mut self.violations);
                }
            }
        }
        let first: Vec<_> = self.violations.iter().take(5).collect();
        assert!(
            first.is_empty(),
            "{} rules broken, first: {first:#?}",
            self.violations.len()
        );
    }

    /// With `SIM_TRACE` set, says each second what the server does for everybody.
    fn trace(&self, until: Instant) {
        let second = |at: Instant| (at - self.origin).as_secs();
        if second(until) == second(self.now) || std::env::var_os("SIM_TRACE").is_none() {
            return;
        }
        for plane in &self.planes {
            for room in plane.rooms() {
                let people = plane
                    .inspect(room)
                    .map(|room| room.participants)
                    .unwrap_or_default();
                for one in people {
                    let slots: Vec<_> = one
                        .slots
                        .iter()
                        .map(|slot| (slot.owner, &slot.video))
                        .collect();
                    let kbps = one.estimate_bps / 1_000;
                    let (at, seat) = (second(until), one.seat);
                    println!(
                        "{at} s, seat {seat}: {kbps} kbit/s, up {}, down {}, sends {} {:?}, {slots:?}",
                        one.link_up, one.link_down, one.audio_rung, one.encodings_wanted
                    );
                }
            }
        }
    }

    /// Goes to the next deadline and serves it; `false` when there is none until then.
    fn step(&mut self, until: Instant) -> bool {
        let planes = self.planes.iter().filter_map(MediaPlane::next_deadline);
        let planes = planes.map(|deadline| deadline + self.lag);
        let pages = self.people.iter().filter_map(Person::deadline);
        let next = planes
            .chain(pages)
            .chain(self.network.next())
            .min()
            .unwrap_or(until);
        if next >= until {
            self.now = until.max(self.now);
            return false;
        }
        self.steps_without_time = if next > self.now {
            0
        } else {
            self.steps_without_time + 1
        };
        assert!(self.steps_without_time < SPIN, "the world spins");
        self.trace(next);
        self.now = self.now.max(next);
        while let Some(arrival) = self.network.pop_due(self.now) {
            self.deliver(arrival);
        }
        for at in 0..self.people.len() {
            if self.people[at]
                .deadline()
                .is_some_and(|deadline| deadline <= self.now)
            {
                let mut out = Vec::new();
                self.people[at].page_mut().advance(self.now, &mut out);
                self.upload(at, out);
            }
        }
        self.flush();
        true
    }

    fn deliver(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::AtPlane {
                plane,
                source,
                destination,
                contents,
            } => {
                let datagram = nhipcau::media::transport::Datagram {
                    source,
                    destination,
                    contents: &contents,
                };
                let time = self.server_time();
                self.planes[plane].handle_datagram(time, &datagram);
            }
            Arrival::AtPage {
                person,
                life,
                source,
                contents,
                left,
            } => {
                if !self.people[person].is_alive(life) {
                    return;
                }
                let mut out = Vec::new();
                let page = self.people[person].page_mut();
                let seen = page.receipts.len();
                page.receive(self.now, left, source, &contents, &mut out);
                self.watch(person, seen);
                self.upload(person, out);
            }
            Arrival::Offer { person, life } => self.answer_offer(person, life),
            Arrival::Answer {
                person,
                life,
                joined,
            } => {
                if self.people[person].is_alive(life) {
                    let mut out = Vec::new();
                    self.people[person]
                        .page_mut()
                        .answer(self.now, &joined, &mut out);
                    self.upload(person, out);
                }
            }
        }
    }

    /// Sends what a page sends.
    fn upload(&mut self, person: usize, transmits: Vec<Transmit>) {
        for transmit in transmits {
            self.network
                .upload(self.now, &mut self.people[person], transmit);
        }
    }

    /// The clock of every shard lags behind the world's from now on.
    pub fn lag(&mut self, by: Duration) -> &mut Self {
        self.lag = by;
        self
    }

    /// What the clock of every shard shows.
    fn server_time(&self) -> Instant {
        self.now - self.lag
    }

    /// Lets every shard serve its deadlines and sends what leaves.
    fn flush(&mut self) {
        let time = self.server_time();
        for plane in 0..self.planes.len() {
            let mut out = Outbox::default();
            self.planes[plane].handle_timeout(time);
            self.planes[plane].flush(time, &mut out);
            if !out.events.is_empty() {
                self.events
                    .extend(out.events.into_iter().map(|event| (self.now, event)));
                self.note_decisions();
            }
            self.sent_by_server += out.transmits.len() as u64;
            let left = Stamp {
                at: self.now,
                entry: self.ledger.last(),
            };
            for transmit in out.transmits {
                self.watch_departure(&transmit);
                self.network.download(left, &mut self.people, transmit);
            }
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let test = std::thread::current().name().unwrap_or_default().to_owned();
            let seed = self.seed;
            eprintln!("replay: SIM_SEED={seed} cargo test -p nhipcau --test sim {test} -- --exact");
            eprintln!("at {:?} of virtual time", self.elapsed());
        }
    }
}
