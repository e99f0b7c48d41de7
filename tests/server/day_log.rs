//! A clinic's day leaves nothing of anybody in the log: second factors, keys, bookings, codes, notes, what hospital
//! systems read, and what is told to people outside.

use std::time::SystemTime;

use serde_json::{Value, json};
use signaling::accounts::{Step, TotpCode, TotpSecret};
use signaling::ids::Timestamp;

use crate::access::{JSON, PASSWORD, Page, text, token};
use crate::client::{Answer, PATIENCE, get, request};
use crate::logs::Forbidden;
use crate::server::Folder;
use crate::spawned::Demo;

// Each with a word that stays as it is where other letters are written as bytes.
const NOTES: &str = "Đau ngực trái khi gắng sức: ECG-4711";
const SUMMARY: &str = "Uống thuốc sau bữa sáng: metoprolol-25";
const HALF_WRITTEN: &str = "Chưa viết xong đã đứt mạng: troponin-99";
const REQUEST: &str = "hen-kham-so-bon-bay";
const WRONG_CODE: &str = "90817263";

/// The server, those who work there, and everything that must not be found.
struct Clinic {
    demo: Demo,
    administrator: Page,
    coordinator: Page,
    practitioner: Page,
    practitioners: String,
    forbidden: Forbidden,
}

/// Milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the server, a process of its own, judges codes and times by the real clock"
)]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = since.expect("after 1970").as_millis();
    u64::try_from(since).expect("before the year 500 million")
}

/// The six digits of a step, which only an app knows: the program tells nobody, so that they are found by trying.
fn digits(secret: &str, step: Step) -> String {
    let bits = secret.chars().flat_map(|character| {
        let value = match character {
            'A'..='Z' => u32::from(character) - u32::from('A'),
            _ => u32::from(character) - u32::from('2') + 26,
        };
        (0..5).rev().map(move |place| value >> place & 1 == 1)
    });
    let bits: Vec<bool> = bits.collect();
    let byte = |bits: &[bool]| {
        bits.iter()
            .fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit))
    };
    let bytes: Vec<u8> = bits.chunks(8).map(byte).collect();
    let code = TotpSecret::new(bytes.try_into().expect("160 bits")).code(step);
    let all = (0..1_000_000).map(|number| format!("{number:06}"));
    let mut all = all.filter(|digits| TotpCode::parse(digits).as_ref() == Ok(&code));
    all.next().expect("six digits")
}

impl Clinic {
    /// Somebody whom the administrator invites, and who signs in.
    async fn joins(&mut self, name: &str, sign_in_name: &str, role: &str) -> (Page, String) {
        self.forbidden.add("a name", name);
        self.forbidden.add("a sign-in name", sign_in_name);
        let newcomer = json!({"name": name, "signInName": sign_in_name, "role": role});
        let (status, made) = self
            .administrator
            .send("POST", "/v1/staff", &newcomer)
            .await;
        assert_eq!(status, 201, "{made}");
        self.forbidden.add("an invitation", text(&made, "link"));
        let mut page = Page::new(self.demo.address());
        let accept = json!({"link": made["link"], "password": PASSWORD});
        assert_eq!(page.send("POST", "/v1/password", &accept).await.0, 204);
        let sign_in = json!({"signInName": sign_in_name, "password": PASSWORD});
        assert_eq!(page.send("POST", "/v1/session", &sign_in).await.0, 200);
        (page, text(&made, "account").to_owned())
    }

