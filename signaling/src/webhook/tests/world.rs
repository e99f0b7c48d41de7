//! A clinic with webhooks, and the systems that they go to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::accounts::{Accounts, Actor, ClinicId, FirstAdministrator, SignInName, WebhookId};
use crate::clock::Clock;
use crate::ids::{RoomId, Timestamp};
use crate::store::Store;
use crate::store::accounts::Profile;
use crate::text::DisplayName;
use crate::webhook::webhooks::Standing;
use crate::webhook::{
    Deliverer, Delivery, EventKind, Failure, Reach, Request, Secret, Sender, Target, Webhooks,
    delivery_id,
};

pub const CLINIC: ClinicId = ClinicId::MAIN;
/// When the stories begin.
pub const START: Timestamp = Timestamp(1_795_399_200_000);

/// How a system answers, and after how long.
pub type Manner = (Duration, Result<(), Failure>);

pub const WELL: Manner = (Duration::from_millis(100), Ok(()));
/// As the client gives it up.
pub const DEAD: Manner = (Duration::from_secs(10), Err(Failure::Late));

/// All systems of a hospital, by their names.
#[derive(Default)]
pub struct Systems {
    manners: Mutex<BTreeMap<String, Manner>>,
    pub got: Mutex<Vec<Got>>,
    under_way: Mutex<Vec<String>>,
    /// Requests at the same time: to all, and to one of them.
    pub most_at_once: Mutex<(usize, usize)>,
}

/// A request that came, and when.
#[derive(Clone, Debug)]
pub struct Got {
    pub at: Instant,
    pub host: String,
    pub body: Value,
    pub request: Request,
}

impl Systems {
    pub fn answer(&self, host: &str, manner: Manner) {
        self.manners.lock().unwrap().insert(host.to_owned(), manner);
    }

    /// Whoever asked is gone.
    pub fn hangs_up(&self) {
        self.under_way.lock().unwrap().clear();
    }

    /// The requests to one of them.
    pub fn got(&self, host: &str) -> Vec<Got> {
        let got = self.got.lock().unwrap();
        got.iter().filter(|got| got.host == host).cloned().collect()
    }
}

/// Takes requests for all of them.
pub struct Receiver(pub Arc<Systems>);

impl Sender for Receiver {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<(), Failure>> {
        let systems = Arc::clone(&self.0);
        async move {
            let host = request.target.host().to_owned();
            let manner = systems.manners.lock().unwrap().get(&host).copied();
            let (takes, answer) = manner.unwrap_or(WELL);
            {
                let mut under_way = systems.under_way.lock().unwrap();
                under_way.push(host.clone());
                let of_one = under_way.iter().filter(|one| **one == host).count();
                let mut most = systems.most_at_once.lock().unwrap();
                *most = (under_way.len().max(most.0), of_one.max(most.1));
            }
            systems.got.lock().unwrap().push(Got {
                at: Instant::now(),
                host: host.clone(),
                body: serde_json::from_slice(&request.body).unwrap(),
                request,
            });
            sleep(takes).await;
            let mut under_way = systems.under_way.lock().unwrap();
            under_way.retain(|other| *other != host);
            answer
        }
        .boxed()
    }
}

pub struct World {
    pub store: Store,
    pub accounts: Arc<Accounts>,
    pub webhooks: Webhooks,
    pub systems: Arc<Systems>,
    pub clock: Clock,
    ahead: Arc<AtomicU64>,
    administrator: Actor,
}

impl World {
    pub async fn new() -> Self {
        Self::on(Store::in_memory().unwrap(), Reach::Public).await
    }

    pub async fn on(store: Store, reach: Reach) -> Self {
        let (start, ahead) = (Instant::now(), Arc::<AtomicU64>::default());
        let more = Arc::clone(&ahead);
        let clock = Clock::new(move || {
            let more = Duration::from_millis(more.load(Ordering::Relaxed));
            START.plus(start.elapsed() + more)
        });
        let accounts = Arc::new(Accounts::of_a_test(&store, clock.clone()));
        let link = accounts.offer_first(CLINIC).await.unwrap();
        let first = FirstAdministrator {
            link,
            profile: Profile {
                name: DisplayName::parse("Quản trị Lan").unwrap(),
                sign_in_name: SignInName::parse("lan@pk.vn").unwrap(),
            },
            password: "nắng chiều vàng".to_owned(),
        };
        let administrator = Actor::Account(accounts.take_first(first).await.unwrap());
        let webhooks = Webhooks::new(&store, Arc::clone(&accounts), reach, clock.clone());
        Self {
            store,
            accounts,
            webhooks,
            systems: Arc::default(),
            clock,
            ahead,
            administrator,
        }
    }

    /// A webhook to a system of this name.
    pub async fn webhook(&self, host: &str) -> (WebhookId, Secret) {
        self.webhook_at(&format!("https://{host}/hooks?key=7f3a"))
            .await
    }

    pub async fn webhook_at(&self, url: &str) -> (WebhookId, Secret) {
        let target = Target::parse(url, self.webhooks.reach()).unwrap();
        let by = (CLINIC, self.administrator);
        let events = EventKind::ALL.into_iter().collect();
        let made = self.webhooks.make(by, &target, events).await.unwrap();
        (made.view.webhook.id, made.view.destination.secret)
    }

    pub async fn remove(&self, webhook: WebhookId) {
        let by = (CLINIC, self.administrator);
        self.webhooks.remove(by, webhook).await.unwrap();
    }

    /// Puts what this webhook is told of so many entries, as another server would: nobody here is told of it.
    pub async fn put_silently(&self, webhook: WebhookId, places: std::ops::Range<u64>) {
        let now = self.clock.now();
        for place in places {
            let delivery = delivery(webhook, place);
            self.webhooks.deliveries.put(&delivery, now).await.unwrap();
        }
    }

    pub async fn put(&self, webhook: WebhookId, places: std::ops::Range<u64>) {
        self.put_silently(webhook, places).await;
        self.webhooks.due.notify_one();
    }

    pub fn deliverer(&self) -> Deliverer {
        self.deliverer_of(self.webhooks.clone())
    }

    /// One that tries again without any chance in it.
    pub fn deliverer_of(&self, webhooks: Webhooks) -> Deliverer {
        let receiver = Arc::new(Receiver(Arc::clone(&self.systems)));
        Deliverer::new(webhooks, receiver, || 128)
    }

    /// With a memory of its own.
    pub fn webhooks_of_another_server(&self) -> Webhooks {
        let accounts = Arc::new(Accounts::of_a_test(&self.store, self.clock.clone()));
        Webhooks::new(&self.store, accounts, Reach::Public, self.clock.clone())
    }

    pub fn start(&self) -> JoinHandle<()> {
        tokio::spawn(self.deliverer().run())
    }

    /// Puts the clock forward to when this webhook's first delivery is due.
    pub async fn pass_until_due(&self, webhook: WebhookId) {
        let first = self.webhooks.deliveries.first(webhook).await.unwrap();
        let left = first.unwrap().at.0.saturating_sub(self.clock.now().0);
        self.ahead.fetch_add(left, Ordering::Relaxed);
    }

    pub async fn look(&self, webhook: WebhookId) -> Standing {
        self.webhooks.look(CLINIC, webhook).await.unwrap()
    }
}

pub fn delivery(webhook: WebhookId, place: u64) -> Delivery {
    let appointment = RoomId(0x77);
    Delivery {
        id: delivery_id(webhook, appointment, place),
        webhook,
        clinic: CLINIC,
        event: EventKind::Booked,
        appointment,
        happened: START,
    }
}
