//! The end of a process: the first wish lets people finish, the second one ends at once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use signaling::protocol::{CreateRoomRequest, CreateRoomResponse, LinkLifetime, Person, Role};
use signaling::text::DisplayName;

use crate::client::{Answer, PATIENCE, get, request};
use crate::server::TestServer;

const JSON: (&str, &str) = ("content-type", "application/json");

async fn room(server: &TestServer) -> CreateRoomResponse {
    let person = |name: &str, role| Person {
        name: DisplayName::parse(name).expect("a name"),
        role,
        languages: None,
    };
    let people = vec![
        person("Lan", Role::Practitioner),
        person("Mẩy", Role::Patient),
    ];
    let request = CreateRoomRequest {
        people,
        expires_in: LinkLifetime::default(),
    };
    server.service.create_room(request).await.expect("a room")
}

async fn join(server: &TestServer, room: &CreateRoomResponse, seat: usize) -> Answer {
    let body = serde_json::json!({
        "version": 1,
        "link": room.links[seat].as_str(),
        "attempt": format!("{seat:022}"),
        "offer": "v=0\r\n",
    });
    request(
        server.address,
        "POST",
        "/v1/join",
        &[JSON],
        &body.to_string(),
    )
    .await
}

/// Waits until the server says that it takes nobody new.
async fn draining(server: &TestServer) -> Answer {
    let turned = async {
        loop {
            let answer = get(server.address, "/readyz", &[]).await;
            if answer.status == 503 {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, turned)
        .await
        .expect("the server drains")
}

#[tokio::test]
async fn an_empty_server_ends_at_the_first_wish() {
    let mut server = TestServer::start().await;
    room(&server).await;
    server.wish_to_stop().await;
    server.ended().await;
    assert_eq!(server.shards.was_shut_down.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_running_consultation_goes_on_but_no_new_room_begins() {
    let mut server = TestServer::start().await;
    let room = room(&server).await;
    let joined = join(&server, &room, 0).await;
    assert_eq!(joined.status, 200, "{}", joined.text());

    server.wish_to_stop().await;
    let answer = draining(&server).await;
    assert!(answer.text().contains("about to stop"), "{}", answer.text());
    assert_eq!(get(server.address, "/healthz", &[]).await.status, 200);

    let bearer = format!("Bearer {}", server.admin_secret);
    let body = r#"{"people":[{"name":"A","role":"practitioner"},{"name":"B","role":"patient"}]}"#;
    let refused = request(
        server.address,
        "POST",
        "/v1/rooms",
        &[JSON, ("authorization", &bearer)],
        body,
    )
    .await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.text().contains("draining"), "{}", refused.text());

    server.wish_to_stop().await;
    server.ended().await;
    assert_eq!(server.shards.was_shut_down.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_running_consultation_ends_at_the_deadline() {
    let mut server = TestServer::configured(|settings| settings.drain = Duration::ZERO).await;
    let room = room(&server).await;
    assert_eq!(join(&server, &room, 0).await.status, 200);
    server.wish_to_stop().await;
    server.ended().await;
}
