//! Bodies of the routes by which a clinic has its systems told.

use serde::{Deserialize, Serialize};

use crate::accounts::{DeliveryId, WebhookId};
use crate::ids::{RoomId, Timestamp};
use crate::webhook::{self, EventKind, Standing, Undelivered};

/// Something that happens to an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum WebhookEvent {
    /// It was made.
    Booked,
    /// It has another time.
    Rescheduled,
    /// It was called off.
    Cancelled,
    /// The patient did not come.
    NoShow,
    /// A patient and a practitioner met.
    Begun,
    /// It is over.
    Ended,
    /// Its end, or that it was called off or missed, was taken back.
    Reopened,
    /// A practitioner's seat is a colleague's.
    Transferred,
    /// Somebody answers for a version of the summary.
    SummarySigned,
}

/// `POST /v1/webhooks`: an address to be told.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewWebhookRequest {
    /// `https://host[:port]/path`.
    #[cfg_attr(test, schema(max_length = 500))]
    pub url: String,
    /// Of what: at least one.
    #[cfg_attr(test, schema(min_items = 1))]
    pub events: Vec<WebhookEvent>,
}

/// The webhook, and what its requests are signed with: shown once.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct NewWebhookResponse {
    /// The webhook.
    pub webhook: Webhook,
    /// 64 hexadecimal digits; the key is this text.
    pub secret: String,
}

/// `GET /v1/webhooks`: those that were not removed.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct WebhooksResponse {
    /// In an order of no meaning.
    pub webhooks: Vec<Webhook>,
    /// For `after` of the next page; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub next: Option<WebhookId>,
}

/// An address that is told what happens.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Webhook {
    /// Which.
    #[cfg_attr(test, ts(type = "string"))]
    pub webhook: WebhookId,
    /// Where to.
    pub url: String,
    /// Of what.
    pub events: Vec<WebhookEvent>,
    /// Since when.
    #[cfg_attr(test, ts(type = "number"))]
    pub made: Timestamp,
    /// How many deliveries are still to be made; 10,000 stand for more.
    pub waiting: usize,
    /// How many were given up and can be tried again; 10,000 stand for more.
    pub undelivered: usize,
    /// When one was last made, to a minute; without it never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub last_delivered: Option<Timestamp>,
}

/// `GET /v1/webhooks/{webhook}/undelivered`: what was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct UndeliveredResponse {
    /// The latest first.
    pub deliveries: Vec<Delivery>,
    /// For `after` of the next page; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub next: Option<String>,
}

/// One thing that a webhook was to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct Delivery {
    /// Which.
    #[cfg_attr(test, ts(type = "string"))]
    pub delivery: DeliveryId,
    /// What happened.
    pub event: WebhookEvent,
    /// To which appointment.
    #[cfg_attr(test, ts(type = "string"))]
    pub appointment: RoomId,
    /// When.
    #[cfg_attr(test, ts(type = "number"))]
    pub happened: Timestamp,
    /// How often it failed since it was made, or tried again.
    pub failures: u32,
    /// How it failed last.
    pub last_failure: LastFailure,
}

/// How a delivery failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct LastFailure {
    /// When.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Why.
    pub kind: FailureKind,
    /// What was answered, of the kind `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub status: Option<u16>,
}

/// Why a delivery failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub enum FailureKind {
    /// The name is not known.
    Name,
    /// The name leads to a machine that webhooks must not go to.
    Forbidden,
    /// Nobody is there, or the connection broke.
    Connection,
    /// The certificate is not good for the name.
    Tls,
    /// It took more than ten seconds.
    Late,
    /// It was answered with another status than 2xx.
    Status,
}

/// `POST /v1/webhooks/{webhook}/retry`: what was given up is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS, utoipa::ToSchema))]
pub struct RetryResponse {
    /// How much of it.
    pub retried: usize,
}

