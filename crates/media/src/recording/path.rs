//! Where recordings are: one directory a day, which only its owner can enter.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Component, Path, PathBuf};

/// The file of a recording at `path` below `directory`.
///
/// # Errors
/// The path leads out of the directory: rows may have been written by other hands.
pub fn file_of(directory: &Path, path: &str) -> io::Result<PathBuf> {
    let relative = Path::new(path);
    let stays = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !stays || path.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path leads out of the directory of recordings",
        ));
    }
    Ok(directory.join(relative))
}

/// Makes a directory with all above it.
pub(super) fn make_directory(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Makes the directory of a file.
pub(super) fn make_parent(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), make_directory)
}

/// Makes a file's name durable, not only its bytes.
pub(super) fn sync_parent(file: &Path) -> io::Result<()> {
    file.parent()
        .map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// Removes the recording at `path` below `directory`, and its folder when that was the last of the day. A file that is gone
/// already is removed.
///
/// # Errors
/// The path leads out of the directory, or the system refuses.
pub fn remove(directory: &Path, path: &str) -> io::Result<()> {
    remove_file(&file_of(directory, path)?)
}

/// The same, where the file is known.
pub(super) fn remove_file(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    if let Some(day) = file.parent() {
        // Refused while other recordings are in it, as it should be.
        let _emptied = fs::remove_dir(day).is_ok();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{file_of, make_parent, remove_file};

    #[test]
    fn path_that_leads_elsewhere_is_refused() {
        let directory = Path::new("var/recordings");
        assert!(file_of(directory, "2026-11-24/a.wav").is_ok());
        for path in ["", "/etc/passwd", "../a.wav", "2026-11-24/../../a.wav", "./a.wav"] {
            assert!(file_of(directory, path).is_err(), "{path}");
        }
    }

    #[test]
    fn day_is_made_for_its_owner_and_removed_with_its_last_recording() {
        let home = tempfile::tempdir().unwrap();
        let (first, second) = (home.path().join("r/day/a.wav"), home.path().join("r/day/b.wav"));
        make_parent(&first).unwrap();
        for directory in ["r", "r/day"] {
            let mode = std::fs::metadata(home.path().join(directory))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o700, "{directory}");
        }
        for file in [&first, &second] {
            std::fs::write(file, "").unwrap();
        }
        remove_file(&first).unwrap();
        assert!(second.exists());
        remove_file(&second).unwrap();
        remove_file(&second).unwrap();
        assert!(!home.path().join("r/day").exists() && home.path().join("r").exists());
    }
}
