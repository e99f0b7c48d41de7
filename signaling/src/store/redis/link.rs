//! The way to Redis: one connection for everybody, kept by a task that makes it anew when it breaks.
//!
//! The library has a `ConnectionManager` for this. It does not say whether a command was sent
//! before the connection broke, lets whoever asks wait through all its attempts, and hands the
//! failure of its last attempt to the first who asks when Redis is back.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, RedisError, RedisResult};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::address::RedisAddress;
use super::keys::Keys;
use super::problem::{REPLICA, SILENT, Unanswered, away, is_answer, is_other_now, told};
use super::trust::{Doubt, Traits};
use crate::store::StoreError;

/// How long Redis may take for one command. It waits for its disk; ten times what a busy disk
/// takes, and as long as people wait for a button.
const RESPONSE: Duration = Duration::from_secs(2);
/// How long a command waits for a connection that is not there: a restart of Redis on the same
/// machine is over by then. Rooms do one thing after the other, so that longer would be felt by
/// all in a room.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long one attempt to connect may take, with everything that is asked first.
const ATTEMPT: Duration = Duration::from_secs(1);
/// The pause after the first failed attempt; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// With [`ATTEMPT`], what is left of the two seconds within which all goes on when Redis is back.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Version of the keys and of what is in them.
///
/// 2: lists with owners, and people of a seat one after the other; nothing has to be changed for
/// it, but a program of format 1 would not move what it does not know.
pub(super) const FORMAT: u64 = 2;

/// Sets the format where there is none or an earlier one, and never lowers it. Writes nothing
/// where there is nothing to write: a full Redis would refuse.
const PREPARE: &str = "local found = tonumber(redis.call('GET', KEYS[1]) or '0')
if found < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end";

/// The way to one Redis. Ends with its last holder.
pub(super) struct Link {
    address: RedisAddress,
    state: watch::Receiver<State>,
    /// The number of the newest connection that is known to be broken.
    broken: watch::Sender<u64>,
    keeper: JoinHandle<()>,
}

#[derive(Clone)]
enum State {
    Up(Numbered),
    /// Why.
    Away(Arc<str>),
}

/// A connection, and which it is.
#[derive(Clone)]
struct Numbered {
    number: u64,
    connection: MultiplexedConnection,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Link {
    /// Connects; an error says why that cannot be. From then on it is kept.
    pub(super) async fn open(
        address: &RedisAddress,
        keys: &Keys,
        look: Look,
    ) -> Result<Self, StoreError> {
        let (broken, watched) = watch::channel(0);
        let mut keeper = Keeper {
            maker: Maker::new(address, keys)?,
            look,
            broken: broken.clone(),
            watched,
            number: 0,
        };
        let first = keeper.connect().await?;
        let (tell, state) = watch::channel(State::Up(first));
        Ok(Self {
            address: address.clone(),
            state,
            broken,
            keeper: tokio::spawn(keeper.keep(tell)),
        })
    }

    /// Does something over the connection that is there, once.
    pub(super) async fn call<T, F>(
        &self,
        work: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Unanswered>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let up = self.up(Instant::now() + PATIENCE).await;
        let Numbered { number, connection } = up.map_err(Unanswered::NotSent)?;
        match timeout(RESPONSE, work(connection)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) if is_answer(&error) => {
                if is_other_now(&error) {
                    self.give_up(number);
                }
                Err(Unanswered::Refused(told(&self.address, &error)))
            }
            Ok(Err(error)) => {
                self.give_up(number);
                Err(Unanswered::Lost(told(&self.address, &error)))
            }
            Err(_elapsed) => {
                self.give_up(number);
                Err(Unanswered::Lost(away(&self.address, SILENT)))
            }
        }
    }

    /// Waits for a connection, this long at most; otherwise why there is none.
    async fn up(&self, until: Instant) -> Result<Numbered, StoreError> {
        let mut state = self.state.clone();
        let broken = self.broken.subscribe();
        let is_up = |state: &State| match state {
            State::Up(up) => up.number > *broken.borrow(),
            State::Away(_) => false,
        };
        let found = timeout_at(until, state.wait_for(is_up)).await;
        if let Ok(Ok(found)) = found
            && let State::Up(up) = &*found
        {
            return Ok(up.clone());
        }
        let why = match &*self.state.borrow() {
            State::Away(why) => why.to_string(),
            State::Up(_) => format!("{} {SILENT}", self.address),
        };
        Err(StoreError::Away { why })
    }

