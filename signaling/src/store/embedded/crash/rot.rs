//! A bit flips in what was synced: by a disk that rots, or a copy that went wrong.

use super::chance::Chance;
use super::disk::Disk;
use super::workload::{Workload, World};
use super::{open, run, seeds};

/// Bytes of redb's header: what is flipped in it is tried byte by byte.
const HEADER_BYTES: usize = 320;
/// Bits tried in the pages behind it.
const PAGE_BITS: usize = 300;
/// Byte and bit that say which of two commits is the last. No checksum covers them.
const WHICH_IS_LAST: (usize, usize) = (9, 0);

/// What a flipped bit did.
#[derive(Default)]
struct Outcomes {
    intact: usize,
    refused: usize,
    wrong: Vec<String>,
}

impl Outcomes {
    fn of(bytes: &[u8], workload: &Workload, seed: u64) -> Self {
        let world = workload.worlds.last().unwrap();
        let mut outcomes = Self::default();
        let mut chance = Chance::of(seed, 0);
        let written: Vec<usize> = (HEADER_BYTES..bytes.len())
            .filter(|place| bytes[*place] != 0)
            .collect();
        let pages = (0..PAGE_BITS).map(|_| None);
        for place in (0..HEADER_BYTES).map(Some).chain(pages) {
            let place = place.unwrap_or_else(|| written[chance.below(written.len())]);
            let bit = chance.below(8);
            if (place, bit) == WHICH_IS_LAST {
                continue; // the test below
            }
            let wrong = match run(read_flipped(bytes, (place, bit), workload)) {
                Ok(found) if found == *world => {
                    outcomes.intact += 1;
                    continue;
                }
                Err(refused) if is_clear(&refused) => {
                    outcomes.refused += 1;
                    continue;
                }
                Ok(found) => world.difference(&found),
                Err(other) => other,
            };
            let wrong = format!("bit {bit} of byte {place}: {wrong}");
            outcomes.wrong.push(wrong);
        }
        outcomes
    }
}

/// Says what is wrong with the file: it is damaged, or looks like none of ours, or like one of an
/// older database.
fn is_clear(refused: &str) -> bool {
    [
        "the store is damaged: ",
        "Not a redb database",
        "file format version",
    ]
    .iter()
    .any(|clear| refused.contains(clear))
}

async fn read_flipped(
    bytes: &[u8],
    (place, bit): (usize, usize),
    workload: &Workload,
) -> Result<World, String> {
    let mut bytes = bytes.to_vec();
    bytes[place] ^= 1 << bit;
    let disk = Disk::with(bytes);
    let store = open(&disk).map_err(|error| error.to_string())?;
    let world = World::read(&store, workload).await;
    disk.cut();
    world.map_err(|error| error.to_string())
}

/// The file of a server that was stopped in order, and of one whose power failed.
fn files(workload: &Workload) -> [Vec<u8>; 2] {
    let disk = Disk::with(Vec::new());
    let (store, _) = run(async { Ok(workload.run(&disk).await) }).unwrap();
    let running = disk.shown();
    drop(store);
    [disk.shown(), running]
}

#[test]
fn a_flipped_bit_is_refused_or_does_no_harm() {
    let workload = Workload::new();
    for bytes in files(&workload) {
        for seed in seeds() {
            let outcomes = Outcomes::of(&bytes, &workload, seed);
            assert!(outcomes.refused > 0 && outcomes.intact > 0);
            assert_eq!(outcomes.wrong, Vec::<String>::new(), "CRASH_SEEDS={seed}");
        }
    }
}

/// The limit of what redb can know: a rotten bit here shows the commit before the last, which is
/// sound. Only the last change is gone, and only after a stop that was not in order. Where the file
/// has become longer or shorter between the two, it is refused.
#[test]
fn the_one_bit_that_no_checksum_covers_hides_the_last_change_at_most() {
    let workload = Workload::new();
    let [stopped, running] = files(&workload);
    let [.., before, last] = workload.worlds.as_slice() else {
        unreachable!("the workload has steps");
    };
    for (bytes, shown) in [(stopped, last), (running, before)] {
        match run(read_flipped(&bytes, WHICH_IS_LAST, &workload)) {
            Ok(world) => assert_eq!(world, *shown),
            Err(refused) => assert!(is_clear(&refused), "{refused}"),
        }
    }
}

#[test]
fn a_store_whose_header_is_gone_is_refused_and_not_begun_anew() {
    let workload = Workload::new();
    let [stopped, _] = files(&workload);
    let mut chance = Chance::of(0, 0);
    let mut garbage = [0; 512];
    chance.fill(&mut garbage);
    for header in [garbage, [0; 512]] {
        let mut bytes = stopped.clone();
        bytes[..512].copy_from_slice(&header);
        let disk = Disk::with(bytes.clone());
        let refused = open(&disk).err().expect("a refusal").to_string();
        assert!(is_clear(&refused), "{refused}");
        assert!(disk.shown() == bytes, "it is as it was");
    }
}
