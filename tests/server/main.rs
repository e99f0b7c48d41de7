//! The outer shell over loopback: headers, the page, TLS, HTTP/2, operators' endpoints, process life.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected fails there and then"
)]

mod access;
mod admin;
mod churn;
mod client;
mod day_log;
mod deploy;
mod drain;
mod headers;
mod hostile;
mod http2;
mod logs;
mod page;
mod people;
mod process;
mod redis;
mod seats;
mod server;
mod slow;
mod spawned;
mod tls;
mod upkeep;
mod webhooks;