impl From<WebhookEvent> for EventKind {
    fn from(event: WebhookEvent) -> Self {
        match event {
            WebhookEvent::Booked => Self::Booked,
            WebhookEvent::Rescheduled => Self::Rescheduled,
            WebhookEvent::Cancelled => Self::Cancelled,
            WebhookEvent::NoShow => Self::NoShow,
            WebhookEvent::Begun => Self::Begun,
            WebhookEvent::Ended => Self::Ended,
            WebhookEvent::Reopened => Self::Reopened,
            WebhookEvent::Transferred => Self::Transferred,
            WebhookEvent::SummarySigned => Self::SummarySigned,
        }
    }
}

impl From<EventKind> for WebhookEvent {
    fn from(event: EventKind) -> Self {
        match event {
            EventKind::Booked => Self::Booked,
            EventKind::Rescheduled => Self::Rescheduled,
            EventKind::Cancelled => Self::Cancelled,
            EventKind::NoShow => Self::NoShow,
            EventKind::Begun => Self::Begun,
            EventKind::Ended => Self::Ended,
            EventKind::Reopened => Self::Reopened,
            EventKind::Transferred => Self::Transferred,
            EventKind::SummarySigned => Self::SummarySigned,
        }
    }
}

impl From<webhook::Failure> for FailureKind {
    fn from(failure: webhook::Failure) -> Self {
        match failure {
            webhook::Failure::Name => Self::Name,
            webhook::Failure::Forbidden => Self::Forbidden,
            webhook::Failure::Connection => Self::Connection,
            webhook::Failure::Tls => Self::Tls,
            webhook::Failure::Late => Self::Late,
            webhook::Failure::Status(_) => Self::Status,
        }
    }
}

impl From<Standing> for Webhook {
    fn from(standing: Standing) -> Self {
        let view = standing.view;
        let events = view.webhook.events.into_iter();
        Self {
            webhook: view.webhook.id,
            url: view.destination.url,
            events: events.map(WebhookEvent::from).collect(),
            made: view.webhook.made,
            waiting: standing.waiting,
            undelivered: standing.undelivered,
            last_delivered: view.delivered,
        }
    }
}

impl From<Undelivered> for Delivery {
    fn from(undelivered: Undelivered) -> Self {
        let (delivery, last) = (undelivered.delivery, undelivered.last);
        Self {
            delivery: delivery.id,
            event: delivery.event.into(),
            appointment: delivery.appointment,
            happened: delivery.happened,
            failures: undelivered.failures,
            last_failure: LastFailure {
                at: last.at,
                kind: last.failure.into(),
                status: last.failure.status(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::tests::{examples, same, section};

    #[test]
    fn the_examples_of_webhooks_in_the_document_are_real() {
        let webhooks = examples("\n## Webhooks");
        let request: NewWebhookRequest = serde_json::from_str(webhooks[0]).unwrap();
        let response: NewWebhookResponse = serde_json::from_str(webhooks[1]).unwrap();
        same(webhooks[1], &response);
        assert_eq!(request.events, response.webhook.events);
        let undelivered: UndeliveredResponse = serde_json::from_str(webhooks[3]).unwrap();
        same(webhooks[3], &undelivered);
    }

    #[test]
    fn the_document_names_every_event_and_every_failure() {
        let kinds = EventKind::ALL.map(|kind| {
            // The wire and the store spell it alike.
            let wire = serde_json::to_value(WebhookEvent::from(kind)).unwrap();
            assert_eq!(wire, kind.as_str());
            assert_eq!(EventKind::from(WebhookEvent::from(kind)), kind);
            kind.as_str()
        });
        let text = section("\n## Webhooks");
        let listed = format!("at least one of `{}`.", kinds.join(" "));
        assert!(text.contains(&listed), "{listed}");
        for kind in [
            FailureKind::Name,
            FailureKind::Forbidden,
            FailureKind::Connection,
            FailureKind::Tls,
            FailureKind::Late,
            FailureKind::Status,
        ] {
            let wire = serde_json::to_value(kind).unwrap();
            let named = format!("`{}`", wire.as_str().unwrap());
            assert!(text.contains(&named), "{named}");
        }
    }
}
