//! What webhooks are still to be told, and what they could not be: each delivery is a small stream of its own, and gone
//! once it is made. So every journal keeps it as it keeps everything else, and a copy of the store has it.
//!
//! A delivery waits in the list of its webhook under the time of its next try. Whoever tries it claims it first: that
//! moves it to the time when the claim ends, on the version that was read, so that of two servers one gets it; and if
//! that one dies, the other one tries it then. What failed too often stands in the list of the undelivered instead.
//!
//! **Invariants** (`deliveries/contract.rs`, on every journal)
//! - what is put twice waits once;
//! - of two who claim a delivery one gets it, and nobody before its time or while the claim lasts;
//! - whoever lost a claim changes nothing with what they found out.

mod codec;
#[cfg(test)]
pub(super) mod contract;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::journal::{
    Journal, List, Mark, RecordKey, RecordKind, StoredStream, StreamId, StreamKind, Version, Write,
};
use super::{Store, StoreError};
use crate::accounts::{DeliveryId, WebhookId};
use crate::ids::Timestamp;
use crate::webhook::{Delivery, FailedTry, Undelivered};
use codec::{Fact, State};

/// How many of a list are read at once.
const PAGE: usize = 100;

/// As far as a list is counted; it stands for more, too. A clinic whose receiver is away for days has hundreds.
const COUNT_MAX: usize = 10_000;

/// The queue of deliveries of all webhooks. Clones are the same queue.
#[derive(Clone)]
pub struct DeliveryStore {
    journal: Arc<dyn Journal>,
}

/// Where a delivery stands in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When it is tried next; of an undelivered one, when it was given up.
    pub at: Timestamp,
    /// Which.
    pub delivery: DeliveryId,
}

/// A delivery that whoever has this tries, and nobody else for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Which.
    pub delivery: Delivery,
    /// How often it has failed.
    pub failures: u32,
    version: Version,
}

/// A text that is no place of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in a list of deliveries must be 32 hexadecimal digits")]
pub struct PlaceError;

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{}", self.at.0, self.delivery)
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, delivery) = text.split_at_checked(16).ok_or(PlaceError)?;
        // An id has the same form.
        let at: DeliveryId = at.parse().map_err(|_| PlaceError)?;
        Ok(Self {
            at: Timestamp(at.0),
            delivery: delivery.parse().map_err(|_| PlaceError)?,
        })
    }
}

impl Store {
    /// The deliveries in this store.
    pub fn deliveries(&self) -> DeliveryStore {
        let journal = Arc::clone(&self.journal);
        DeliveryStore { journal }
    }
}

impl DeliveryStore {
    /// Puts a delivery that is due at once. Putting what is there is done already.
    pub async fn put(&self, delivery: &Delivery, now: Timestamp) -> Result<(), StoreError> {
        let fact = Fact::Put(*delivery);
        let state = State {
            due: Some(now),
            failures: 0,
            last: None,
        };
        let write = write(delivery, Version::default(), Some((now, fact)), state)?;
        match self.store(delivery.id, Version::default(), write).await {
            Err(StoreError::Conflict { .. }) => Ok(()),
            stored => stored,
        }
    }

    /// The delivery of a webhook that is tried next, and when.
    pub async fn first(&self, webhook: WebhookId) -> Result<Option<Place>, StoreError> {
        let list = List::Waiting(webhook.0);
        let marks = self.journal.marked(list, 0..u64::MAX, None, 1).await?;
        Ok(marks.first().map(|mark| Place {
            at: Timestamp(mark.time),
            delivery: DeliveryId(mark.stream.id),
        }))
    }

