//! Backup, restore and audit as an administrator types them, beside a server and without one.

use std::fs;
use std::path::Path;

use redb::{Database, ReadableTable, TableDefinition};

use crate::spawned::{Demo, nhipcau};

/// Exit code, and what was printed on either output.
fn typed(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = nhipcau(arguments).current_dir(folder).output();
    let output = output.expect("the program runs");
    let printed = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8(printed).expect("UTF-8"),
    )
}

#[test]
fn a_server_is_backed_up_while_it_runs_and_put_back_after_it_was_killed() {
    let mut demo = Demo::start(&["--listen=127.0.0.1:0"]);
    let folder = demo.folder.0.clone();
    let (code, words) = typed(&folder, &["backup", "copy.redb"]);
    assert_eq!(code, Some(0), "{words}");
    // The room, the clinic whose administrator is awaited, the server, its keys.
    assert!(words.contains("copy.redb holds 4 logs"), "{words}");
    assert!(
        words.contains("without ./nhipcau.redb.key nobody can read"),
        "{words}"
    );
    let (code, heads) = typed(&folder, &["audit", "export-heads"]);
    assert_eq!((code, heads.lines().count()), (Some(0), 4), "{heads}");
    fs::write(folder.join("heads.txt"), &heads).expect("written");
    let (code, words) = typed(&folder, &["restore", "--replace", "copy.redb"]);
    assert_eq!(code, Some(1));
    assert!(words.contains("a server runs on ./nhipcau.redb"), "{words}");

    demo.signal("KILL");
    demo.ended();
    let verify = ["audit", "verify", "--heads", "heads.txt"];
    let (code, words) = typed(&folder, &verify);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("every log agrees with them"), "{words}");
    let (code, words) = typed(&folder, &["restore", "copy.redb"]);
    assert_eq!(code, Some(1));
    assert!(words.contains("is not empty"), "{words}");

    fs::copy(folder.join("copy.redb"), folder.join("forged.redb")).expect("copied");
    forge(&folder.join("forged.redb"));
    let (code, words) = typed(&folder, &["audit", "verify", "forged.redb"]);
    assert_eq!(code, Some(1), "{words}");
    assert!(
        words.contains(": entry 1 was changed, moved or left out, at "),
        "{words}"
    );
    let (code, words) = typed(&folder, &["restore", "--replace", "forged.redb"]);
    assert_eq!(code, Some(1));
    assert!(words.contains("is not what was written"), "{words}");

    let (code, words) = typed(&folder, &["restore", "--replace", "copy.redb"]);
    assert_eq!(code, Some(0), "{words}");
    let (code, words) = typed(&folder, &verify);
    assert_eq!(code, Some(0), "{words}");
    let mut left: Vec<_> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|file| file.expect("a file").file_name())
        .collect();
    left.sort();
    assert_eq!(
        left,
        [
            "copy.redb",
            "forged.redb",
            "heads.txt",
            "links.json",
            "log",
            "nhipcau.redb",
            "nhipcau.redb.key",
            "nhipcau.redb.messages",
            // Of the server that was killed; the next one takes its place.
            "nhipcau.redb.socket",
        ]
    );
}

/// Somebody who knows databases makes the practitioner a patient: every checksum fits.
fn forge(file: &Path) {
    /// (kind, stream, place) → entry, as in `signaling/src/store/embedded/tables.rs`.
    const ENTRIES: TableDefinition<'_, (u8, u64, u64), &[u8]> = TableDefinition::new("entries");
    let database = Database::open(file).expect("a database");
    let write = database.begin_write().expect("begun");
    {
        let mut entries = write.open_table(ENTRIES).expect("its entries");
        let stored = entries.iter().expect("rows");
        let stored = stored.map(|entry| {
            let (key, entry) = entry.expect("a row");
            (key.value(), entry.value().to_vec())
        });
        let (was, is) = (b"practitioner", b"patient     ");
        let mut forged = 0;
        for (key, mut entry) in stored.collect::<Vec<_>>() {
            let place = entry.windows(was.len()).position(|window| window == was);
            if let Some(at) = place {
                entry[at..at + is.len()].copy_from_slice(is);
                entries.insert(key, entry.as_slice()).expect("changed");
                forged += 1;
            }
        }
        assert!(forged > 0, "there is something to forge");
    }
    write.commit().expect("written");
}
