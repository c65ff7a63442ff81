//! Text files that a person edits, read whole: the text, or the true cause why there is none.
//!
//! What is no regular file is not opened (a FIFO would never end), and no more than [`LONGEST`] is read of any. Bytes that
//! are no text are told with their line, because an editor that saved in another encoding is the usual cause.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use aftercall_base::{Fault, Position};

/// The most bytes that such a file may have: some hundred times the shipped configuration.
pub const LONGEST: u64 = 1 << 20;

/// Why a file is no text that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Whether there is nothing of that name.
    pub is_missing: bool,
    /// The line at which it stops to be text, from 1.
    line: Option<usize>,
    reason: String,
    fix: &'static str,
}

impl Unreadable {
    fn new(reason: impl Into<String>, fix: &'static str) -> Self {
        Self {
            is_missing: false,
            line: None,
            reason: reason.into(),
            fix,
        }
    }

    fn of(error: &io::Error) -> Self {
        let is_missing = error.kind() == io::ErrorKind::NotFound;
        let (reason, fix) = match error.kind() {
            io::ErrorKind::NotFound => ("there is no such file".to_owned(), "name a file that is there"),
            io::ErrorKind::NotADirectory => (
                "there is no such file: a part of its path is not a directory".to_owned(),
                "name a file that is there",
            ),
            io::ErrorKind::PermissionDenied => (
                "this user may not read it".to_owned(),
                "let the user that runs the service read it and enter its directory",
            ),
            _ => (
                format!("cannot be read: {error}"),
                "correct what the system reports",
            ),
        };
        Self {
            is_missing,
            ..Self::new(reason, fix)
        }
    }

    /// As a fault of the file at `path`.
    pub fn fault(self, path: impl Into<String>) -> Fault {
        let position = self.line.map(|line| Position { line, column: 1 });
        Fault {
            position,
            ..Fault::of_file(path, self.reason, self.fix)
        }
    }
}

/// Reads a file. A byte order mark at its beginning is left out. Blocks.
///
/// # Errors
/// The true cause why it is no text.
pub fn read(path: &Path) -> Result<String, Unreadable> {
    let about = fs::metadata(path).map_err(|error| Unreadable::of(&error))?;
    if about.is_dir() {
        return Err(Unreadable::new(
            "is a directory, and a file is wanted",
            "name the file in it",
        ));
    }
    if !about.is_file() {
        return Err(Unreadable::new("is not a regular file", "name a text file"));
    }
    let file = File::open(path).map_err(|error| Unreadable::of(&error))?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Unreadable::of(&error))?;
    if bytes.len() as u64 > LONGEST {
        let reason = format!(
            "is longer than {LONGEST} bytes ({} bytes)",
            about.len().max(LONGEST + 1)
        );
        return Err(Unreadable::new(reason, "name the right file, or make it shorter"));
    }
    text(bytes)
}

/// The text that these bytes are.
///
/// # Errors
/// The line at which they stop to be text.
pub fn text(bytes: Vec<u8>) -> Result<String, Unreadable> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Unreadable::new(
            "is UTF-16, and UTF-8 is wanted",
            "save it as UTF-8",
        ));
    }
    let at = |bytes: &[u8], offset: usize, reason: String, fix| Unreadable {
        line: Some(1 + bytes.iter().take(offset).filter(|byte| **byte == b'\n').count()),
        ..Unreadable::new(reason, fix)
    };
    if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
        let reason = "here is a byte of value 0, which no text has".to_owned();
        return Err(at(&bytes, offset, reason, "remove it, or name a text file"));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(offset).copied().unwrap_or_default();
        let reason = format!("the byte 0x{byte:02X} is not UTF-8");
        at(
            error.as_bytes(),
            offset,
            reason,
            "save the file as UTF-8 (it may be Latin-1)",
        )
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::{LONGEST, read, text};

    fn told(bytes: &[u8]) -> String {
        text(bytes.to_vec()).unwrap_err().fault("a.toml").to_string()
    }

    #[test]
    fn bytes_that_are_no_text_are_told_with_their_line() {
        assert_eq!(
            told(b"a = 1\nb = \"k\xE4se\"\n"),
            "a.toml:2: the byte 0xE4 is not UTF-8. Fix: save the file as UTF-8 (it may be Latin-1)."
        );
        assert_eq!(
            told(b"a = 1\r\n\r\n\0"),
            "a.toml:3: here is a byte of value 0, which no text has. Fix: remove it, or name a text file."
        );
        assert!(told(b"\xFF\xFEa\0").contains("UTF-16"));
        assert_eq!(text(b"\xEF\xBB\xBFa = 1".to_vec()).unwrap(), "a = 1");
        assert_eq!(text(Vec::new()).unwrap(), "");
    }

    #[test]
    fn what_is_no_file_or_too_long_is_told_as_what_it_is() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        let cause = |name: &str| read(&path(name)).unwrap_err().fault("x").to_string();
        assert!(read(&path("none")).unwrap_err().is_missing);
        assert!(cause("").contains("is a directory"));
        std::fs::write(path("file"), "").unwrap();
        assert!(cause("file/below").contains("not a directory"));
        assert_eq!(read(&path("file")).unwrap(), "");
        let long = std::fs::File::create(path("long")).unwrap();
        long.set_len(100 * LONGEST).unwrap();
        assert!(cause("long").contains("is longer than 1048576 bytes (104857600 bytes)"));
        nix::unistd::mkfifo(&path("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert!(cause("fifo").contains("not a regular file"));
        std::fs::set_permissions(path("file"), std::fs::Permissions::from_mode(0o000)).unwrap();
        // Root reads everything.
        assert!(read(&path("file")).is_ok() || cause("file").contains("may not read"));
    }
}
