//! The queue in front of a practitioner or a clinic: who is next, and why.
//!
//! Each consultation knows by itself what decides its place: the class by law and the first wait
//! of its patient's side. The queue of many is a pure function over them ([`queue_of()`]), so no reload,
//! restart or second server can change it.

use super::decide::Facts;
use super::permit::{clinic_or, live};
use super::priority::Rank;
use super::{
    Action, BookedTime, Fact, LENGTH_MAX, Minutes, Presence, Priority, PriorityClass, RuleError,
    SeatState, State,
};
use crate::ids::{RoomId, SeatId, Timestamp};

/// What somebody wants of the queue. `by` is a practitioner; `None`: the clinic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueCommand {
    /// To be seen first by law, or not any more.
    SetPriority {
        /// Which class; `None`: none.
        class: Option<PriorityClass>,
        /// By whom.
        by: Option<SeatId>,
    },
    /// Tell those who wait that it begins late, or that it does not after all.
    TellLate {
        /// By how much, from now: 1 to [`LENGTH_MAX`].
        delay: Option<Minutes>,
        /// By whom.
        by: Option<SeatId>,
    },
}

/// What happened to the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueFact {
    /// Is seen first by law, or not any more.
    PrioritySet {
        /// Which class.
        class: Option<PriorityClass>,
        /// By whom.
        by: Option<SeatId>,
    },
    /// Those who wait were told.
    LateTold {
        /// By how much, from then.
        delay: Option<Minutes>,
        /// By whom.
        by: Option<SeatId>,
    },
}

/// What those who wait were told of the practitioner's delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Late {
    /// By how much, from [`Self::at`].
    pub delay: Minutes,
    /// When it was said.
    pub at: Timestamp,
}

/// What a consultation knows of its place in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Queue {
    pub(super) priority: Option<Priority>,
    pub(super) late: Option<Late>,
}

pub(super) fn decide(state: &State, command: QueueCommand) -> Facts {
    let fact = match command {
        QueueCommand::SetPriority { class, by } => {
            clinic_or(state, by, Action::Priority)?;
            live(state)?;
            let known = state.queue.priority.map(|priority| priority.class);
            (class != known).then_some(QueueFact::PrioritySet { class, by })
        }
        QueueCommand::TellLate { delay, by } => {
            clinic_or(state, by, Action::Late)?;
            live(state)?;
            if let Some(got) = delay
                && !(Minutes(1)..=LENGTH_MAX).contains(&got)
            {
                return Err(RuleError::Delay { got });
            }
            let phase = state.phase();
            if !phase.is_ahead() {
                let action = Action::Late;
                return Err(RuleError::Begun { action, phase });
            }
            // Ten minutes late said again ten minutes later is news; that nothing is late is not.
            let is_news = delay.is_some() || state.queue.late.is_some();
            is_news.then_some(QueueFact::LateTold { delay, by })
        }
    };
    if fact.is_some() {
        state.not_too_many_changes()?;
    }
    Ok(fact.map(Fact::Queue).into_iter().collect())
}

pub(super) fn apply(state: &mut State, fact: QueueFact, at: Timestamp) {
    match fact {
        QueueFact::PrioritySet { class, by } => {
            state.queue.priority = class.map(|class| Priority { class, by, at });
        }
        QueueFact::LateTold { delay, .. } => {
            state.queue.late = delay.map(|delay| Late { delay, at });
        }
    }
}

/// One consultation's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Which consultation.
    pub room: RoomId,
    /// Who of the patient's side has waited longest.
    pub seat: SeatId,
    /// Since when that person waits, as people are told it.
    pub since: Timestamp,
    /// The arrival that counts: [`Self::since`], but not before the consultation opened.
    pub arrived: Timestamp,
    /// To be seen first by law, and who says so.
    pub priority: Option<Priority>,
    /// Whether somebody of the patient's side is there at this moment. Who is away keeps the
    /// place, and nobody should call a ghost.
    pub presence: Presence,
    /// Why here and not elsewhere.
    pub why: Why,
}

/// Why somebody has this place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody who came later is ahead, nobody who came sooner is behind.
    Arrival,
    /// The law puts this one before others who came sooner.
    Law {
        /// As what.
        class: PriorityClass,
        /// How many came sooner and are behind.
        overtakes: usize,
    },
    /// The law puts others, who came later, before this one.
    Overtaken {
        /// How many.
        by: usize,
    },
}

impl State {
    /// This consultation's turn, if its patient's side waits and nobody of it was let in yet:
    /// once the patient is in, a companion who still waits holds nobody up.
    pub fn turn(&self, room: RoomId) -> Option<Turn> {
        let side = self.seats.iter();
        let side = side.filter(|seat| seat.role.is_of_the_patient());
        let is_in = side.clone().any(SeatState::is_admitted);
        if is_in || !self.phase().is_live() {
            return None;
        }
        let waiting = side.filter(|seat| seat.is_waiting());
        let present = waiting.clone().any(SeatState::is_present);
        let first = waiting.min_by_key(|seat| (seat.waiting_since, seat.id))?;
        let since = first.waiting_since?;
        let opens = self.schedule.time.map(BookedTime::opens);
        Some(Turn {
            room,
            seat: first.id,
            since,
            arrived: opens.map_or(since, |opens| since.max(opens)),
            priority: self.queue.priority,
            presence: if present {
                Presence::Present
            } else {
                Presence::Absent
            },
            why: Why::Arrival,
        })
    }
}

impl Turn {
    fn rank(&self) -> Rank {
        let class = self.priority.map(|priority| priority.class);
        class.map_or(Rank::Arrival, PriorityClass::rank)
    }

    /// When this one came; of two in the same millisecond one is first all the same.
    const fn came(&self) -> (Timestamp, Timestamp, RoomId) {
        (self.arrived, self.since, self.room)
    }
}

/// Those who wait in these consultations, the next one first: by law, then by arrival. A total
/// order that does not depend on the order of the input.
pub fn queue_of<'a>(consultations: impl IntoIterator<Item = (RoomId, &'a State)>) -> Vec<Turn> {
    let turns = consultations.into_iter();
    in_order(turns.filter_map(|(room, state)| state.turn(room)).collect())
}

/// As [`queue_of()`], for whoever keeps the turns.
pub fn in_order(mut turns: Vec<Turn>) -> Vec<Turn> {
    turns.sort_by_key(|turn| (turn.rank(), turn.came()));
    explain(&mut turns);
    turns
}

/// Says why, in n log n: of the ranks after one's own who came sooner, of those before who later.
fn explain(turns: &mut [Turn]) {
    let came = |rank: Rank| -> Vec<_> {
        let same = turns.iter().filter(|turn| turn.rank() == rank);
        same.map(Turn::came).collect()
    };
    let ranks = [Rank::Emergency, Rank::ByLaw, Rank::Arrival].map(|rank| (rank, came(rank)));
    for turn in turns {
        let own = turn.rank();
        let sooner = |(_, came): &(Rank, Vec<_>)| came.partition_point(|at| *at < turn.came());
        let later = |ranked: &(Rank, Vec<_>)| ranked.1.len() - sooner(ranked);
        let behind = ranks.iter().filter(|(rank, _)| *rank > own);
        let ahead = ranks.iter().filter(|(rank, _)| *rank < own);
        let overtakes: usize = behind.map(sooner).sum();
        let by: usize = ahead.map(later).sum();
        let class = turn.priority.map(|priority| priority.class);
        turn.why = match class {
            Some(class) if overtakes > 0 => Why::Law { class, overtakes },
            _ if by > 0 => Why::Overtaken { by },
            _ => Why::Arrival,
        };
    }
}
