//! Personal records: sealed for whom they are about, and bound to their place.

use super::super::journal::{Journal, RecordKey, RecordKind, StreamId, StreamKind, Write};
use super::super::*;
use crate::store::contract::{opened, talked};

const ROOM: RoomId = RoomId(7);
const STREAM: StreamId = StreamId {
    kind: StreamKind::Room,
    id: ROOM.0,
};

/// Two rooms in which people talked.
async fn store() -> (Store, Version) {
    let store = Store::in_memory().unwrap();
    let mut version = Version::default();
    for room in [RoomId(8), ROOM] {
        version = store
            .append(room, Version::default(), opened())
            .await
            .unwrap();
        store.append(room, version, talked()).await.unwrap();
    }
    (store, version)
}

async fn records(journal: &dyn Journal, stream: StreamId) -> Vec<(RecordKey, Vec<u8>)> {
    journal.load(stream).await.unwrap().unwrap().records
}

async fn put(store: &Store, version: Version, key: RecordKey, bytes: Vec<u8>) {
    let write = Write {
        version,
        records: vec![(key, Some(bytes))],
        ..Write::default()
    };
    store.journal.append(STREAM, version, write).await.unwrap();
}

fn key(kind: RecordKind, number: u64) -> RecordKey {
    RecordKey { kind, number }
}

#[tokio::test]
async fn a_journal_sees_no_word_and_equal_words_look_different() {
    let (store, _) = store().await;
    let records = records(&*store.journal, STREAM).await;
    let sealed = records
        .iter()
        .filter(|(key, _)| matches!(key.kind, RecordKind::Person | RecordKind::Message));
    for (key, bytes) in sealed {
        for word in ["Lan", "Sính", "Mai", "name", "text", "Chào"] {
            let mut windows = bytes.windows(word.len());
            assert!(!windows.any(|window| window == word.as_bytes()), "{key:?}");
        }
    }
    let of_seat = |seat| {
        let mut records = records.iter();
        records.find(move |(key, _)| *key == self::key(RecordKind::Person, seat))
    };
    assert_ne!(of_seat(1).unwrap().1, of_seat(2).unwrap().1);
}

/// Another place, another kind, another room, another person, one bit: each is found out.
#[tokio::test]
async fn a_record_that_was_moved_or_changed_does_not_open() {
    let (elsewhere, _) = store().await;
    let other_room = StreamId { id: 8, ..STREAM };
    let from_other_room = records(&*elsewhere.journal, other_room).await;
    let from_here = records(&*elsewhere.journal, STREAM).await;
    let message = key(RecordKind::Message, 9);
    let find = |records: &[(RecordKey, Vec<u8>)], key| {
        let mut records = records.iter();
        records.find(|(found, _)| *found == key).unwrap().1.clone()
    };
    let mut flipped = find(&from_here, message);
    *flipped.last_mut().unwrap() ^= 1;
    let mut anothers = find(&from_here, message);
    anothers[8] = 1; // the seat that it says it is about
    let moves = [
        (message, find(&from_here, key(RecordKind::Message, 10))),
        (message, find(&from_here, key(RecordKind::Person, 2))),
        (message, find(&from_other_room, message)),
        (
            key(RecordKind::Person, 1),
            find(&from_here, key(RecordKind::Person, 2)),
        ),
        (
            key(RecordKind::Key, 1),
            find(&from_here, key(RecordKind::Key, 2)),
        ),
        (message, flipped),
        (message, anothers),
        (
            message,
            br#"{"seat":2,"at":5,"ref":"m1","text":"plain"}"#.to_vec(),
        ),
        (message, Vec::new()),
    ];
    for (index, (key, bytes)) in moves.into_iter().enumerate() {
        // The same keys, on a store of its own.
        let journal = embedded::EmbeddedStore::in_memory().unwrap();
        let version = elsewhere.load(ROOM).await.unwrap().unwrap().version;
        let stored = elsewhere.journal.load(STREAM).await.unwrap().unwrap();
        let all = stored.records.into_iter();
        let write = Write {
            version,
            entries: stored.entries,
            records: all.map(|(key, bytes)| (key, Some(bytes))).collect(),
            ..Write::default()
        };
        let appended = journal.append(STREAM, Version::default(), write).await;
        appended.unwrap();
        let copy = Store {
            journal: Arc::new(journal),
            seals: Arc::clone(&elsewhere.seals),
        };
        assert!(copy.load(ROOM).await.unwrap().is_some());
        put(&copy, version, key, bytes).await;
        let refused = copy.load(ROOM).await.unwrap_err();
        let is_unreadable = matches!(refused, StoreError::Unreadable { .. });
        assert!(is_unreadable, "case {index}: {refused}");
    }
}

