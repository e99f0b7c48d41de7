//! Which systems of a hospital are told, and of what. Where they are and the secrets are not here.

use std::collections::BTreeSet;

use super::{Fact, Staff};
use crate::accounts::{Actor, ClinicId, Refusal, StaffAction, WebhookId};
use crate::ids::Timestamp;
use crate::webhook::{EventKind, WEBHOOKS_MAX};

/// A webhook that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Of what it is told.
    pub events: BTreeSet<EventKind>,
    /// Since when.
    pub made: Timestamp,
}

impl Staff {
    /// Those that were not removed, in the order in which they were made.
    pub fn webhooks(&self) -> &[Webhook] {
        &self.webhooks
    }

    /// One of them.
    pub fn webhook(&self, id: WebhookId) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.id == id)
    }

    /// Those that were: nothing may wait for them.
    pub fn removed_webhooks(&self) -> &[WebhookId] {
        &self.removed_webhooks
    }

    fn may_manage_webhooks(&self, clinic: ClinicId, by: Actor) -> Result<(), Refusal> {
        match by {
            Actor::Account(account) => self.administrator(clinic, account).map(|_| ()),
            Actor::Key(id) => {
                let mut keys = self.keys.iter().filter(|_| self.clinic == Some(clinic));
                let key = keys.find(|key| key.id == id).ok_or(Refusal::UnknownKey)?;
                let is_good = StaffAction::ManageWebhooks.is_in(&key.scopes);
                is_good.then_some(()).ok_or(Refusal::NotAdministrator)
            }
        }
    }
}

pub(super) fn make(
    staff: &Staff,
    clinic: ClinicId,
    (webhook, events): (WebhookId, BTreeSet<EventKind>),
    by: Actor,
) -> Result<Vec<Fact>, Refusal> {
    staff.may_manage_webhooks(clinic, by)?;
    if staff.webhooks.len() >= WEBHOOKS_MAX {
        return Err(Refusal::TooManyWebhooks);
    }
    Ok(vec![Fact::WebhookMade {
        webhook,
        events,
        by,
    }])
}

pub(super) fn remove(
    staff: &Staff,
    clinic: ClinicId,
    webhook: WebhookId,
    by: Actor,
) -> Result<Vec<Fact>, Refusal> {
    staff.may_manage_webhooks(clinic, by)?;
    staff.webhook(webhook).ok_or(Refusal::UnknownWebhook)?;
    Ok(vec![Fact::WebhookRemoved { webhook, by }])
}
