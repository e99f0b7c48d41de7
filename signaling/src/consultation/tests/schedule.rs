use super::*;

fn phase(story: &Story) -> Phase {
    story.state().phase()
}

/// The doctor and the patient have met, and half an hour later the doctor ends it.
fn ended() -> Story {
    let mut story = Story::booked();
    story.now = BEGINS;
    story.join(DOCTOR).unwrap();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    story.does(Command::End { by: Some(DOCTOR) });
    story
}

#[test]
fn a_booked_time_goes_from_scheduled_to_open_to_in_progress_to_ended() {
    let mut story = Story::booked();
    assert_eq!(phase(&story), Phase::Scheduled);
    assert_eq!(story.state().time(), Some(at(BEGINS)));
    story.join(PATIENT).unwrap();
    assert_eq!(phase(&story), Phase::Open, "the first who comes opens it");
    story.join(DOCTOR).unwrap();
    assert_eq!(phase(&story), Phase::Open);
    assert_eq!(story.state().begun(), None);
    story.admit(PATIENT).unwrap();
    assert_eq!(phase(&story), Phase::InProgress);
    assert_eq!(story.state().begun(), Some(story.now));
    story.leave(PATIENT, LeaveCause::Away);
    assert_eq!(phase(&story), Phase::InProgress, "a lost link ends nothing");
    story.does(Command::End { by: Some(DOCTOR) });
    assert_eq!(phase(&story), Phase::Ended);
}

#[test]
fn a_booked_time_counts_as_open_half_an_hour_before_it_begins() {
    let state = Story::booked().state();
    let opens = BEGINS.minus(OPENS_BEFORE);
    let before = Timestamp(opens.0 - 1);
    assert_eq!(state.phase_at(before), Phase::Scheduled);
    assert_eq!(state.phase_at(opens), Phase::Open);
    assert_eq!(state.phase(), Phase::Scheduled);
}

#[test]
fn what_was_opened_without_a_time_is_open_and_cannot_be_moved_called_off_or_missed() {
    let mut story = Story::begun();
    assert_eq!(phase(&story), Phase::Open);
    let by = Some(DOCTOR);
    for command in [
        reschedule(story.now.plus(HOUR), by),
        cancel(CancelReason::Other, by),
        no_show(by),
    ] {
        let refused = story.tell(command).unwrap_err();
        assert_eq!(refused, RuleError::NotBooked);
        assert_eq!(refused.code(), "not_booked");
    }
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    assert_eq!(phase(&story), Phase::InProgress);
}

#[test]
fn a_link_of_a_booked_time_lasts_until_its_end_whatever_was_asked_for() {
    let mut story = Story::booked();
    let ends = at(BEGINS).ends();
    let expires = |story: &Story, seat| story.seat(seat).link.unwrap().expires;
    assert_eq!(expires(&story, PATIENT), ends);
    let short = link(token(7), EXPIRES);
    story.does(Command::Relink {
        seat: PATIENT,
        link: short,
    });
    story.does(Command::Invite(Invitation {
        role: Role::Companion,
        link: Some(link(token(8), EXPIRES)),
    }));
    story.does(transfer(DOCTOR, link(token(9), EXPIRES), None));
    let later = link(token(10), ends.plus(DAY));
    story.does(Command::Relink {
        seat: SON,
        link: later,
    });
    for seat in [DOCTOR, PATIENT, SeatId(6)] {
        assert_eq!(expires(&story, seat), ends, "{seat}");
    }
    assert_eq!(expires(&story, SON), ends.plus(DAY), "longer is fine");
}

