//! Keeps the tree the way ARCHITECTURE.md says it is: who may use whom, how long a file may get,
//! and that what the documents name exists.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets the unexpected fails there and then"
)]

mod deploy;
mod documents;
mod layering;
mod sizes;
mod tree;
