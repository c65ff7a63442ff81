//! The audio of a comment, opened for reading.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::File;

use aftercall_media::recording;
use aftercall_storage::StoreError;
use aftercall_storage::comment::AudioFile;

/// Why the audio of a comment cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    /// The database is away.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be read.
    #[error("{path}: {error}")]
    File {
        /// The file, below the directory of recordings.
        path: String,
        /// What the system said.
        error: io::Error,
    },
}

/// An open WAV file. What is read of it is of this recording, also while its time runs out.
#[derive(Debug)]
pub struct CommentAudio {
    /// The file, at its beginning.
    pub file: File,
    /// Its size in bytes, as it is on the disk.
    pub size: u64,
    /// Its SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

/// Opens the file of a recording; `None` where it is gone.
pub(super) async fn open(directory: &Path, audio: AudioFile) -> Result<Option<CommentAudio>, AudioError> {
    let failed = |error| AudioError::File {
        path: audio.path.clone(),
        error,
    };
    let path: PathBuf = recording::file_of(directory, &audio.path).map_err(failed)?;
    let file = match File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let metadata = file.metadata().await.map_err(failed)?;
    if !metadata.is_file() {
        return Err(failed(io::Error::other("it is no file")));
    }
    Ok(Some(CommentAudio {
        file,
        size: metadata.len(),
        sha256: audio.sha256,
    }))
}
