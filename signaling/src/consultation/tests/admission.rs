use super::*;

#[test]
fn practitioners_and_interpreters_come_in_and_the_others_wait() {
    let mut story = Story::of_five();
    for seat in [DOCTOR, PATIENT, INTERPRETER, SON, STUDENT] {
        story.join(seat).unwrap();
    }
    let state = story.state();
    let admitted = [DOCTOR, INTERPRETER];
    for seat in state.seats() {
        let standing = state.standing(seat.id);
        let expected = if admitted.contains(&seat.id) {
            Standing::Admitted
        } else {
            Standing::Waiting
        };
        assert_eq!(standing, expected, "{}", seat.role);
    }
    assert_eq!(story.waiting(), [PATIENT, SON, STUDENT]);
}

#[test]
fn nobody_is_admitted_by_omission() {
    assert_eq!(Admission::default(), Admission::None);
    assert_eq!(Standing::default(), Standing::Waiting);
    assert_eq!(State::default().standing(DOCTOR), Standing::Waiting);
    let mut story = Story::of_five();
    assert_eq!(story.state().standing(SeatId(9)), Standing::Waiting);
    assert_eq!(story.state().standing(DOCTOR), Standing::Waiting);
    story.join(DOCTOR).unwrap();
    story.leave(DOCTOR, LeaveCause::Away);
    assert_eq!(story.state().standing(DOCTOR), Standing::Waiting);
}

#[test]
fn who_is_admitted_stays_so_through_reload_leaving_and_drain() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    assert_eq!(story.state().standing(PATIENT), Standing::Admitted);
    story.join(PATIENT).unwrap();
    for cause in [LeaveCause::Own, LeaveCause::Away, LeaveCause::Drain] {
        story.leave(PATIENT, cause);
        assert_eq!(story.state().standing(PATIENT), Standing::Waiting);
        story.join(PATIENT).unwrap();
        assert_eq!(story.state().standing(PATIENT), Standing::Admitted);
    }
}

#[test]
fn who_waits_keeps_the_place_unless_leaving_by_own_wish() {
    let mut story = Story::begun();
    for seat in [PATIENT, SON, STUDENT] {
        story.join(seat).unwrap();
    }
    let since = story.seat(PATIENT).waiting_since;
    story.join(PATIENT).unwrap();
    for cause in [LeaveCause::Away, LeaveCause::Drain] {
        story.leave(PATIENT, cause);
        assert_eq!(story.waiting(), [PATIENT, SON, STUDENT]);
        story.join(PATIENT).unwrap();
    }
    assert_eq!(story.seat(PATIENT).waiting_since, since);
    story.leave(PATIENT, LeaveCause::Own);
    assert_eq!(story.admission(PATIENT), Admission::None);
    assert_eq!(story.waiting(), [SON, STUDENT]);
    story.join(PATIENT).unwrap();
    assert_eq!(story.waiting(), [SON, STUDENT, PATIENT]);
}

#[test]
fn a_ghost_is_ahead_of_nobody() {
    let mut story = Story::begun();
    for seat in [PATIENT, SON, STUDENT] {
        story.join(seat).unwrap();
    }
    let ahead = |story: &Story, seat| story.state().ahead_of(seat);
    assert_eq!(ahead(&story, STUDENT), Some(2));
    story.leave(PATIENT, LeaveCause::Away);
    assert_eq!(ahead(&story, STUDENT), Some(1));
    assert_eq!(ahead(&story, PATIENT), Some(0));
    assert_eq!(ahead(&story, DOCTOR), None);
}

#[test]
fn a_held_person_waits_on_in_the_same_place() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.join(SON).unwrap();
    let hold = Command::Hold {
        seat: PATIENT,
        by: DOCTOR,
    };
    story.does(hold.clone());
    assert_eq!(story.does(hold), []);
    assert_eq!(story.admission(PATIENT), Admission::Held);
    story.leave(PATIENT, LeaveCause::Away);
    story.join(PATIENT).unwrap();
    assert_eq!(story.admission(PATIENT), Admission::Held);
    assert_eq!(story.waiting(), [PATIENT, SON]);
    story.admit(PATIENT).unwrap();
    assert_eq!(story.waiting(), [SON]);
}

#[test]
fn who_is_denied_or_removed_is_out_until_admitted_again() {
    for (act, admission, refusal) in [
        (
            Command::Deny {
                seat: PATIENT,
                by: DOCTOR,
            },
            Admission::Denied,
            RuleError::Denied,
        ),
        (
            Command::Remove {
                seat: PATIENT,
                by: DOCTOR,
            },
            Admission::Removed,
            RuleError::Removed,
        ),
    ] {
        let mut story = Story::begun();
        story.join(PATIENT).unwrap();
        let held = story.seat(PATIENT).resume.unwrap();
        story.does(act.clone());
        assert_eq!(story.does(act), [], "done already");
        assert_eq!(story.admission(PATIENT), admission);
        assert_eq!(story.present(), [DOCTOR]);
        assert_eq!(story.seat(PATIENT).resume, None);
        assert_eq!(story.join(PATIENT), Err(refusal));
        assert_eq!(story.redeem(PATIENT, link_of(PATIENT)), Err(refusal));
        assert_eq!(may_resume(&story.state(), PATIENT, held), Err(refusal));
        // It was a mistake: the link works again, and leads straight in.
        story.admit(PATIENT).unwrap();
        assert_eq!(
            may_resume(&story.state(), PATIENT, held),
            Err(RuleError::TokenUnknown)
        );
        assert_eq!(story.redeem(PATIENT, link_of(PATIENT)), Ok(()));
        story.join(PATIENT).unwrap();
        assert_eq!(story.state().standing(PATIENT), Standing::Admitted);
    }
}

