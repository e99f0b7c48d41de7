//! What Redis refuses, what we refuse of Redis, and what the administrator is told.

use super::super::super::Batch;
use super::*;
use crate::ids::{RoomId, Timestamp};

const ROOM: RoomId = RoomId(1);

/// Before any key is asked for.
async fn refusal(address: &str) -> String {
    let address = RedisAddress::parse(address).unwrap();
    let keys = Path::new("/no/such/file.key");
    let opened = Store::open_redis(&address, keys, Timestamp(5)).await;
    let opened = opened.err().unwrap().to_string();
    let looked = Store::look_at_redis(&address, keys).await.unwrap_err();
    assert_eq!(looked.to_string(), opened);
    assert!(!opened.contains("swordfish"), "{opened}");
    opened
}

#[tokio::test]
async fn a_redis_that_is_not_there_is_named() {
    // The port of a listener that is closed: nobody else is given it so soon.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let said = refusal(&format!("redis://:swordfish@127.0.0.1:{port}/3")).await;
    assert_eq!(
        said,
        format!(
            "the store is away: Redis at 127.0.0.1:{port}, database 3 refuses the connection: \
             see whether it runs, and whether the address is right"
        )
    );
}

#[tokio::test]
async fn a_wrong_password_is_told_without_it() {
    let redis = TestRedis::start(Settings::Own(&["--requirepass", "right"]));
    let socket = redis.folder().join("socket");
    for pass in ["", "?pass=swordfish"] {
        let said = refusal(&format!("redis+unix://{}{pass}", socket.display())).await;
        assert!(said.contains("refuses the user or the password"), "{said}");
    }
    let right = format!("redis+unix://{}?pass=right", socket.display());
    let address = RedisAddress::parse(&right).unwrap();
    Store::open_redis(&address, redis.keys(), Timestamp(5))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_replica_is_refused_at_the_start_and_when_it_becomes_one() {
    let redis = TestRedis::start(Settings::Safe);
    let store = open_store(&redis).await.unwrap();
    let version = store
        .append(ROOM, Version::default(), contract::opened())
        .await
        .unwrap();
    redis.tell(&["REPLICAOF", "127.0.0.1", "1"]);
    let said = refusal(&format!(
        "redis+unix://{}",
        redis.folder().join("socket").display()
    ))
    .await;
    assert!(
        said.contains("is a replica, which takes no writes"),
        "{said}"
    );
    for _ in 0..2 {
        let refused = store
            .append(ROOM, version, contract::talked())
            .await
            .unwrap_err();
        assert!(matches!(refused, StoreError::Away { .. }), "{refused}");
        assert!(refused.to_string().contains("is a replica"), "{refused}");
    }
    redis.tell(&["REPLICAOF", "NO", "ONE"]);
    let goes_on = async {
        while store.check().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(2), goes_on).await;
    waited.expect("it takes writes again");
    store
        .append(ROOM, version, contract::talked())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_full_redis_takes_nothing_and_half_of_nothing() {
    let redis = TestRedis::start(Settings::Safe);
    let store = open_store(&redis).await.unwrap();
    let version = store
        .append(ROOM, Version::default(), contract::opened())
        .await
        .unwrap();
    let before = store.load(ROOM).await.unwrap();
    redis.tell(&["CONFIG", "SET", "maxmemory", "1"]);
    let mut named = contract::talked();
    named.chat_forgotten = vec![1];
    let forgets = Batch {
        chat_forgotten: vec![9],
        ..Batch::default()
    };
    for batch in [named.clone(), forgets, contract::opened()] {
        let refused = store.append(ROOM, version, batch).await.unwrap_err();
        assert!(matches!(refused, StoreError::Away { .. }), "{refused}");
        assert!(
            refused.to_string().contains("raise its maxmemory"),
            "{refused}"
        );
        assert_eq!(store.load(ROOM).await.unwrap(), before);
    }
    redis.tell(&["CONFIG", "SET", "maxmemory", "0"]);
    store.append(ROOM, version, named).await.unwrap();
}

#[tokio::test]
async fn a_redis_that_reads_its_files_is_waited_for() {
    // A base file of 40 keys takes two seconds. Redis answers after each kilobyte, so that the store's own
    // small keys, wherever they stand between, keep it silent for less than an attempt to connect waits.
    const SLOW: &[&str] = &[
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
        "--rdbcompression",
        "no",
        "--key-load-delay",
        "50000",
        "--loading-process-events-interval-bytes",
        "1024",
    ];
    let mut redis = TestRedis::start(Settings::Own(SLOW));
    let store = open_store(&redis).await.unwrap();
    let version = store
        .append(ROOM, Version::default(), contract::opened())
        .await
        .unwrap();
    for number in 0..40 {
        redis.tell(&["SET", &format!("other:{number}"), &"x".repeat(2_000)]);
    }
    redis.tell(&["BGREWRITEAOF"]);
    while !redis
        .tell(&["INFO", "persistence"])
        .contains("aof_rewrite_in_progress:0")
    {
        tokio::task::yield_now().await;
    }
    redis.stop();
    redis.spawn();
    // The first seconds it refuses connections or says that it loads.
    let said = loop {
        let error = look_at(&redis).await.err();
        let said = error.expect("it loads for two seconds").to_string();
        if !said.contains("refuses the connection") {
            break said;
        }
    };
    assert!(said.contains("is still reading its own files"), "{said}");
    let refused = store
        .append(ROOM, version, contract::talked())
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::Away { .. } | StoreError::Unsettled { .. }
        ),
        "{refused}"
    );
    redis.await_ready();
    let goes_on = async {
        while store.check().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(2), goes_on).await;
    waited.expect("it has read them");
    store
        .append(ROOM, version, contract::talked())
        .await
        .unwrap();
}

