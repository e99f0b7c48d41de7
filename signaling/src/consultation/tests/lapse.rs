use super::*;
use crate::accounts::KeyId;

const DESK: Option<SeatId> = None;

/// From when on what was booked lapses, if nothing happens in it.
fn lapses_from(story: &Story) -> Timestamp {
    story.state().lapses().unwrap()
}

/// Nothing a millisecond before its time, and then this.
#[track_caller]
fn lapses(story: &mut Story, at: Timestamp, wanted: Fact) {
    assert_eq!(lapses_from(story), at);
    let told = |now| decide(&story.state(), lapse(), now).unwrap();
    assert_eq!(told(Timestamp(at.0 - 1)), []);
    let facts: Vec<_> = told(at).into_iter().map(|event| event.fact).collect();
    assert_eq!(facts, [wanted, Fact::Ended { by: None }]);
    story.now = at;
    story.does(lapse());
    assert_eq!(story.present(), []);
    assert_eq!(story.does(lapse()), [], "over is over");
}

fn lapsed(how: Lapse) -> Fact {
    Fact::Schedule(ScheduleFact::Lapsed { how })
}

fn ends() -> Timestamp {
    at(BEGINS).ends()
}

#[test]
fn a_time_to_which_nobody_came_is_a_no_show_the_day_after() {
    let mut story = Story::booked();
    let missed = Fact::Schedule(ScheduleFact::NoShow { by: None });
    lapses(&mut story, ends().plus(DAY), missed);
    assert_eq!(story.state().phase(), Phase::NoShow);
}

#[test]
fn a_doctor_who_waited_alone_makes_it_no_less_a_no_show() {
    let mut story = Story::booked();
    story.now = BEGINS;
    story.join(DOCTOR).unwrap();
    story.leave(DOCTOR, LeaveCause::Own);
    let missed = Fact::Schedule(ScheduleFact::NoShow { by: None });
    lapses(&mut story, ends().plus(DAY), missed);
}

#[test]
fn whoever_came_and_was_not_seen_is_no_no_show() {
    for who in [PATIENT, SON] {
        let mut story = Story::booked();
        story.now = BEGINS;
        story.join(who).unwrap();
        story.leave(who, LeaveCause::Own);
        lapses(&mut story, ends().plus(DAY), lapsed(Lapse::Unseen));
        assert_eq!(story.state().phase(), Phase::Ended);
    }
    // Let in from the board, and nobody came to talk to.
    let mut story = Story::booked();
    story.now = BEGINS;
    story.join(PATIENT).unwrap();
    let (seat, by) = (PATIENT, DESK);
    story.does(Command::Admit { seat, by });
    story.leave(PATIENT, LeaveCause::Away);
    lapses(&mut story, ends().plus(DAY), lapsed(Lapse::Unseen));
}

#[test]
fn what_took_place_and_everybody_left_is_over_two_hours_after_its_end() {
    // The patient's son may have come for his father.
    for who in [PATIENT, SON] {
        let mut story = Story::booked();
        story.now = BEGINS;
        story.join(DOCTOR).unwrap();
        story.join(who).unwrap();
        story.admit(who).unwrap();
        story.leave(DOCTOR, LeaveCause::Own);
        story.leave(who, LeaveCause::Own);
        lapses(&mut story, ends().plus(2 * HOUR), lapsed(Lapse::Left));
        assert_eq!(story.state().phase(), Phase::Ended);
    }
}

#[test]
fn a_talk_beyond_its_time_is_over_two_hours_after_the_last_one_left() {
    let mut story = Story::booked();
    story.now = BEGINS;
    story.join(DOCTOR).unwrap();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    story.now = ends().plus(3 * HOUR);
    story.leave(DOCTOR, LeaveCause::Own);
    story.now = story.now.plus(HOUR);
    story.leave(PATIENT, LeaveCause::Away);
    let left = story.now;
    lapses(&mut story, left.plus(2 * HOUR), lapsed(Lapse::Left));
}

#[test]
fn while_the_log_says_that_somebody_is_there_it_is_believed_for_a_day() {
    let mut story = Story::booked();
    story.now = BEGINS;
    story.join(DOCTOR).unwrap();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    let last = story.now;
    lapses(&mut story, last.plus(DAY), lapsed(Lapse::Left));
}

#[test]
fn hospital_systems_that_look_every_day_keep_nothing_open() {
    let mut story = Story::booked();
    story.now = BEGINS;
    story.join(DOCTOR).unwrap();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    let last = story.now;
    story.now = last.plus(23 * HOUR);
    let (what, to) = (RecordKind::Encounter, KeyId(7));
    assert_eq!(story.does(Command::Disclose { what, to }).len(), 1);
    lapses(&mut story, last.plus(DAY), lapsed(Lapse::Left));
}

#[test]
fn nobody_is_missing_where_no_patient_was_invited() {
    let mut story = Story::nothing();
    story.now = BEGINS.minus(HOUR);
    let seats = [Role::Practitioner, Role::Interpreter].map(invitation);
    story.does(Command::Schedule(ScheduleCommand::Book {
        clinic: CLINIC,
        time: at(BEGINS),
        seats: seats.to_vec(),
    }));
    lapses(&mut story, ends().plus(DAY), lapsed(Lapse::Unused));
}

#[test]
fn without_a_time_a_link_opens_what_it_is_for_until_it_expires() {
    let mut story = Story::of_five();
    let expires = Timestamp(story.now.0 + 7 * 86_400_000);
    let link = link(token(7), expires);
    story.does(Command::Relink { seat: SON, link });
    lapses(&mut story, expires, lapsed(Lapse::Unused));
    // One that is revoked is no promise any more; then it is the others', which are past here.
    let mut story = Story::of_five();
    story.does(Command::Relink { seat: SON, link });
    story.does(Command::RevokeLink { seat: SON });
    let last = story.now;
    lapses(&mut story, last.plus(2 * HOUR), lapsed(Lapse::Unused));
}

#[test]
fn a_room_of_signed_tokens_is_over_a_month_after_its_last_use() {
    let mut story = Story::nothing();
    for role in [Role::Practitioner, Role::Patient] {
        story.does(Command::Invite(invitation(role)));
    }
    story.join(DOCTOR).unwrap();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    story.leave(DOCTOR, LeaveCause::Own);
    story.leave(PATIENT, LeaveCause::Own);
    let last = story.now;
    lapses(&mut story, last.plus(32 * DAY), lapsed(Lapse::Left));
}

#[test]
fn what_nobody_ended_a_practitioner_may_take_back_and_it_stays_open_for_a_while() {
    let mut story = Story::booked();
    story.now = BEGINS;
    story.join(PATIENT).unwrap();
    story.leave(PATIENT, LeaveCause::Own);
    lapses(&mut story, ends().plus(DAY), lapsed(Lapse::Unseen));
    story.does(reopen(Some(DOCTOR)));
    assert_eq!(story.state().phase(), Phase::Open);
    assert_eq!(lapses_from(&story), story.now.plus(2 * HOUR));
}

#[test]
fn what_is_over_or_never_was_does_not_lapse() {
    assert_eq!(State::default().lapses(), None);
    let mut story = Story::booked();
    story.does(cancel(CancelReason::Patient, None));
    assert_eq!(story.state().lapses(), None);
    story.now = BEGINS.plus(9 * DAY);
    assert_eq!(story.does(lapse()), []);
}
