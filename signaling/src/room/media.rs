//! What the media plane tells a room, and what a room asks it: who is still heard.

use std::time::{Duration, Instant};

use super::MediaChange;
use super::live::Room;
use super::place::MediaLink;
use crate::consultation::LeaveCause;
use crate::ids::SeatId;
use crate::protocol::RejoinReason;

/// A seat without a socket is there while its media was heard this lately: a browser checks its
/// path about every five seconds, and one of the checks may be lost.
const THERE: Duration = Duration::from_secs(12);

impl Room {
    pub(super) async fn handle_media(&mut self, change: MediaChange, now: Instant) {
        match change {
            MediaChange::Up(seat) if self.state.is_present(seat) => {
                if let Some(place) = self.place(seat) {
                    place.set_media(MediaLink::Up);
                }
                self.confirm(seat, now).await;
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
        if let Some(place) = self.place(seat)
            && place.media.has_transport()
        {
            let before = place.media;
            place.set_media(MediaLink::Lost { reason });
            self.note_lost(seat, before, now);
            tracing::info!(room = %self.id, %seat, ?reason, "media lost");
        }
    }

    /// Listens to those who have no socket, and gives up the seats whose person was away for too
    /// long.
    pub(super) async fn handle_timeout(&mut self, now: Instant) {
        let due: Vec<_> = self
            .places
            .iter_mut()
            .filter_map(|place| place.is_due_to_listen(now).then_some(place.seat))
            .collect();
        for seat in due {
            let is_heard = self.is_heard(seat, THERE).await;
            if let Some(place) = self.place(seat) {
                place.set_media(if is_heard {
                    MediaLink::Up
                } else {
                    MediaLink::Silent
                });
            }
        }
        let away = self.shared.settings.away_timeout;
        let gone: Vec<_> = self
            .places
            .iter()
            .filter(|place| place.is_away(away, now))
            .map(|place| place.seat)
            .collect();
        for seat in gone {
            self.leave(seat, LeaveCause::Away, now).await.ok();
        }
    }
}