#[tokio::test]
async fn what_a_later_program_wrote_is_refused() {
    let redis = TestRedis::start(Settings::Safe);
    open_store(&redis).await.unwrap();
    assert!(redis.tell(&["GET", "signaling:format"]).contains('2'));
    redis.tell(&["SET", "signaling:format", "3"]);
    let said = refusal(&format!(
        "redis+unix://{}",
        redis.folder().join("socket").display()
    ))
    .await;
    assert_eq!(said, "the store has format 3, this program reads up to 2");
    assert!(redis.tell(&["GET", "signaling:format"]).contains('3'));
}

/// From then on the earlier program refuses it.
#[tokio::test]
async fn what_an_earlier_program_wrote_is_taken_over() {
    let redis = TestRedis::start(Settings::Safe);
    redis.tell(&["SET", "signaling:format", "1"]);
    look_at(&redis).await.unwrap();
    assert!(redis.tell(&["GET", "signaling:format"]).contains('1'));
    open_store(&redis).await.unwrap();
    assert!(redis.tell(&["GET", "signaling:format"]).contains('2'));
}

#[tokio::test]
async fn looking_writes_nothing() {
    let redis = TestRedis::start(Settings::Safe);
    look_at(&redis).await.unwrap();
    assert_eq!(redis.tell(&["DBSIZE"]), "int(0)");
}

#[tokio::test]
async fn what_may_be_lost_is_told() {
    let doubts = async |settings| {
        let redis = TestRedis::start(settings);
        look_at(&redis).await.unwrap()
    };
    assert_eq!(doubts(Settings::Safe).await, []);
    assert_eq!(
        doubts(Settings::Own(&["--appendonly", "no"])).await,
        [Doubt::NoAppendOnlyFile]
    );
    let found = "everysec".to_owned();
    let late = Settings::Own(&["--appendonly", "yes", "--appendfsync", "everysec"]);
    assert_eq!(doubts(late).await, [Doubt::LateToDisk { found }]);
    let hidden = Settings::Own(&[
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
        "--rename-command",
        "CONFIG",
        "",
    ]);
    assert_eq!(doubts(hidden).await, [Doubt::SettingsHidden]);
    let policy = "allkeys-lru".to_owned();
    let throws = Settings::Own(&[
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
        "--maxmemory",
        "1gb",
        "--maxmemory-policy",
        "allkeys-lru",
    ]);
    assert_eq!(doubts(throws).await, [Doubt::ThrowsAway { policy }]);
}

#[test]
fn an_address_never_shows_its_password() {
    let address = RedisAddress::parse("rediss://nhip:swordfish@redis.example:6380/2").unwrap();
    assert_eq!(
        address.to_string(),
        "Redis at redis.example:6380, database 2"
    );
    assert!(!format!("{address:?}").contains("swordfish"));
    assert_eq!(address.without_secret(), None);
    let open = RedisAddress::parse("redis://redis.example").unwrap();
    assert_eq!(open.without_secret(), Some("redis://redis.example"));
    for wrong in [
        "redis://:swordfish@",
        "redis://:swordfish@host:port",
        "redis://:swordfish@host/database",
        "redis://:swordfish@host/-1",
        "rediss://:swordfish@host/#insecure",
        "http://:swordfish@host",
        "/var/lib/nhipcau.redb",
    ] {
        let refused = RedisAddress::parse(wrong).unwrap_err();
        assert!(!refused.to_string().contains("swordfish"));
    }
}
