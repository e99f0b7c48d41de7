//! How long the server takes for a page of a clinic's day, among more and more appointments.
//!
//! `cargo run --profile PROFILE -p signaling --features fake-media --example day`
//!
//! Two hundred people wait on one day; beside it 100, 1,000 and 10,000 appointments are booked on
//! other days. Everything goes through the routes, as a page's requests do; only sockets, media
//! and the disk are left out. It fails if the time grows faster than the logarithm of their number.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock, prints, and ends where it meets the unexpected"
)]

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use signaling::accounts::{
    Accounts, Attempt, ClinicId, Cookies, Cost, FirstAdministrator, Passwords, Scope, SecondFactor,
    SignInName,
};
use signaling::ids::Timestamp;
use signaling::media_port::fake::FakeMedia;
use signaling::store::Store;
use signaling::store::accounts::Profile;
use signaling::text::DisplayName;
use signaling::webhook::{Reach, Webhooks};
use signaling::{Access, AdminSecret, Clock, Service, Settings};
use tower::ServiceExt;

/// Half past seven in the morning of 22 November 2026 in Vietnam.
const NOW: Timestamp = Timestamp(1_795_307_400_000);
const WAITING: u64 = 200;
/// Appointments on each of the other days.
const A_DAY: u64 = 50;
const LOOKS: usize = 200;
const PASSWORD: &str = "nắng chiều vàng";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("appointments  first look  unchanged  one moved in the queue  bytes");
    let mut figures = Vec::new();
    for others in [100, 1_000, 10_000] {
        let all = others + WAITING;
        let looked = measure(others).await;
        println!(
            "{all:>12}  {:>7.2} ms  {:>6.2} ms  {:>19.2} ms  {:>5}",
            millis(looked.first),
            millis(looked.unchanged),
            millis(looked.changed),
            looked.bytes
        );
        figures.push((all, looked));
    }
    let ends = figures.first().zip(figures.last()).expect("three figures");
    let ((few, with_few), (many, with_many)) = ends;
    let logarithm = |number: u64| f64::from(u32::try_from(number).expect("a few")).ln();
    let allowed = logarithm(*many) / logarithm(*few);
    for (what, of) in [
        ("unchanged", (with_few.unchanged, with_many.unchanged)),
        ("one moved", (with_few.changed, with_many.changed)),
    ] {
        let ratio = of.1.as_secs_f64() / of.0.as_secs_f64();
        println!("{what}: {ratio:.2} times, allowed are {allowed:.2}");
        assert!(ratio <= allowed, "it grows faster than the logarithm");
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

struct Looked {
    /// The day is read from the store.
    first: Duration,
    /// The median of looks at what is known.
    unchanged: Duration,
    /// The median of looks after somebody's place in the queue changed.
    changed: Duration,
    bytes: usize,
}

async fn measure(others: u64) -> Looked {
    let store = Store::in_memory().expect("a store");
    let clinic = Clinic::open(&store).await;
    let mut waiting = Vec::new();
    for number in 0..WAITING {
        let (appointment, link) = clinic.book(30 + number / 2).await;
        clinic.wait(number, &link).await;
        waiting.push(appointment);
    }
    for number in 0..others {
        let (day, place) = (1 + number / A_DAY, number % A_DAY);
        clinic.book(day * 24 * 60 + place * 5).await;
    }
    // As after a restart: nothing is known yet.
    let clinic = clinic.restarted(&store);
    let (first, bytes) = clinic.look().await;
    let mut unchanged = Vec::new();
    let mut changed = Vec::new();
    for look in 0..LOOKS {
        unchanged.push(clinic.look().await.0);
        let appointment = waiting.get(look % waiting.len()).expect("somebody waits");
        let class = if look < waiting.len() {
            Some("pregnant")
        } else {
            None
        };
        clinic.prioritise(appointment, class).await;
        changed.push(clinic.look().await.0);
    }
    Looked {
        first,
        unchanged: median(unchanged),
        changed: median(changed),
        bytes,
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().expect("some looks")
}

struct Clinic {
    server: Router,
    accounts: Arc<Accounts>,
    key: String,
}

impl Clinic {
    async fn open(store: &Store) -> Self {
        let clock = Clock::new(|| NOW);
        let passwords = Passwords::new(Cost::OWASP, 1).expect("hashes");
        let name = DisplayName::parse("Trạm y tế").ok();
        let accounts = Accounts::open(store, name, passwords, clock).await;
        let accounts = Arc::new(accounts.expect("accounts"));
        let key = key(&accounts).await;
        let server = server(store, &accounts);
        Self {
            server,
            accounts,
            key,
        }
    }

    fn restarted(self, store: &Store) -> Self {
        let server = server(store, &self.accounts);
        Self { server, ..self }
    }

    /// So many minutes from now.
    async fn book(&self, minutes: u64) -> (String, String) {
        let body = json!({
            "begins": NOW.0 + minutes * 60_000,
            "minutes": 15,
            "people": [
                {"name": "Bác sĩ Lan", "role": "practitioner"},
                {"name": "Cụ Sính", "role": "patient", "phone": "0901234567"},
            ],
        });
        let booked = self.ask(Method::POST, "/v1/appointments", Some(body)).await;
        let (booked, _) = booked;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let link = booked.pointer("/people/1/link").expect("a link");
        (text(booked.get("appointment").expect("an id")), text(link))
    }

    async fn wait(&self, number: u64, link: &str) {
        let body = json!({
            "version": 1, "link": link, "attempt": format!("{number:022}"), "offer": "v=0"
        });
        self.ask(Method::POST, "/v1/join", Some(body)).await;
    }

    async fn prioritise(&self, appointment: &str, class: Option<&str>) {
        let path = format!("/v1/appointments/{appointment}/priority");
        let body = json!({ "class": class });
        self.ask(Method::POST, &path, Some(body)).await;
    }

    async fn look(&self) -> (Duration, usize) {
        let start = Instant::now();
        let (day, bytes) = self.ask(Method::GET, "/v1/day", None).await;
        let took = start.elapsed();
        let waiting = day.get("queue").and_then(Value::as_array);
        assert_eq!(waiting.map(Vec::len), usize::try_from(WAITING).ok());
        (took, bytes)
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (Value, usize) {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.key))
            .extension(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000))))
            .body(body)
            .expect("a request");
        let response = self
            .server
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 24)
            .await
            .expect("a body");
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        assert!(status.is_success(), "{path}: {status} {answer}");
        (answer, bytes.len())
    }
}

