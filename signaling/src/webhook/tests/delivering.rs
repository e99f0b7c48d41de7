//! When a delivery is sent, and what becomes of it.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::world::{CLINIC, DEAD, START, WELL, World, delivery};
use crate::store::Store;
use crate::webhook::{Failure, Reach, Webhooks};

#[tokio::test(start_paused = true)]
async fn what_is_put_is_sent_at_once_once_and_is_gone() {
    let world = World::new().await;
    let (his, secret) = world.webhook("his.vn").await;
    let _running = world.start();
    world.put(his, 1..2).await;
    sleep(Duration::from_secs(1)).await;
    let [got] = &world.systems.got("his.vn")[..] else {
        panic!("one request")
    };
    assert_eq!(
        got.body,
        json!({
            "delivery": delivery(his, 1).id, "event": "booked", "appointment": "0000000000000077",
            "clinic": CLINIC, "happened": START,
        })
    );
    assert_eq!(got.request.target.path(), "/hooks?key=7f3a");
    let signed = secret.sign(START, &got.request.body);
    assert_eq!(got.request.signature, signed);
    let standing = world.look(his).await;
    assert_eq!((standing.waiting, standing.undelivered), (0, 0));
    assert!(standing.view.delivered.is_some());
    sleep(Duration::from_hours(1)).await;
    assert_eq!(world.systems.got("his.vn").len(), 1);
    assert_eq!(world.webhooks.counts().delivered, 1);
}

#[tokio::test(start_paused = true)]
async fn a_system_that_comes_back_has_what_it_missed_and_one_that_does_not_is_given_up() {
    let world = World::new().await;
    let (back, _) = world.webhook("back.vn").await;
    let (gone, _) = world.webhook("gone.vn").await;
    let refused = (Duration::from_millis(10), Err(Failure::Status(503)));
    world.systems.answer("back.vn", refused);
    world.systems.answer("gone.vn", refused);
    let _running = world.start();
    world.put(back, 1..4).await;
    world.put(gone, 1..2).await;
    sleep(Duration::from_mins(5)).await;
    assert_eq!(world.look(back).await.waiting, 3);
    world.systems.answer("back.vn", WELL);
    sleep(Duration::from_hours(100)).await;
    let standing = world.look(back).await;
    assert_eq!((standing.waiting, standing.undelivered), (0, 0));

    let got = world.systems.got("gone.vn");
    let waits: Vec<_> = got
        .windows(2)
        .map(|two| (two[1].at - two[0].at).as_secs())
        .collect();
    let wanted = [
        5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400, 86_400, 21_600,
    ];
    assert_eq!(waits, wanted, "twelve tries in three days");
    let ids: std::collections::BTreeSet<_> = got.iter().map(|got| got.body.to_string()).collect();
    assert_eq!(ids.len(), 1, "the same each time");
    let standing = world.look(gone).await;
    assert_eq!((standing.waiting, standing.undelivered), (0, 1));
    let counts = world.webhooks.counts();
    assert_eq!((counts.delivered, counts.given_up), (3, 1));

    // Somebody mends it, and has it tried again.
    world.systems.answer("gone.vn", WELL);
    let given_up = world.webhooks.undelivered((CLINIC, gone), None, 9).await;
    let (given_up, _) = given_up.unwrap();
    assert_eq!(given_up[0].failures, 12);
    assert_eq!(given_up[0].last.failure, Failure::Status(503));
    assert_eq!(world.webhooks.retry(CLINIC, gone).await.unwrap(), 1);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(world.systems.got("gone.vn").len(), 13);
    let standing = world.look(gone).await;
    assert_eq!((standing.waiting, standing.undelivered), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn systems_that_are_dead_keep_no_other_waiting() {
    let world = World::new().await;
    let _running = world.start();
    for number in 0..9 {
        let host = format!("dead{number}.vn");
        world.systems.answer(&host, DEAD);
        let (dead, _) = world.webhook(&host).await;
        world.put(dead, 0..30).await;
    }
    sleep(Duration::from_secs(5)).await;
    let (his, _) = world.webhook("his.vn").await;
    world.put(his, 0..5).await;
    // Nine tries of ten seconds by turns, eight at once: a place is free within ten.
    sleep(Duration::from_mins(1)).await;
    assert_eq!(world.systems.got("his.vn").len(), 5);
    assert_eq!(*world.systems.most_at_once.lock().unwrap(), (8, 1));
    for number in 0..9 {
        let got = world.systems.got(&format!("dead{number}.vn"));
        assert!(got.len() >= 4, "each has its turns: {}", got.len());
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_webhook_goes_with_it_also_what_is_on_its_way() {
    let world = World::new().await;
    let (his, _) = world.webhook("his.vn").await;
    world.systems.answer("his.vn", DEAD);
    let _running = world.start();
    world.put(his, 0..3).await;
    sleep(Duration::from_secs(1)).await;
    world.remove(his).await;
    sleep(Duration::from_mins(5)).await;
    // By a server that was slow to hear of it, when nobody here looks after it any more.
    world.put_silently(his, 5..6).await;
    sleep(Duration::from_hours(2)).await;
    assert_eq!(world.systems.got("his.vn").len(), 1);
    let deliveries = &world.webhooks.deliveries;
    assert_eq!(deliveries.count(his).await.unwrap(), (0, 0), "swept");
}

#[tokio::test(start_paused = true)]
async fn what_was_given_up_is_forgotten_after_thirty_days() {
    let world = World::new().await;
    let (his, _) = world.webhook("his.vn").await;
    let refused = (Duration::from_millis(10), Err(Failure::Status(410)));
    world.systems.answer("his.vn", refused);
    let _running = world.start();
    world.put(his, 0..1).await;
    sleep(Duration::from_hours(76)).await;
    assert_eq!(world.look(his).await.undelivered, 1);
    sleep(Duration::from_hours(30 * 24 - 4)).await;
    assert_eq!(world.look(his).await.undelivered, 1);
    sleep(Duration::from_hours(6)).await;
    assert_eq!(world.look(his).await.undelivered, 0);
}

#[tokio::test(start_paused = true)]
async fn an_operator_who_allows_less_is_obeyed_by_webhooks_made_before() {
    let mut world = World::on(Store::in_memory().unwrap(), Reach::Private).await;
    let (his, _) = world.webhook_at("https://10.1.2.3/x").await;
    let (accounts, clock) = (world.accounts.clone(), world.clock.clone());
    world.webhooks = Webhooks::new(&world.store, accounts, Reach::Public, clock);
    let _running = world.start();
    world.put(his, 0..1).await;
    sleep(Duration::from_hours(100)).await;
    assert!(world.systems.got.lock().unwrap().is_empty());
    let undelivered = world.webhooks.undelivered((CLINIC, his), None, 9).await;
    assert_eq!(undelivered.unwrap().0[0].last.failure, Failure::Forbidden);
}
