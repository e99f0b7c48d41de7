//! Join attempts that are being worked on or were answered a moment ago.
//!
//! A page on a bad link cannot know whether a lost request or a lost response is why it waits.
//! So it repeats itself under the same attempt id, and here that is recognised.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use crate::ids::TokenHash;
use crate::opaque::AttemptId;
use crate::protocol::JoinResponse;
use crate::protocol::limits::ATTEMPT_LIFETIME;
use crate::room::JoinError;

/// Attempts remembered at once. An answer has about 4 kB, so 16 MB at most. Beyond it: the
/// oldest is forgotten, and its repetition joins anew, which costs a second transport and
/// nothing else.
const ATTEMPTS_MAX: usize = 4_096;

/// Which attempt. The link or resume token is part of it: two people may choose the same id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) token: TokenHash,
    pub(super) attempt: AttemptId,
}

type Outcome = Result<Arc<JoinResponse>, JoinError>;

struct Attempt {
    offer: TokenHash,
    number: u64,
    outcome: Shared<BoxFuture<'static, Outcome>>,
}

#[derive(Default)]
struct Memory {
    attempts: HashMap<Key, Attempt>,
    /// Oldest first, with the attempt's number: a key may have been forgotten and come again.
    order: VecDeque<(Instant, Key, u64)>,
    started: u64,
}

/// The attempts of the last minute.
#[derive(Clone, Default)]
pub(super) struct Attempts {
    memory: Arc<Mutex<Memory>>,
}

impl Attempts {
    /// Does the work, unless this attempt is being done or was done already. The work goes on
    /// when the caller goes away: its page may be about to ask again.
    pub(super) async fn run(
        &self,
        key: Key,
        offer: TokenHash,
        now: Instant,
        work: impl Future<Output = Outcome> + Send + 'static,
    ) -> Outcome {
        let outcome = {
            let mut memory = self.lock();
            memory.expire(now);
            match memory.attempts.get(&key) {
                Some(attempt) if attempt.offer != offer => {
                    return Err(JoinError::AttemptReused);
                }
                Some(attempt) => attempt.outcome.clone(),
                None => self.start(&mut memory, key, offer, now, work),
            }
        };
        outcome.await
    }

    fn start(
        &self,
        memory: &mut Memory,
        key: Key,
        offer: TokenHash,
        now: Instant,
        work: impl Future<Output = Outcome> + Send + 'static,
    ) -> Shared<BoxFuture<'static, Outcome>> {
        memory.started += 1;
        let number = memory.started;
        let attempts = self.clone();
        let forgotten = key.clone();
        let task = tokio::spawn(async move {
            let outcome = work.await;
            // A failure is not remembered: trying again is how it heals.
            if outcome.is_err() {
                attempts.lock().forget(&forgotten, number);
            }
            outcome
        });
        let outcome = task
            .map(|done| done.unwrap_or(Err(JoinError::Internal)))
            .boxed()
            .shared();
        let attempt = Attempt {
            offer,
            number,
            outcome: outcome.clone(),
        };
        memory.attempts.insert(key.clone(), attempt);
        memory.order.push_back((now, key, number));
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn expire(&mut self, now: Instant) {
        while let Some((started, key, number)) = self.order.front() {
            let old = now.duration_since(*started) >= ATTEMPT_LIFETIME;
            if !old && self.order.len() < ATTEMPTS_MAX {
                return;
            }
            let (key, number) = (key.clone(), *number);
            self.order.pop_front();
            self.forget(&key, number);
        }
    }

    fn forget(&mut self, key: &Key, number: u64) {
        if self
            .attempts
            .get(key)
            .is_some_and(|attempt| attempt.number == number)
        {
            self.attempts.remove(key);
        }
    }
}
