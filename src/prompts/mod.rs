//! Recorded prompts: read, decoded and encoded once at load, shared by all calls.
//!
//! A [`Catalog`] holds every prompt of every language; a [`Playlist`] puts some of them in order for a call, and
//! fills one packet after another from them. Reading files happens in [`Catalog::load`] only, which blocks:
//! call it outside of tokio's worker threads.

mod catalog;
mod fault;
mod playlist;
mod prompt;
mod scan;

pub use catalog::{Catalog, read};
pub use fault::{Fault, Reason};
pub use playlist::{Cursor, Filled, Item, Playlist};
pub use prompt::Prompt;
