//! Nhịp Cầu ("the span of a bridge"): a voice-first video consultation server.
//!
//! # The tour
//!
//! Read in this order; each step is a module or two.
//!
//! 1. [`media`] — the core: what arrives is decrypted, decided upon, rewritten and encrypted again.
//!    Sans-IO, so that a whole consultation runs in a test without a network or a clock.
//!    - [`media::room`]: who is in, and the way of a packet from one person to the others;
//!    - [`media::routing`]: who may hear and see whom, one pure rule;
//!    - [`media::downlink::slot`]: why nobody's picture is ever under another's name;
//!    - [`media::allocation`]: what each viewer's bandwidth buys, voice first;
//!    - [`media::transport`]: the one door to the WebRTC engine.
//! 2. [`io`] — the shell: sockets in batches, one thread a shard, restarts after a panic.
//! 3. The `signaling` crate — who is in which consultation and what they may do; it knows nothing
//!    of this package.
//! 4. [`server`] — composition: where the two meet, and everything that an operator sees.
//! 5. [`config`] — what was typed becomes settings that are valid.
//!
//! # Life of a packet
//!
//! ```text
//! io::socket  a batch of datagrams, stamped once
//!   → media::demux        whose is it?
//!   → media::transport    decrypt, drain
//!   → media::uplink       which track, which encoding, captured when?
//!   → media::room         for each other person: may they? (media::routing)
//!   → media::downlink     forward, wait for a keyframe, or drop; rewrite
//!   → media::transport    encrypt, once per batch
//! io::socket  runs of equal size to one destination, one system call
//! ```
//!
//! `ARCHITECTURE.md` tells the same at length, with the invariants and the tests that prove them.

// Unit tests start their virtual clocks somewhere; the build without tests is held to the rule.
#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        reason = "a test's virtual time begins at some instant"
    )
)]

pub mod config;
pub mod io;
pub mod media;
pub mod server;
