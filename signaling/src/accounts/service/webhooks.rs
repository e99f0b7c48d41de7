//! Webhooks of a clinic: who is told of what, and where they are.

use std::collections::BTreeSet;

use super::{AccountError, Accounts, Result, is_conflict};
use crate::accounts::secret::random;
use crate::accounts::staff::{self, Webhook};
use crate::accounts::{Actor, ClinicId, Refusal, WebhookId};
use crate::ids::Timestamp;
use crate::store::accounts::{Change, StaffBatch};
use crate::webhook::{DELIVERED_STEP, Destination, EventKind, Secret, Target};

/// A webhook, for whoever looks after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookView {
    /// Which, of what it is told, and since when.
    pub webhook: Webhook,
    /// Where it goes, and how its requests are signed.
    pub destination: Destination,
    /// When something was last delivered to it, to a minute; `None`: nothing yet.
    pub delivered: Option<Timestamp>,
}

impl Accounts {
    /// Makes a webhook; its secret is told here and never again.
    pub async fn make_webhook(
        &self,
        (clinic, by): (ClinicId, Actor),
        target: &Target,
        events: BTreeSet<EventKind>,
    ) -> Result<WebhookView> {
        let id = WebhookId(u64::from_be_bytes(random()?));
        let destination = Destination {
            url: target.to_string(),
            secret: Secret(random()?),
        };
        let wish = staff::Wish::MakeWebhook {
            webhook: id,
            events,
            by,
        };
        let batch = StaffBatch {
            webhooks: vec![(id, Change::Set(destination))],
            ..StaffBatch::default()
        };
        self.change_staff(clinic, &wish, &batch).await?;
        let made = self.webhook(clinic, id).await?;
        made.ok_or(AccountError::Refused(Refusal::UnknownWebhook))
    }

    /// Takes a webhook away, for good. What waits for it is for the caller to remove.
    pub async fn remove_webhook(
        &self,
        (clinic, by): (ClinicId, Actor),
        webhook: WebhookId,
    ) -> Result<()> {
        let wish = staff::Wish::RemoveWebhook { webhook, by };
        let batch = StaffBatch {
            webhooks: vec![(webhook, Change::Forget)],
            ..StaffBatch::default()
        };
        self.change_staff(clinic, &wish, &batch).await
    }

    /// The webhooks of a clinic, without saying where they go.
    pub async fn webhooks(&self, clinic: ClinicId) -> Result<Vec<Webhook>> {
        let known = self.staff(clinic).await?;
        Ok(known.0.webhooks().to_vec())
    }

    /// Those that a clinic once had: nothing may wait for them.
    pub async fn removed_webhooks(&self, clinic: ClinicId) -> Result<Vec<WebhookId>> {
        let known = self.staff(clinic).await?;
        Ok(known.0.removed_webhooks().to_vec())
    }

    /// One webhook of a clinic, and where it goes; `None`: there is none.
    pub async fn webhook(&self, clinic: ClinicId, id: WebhookId) -> Result<Option<WebhookView>> {
        let known = self.staff(clinic).await?;
        let (staff, stored) = &*known;
        let (Some(webhook), Some(stored)) = (staff.webhook(id), stored) else {
            return Ok(None);
        };
        let mut sealed = stored.webhooks.iter().filter(|(of, _)| *of == id);
        let Some((_, sealed)) = sealed.next() else {
            return Ok(None);
        };
        let mut delivered = stored.delivered.iter().filter(|(of, _)| *of == id);
        Ok(Some(WebhookView {
            webhook: webhook.clone(),
            destination: self.store.destination(clinic, id, sealed)?,
            delivered: delivered.next().map(|(_, at)| *at),
        }))
    }

    /// Something was delivered to a webhook now. Written down once in a while.
    pub(crate) async fn note_delivered(&self, clinic: ClinicId, id: WebhookId) -> Result<()> {
        let known = self.staff(clinic).await?;
        let (staff, stored) = &*known;
        let (Some(_), Some(stored)) = (staff.webhook(id), stored) else {
            return Ok(());
        };
        let now = self.clock.now();
        let mut written = stored.delivered.iter().filter(|(of, _)| *of == id);
        if written
            .next()
            .is_some_and(|(_, at)| now < at.plus(DELIVERED_STEP))
        {
            return Ok(());
        }
        let batch = StaffBatch {
            delivered: vec![(id, now)],
            ..StaffBatch::default()
        };
        match self.store.append_staff(clinic, stored.version, batch).await {
            // Whatever came first, the next delivery writes it down.
            Err(error) if is_conflict(&error) => {}
            stored => {
                stored?;
            }
        }
        self.forget_staff(clinic);
        Ok(())
    }
}
