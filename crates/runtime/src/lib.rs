//! What every part that does IO stands on: time, tasks and their end, the limit of open files, private files.
//!
//! It knows nothing of calls. Code without IO takes the time as an argument and needs this crate in its tests only.

pub mod clock;
pub mod descriptors;
pub mod lifecycle;
pub mod private;
