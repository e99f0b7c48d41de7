//! Keeps the tree the way ARCHITECTURE.md says it is: who may use whom, how long a file may get,
//! and that what the documents name exists.

mod documents;
mod layering;
mod sizes;
mod tree;