#[test]
fn somebody_who_is_gone_may_be_admitted_and_comes_straight_in() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.leave(PATIENT, LeaveCause::Away);
    story.admit(PATIENT).unwrap();
    // Also somebody who never came.
    story.admit(SON).unwrap();
    assert_eq!(story.present(), [DOCTOR]);
    for seat in [PATIENT, SON] {
        story.join(seat).unwrap();
        assert_eq!(story.state().standing(seat), Standing::Admitted);
    }
}

#[test]
fn a_fourth_person_is_not_admitted_and_waits_on() {
    let mut story = Story::begun();
    for seat in [INTERPRETER, PATIENT, SON] {
        story.join(seat).unwrap();
    }
    story.admit(PATIENT).unwrap();
    assert_eq!(story.admit(SON), Err(RuleError::Full));
    assert_eq!(story.admission(SON), Admission::Waiting);
    // Coming back to one's own seat is never one too many.
    story.join(PATIENT).unwrap();
    story.leave(INTERPRETER, LeaveCause::Own);
    story.admit(SON).unwrap();
    assert_eq!(story.join(INTERPRETER), Err(RuleError::Full));
    // Waiting takes no place.
    story.join(STUDENT).unwrap();
}

#[test]
fn a_lock_keeps_out_who_is_neither_there_nor_admitted() {
    let mut story = Story::begun();
    for seat in [PATIENT, SON] {
        story.join(seat).unwrap();
    }
    story.admit(SON).unwrap();
    story.leave(SON, LeaveCause::Own);
    story.lock(true).unwrap();
    assert_eq!(story.lock(true), Ok(Vec::new()), "done already");
    assert!(story.state().locked());
    for newcomer in [STUDENT, INTERPRETER] {
        assert_eq!(story.join(newcomer), Err(RuleError::Locked));
        let redeemed = story.redeem(newcomer, link_of(newcomer));
        assert_eq!(redeemed, Err(RuleError::Locked));
    }
    // Who waits stays, reloads, loses the network, and may be let in; who was let in comes back.
    story.join(PATIENT).unwrap();
    story.leave(PATIENT, LeaveCause::Away);
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    story.join(SON).unwrap();
    story.lock(false).unwrap();
    story.join(STUDENT).unwrap();
}

#[test]
fn only_an_admitted_practitioner_who_is_there_leads() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.join(INTERPRETER).unwrap();
    for by in [PATIENT, INTERPRETER] {
        let refused = story.tell(Command::Admit {
            seat: PATIENT,
            by: Some(by),
        });
        assert_eq!(refused.unwrap_err().code(), "forbidden");
    }
    story.leave(DOCTOR, LeaveCause::Away);
    let refused = story.lock(true);
    assert_eq!(refused, Err(RuleError::NotPresent { seat: DOCTOR }));
    assert_eq!(refused.unwrap_err().code(), "wrong_state");
}

/// From the list of the day, while she is still with somebody else.
#[test]
fn a_practitioner_lets_in_and_ends_from_outside_unless_she_was_put_out() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.leave(DOCTOR, LeaveCause::Own);
    let by = Some(DOCTOR);
    assert_eq!(
        story.admit(PATIENT).unwrap(),
        [Fact::Admitted { seat: PATIENT, by }]
    );
    assert_eq!(story.does(Command::End { by }), [Fact::Ended { by }]);
    assert_eq!(story.admit(SON), Err(RuleError::Ended));

    let mut story = Story::of_five();
    let colleague = story.does(Command::Invite(invitation(Role::Practitioner)));
    assert_eq!(colleague.len(), 1);
    let colleague = SeatId(6);
    for seat in [DOCTOR, PATIENT] {
        story.join(seat).unwrap();
    }
    story.come(colleague, 9, Pass::Link(token(9))).unwrap();
    let (seat, by) = (DOCTOR, colleague);
    story.does(Command::Remove { seat, by });
    assert_eq!(story.admit(PATIENT).unwrap_err().code(), "wrong_state");
    let end = story.tell(Command::End { by: Some(DOCTOR) });
    assert_eq!(end.unwrap_err().code(), "wrong_state");
}

#[test]
fn a_practitioner_removes_others_but_not_herself() {
    let mut story = Story::begun();
    let error = story.remove(DOCTOR).unwrap_err();
    assert_eq!(error.code(), "forbidden");
    assert_eq!(error.to_string(), "remove is for others, not for oneself");
    let error = story.remove(PATIENT).unwrap_err();
    assert_eq!(error.code(), "wrong_state");
    assert_eq!(
        error.to_string(),
        "remove is for a seat that is waiting, held or admitted, and that one is none"
    );
}