    /// A second factor: enrolled, asked for, tried with the wrong one, and gone with the telephone.
    async fn second_factor(&mut self) {
        let page = &mut self.practitioner;
        let (_, offered) = page.send("POST", "/v1/second-factor", &json!({})).await;
        let secret = text(&offered, "secret");
        self.forbidden.add("a second factor", secret);
        self.forbidden.add("a second factor", text(&offered, "uri"));
        // The server takes the step before and the one after: the next one is good whenever this is answered.
        let step = Step::at(Timestamp(now()));
        let codes = [step.0, step.0 + 1].map(|step| digits(secret, Step(step)));
        let confirm = json!({"code": codes[0]});
        let (status, enrolled) = page
            .send("POST", "/v1/second-factor/confirm", &confirm)
            .await;
        assert_eq!(status, 200, "{enrolled}");
        for code in &codes {
            self.forbidden.add_digits("a code of a second factor", code);
        }
        let recovery = enrolled["recoveryCodes"].as_array().expect("codes");
        for code in recovery {
            let code = code.as_str().expect("a text");
            self.forbidden.add("a recovery code", code);
            self.forbidden.add("a recovery code", code.replace('-', ""));
        }
        let with = |field: &str, code: &str| {
            let mut body = json!({"signInName": "hanh@benhvien.vn", "password": PASSWORD});
            body[field] = json!(code);
            body
        };
        let wrong = recovery[0].as_str().expect("a text").replace('-', "/");
        for (field, code, status) in [
            ("code", "000000", 401),
            ("code", codes[1].as_str(), 200),
            ("recoveryCode", recovery[0].as_str().expect("a text"), 200),
            ("recoveryCode", wrong.as_str(), 400),
        ] {
            let (got, body) = page.send("POST", "/v1/session", &with(field, code)).await;
            assert_eq!(got, status, "{field}: {body}");
        }
    }

    async fn by_key(&self, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {key}");
        let headers = [
            JSON,
            ("authorization", &bearer),
            ("idempotency-key", REQUEST),
        ];
        request(
            self.demo.address(),
            method,
            path,
            &headers,
            &body.to_string(),
        )
        .await
    }

    /// Booked by a hospital system, twice; the key, and what it made.
    async fn book(&mut self) -> (String, Value) {
        let scopes = json!({"scopes": ["appointmentsWrite", "appointmentsRead", "recordsRead"]});
        let (_, made) = self.administrator.send("POST", "/v1/keys", &scopes).await;
        let key = text(&made, "text").to_owned();
        let (_, secret) = key.split_once('.').expect("two parts");
        self.forbidden.add("an API key", secret);
        let booking = json!({
            "begins": now() + 10 * 60 * 1_000,
            "minutes": 15,
            "people": [
                {"role": "practitioner", "account": self.practitioners, "phone": "0912 111 333"},
                {"name": "Giàng Thị Sáu", "role": "patient", "phone": "0987 654 321", "email": "sau.giang@example.vn"},
                {"name": "Cháu Phềnh", "role": "companion"},
            ],
        });
        for personal in [
            "0912 111 333",
            "0912111333",
            "0987 654 321",
            "0987654321",
            "sau.giang",
            "Giàng",
            "Phềnh",
        ] {
            self.forbidden.add("a name, number or address", personal);
        }
        self.forbidden.add("a request's key", REQUEST);
        let first = self
            .by_key(&key, "POST", "/v1/appointments", &booking)
            .await;
        assert_eq!(first.status, 201, "{}", first.text());
        let again = self
            .by_key(&key, "POST", "/v1/appointments", &booking)
            .await;
        assert_eq!(again.body, first.body);
        let mut other = booking.clone();
        other["minutes"] = json!(20);
        let reused = self.by_key(&key, "POST", "/v1/appointments", &other).await;
        assert_eq!(reused.status, 409, "{}", reused.text());
        let half = booking.to_string();
        let half = &half[..half.len() - 20];
        let bearer = format!("Bearer {key}");
        let headers = [JSON, ("authorization", bearer.as_str())];
        let broken = request(
            self.demo.address(),
            "POST",
            "/v1/appointments",
            &headers,
            half,
        )
        .await;
        assert_eq!(broken.status, 400, "{}", broken.text());
        let booked: Value = serde_json::from_slice(&first.body).expect("JSON");
        // The practitioner's is given to nobody else.
        self.forbidden
            .add("a seat's link", text(&booked["people"][1], "link"));
        (key, booked)
    }