/// Else what is written next would be under a key that somebody else's erasure leaves alive.
#[tokio::test]
async fn a_key_of_another_room_or_person_is_refused_before_anything_is_sealed_with_it() {
    let (store, version) = store().await;
    let others = records(&*store.journal, StreamId { id: 8, ..STREAM }).await;
    let own = records(&*store.journal, STREAM).await;
    let of_seat = |records: &[(RecordKey, Vec<u8>)], seat| {
        let mut records = records.iter();
        let found = records.find(|(found, _)| *found == key(RecordKind::Key, seat));
        found.unwrap().1.clone()
    };
    for wrapped in [of_seat(&others, 2), of_seat(&own, 2)] {
        // Nobody has seat 9, so nothing there was sealed before.
        put(&store, version, key(RecordKind::Key, 9), wrapped).await;
        let refused = store.load(ROOM).await.unwrap_err();
        assert!(
            matches!(refused, StoreError::Unreadable { .. }),
            "{refused}"
        );
    }
    let elsewhere = of_seat(&others, 1);
    let write = Write {
        version,
        records: vec![
            (key(RecordKind::Key, 9), None),
            (key(RecordKind::Person, 1), None),
            (key(RecordKind::Key, 1), Some(elsewhere)),
        ],
        ..Write::default()
    };
    store.journal.append(STREAM, version, write).await.unwrap();
    assert!(store.load(ROOM).await.is_err(), "the same seat elsewhere");
}

#[tokio::test]
async fn destroying_a_key_takes_one_persons_words_and_nobody_elses() {
    let (store, version) = store().await;
    let mut said = talked().chat[0].clone();
    said.id = 12;
    said.seat = SeatId(1);
    let batch = Batch {
        chat: vec![said.clone()],
        ..Batch::default()
    };
    store.append(ROOM, version, batch).await.unwrap();
    let erasure = Batch {
        erased: vec![SeatId(2)],
        ..Batch::default()
    };
    for _again in 0..2 {
        store.append(ROOM, version, erasure.clone()).await.unwrap();
        let room = store.load(ROOM).await.unwrap().unwrap();
        let names: Vec<_> = room.people.iter().map(|one| one.seat.0).collect();
        assert_eq!(names, [1, 3]);
        assert_eq!(room.chat, std::slice::from_ref(&said));
        let sends: Vec<_> = room.media.iter().map(|media| media.seat.0).collect();
        assert_eq!(sends, [1]);
    }
    let left = records(&*store.journal, STREAM).await;
    let theirs = key(RecordKind::Key, 2);
    assert!(left.iter().all(|(key, _)| *key != theirs));
    // Somebody who was late: it is stored under a key of its own, or not at all, and brings
    // nothing back.
    let other = RoomId(8);
    let room = store.load(other).await.unwrap().unwrap();
    assert_eq!(room.people.len(), 3);
}

/// What a record says under a key that is gone cannot be known, and is not an error: the room
/// goes on.
#[tokio::test]
async fn a_record_whose_key_is_gone_is_gone() {
    let (store, version) = store().await;
    let write = Write {
        version,
        records: vec![(key(RecordKind::Key, 2), None)],
        ..Write::default()
    };
    store.journal.append(STREAM, version, write).await.unwrap();
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert!(room.chat.is_empty());
    assert_eq!(room.people.len(), 2);
}

/// A second process has not seen the keys that the first one made.
#[tokio::test]
async fn a_store_that_has_not_seen_a_room_seals_with_the_keys_that_are_there() {
    let (store, version) = store().await;
    store.seals.forget(STREAM);
    let mut batch = talked();
    batch.chat.truncate(1);
    batch.chat[0].id = 99;
    store.append(ROOM, version, batch).await.unwrap();
    let room = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(room.chat.len(), talked().chat.len() + 1);
    assert_eq!(room.people.len(), 3);
}
