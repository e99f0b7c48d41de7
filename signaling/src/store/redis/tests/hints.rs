//! What failed writes and interrupted deletions leave behind misleads nobody, and is cleared.

use redis::aio::MultiplexedConnection;

use super::super::super::journal::StreamKind;
use super::super::append::Hints;
use super::super::keys::{Sorted, mark_hint};
use super::*;

const STREAM: StreamId = StreamId {
    kind: StreamKind::Room,
    id: 5,
};
const NAME: Name = [7; 32];

/// One entry, with a name and a mark.
fn write(expected: Version, entry: &[u8]) -> Write {
    Write {
        entries: vec![entry.to_vec()],
        version: expected.after(STREAM, entry),
        names: vec![(NAME, 3)],
        marks: vec![(List::EndedRooms, Some(100))],
        ..Write::default()
    }
}

/// All that is stored, as Redis shows it; the format does not count.
async fn keys(store: &RedisStore) -> Vec<String> {
    let pattern = store.0.keys.format().replace("format", "*");
    let all = async move |mut connection: MultiplexedConnection| {
        redis::cmd("KEYS")
            .arg(pattern)
            .query_async(&mut connection)
            .await
    };
    let mut keys: Vec<String> = store.0.link.call(all).await.unwrap();
    keys.retain(|key| !key.ends_with("format"));
    keys.sort();
    keys
}

/// Of the first write.
fn hints(of: &Write) -> Hints {
    Hints::new(STREAM, Version::default(), of).unwrap()
}

/// The streams of the list before this time.
async fn marked(store: &RedisStore, before: u64, limit: usize) -> Vec<StreamId> {
    let marked = store.marked(List::EndedRooms, 0..before, None, limit).await;
    let marked = marked.unwrap().into_iter();
    marked.map(|mark| mark.stream).collect()
}

async fn found(store: &RedisStore) -> (Option<Target>, Vec<StreamId>) {
    let found = store.find(NAME).await.unwrap();
    (found, marked(store, 101, 10).await)
}

#[tokio::test]
async fn hints_of_a_write_that_never_came_lead_nowhere() {
    let store = journal(shared()).await;
    let write = write(Version::default(), b"a");
    store.0.give(&hints(&write)).await.unwrap();
    assert_eq!(found(&store).await, (None, Vec::new()));
}

/// Whoever reads a list cannot know whether a hint without a write is of one that failed, or of
/// one that comes in a moment. The second begins anew, with a hint that is not cleared.
#[tokio::test]
async fn a_write_whose_hint_was_cleared_meanwhile_begins_anew() {
    let store = journal(shared()).await;
    let write = write(Version::default(), b"a");
    let hints = hints(&write);
    store.0.give(&hints).await.unwrap();
    assert_eq!(found(&store).await, (None, Vec::new()));
    let answer = store.0.commit(&hints, Version::default(), &write).await;
    assert_eq!(answer.unwrap().0, "cancelled");
    assert!(store.load(STREAM).await.unwrap().is_none());
    store
        .append(STREAM, Version::default(), write)
        .await
        .unwrap();
    let target = Target {
        stream: STREAM,
        number: 3,
    };
    assert_eq!(found(&store).await, (Some(target), vec![STREAM]));
}

/// The reader saw the hint before the write, and clears it after: it is no leftover any more.
#[tokio::test]
async fn a_hint_whose_write_came_while_somebody_read_the_list_stays() {
    let store = journal(shared()).await;
    let write = write(Version::default(), b"a");
    let hints = hints(&write);
    store.0.give(&hints).await.unwrap();
    let answer = store.0.commit(&hints, Version::default(), &write).await;
    assert_eq!(answer.unwrap().0, "stored");
    let list = Sorted::Marked(List::EndedRooms);
    let hint = mark_hint(100, STREAM, &hints.write);
    assert!(store.0.settle_left_mark(list, &hint).await.unwrap());
    assert_eq!(marked(&store, 101, 10).await, [STREAM]);
}

