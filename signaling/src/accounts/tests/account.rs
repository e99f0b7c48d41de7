use super::super::account::{
    Account, Fact, FailCause, Proof, RevokeCause, Totp, Wish, decide, find_session, replay,
};
use super::super::staff::{self, Staff};
use super::*;

/// Mai's account, told commands one after another, a second apart.
struct Story {
    log: Vec<Event<Fact>>,
    now: Timestamp,
}

impl Story {
    /// Invited with token 1, until 1,000 s.
    fn invited() -> Self {
        let mut story = Self {
            log: Vec::new(),
            now: Timestamp(0),
        };
        let invitation = Some(one_time(1, 1_000_000));
        let by = Some(LAN);
        story.does(Wish::Open { invitation, by });
        story
    }

    /// She has a password and is signed in, by session 1 with token 101.
    fn signed_in() -> Self {
        let mut story = Self::invited();
        story.does(accept(1));
        story.does(sign_in(101, Proof::None));
        story
    }

    /// With a second factor, whose last step is 5, and the recovery codes 201 and 202.
    fn with_totp() -> Self {
        let mut story = Self::signed_in();
        story.does(offer(&story));
        story.does(confirm(Some(Step(5))));
        story
    }

    fn account(&self) -> Account {
        replay(&self.log)
    }

    fn tell_in(&mut self, clinic: ClinicId, wish: Wish) -> Result<Vec<Fact>, Refusal> {
        self.now.0 += 1_000;
        let events = decide(&self.account(), Command { clinic, wish }, self.now)?;
        self.log.extend(events.clone());
        Ok(events.into_iter().map(|event| event.fact).collect())
    }

    fn tell(&mut self, wish: Wish) -> Result<Vec<Fact>, Refusal> {
        self.tell_in(CLINIC, wish)
    }

    #[track_caller]
    fn does(&mut self, wish: Wish) -> Vec<Fact> {
        self.tell(wish).unwrap()
    }

    /// Which session this token is, if it is good.
    fn session(&self, token: u8, used: &[(SessionId, Timestamp)]) -> Option<u32> {
        let account = self.account();
        let found = find_session((&staff(), MAI), &account, hash(token), used, self.now);
        found.ok().map(|session| session.id.0)
    }
}

/// Of Lan, who is an administrator, and Mai.
fn staff() -> Staff {
    let fact = |fact| Event {
        at: Timestamp(0),
        fact,
    };
    let created = |account, role, by| staff::Fact::Created {
        account,
        role,
        name: name(u8::try_from(account.0).unwrap()),
        by,
    };
    staff::replay(&[
        fact(staff::Fact::Opened { clinic: CLINIC }),
        fact(created(LAN, StaffRole::Administrator, None)),
        fact(staff::Fact::Confirmed { account: LAN }),
        fact(created(MAI, StaffRole::Practitioner, Some(LAN))),
    ])
}

fn accept(invitation: u8) -> Wish {
    Wish::Accept {
        invitation: hash(invitation),
    }
}

fn sign_in(token: u8, proof: Proof) -> Wish {
    Wish::SignIn {
        generation: 0,
        token: hash(token),
        proof,
        lane: Lane::Stranger,
    }
}

fn fail(lane: Lane) -> Wish {
    let cause = FailCause::Password;
    Wish::Fail { lane, cause }
}

fn offer(story: &Story) -> Wish {
    Wish::OfferTotp {
        session: SessionId(1),
        expires: story.now.plus(TOTP_OFFER_LIFETIME),
    }
}

fn confirm(step: Option<Step>) -> Wish {
    Wish::ConfirmTotp {
        session: SessionId(1),
        step,
        codes: vec![hash(201), hash(202)],
        token: hash(102),
    }
}

fn code(step: u64) -> Proof {
    Proof::Code(Some(Step(step)))
}

#[test]
fn an_invitation_sets_one_password() {
    let mut story = Story::invited();
    assert_eq!(story.tell(accept(2)), Err(Refusal::LinkUnknown));
    story.does(accept(1));
    assert_eq!(story.tell(accept(1)), Err(Refusal::LinkUnknown));
}

#[test]
fn an_invitation_dies_by_its_time_and_by_a_newer_one() {
    let mut story = Story::invited();
    story.now = Timestamp(999_000);
    assert_eq!(story.tell(accept(1)), Err(Refusal::LinkExpired));
    let invitation = one_time(2, 9_000_000);
    let by = LAN;
    story.does(Wish::Invite { invitation, by });
    assert_eq!(story.tell(accept(1)), Err(Refusal::LinkUnknown));
    story.does(accept(2));
}

