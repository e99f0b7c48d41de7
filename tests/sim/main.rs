//! The media core on virtual time: engines of real browsers' making join, speak, lose packets and
//! wander, over seeded links. No test sleeps; a failure prints the line that replays it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected fails there and then"
)]
#![expect(
    clippy::unchecked_time_subtraction,
    reason = "the world is older than any window that a test looks at"
)]

mod addresses;
mod admission;
mod burst_loss;
mod codecs;
mod company;
mod dominant_voice;
mod first_owner;
mod first_voice;
mod ice_restart;
mod keyframes;
mod lifecycle;
mod lifeline;
mod lip_sync;
mod live_edge;
mod merging;
mod precall;
mod run_loop;
mod send_plan;
mod shards;
mod storms;
mod switching;
mod three_people;
mod weather;
mod world;
