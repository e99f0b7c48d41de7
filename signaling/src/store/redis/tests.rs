//! The store over real Redis servers.

mod faults;
mod hints;
mod refusals;
pub(crate) mod server;

use std::sync::OnceLock;

use super::super::{KeysError, RoomStore, Store, contract};
use super::*;
use crate::ids::{RoomId, Timestamp};
use server::{Settings, TestRedis};

/// One server for all tests that do not harm it.
fn shared() -> &'static TestRedis {
    static SHARED: OnceLock<TestRedis> = OnceLock::new();
    SHARED.get_or_init(|| TestRedis::start(Settings::Safe))
}

/// One that refuses what a cluster of many would: commands and scripts over keys of several slots.
fn cluster() -> &'static TestRedis {
    static CLUSTER: OnceLock<TestRedis> = OnceLock::new();
    CLUSTER.get_or_init(|| TestRedis::start(Settings::Cluster))
}

/// A store of its own on a server.
async fn journal(on: &TestRedis) -> RedisStore {
    let prefix = u64::from_be_bytes(crate::auth::random().unwrap());
    let opened =
        RedisStore::open_under(&on.address(), &format!("{prefix:x}:"), Look::AndPrepare).await;
    opened.unwrap()
}

async fn open_store(on: &TestRedis) -> Result<Store, StoreError> {
    Store::open_redis(&on.address(), on.keys(), Timestamp(5)).await
}

async fn look_at(on: &TestRedis) -> Result<Vec<Doubt>, StoreError> {
    Store::look_at_redis(&on.address(), on.keys()).await
}

/// A store of its own on the server that all share.
pub(in crate::store) async fn store() -> Store {
    Store::over(journal(shared()).await).unwrap()
}

/// A store of its own on a server that takes nothing over several slots.
pub(in crate::store) async fn store_on_a_cluster() -> Store {
    Store::over(journal(cluster()).await).unwrap()
}

contract::suite!(store().await);

mod on_a_cluster {
    use super::*;

    contract::suite!(store_on_a_cluster().await);
}

#[tokio::test]
async fn two_processes_see_the_same() {
    let redis = TestRedis::start(Settings::Safe);
    let first = open_store(&redis).await.unwrap();
    let second = open_store(&redis).await.unwrap();
    let room = RoomId(7);
    let version = Version::default();
    let version = first
        .append(room, version, contract::opened())
        .await
        .unwrap();
    let seen = second.load(room).await.unwrap().unwrap();
    assert_eq!(seen.version, version);
    second
        .append(room, version, contract::talked())
        .await
        .unwrap();
    let seen = first.load(room).await.unwrap().unwrap();
    assert_eq!(seen.chat, contract::talked().chat);
}

/// Whoever takes over from another machine needs its key file.
#[tokio::test]
async fn a_redis_opens_with_its_own_keys_only_and_never_gets_others_beside_them() {
    let redis = TestRedis::start(Settings::Safe);
    let first = open_store(&redis).await.unwrap();
    let room = RoomId(7);
    let opened = first.append(room, Version::default(), contract::opened());
    opened.await.unwrap();
    let address = redis.address();
    let none = redis.folder().join("none.key");
    let other = redis.folder().join("other.key");
    Store::open_redis(&database_of_another(&redis), &other, Timestamp(5))
        .await
        .unwrap();
    for keys in [&none, &other] {
        let refused = Store::open_redis(&address, keys, Timestamp(6)).await;
        let looked = Store::look_at_redis(&address, keys).await;
        for refused in [refused.err(), looked.err()] {
            let is_known = match refused {
                Some(StoreError::Keys(KeysError::FileMissing { .. })) => keys == &none,
                Some(StoreError::Keys(KeysError::KeyMissing { .. })) => keys == &other,
                _ => false,
            };
            assert!(is_known, "{}", keys.display());
        }
    }
    assert!(!none.exists());
    look_at(&redis).await.unwrap();
    let again = open_store(&redis).await.unwrap();
    let seen = again.load(room).await.unwrap().unwrap();
    assert_eq!(seen.people, contract::opened().people);
}

/// Another database of the same server, with keys of its own.
fn database_of_another(redis: &TestRedis) -> RedisAddress {
    let socket = redis.folder().join("socket");
    RedisAddress::parse(&format!("redis+unix://{}?db=1", socket.display())).unwrap()
}

#[tokio::test]
async fn the_logs_are_audited_beside_a_writer_and_nothing_is_changed() {
    let redis = TestRedis::start(Settings::Safe);
    let empty = Store::read_redis(&redis.address()).await.unwrap();
    assert_eq!(empty.audit(None).await.unwrap().logs, 0);
    assert_eq!(redis.tell(&["DBSIZE"]), "int(0)");
    let writer = open_store(&redis).await.unwrap();
    let room = RoomId(7);
    let opened = writer.append(room, Version::default(), contract::opened());
    opened.await.unwrap();
    let before = redis.tell(&["DBSIZE"]);
    let reader = Store::read_redis(&redis.address()).await.unwrap();
    let audit = reader.audit(None).await.unwrap();
    assert_eq!((audit.logs, audit.findings), (2, Vec::new()));
    assert_eq!(audit.heads, writer.audit(None).await.unwrap().heads);
    assert_eq!(redis.tell(&["DBSIZE"]), before);
    let entries = keys::Keys::new(keys::PREFIX);
    let stream = StreamId {
        kind: super::super::journal::StreamKind::Room,
        id: room.0,
    };
    let entries = entries.stream(stream).entries();
    redis.tell(&["LSET", &entries, "0", "tampered with"]);
    assert_eq!(reader.audit(None).await.unwrap().findings.len(), 1);
}
