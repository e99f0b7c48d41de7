//! Hostile media: malformed, forged, replayed and flooded. Nothing panics, every drop is counted,
//! every table stays bounded, and the call beside it goes on as if nothing was.

mod attacker;
mod control;
mod forge;
mod media;
mod mutate;
mod scene;
mod wire;
#[path = "../sim/world/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the simulation uses all of it")]
mod world;
