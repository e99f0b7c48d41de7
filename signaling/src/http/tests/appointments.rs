//! Appointments over HTTP: who may ask for what, and what nobody of another clinic finds.

use std::collections::BTreeSet;

use super::clinic::{ADMINISTRATOR, Answer, Browser, Clinic, PASSWORD};
use super::*;
use crate::accounts::{
    Attempt, ClinicId, Newcomer, Scope, SecondFactor, SignInName, SignedIn, StaffRole,
};
use crate::store::accounts::Profile;
use crate::text::DisplayName;

/// Half an hour after the clinic's clock stands.
const BEGINS: u64 = 1_700_000_000_000 + 30 * 60_000;

/// Everybody who works at two clinics of one server.
pub(super) struct Staffed {
    pub(super) clinic: Clinic,
    practitioner: Browser,
    account: String,
    colleague: Browser,
    colleagues_account: String,
    interpreter: Browser,
    pub(super) coordinator: Browser,
    pub(super) administrator: Browser,
    pub(super) reads: String,
    writes: String,
    /// A system of the other clinic, which may do everything.
    pub(super) others: String,
}

impl Staffed {
    pub(super) async fn new() -> Self {
        let clinic = Clinic::new().await;
        let administrator = clinic.signed_in(ADMINISTRATOR).await;
        let by = who(&clinic, ClinicId::MAIN).await;
        let add = async |name: &str, role| {
            let account = add(&clinic, &by, name, role).await;
            (clinic.signed_in(name).await, account)
        };
        let (practitioner, account) = add("hanh", StaffRole::Practitioner).await;
        let (colleague, colleagues_account) = add("hoa", StaffRole::Practitioner).await;
        let (interpreter, _) = add("mai", StaffRole::Interpreter).await;
        let (coordinator, _) = add("thu", StaffRole::Coordinator).await;
        let key = async |by: &SignedIn, scopes: &[Scope]| {
            let scopes: BTreeSet<_> = scopes.iter().copied().collect();
            clinic.accounts.make_key(by, scopes).await.unwrap().text()
        };
        let reads = key(&by, &[Scope::AppointmentsRead]).await;
        let writes = key(&by, &[Scope::AppointmentsWrite]).await;
        let other = ClinicId(77);
        clinic.first(other).await;
        let by = who(&clinic, other).await;
        let others = key(&by, &Scope::ALL).await;
        Self {
            clinic,
            practitioner,
            account,
            colleague,
            colleagues_account,
            interpreter,
            coordinator,
            administrator,
            reads,
            writes,
            others,
        }
    }

    fn booking(&self) -> Value {
        json!({
            "begins": BEGINS,
            "minutes": 15,
            "people": [
                {"role": "practitioner", "account": self.account},
                {"name": "Cụ Sính", "role": "patient", "phone": "0901 234 567"},
            ],
        })
    }

    /// As the practitioner.
    pub(super) async fn book(&mut self) -> Value {
        let booking = self.booking();
        let booked = self
            .practitioner
            .post(&self.clinic, "/v1/appointments", booking);
        let booked = booked.await;
        assert_eq!(booked.status, 201, "{booked:?}");
        booked.body
    }

    pub(super) async fn by_key(&self, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json");
        let body = Body::from(body.to_string());
        Browser::default()
            .ask(&self.clinic, request.body(body).unwrap())
            .await
    }
}

/// The first administrator of a clinic.
pub(super) async fn who(clinic: &Clinic, of: ClinicId) -> SignedIn {
    let welcome = clinic.accounts.sign_in(Attempt {
        clinic: of,
        name: ADMINISTRATOR.to_owned(),
        password: PASSWORD.to_owned(),
        second: SecondFactor::None,
        device: None,
        address: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        at: tokio::time::Instant::now().into_std(),
    });
    let welcome = welcome.await.unwrap();
    clinic.accounts.who(&welcome.token).await.unwrap()
}

