use super::*;

/// A conversation of all three, agreed to.
fn agreed() -> Story {
    let mut story = Story::begun();
    for seat in [PATIENT, INTERPRETER] {
        story.join(seat).unwrap();
    }
    let both = [Scope::CareByVideo, Scope::InterpreterPresent];
    story.does(tapped(PATIENT, PATIENT, &both));
    story.admit(PATIENT).unwrap();
    story
}

fn is_given(story: &Story, subject: SeatId, scope: Scope) -> bool {
    let state = story.state();
    matches!(
        state.consent(subject, scope),
        Some(ConsentStatus::Given { .. })
    )
}

#[test]
fn a_consent_says_who_when_to_which_words_and_to_exactly_what_was_ticked() {
    let mut story = Story::of_five();
    story.join(PATIENT).unwrap();
    let ticked = [Scope::CareByVideo, Scope::Teaching];
    story.does(tapped(PATIENT, PATIENT, &ticked));
    for scope in Scope::ALL {
        let status = story.state().consent(PATIENT, scope).cloned();
        let expected = ticked.contains(&scope).then(|| ConsentStatus::Given {
            consent: consent(PATIENT, PATIENT, &ticked),
            at: story.now,
        });
        assert_eq!(status, expected, "{scope}");
    }
    let again = tapped(PATIENT, PATIENT, &ticked);
    assert_eq!(story.does(again), [], "given already");
    // Other words are agreed to anew.
    let mut newer = consent(PATIENT, PATIENT, &ticked);
    newer.text.hash = ContentHash([2; 32]);
    assert_eq!(story.does(give(newer)).len(), 1);
}

#[test]
fn nothing_ticked_is_no_consent() {
    let mut story = Story::of_five();
    story.join(PATIENT).unwrap();
    assert!(Scopes::default().is_empty());
    let refused = story.tell(tapped(PATIENT, PATIENT, &[])).unwrap_err();
    assert_eq!(
        (refused, refused.code()),
        (RuleError::NothingTicked, "malformed")
    );
    let refused = story.tell(withdraw(PATIENT, &[], Some(PATIENT)));
    assert_eq!(refused, Err(RuleError::NothingTicked));
}

#[test]
fn withdrawing_care_by_video_ends_the_media_at_once_and_keeps_the_seat() {
    let mut story = agreed();
    assert_eq!(story.state().standing(PATIENT), Standing::Admitted);
    let care = [Scope::CareByVideo];
    story.does(withdraw(PATIENT, &care, Some(PATIENT)));
    assert_eq!(story.state().standing(PATIENT), Standing::Waiting);
    assert_eq!(story.state().standing(DOCTOR), Standing::Admitted);
    assert!(story.state().is_present(PATIENT));
    let again = withdraw(PATIENT, &care, Some(PATIENT));
    assert_eq!(story.does(again), [], "done already");
    // A reload does not bring the media back, and neither does letting in.
    let joined = story.join(PATIENT).unwrap();
    let standing = Standing::Waiting;
    assert!(matches!(joined[0], Fact::Joined { standing: as_whom, .. } if as_whom == standing));
    assert_eq!(story.state().standing(PATIENT), Standing::Waiting);
    story.does(tapped(PATIENT, PATIENT, &care));
    assert_eq!(story.state().standing(PATIENT), Standing::Admitted);
}

#[test]
fn who_does_not_consent_is_not_let_in() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.does(withdraw(PATIENT, &[Scope::CareByVideo], Some(PATIENT)));
    let refused = story.admit(PATIENT).unwrap_err();
    assert_eq!(refused, RuleError::ConsentWithdrawn { subject: PATIENT });
    assert_eq!(refused.code(), "consent_withdrawn");
    story.does(tapped(PATIENT, PATIENT, &[Scope::CareByVideo]));
    story.admit(PATIENT).unwrap();
}

#[test]
fn a_patient_who_wants_no_interpreter_or_observer_hears_and_is_heard_by_none() {
    for (who, scope) in [
        (INTERPRETER, Scope::InterpreterPresent),
        (STUDENT, Scope::ObserverPresent),
    ] {
        let mut story = Story::begun();
        story.join(who).unwrap();
        story.admit(who).unwrap();
        assert_eq!(story.state().standing(who), Standing::Admitted);
        story.does(withdraw(PATIENT, &[scope], None));
        assert_eq!(story.state().standing(who), Standing::Waiting);
        assert_eq!(story.state().standing(DOCTOR), Standing::Admitted);
        story.join(who).unwrap();
        assert_eq!(story.state().standing(who), Standing::Waiting);
        // Somebody else's wish plays no part.
        story.does(withdraw(SON, &[scope], None));
        story.join(PATIENT).unwrap();
        story.does(tapped(PATIENT, PATIENT, &[scope]));
        assert_eq!(story.state().standing(who), Standing::Admitted);
    }
}

#[test]
fn a_seat_whose_media_rests_for_want_of_consent_stays_a_persons_own() {
    let mut story = agreed();
    story.does(withdraw(PATIENT, &[Scope::CareByVideo], Some(PATIENT)));
    story.join(SON).unwrap();
    assert_eq!(story.admit(SON), Err(RuleError::Full));
    story.leave(INTERPRETER, LeaveCause::Own);
    story.admit(SON).unwrap();
    story.does(tapped(PATIENT, PATIENT, &[Scope::CareByVideo]));
    assert_eq!(story.state().standing(PATIENT), Standing::Admitted);
}

