//! What there is to tell of an appointment since it was told of last. Pure.

use crate::consultation::{Event, Fact, PartsFact, Phase, QueueFact, Role, ScheduleFact, State};
use crate::ids::{SeatId, Timestamp};
use crate::message::Kind;

/// How long before the beginning people are reminded: time to find the telephone, and not to forget it again.
pub(super) const REMIND_BEFORE: std::time::Duration = std::time::Duration::from_hours(1);

/// Something to tell some of an appointment's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct News {
    /// The place in the log, from 1, of what it is about.
    pub(super) place: usize,
    pub(super) kind: Kind,
    pub(super) to: Whom,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    Everybody,
    /// Those who come for the patient's sake: they wait.
    PatientsSide,
    One(SeatId),
}

impl Whom {
    pub(super) fn is(self, seat: SeatId, role: Role) -> bool {
        match self {
            Self::Everybody => true,
            Self::PatientsSide => role.is_of_the_patient(),
            Self::One(one) => one == seat,
        }
    }
}

/// What of the log behind its first `told` entries people have to know now. What was overtaken meanwhile is left out:
/// whoever hears of an appointment first is not told that it was moved.
pub(super) fn news(log: &[Event], told: usize, state: &State) -> Vec<News> {
    let fresh = log
        .iter()
        .enumerate()
        .skip(told)
        .map(|(index, event)| (index + 1, &event.fact));
    let mut about_time = None;
    let mut about_delay = None;
    let mut links: Vec<News> = Vec::new();
    for (place, fact) in fresh {
        match fact {
            // They know by themselves that nobody came, or that it is over.
            Fact::Schedule(ScheduleFact::NoShow { .. } | ScheduleFact::Lapsed { .. }) => {}
            Fact::Schedule(_) => about_time = Some(place),
            Fact::Queue(QueueFact::LateTold { delay, .. }) => {
                about_delay = delay.map(|delay| (place, delay));
            }
            Fact::Invited { seat, .. } | Fact::Parts(PartsFact::Transferred { seat, .. }) => {
                links.retain(|news| news.to != Whom::One(*seat));
                links.push(News {
                    place,
                    kind: Kind::Booked,
                    to: Whom::One(*seat),
                });
            }
            _ => {}
        }
    }
    let to = Whom::Everybody;
    let phase = state.phase();
    let kind = match (about_time, phase) {
        // Nobody has heard of what was called off.
        (Some(_), Phase::Cancelled) if told == 0 => return Vec::new(),
        (Some(place), Phase::Cancelled) => (place, Kind::Cancelled),
        (Some(place), _) if phase.is_live() && told == 0 => (place, Kind::Booked),
        (Some(place), _) if phase.is_live() => (place, Kind::Moved),
        (None, _) if phase.is_live() => {
            let late = about_delay.map(|(place, delay)| News {
                place,
                kind: Kind::Late(delay),
                to: Whom::PatientsSide,
            });
            return links.into_iter().chain(late).collect();
        }
        // It took place, or did not: that is no news to whoever was there, or was not.
        _ => return Vec::new(),
    };
    let (place, kind) = kind;
    vec![News { place, kind, to }]
}

/// Whether people are to be reminded now of a time that they were not reminded of. Whoever was told of it an hour before
/// that needs no reminder.
pub(super) fn reminder(
    log: &[Event],
    reminded: Option<Timestamp>,
    state: &State,
    now: Timestamp,
) -> Option<News> {
    let time = state.time().filter(|_| state.phase().is_ahead())?;
    let is_near = now >= time.begins.minus(REMIND_BEFORE) && now < time.begins;
    if !is_near || reminded == Some(time.begins) {
        return None;
    }
    let is_about_time = |event: &&Event| matches!(event.fact, Fact::Schedule(_));
    let changed = log.iter().rfind(is_about_time)?.at;
    let is_fresh = changed >= time.begins.minus(2 * REMIND_BEFORE);
    (!is_fresh).then_some(News {
        // Behind the log: no entry of it is what this is about.
        place: log.len() + 1,
        kind: Kind::Reminder,
        to: Whom::Everybody,
    })
}
