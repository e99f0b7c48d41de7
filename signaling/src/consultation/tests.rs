use proptest::prelude::*;

use super::*;
use crate::ids::{SeatId, Timestamp, TokenHash};

const DOCTOR: SeatId = SeatId(1);
const PATIENT: SeatId = SeatId(2);
const INTERPRETER: SeatId = SeatId(3);
const SON: SeatId = SeatId(4);

fn token(number: u8) -> TokenHash {
    TokenHash([number; 32])
}

/// A consultation that is told commands one after another.
struct Story {
    log: Vec<Event>,
    now: Timestamp,
}

impl Story {
    fn of_four() -> Self {
        let mut story = Self {
            log: Vec::new(),
            now: Timestamp(1_000),
        };
        story
            .tell(Command::Open {
                seats: vec![
                    Role::Practitioner,
                    Role::Patient,
                    Role::Interpreter,
                    Role::Companion,
                ],
            })
            .unwrap();
        story
    }

    fn state(&self) -> State {
        replay(&self.log)
    }

    fn tell(&mut self, command: Command) -> Result<Vec<Event>, RuleError> {
        let events = decide(&self.state(), command, self.now)?;
        self.log.extend(events.clone());
        Ok(events)
    }

    fn join(&mut self, seat: SeatId) -> Result<Vec<Event>, RuleError> {
        let resume = token(u8::try_from(self.log.len() % 256).unwrap());
        self.tell(Command::Join { seat, resume })
    }

    fn leave(&mut self, seat: SeatId) {
        self.tell(Command::Leave {
            seat,
            cause: LeaveCause::Own,
        })
        .unwrap();
    }

    fn present(&self) -> Vec<SeatId> {
        self.state().present().collect()
    }
}

#[test]
fn whoever_was_invited_is_admitted_on_joining() {
    let mut story = Story::of_four();
    let events = story.join(PATIENT).unwrap();
    assert!(matches!(
        events[..],
        [Event {
            fact: Fact::Joined {
                standing: Standing::Admitted,
                ..
            },
            ..
        }]
    ));
    assert_eq!(story.present(), [PATIENT]);
}

#[test]
fn nobody_is_admitted_by_omission() {
    assert_eq!(Standing::default(), Standing::Waiting);
    assert_eq!(
        standing_on_join(&State::default(), DOCTOR),
        Standing::Waiting
    );
    let open = Story::of_four().state();
    assert_eq!(standing_on_join(&open, SeatId(9)), Standing::Waiting);
}

#[test]
fn a_fourth_person_waits_outside_until_one_leaves() {
    let mut story = Story::of_four();
    for seat in [DOCTOR, PATIENT, INTERPRETER] {
        story.join(seat).unwrap();
    }
    assert_eq!(story.join(SON), Err(RuleError::Full));
    story.leave(INTERPRETER);
    story.join(SON).unwrap();
    assert_eq!(story.present(), [DOCTOR, PATIENT, SON]);
}

#[test]
fn coming_back_to_ones_seat_is_never_one_too_many() {
    let mut story = Story::of_four();
    for seat in [DOCTOR, PATIENT, INTERPRETER, PATIENT] {
        story.join(seat).unwrap();
    }
    assert_eq!(story.present(), [DOCTOR, PATIENT, INTERPRETER]);
}

#[test]
fn the_newest_page_speaks_for_the_seat() {
    let mut story = Story::of_four();
    for number in [10, 11] {
        story
            .tell(Command::Join {
                seat: PATIENT,
                resume: token(number),
            })
            .unwrap();
    }
    assert_eq!(story.state().seat(PATIENT).unwrap().resume, Some(token(11)));
}

#[test]
fn leaving_twice_and_ending_twice_happen_once() {
    let mut story = Story::of_four();
    story.join(DOCTOR).unwrap();
    story.leave(DOCTOR);
    let length = story.log.len();
    story.leave(DOCTOR);
    assert_eq!(story.log.len(), length);
    story.tell(Command::End).unwrap();
    assert_eq!(story.tell(Command::End), Ok(Vec::new()));
}

#[test]
fn after_the_end_nobody_is_there_and_nobody_joins() {
    let mut story = Story::of_four();
    story.join(DOCTOR).unwrap();
    story.tell(Command::End).unwrap();
    assert_eq!(story.present(), []);
    assert_eq!(story.join(PATIENT), Err(RuleError::NotOpen));
}

#[test]
fn refuses_too_few_and_too_many_people() {
    for (got, fine) in [(1, false), (2, true), (8, true), (9, false)] {
        let command = Command::Open {
            seats: vec![Role::Patient; got],
        };
        let result = decide(&State::default(), command, Timestamp(0));
        assert_eq!(result.is_ok(), fine, "{got}");
    }
}

#[test]
fn refuses_endless_rejoining() {
    let mut state = Story::of_four().state();
    state.joins = JOINS_MAX;
    let command = Command::Join {
        seat: DOCTOR,
        resume: token(1),
    };
    assert_eq!(
        decide(&state, command, Timestamp(0)),
        Err(RuleError::TooManyJoins)
    );
}

#[test]
fn a_clock_set_back_does_not_reorder_the_log() {
    let mut story = Story::of_four();
    story.now = Timestamp(5);
    story.join(DOCTOR).unwrap();
    assert_eq!(story.log.last().unwrap().at, Timestamp(1_000));
}

fn any_command() -> impl Strategy<Value = Command> {
    let seat = (0_u16..10).prop_map(SeatId);
    let cause = prop_oneof![
        Just(LeaveCause::Own),
        Just(LeaveCause::Away),
        Just(LeaveCause::Drain)
    ];
    prop_oneof![
        2 => prop::collection::vec(Just(Role::Patient), 0..10).prop_map(|seats| Command::Open { seats }),
        12 => (seat.clone(), any::<u8>()).prop_map(|(seat, number)| Command::Join { seat, resume: token(number) }),
        8 => (seat, cause).prop_map(|(seat, cause)| Command::Leave { seat, cause }),
        1 => Just(Command::End),
    ]
}

proptest! {
    #[test]
    fn whatever_is_told_the_rules_hold(
        commands in prop::collection::vec((any_command(), 0_u64..5_000), 0..80)
    ) {
        let mut state = State::default();
        let mut log: Vec<Event> = Vec::new();
        let mut history = vec![state.clone()];
        for (command, now) in commands {
            let before = state.clone();
            let Ok(events) = decide(&state, command, Timestamp(now)) else {
                prop_assert_eq!(&state, &before);
                continue;
            };
            for event in events {
                prop_assert!(log.last().is_none_or(|last: &Event| last.at <= event.at));
                state = apply(state, &event);
                log.push(event);
                history.push(state.clone());
            }
            let present: Vec<_> = state.present().collect();
            prop_assert!(present.len() <= usize::from(PRESENT_LIMIT));
            let mut ids: Vec<_> = state.seats().iter().map(|seat| seat.id).collect();
            let count = ids.len();
            ids.dedup();
            prop_assert_eq!(ids.len(), count);
            prop_assert!(count <= SEATS_MAX);
            if state.phase() != Phase::Open {
                prop_assert!(present.is_empty());
            }
        }
        for (length, then) in history.iter().enumerate() {
            prop_assert_eq!(&replay(&log[..length]), then);
        }
    }
}
