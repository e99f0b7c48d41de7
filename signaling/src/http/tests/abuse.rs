//! Names that are tried, passwords that are tried, bodies that are too large or nothing at all.

use super::clinic::{ADMINISTRATOR, Answer, Browser, Clinic, PASSWORD};
use super::matrix::broken;
use super::*;

const WRONG: &str = "sai mật khẩu";

async fn attempt(clinic: &Clinic, host: u8, body: Value) -> Answer {
    let mut browser = Browser {
        host,
        ..Browser::default()
    };
    browser.post(clinic, "/v1/session", body).await
}

#[tokio::test(start_paused = true)]
async fn nobody_learns_from_a_failed_sign_in_who_works_where() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let off = clinic
        .newcomer(&mut lan, "tat@benhvien.vn", "coordinator")
        .await;
    let path = format!("/v1/staff/{off}");
    let disabled = json!({"disabled": true});
    lan.send(&clinic, Request::patch(&path), disabled).await;
    let invited = json!({"name": "Tú", "signInName": "moi@benhvien.vn", "role": "coordinator"});
    lan.post(&clinic, "/v1/staff", invited).await;
    clinic
        .newcomer(&mut lan, "cho@benhvien.vn", "coordinator")
        .await;
    for number in 0..5 {
        let body = json!({"signInName": "cho@benhvien.vn", "password": WRONG});
        attempt(&clinic, 100 + number, body).await;
    }
    let at = |place: &str, name: &str, password: &str| json!({"clinic": place, "signInName": name, "password": password});
    let cases = [
        ("nobody's name", at("main", "khong@benhvien.vn", PASSWORD)),
        ("no name", at("main", "", PASSWORD)),
        ("a wrong password", at("main", ADMINISTRATOR, WRONG)),
        ("no password", at("main", ADMINISTRATOR, "")),
        (
            "a long password",
            at("main", ADMINISTRATOR, &"x".repeat(50_000)),
        ),
        ("disabled", at("main", "tat@benhvien.vn", PASSWORD)),
        ("no password yet", at("main", "moi@benhvien.vn", PASSWORD)),
        ("has to wait", at("main", "cho@benhvien.vn", PASSWORD)),
        ("no such clinic", at("khong", ADMINISTRATOR, PASSWORD)),
        ("no clinic's address", at("?", ADMINISTRATOR, PASSWORD)),
    ];
    let mut answers = Vec::new();
    for (host, (who, body)) in (1..).zip(cases) {
        let made = clinic.accounts.passwords().made();
        let began = tokio::time::Instant::now();
        let answer = attempt(&clinic, host, body).await;
        assert_eq!(answer.refusal(), (401, "sign_in_failed"), "{who}");
        assert_eq!(clinic.accounts.passwords().made() - made, 1, "{who}");
        assert_eq!(began.elapsed(), std::time::Duration::from_secs(1), "{who}");
        answers.push((answer.headers, answer.bytes));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "byte for byte");
}

