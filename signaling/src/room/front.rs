//! The front of the waiting room: whose transport is made before they are let in.

use super::live::Room;
use crate::consultation::{SeatState, Standing};
use crate::ids::SeatId;

/// How many who wait have a transport already: the next one, and the one after. Their voice is
/// there the moment they are let in; the others cost the media plane nothing.
pub(crate) const WARM_LIMIT: usize = 2;

impl Room {
    /// Somebody who waits, or is about to: is it worth a transport?
    pub(super) fn is_near_the_front(&self, seat: SeatId) -> bool {
        let place = self.places.iter().find(|place| place.seat == seat);
        if place.is_some_and(|place| place.card_open) {
            return true;
        }
        let ahead = self.state.ahead_of(seat).unwrap_or_else(|| {
            // Not waiting yet: everybody who is there and waits is ahead.
            let waiting = self.state.waiting().into_iter();
            waiting.filter(|place| place.is_present()).count()
        });
        ahead < WARM_LIMIT
    }

    /// Asks the connected pages that should have a transport, and have none, to come for one.
    pub(super) fn call_to_the_front(&mut self) {
        let is_called = |seat: &SeatState| {
            let is_let_in = self.state.standing(seat.id) == Standing::Admitted;
            seat.is_present() && (is_let_in || self.is_near_the_front(seat.id))
        };
        let seats = self.state.seats().iter();
        let called: Vec<_> = seats
            .filter(|seat| is_called(seat))
            .map(|seat| seat.id)
            .collect();
        for place in &mut self.places {
            if called.contains(&place.seat) {
                place.ask_to_rejoin();
            }
        }
    }
}