#[tokio::test]
async fn a_write_that_comes_twice_is_stored_once() {
    let store = journal(shared()).await;
    let write = write(Version::default(), b"a");
    let hints = hints(&write);
    store.0.give(&hints).await.unwrap();
    for wanted in ["stored", "applied"] {
        let answer = store.0.commit(&hints, Version::default(), &write).await;
        assert_eq!(answer.unwrap().0, wanted);
    }
    assert!(store.0.was_stored(STREAM, &hints.write).await.unwrap());
    let stored = store.load(STREAM).await.unwrap().unwrap();
    assert_eq!(stored.entries, [b"a"]);
}

#[tokio::test]
async fn a_write_that_was_settled_as_not_stored_never_will_be() {
    let store = journal(shared()).await;
    let write = write(Version::default(), b"a");
    let hints = hints(&write);
    let unsettled = Unsettled::Lost(hints.clone());
    store.0.give(&hints).await.unwrap();
    store.0.unsettled().insert(STREAM, unsettled);
    assert!(store.load(STREAM).await.unwrap().is_none());
    // It comes late.
    let answer = store.0.commit(&hints, Version::default(), &write).await;
    assert_eq!(answer.unwrap().0, "cancelled");
    let cancelled = store.0.keys.stream(STREAM).cancelled(&hints.write);
    assert_eq!(keys(&store).await, [cancelled]);
}

#[tokio::test]
async fn a_write_that_was_stored_unnoticed_makes_the_next_one_read_again() {
    let store = journal(shared()).await;
    let first = write(Version::default(), b"a");
    let version = first.version;
    store
        .append(STREAM, Version::default(), first)
        .await
        .unwrap();
    // Records only: the version does not tell.
    let unnoticed = Write {
        version,
        ..Write::default()
    };
    let hints = Hints::new(STREAM, version, &unnoticed).unwrap();
    store.0.commit(&hints, version, &unnoticed).await.unwrap();
    let lost = || {
        store
            .0
            .unsettled()
            .insert(STREAM, Unsettled::Lost(hints.clone()))
    };
    let next = write(version, b"b");
    lost();
    let refused = store
        .append(STREAM, version, next.clone())
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }));
    store.append(STREAM, version, next.clone()).await.unwrap();
    // Or whoever reads on their own.
    lost();
    store.load(STREAM).await.unwrap();
    let third = write(next.version, b"c");
    store.append(STREAM, next.version, third).await.unwrap();
}

/// A person who comes gets a key, for which the stream is read within the append.
#[tokio::test]
async fn a_write_that_was_stored_unnoticed_is_told_to_a_room_that_needs_a_new_key() {
    let store = journal(shared()).await;
    let rooms = Store::over(store.clone()).unwrap();
    let room = crate::ids::RoomId(STREAM.id);
    let opened = rooms.append(room, Version::default(), contract::opened());
    let version = opened.await.unwrap();
    let unnoticed = Write {
        version,
        ..Write::default()
    };
    let hints = Hints::new(STREAM, version, &unnoticed).unwrap();
    store.0.commit(&hints, version, &unnoticed).await.unwrap();
    let lost = Unsettled::Lost(hints);
    store.0.unsettled().insert(STREAM, lost);
    let refused = rooms.append(room, version, contract::talked()).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    let read = rooms.load(room).await.unwrap().unwrap();
    assert_eq!(read.people, contract::opened().people);
    let again = rooms.append(room, read.version, contract::talked());
    again.await.unwrap();
}

