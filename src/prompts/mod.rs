//! Recorded prompts: read and decoded at load, encoded once for each codec, shared by all calls.
//!
//! A [`Catalog`] holds every prompt of every language; a [`Playlist`] puts some of them in order for a call, and
//! fills one packet after another from them. Reading files happens in [`Catalog::load`] and [`load()`] only, which block:
//! call it outside of tokio's worker threads.

mod catalog;
mod fault;
mod payload;
mod playlist;
mod prompt;
mod scan;

pub use catalog::{Catalog, Readiness, load};
pub use fault::{Fault, Reason};
pub use playlist::{Cursor, Filled, Item, Playlist, Rest, silence};
pub use prompt::Prompt;
