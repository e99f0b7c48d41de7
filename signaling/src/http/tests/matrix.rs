//! Every HTTP body, wrong in every way: a problem with the right code, and nothing changes.

use super::*;

/// One of each, with the field that may be left out.
fn bodies(links: &[String], room: &str) -> Vec<(String, bool, Value, &'static [&'static str])> {
    let person = json!({"name": "Chị Hoa", "role": "interpreter", "languages": ["vi", "ko"]});
    vec![
        (
            "/v1/invitation".to_owned(),
            false,
            json!({"version": 1, "link": links[1]}),
            &[],
        ),
        (
            "/v1/join".to_owned(),
            false,
            json!({
                "version": 1, "link": links[1], "attempt": OPAQUE, "offer": "v=0", "takeover": true
            }),
            &["takeover"],
        ),
        (
            "/v1/resume".to_owned(),
            false,
            json!({
                "version": 1, "resume": OPAQUE, "attempt": OPAQUE, "offer": "v=0", "holds": true
            }),
            &["holds"],
        ),
        (
            "/v1/visit".to_owned(),
            false,
            json!({"version": 1, "link": links[1]}),
            &[],
        ),
        (
            "/v1/visit/say".to_owned(),
            false,
            json!({
                "version": 1, "resume": OPAQUE,
                "say": {"type": "signOff", "paper": "notes", "version": 1},
            }),
            &[],
        ),
        (
            "/v1/rooms".to_owned(),
            true,
            json!({"people": [person, person], "expiresInSeconds": 60}),
            &["expiresInSeconds"],
        ),
        (
            format!("/v1/rooms/{room}/seats/2/link"),
            true,
            json!({"expiresInSeconds": 60}),
            &["expiresInSeconds"],
        ),
        (
            format!("/v1/rooms/{room}/seats/2/erase"),
            true,
            json!({"reason": "request"}),
            &[],
        ),
    ]
}

pub(super) fn broken(body: &Value, optional: &[&str]) -> Vec<String> {
    let text = body.to_string();
    let mut all = vec![
        String::new(),
        "null".to_owned(),
        text[..text.len() - 1].to_owned(),
        format!("{text}{text}"),
        format!("[{text}]"),
        text.replace(':', "="),
    ];
    let with = |field: &str, value: Value| {
        let mut changed = body.clone();
        changed[field] = value;
        changed.to_string()
    };
    all.push(with("surprise", json!(1)));
    let fields: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    for field in &fields {
        let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
        for value in [json!({}), json!(null), json!(-1), json!([[1]]), deep] {
            all.push(with(field, value));
        }
        if !optional.contains(&field.as_str()) {
            let mut without = body.clone();
            without.as_object_mut().unwrap().remove(field);
            all.push(without.to_string());
        }
    }
    let depth = "[".repeat(20_000) + &"]".repeat(20_000);
    all.push(text.replacen('{', &format!("{{\"deep\":{depth},"), 1));
    all
}

#[tokio::test]
async fn a_broken_body_is_a_problem_and_changes_nothing() {
    let server = server();
    let (room, links) = open_room(&server).await;
    let join = |link: &str| post("/v1/join", join_body(link));
    let (status, seated) = send(&server, join(&links[0])).await;
    assert_eq!(status, StatusCode::OK, "{seated}");
    let path = format!("/debug/rooms/{room}");
    let look = || as_admin(Request::get(&path).body(Body::empty()).unwrap());
    let (_, before) = send(&server, look()).await;
    let mut host = 0_u8;
    for (path, is_admins, body, optional) in bodies(&links, &room) {
        for text in broken(&body, optional) {
            let mut request = post(&path, text.clone());
            if is_admins {
                request = as_admin(request);
            }
            host = host.wrapping_add(1); // each from somewhere else: limits are another test's
            let response = send_from(&server, host, request).await;
            let status = response.status();
            let problem = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            let problem: Value = serde_json::from_slice(&problem).unwrap_or_default();
            let shown: String = text.chars().take(120).collect();
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path} {shown}: {problem}");
            assert_eq!(problem["code"], "malformed", "{path} {shown}");
            let words = problem["message"].as_str().unwrap();
            assert!(!words.is_empty() && words.len() < 400, "{words}");
        }
        let large = post(
            &path,
            format!("{{\"surprise\":\"{}\"}}", "x".repeat(70_000)),
        );
        let large = if is_admins { as_admin(large) } else { large };
        let (status, problem) = send(&server, large).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_eq!(problem["code"], "too_large", "{path}");
    }
    let (_, after) = send(&server, look()).await;
    assert_eq!(before, after);
}

