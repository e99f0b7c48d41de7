//! Redis stops, dies, stands still, loses connections, and comes back with less than it had.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::super::super::Batch;
use super::*;
use crate::consultation::{Event, Fact};
use crate::ids::{RoomId, SeatId, Timestamp};

const ROOM: RoomId = RoomId(1);

/// Within this time after the return of Redis all goes on.
const BACK: Duration = Duration::from_secs(2);

async fn store_on(redis: &TestRedis) -> Store {
    super::open_store(redis).await.unwrap()
}

/// Something that anybody may do at any time.
fn left(number: u64) -> Batch {
    Batch {
        events: vec![Event {
            at: Timestamp(number),
            fact: Fact::Left {
                seat: SeatId(2),
                cause: crate::consultation::LeaveCause::Own,
            },
        }],
        ..Batch::default()
    }
}

async fn open(store: &Store) -> Version {
    let opened = store.append(ROOM, Version::default(), contract::opened());
    opened.await.unwrap()
}

/// Asks again and again until it answers; how long that took.
async fn back(store: &Store) -> Duration {
    let began = Instant::now();
    let answers = async {
        while store.check().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    let waited = timeout(BACK, answers).await;
    waited.expect("Redis is back, and so must be the store");
    began.elapsed()
}

fn is_away(error: &StoreError) -> bool {
    matches!(error, StoreError::Away { .. })
}

fn may_be_stored(error: &StoreError) -> bool {
    matches!(error, StoreError::Unsettled { .. })
}

#[tokio::test]
async fn a_redis_that_is_stopped_refuses_and_goes_on_when_it_is_started() {
    let mut redis = TestRedis::start(Settings::Safe);
    let store = store_on(&redis).await;
    let version = open(&store).await;
    redis.stop();
    for _ in 0..3 {
        let error = store.append(ROOM, version, left(1)).await.unwrap_err();
        assert!(is_away(&error) || may_be_stored(&error), "{error}");
    }
    let error = store.load(ROOM).await.unwrap_err();
    assert!(error.to_string().contains("see whether it runs"), "{error}");
    assert!(store.check().await.is_err());
    redis.start_again();
    back(&store).await;
    let version = store.append(ROOM, version, left(2)).await.unwrap();
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version, version);
    assert_eq!(
        room.events,
        [contract::opened().events, left(2).events].concat()
    );
}

#[tokio::test]
async fn who_asks_while_it_is_away_is_refused_at_once() {
    let mut redis = TestRedis::start(Settings::Safe);
    let store = store_on(&redis).await;
    let version = open(&store).await;
    redis.kill();
    store.check().await.unwrap_err();
    let began = Instant::now();
    store.append(ROOM, version, left(1)).await.unwrap_err();
    assert!(began.elapsed() < BACK);
}

#[tokio::test]
async fn a_redis_that_is_killed_has_all_that_was_acknowledged() {
    let mut redis = TestRedis::start(Settings::Safe);
    let store = store_on(&redis).await;
    let mut version = open(&store).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let writer = store.clone();
    let writing = tokio::spawn(async move {
        for number in 1.. {
            match writer.append(ROOM, version, left(number)).await {
                Ok(next) => version = next,
                Err(error) => return (version, error),
            }
            tell.send(number).ok();
        }
        unreachable!()
    });
    while told.recv().await.is_some_and(|number| number < 50) {}
    redis.kill();
    let (acknowledged, error) = writing.await.unwrap();
    assert!(is_away(&error) || may_be_stored(&error), "{error}");
    redis.start_again();
    back(&store).await;
    let room = store.load(ROOM).await.unwrap().unwrap();
    let more = room.version.length - acknowledged.length;
    assert!(
        more <= 1,
        "only the write that was under way may be there, too"
    );
    // What is there begins with what was acknowledged, to the byte.
    let chain = Store::in_memory().unwrap().append(
        ROOM,
        Version::default(),
        Batch {
            events: room.events[..usize::try_from(acknowledged.length).unwrap()].to_vec(),
            ..Batch::default()
        },
    );
    assert_eq!(chain.await.unwrap(), acknowledged);
    store.append(ROOM, room.version, left(1_000)).await.unwrap();
}

