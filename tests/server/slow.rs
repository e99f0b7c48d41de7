//! Requests that never end, that are too large, or that point elsewhere. Time is virtual: it goes on when the
//! server and its clients have nothing left to do.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::client::{exchange, get};
use crate::server::TestServer;

/// More bytes than any client sends one a second before it is cut.
const ENDLESS: usize = 300;

/// What came of a client that sends one byte a second.
struct Cut {
    bytes: usize,
    answer: String,
}

/// Sends the start at once and then `x` after `x`, a second each, until the server has had enough. Somebody
/// else is served all the while.
async fn drip(address: SocketAddr, start: &str) -> Cut {
    let stream = TcpStream::connect(address).await.expect("connected");
    let (mut read, mut write) = stream.into_split();
    let heard: JoinHandle<Vec<u8>> = tokio::spawn(async move {
        let mut answer = Vec::new();
        // A connection that is reset is cut as well.
        let _ = read.read_to_end(&mut answer).await;
        answer
    });
    write.write_all(start.as_bytes()).await.expect("sent");
    let mut bytes = 0;
    while bytes < ENDLESS && !heard.is_finished() {
        if write.write_all(b"x").await.is_err() {
            break;
        }
        bytes += 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(get(address, "/healthz", &[]).await.status, 200);
    }
    assert!(bytes < ENDLESS, "it goes on for ever");
    drop(write);
    let answer = heard.await.expect("no panic");
    let answer = String::from_utf8(answer).expect("text");
    Cut { bytes, answer }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_comes_a_byte_a_second_is_cut_while_others_are_served() {
    let server = TestServer::start().await;
    let start = "POST /v1/session HTTP/1.1\r\nhost: localhost\r\nx-slow: ";
    let cut = drip(server.address, start).await;
    assert!((29..=31).contains(&cut.bytes), "{}", cut.bytes);
    // Nor at the start of the first line.
    let cut = drip(server.address, "").await;
    assert!((29..=31).contains(&cut.bytes), "{}", cut.bytes);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_comes_a_byte_a_second_is_refused_while_others_are_served() {
    let server = TestServer::start().await;
    for path in ["/v1/session", "/v1/password", "/v1/join"] {
        let start = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: 1000\r\n\r\n"
        );
        let cut = drip(server.address, &start).await;
        assert!((19..=22).contains(&cut.bytes), "{path}: {}", cut.bytes);
        assert!(
            cut.answer.starts_with("HTTP/1.1 400 "),
            "{path}: {}",
            cut.answer
        );
        assert!(
            cut.answer.contains("the body must come within 20 s"),
            "{}",
            cut.answer
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_slow_clients_at_once_keep_nobody_out() {
    let server = TestServer::start().await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(server.address).await.expect("connected");
        stream
            .write_all(b"GET / HTTP/1.1\r\nx-")
            .await
            .expect("sent");
        slow.push(stream);
    }
    assert_eq!(get(server.address, "/healthz", &[]).await.status, 200);
    tokio::time::sleep(Duration::from_secs(31)).await;
    for mut stream in slow {
        let mut rest = Vec::new();
        // Closed or reset: it does not wait for more.
        let _ = stream.read_to_end(&mut rest).await;
    }
    assert_eq!(get(server.address, "/healthz", &[]).await.status, 200);
}

#[tokio::test]
async fn a_head_without_measure_is_refused_and_the_server_goes_on() {
    let server = TestServer::start().await;
    let long = format!("x-long: {}\r\n", "x".repeat(1_000_000));
    let many = (0..1_000).map(|number| format!("x-{number}: y\r\n"));
    let many = many.collect::<Vec<_>>().concat();
    let target = format!("/{}", "x".repeat(1_000_000));
    for head in [
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{long}\r\n"),
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{many}\r\n"),
        format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    ] {
        let mut stream = TcpStream::connect(server.address).await.expect("connected");
        // The server may have refused before all of it is sent.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        let is_refused = ["", "HTTP/1.1 431 ", "HTTP/1.1 414 "];
        let is_refused = is_refused.iter().any(|start| match *start {
            "" => answer.is_empty(),
            start => answer.starts_with(start),
        });
        assert!(is_refused, "{answer}");
        assert_eq!(get(server.address, "/healthz", &[]).await.status, 200);
    }
}

#[tokio::test]
async fn no_path_leads_out_of_what_is_served() {
    let server = TestServer::start().await;
    for path in [
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/../../etc/passwd",
        "/assets/..%5c..%5cetc%5cpasswd",
        "//etc/passwd",
        "/./../nhipcau.redb",
        "/nhipcau.redb.key",
        "/%00/etc/passwd",
        "/v1/../nhipcau.redb.key",
    ] {
        let stream = TcpStream::connect(server.address).await.expect("connected");
        let answer = exchange(stream, "GET", path, &[], "").await;
        assert!(
            (400..500).contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        let text = answer.text();
        assert!(
            !text.contains("root:") && !text.contains("v1:"),
            "{path}: {text}"
        );
    }
}
