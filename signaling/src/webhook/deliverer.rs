//! Sends what is due, a request at a time for each webhook, so that one dead system starves nobody.
//!
//! All state that matters is in the store: ended at any moment, the next start goes on. A delivery that was under way
//! then is tried again when its claim is over.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::Serialize;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::patience::wait_after;
use super::{Delivery, Destination, FailedTry, Failure, Target, WebhookError, Webhooks};
use crate::accounts::{ClinicId, DeliveryId, WebhookId};
use crate::ids::{RoomId, Timestamp};

/// Requests at the same time, of all webhooks: each is a socket and some kilobytes.
const AT_ONCE: usize = 8;

/// For how long a delivery is somebody's who tries it: three times what a request may take. If they die, somebody else
/// tries it then.
const CLAIM: Duration = Duration::from_secs(30);

/// How often all queues are looked at though nobody said that there is something: another server of the same store may
/// have put it there.
const EVERY: Duration = Duration::from_secs(30);

/// How soon a queue is looked at again that could not be read, or where somebody else was quicker.
const AGAIN: Duration = Duration::from_secs(2);

/// How often what is too old, or is left of webhooks that were removed, is taken away.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// How long what could not be delivered can be tried again: somebody was on leave.
pub const UNDELIVERED_LIFETIME: Duration = Duration::from_hours(24 * 30);

/// A request to a webhook, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where to.
    pub target: Target,
    /// The signature's header.
    pub signature: String,
    /// JSON.
    pub body: Vec<u8>,
}

/// Sends requests.
pub trait Sender: Send + Sync + 'static {
    /// Sends one, and says how it went.
    fn send(&self, request: Request) -> BoxFuture<'static, Result<(), Failure>>;
}

/// The body of a request. Nothing in it is about a person.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    delivery: DeliveryId,
    event: &'static str,
    appointment: RoomId,
    clinic: ClinicId,
    happened: Timestamp,
}

/// Delivers what webhooks are to be told.
#[derive(Clone)]
pub struct Deliverer {
    webhooks: Webhooks,
    sender: Arc<dyn Sender>,
    chance: Arc<dyn Fn() -> u8 + Send + Sync>,
}

/// One webhook's turn.
struct Lane {
    clinic: ClinicId,
    /// When its first delivery is due; `None`: it has none.
    next: Option<Timestamp>,
    is_busy: bool,
    /// When it had its last turn, counted: whoever waits longest is next.
    turn: u64,
}

/// The webhooks of all clinics, and what is sent to them at this moment.
#[derive(Default)]
struct Lanes {
    of_webhooks: BTreeMap<WebhookId, Lane>,
    turns: u64,
    tries: JoinSet<Result<Progress, WebhookError>>,
    of_tries: HashMap<Id, WebhookId>,
}

/// What came of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// A delivery was tried.
    Tried,
    /// Nothing was due, or somebody else has it.
    Nothing,
}

impl Deliverer {
    /// Sends by `sender`; `chance` gives any byte, so that not everything is tried again at the same moment.
    pub fn new(
        webhooks: Webhooks,
        sender: Arc<dyn Sender>,
        chance: impl Fn() -> u8 + Send + Sync + 'static,
    ) -> Self {
        Self {
            webhooks,
            sender,
            chance: Arc::new(chance),
        }
    }

    /// Delivers for ever.
    pub async fn run(self) {
        tokio::join!(self.deliver(), self.sweep_hourly());
    }

