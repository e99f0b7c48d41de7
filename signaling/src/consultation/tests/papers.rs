use super::*;

fn version(number: u32) -> PaperVersion {
    PaperVersion(number)
}

/// The doctor and the patient have met.
fn met() -> Story {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    story
}

#[test]
fn what_is_written_after_the_signature_is_an_amendment_until_it_is_signed_too() {
    let mut story = met();
    let signing = |story: &Story, number| story.state().signing(Paper::Notes, version(number));
    assert_eq!(signing(&story, 3), Signing::Draft);
    story.does(sign_off(Paper::Notes, 3, 1, DOCTOR));
    let first = Signature {
        version: version(3),
        hash: ContentHash([1; 32]),
        by: DOCTOR,
        person: 1,
        at: story.now,
    };
    assert_eq!(signing(&story, 3), Signing::Signed(first));
    assert_eq!(signing(&story, 4), Signing::Amended(first));
    story.does(sign_off(Paper::Notes, 5, 2, DOCTOR));
    assert!(matches!(signing(&story, 5), Signing::Signed(second) if second.version == version(5)));
    let summary = story.state().signing(Paper::Summary, version(5));
    assert_eq!(summary, Signing::Draft);
}

#[test]
fn what_is_signed_stays_as_it_is() {
    let mut story = met();
    story.does(sign_off(Paper::Notes, 3, 1, DOCTOR));
    let again = sign_off(Paper::Notes, 3, 1, DOCTOR);
    assert_eq!(story.does(again), [], "signed already");
    for (number, words) in [(3, 2), (2, 1)] {
        let refused = story.tell(sign_off(Paper::Notes, number, words, DOCTOR));
        let signed = version(3);
        assert_eq!(refused, Err(RuleError::SignedAlready { signed }));
        assert_eq!(refused.unwrap_err().code(), "signed_already");
    }
    let zero = story.tell(sign_off(Paper::Summary, 0, 1, DOCTOR));
    assert_eq!(zero.unwrap_err().code(), "malformed");
}

#[test]
fn a_paper_is_signed_off_so_often_and_no_more_and_the_other_one_still_is() {
    let mut story = met();
    for number in 1..=SIGNATURES_MAX {
        story.does(sign_off(Paper::Notes, number, 1, DOCTOR));
    }
    let more = story.tell(sign_off(Paper::Notes, SIGNATURES_MAX + 1, 1, DOCTOR));
    assert_eq!(more, Err(RuleError::TooManySignatures));
    story.does(sign_off(Paper::Summary, 1, 1, DOCTOR));
}

#[test]
fn practitioners_write_and_sign_and_nobody_else_does() {
    let mut story = met();
    story.join(INTERPRETER).unwrap();
    for seat in [PATIENT, INTERPRETER, SON, STUDENT] {
        let signed = story.tell(sign_off(Paper::Notes, 1, 1, seat));
        assert_eq!(signed.unwrap_err().code(), "forbidden");
        let written = may(&story.state(), seat, Action::Write);
        assert_eq!(written.unwrap_err().code(), "forbidden");
    }
    assert_eq!(may(&story.state(), DOCTOR, Action::Write), Ok(()));
}

#[test]
fn notes_are_signed_after_the_end_and_of_a_patient_who_never_came() {
    let mut story = met();
    story.does(Command::End { by: Some(DOCTOR) });
    assert_eq!(may(&story.state(), DOCTOR, Action::Write), Ok(()));
    story.does(sign_off(Paper::Notes, 1, 1, DOCTOR));
    story.does(sign_off(Paper::Summary, 1, 1, DOCTOR));
    let mut missed = Story::booked();
    missed.now = BEGINS.plus(NO_SHOW_GRACE);
    missed.does(no_show(None));
    missed.does(sign_off(Paper::Notes, 1, 1, DOCTOR));
    let refused = missed.tell(sign_off(Paper::Summary, 1, 1, DOCTOR));
    assert_eq!(refused, Err(RuleError::NotBegun));
}

#[test]
fn a_signature_is_the_persons_and_not_the_seats() {
    let mut story = met();
    story.does(sign_off(Paper::Notes, 1, 1, DOCTOR));
    story.does(transfer(DOCTOR, link(token(7), EXPIRES), Some(DOCTOR)));
    story.does(sign_off(Paper::Summary, 1, 1, DOCTOR));
    let state = story.state();
    let person = |paper| match state.signing(paper, version(1)) {
        Signing::Signed(signature) => signature.person,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        [Paper::Notes, Paper::Summary].map(person),
        [1, 2],
        "the colleague signed the summary"
    );
}
