//! Files and directories that only the service's user writes and only a group that the operator names may read.
//!
//! Modes are set whatever the umask is. What exists already keeps its mode: an operator may have meant it.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Of the database: its owner writes, its group reads.
pub const FILE_MODE: u32 = 0o640;

/// Of its directory: its owner writes, its group enters and lists.
pub const DIRECTORY_MODE: u32 = 0o750;

/// Set-user-id, set-group-id and sticky: what a directory has from its parent stays, so that a set-group-id directory
/// hands its group on.
const SPECIAL: u32 = 0o7000;

/// What other users have.
const OTHERS: u32 = 0o007;

/// Makes a directory with all that is missing above it. One that exists is left as it is.
///
/// # Errors
/// As the system says.
pub fn create_directory(directory: &Path) -> io::Result<()> {
    if directory.as_os_str().is_empty() || directory.is_dir() {
        return Ok(());
    }
    if let Some(above) = directory.parent() {
        create_directory(above)?;
    }
    match DirBuilder::new().mode(DIRECTORY_MODE).create(directory) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            let special = mode(directory)? & SPECIAL;
            fs::set_permissions(directory, Permissions::from_mode(special | DIRECTORY_MODE))
        }
    }
}

/// Makes the directory of a file.
///
/// # Errors
/// As the system says.
pub fn create_parent(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), create_directory)
}

/// Makes an empty file; `false` when there is one already, which is left as it is.
///
/// # Errors
/// As the system says.
pub fn create_file(path: &Path) -> io::Result<bool> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
        Ok(file) => {
            file.set_permissions(Permissions::from_mode(FILE_MODE))?;
            Ok(true)
        }
    }
}

/// Whether users who are neither the owner nor in the group may read, write or enter it; `None` when it is not there.
pub fn is_open_to_others(path: &Path) -> Option<bool> {
    mode(path).ok().map(|mode| mode & OTHERS != 0)
}

/// Takes from other users what they may do with a file; `false` when they could do nothing.
///
/// # Errors
/// As the system says.
pub fn close_to_others(path: &Path) -> io::Result<bool> {
    let before = mode(path)?;
    if before & OTHERS == 0 {
        return Ok(false);
    }
    fs::set_permissions(path, Permissions::from_mode(before & !OTHERS & 0o7777))?;
    Ok(true)
}

fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{close_to_others, create_directory, create_file, is_open_to_others};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn what_is_made_is_private_and_what_is_there_stays_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        let open = home.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, Permissions::from_mode(0o2775)).unwrap();
        let deep = open.join("a/b");
        create_directory(&deep).unwrap();
        create_directory(&deep).unwrap();
        assert_eq!(mode(&open), 0o2775);
        assert_eq!(mode(&deep) & 0o777, 0o750);
        assert_eq!(mode(&deep) & 0o2000, 0o2000, "the group is handed on");
        let file = deep.join("db");
        assert!(create_file(&file).unwrap() && !create_file(&file).unwrap());
        assert_eq!(mode(&file), 0o640);
        assert_eq!(is_open_to_others(&file), Some(false));
        assert_eq!(is_open_to_others(&deep.join("none")), None);
        fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
        assert!(!create_file(&file).unwrap());
        assert_eq!(mode(&file), 0o666);
        assert!(close_to_others(&file).unwrap() && !close_to_others(&file).unwrap());
        assert_eq!(mode(&file), 0o660);
    }
}
