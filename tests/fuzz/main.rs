//! Fuzzing on the stable toolchain: every target over its corpus, and over mutations of it from a
//! seed. An input that was found to break something goes into `tests/fuzz/corpus/<target>/` and
//! stays there.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected fails there and then"
)]

#[path = "../hostile/attacker.rs"]
#[allow(dead_code, reason = "the hostile tests use all of it")]
mod attacker;
#[path = "../hostile/forge.rs"]
mod forge;
#[path = "../hostile/mutate.rs"]
mod mutate;
#[path = "../hostile/scene.rs"]
#[allow(dead_code, reason = "the hostile tests use all of it")]
mod scene;
mod targets;
#[path = "../sim/world/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    clippy::pedantic,
    reason = "the simulation uses all of it, and is checked there"
)]
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;

/// Mutations of the corpus for each target, besides the corpus itself: a few seconds. For a longer
/// search: `FUZZ_MUTATIONS=1000000 FUZZ_SEED=7 cargo test --test fuzz`.
const MUTATIONS: u64 = 2_000;

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(target)
}

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder(target)).unwrap_or_else(|_| panic!("{target} has no corpus"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let named = |path: PathBuf| (path.display().to_string(), fs::read(&path).unwrap());
    files.into_iter().map(named).collect()
}

/// Runs one input; a failure says which.
fn run(target: &str, function: targets::Target, input: &[u8], what: &str) {
    let result = std::panic::catch_unwind(|| function(input));
    assert!(result.is_ok(), "{target} fails on {what}: {input:02x?}");
}

fn replay(name: &str) {
    let (_, function) = targets::ALL
        .into_iter()
        .find(|(target, _)| *target == name)
        .unwrap();
    let corpus = corpus(name);
    for (path, input) in &corpus {
        run(name, function, input, path);
    }
    let seed = setting("FUZZ_SEED", 1);
    let mut rng = Rng::with_seed(seed);
    for number in 0..setting("FUZZ_MUTATIONS", MUTATIONS) {
        let (_, original) = &corpus[rng.usize(..corpus.len())];
        let input = if rng.u8(0..8) == 0 {
            mutate::random(&mut rng)
        } else {
            mutate::mutated(&mut rng, original)
        };
        run(
            name,
            function,
            &input,
            &format!("mutation {number} of seed {seed}"),
        );
    }
}

#[test]
fn stun_fragment() {
    replay("stun_fragment");
}

#[test]
fn from_page() {
    replay("from_page");
}

#[test]
fn rtp_numbers() {
    replay("rtp_numbers");
}

#[test]
fn offer() {
    replay("offer");
}

#[test]
fn datagram() {
    replay("datagram");
}

#[test]
fn rtp() {
    replay("rtp");
}

#[test]
fn rtcp() {
    replay("rtcp");
}

#[test]
fn every_corpus_has_its_target_and_stays_small() {
    let root = folder("");
    for entry in fs::read_dir(root).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            targets::ALL.iter().any(|(target, _)| *target == name),
            "{name} has no target"
        );
        let inputs = corpus(&name);
        assert!(inputs.len() <= 100, "{name} has {} inputs", inputs.len());
        assert!(inputs.iter().all(|(_, input)| input.len() <= 8 * 1_024));
    }
}

/// Writes real datagrams and offers into the corpus, after the simulation's pages have changed.
#[test]
#[ignore = "writes files: cargo test --test fuzz -- --ignored"]
fn write_seeds() {
    let write = |target: &str, name: String, bytes: &[u8]| {
        fs::create_dir_all(folder(target)).unwrap();
        fs::write(folder(target).join(name), bytes).unwrap();
    };
    for (target, name, bytes) in targets::seeds() {
        write(target, name, &bytes);
    }
}
