//! What the media plane tells a room.

use std::time::Instant;

use super::MediaChange;
use super::live::Room;
use super::place::MediaLink;
use crate::ids::SeatId;
use crate::protocol::RejoinReason;

impl Room {
    pub(super) fn handle_media(&mut self, change: MediaChange, now: Instant) {
        match change {
            MediaChange::Up(seat) if self.state.is_present(seat) => {
                if let Some(place) = self.place(seat) {
                    place.media = MediaLink::Up;
                }
            }
            MediaChange::Lost(seat) => self.lose(seat, RejoinReason::TransportLost, now),
            MediaChange::AllLost => {
                let seats: Vec<_> = self.state.present().collect();
                for seat in seats {
                    self.lose(seat, RejoinReason::ServerRestarted, now);
                }
            }
            // A word about somebody who left meanwhile.
            MediaChange::Up(_) => {}
        }
    }

    fn lose(&mut self, seat: SeatId, reason: RejoinReason, now: Instant) {
        if !self.state.is_present(seat) {
            return;
        }
        let until = now + self.shared.settings.away_timeout;
        if let Some(place) = self.place(seat) {
            place.lose_media(reason, until);
        }
        tracing::info!(room = %self.id, %seat, ?reason, "media lost");
    }
}
