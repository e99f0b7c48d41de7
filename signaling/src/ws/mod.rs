//! The socket pump: frames in, frames out, time. What they mean is [`crate::connection`]'s and
//! the room's affair.

mod pump;
#[cfg(test)]
mod tests;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::{IntoResponse, Response};

use crate::http::AppState;
use crate::http::address::ClientAddress;
use crate::protocol::limits::PAPER_MESSAGE_MAX_BYTES;
use crate::protocol::{ErrorCode, Problem};

/// Largest frame that is read at all; above the limit of the protocol, so that what is a little
/// too long gets an answer, and only what is absurd is cut off.
const FRAME_MAX_BYTES: usize = 2 * PAPER_MESSAGE_MAX_BYTES;
/// Bytes that a socket buffers in each direction; the default of 128 kB is for bulk, and people
/// send a few hundred bytes now and then.
const BUFFER_BYTES: usize = 4 * 1024;

/// `/v1/connect`. The token comes in the first message, never in the address.
pub(crate) async fn connect(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(counted) = app.service.try_websocket() else {
        let words = "the server is at its limit of WebSockets";
        return Problem::new(ErrorCode::Overloaded, words).into_response();
    };
    upgrade
        .max_message_size(FRAME_MAX_BYTES)
        .max_frame_size(FRAME_MAX_BYTES)
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .on_upgrade(async move |socket| {
            pump::run(socket, app.service, address).await;
            drop(counted);
        })
}
