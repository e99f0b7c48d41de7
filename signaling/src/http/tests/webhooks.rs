//! How a clinic has its systems told: made, seen, tried again, taken away; by whom, and by nobody else.

use super::clinic::{ADMINISTRATOR, Answer, Browser, Clinic, PASSWORD};
use super::matrix::broken;
use super::*;
use crate::accounts::{ClinicAddress, ClinicId, DeliveryId};
use crate::ids::{RoomId, Timestamp};
use crate::text::DisplayName;
use crate::webhook::{Delivery, EventKind, FailedTry, Failure};

const URL: &str = "https://his.example.vn/hooks/7f3a";
const PATH: &str = "/v1/webhooks";

fn body(url: &str) -> Value {
    json!({"url": url, "events": ["booked", "ended"]})
}

impl Browser {
    async fn makes(&mut self, clinic: &Clinic) -> String {
        let made = self.post(clinic, PATH, body(URL)).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["webhook"]["webhook"].as_str().unwrap().to_owned()
    }
}

/// A hospital system with a key that is good for these.
async fn ask_as(clinic: &Clinic, key: &str, method: Method, path: &str, body: Value) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {key}"));
    Browser::default().send(clinic, request, body).await
}

async fn key(clinic: &Clinic, by: &mut Browser, scope: &str) -> (String, String) {
    let made = by
        .post(clinic, "/v1/keys", json!({"scopes": [scope]}))
        .await;
    let text = |field: &str| made.body[field].as_str().unwrap().to_owned();
    (text("key"), text("text"))
}

#[tokio::test(start_paused = true)]
async fn a_webhook_is_made_with_a_secret_shown_once_seen_and_taken_away() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let made = lan.post(&clinic, PATH, body(URL)).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.headers["cache-control"], "no-store");
    let secret = made.body["secret"].as_str().unwrap();
    assert!(secret.len() == 64 && secret.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let webhook = &made.body["webhook"];
    let wanted = json!({
        "webhook": webhook["webhook"], "url": URL, "events": ["booked", "ended"],
        "made": 1_700_000_000_000_u64, "waiting": 0, "undelivered": 0,
    });
    assert_eq!(webhook, &wanted);
    let listed = lan.get(&clinic, PATH).await;
    assert_eq!(listed.body, json!({"webhooks": [wanted]}));
    let path = format!("{PATH}/{}", webhook["webhook"].as_str().unwrap());
    assert_eq!(lan.delete(&clinic, &path).await.status, 204);
    let gone = lan.delete(&clinic, &path).await;
    assert_eq!(gone.refusal(), (404, "webhook_unknown"));
    assert_eq!(lan.get(&clinic, PATH).await.body, json!({"webhooks": []}));
}

#[tokio::test(start_paused = true)]
async fn ten_webhooks_are_enough_for_a_clinic_and_come_in_pages() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let mut wanted = Vec::new();
    for _ in 0..10 {
        wanted.push(lan.makes(&clinic).await);
    }
    let one_more = lan.post(&clinic, PATH, body(URL)).await;
    assert_eq!(one_more.refusal(), (409, "too_many_webhooks"));
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = lan.get(&clinic, &format!("{PATH}?limit=3{after}")).await;
        let webhooks = page.body["webhooks"].as_array().unwrap().iter();
        found.extend(webhooks.map(|one| one["webhook"].as_str().unwrap().to_owned()));
        let Some(next) = page.body["next"].as_str() else {
            break;
        };
        after = format!("&after={next}");
    }
    wanted.sort_unstable();
    assert_eq!(found, wanted);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_webhooks_must_not_go_to_is_refused_in_words() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    for (url, words) in [
        ("http://his.example.vn/", "url must begin with https://"),
        ("https://127.0.0.1/", "url must lead to a public address"),
        (
            "https://[::ffff:169.254.169.254]/",
            "url must lead to a public address",
        ),
        (
            "https://a:b@his.example.vn/",
            "url must be https://host[:port]/path",
        ),
    ] {
        let refused = lan.post(&clinic, PATH, body(url)).await;
        assert_eq!(refused.refusal(), (400, "malformed"), "{url}");
        let said = refused.body["message"].as_str().unwrap();
        assert!(said.starts_with(words), "{said}");
    }
    let long = format!("https://his.example.vn/{}", "x".repeat(500));
    let refused = lan.post(&clinic, PATH, body(&long)).await;
    let said = refused.body["message"].as_str().unwrap();
    assert_eq!(said, "url must have 500 bytes at most, got 523");
    let nothing = json!({"url": URL, "events": []});
    let refused = lan.post(&clinic, PATH, nothing).await;
    assert_eq!(refused.body["message"], "events must be at least one");
    for text in broken(&body(URL), &[]) {
        let mut request = Request::post(PATH).header("content-type", "application/json");
        request = request.header("x-csrf-token", lan.csrf.clone());
        let request = request.body(Body::from(text.clone())).unwrap();
        let answer = lan.ask(&clinic, request).await;
        assert_eq!(answer.refusal(), (400, "malformed"), "{text:.120}");
    }
    assert_eq!(lan.get(&clinic, PATH).await.body, json!({"webhooks": []}));
}

