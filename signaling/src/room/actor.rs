//! The task around a room: mailbox in, deadlines, and a clean end.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::Input;
use super::live::Room;
use super::registry::Registry;
use crate::ids::RoomId;
use crate::service::Shared;

/// Lives as long as there is something to keep. Whoever asks a room that could not be read gets
/// no reply, and takes that for a fault of the server.
pub(super) async fn run(
    id: RoomId,
    shared: Arc<Shared>,
    registry: Arc<Registry>,
    mut inbox: mpsc::Receiver<Input>,
) {
    let mut room = match Room::load(id, shared, now()).await {
        Ok(room) => room,
        Err(error) => {
            tracing::error!(room = %id, %error, "a room could not be read");
            registry.remove(id);
            return;
        }
    };
    loop {
        let deadline = room.deadline();
        let sleep = async {
            match deadline {
                Some(deadline) => sleep_until(Instant::from_std(deadline)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            input = inbox.recv() => match input {
                Some(input) => handle(&mut room, input).await,
                None => return,
            },
            () = sleep => room.handle_timeout(now()).await,
        }
        if room.may_retire(now()) {
            if registry.try_retire(id, &inbox) {
                return;
            }
            room.retire_again(now());
        }
    }
}

async fn handle(room: &mut Room, input: Input) {
    // A reply that nobody waits for any more is no error.
    match input {
        Input::Join { seat, offer, reply } => {
            reply.send(room.join(seat, offer, now()).await).ok();
        }
        Input::Connect {
            seat,
            token,
            outbox,
            reply,
        } => {
            let connected = room.connect(seat, token, outbox);
            let connection = connected.ok();
            if reply.send(connected).is_err()
                && let Some(connection) = connection
            {
                room.disconnect(connection);
            }
        }
        Input::Say { connection, said } => room.hear(connection, said, now()).await,
        Input::Disconnected { connection } => room.disconnect(connection),
        Input::Media(change) => room.handle_media(change, now()),
        Input::End { reply } => {
            reply.send(room.end().await).ok();
        }
        Input::Drain { reply } => {
            room.drain().await;
            reply.send(()).ok();
        }
        Input::Debug { reply } => {
            reply.send(room.debug()).ok();
        }
    }
}

/// tokio's clock, which tests can stop.
fn now() -> std::time::Instant {
    Instant::now().into_std()
}
