//! What is delivered, told on virtual time against a receiver of the test's; and the client against real sockets.

mod client;
mod delivering;
mod sharing;
mod world;
