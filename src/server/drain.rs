//! The end of a process: the first signal lets running consultations finish, the second one ends them.

use std::time::Duration;

use tokio::sync::mpsc;
use tracing::info;

/// Wishes to stop, from signals or from a test. The first one asks to drain, the second one to end at once.
pub struct Stop {
    wishes: mpsc::Receiver<()>,
}

impl Stop {
    /// A stop and the sender of its wishes. A dropped sender means: never.
    #[must_use]
    pub fn channel() -> (mpsc::Sender<()>, Self) {
        // Two wishes say everything; a third one has nothing to add and may be dropped.
        let (sender, wishes) = mpsc::channel(2);
        (sender, Self { wishes })
    }

    /// SIGTERM and SIGINT (Ctrl-C) become wishes.
    pub fn on_signals() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (sender, stop) = Self::channel();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                // Full: both wishes are known already.
                let _ = sender.try_send(());
            }
        });
        Ok(stop)
    }

    /// Waits for the next wish.
    pub async fn wished(&mut self) {
        if self.wishes.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Lets no new rooms begin and waits until the last one is empty, the time is up, or a second wish comes.
pub async fn drain(service: &signaling::Service, stop: &mut Stop, patience: Duration) {
    info!(
        seconds = patience.as_secs(),
        "draining: no new rooms; stop again to end at once"
    );
    tokio::select! {
        () = service.drain(patience) => info!("drained"),
        () = stop.wished() => {
            info!("stopped again: ending the running consultations");
            // Everybody is told all the same; that takes no time worth waiting for.
            service.drain(Duration::ZERO).await;
        }
    }
}
