//! What waits to be written to one socket. Bounded: a reader that is too slow is disconnected.

use tokio::sync::{mpsc, watch};

use crate::protocol::ServerMessage;

/// Messages that may wait for one socket. All the chat that somebody missed while waiting fits,
/// and a whole room joining, muting and chatting for a minute beside it. Beyond it: the page is
/// disconnected, keeps its seat, and gets the room as it is then when it connects again.
pub(crate) const OUTBOX_MESSAGES: usize = 256;

/// For the socket.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// Write this.
    Message(ServerMessage),
    /// Write what came before, then close.
    Close,
}

/// The room's end.
#[derive(Debug)]
pub(crate) struct Outbox {
    queue: mpsc::Sender<Outgoing>,
    overflow: watch::Sender<bool>,
}

/// The socket's end.
pub(crate) struct Receiver {
    queue: mpsc::Receiver<Outgoing>,
    overflow: watch::Receiver<bool>,
}

impl Receiver {
    /// Waits until the queue ran over: stop then, whatever is being written. If it never does,
    /// it waits for ever.
    pub(crate) async fn overflowed(&mut self) {
        if overflowed(&mut self.overflow).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The next message, or `None` if the room let go.
    pub(crate) async fn next(&mut self) -> Result<Option<Outgoing>, Overflow> {
        tokio::select! {
            // What was queued before an overflow is not worth writing.
            biased;
            Ok(()) = overflowed(&mut self.overflow) => Err(Overflow),
            outgoing = self.queue.recv() => Ok(outgoing),
        }
    }
}

/// The queue ran over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overflow;

async fn overflowed(flag: &mut watch::Receiver<bool>) -> Result<(), watch::error::RecvError> {
    flag.wait_for(|overflowed| *overflowed).await.map(|_| ())
}

/// Both ends.
pub(crate) fn outbox() -> (Outbox, Receiver) {
    let (queue, queued) = mpsc::channel(OUTBOX_MESSAGES);
    let (overflow, overflowed) = watch::channel(false);
    let receiver = Receiver {
        queue: queued,
        overflow: overflowed,
    };
    (Outbox { queue, overflow }, receiver)
}

impl Outbox {
    /// Queues a message. Never waits.
    pub(crate) fn send(&self, message: ServerMessage) {
        self.put(Outgoing::Message(message));
    }

    /// Closes the socket behind what is queued.
    pub(crate) fn close(self) {
        self.put(Outgoing::Close);
    }

    fn put(&self, outgoing: Outgoing) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(outgoing) {
            self.overflow.send_replace(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SeatId;

    fn message() -> ServerMessage {
        ServerMessage::SeatGone { seat: SeatId(1) }
    }

    #[tokio::test]
    async fn one_message_too_many_is_the_last_thing_the_socket_learns() {
        let (outbox, mut receiver) = outbox();
        for _ in 0..OUTBOX_MESSAGES {
            outbox.send(message());
        }
        assert!(matches!(receiver.next().await, Ok(Some(_))));
        outbox.send(message());
        outbox.send(message());
        assert!(matches!(receiver.next().await, Err(Overflow)));
        receiver.overflowed().await;
    }

    #[tokio::test]
    async fn closing_comes_behind_what_was_queued() {
        let (outbox, mut receiver) = outbox();
        outbox.send(message());
        outbox.close();
        assert!(matches!(
            receiver.next().await,
            Ok(Some(Outgoing::Message(_)))
        ));
        assert!(matches!(receiver.next().await, Ok(Some(Outgoing::Close))));
        assert!(matches!(receiver.next().await, Ok(None)));
    }
}