fn server(store: &Store, accounts: &Arc<Accounts>) -> Router {
    let settings = Settings {
        booking_key: accounts.booking_key(),
        clock: Clock::new(|| NOW),
        ..Settings::default()
    };
    let service = Service::new(
        Arc::new(store.clone()),
        Arc::new(FakeMedia::new()),
        settings,
    );
    let access = Access {
        accounts: Arc::clone(accounts),
        cookies: Cookies::Loopback,
        webhooks: Webhooks::new(
            store,
            Arc::clone(accounts),
            Reach::Public,
            Clock::new(|| NOW),
        ),
    };
    signaling::router(service, AdminSecret::new("secret"), access)
}

/// A hospital system's, which may book and look.
async fn key(accounts: &Accounts) -> String {
    let name = SignInName::parse("lan").expect("a name");
    let first = FirstAdministrator {
        link: accounts.offer_first(ClinicId::MAIN).await.expect("a link"),
        profile: Profile {
            name: DisplayName::parse("Lan").expect("a name"),
            sign_in_name: name,
        },
        password: PASSWORD.to_owned(),
    };
    accounts.take_first(first).await.expect("an administrator");
    let welcome = accounts.sign_in(Attempt {
        clinic: ClinicId::MAIN,
        name: "lan".to_owned(),
        password: PASSWORD.to_owned(),
        second: SecondFactor::None,
        device: None,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        at: Instant::now(),
    });
    let welcome = welcome.await.expect("a session");
    let who = accounts.who(&welcome.token).await.expect("somebody");
    let scopes = BTreeSet::from([Scope::AppointmentsRead, Scope::AppointmentsWrite]);
    let key = accounts.make_key(&who, scopes).await.expect("a key");
    key.text()
}
