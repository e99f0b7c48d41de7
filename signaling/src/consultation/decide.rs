//! From a wish to what happens.

use super::{
    Command, Event, Fact, JOINS_MAX, PRESENT_LIMIT, Phase, RuleError, SEATS_MAX, SEATS_MIN, State,
    standing_on_join,
};
use crate::ids::{SeatId, Timestamp};

/// What the command leads to. No event: it is so already.
pub fn decide(state: &State, command: Command, now: Timestamp) -> Result<Vec<Event>, RuleError> {
    let facts = match command {
        Command::Open { seats } => open(state, seats.len()).map(|()| vec![Fact::Opened { seats }]),
        Command::Join { seat, resume } => join(state, seat).map(|()| {
            vec![Fact::Joined {
                seat,
                standing: standing_on_join(state, seat),
                resume,
            }]
        }),
        Command::Leave { seat, cause } => {
            let seats = state.is_present(seat).then_some(Fact::Left { seat, cause });
            Ok(seats.into_iter().collect())
        }
        Command::End => match state.phase {
            Phase::Unopened => Err(RuleError::NotOpen),
            Phase::Open => Ok(vec![Fact::Ended]),
            Phase::Ended => Ok(Vec::new()),
        },
    }?;
    // A clock that was set back must not reorder the log.
    let at = now.max(state.last);
    Ok(facts.into_iter().map(|fact| Event { at, fact }).collect())
}

fn open(state: &State, seats: usize) -> Result<(), RuleError> {
    if state.phase != Phase::Unopened {
        return Err(RuleError::AlreadyOpen);
    }
    if !(SEATS_MIN..=SEATS_MAX).contains(&seats) {
        return Err(RuleError::SeatCount { got: seats });
    }
    Ok(())
}

fn join(state: &State, seat: SeatId) -> Result<(), RuleError> {
    if state.phase != Phase::Open {
        return Err(RuleError::NotOpen);
    }
    let Some(place) = state.seat(seat) else {
        return Err(RuleError::UnknownSeat { seat });
    };
    // Coming back to one's own seat is never one too many.
    if !place.is_present() && state.present().count() >= usize::from(PRESENT_LIMIT) {
        return Err(RuleError::Full);
    }
    if state.joins >= JOINS_MAX {
        return Err(RuleError::TooManyJoins);
    }
    Ok(())
}
