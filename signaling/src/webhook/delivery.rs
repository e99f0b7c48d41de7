//! One thing that one webhook is to be told, and how it went.

use aws_lc_rs::digest::{Context, SHA256};

use crate::accounts::{ClinicId, DeliveryId, WebhookId};
use crate::ids::{RoomId, Timestamp};
use crate::webhook::EventKind;

/// What a webhook is to be told. Nothing in it is about a person: whoever may know more asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which; the receiver knows by it what it has got already.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookId,
    /// Whose appointment it is.
    pub clinic: ClinicId,
    /// What happened.
    pub event: EventKind,
    /// To which appointment.
    pub appointment: RoomId,
    /// When.
    pub happened: Timestamp,
}

/// Why a delivery did not arrive, as the clinic is shown it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The name is not known.
    Name,
    /// The name leads to a machine that webhooks must not go to.
    Forbidden,
    /// Nobody is there, or the connection broke.
    Connection,
    /// The certificate is not good for the name.
    Tls,
    /// It took too long.
    Late,
    /// It answered, and not with 2xx; a redirect is not followed.
    Status(u16),
}

/// A try that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedTry {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub failure: Failure,
}

/// A delivery that is not tried again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Which.
    pub delivery: Delivery,
    /// How often it failed since it was made, or since somebody had it tried again.
    pub failures: u32,
    /// The last time it did.
    pub last: FailedTry,
}

/// The id of what a webhook is told of the entry at this place of an appointment's log: always the same, so that
/// whoever begins again after a crash puts nothing twice, and the receiver knows it again.
pub(crate) fn delivery_id(webhook: WebhookId, appointment: RoomId, place: u64) -> DeliveryId {
    let mut context = Context::new(&SHA256);
    context.update(b"delivery");
    for number in [webhook.0, appointment.0, place] {
        context.update(&number.to_be_bytes());
    }
    let digest = context.finish();
    let start = digest.as_ref().first_chunk().copied().unwrap_or_default();
    DeliveryId(u64::from_be_bytes(start))
}

impl Failure {
    /// As it is stored and shown; the number of a status stands beside it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Forbidden => "forbidden",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Late => "late",
            Self::Status(_) => "status",
        }
    }

    /// The status that was answered.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(status),
            Self::Name | Self::Forbidden | Self::Connection | Self::Tls | Self::Late => None,
        }
    }

    /// From its parts; `None`: no failure has these.
    pub fn from_parts(kind: &str, status: Option<u16>) -> Option<Self> {
        match (kind, status) {
            ("name", None) => Some(Self::Name),
            ("forbidden", None) => Some(Self::Forbidden),
            ("connection", None) => Some(Self::Connection),
            ("tls", None) => Some(Self::Tls),
            ("late", None) => Some(Self::Late),
            ("status", Some(status)) => Some(Self::Status(status)),
            _ => None,
        }
    }
}
