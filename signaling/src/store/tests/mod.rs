//! What the store promises above every journal.

mod audit;
mod copy;
mod deletions;
mod keys;
mod seals;
