//! The stored form of deliveries. JSON, converted by hand, as in [`crate::store::codec`] and for the same reasons.

use serde::{Deserialize, Serialize};

use crate::accounts::{ClinicId, DeliveryId, WebhookId};
use crate::ids::{RoomId, Timestamp};
use crate::store::StoreError;
use crate::store::chain::said;
use crate::webhook::{Delivery, EventKind, FailedTry, Failure};

/// A step of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// It is there.
    Put(Delivery),
    /// Somebody tries it.
    Tried,
    /// Somebody of the clinic has it tried again.
    Retried,
}

/// How it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// When it is tried next, or the claim of whoever tries it ends; `None`: it was given up.
    pub(crate) due: Option<Timestamp>,
    pub(crate) failures: u32,
    pub(crate) last: Option<FailedTry>,
}

#[derive(Serialize, Deserialize)]
struct StoredEvent {
    at: Timestamp,
    fact: StoredFact,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum StoredFact {
    Put {
        webhook: u64,
        clinic: u64,
        event: String,
        appointment: u64,
        happened: Timestamp,
    },
    Tried,
    Retried,
}

#[derive(Serialize, Deserialize)]
struct StoredState {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<Timestamp>,
    failures: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<StoredTry>,
}

#[derive(Serialize, Deserialize)]
struct StoredTry {
    at: Timestamp,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

pub(super) fn encode(at: Timestamp, fact: Fact) -> Result<Vec<u8>, StoreError> {
    let fact = match fact {
        Fact::Put(delivery) => StoredFact::Put {
            webhook: delivery.webhook.0,
            clinic: delivery.clinic.0,
            event: delivery.event.as_str().to_owned(),
            appointment: delivery.appointment.0,
            happened: delivery.happened,
        },
        Fact::Tried => StoredFact::Tried,
        Fact::Retried => StoredFact::Retried,
    };
    serde_json::to_vec(&StoredEvent { at, fact }).map_err(StoreError::failed)
}

/// From the first entry of its stream.
pub(super) fn decode_put(id: DeliveryId, entry: &[u8]) -> Option<Delivery> {
    let StoredEvent { fact, .. } = serde_json::from_slice(said(entry)).ok()?;
    let StoredFact::Put {
        webhook,
        clinic,
        event,
        appointment,
        happened,
    } = fact
    else {
        return None;
    };
    Some(Delivery {
        id,
        webhook: WebhookId(webhook),
        clinic: ClinicId(clinic),
        event: EventKind::parse(&event)?,
        appointment: RoomId(appointment),
        happened,
    })
}

pub(super) fn encode_state(state: State) -> Result<Vec<u8>, StoreError> {
    let last = state.last.map(|FailedTry { at, failure }| StoredTry {
        at,
        kind: failure.as_str().to_owned(),
        status: failure.status(),
    });
    let State { due, failures, .. } = state;
    serde_json::to_vec(&StoredState {
        due,
        failures,
        last,
    })
    .map_err(StoreError::failed)
}

pub(super) fn decode_state(bytes: &[u8]) -> Option<State> {
    let stored: StoredState = serde_json::from_slice(bytes).ok()?;
    let last = match stored.last {
        Some(StoredTry { at, kind, status }) => Some(FailedTry {
            at,
            failure: Failure::from_parts(&kind, status)?,
        }),
        None => None,
    };
    Some(State {
        due: stored.due,
        failures: stored.failures,
        last,
    })
}