async fn add(clinic: &Clinic, by: &SignedIn, name: &str, role: StaffRole) -> String {
    let newcomer = Newcomer {
        profile: Profile {
            name: DisplayName::parse(&format!("Cô {name}")).unwrap(),
            sign_in_name: SignInName::parse(name).unwrap(),
        },
        role,
    };
    let (account, link) = clinic.accounts.create(by, newcomer).await.unwrap();
    clinic.accounts.accept(&link, PASSWORD).await.unwrap();
    account.to_string()
}

/// Every route about one appointment, with a body that is fine.
fn routes(appointment: &str, account: &str) -> Vec<(&'static str, String, Value)> {
    let of = |what: &str| format!("/v1/appointments/{appointment}{what}");
    vec![
        ("GET", of(""), Value::Null),
        ("GET", of("/calendar.ics"), Value::Null),
        ("PATCH", of(""), json!({"begins": BEGINS, "minutes": 20})),
        ("POST", of("/priority"), json!({"class": "pregnant"})),
        ("POST", of("/late"), json!({"minutes": 10})),
        ("POST", of("/admit"), json!({"seat": 2})),
        ("POST", of("/seats/2/link"), Value::Null),
        (
            "POST",
            of("/transfer"),
            json!({"seat": 1, "account": account}),
        ),
        ("POST", of("/enter"), Value::Null),
        ("POST", of("/no-show"), Value::Null),
        ("POST", of("/end"), Value::Null),
        ("POST", of("/reopen"), Value::Null),
        ("POST", of("/cancel"), json!({"reason": "patient"})),
    ]
}

async fn by(
    browser: &mut Browser,
    clinic: &Clinic,
    route: &(&'static str, String, Value),
) -> Answer {
    let (method, path, body) = route;
    let request = Request::builder().method(*method).uri(path);
    browser.send(clinic, request, body.clone()).await
}

#[tokio::test(start_paused = true)]
async fn a_booking_says_in_which_language_somebody_is_told() {
    let mut staffed = Staffed::new().await;
    let mut booking = staffed.booking();
    booking["people"][1]["language"] = json!("ko");
    let Staffed {
        clinic,
        practitioner,
        ..
    } = &mut staffed;
    let path = "/v1/appointments";
    let booked = practitioner.post(clinic, path, booking.clone()).await;
    assert_eq!(booked.status, 201, "{booked:?}");
    let day = practitioner.get(clinic, "/v1/day").await;
    let people = &day.body["appointments"][0]["people"];
    assert_eq!(people[0]["language"], "vi", "unless something else is said");
    assert_eq!(people[1]["language"], "ko");
    booking["people"][1]["language"] = json!("fr");
    let refused = practitioner.post(clinic, path, booking).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["code"], "malformed");
}

