use std::collections::BTreeSet;

use super::super::staff::{Fact, Staff, Standing, Wish, decide, replay};
use super::*;

/// A clinic that is told commands one after another, a second apart.
pub(super) struct Story {
    log: Vec<Event<Fact>>,
    pub(super) now: Timestamp,
}

impl Story {
    fn nothing() -> Self {
        Self {
            log: Vec::new(),
            now: Timestamp(1_000),
        }
    }

    /// Lan took the first administrator's link.
    pub(super) fn of_lan() -> Self {
        let mut story = Self::nothing();
        story.tell(Wish::OfferFirst(one_time(1, 50_000))).unwrap();
        story.tell(take_first(1, LAN)).unwrap();
        story
    }

    pub(super) fn staff(&self) -> Staff {
        replay(&self.log)
    }

    pub(super) fn tell_in(&mut self, clinic: ClinicId, wish: Wish) -> Result<Vec<Fact>, Refusal> {
        self.now.0 += 1_000;
        let events = decide(&self.staff(), Command { clinic, wish }, self.now)?;
        self.log.extend(events.clone());
        Ok(events.into_iter().map(|event| event.fact).collect())
    }

    pub(super) fn tell(&mut self, wish: Wish) -> Result<Vec<Fact>, Refusal> {
        self.tell_in(CLINIC, wish)
    }

    /// Somebody whom Lan made an account for, and who signed in.
    pub(super) fn comes(&mut self, account: AccountId, role: StaffRole) {
        self.tell(create(account, role)).unwrap();
        self.tell(Wish::Confirm { account }).unwrap();
    }
}

fn take_first(link: u8, account: AccountId) -> Wish {
    Wish::TakeFirst {
        link: hash(link),
        account,
        name: named(account),
    }
}

fn named(account: AccountId) -> NameHash {
    name(u8::try_from(account.0).unwrap())
}

fn create(account: AccountId, role: StaffRole) -> Wish {
    Wish::Create {
        account,
        role,
        name: named(account),
        by: LAN,
    }
}

fn change_role(account: AccountId, role: StaffRole, by: AccountId) -> Wish {
    Wish::ChangeRole { account, role, by }
}

#[test]
fn the_first_administrator_comes_by_a_link_that_works_once() {
    let mut story = Story::nothing();
    let too_early = story.tell(take_first(1, LAN));
    assert_eq!(too_early, Err(Refusal::LinkUnknown));
    story.tell(Wish::OfferFirst(one_time(1, 50_000))).unwrap();
    assert_eq!(story.tell(take_first(2, LAN)), Err(Refusal::LinkUnknown));
    story.tell(take_first(1, LAN)).unwrap();
    assert!(story.staff().has_administrator());
    assert_eq!(story.tell(take_first(1, MAI)), Err(Refusal::LinkUnknown));
    let again = story.tell(Wish::OfferFirst(one_time(3, 50_000)));
    assert_eq!(again, Err(Refusal::AdministratorExists));
}

#[test]
fn the_first_link_dies_by_its_time_and_by_a_newer_one() {
    let mut story = Story::nothing();
    story.tell(Wish::OfferFirst(one_time(1, 50_000))).unwrap();
    story.now = Timestamp(49_000);
    assert_eq!(story.tell(take_first(1, LAN)), Err(Refusal::LinkExpired));
    story.tell(Wish::OfferFirst(one_time(2, 90_000))).unwrap();
    assert_eq!(story.tell(take_first(1, LAN)), Err(Refusal::LinkUnknown));
    story.tell(take_first(2, LAN)).unwrap();
}

#[test]
fn only_administrators_make_accounts_and_each_name_is_one_persons() {
    let mut story = Story::of_lan();
    story.comes(MAI, StaffRole::Coordinator);
    let wish = Wish::Create {
        account: NAM,
        role: StaffRole::Interpreter,
        name: named(NAM),
        by: MAI,
    };
    assert_eq!(story.tell(wish), Err(Refusal::NotAdministrator));
    let twice = Wish::Create {
        account: NAM,
        role: StaffRole::Interpreter,
        name: named(MAI),
        by: LAN,
    };
    assert_eq!(story.tell(twice.clone()), Err(Refusal::NameTaken));
    // The name of who has gone is free.
    let (account, by) = (MAI, LAN);
    story.tell(Wish::Remove { account, by }).unwrap();
    story.tell(twice).unwrap();
}

