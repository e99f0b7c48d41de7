use super::*;

/// The patient's.
const LINK: Pass = Pass::Link(TokenHash([202; 32]));

fn held(number: u8) -> Pass {
    Pass::Resume(token(number))
}

#[test]
fn the_newest_page_speaks_for_the_seat() {
    let mut story = Story::of_five();
    for number in [10, 11] {
        story.come(PATIENT, number, LINK).unwrap();
    }
    let state = story.state();
    assert_eq!(may_resume(&state, PATIENT, token(11)), Ok(()));
    assert_eq!(
        may_resume(&state, PATIENT, token(10)),
        Err(RuleError::TakenOver)
    );
}

#[test]
fn a_page_that_comes_back_keeps_its_token_until_it_shows_the_new_one() {
    let mut story = Story::of_five();
    story.come(PATIENT, 10, LINK).unwrap();
    story.come(PATIENT, 11, held(10)).unwrap();
    // The answer was lost, twice: it still has the first.
    story.come(PATIENT, 12, held(10)).unwrap();
    let never_given = story.come(PATIENT, 13, held(11));
    assert_eq!(never_given, Err(RuleError::TakenOver));
    assert_eq!(story.seat(PATIENT).previous_resume, Some(token(10)));
    let confirm = Command::Confirm { seat: PATIENT };
    let confirmed = Fact::Confirmed { seat: PATIENT };
    assert_eq!(story.does(confirm.clone()), [confirmed]);
    assert_eq!(story.does(confirm), []);
    let state = story.state();
    assert_eq!(
        may_resume(&state, PATIENT, token(10)),
        Err(RuleError::TakenOver)
    );
    assert_eq!(may_resume(&state, PATIENT, token(12)), Ok(()));
}

#[test]
fn a_page_that_took_over_leaves_the_other_no_token() {
    let mut story = Story::of_five();
    for (resume, pass) in [(10, LINK), (11, held(10)), (12, LINK)] {
        story.come(PATIENT, resume, pass).unwrap();
    }
    for old in [10, 11] {
        let refused = may_resume(&story.state(), PATIENT, token(old));
        assert_eq!(refused, Err(RuleError::TakenOver));
    }
}

#[test]
fn having_left_does_not_end_the_way_back() {
    let mut story = Story::of_five();
    story.join(PATIENT).unwrap();
    let held = story.seat(PATIENT).resume.unwrap();
    story.leave(PATIENT, LeaveCause::Own);
    assert_eq!(may_resume(&story.state(), PATIENT, held), Ok(()));
    let unknown = may_resume(&story.state(), SON, held);
    assert_eq!(unknown, Err(RuleError::TokenUnknown));
}

#[test]
fn leaving_twice_and_ending_twice_happen_once() {
    let mut story = Story::begun();
    let leave = Command::Leave {
        seat: DOCTOR,
        cause: LeaveCause::Own,
    };
    assert_eq!(story.does(leave.clone()).len(), 1);
    assert_eq!(story.does(leave), []);
    let end = Command::End { by: None };
    assert_eq!(story.does(end.clone()).len(), 1);
    assert_eq!(story.does(end), []);
}

#[test]
fn after_the_end_nobody_is_there_and_nothing_is_possible() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.does(Command::End { by: Some(DOCTOR) });
    let state = story.state();
    assert_eq!(story.present(), []);
    assert_eq!(story.waiting(), []);
    assert_eq!(state.standing(DOCTOR), Standing::Waiting);
    assert_eq!(story.join(PATIENT), Err(RuleError::Ended));
    assert_eq!(story.admit(PATIENT), Err(RuleError::Ended));
    assert_eq!(story.redeem(DOCTOR, link_of(DOCTOR)), Err(RuleError::Ended));
    let held = state.seat(DOCTOR).unwrap().resume.unwrap();
    assert_eq!(may_resume(&state, DOCTOR, held), Err(RuleError::Ended));
    let more = Command::Invite(invitation(Role::Companion));
    assert_eq!(story.tell(more), Err(RuleError::Ended));
}

#[test]
fn ending_is_for_practitioners_and_for_who_runs_the_server() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    let by_patient = story.tell(Command::End { by: Some(PATIENT) });
    assert_eq!(by_patient.unwrap_err().code(), "forbidden");
    assert_eq!(
        story.does(Command::End { by: Some(DOCTOR) }),
        [Fact::Ended { by: Some(DOCTOR) }]
    );
    let never_opened = decide(
        &State::default(),
        Command::End { by: None },
        Timestamp::default(),
    );
    assert_eq!(never_opened, Err(RuleError::NotOpen));
}

#[test]
fn refuses_too_few_and_too_many_people() {
    for (got, fine) in [(1, false), (2, true), (8, true), (9, false)] {
        let command = Command::Open {
            seats: vec![invitation(Role::Patient); got],
        };
        let result = decide(&State::default(), command, Timestamp(0));
        assert_eq!(result.is_ok(), fine, "{got}");
    }
}

#[test]
fn refuses_endless_rejoining_and_endless_admitting() {
    let mut state = Story::begun().state();
    state.joins = JOINS_MAX;
    state.acts = ACTS_MAX;
    let tell = |command| decide(&state, command, Timestamp(0));
    let join = Command::Join {
        seat: DOCTOR,
        resume: token(1),
        pass: Pass::Link(link_of(DOCTOR)),
    };
    assert_eq!(tell(join), Err(RuleError::TooManyJoins));
    let (seat, by) = (PATIENT, DOCTOR);
    let admit = Command::Admit { seat, by: Some(by) };
    assert_eq!(tell(admit), Err(RuleError::TooManyActs));
    let locked = true;
    assert_eq!(
        tell(Command::Lock { locked, by }),
        Err(RuleError::TooManyActs)
    );
    tell(Command::End { by: Some(by) }).unwrap();
}

#[test]
fn a_clock_set_back_does_not_reorder_the_log() {
    let mut story = Story::begun();
    let last = story.log.last().unwrap().at;
    story.now = Timestamp(5);
    story.join(PATIENT).unwrap();
    story.join(SON).unwrap();
    assert!(story.log.iter().rev().take(2).all(|event| event.at == last));
    assert_eq!(story.waiting(), [PATIENT, SON]);
}
