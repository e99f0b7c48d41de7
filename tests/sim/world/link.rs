//! A link: what a network does to datagrams, from a seed.

use std::time::{Duration, Instant};

use fastrand::Rng;

use super::tally::Tally;

/// IP and UDP headers, which count against a link's rate.
pub const HEADER_BYTES: usize = 28;

/// What a network keeps during a hold outage: the buffer of a base station for one phone.
const HOLD_BYTES: usize = 60_000;

/// How a link loses datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Loss {
    /// Not at all.
    #[default]
    None,
    /// Each with this probability.
    Random(f64),
    /// In bursts (Gilbert–Elliott): a good state without loss, a bad state that loses most.
    Bursts {
        /// Probability to turn bad at each datagram.
        enter: f64,
        /// Probability to turn good again at each datagram.
        leave: f64,
        /// Share lost while bad.
        lost: f64,
    },
    /// In spells of time, however many datagrams fall into them.
    Spells {
        /// Share of the time in which everything is lost.
        share: f64,
        /// How long a spell lasts on average.
        mean: Duration,
    },
}

/// One direction of a network path.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    rate_bps: Option<u64>,
    latency: Duration,
    jitter: Duration,
    keeps_order: bool,
    loss: Loss,
    duplicate: f64,
    /// Datagrams that would wait longer for their turn are dropped: a phone network's buffer.
    queue: Duration,
}

impl Link {
    /// No limit of rate, 10 ms, nothing lost.
    pub fn good() -> Self {
        Self {
            rate_bps: None,
            latency: Duration::from_millis(10),
            jitter: Duration::ZERO,
            keeps_order: true,
            loss: Loss::None,
            duplicate: 0.0,
            queue: Duration::from_millis(300),
        }
    }

    /// A bottleneck, IP and UDP headers included.
    pub fn kbps(rate: u64) -> Self {
        Self {
            rate_bps: Some(rate * 1_000),
            ..Self::good()
        }
    }

    /// The way takes so long at least.
    pub fn latency_ms(self, ms: u64) -> Self {
        Self {
            latency: Duration::from_millis(ms),
            ..self
        }
    }

    /// Each datagram takes up to so much longer, the order kept.
    pub fn jitter_ms(self, ms: u64) -> Self {
        Self {
            jitter: Duration::from_millis(ms),
            ..self
        }
    }

    /// Jitter lets datagrams overtake each other.
    pub fn reordering(self) -> Self {
        Self {
            keeps_order: false,
            ..self
        }
    }

    /// This share is lost at random.
    pub fn loss(self, share: f64) -> Self {
        Self {
            loss: Loss::Random(share),
            ..self
        }
    }

    /// Loss comes in bursts.
    pub fn bursts(self, enter: f64, leave: f64, lost: f64) -> Self {
        Self {
            loss: Loss::Bursts { enter, leave, lost },
            ..self
        }
    }

    /// Everything is lost for this share of the time, in spells that last so long on average.
    pub fn spells(self, share: f64, mean: Duration) -> Self {
        Self {
            loss: Loss::Spells { share, mean },
            ..self
        }
    }

    /// Datagrams wait so long at most, instead of 300 ms: the deep buffer of a weak link.
    pub fn queue_ms(self, ms: u64) -> Self {
        Self {
            queue: Duration::from_millis(ms),
            ..self
        }
    }

    /// This share arrives twice.
    pub fn duplicate(self, share: f64) -> Self {
        Self {
            duplicate: share,
            ..self
        }
    }
}

/// A link in use.
#[derive(Debug)]
pub struct Pipe {
    link: Link,
    rng: Rng,
    is_bad: bool,
    /// When that was looked at.
    looked: Option<Instant>,
    busy_until: Option<Instant>,
    /// A hold outage: what goes in comes out after this, and only so many bytes fit in.
    held_until: Option<(Instant, usize)>,
    last_arrival: Option<Instant>,
    /// So many last flights of DTLS are lost.
    pub last_flights_lost: u32,
    /// Each part of a DTLS handshake in the clear arrives again so often, at this interval: who sends it is
    /// less patient than the engine.
    pub handshake_repeats: Option<(u32, Duration)>,
    /// Datagrams that went in.
    pub entered: u64,
    /// Bytes that went in, headers of IP and UDP included.
    pub bytes: u64,
    /// What went in.
    pub tally: Tally,
    /// Datagrams that did not come out.
    pub lost: u64,
}

