//! The master keys: the right ones or none, told in words, and new ones beside the old.

use std::path::{Path, PathBuf};

use super::super::*;
use crate::store::contract::{opened, talked};

const ROOM: RoomId = RoomId(7);

/// A folder that is gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("signaling-keys-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn store(&self) -> PathBuf {
        self.0.join("store.redb")
    }

    fn keys(&self) -> PathBuf {
        self.0.join("store.redb.key")
    }

    async fn open(&self) -> Result<Store, StoreError> {
        Store::open_embedded(self.store(), self.keys(), Timestamp(9)).await
    }

    /// A store with a room of three who talked.
    async fn made(&self) {
        let store = self.open().await.unwrap();
        let version = store.append(ROOM, Version::default(), opened()).await;
        store
            .append(ROOM, version.unwrap(), talked())
            .await
            .unwrap();
    }

    /// What `open` says, and `look_at` as well.
    async fn refusal(&self) -> String {
        let looked = Store::look_at_embedded(self.store(), self.keys());
        let opened = self.open().await.err().unwrap().to_string();
        assert_eq!(looked.unwrap_err().to_string(), opened);
        opened.replace(&self.0.display().to_string(), "…")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn add_line(path: &Path, line: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, text + line + "\n").unwrap();
}

/// A key as `openssl rand -hex 32` would make one.
fn line(digit: char) -> String {
    format!("v1:{}", digit.to_string().repeat(64))
}

#[tokio::test]
async fn a_store_with_records_never_gets_a_new_key_beside_them() {
    let folder = Folder::new("missing");
    folder.made().await;
    std::fs::remove_file(folder.keys()).unwrap();
    assert_eq!(
        folder.refusal().await,
        "the key file …/store.redb.key is not there, and the names and chat of this store are \
         sealed with it: put it back from where you keep its copy; a new one cannot open them"
    );
    assert!(!folder.keys().exists());
}

#[tokio::test]
async fn a_wrong_key_is_named_at_the_start() {
    let folder = Folder::new("wrong");
    folder.made().await;
    std::fs::write(folder.keys(), line('a')).unwrap();
    let told = folder.refusal().await;
    let (before, after) = told
        .split_once("key file …/store.redb.key does not hold key ")
        .unwrap();
    assert_eq!(before, "the ");
    assert!(
        after.contains("put back the file that belongs to this store"),
        "{after}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_key_is_refused_and_never_shown() {
    let folder = Folder::new("malformed");
    folder.made().await;
    for (text, told) in [
        ("", "holds no key"),
        ("# words alone\n", "holds no key"),
        ("\nswordfish\n", "has no key in line 2"),
        ("v1:0123", "has no key in line 1"),
        (&line('g'), "has no key in line 1"),
        (&line('é'), "has no key in line 1"),
    ] {
        std::fs::write(folder.keys(), text).unwrap();
        let refusal = folder.refusal().await;
        assert!(refusal.contains(told), "{text}: {refusal}");
        assert!(!refusal.contains("swordfish"));
    }
}

#[tokio::test]
async fn a_key_is_changed_by_a_line_more_and_the_old_one_is_not_needed_after_the_start() {
    let folder = Folder::new("rotated");
    folder.made().await;
    add_line(&folder.keys(), &line('b'));
    let before = {
        let store = folder.open().await.unwrap();
        store.load(ROOM).await.unwrap().unwrap()
    };
    std::fs::write(folder.keys(), line('b')).unwrap();
    let store = folder.open().await.unwrap();
    let after = store.load(ROOM).await.unwrap().unwrap();
    assert_eq!(before, after);
    assert_eq!(after.chat, talked().chat);
}

/// The start that was to take a new key into use ended half-way: both lines are still needed.
#[tokio::test]
async fn a_change_of_keys_that_was_cut_off_needs_both() {
    let folder = Folder::new("cut");
    folder.made().await;
    let first = std::fs::read_to_string(folder.keys()).unwrap();
    add_line(&folder.keys(), &line('b'));
    {
        let journal = embedded::EmbeddedStore::open(&folder.store()).unwrap();
        let master = keys::MasterKeys::read(&folder.keys()).unwrap().unwrap();
        let stored = journal.load(unlock::KEYS).await.unwrap().unwrap();
        let seals = Seals::new(master);
        let introduced = unlock::introduce(&journal, &seals, &stored, Timestamp(9));
        introduced.await.unwrap();
    }
    std::fs::write(folder.keys(), line('b')).unwrap();
    assert!(folder.refusal().await.contains("does not hold key"));
    std::fs::write(folder.keys(), first).unwrap();
    assert!(folder.refusal().await.contains("does not hold key"));
    add_line(&folder.keys(), &line('b'));
    let store = folder.open().await.unwrap();
    assert!(store.load(ROOM).await.unwrap().is_some());
}
