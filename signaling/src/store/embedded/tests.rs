use super::super::contract;
use super::*;

contract::suite!(EmbeddedStore::in_memory().unwrap());

fn temporary(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("signaling-{name}-{}.redb", std::process::id()))
}

#[tokio::test]
async fn a_file_keeps_what_was_appended() {
    let path = temporary("keeps");
    let store = EmbeddedStore::open(&path).unwrap();
    let (opened, talked) = (contract::opened(), contract::talked());
    let append = |version, batch| store.append(RoomId(1), Version(version), batch);
    append(0, opened.clone()).await.unwrap();
    append(1, talked.clone()).await.unwrap();
    let stored = store.load(RoomId(1)).await.unwrap().unwrap();
    drop(store);
    let store = EmbeddedStore::open(&path).unwrap();
    let room = store.load(RoomId(1)).await.unwrap().unwrap();
    assert_eq!(room, stored);
    assert_eq!(room.events, opened.events);
    assert_eq!(room.chat, talked.chat);
    assert_eq!(room.media, talked.media);
    std::fs::remove_file(path).unwrap();
}

/// A file as the program before chat and admission made it.
fn file_of_format_1(path: &Path) {
    let database = database(path).unwrap();
    let write = database.begin_write().unwrap();
    {
        let mut about = write.open_table(ABOUT).unwrap();
        about.insert("format", 1).unwrap();
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
        write.open_table(TOKENS).unwrap();
        write.open_table(ROOM_TOKENS).unwrap();
        let mut ended = write.open_table(ENDED).unwrap();
        ended.insert((2, 1), ()).unwrap();
    }
    write.commit().unwrap();
}

fn format_of(path: &Path) -> u64 {
    let database = database(path).unwrap();
    let about = database.begin_read().unwrap().open_table(ABOUT).unwrap();
    about.get("format").unwrap().unwrap().value()
}

#[tokio::test]
async fn a_file_of_the_program_before_goes_on() {
    let path = temporary("before");
    file_of_format_1(&path);
    EmbeddedStore::look_at(&path).unwrap();
    assert_eq!(format_of(&path), 1, "looking changes nothing");
    let store = EmbeddedStore::open(&path).unwrap();
    let room = store.load(RoomId(1)).await.unwrap().unwrap();
    assert_eq!(room.events[1].fact, Fact::Ended { by: None });
    assert_eq!(room.people[0].name.as_str(), "Sinh");
    assert_eq!(room.people[0].languages, None);
    assert_eq!((room.chat, room.media), (Vec::new(), Vec::new()));
    let talked = contract::talked();
    store.append(RoomId(1), Version(2), talked).await.unwrap();
    store.delete(RoomId(1)).await.unwrap();
    drop(store);
    assert_eq!(format_of(&path), 2);
    std::fs::remove_file(path).unwrap();
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let path = temporary("owner");
    drop(EmbeddedStore::open(&path).unwrap());
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_file_of_a_later_program_is_refused() {
    let path = temporary("later");
    let store = EmbeddedStore::open(&path).unwrap();
    let write = store.database.begin_write().unwrap();
    write
        .open_table(ABOUT)
        .unwrap()
        .insert("format", 3)
        .unwrap();
    write.commit().unwrap();
    drop(store);
    for error in [
        EmbeddedStore::open(&path).err().unwrap(),
        EmbeddedStore::look_at(&path).err().unwrap(),
    ] {
        assert_eq!(
            error.to_string(),
            "the store has format 3, this program reads up to 2"
        );
    }
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_second_process_is_refused_the_file() {
    let path = temporary("second");
    let _first = EmbeddedStore::open(&path).unwrap();
    assert!(EmbeddedStore::open(&path).is_err());
    std::fs::remove_file(path).unwrap();
}
