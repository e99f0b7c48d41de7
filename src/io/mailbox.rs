//! Commands on their way to a shard's thread.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use mio::Waker;

use crate::media::congestion::rungs::Hint;
use crate::media::credentials::Credentials;
use crate::media::debug::RoomSnapshot;
use crate::media::ids::{RoomId, SeatId};
use crate::media::routing::Standing;
use crate::media::{JoinError, Joined};

/// Called once, on the shard's thread, with the result. Dropped uncalled if the shard fails first.
pub type Reply<T> = Box<dyn FnOnce(T) + Send>;

/// What signaling asks of a room.
pub enum Command {
    /// Answer an offer and take the person in.
    Join {
        /// The place.
        seat: SeatId,
        /// Whether the person has been let in.
        standing: Standing,
        /// The browser's SDP offer.
        offer: String,
        /// What the page saw of its network.
        hint: Option<Hint>,
        /// What the page has chosen for our side of the transport.
        credentials: Option<Credentials>,
        /// Gets the answer.
        reply: Reply<Result<Joined, JoinError>>,
    },
    /// End a person's transport.
    Leave(SeatId),
    /// Let a person in, or put them back.
    SetStanding(SeatId, Standing),
    /// Say whether a person was heard within this time.
    IsHeard {
        /// The place.
        seat: SeatId,
        /// How far back to look.
        within: Duration,
        /// Gets the answer.
        reply: Reply<bool>,
    },
    /// End every transport.
    End,
    /// Show the room's state.
    Inspect(Reply<Option<RoomSnapshot>>),
    /// Panic, to show that the others do not notice.
    Panic,
    /// End the shard's thread.
    Stop,
}

/// Puts commands into a shard's mailbox and wakes its thread.
#[derive(Clone)]
pub struct Sender {
    channel: mpsc::Sender<(RoomId, Command)>,
    waker: Arc<Waker>,
}

impl Sender {
    /// A mailbox whose thread is woken by `waker`.
    pub fn new(waker: Arc<Waker>) -> (Self, mpsc::Receiver<(RoomId, Command)>) {
        let (channel, receiver) = mpsc::channel();
        (Self { channel, waker }, receiver)
    }

    /// Sends; a shard that has stopped drops the command.
    pub fn send(&self, room: RoomId, command: Command) {
        if self.channel.send((room, command)).is_ok()
            && let Err(error) = self.waker.wake()
        {
            tracing::error!(%error, "a shard cannot be woken");
        }
    }
}
