use proptest::prelude::*;

use super::*;

/// A consultation without a time, in which the patient began to wait at this second.
fn waits(second: u64, class: Option<PriorityClass>) -> State {
    let mut story = Story::of_five();
    story.now = Timestamp(second * 1_000);
    story.join(PATIENT).unwrap();
    if class.is_some() {
        story.does(priority(class, None));
    }
    story.state()
}

fn rooms(states: &[State]) -> Vec<(RoomId, &State)> {
    (1..).map(RoomId).zip(states).collect()
}

/// The rooms of the queue by number, and why.
fn told(states: &[State]) -> Vec<(u64, Why)> {
    let turns = queue_of(rooms(states));
    turns.iter().map(|turn| (turn.room.0, turn.why)).collect()
}

#[test]
fn the_law_comes_before_arrival_and_an_emergency_before_the_law() {
    use PriorityClass as C;
    let states = [
        waits(1, None),
        waits(2, Some(C::SeventyFive)),
        waits(3, Some(C::Pregnant)),
        waits(4, None),
        waits(5, Some(C::Emergency)),
    ];
    let law = |class, overtakes| Why::Law { class, overtakes };
    assert_eq!(
        told(&states),
        [
            (5, law(C::Emergency, 4)),
            (2, law(C::SeventyFive, 1)),
            (3, law(C::Pregnant, 1)),
            (1, Why::Overtaken { by: 3 }),
            (4, Why::Overtaken { by: 1 }),
        ]
    );
}

#[test]
fn the_law_ranks_none_of_its_classes_above_another_but_emergency() {
    for one in PriorityClass::ALL {
        for other in PriorityClass::ALL {
            let states = [waits(1, Some(one)), waits(2, Some(other))];
            let first = told(&states)[0].0;
            let is_urgent = |class| class == PriorityClass::Emergency;
            let expected = if is_urgent(other) && !is_urgent(one) {
                2
            } else {
                1
            };
            assert_eq!(first, expected, "{one} before {other}");
        }
    }
}

#[test]
fn a_class_that_overtakes_nobody_needs_no_reason() {
    let states = [waits(1, Some(PriorityClass::Merit)), waits(2, None)];
    assert_eq!(told(&states), [(1, Why::Arrival), (2, Why::Arrival)]);
}

#[test]
fn the_class_is_set_by_practitioners_and_the_clinic_and_says_by_whom() {
    let mut story = Story::begun();
    let class = PriorityClass::ChildUnderSix;
    let refused = story.tell(priority(Some(class), Some(PATIENT)));
    assert_eq!(refused.unwrap_err().code(), "forbidden");
    story.does(priority(Some(class), Some(DOCTOR)));
    let at = story.now;
    let set = Priority {
        class,
        by: Some(DOCTOR),
        at,
    };
    assert_eq!(story.state().priority(), Some(set));
    assert_eq!(story.does(priority(Some(class), None)), [], "it is already");
    story.does(priority(None, None));
    assert_eq!(story.state().priority(), None);
}

#[test]
fn a_place_survives_reload_absence_and_restart() {
    let mut story = Story::of_five();
    story.join(PATIENT).unwrap();
    let since = story.now;
    let other = {
        let mut other = Story::of_five();
        other.now = Timestamp(since.0 + 500);
        other.join(PATIENT).unwrap();
        other.state()
    };
    story.join(PATIENT).unwrap();
    story.leave(PATIENT, LeaveCause::Drain);
    let turns = queue_of([(RoomId(2), &other), (RoomId(1), &story.state())]);
    assert_eq!(turns[0].room, RoomId(1));
    assert_eq!((turns[0].seat, turns[0].since), (PATIENT, since));
    assert_eq!(turns[0].presence, Presence::Absent);
    assert_eq!(turns[1].presence, Presence::Present);
}

#[test]
fn nobody_gains_by_coming_before_the_doors_open() {
    let early = |hour: u64| {
        let mut story = Story::booked();
        story.now = BEGINS
            .minus(HOUR)
            .plus(MINUTE * u32::try_from(hour).unwrap());
        story.join(PATIENT).unwrap();
        story.state()
    };
    let states = [early(20), early(10)];
    let turns = queue_of(rooms(&states));
    let opens = BEGINS.minus(OPENS_BEFORE);
    assert!(turns.iter().all(|turn| turn.arrived == opens));
    assert_eq!(turns[0].room, RoomId(2), "of equals the sooner one");
    // Whoever has no time comes when they come: this one a minute before the doors opened.
    let walk_in = {
        let mut story = Story::of_five();
        story.does(Command::Relink {
            seat: PATIENT,
            link: link(link_of(PATIENT), BEGINS),
        });
        story.now = opens.minus(MINUTE);
        story.join(PATIENT).unwrap();
        story.state()
    };
    let states = [states[0].clone(), states[1].clone(), walk_in];
    assert_eq!(queue_of(rooms(&states))[0].room, RoomId(3));
}

