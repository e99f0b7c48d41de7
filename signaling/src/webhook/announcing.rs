//! What webhooks are told of an appointment. Pure.

use super::EventKind;
use crate::consultation::{
    Event, Fact, Paper, PaperFact, PartsFact, Phase, ScheduleFact, State, apply,
};
use crate::ids::Timestamp;

/// Something to tell webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Announcement {
    /// The place in the log, from 1, of what it is about.
    pub(crate) place: u64,
    pub(crate) event: EventKind,
    /// When it happened.
    pub(crate) at: Timestamp,
}

/// What of the log behind its first `announced` entries webhooks are told, each entry once.
pub(crate) fn announcements(log: &[Event], announced: u64) -> Vec<Announcement> {
    let mut state = State::default();
    let mut all = Vec::new();
    for (place, event) in (1..).zip(log) {
        let had_begun = state.begun().is_some();
        state = apply(state, event);
        let begins = !had_begun && state.begun().is_some();
        let kind = kind(&event.fact, state.phase()).or(begins.then_some(EventKind::Begun));
        if let Some(event_kind) = kind.filter(|_| place > announced) {
            all.push(Announcement {
                place,
                event: event_kind,
                at: event.at,
            });
        }
    }
    all
}

/// `None`: it is no affair of other systems, or of people only.
fn kind(fact: &Fact, phase: Phase) -> Option<EventKind> {
    Some(match fact {
        Fact::Schedule(ScheduleFact::Booked { .. }) => EventKind::Booked,
        Fact::Schedule(ScheduleFact::Rescheduled { .. }) => EventKind::Rescheduled,
        Fact::Schedule(ScheduleFact::Cancelled { .. }) => EventKind::Cancelled,
        Fact::Schedule(ScheduleFact::NoShow { .. }) => EventKind::NoShow,
        Fact::Schedule(ScheduleFact::Reopened { .. }) => EventKind::Reopened,
        // What was called off or missed ends, too, and is told as what it is.
        Fact::Ended { .. } if phase == Phase::Ended => EventKind::Ended,
        Fact::Parts(PartsFact::Transferred { .. }) => EventKind::Transferred,
        Fact::Paper(PaperFact::SignedOff {
            paper: Paper::Summary,
            ..
        }) => EventKind::SummarySigned,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::ClinicId;
    use crate::consultation::{
        BookedTime, CancelReason, LinkState, Minutes, PaperVersion, Role, Standing,
    };
    use crate::ids::{ContentHash, SeatId, TokenHash};

    const DOCTOR: SeatId = SeatId(1);
    const PATIENT: SeatId = SeatId(2);

    fn joined(seat: SeatId, standing: Standing) -> Fact {
        Fact::Joined {
            seat,
            standing,
            resume: TokenHash([1; 32]),
            resumed_with: None,
        }
    }

    fn signed(paper: Paper, version: u32) -> Fact {
        Fact::Paper(PaperFact::SignedOff {
            paper,
            version: PaperVersion(version),
            hash: ContentHash([2; 32]),
            by: DOCTOR,
        })
    }

    /// A whole life of an appointment, an event a second from 1,000 on.
    fn life() -> Vec<Event> {
        let time = BookedTime {
            begins: Timestamp(600_000),
            length: Minutes(30),
        };
        let by = None;
        let ended = || Fact::Ended { by };
        let reopened = || Fact::Schedule(ScheduleFact::Reopened { by });
        let begin = [
            Fact::Schedule(ScheduleFact::Booked {
                clinic: ClinicId(7),
                time,
                seats: vec![Role::Practitioner, Role::Patient],
            }),
            Fact::Schedule(ScheduleFact::Rescheduled { time, by }),
            Fact::Schedule(ScheduleFact::Cancelled {
                reason: CancelReason::Mistake,
                by,
            }),
            ended(),
            reopened(),
            Fact::Schedule(ScheduleFact::NoShow { by }),
            ended(),
            reopened(),
        ];
        let seat = DOCTOR;
        let link = LinkState {
            hash: TokenHash([3; 32]),
            expires: Timestamp(900_000),
        };
        let rest = [
            joined(PATIENT, Standing::Waiting),
            Fact::Parts(PartsFact::Transferred { seat, link, by }),
            joined(DOCTOR, Standing::Admitted),
            Fact::Admitted { seat: PATIENT, by },
            joined(PATIENT, Standing::Admitted),
            signed(Paper::Notes, 1),
            ended(),
            signed(Paper::Summary, 1),
            signed(Paper::Summary, 2),
        ];
        let facts = begin.into_iter().chain(rest);
        let times = (1..).map(|second| Timestamp(1_000 * second));
        let events = times.zip(facts);
        events.map(|(at, fact)| Event { at, fact }).collect()
    }

    #[test]
    fn each_step_that_other_systems_care_for_is_told_once_with_its_time() {
        use EventKind::{
            Begun, Booked, Cancelled, Ended, NoShow, Reopened, Rescheduled, SummarySigned,
            Transferred,
        };
        let told = announcements(&life(), 0);
        let kinds: Vec<_> = told.iter().map(|one| (one.place, one.event)).collect();
        assert_eq!(
            kinds,
            [
                (1, Booked),
                (2, Rescheduled),
                (3, Cancelled),
                (5, Reopened),
                (6, NoShow),
                (8, Reopened),
                (10, Transferred),
                (12, Begun),
                (15, Ended),
                (16, SummarySigned),
                (17, SummarySigned),
            ]
        );
        assert!(told.iter().all(|one| one.at.0 == 1_000 * one.place));
        let said: std::collections::BTreeSet<_> = told.iter().map(|one| one.event).collect();
        assert_eq!(said.len(), EventKind::ALL.len(), "each kind can happen");
    }

    #[test]
    fn what_was_told_is_not_told_again_wherever_telling_stopped() {
        let life = life();
        let all = announcements(&life, 0);
        for told in 0..=life.len() {
            let before = announcements(&life[..told], 0);
            let told = u64::try_from(told).unwrap();
            assert_eq!([before, announcements(&life, told)].concat(), all, "{told}");
        }
    }
}
