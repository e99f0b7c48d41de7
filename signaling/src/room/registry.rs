//! Which rooms are live, and the way into them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::{Input, actor};
use crate::ids::RoomId;
use crate::service::Shared;

/// Inputs that may wait for one room. Beyond it the sender waits: a room that is behind slows
/// its own people down and nobody else.
const MAILBOX_INPUTS: usize = 256;

/// All live rooms.
///
/// **Invariant:** a mailbox is handed out under the lock and a room retires under the lock, only
/// when nobody else holds its mailbox. So no input is lost between the two.
#[derive(Default)]
pub(crate) struct Registry {
    rooms: Mutex<HashMap<RoomId, mpsc::Sender<Input>>>,
}

/// The server holds as many live rooms as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooManyRooms;

/// Keeps its room live.
#[derive(Clone)]
pub(crate) struct Mailbox {
    sender: mpsc::Sender<Input>,
}

impl Mailbox {
    /// Waits for a place in the mailbox.
    pub(crate) async fn send(&self, input: Input) {
        // A room that ended in a fault: whoever waits for its reply learns of it that way.
        self.sender.send(input).await.ok();
    }

    /// Asks and waits for the reply; `None` after a fault of the room.
    pub(crate) async fn ask<T>(
        &self,
        input: impl FnOnce(oneshot::Sender<T>) -> Input,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.send(input(reply)).await;
        answer.await.ok()
    }
}

impl Registry {
    /// The way into a room, which is made live if it is not.
    pub(crate) fn open(
        self: &Arc<Self>,
        room: RoomId,
        shared: &Arc<Shared>,
    ) -> Result<Mailbox, TooManyRooms> {
        let mut rooms = self.lock();
        let limit = shared.settings.max_rooms;
        let full = rooms.len() >= limit;
        let sender = match rooms.entry(room) {
            // A closed mailbox belongs to a room whose task ended in a fault: start afresh.
            Entry::Occupied(entry) if !entry.get().is_closed() => entry.get().clone(),
            Entry::Vacant(_) if full => return Err(TooManyRooms),
            entry => {
                let (sender, inbox) = mpsc::channel(MAILBOX_INPUTS);
                let run = actor::run(room, Arc::clone(shared), Arc::clone(self), inbox);
                tokio::spawn(run);
                entry.insert_entry(sender.clone());
                sender
            }
        };
        Ok(Mailbox { sender })
    }

    /// The way into a room that is live already.
    pub(crate) fn find(&self, room: RoomId) -> Option<Mailbox> {
        let sender = self.lock().get(&room)?.clone();
        Some(Mailbox { sender })
    }

    /// The ways into all live rooms.
    pub(crate) fn all(&self) -> Vec<Mailbox> {
        let rooms = self.lock();
        rooms
            .values()
            .map(|sender| Mailbox {
                sender: sender.clone(),
            })
            .collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Takes a room out, unless something waits for it or may come.
    pub(super) fn try_retire(&self, room: RoomId, inbox: &mpsc::Receiver<Input>) -> bool {
        let mut rooms = self.lock();
        // One sender: the registry's own.
        if !inbox.is_empty() || inbox.sender_strong_count() > 1 {
            return false;
        }
        rooms.remove(&room);
        true
    }

    /// Takes a room out that cannot go on.
    pub(super) fn remove(&self, room: RoomId) {
        self.lock().remove(&room);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RoomId, mpsc::Sender<Input>>> {
        // Nothing under this lock panics half-way through a change.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
