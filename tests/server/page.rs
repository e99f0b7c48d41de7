//! The embedded page: types, compression, caching, and what is said when it was not built.

use std::borrow::Cow;
use std::net::SocketAddr;

use axum::http::{HeaderValue, Request, Version};
use nhipcau::server::assets;
use nhipcau::server::assets::pace::LARGEST_PIECE;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::client::{connect_tls, get, request};
use crate::server::serve_routes;
use crate::tls::PairOfFiles;

/// A page as a build would leave it; the `.br` file holds a marker instead of real Brotli.
#[derive(RustEmbed)]
#[folder = "tests/server/page"]
struct Page;

/// A page that was never built.
struct NoPage;

impl RustEmbed for NoPage {
    fn get(_: &str) -> Option<EmbeddedFile> {
        None
    }

    fn iter() -> impl Iterator<Item = Cow<'static, str>> + 'static {
        std::iter::empty()
    }
}

const AHEAD: HeaderValue = HeaderValue::from_static("media;desc=\"AB 192.0.2.1 40000\"");

async fn page() -> SocketAddr {
    serve_routes(assets::router::<Page>(Some(AHEAD)), None).await
}

#[tokio::test]
async fn the_document_is_asked_about_each_time() {
    let answer = get(page().await, "/", &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_eq!(answer.header("vary"), Some("accept-encoding"));
    assert!(answer.text().contains("a page for tests"));
    assert_eq!(
        answer.header("content-length"),
        Some(answer.body.len().to_string().as_str())
    );
}

#[tokio::test]
async fn the_document_says_whom_a_page_will_meet_also_to_who_holds_it_and_no_other_file_does() {
    let page = page().await;
    let answer = get(page, "/", &[]).await;
    assert_eq!(answer.header("server-timing"), AHEAD.to_str().ok());
    let tag = answer.header("etag").expect("a tag").to_owned();
    let held = get(page, "/", &[("if-none-match", &tag)]).await;
    assert_eq!(held.status, 304);
    assert_eq!(held.header("server-timing"), AHEAD.to_str().ok());
    let file = get(page, "/assets/voice-1a2b3c.js", &[]).await;
    assert_eq!(file.header("server-timing"), None);
}

#[tokio::test]
async fn the_staffs_document_and_the_one_for_digits_are_others_and_meet_nobody_in_a_call() {
    let page = page().await;
    let answer = get(page, "/clinic", &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert!(answer.text().contains("the staff's pages for tests"));
    assert_eq!(answer.header("server-timing"), None);
    assert_eq!(get(page, "/clinic/else", &[]).await.status, 404);
    let code = get(page, "/ma", &[]).await;
    assert!(code.text().contains("digits for tests"));
    assert_eq!(code.header("cache-control"), Some("no-cache"));
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever() {
    let answer = get(page().await, "/assets/voice-1a2b3c.js", &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(
        answer.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
}

#[tokio::test]
async fn the_precompressed_form_goes_to_those_who_accept_it() {
    let page = page().await;
    let path = "/assets/voice-1a2b3c.js";
    let compressed = get(page, path, &[("accept-encoding", "gzip, deflate, br")]).await;
    assert_eq!(compressed.header("content-encoding"), Some("br"));
    assert_eq!(
        compressed.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(compressed.text().trim(), "stands for brotli");

    let plain = get(page, path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(plain.header("content-encoding"), None);
    assert_ne!(plain.header("etag"), compressed.header("etag"));

    let only_plain = get(page, "/", &[("accept-encoding", "br")]).await;
    assert_eq!(only_plain.header("content-encoding"), None);
}

#[tokio::test]
async fn what_the_browser_holds_is_not_sent_again() {
    let page = page().await;
    for accepted in ["br", "identity"] {
        let path = "/assets/voice-1a2b3c.js";
        let first = get(page, path, &[("accept-encoding", accepted)]).await;
        let tag = first.header("etag").expect("a tag").to_owned();
        let again = get(
            page,
            path,
            &[("accept-encoding", accepted), ("if-none-match", &tag)],
        )
        .await;
        assert_eq!(again.status, 304);
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), Some(tag.as_str()));
        assert_eq!(again.header("vary"), Some("accept-encoding"));
        let other = get(
            page,
            path,
            &[("accept-encoding", accepted), ("if-none-match", "\"0\"")],
        )
        .await;
        assert_eq!(other.status, 200);
    }
}

#[tokio::test]
async fn a_paced_file_is_the_same_file_and_kept_for_ever() {
    let page = page().await;
    let path = "/assets/app-5d6e7f.js";
    let whole = get(page, path, &[]).await;
    let paced = get(page, &format!("{path}?pace=5000"), &[]).await;
    assert_eq!(paced.status, 200);
    assert_eq!(paced.body, whole.body);
    for name in ["content-length", "cache-control", "etag", "content-type"] {
        assert!(paced.header(name).is_some(), "{name}");
        assert_eq!(paced.header(name), whole.header(name), "{name}");
    }
    // What is kept at one pace is found at every other (the No-Vary-Search header).
    for answer in [&whole, &paced] {
        assert_eq!(answer.header("no-vary-search"), Some("params=(\"pace\")"));
    }

    let small = "/assets/voice-1a2b3c.js?pace=12";
    let compressed = get(page, small, &[("accept-encoding", "br")]).await;
    assert_eq!(compressed.header("content-encoding"), Some("br"));
    let tag = compressed.header("etag").expect("a tag").to_owned();
    let held = [("accept-encoding", "br"), ("if-none-match", tag.as_str())];
    assert_eq!(get(page, small, &held).await.status, 304);
}

#[tokio::test]
async fn a_pace_that_is_none_is_refused_in_words() {
    let page = page().await;
    for query in ["pace=0", "pace=100001", "pace=fast", "pace="] {
        let answer = get(page, &format!("/assets/app-5d6e7f.js?{query}"), &[]).await;
        assert_eq!(answer.status, 400, "{query}");
        let words = "pace must be a whole number of kbit/s from 1 to 100000\n";
        assert_eq!(answer.text(), words, "{query}");
    }
}

#[tokio::test]
async fn a_paced_file_leaves_in_pieces_of_a_packet() {
    let files = PairOfFiles::new();
    let server = serve_routes(assets::router::<Page>(None), Some(files.config())).await;
    let whole = frames(server, "/assets/app-5d6e7f.js").await;
    let paced = frames(server, "/assets/app-5d6e7f.js?pace=5000").await;
    let sum: usize = whole.iter().sum();
    assert_eq!(paced.iter().sum::<usize>(), sum);
    assert_eq!(paced.len(), sum.div_ceil(LARGEST_PIECE), "{paced:?}");
    assert!(whole.len() < paced.len(), "{whole:?}");
}

/// Lengths of the DATA frames in which a file comes over HTTP/2; the one that only ends it is none.
async fn frames(server: SocketAddr, path: &str) -> Vec<usize> {
    let stream = connect_tls(server, &["h2"], &rustls::version::TLS13).await;
    let (client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
    tokio::spawn(connection);
    let request = Request::get(format!("https://localhost{path}"))
        .version(Version::HTTP_2)
        .body(())
        .expect("a request");
    let mut client = client.ready().await.expect("ready");
    let (answer, _) = client.send_request(request, true).expect("sent");
    let mut body = answer.await.expect("answered").into_body();
    let mut lengths = Vec::new();
    while let Some(data) = body.data().await {
        lengths.push(data.expect("data").len());
    }
    lengths.retain(|&length| length > 0);
    lengths
}

#[tokio::test]
async fn a_head_request_gets_the_head() {
    let answer = request(page().await, "HEAD", "/", &[], "").await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.is_empty());
    assert!(answer.header("etag").is_some());
}

#[tokio::test]
async fn what_is_not_of_the_page_is_not_found() {
    let page = page().await;
    let foreign = [
        "/nothing.js",
        "/assets/",
        "/../Cargo.toml",
        "/assets/voice-1a2b3c.js.br",
        "//index.html/x",
        "/%2e",
    ];
    for path in foreign {
        assert_eq!(get(page, path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(request(page, "POST", "/", &[], "").await.status, 405);
}

#[tokio::test]
async fn a_server_without_a_page_says_how_to_build_it() {
    let server = serve_routes(assets::router::<NoPage>(None), None).await;
    let answer = get(server, "/", &[]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("make run"));
}
