//! Webhooks: a hospital's systems are told what became of appointments, by a signed request to an address that they
//! named.
//!
//! A delivery is put into a queue of the store before the appointment's outbox is done with ([`crate::telling`]), and
//! taken out once the receiver has answered with 2xx. In between it is tried for three days; then it is among the
//! *undelivered*, until somebody has it tried again, or thirty days are over.
//!
//! **Invariants**
//! - what happened after a webhook was made is delivered to it at least once, whatever crashes, or is to be seen among
//!   the undelivered;
//! - neither the address nor the secret of a webhook is in a log, an event or a metric, and both are sealed in the store;
//! - no request goes to a machine that the operator did not allow ([`Reach`]).

mod announcing;
mod client;
mod counters;
mod deliverer;
mod delivery;
mod kind;
mod patience;
mod signature;
mod target;
#[cfg(test)]
mod tests;
mod webhooks;

use std::fmt;
use std::time::Duration;

pub use client::{Client, ClientError};
pub use counters::DeliveryCounts;
pub use deliverer::{Deliverer, Request, Sender, UNDELIVERED_LIFETIME};
pub(crate) use delivery::delivery_id;
pub use delivery::{Delivery, FailedTry, Failure, Undelivered};
pub use kind::EventKind;
pub use patience::chance;
pub use signature::Secret;
pub use target::{Reach, Target, TargetError, URL_MAX_BYTES};
pub(crate) use webhooks::{By, Standing};
pub use webhooks::{WebhookError, Webhooks};

/// Most webhooks of one clinic: each is a system that somebody looks after. Beyond it: `too_many_webhooks`.
pub const WEBHOOKS_MAX: usize = 10;

/// How exactly it is known when a webhook was last delivered to.
pub const DELIVERED_STEP: Duration = Duration::from_mins(1);

/// Where a webhook goes and how the receiver knows that it is from here.
#[derive(Clone, PartialEq, Eq)]
pub struct Destination {
    /// The whole address, as it was checked when the webhook was made.
    pub url: String,
    /// What requests are signed with.
    pub secret: Secret,
}

/// Both are secrets: receivers put one into the path of the address.
impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Destination(…)")
    }
}
