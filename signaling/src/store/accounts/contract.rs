//! What the store of accounts must do, whatever journal is below. `suite!(make a store)` makes one
//! test of each function.

use std::collections::BTreeSet;

use super::{
    AccountBatch, AccountStore, AccountStoreError, Change, Profile, StaffBatch, StoreError, Version,
};
use crate::accounts::account::{Fact, FailCause, Proof, RevokeCause};
use crate::accounts::{
    AccountId, Actor, ClinicId, Event, KeyId, Lane, NameHash, OneTime, PasswordHash, Scope,
    SessionId, SignInName, StaffRole, Step, TotpSecret, WebhookId, staff,
};
use crate::ids::{Timestamp, TokenHash};
use crate::text::DisplayName;
use crate::webhook::{Destination, EventKind, Secret};

const CLINIC: ClinicId = ClinicId(7);
const LAN: AccountId = AccountId(0x1234);
const NAME: NameHash = NameHash([1; 32]);
const TOKEN: TokenHash = TokenHash([2; 32]);
const KEY_ID: TokenHash = TokenHash([3; 32]);
const LINK: TokenHash = TokenHash([4; 32]);
const HOOK: WebhookId = WebhookId(8);

fn at<F>(time: u64, fact: F) -> Event<F> {
    let at = Timestamp(time);
    Event { at, fact }
}

fn one_time(number: u8) -> OneTime {
    OneTime {
        hash: TokenHash([number; 32]),
        expires: Timestamp(9),
    }
}

/// One of each event of an account.
pub(super) fn account_events() -> Vec<Event<Fact>> {
    let (session, token) = (SessionId(3), TokenHash([5; 32]));
    let signed_in = |proof, lane| Fact::SignedIn {
        session,
        token,
        generation: 4,
        proof,
        lane,
    };
    let failed = |lane, cause| Fact::SignInFailed { lane, cause };
    let by = LAN;
    let facts = [
        Fact::Opened {
            clinic: CLINIC,
            by: None,
        },
        Fact::Invited {
            invitation: one_time(6),
            by: Some(by),
        },
        Fact::PasswordSet { session: None },
        Fact::PasswordSet {
            session: Some(session),
        },
        Fact::TotpOffered {
            expires: Timestamp(8),
        },
        Fact::TotpEnrolled {
            session,
            step: Step(11),
        },
        Fact::RecoveryMade { codes: vec![token] },
        Fact::TotpRemoved { by },
        signed_in(Proof::None, Lane::Known),
        signed_in(Proof::Code(Some(Step(12))), Lane::Stranger),
        signed_in(Proof::Recovery(token), Lane::Stranger),
        failed(Lane::Known, FailCause::Password),
        failed(Lane::Stranger, FailCause::Code),
        Fact::Rotated { session, token },
        Fact::SignedOut { session },
        Fact::SessionRevoked {
            session,
            cause: RevokeCause::By(by),
        },
        Fact::SessionRevoked {
            session,
            cause: RevokeCause::Crowded,
        },
        Fact::Removed { by },
    ];
    (1..)
        .zip(facts)
        .map(|(time, fact)| at(time, fact))
        .collect()
}

/// One of each event of a clinic's staff.
pub(super) fn staff_events() -> Vec<Event<staff::Fact>> {
    let (account, by, key) = (LAN, AccountId(2), KeyId(5));
    let created = |role, by| staff::Fact::Created {
        account,
        role,
        name: NAME,
        by,
    };
    let facts = [
        staff::Fact::Opened { clinic: CLINIC },
        staff::Fact::FirstOffered(one_time(6)),
        created(StaffRole::Administrator, None),
        created(StaffRole::Practitioner, Some(by)),
        created(StaffRole::Coordinator, Some(by)),
        staff::Fact::Confirmed { account },
        staff::Fact::RoleChanged {
            account,
            role: StaffRole::Interpreter,
            by,
        },
        staff::Fact::Disabled { account, by },
        staff::Fact::Enabled { account, by },
        staff::Fact::Removed { account, by },
        staff::Fact::KeyMade {
            key,
            secret: TOKEN,
            scopes: BTreeSet::from(Scope::ALL),
            by,
        },
        staff::Fact::KeyRevoked { key, by },
        staff::Fact::WebhookMade {
            webhook: HOOK,
            events: BTreeSet::from(EventKind::ALL),
            by: Actor::Account(by),
        },
        staff::Fact::WebhookRemoved {
            webhook: HOOK,
            by: Actor::Key(key),
        },
    ];
    (1..)
        .zip(facts)
        .map(|(time, fact)| at(time, fact))
        .collect()
}

