//! Deliveries to one webhook, turn by turn, and what must be found of them after each. Every turn is one write.

use std::collections::BTreeMap;

use crate::accounts::{ClinicId, WebhookId};
use crate::ids::{RoomId, Timestamp};
use crate::store::{Claimed, Store, StoreError};
use crate::webhook::{Delivery, EventKind, FailedTry, Failure, delivery_id};

const WEBHOOK: WebhookId = WebhookId(0x55);
/// Every delivery that a test asks for; the last is never put.
const ALL: std::ops::RangeInclusive<u64> = 1..=4;
/// How long a claim lasts, and how long nothing is tried after a failure.
const CLAIM: u64 = 30;
const WAIT: u64 = 70;

/// What becomes of a delivery.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    Put,
    Claim,
    Fail,
    GiveUp,
    Retry,
    Deliver,
}

/// When each is due (`None`: given up), and how often it failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Queue(BTreeMap<u64, (Option<u64>, u32)>);

/// What whoever delivers has in hand.
pub(super) type Claims = BTreeMap<u64, Claimed>;

/// The story of three deliveries.
pub(super) const TURNS: [(u64, Turn); 16] = [
    (1, Turn::Put),
    (2, Turn::Put),
    (1, Turn::Claim),
    (1, Turn::Fail),
    (2, Turn::Claim),
    (2, Turn::Deliver),
    (1, Turn::Claim),
    (1, Turn::GiveUp),
    (3, Turn::Put),
    (1, Turn::Retry),
    (1, Turn::Claim),
    (3, Turn::Claim),
    (1, Turn::Deliver),
    (3, Turn::GiveUp),
    (2, Turn::Put),
    (2, Turn::Put),
];

fn delivery(place: u64) -> Delivery {
    let appointment = RoomId(8);
    Delivery {
        id: delivery_id(WEBHOOK, appointment, place),
        webhook: WEBHOOK,
        clinic: ClinicId(77),
        event: EventKind::Booked,
        appointment,
        happened: Timestamp(90),
    }
}

impl Queue {
    /// What must be found after a turn.
    pub(super) fn after(&self, place: u64, turn: Turn) -> Self {
        let mut queue = self.clone();
        let (due, failures) = queue.0.get(&place).copied().unwrap_or((Some(100), 0));
        let later = |more| due.map(|due| due + more);
        let changed = match turn {
            Turn::Put => Some((due, failures)),
            Turn::Claim => Some((later(CLAIM), failures)),
            Turn::Fail => Some((later(WAIT), failures + 1)),
            Turn::GiveUp => Some((None, failures + 1)),
            Turn::Retry => Some((Some(500), 0)),
            Turn::Deliver => None,
        };
        match changed {
            Some(changed) => queue.0.insert(place, changed),
            None => queue.0.remove(&place),
        };
        queue
    }

    /// Does a turn on a store where this is so.
    pub(super) async fn turn(
        &self,
        store: &Store,
        (place, turn): (u64, Turn),
        claims: &mut Claims,
    ) -> Result<(), StoreError> {
        let (queue, delivery) = (store.deliveries(), delivery(place));
        let due = self.0.get(&place).and_then(|(due, _)| *due);
        let at = Timestamp(due.unwrap_or(100));
        let mut in_hand = || claims.remove(&place).expect("claimed");
        let failure = Failure::Status(503);
        let failed = FailedTry { at, failure };
        match turn {
            Turn::Put => queue.put(&delivery, at).await,
            Turn::Claim => {
                let until = Timestamp(at.0 + CLAIM);
                let claimed = queue.claim(delivery.id, at, until).await?;
                claims.insert(place, claimed.expect("due"));
                Ok(())
            }
            Turn::Fail => {
                let next = Some(Timestamp(at.0 + WAIT));
                queue.failed(&in_hand(), failed, next).await
            }
            Turn::GiveUp => queue.failed(&in_hand(), failed, None).await,
            Turn::Retry => queue.retry(WEBHOOK, Timestamp(500)).await.map(|_one| ()),
            Turn::Deliver => queue.delivered(&in_hand()).await,
        }
    }

    /// What a store has. Its lists say the same as the deliveries themselves.
    pub(super) async fn read(store: &Store) -> Result<Self, StoreError> {
        let queue = store.deliveries();
        let mut found = Self::default();
        for place in ALL {
            if let Some(state) = queue.look(delivery(place).id).await? {
                let due = state.due.map(|due| due.0);
                found.0.insert(place, (due, state.failures));
            }
        }
        let waiting = found.0.values().filter_map(|(due, _)| *due);
        let given_up = found.0.values().filter(|(due, _)| due.is_none());
        let counts = (waiting.clone().count(), given_up.count());
        assert_eq!(queue.count(WEBHOOK).await?, counts);
        let first = queue.first(WEBHOOK).await?;
        assert_eq!(first.map(|first| first.at.0), waiting.min());
        Ok(found)
    }
}
