//! Staff on a whole server: how its first administrator comes, what the cookies rely on, and that nothing of
//! anybody is in the log.

use std::net::SocketAddr;

use nhipcau::config::Tls;
use rustls::version::TLS13;
use serde_json::{Value, json};

use crate::client::{Answer, connect_tls, exchange, get, request};
use crate::logs::Forbidden;
use crate::server::{Folder, TestServer};
use crate::spawned::Demo;

pub const PASSWORD: &str = "nắng chiều vàng";
pub const JSON: (&str, &str) = ("content-type", "application/json");

/// A browser on plain HTTP, and everything secret that it ever held.
pub struct Page {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
    csrf: String,
    pub held: Vec<String>,
}

impl Page {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: Vec::new(),
            csrf: String::new(),
            held: Vec::new(),
        }
    }

    pub async fn send(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let headers = [
            JSON,
            ("cookie", &cookies.join("; ")),
            ("x-csrf-token", &self.csrf),
        ];
        let answer = request(self.address, method, path, &headers, &body.to_string()).await;
        for (name, value) in cookies_of(&answer) {
            self.held.push(value.clone());
            self.cookies.retain(|(known, _)| *known != name);
            self.cookies.push((name, value));
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if let Some(csrf) = body["csrf"].as_str() {
            csrf.clone_into(&mut self.csrf);
            self.held.push(csrf.to_owned());
        }
        (answer.status, body)
    }
}

/// What an answer gives a browser to keep.
fn cookies_of(answer: &Answer) -> Vec<(String, String)> {
    let set = answer.headers.iter();
    let set = set.filter(|(name, _)| name == "set-cookie");
    let pairs = set.filter_map(|(_, value)| value.split(';').next()?.split_once('='));
    pairs
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The secret of a link that is printed.
pub fn token(url: &str) -> &str {
    url.split_once("/clinic#first=").expect("a link").1
}

pub fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field].as_str().expect("a text")
}

