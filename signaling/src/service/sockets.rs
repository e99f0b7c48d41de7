//! From a socket's hello to its room.

use super::{Counters, Service, WebSocketCount};
use crate::auth::hash_resume;
use crate::connection::Said;
use crate::opaque::ResumeToken;
use crate::protocol::EndReason;
use crate::room::{ConnectionId, Input, Mailbox, Receiver, outbox};

/// A socket's way into its room, from hello to its end.
pub(crate) struct Connected {
    mailbox: Mailbox,
    connection: ConnectionId,
}

/// Why a hello does not connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectError {
    /// The token is none, or of a room that was forgotten.
    Unknown,
    /// The page is out.
    Ended(EndReason),
    /// As many rooms are live as this server holds.
    Overloaded,
    /// A fault of the server.
    Internal,
}

impl Service {
    /// Counts a socket; `None` if there are as many as may be.
    pub(crate) fn try_websocket(&self) -> Option<WebSocketCount> {
        let counts: &Counters = &self.0.shared.counts;
        counts.try_websocket(self.0.shared.settings.max_websockets)
    }

    /// Connects a socket to the seat that the token speaks for.
    pub(crate) async fn connect(
        &self,
        resume: &ResumeToken,
    ) -> Result<(Connected, Receiver), ConnectError> {
        let shared = &self.0.shared;
        let token = hash_resume(resume);
        let found = shared.store.find(token).await.map_err(|error| {
            tracing::error!(%error, "a resume token could not be looked up");
            ConnectError::Internal
        })?;
        let (room, seat) = found.ok_or(ConnectError::Unknown)?;
        let mailbox = self
            .0
            .rooms
            .open(room, shared)
            .map_err(|_| ConnectError::Overloaded)?;
        let (outbox, receiver) = outbox();
        let connected = mailbox
            .ask(|reply| Input::Connect {
                seat,
                token,
                outbox,
                reply,
            })
            .await
            .ok_or(ConnectError::Internal)?;
        let connection = connected.map_err(ConnectError::Ended)?;
        let connected = Connected {
            mailbox,
            connection,
        };
        Ok((connected, receiver))
    }
}

impl Connected {
    /// Tells the room.
    pub(crate) async fn say(&self, said: Said) {
        let connection = self.connection;
        self.mailbox.send(Input::Say { connection, said }).await;
    }

    /// Tells the room that the socket is gone.
    pub(crate) async fn disconnect(self) {
        let connection = self.connection;
        self.mailbox.send(Input::Disconnected { connection }).await;
    }
}