#[test]
fn invitations_move_with_the_time_and_stay_the_same_links() {
    let mut story = Story::booked();
    let links = |story: &Story| -> Vec<_> {
        let seats = story.state().seats().to_vec();
        seats.into_iter().map(|seat| seat.link.unwrap()).collect()
    };
    // The son's is good for a day longer, and stays so.
    let longer = link(link_of(SON), at(BEGINS).ends().plus(DAY));
    story.does(Command::Relink {
        seat: SON,
        link: longer,
    });
    let before = links(&story);
    for begins in [BEGINS.plus(DAY), BEGINS.minus(MINUTE)] {
        story.does(reschedule(begins, None));
        assert_eq!(story.state().time(), Some(at(begins)));
        for (old, new) in before.iter().zip(links(&story)) {
            assert_eq!(new.hash, old.hash);
            let beyond = old.expires.0 - BEGINS.0;
            assert_eq!(new.expires.0 - begins.0, beyond);
        }
    }
    assert_eq!(story.redeem(PATIENT, link_of(PATIENT)), Ok(()));
    let again = reschedule(BEGINS.minus(MINUTE), Some(DOCTOR));
    assert_eq!(story.does(again), [], "it is then already");
}

#[test]
fn a_longer_time_takes_the_links_with_it() {
    let mut story = Story::booked();
    let time = BookedTime {
        begins: BEGINS,
        length: LENGTH_MAX,
    };
    story.does(Command::Schedule(ScheduleCommand::Reschedule {
        time,
        by: None,
    }));
    assert_eq!(story.seat(PATIENT).link.unwrap().expires, time.ends());
}

#[test]
fn who_came_to_the_old_time_and_went_has_not_come_to_the_new_one() {
    let mut story = Story::booked();
    story.join(PATIENT).unwrap();
    story.join(SON).unwrap();
    story.leave(PATIENT, LeaveCause::Away);
    story.does(late(Some(Minutes(10)), None));
    story.does(reschedule(BEGINS.plus(DAY), None));
    assert_eq!(phase(&story), Phase::Open, "the son is there");
    assert_eq!(story.waiting(), [SON]);
    assert_eq!(story.state().late(), None);
    story.leave(SON, LeaveCause::Own);
    story.does(reschedule(BEGINS.plus(DAY).plus(DAY), None));
    assert_eq!(phase(&story), Phase::Scheduled);
}