#[tokio::test]
async fn over_tls_the_cookies_are_ones_that_no_other_host_and_no_plain_http_can_set() {
    let server = TestServer::configured(|settings| settings.tls = Tls::SelfSigned).await;
    let post = async |path: &str, body: Value| {
        let stream = connect_tls(server.address, &["http/1.1"], &TLS13).await;
        exchange(stream, "POST", path, &[JSON], &body.to_string()).await
    };
    let link = token(&server.first[0].url);
    let first = json!({
        "link": link, "name": "Lan", "signInName": "lan@benhvien.vn", "password": PASSWORD,
    });
    let made = post("/v1/first-administrator", first).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let body = json!({"signInName": "lan@benhvien.vn", "password": PASSWORD});
    let answer = post("/v1/session", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let set = answer.headers.iter();
    let set: Vec<_> = set.filter(|(name, _)| name == "set-cookie").collect();
    assert_eq!(set.len(), 2, "{set:?}");
    for (_, cookie) in set {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for part in ["; Path=/; ", "; HttpOnly; Secure; SameSite=Strict"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn the_first_administrators_link_is_printed_until_there_is_one() {
    let mut demo = Demo::start(&["--listen=127.0.0.1:0", "--log=trace"]);
    let url = text(&demo.links["firstAdministrators"][0], "url").to_owned();
    let mut page = Page::new(demo.address());
    let first = json!({
        "link": token(&url), "name": "Lan", "signInName": "lan@benhvien.vn", "password": PASSWORD,
    });
    let (status, _) = page.send("POST", "/v1/first-administrator", &first).await;
    assert_eq!(status, 201);
    demo.signal("TERM");
    demo.ended();
    assert!(demo.printed().contains(&url), "{}", demo.printed());
    assert!(!demo.log().contains(token(&url)));

    let mut again = demo.again(&["--listen=127.0.0.1:0"]);
    assert_eq!(again.links["firstAdministrators"], json!([]));
    again.signal("TERM");
    again.ended();
    assert!(!again.printed().contains("#first="), "{}", again.printed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinics_life_at_trace_leaves_no_name_password_link_code_or_token_in_the_log() {
    let mut demo = Demo::start_in(Folder::new(), &["--listen=127.0.0.1:0", "--log=trace"]);
    let mut forbidden = Forbidden::default();
    let url = text(&demo.links["firstAdministrators"][0], "url").to_owned();
    forbidden.add("a link", token(&url));
    let (new, wrong) = ("mưa chiều tím", "đoán bừa một cái");
    for password in [PASSWORD, new, wrong] {
        forbidden.add("a password", password);
    }
    for name in [
        "Ngọc Ánh",
        "Thị Sùng",
        "anh@benhvien",
        "sung@benhvien",
        "nobody@benhvien",
    ] {
        forbidden.add("a name", name);
    }
    let mut anh = Page::new(demo.address());
    let first = json!({
        "link": token(&url), "name": "Ngọc Ánh", "signInName": "anh@benhvien.vn",
        "password": PASSWORD,
    });
    assert_eq!(
        anh.send("POST", "/v1/first-administrator", &first).await.0,
        201
    );
    let sign_in = |name: &str, password: &str| json!({"signInName": name, "password": password});
    for (name, password, status) in [
        ("anh@benhvien.vn", wrong, 401),
        ("nobody@benhvien.vn", PASSWORD, 401),
        ("anh@benhvien.vn", PASSWORD, 200),
    ] {
        let (got, body) = anh
            .send("POST", "/v1/session", &sign_in(name, password))
            .await;
        assert_eq!(got, status, "{body}");
    }
    let newcomer =
        json!({"name": "Thị Sùng", "signInName": "sung@benhvien.vn", "role": "coordinator"});
    let (status, made) = anh.send("POST", "/v1/staff", &newcomer).await;
    assert_eq!(status, 201, "{made}");
    forbidden.add("a link", text(&made, "link"));
    let mut sung = Page::new(demo.address());
    let accept = json!({"link": made["link"], "password": PASSWORD});
    assert_eq!(sung.send("POST", "/v1/password", &accept).await.0, 204);
    assert_eq!(sung.send("POST", "/v1/password", &accept).await.0, 404);
    let attempt = sign_in("sung@benhvien.vn", PASSWORD);
    assert_eq!(sung.send("POST", "/v1/session", &attempt).await.0, 200);
    let change = json!({"old": PASSWORD, "new": new});
    assert_eq!(sung.send("PUT", "/v1/password", &change).await.0, 200);
    let (_, factor) = sung.send("POST", "/v1/second-factor", &json!({})).await;
    forbidden.add("a second factor", text(&factor, "secret"));
    let code = json!({"code": "000000"});
    let refused = sung.send("POST", "/v1/second-factor/confirm", &code).await;
    assert_eq!(refused.0, 401);
    let (_, key) = anh
        .send(
            "POST",
            "/v1/keys",
            &json!({"scopes": ["appointmentsWrite"]}),
        )
        .await;
    forbidden.add(
        "an API key",
        text(&key, "text").split_once('.').expect("two parts").1,
    );
    let bearer = format!("Bearer {}", text(&key, "text"));
    let listed = get(demo.address(), "/v1/staff", &[("authorization", &bearer)]).await;
    assert_eq!(listed.status, 200);
    for path in ["/v1/audit", "/v1/sessions", "/v1/keys", "/v1/staff"] {
        assert_eq!(anh.send("GET", path, &Value::Null).await.0, 200, "{path}");
    }
    // What goes wrong: a body that breaks off, and secrets where they do not belong.
    let half = format!(r#"{{"signInName":"anh@benhvien.vn","password":"{PASSWORD}","#);
    let answer = request(demo.address(), "POST", "/v1/session", &[JSON], &half).await;
    assert_eq!(answer.status, 400);
    let lost = format!("/clinic/{}?token={}", token(&url), anh.csrf);
    assert_eq!(get(demo.address(), &lost, &[]).await.status, 404);
    let bearer = format!("Bearer {}", anh.csrf);
    let answer = get(demo.address(), "/v1/staff", &[("authorization", &bearer)]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        sung.send("DELETE", "/v1/session", &Value::Null).await.0,
        204
    );
    for secret in anh.held.iter().chain(&sung.held) {
        forbidden.add("a token", secret);
    }
    for path in ["/metrics", "/readyz"] {
        forbidden.assert_absent(path, &get(demo.address(), path, &[]).await.text());
    }
    demo.signal("TERM");
    demo.ended();
    let log = demo.log();
    assert!(log.contains("serving"), "there is a log:\n{log}");
    forbidden.assert_absent("the log", &log);
}
