use super::*;

#[test]
fn a_link_opens_its_own_seat_until_its_time_is_over() {
    let mut story = Story::of_five();
    assert_eq!(story.redeem(PATIENT, link_of(PATIENT)), Ok(()));
    let other = story.redeem(PATIENT, link_of(SON));
    assert_eq!(other, Err(RuleError::LinkRevoked));
    story.now = Timestamp(EXPIRES.0 - 1);
    assert_eq!(story.redeem(PATIENT, link_of(PATIENT)), Ok(()));
    story.now = EXPIRES;
    let late = story.redeem(PATIENT, link_of(PATIENT));
    assert_eq!(late, Err(RuleError::LinkExpired { expires: EXPIRES }));
    assert_eq!(
        late.unwrap_err().to_string(),
        "the link expired at 100000 ms since 1970"
    );
}

#[test]
fn who_sits_there_comes_back_after_the_links_time() {
    let mut story = Story::of_five();
    story.join(PATIENT).unwrap();
    story.now = Timestamp(EXPIRES.0 + 1);
    assert_eq!(story.redeem(PATIENT, link_of(PATIENT)), Ok(()));
    let held = story.seat(PATIENT).resume.unwrap();
    story.leave(PATIENT, LeaveCause::Own);
    let redeemed = story.redeem(PATIENT, link_of(PATIENT));
    assert_eq!(redeemed.unwrap_err().code(), "link_expired");
    assert_eq!(may_resume(&story.state(), PATIENT, held), Ok(()));
}

#[test]
fn a_new_link_kills_the_old_one_and_moves_nobody() {
    let mut story = Story::of_five();
    story.join(PATIENT).unwrap();
    let new = link(token(7), Timestamp(200_000));
    story.does(Command::Relink {
        seat: PATIENT,
        link: new,
    });
    let old = story.redeem(PATIENT, link_of(PATIENT));
    assert_eq!(old, Err(RuleError::LinkRevoked));
    assert_eq!(story.redeem(PATIENT, token(7)), Ok(()));
    assert_eq!(story.present(), [PATIENT]);
    assert_eq!(story.admission(PATIENT), Admission::Waiting);
    assert_eq!(story.state().seats().len(), 5);
}

#[test]
fn a_revoked_seat_is_empty_and_shut_until_it_gets_a_new_link() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.admit(PATIENT).unwrap();
    let held = story.seat(PATIENT).resume.unwrap();
    let revoke = Command::RevokeLink { seat: PATIENT };
    let revoked = Fact::LinkRevoked { seat: PATIENT };
    assert_eq!(story.does(revoke.clone()), [revoked]);
    assert_eq!(story.does(revoke), [], "done already");
    assert_eq!(story.present(), [DOCTOR]);
    let refused = Err(RuleError::LinkRevoked);
    assert_eq!(story.redeem(PATIENT, link_of(PATIENT)), refused);
    assert_eq!(may_resume(&story.state(), PATIENT, held), refused);
    assert_eq!(story.join(PATIENT), Err(RuleError::LinkRevoked));
    story.does(Command::Relink {
        seat: PATIENT,
        link: link(token(7), EXPIRES),
    });
    assert_eq!(story.redeem(PATIENT, token(7)), Ok(()));
    // Whoever comes with it waits, as anybody new does.
    story.come(PATIENT, 8, Pass::Link(token(7))).unwrap();
    assert_eq!(story.admission(PATIENT), Admission::Waiting);
}

#[test]
fn a_new_link_does_not_undo_a_removal() {
    let mut story = Story::begun();
    story.join(PATIENT).unwrap();
    story.remove(PATIENT).unwrap();
    story.does(Command::RevokeLink { seat: PATIENT });
    story.does(Command::Relink {
        seat: PATIENT,
        link: link(token(7), EXPIRES),
    });
    assert_eq!(story.redeem(PATIENT, token(7)), Err(RuleError::Removed));
}

#[test]
fn revoking_the_only_practitioner_opens_the_lock_that_nobody_could_open() {
    let mut story = Story::begun();
    story.lock(true).unwrap();
    let facts = story.does(Command::RevokeLink { seat: DOCTOR });
    assert_eq!(
        facts,
        [
            Fact::LinkRevoked { seat: DOCTOR },
            Fact::Unlocked { by: None }
        ]
    );
    story.does(Command::Relink {
        seat: DOCTOR,
        link: link(token(7), EXPIRES),
    });
    story.come(DOCTOR, 8, Pass::Link(token(7))).unwrap();
    assert_eq!(story.state().standing(DOCTOR), Standing::Admitted);
}

#[test]
fn more_people_may_be_invited_up_to_eight() {
    let mut story = Story::of_five();
    for number in 6..=8 {
        let invitation = Invitation {
            role: Role::Companion,
            link: Some(link(link_of(SeatId(number)), EXPIRES)),
        };
        story.does(Command::Invite(invitation));
        assert_eq!(
            story.redeem(SeatId(number), link_of(SeatId(number))),
            Ok(())
        );
    }
    let ninth = story.tell(Command::Invite(invitation(Role::Companion)));
    assert_eq!(ninth, Err(RuleError::SeatCount { got: 9 }));
    let unknown = RuleError::UnknownSeat { seat: SeatId(9) };
    assert_eq!(story.redeem(SeatId(9), token(1)), Err(unknown));
}

#[test]
fn the_first_signed_token_opens_a_consultation_and_the_next_ones_join_it() {
    let mut story = Story::nothing();
    for (number, role) in [(1, Role::Patient), (2, Role::Practitioner)] {
        assert_eq!(story.state().next_seat(), Some(SeatId(number)));
        story.does(Command::Invite(invitation(role)));
        story.join(SeatId(number)).unwrap();
    }
    assert_eq!(story.log[0].fact, Fact::Opened { seats: Vec::new() });
    assert_eq!(story.waiting(), [SeatId(1)]);
    let practitioner = story.state().standing(SeatId(2));
    assert_eq!(practitioner, Standing::Admitted);
}

/// Of a seat that a signed token opens, the log knows no link.
#[test]
fn a_seat_without_a_link_is_opened_by_whatever_the_store_found_for_it() {
    let mut story = Story::of_five();
    story.does(Command::Invite(invitation(Role::Patient)));
    let seat = SeatId(6);
    assert_eq!(story.redeem(seat, token(1)), Ok(()));
    story.does(Command::RevokeLink { seat });
    assert_eq!(story.redeem(seat, token(1)), Err(RuleError::LinkRevoked));
}
