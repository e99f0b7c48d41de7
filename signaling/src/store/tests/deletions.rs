//! What is deleted leaves a line, whenever the server ends.

use super::super::journal::{StreamId, StreamKind};
use super::super::*;
use crate::store::contract::{delete, opened};

/// The lines of the period of [`delete`].
async fn lines(store: &Store) -> Vec<String> {
    let stream = StreamId {
        kind: StreamKind::Deletions,
        id: 0,
    };
    let stored = store.journal.load(stream).await.unwrap();
    let entries = stored.unwrap_or_default().entries.into_iter();
    let lines = entries.map(|entry| String::from_utf8(chain::said(&entry).to_vec()).unwrap());
    lines.collect()
}

#[tokio::test]
async fn a_deleted_room_leaves_one_line_of_what_it_was_and_nothing_of_its_people() {
    let store = Store::in_memory().unwrap();
    let room = RoomId(0xab);
    let version = store.append(room, Version::default(), opened()).await;
    let hash = hexadecimal::text(&version.unwrap().hash);
    delete(&store, room).await;
    // Changing this text makes stores in the field unreadable.
    let line = format!(
        r#"{{"at":9999,"room":"00000000000000ab","length":1,"hash":"{hash}","retention":"consultation"}}"#
    );
    assert_eq!(lines(&store).await, [line]);
    delete(&store, room).await;
    assert_eq!(lines(&store).await.len(), 1, "there was nothing left");
}

/// The server ended after the line, before the deletion.
#[tokio::test]
async fn a_deletion_that_was_cut_off_is_done_again_with_the_same_line() {
    let store = Store::in_memory().unwrap();
    let room = RoomId(1);
    let open = || store.append(room, Version::default(), opened());
    open().await.unwrap();
    delete(&store, room).await;
    open().await.unwrap();
    delete(&store, room).await;
    assert_eq!(store.load(room).await.unwrap(), None);
    assert_eq!(lines(&store).await.len(), 1);
}

#[tokio::test]
async fn sweepers_at_once_lose_no_line() {
    let store = Store::in_memory().unwrap();
    let rooms: Vec<_> = (1..=6).map(RoomId).collect();
    for room in &rooms {
        let appended = store.append(*room, Version::default(), opened()).await;
        appended.unwrap();
    }
    let swept = rooms.iter().map(|room| delete(&store, *room));
    futures_util::future::join_all(swept).await;
    let lines = lines(&store).await.join("\n");
    for room in rooms {
        assert_eq!(lines.matches(&room.to_string()).count(), 1, "{room}");
    }
}
