//! Backups of a store in use and back, and what is refused.

use std::path::PathBuf;

use signaling::consultation::{Event, Fact, Role};
use signaling::ids::{RoomId, SeatId, Timestamp};
use signaling::store::{Batch, PersonRecord, RedisAddress, RoomStore, Store, Version};
use signaling::text::DisplayName;

use super::*;
use crate::config::{Cli, Typed};

/// A server's folder, gone when the test ends.
struct Place {
    folder: PathBuf,
    settings: Settings,
}

impl Place {
    fn new(name: &str) -> Self {
        let name = format!("nhipcau-upkeep-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let store = format!("--store={}/store.redb", folder.display());
        let cli = <Cli as clap::Parser>::try_parse_from(["nhipcau", "serve", store.as_str()]);
        let typed = Typed::gather(&cli.expect("a command line").keys, []);
        let settings = Settings::from_typed(&typed.expect("flags"), 1).expect("settings");
        Self { folder, settings }
    }

    fn store(&self) -> &Path {
        match &self.settings.store {
            StoreLocation::File(path) => path,
            StoreLocation::Redis(_) => panic!("these tests are about files"),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    async fn open(&self) -> Store {
        let (store, keys) = (self.store(), &self.settings.store_keys);
        let opened = Store::open_embedded(store, keys, Timestamp(5)).await;
        opened.expect("a store")
    }

    /// A stopped server with one room.
    async fn with_room(name: &str) -> Self {
        let place = Self::new(name);
        write(&place.open().await, 1).await;
        place
    }

    async fn names(&self) -> Vec<String> {
        let room = self.open().await.load(RoomId(1)).await.expect("readable");
        let people = room.map(|room| room.people).unwrap_or_default();
        let names = people.iter().map(|one| one.name.as_str().to_owned());
        names.collect()
    }

    async fn refusal(&self, file: &Path, replace: Replace) -> String {
        let refused = restore(&self.settings, file, replace).await;
        let words = format!("{:#}", refused.expect_err("refused"));
        let left = std::fs::read_dir(&self.folder).expect("a folder");
        for file in left.map(|file| file.expect("a file").path()) {
            let is_part = file.extension().is_some_and(|end| end == "part");
            assert!(!is_part, "{} is left", file.display());
        }
        words.replace(&self.folder.display().to_string(), "…")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn write(store: &Store, room: u64) {
    let batch = Batch {
        events: vec![Event {
            at: Timestamp(100),
            fact: Fact::Opened {
                seats: vec![Role::Practitioner, Role::Patient],
            },
        }],
        people: vec![PersonRecord::new(
            SeatId(2),
            DisplayName::parse("Cụ Sính").expect("a name"),
            None,
        )],
        ..Batch::default()
    };
    let written = store.append(RoomId(room), Version::default(), batch);
    written.await.expect("written");
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    let about = std::fs::metadata(path).expect("a file");
    about.permissions().mode() & 0o777
}

#[tokio::test]
async fn a_running_server_gives_a_backup_and_goes_on() {
    let place = Place::new("running");
    let store = place.open().await;
    write(&store, 1).await;
    let door = Door::open(place.store(), store.clone()).expect("a door");
    let served = tokio::spawn(door.serve());
    let socket = door::place(place.store());
    assert_eq!(mode(&socket), 0o600);

    let file = place.path("backup.redb");
    for rooms in 2..4 {
        let made = backup(&place.settings, &file).await.expect("a backup");
        assert!(
            made.words.contains("it does not hold the keys"),
            "{}",
            made.words
        );
        assert_eq!(mode(&file), 0o600);
        write(&store, rooms).await;
    }
    let refused = place.refusal(&file, Replace::Whatever).await;
    assert_eq!(refused, "a server runs on …/store.redb: stop it first");
    let audit = verify(&place.settings, None, None).await.expect("an audit");
    assert!(audit.is_good && audit.words.contains("every chain fits"));

    served.abort();
    let _ = served.await;
    assert!(!socket.exists(), "whoever looks knows that no server runs");
    drop(store);
    let of_copy = verify(&place.settings, Some(&file), None).await;
    assert!(of_copy.expect("an audit").is_good);
    // The copy is of the moment between the second room and the third.
    restore(&place.settings, &file, Replace::Whatever)
        .await
        .expect("restored");
    let store = place.open().await;
    let is_there = [1, 2, 3].map(|room| store.load(RoomId(room)));
    let [one, two, three] = is_there;
    assert!(one.await.expect("read").is_some());
    assert!(two.await.expect("read").is_some());
    assert!(three.await.expect("read").is_none());
}

#[tokio::test]
async fn a_stopped_store_is_backed_up_and_restored_on_another_machine_with_its_keys() {
    let place = Place::with_room("stopped").await;
    let file = place.path("backup.redb");
    backup(&place.settings, &file).await.expect("a backup");
    let bytes = std::fs::read(&file).expect("a file");
    let keys = std::fs::read_to_string(&place.settings.store_keys).expect("keys");
    let line = keys.lines().last().expect("a key");
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(!holds(line) && !holds("Sính"));

    let other = Place::new("other");
    let refused = other.refusal(&file, Replace::Never).await;
    assert!(
        refused.contains("the key file …/store.redb.key is not there"),
        "{refused}"
    );
    assert!(!other.store().exists() && !other.settings.store_keys.exists());
    std::fs::copy(&place.settings.store_keys, &other.settings.store_keys).expect("copied");
    let restored = restore(&other.settings, &file, Replace::Never).await;
    assert!(
        restored
            .expect("restored")
            .words
            .contains("do those once more")
    );
    assert_eq!(mode(other.store()), 0o600);
    assert_eq!(other.names().await, ["Cụ Sính"]);
}

#[tokio::test]
async fn a_store_that_is_not_empty_is_replaced_only_when_told_to() {
    let place = Place::with_room("replace").await;
    let file = place.path("backup.redb");
    backup(&place.settings, &file).await.expect("a backup");
    write(&place.open().await, 2).await;
    assert_eq!(
        place.refusal(&file, Replace::Never).await,
        "the store …/store.redb is not empty; to put the backup in its place: --replace"
    );
    assert!(
        place
            .open()
            .await
            .load(RoomId(2))
            .await
            .expect("read")
            .is_some()
    );
    let restored = restore(&place.settings, &file, Replace::Whatever).await;
    restored.expect("restored");
    assert!(
        place
            .open()
            .await
            .load(RoomId(2))
            .await
            .expect("read")
            .is_none()
    );
    // A store that was opened and never used is empty.
    let fresh = Place::new("fresh");
    drop(fresh.open().await);
    std::fs::copy(&place.settings.store_keys, &fresh.settings.store_keys).expect("copied");
    let restored = restore(&fresh.settings, &file, Replace::Never).await;
    restored.expect("restored");
}

#[tokio::test]
async fn what_is_no_whole_backup_of_these_keys_is_refused_and_the_store_stays() {
    let place = Place::with_room("refused").await;
    let file = place.path("backup.redb");
    let refusal = async |told: &str| {
        let refused = place.refusal(&file, Replace::Whatever).await;
        assert!(refused.contains(told), "{refused}");
        assert_eq!(place.names().await, ["Cụ Sính"]);
    };
    refusal("…/backup.redb cannot be read").await;
    std::fs::write(&file, "this is no database").expect("written");
    refusal("…/backup.redb cannot be restored").await;
    // The disk, or somebody who knows nothing of databases, changed a word of the trail.
    std::fs::remove_file(&file).expect("gone");
    backup(&place.settings, &file).await.expect("a backup");
    let mut bytes = std::fs::read(&file).expect("a file");
    let word = b"practitioner";
    let windows = bytes.windows(word.len()).enumerate();
    let places = windows.filter_map(|(at, window)| (window == word).then_some(at));
    let places: Vec<_> = places.collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at] = b'P';
    }
    std::fs::write(&file, bytes).expect("written");
    refusal("the store is damaged").await;
    let found = verify(&place.settings, Some(&file), None).await;
    let refused = format!("{:#}", found.expect_err("a refusal"));
    assert!(refused.contains("the store is damaged"), "{refused}");
    // Another store, with other keys.
    let other = Place::with_room("others").await;
    std::fs::remove_file(&file).expect("gone");
    backup(&other.settings, &file).await.expect("a backup");
    refusal("does not hold key").await;
}

#[tokio::test]
async fn heads_that_were_noted_tell_a_store_that_was_put_back() {
    let place = Place::with_room("heads").await;
    let file = place.path("backup.redb");
    backup(&place.settings, &file).await.expect("a backup");
    write(&place.open().await, 2).await;
    let heads = export_heads(&place.settings, None).await.expect("heads");
    let noted = place.path("heads.txt");
    std::fs::write(&noted, &heads.words).expect("written");
    let agree = verify(&place.settings, None, Some(&noted)).await;
    let agree = agree.expect("an audit");
    assert!(agree.is_good && agree.words.contains("every log agrees with them"));
    let restored = restore(&place.settings, &file, Replace::Whatever).await;
    restored.expect("restored");
    let differ = verify(&place.settings, None, Some(&noted)).await;
    let differ = differ.expect("an audit");
    let gone =
        "room 0000000000000002: 1 entries were noted, the log is gone, and no deletion was logged";
    assert!(
        !differ.is_good && differ.words.contains(gone),
        "{}",
        differ.words
    );
    std::fs::write(&noted, "room 1\n").expect("written");
    let refused = verify(&place.settings, None, Some(&noted)).await;
    let refused = refused.expect_err("refused").to_string();
    assert!(refused.contains("has no head in line 1"), "{refused}");
}

#[tokio::test]
async fn a_server_that_was_killed_leaves_a_door_that_hinders_nobody() {
    let place = Place::with_room("killed").await;
    let socket = door::place(place.store());
    drop(std::os::unix::net::UnixListener::bind(&socket).expect("a socket"));
    assert!(socket.exists());
    let file = place.path("backup.redb");
    backup(&place.settings, &file).await.expect("a backup");
    let store = place.open().await;
    Door::open(place.store(), store).expect("a door");
}

#[tokio::test]
async fn nothing_is_made_where_there_is_no_store() {
    let place = Place::new("nothing");
    let file = place.path("backup.redb");
    for refused in [
        backup(&place.settings, &file).await,
        verify(&place.settings, None, None).await,
        export_heads(&place.settings, Some(&file)).await,
    ] {
        refused.expect_err("refused");
    }
    let left = std::fs::read_dir(&place.folder).expect("a folder");
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_redis_is_copied_and_put_back_by_its_own_means() {
    let mut place = Place::new("redis");
    let address = RedisAddress::parse("redis://:swordfish@10.0.0.7/2").expect("an address");
    place.settings.store = StoreLocation::Redis(address);
    let file = place.path("backup.redb");
    let refused = backup(&place.settings, &file).await.expect_err("refused");
    insta::assert_snapshot!(refused, @"the store is Redis at 10.0.0.7:6379, database 2: let Redis copy itself instead (BGREWRITEAOF, then its folder appendonlydir), and keep a copy of the key file elsewhere");
    let refused = restore(&place.settings, &file, Replace::Whatever).await;
    insta::assert_snapshot!(refused.expect_err("refused"), @"the store is Redis at 10.0.0.7:6379, database 2: stop nhipcau and Redis, put Redis's own copy back in its place, and start both");
}
