//! What somebody tries who must not get in.

use std::time::Duration;

use futures_util::future::join_all;

use super::world::{PASSWORD, World, code, profile};
use super::*;
use crate::opaque::LinkToken;

const LANS_NAME: &str = "lan@benhvien.vn";
const MAIS_NAME: &str = "mai@benhvien.vn";

/// Enrols a second factor for Lan and signs her in by it; her secret and her codes on paper.
async fn with_totp(world: &World) -> (SignedIn, TotpSecret, Vec<RecoveryCode>) {
    world.administrator(CLINIC).await;
    let welcome = world.sign_in(CLINIC, LANS_NAME).await.unwrap();
    let lan = world.accounts.who(&welcome.token).await.unwrap();
    let secret = world.accounts.offer_totp(&lan).await.unwrap();
    let code = secret.code(Step::at(world.now()));
    let (welcome, codes) = world.accounts.confirm_totp(&lan, &code).await.unwrap();
    let lan = world.accounts.who(&welcome.token).await.unwrap();
    (lan, secret, codes)
}

#[tokio::test(start_paused = true)]
async fn who_works_here_cannot_be_told_from_answers_work_or_time() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let mai = world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    let newcomer = Newcomer {
        profile: profile("Nam", "invited@benhvien.vn"),
        role: StaffRole::Coordinator,
    };
    world.accounts.create(&lan, newcomer).await.unwrap();
    world
        .newcomer(&lan, StaffRole::Coordinator, "waits@benhvien.vn")
        .await;
    for number in 0..5 {
        world.guess("waits@benhvien.vn", number).await;
    }
    world.accounts.disable(&lan, mai).await.unwrap();
    let right = |name: &str| world.attempt(CLINIC, name);
    let wrong = |name: &str| Attempt {
        password: "mật khẩu sai".to_owned(),
        ..right(name)
    };
    let long = Attempt {
        password: "x".repeat(100_000),
        ..right(LANS_NAME)
    };
    let elsewhere = world.attempt(ELSEWHERE, LANS_NAME);
    let cases = [
        ("nobody's name", wrong("nobody@benhvien.vn")),
        ("no name at all", wrong("?\u{7}")),
        ("a wrong password", wrong(LANS_NAME)),
        ("a password of 100 kB", long),
        ("another clinic", elsewhere),
        ("disabled, right password", right(MAIS_NAME)),
        ("no password yet", right("invited@benhvien.vn")),
        ("has to wait, right password", right("waits@benhvien.vn")),
    ];
    let mut answers = Vec::new();
    for (who, attempt) in cases {
        let (made, began) = (
            world.accounts.passwords().made(),
            tokio::time::Instant::now(),
        );
        let error = world.accounts.sign_in(attempt).await.unwrap_err();
        assert_eq!(error.code(), "sign_in_failed", "{who}");
        assert_eq!(world.accounts.passwords().made() - made, 1, "{who}");
        assert_eq!(began.elapsed(), Duration::from_secs(1), "{who}");
        answers.push(error.to_string());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn a_session_is_never_one_that_somebody_else_prepared() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let first = world.sign_in(CLINIC, LANS_NAME).await.unwrap();
    let second = world.sign_in(CLINIC, LANS_NAME).await.unwrap();
    assert_ne!(
        first.token, second.token,
        "each sign-in has a token of its own"
    );
    let prepared = SessionToken::new([7; 32]);
    assert_eq!(code(world.accounts.who(&prepared).await), "session_unknown");
    // What a thief had before the password or the second factor changed is worth nothing after.
    let who = world.accounts.who(&second.token).await.unwrap();
    let changed = world
        .accounts
        .change_password(&who, PASSWORD, "mưa chiều tím");
    let changed = changed.await.unwrap();
    for stolen in [&first, &second] {
        assert_eq!(
            code(world.accounts.who(&stolen.token).await),
            "session_unknown"
        );
    }
    let now = world.accounts.who(&changed.token).await.unwrap();
    assert_eq!(now.session, who.session);
    assert!(
        !second.csrf.matches(&changed.csrf.text()),
        "nor its CSRF token"
    );
    let secret = world.accounts.offer_totp(&now).await.unwrap();
    let shown = secret.code(Step::at(world.now()));
    let (enrolled, _) = world.accounts.confirm_totp(&now, &shown).await.unwrap();
    assert_eq!(
        code(world.accounts.who(&changed.token).await),
        "session_unknown"
    );
    assert_eq!(world.accounts.who(&enrolled.token).await.unwrap(), now);
    assert_eq!(lan.account, now.account);
}

