//! The trail: what somebody changed is found and named, whatever it was.

use super::super::journal::{Journal, StoredStream, StreamId, StreamKind, Write};
use super::super::*;
use crate::store::contract::{delete, opened};
use crate::store::embedded::EmbeddedStore;

const ROOM: u64 = 7;
const STREAM: StreamId = StreamId {
    kind: StreamKind::Room,
    id: ROOM,
};

/// A log of five events in room 7, at 100 to 104 ms.
async fn honest() -> StoredStream {
    let store = Store::in_memory().unwrap();
    let mut batch = opened();
    for at in 101..105 {
        let seat = SeatId(1);
        let fact = crate::consultation::Fact::Confirmed { seat };
        let at = Timestamp(at);
        batch.events.push(Event { at, fact });
    }
    store
        .append(RoomId(ROOM), Version::default(), batch)
        .await
        .unwrap();
    store.journal.load(STREAM).await.unwrap().unwrap()
}

/// What an audit finds in a store of these logs.
async fn found(logs: &[(u64, StoredStream)]) -> Vec<String> {
    let journal = EmbeddedStore::in_memory().unwrap();
    for (id, stored) in logs {
        let write = Write {
            entries: stored.entries.clone(),
            version: stored.version,
            ..Write::default()
        };
        let stream = StreamId { id: *id, ..STREAM };
        let appended = journal.append(stream, Version::default(), write);
        appended.await.unwrap();
    }
    let audit = Store::over(journal).unwrap().audit(None).await.unwrap();
    let logs = u64::try_from(logs.len()).unwrap();
    assert_eq!(audit.logs, logs);
    audit.findings.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_honest_log_has_nothing_to_find() {
    assert_eq!(found(&[(ROOM, honest().await)]).await, [""; 0]);
}

#[tokio::test]
async fn every_byte_of_every_entry_that_is_flipped_is_named_with_room_place_and_time() {
    let honest = honest().await;
    for (place, entry) in honest.entries.iter().enumerate() {
        for (byte, was) in entry.iter().enumerate() {
            let mut changed = honest.clone();
            changed.entries[place][byte] ^= 0x40;
            let found = found(&[(ROOM, changed)]).await;
            let [finding] = &found[..] else {
                panic!("{found:?}")
            };
            let start = format!(
                "room 0000000000000007: entry {} was changed, moved or left out",
                place + 1
            );
            assert!(finding.starts_with(&start), "{finding}");
            // Where the text is unreadable now, its neighbour tells the time.
            let times = [
                format!(", at {} ms since 1970", 100 + place),
                format!(", after {} ms since 1970", 99 + place),
                format!(", before {} ms since 1970", 101 + place),
            ];
            let time = finding.strip_prefix(&start).unwrap();
            let is_time = was.is_ascii_digit();
            assert!(is_time || times.iter().any(|one| one == time), "{finding}");
        }
    }
}

#[tokio::test]
async fn entries_that_were_swapped_dropped_doubled_or_moved_are_named() {
    let honest = honest().await;
    let log = |change: &dyn Fn(&mut StoredStream)| {
        let mut changed = honest.clone();
        change(&mut changed);
        changed
    };
    let changed = "was changed, moved or left out";
    for place in 0..4 {
        let named = |place: usize| format!("room 0000000000000007: entry {} {changed}", place + 1);
        let cases = [
            (log(&|log| log.entries.swap(place, place + 1)), named(place)),
            (log(&|log| drop(log.entries.remove(place))), named(place)),
            (
                log(&|log| log.entries.insert(place, log.entries[place].clone())),
                named(place + 1),
            ),
        ];
        for (log, start) in cases {
            let found = found(&[(ROOM, log)]).await;
            assert!(
                found.len() == 1 && found[0].starts_with(&start),
                "{found:?}"
            );
        }
    }
    let cases = [
        (
            log(&|log| drop(log.entries.pop())),
            "entry 5 is missing, after 103",
        ),
        (
            log(&|log| log.entries.push(log.entries[0].clone())),
            "entry 6 was added, at 100",
        ),
        (
            log(&|log| log.version.hash[0] ^= 1),
            "entry 5 is the last, and the end of the chain was changed, at 104",
        ),
        (
            log(&|log| log.version.length = 4),
            "entry 5 was added, at 104",
        ),
        (
            log(&|log| log.entries[2] = Vec::new()),
            "entry 3 was changed, moved or left out, after 101",
        ),
    ];
    for (log, told) in cases {
        let found = found(&[(ROOM, log)]).await;
        assert_eq!(
            found,
            [format!("room 0000000000000007: {told} ms since 1970")]
        );
    }
    // One entry, or a whole log, under another room's id.
    let found = found(&[(8, honest.clone()), (ROOM, honest.clone())]).await;
    assert_eq!(
        found,
        [format!(
            "room 0000000000000008: entry 1 {changed}, at 100 ms since 1970"
        )]
    );
}

/// A store with three rooms, each with some entries.
async fn three_rooms() -> Store {
    let store = Store::in_memory().unwrap();
    for room in [1, 2, 3] {
        append(&store, room, Version::default()).await;
    }
    store
}

async fn append(store: &Store, room: u64, version: Version) -> Version {
    let appended = store.append(RoomId(room), version, opened()).await;
    appended.unwrap()
}

async fn heads(store: &Store) -> Heads {
    store.audit(None).await.unwrap().heads
}

async fn against(store: &Store, noted: &Heads) -> Vec<String> {
    // As it comes from paper.
    let noted = Heads::parse(&noted.to_string()).unwrap();
    let audit = store.audit(Some(&noted)).await.unwrap();
    audit.findings.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_log_that_went_on_and_a_room_that_was_deleted_in_order_agree_with_what_was_noted() {
    let store = three_rooms().await;
    let noted = heads(&store).await;
    let version = store.load(RoomId(1)).await.unwrap().unwrap().version;
    append(&store, 1, version).await;
    append(&store, 4, Version::default()).await;
    delete(&store, RoomId(2)).await;
    // A hospital's own consultation may come back under the same id.
    delete(&store, RoomId(3)).await;
    append(&store, 3, Version::default()).await;
    assert_eq!(against(&store, &noted).await, [""; 0]);
    assert_ne!(heads(&store).await.digest(), noted.digest());
}

#[tokio::test]
async fn a_log_that_was_cut_made_anew_or_taken_away_does_not_agree_with_what_was_noted() {
    let store = three_rooms().await;
    for room in [1, 2, 3] {
        let version = store.load(RoomId(room)).await.unwrap().unwrap().version;
        append(&store, room, version).await;
    }
    let noted = heads(&store).await;
    let stream = |id| StreamId { id, ..STREAM };
    for room in [1, 2, 3] {
        store.journal.delete(stream(room)).await.unwrap();
    }
    // All chains fit in themselves.
    append(&store, 1, Version::default()).await;
    let mut otherwise = opened();
    otherwise.events[0].at = Timestamp(99);
    let appended = store.append(RoomId(2), Version::default(), otherwise);
    let version = appended.await.unwrap();
    append(&store, 2, version).await;
    assert_eq!(store.audit(None).await.unwrap().findings, []);
    assert_eq!(
        against(&store, &noted).await,
        [
            "room 0000000000000001: 2 entries were noted, 1 are there",
            "room 0000000000000002: its first 2 entries are not those that were noted",
            "room 0000000000000003: 2 entries were noted, the log is gone, and no deletion was logged",
        ]
    );
}

/// Who takes the line of a deletion away is found as well.
#[tokio::test]
async fn the_log_of_deletions_is_a_log_like_the_others() {
    let store = three_rooms().await;
    delete(&store, RoomId(2)).await;
    let noted = heads(&store).await;
    let deletions = StreamId {
        kind: StreamKind::Deletions,
        id: 0,
    };
    store.journal.delete(deletions).await.unwrap();
    assert_eq!(
        against(&store, &noted).await,
        [
            "deletions 0000000000000000: 1 entries were noted, the log is gone, and no deletion was logged"
        ]
    );
}

#[tokio::test]
async fn a_digest_is_that_of_the_text_and_a_line_that_is_no_head_is_named() {
    let store = three_rooms().await;
    let heads = heads(&store).await;
    let text = heads.to_string();
    assert_eq!(text.lines().count(), 3);
    assert!(text.starts_with("room 0000000000000001 1 "), "{text}");
    assert_eq!(Heads::parse(&text).unwrap(), heads);
    assert_eq!(heads.digest().len(), 64);
    // printf '' | sha256sum
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Heads::default().digest(), empty);
    for line in [
        "",
        "room",
        "room 1 2",
        "house 1 1 00",
        "room x 1 00",
        "room 1 1 éé",
    ] {
        assert_eq!(Heads::parse(&format!("{text}{line}\n")), Err(4), "{line}");
    }
}
