//! A day of a clinic's people, as the server does it.

use std::collections::BTreeSet;
use std::time::Duration;

use super::world::{PASSWORD, World, code, profile};
use super::*;

const MAIS_NAME: &str = "mai@benhvien.vn";

#[tokio::test]
async fn a_clinic_begins_with_a_link_and_goes_on_by_invitation() {
    let world = World::new();
    let accounts = &world.accounts;
    assert!(!accounts.has_administrator(CLINIC).await.unwrap());
    let lan = world.administrator(CLINIC).await;
    assert_eq!(lan.role, StaffRole::Administrator);
    assert!(accounts.has_administrator(CLINIC).await.unwrap());
    let again = accounts.offer_first(CLINIC).await;
    assert_eq!(code(again), "administrator_exists");
    let mai = world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    let welcome = world.sign_in(CLINIC, "MAI@benhvien.vn").await.unwrap();
    let who = accounts.who(&welcome.token).await.unwrap();
    assert_eq!((who.account, who.role), (mai, StaffRole::Coordinator));
    accounts.sign_out(&who).await.unwrap();
    assert_eq!(code(accounts.who(&welcome.token).await), "session_unknown");
}

#[tokio::test]
async fn a_name_is_one_persons_even_if_two_ask_for_it_at_once() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    let newcomer = || Newcomer {
        profile: profile("Mai", MAIS_NAME),
        role: StaffRole::Interpreter,
    };
    let taken = world.accounts.create(&lan, newcomer()).await;
    assert_eq!(code(taken), "name_taken");
    let other = || Newcomer {
        profile: profile("Nam", "nam@benhvien.vn"),
        role: StaffRole::Interpreter,
    };
    let accounts = &world.accounts;
    let logs = async || world.store.audit(None).await.unwrap().logs;
    let before = logs().await;
    let (one, two) = tokio::join!(
        accounts.create(&lan, other()),
        accounts.create(&lan, other())
    );
    assert!(one.is_ok() != two.is_ok());
    assert_eq!(logs().await, before + 1, "nothing is left of the other one");
    let (_, link) = one.or(two).unwrap();
    accounts.accept(&link, PASSWORD).await.unwrap();
    world.sign_in(CLINIC, "nam@benhvien.vn").await.unwrap();
}

#[tokio::test]
async fn of_two_who_take_the_first_link_at_once_one_is_administrator() {
    let world = World::new();
    let link = world.accounts.offer_first(CLINIC).await.unwrap();
    let first = |name| FirstAdministrator {
        link: link.clone(),
        profile: profile("Lan", name),
        password: PASSWORD.to_owned(),
    };
    let (one, two) = tokio::join!(
        world.accounts.take_first(first("lan@benhvien.vn")),
        world.accounts.take_first(first("nam@benhvien.vn"))
    );
    assert!(one.is_ok() != two.is_ok());
    let loser = if one.is_ok() {
        "nam@benhvien.vn"
    } else {
        "lan@benhvien.vn"
    };
    tokio::time::pause();
    assert_eq!(code(world.sign_in(CLINIC, loser).await), "sign_in_failed");
}

#[tokio::test]
async fn a_server_has_so_many_clinics_and_no_more() {
    let world = World::new();
    let add = async |number: usize| {
        let address = ClinicAddress::parse(&format!("clinic-{number}")).unwrap();
        let name = crate::text::DisplayName::parse("An").unwrap();
        world.accounts.add_clinic(address, name).await
    };
    for number in 0..CLINICS_MAX {
        add(number).await.unwrap();
    }
    assert_eq!(code(add(CLINICS_MAX).await), "too_many_clinics");
    // The main one is beside them.
    let clinics = world.accounts.clinics().await.unwrap();
    assert_eq!(clinics.len(), CLINICS_MAX + 1);
}

#[tokio::test]
async fn two_administrators_cannot_take_each_others_role_at_once() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let role = StaffRole::Administrator;
    world.newcomer(&lan, role, MAIS_NAME).await;
    let welcome = world.sign_in(CLINIC, MAIS_NAME).await.unwrap();
    let mai = world.accounts.who(&welcome.token).await.unwrap();
    let accounts = &world.accounts;
    let role = StaffRole::Practitioner;
    let (one, two) = tokio::join!(
        accounts.change_role(&lan, mai.account, role),
        accounts.change_role(&mai, lan.account, role)
    );
    assert!(one.is_ok() != two.is_ok());
    assert!(accounts.has_administrator(CLINIC).await.unwrap());
}

#[tokio::test]
async fn a_used_session_goes_on_and_an_idle_one_ends() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let welcome = world.sign_in(CLINIC, "lan@benhvien.vn").await.unwrap();
    let sessions = || world.accounts.sessions(&lan);
    for _ in 0..3 {
        world.pass(Duration::from_mins(20));
        world.accounts.who(&welcome.token).await.unwrap();
    }
    let views = sessions().await.unwrap();
    assert_eq!(views.len(), 1, "the other one was idle: {views:?}");
    assert_eq!(views[0].used, world.now());
    world.pass(SESSION_IDLE);
    assert_eq!(
        code(world.accounts.who(&welcome.token).await),
        "session_unknown"
    );
}