#[tokio::test]
async fn other_rights_end_what_was_begun_with_the_old_ones() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let mai = world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    let signed_in = async || world.sign_in(CLINIC, MAIS_NAME).await.unwrap().token;
    let alive = async |token| code(world.accounts.who(token).await) == "ok";
    let token = signed_in().await;
    assert!(alive(&token).await);
    let role = StaffRole::Practitioner;
    world.accounts.change_role(&lan, mai, role).await.unwrap();
    assert!(!alive(&token).await);
    let token = signed_in().await;
    world.accounts.disable(&lan, mai).await.unwrap();
    assert!(!alive(&token).await);
    world.accounts.enable(&lan, mai).await.unwrap();
    assert!(!alive(&token).await, "being enabled again revives nothing");
    assert!(alive(&signed_in().await).await);
}

#[tokio::test(start_paused = true)]
async fn a_code_of_the_second_factor_works_once() {
    let world = World::new();
    let (_, secret, _) = with_totp(&world).await;
    let at = |world: &World| secret.code(Step::at(world.now()));
    let enrolled_with = SecondFactor::Code(at(&world));
    let replayed = world.sign_in_with(LANS_NAME, enrolled_with).await;
    assert_eq!(code(replayed), "code_wrong");
    world.pass(Duration::from_secs(30));
    let shown = SecondFactor::Code(at(&world));
    world.sign_in_with(LANS_NAME, shown.clone()).await.unwrap();
    assert_eq!(
        code(world.sign_in_with(LANS_NAME, shown).await),
        "code_wrong"
    );
    let without = world.sign_in(CLINIC, LANS_NAME).await;
    assert_eq!(code(without), "code_required");
    // Of two with one code at once, one gets in.
    world.pass(Duration::from_secs(30));
    let shown = || world.sign_in_with(LANS_NAME, SecondFactor::Code(at(&world)));
    let (one, two) = tokio::join!(shown(), shown());
    assert!(one.is_ok() != two.is_ok());
}

