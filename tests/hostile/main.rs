//! Hostile media: malformed, forged, replayed and flooded. Nothing panics, every drop is counted,
//! every table stays bounded, and the call beside it goes on as if nothing was.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected fails there and then"
)]

mod attacker;
mod chosen;
mod control;
mod forge;
mod media;
mod mutate;
mod restart;
mod scene;
mod waiting;
mod wire;
#[path = "../sim/world/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    clippy::pedantic,
    reason = "the simulation uses all of it, and is checked there"
)]
mod world;
