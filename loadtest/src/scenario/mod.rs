//! What the bots are made to do together.

pub mod call;
pub mod churn;
pub mod hostile;
pub mod rooms;
pub mod verdict;
