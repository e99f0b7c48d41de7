//! From what happened to what is so.

use super::{Event, Fact, Phase, Presence, SeatState, State};
use crate::ids::SeatId;

/// The state after one more event. Total: an event in the log has been decided before, and is
/// never refused here.
#[must_use]
pub fn apply(mut state: State, event: &Event) -> State {
    state.last = event.at;
    match &event.fact {
        Fact::Opened { seats } => {
            state.phase = Phase::Open;
            state.seats = (1..)
                .zip(seats)
                .map(|(number, role)| SeatState {
                    id: SeatId(number),
                    role: *role,
                    presence: Presence::Absent,
                    resume: None,
                })
                .collect();
        }
        Fact::Joined {
            seat,
            standing,
            resume,
        } => {
            state.joins = state.joins.saturating_add(1);
            if let Some(place) = find(&mut state, *seat) {
                place.presence = Presence::Present {
                    standing: *standing,
                };
                place.resume = Some(*resume);
            }
        }
        Fact::Left { seat, .. } => {
            if let Some(place) = find(&mut state, *seat) {
                place.presence = Presence::Absent;
            }
        }
        Fact::Ended => {
            state.phase = Phase::Ended;
            for place in &mut state.seats {
                place.presence = Presence::Absent;
            }
        }
    }
    state
}

/// The state after a whole log.
#[must_use]
pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> State {
    events.into_iter().fold(State::default(), apply)
}

fn find(state: &mut State, id: SeatId) -> Option<&mut SeatState> {
    state.seats.iter_mut().find(|seat| seat.id == id)
}
