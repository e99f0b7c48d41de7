//! Restarts a shard that panics.
//!
//! The thread, its socket and its mailbox stay; the media core is made anew, empty. The rooms that
//! were on it are reported as lost, so that their people come back. The other shards share nothing
//! with this one and never notice.

use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use mio::{Interest, Poll, Token, Waker};
use str0m::config::DtlsCert;

use super::mailbox::{Command, Sender};
use super::shard::Shard;
use super::socket::ShardSocket;
use super::{Counted, Notice};
use crate::media::MediaPlane;
use crate::media::ids::RoomId;
use crate::media::stats::Gauges;

/// A shard that panics this often in a row without any rest is broken for good: its port stays
/// silent, and readiness says so.
const MOST_RESTARTS: u32 = 100;

const SOCKET: Token = Token(0);
const MAILBOX: Token = Token(1);

/// What other threads may know of a shard.
#[derive(Debug, Default)]
pub struct ShardStatus {
    is_up: AtomicBool,
    published: Mutex<Published>,
}

#[derive(Debug, Default)]
struct Published {
    /// Counted by cores that have failed.
    before: Vec<(&'static str, u64)>,
    now: Counted,
    gauges: Gauges,
}

impl ShardStatus {
    /// Whether its loop runs.
    pub fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }

    /// Makes the newest numbers known.
    pub fn publish(&self, counted: Counted, gauges: Gauges) {
        let mut published = self
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        published.now = counted;
        published.gauges = gauges;
    }

    /// Everything counted, restarts included.
    pub fn counters(&self) -> Vec<(&'static str, u64)> {
        let published = self
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut totals = published.now.media.entries().to_vec();
        for (name, before) in &published.before {
            if let Some((_, total)) = totals.iter_mut().find(|(other, _)| other == name) {
                *total += before;
            }
        }
        totals.extend(published.now.socket.entries());
        let restarts = published.before.iter().find(|(name, _)| *name == RESTARTS);
        totals.push((RESTARTS, restarts.map_or(0, |(_, count)| *count)));
        totals
    }

    /// What is held.
    pub fn gauges(&self) -> Gauges {
        self.published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .gauges
    }

    fn restarted(&self) {
        let before = self.counters();
        let mut published = self
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        published.before = before;
        for (name, count) in &mut published.before {
            *count += u64::from(*name == RESTARTS);
        }
        published.now.media = crate::media::stats::Counters::default();
        published.gauges = Gauges::default();
    }
}

const RESTARTS: &str = "shard_restarts";

/// Owns what survives a restart.
pub struct Supervisor {
    index: usize,
    poll: Poll,
    socket: ShardSocket,
    mailbox: Receiver<(RoomId, Command)>,
    candidates: Vec<SocketAddr>,
    certificate: DtlsCert,
    status: Arc<ShardStatus>,
}

impl Supervisor {
    /// A shard that is ready to run, and the way to its mailbox.
    pub fn new(
        index: usize,
        mut socket: ShardSocket,
        candidates: Vec<SocketAddr>,
        certificate: DtlsCert,
        status: Arc<ShardStatus>,
    ) -> io::Result<(Self, Sender)> {
        let poll = Poll::new()?;
        poll.registry()
            .register(socket.source(), SOCKET, Interest::READABLE)?;
        let waker = Arc::new(Waker::new(poll.registry(), MAILBOX)?);
        let (sender, mailbox) = Sender::new(waker);
        status.is_up.store(true, Ordering::Relaxed);
        Ok((
            Self {
                index,
                poll,
                socket,
                mailbox,
                candidates,
                certificate,
                status,
            },
            sender,
        ))
    }

    /// Runs the shard until it is told to stop, and again after each panic.
    pub fn run(mut self, observe: &dyn Fn(Notice)) {
        for restart in 0..=MOST_RESTARTS {
            let mut plane = MediaPlane::new(self.candidates.clone(), self.certificate.clone());
            let run = || self.run_once(&mut plane, observe);
            match catch_unwind(AssertUnwindSafe(run)) {
                Ok(Ok(())) => break,
                Ok(Err(error)) => {
                    tracing::error!(shard = self.index, %error, "a shard lost its socket");
                }
                Err(_panic) => {
                    tracing::error!(shard = self.index, restart, "a shard panicked");
                }
            }
            self.status.restarted();
            // The core may be half-changed; the names of its rooms are all that is taken from it.
            let lost = plane.rooms();
            if !lost.is_empty() {
                observe(Notice::RoomsLost(lost));
            }
        }
        self.status.is_up.store(false, Ordering::Relaxed);
    }

    fn run_once(&mut self, plane: &mut MediaPlane, observe: &dyn Fn(Notice)) -> io::Result<()> {
        Shard {
            plane,
            poll: &mut self.poll,
            socket: &mut self.socket,
            mailbox: &self.mailbox,
            candidates: &self.candidates,
            status: &self.status,
            observe,
        }
        .run()
    }
}
