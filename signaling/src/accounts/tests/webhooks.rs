use std::collections::BTreeSet;

use super::super::staff::{Fact, Wish};
use super::staff::Story;
use super::*;
use crate::webhook::{EventKind, WEBHOOKS_MAX};

fn make(number: usize, by: Actor) -> Wish {
    Wish::MakeWebhook {
        webhook: WebhookId(number.try_into().unwrap()),
        events: BTreeSet::from([EventKind::Booked, EventKind::Ended]),
        by,
    }
}

const fn remove(number: u64, by: Actor) -> Wish {
    let webhook = WebhookId(number);
    Wish::RemoveWebhook { webhook, by }
}

/// A clinic of Lan, with a key of each scope: 1 to 4, in the order of [`Scope::ALL`].
fn with_keys() -> Story {
    let mut story = Story::of_lan();
    for (number, scope) in (1..).zip(Scope::ALL) {
        let make = Wish::MakeKey {
            key: KeyId(number),
            secret: hash(9),
            scopes: BTreeSet::from([scope]),
            by: LAN,
        };
        story.tell(make).unwrap();
    }
    story
}

#[test]
fn a_webhook_is_told_from_when_it_was_made_until_it_is_removed() {
    let mut story = Story::of_lan();
    let lan = Actor::Account(LAN);
    let facts = story.tell(make(5, lan)).unwrap();
    assert!(matches!(&facts[..], [Fact::WebhookMade { by, .. }] if *by == lan));
    let staff = story.staff();
    let [made] = staff.webhooks() else {
        panic!("{staff:?}")
    };
    assert_eq!((made.id, made.made), (WebhookId(5), story.now));
    assert!(made.events.contains(&EventKind::Ended) && made.events.len() == 2);
    story.tell(remove(5, lan)).unwrap();
    assert_eq!(story.staff().webhooks(), []);
    assert_eq!(story.staff().removed_webhooks(), [WebhookId(5)]);
    let again = story.tell(remove(5, lan));
    assert_eq!(again, Err(Refusal::UnknownWebhook));
}

#[test]
fn an_administrator_or_a_key_for_it_makes_webhooks_and_nobody_else() {
    let mut story = with_keys();
    story.comes(MAI, StaffRole::Coordinator);
    story.tell(make(1, Actor::Account(LAN))).unwrap();
    for key in (1..).map(KeyId).take(Scope::ALL.len()) {
        let is_for_it = Scope::ALL[usize::try_from(key.0).unwrap() - 1] == Scope::Webhooks;
        let allowed = is_for_it.then_some(1).ok_or(Refusal::NotAdministrator);
        let by = Actor::Key(key);
        let made = story.tell(make(2, by)).map(|facts| facts.len());
        assert_eq!(made, allowed, "{key}");
        let removed = story.tell(remove(2, by)).map(|facts| facts.len());
        assert_eq!(removed, allowed, "{key}");
    }
    for (by, refusal) in [
        (Actor::Account(MAI), Refusal::NotAdministrator),
        (Actor::Account(NAM), Refusal::UnknownAccount),
        (Actor::Key(KeyId(9)), Refusal::UnknownKey),
    ] {
        assert_eq!(story.tell(make(3, by)), Err(refusal), "{by:?}");
        assert_eq!(story.tell(remove(1, by)), Err(refusal), "{by:?}");
    }
}

#[test]
fn of_another_clinic_there_is_no_webhook_and_no_key() {
    let mut story = with_keys();
    story.tell(make(1, Actor::Account(LAN))).unwrap();
    for (by, refusal) in [
        (Actor::Account(LAN), Refusal::UnknownAccount),
        (Actor::Key(KeyId(4)), Refusal::UnknownKey),
    ] {
        assert_eq!(story.tell_in(ELSEWHERE, make(2, by)), Err(refusal));
        assert_eq!(story.tell_in(ELSEWHERE, remove(1, by)), Err(refusal));
    }
}

#[test]
fn webhooks_are_bounded() {
    let mut story = Story::of_lan();
    let lan = Actor::Account(LAN);
    for number in 0..WEBHOOKS_MAX {
        story.tell(make(number, lan)).unwrap();
    }
    let one_more = story.tell(make(WEBHOOKS_MAX, lan));
    assert_eq!(one_more, Err(Refusal::TooManyWebhooks));
    story.tell(remove(0, lan)).unwrap();
    story.tell(make(WEBHOOKS_MAX, lan)).unwrap();
}
