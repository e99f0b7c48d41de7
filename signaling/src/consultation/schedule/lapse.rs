//! What nobody ends: long after its time and with nobody there, the server does, so that days stay tidy and what is kept
//! of people is not kept for ever.
//!
//! When it may is read off the log alone, so that every server of a store comes to the same. What happens meanwhile puts
//! it off; that hospital systems read it does not.

use std::time::Duration;

use super::{BookedTime, ScheduleFact};
use crate::consultation::phase::Life;
use crate::consultation::{Fact, LinkState, Role, SeatState, State};
use crate::ids::Timestamp;

/// How long after its planned end a consultation that took place is over for all who left it, and how long nothing may
/// have happened in any. Links are good for as long: whoever is late, or comes back for one more thing, still gets in.
pub const LAPSES_AFTER: Duration = Duration::from_hours(2);
/// How long after its planned end an appointment is over that never took place: until then somebody of the clinic may
/// say better what became of it, also whoever comes to work the next morning only.
pub const NOT_HELD_LAPSES_AFTER: Duration = Duration::from_hours(24);
/// How long the log is believed that says that somebody is there. A server that was killed wrote nothing of those who
/// left then, and another server of the same store may have them: nobody sits a day in a consultation without one rejoin.
pub const PRESENCE_DOUBTED_AFTER: Duration = Duration::from_hours(24);
/// How long a consultation without a booked time stays open that is opened by signed tokens: how long they are good does
/// not stand in its log. A room that a hospital uses each week, or each month, is never over.
pub const SIGNED_LAPSES_AFTER: Duration = Duration::from_hours(32 * 24);

/// How something came to its end that nobody ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lapse {
    /// It took place, everybody left, and nobody said that it is over.
    Left,
    /// The patient's side came and was not seen: no fault of theirs, and no no-show.
    Unseen,
    /// Nobody was missing: no patient was invited, or there was no time to come at.
    Unused,
}

impl BookedTime {
    /// The first moment at which it may be over without anybody's word.
    pub fn lapses(self) -> Timestamp {
        self.ends().plus(LAPSES_AFTER)
    }
}

impl State {
    /// From when on it is over without anybody's word, if nothing happens before; `None`: it is over, or never began.
    pub fn lapses(&self) -> Option<Timestamp> {
        if self.schedule.life != Life::Live {
            return None;
        }
        let time = self.schedule.time;
        let planned = match time.map(BookedTime::ends) {
            Some(ends) if self.took_place() => ends.plus(LAPSES_AFTER),
            Some(ends) => ends.plus(NOT_HELD_LAPSES_AFTER),
            None => self.closes(),
        };
        let somebody_there = self.present().next().is_some();
        let quiet = if somebody_there {
            PRESENCE_DOUBTED_AFTER
        } else {
            LAPSES_AFTER
        };
        Some(planned.max(self.happened.plus(quiet)))
    }

    /// When nobody can come in any more who was not there. Links are promises: until then one opens what it is for.
    fn closes(&self) -> Timestamp {
        let doors = self.seats.iter().filter(|seat| !seat.link_revoked);
        let closes = doors.map(|seat| match seat.link {
            Some(LinkState { expires, .. }) => expires,
            None => self.happened.plus(SIGNED_LAPSES_AFTER),
        });
        closes.max().unwrap_or(self.happened)
    }

    /// The patient's side and a practitioner met. A child's mother may have come instead of the child.
    fn took_place(&self) -> bool {
        let came = |seat: &SeatState| seat.role == Role::Practitioner && seat.came.is_some();
        let is_in = |seat: &SeatState| seat.role.is_of_the_patient() && seat.is_admitted();
        let met = self.seats.iter().any(came) && self.seats.iter().any(is_in);
        self.schedule.begun.is_some() || met
    }
}

/// Nothing, while it may still take place.
pub(super) fn decide(state: &State, now: Timestamp) -> Vec<Fact> {
    if state.lapses().is_none_or(|from| now < from) {
        return Vec::new();
    }
    let side = || {
        let seats = state.seats.iter();
        seats.filter(|seat| seat.role.is_of_the_patient())
    };
    let by = None;
    let lapsed = |how| ScheduleFact::Lapsed { how };
    let fact = if state.took_place() {
        lapsed(Lapse::Left)
    } else if side().any(|seat| seat.came.is_some()) {
        lapsed(Lapse::Unseen)
    } else if state.schedule.time.is_some() && side().next().is_some() {
        ScheduleFact::NoShow { by }
    } else {
        lapsed(Lapse::Unused)
    };
    vec![Fact::Schedule(fact), Fact::Ended { by }]
}
