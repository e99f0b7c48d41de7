//! A copy of a store that goes on meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::*;
use crate::store::contract::{opened, talked};

const ROOMS: std::ops::Range<u64> = 1..6;

fn batch(at: u64) -> Batch {
    let mut batch = opened();
    batch.tokens = Vec::new();
    batch.events[0].at = Timestamp(at);
    batch
}

/// Every log of the copy is the beginning of the same log, and together they are one moment: a
/// room is never ahead of one that was written before it.
#[tokio::test]
async fn a_copy_beside_a_writer_is_one_moment_of_every_log() {
    let path = std::env::temp_dir().join(format!("signaling-copy-{}.redb", std::process::id()));
    let store = Store::in_memory().unwrap();
    let ended = AtomicBool::new(false);
    let writing = async {
        let mut versions: Vec<_> = ROOMS.map(|room| (room, Version::default())).collect();
        let mut at = 0;
        while !ended.load(Ordering::Relaxed) || at < 20 {
            at += 1;
            for (room, version) in &mut versions {
                let appended = store.append(RoomId(*room), *version, batch(at)).await;
                *version = appended.unwrap();
            }
        }
    };
    let copying = async {
        for _ in 0..5 {
            store.copy(&path).await.unwrap();
            let copy = Store::open_copy(&path).unwrap();
            assert_eq!(copy.audit(None).await.unwrap().findings, []);
            let heads = copy.audit(None).await.unwrap().heads;
            let now = store.audit(Some(&heads)).await.unwrap();
            assert_eq!(now.findings, [], "each log went through the copy's head");
            let mut lengths = Vec::new();
            for room in ROOMS {
                let stream = rooms::stream(RoomId(room));
                let stored = copy.journal.load(stream).await.unwrap();
                lengths.push(stored.map_or(0, |stored| stored.version.length));
            }
            assert!(lengths.is_sorted_by(|one, next| one >= next), "{lengths:?}");
            assert!(lengths[0] <= lengths[4] + 1, "{lengths:?}");
            drop(copy);
            std::fs::remove_file(&path).unwrap();
        }
        ended.store(true, Ordering::Relaxed);
    };
    tokio::join!(writing, copying);
}

#[tokio::test]
async fn a_copy_has_all_that_there_is_and_its_keys_open_it() {
    let folder = std::env::temp_dir().join(format!("signaling-whole-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (path, copy, keys) = (folder.join("a"), folder.join("b"), folder.join("keys"));
    let now = Timestamp(5);
    let store = Store::open_embedded(&path, &keys, now).await.unwrap();
    let version = store.append(RoomId(1), Version::default(), opened()).await;
    let appended = store.append(RoomId(1), version.unwrap(), talked()).await;
    appended.unwrap();
    assert!(!store.is_empty().await.unwrap());
    store.copy(&copy).await.unwrap();
    let wanted = store.load(RoomId(1)).await.unwrap();
    // Without the keys its logs can be looked at, and nothing else.
    let looked = Store::open_copy(&copy).unwrap();
    assert_eq!(looked.audit(None).await.unwrap().findings, []);
    assert!(looked.try_records().await.is_err());
    drop(looked);
    let copied = Store::open_embedded(&copy, &keys, now).await.unwrap();
    copied.try_records().await.unwrap();
    assert_eq!(copied.load(RoomId(1)).await.unwrap(), wanted);
    let token = opened().tokens[0].0;
    let found = store.find(token).await.unwrap();
    assert!(found.is_some());
    assert_eq!(copied.find(token).await.unwrap(), found);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_store_without_a_room_is_empty_and_what_is_no_store_is_no_copy() {
    let store = Store::in_memory().unwrap();
    assert!(store.is_empty().await.unwrap());
    let nowhere = std::env::temp_dir().join("signaling-no-such-copy");
    assert!(Store::open_copy(&nowhere).is_err());
    assert!(!nowhere.exists());
}