#[tokio::test(start_paused = true)]
async fn whoever_tries_passwords_waits_and_the_person_at_the_usual_desk_does_not() {
    let clinic = Clinic::new().await;
    let usual = clinic.signed_in(ADMINISTRATOR).await;
    let body = |password: &str| json!({"signInName": ADMINISTRATOR, "password": password});
    // From as many places as there are tries: no limit of an address is in the way.
    for host in 1..=5 {
        attempt(&clinic, host, body(WRONG)).await;
    }
    let right = attempt(&clinic, 6, body(PASSWORD)).await;
    assert_eq!(
        right.refusal(),
        (401, "sign_in_failed"),
        "even with the right one"
    );
    let mut desk = usual.clone();
    assert_eq!(
        desk.sign_in(&clinic, ADMINISTRATOR, PASSWORD).await.status,
        200
    );
    clinic.pass(std::time::Duration::from_secs(1));
    assert_eq!(attempt(&clinic, 7, body(PASSWORD)).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn one_address_tries_so_often_and_another_goes_on() {
    let clinic = Clinic::new().await;
    let body = |number: u32| json!({"signInName": format!("nguoi{number}"), "password": WRONG});
    let tries = (0..40).map(|number| attempt(&clinic, 1, body(number)));
    let answers = futures_util::future::join_all(tries).await;
    let refused: Vec<_> = answers.iter().filter(|one| one.status == 429).collect();
    assert_eq!(refused.len(), 10);
    for answer in refused {
        assert_eq!(answer.refusal(), (429, "rate_limited"));
        assert_eq!(answer.headers["retry-after"], "4");
    }
    assert_eq!(attempt(&clinic, 2, body(0)).await.status, 401);
    // Links are guessed from the same allowance.
    for path in ["/v1/password", "/v1/first-administrator"] {
        let link = json!({
            "link": OPAQUE, "password": PASSWORD, "name": "Tú", "signInName": "tu@benhvien.vn"
        });
        let link = if path == "/v1/password" {
            json!({"link": OPAQUE, "password": PASSWORD})
        } else {
            link
        };
        let mut browser = Browser {
            host: 1,
            ..Browser::default()
        };
        let answer = browser.post(&clinic, path, link).await;
        assert_eq!(answer.refusal(), (429, "rate_limited"), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_or_oversize_body_is_a_problem_and_changes_nothing() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    let mais = clinic
        .newcomer(&mut lan, "mai@benhvien.vn", "coordinator")
        .await;
    let account = format!("/v1/staff/{mais}");
    let before = lan.get(&clinic, "/v1/staff").await.body;
    let routes: [(_, &str, _, &[&str]); 8] = [
        (
            Method::POST,
            "/v1/session",
            json!({"signInName": "x", "password": "y", "clinic": "main"}),
            &["clinic"],
        ),
        (
            Method::POST,
            "/v1/first-administrator",
            json!({"link": OPAQUE, "name": "Lan", "signInName": "lan@x", "password": "y"}),
            &[],
        ),
        (
            Method::POST,
            "/v1/password",
            json!({"link": OPAQUE, "password": "y"}),
            &[],
        ),
        (
            Method::PUT,
            "/v1/password",
            json!({"old": "x", "new": "y"}),
            &[],
        ),
        (
            Method::POST,
            "/v1/second-factor/confirm",
            json!({"code": "123456"}),
            &[],
        ),
        (
            Method::POST,
            "/v1/staff",
            json!({"name": "Tú", "signInName": "tu@benhvien.vn", "role": "interpreter"}),
            &[],
        ),
        (Method::PATCH, &account, json!({"role": "interpreter"}), &[]),
        (
            Method::POST,
            "/v1/keys",
            json!({"scopes": ["webhooks"]}),
            &[],
        ),
    ];
    for (method, path, body, optional) in routes {
        // `null` says what leaving a field out says, where it may be left out.
        let left_out = optional.iter().map(|field| {
            let mut nothing = body.clone();
            nothing[*field] = Value::Null;
            nothing.to_string()
        });
        let left_out: Vec<String> = left_out.collect();
        for text in broken(&body, optional) {
            if left_out.contains(&text) {
                continue;
            }
            let shown: String = text.chars().take(120).collect();
            let request = Request::builder().method(&method).uri(path);
            let request = request.header("content-type", "application/json");
            let request = request.body(Body::from(text)).unwrap();
            let answer = lan.ask(&clinic, request).await;
            assert_eq!(answer.refusal(), (400, "malformed"), "{path} {shown}");
        }
        let large = format!("{{\"surprise\":\"{}\"}}", "x".repeat(70_000));
        let request = Request::builder().method(&method).uri(path);
        let request = request.header("content-type", "application/json");
        let answer = lan
            .ask(&clinic, request.body(Body::from(large)).unwrap())
            .await;
        assert_eq!(answer.refusal(), (413, "too_large"), "{path}");
    }
    assert_eq!(lan.get(&clinic, "/v1/staff").await.body, before);
}

#[tokio::test(start_paused = true)]
async fn a_path_that_climbs_or_hides_leads_nowhere() {
    let clinic = Clinic::new().await;
    let mut lan = clinic.signed_in(ADMINISTRATOR).await;
    for path in [
        "/v1/staff/..",
        "/v1/staff/%2e%2e",
        "/v1/staff/..%2fkeys",
        "/v1/staff/..%2f..%2fdebug%2frooms%2f0000000000000001",
        "/v1/staff/%2e%2e/keys",
        "/v1/staff//second-factor",
        "/v1/staff/0000000000000001%00",
        "/v1/staff/%ff",
        "/v1/../v1/staff",
        "//v1/staff",
        "/v1/staff/",
        "/V1/staff",
        "/v1/sessions/-1",
        "/v1/sessions/99999999999999999999",
        "/v1/keys/..;/staff",
    ] {
        let answer = lan.delete(&clinic, path).await;
        assert!((400..=405).contains(&answer.status), "{path}: {answer:?}");
        let answer = lan.get(&clinic, path).await;
        assert!((400..=405).contains(&answer.status), "{path}: {answer:?}");
    }
    assert_eq!(lan.get(&clinic, "/v1/session").await.status, 200);
}
