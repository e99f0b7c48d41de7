//! HTTP/2: the page, and sockets for events by extended CONNECT (RFC 8441).

use axum::body::Bytes;
use axum::http::{Method, Request, StatusCode, Version};
use h2::client::SendRequest;
use h2::ext::Protocol;
use nhipcau::config::Tls;

use crate::client::{PATIENCE, connect_tls};
use crate::server::TestServer;

/// An HTTP/2 connection to a server with TLS.
async fn connect(server: &TestServer) -> SendRequest<Bytes> {
    let stream = connect_tls(server.address, &["h2"], &rustls::version::TLS13).await;
    let (client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
    tokio::spawn(connection);
    client.ready().await.expect("ready")
}

#[tokio::test]
async fn one_connection_serves_several_requests() {
    let server = TestServer::configured(|settings| settings.tls = Tls::SelfSigned).await;
    let mut client = connect(&server).await;
    let mut pending = Vec::new();
    for _ in 0..3 {
        let request = Request::get("https://localhost/healthz")
            .version(Version::HTTP_2)
            .body(());
        let (answer, _) = client
            .send_request(request.expect("a request"), true)
            .expect("sent");
        pending.push(answer);
    }
    for answer in pending {
        let answer = tokio::time::timeout(PATIENCE, answer)
            .await
            .expect("in time")
            .expect("answered");
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_websocket_opens_by_extended_connect() {
    let server = TestServer::configured(|settings| settings.tls = Tls::SelfSigned).await;
    let mut client = connect(&server).await;
    // The server's settings come with its first frames; an answered request proves that they are here.
    let request = Request::get("https://localhost/healthz")
        .version(Version::HTTP_2)
        .body(());
    let (answer, _) = client
        .send_request(request.expect("a request"), true)
        .expect("sent");
    tokio::time::timeout(PATIENCE, answer)
        .await
        .expect("in time")
        .expect("answered");
    assert!(client.is_extended_connect_protocol_enabled());

    let request = Request::builder()
        .method(Method::CONNECT)
        .uri("https://localhost/v1/connect")
        .version(Version::HTTP_2)
        .header("sec-websocket-version", "13")
        .extension(Protocol::from_static("websocket"))
        .body(());
    let (answer, _stream) = client
        .send_request(request.expect("a request"), false)
        .expect("sent");
    let answer = tokio::time::timeout(PATIENCE, answer)
        .await
        .expect("in time")
        .expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
}
