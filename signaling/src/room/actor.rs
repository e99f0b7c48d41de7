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
            () = sleep => {
                room.handle_timeout(now()).await;
                room.keep_failed_joins(now()).await;
                room.settle(now());
            }
        }
        if room.may_retire(now()) {
            if registry.try_retire(id, &inbox) {
                return;
            }
            room.retire_again(now());
        }
    }
}

/// Does what is asked, tells the others, and only then replies: whoever has the reply finds
/// everything done. A reply that nobody waits for any more is no error.
async fn handle(room: &mut Room, input: Input) {
    match input {
        Input::Invitation { seat, link, reply } => {
            reply.send(room.invitation(seat, link).await).ok();
        }
        Input::Join {
            seat,
            ticket,
            offer,
            reply,
        } => {
            let joined = room.try_join(seat, ticket, offer, now()).await;
            room.settle(now());
            reply.send(joined).ok();
        }
        Input::Connect {
            seat,
            token,
            outbox,
            reply,
        } => {
            let connected = room.connect(seat, token, outbox, now()).await;
            let connection = connected.ok();
            if let (Err(_), Some(unheard)) = (reply.send(connected), connection) {
                room.disconnect(unheard);
            }
            room.settle(now());
        }
        Input::Say { connection, said } => {
            room.hear(connection, said, now()).await;
            room.settle(now());
        }
        Input::Disconnected { connection } => {
            room.disconnect(connection);
            room.settle(now());
        }
        Input::Media(change) => {
            room.handle_media(change, now()).await;
            room.settle(now());
        }
        Input::Invite { invited, reply } => {
            let seat = room.invite(invited, now()).await;
            room.settle(now());
            reply.send(seat).ok();
        }
        Input::Relink { seat, link, reply } => {
            let relinked = room.relink(seat, link, now()).await;
            room.settle(now());
            reply.send(relinked).ok();
        }
        Input::Revoke { seat, reply } => {
            let revoked = room.revoke(seat, now()).await;
            room.settle(now());
            reply.send(revoked).ok();
        }
        Input::Erase {
            seat,
            reason,
            reply,
        } => {
            let erased = room.erase(seat, reason, now()).await;
            room.settle(now());
            reply.send(erased).ok();
        }
        Input::Act { act, reply } => {
            let done = room.act(&act, now()).await;
            room.settle(now());
            reply.send(done).ok();
        }
        Input::Visit {
            seat,
            pass,
            say,
            reply,
        } => {
            let seen = room.visit((seat, pass), say, now()).await;
            room.settle(now());
            reply.send(seen).ok();
        }
        Input::Lapse { reply } => {
            let lapsed = room.lapse(now()).await;
            room.settle(now());
            reply.send(lapsed).ok();
        }
        Input::End { reply } => {
            let ended = room.end_for_good(now()).await;
            room.settle(now());
            reply.send(ended).ok();
        }
        Input::Drain { reply } => {
            room.drain(now()).await;
            room.settle(now());
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
