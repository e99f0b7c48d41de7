//! What the bots are made to do together.

pub mod call;
pub mod verdict;
