//! The shell around the media core: the only code of the media plane that reads a clock or a
//! socket.
//!
//! [`MediaServer::start`] opens one UDP port and starts one thread per shard; a [`MediaServer`]
//! places rooms on shards and passes commands to them. A room lives wholly on one shard, so nothing
//! on the way of a packet is shared.

pub mod addresses;
mod mailbox;
pub mod reach;
mod shard;
mod socket;
mod supervisor;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use str0m::config::DtlsCert;

use self::mailbox::Sender;
pub use self::mailbox::{Command, Reply};
use self::reach::Reach;
use self::socket::ShardSocket;
use self::supervisor::{ShardStatus, Supervisor};
use crate::media::event::MediaEvent;
use crate::media::ids::RoomId;
use crate::media::stats::{Counters, Gauges};

/// Where the shards' UDP ports come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UdpPorts {
    /// Any free port for each shard.
    Any,
    /// The first free ports of this range, both ends included.
    Range {
        /// The lowest.
        first: u16,
        /// The highest.
        last: u16,
    },
}

/// How the media plane is reached.
#[derive(Clone, Debug)]
pub struct MediaSettings {
    /// Threads, at least 1.
    pub shards: usize,
    /// One port for each shard.
    pub udp_ports: UdpPorts,
    /// What candidates say; empty for the addresses of the interfaces.
    pub public_addresses: Vec<IpAddr>,
    /// Whether 127.0.0.1 is a candidate beside the addresses of the interfaces.
    pub advertise_loopback: bool,
}

/// Why the media plane did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Fewer free ports than shards.
    #[error("no free UDP port in {first}-{last} for shard {shard}: {source}")]
    NoPort {
        /// The lowest port tried.
        first: u16,
        /// The highest port tried.
        last: u16,
        /// The shard that is without.
        shard: usize,
        /// What the operating system said of the last one tried.
        source: io::Error,
    },
    /// The interfaces could not be listed.
    #[error("network interfaces cannot be listed: {0}")]
    Interfaces(io::Error),
    /// There is no address to advertise.
    #[error("no network address to advertise: set one with --public-address")]
    NoAddress,
    /// The cryptography gave no certificate for DTLS.
    #[error("no DTLS certificate can be made")]
    NoCertificate,
    /// A thread or its poller could not be made.
    #[error("shard {shard} cannot start: {source}")]
    Thread {
        /// The shard.
        shard: usize,
        /// What the operating system said.
        source: io::Error,
    },
}

/// What the media plane tells its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A seat's transport changed state.
    Media(MediaEvent),
    /// A shard failed and was started again empty: these rooms have no transports any more.
    RoomsLost(Vec<RoomId>),
}

/// Called on a shard's thread; must not block.
pub type Observer = Arc<dyn Fn(Notice) + Send + Sync>;

/// The running shards.
pub struct MediaServer {
    shards: Vec<Shard>,
    reach: Reach,
}

