//! The media core as a crate of its own: it needs nothing else of the server.

#[path = "../../src/media/mod.rs"]
pub mod media;
