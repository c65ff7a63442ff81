//! Whether there is room for recordings.

use std::path::Path;
use std::{fmt, fs, io};

use nix::sys::statvfs::statvfs;

use super::file::make_directory;
use super::wav::WavFile;

/// When recordings stop, so that the disk is left to what matters more: the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that stay free.
    pub min_free_bytes: u64,
    /// The disk is no fuller than this, in percent.
    pub max_disk_percent: u8,
}

/// Why nothing can be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The limits are reached.
    Full {
        /// Bytes free.
        free_bytes: u64,
        /// How full the disk is, in percent.
        used_percent: u8,
    },
    /// The directory or a file cannot be made, written or asked for.
    Unwritable(String),
    /// The threads have more to do than they can.
    Overloaded,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full {
                free_bytes,
                used_percent,
            } => write!(
                f,
                "the disk is full: {} MB free, {used_percent} % used (recordings.min_free_mb, recordings.max_disk_percent)",
                free_bytes >> 20
            ),
            Self::Unwritable(reason) => f.write_str(reason),
            Self::Overloaded => f.write_str("the recorder's threads are overloaded"),
        }
    }
}

impl Trouble {
    /// What the system said about a file or directory.
    pub(super) fn of(path: &Path, error: &io::Error) -> Self {
        Self::Unwritable(format!("{}: {error}", path.display()))
    }
}

/// Bytes free in the file system of `directory`, or the trouble. Blocks, and writes nothing.
///
/// # Errors
/// The trouble.
pub fn check(directory: &Path, limits: Limits) -> Result<u64, Trouble> {
    let disk = statvfs(directory).map_err(|error| Trouble::of(directory, &error.into()))?;
    // What only root may use is not free.
    let (unit, free) = (disk.fragment_size(), disk.blocks_available());
    let used = disk.blocks().saturating_sub(disk.blocks_free());
    let used_percent = (100 * used).checked_div(used + free).unwrap_or(100).min(100) as u8;
    let free_bytes = free.saturating_mul(unit);
    if free_bytes <= limits.min_free_bytes || used_percent > limits.max_disk_percent {
        return Err(Trouble::Full {
            free_bytes,
            used_percent,
        });
    }
    Ok(free_bytes)
}

/// Makes the directory when it is missing, writes a file in it and removes that; then as [`check`]. Blocks.
///
/// # Errors
/// The trouble.
pub(super) fn probe(directory: &Path, limits: Limits) -> Result<u64, Trouble> {
    let file = directory.join(".probe.wav");
    let tried = make_directory(directory).and_then(|()| {
        let mut wav = WavFile::create(&file, 8_000)?;
        wav.append(&[0; 800])?;
        drop(wav);
        fs::remove_file(&file)
    });
    tried.map_err(|error| Trouble::of(directory, &error))?;
    check(directory, limits)
}

#[cfg(test)]
mod tests {
    use super::{Limits, Trouble, check, probe};

    #[test]
    fn limits_decide_what_is_full() {
        let home = tempfile::tempdir().unwrap();
        let limits = |min_free_bytes, max_disk_percent| Limits {
            min_free_bytes,
            max_disk_percent,
        };
        let free = check(home.path(), limits(0, 100)).unwrap();
        assert!(matches!(
            check(home.path(), limits(free.saturating_mul(2), 100)),
            Err(Trouble::Full { .. })
        ));
        let told = check(home.path(), limits(u64::MAX, 100)).unwrap_err().to_string();
        assert!(told.contains("recordings.min_free_mb"), "{told}");
    }

    #[test]
    fn probe_makes_the_directory_leaves_nothing_and_names_what_it_cannot_use() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("a/b");
        let limits = Limits {
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
