//! The media core on virtual time: engines of real browsers' making join, speak, lose packets and
//! wander, over seeded links. No test sleeps; a failure prints the line that replays it.

mod first_voice;
mod storms;
mod three_people;
mod world;
