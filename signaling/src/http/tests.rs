mod abuse;
mod administering;
mod appointments;
mod caching;
mod clinic;
mod consent;
mod fhir;
mod intruders;
mod matrix;
mod sessions;
mod webhooks;

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::Access;
use crate::Clock;
use crate::accounts::{Accounts, Cookies};
use crate::auth::AdminSecret;
use crate::media_port::fake::FakeMedia;
use crate::service::{Service, Settings};
use crate::store::Store;
use crate::webhook::{Reach, Webhooks};

const OPAQUE: &str = "AAAAAAAAAAAAAAAAAAAAAA";

pub(super) fn server() -> Router {
    let store = Store::in_memory().unwrap();
    let media = Arc::new(FakeMedia::new());
    let service = Service::new(Arc::new(store.clone()), media, Settings::default());
    let access = access(&store, Clock::system());
    super::router(service, AdminSecret::new("secret"), access)
}

/// A server on loopback whose passwords cost next to nothing.
pub(crate) fn access(store: &Store, clock: Clock) -> Access {
    let accounts = Arc::new(Accounts::of_a_test(store, clock.clone()));
    let webhooks = Webhooks::new(store, Arc::clone(&accounts), Reach::Public, clock);
    Access {
        accounts,
        cookies: Cookies::Loopback,
        webhooks,
    }
}

/// Somewhere in 192.0.2.0/24.
async fn send_from(server: &Router, host: u8, mut request: Request<Body>) -> Response<Body> {
    let address = SocketAddr::from(([192, 0, 2, host], 40_000));
    request.extensions_mut().insert(ConnectInfo(address));
    server.clone().oneshot(request).await.unwrap()
}

pub(super) async fn send(server: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = send_from(server, 1, request).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn post(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).body(body.into()).unwrap()
}

fn as_admin(mut request: Request<Body>) -> Request<Body> {
    let value = "Bearer secret".parse().unwrap();
    request.headers_mut().insert("authorization", value);
    request
}

async fn open_room(server: &Router) -> (String, Vec<String>) {
    let people = json!({"people": [
        {"name": "Bác sĩ Lan", "role": "practitioner"},
        {"name": "Cụ Sính", "role": "patient"},
    ]});
    let request = as_admin(post("/v1/rooms", people.to_string()));
    let (status, body) = send(server, request).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let room = body["room"].as_str().unwrap().to_owned();
    (room, serde_json::from_value(body["links"].clone()).unwrap())
}

fn join_body(link: &str) -> String {
    json!({"version": 1, "link": link, "attempt": OPAQUE, "offer": "v=0"}).to_string()
}

#[tokio::test]
async fn a_room_is_opened_joined_looked_at_and_ended() {
    let server = server();
    let (room, links) = open_room(&server).await;
    assert_eq!((room.len(), links.len()), (16, 2));

    let (status, body) = send(&server, post("/v1/join", join_body(&links[1]))).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["you"], 2);
    assert_eq!(body["seats"][0]["name"], "Bác sĩ Lan");
    assert_eq!(body["resume"].as_str().unwrap().len(), 22);

    let path = format!("/debug/rooms/{room}");
    let look = || Request::get(&path).body(Body::empty()).unwrap();
    assert_eq!(send(&server, look()).await.0, StatusCode::UNAUTHORIZED);
    let (status, body) = send(&server, as_admin(look())).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["signaling"]["seats"][1]["present"], true);

    let path = format!("/v1/rooms/{room}");
    let end = || Request::delete(&path).body(Body::empty()).unwrap();
    assert_eq!(send(&server, end()).await.0, StatusCode::UNAUTHORIZED);
    let (status, _) = send(&server, as_admin(end())).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let mut again: Value = serde_json::from_str(&join_body(&links[1])).unwrap();
    again["attempt"] = json!("BBBBBBBBBBBBBBBBBBBBBB");
    let (status, body) = send(&server, post("/v1/join", again.to_string())).await;
    assert_eq!(status, StatusCode::GONE);
    assert_eq!(body["code"], "ended");
}

