//! What can be wrong with the prompts, in words for the person who put the files there.

use std::io;
use std::path::PathBuf;

use crate::{DecodeError, ResampleError};

/// The fix of a prompt that holds a key.
pub(super) const DIGIT_MEND: &str =
    "record it again in another pitch, or with other words: its echo could answer the question";

/// One thing wrong with one file or directory.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", file.display())]
pub struct PromptFault {
    /// The file or directory.
    pub file: PathBuf,
    /// What is wrong with it.
    #[source]
    pub reason: PromptFaultReason,
}

/// Why a prompt could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum PromptFaultReason {
    /// The directory of a language, or of all prompts, cannot be listed.
    #[error("cannot list this directory: {0}")]
    Directory(io::Error),
    /// The file cannot be read.
    #[error("cannot read this file: {0}")]
    Unreadable(io::Error),
    /// The file holds more bytes than any prompt.
    #[error("{megabytes} MB; prompts are read up to {limit_megabytes} MB")]
    TooLarge {
        /// Its size.
        megabytes: u64,
        /// The largest size read.
        limit_megabytes: u64,
    },
    /// Not a sound, or not one that can be used.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Its rate cannot be brought to 8 kHz.
    #[error(transparent)]
    Resample(#[from] ResampleError),
    /// Something in it could pass for a key: a receiver that hears its echo would take it for an answer.
    #[error("it holds a DTMF digit: {blocks} blocks of 12.75 ms in a row resemble one")]
    Digit {
        /// How many.
        blocks: u32,
    },
    /// Two files of one directory claim one prompt name.
    #[error("prompt {name:?} exists twice in this directory, also as {other}")]
    Twice {
        /// The prompt's name.
        name: String,
        /// The other file's name.
        other: String,
    },
    /// A sound in a format that is not read.
    #[error("{extension} files are not read")]
    Format {
        /// The extension, without the dot.
        extension: String,
    },
    /// Nothing tells which language is spoken in it.
    #[error("cannot determine the language")]
    Language,
    /// Given to be imported, and no sound.
    #[error("no sound file, by its name")]
    NoSound,
    /// Given to be imported, and not there.
    #[error("there is no such file or directory")]
    Absent,
    /// No prompt name can be made of the file's.
    #[error("no prompt name can be made of its name: a prompt is named with a-z, 0-9, '-' and '_'")]
    Nameless,
    /// Nothing but silence.
    #[error("nothing but silence")]
    Silence,
    /// The prompt is there already, and is not to be overwritten.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The prompt is there already in another format, which would claim the same name.
    #[error("{} is there already and would be the same prompt", .0.display())]
    Rival(PathBuf),
    /// The prompt cannot be written.
    #[error("cannot be written: {0}")]
    Unwritable(String),
    /// A file name that cannot be a prompt name.
    #[error("a prompt is named with a-z, 0-9, '-' and '_'")]
    Name,
}

impl PromptFaultReason {
    /// What to do about it.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::Directory(_) => {
                "create the directory, or correct the prompt directory and the languages in the configuration"
            }
            Self::Unreadable(_) => "let the service's user read it",
            Self::TooLarge { .. } | Self::Decode(DecodeError::TooLong(_)) => {
                "shorten it: callers hang up in long prompts"
            }
            Self::Decode(DecodeError::Empty) => "save or record it again",
            Self::Decode(_) | Self::Resample(_) | Self::Format { .. } => {
                "convert it to 16-bit mono WAV at 8 or 16 kHz: `ffmpeg -i FILE -ac 1 -ar 16000 NAME.wav`"
            }
            Self::Digit { .. } => DIGIT_MEND,
            Self::Absent => "correct the path",
            Self::Nameless => "say `--name PROMPT`, or rename the file",
            Self::Twice { .. } => "remove one of the two",
            Self::Language => "say --language, or put it into a folder that is called like a language in use",
            Self::NoSound => "name WAV, MP3, FLAC or Ogg Vorbis files, or a directory of them",
            Self::Silence => "record it again",
            Self::Exists(_) => "say --force to overwrite it",
            Self::Rival(_) => "move that file away",
            Self::Unwritable(_) => "let this user write there, or set prompts.own to another directory",
            Self::Name => "rename the file",
        }
    }
}
