//! What the media plane tells signaling.

use super::ids::{RoomId, SeatId};
use super::transport::EndOfTransport;

/// Something that happened to a seat's transport. The order is kept per room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaEvent {
    /// ICE and DTLS are done: media can flow.
    TransportUp {
        /// The room.
        room: RoomId,
        /// The seat.
        seat: SeatId,
    },
    /// The seat's transport is gone. Not said of one that was replaced or told to leave.
    TransportLost {
        /// The room.
        room: RoomId,
        /// The seat.
        seat: SeatId,
        /// Why.
        end: EndOfTransport,
    },
}