#[test]
fn only_those_wait_whose_patient_is_not_in_yet() {
    let mut story = Story::begun();
    assert_eq!(queue_of([(RoomId(1), &story.state())]), []);
    // A student waits for nobody's turn.
    story.join(STUDENT).unwrap();
    assert_eq!(queue_of([(RoomId(1), &story.state())]), []);
    story.join(SON).unwrap();
    assert_eq!(queue_of([(RoomId(1), &story.state())])[0].seat, SON);
    story.join(PATIENT).unwrap();
    assert_eq!(queue_of([(RoomId(1), &story.state())])[0].seat, SON);
    story.admit(PATIENT).unwrap();
    assert_eq!(queue_of([(RoomId(1), &story.state())]), []);
    let mut over = Story::of_five();
    over.join(PATIENT).unwrap();
    over.does(Command::End { by: None });
    assert_eq!(queue_of([(RoomId(1), &over.state())]), []);
}

#[test]
fn those_who_wait_are_told_how_late_it_begins_until_it_does() {
    let mut story = Story::booked();
    story.join(PATIENT).unwrap();
    story.does(late(Some(Minutes(10)), Some(DOCTOR)));
    let told = Late {
        delay: Minutes(10),
        at: story.now,
    };
    assert_eq!(story.state().late(), Some(told));
    story.does(late(Some(Minutes(10)), None));
    assert_eq!(story.state().late().unwrap().at, story.now, "said anew");
    story.does(late(None, None));
    assert_eq!(story.state().late(), None);
    assert_eq!(story.does(late(None, None)), [], "it is not late already");
    story.does(late(Some(Minutes(5)), None));
    story.join(DOCTOR).unwrap();
    story.admit(PATIENT).unwrap();
    assert_eq!(story.state().late(), None);
}

#[test]
fn a_delay_has_a_range() {
    let mut story = Story::booked();
    for (minutes, fine) in [(0, false), (1, true), (240, true), (241, false)] {
        let told = story.tell(late(Some(Minutes(minutes)), None));
        assert_eq!(told.is_ok(), fine, "{minutes}");
    }
    let error = story.tell(late(Some(Minutes(0)), None)).unwrap_err();
    assert_eq!(error.to_string(), "a delay is 1 min to 240 min, got 0 min");
    assert_eq!(error.code(), "malformed");
}

fn any_waiting() -> impl Strategy<Value = State> {
    let class = prop::option::of(prop::sample::select(&PriorityClass::ALL[..]));
    (1_u64..6, class).prop_map(|(second, class)| waits(second, class))
}

/// The rules of the queue in other words: an emergency first, then the law, then nobody's class.
fn level(turn: &Turn) -> u8 {
    match turn.priority.map(|priority| priority.class) {
        Some(PriorityClass::Emergency) => 0,
        Some(_) => 1,
        None => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn the_queue_is_one_order_whatever_order_the_consultations_come_in(
        (states, shuffled) in prop::collection::vec(any_waiting(), 0..12).prop_flat_map(|states| {
            let order: Vec<_> = (0..states.len()).collect();
            (Just(states), Just(order).prop_shuffle())
        })
    ) {
        let rooms = rooms(&states);
        let turns = queue_of(rooms.clone());
        let other = shuffled.into_iter().map(|index| rooms[index]);
        prop_assert_eq!(&turns, &queue_of(other));
        prop_assert_eq!(turns.len(), states.len());
        for (place, turn) in turns.iter().enumerate() {
            let (ahead, behind) = (&turns[..place], &turns[place + 1..]);
            for next in behind {
                let own = (level(turn), turn.arrived, turn.room);
                prop_assert!(own < (level(next), next.arrived, next.room));
            }
            let came = |turn: &Turn| (turn.arrived, turn.room);
            let overtakes = behind.iter().filter(|other| came(other) < came(turn)).count();
            let by = ahead.iter().filter(|other| came(other) > came(turn)).count();
            match turn.why {
                Why::Law { class, overtakes: said } => {
                    prop_assert_eq!(turn.priority.map(|priority| priority.class), Some(class));
                    prop_assert_eq!((said, said > 0), (overtakes, true));
                }
                Why::Overtaken { by: said } => prop_assert_eq!((said, overtakes), (by, 0)),
                Why::Arrival => prop_assert_eq!((overtakes, by), (0, 0)),
            }
        }
    }
}
