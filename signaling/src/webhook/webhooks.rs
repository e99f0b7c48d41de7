//! The webhooks of all clinics: what their people do with them, and what is put into their queues.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Notify;

use super::announcing::announcements;
use super::counters::Counters;
use super::{Delivery, DeliveryCounts, EventKind, Reach, Target, Undelivered, delivery_id};
use crate::accounts::{AccountError, Accounts, Actor, ClinicId, Refusal, WebhookId, WebhookView};
use crate::clock::Clock;
use crate::consultation::Event;
use crate::ids::RoomId;
use crate::store::{DeliveryStore, Place, Store, StoreError};

/// The webhooks of a server. Clones are the same.
#[derive(Clone)]
pub struct Webhooks {
    pub(super) accounts: Arc<Accounts>,
    pub(super) deliveries: DeliveryStore,
    pub(super) reach: Reach,
    pub(super) clock: Clock,
    /// Something is due.
    pub(super) due: Arc<Notify>,
    pub(super) counters: Arc<Counters>,
}

/// Why something about webhooks was not done.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// A rule, or what keeps accounts.
    #[error(transparent)]
    Accounts(#[from] AccountError),
    /// The queue.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far a webhook has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) view: WebhookView,
    /// How many deliveries wait; ten thousand stand for more.
    pub(crate) waiting: usize,
    /// How many were given up.
    pub(crate) undelivered: usize,
}

/// In whose name something is done, and who does it.
pub(crate) type By = (ClinicId, Actor);

impl Webhooks {
    /// Those of a store, which go no further than `reach`.
    pub fn new(store: &Store, accounts: Arc<Accounts>, reach: Reach, clock: Clock) -> Self {
        Self {
            accounts,
            deliveries: store.deliveries(),
            reach,
            clock,
            due: Arc::default(),
            counters: Arc::default(),
        }
    }

    /// Numbers for metrics.
    pub fn counts(&self) -> DeliveryCounts {
        self.counters.read()
    }

    /// How far webhooks go here.
    pub(crate) fn reach(&self) -> Reach {
        self.reach
    }

    /// The ids of a clinic's webhooks.
    pub(crate) async fn ids(&self, clinic: ClinicId) -> Result<Vec<WebhookId>, WebhookError> {
        let webhooks = self.accounts.webhooks(clinic).await?;
        Ok(webhooks.into_iter().map(|webhook| webhook.id).collect())
    }

    /// One webhook of a clinic.
    pub(crate) async fn look(
        &self,
        clinic: ClinicId,
        id: WebhookId,
    ) -> Result<Standing, WebhookError> {
        let view = self.find(clinic, id).await?;
        let (waiting, undelivered) = self.deliveries.count(id).await?;
        Ok(Standing {
            view,
            waiting,
            undelivered,
        })
    }

    /// Makes a webhook; only its maker learns the secret, and only now.
    pub(crate) async fn make(
        &self,
        by: By,
        target: &Target,
        events: BTreeSet<EventKind>,
    ) -> Result<Standing, WebhookError> {
        let view = self.accounts.make_webhook(by, target, events).await?;
        Ok(Standing {
            view,
            waiting: 0,
            undelivered: 0,
        })
    }

    /// Takes a webhook away, and what waits for it. Cut off in between, the rest is
    /// [swept](super::Deliverer) away.
    pub(crate) async fn remove(&self, by: By, id: WebhookId) -> Result<(), WebhookError> {
        self.accounts.remove_webhook(by, id).await?;
        Ok(self.deliveries.remove(id).await?)
    }

    /// What could not be delivered, the latest first; and behind which place there is more.
    pub(crate) async fn undelivered(
        &self,
        (clinic, id): (ClinicId, WebhookId),
        after: Option<Place>,
        limit: usize,
    ) -> Result<(Vec<Undelivered>, Option<Place>), WebhookError> {
        self.find(clinic, id).await?;
        Ok(self.deliveries.undelivered(id, after, limit).await?)
    }

    /// Has all of it tried again from now on. Answers how many.
    pub(crate) async fn retry(
        &self,
        clinic: ClinicId,
        id: WebhookId,
    ) -> Result<usize, WebhookError> {
        self.find(clinic, id).await?;
        let retried = self.deliveries.retry(id, self.clock.now()).await;
        // Also what was revived before something failed is due.
        self.due.notify_one();
        Ok(retried?)
    }

    async fn find(&self, clinic: ClinicId, id: WebhookId) -> Result<WebhookView, WebhookError> {
        let found = self.accounts.webhook(clinic, id).await?;
        let unknown = AccountError::Refused(Refusal::UnknownWebhook);
        Ok(found.ok_or(unknown)?)
    }

    /// Puts what a clinic's webhooks are told of an appointment into their queues: of the entries of its log behind
    /// the first `announced`. Said again after a crash, it puts nothing twice.
    pub(crate) async fn announce(
        &self,
        clinic: ClinicId,
        appointment: RoomId,
        log: &[Event],
        announced: u64,
    ) -> Result<(), WebhookError> {
        let webhooks = self.accounts.webhooks(clinic).await?;
        if webhooks.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        for announcement in announcements(log, announced) {
            let (event, happened) = (announcement.event, announcement.at);
            let to = webhooks.iter();
            // Whoever comes later asks what there is; it is not told all that ever was.
            let to = to.filter(|one| one.events.contains(&event) && happened >= one.made);
            for webhook in to {
                let delivery = Delivery {
                    id: delivery_id(webhook.id, appointment, announcement.place),
                    webhook: webhook.id,
                    clinic,
                    event,
                    appointment,
                    happened,
                };
                self.deliveries.put(&delivery, now).await?;
                self.due.notify_one();
            }
        }
        Ok(())
    }
}
