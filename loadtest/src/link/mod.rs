//! A weak link between two network namespaces, for tests: everything that crosses it is slowed, delayed, lost and
//! counted as a village's signal would.
//!
//! ```text
//!  inside ─ TUN ─┐                                                      ┌─ TUN ─ outside
//!  (the patient) ├─► queue ─► rate, outages ─► loss ─► delay, jitter ──►┤  (the server)
//!                └◄───────────────────── the same ◄─────────────────────┘
//! ```
//!
//! - The model is pure and takes the time as an argument: [`model`] is one direction, made of [`outages`], [`loss`]
//!   and [`trace`] ([`shape`] has the parameters, [`dice`] the seeded chance); [`emulator`] is both directions, and
//!   counts ([`classify`], [`ledger`], [`series`]).
//! - [`spec`] is a link in JSON, [`profiles`] are those we are judged on, [`synthetic`] generates traces.
//! - [`desk`] documents every request of the control socket and its answer, [`control`] is the socket.
//! - [`run`] has the clock and the devices ([`cable`], [`namespace`], [`timer`]); [`calibrate`] measures
//!   whether it does what the model says.
//!
//! Lengths are those of IP packets: there is no link layer below a TUN device.

pub mod cable;
pub mod calibrate;
pub mod classify;
pub mod control;
pub mod desk;
pub mod dice;
pub mod emulator;
pub mod ledger;
pub mod loss;
pub mod model;
pub mod namespace;
pub mod outages;
pub mod profiles;
pub mod run;
pub mod series;
pub mod shape;
pub mod spec;
pub mod synthetic;
pub mod timer;
pub mod trace;
