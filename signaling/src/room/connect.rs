//! A page's socket comes, speaks and goes. The seat stays.

use super::chat::{Posted, seen_by};
use super::live::Room;
use super::place::Attached;
use super::{ConnectionId, Outbox};
use crate::connection::Said;
use crate::consultation::{LeaveCause, Phase};
use crate::ids::{SeatId, TokenHash};
use crate::protocol::{EndReason, ServerMessage};
use crate::text::{ChatRef, ChatText};

impl Room {
    /// A socket speaks for this seat if it holds the newest token and the seat is taken.
    pub(super) fn connect(
        &mut self,
        seat: SeatId,
        token: TokenHash,
        outbox: Outbox,
    ) -> Result<ConnectionId, EndReason> {
        if self.state.phase() != Phase::Open {
            return Err(EndReason::Closed);
        }
        let newest = self.state.seat(seat).and_then(|seat| seat.resume);
        if newest != Some(token) {
            return Err(EndReason::TakenOver);
        }
        if !self.state.is_present(seat) {
            return Err(EndReason::Left);
        }
        self.connections_made += 1;
        let id = ConnectionId(self.connections_made);
        outbox.send(ServerMessage::Welcome {
            you: seat,
            seats: self.seats(),
            chat: self.chat.history_for(seat),
        });
        let place = self.place(seat).ok_or(EndReason::Closed)?;
        if let Some(older) = place.attached.take() {
            // The same page on a new socket, or another page that took over meanwhile?
            let outbox = older.outbox;
            if older.token != token {
                let reason = EndReason::TakenOver;
                outbox.send(ServerMessage::Ended { reason });
            }
            outbox.close();
        }
        place.attached = Some(Attached {
            id,
            token,
            asked_to_rejoin: false,
            outbox,
        });
        place.ask_to_rejoin();
        Ok(id)
    }

    /// The socket is gone; if it was the seat's, the seat has none now.
    pub(super) fn disconnect(&mut self, connection: ConnectionId) {
        for place in &mut self.places {
            place.attached.take_if(|attached| attached.id == connection);
        }
    }

    /// Hears a page, if its socket still is its seat's.
    pub(super) async fn hear(
        &mut self,
        connection: ConnectionId,
        said: Said,
        now: std::time::Instant,
    ) {
        let speaker = self.places.iter().find(|place| {
            place
                .attached
                .as_ref()
                .is_some_and(|attached| attached.id == connection)
        });
        let Some(seat) = speaker.map(|place| place.seat) else {
            return;
        };
        match said {
            Said::Media { microphone, camera } => self.show_mute(seat, microphone, camera),
            Said::Chat { r#ref, text } => self.post(seat, r#ref, text),
            Said::Leave => self.leave(seat, LeaveCause::Own, now).await,
        }
    }

    fn show_mute(&mut self, seat: SeatId, microphone: bool, camera: bool) {
        let Some(place) = self.place(seat) else {
            return;
        };
        if (place.microphone, place.camera) == (microphone, camera) {
            return;
        }
        place.microphone = microphone;
        place.camera = camera;
        let changed = ServerMessage::MediaChanged {
            seat,
            microphone,
            camera,
        };
        self.broadcast_except(seat, &changed);
    }

    fn post(&mut self, seat: SeatId, r#ref: ChatRef, text: ChatText) {
        let at = self.shared.settings.clock.now();
        match self.chat.post(seat, r#ref, text, at) {
            Posted::New(entry) => {
                for place in &mut self.places {
                    let entry = seen_by(&entry, place.seat);
                    place.send(ServerMessage::Chat(entry));
                }
            }
            Posted::Repeated(entry) => {
                if let Some(place) = self.place(seat) {
                    place.send(ServerMessage::Chat(entry));
                }
            }
        }
    }
}
