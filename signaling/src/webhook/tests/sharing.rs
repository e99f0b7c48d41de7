//! Several servers of one store, and one that ends in the middle.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::sleep;

use super::world::{DEAD, WELL, World};
use crate::webhook::{Deliverer, Failure, Request, Sender};

#[tokio::test(start_paused = true)]
async fn two_servers_of_one_store_send_each_delivery_once() {
    let world = World::new().await;
    let mut webhooks = Vec::new();
    for number in 0..4 {
        webhooks.push(world.webhook(&format!("his{number}.vn")).await.0);
    }
    let _one = world.start();
    let other = world.webhooks_of_another_server();
    let _two = tokio::spawn(world.deliverer_of(other).run());
    for webhook in &webhooks {
        world.put(*webhook, 0..10).await;
    }
    sleep(Duration::from_mins(5)).await;
    let got = world.systems.got.lock().unwrap().clone();
    let ids: BTreeSet<_> = got
        .iter()
        .map(|got| got.body["delivery"].to_string())
        .collect();
    assert_eq!((got.len(), ids.len()), (40, 40));
}

#[tokio::test(start_paused = true)]
async fn what_another_server_put_is_noticed_within_half_a_minute() {
    let world = World::new().await;
    let (his, _) = world.webhook("his.vn").await;
    let _running = world.start();
    sleep(Duration::from_secs(45)).await;
    world.put_silently(his, 0..1).await;
    sleep(Duration::from_secs(31)).await;
    assert_eq!(world.systems.got("his.vn").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_a_killed_server_had_in_hand_is_made_by_the_next() {
    let world = World::new().await;
    let (his, _) = world.webhook("his.vn").await;
    world.systems.answer("his.vn", DEAD);
    let running = world.start();
    world.put(his, 0..1).await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(world.systems.got("his.vn").len(), 1);
    running.abort();
    running.await.unwrap_err();
    world.systems.hangs_up();
    world.systems.answer("his.vn", WELL);
    let _next = world.start();
    sleep(Duration::from_secs(20)).await;
    assert_eq!(world.systems.got("his.vn").len(), 1, "it may still arrive");
    sleep(Duration::from_secs(20)).await;
    assert_eq!(world.systems.got("his.vn").len(), 2);
    assert_eq!(world.look(his).await.waiting, 0);
}

/// Falls over on its first request.
struct Clumsy(Arc<std::sync::atomic::AtomicU32>);

impl Sender for Clumsy {
    fn send(&self, _request: Request) -> BoxFuture<'static, Result<(), Failure>> {
        let before = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin(async move {
            assert!(before > 0, "falls over once");
            Ok(())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_try_that_panics_is_made_again_and_stops_no_other() {
    let world = World::new().await;
    let (his, _) = world.webhook("his.vn").await;
    let tries = Arc::default();
    let sender = Arc::new(Clumsy(Arc::clone(&tries)));
    let deliverer = Deliverer::new(world.webhooks.clone(), sender, || 0);
    let _running = tokio::spawn(deliverer.run());
    world.put(his, 0..3).await;
    sleep(Duration::from_mins(2)).await;
    assert_eq!(world.look(his).await.waiting, 0);
    assert_eq!(tries.load(std::sync::atomic::Ordering::Relaxed), 4);
}