#[test]
fn a_password_set_by_invitation_ends_every_session() {
    let mut story = Story::signed_in();
    assert_eq!(story.session(101, &[]), Some(1));
    let invitation = one_time(2, 9_000_000);
    let by = LAN;
    story.does(Wish::Invite { invitation, by });
    assert_eq!(
        story.session(101, &[]),
        Some(1),
        "an invitation alone ends nothing"
    );
    story.does(accept(2));
    assert_eq!(story.session(101, &[]), None);
}

#[test]
fn a_changed_password_leaves_its_own_session_with_a_new_token() {
    let mut story = Story::signed_in();
    story.does(sign_in(102, Proof::None));
    story.does(Wish::ChangePassword {
        session: SessionId(2),
        token: hash(103),
    });
    assert_eq!(story.session(101, &[]), None, "another one");
    assert_eq!(story.session(102, &[]), None, "its own token before");
    assert_eq!(story.session(103, &[]), Some(2));
}

#[test]
fn a_second_factor_counts_once_a_right_code_was_shown() {
    let mut story = Story::signed_in();
    assert_eq!(
        story.tell(confirm(Some(Step(5)))),
        Err(Refusal::TotpNotOffered)
    );
    let offered = offer(&story);
    story.does(offered);
    story.does(sign_in(105, Proof::None));
    assert_eq!(story.tell(confirm(None)), Err(Refusal::CodeWrong));
    story.does(confirm(Some(Step(5))));
    assert_eq!(story.account().totp(), Totp::Enrolled { last: Step(5) });
    assert_eq!(
        story.tell(sign_in(103, Proof::None)),
        Err(Refusal::CodeRequired)
    );
    assert_eq!(story.session(105, &[]), None, "was begun without it");
    assert_eq!(story.session(101, &[]), None, "rotated");
    assert_eq!(story.session(102, &[]), Some(1));
    assert_eq!(story.tell(offer(&story)), Err(Refusal::TotpEnrolled));
}

#[test]
fn an_offer_that_nobody_confirms_runs_out() {
    let mut story = Story::signed_in();
    story.does(offer(&story));
    story.now = story.now.plus(TOTP_OFFER_LIFETIME);
    assert_eq!(
        story.tell(confirm(Some(Step(5)))),
        Err(Refusal::TotpNotOffered)
    );
}

#[test]
fn each_step_is_taken_once_and_none_from_before_it() {
    let mut story = Story::with_totp();
    for step in [4, 5] {
        assert_eq!(
            story.tell(sign_in(103, code(step))),
            Err(Refusal::CodeWrong)
        );
    }
    story.does(sign_in(103, code(7)));
    for step in [6, 7] {
        assert_eq!(
            story.tell(sign_in(104, code(step))),
            Err(Refusal::CodeWrong)
        );
    }
    story.does(sign_in(104, code(8)));
}

#[test]
fn a_recovery_code_works_once() {
    let mut story = Story::with_totp();
    let recover = |number| sign_in(103, Proof::Recovery(hash(number)));
    story.does(recover(201));
    assert_eq!(story.account().recovery_left(), 1);
    assert_eq!(story.tell(recover(201)), Err(Refusal::CodeWrong));
    assert_eq!(story.tell(recover(203)), Err(Refusal::CodeWrong));
    story.does(recover(202));
}

#[test]
fn a_removed_second_factor_takes_codes_and_sessions_with_it() {
    let mut story = Story::with_totp();
    story.does(Wish::RemoveTotp { by: LAN });
    assert_eq!(story.session(102, &[]), None);
    assert_eq!(story.account().recovery_left(), 0);
    story.does(sign_in(103, Proof::None));
    assert_eq!(story.does(Wish::RemoveTotp { by: LAN }), [], "done already");
}

#[test]
fn a_session_ends_when_nobody_uses_it_and_after_a_shift() {
    let mut story = Story::signed_in();
    let begun = story.now;
    let after = |span| begun.plus(span);
    let just = |time: Timestamp| Timestamp(time.0 - 1);
    story.now = just(after(SESSION_IDLE));
    assert_eq!(story.session(101, &[]), Some(1));
    story.now = after(SESSION_IDLE);
    assert_eq!(story.session(101, &[]), None);
    let used = [(SessionId(1), after(SESSION_IDLE_STEP))];
    assert_eq!(story.session(101, &used), Some(1));
    let used = [(SessionId(1), just(after(SESSION_LIFETIME)))];
    story.now = just(after(SESSION_LIFETIME));
    assert_eq!(story.session(101, &used), Some(1));
    story.now = after(SESSION_LIFETIME);
    assert_eq!(story.session(101, &used), None, "however much it was used");
}