    async fn deliver(&self) {
        let mut lanes = Lanes::default();
        let mut look = interval(EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_well = true;
        loop {
            self.start_due(&mut lanes);
            let rest = self.rest(&lanes);
            let came = tokio::select! {
                _tick = look.tick() => self.look(&mut lanes).await,
                () = self.webhooks.due.notified() => self.look(&mut lanes).await,
                Some(ended) = lanes.tries.join_next_with_id() => self.end(&mut lanes, ended).await,
                () = sleep(rest) => continue,
            };
            // Once, not at every try: an operator reads it.
            match &came {
                Err(error) if is_well => tracing::error!(%error, "webhooks wait"),
                Ok(()) if !is_well => tracing::info!("webhooks are told again"),
                Err(_) | Ok(()) => {}
            }
            if came.is_err() {
                look.reset_after(AGAIN);
            }
            is_well = came.is_ok();
        }
    }

    /// Begins as many tries as there may be, of whom has waited longest for a turn.
    fn start_due(&self, lanes: &mut Lanes) {
        let now = self.webhooks.clock.now();
        while lanes.tries.len() < AT_ONCE {
            let due = lanes.of_webhooks.iter_mut().filter(|(_, lane)| {
                let is_due = lane.next.is_some_and(|next| next <= now);
                is_due && !lane.is_busy
            });
            let Some((id, lane)) = due.min_by_key(|(_, lane)| lane.turn) else {
                return;
            };
            lanes.turns += 1;
            (lane.is_busy, lane.turn) = (true, lanes.turns);
            let (deliverer, of) = (self.clone(), (lane.clinic, *id));
            let handle = lanes
                .tries
                .spawn(async move { deliverer.attempt(of).await });
            lanes.of_tries.insert(handle.id(), *id);
        }
    }

    /// Until something else is due that could be begun.
    fn rest(&self, lanes: &Lanes) -> Duration {
        if lanes.tries.len() >= AT_ONCE {
            return EVERY;
        }
        let idle = lanes.of_webhooks.values().filter(|lane| !lane.is_busy);
        let next = idle.filter_map(|lane| lane.next).min();
        next.map_or(EVERY, |next| {
            let left = next.0.saturating_sub(self.webhooks.clock.now().0);
            Duration::from_millis(left).min(EVERY)
        })
    }

    /// Reads which webhooks there are, and what is due of each that is not busy.
    async fn look(&self, lanes: &mut Lanes) -> Result<(), WebhookError> {
        let mut known = BTreeMap::new();
        for clinic in self.webhooks.accounts.clinics().await? {
            for id in self.webhooks.ids(clinic.id).await? {
                known.insert(id, clinic.id);
            }
        }
        lanes
            .of_webhooks
            .retain(|id, lane| lane.is_busy || known.contains_key(id));
        for (id, clinic) in known {
            let lane = lanes.of_webhooks.entry(id).or_insert(Lane {
                clinic,
                next: None,
                is_busy: false,
                turn: 0,
            });
            if !lane.is_busy {
                let first = self.webhooks.deliveries.first(id).await?;
                lane.next = first.map(|first| first.at);
            }
        }
        Ok(())
    }

    /// A try is over: its webhook may have the next one.
    async fn end(
        &self,
        lanes: &mut Lanes,
        ended: Result<(Id, Result<Progress, WebhookError>), JoinError>,
    ) -> Result<(), WebhookError> {
        let (task, came) = match ended {
            Ok((task, came)) => (task, came),
            // It panicked, which was told where it did. Its claim ends by itself.
            Err(error) => (error.id(), Ok(Progress::Nothing)),
        };
        let Some(id) = lanes.of_tries.remove(&task) else {
            return Ok(());
        };
        let first = self.webhooks.deliveries.first(id).await;
        if let Some(lane) = lanes.of_webhooks.get_mut(&id) {
            lane.is_busy = false;
            let soon = Some(self.webhooks.clock.now().plus(AGAIN));
            lane.next = match (&came, &first) {
                (Ok(Progress::Tried), Ok(first)) => first.map(|first| first.at),
                (Ok(Progress::Nothing), Ok(first)) => first.map(|first| first.at).max(soon),
                (Err(_), _) | (_, Err(_)) => soon,
            };
        }
        first?;
        came.map(|_progress| ())
    }

    /// Tries the first delivery of a webhook.
    pub(super) async fn attempt(
        &self,
        (clinic, id): (ClinicId, WebhookId),
    ) -> Result<Progress, WebhookError> {
        let (deliveries, clock) = (&self.webhooks.deliveries, &self.webhooks.clock);
        let Some(first) = deliveries.first(id).await? else {
            return Ok(Progress::Nothing);
        };
        let now = clock.now();
        let claimed = deliveries
            .claim(first.delivery, now, now.plus(CLAIM))
            .await?;
        let Some(claimed) = claimed else {
            return Ok(Progress::Nothing);
        };
        let Some(view) = self.webhooks.accounts.webhook(clinic, id).await? else {
            // It was removed since: what waited for it goes with it.
            deliveries.delivered(&claimed).await?;
            return Ok(Progress::Tried);
        };
        let (delivery, counters) = (claimed.delivery.id, &self.webhooks.counters);
        match self.send(&view.destination, &claimed.delivery).await {
            Ok(()) => {
                deliveries.delivered(&claimed).await?;
                counters.count_delivered();
                self.webhooks.accounts.note_delivered(clinic, id).await?;
            }
            Err(failure) => {
                let at = clock.now();
                let wait = wait_after(claimed.failures.saturating_add(1), (self.chance)());
                let next = wait.map(|wait| at.plus(wait));
                let failed = FailedTry { at, failure };
                deliveries.failed(&claimed, failed, next).await?;
                let (kind, status) = (failure.as_str(), failure.status());
                if next.is_some() {
                    counters.count_failed();
                    tracing::debug!(webhook = %id, %delivery, kind, status, "a delivery failed");
                } else {
                    counters.count_given_up();
                    tracing::warn!(webhook = %id, %delivery, kind, status, "a delivery was given up");
                }
            }
        }
        Ok(Progress::Tried)
    }

    async fn send(
        &self,
        Destination { url, secret }: &Destination,
        delivery: &Delivery,
    ) -> Result<(), Failure> {
        // The operator may allow less today than when the webhook was made.
        let target = Target::parse(url, self.webhooks.reach).map_err(|_| Failure::Forbidden)?;
        let body = serde_json::to_vec(&Body {
            delivery: delivery.id,
            event: delivery.event.as_str(),
            appointment: delivery.appointment,
            clinic: delivery.clinic,
            happened: delivery.happened,
        });
        let body = body.map_err(|_| Failure::Connection)?;
        let signature = secret.sign(self.webhooks.clock.now(), &body);
        let request = Request {
            target,
            signature,
            body,
        };
        self.sender.send(request).await
    }

    async fn sweep_hourly(&self) {
        let mut tick = interval(SWEEP_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "old deliveries were not swept; an hour later again");
            }
        }
    }

    /// Takes away what is too old, and what was put for a webhook just when it was removed.
    pub(super) async fn sweep(&self) -> Result<(), WebhookError> {
        let before = self.webhooks.clock.now().minus(UNDELIVERED_LIFETIME);
        for clinic in self.webhooks.accounts.clinics().await? {
            for id in self.webhooks.ids(clinic.id).await? {
                self.webhooks.deliveries.sweep(id, before).await?;
            }
            for id in self.webhooks.accounts.removed_webhooks(clinic.id).await? {
                self.webhooks.deliveries.remove(id).await?;
            }
        }
        Ok(())
    }
}
