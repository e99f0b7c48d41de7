//! A disk in memory that remembers what was asked of it, and what may be left of that when the
//! power fails.
//!
//! What it promises is what redb asks of a medium (its `docs/design.md`, "Assumptions about
//! underlying media"): what was synced stays; bytes outside of what is written never change; a
//! single byte is old or new. It promises no more than that: of what was not synced, each write
//! and each change of length is kept, lost or torn, in any order, and whole sectors of a torn
//! write may hold garbage.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use redb::StorageBackend;

use super::chance::Chance;

/// What a disk writes at once, bytes. Smaller than 4,096, which disks made since 2011 use: more
/// ways to tear a page.
const SECTOR: usize = 512;

/// One thing asked of the disk.
#[derive(Clone)]
pub(super) enum Op {
    Write { offset: usize, bytes: Vec<u8> },
    Length(usize),
    Sync,
}

/// Whether a sync does what it says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syncing {
    Honest,
    /// It answers that all is on the disk, and does nothing: a cache without a battery.
    Lying,
}

/// The disk. Clones are the same disk.
#[derive(Clone)]
pub(super) struct Disk(Arc<Mutex<State>>);

struct State {
    start: Vec<u8>,
    bytes: Vec<u8>,
    ops: Vec<Op>,
    has_power: bool,
}

impl Disk {
    pub(super) fn with(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(State {
            start: bytes.clone(),
            bytes,
            ops: Vec::new(),
            has_power: true,
        })))
    }

    /// How much was asked of it.
    pub(super) fn asked(&self) -> usize {
        self.0.lock().unwrap().ops.len()
    }

    /// Every operation fails from here on. Answers what there was to lose.
    pub(super) fn cut(&self) -> Trace {
        let mut state = self.0.lock().unwrap();
        state.has_power = false;
        Trace {
            start: std::mem::take(&mut state.start),
            ops: std::mem::take(&mut state.ops),
        }
    }

    /// What the operating system shows: everything written, synced or not.
    pub(super) fn shown(&self) -> Vec<u8> {
        self.0.lock().unwrap().bytes.clone()
    }

    fn with_power<T>(&self, act: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.0.lock().unwrap();
        if !state.has_power {
            return Err(io::Error::other("the disk has no power"));
        }
        act(&mut state)
    }

    fn ask(&self, op: Op) -> io::Result<()> {
        self.with_power(|state| {
            keep(&mut state.bytes, &op);
            state.ops.push(op);
            Ok(())
        })
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Disk")
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.with_power(|state| Ok(state.bytes.len() as u64))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.with_power(|state| {
            let start = place(offset);
            let read = state.bytes.get(start..start + out.len());
            out.copy_from_slice(read.ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.ask(Op::Length(place(len)))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.ask(Op::Sync)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let (offset, bytes) = (place(offset), data.to_vec());
        self.ask(Op::Write { offset, bytes })
    }
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

/// Everything that was asked of a disk, from its start.
pub(super) struct Trace {
    start: Vec<u8>,
    pub(super) ops: Vec<Op>,
}

impl Trace {
    /// The crashes of this trace, one at each operation while it was on its way, and one after the
    /// last: in this order, as each starts from the syncs before it.
    pub(super) fn crashes(&self, syncing: Syncing) -> Crashes<'_> {
        Crashes {
            synced: self.start.clone(),
            pending_from: 0,
            trace: self,
            syncing,
        }
    }
}

/// Where the disk of a trace stands, up to a crash.
pub(super) struct Crashes<'a> {
    trace: &'a Trace,
    synced: Vec<u8>,
    pending_from: usize,
    syncing: Syncing,
}

impl Crashes<'_> {
    /// What is left when the power fails while operation `at` is on its way. Never goes back.
    pub(super) fn left_at(&mut self, at: usize, chance: &mut Chance) -> Vec<u8> {
        let ops = &self.trace.ops;
        for done in self.pending_from..at.min(ops.len()) {
            if matches!(ops[done], Op::Sync) && self.syncing == Syncing::Honest {
                for op in &ops[self.pending_from..done] {
                    keep(&mut self.synced, op);
                }
                self.pending_from = done + 1;
            }
        }
        let on_its_way = ops.len().min(at + 1);
        left(&self.synced, &ops[self.pending_from..on_its_way], chance)
    }
}

/// What happened to one operation.
#[derive(Clone, Copy)]
enum Fate {
    Kept,
    Lost,
    Torn,
}

/// What is on the disk after the power failed: all that was synced, and of the rest what chance
/// leaves.
fn left(synced: &[u8], pending: &[Op], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = synced.to_vec();
    if pending.is_empty() {
        return bytes;
    }
    let mut fates = fates(pending.len(), chance);
    if chance.one_in(2) {
        chance.shuffle(&mut fates);
    }
    for (index, fate) in fates {
        match fate {
            Fate::Kept => keep(&mut bytes, &pending[index]),
            Fate::Lost => {}
            Fate::Torn => tear(&mut bytes, &pending[index], chance),
        }
    }
    bytes
}

/// The cruel cases often, all others sometimes.
fn fates(count: usize, chance: &mut Chance) -> Vec<(usize, Fate)> {
    let one = chance.below(count);
    let but_one = |others: Fate, fate: Fate| {
        let mut fates = vec![others; count];
        fates[one] = fate;
        fates
    };
    let fates = match chance.below(7) {
        0 => vec![Fate::Lost; count],
        1 => vec![Fate::Kept; count],
        2 => but_one(Fate::Lost, Fate::Kept),
        3 => but_one(Fate::Kept, Fate::Lost),
        4 => but_one(Fate::Kept, Fate::Torn),
        _ => {
            let (lost, torn) = (2 + chance.below(8), 2 + chance.below(8));
            let fate = |_| match (chance.one_in(lost), chance.one_in(torn)) {
                (true, _) => Fate::Lost,
                (false, true) => Fate::Torn,
                (false, false) => Fate::Kept,
            };
            (0..count).map(fate).collect()
        }
    };
    fates.into_iter().enumerate().collect()
}

fn keep(disk: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Write { offset, bytes } => put(disk, *offset, bytes),
        Op::Length(length) => disk.resize(*length, 0),
        Op::Sync => {}
    }
}

/// Writes what lies inside the file: a write beyond an end that was not kept is lost with it.
fn put(disk: &mut [u8], offset: usize, bytes: &[u8]) {
    let end = disk.len().min(offset + bytes.len());
    if offset < end {
        disk[offset..end].copy_from_slice(&bytes[..end - offset]);
    }
}

/// Each sector of a write for itself. One that is written whole is old, new or garbage. Of one
/// that is written in part, a part is new: what is beside it belongs to somebody else.
fn tear(disk: &mut Vec<u8>, op: &Op, chance: &mut Chance) {
    let Op::Write { offset, bytes } = op else {
        // A length is a number in one place.
        return keep(disk, op);
    };
    let mut done = 0;
    while done < bytes.len() {
        let at = offset + done;
        let size = (SECTOR - at % SECTOR).min(bytes.len() - done);
        let sector = &bytes[done..done + size];
        if size < SECTOR {
            put(disk, at, &sector[..chance.below(size + 1)]);
        } else {
            match chance.below(3) {
                0 => {}
                1 => put(disk, at, sector),
                _ => {
                    let mut garbage = [0; SECTOR];
                    chance.fill(&mut garbage);
                    put(disk, at, &garbage);
                }
            }
        }
        done += size;
    }
}