#[test]
fn the_last_administrator_stays_one() {
    let mut story = Story::of_lan();
    let refused = Err(Refusal::LastAdministrator);
    let (account, by) = (LAN, LAN);
    let wishes = [
        change_role(LAN, StaffRole::Practitioner, LAN),
        Wish::Disable { account, by },
        Wish::Remove { account, by },
    ];
    for wish in wishes.clone() {
        assert_eq!(story.tell(wish), refused);
    }
    // Somebody who was only invited may never come.
    story.tell(create(MAI, StaffRole::Administrator)).unwrap();
    for wish in wishes.clone() {
        assert_eq!(story.tell(wish), refused);
    }
    story.tell(Wish::Confirm { account: MAI }).unwrap();
    let [change, ..] = wishes;
    story.tell(change).unwrap();
    let other = Wish::Disable {
        account: MAI,
        by: MAI,
    };
    assert_eq!(story.tell(other), refused);
}

#[test]
fn whoever_is_enabled_again_counts_once_they_have_signed_in() {
    let mut story = Story::of_lan();
    story.comes(MAI, StaffRole::Administrator);
    let (account, by) = (MAI, LAN);
    story.tell(Wish::Disable { account, by }).unwrap();
    story.tell(Wish::Enable { account, by }).unwrap();
    let standing = |story: &Story| story.staff().member(MAI).unwrap().standing;
    assert_eq!(standing(&story), Standing::Invited);
    let wish = change_role(LAN, StaffRole::Coordinator, LAN);
    assert_eq!(story.tell(wish), Err(Refusal::LastAdministrator));
    story.tell(Wish::Confirm { account }).unwrap();
    assert_eq!(standing(&story), Standing::Active);
}

#[test]
fn what_changes_rights_begins_a_new_generation() {
    let mut story = Story::of_lan();
    story.comes(MAI, StaffRole::Coordinator);
    let generation = |story: &Story| story.staff().member(MAI).unwrap().generation;
    assert_eq!(generation(&story), 0);
    let wish = change_role(MAI, StaffRole::Practitioner, LAN);
    story.tell(wish.clone()).unwrap();
    assert_eq!(generation(&story), 1);
    assert_eq!(story.tell(wish), Ok(Vec::new()), "it is so already");
    let (account, by) = (MAI, LAN);
    story.tell(Wish::Disable { account, by }).unwrap();
    story.tell(Wish::Enable { account, by }).unwrap();
    assert_eq!(generation(&story), 2);
}

#[test]
fn another_clinics_wishes_find_nobody() {
    let mut story = Story::of_lan();
    story.comes(MAI, StaffRole::Coordinator);
    let (account, by) = (MAI, LAN);
    let wishes = [
        create(NAM, StaffRole::Coordinator),
        change_role(MAI, StaffRole::Interpreter, LAN),
        Wish::Confirm { account },
        Wish::Disable { account, by },
        Wish::Enable { account, by },
        Wish::Remove { account, by },
        Wish::RevokeKey { key: KeyId(1), by },
    ];
    for wish in wishes {
        let refused = story.tell_in(ELSEWHERE, wish.clone());
        assert_eq!(refused, Err(Refusal::UnknownAccount), "{wish:?}");
    }
    let stranger = Wish::Disable {
        account: NAM,
        by: LAN,
    };
    assert_eq!(story.tell(stranger), Err(Refusal::UnknownAccount));
}

#[test]
fn a_key_is_good_until_it_is_revoked() {
    let mut story = Story::of_lan();
    let scopes = BTreeSet::from([Scope::RecordsRead]);
    let make = Wish::MakeKey {
        key: KeyId(5),
        secret: hash(9),
        scopes: scopes.clone(),
        by: LAN,
    };
    story.tell(make).unwrap();
    assert_eq!(story.staff().keys()[0].scopes, scopes);
    let (key, by) = (KeyId(5), LAN);
    story.tell(Wish::RevokeKey { key, by }).unwrap();
    assert!(story.staff().keys().is_empty());
    let again = story.tell(Wish::RevokeKey { key, by });
    assert_eq!(again, Err(Refusal::UnknownKey));
}

#[test]
fn keys_and_people_are_bounded() {
    let mut story = Story::of_lan();
    let make = |number: usize| Wish::MakeKey {
        key: KeyId(number.try_into().unwrap()),
        secret: hash(9),
        scopes: BTreeSet::new(),
        by: LAN,
    };
    for number in 0..KEYS_MAX {
        story.tell(make(number)).unwrap();
    }
    assert_eq!(story.tell(make(KEYS_MAX)), Err(Refusal::TooManyKeys));
    let mut staff = story.staff();
    let mut come = |number: u64| {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        let wish = Wish::Create {
            account: AccountId(number),
            role: StaffRole::Interpreter,
            name: NameHash(bytes),
            by: LAN,
        };
        let clinic = CLINIC;
        let events = decide(&staff, Command { clinic, wish }, story.now)?;
        staff = events
            .iter()
            .fold(staff.clone(), super::super::staff::apply);
        Ok(())
    };
    for number in 2..=ACCOUNTS_MAX as u64 {
        come(number).unwrap();
    }
    assert_eq!(come(5_000), Err(Refusal::TooManyAccounts));
}
