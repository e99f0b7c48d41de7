//! Credentials that are forged, expired, used before, or of another clinic; pages of other sites;
//! sessions that somebody else prepared. Each must get the answer of somebody who has nothing, and
//! change nothing.

use std::time::Duration;

use super::clinic::{ADMINISTRATOR, Answer, Browser, Clinic, PASSWORD};
use super::*;
use crate::accounts::{ClinicAddress, ClinicId, SESSION_IDLE, SESSION_LIFETIME};
use crate::text::DisplayName;

const MAI: &str = "mai@benhvien.vn";
const FORGED: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Every route for staff, with a body that would be taken.
fn routes(account: &str, key: &str) -> Vec<(Method, String, Value)> {
    let route = |method, path: &str, body| (method, path.to_owned(), body);
    vec![
        route(Method::GET, "/v1/session", Value::Null),
        route(Method::DELETE, "/v1/session", Value::Null),
        route(Method::GET, "/v1/sessions", Value::Null),
        route(Method::DELETE, "/v1/sessions/1", Value::Null),
        route(
            Method::PUT,
            "/v1/password",
            json!({"old": PASSWORD, "new": "mưa chiều tím"}),
        ),
        route(Method::POST, "/v1/second-factor", json!({})),
        route(
            Method::POST,
            "/v1/second-factor/confirm",
            json!({"code": "123456"}),
        ),
        route(Method::GET, "/v1/staff", Value::Null),
        route(
            Method::POST,
            "/v1/staff",
            json!({"name": "Tú", "signInName": "tu@benhvien.vn", "role": "coordinator"}),
        ),
        route(
            Method::PATCH,
            &format!("/v1/staff/{account}"),
            json!({"disabled": true}),
        ),
        route(
            Method::POST,
            &format!("/v1/staff/{account}/invitation"),
            json!({}),
        ),
        route(
            Method::DELETE,
            &format!("/v1/staff/{account}/second-factor"),
            Value::Null,
        ),
        route(Method::DELETE, &format!("/v1/staff/{account}"), Value::Null),
        route(Method::GET, "/v1/keys", Value::Null),
        route(Method::POST, "/v1/keys", json!({"scopes": ["webhooks"]})),
        route(Method::DELETE, &format!("/v1/keys/{key}"), Value::Null),
        route(Method::GET, "/v1/audit", Value::Null),
    ]
}

impl Browser {
    async fn try_route(&mut self, clinic: &Clinic, (method, path, body): &Route) -> Answer {
        let request = Request::builder().method(method).uri(path);
        self.send(clinic, request, body.clone()).await
    }
}

type Route = (Method, String, Value);

/// What administrators see of their clinic: nothing of it may have changed.
async fn state(clinic: &Clinic, administrator: &mut Browser) -> [Value; 2] {
    let staff = administrator.get(clinic, "/v1/staff").await;
    let keys = administrator.get(clinic, "/v1/keys").await;
    assert_eq!((staff.status, keys.status), (200, 200));
    [staff.body, keys.body]
}

struct Scene {
    clinic: Clinic,
    lan: Browser,
    mais: String,
    key: Value,
}

impl Scene {
    /// An administrator who is signed in, a coordinator, and a key.
    async fn new() -> Self {
        let clinic = Clinic::new().await;
        let mut lan = clinic.signed_in(ADMINISTRATOR).await;
        let mais = clinic.newcomer(&mut lan, MAI, "coordinator").await;
        let scopes = json!({"scopes": ["appointmentsWrite"]});
        let key = lan.post(&clinic, "/v1/keys", scopes).await.body;
        Self {
            clinic,
            lan,
            mais,
            key,
        }
    }

    fn routes(&self) -> Vec<Route> {
        routes(&self.mais, self.key["key"].as_str().unwrap())
    }

    /// Whoever this is gets this on every route, and nothing changes by it.
    async fn is_refused(&mut self, who: &str, intruder: &Browser, refusal: (u16, &str)) {
        let before = state(&self.clinic, &mut self.lan).await;
        for route in self.routes() {
            let mut intruder = intruder.clone();
            let answer = intruder.try_route(&self.clinic, &route).await;
            assert_eq!(answer.refusal(), refusal, "{who}: {route:?}");
            assert!(
                !answer.headers.contains_key("set-cookie"),
                "{who}: {route:?}"
            );
        }
        assert_eq!(state(&self.clinic, &mut self.lan).await, before, "{who}");
    }
}

