//! What a clinic sees of its day: who is booked, who waits and why in this order, how everybody is
//! connected, who failed to join.
//!
//! A projection, and nothing that is not so elsewhere: of the store, which is read a day at a time
//! when somebody looks at that day first, and of the live rooms, each of which says how it is after
//! whatever happened in it. What a live room says counts before what was read. So a server's board
//! is as true as its rooms are, and it begins anew with the process.
//!
//! [`Board`] is pure and knows one clinic; [`Boards`] knows which days are to be read, and wakes
//! whoever waits for news.
//!
//! **Invariants** (`tests.rs`)
//! - a page of a day takes as long as that day is full, however much else is booked;
//! - the queue is sorted when somebody begins or ends to wait, and not when somebody looks;
//! - a revision is never told twice for two different pages, not after a restart either;
//! - what is of another clinic is on no page.

mod boards;
mod clinic;
mod date;
mod entry;
#[cfg(test)]
mod tests;

pub(crate) use boards::{Boards, Shown};
pub(crate) use clinic::{Board, Page, View};
pub use date::{Ahead, Date, DateError};
pub(crate) use entry::{Entry, Guest};