    /// Nobody uses this connection any more.
    fn give_up(&self, number: u64) {
        break_off(&self.broken, number);
    }
}

fn break_off(broken: &watch::Sender<u64>, number: u64) {
    broken.send_if_modified(|newest| {
        let is_news = *newest < number;
        *newest = (*newest).max(number);
        is_news
    });
}

/// Makes connections of which everything is known that must be.
pub(super) struct Maker {
    address: RedisAddress,
    keys: Keys,
    client: Client,
}

impl Maker {
    pub(super) fn new(address: &RedisAddress, keys: &Keys) -> Result<Self, StoreError> {
        let client = Client::open(address.info().clone()).map_err(|error| told(address, &error))?;
        Ok(Self {
            address: address.clone(),
            keys: keys.clone(),
            client,
        })
    }

    /// One attempt. Refuses a Redis that takes no writes, or was written by a later program.
    pub(super) async fn attempt(
        &self,
        when_broken: impl Fn() + Send + Sync + 'static,
        look: Look,
    ) -> Result<(MultiplexedConnection, Vec<Doubt>), StoreError> {
        let attempt = timeout(ATTEMPT, self.connect(when_broken, look)).await;
        attempt.unwrap_or_else(|_elapsed| Err(away(&self.address, SILENT)))
    }

    async fn connect(
        &self,
        when_broken: impl Fn() + Send + Sync + 'static,
        look: Look,
    ) -> Result<(MultiplexedConnection, Vec<Doubt>), StoreError> {
        let config = AsyncConnectionConfig::new()
            // What is asked has a limit of its own, which also counts what stands before it.
            .set_response_timeout(None)
            .set_connection_timeout(None)
            .set_push_sender(move |push: PushInfo| {
                if push.kind == PushKind::Disconnection {
                    when_broken();
                }
                Ok::<(), RedisError>(())
            });
        let told = |error: RedisError| told(&self.address, &error);
        let mut connection = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await
            .map_err(told)?;
        let traits = Traits::ask(&mut connection).await.map_err(told)?;
        if traits.is_replica() {
            return Err(away(&self.address, REPLICA));
        }
        if traits.is_loading() {
            let why = "is still reading its own files: wait until it has";
            return Err(away(&self.address, why));
        }
        let key = self.keys.format();
        if look == Look::AndPrepare {
            let mut prepare = redis::cmd("EVAL");
            let prepare = prepare.arg(PREPARE).arg(1).arg(&key).arg(FORMAT);
            prepare.exec_async(&mut connection).await.map_err(told)?;
        }
        let found: Option<u64> = redis::cmd("GET")
            .arg(&key)
            .query_async(&mut connection)
            .await
            .map_err(told)?;
        match found {
            Some(found) if found > FORMAT => Err(StoreError::Format {
                found,
                known: FORMAT,
            }),
            Some(_) | None => Ok((connection, traits.doubts())),
        }
    }
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing is.
    Only,
    /// The format, where there is none or an earlier one.
    AndPrepare,
}

/// The task behind a [`Link`].
struct Keeper {
    maker: Maker,
    look: Look,
    broken: watch::Sender<u64>,
    watched: watch::Receiver<u64>,
    number: u64,
}

impl Keeper {
    async fn connect(&mut self) -> Result<Numbered, StoreError> {
        self.number += 1;
        let number = self.number;
        let broken = self.broken.clone();
        let when_broken = move || break_off(&broken, number);
        let (connection, doubts) = self.maker.attempt(when_broken, self.look).await?;
        for doubt in doubts {
            tracing::warn!("{doubt}");
        }
        Ok(Numbered { number, connection })
    }

    async fn keep(mut self, tell: watch::Sender<State>) {
        loop {
            let number = self.number;
            if self
                .watched
                .wait_for(|broken| *broken >= number)
                .await
                .is_err()
            {
                return;
            }
            let mut pause = FIRST_PAUSE;
            let mut is_first = true;
            loop {
                match self.connect().await {
                    Ok(up) => {
                        tracing::info!("the connection to {} is there again", self.maker.address);
                        tell.send_replace(State::Up(up));
                        break;
                    }
                    Err(error) => {
                        if is_first {
                            tracing::error!(%error, "the connection to the store is lost");
                            is_first = false;
                        }
                        tell.send_replace(State::Away(error.to_string().into()));
                    }
                }
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}
