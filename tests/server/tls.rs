//! TLS on the wire: small records, both protocols, certificates that change while the server runs.

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use axum_server::tls_rustls::RustlsConfig;
use nhipcau::config::Tls;
use nhipcau::server::tls::reload::{Watch, keep_fresh};
use nhipcau::server::tls::{Identity, LARGEST_RECORD};
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::client::{
    Browser, PATIENCE, certificate_of, connect_as, connect_tls, exchange, record_lengths,
};
use crate::server::{Folder, TestServer, serve_routes};

/// A certificate and its key as PEM files.
pub struct PairOfFiles(Folder);

impl PairOfFiles {
    pub fn new() -> Self {
        let files = Self(Folder::new());
        files.renew();
        files
    }

    pub fn certificate(&self) -> PathBuf {
        self.0.0.join("cert.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.0.0.join("key.pem")
    }

    /// Writes another pair; returns its certificate.
    fn renew(&self) -> Vec<u8> {
        // Many names make a certificate that needs several records.
        let names: Vec<String> = (0..200)
            .map(|index| format!("room-{index}.example.org"))
            .collect();
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        std::fs::write(self.key(), made.signing_key.serialize_pem()).expect("written");
        std::fs::write(self.certificate(), made.cert.pem()).expect("written");
        made.cert.der().to_vec()
    }

    pub fn config(&self) -> RustlsConfig {
        let identity = Identity::from_files(&self.certificate(), &self.key()).expect("a pair");
        RustlsConfig::from_config(identity.config())
    }
}

/// IPv4 20, TCP with timestamps 32 bytes, out of the 1,400 that mobile networks carry.
const LARGEST_SEGMENT: usize = 1_400 - 52;

#[tokio::test]
async fn no_record_is_larger_than_a_packet() {
    const BODY: usize = 100_000;
    const { assert!(LARGEST_RECORD <= LARGEST_SEGMENT) };
    let files = PairOfFiles::new();
    let routes = Router::new().route("/large", get(|| async { "x".repeat(BODY) }));
    let server = serve_routes(routes, Some(files.config())).await;
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let stream = connect_tls(server, &["http/1.1"], version).await;
        let recording = stream.get_ref().0.recording();
        let answer = exchange(stream, "GET", "/large", &[], "").await;
        assert_eq!(answer.body.len(), BODY);

        let lengths = record_lengths(&recording.lock().expect("not poisoned"));
        let largest = lengths.iter().copied().max().expect("records");
        assert!(largest <= LARGEST_RECORD, "{largest} bytes in {version:?}");
        // The bound is used: smaller records would waste bytes on headers.
        assert!(
            largest > LARGEST_RECORD - 50,
            "{largest} bytes in {version:?}"
        );
    }
}

#[tokio::test]
async fn a_browser_on_a_weak_link_gets_a_small_handshake() {
    let files = PairOfFiles::new();
    let server = serve_routes(Router::new(), Some(files.config())).await;
    // The first record is the server's hello, with its half of the key exchange.
    let lengths = async |browser: Browser| {
        let stream = connect_as(browser, server).await;
        let recording = stream.get_ref().0.recording();
        record_lengths(&recording.lock().expect("not poisoned"))
    };
    let plain = lengths(Browser::OfOldTimes).await;
    let chromium = lengths(Browser::LikeChromium).await;
    // X25519MLKEM768, which Chromium would like best, brings 1,088 bytes more.
    assert_eq!(chromium.first(), plain.first());
    assert!(chromium[0] < 140, "{chromium:?}");
    let [plain, chromium] = [plain, chromium].map(|lengths| lengths.iter().sum::<usize>());
    // 200 names that are alike compress better than any real chain; what matters is that they do.
    assert!(chromium * 2 < plain, "{chromium} after {plain}");
}

#[tokio::test]
async fn alpn_chooses_between_both_protocols() {
    let files = PairOfFiles::new();
    let server = serve_routes(Router::new(), Some(files.config())).await;
    for (offered, chosen) in [
        (vec!["http/1.1", "h2"], "h2"),
        (vec!["http/1.1"], "http/1.1"),
    ] {
        let stream = connect_tls(server, &offered, &rustls::version::TLS13).await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(chosen.as_bytes()));
    }
}

#[tokio::test]
async fn early_data_is_not_offered() {
    let files = PairOfFiles::new();
    assert_eq!(files.config().get_inner().max_early_data_size, 0);
}

#[tokio::test]
async fn a_changed_certificate_is_served_and_a_broken_one_is_not() {
    let files = PairOfFiles::new();
    let Ok((watch, identity)) = Watch::start(files.certificate(), files.key()) else {
        panic!("the files are good");
    };
    let config = RustlsConfig::from_config(identity.config());
    let server = serve_routes(Router::new(), Some(config.clone())).await;
    let watching = tokio::spawn(keep_fresh(watch, config, Duration::from_millis(1)));
    let seen = async || {
        let stream = connect_tls(server, &["http/1.1"], &rustls::version::TLS13).await;
        certificate_of(&stream).to_vec()
    };

    let original = seen().await;
    std::fs::write(files.certificate(), "half a certif").expect("written");
    assert_eq!(seen().await, original);

    let renewed = files.renew();
    let taken = async { while seen().await != renewed {} };
    tokio::time::timeout(PATIENCE, taken)
        .await
        .expect("the new certificate is taken");
    watching.abort();
}

#[tokio::test]
async fn a_self_signed_certificate_names_this_machine() {
    let public = "203.0.113.7".parse().expect("an address");
    let server = TestServer::configured(|settings| {
        settings.tls = Tls::SelfSigned;
        settings.public_addresses = vec![public];
    })
    .await;
    assert!(
        server.url.starts_with("https://127.0.0.1:"),
        "{}",
        server.url
    );
    let stream = connect_tls(server.address, &["http/1.1"], &rustls::version::TLS13).await;
    let certificate =
        x509_cert::Certificate::from_der(&certificate_of(&stream)).expect("a certificate");
    let names: SubjectAltName = certificate
        .tbs_certificate()
        .get_extension()
        .expect("readable")
        .map(|(_, names)| names)
        .expect("names");
    let has = |wanted: GeneralName| names.0.contains(&wanted);
    let address = |bytes: &[u8]| {
        GeneralName::IpAddress(x509_cert::der::asn1::OctetString::new(bytes).expect("bytes"))
    };
    assert!(has(address(&[127, 0, 0, 1])));
    assert!(has(address(&[203, 0, 113, 7])));
    let localhost = x509_cert::der::asn1::Ia5String::new("localhost").expect("a name");
    assert!(has(GeneralName::DnsName(localhost)));
}