struct Shard {
    sender: Sender,
    status: Arc<ShardStatus>,
    port: u16,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl MediaServer {
    /// Opens the ports and starts the threads.
    pub fn start(settings: &MediaSettings, observer: &Observer) -> Result<Self, StartError> {
        let addresses = addresses::advertised(settings).map_err(StartError::Interfaces)?;
        if addresses.is_empty() {
            return Err(StartError::NoAddress);
        }
        let certificate = reach::certificate().ok_or(StartError::NoCertificate)?;
        let mut ports = socket::ports(settings.udp_ports);
        let mut shards = Vec::new();
        for index in 0..settings.shards.max(1) {
            let socket = ShardSocket::bind_one_of(&mut ports, settings.udp_ports, index)?;
            let port = socket.port();
            let candidates = addresses.iter().map(|ip| (*ip, port).into());
            let started =
                Self::start_shard(index, socket, candidates.collect(), &certificate, observer)?;
            shards.push(started);
        }
        let reach = Reach {
            fingerprint: reach::fingerprint(&certificate),
            addresses,
            ports: shards.iter().map(|shard| shard.port).collect(),
        };
        Ok(Self { shards, reach })
    }

    fn start_shard(
        index: usize,
        socket: ShardSocket,
        candidates: Vec<SocketAddr>,
        certificate: &DtlsCert,
        observer: &Observer,
    ) -> Result<Shard, StartError> {
        let failed = |source| StartError::Thread {
            shard: index,
            source,
        };
        let port = socket.port();
        let status = Arc::new(ShardStatus::default());
        let certificate = certificate.clone();
        let (supervisor, sender) =
            Supervisor::new(index, socket, candidates, certificate, Arc::clone(&status))
                .map_err(failed)?;
        let observer = Arc::clone(observer);
        let thread = std::thread::Builder::new()
            .name(format!("shard-{index}"))
            .spawn(move || supervisor.run(&|notice| observer(notice)))
            .map_err(failed)?;
        Ok(Shard {
            sender,
            status,
            port,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Passes a command to its room's shard. If the shard is gone, the command is dropped, and with
    /// it its [`Reply`].
    pub fn send(&self, room: RoomId, command: Command) {
        if let Some(shard) = self.shards.get(self.place(room)) {
            shard.sender.send(room, command);
        }
    }

    /// The shard of a room. Room ids are random, so their remainders spread evenly; nothing has
    /// to be remembered, and a room that comes back after a restart finds the same shard.
    fn place(&self, room: RoomId) -> usize {
        let shards = self.shards.len().max(1) as u64;
        usize::try_from(room.0 % shards).unwrap_or_default()
    }

    /// Where and as whom the shards are met.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The shards' UDP ports.
    pub fn ports(&self) -> Vec<u16> {
        self.shards.iter().map(|shard| shard.port).collect()
    }

    /// How many shards there are and how many of them answer.
    pub fn shards(&self) -> (usize, usize) {
        let up = self
            .shards
            .iter()
            .filter(|shard| shard.status.is_up())
            .count();
        (self.shards.len(), up)
    }

    /// What all shards counted, restarts included.
    pub fn counters(&self) -> Vec<(&'static str, u64)> {
        let mut totals: Vec<(&'static str, u64)> = Vec::new();
        for entry in self.shards.iter().flat_map(|shard| shard.status.counters()) {
            match totals.iter_mut().find(|(name, _)| *name == entry.0) {
                Some((_, total)) => *total += entry.1,
                None => totals.push(entry),
            }
        }
        totals
    }

    /// What all shards hold.
    pub fn gauges(&self) -> Gauges {
        let mut total = Gauges::default();
        for gauges in self.shards.iter().map(|shard| shard.status.gauges()) {
            total.rooms += gauges.rooms;
            total.participants += gauges.participants;
            total.weak_up += gauges.weak_up;
            total.weak_down += gauges.weak_down;
            total.addresses += gauges.addresses;
            total.fragments += gauges.fragments;
            total.deadlines += gauges.deadlines;
        }
        total
    }

    /// Makes a shard's thread panic, to show that the others do not notice.
    pub fn inject_panic(&self, shard: usize) {
        if let Some(shard) = self.shards.get(shard) {
            shard.sender.send(RoomId(0), Command::Panic);
        }
    }

    /// Stops and joins the threads.
    pub fn shutdown(&self) {
        for shard in &self.shards {
            shard.sender.send(RoomId(0), Command::Stop);
        }
        for shard in &self.shards {
            let thread = shard
                .thread
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(thread) = thread
                && thread.join().is_err()
            {
                tracing::error!(port = shard.port, "a shard's thread ended by a panic");
            }
        }
    }
}

impl Drop for MediaServer {
    fn drop(&mut self) {
        self.shutdown();
    }
}

/// The one place of the media plane that reads the clock.
#[expect(clippy::disallowed_methods, reason = "this is the shell's clock")]
fn now() -> Instant {
    Instant::now()
}

/// Counters of the media core plus those of the socket.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    media: Counters,
    socket: socket::SocketCounters,
}
