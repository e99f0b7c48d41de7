//! A page's socket comes and goes. The seat stays.

use std::time::Instant;

use super::live::Room;
use super::place::Attached;
use super::{ConnectionId, Outbox};
use crate::consultation::{Admission, Command, SeatState};
use crate::ids::{SeatId, TokenHash};
use crate::protocol::{EndReason, ServerMessage};
use crate::store::Batch;

impl Room {
    /// A socket speaks for this seat if it holds a token of it and the seat is taken.
    pub(super) async fn connect(
        &mut self,
        seat: SeatId,
        token: TokenHash,
        outbox: Outbox,
        now: Instant,
    ) -> Result<ConnectionId, EndReason> {
        if !self.state.phase().is_live() {
            return Err(EndReason::Closed);
        }
        let place = self.state.seat(seat).ok_or(EndReason::Closed)?;
        may_connect(place, token)?;
        if place.resume == Some(token) {
            self.confirm(seat, now).await;
        }
        self.connections_made += 1;
        let id = ConnectionId(self.connections_made);
        let seen = self.seen_by(seat);
        let chat = self.chat.history(self.reader(seat));
        outbox.send(ServerMessage::Welcome {
            you: seat,
            seats: seen.seats.clone(),
            chat,
            locked: seen.locked,
            late: seen.late,
            consents: seen.consents.clone(),
            now: self.shared.settings.clock.now(),
        });
        for message in self.paper_news(&[], &seen.papers) {
            outbox.send(message);
        }
        let place = self.place(seat).ok_or(EndReason::Closed)?;
        if let Some(older) = place.attached.take() {
            // The same page on a new socket, or another page that took over meanwhile?
            let is_same = older.token == token || older.came_back;
            let outbox = older.outbox;
            if !is_same {
                let reason = EndReason::TakenOver;
                outbox.send(ServerMessage::Ended { reason });
            }
            outbox.close();
        }
        place.attached = Some(Attached {
            id,
            token,
            asked: false,
            came_back: false,
            outbox,
            seen,
        });
        Ok(id)
    }

    /// The page holds its newest token: the one before is good for nothing any more. If that
    /// cannot be written, it is tried again the next time; until then two tokens are good.
    pub(super) async fn confirm(&mut self, seat: SeatId, now: Instant) {
        let command = Command::Confirm { seat };
        self.carry_out(command, Batch::default(), now).await.ok();
    }

    /// The socket is gone; if it was the seat's, the seat has none now.
    pub(super) fn disconnect(&mut self, connection: ConnectionId) {
        for place in &mut self.places {
            place.attached.take_if(|attached| attached.id == connection);
        }
    }
}

fn may_connect(place: &SeatState, token: TokenHash) -> Result<(), EndReason> {
    match place.admission {
        Admission::Denied => return Err(EndReason::Denied),
        Admission::Removed => return Err(EndReason::Removed),
        Admission::None | Admission::Waiting | Admission::Held | Admission::Admitted => {}
    }
    if place.resume.is_none() && place.link_revoked {
        return Err(EndReason::Revoked);
    }
    if place.resume.is_none() {
        // Put out, and let in again since: the link opens the seat.
        return Err(EndReason::Left);
    }
    if place.resume != Some(token) && place.previous_resume != Some(token) {
        return Err(EndReason::TakenOver);
    }
    if !place.is_present() {
        return Err(EndReason::Left);
    }
    Ok(())
}