pub(super) fn profile() -> Profile {
    Profile {
        name: DisplayName::parse("Bác sĩ Lan").unwrap(),
        sign_in_name: SignInName::parse("lan@benhvien.vn").unwrap(),
    }
}

fn whole() -> AccountBatch {
    AccountBatch {
        events: account_events(),
        profile: Change::Set(profile()),
        password: Change::Set(PasswordHash::new("$argon2id$x")),
        totp: Change::Set(TotpSecret::new([1; 20])),
        offered: Change::Set(TotpSecret::new([2; 20])),
        used: vec![
            (SessionId(256), Some(Timestamp(1))),
            (SessionId(2), Some(Timestamp(u64::MAX))),
        ],
        tokens: vec![TOKEN],
    }
}

async fn open(store: &AccountStore, account: AccountId) -> Version {
    let appended = store.append(account, Version::default(), whole()).await;
    appended.unwrap()
}

pub(super) async fn keeps_an_account_as_it_was(store: AccountStore) {
    assert_eq!(store.load(LAN).await.unwrap(), None);
    let version = open(&store, LAN).await;
    let stored = store.load(LAN).await.unwrap().unwrap();
    assert_eq!(stored.version, version);
    assert_eq!(stored.events, account_events());
    assert_eq!(stored.profile, Some(profile()));
    assert_eq!(stored.password.unwrap().as_str(), "$argon2id$x");
    assert_eq!(stored.totp, Some(TotpSecret::new([1; 20])));
    assert_eq!(stored.offered, Some(TotpSecret::new([2; 20])));
    let used = [
        (SessionId(2), Timestamp(u64::MAX)),
        (SessionId(256), Timestamp(1)),
    ];
    assert_eq!(stored.used, used, "by session");
}

pub(super) async fn changes_what_a_batch_names_and_nothing_else(store: AccountStore) {
    let version = open(&store, LAN).await;
    let batch = AccountBatch {
        password: Change::Set(PasswordHash::new("$argon2id$y")),
        offered: Change::Forget,
        used: vec![(SessionId(256), None)],
        ..AccountBatch::default()
    };
    let same = store.append(LAN, version, batch).await.unwrap();
    assert_eq!(same, version, "no event, the same version");
    let stored = store.load(LAN).await.unwrap().unwrap();
    assert_eq!(stored.events, account_events());
    assert_eq!(stored.profile, Some(profile()));
    assert_eq!(stored.password.unwrap().as_str(), "$argon2id$y");
    assert_eq!(stored.totp, Some(TotpSecret::new([1; 20])));
    assert_eq!(stored.offered, None);
    assert_eq!(stored.used, [(SessionId(2), Timestamp(u64::MAX))]);
}

pub(super) async fn refuses_what_was_decided_on_an_old_version(store: AccountStore) {
    open(&store, LAN).await;
    let batch = AccountBatch {
        events: vec![at(99, Fact::Removed { by: LAN })],
        profile: Change::Forget,
        tokens: vec![KEY_ID],
        ..AccountBatch::default()
    };
    let refused = store.append(LAN, Version::default(), batch).await;
    assert!(matches!(
        refused,
        Err(AccountStoreError::Store(StoreError::Conflict { .. }))
    ));
    let stored = store.load(LAN).await.unwrap().unwrap();
    assert_eq!(stored.events, account_events());
    assert_eq!(stored.profile, Some(profile()));
    assert_eq!(store.find_token(KEY_ID).await.unwrap(), None);
    let staff = StaffBatch {
        events: staff_events(),
        ..StaffBatch::default()
    };
    let append = || store.append_staff(CLINIC, Version::default(), staff.clone());
    let (one, two) = tokio::join!(append(), append());
    assert!(one.is_ok() != two.is_ok(), "of two at once one wins");
}

pub(super) async fn keeps_a_clinic_and_finds_what_leads_to_it(store: AccountStore) {
    assert_eq!(store.load_staff(CLINIC).await.unwrap(), None);
    let batch = StaffBatch {
        events: staff_events(),
        names: vec![(NAME, LAN)],
        keys: vec![(KEY_ID, KeyId(u64::MAX))],
        used: vec![(KeyId(u64::MAX), Timestamp(5))],
        first_link: Some(LINK),
        ..StaffBatch::default()
    };
    let version = store.append_staff(CLINIC, Version::default(), batch).await;
    let stored = store.load_staff(CLINIC).await.unwrap().unwrap();
    assert_eq!(stored.version, version.unwrap());
    assert_eq!(stored.events, staff_events());
    assert_eq!(stored.used, [(KeyId(u64::MAX), Timestamp(5))]);
    assert_eq!(store.find_name(NAME).await.unwrap(), Some((CLINIC, LAN)));
    let key = store.find_key(KEY_ID).await.unwrap();
    assert_eq!(key, Some((CLINIC, KeyId(u64::MAX))));
    assert_eq!(store.find_first_link(LINK).await.unwrap(), Some(CLINIC));
    // A name that somebody gave up leads to whoever has it now.
    let batch = StaffBatch {
        names: vec![(NAME, AccountId(9))],
        ..StaffBatch::default()
    };
    store
        .append_staff(CLINIC, stored.version, batch)
        .await
        .unwrap();
    let found = store.find_name(NAME).await.unwrap();
    assert_eq!(found, Some((CLINIC, AccountId(9))));
}