/// Whatever became of the write that got no answer, the next to write learns it.
#[tokio::test]
async fn a_redis_that_stands_still_is_given_up_and_the_lost_write_is_settled() {
    let redis = TestRedis::start(Settings::Safe);
    let store = store_on(&redis).await;
    let version = open(&store).await;
    let said = Batch {
        chat: contract::talked().chat,
        ..Batch::default()
    };
    for batch in [left(1), said] {
        let before = store.load(ROOM).await.unwrap().unwrap();
        redis.pause();
        let error = store
            .append(ROOM, before.version, batch.clone())
            .await
            .unwrap_err();
        assert!(may_be_stored(&error), "{error}");
        assert!(error.to_string().contains("does not answer"), "{error}");
        // It is known to be away: nobody waits that long again.
        let began = Instant::now();
        let error = store
            .append(ROOM, before.version, left(9))
            .await
            .unwrap_err();
        assert!(is_away(&error), "{error}");
        assert!(began.elapsed() < BACK);
        redis.resume();
        back(&store).await;
        let after = match store.append(ROOM, before.version, left(2)).await {
            Ok(_) => store.load(ROOM).await.unwrap().unwrap(),
            Err(StoreError::Conflict { .. }) => {
                let room = store.load(ROOM).await.unwrap().unwrap();
                assert_ne!(room, before, "it was stored");
                store.append(ROOM, room.version, left(2)).await.unwrap();
                store.load(ROOM).await.unwrap().unwrap()
            }
            Err(error) => panic!("{error}"),
        };
        let times = |event: &Event| after.events.iter().filter(|known| *known == event).count();
        assert!(batch.events.iter().all(|event| times(event) <= 1), "twice");
        assert_eq!(after.events.last(), left(2).events.last());
    }
    assert_ne!(store.load(ROOM).await.unwrap().unwrap().version, version);
}

#[tokio::test]
async fn a_connection_that_is_cut_is_made_anew_and_nobody_notices() {
    let redis = TestRedis::start(Settings::Safe);
    let store = store_on(&redis).await;
    let mut version = open(&store).await;
    for number in 1..=20 {
        redis.tell(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
        version = store.append(ROOM, version, left(number)).await.unwrap();
    }
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version.length, 21);
}

#[tokio::test]
async fn a_redis_that_came_back_empty_has_none_of_it_and_takes_nothing_on_top() {
    let mut redis = TestRedis::start(Settings::Safe);
    let store = store_on(&redis).await;
    let version = open(&store).await;
    redis.kill();
    redis.lose();
    redis.start_again();
    back(&store).await;
    let refused = store.append(ROOM, version, left(1)).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::Conflict { actual, .. } if actual == Version::default()),
        "{refused}"
    );
    assert_eq!(store.load(ROOM).await.unwrap(), None);
}

#[tokio::test]
async fn a_redis_that_came_back_older_takes_nothing_on_top_of_what_it_lost() {
    let mut redis = TestRedis::start(Settings::Safe);
    let store = store_on(&redis).await;
    let yesterday = open(&store).await;
    redis.stop();
    let backup = redis.copy();
    redis.start_again();
    back(&store).await;
    let today = store.append(ROOM, yesterday, left(1)).await.unwrap();
    redis.kill();
    redis.restore(&backup);
    redis.start_again();
    back(&store).await;
    // Even where somebody else wrote as much meanwhile.
    let other = store.append(ROOM, yesterday, left(2)).await.unwrap();
    assert_eq!(other.length, today.length);
    let refused = store.append(ROOM, today, left(3)).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::Conflict { actual, .. } if actual == other),
        "{refused}"
    );
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.version, other);
    store.append(ROOM, other, left(3)).await.unwrap();
}
