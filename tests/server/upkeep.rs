//! Backup, restore and audit as an administrator types them, beside a server and without one.

use std::fs;
use std::path::Path;

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
    assert!(words.contains("copy.redb holds 2 logs"), "{words}");
    assert!(
        words.contains("without ./nhipcau.redb.key nobody can read"),
        "{words}"
    );
    let (code, heads) = typed(&folder, &["audit", "export-heads"]);
    assert_eq!((code, heads.lines().count()), (Some(0), 2), "{heads}");
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

    // Somebody makes the practitioner a patient, in the copy.
    let mut bytes = fs::read(folder.join("copy.redb")).expect("a copy");
    let (was, is) = (b"practitioner", b"patient     ");
    let places: Vec<_> = bytes.windows(was.len()).enumerate().collect();
    let places = places.iter().filter(|(_, window)| window == was);
    let places: Vec<_> = places.map(|(at, _)| *at).collect();
    for at in places {
        bytes[at..at + is.len()].copy_from_slice(is);
    }
    fs::write(folder.join("forged.redb"), bytes).expect("written");
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
            // Of the server that was killed; the next one takes its place.
            "nhipcau.redb.socket",
        ]
    );
}