pub(super) async fn keeps_where_a_webhook_goes_sealed_until_it_goes_nowhere(store: AccountStore) {
    let destination = Destination {
        url: "https://his.example.vn/hooks/7f3a".to_owned(),
        secret: Secret([9; 32]),
    };
    let batch = StaffBatch {
        events: staff_events(),
        webhooks: vec![(HOOK, Change::Set(destination.clone()))],
        delivered: vec![(HOOK, Timestamp(5))],
        ..StaffBatch::default()
    };
    let none = Version::default();
    let version = store.append_staff(CLINIC, none, batch).await.unwrap();
    let stored = store.load_staff(CLINIC).await.unwrap().unwrap();
    assert_eq!(stored.delivered, [(HOOK, Timestamp(5))]);
    let [(of, sealed)] = &stored.webhooks[..] else {
        panic!("{stored:?}")
    };
    assert_eq!(*of, HOOK);
    for shown in [&b"example"[..], b"7f3a", &[9; 8], b"0909"] {
        assert!(!sealed.windows(shown.len()).any(|part| part == shown));
    }
    let opened = store.destination(CLINIC, HOOK, sealed).unwrap();
    assert_eq!(opened, destination);
    for (clinic, webhook) in [(ClinicId(8), HOOK), (CLINIC, WebhookId(9))] {
        let elsewhere = store.destination(clinic, webhook, sealed);
        elsewhere.unwrap_err();
    }
    let batch = StaffBatch {
        webhooks: vec![(HOOK, Change::Forget)],
        ..StaffBatch::default()
    };
    store.append_staff(CLINIC, version, batch).await.unwrap();
    let stored = store.load_staff(CLINIC).await.unwrap().unwrap();
    assert_eq!((stored.webhooks, stored.delivered), (vec![], vec![]));
}

pub(super) async fn a_name_of_one_kind_leads_to_nothing_of_another(store: AccountStore) {
    open(&store, LAN).await;
    assert_eq!(store.find_token(TOKEN).await.unwrap(), Some(LAN));
    assert_eq!(store.find_first_link(TOKEN).await.unwrap(), None);
    assert_eq!(store.find_key(TOKEN).await.unwrap(), None);
    assert_eq!(store.find_name(NameHash(TOKEN.0)).await.unwrap(), None);
}

pub(super) async fn clinics_and_accounts_of_one_number_are_apart(store: AccountStore) {
    open(&store, LAN).await;
    let batch = StaffBatch {
        events: staff_events(),
        ..StaffBatch::default()
    };
    let (same, none) = (ClinicId(LAN.0), Version::default());
    store.append_staff(same, none, batch).await.unwrap();
    open(&store, AccountId(LAN.0 + 1)).await;
    store.forget(LAN).await.unwrap();
    assert_eq!(store.load(LAN).await.unwrap(), None);
    let staff = store.load_staff(same).await.unwrap().unwrap();
    assert_eq!(staff.events, staff_events());
    let other = store.load(AccountId(LAN.0 + 1)).await.unwrap().unwrap();
    assert_eq!(other.profile, Some(profile()));
}

/// Makes one test of each function above, each with a store of its own.
macro_rules! suite {
    ($make:expr) => {
        $crate::store::accounts::contract::suite!($make;
            keeps_an_account_as_it_was
            changes_what_a_batch_names_and_nothing_else
            refuses_what_was_decided_on_an_old_version
            keeps_a_clinic_and_finds_what_leads_to_it
            keeps_where_a_webhook_goes_sealed_until_it_goes_nowhere
            a_name_of_one_kind_leads_to_nothing_of_another
            clinics_and_accounts_of_one_number_are_apart
        );
    };
    ($make:expr; $($test:ident)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                $crate::store::accounts::contract::$test($make).await;
            }
        )*
    };
}

pub(super) use suite;
