//! Ending what nobody ends.

use super::Service;
use crate::consultation::replay;
use crate::ids::{RoomId, Timestamp};
use crate::room::{Input, Refused};
use crate::store::{Dated, StoreError};

/// Rooms that are listed in one go.
const PAGE: usize = 100;

impl Service {
    /// Ends the consultations that are long over and that everybody left without a word. It reads what is due and no
    /// other: each room is looked at when it may be over at the earliest, and then when its log says that it will be.
    /// Two servers of one store may do so at once: what one of them ends the other finds ended.
    pub(super) async fn end_what_nobody_ends(&self) {
        let shared = &self.0.shared;
        let now = shared.settings.clock.now();
        let mut after = None;
        while !shared.is_draining() {
            let page = match shared.store.open_rooms(now, after, PAGE).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::error!(%error, "open rooms could not be listed");
                    return;
                }
            };
            for Dated { room, .. } in &page {
                // One that cannot be read keeps no other from its end.
                if let Err(error) = self.end_if_over(*room, now).await {
                    tracing::error!(%room, %error, "could not look whether it is over");
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(*last),
                _ => return,
            }
        }
    }

    async fn end_if_over(&self, room: RoomId, now: Timestamp) -> Result<(), LapseError> {
        let shared = &self.0.shared;
        let Some(stored) = shared.store.load(room).await? else {
            return Ok(());
        };
        let Some(from) = replay(&stored.events).lapses() else {
            return Ok(());
        };
        if now < from {
            return match shared.store.look_again(room, stored.version, from).await {
                // Whatever happened there is looked at the next time.
                Err(StoreError::Conflict { .. }) => Ok(()),
                noted => Ok(noted?),
            };
        }
        // Whoever is in it is told, and it knows better than the log who is there.
        let limit = shared.settings.max_rooms;
        let opened = self.0.rooms.open(room, shared);
        let mailbox = opened.map_err(|_| LapseError::Overloaded { limit })?;
        let lapsed = mailbox.ask(|reply| Input::Lapse { reply }).await;
        lapsed.ok_or(LapseError::Fault)??;
        Ok(())
    }
}

/// Why it is not known whether a room is over; the next sweep looks again.
#[derive(Debug, thiserror::Error)]
enum LapseError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the server is at its limit of {limit} live rooms")]
    Overloaded { limit: usize },
    #[error("the room ended in a fault")]
    Fault,
}
