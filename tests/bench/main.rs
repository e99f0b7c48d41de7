//! Counts what the media core spends on a packet: a room of three, first voice, then pictures.
//!
//! `scripts/bench-guard.sh` runs this under callgrind, which collects only inside
//! [`call::server_work`] and writes down what it has collected whenever [`begin_phase`] is entered.
//! Run by itself, the program only prints how many packets each phase forwarded.
//!
//! Time is virtual and every run sends the same; only keys and hash seeds differ.
#![allow(
    clippy::expect_used,
    reason = "a bench that meets the unexpected fails there and then"
)]

// The clients are the simulation's, which knows the core by the name of the whole server.
extern crate media_core as nhipcau;

#[path = "../sim/world/browser.rs"]
#[allow(
    dead_code,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "the simulation uses all of it, and is checked there"
)]
mod browser;
mod call;

use std::time::Duration;

use call::{Call, Sends};

/// Long enough for bandwidth estimation to find room for the pictures.
const WARM_UP: Duration = Duration::from_secs(15);

/// Long enough that what happens once a second or by chance weighs nothing.
const MEASURED: Duration = Duration::from_secs(20);

fn main() {
    let mut call = Call::of_three();
    call.run(Duration::from_secs(2), Sends::Voice);
    begin_phase("voice");
    let voice = call.run(MEASURED, Sends::Voice);
    begin_phase("warm-up");
    call.run(WARM_UP, Sends::Pictures);
    begin_phase("video");
    let pictures = call.run(MEASURED, Sends::Pictures);
    begin_phase("end");

    assert_eq!(
        voice.voice, voice.voice_expected,
        "every voice packet is forwarded"
    );
    assert_eq!(
        pictures.video, pictures.video_expected,
        "every picture is forwarded"
    );
    println!("voice_forwarded={}", voice.voice);
    println!("video_forwarded={}", pictures.video);
}

/// Where callgrind ends one count and begins the next.
#[inline(never)]
fn begin_phase(name: &str) {
    std::hint::black_box(name);
}
