//! From a socket's hello to its room.

use std::net::IpAddr;

use super::{Counters, Service, WebSocketCount};
use crate::auth::hash_resume;
use crate::bucket::Wait;
use crate::connection::Said;
use crate::opaque::ResumeToken;
use crate::protocol::EndReason;
use crate::room::{ConnectionId, Input, JoinError, Mailbox, Receiver, outbox};

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
    /// Too many wrong tokens from this address.
    RateLimited(Wait),
    /// The page is out.
    Ended(EndReason),
    /// As many rooms are live as this server holds.
    Overloaded,
    /// The store takes and gives nothing at this moment.
    StoreAway,
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
        address: IpAddr,
    ) -> Result<(Connected, Receiver), ConnectError> {
        let shared = &self.0.shared;
        let token = hash_resume(resume);
        let found = self.find_token(token, address).await;
        let (room, seat) = found.map_err(|error| match error {
            JoinError::LinkUnknown => ConnectError::Unknown,
            JoinError::RateLimited { wait, .. } => ConnectError::RateLimited(wait),
            JoinError::StoreAway => ConnectError::StoreAway,
            _ => ConnectError::Internal,
        })?;
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
