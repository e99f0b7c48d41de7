use super::*;

fn stays(story: &Story, seat: SeatId) -> Vec<(Timestamp, Option<Timestamp>)> {
    let all = attendance(&story.log).into_iter();
    let own = all.filter(|stay| stay.seat == seat);
    own.map(|stay| (stay.from, stay.until)).collect()
}

#[test]
fn waiting_is_no_attendance_and_being_let_in_is() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    assert_eq!(stays(&story, PATIENT), []);
    story.admit(PATIENT).unwrap();
    let from = story.now;
    assert_eq!(stays(&story, PATIENT), [(from, None)]);
    story.does(Command::End { by: Some(DOCTOR) });
    assert_eq!(stays(&story, PATIENT), [(from, Some(story.now))]);
}

#[test]
fn who_takes_consent_back_is_out_of_it_until_they_agree_again() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    let first = story.now;
    story.does(withdraw(PATIENT, &[Scope::CareByVideo], Some(PATIENT)));
    let until = story.now;
    story.does(tapped(PATIENT, PATIENT, &[Scope::CareByVideo]));
    let again = [(first, Some(until)), (story.now, None)];
    assert_eq!(stays(&story, PATIENT), again);
}

#[test]
fn an_interpreter_whom_the_patient_does_not_want_is_out_of_it() {
    let mut story = Story::begun();
    story.join(INTERPRETER).unwrap();
    let from = story.now;
    story.does(withdraw(
        PATIENT,
        &[Scope::InterpreterPresent],
        Some(PATIENT),
    ));
    assert_eq!(stays(&story, INTERPRETER), [(from, Some(story.now))]);
}

#[test]
fn the_colleague_who_takes_a_seat_over_is_another_person_of_it() {
    let mut story = Story::begun();
    let colleague = link(token(77), EXPIRES);
    story.does(transfer(DOCTOR, colleague, Some(DOCTOR)));
    let until = Some(story.now);
    let pass = Pass::Link(token(77));
    story.come(DOCTOR, 78, pass).unwrap();
    let people: Vec<_> = attendance(&story.log)
        .iter()
        .map(|stay| (stay.seat, stay.person, stay.until))
        .collect();
    assert_eq!(people, [(DOCTOR, 1, until), (DOCTOR, 2, None)]);
}
