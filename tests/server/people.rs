//! People of another WebRTC stack, for tests that lead them by hand.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use loadtest::bot::enter::Key;
use loadtest::bot::person::{Body, Person};
use loadtest::bot::tone::TONES;
use loadtest::chance::Chance;
use loadtest::http::Client;
use loadtest::protocol::{Admission, ClientMessage, CreateRoom, RoomCreated, Seat, ServerMessage};

use crate::client::PATIENCE;
use crate::spawned::Demo;

/// Opens a room for people with these names and roles.
pub async fn room(demo: &Demo, people: &[(&str, &'static str)]) -> RoomCreated {
    let people = people
        .iter()
        .map(|(name, role)| loadtest::protocol::Person {
            name: (*name).to_owned(),
            role,
        })
        .collect();
    let request = CreateRoom {
        people,
        expires_in_seconds: None,
    };
    demo.client()
        .post("/v1/rooms", Some(&demo.admin_secret()), &request)
        .await
        .expect("a room")
}

/// Somebody whose tone is this one of the known tones.
pub fn body(number: usize) -> Body {
    let tones: Arc<[u16]> = TONES.into();
    Body::new(TONES[number * 4], &tones, Chance::new(9, 0, number))
}

/// Comes in from this address.
pub async fn come(client: &Client, key: Key<'_>, number: usize) -> Person {
    Person::come(client, key, body(number)).await.expect("in")
}

/// A client that calls from another loopback address than the server's, to be told from it.
pub fn from(demo: &Demo, address: &str) -> Client {
    let address: IpAddr = address.parse().expect("an address");
    demo.client().calling_from(address)
}

/// Says it.
pub async fn say(person: &mut Person, message: ClientMessage<'_>) {
    person.wire.say(message).await.expect("said");
}

/// Hears that a seat is so now.
pub async fn sees(person: &mut Person, seat: u16, admission: Admission) -> Seat {
    let is_so = |message| match message {
        ServerMessage::SeatChanged { seat: changed }
            if changed.seat == seat && changed.admission == admission =>
        {
            Some(changed)
        }
        _ => None,
    };
    person.wire.until(is_so).await.expect("told")
}

/// Hears half a second of whoever is in the room.
pub async fn hears(person: &Person) {
    let meter = &person.body.hearing.meter;
    let heard = meter.reaches(meter.received() + 40);
    tokio::time::timeout(PATIENCE, heard).await.expect("heard");
}

/// A key file for signed invitations, in this folder.
pub fn write_keys(folder: &Path) {
    let keys = format!("[[keys]]\nkid = \"his\"\nalg = \"HS256\"\nsecret = \"{SIGNING_SECRET}\"\n");
    std::fs::write(folder.join("keys.toml"), keys).expect("written");
}

/// Base64 of 32 bytes.
pub const SIGNING_SECRET: &str = "c3dvcmRmaXNoLXN3b3JkZmlzaC1zd29yZGZpc2gtLTE=";

/// An invitation as a hospital system makes it, good until so long after now, or before.
#[expect(
    clippy::disallowed_methods,
    reason = "the server, a process of its own, judges it by the real clock"
)]
pub fn signed(sub: &str, name: &str, role: &str, good_for: Duration, is_past: bool) -> String {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970");
    let exp = if is_past {
        now.saturating_sub(good_for)
    } else {
        now + good_for
    };
    let claims = serde_json::json!({
        "consultation": "appointment-4711", "sub": sub, "name": name, "role": role, "exp": exp.as_secs(),
    });
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("his".to_owned());
    let key = EncodingKey::from_base64_secret(SIGNING_SECRET).expect("a key");
    jsonwebtoken::encode(&header, &claims, &key).expect("signed")
}