#[tokio::test(start_paused = true)]
async fn what_was_given_up_is_listed_and_tried_again() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let webhook = lan.makes(&clinic).await;
    for number in 1..=3 {
        clinic.gives_up(&webhook, number).await;
    }
    let listed = lan.get(&clinic, PATH).await;
    assert_eq!(listed.body["webhooks"][0]["undelivered"], 3);
    let path = format!("{PATH}/{webhook}/undelivered");
    let page = lan.get(&clinic, &format!("{path}?limit=2")).await;
    assert_eq!(page.headers["cache-control"], "no-store");
    let deliveries = page.body["deliveries"].as_array().unwrap();
    assert_eq!(
        deliveries[0],
        json!({
            "delivery": "0000000000000003", "event": "noShow", "appointment": "0000000000000055",
            "happened": 1_699_999_999_000_u64, "failures": 1,
            "lastFailure": {"at": 1_700_000_000_003_u64, "kind": "status", "status": 503},
        })
    );
    assert_eq!(deliveries[1]["delivery"], "0000000000000002");
    let next = page.body["next"].as_str().unwrap();
    let rest = lan
        .get(&clinic, &format!("{path}?limit=2&after={next}"))
        .await;
    assert_eq!(rest.body["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(rest.body["next"], Value::Null);
    let wrong = lan.get(&clinic, &format!("{path}?after=12")).await;
    assert_eq!(wrong.refusal(), (400, "malformed"));

    let retry = format!("{PATH}/{webhook}/retry");
    let retried = lan.post(&clinic, &retry, json!({})).await;
    assert_eq!((retried.status, retried.body), (200, json!({"retried": 3})));
    let listed = lan.get(&clinic, PATH).await;
    assert_eq!(listed.body["webhooks"][0]["waiting"], 3);
    let again = lan.post(&clinic, &retry, json!({})).await;
    assert_eq!(again.body, json!({"retried": 0}));
}

impl Clinic {
    /// A delivery of this number that was tried once too often, this many milliseconds after the beginning.
    async fn gives_up(&self, webhook: &str, number: u64) {
        let deliveries = self.store.deliveries();
        let delivery = Delivery {
            id: DeliveryId(number),
            webhook: webhook.parse().unwrap(),
            clinic: ClinicId::MAIN,
            event: EventKind::NoShow,
            appointment: RoomId(0x55),
            happened: Timestamp(1_699_999_999_000),
        };
        let at = Timestamp(1_700_000_000_000 + number);
        deliveries.put(&delivery, at).await.unwrap();
        let claimed = deliveries.claim(delivery.id, at, at).await.unwrap();
        let failure = Failure::Status(503);
        let failed = FailedTry { at, failure };
        let claimed = claimed.unwrap();
        deliveries.failed(&claimed, failed, None).await.unwrap();
    }
}

/// Every route of webhooks, with a body that would be taken.
fn routes(webhook: &str) -> [(Method, String, Value); 5] {
    [
        (Method::GET, PATH.to_owned(), Value::Null),
        (Method::POST, PATH.to_owned(), body(URL)),
        (
            Method::GET,
            format!("{PATH}/{webhook}/undelivered"),
            Value::Null,
        ),
        (Method::POST, format!("{PATH}/{webhook}/retry"), json!({})),
        (Method::DELETE, format!("{PATH}/{webhook}"), Value::Null),
    ]
}

#[tokio::test(start_paused = true)]
async fn every_role_and_every_scope_may_what_the_table_says_on_every_route() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let before = lan.makes(&clinic).await;
    let seen = lan.get(&clinic, PATH).await.body;
    for role in ["practitioner", "coordinator", "interpreter"] {
        let name = format!("{role}@benhvien.vn");
        clinic.newcomer(&mut lan, &name, role).await;
        let mut somebody = clinic.signed_in(&name).await;
        for (method, path, body) in routes(&before) {
            let request = Request::builder().method(&method).uri(&path);
            let answer = somebody.send(&clinic, request, body).await;
            assert_eq!(
                answer.refusal(),
                (403, "forbidden"),
                "{role} {method} {path}"
            );
        }
    }
    for scope in ["appointmentsRead", "appointmentsWrite", "recordsRead"] {
        let (_, text) = key(&clinic, &mut lan, scope).await;
        for (method, path, body) in routes(&before) {
            let answer = ask_as(&clinic, &text, method.clone(), &path, body).await;
            assert_eq!(
                answer.refusal(),
                (403, "forbidden"),
                "{scope} {method} {path}"
            );
        }
    }
    assert_eq!(lan.get(&clinic, PATH).await.body, seen);
    let (of, text) = key(&clinic, &mut lan, "webhooks").await;
    for (method, path, body) in routes(&before) {
        let answer = ask_as(&clinic, &text, method.clone(), &path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
    }
    // The trail tells a person's doing from a system's.
    let trail = lan.get(&clinic, "/v1/audit?limit=100").await;
    let told = trail.body["entries"].as_array().unwrap().iter();
    let told: Vec<_> = told
        .filter(|one| one["webhook"].is_string())
        .map(|one| {
            (
                one["kind"].as_str().unwrap(),
                one["key"].as_str(),
                one["by"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("webhookRemoved", Some(of.as_str()), None),
            ("webhookMade", Some(of.as_str()), None),
            ("webhookMade", None, Some("Quản trị Lan")),
        ]
    );
    let text = trail.body.to_string();
    assert!(
        !text.contains("his.example") && !text.contains("7f3a"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn two_clinics_see_nothing_of_each_others_webhooks() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let lans = lan.makes(&clinic).await;
    clinic.gives_up(&lans, 1).await;
    let address = ClinicAddress::parse("an").unwrap();
    let name = DisplayName::parse("Phòng khám An").unwrap();
    let (there, _) = clinic.accounts.add_clinic(address, name).await.unwrap();
    clinic.first(there.id).await;
    let mut an = Browser::default();
    let sign_in = json!({"clinic": "an", "signInName": ADMINISTRATOR, "password": PASSWORD});
    let answer = an.post(&clinic, "/v1/session", sign_in).await;
    assert_eq!(answer.status, 200);
    let (_, ans_key) = key(&clinic, &mut an, "webhooks").await;
    let seen = lan.get(&clinic, PATH).await.body;
    let nobodys = routes("0123456789abcdef");
    for ((method, path, body), (_, nobodys, _)) in routes(&lans).into_iter().zip(nobodys).skip(2) {
        let mut ask = async |path: &str| {
            let request = Request::builder().method(&method).uri(path);
            an.send(&clinic, request, body.clone()).await
        };
        let (real, none) = (ask(&path).await, ask(&nobodys).await);
        assert_eq!(real.refusal(), (404, "webhook_unknown"), "{method} {path}");
        assert_eq!((real.bytes, real.headers), (none.bytes, none.headers));
        let by_key = ask_as(&clinic, &ans_key, method.clone(), &path, body.clone()).await;
        assert_eq!(
            by_key.refusal(),
            (404, "webhook_unknown"),
            "{method} {path}"
        );
    }
    assert_eq!(an.get(&clinic, PATH).await.body, json!({"webhooks": []}));
    assert_eq!(lan.get(&clinic, PATH).await.body, seen);
}

#[tokio::test(start_paused = true)]
async fn without_a_session_or_its_csrf_token_nothing_is_seen_and_nothing_changes() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let webhook = lan.makes(&clinic).await;
    let seen = lan.get(&clinic, PATH).await.body;
    for (method, path, body) in routes(&webhook) {
        let request = || Request::builder().method(&method).uri(&path);
        let mut nobody = Browser::default();
        let answer = nobody.send(&clinic, request(), body.clone()).await;
        assert_eq!(
            answer.refusal(),
            (401, "session_unknown"),
            "{method} {path}"
        );
        let mut forced = lan.clone();
        forced.csrf.clear();
        let answer = forced.send(&clinic, request(), body).await;
        let is_read = method == Method::GET;
        let expected = if is_read {
            (200, "none")
        } else {
            (403, "forbidden")
        };
        assert_eq!(answer.refusal(), expected, "{method} {path}");
    }
    assert_eq!(lan.get(&clinic, PATH).await.body, seen);
}
