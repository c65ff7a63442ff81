//! Whether recordings can be made: room on the disk, and one alarm for it, raised once and withdrawn once, however many
//! calls meet it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

use metrics::gauge;
use nix::sys::statvfs::statvfs;

use super::path::make_directory;
use super::wav::WavFile;

/// Whether recordings can be made. Clones are the same alarm.
#[derive(Debug, Clone, Default)]
pub struct RecorderAlarm(Arc<Mutex<Option<RecorderError>>>);

impl RecorderAlarm {
    /// Why recordings cannot be made at present; `None` when they can.
    pub fn error(&self) -> Option<RecorderError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Raises the alarm; logs that when it was not raised before.
    pub(super) fn raise(&self, error: RecorderError) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.is_none() {
            tracing::error!(%error, "cannot record comments; calls go on without them");
        }
        gauge!("aftercall_recordings_available").set(0.0);
        *current = Some(error);
    }

    /// Withdraws the alarm; logs that when it was raised before.
    pub(super) fn withdraw(&self) {
        let was = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        gauge!("aftercall_recordings_available").set(1.0);
        if was.is_some() {
            tracing::info!("comments are recorded again");
        }
    }
}

/// When recordings stop, so that the database keeps room for answers on the same disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskLimits {
    /// Bytes that stay free.
    pub min_free_bytes: u64,
    /// The disk is no fuller than this, in percent.
    pub max_disk_percent: u8,
}

/// Why nothing can be recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecorderError {
    /// The limits are reached.
    #[error(
        "the disk is full: {} MB free, {used_percent} % used (recordings.min_free_mb, recordings.max_disk_percent)",
        free_bytes >> 20
    )]
    Full {
        /// Bytes free.
        free_bytes: u64,
        /// How full the disk is, in percent.
        used_percent: u8,
    },
    /// The directory or a file cannot be created, written or examined; the path and what the system said.
    #[error("{0}")]
    Unwritable(String),
    /// The queue of a writer thread is full.
    #[error("the recorder's threads are overloaded")]
    Overloaded,
}

impl RecorderError {
    /// What the system said about a file or directory.
    pub(super) fn of(path: &Path, error: &io::Error) -> Self {
        Self::Unwritable(format!("{}: {error}", path.display()))
    }
}

/// Bytes free in the file system of `directory`. Blocks, and writes nothing.
///
/// # Errors
/// The disk is fuller than the limits allow, or cannot be examined.
pub fn check(directory: &Path, limits: DiskLimits) -> Result<u64, RecorderError> {
    let disk = statvfs(directory).map_err(|error| RecorderError::of(directory, &error.into()))?;
    // Blocks that are reserved for root do not count as free, as in `df`.
    let (unit, free) = (disk.fragment_size(), disk.blocks_available());
    let used = disk.blocks().saturating_sub(disk.blocks_free());
    let used_percent = (100 * used).checked_div(used + free).unwrap_or(100).min(100) as u8;
    let free_bytes = free.saturating_mul(unit);
    if free_bytes <= limits.min_free_bytes || used_percent > limits.max_disk_percent {
        return Err(RecorderError::Full {
            free_bytes,
            used_percent,
        });
    }
    Ok(free_bytes)
}

/// Makes the directory when it is missing, writes a file in it and removes that; then as [`check`]. Blocks.
///
/// # Errors
/// The directory cannot be used, or as [`check`].
pub(super) fn probe(directory: &Path, limits: DiskLimits) -> Result<u64, RecorderError> {
    let file = directory.join(".probe.wav");
    let tried = make_directory(directory).and_then(|()| {
        let mut wav = WavFile::create(&file, 8_000)?;
        wav.append(&[0; 800])?;
        drop(wav);
        fs::remove_file(&file)
    });
    tried.map_err(|error| RecorderError::of(directory, &error))?;
    check(directory, limits)
}

#[cfg(test)]
mod tests {
    use super::{DiskLimits, RecorderError, check, probe};

    #[test]
    fn limits_decide_what_is_full() {
        let home = tempfile::tempdir().unwrap();
        let limits = |min_free_bytes, max_disk_percent| DiskLimits {
            min_free_bytes,
            max_disk_percent,
        };
        let free = check(home.path(), limits(0, 100)).unwrap();
        assert!(matches!(
            check(home.path(), limits(free.saturating_mul(2), 100)),
            Err(RecorderError::Full { .. })
        ));
        let told = check(home.path(), limits(u64::MAX, 100)).unwrap_err().to_string();
        assert!(told.contains("recordings.min_free_mb"), "{told}");
    }

    #[test]
    fn probe_makes_the_directory_leaves_nothing_and_names_what_it_cannot_use() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("a/b");
        let limits = DiskLimits {
            min_free_bytes: 0,
            max_disk_percent: 100,
        };
        probe(&directory, limits).unwrap();
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 0);
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        let told = probe(&file, limits).unwrap_err().to_string();
        assert!(told.contains(file.to_str().unwrap()), "{told}");
    }
}