    /// Takes a delivery that is due, to try it until then. `None`: it is gone, not due, or somebody else has it.
    pub async fn claim(
        &self,
        id: DeliveryId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Claimed>, StoreError> {
        let Some((version, delivery, state)) = self.load(id).await? else {
            return Ok(None);
        };
        if state.due.is_none_or(|due| due > now) {
            return Ok(None);
        }
        let claimed = State {
            due: Some(until),
            ..state
        };
        let write = write(&delivery, version, Some((now, Fact::Tried)), claimed)?;
        let after = write.version;
        match self.store(id, version, write).await {
            Ok(()) => Ok(Some(Claimed {
                delivery,
                failures: state.failures,
                version: after,
            })),
            Err(StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// It arrived: it is gone, whoever has it.
    pub async fn delivered(&self, claimed: &Claimed) -> Result<(), StoreError> {
        self.journal.delete(stream(claimed.delivery.id)).await
    }

    /// It failed once more, and is tried again then; `None`: no more.
    pub async fn failed(
        &self,
        claimed: &Claimed,
        failed: FailedTry,
        next: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let state = State {
            due: next,
            failures: claimed.failures.saturating_add(1),
            last: Some(failed),
        };
        let (delivery, version) = (&claimed.delivery, claimed.version);
        let write = write(delivery, version, None, state)?;
        match self.store(delivery.id, version, write).await {
            // The claim was over, and somebody else knows more.
            Err(StoreError::Conflict { .. }) => Ok(()),
            stored => stored,
        }
    }

    /// What could not be delivered to a webhook, behind a place, the latest first; and behind which place there is more.
    pub async fn undelivered(
        &self,
        webhook: WebhookId,
        after: Option<Place>,
        limit: usize,
    ) -> Result<(Vec<Undelivered>, Option<Place>), StoreError> {
        let list = List::Undelivered(webhook.0);
        let after = after.map(|place| Mark {
            time: left_from(place.at),
            stream: stream(place.delivery),
        });
        let one_more = limit.saturating_add(1);
        let marks = self.journal.marked(list, 0..u64::MAX, after, one_more);
        let mut marks = marks.await?;
        let has_more = marks.len() > limit;
        marks.truncate(limit);
        let next = marks.last().filter(|_| has_more).map(|last| Place {
            at: Timestamp(u64::MAX.saturating_sub(last.time)),
            delivery: DeliveryId(last.stream.id),
        });
        let mut undelivered = Vec::with_capacity(marks.len());
        for mark in marks {
            // Gone, or tried again, since the list was read: then it is not one of them.
            let found = self.load(DeliveryId(mark.stream.id)).await?;
            let found = found.filter(|(_, _, state)| state.due.is_none());
            if let Some((_, delivery, State { failures, last, .. })) = found
                && let Some(last) = last
            {
                undelivered.push(Undelivered {
                    delivery,
                    failures,
                    last,
                });
            }
        }
        Ok((undelivered, next))
    }

    /// Has everything that could not be delivered to a webhook tried again from now on, as if it were new. Answers how
    /// many.
    pub async fn retry(&self, webhook: WebhookId, now: Timestamp) -> Result<usize, StoreError> {
        let mut retried = 0;
        let mut after = None;
        loop {
            let list = List::Undelivered(webhook.0);
            let marks = self.journal.marked(list, 0..u64::MAX, after, PAGE).await?;
            for mark in &marks {
                if self.revive(DeliveryId(mark.stream.id), now).await? {
                    retried += 1;
                }
            }
            match marks.last() {
                Some(end) if marks.len() == PAGE => after = Some(*end),
                _ => return Ok(retried),
            }
        }
    }

    async fn revive(&self, id: DeliveryId, now: Timestamp) -> Result<bool, StoreError> {
        let Some((version, delivery, state)) = self.load(id).await? else {
            return Ok(false);
        };
        if state.due.is_some() {
            return Ok(false);
        }
        let state = State {
            due: Some(now),
            failures: 0,
            last: state.last,
        };
        let write = write(&delivery, version, Some((now, Fact::Retried)), state)?;
        match self.store(id, version, write).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// How many wait for a webhook, and how many could not be delivered to it; up to ten thousand of each.
    pub async fn count(&self, webhook: WebhookId) -> Result<(usize, usize), StoreError> {
        let count = async |list| {
            let marks = self.journal.marked(list, 0..u64::MAX, None, COUNT_MAX);
            marks.await.map(|marks| marks.len())
        };
        let waiting = count(List::Waiting(webhook.0)).await?;
        Ok((waiting, count(List::Undelivered(webhook.0)).await?))
    }

    /// Forgets everything of a webhook that is there no more.
    pub async fn remove(&self, webhook: WebhookId) -> Result<(), StoreError> {
        for list in [List::Waiting(webhook.0), List::Undelivered(webhook.0)] {
            self.forget(list, 0).await?;
        }
        Ok(())
    }

    /// Forgets what could not be delivered to a webhook and was given up before this time.
    pub async fn sweep(&self, webhook: WebhookId, before: Timestamp) -> Result<(), StoreError> {
        let from = left_from(before).saturating_add(1);
        self.forget(List::Undelivered(webhook.0), from).await
    }

    async fn forget(&self, list: List, from: u64) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let marks = self.journal.marked(list, from..u64::MAX, after, PAGE);
            let marks = marks.await?;
            for mark in &marks {
                self.journal.delete(mark.stream).await?;
            }
            match marks.last() {
                Some(end) if marks.len() == PAGE => after = Some(*end),
                _ => return Ok(()),
            }
        }
    }

    /// How a delivery is, if it is there.
    #[cfg(test)]
    pub(crate) async fn look(&self, id: DeliveryId) -> Result<Option<State>, StoreError> {
        let loaded = self.load(id).await?;
        Ok(loaded.map(|(_, _, state)| state))
    }

    async fn load(&self, id: DeliveryId) -> Result<Option<(Version, Delivery, State)>, StoreError> {
        let Some(stored) = self.journal.load(stream(id)).await? else {
            return Ok(None);
        };
        let (delivery, state) = read(id, &stored).ok_or_else(|| StoreError::Damaged {
            reason: format!("delivery {id} cannot be read"),
        })?;
        Ok(Some((stored.version, delivery, state)))
    }

    async fn store(
        &self,
        id: DeliveryId,
        expected: Version,
        write: Write,
    ) -> Result<(), StoreError> {
        self.journal.append(stream(id), expected, write).await
    }
}

const STATE: RecordKey = RecordKey {
    kind: RecordKind::Delivery,
    number: 0,
};

const fn stream(DeliveryId(id): DeliveryId) -> StreamId {
    StreamId {
        kind: StreamKind::Delivery,
        id,
    }
}

/// The order of the undelivered: lists have the smallest number first, and people look for the latest.
const fn left_from(at: Timestamp) -> u64 {
    u64::MAX.saturating_sub(at.0)
}

/// A step of a delivery, its state after it, and the list in which it stands then.
fn write(
    delivery: &Delivery,
    expected: Version,
    entry: Option<(Timestamp, Fact)>,
    state: State,
) -> Result<Write, StoreError> {
    let (waiting, undelivered) = (
        List::Waiting(delivery.webhook.0),
        List::Undelivered(delivery.webhook.0),
    );
    let given_up = state.last.map_or(delivery.happened, |last| last.at);
    let mut write = Write {
        version: expected,
        records: vec![(STATE, Some(codec::encode_state(state)?))],
        marks: match state.due {
            Some(due) => vec![(undelivered, None), (waiting, Some(due.0))],
            None => vec![(waiting, None), (undelivered, Some(left_from(given_up)))],
        },
        ..Write::default()
    };
    if let Some((at, fact)) = entry {
        write.push(stream(delivery.id), &codec::encode(at, fact)?);
    }
    Ok(write)
}

fn read(id: DeliveryId, stored: &StoredStream) -> Option<(Delivery, State)> {
    let delivery = codec::decode_put(id, stored.entries.first()?)?;
    let mut records = stored.records.iter();
    let (_, state) = records.find(|(key, _)| *key == STATE)?;
    Some((delivery, codec::decode_state(state)?))
}