#[tokio::test(start_paused = true)]
async fn an_appointment_is_booked_seen_and_changed() {
    let mut staffed = Staffed::new().await;
    let booked = staffed.book().await;
    let id = booked["appointment"].as_str().unwrap();
    assert_eq!(booked["people"][0]["role"], "practitioner");
    assert_eq!(booked["people"][1]["code"].as_str().unwrap().len(), 8);
    let Staffed {
        clinic,
        coordinator,
        practitioner,
        ..
    } = &mut staffed;
    let day = coordinator.get(clinic, "/v1/day").await;
    assert_eq!(day.headers["cache-control"], "no-store");
    let seen = &day.body["appointments"][0];
    assert_eq!(
        (&seen["appointment"], &seen["phase"]),
        (&json!(id), &json!("open"))
    );
    assert_eq!(seen["people"][0]["name"], "Cô hanh");
    assert_eq!(seen["people"][0]["part"], "treating");
    assert!(
        !day.body.to_string().contains("0901"),
        "contacts are on no page"
    );
    // The code, read out; then the patient waits, and is let in from the board.
    let code = json!({"code": booked["people"][1]["code"]});
    let mut patient = Browser::default();
    let link = patient.post(clinic, "/v1/code", code).await;
    assert_eq!(link.body["link"], booked["people"][1]["link"]);
    let link = link.body["link"].as_str().unwrap();
    let joined = send(&clinic.server, post("/v1/join", join_body(link))).await;
    assert_eq!(joined.0, StatusCode::OK, "{}", joined.1);
    let day = practitioner.get(clinic, "/v1/day").await;
    assert_eq!(day.body["queue"][0]["why"]["kind"], "arrival");
    let path = format!("/v1/appointments/{id}/admit");
    let admitted = practitioner.post(clinic, &path, json!({"seat": 2})).await;
    assert_eq!(admitted.body["people"][1]["admission"], "admitted");
    let list = coordinator.get(clinic, "/v1/appointments?limit=1").await;
    assert_eq!(list.body["appointments"][0]["appointment"], id);
    let enter = format!("/v1/appointments/{id}/enter");
    let entered = practitioner.post(clinic, &enter, Value::Null).await;
    assert!(entered.body["link"].is_string());
    assert_eq!(
        booked["people"][0].get("link"),
        None,
        "nobody else is given it"
    );
    let others = format!("/v1/appointments/{id}/seats/1/link");
    let refused = coordinator.post(clinic, &others, Value::Null).await;
    assert_eq!(refused.status, 403, "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_hospital_system_repeats_is_booked_once() {
    let staffed = Staffed::new().await;
    let book = async |key: &str, body: &Value| {
        let request = Request::post("/v1/appointments")
            .header("authorization", format!("Bearer {}", staffed.writes))
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        let request = request.body(Body::from(body.to_string())).unwrap();
        Browser::default().ask(&staffed.clinic, request).await
    };
    let first = book("a1", &staffed.booking()).await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(book("a1", &staffed.booking()).await.body, first.body);
    let mut other = staffed.booking();
    other["minutes"] = json!(30);
    assert_eq!(book("a1", &other).await.refusal(), (409, "key_reused"));
    for wrong in ["x".repeat(65), "a b".to_owned()] {
        let refused = book(&wrong, &staffed.booking()).await;
        assert_eq!(refused.refusal(), (400, "malformed"));
    }
}

/// The table of the contract, cell by cell: who may ask for what at all.
#[tokio::test(start_paused = true)]
async fn each_role_and_each_key_may_what_the_table_says() {
    let mut staffed = Staffed::new().await;
    let booked = staffed.book().await;
    let id = booked["appointment"].as_str().unwrap().to_owned();
    let all = routes(&id, &staffed.colleagues_account);
    let lists = ["/v1/appointments", "/v1/day"].map(|path| ("GET", path.to_owned(), Value::Null));
    let books = ("POST", "/v1/appointments".to_owned(), staffed.booking());
    let lates = ("POST", "/v1/day/late".to_owned(), json!({"minutes": 5}));
    for route in all.iter().chain(&lists).chain([&books, &lates]) {
        let (method, path, body) = route;
        let is_look = *method == "GET";
        let is_entry = path.ends_with("/enter");
        let clinic = &staffed.clinic;
        // Signed out, without the word against other sites, and administrators: never.
        let nobody = by(&mut Browser::default(), clinic, route).await;
        assert_eq!(nobody.refusal(), (401, "session_unknown"), "{path}");
        let mut forged = staffed.coordinator.clone();
        forged.csrf = "forged".to_owned();
        let forged = by(&mut forged, clinic, route).await;
        assert_eq!(forged.status == 403, !is_look, "{method} {path}");
        let refused = by(&mut staffed.administrator, clinic, route).await;
        assert_eq!(refused.refusal(), (403, "forbidden"), "{method} {path}");
        // An interpreter looks, and enters; of this appointment there is nothing for them.
        let interpreter = by(&mut staffed.interpreter, clinic, route).await;
        let may = is_look || is_entry;
        assert_eq!(
            interpreter.refusal() == (403, "forbidden"),
            !may,
            "{method} {path}"
        );
        // Keys: one looks, one changes, none enters.
        let reads = staffed.by_key(&staffed.reads, method, path, body).await;
        assert_eq!(
            reads.refusal() == (403, "forbidden"),
            !is_look,
            "{method} {path}"
        );
        if is_look || is_entry || path == "/v1/day/late" {
            let writes = staffed.by_key(&staffed.writes, method, path, body).await;
            assert_eq!(writes.refusal(), (403, "forbidden"), "{method} {path}");
        }
        let admin = staffed.by_key("secret", method, path, body).await;
        assert_eq!(admin.refusal(), (401, "unauthorized"), "{method} {path}");
    }
    // A key that writes books for anybody, and a coordinator has no day of their own.
    let (_, path, body) = &books;
    let written = staffed.by_key(&staffed.writes, "POST", path, body).await;
    assert_eq!(written.status, 201, "{written:?}");
    let late = by(&mut staffed.coordinator, &staffed.clinic, &lates).await;
    assert_eq!(late.refusal(), (403, "forbidden"));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_given_a_patient_who_is_kept_out_or_is_something_else() {
    let mut staffed = Staffed::new().await;
    let booked = staffed.book().await;
    let id = booked["appointment"].as_str().unwrap();
    let Staffed {
        clinic,
        coordinator,
        interpreter,
        colleagues_account,
        ..
    } = &mut staffed;
    let mai = interpreter.get(clinic, "/v1/session").await.body["account"].clone();
    let by = who(clinic, ClinicId::MAIN).await;
    let hoa = colleagues_account.parse().unwrap();
    clinic.accounts.disable(&by, hoa).await.unwrap();
    let path = format!("/v1/appointments/{id}/transfer");
    for account in [&json!(colleagues_account), &mai] {
        let booking = json!({
            "begins": BEGINS,
            "minutes": 15,
            "people": [
                {"role": "practitioner", "account": account},
                {"name": "Cụ Sính", "role": "patient"},
            ],
        });
        let refused = coordinator.post(clinic, "/v1/appointments", booking).await;
        assert_eq!(refused.refusal(), (400, "malformed"));
        let body = json!({"seat": 1, "account": account});
        let refused = coordinator.post(clinic, &path, body).await;
        assert_eq!(refused.refusal(), (400, "malformed"));
    }
    clinic.accounts.enable(&by, hoa).await.unwrap();
    let body = json!({"seat": 1, "account": colleagues_account});
    let handed = coordinator.post(clinic, &path, body).await;
    assert_eq!(handed.status, 200, "{handed:?}");
}

/// Whoever waits for news has a request open for half a minute.
#[tokio::test(start_paused = true)]
async fn whoever_is_kept_out_while_they_wait_for_news_gets_none() {
    let staffed = Staffed::new().await;
    let clinic = &staffed.clinic;
    let by = who(clinic, ClinicId::MAIN).await;
    let mut coordinator = staffed.coordinator.clone();
    let me = coordinator.get(clinic, "/v1/session").await.body["account"].clone();
    let day = coordinator.get(clinic, "/v1/day").await;
    let path = format!("/v1/day?since={}", day.body["revision"]);
    let (key, _) = staffed.reads.split_once('.').unwrap();
    let kept_out = async {
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        let account = me.as_str().unwrap().parse().unwrap();
        clinic.accounts.disable(&by, account).await.unwrap();
        let key = key.parse().unwrap();
        clinic.accounts.revoke_key(&by, key).await.unwrap();
    };
    let (person, system, ()) = tokio::join!(
        coordinator.get(clinic, &path),
        staffed.by_key(&staffed.reads, "GET", &path, &Value::Null),
        kept_out
    );
    assert_eq!(person.refusal(), (401, "session_unknown"));
    assert_eq!(system.refusal(), (401, "unauthorized"));
}

/// Of another clinic, and of somebody else's appointments, there is nothing: the same answer as for
/// an id that never was, to the last byte.
#[tokio::test(start_paused = true)]
async fn what_is_not_ones_own_is_answered_as_what_does_not_exist() {
    let mut staffed = Staffed::new().await;
    let booked = staffed.book().await;
    let id = booked["appointment"].as_str().unwrap().to_owned();
    let account = staffed.colleagues_account.clone();
    let there = routes(&id, &account);
    let nowhere = routes("00000000deadbeef", &account);
    let odd = routes("no-id", &account);
    for (there, (nowhere, odd)) in there.iter().zip(nowhere.iter().zip(&odd)) {
        let (method, path, body) = there;
        let mut answers = Vec::new();
        for (method, path, body) in [there, nowhere, odd] {
            let clinic = &staffed.clinic;
            let route = (*method, path.clone(), body.clone());
            answers.push(staffed.by_key(&staffed.others, method, path, body).await);
            answers.push(by(&mut staffed.colleague, clinic, &route).await);
        }
        let is_entry = path.ends_with("/enter");
        for (index, answer) in answers.iter().enumerate() {
            let is_key = index % 2 == 0;
            let wanted = if is_entry && is_key {
                (403, "forbidden")
            } else {
                (404, "link_unknown")
            };
            assert_eq!(answer.refusal(), wanted, "{method} {path} {body}");
            assert_eq!(answer.body, answers[index % 2].body);
        }
    }
    let empty = json!([]);
    let lists = ["/v1/day", "/v1/appointments?limit=100"];
    for path in lists {
        let seen = staffed
            .by_key(&staffed.others, "GET", path, &Value::Null)
            .await;
        assert_eq!(seen.body["appointments"], empty, "{path}");
        let seen = staffed.colleague.get(&staffed.clinic, path).await;
        assert_eq!(seen.body["appointments"], empty, "{path}");
    }
    // Nor can a colleague of this clinic be booked, or be given a patient, by another.
    let booking = staffed.booking();
    let book = async |body: &Value| {
        let others = &staffed.others;
        staffed
            .by_key(others, "POST", "/v1/appointments", body)
            .await
    };
    let foreign = book(&booking).await;
    assert_eq!(foreign.refusal(), (400, "malformed"));
    let mut unknown = booking.clone();
    unknown["people"][0]["account"] = json!("00000000deadbeef");
    assert_eq!(book(&unknown).await.body, foreign.body);
    // It is as it was.
    let path = format!("/v1/appointments/{id}");
    let seen = staffed.practitioner.get(&staffed.clinic, &path).await;
    assert_eq!(seen.body["phase"], "open");
    assert_eq!(seen.body["minutes"], 15);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_named() {
    let mut staffed = Staffed::new().await;
    let booking = staffed.booking();
    let with = |path: &str, value: Value| {
        let mut booking = booking.clone();
        *booking.pointer_mut(path).unwrap() = value;
        booking
    };
    let role = json!({"role": "patient", "account": staffed.account});
    let cases = [
        (with("/minutes", json!(4)), "5 min to 240 min, got 4 min"),
        (with("/begins", json!(1)), "begins from"),
        (with("/people", json!([])), "people must be 2 to 8, got 0"),
        (
            with("/people/1", json!({"role": "patient"})),
            "people[1].name",
        ),
        (with("/people/1", role), "people[1].account"),
        (
            with("/people/1/phone", json!("12")),
            "phone must have 3 to 15 digits",
        ),
    ];
    for (booking, words) in cases {
        let refused = staffed
            .practitioner
            .post(&staffed.clinic, "/v1/appointments", booking);
        let refused = refused.await;
        assert_eq!(refused.refusal(), (400, "malformed"), "{words}");
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
    for (path, words) in [
        ("/v1/day?date=22.11.2026", "date must be a day"),
        ("/v1/day?since=x", "since"),
        ("/v1/appointments?after=x", "after must be the next"),
        ("/v1/appointments?limit=0", "limit must be 1 to 100"),
        ("/v1/appointments?surprise=1", "surprise"),
    ] {
        let refused = staffed.practitioner.get(&staffed.clinic, path).await;
        assert_eq!(refused.refusal(), (400, "malformed"), "{path}");
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
}
