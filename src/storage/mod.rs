//! Storage: what a call leaves behind, and how it is read back.

pub mod contract;
