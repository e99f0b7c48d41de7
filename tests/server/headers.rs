//! Every answer tells the browser what it may do with the page.

use nhipcau::config::Tls;

use crate::client::{Answer, connect_tls, exchange, get};
use crate::server::TestServer;

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = TestServer::start().await;
    for path in ["/", "/nothing", "/healthz", "/metrics", "/v1/join"] {
        let answer = get(server.address, path, &[]).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}: {name}");
        }
        let policy = answer.header("content-security-policy").expect("a policy");
        for rule in [
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        let permissions = answer.header("permissions-policy").expect("permissions");
        let allowed: Vec<&str> = permissions.split(", ").map(str::trim).collect();
        for feature in [
            "camera",
            "microphone",
            "display-capture",
            "autoplay",
            "screen-wake-lock",
            "speaker-selection",
        ] {
            let rule = format!("{feature}=(self)");
            assert!(allowed.contains(&rule.as_str()), "{path}: {permissions}");
        }
        assert!(allowed.contains(&"geolocation=()"), "{path}: {permissions}");
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
    }
}

/// The rules of one directive.
fn rules<'a>(policy: &'a str, directive: &str) -> Vec<&'a str> {
    let found = policy
        .split("; ")
        .find_map(|part| part.strip_prefix(directive))
        .unwrap_or_else(|| panic!("{directive} is missing in {policy}"));
    found.split_whitespace().collect()
}

/// What stands between these tags, each time.
fn inside<'a>(page: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    page.split(open)
        .skip(1)
        .map(|rest| {
            let (tag, body) = rest.split_once('>').expect("the end of the tag");
            assert!(!tag.contains("src="), "a script of its own: {tag}");
            body.split_once(close).expect("the closing tag").0
        })
        .collect()
}

fn hash(text: &str) -> String {
    let suite = rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
    let digest = suite.tls13().expect("TLS 1.3").common.hash_provider;
    format!("'sha256-{}'", base64(digest.hash(text.as_bytes()).as_ref()))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=three.len()].copy_from_slice(three);
        let bits = u32::from_be_bytes(bits);
        for index in 0..4 {
            let six = (bits >> (18 - 6 * index)) & 63;
            let letter = char::from(ALPHABET[six as usize]);
            text.push(if index <= three.len() { letter } else { '=' });
        }
    }
    text
}

#[tokio::test]
async fn the_page_runs_its_own_script_and_no_other_inline() {
    assert_eq!(base64(b"ab"), "YWI=");
    assert_eq!(
        hash(""),
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    );
    let server = TestServer::start().await;
    let answer = get(server.address, "/", &[]).await;
    if answer.status == 503 {
        // Only a build of Rust alone has no page; the whole suite builds it first.
        assert!(answer.text().contains("was not built"));
        return;
    }
    let page = answer.text();
    let meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    let (before, rest) = page.split_once(meta).expect("the page's own policy");
    assert!(
        !before.contains("<script") && !before.contains("<style"),
        "the policy comes before what it is about"
    );
    let (policy, _) = rest.split_once('"').expect("the end of the policy");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(rules(policy, "default-src "), ["'none'"]);
    assert_eq!(rules(policy, "connect-src "), ["'self'"]);
    for (directive, open, close) in [
        ("script-src ", "<script", "</script>"),
        ("style-src ", "<style", "</style>"),
    ] {
        let allowed = rules(policy, directive);
        let bodies = inside(&page, open, close);
        assert!(
            !bodies.is_empty(),
            "{directive} allows nothing that is there"
        );
        for body in &bodies {
            assert!(
                allowed.contains(&hash(body).as_str()),
                "{directive}: {allowed:?}"
            );
        }
        assert_eq!(
            allowed.len(),
            bodies.len() + 1,
            "{allowed:?}: hashes and 'self'"
        );
    }
    assert!(
        !page.contains(" style=\"") && !page.contains(" onclick=") && !page.contains("javascript:"),
        "what no hash allows would not work"
    );
}

#[tokio::test]
async fn what_is_no_page_may_load_nothing_and_a_held_page_keeps_its_policy() {
    let server = TestServer::start().await;
    let policy = |answer: &Answer| {
        answer
            .header("content-security-policy")
            .map(ToOwned::to_owned)
    };
    let page = get(server.address, "/", &[]).await;
    let of_a_page = policy(&page).expect("a policy");
    assert!(!of_a_page.contains("default-src"), "{of_a_page}");
    let data = get(server.address, "/healthz", &[]).await;
    assert!(
        policy(&data)
            .expect("a policy")
            .starts_with("default-src 'none'")
    );

    if let Some(tag) = page.header("etag") {
        let held = get(server.address, "/", &[("if-none-match", tag)]).await;
        assert_eq!(held.status, 304);
        assert_eq!(policy(&held), None, "it would replace the page's");
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
