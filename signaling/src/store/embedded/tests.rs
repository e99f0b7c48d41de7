use redb::TableDefinition;

use super::super::{Batch, RoomStore, Store, contract};
use super::tables::FORMAT;
use super::*;
use crate::consultation::Fact;
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};

contract::suite!(Store::in_memory().unwrap());

fn temporary(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("signaling-{name}-{}.redb", std::process::id()))
}

/// Beside the file.
fn keys(path: &Path) -> std::path::PathBuf {
    path.with_extension("key")
}

async fn open(path: &Path) -> Result<Store, StoreError> {
    Store::open_embedded(path, keys(path), Timestamp(5)).await
}

fn look_at(path: &Path) -> Result<(), StoreError> {
    Store::look_at_embedded(path, keys(path))
}

fn remove(path: &Path) {
    std::fs::remove_file(path).unwrap();
    std::fs::remove_file(keys(path)).ok();
}

/// Whether these bytes are anywhere in the file, also where it is free.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let file = std::fs::read(path).unwrap();
    file.windows(bytes.len()).any(|window| window == bytes)
}

#[tokio::test]
async fn a_file_keeps_what_was_appended() {
    let path = temporary("keeps");
    let store = open(&path).await.unwrap();
    let (opened, talked) = (contract::opened(), contract::talked());
    let append = |version, batch| store.append(RoomId(1), version, batch);
    let version = append(Version::default(), opened.clone()).await.unwrap();
    append(version, talked.clone()).await.unwrap();
    let stored = store.load(RoomId(1)).await.unwrap().unwrap();
    drop(store);
    let store = open(&path).await.unwrap();
    let room = store.load(RoomId(1)).await.unwrap().unwrap();
    assert_eq!(room, stored);
    assert_eq!(room.events, opened.events);
    assert_eq!(room.chat, talked.chat);
    assert_eq!(room.media, talked.media);
    remove(&path);
}

