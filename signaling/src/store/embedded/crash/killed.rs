//! A process is killed while it appends to a real file.
//!
//! What this cannot show is a power cut: the operating system lives on and writes what it was
//! given. That is the work of `power.rs`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::chance::Chance;
use super::{run, seeds};
use crate::consultation::{Event, Fact};
use crate::ids::{RoomId, SeatId, Timestamp, TokenHash};
use crate::store::{Batch, ChatRecord, RoomStore, Store, Version};
use crate::text::{ChatRef, ChatText};

/// Set for the child: the file that it appends to, and the room.
const FILE: &str = "CRASH_CHILD_FILE";
const ROOM: &str = "CRASH_CHILD_ROOM";
/// The test below, as the test binary names it.
const NAME: &str = "store::embedded::crash::killed::a_killed_server_finds_all_that_it_answered";
/// Processes killed for each seed.
const ROUNDS: u64 = 5;
/// A process is killed within this many appends.
const APPENDS: usize = 60;
/// What the child writes before the number of an append that was answered.
const ANSWERED: &str = "answered ";

/// What the child appends at a place of the log.
fn batch(room: RoomId, place: u64) -> Batch {
    let text =
        format!("Cháu chào bác lần thứ {place}. ").repeat(1 + usize::try_from(place % 40).unwrap());
    let mut token = [0; 32];
    token[..8].copy_from_slice(&room.0.to_be_bytes());
    token[8..16].copy_from_slice(&place.to_be_bytes());
    Batch {
        events: vec![Event {
            at: Timestamp(place),
            fact: Fact::Confirmed { seat: SeatId(1) },
        }],
        tokens: vec![(TokenHash(token), SeatId(1))],
        chat: vec![ChatRecord {
            id: place,
            seat: SeatId(1),
            with: None,
            at: Timestamp(place),
            r#ref: ChatRef::parse(&format!("m{place}")).unwrap(),
            text: ChatText::parse(&text).unwrap(),
        }],
        ..Batch::default()
    }
}

/// Beside the file.
fn keys(path: &Path) -> PathBuf {
    path.with_extension("key")
}

async fn open(path: &Path) -> Result<Store, String> {
    let opened = Store::open_embedded(path, keys(path), Timestamp(5)).await;
    opened.map_err(|error| error.to_string())
}

/// Appends until it is killed, and says so after each answer.
async fn append_for_ever(path: String, room: RoomId) -> Result<(), String> {
    let store = open(Path::new(&path)).await?;
    let mut out = std::io::stdout();
    writeln!(out).unwrap(); // ends the line on which the test's name stands
    let mut version = Version::default();
    for place in 0.. {
        version = store
            .append(room, version, batch(room, place))
            .await
            .map_err(|error| error.to_string())?;
        writeln!(out, "{ANSWERED}{place}").unwrap();
        out.flush().unwrap();
    }
    Ok(())
}

/// Starts a child, kills it at an answer, and tells how many appends were answered.
fn kill_after(answers: usize, path: &PathBuf, room: RoomId) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture", "--test-threads=1"])
        .env(FILE, path)
        .env(ROOM, room.0.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answered = 0;
    for line in lines {
        // The end of the pipe is that of the child: what it said before it died counts, too.
        let line = line.unwrap();
        if let Some(place) = line.strip_prefix(ANSWERED) {
            answered = place.parse::<u64>().unwrap() + 1;
        }
        if answered == answers as u64 {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(answered >= answers as u64, "it ended before it was killed");
    answered
}

/// All that was answered is there, and at most one append more, each of them whole.
async fn is_whole(path: &Path, room: RoomId, answered: u64) -> Result<(), String> {
    let store = open(path).await?;
    let stored = store.load(room).await.unwrap().expect("the room");
    let found = stored.version.length;
    if !(answered..=answered + 1).contains(&found) {
        return Err(format!(
            "{answered} appends were answered, {found} are there"
        ));
    }
    for place in 0..found {
        let index = usize::try_from(place).unwrap();
        let batch = batch(room, place);
        let (token, seat) = batch.tokens[0];
        if stored.events[index] != batch.events[0]
            || stored.chat[index] != batch.chat[0]
            || store.find(token).await.unwrap() != Some((room, seat))
        {
            return Err(format!("append {place} is there in part"));
        }
    }
    let next = batch(room, found + 1);
    let (token, _) = next.tokens[0];
    if stored.chat.len() != stored.events.len() || store.find(token).await.unwrap().is_some() {
        return Err(format!("a part of append {found} is there"));
    }
    Ok(())
}

#[test]
fn a_killed_server_finds_all_that_it_answered() {
    if let (Ok(path), Ok(room)) = (std::env::var(FILE), std::env::var(ROOM)) {
        let room = RoomId(room.parse().unwrap());
        run(append_for_ever(path, room)).unwrap();
        return;
    }
    for seed in seeds() {
        let name = format!("signaling-killed-{}-{seed}.redb", std::process::id());
        let path = std::env::temp_dir().join(name);
        let mut rooms = Vec::new();
        for round in 0..ROUNDS {
            let mut chance = Chance::of(seed, usize::try_from(round).unwrap());
            let room = RoomId(round);
            let answered = kill_after(1 + chance.below(APPENDS), &path, room);
            rooms.push((room, answered));
            for (room, answered) in &rooms {
                run(is_whole(&path, *room, *answered))
                    .unwrap_or_else(|loss| panic!("room {room}: {loss}; CRASH_SEEDS={seed}"));
            }
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::remove_file(keys(&path)).unwrap();
    }
}
