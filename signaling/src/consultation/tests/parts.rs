use super::*;

/// A second practitioner, in seat 6.
const COLLEAGUE: SeatId = SeatId(6);

fn with_colleague() -> Story {
    let mut story = Story::begun();
    story.does(Command::Invite(Invitation {
        role: Role::Practitioner,
        link: Some(link(link_of(COLLEAGUE), EXPIRES)),
    }));
    story
}

#[test]
fn one_practitioner_treats_and_the_others_advise() {
    let mut story = with_colleague();
    let parts = |story: &Story| {
        let state = story.state();
        [DOCTOR, COLLEAGUE].map(|seat| state.part(seat).unwrap())
    };
    assert_eq!(parts(&story), [Part::Treating, Part::Advising]);
    assert_eq!(story.state().part(PATIENT), None);
    story.does(treat(COLLEAGUE, Some(DOCTOR)));
    assert_eq!(parts(&story), [Part::Advising, Part::Treating]);
    assert_eq!(story.does(treat(COLLEAGUE, None)), [], "does already");
    assert_eq!(State::default().treating(), None);
}

#[test]
fn treating_is_handed_on_and_never_taken() {
    let mut story = with_colleague();
    story.join(COLLEAGUE).unwrap();
    let refused = story.tell(treat(COLLEAGUE, Some(COLLEAGUE))).unwrap_err();
    assert_eq!(
        (refused, refused.code()),
        (RuleError::NotTreating, "forbidden")
    );
    story.does(treat(COLLEAGUE, None));
    let other = story.tell(treat(PATIENT, None)).unwrap_err();
    assert_eq!(other.code(), "wrong_state");
    assert_eq!(
        other.to_string(),
        "this is for the role practitioner, and seat 2 is a patient"
    );
}

#[test]
fn a_colleague_gets_the_seat_and_the_one_before_is_out_for_good() {
    let mut story = Story::begun();
    let held = story.seat(DOCTOR).resume.unwrap();
    let new = link(token(7), EXPIRES);
    story.does(transfer(DOCTOR, new, Some(DOCTOR)));
    assert_eq!(story.present(), []);
    assert_eq!(story.seat(DOCTOR).person, 2);
    let old = story.redeem(DOCTOR, link_of(DOCTOR));
    assert_eq!(old, Err(RuleError::LinkRevoked));
    let resumed = may_resume(&story.state(), DOCTOR, held);
    assert_eq!(resumed, Err(RuleError::TokenUnknown));
    story.come(DOCTOR, 8, Pass::Link(token(7))).unwrap();
    assert_eq!(story.state().standing(DOCTOR), Standing::Admitted);
    assert_eq!(story.state().part(DOCTOR), Some(Part::Treating));
}

#[test]
fn the_patient_sees_no_gap_when_the_seat_is_a_colleagues() {
    let mut story = Story::begun();
    for seat in [PATIENT, SON] {
        story.join(seat).unwrap();
    }
    let (place, since) = (story.waiting(), story.seat(PATIENT).waiting_since);
    story.does(transfer(DOCTOR, link(token(7), EXPIRES), Some(DOCTOR)));
    assert_eq!(story.waiting(), place);
    assert_eq!(story.seat(PATIENT).waiting_since, since);
    story.come(DOCTOR, 8, Pass::Link(token(7))).unwrap();
    story.admit(PATIENT).unwrap();
    // In the middle of the call, too.
    story.does(transfer(DOCTOR, link(token(9), EXPIRES), None));
    assert_eq!(story.state().standing(PATIENT), Standing::Admitted);
    assert_eq!(story.state().phase(), Phase::InProgress);
}

#[test]
fn a_lock_does_not_keep_the_colleague_out() {
    // The one who locked was in: so is whoever has the seat next.
    let mut story = Story::begun();
    story.lock(true).unwrap();
    let facts = story.does(transfer(DOCTOR, link(token(7), EXPIRES), Some(DOCTOR)));
    assert_eq!(facts.last(), Some(&Fact::Unlocked { by: None }));
    story.come(DOCTOR, 8, Pass::Link(token(7))).unwrap();
    let mut story = with_colleague();
    story.join(COLLEAGUE).unwrap();
    story.lock(true).unwrap();
    story.does(transfer(DOCTOR, link(token(7), EXPIRES), Some(COLLEAGUE)));
    assert!(story.state().locked());
    story.come(DOCTOR, 8, Pass::Link(token(7))).unwrap();
}

#[test]
fn only_a_practitioners_seat_that_is_not_put_out_is_transferred() {
    let mut story = with_colleague();
    let new = link(token(7), EXPIRES);
    let refused = story.tell(transfer(PATIENT, new, None)).unwrap_err();
    assert_eq!(refused.code(), "wrong_state");
    story.join(COLLEAGUE).unwrap();
    story.remove(COLLEAGUE).unwrap();
    let refused = story.tell(transfer(COLLEAGUE, new, None)).unwrap_err();
    assert_eq!(refused.code(), "wrong_state");
    // Who was put out leads nothing any more, either.
    let refused = story.tell(transfer(DOCTOR, new, Some(COLLEAGUE)));
    assert_eq!(refused.unwrap_err().code(), "wrong_state");
}

#[test]
fn an_interpreter_has_a_pair_of_languages_and_a_licence_or_none() {
    let mut story = Story::begun();
    assert_eq!(story.state().interpreting(INTERPRETER), None);
    story.does(interpret(INTERPRETER, ["vi", "ko"], Some(DOCTOR)));
    let known = interpreting(["vi", "ko"], Licence::Given);
    assert_eq!(story.state().interpreting(INTERPRETER), Some(&known));
    let again = interpret(INTERPRETER, ["vi", "ko"], None);
    assert_eq!(story.does(again), [], "known already");
    story.does(interpret(INTERPRETER, ["vi", "blt"], None));
    let refused = story.tell(interpret(INTERPRETER, ["vi", "vi"], None));
    assert_eq!(refused, Err(RuleError::OneLanguage));
    let refused = story.tell(interpret(SON, ["vi", "ko"], None)).unwrap_err();
    assert_eq!(refused.code(), "wrong_state");
    story.does(Command::RevokeLink { seat: INTERPRETER });
    assert_eq!(
        story.state().interpreting(INTERPRETER),
        None,
        "another person"
    );
}

#[test]
fn one_companion_at_a_time_speaks_for_the_patient() {
    let mut story = Story::begun();
    story.does(Command::Invite(invitation(Role::Companion)));
    let daughter = SeatId(6);
    story.does(represent(Some(SON), Some(DOCTOR)));
    assert_eq!(story.state().representative(), Some(SON));
    assert_eq!(story.does(represent(Some(SON), None)), [], "does already");
    let refused = story.tell(represent(Some(daughter), None)).unwrap_err();
    assert_eq!(refused, RuleError::Represented { by: SON });
    assert_eq!(refused.code(), "only_one");
    story.does(represent(None, None));
    story.does(represent(Some(daughter), None));
    assert_eq!(story.state().representative(), Some(daughter));
    let refused = story.tell(represent(Some(INTERPRETER), None));
    assert_eq!(refused.unwrap_err().code(), "wrong_state");
    story.does(Command::RevokeLink { seat: daughter });
    assert_eq!(story.state().representative(), None, "another person");
}
