//! One shard's loop: socket, mailbox and deadlines around a media core.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use mio::{Events, Poll};

use super::mailbox::Command;
use super::socket::ShardSocket;
use super::supervisor::ShardStatus;
use super::{Counted, Notice, now};
use crate::media::ids::RoomId;
use crate::media::{Join, MediaPlane, Outbox};

/// Batches read before timers get their turn, so that a flood cannot starve them.
const BATCHES_PER_TURN: usize = 16;

/// How often counters are published, at most.
const PUBLISH_EVERY: Duration = Duration::from_millis(250);

/// What a shard works with. The socket and the mailbox survive a restart, the core does not.
pub struct Shard<'a> {
    pub plane: &'a mut MediaPlane,
    pub poll: &'a mut Poll,
    pub socket: &'a mut ShardSocket,
    pub mailbox: &'a Receiver<(RoomId, Command)>,
    pub candidates: &'a [SocketAddr],
    pub status: &'a ShardStatus,
    pub observe: &'a dyn Fn(Notice),
}

impl Shard<'_> {
    /// Runs until told to stop.
    pub fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(8);
        let mut outbox = Outbox::default();
        let mut has_more = true;
        let mut publish_at = now();
        loop {
            self.wait(&mut events, has_more)?;
            has_more = false;
            for turn in 0..=BATCHES_PER_TURN {
                if turn == BATCHES_PER_TURN {
                    has_more = true;
                } else if !self.read(&mut outbox)? {
                    break;
                }
            }
            while let Ok((room, command)) = self.mailbox.try_recv() {
                if matches!(command, Command::Stop) {
                    return Ok(());
                }
                self.obey(room, command);
            }
            let time = now();
            self.plane.handle_timeout(time);
            self.deliver(time, &mut outbox);
            if time >= publish_at {
                publish_at = time + PUBLISH_EVERY;
                let counted = Counted {
                    media: *self.plane.counters(),
                    socket: self.socket.counters,
                };
                self.status.publish(counted, self.plane.gauges());
            }
        }
    }

    fn wait(&mut self, events: &mut Events, has_more: bool) -> io::Result<()> {
        let timeout = if has_more {
            Some(Duration::ZERO)
        } else {
            let until = |deadline: std::time::Instant| deadline.saturating_duration_since(now());
            // Wakes now and then even when idle, so that the published numbers are true.
            Some(
                self.plane
                    .next_deadline()
                    .map_or(PUBLISH_EVERY, until)
                    .min(PUBLISH_EVERY),
            )
        };
        match self.poll.poll(events, timeout) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            other => other,
        }
    }

    /// Reads one batch, stamped once, and sends what it causes; `false` if there was nothing.
    fn read(&mut self, outbox: &mut Outbox) -> io::Result<bool> {
        let time = now();
        let plane = &mut *self.plane;
        let candidates = self.candidates;
        let any = self
            .socket
            .receive(candidates, |datagram| plane.handle_datagram(time, datagram))?;
        if any {
            self.deliver(time, outbox);
        }
        Ok(any)
    }

    fn deliver(&mut self, time: std::time::Instant, outbox: &mut Outbox) {
        self.plane.flush(time, outbox);
        self.socket.send(&outbox.transmits);
        outbox.transmits.clear();
        for event in outbox.events.drain(..) {
            (self.observe)(Notice::Media(event));
        }
    }

    #[expect(
        clippy::panic,
        reason = "Command::Panic exists to be survived, see the supervisor"
    )]
    fn obey(&mut self, room: RoomId, command: Command) {
        let time = now();
        match command {
            Command::Join {
                seat,
                standing,
                offer,
                hint,
                credentials,
                reply,
            } => {
                reply(self.plane.join(
                    time,
                    &Join {
                        room,
                        seat,
                        standing,
                        offer: &offer,
                        hint,
                        credentials: credentials.as_ref(),
                    },
                ));
            }
            Command::Leave(seat) => self.plane.leave(time, room, seat),
            Command::SetStanding(seat, standing) => {
                self.plane.set_standing(time, room, seat, standing);
            }
            Command::IsHeard {
                seat,
                within,
                reply,
            } => reply(self.plane.is_heard(time, room, seat, within)),
            Command::End => self.plane.end(time, room),
            Command::Inspect(reply) => reply(self.plane.inspect(room)),
            Command::Panic => panic!("asked to"),
            Command::Stop => {} // handled by the loop
        }
    }
}