#[tokio::test]
async fn a_refused_write_takes_its_hints_back_and_no_others() {
    let store = journal(shared()).await;
    let first = write(Version::default(), b"a");
    store
        .append(STREAM, Version::default(), first)
        .await
        .unwrap();
    let before = found(&store).await;
    assert!(before.0.is_some());
    let other = write(Version::default(), b"b");
    let refused = store.append(STREAM, Version::default(), other).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    assert_eq!(found(&store).await, before);
    store.delete(STREAM).await.unwrap();
    assert_eq!(keys(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_later_mark_replaces_the_earlier_one_and_a_name_given_again_stays() {
    let store = journal(shared()).await;
    let mut first = write(Version::default(), b"a");
    first.marks.push((List::EndedRooms, Some(100)));
    first.names.push((NAME, 3));
    let version = first.version;
    store
        .append(STREAM, Version::default(), first)
        .await
        .unwrap();
    let mut later = write(version, b"b");
    later.marks = vec![(List::EndedRooms, Some(200))];
    later.names = vec![(NAME, 4)];
    store.append(STREAM, version, later).await.unwrap();
    let target = Target {
        stream: STREAM,
        number: 4,
    };
    assert_eq!(found(&store).await, (Some(target), Vec::new()));
    assert_eq!(marked(&store, 201, 10).await, [STREAM]);
    store.delete(STREAM).await.unwrap();
    assert_eq!(keys(&store).await, Vec::<String>::new());
}

/// The process ended after the stream was taken away, and before the hints were.
async fn interrupted(store: &RedisStore) {
    let first = write(Version::default(), b"a");
    store
        .append(STREAM, Version::default(), first)
        .await
        .unwrap();
    store.0.take_away(STREAM).await.unwrap();
}

#[tokio::test]
async fn an_interrupted_deletion_shows_nothing_and_is_finished_by_the_next() {
    let store = journal(shared()).await;
    interrupted(&store).await;
    assert_eq!(store.find(NAME).await.unwrap(), None);
    assert!(store.load(STREAM).await.unwrap().is_none());
    assert!(!keys(&store).await.is_empty());
    store.delete(STREAM).await.unwrap();
    assert_eq!(keys(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_interrupted_deletion_is_finished_by_whoever_reads_the_list() {
    let store = journal(shared()).await;
    interrupted(&store).await;
    assert_eq!(found(&store).await, (None, Vec::new()));
    // Not even the name is left; only that the old write must not come any more.
    let left = keys(&store).await;
    assert!(left.iter().all(|key| key.contains("cancelled")), "{left:?}");
}

#[tokio::test]
async fn an_interrupted_deletion_takes_nothing_from_a_stream_of_the_same_number() {
    let store = journal(shared()).await;
    interrupted(&store).await;
    let again = write(Version::default(), b"b");
    store
        .append(STREAM, Version::default(), again)
        .await
        .unwrap();
    let (target, marked) = found(&store).await;
    assert!(target.is_some());
    assert_eq!(marked, [STREAM]);
}

#[tokio::test]
async fn a_list_with_much_left_behind_is_read_to_its_end() {
    let store = journal(shared()).await;
    let good: Vec<_> = (0..300).map(|id| StreamId { id, ..STREAM }).collect();
    for stream in &good {
        let at = 1_000 - stream.id;
        let mut entry = write(Version::default(), b"a");
        entry.version = Version::default().after(*stream, b"a");
        entry.marks = vec![(List::EndedRooms, Some(at))];
        if stream.id % 2 == 0 {
            store
                .append(*stream, Version::default(), entry)
                .await
                .unwrap();
        } else {
            let hints = Hints::new(*stream, Version::default(), &entry).unwrap();
            store.0.give(&hints).await.unwrap();
        }
    }
    let all = marked(&store, u64::MAX, 1_000).await;
    let oldest_first = good.iter().rev().filter(|stream| stream.id % 2 == 0);
    assert_eq!(all, oldest_first.copied().collect::<Vec<_>>());
    assert_eq!(marked(&store, u64::MAX, 7).await, all[..7]);
}

async fn listed(store: &RedisStore) -> Vec<StreamId> {
    store.streams(None, 10).await.unwrap()
}

#[tokio::test]
async fn only_what_was_written_is_listed_and_once() {
    let store = journal(shared()).await;
    let first = write(Version::default(), b"a");
    // One that never comes, and one that is refused because another came first.
    store.0.give(&hints(&first)).await.unwrap();
    assert_eq!(listed(&store).await, []);
    let refused = write(Version::default(), b"b");
    let version = first.version;
    store
        .append(STREAM, Version::default(), first)
        .await
        .unwrap();
    let refused = store.append(STREAM, Version::default(), refused).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    let later = write(version, b"c");
    store.append(STREAM, version, later).await.unwrap();
    assert_eq!(listed(&store).await, [STREAM]);
    store.0.take_away(STREAM).await.unwrap();
    assert_eq!(listed(&store).await, []);
}
