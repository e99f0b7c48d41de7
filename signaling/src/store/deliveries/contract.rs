//! What the queue of deliveries must do, whatever journal is below. `suite!(make a store)` makes one test of each
//! function.

use super::{DeliveryStore, Place, Store};
use crate::accounts::{ClinicId, DeliveryId, WebhookId};
use crate::ids::{RoomId, Timestamp};
use crate::webhook::{Delivery, EventKind, FailedTry, Failure, Undelivered, delivery_id};

const HIS: WebhookId = WebhookId(0xa);
const OTHER: WebhookId = WebhookId(0xb);
/// When everything is put.
const NOW: Timestamp = Timestamp(1_000);

pub(super) fn delivery(webhook: WebhookId, place: u64) -> Delivery {
    let appointment = RoomId(0x77);
    Delivery {
        id: delivery_id(webhook, appointment, place),
        webhook,
        clinic: ClinicId(7),
        event: EventKind::Rescheduled,
        appointment,
        happened: Timestamp(990 + place),
    }
}

async fn put(store: &DeliveryStore, webhook: WebhookId, place: u64) -> DeliveryId {
    let delivery = delivery(webhook, place);
    store.put(&delivery, NOW).await.unwrap();
    delivery.id
}

/// Tries a delivery at this time, and fails: to be tried again then, or no more.
async fn fail(store: &DeliveryStore, id: DeliveryId, at: u64, next: Option<u64>) {
    let (at, until) = (Timestamp(at), Timestamp(at + 30));
    let claimed = store.claim(id, at, until).await.unwrap().expect("due");
    let failure = Failure::Status(503);
    let failed = store.failed(&claimed, FailedTry { at, failure }, next.map(Timestamp));
    failed.await.unwrap();
}

async fn first(store: &DeliveryStore, webhook: WebhookId) -> Option<(u64, DeliveryId)> {
    let first = store.first(webhook).await.unwrap();
    first.map(|Place { at, delivery }| (at.0, delivery))
}

async fn undelivered(store: &DeliveryStore, webhook: WebhookId) -> Vec<Undelivered> {
    let (all, next) = store.undelivered(webhook, None, 100).await.unwrap();
    assert_eq!(next, None);
    all
}

pub(super) async fn what_is_put_waits_once_until_it_is_delivered(store: Store) {
    let store = store.deliveries();
    assert_eq!(store.first(HIS).await.unwrap(), None);
    let id = put(&store, HIS, 1).await;
    let later = Timestamp(NOW.0 + 5);
    store.put(&delivery(HIS, 1), later).await.unwrap();
    assert_eq!(first(&store, HIS).await, Some((NOW.0, id)));
    assert_eq!(store.count(HIS).await.unwrap(), (1, 0));
    let claimed = store.claim(id, NOW, later).await.unwrap().unwrap();
    assert_eq!((claimed.delivery, claimed.failures), (delivery(HIS, 1), 0));
    store.delivered(&claimed).await.unwrap();
    assert_eq!(store.first(HIS).await.unwrap(), None);
    assert_eq!(store.count(HIS).await.unwrap(), (0, 0));
    assert_eq!(store.claim(id, later, later).await.unwrap(), None);
}

pub(super) async fn of_two_who_claim_one_gets_it_and_the_other_after_its_time(store: Store) {
    let store = store.deliveries();
    let id = put(&store, HIS, 1).await;
    let claim = |at, until| store.claim(id, Timestamp(at), Timestamp(until));
    assert_eq!(claim(999, 2_000).await.unwrap(), None, "not due yet");
    let (one, two) = tokio::join!(claim(1_000, 2_000), claim(1_000, 2_000));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.is_some() != two.is_some());
    let lost = one.or(two).unwrap();
    assert_eq!(first(&store, HIS).await, Some((2_000, id)));
    assert_eq!(claim(1_999, 3_000).await.unwrap(), None);
    let won = claim(2_000, 3_000).await.unwrap().unwrap();
    // The first is back, late, and has failed.
    let failed = FailedTry {
        at: Timestamp(2_001),
        failure: Failure::Late,
    };
    store.failed(&lost, failed, None).await.unwrap();
    assert_eq!(first(&store, HIS).await, Some((3_000, id)));
    assert_eq!(undelivered(&store, HIS).await, []);
    store.delivered(&won).await.unwrap();
    store.failed(&lost, failed, None).await.unwrap();
    assert_eq!(store.count(HIS).await.unwrap(), (0, 0), "it stays gone");
}

pub(super) async fn what_failed_comes_at_its_time_and_those_before_it_first(store: Store) {
    let store = store.deliveries();
    let (late, soon) = (put(&store, HIS, 1).await, put(&store, HIS, 2).await);
    fail(&store, late, 1_000, Some(6_000)).await;
    fail(&store, soon, 1_000, Some(5_000)).await;
    assert_eq!(first(&store, HIS).await, Some((5_000, soon)));
    fail(&store, soon, 5_000, Some(35_000)).await;
    assert_eq!(first(&store, HIS).await, Some((6_000, late)));
    let until = Timestamp(40_000);
    let claimed = store.claim(soon, Timestamp(35_000), until).await.unwrap();
    assert_eq!(claimed.unwrap().failures, 2);
}

