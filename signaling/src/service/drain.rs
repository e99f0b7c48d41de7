//! Being ready, and stopping without dropping anybody mid-sentence if it can be helped.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::timeout;

use super::Service;
use crate::room::Input;

/// How long sockets get to write their last words after the deadline.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Why the service takes nobody.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// It is about to stop.
    #[error("the server is about to stop")]
    Draining,
    /// The store does not answer.
    // Where it is and why is not for everybody who can ask.
    #[error("the store does not answer; the log says why")]
    Store(#[from] crate::store::StoreError),
}

impl Service {
    /// Whether a load balancer may send people here.
    pub async fn ready(&self) -> Result<(), NotReady> {
        if self.0.shared.is_draining() {
            return Err(NotReady::Draining);
        }
        let checked = self.0.shared.store.check().await;
        checked.inspect_err(|error| tracing::warn!(%error, "not ready"))?;
        Ok(())
    }

    /// From here on no new rooms and no new people; whoever is in a room may come back to it.
    /// Returns when all rooms are empty, or after the deadline, when everybody was told that
    /// the server stops. Their links work again on the next server.
    pub async fn drain(&self, deadline: Duration) {
        let shared = &self.0.shared;
        shared.draining.store(true, Ordering::Relaxed);
        shared.boards.stop();
        let mut present = shared.counts.watch_present();
        if timeout(deadline, present.wait_for(|count| *count == 0))
            .await
            .is_err()
        {
            tracing::info!(seats = *present.borrow(), "ending running rooms");
        }
        for mailbox in self.0.rooms.all() {
            mailbox.ask(|reply| Input::Drain { reply }).await;
        }
        let mut websockets = shared.counts.watch_websockets();
        if timeout(LAST_WORDS, websockets.wait_for(|count| *count == 0))
            .await
            .is_err()
        {
            tracing::info!(websockets = *websockets.borrow(), "sockets were cut off");
        }
    }
}
