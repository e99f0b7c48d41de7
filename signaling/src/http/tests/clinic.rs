//! A clinic of people who sign in over HTTP: what the stories about access are told with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::*;
use crate::accounts::{ClinicId, FirstAdministrator, SignInName, Step, TotpSecret};
use crate::ids::Timestamp;
use crate::store::accounts::Profile;
use crate::text::DisplayName;

/// What everybody's password is.
pub const PASSWORD: &str = "nắng chiều vàng";
/// The first administrator's sign-in name.
pub const ADMINISTRATOR: &str = "lan@benhvien.vn";

/// A server, and the time there.
pub struct Clinic {
    pub server: Router,
    pub accounts: Arc<Accounts>,
    pub store: Store,
    now: Arc<AtomicU64>,
}

/// A browser: what it keeps, and where it is.
#[derive(Clone, Default)]
pub struct Browser {
    pub cookies: Vec<(String, String)>,
    pub csrf: String,
    /// In 192.0.2.0/24.
    pub host: u8,
}

/// An answer, as far as the stories look at it.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub bytes: axum::body::Bytes,
    pub headers: axum::http::HeaderMap,
}

impl Clinic {
    /// With a first administrator, who has not signed in yet.
    pub async fn new() -> Self {
        let clinic = Self::empty();
        clinic.first(ClinicId::MAIN).await;
        clinic
    }

    /// Without anybody.
    pub fn empty() -> Self {
        let store = Store::in_memory().unwrap();
        let now = Arc::new(AtomicU64::new(1_700_000_000_000));
        let time = Arc::clone(&now);
        let clock = Clock::new(move || Timestamp(time.load(Ordering::Relaxed)));
        let access = access(&store, clock.clone());
        let accounts = Arc::clone(&access.accounts);
        let settings = Settings {
            clock,
            ..Settings::default()
        };
        let media = Arc::new(FakeMedia::new());
        let service = Service::new(Arc::new(store.clone()), media, settings);
        let server = crate::router(service, AdminSecret::new("secret"), access);
        Self {
            server,
            accounts,
            store,
            now,
        }
    }

    /// A clinic's first administrator.
    pub async fn first(&self, clinic: ClinicId) {
        let link = self.accounts.offer_first(clinic).await.unwrap();
        let first = FirstAdministrator {
            link,
            profile: Profile {
                name: DisplayName::parse("Quản trị Lan").unwrap(),
                sign_in_name: SignInName::parse(ADMINISTRATOR).unwrap(),
            },
            password: PASSWORD.to_owned(),
        };
        self.accounts.take_first(first).await.unwrap();
    }

    /// Time goes by.
    pub fn pass(&self, span: Duration) {
        let span = u64::try_from(span.as_millis()).unwrap();
        self.now.fetch_add(span, Ordering::Relaxed);
    }

    /// A browser in which somebody of the main clinic has signed in.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = Browser::default();
        let answer = browser.sign_in(self, name, PASSWORD).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        browser
    }
}

/// Whoever runs the server.
pub async fn operator(
    clinic: &Clinic,
    request: axum::http::request::Builder,
    body: Value,
) -> Answer {
    let request = request.header("authorization", "Bearer secret");
    Browser::default().send(clinic, request, body).await
}

impl Clinic {
    /// Somebody whom an administrator has invited and who has set a password; the account's id.
    pub async fn newcomer(&self, by: &mut Browser, name: &str, role: &str) -> String {
        let body = json!({"name": format!("Người {name}"), "signInName": name, "role": role});
        let made = by.post(self, "/v1/staff", body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let body = json!({"link": made.body["link"], "password": PASSWORD});
        let set = Browser::default().post(self, "/v1/password", body).await;
        assert_eq!(set.status, 204, "{set:?}");
        made.body["account"].as_str().unwrap().to_owned()
    }

    /// The code that an app shows now.
    pub fn code(&self, secret: &str) -> String {
        let bits = secret.chars().fold(Vec::new(), |mut bits, character| {
            let value = match character {
                'A'..='Z' => u32::from(character) - u32::from('A'),
                _ => u32::from(character) - u32::from('2') + 26,
            };
            bits.extend((0..5).rev().map(|place| value >> place & 1 == 1));
            bits
        });
        let byte = |bits: &[bool]| {
            bits.iter()
                .fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit))
        };
        let bytes: Vec<u8> = bits.chunks(8).map(byte).collect();
        let secret = TotpSecret::new(bytes.try_into().unwrap());
        let now = Timestamp(self.now.load(Ordering::Relaxed));
        secret.code(Step::at(now)).as_str().to_owned()
    }
}

impl Browser {
    pub async fn sign_in(&mut self, clinic: &Clinic, name: &str, password: &str) -> Answer {
        let body = json!({"signInName": name, "password": password});
        self.post(clinic, "/v1/session", body).await
    }

    pub async fn get(&mut self, clinic: &Clinic, path: &str) -> Answer {
        self.ask(clinic, Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn delete(&mut self, clinic: &Clinic, path: &str) -> Answer {
        self.ask(clinic, Request::delete(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&mut self, clinic: &Clinic, path: &str, body: Value) -> Answer {
        self.send(clinic, Request::post(path), body).await
    }

    pub async fn send(
        &mut self,
        clinic: &Clinic,
        request: axum::http::request::Builder,
        body: Value,
    ) -> Answer {
        let request = request.header("content-type", "application/json");
        self.ask(clinic, request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// Sends what a browser sends, and keeps what it would keep.
    pub async fn ask(&mut self, clinic: &Clinic, mut request: Request<Body>) -> Answer {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let headers = request.headers_mut();
        if !cookies.is_empty() {
            headers.insert("cookie", cookies.join("; ").parse().unwrap());
        }
        if !self.csrf.is_empty() && !headers.contains_key("x-csrf-token") {
            headers.insert("x-csrf-token", self.csrf.parse().unwrap());
        }
        let response = send_from(&clinic.server, self.host, request).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        for set in headers.get_all("set-cookie") {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        if let Some(csrf) = body["csrf"].as_str() {
            csrf.clone_into(&mut self.csrf);
        }
        Answer {
            status,
            body,
            bytes,
            headers,
        }
    }

    /// The session's token.
    pub fn token(&self) -> &str {
        let session = self.cookies.iter().find(|(name, _)| name == "session");
        &session.expect("a session").1
    }
}

impl Answer {
    /// The status and the code of a refusal.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or("none"))
    }
}