/// A browser with a session that is not its own, and a CSRF token.
fn with(token: &str, csrf: &str) -> Browser {
    Browser {
        cookies: vec![("session".to_owned(), token.to_owned())],
        csrf: csrf.to_owned(),
        host: 9,
    }
}

const NOBODY: (u16, &str) = (401, "session_unknown");

#[tokio::test(start_paused = true)]
async fn whoever_has_no_good_session_is_nobody_on_every_route() {
    let mut scene = Scene::new().await;
    scene
        .is_refused("nothing at all", &Browser::default(), NOBODY)
        .await;
    for garbage in ["x", &FORGED[1..], &FORGED.to_uppercase(), "", "\u{e9}"] {
        let intruder = with(garbage, FORGED);
        scene.is_refused("no token", &intruder, NOBODY).await;
    }
    // A forger who could make the token could not make what the page has of it.
    let csrf = (403, "forbidden");
    for route in scene.routes() {
        let answer = with(FORGED, FORGED).try_route(&scene.clinic, &route).await;
        let refusal = if route.0 == Method::GET { NOBODY } else { csrf };
        assert_eq!(answer.refusal(), refusal, "{route:?}");
    }
    // Two of the name: one of them was put there by somebody else.
    let mut two = scene.lan.clone();
    two.cookies.push(("session".to_owned(), FORGED.to_owned()));
    scene.is_refused("two sessions", &two, NOBODY).await;
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ended_opens_nothing_however_it_ended() {
    let mut scene = Scene::new().await;
    let clinic = &scene.clinic;
    let mut out = clinic.signed_in(ADMINISTRATOR).await;
    let signed_out = out.clone();
    out.delete(clinic, "/v1/session").await;
    scene.is_refused("signed out", &signed_out, NOBODY).await;

    let idle = scene.clinic.signed_in(ADMINISTRATOR).await;
    scene.clinic.pass(SESSION_IDLE);
    scene.lan = scene.clinic.signed_in(ADMINISTRATOR).await;
    scene.is_refused("idle", &idle, NOBODY).await;

    let mut old = scene.clinic.signed_in(ADMINISTRATOR).await;
    for _ in 0..SESSION_LIFETIME.as_secs() / (20 * 60) {
        assert_eq!(old.get(&scene.clinic, "/v1/session").await.status, 200);
        scene.clinic.pass(Duration::from_mins(20));
    }
    scene.lan = scene.clinic.signed_in(ADMINISTRATOR).await;
    scene.is_refused("twelve hours old", &old, NOBODY).await;

    let mut changed = scene.clinic.signed_in(ADMINISTRATOR).await;
    let before = changed.clone();
    let body = json!({"old": PASSWORD, "new": "mưa chiều tím"});
    let answer = changed
        .send(&scene.clinic, Request::put("/v1/password"), body)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    scene.lan = changed;
    scene
        .is_refused("an older token of it", &before, NOBODY)
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_another_site_makes_a_browser_send_changes_nothing() {
    let mut scene = Scene::new().await;
    let other = scene.clinic.signed_in(ADMINISTRATOR).await;
    let before = state(&scene.clinic, &mut scene.lan).await;
    let routes = scene.routes();
    for route in routes.iter().filter(|route| route.0 != Method::GET) {
        for csrf in ["", FORGED, &other.csrf, "\u{e9}"] {
            // What a form, an image or a script of another site can send along.
            for kind in [
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/plain",
                "application/json",
            ] {
                let mut request = Request::builder()
                    .method(&route.0)
                    .uri(&route.1)
                    .header("content-type", kind)
                    .body(Body::from(route.2.to_string()))
                    .unwrap();
                let value = axum::http::HeaderValue::from_str(csrf).unwrap();
                request.headers_mut().insert("x-csrf-token", value);
                if csrf.is_empty() {
                    request.headers_mut().remove("x-csrf-token");
                }
                let mut forced = with(scene.lan.token(), "");
                let answer = forced.ask(&scene.clinic, request).await;
                assert_eq!(
                    answer.refusal(),
                    (403, "forbidden"),
                    "{route:?} {kind} {csrf}"
                );
            }
        }
    }
    assert_eq!(state(&scene.clinic, &mut scene.lan).await, before);
}

#[tokio::test(start_paused = true)]
async fn no_form_of_another_site_signs_anybody_in() {
    let clinic = Clinic::new().await;
    let body = json!({"signInName": ADMINISTRATOR, "password": PASSWORD}).to_string();
    for path in ["/v1/session", "/v1/first-administrator", "/v1/password"] {
        for kind in [
            Some("application/x-www-form-urlencoded"),
            Some("multipart/form-data; boundary=x"),
            Some("text/plain"),
            Some("text/plain; application/json"),
            None,
        ] {
            let mut request = Request::post(path);
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let request = request.body(Body::from(body.clone())).unwrap();
            let answer = Browser::default().ask(&clinic, request).await;
            assert_eq!(answer.refusal(), (400, "malformed"), "{path} {kind:?}");
            assert!(
                !answer.headers.contains_key("set-cookie"),
                "{path} {kind:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_answer_lets_another_site_read_it() {
    let mut scene = Scene::new().await;
    for route in scene.routes() {
        let request = Request::builder()
            .method(&route.0)
            .uri(&route.1)
            .header("origin", "https://evil.example");
        let answer = scene
            .lan
            .clone()
            .send(&scene.clinic, request, route.2.clone())
            .await;
        for (name, _) in &answer.headers {
            assert!(
                !name.as_str().starts_with("access-control-"),
                "{route:?}: {name}"
            );
        }
        let cache = answer.headers.get("cache-control");
        let is_empty = answer.status == 204;
        assert!(
            is_empty || cache.is_some_and(|cache| cache == "no-store"),
            "{route:?}"
        );
    }
    let preflight = Request::options("/v1/staff")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST")
        .body(Body::empty())
        .unwrap();
    let answer = scene.lan.ask(&scene.clinic, preflight).await;
    assert_eq!(answer.status, 405);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_put_into_a_browser_is_never_gone_on_with() {
    let mut scene = Scene::new().await;
    let clinic = &scene.clinic;
    // One that nobody has, and one that the attacker has.
    let attacker = clinic.signed_in(MAI).await;
    for prepared in [FORGED.to_owned(), attacker.token().to_owned()] {
        let mut victim = with(&prepared, "");
        let answer = victim.sign_in(clinic, ADMINISTRATOR, PASSWORD).await;
        assert_eq!(answer.status, 200);
        assert_ne!(victim.token(), prepared);
        let mut shared = with(&prepared, "");
        assert_eq!(shared.get(clinic, "/v1/session").await.refusal(), NOBODY);
    }
    // Whatever raises what a session is good for gives it another token, and CSRF token.
    let mut browser = clinic.signed_in(MAI).await;
    let mut seen = vec![(browser.token().to_owned(), browser.csrf.clone())];
    let body = json!({"old": PASSWORD, "new": "mưa chiều tím"});
    browser
        .send(clinic, Request::put("/v1/password"), body)
        .await;
    seen.push((browser.token().to_owned(), browser.csrf.clone()));
    let offered = browser.post(clinic, "/v1/second-factor", json!({})).await;
    let code = clinic.code(offered.body["secret"].as_str().unwrap());
    let body = json!({"code": code});
    let confirmed = browser
        .post(clinic, "/v1/second-factor/confirm", body)
        .await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    seen.push((browser.token().to_owned(), browser.csrf.clone()));
    assert_eq!(browser.get(clinic, "/v1/session").await.status, 200);
    for (place, (token, csrf)) in seen.iter().enumerate().take(2) {
        assert!(
            seen[place + 1..]
                .iter()
                .all(|later| later.0 != *token && later.1 != *csrf)
        );
        let mut thief = with(token, csrf);
        assert_eq!(thief.get(clinic, "/v1/session").await.refusal(), NOBODY);
    }
    scene.lan = scene.clinic.signed_in(ADMINISTRATOR).await;
    scene
        .is_refused("before the password", &with(&seen[0].0, &seen[0].1), NOBODY)
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_api_key_that_is_not_one_of_ours_opens_nothing() {
    let scene = Scene::new().await;
    let text = scene.key["text"].as_str().unwrap();
    let (id, secret) = text.split_once('.').unwrap();
    let wrong = [
        String::new(),
        "x".to_owned(),
        OPAQUE.to_owned(),
        format!("{id}.{OPAQUE}"),
        format!("{id}."),
        format!("{id}{secret}"),
        format!("0123456789abcdef.{secret}"),
        format!("{}.{secret}", id.to_uppercase()),
        format!("{text}A"),
        "secret".to_owned(),
    ];
    for wrong in wrong {
        for scheme in ["Bearer ", "Basic ", "bearer  ", ""] {
            let request = Request::get("/v1/staff")
                .header("authorization", format!("{scheme}{wrong}"))
                .body(Body::empty())
                .unwrap();
            // Not even beside a good session: whoever shows a key is judged by it.
            let answer = scene.lan.clone().ask(&scene.clinic, request).await;
            assert_eq!(answer.refusal(), (401, "unauthorized"), "{scheme}{wrong}");
        }
    }
    // Nor does a key open what is for people.
    for route in scene.routes().iter().filter(|route| route.1 != "/v1/staff") {
        let request = Request::builder().method(&route.0).uri(&route.1);
        let request = request.header("authorization", format!("Bearer {text}"));
        let answer = Browser::default()
            .send(&scene.clinic, request, route.2.clone())
            .await;
        assert_eq!(answer.refusal(), NOBODY, "{route:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_administrator_of_another_clinic_finds_nothing_of_this_one() {
    let mut scene = Scene::new().await;
    let there = scene.clinic.accounts.add_clinic(
        ClinicAddress::parse("an").unwrap(),
        DisplayName::parse("Phòng khám An").unwrap(),
    );
    let (there, _) = there.await.unwrap();
    assert_ne!(there.id, ClinicId::MAIN);
    scene.clinic.first(there.id).await;
    let mut stranger = Browser::default();
    let body = json!({"clinic": "an", "signInName": ADMINISTRATOR, "password": PASSWORD});
    let answer = stranger.post(&scene.clinic, "/v1/session", body).await;
    assert_eq!(answer.status, 200);

    let before = state(&scene.clinic, &mut scene.lan).await;
    let key = scene.key["key"].as_str().unwrap();
    let real = routes(&scene.mais, key);
    let nobodys = routes("0123456789abcdef", "0123456789abcdef");
    for (real, nobodys) in real
        .iter()
        .zip(&nobodys)
        .filter(|(real, _)| real.1.contains(&scene.mais) || real.1.contains(key))
    {
        let real_answer = stranger.try_route(&scene.clinic, real).await;
        let nobodys_answer = stranger.try_route(&scene.clinic, nobodys).await;
        assert_eq!(real_answer.status, 404, "{real:?}");
        assert_eq!(real_answer.status, nobodys_answer.status, "{real:?}");
        assert_eq!(real_answer.body, nobodys_answer.body, "{real:?}");
        assert_eq!(real_answer.headers, nobodys_answer.headers, "{real:?}");
    }
    assert_eq!(state(&scene.clinic, &mut scene.lan).await, before);
    let seen = stranger.get(&scene.clinic, "/v1/staff").await.body;
    assert_eq!(seen["staff"].as_array().unwrap().len(), 1, "themselves");
    for path in ["/v1/staff", "/v1/keys", "/v1/audit"] {
        let text = stranger.get(&scene.clinic, path).await.body.to_string();
        for of_there in [scene.mais.as_str(), key, "Người"] {
            assert!(!text.contains(of_there), "{path}: {of_there}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_coordinator_does_nothing_that_is_an_administrators() {
    let mut scene = Scene::new().await;
    let mut mai = scene.clinic.signed_in(MAI).await;
    let before = state(&scene.clinic, &mut scene.lan).await;
    let is_own = |path: &str| {
        [
            "/v1/session",
            "/v1/sessions",
            "/v1/password",
            "/v1/second-factor",
        ]
        .iter()
        .any(|own| path.starts_with(own))
    };
    for route in scene.routes().iter().filter(|route| !is_own(&route.1)) {
        let answer = mai.try_route(&scene.clinic, route).await;
        let everybodys = route.0 == Method::GET && route.1 == "/v1/staff";
        let expected = if everybodys {
            (200, "none")
        } else {
            (403, "forbidden")
        };
        assert_eq!(answer.refusal(), expected, "{route:?}");
    }
    assert_eq!(state(&scene.clinic, &mut scene.lan).await, before);
}
