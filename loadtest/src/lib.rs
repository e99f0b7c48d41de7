//! Bots of a second WebRTC implementation that call a server and judge it.
//!
//! Reading order: `cli` (what was typed) → `scenario` (`call`, `hostile`, `churn`: the runs) → `bot` (one
//! participant: `enter`, `transport`, `socket`) → the scenario's verdict → its report. The crate knows
//! the server by its wire only (`protocol`), never by its types. Apart from them stands `link`, an emulated weak link.

pub mod bot;
pub mod chance;
pub mod cli;
pub mod http;
pub mod link;
pub mod protocol;
pub mod report;
pub mod scenario;
pub mod server;