#[test]
fn the_eleventh_session_ends_the_oldest() {
    let mut story = Story::signed_in();
    for token in 2..=10 {
        story.does(sign_in(100 + token, Proof::None));
    }
    assert_eq!(story.session(101, &[]), Some(1));
    let facts = story.does(sign_in(111, Proof::None));
    let crowded = Fact::SessionRevoked {
        session: SessionId(1),
        cause: RevokeCause::Crowded,
    };
    assert_eq!(facts[0], crowded);
    assert_eq!(story.session(101, &[]), None);
    assert_eq!(story.session(102, &[]), Some(2));
    assert_eq!(story.account().sessions().len(), SESSIONS_MAX);
}

#[test]
fn signing_out_and_revoking_end_one_session_each() {
    let mut story = Story::signed_in();
    story.does(sign_in(102, Proof::None));
    story.does(sign_in(103, Proof::None));
    let session = SessionId(1);
    assert_eq!(story.does(Wish::SignOut { session }).len(), 1);
    assert_eq!(story.does(Wish::SignOut { session }), [], "done already");
    let (session, by) = (SessionId(2), MAI);
    story.does(Wish::Revoke { session, by });
    let again = story.tell(Wish::Revoke { session, by });
    assert_eq!(again, Err(Refusal::UnknownSession));
    let alive = [101, 102, 103].map(|token| story.session(token, &[]));
    assert_eq!(alive, [None, None, Some(3)]);
}

#[test]
fn a_session_is_for_what_its_person_was_when_it_was_begun() {
    let story = Story::signed_in();
    let account = story.account();
    let good = |staff: &Staff, id| {
        let found = find_session((staff, id), &account, hash(101), &[], story.now);
        found.is_ok()
    };
    assert!(good(&staff(), MAI));
    assert!(!good(&staff(), NAM), "nobody of this clinic");
    let role = StaffRole::Coordinator;
    let (account_id, by) = (MAI, LAN);
    let acts = [
        staff::Fact::RoleChanged {
            account: account_id,
            role,
            by,
        },
        staff::Fact::Disabled {
            account: account_id,
            by,
        },
        staff::Fact::Removed {
            account: account_id,
            by,
        },
    ];
    for fact in acts {
        let at = story.now;
        let after = staff::apply(staff(), &Event { at, fact });
        assert!(!good(&after, MAI));
        let fact = staff::Fact::Enabled {
            account: account_id,
            by,
        };
        let after = staff::apply(after, &Event { at, fact });
        assert!(!good(&after, MAI), "and it stays over");
    }
    let fact = staff::Fact::Opened { clinic: ELSEWHERE };
    let elsewhere = staff::apply(
        staff(),
        &Event {
            at: story.now,
            fact,
        },
    );
    assert!(!good(&elsewhere, MAI), "another clinic's staff");
}

#[test]
fn failures_make_their_own_lane_wait() {
    let mut story = Story::invited();
    story.does(accept(1));
    for _ in 0..5 {
        story.does(fail(Lane::Stranger));
    }
    story.now.0 -= 500;
    let account = story.account();
    assert!(account.must_wait(Lane::Stranger, story.now));
    assert!(!account.must_wait(Lane::Known, story.now));
    story.now.0 -= 1_000;
    assert_eq!(story.tell(sign_in(101, Proof::None)), Err(Refusal::SignIn));
    story.now.0 -= 1_000;
    assert_eq!(
        story.does(fail(Lane::Stranger)),
        [],
        "what waits is not counted"
    );
    story.now.0 -= 1_000;
    story.does(Wish::SignIn {
        generation: 0,
        token: hash(101),
        proof: Proof::None,
        lane: Lane::Known,
    });
}

#[test]
fn another_clinics_wishes_find_no_account() {
    let mut story = Story::with_totp();
    let session = SessionId(1);
    let by = LAN;
    let wishes = [
        accept(1),
        sign_in(103, code(9)),
        fail(Lane::Stranger),
        Wish::SignOut { session },
        Wish::Revoke { session, by },
        Wish::RemoveTotp { by },
        Wish::Remove { by },
        Wish::Invite {
            invitation: one_time(5, 9_000_000),
            by,
        },
    ];
    for wish in wishes {
        let refused = story.tell_in(ELSEWHERE, wish.clone());
        assert_eq!(refused, Err(Refusal::UnknownAccount), "{wish:?}");
    }
}

#[test]
fn a_removed_account_is_over_for_good() {
    let mut story = Story::signed_in();
    story.does(Wish::Remove { by: LAN });
    assert_eq!(story.session(101, &[]), None);
    assert_eq!(story.account().clinic(), None);
    let again = sign_in(102, Proof::None);
    assert_eq!(story.tell(again), Err(Refusal::UnknownAccount));
    let (invitation, by) = (Some(one_time(3, 9_000_000)), Some(LAN));
    let opened = story.tell(Wish::Open { invitation, by });
    assert_eq!(opened, Err(Refusal::NameTaken));
}
