//! The outer shell over loopback: headers, the page, TLS, HTTP/2, operators' endpoints, process life.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected fails there and then"
)]

mod admin;
mod client;
mod drain;
mod headers;
mod http2;
mod page;
mod process;
mod server;
mod tls;
