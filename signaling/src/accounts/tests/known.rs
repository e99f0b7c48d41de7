//! Two servers of one store: each remembers, and neither works with what the other has changed.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::world::{World, code};
use super::*;
use crate::store::Store;

const LANS_NAME: &str = "lan@benhvien.vn";
const MAIS_NAME: &str = "mai@benhvien.vn";

#[tokio::test]
async fn a_request_of_somebody_who_is_known_reads_no_log() {
    let (store, loads) = Store::counted();
    let world = World::over(store);
    world.administrator(CLINIC).await;
    let welcome = world.sign_in(CLINIC, LANS_NAME).await.unwrap();
    let lan = world.accounts.who(&welcome.token).await.unwrap();
    let key = world
        .accounts
        .make_key(&lan, Scope::ALL.into())
        .await
        .unwrap();
    world.accounts.key(&key.text()).await.unwrap();
    world.accounts.key(&key.text()).await.unwrap();
    let before = loads.load(Ordering::Relaxed);
    for _ in 0..10 {
        world.accounts.who(&welcome.token).await.unwrap();
        world.accounts.key(&key.text()).await.unwrap();
    }
    assert_eq!(loads.load(Ordering::Relaxed), before);
}

#[tokio::test]
async fn what_another_server_takes_back_is_taken_back_at_once() {
    let world = World::new();
    let other = world.beside();
    let lan = world.administrator(CLINIC).await;
    let mai = world
        .newcomer(&lan, StaffRole::Coordinator, MAIS_NAME)
        .await;
    let signed_in = async || world.sign_in(CLINIC, MAIS_NAME).await.unwrap().token;
    let who = async |token| code(world.accounts.who(token).await);

    let token = signed_in().await;
    let mais = world.accounts.who(&token).await.unwrap();
    other.sign_out(&mais).await.unwrap();
    assert_eq!(who(&token).await, "session_unknown", "signed out there");

    let token = signed_in().await;
    assert_eq!(who(&token).await, "ok");
    other.disable(&lan, mai).await.unwrap();
    assert_eq!(who(&token).await, "session_unknown", "disabled there");

    let key = world
        .accounts
        .make_key(&lan, Scope::ALL.into())
        .await
        .unwrap();
    assert_eq!(code(world.accounts.key(&key.text()).await), "ok");
    other.revoke_key(&lan, key.id).await.unwrap();
    assert_eq!(code(world.accounts.key(&key.text()).await), "key_unknown");
}

#[tokio::test]
async fn a_session_that_is_used_on_another_server_does_not_end_here() {
    let world = World::new();
    let other = world.beside();
    world.administrator(CLINIC).await;
    let token = world.sign_in(CLINIC, LANS_NAME).await.unwrap().token;
    world.accounts.who(&token).await.unwrap();
    for _ in 0..3 {
        world.pass(Duration::from_mins(20));
        other.who(&token).await.unwrap();
    }
    assert_eq!(code(world.accounts.who(&token).await), "ok");
    world.pass(SESSION_IDLE);
    assert_eq!(code(world.accounts.who(&token).await), "session_unknown");
}