/// A file as the program of format 1 made it, or with `said` the one of format 2.
fn file_of_old(path: &Path, format: u64, said: &str) {
    const EVENTS: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("events");
    const PEOPLE: TableDefinition<'_, (u64, u16), &[u8]> = TableDefinition::new("people");
    const TOKENS: TableDefinition<'_, &[u8; 32], (u64, u16)> = TableDefinition::new("tokens");
    const ROOM_TOKENS: TableDefinition<'_, (u64, &[u8; 32]), ()> =
        TableDefinition::new("room_tokens");
    const ENDED: TableDefinition<'_, (u64, u64), ()> = TableDefinition::new("ended");
    const CHAT: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("chat");
    let database = database(path).unwrap();
    let write = database.begin_write().unwrap();
    {
        let mut about = write.open_table(ABOUT).unwrap();
        about.insert("format", format).unwrap();
        let mut events = write.open_table(EVENTS).unwrap();
        let texts = [
            r#"{"at":1,"fact":{"opened":{"seats":["practitioner","patient"]}}}"#,
            r#"{"at":2,"fact":{"ended":{}}}"#,
        ];
        for (place, text) in (0..).zip(texts) {
            events.insert((1, place), text.as_bytes()).unwrap();
        }
        let mut people = write.open_table(PEOPLE).unwrap();
        people.insert((1, 2), &br#"{"name":"Sinh"}"#[..]).unwrap();
        let mut tokens = write.open_table(TOKENS).unwrap();
        tokens.insert(&[7; 32], (1, 2)).unwrap();
        let mut room_tokens = write.open_table(ROOM_TOKENS).unwrap();
        room_tokens.insert((1, &[7; 32]), ()).unwrap();
        let mut ended = write.open_table(ENDED).unwrap();
        ended.insert((2, 1), ()).unwrap();
        if format > 1 {
            let mut chat = write.open_table(CHAT).unwrap();
            let message = format!(r#"{{"seat":2,"at":1,"ref":"m1","text":"{said}"}}"#);
            chat.insert((1, 9), message.as_bytes()).unwrap();
        }
    }
    write.commit().unwrap();
}

fn format_of(path: &Path) -> u64 {
    let database = database(path).unwrap();
    let about = database.begin_read().unwrap().open_table(ABOUT).unwrap();
    about.get("format").unwrap().unwrap().value()
}

#[tokio::test]
async fn a_file_of_an_earlier_program_goes_on_with_all_that_it_had() {
    for format in [1, 2] {
        let path = temporary("before");
        file_of_old(&path, format, "Chào");
        assert!(holds(&path, b"Sinh"), "it was plain before");
        look_at(&path).unwrap();
        assert_eq!(format_of(&path), format, "looking changes nothing");
        let store = open(&path).await.unwrap();
        assert!(
            !holds(&path, b"Sinh"),
            "nothing plain is left, not even in free pages"
        );
        let room = store.load(RoomId(1)).await.unwrap().unwrap();
        assert_eq!(room.events[1].fact, Fact::Ended { by: None });
        assert_eq!(room.people[0].name.as_str(), "Sinh");
        assert_eq!(room.people[0].languages, None);
        let said: Vec<_> = room.chat.iter().map(|said| said.text.as_str()).collect();
        assert_eq!(said, ["Chào"][..usize::from(format > 1)]);
        let token = TokenHash([7; 32]);
        let found = store.find(token).await.unwrap();
        assert_eq!(found, Some((RoomId(1), SeatId(2))));
        let ended = store.ended_before(Timestamp(3), 9).await.unwrap();
        assert_eq!(ended, [RoomId(1)]);
        let talked = contract::talked();
        let appended = store.append(RoomId(1), room.version, talked).await;
        appended.unwrap();
        contract::delete(&store, RoomId(1)).await;
        assert_eq!(store.find(token).await.unwrap(), None);
        drop(store);
        assert_eq!(format_of(&path), FORMAT);
        for plain in ["Sinh", "Chào"] {
            assert!(!holds(&path, plain.as_bytes()), "{plain}");
        }
        remove(&path);
    }
}

/// What is on disk is what a program without our migration would have written: the chain of a
/// migrated room is that of one which was written today.
#[tokio::test]
async fn a_migrated_room_has_the_version_of_one_that_was_never_migrated() {
    let path = temporary("chain");
    file_of_old(&path, 2, "x");
    let migrated = open(&path).await.unwrap();
    let before = migrated.load(RoomId(1)).await.unwrap().unwrap();
    let fresh = Store::in_memory().unwrap();
    let batch = Batch {
        events: before.events.clone(),
        ..Batch::default()
    };
    let appended = fresh.append(RoomId(1), Version::default(), batch).await;
    assert_eq!(appended.unwrap(), before.version);
    remove(&path);
}

/// A file of format 3: lists without owners, one person a seat, an ended room.
#[tokio::test]
async fn a_file_of_format_3_goes_on_with_its_lists_and_people() {
    const MARKS_3: TableDefinition<'_, (u8, u64, u8, u64), ()> = TableDefinition::new("marks");
    const STREAM_MARKS_3: TableDefinition<'_, (u8, u64, u8), u64> =
        TableDefinition::new("stream_marks");
    let path = temporary("three");
    let store = open(&path).await.unwrap();
    let append = |version, batch| store.append(RoomId(1), version, batch);
    let opened = append(Version::default(), contract::opened());
    let ended = Batch {
        events: vec![crate::consultation::Event {
            at: Timestamp(200),
            fact: Fact::Ended { by: None },
        }],
        ..contract::talked()
    };
    append(opened.await.unwrap(), ended).await.unwrap();
    let before = store.load(RoomId(1)).await.unwrap().unwrap();
    drop(store);
    let file = database(&path).unwrap();
    let write = file.begin_write().unwrap();
    write.delete_table(tables::MARKS).unwrap();
    write.delete_table(tables::STREAM_MARKS).unwrap();
    {
        let mut marks = write.open_table(MARKS_3).unwrap();
        marks.insert((1, 200, 1, 1), ()).unwrap();
        let mut stream_marks = write.open_table(STREAM_MARKS_3).unwrap();
        stream_marks.insert((1, 1, 1), 200).unwrap();
        let mut about = write.open_table(ABOUT).unwrap();
        about.insert("format", 3).unwrap();
    }
    write.commit().unwrap();
    drop(file);
    look_at(&path).unwrap();
    assert_eq!(format_of(&path), 3, "looking changes nothing");
    let store = open(&path).await.unwrap();
    let room = store.load(RoomId(1)).await.unwrap().unwrap();
    assert_eq!(room, before);
    assert!(room.people.iter().all(|person| person.person == 1));
    let ended = store.ended_before(Timestamp(201), 9).await.unwrap();
    assert_eq!(ended, [RoomId(1)]);
    contract::delete(&store, RoomId(1)).await;
    let ended = store.ended_before(Timestamp(201), 9).await.unwrap();
    assert_eq!(ended, []);
    drop(store);
    assert_eq!(format_of(&path), FORMAT);
    remove(&path);
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let path = temporary("owner");
    drop(open(&path).await.unwrap());
    for path in [&path, &keys(&path)] {
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    remove(&path);
}

#[tokio::test]
async fn a_file_of_a_later_program_is_refused() {
    let path = temporary("later");
    let store = EmbeddedStore::open(&path).unwrap();
    let write = store.database.begin_write().unwrap();
    write
        .open_table(ABOUT)
        .unwrap()
        .insert("format", FORMAT + 1)
        .unwrap();
    write.commit().unwrap();
    drop(store);
    for error in [
        open(&path).await.err().unwrap(),
        look_at(&path).err().unwrap(),
    ] {
        assert_eq!(
            error.to_string(),
            "the store has format 5, this program reads up to 4"
        );
    }
    remove(&path);
}

#[tokio::test]
async fn a_second_process_is_refused_the_file() {
    let path = temporary("second");
    let _first = open(&path).await.unwrap();
    assert!(open(&path).await.is_err());
    remove(&path);
}

#[tokio::test]
async fn neither_a_name_nor_a_message_is_readable_in_the_file() {
    let path = temporary("plain");
    let store = open(&path).await.unwrap();
    let append = |version, batch| store.append(RoomId(1), version, batch);
    let opened = append(Version::default(), contract::opened());
    append(opened.await.unwrap(), contract::talked())
        .await
        .unwrap();
    for plain in ["Lan", "Sính", "Chào", "Mai"] {
        assert!(!holds(&path, plain.as_bytes()), "{plain}");
    }
    drop(store);
    remove(&path);
}

/// A process that ends between the sealing and the copy finds what is left to do.
#[tokio::test]
async fn a_migration_that_was_cut_off_is_finished_by_the_next_start() {
    let path = temporary("cut");
    file_of_old(&path, 2, "Chào");
    // As far as the tables.
    drop(EmbeddedStore::open(&path).unwrap());
    assert!(holds(&path, b"Sinh"));
    // As far as the records, with the old pages still in the file.
    let journal = EmbeddedStore::open(&path).unwrap();
    let keys_path = keys(&path);
    let unlocked = super::super::unlock::unlock(&journal, &keys_path, Timestamp(5));
    unlocked.await.unwrap();
    drop(journal);
    let store = open(&path).await.unwrap();
    assert!(!holds(&path, b"Sinh") && !holds(&path, "Chào".as_bytes()));
    let room = store.load(RoomId(1)).await.unwrap().unwrap();
    assert_eq!(room.people[0].name.as_str(), "Sinh");
    drop(store);
    remove(&path);
}

#[tokio::test]
async fn what_was_erased_leaves_the_file_with_the_next_start() {
    let path = temporary("erased");
    let store = open(&path).await.unwrap();
    let append = |version, batch| store.append(RoomId(1), version, batch);
    let version = append(Version::default(), contract::opened())
        .await
        .unwrap();
    let stream = StreamId {
        kind: StreamKind::Room,
        id: 1,
    };
    let stored = store.journal.load(stream).await.unwrap().unwrap();
    let wrapped = stored
        .records
        .into_iter()
        .find_map(|(key, bytes)| (key.kind == RecordKind::Key && key.number == 2).then_some(bytes));
    let wrapped = wrapped.unwrap();
    let erasure = Batch {
        erased: vec![SeatId(2)],
        ..Batch::default()
    };
    append(version, erasure).await.unwrap();
    drop(store);
    assert!(holds(&path, &wrapped), "a freed page keeps it for a while");
    let store = open(&path).await.unwrap();
    assert!(!holds(&path, &wrapped));
    let room = store.load(RoomId(1)).await.unwrap().unwrap();
    assert_eq!(room.people, contract::opened().people[..1]);
    drop(store);
    remove(&path);
}