#[test]
fn a_time_too_short_too_long_too_long_ago_or_too_far_ahead_is_refused_by_its_numbers() {
    let book = |begins, length| {
        let time = BookedTime { begins, length };
        let seats = story_seats();
        let command = Command::Schedule(ScheduleCommand::Book {
            clinic: CLINIC,
            time,
            seats,
        });
        decide(&State::default(), command, BEGINS)
    };
    for (minutes, fine) in [(4, false), (5, true), (240, true), (241, false)] {
        assert_eq!(book(BEGINS, Minutes(minutes)).is_ok(), fine, "{minutes}");
    }
    let error = book(BEGINS, Minutes(0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an appointment takes 5 min to 240 min, got 0 min"
    );
    assert_eq!(error.code(), "malformed");
    let (first, last) = (BEGINS.minus(BOOKED_LATE_MAX), BEGINS.plus(BOOKED_AHEAD_MAX));
    for (begins, fine) in [
        (Timestamp(first.0 - 1), false),
        (first, true),
        (last, true),
        (Timestamp(last.0 + 1), false),
    ] {
        assert_eq!(book(begins, Minutes(30)).is_ok(), fine, "{begins:?}");
    }
    let error = book(Timestamp(5), Minutes(30)).unwrap_err();
    let words = format!(
        "an appointment begins from {} to {} ms since 1970, got 5",
        first.0, last.0
    );
    assert_eq!(error.to_string(), words);
    let mut story = Story::booked();
    let refused = story.tell(reschedule(Timestamp(5), None)).unwrap_err();
    assert_eq!(refused.code(), "malformed");
}

#[test]
fn what_is_booked_or_open_is_not_booked_again() {
    for mut story in [Story::booked(), Story::of_five()] {
        let seats = story_seats();
        let time = at(story.now);
        let book = Command::Schedule(ScheduleCommand::Book {
            clinic: CLINIC,
            time,
            seats,
        });
        assert_eq!(story.tell(book), Err(RuleError::AlreadyOpen));
    }
    let time = at(BEGINS);
    for got in [1, 9] {
        let seats = vec![invitation(Role::Patient); got];
        let book = Command::Schedule(ScheduleCommand::Book {
            clinic: CLINIC,
            time,
            seats,
        });
        let refused = decide(&State::default(), book, BEGINS);
        assert_eq!(refused, Err(RuleError::SeatCount { got }));
    }
}

#[test]
fn what_is_cancelled_keeps_its_record_and_tells_its_links_so() {
    let mut story = Story::booked();
    story.join(PATIENT).unwrap();
    story.does(cancel(CancelReason::Practitioner, None));
    assert_eq!(phase(&story), Phase::Cancelled);
    assert_eq!(story.present(), []);
    let end = story.state().end().unwrap();
    assert_eq!(end.kind, EndKind::Cancelled(CancelReason::Practitioner));
    assert_eq!(story.state().seats().len(), 5);
    let refused = story.join(PATIENT).unwrap_err();
    assert_eq!(
        (refused, refused.code()),
        (RuleError::Cancelled, "cancelled")
    );
    let again = cancel(CancelReason::Other, None);
    assert_eq!(story.does(again), [], "done already");
    assert_eq!(story.does(Command::End { by: None }), [], "over already");
    // What keeps ended consultations for a time looks for this fact.
    assert_eq!(story.log.last().unwrap().fact, Fact::Ended { by: None });
}

#[test]
fn what_has_begun_is_ended_and_neither_moved_nor_called_off_nor_missed() {
    let mut story = Story::booked();
    story.now = BEGINS.plus(NO_SHOW_GRACE);
    story.join(DOCTOR).unwrap();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    for command in [
        reschedule(BEGINS.plus(DAY), Some(DOCTOR)),
        cancel(CancelReason::Patient, None),
        no_show(None),
        late(Some(Minutes(10)), Some(DOCTOR)),
    ] {
        let refused = story.tell(command).unwrap_err();
        assert_eq!(refused.code(), "wrong_state");
        assert!(refused.to_string().ends_with("this one is in progress"));
    }
}

#[test]
fn an_appointment_is_missed_only_after_the_grace_and_only_if_nobody_of_the_patient_came() {
    let mut story = Story::booked();
    // The doctor is there, and waits.
    story.join(DOCTOR).unwrap();
    let from = BEGINS.plus(NO_SHOW_GRACE);
    story.now = Timestamp(from.0 - 1_001);
    let refused = story.tell(no_show(Some(DOCTOR))).unwrap_err();
    assert_eq!(
        (refused, refused.code()),
        (RuleError::TooEarly { from }, "too_early")
    );
    let mut came = Story {
        log: story.log.clone(),
        now: from,
    };
    came.join(SON).unwrap();
    came.leave(SON, LeaveCause::Own);
    let refused = came.tell(no_show(Some(DOCTOR)));
    assert_eq!(refused, Err(RuleError::SomebodyCame { seat: SON }));
    story.does(no_show(Some(DOCTOR)));
    assert_eq!(phase(&story), Phase::NoShow);
    assert_eq!(story.does(no_show(None)), [], "done already");
    let refused = story.join(PATIENT).unwrap_err();
    assert_eq!((refused, refused.code()), (RuleError::NoShow, "no_show"));
}

#[test]
fn nobody_fails_to_come_where_no_patient_is_invited() {
    let mut story = Story::nothing();
    story.now = BEGINS;
    let seats = vec![invitation(Role::Practitioner); 2];
    let time = at(BEGINS);
    story.does(Command::Schedule(ScheduleCommand::Book {
        clinic: CLINIC,
        time,
        seats,
    }));
    story.now = BEGINS.plus(HOUR);
    assert_eq!(story.tell(no_show(None)), Err(RuleError::NobodyExpected));
}

#[test]
fn an_end_is_taken_back_within_ten_minutes_and_everybody_comes_back_as_they_were() {
    let mut story = ended();
    let end = story.state().end().unwrap();
    story.now = Timestamp(end.at.plus(REOPEN_GRACE).0 - 1_001);
    story.does(reopen(Some(DOCTOR)));
    assert_eq!(story.does(reopen(Some(DOCTOR))), [], "done already");
    assert_eq!(phase(&story), Phase::InProgress);
    assert_eq!(story.state().end(), None);
    for seat in [PATIENT, DOCTOR] {
        let held = Pass::Resume(story.seat(seat).resume.unwrap());
        story.come(seat, 77, held).unwrap();
        assert_eq!(story.state().standing(seat), Standing::Admitted);
    }
}

#[test]
fn an_end_is_final_after_ten_minutes() {
    let mut story = ended();
    let until = story.state().end().unwrap().at.plus(REOPEN_GRACE);
    story.now = Timestamp(until.0 - 1_000);
    let refused = story.tell(reopen(Some(DOCTOR))).unwrap_err();
    assert_eq!(refused, RuleError::TooLate { until });
    assert_eq!(refused.code(), "too_late");
}

#[test]
fn a_mistaken_cancellation_and_a_late_patient_are_taken_back_too() {
    let mut story = Story::booked();
    story.does(cancel(CancelReason::Mistake, Some(DOCTOR)));
    story.does(reopen(None));
    assert_eq!(phase(&story), Phase::Scheduled);
    story.now = BEGINS.plus(NO_SHOW_GRACE);
    story.does(no_show(Some(DOCTOR)));
    story.does(reopen(Some(DOCTOR)));
    story.join(PATIENT).unwrap();
    assert_eq!(phase(&story), Phase::Open);
}

#[test]
fn only_the_clinic_takes_back_what_the_clinic_ended_and_no_patient_takes_back_anything() {
    let mut story = Story::booked();
    story.does(cancel(CancelReason::Other, None));
    let refused = story.tell(reopen(Some(DOCTOR))).unwrap_err();
    assert_eq!(
        (refused, refused.code()),
        (RuleError::EndedByClinic, "forbidden")
    );
    let refused = story.tell(reopen(Some(PATIENT)));
    assert_eq!(refused, Err(RuleError::Cancelled));
    story.does(reopen(None));
    let never = decide(&State::default(), reopen(None), BEGINS);
    assert_eq!(never, Err(RuleError::NotOpen));
}

#[test]
fn who_waited_when_it_was_ended_has_the_same_place_when_it_is_taken_back() {
    let mut story = Story::booked();
    for seat in [DOCTOR, SON, PATIENT] {
        story.join(seat).unwrap();
    }
    let waiting = story.waiting();
    story.does(Command::End { by: Some(DOCTOR) });
    assert_eq!(story.waiting(), []);
    story.does(reopen(Some(DOCTOR)));
    assert_eq!(story.waiting(), waiting);
}

#[test]
fn endless_changes_are_refused_and_calling_off_is_not() {
    let mut state = Story::booked().state();
    state.changes = CHANGES_MAX;
    let tell = |command| decide(&state, command, BEGINS);
    for command in [
        reschedule(BEGINS.plus(DAY), None),
        priority(Some(PriorityClass::Merit), None),
        late(Some(Minutes(5)), None),
        transfer(DOCTOR, link(token(7), EXPIRES), None),
        represent(Some(SON), None),
        sign_off(Paper::Notes, 1, 1, DOCTOR),
    ] {
        let refused = tell(command).unwrap_err();
        assert_eq!(refused, RuleError::TooManyChanges);
        assert_eq!(refused.code(), "rate_limited");
    }
    tell(withdraw(PATIENT, &Scope::ALL, None)).unwrap();
    tell(cancel(CancelReason::Other, None)).unwrap();
}