    /// The patient comes by the digits that were read out; so does somebody who guesses.
    async fn comes_by_code(&mut self, booked: &Value) {
        let code = text(&booked["people"][1], "code");
        self.forbidden.add_digits("a seat's code", code);
        self.forbidden
            .add("a seat's code", format!("{} {}", &code[..4], &code[4..]));
        self.forbidden.add_digits("a wrong code", WRONG_CODE);
        let mut patient = Page::new(self.demo.address());
        for (code, status) in [(code, 200), (WRONG_CODE, 404)] {
            let (got, body) = patient
                .send("POST", "/v1/code", &json!({"code": code}))
                .await;
            assert_eq!(got, status, "{body}");
        }
        let looks = json!({"version": 1, "link": booked["people"][1]["link"]});
        assert_eq!(patient.send("POST", "/v1/invitation", &looks).await.0, 200);
    }

    /// Notes and a summary are written, signed, and read by whom they are for.
    async fn papers(&mut self, booked: &Value) {
        for written in [NOTES, SUMMARY, HALF_WRITTEN]
            .iter()
            .flat_map(|text| text.split(": "))
        {
            self.forbidden.add("what is written", written);
        }
        let patient = &booked["people"][1]["link"];
        let enter = format!("/v1/appointments/{}/enter", text(booked, "appointment"));
        let (status, entered) = self.practitioner.send("POST", &enter, &Value::Null).await;
        assert_eq!(status, 200, "{entered}");
        let doctor = &entered["link"];
        self.forbidden
            .add("the practitioner's own link", text(&entered, "link"));
        let mut page = Page::new(self.demo.address());
        let say = |link: &Value, say: Value| json!({"version": 1, "link": link, "say": say});
        let writes = |paper, base, text| json!({"type": "writePaper", "paper": paper, "base": base, "text": text});
        let signs = |paper| json!({"type": "signOff", "paper": paper, "version": 1});
        for (link, said, status) in [
            (doctor, writes("notes", 0, NOTES), 200),
            (doctor, writes("notes", 0, SUMMARY), 409),
            (patient, writes("notes", 1, NOTES), 403),
            (doctor, signs("notes"), 200),
        ] {
            let (got, body) = page.send("POST", "/v1/visit/say", &say(link, said)).await;
            assert_eq!(got, status, "{body}");
        }
        let half = say(doctor, writes("notes", 1, HALF_WRITTEN)).to_string();
        let half = &half[..half.len() - 3];
        let broken = request(self.demo.address(), "POST", "/v1/visit/say", &[JSON], half).await;
        assert_eq!(broken.status, 400, "{}", broken.text());
        let end = format!("/v1/appointments/{}/end", text(booked, "appointment"));
        let (status, ended) = self.coordinator.send("POST", &end, &Value::Null).await;
        assert_eq!(status, 200, "{ended}");
        for said in [writes("summary", 0, SUMMARY), signs("summary")] {
            let (status, body) = page.send("POST", "/v1/visit/say", &say(doctor, said)).await;
            assert_eq!(status, 200, "{body}");
        }
        let visit = json!({"version": 1, "link": patient});
        let (_, seen) = page.send("POST", "/v1/visit", &visit).await;
        assert_eq!(seen["summary"]["text"], SUMMARY, "{seen}");
    }

    /// What a hospital system reads has names in it, and what it asks for is of nobody else.
    async fn reads(&self, key: &str, booked: &Value) {
        let id = text(booked, "appointment");
        for path in [
            format!("/fhir/Appointment/{id}"),
            format!("/fhir/Encounter/{id}"),
            "/fhir/Appointment".to_owned(),
            format!("/fhir/Consent?data=Encounter/{id}"),
            format!("/fhir/AuditEvent?entity=Encounter/{id}"),
        ] {
            let answer = self.by_key(key, "GET", &path, &Value::Null).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let is_named = answer.text().contains("Giàng Thị Sáu");
            assert!(is_named || !path.contains("Appointment"), "{path}");
        }
        let stranger = format!("{}x", &key[..key.len() - 1]);
        let path = format!("/fhir/Encounter/{id}");
        let refused = self.by_key(&stranger, "GET", &path, &Value::Null).await;
        assert_eq!(refused.status, 401, "{}", refused.text());
    }

