//! What practitioners do to others: let in, put out.

use std::time::Instant;

use super::Refused;
use super::live::Room;
use super::place::Place;
use crate::consultation::{Admission, Command};
use crate::ids::SeatId;
use crate::protocol::{EndReason, ServerMessage};
use crate::store::Batch;

impl Room {
    /// Lets somebody in, there or not. Their media flows from here on.
    pub(super) async fn admit(
        &mut self,
        seat: SeatId,
        by: SeatId,
        now: Instant,
    ) -> Result<(), Refused> {
        let command = Command::Admit { seat, by: Some(by) };
        let events = self.carry_out(command, Batch::default(), now).await?;
        if !events.is_empty() {
            self.told(&events);
            tracing::info!(room = %self.id, %seat, %by, "admitted");
        }
        Ok(())
    }

    /// Their media flows from here on, and they read what was said to all.
    pub(super) fn let_in(&mut self, seat: SeatId) {
        self.apply_standing(seat);
        let reader = self.reader(seat);
        let Some(place) = self.place(seat) else {
            return;
        };
        place.card_open = false;
        if reader.is_admitted {
            self.read_out(seat);
        }
    }

    /// Denies or removes: out at once, and the page is told why.
    pub(super) async fn put_out(
        &mut self,
        command: Command,
        seat: SeatId,
        now: Instant,
    ) -> Result<(), Refused> {
        let beside = self.cleared(seat);
        let events = self.carry_out(command, beside, now).await?;
        if events.is_empty() {
            return Ok(());
        }
        self.empty(seat);
        tracing::info!(room = %self.id, %seat, "put out");
        Ok(())
    }

    /// What the log says about a seat with a transport, to the media plane.
    pub(super) fn apply_standing(&self, seat: SeatId) {
        let place = self.places.iter().find(|place| place.seat == seat);
        if place.is_some_and(|place| place.media.has_transport()) {
            let standing = self.state.standing(seat);
            self.shared.media.set_standing(self.id, seat, standing);
        }
    }

    /// What was said to all while this person waited.
    fn read_out(&self, seat: SeatId) {
        let history = self.chat.history(self.reader(seat));
        let place = self.places.iter().find(|place| place.seat == seat);
        let Some(place) = place else {
            return;
        };
        for entry in history.into_iter().filter(|entry| entry.with.is_none()) {
            place.send(ServerMessage::Chat(entry));
        }
    }

    /// What is stored beside the fact that a seat is empty.
    pub(super) fn cleared(&self, seat: SeatId) -> Batch {
        let place = self.places.iter().find(|place| place.seat == seat);
        let media = place.and_then(Place::cleared_sends);
        Batch {
            media: media.into_iter().collect(),
            ..Batch::default()
        }
    }

    /// A seat that the log says is empty: its media ends, and its page learns why.
    pub(super) fn empty(&mut self, seat: SeatId) {
        self.shared.media.leave(self.id, seat);
        let reason = self.end_reason(seat);
        if let Some(place) = self.place(seat) {
            place.end(reason);
            place.clear();
        }
    }

    fn end_reason(&self, seat: SeatId) -> EndReason {
        let Some(seat) = self.state.seat(seat) else {
            return EndReason::Closed;
        };
        match seat.admission {
            Admission::Denied => EndReason::Denied,
            Admission::Removed => EndReason::Removed,
            _ if seat.link_revoked => EndReason::Revoked,
            _ => EndReason::Left,
        }
    }

    /// Somebody else wrote to the log: whoever sat in a seat that is empty now is out, and the
    /// media plane learns who is let in.
    pub(super) fn reconcile(&mut self) {
        if !self.state.phase().is_live() {
            self.close();
            return;
        }
        let live = |place: &&Place| place.attached.is_some() || place.media.has_transport();
        let live = self.places.iter().filter(live);
        let seats: Vec<_> = live.map(|place| place.seat).collect();
        for seat in seats {
            if self.state.is_present(seat) {
                self.apply_standing(seat);
            } else {
                self.empty(seat);
            }
        }
    }
}