#[test]
fn the_subject_and_the_representative_consent_and_nobody_else() {
    let mut story = Story::begun();
    for seat in [PATIENT, INTERPRETER, SON] {
        story.join(seat).unwrap();
    }
    let by_son = tapped(PATIENT, SON, &[Scope::CareByVideo]);
    let refused = story.tell(by_son.clone()).unwrap_err();
    let (by, subject) = (SON, PATIENT);
    assert_eq!(refused, RuleError::NotTheirs { by, subject });
    assert_eq!(refused.code(), "forbidden");
    let by_doctor = story.tell(tapped(PATIENT, DOCTOR, &[Scope::CareByVideo]));
    assert_eq!(by_doctor.unwrap_err().code(), "forbidden");
    story.does(represent(Some(SON), Some(DOCTOR)));
    story.does(by_son);
    assert!(is_given(&story, PATIENT, Scope::CareByVideo));
    // The representative is the patient's, not everybody's.
    let for_doctor = story.tell(tapped(DOCTOR, SON, &[Scope::Recording]));
    assert_eq!(for_doctor.unwrap_err().code(), "forbidden");
    story.does(withdraw(PATIENT, &[Scope::CareByVideo], Some(SON)));
    assert!(!is_given(&story, PATIENT, Scope::CareByVideo));
    // Everybody answers for themselves: a recording has everybody's voice.
    story.does(tapped(INTERPRETER, INTERPRETER, &[Scope::Recording]));
}

#[test]
fn a_spoken_consent_is_written_down_by_a_practitioner_who_is_in() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    let care = [Scope::CareByVideo];
    let by_interpreter = story.tell(spoken(PATIENT, INTERPRETER, &care));
    assert_eq!(by_interpreter.unwrap_err().code(), "forbidden");
    let of_oneself = story.tell(spoken(DOCTOR, DOCTOR, &care));
    assert_eq!(of_oneself.unwrap_err().code(), "forbidden");
    let of_nobody = story.tell(spoken(SON, DOCTOR, &care));
    assert_eq!(of_nobody.unwrap_err().code(), "wrong_state");
    story.does(spoken(PATIENT, DOCTOR, &care));
    assert!(is_given(&story, PATIENT, Scope::CareByVideo));
    story.does(withdraw(PATIENT, &care, Some(DOCTOR)));
    assert!(!is_given(&story, PATIENT, Scope::CareByVideo));
    story.leave(DOCTOR, LeaveCause::Away);
    let refused = story.tell(spoken(PATIENT, DOCTOR, &care));
    assert_eq!(refused, Err(RuleError::NotPresent { seat: DOCTOR }));
    let refused = story.tell(withdraw(PATIENT, &care, Some(DOCTOR)));
    assert_eq!(refused, Err(RuleError::NotPresent { seat: DOCTOR }));
}

#[test]
fn whoever_read_the_text_is_there_and_is_what_they_are_said_to_be() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    let read_by = |reader| {
        give(Consent {
            reader,
            ..consent(PATIENT, PATIENT, &[Scope::CareByVideo])
        })
    };
    let absent = story.tell(read_by(Reader::Interpreter(INTERPRETER)));
    let seat = INTERPRETER;
    assert_eq!(absent, Err(RuleError::NotPresent { seat }));
    story.join(INTERPRETER).unwrap();
    story.join(SON).unwrap();
    let seat = SON;
    let not_representing = story.tell(read_by(Reader::Representative(SON)));
    assert_eq!(not_representing, Err(RuleError::NotRepresenting { seat }));
    for wrong in [
        Reader::Interpreter(SON),
        Reader::Practitioner(INTERPRETER),
        Reader::Representative(DOCTOR),
    ] {
        let refused = story.tell(read_by(wrong)).unwrap_err();
        assert_eq!(refused.code(), "wrong_state", "{wrong:?}");
    }
    story.does(represent(Some(SON), None));
    for reader in [
        Reader::Interpreter(INTERPRETER),
        Reader::Representative(SON),
        Reader::Practitioner(DOCTOR),
        Reader::Oneself,
    ] {
        assert_eq!(story.does(read_by(reader)).len(), 1, "{reader:?}");
    }
}

#[test]
fn a_refusal_counts_before_anything_was_agreed_to_and_after_the_end() {
    let mut story = Story::begun();
    story.does(withdraw(PATIENT, &[Scope::Teaching], Some(PATIENT)));
    let status = story.state().consent(PATIENT, Scope::Teaching).cloned();
    let withdrawn = ConsentStatus::Withdrawn {
        by: Some(PATIENT),
        at: story.now,
    };
    assert_eq!(status, Some(withdrawn));
    story.does(Command::End { by: None });
    story.does(withdraw(PATIENT, &[Scope::Recording], Some(PATIENT)));
    let give = story.tell(tapped(PATIENT, PATIENT, &[Scope::Recording]));
    assert_eq!(give, Err(RuleError::Ended));
    let withdraw = withdraw(PATIENT, &[Scope::Recording], None);
    let never = decide(&State::default(), withdraw, BEGINS);
    assert_eq!(never, Err(RuleError::NotOpen));
}

#[test]
fn the_next_person_of_a_seat_has_agreed_to_nothing_and_refused_nothing() {
    let mut story = agreed();
    story.does(withdraw(PATIENT, &[Scope::CareByVideo], None));
    story.does(Command::RevokeLink { seat: PATIENT });
    for scope in Scope::ALL {
        assert_eq!(story.state().consent(PATIENT, scope), None, "{scope}");
    }
}