#[tokio::test]
async fn every_mistake_has_its_code() {
    let server = server();
    let mut later: Value = serde_json::from_str(&join_body(OPAQUE)).unwrap();
    later["version"] = json!(2);
    later["newIn2"] = json!(true);
    let with = |field: &str, value: Value| {
        let mut body: Value = serde_json::from_str(&join_body(OPAQUE)).unwrap();
        body[field] = value;
        body.to_string()
    };
    let cases = [
        (String::new(), 400, "malformed", "EOF"),
        ("[1".to_owned(), 400, "malformed", "EOF"),
        (
            with("link", json!("x")),
            400,
            "malformed",
            "link must be 22",
        ),
        (with("surprise", json!(1)), 400, "malformed", "surprise"),
        (with("version", json!("1")), 400, "malformed", "u16"),
        (later.to_string(), 400, "unsupported_version", "version 2"),
        (join_body(OPAQUE), 404, "link_unknown", "link"),
        ("x".repeat(65_537), 413, "too_large", "65536"),
    ];
    for (body, status, code, words) in cases {
        let shown: String = body.chars().take(80).collect();
        let (got, problem) = send(&server, post("/v1/join", body)).await;
        assert_eq!(
            (got.as_u16(), &problem["code"]),
            (status, &json!(code)),
            "{shown}"
        );
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn an_error_is_a_problem_that_nobody_caches() {
    let server = server();
    let response = send_from(&server, 1, post("/v1/join", "")).await;
    let header = |name| response.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/problem+json");
    assert_eq!(header("cache-control"), "no-store");
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_a_problem_too() {
    let server = server();
    for path in ["/v1/rooms/%ff", "/v1/rooms/%ff/seats/1/link"] {
        let request = as_admin(Request::delete(path).body(Body::empty()).unwrap());
        let response = send_from(&server, 1, request).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "malformed");
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains("UTF-8"), "{message}");
    }
}

#[tokio::test]
async fn a_room_for_too_few_or_too_many_is_refused_by_its_numbers() {
    let server = server();
    for count in [0, 1, 9] {
        let person = json!({"name": "Một", "role": "patient"});
        let body = json!({"people": vec![person; count]}).to_string();
        let (status, problem) = send(&server, as_admin(post("/v1/rooms", body))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let words = format!("people must be 2 to 8, got {count}");
        assert_eq!(problem["message"], words);
    }
}

#[tokio::test]
async fn only_the_admin_secret_opens_rooms() {
    let server = server();
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic secret",
        "secret",
    ] {
        let mut request = post("/v1/rooms", r#"{"people":[]}"#);
        let headers = request.headers_mut();
        headers.insert("authorization", value.parse().unwrap());
        let (status, problem) = send(&server, request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{value}");
        assert_eq!(problem["code"], "unauthorized");
    }
}

#[tokio::test]
async fn a_room_id_that_is_none_is_named() {
    let server = server();
    let request = Request::delete("/v1/rooms/xyz")
        .body(Body::empty())
        .unwrap();
    let (status, problem) = send(&server, as_admin(request)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let words = "room must be 16 lower-case hexadecimal digits";
    assert_eq!(problem["message"], words);
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn encoded(encoding: &str, body: Vec<u8>) -> Request<Body> {
    let mut request = post("/v1/join", body);
    let headers = request.headers_mut();
    headers.insert("content-encoding", encoding.parse().unwrap());
    request
}

#[tokio::test]
async fn a_join_may_come_deflated_or_gzipped() {
    let server = server();
    let (_, links) = open_room(&server).await;
    for (link, encoding, compress) in [
        (&links[0], "deflate", zlib as fn(&[u8]) -> Vec<u8>),
        (&links[1], "gzip", gzip),
    ] {
        let body = compress(join_body(link).as_bytes());
        let (status, body) = send(&server, encoded(encoding, body)).await;
        assert_eq!(status, StatusCode::OK, "{encoding}: {body}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_limited_by_what_it_becomes() {
    let server = server();
    let bomb = zlib(&vec![b' '; 10_000_000]);
    assert!(bomb.len() < 20_000);
    let (status, problem) = send(&server, encoded("deflate", bomb)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(problem["code"], "too_large");
}

#[tokio::test]
async fn a_compressed_body_that_becomes_nothing_is_limited_too() {
    let server = server();
    // An empty stored block of deflate, again and again.
    let mut endless = vec![0x78, 0x9c];
    for _ in 0..20_000 {
        endless.extend([0x00, 0x00, 0x00, 0xff, 0xff]);
    }
    // In pieces and without a length: nothing is known before it has come.
    let pieces = endless
        .chunks(1_000)
        .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()));
    let pieces: Vec<_> = pieces.collect();
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let mut request = post("/v1/join", body);
    let headers = request.headers_mut();
    headers.insert("content-encoding", "deflate".parse().unwrap());
    let (status, problem) = send(&server, request).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{problem}");
    assert_eq!(problem["code"], "too_large");
}

#[tokio::test]
async fn a_body_that_is_not_what_its_encoding_says_is_malformed() {
    let server = server();
    for encoding in ["deflate", "gzip", "zstd", "nonsense"] {
        let body = join_body(OPAQUE).into_bytes();
        let (status, problem) = send(&server, encoded(encoding, body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{encoding}");
        assert_eq!(problem["code"], "malformed", "{encoding}");
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains("content-encoding"), "{message}");
    }
}

#[tokio::test]
async fn an_answer_is_compressed_for_those_who_ask() {
    let server = server();
    let (_, links) = open_room(&server).await;
    let mut request = post("/v1/join", join_body(&links[0]));
    let headers = request.headers_mut();
    headers.insert("accept-encoding", "gzip".parse().unwrap());
    let response = send_from(&server, 1, request).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let mut text = String::new();
    let mut decoder = flate2::read::GzDecoder::new(bytes.as_ref());
    decoder.read_to_string(&mut text).unwrap();
    assert!(text.contains("Bác sĩ Lan"));
}

#[tokio::test]
async fn wrong_links_run_out_for_one_address_only() {
    let server = server();
    let wrong = || post("/v1/join", join_body(OPAQUE));
    for _ in 0..20 {
        let response = send_from(&server, 1, wrong()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
    let response = send_from(&server, 1, wrong()).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "6");
    let response = send_from(&server, 2, wrong()).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}
