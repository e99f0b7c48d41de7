//! Signing in, being signed in, signing out.

use super::clinic::{ADMINISTRATOR, Browser, Clinic, PASSWORD};
use super::*;
use crate::accounts::SESSION_IDLE;

#[tokio::test]
async fn somebody_signs_in_is_known_and_signs_out() {
    let clinic = Clinic::new().await;
    let mut browser = Browser::default();
    assert_eq!(
        browser.get(&clinic, "/v1/session").await.refusal(),
        (401, "session_unknown")
    );
    let answer = browser.sign_in(&clinic, ADMINISTRATOR, PASSWORD).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let body = &answer.body;
    assert_eq!(body["name"], "Quản trị Lan");
    assert_eq!(body["role"], "administrator");
    assert_eq!(
        body["clinic"],
        json!({"id": "0000000000000001", "address": "main", "name": "Bệnh viện Mai"})
    );
    assert_eq!(body["hasSecondFactor"], false);

    let again = browser.get(&clinic, "/v1/session").await;
    assert_eq!((again.status, &again.body), (200, body));

    let token = browser.token().to_owned();
    let out = browser.delete(&clinic, "/v1/session").await;
    assert_eq!(out.status, 204);
    assert!(browser.cookies.iter().all(|(name, _)| name != "session"));
    // Nor does the token open anything any more, wherever it is.
    browser.cookies.push(("session".to_owned(), token));
    assert_eq!(
        browser.get(&clinic, "/v1/session").await.refusal(),
        (401, "session_unknown")
    );
}

#[tokio::test]
async fn whoever_works_at_a_clinic_sees_who_else_does() {
    let clinic = Clinic::new().await;
    let mut browser = clinic.signed_in(ADMINISTRATOR).await;
    let listed = browser.get(&clinic, "/v1/staff?limit=1").await;
    let me = &browser.get(&clinic, "/v1/session").await.body["account"];
    assert_eq!(
        listed.body,
        json!({"staff": [{
            "account": me, "name": "Quản trị Lan", "role": "administrator",
            "standing": "active", "hasSecondFactor": false,
        }]})
    );
    for (query, words) in [
        ("limit=0", "limit must be 1 to 100, got 0"),
        ("limit=101", "limit must be 1 to 100, got 101"),
        ("limit=x", "invalid digit"),
        ("after=x", "after must be the next"),
        ("surprise=1", "surprise"),
    ] {
        let refused = browser.get(&clinic, &format!("/v1/staff?{query}")).await;
        assert_eq!(refused.refusal(), (400, "malformed"), "{query}");
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn behind_a_proxy_that_speaks_tls_the_cookies_say_so() {
    let clinic = Clinic::new().await;
    for (host, start) in [
        ("consult.example.org", "__Host-session="),
        ("127.0.0.1:8080", "session="),
    ] {
        let mut browser = Browser::default();
        let body = json!({"signInName": ADMINISTRATOR, "password": PASSWORD});
        let request = Request::post("/v1/session").header("host", host);
        let answer = browser.send(&clinic, request, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let set = answer.headers["set-cookie"].to_str().unwrap();
        assert!(set.starts_with(start), "{host}: {set}");
        assert_eq!(
            set.contains("; Secure"),
            start.starts_with("__Host-"),
            "{set}"
        );
        for (asked, status) in [(host, 200), ("other.example.org", 401)] {
            let request = Request::get("/v1/session").header("host", asked);
            let mut asking = browser.clone();
            let answer = asking
                .ask(&clinic, request.body(Body::empty()).unwrap())
                .await;
            // A name with `__Host-` is good for any host's name; the browser keeps hosts apart.
            let is_kept = start.starts_with("__Host-");
            let wanted = if is_kept { 200 } else { status };
            assert_eq!(answer.status, wanted, "{host} {asked}");
        }
    }
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends() {
    let clinic = Clinic::new().await;
    let mut browser = clinic.signed_in(ADMINISTRATOR).await;
    for _ in 0..3 {
        clinic.pass(SESSION_IDLE / 2);
        assert_eq!(browser.get(&clinic, "/v1/session").await.status, 200);
    }
    clinic.pass(SESSION_IDLE);
    assert_eq!(
        browser.get(&clinic, "/v1/session").await.refusal(),
        (401, "session_unknown")
    );
}