#[tokio::test]
async fn another_version_is_named_before_anything_else_is_judged() {
    let server = server();
    for path in ["/v1/invitation", "/v1/join", "/v1/resume"] {
        let body = json!({"version": 2, "newIn2": true}).to_string();
        let (status, problem) = send(&server, post(path, body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(problem["code"], "unsupported_version", "{path}");
    }
}

#[tokio::test]
async fn only_the_admin_secret_changes_links() {
    let server = server();
    let (room, _) = open_room(&server).await;
    let path = format!("/v1/rooms/{room}/seats/2/link");
    let (status, problem) = send(&server, post(&path, "{}")).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNAUTHORIZED, &json!("unauthorized"))
    );
    let revoke = || Request::delete(&path).body(Body::empty()).unwrap();
    assert_eq!(send(&server, revoke()).await.0, StatusCode::UNAUTHORIZED);
    let (status, made) = send(&server, as_admin(post(&path, "{}"))).await;
    assert_eq!(status, StatusCode::CREATED);
    let link = made["link"].as_str().unwrap().to_owned();
    let look = |link: &str| {
        post(
            "/v1/invitation",
            json!({"version": 1, "link": link}).to_string(),
        )
    };
    let (status, seen) = send(&server, look(&link)).await;
    assert_eq!(
        (status, &seen["you"]["name"]),
        (StatusCode::OK, &json!("Cụ Sính"))
    );
    assert_eq!(
        send(&server, as_admin(revoke())).await.0,
        StatusCode::NO_CONTENT
    );
    let (status, problem) = send(&server, look(&link)).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::GONE, &json!("link_revoked"))
    );
    for path in [
        format!("/v1/rooms/{room}/seats/0/link"),
        format!("/v1/rooms/{room}/seats/x/link"),
    ] {
        let (status, problem) = send(&server, as_admin(post(&path, "{}"))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(problem["message"], "seat must be a whole number from 1");
    }
    let path = format!("/v1/rooms/{room}/seats/9/link");
    let (status, problem) = send(&server, as_admin(post(&path, "{}"))).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::NOT_FOUND, &json!("link_unknown"))
    );
}

#[tokio::test]
async fn only_the_admin_secret_erases() {
    let server = server();
    let (room, links) = open_room(&server).await;
    let path = format!("/v1/rooms/{room}/seats/2/erase");
    let body = r#"{"reason":"request"}"#;
    let (status, problem) = send(&server, post(&path, body)).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNAUTHORIZED, &json!("unauthorized"))
    );
    let look = || {
        let body = json!({"version": 1, "link": links[1]}).to_string();
        post("/v1/invitation", body)
    };
    assert_eq!(send(&server, look()).await.0, StatusCode::OK);
    for _again in 0..2 {
        let (status, _) = send(&server, as_admin(post(&path, body))).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    let (status, problem) = send(&server, look()).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::NOT_FOUND, &json!("link_unknown"))
    );
}

#[tokio::test]
async fn a_wait_is_told_in_words_and_in_the_header() {
    let server = server();
    for _ in 0..60 {
        let body = json!({"version": 1, "link": OPAQUE}).to_string();
        send_from(&server, 9, post("/v1/invitation", body)).await;
    }
    let body = json!({"version": 1, "link": OPAQUE}).to_string();
    let response = send_from(&server, 9, post("/v1/invitation", body)).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait = response.headers()["retry-after"]
        .to_str()
        .unwrap()
        .to_owned();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let problem: Value = serde_json::from_slice(&body).unwrap();
    let words = problem["message"].as_str().unwrap();
    assert!(
        words.ends_with(&format!("wait {wait} s and try again")),
        "{words}"
    );
}