pub(super) async fn what_was_given_up_is_listed_the_latest_first_in_pages_of_any_size(
    store: Store,
) {
    let store = store.deliveries();
    let mut wanted = Vec::new();
    for place in 0..7 {
        let id = put(&store, HIS, place).await;
        // Two at one time.
        let at = 2_000 + 10 * (place / 2);
        fail(&store, id, at, None).await;
        wanted.push((at, id));
    }
    assert_eq!(store.first(HIS).await.unwrap(), None);
    assert_eq!(store.count(HIS).await.unwrap(), (0, 7));
    wanted.sort_unstable_by_key(|(at, id)| (std::cmp::Reverse(*at), *id));
    for limit in 1..9 {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = store.undelivered(HIS, after, limit).await.unwrap();
            assert!(page.0.len() <= limit);
            found.extend(page.0);
            let Some(next) = page.1 else { break };
            // As it comes back from a page.
            after = Some(next.to_string().parse().unwrap());
        }
        let all: Vec<_> = found
            .iter()
            .map(|one| (one.last.at.0, one.delivery.id))
            .collect();
        assert_eq!(all, wanted, "pages of {limit}");
        assert!(found.iter().all(|one| one.failures == 1));
    }
}

pub(super) async fn what_was_given_up_is_tried_again_as_if_it_were_new(store: Store) {
    let store = store.deliveries();
    for place in 0..3 {
        let id = put(&store, HIS, place).await;
        fail(&store, id, 1_000, Some(2_000)).await;
        fail(&store, id, 2_000, None).await;
    }
    let waiting = put(&store, HIS, 9).await;
    assert_eq!(store.retry(HIS, Timestamp(3_000)).await.unwrap(), 3);
    assert_eq!(store.count(HIS).await.unwrap(), (4, 0));
    assert_eq!(
        first(&store, HIS).await,
        Some((1_000, waiting)),
        "as it was"
    );
    let id = delivery(HIS, 0).id;
    let claimed = store.claim(id, Timestamp(3_000), Timestamp(4_000)).await;
    assert_eq!(claimed.unwrap().unwrap().failures, 0);
    assert_eq!(store.retry(HIS, Timestamp(3_000)).await.unwrap(), 0);
}

pub(super) async fn webhooks_are_apart_and_one_that_is_removed_leaves_nothing(store: Store) {
    let store = store.deliveries();
    for webhook in [HIS, OTHER] {
        put(&store, webhook, 1).await;
        let id = put(&store, webhook, 2).await;
        fail(&store, id, 1_000, None).await;
    }
    store.remove(HIS).await.unwrap();
    assert_eq!(store.count(HIS).await.unwrap(), (0, 0));
    assert_eq!(store.first(HIS).await.unwrap(), None);
    assert_eq!(undelivered(&store, HIS).await, []);
    assert_eq!(store.count(OTHER).await.unwrap(), (1, 1));
    assert_eq!(store.retry(OTHER, NOW).await.unwrap(), 1);
    store.remove(HIS).await.unwrap(); // done already
}

pub(super) async fn what_was_given_up_long_ago_is_forgotten(store: Store) {
    let store = store.deliveries();
    for (place, at) in [(1, 1_999), (2, 2_000), (3, 2_001)] {
        let id = put(&store, HIS, place).await;
        fail(&store, id, at, None).await;
    }
    let waiting = put(&store, HIS, 4).await;
    store.sweep(HIS, Timestamp(2_000)).await.unwrap();
    let left = undelivered(&store, HIS).await;
    let left: Vec<_> = left.iter().map(|one| one.last.at.0).collect();
    assert_eq!(left, [2_001, 2_000]);
    assert_eq!(first(&store, HIS).await, Some((NOW.0, waiting)));
}

/// Makes one test of each function above, each with a store of its own.
macro_rules! suite {
    ($make:expr) => {
        $crate::store::deliveries::contract::suite!($make;
            what_is_put_waits_once_until_it_is_delivered
            of_two_who_claim_one_gets_it_and_the_other_after_its_time
            what_failed_comes_at_its_time_and_those_before_it_first
            what_was_given_up_is_listed_the_latest_first_in_pages_of_any_size
            what_was_given_up_is_tried_again_as_if_it_were_new
            webhooks_are_apart_and_one_that_is_removed_leaves_nothing
            what_was_given_up_long_ago_is_forgotten
        );
    };
    ($make:expr; $($test:ident)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                $crate::store::deliveries::contract::$test($make).await;
            }
        )*
    };
}

pub(super) use suite;
