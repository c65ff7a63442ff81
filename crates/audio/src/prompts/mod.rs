//! Recorded prompts: read and decoded at load, encoded once for each codec, shared by all calls.
//!
//! A [`Catalog`] holds every prompt of every language; a [`Playlist`] puts some of them in order for a call, and
//! fills one packet after another from them. Reading files happens in [`Catalog::load`] and [`load()`] only, which block:
//! call it outside of tokio's worker threads.
//!
//! For those who make prompts: [`examine`] measures a recording by the rules for prompts, [`import`] makes one
//! conform to them, [`sheet`] is what a voice actor reads from.

mod catalog;
pub mod examine;
mod fault;
mod folders;
pub mod import;
mod manifest;
mod payload;
mod playlist;
mod prompt;
mod scan;
pub mod sheet;

pub use catalog::{Catalog, EncodingRequest, load, read, read_whole};
pub use fault::{PromptFault, PromptFaultReason};
pub use folders::{Folders, PromptFile, PromptOrigin};
pub use manifest::{Manifest, ManifestEntry, ManifestError, ManifestVoice};
pub use playlist::{Filled, Playlist, PlaylistCursor, PlaylistItem, Remainder, silence};
pub use prompt::Prompt;