impl Pipe {
    /// A link with chance from this seed.
    pub fn new(link: Link, seed: u64) -> Self {
        Self {
            link,
            rng: Rng::with_seed(seed),
            is_bad: false,
            looked: None,
            busy_until: None,
            held_until: None,
            last_arrival: None,
            last_flights_lost: 0,
            handshake_repeats: None,
            entered: 0,
            bytes: 0,
            tally: Tally::default(),
            lost: 0,
        }
    }

    /// Changes what the network does from now on; what is on its way stays so.
    pub fn set(&mut self, link: Link) {
        self.link = link;
        self.is_bad = false;
    }

    /// Keeps what goes in until then.
    pub fn hold_until(&mut self, until: Instant) {
        self.held_until = Some((until, HOLD_BYTES));
    }

    /// One way without waiting.
    pub fn latency(&self) -> Duration {
        self.link.latency
    }

    /// When a datagram that leaves now arrives: not at all, once or twice.
    pub fn send(&mut self, now: Instant, datagram: &[u8]) -> Vec<Instant> {
        let bytes = datagram.len();
        self.tally.add(datagram);
        self.entered += 1;
        self.bytes += (bytes + HEADER_BYTES) as u64;
        let Some(sent) = self.through_bottleneck(now, bytes) else {
            self.lost += 1;
            return Vec::new();
        };
        if self.loses(sent) || self.loses_last_flight(datagram) {
            self.lost += 1;
            return Vec::new();
        }
        let copies = if self.chance(self.link.duplicate) {
            2
        } else {
            1
        };
        let mut arrivals: Vec<_> = (0..copies).map(|_| self.arrival(sent)).collect();
        if let Some((times, interval)) = self.handshake_repeats
            && let [22, _, _, 0, 0, ..] = datagram
            && let Some(first) = arrivals.first().copied()
        {
            arrivals.extend((1..=times).map(|nth| first + nth * interval));
        }
        arrivals
    }

    /// A server's last flight begins with a change of the cipher (RFC 6347 section 4.2.4).
    fn loses_last_flight(&mut self, datagram: &[u8]) -> bool {
        let is_lost = self.last_flights_lost > 0 && datagram.first() == Some(&20);
        self.last_flights_lost -= u32::from(is_lost);
        is_lost
    }

    fn through_bottleneck(&mut self, now: Instant, bytes: usize) -> Option<Instant> {
        let mut waits = None;
        if let Some((until, room)) = self.held_until.as_mut().filter(|(until, _)| now < *until) {
            *room = room.checked_sub(bytes + HEADER_BYTES)?;
            waits = Some(*until);
        }
        let now = waits.unwrap_or(now);
        let Some(rate) = self.link.rate_bps else {
            return Some(now);
        };
        let start = self.busy_until.map_or(now, |busy| busy.max(now));
        if waits.is_none() && start - now > self.link.queue {
            return None;
        }
        let bits = (bytes + HEADER_BYTES) as u64 * 8;
        let done = start + Duration::from_micros(bits * 1_000_000 / rate);
        self.busy_until = Some(done);
        Some(done)
    }

    fn loses(&mut self, sent: Instant) -> bool {
        match self.link.loss {
            Loss::None => false,
            Loss::Random(share) => self.chance(share),
            Loss::Bursts { enter, leave, lost } => {
                let turns = if self.is_bad { leave } else { enter };
                self.is_bad ^= self.chance(turns);
                self.is_bad && self.chance(lost)
            }
            Loss::Spells { share, mean } => {
                // Two states whose changes have no memory (Gilbert): what was seen fades with time.
                let passed = sent.saturating_duration_since(self.looked.unwrap_or(sent));
                let fades = (-passed.as_secs_f64() / (mean.as_secs_f64() * (1.0 - share))).exp();
                let was_bad = f64::from(u8::from(self.is_bad));
                self.is_bad = self.chance(share + (was_bad - share) * fades);
                self.looked = Some(sent);
                self.is_bad
            }
        }
    }

    fn arrival(&mut self, sent: Instant) -> Instant {
        let arrival = sent + self.link.latency + self.link.jitter.mul_f64(self.rng.f64());
        if !self.link.keeps_order {
            return arrival;
        }
        let arrival = self.last_arrival.map_or(arrival, |last| last.max(arrival));
        self.last_arrival = Some(arrival);
        arrival
    }

    fn chance(&mut self, share: f64) -> bool {
        self.rng.f64() < share
    }
}