#[tokio::test]
async fn a_use_is_written_down_once_in_five_minutes() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let welcome = world.sign_in(CLINIC, "lan@benhvien.vn").await.unwrap();
    let used = async || {
        let views = world.accounts.sessions(&lan).await.unwrap();
        views.last().unwrap().used
    };
    let begun = used().await;
    world.pass(Duration::from_mins(4));
    world.accounts.who(&welcome.token).await.unwrap();
    assert_eq!(used().await, begun);
    world.pass(Duration::from_mins(1));
    world.accounts.who(&welcome.token).await.unwrap();
    assert_eq!(used().await, world.now());
}

#[tokio::test]
async fn a_password_is_hashed_anew_when_hashes_get_dearer() {
    let mut world = World::new();
    let lan = world.administrator(CLINIC).await;
    let stored = async |world: &World| {
        let store = super::world::account_store(&world.store);
        store
            .load(lan.account)
            .await
            .unwrap()
            .unwrap()
            .password
            .unwrap()
    };
    let cheap = stored(&world).await;
    world.restart(World::dearer());
    world.sign_in(CLINIC, "lan@benhvien.vn").await.unwrap();
    let dear = stored(&world).await;
    assert!(cheap.as_str().contains("t=1") && dear.as_str().contains("t=2"));
    world.sign_in(CLINIC, "lan@benhvien.vn").await.unwrap();
    assert_eq!(stored(&world).await, dear, "once");
}

#[tokio::test]
async fn a_removed_person_leaves_a_log_and_no_name() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let mai = world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    let welcome = world.sign_in(CLINIC, MAIS_NAME).await.unwrap();
    world.pass(SESSION_IDLE_STEP);
    world.accounts.who(&welcome.token).await.unwrap();
    world.accounts.remove(&lan, mai).await.unwrap();
    assert_eq!(
        code(world.accounts.who(&welcome.token).await),
        "session_unknown"
    );
    let store = super::world::account_store(&world.store);
    let left = store.load(mai).await.unwrap().unwrap();
    assert_eq!((left.profile, left.password), (None, None));
    assert!(left.used.is_empty() && left.events.len() > 3);
    let again = world.accounts.remove(&lan, mai).await;
    assert_eq!(code(again), "account_unknown");
    // The name is free for whoever comes next.
    world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    world.sign_in(CLINIC, MAIS_NAME).await.unwrap();
}

#[tokio::test]
async fn a_removal_that_a_crash_broke_off_is_finished_when_it_is_said_again() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let mai = world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    // The clinic's part of it alone.
    let store = super::world::account_store(&world.store);
    let stored = store.load_staff(CLINIC).await.unwrap().unwrap();
    let wish = super::super::staff::Wish::Remove {
        account: mai,
        by: lan.account,
    };
    let clinic = CLINIC;
    let state = super::super::staff::replay(&stored.events);
    let events = super::super::staff::decide(&state, Command { clinic, wish }, world.now());
    let batch = crate::store::accounts::StaffBatch {
        events: events.unwrap(),
        ..Default::default()
    };
    let appended = store.append_staff(CLINIC, stored.version, batch).await;
    appended.unwrap();
    assert!(store.load(mai).await.unwrap().unwrap().profile.is_some());
    world.accounts.remove(&lan, mai).await.unwrap();
    assert!(store.load(mai).await.unwrap().unwrap().profile.is_none());
}

#[tokio::test]
async fn a_hospital_system_has_a_key_until_it_is_revoked() {
    let world = World::new();
    let lan = world.administrator(CLINIC).await;
    let scopes = BTreeSet::from([Scope::AppointmentsRead]);
    let key = world.accounts.make_key(&lan, scopes.clone()).await.unwrap();
    let holder = world.accounts.key(&key.text()).await.unwrap();
    assert_eq!((holder.clinic, holder.key), (CLINIC, key.id));
    assert_eq!(holder.scopes, scopes);
    let used = async || world.accounts.keys(&lan).await.unwrap()[0].used;
    let first = used().await;
    assert_eq!(first, Some(world.now()));
    world.pass(Duration::from_mins(59));
    world.accounts.key(&key.text()).await.unwrap();
    assert_eq!(used().await, first, "to the hour");
    world.pass(Duration::from_mins(1));
    world.accounts.key(&key.text()).await.unwrap();
    assert_eq!(used().await, Some(world.now()));
    let last = key.text().pop().unwrap();
    let other = if last == 'A' { 'Q' } else { 'A' };
    let mut wrong = key.text();
    wrong.pop();
    wrong.push(other);
    for text in ["", "x", &wrong, &key.text()[1..]] {
        assert_eq!(
            code(world.accounts.key(text).await),
            "key_unknown",
            "{text}"
        );
    }
    world.accounts.revoke_key(&lan, key.id).await.unwrap();
    assert_eq!(code(world.accounts.key(&key.text()).await), "key_unknown");
}