#[tokio::test]
async fn a_recovery_code_works_once_and_only_for_its_own_account() {
    let world = World::new();
    let (_, _, codes) = with_totp(&world).await;
    assert_eq!(codes.len(), RECOVERY_CODES);
    let recover =
        |code: &RecoveryCode| world.sign_in_with(LANS_NAME, SecondFactor::Recovery(code.clone()));
    recover(&codes[0]).await.unwrap();
    assert_eq!(code(recover(&codes[0]).await), "code_wrong");
    let strange = RecoveryCode::from_bytes([9; 12]);
    assert_eq!(code(recover(&strange).await), "code_wrong");
    recover(&codes[1]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn wrong_codes_make_wait_as_wrong_passwords_do() {
    let world = World::new();
    with_totp(&world).await;
    let wrong = || {
        let code = TotpCode::parse("000000").unwrap();
        world.sign_in_with(LANS_NAME, SecondFactor::Code(code))
    };
    for _ in 0..5 {
        assert_eq!(code(wrong().await), "code_wrong");
    }
    assert_eq!(code(wrong().await), "sign_in_failed");
}

#[tokio::test]
async fn an_administrator_helps_who_lost_the_telephone() {
    let world = World::new();
    let (lan, ..) = with_totp(&world).await;
    world.accounts.remove_totp(&lan, lan.account).await.unwrap();
    world.sign_in(CLINIC, LANS_NAME).await.unwrap();
    let store = super::world::account_store(&world.store);
    let stored = store.load(lan.account).await.unwrap().unwrap();
    assert_eq!((stored.totp, stored.offered), (None, None));
    // Nor is one left that was offered and never confirmed: it could be, later.
    let welcome = world.sign_in(CLINIC, LANS_NAME).await.unwrap();
    let lan = world.accounts.who(&welcome.token).await.unwrap();
    world.accounts.offer_totp(&lan).await.unwrap();
    world.accounts.remove_totp(&lan, lan.account).await.unwrap();
    let stored = store.load(lan.account).await.unwrap().unwrap();
    assert_eq!((stored.totp, stored.offered), (None, None));
}

#[tokio::test]
async fn spent_replaced_and_late_links_open_nothing() {
    let world = World::new();
    let accounts = &world.accounts;
    let lan = world.administrator(CLINIC).await;
    let newcomer = Newcomer {
        profile: profile("Mai", MAIS_NAME),
        role: StaffRole::Interpreter,
    };
    let (mai, first) = accounts.create(&lan, newcomer).await.unwrap();
    let second = accounts.invite(&lan, mai).await.unwrap();
    assert_eq!(
        code(accounts.accept(&first, PASSWORD).await),
        "link_unknown"
    );
    let short = accounts.accept(&second, "ngắn").await;
    assert_eq!(code(short), "password_length", "which spends nothing");
    accounts.accept(&second, PASSWORD).await.unwrap();
    let made = accounts.passwords().made();
    assert_eq!(
        code(accounts.accept(&second, PASSWORD).await),
        "link_unknown"
    );
    let unknown = LinkToken::from_bytes([1; 16]);
    assert_eq!(
        code(accounts.accept(&unknown, PASSWORD).await),
        "link_unknown"
    );
    let third = accounts.invite(&lan, mai).await.unwrap();
    world.pass(INVITATION_LIFETIME);
    assert_eq!(
        code(accounts.accept(&third, PASSWORD).await),
        "link_expired"
    );
    assert_eq!(
        accounts.passwords().made(),
        made,
        "none of them costs a hash"
    );
}

#[tokio::test]
async fn nobody_reaches_into_another_clinic() {
    let world = World::new();
    let accounts = &world.accounts;
    let lan = world.administrator(CLINIC).await;
    let there = world.administrator(ELSEWHERE).await;
    let mai = world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    world.sign_in(CLINIC, MAIS_NAME).await.unwrap();
    let session = SessionId(1);
    let role = StaffRole::Administrator;
    for refused in [
        accounts.change_role(&there, mai, role).await,
        accounts.disable(&there, mai).await,
        accounts.enable(&there, mai).await,
        accounts.remove(&there, mai).await,
        accounts.remove_totp(&there, mai).await,
        accounts.revoke(&there, mai, session).await,
        accounts.invite(&there, mai).await.map(|_link| ()),
    ] {
        assert_eq!(code(refused), "account_unknown");
    }
    // One person at two clinics is two accounts.
    assert_ne!(lan.account, there.account);
    let key = accounts.make_key(&lan, [].into()).await.unwrap();
    assert_eq!(
        code(accounts.revoke_key(&there, key.id).await),
        "key_unknown"
    );
    assert!(accounts.keys(&there).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_is_no_administrator_administers_nothing() {
    let world = World::new();
    let accounts = &world.accounts;
    let lan = world.administrator(CLINIC).await;
    world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    let welcome = world.sign_in(CLINIC, MAIS_NAME).await.unwrap();
    let mai = accounts.who(&welcome.token).await.unwrap();
    let role = StaffRole::Administrator;
    for refused in [
        accounts.change_role(&mai, mai.account, role).await,
        accounts.disable(&mai, lan.account).await,
        accounts.remove(&mai, lan.account).await,
        accounts.remove_totp(&mai, lan.account).await,
        accounts.revoke(&mai, lan.account, lan.session).await,
        accounts.invite(&mai, lan.account).await.map(|_link| ()),
        accounts.make_key(&mai, [].into()).await.map(|_key| ()),
        accounts.keys(&mai).await.map(|_keys| ()),
    ] {
        assert_eq!(code(refused), "forbidden");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stranger_who_keeps_guessing_never_locks_the_person_out() {
    let world = World::new();
    world.administrator(CLINIC).await;
    let welcome = world.sign_in(CLINIC, LANS_NAME).await.unwrap();
    let device = welcome.device.unwrap();
    for number in 0..50 {
        world.guess(LANS_NAME, number).await;
        world.pass(Duration::from_mins(15));
    }
    world.guess(LANS_NAME, 99).await;
    let elsewhere = world.sign_in(CLINIC, LANS_NAME).await;
    assert_eq!(
        code(elsewhere),
        "sign_in_failed",
        "from a new device she waits"
    );
    let at_her_desk = Attempt {
        device: Some(device),
        ..world.attempt(CLINIC, LANS_NAME)
    };
    let welcome = world.accounts.sign_in(at_her_desk).await.unwrap();
    assert_eq!(welcome.device, None, "it is known already");
    world.pass(Duration::from_mins(15));
    world.sign_in(CLINIC, LANS_NAME).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_guesses_counts_as_if_they_came_one_by_one() {
    let world = World::new();
    world.administrator(CLINIC).await;
    let guesses = (0..40).map(|number| world.guess(LANS_NAME, number));
    let late = async {
        tokio::task::yield_now().await;
        code(world.sign_in(CLINIC, LANS_NAME).await)
    };
    let (answers, _) = tokio::join!(join_all(guesses), late);
    assert!(answers.iter().all(|answer| *answer == "sign_in_failed"));
    let right = world.sign_in(CLINIC, LANS_NAME).await;
    assert_eq!(code(right), "sign_in_failed", "the lane has to wait");
    let store = super::world::account_store(&world.store);
    let name = AccountSecret::new([5; 32]).sign_in_name(CLINIC, &sign_in_name(LANS_NAME));
    let (_, lan) = store.find_name(name).await.unwrap().unwrap();
    let events = store.load(lan).await.unwrap().unwrap().events;
    let is_failure = |event: &&Event<super::super::account::Fact>| {
        matches!(event.fact, super::super::account::Fact::SignInFailed { .. })
    };
    let failures = events.iter().filter(is_failure).count();
    assert!((5..=10).contains(&failures), "{failures}");
}

#[tokio::test(start_paused = true)]
async fn one_address_that_tries_many_names_is_told_to_wait() {
    let world = World::new();
    let mut codes = Vec::new();
    for number in 0..31 {
        let name = format!("staff-{number}");
        codes.push(code(world.sign_in(CLINIC, &name).await));
    }
    assert_eq!(codes[29..], ["sign_in_failed", "rate_limited"]);
    world.pass(SIGN_INS.every);
    let later = world.sign_in(CLINIC, "staff-1").await;
    assert_eq!(code(later), "sign_in_failed");
}

/// Behind a proxy on this machine everybody has its address, and the proxy is the one to count.
#[tokio::test(start_paused = true)]
async fn a_proxy_on_this_machine_is_not_taken_for_one_address() {
    let world = World::new();
    for number in 0..40 {
        let attempt = Attempt {
            address: std::net::Ipv4Addr::LOCALHOST.into(),
            ..world.attempt(CLINIC, &format!("nobody{number}@benhvien.vn"))
        };
        assert_eq!(
            code(world.accounts.sign_in(attempt).await),
            "sign_in_failed"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_current_password_changes_nothing_and_counts() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let change = |current| {
        world
            .accounts
            .change_password(&lan, current, "mưa chiều tím")
    };
    for _ in 0..5 {
        assert_eq!(code(change("sai mật khẩu").await), "sign_in_failed");
    }
    let made = world.accounts.passwords().made();
    assert_eq!(
        code(change(PASSWORD).await),
        "sign_in_failed",
        "has to wait"
    );
    assert_eq!(world.accounts.passwords().made(), made);
    world.pass(Duration::from_mins(15));
    change(PASSWORD).await.unwrap();
}

#[tokio::test]
async fn whoever_has_the_store_alone_reads_nobodys_name() {
    let world = World::new();
    with_totp(&world).await;
    let other = super::super::AesSealer::new([9; 32]).unwrap();
    let stolen = world.store.accounts(std::sync::Arc::new(other));
    let name = AccountSecret::new([5; 32]).sign_in_name(CLINIC, &sign_in_name(LANS_NAME));
    let (_, lan) = stolen.find_name(name).await.unwrap().unwrap();
    let refused = stolen.load(lan).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .ends_with("cannot be read: a sealed record")
    );
    // And without the secret not even which account is whose.
    let guessed = AccountSecret::new([9; 32]).sign_in_name(CLINIC, &sign_in_name(LANS_NAME));
    assert_eq!(stolen.find_name(guessed).await.unwrap(), None);
}
