//! Every answer tells the browser what it may do with the page.

use nhipcau::config::Tls;

use crate::client::{connect_tls, exchange, get};
use crate::server::TestServer;

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = TestServer::start().await;
    for path in ["/", "/nothing", "/healthz", "/v1/join"] {
        let answer = get(server.address, path, &[]).await;
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(
            answer.header("referrer-policy"),
            Some("no-referrer"),
            "{path}"
        );
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        let permissions = answer.header("permissions-policy").expect("permissions");
        assert!(
            permissions.contains("camera=(self), microphone=(self)"),
            "{path}: {permissions}"
        );
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
    }
}

#[tokio::test]
async fn only_a_certificate_of_ones_own_promises_tls_for_ever() {
    let files = crate::tls::PairOfFiles::new();
    let table = [
        (Tls::SelfSigned, None),
        (
            Tls::Files {
                certificate: files.certificate(),
                key: files.key(),
            },
            Some("max-age=31536000"),
        ),
    ];
    for (tls, expected) in table {
        let server = TestServer::configured(|settings| settings.tls = tls).await;
        let stream = connect_tls(server.address, &["http/1.1"], &rustls::version::TLS13).await;
        let answer = exchange(stream, "GET", "/healthz", &[], "").await;
        assert_eq!(answer.header("strict-transport-security"), expected);
    }
}