    /// The clinic's pages.
    async fn pages(&mut self, booked: &Value) {
        let id = text(booked, "appointment");
        for path in [
            "/v1/day".to_owned(),
            "/v1/appointments".to_owned(),
            format!("/v1/appointments/{id}"),
            format!("/v1/appointments/{id}/calendar.ics"),
        ] {
            let (status, body) = self.coordinator.send("GET", &path, &Value::Null).await;
            assert_eq!(status, 200, "{path}: {body}");
        }
        let link = format!("/v1/appointments/{id}/seats/3/link");
        let (status, made) = self.coordinator.send("POST", &link, &Value::Null).await;
        assert_eq!(status, 201, "{made}");
        self.forbidden.add("a seat's link", text(&made, "link"));
        self.forbidden
            .add_digits("a seat's code", text(&made, "code"));
        // What belongs into a body, in an address.
        for lost in [
            "/v1/day?date=0987654321",
            "/v1/appointments?patient=sau.giang",
        ] {
            let (status, body) = self.coordinator.send("GET", lost, &Value::Null).await;
            assert_eq!(status, 400, "{lost}: {body}");
        }
    }

    /// Until what was booked waits in the folder for whoever sends it.
    async fn told_outside(&self) {
        let folder = self.demo.folder.0.join("messages");
        let is_told = || {
            let mut files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            files.any(|file| {
                let text = std::fs::read_to_string(file.path()).unwrap_or_default();
                text.contains("0987654321")
            })
        };
        let told = async {
            while !is_told() {
                get(self.demo.address(), "/readyz", &[]).await;
            }
        };
        tokio::time::timeout(PATIENCE, told).await.expect("told");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinics_day_at_trace_leaves_no_factor_key_code_contact_or_note_in_the_log() {
    let arguments = [
        "--listen=127.0.0.1:0",
        "--log=trace",
        "--messages-dir=messages",
    ];
    let demo = Demo::start_in(Folder::new(), &arguments);
    let url = text(&demo.links["firstAdministrators"][0], "url").to_owned();
    let mut administrator = Page::new(demo.address());
    let first = json!({
        "link": token(&url), "name": "Ngọc Ánh", "signInName": "anh@benhvien.vn", "password": PASSWORD,
    });
    let made = administrator
        .send("POST", "/v1/first-administrator", &first)
        .await;
    assert_eq!(made.0, 201, "{}", made.1);
    let sign_in = json!({"signInName": "anh@benhvien.vn", "password": PASSWORD});
    assert_eq!(
        administrator.send("POST", "/v1/session", &sign_in).await.0,
        200
    );
    let (coordinator, practitioner) = (Page::new(demo.address()), Page::new(demo.address()));
    let mut clinic = Clinic {
        demo,
        administrator,
        coordinator,
        practitioner,
        practitioners: String::new(),
        forbidden: Forbidden::default(),
    };
    let desk = clinic.joins("Thị Sùng", "sung@benhvien.vn", "coordinator");
    (clinic.coordinator, _) = desk.await;
    let doctor = clinic.joins("Bích Hạnh", "hanh@benhvien.vn", "practitioner");
    (clinic.practitioner, clinic.practitioners) = doctor.await;

    clinic.second_factor().await;
    let (key, booked) = clinic.book().await;
    clinic.comes_by_code(&booked).await;
    clinic.reads(&key, &booked).await;
    clinic.pages(&booked).await;
    clinic.papers(&booked).await;
    clinic.told_outside().await;

    let Clinic {
        mut demo,
        administrator,
        coordinator,
        practitioner,
        mut forbidden,
        ..
    } = clinic;
    let held = [administrator.held, coordinator.held, practitioner.held];
    for secret in held.concat() {
        forbidden.add("a token", secret);
    }
    for path in ["/metrics", "/healthz", "/readyz"] {
        forbidden.assert_absent(path, &get(demo.address(), path, &[]).await.text());
    }
    demo.signal("TERM");
    demo.ended();
    let log = demo.log();
    for proof in [
        "booked",
        "signed off",
        "changed by the clinic",
        text(&booked, "appointment"),
    ] {
        assert!(
            log.contains(proof),
            "the log does not even say {proof}:\n{log}"
        );
    }
    forbidden.assert_absent("the log", &log);
}
