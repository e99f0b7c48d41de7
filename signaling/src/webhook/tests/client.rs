//! Against real sockets: what arrives there, and how each way of not answering is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use rustls::RootCertStore;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::world::{CLINIC, World, delivery};
use crate::store::{Store, hexadecimal};
use crate::webhook::client::Client;
use crate::webhook::deliverer::Progress;
use crate::webhook::{Deliverer, Failure, Reach, Request, Sender, Target};

/// HMAC by its definition (RFC 2104): nothing of ours makes the signature that ours is compared with.
fn hmac(key: &str, text: &[u8]) -> String {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref());
    } else {
        block[..key.len()].copy_from_slice(key.as_bytes());
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad).to_vec();
    let inner = digest(&SHA256, &[padded(0x36), text.to_vec()].concat());
    let outer = digest(&SHA256, &[padded(0x5c), inner.as_ref().to_vec()].concat());
    hexadecimal::text(outer.as_ref())
}

/// The head of a request, in lower case, and its body.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        bytes.extend(&part[..read]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").parse::<usize>().unwrap();
            let begins = head.len() + 4;
            if bytes.len() >= begins + length {
                return (head.to_owned(), bytes[begins..].to_vec());
            }
        }
        assert!(read > 0, "cut off: {text}");
    }
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {head}"))
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn client(patience: Duration) -> Client {
    let client = Client::trusting(RootCertStore::empty(), Reach::Loopback).unwrap();
    client.with_patience(patience)
}

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(50);

/// The whole way, from the queue to the socket and back.
#[tokio::test]
async fn a_system_that_fails_hangs_and_sends_elsewhere_gets_the_same_signed_delivery_until_it_takes_it()
 {
    let (listener, address) = listener().await;
    let (elsewhere, other) = self::listener().await;
    let world = World::on(Store::in_memory().unwrap(), Reach::Loopback).await;
    let url = format!("http://{address}/hooks/7f3a?a=1");
    let (his, secret) = world.webhook_at(&url).await;
    world.put_silently(his, 1..2).await;
    let tries = [
        (
            "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n".to_owned(),
            Some(Failure::Status(500)),
        ),
        (String::new(), Some(Failure::Late)),
        (
            format!("HTTP/1.1 307 There\r\nlocation: http://{other}/\r\ncontent-length: 0\r\n\r\n"),
            Some(Failure::Status(307)),
        ),
        // Its body never ends, and nobody waits for it.
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n".to_owned(),
            None,
        ),
    ];
    let mut bodies = Vec::new();
    for (answer, failure) in tries {
        let patience = if answer.is_empty() { SHORT } else { LONG };
        let sender = Arc::new(client(patience));
        let deliverer = Deliverer::new(world.webhooks.clone(), sender, || 0);
        // The system, on its own; it hangs up when this ends.
        let system = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (head, body) = read_request(&mut stream).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
            (head, body, stream)
        };
        let id = delivery(his, 1).id;
        world.pass_until_due(his).await;
        let attempt = deliverer.attempt((CLINIC, his));
        let ((head, body, stream), progress) = tokio::join!(system, attempt);
        drop(stream);
        assert_eq!(progress.unwrap(), Progress::Tried);
        assert!(
            head.starts_with("post /hooks/7f3a?a=1 http/1.1\r\n"),
            "{head}"
        );
        assert_eq!(header(&head, "host"), address.to_string());
        assert_eq!(header(&head, "content-type"), "application/json");
        let signature = header(&head, "nhipcau-signature");
        let (time, given) = signature
            .strip_prefix("t=")
            .unwrap()
            .split_once(",v1=")
            .unwrap();
        let signed = [time.as_bytes(), b".", &body].concat();
        assert_eq!(given, hmac(&secret.text(), &signed));
        let now = world.clock.now().0 / 1_000;
        assert!(
            time.parse::<u64>().unwrap().abs_diff(now) < 60,
            "{time} {now}"
        );
        let said: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(said["delivery"], id.to_string());
        bodies.push(body);
        let state = world.webhooks.deliveries.look(id).await.unwrap();
        let last = state.and_then(|state| state.last);
        assert_eq!(last.map(|last| last.failure), failure);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    assert_eq!(world.look(his).await.waiting, 0);
    // Where it was sent to nobody ever came.
    drop(world);
    let came = tokio::time::timeout(SHORT, elsewhere.accept()).await;
    assert!(came.is_err());
}

async fn send(client: &Client, url: &str) -> Result<(), Failure> {
    let request = Request {
        target: Target::parse(url, Reach::Loopback).unwrap(),
        signature: "t=1,v1=00".to_owned(),
        body: b"{}".to_vec(),
    };
    client.send(request).await
}

#[tokio::test]
async fn whoever_is_not_there_is_told_from_whoever_hangs_up() {
    let (listener, address) = listener().await;
    let url = format!("http://{address}/");
    let client = client(LONG);
    let hang_up = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
    };
    let ((), sent) = tokio::join!(hang_up, send(&client, &url));
    assert_eq!(sent, Err(Failure::Connection));
    let rubbish = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"not HTTP\r\n\r\n").await.unwrap();
    };
    let ((), sent) = tokio::join!(rubbish, send(&client, &url));
    assert_eq!(sent, Err(Failure::Connection));
    drop(listener);
    assert_eq!(send(&client, &url).await, Err(Failure::Connection));
    let nobody = format!("https://nobody.invalid:{}/", address.port());
    assert_eq!(send(&client, &nobody).await, Err(Failure::Name));
}

/// The name is good when it is typed, and leads home when it is looked up.
#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_followed() {
    let (listener, address) = listener().await;
    let public = Client::trusting(RootCertStore::empty(), Reach::Public).unwrap();
    let url = format!("https://localhost:{}/", address.port());
    let target = Target::parse(&url, Reach::Public).unwrap();
    let request = Request {
        target,
        signature: String::new(),
        body: Vec::new(),
    };
    assert_eq!(public.send(request).await, Err(Failure::Forbidden));
    let came = tokio::time::timeout(SHORT, listener.accept()).await;
    assert!(came.is_err(), "nobody connected");
}

#[tokio::test]
async fn over_tls_only_a_certificate_for_the_name_by_somebody_trusted_will_do() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.unwrap())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let (listener, address) = listener().await;
    let serve = async || {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else {
            return;
        };
        read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 204 Done\r\n\r\n")
            .await
            .unwrap();
    };
    let trusting = Client::trusting(roots, Reach::Loopback).unwrap();
    let strange = client(LONG);
    let named = format!("https://localhost:{}/", address.port());
    let numbered = format!("https://127.0.0.1:{}/", address.port());
    for (client, url, outcome) in [
        (&trusting, &named, Ok(())),
        (&trusting, &numbered, Err(Failure::Tls)),
        (&strange, &named, Err(Failure::Tls)),
    ] {
        let ((), sent) = tokio::join!(serve(), send(client, url));
        assert_eq!(sent, outcome, "{url}");
    }
}
