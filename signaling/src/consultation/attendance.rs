//! Who was in the conversation, and when: read from the log, whoever asks and whenever.

use super::{Event, Standing, State, apply};
use crate::ids::{SeatId, Timestamp};

/// One stay of one person in the conversation: let in, there, and with nothing withdrawn, so that
/// they heard the others and were heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Whose seat.
    pub seat: SeatId,
    /// Which of its people.
    pub person: u16,
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None`: still.
    pub until: Option<Timestamp>,
}

/// All stays, in the order in which they began. A lost network that came back within its grace is
/// none of its own; a restart of the server for which everybody had to go is.
pub fn attendance(events: &[Event]) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    let mut state = State::default();
    for event in events {
        let before = state.clone();
        state = apply(state, event);
        for seat in state.seats() {
            let (id, person) = (seat.id, seat.person);
            let was = in_it(&before, id);
            let is = in_it(&state, id);
            if was == is {
                continue;
            }
            if was.is_some() {
                let open = stays
                    .iter_mut()
                    .rfind(|stay| stay.seat == id && stay.until.is_none());
                if let Some(stay) = open {
                    stay.until = Some(event.at);
                }
            }
            if is.is_some() {
                stays.push(Stay {
                    seat: id,
                    person,
                    from: event.at,
                    until: None,
                });
            }
        }
    }
    stays
}

/// Which person of the seat is in the conversation, if one is.
fn in_it(state: &State, id: SeatId) -> Option<u16> {
    let seat = state.seat(id)?;
    (state.standing(id) == Standing::Admitted).then_some(seat.person)
}
