//! What operators and their machines ask.

use std::sync::atomic::Ordering;

use crate::client::{get, request};
use crate::server::TestServer;

#[tokio::test]
async fn a_server_is_alive_and_ready() {
    let server = TestServer::start().await;
    let alive = get(server.address, "/healthz", &[]).await;
    assert_eq!((alive.status, alive.text().as_str()), (200, "ok\n"));
    let ready = get(server.address, "/readyz", &[]).await;
    assert_eq!((ready.status, ready.text().as_str()), (200, "ready\n"));
}

#[tokio::test]
async fn a_server_with_a_shard_down_is_alive_but_not_ready() {
    let server = TestServer::start().await;
    server.shards.up.store(1, Ordering::Relaxed);
    let ready = get(server.address, "/readyz", &[]).await;
    assert_eq!(
        (ready.status, ready.text().as_str()),
        (503, "1 of 2 media shards are up\n")
    );
    assert_eq!(get(server.address, "/healthz", &[]).await.status, 200);
    server.shards.up.store(2, Ordering::Relaxed);
    assert_eq!(get(server.address, "/readyz", &[]).await.status, 200);
}

#[tokio::test]
async fn metrics_tell_figures_of_media_and_signaling() {
    let server = TestServer::start().await;
    // A second look must not count anything twice.
    get(server.address, "/metrics", &[]).await;
    let answer = get(server.address, "/metrics", &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let text = answer.text();
    for line in [
        "nhipcau_media_datagrams_received_total 7",
        "nhipcau_media_participants 3",
        "nhipcau_media_shards 2",
        "nhipcau_media_shards_up 2",
        "nhipcau_rooms_live 0",
        "nhipcau_websockets 0",
    ] {
        assert!(
            text.lines().any(|present| present == line),
            "{line} in\n{text}"
        );
    }
}

#[tokio::test]
async fn two_servers_in_one_process_count_apart() {
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    one.shards.up.store(0, Ordering::Relaxed);
    let metrics = async |server: &TestServer| get(server.address, "/metrics", &[]).await.text();
    assert!(metrics(&one).await.contains("nhipcau_media_shards_up 0"));
    assert!(metrics(&other).await.contains("nhipcau_media_shards_up 2"));
}

#[tokio::test]
async fn rooms_are_made_and_looked_into_with_the_admin_secret_only() {
    let server = TestServer::start().await;
    let body =
        r#"{"people":[{"name":"Lan","role":"practitioner"},{"name":"Mẩy","role":"patient"}]}"#;
    let bearer = format!("Bearer {}", server.admin_secret);
    let json = ("content-type", "application/json");
    for wrong in ["", "Bearer ", "Bearer wrong-wrong-wrong-wrong"] {
        let answer = request(
            server.address,
            "POST",
            "/v1/rooms",
            &[json, ("authorization", wrong)],
            body,
        )
        .await;
        assert_eq!(answer.status, 401, "{wrong:?}");
    }
    let answer = request(
        server.address,
        "POST",
        "/v1/rooms",
        &[json, ("authorization", &bearer)],
        body,
    )
    .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    let path = format!("/debug/rooms/{}", made["room"].as_str().expect("a room"));
    assert_eq!(get(server.address, &path, &[]).await.status, 401);
    assert_ne!(
        get(server.address, &path, &[("authorization", &bearer)])
            .await
            .status,
        401
    );
}
