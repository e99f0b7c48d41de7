//! Ways out: one person leaves, the server stops, the consultation ends.

use std::time::{Duration, Instant};

use super::EndRoomError;
use super::live::Room;
use super::place::MediaLink;
use crate::consultation::{Command, LeaveCause, Phase};
use crate::ids::SeatId;
use crate::protocol::{EndReason, RejoinReason, ServerMessage};

/// When a leave that could not be written is tried again. The person is out at once either way.
const WRITE_AGAIN: Duration = Duration::from_secs(10);

impl Room {
    /// The one way a seat becomes empty. Its media stops first, whatever the store says:
    /// whoever leaves must not be heard any more.
    pub(super) async fn leave(&mut self, seat: SeatId, cause: LeaveCause, now: Instant) {
        self.shared.media.leave(self.id, seat);
        if let Some(place) = self.place(seat) {
            place.end(end_reason(cause));
        }
        let Ok(events) = self.decide(Command::Leave { seat, cause }) else {
            return;
        };
        if events.is_empty() {
            return;
        }
        if self.commit(events, Vec::new()).await.is_err() {
            if let Some(place) = self.place(seat) {
                place.media = MediaLink::Lost {
                    reason: RejoinReason::TransportLost,
                    until: now + WRITE_AGAIN,
                };
            }
            return;
        }
        if let Some(place) = self.place(seat) {
            place.clear();
        }
        self.broadcast_except(seat, &ServerMessage::SeatLeft { seat });
        tracing::info!(room = %self.id, %seat, ?cause, "left");
    }

    /// Everybody out; the links work again on the next server.
    pub(super) async fn drain(&mut self) {
        let present: Vec<_> = self.state.present().collect();
        if present.is_empty() {
            return;
        }
        self.shared.media.end(self.id);
        let cause = LeaveCause::Drain;
        let events = present
            .into_iter()
            .filter_map(|seat| self.decide(Command::Leave { seat, cause }).ok())
            .flatten()
            .collect();
        // If it cannot be written, the next server finds the seats taken and asks to rejoin.
        self.commit(events, Vec::new()).await.ok();
        for place in &mut self.places {
            place.end(EndReason::Drain);
            place.clear();
        }
    }

    /// Over, for good.
    pub(super) async fn end(&mut self) -> Result<(), EndRoomError> {
        if self.state.phase() == Phase::Ended {
            return Ok(());
        }
        let events = self
            .decide(Command::End)
            .map_err(|_not_open| EndRoomError::Unknown)?;
        self.commit(events, Vec::new())
            .await
            .map_err(|_| EndRoomError::Internal)?;
        self.shared.media.end(self.id);
        for place in &mut self.places {
            place.end(EndReason::Closed);
            place.clear();
        }
        tracing::info!(room = %self.id, "ended");
        Ok(())
    }
}

const fn end_reason(cause: LeaveCause) -> EndReason {
    match cause {
        LeaveCause::Own | LeaveCause::Away => EndReason::Left,
        LeaveCause::Drain => EndReason::Drain,
    }
}
