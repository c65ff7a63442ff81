//! Writing the files of a report into a directory.
//!
//! Each file appears whole under its name or not at all: it is written under another name, synced and renamed. The same report
//! again replaces its own files. The directory is not made: one that is missing may be a share that is not mounted.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::SendError;
use super::package::{Attachment, Package};
use aftercall_runtime::private::FILE_MODE;

/// Writes the attachments of a package into `directory`. Returns how many there are. `identity` is in the names of files
/// that are not complete.
///
/// # Errors
/// As the system says. Files before the one that failed are there.
pub(super) fn write(directory: &Path, package: &Package, identity: &str) -> Result<usize, SendError> {
    let failed = |what: &str, error: &io::Error| SendError::retry(format!("{what}: {error}"));
    if !directory.is_dir() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        return Err(failed(&format!("the folder {}", directory.display()), &missing));
    }
    for attachment in &package.attachments {
        let name = file_name(&attachment.name)?;
        write_file(directory, name, identity, attachment)
            .map_err(|error| failed(&directory.join(name).display().to_string(), &error))?;
    }
    // The names are durable as well.
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| failed(&directory.display().to_string(), &error))?;
    Ok(package.attachments.len())
}

fn write_file(directory: &Path, name: &str, identity: &str, attachment: &Attachment) -> io::Result<()> {
    let incomplete = directory.join(format!(".{name}.{identity}"));
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(FILE_MODE)
        .open(&incomplete)
        .and_then(|mut file| {
            file.write_all(&attachment.bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&incomplete, directory.join(name)));
    if written.is_err() {
        // What hinders this as well is told by the error that is returned.
        fs::remove_file(&incomplete).ok();
    }
    written
}

/// A name that stays in the directory.
fn file_name(name: &str) -> Result<&str, SendError> {
    let is_plain = Path::new(name).file_name().is_some_and(|plain| plain == name);
    match is_plain && !name.starts_with('.') && !name.contains(char::is_control) {
        true => Ok(name),
        false => Err(SendError::give_up(
            "the name of an attachment is not the name of a file",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::write;
    use crate::delivery::Consequence;
    use crate::delivery::package::{Attachment, Package};

    fn package(files: &[(&str, &[u8])]) -> Package {
        let attachment = |(name, bytes): &(&str, &[u8])| Attachment {
            name: (*name).to_owned(),
            media_type: "text/csv".to_owned(),
            bytes: bytes.to_vec(),
        };
        Package {
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            attachments: files.iter().map(attachment).collect(),
            summary: serde_json::Value::Null,
            is_empty: false,
        }
    }

    fn names(directory: &std::path::Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn files_appear_whole_and_the_same_report_again_replaces_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let first = package(&[("a.csv", b"1"), ("b.xlsx", b"\0\xff")]);
        assert_eq!(write(path, &first, "id").unwrap(), 2);
        assert_eq!(write(path, &package(&[("a.csv", b"22")]), "id").unwrap(), 1);
        assert_eq!(names(path), ["a.csv", "b.xlsx"]);
        assert_eq!(fs::read(path.join("a.csv")).unwrap(), b"22");
        assert_eq!(fs::read(path.join("b.xlsx")).unwrap(), b"\0\xff");
        let mode = fs::metadata(path.join("a.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o007, 0, "not for other users");
    }

    #[test]
    fn what_a_crash_left_is_written_over() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(".a.csv.id"), "half of it and more").unwrap();
        write(directory.path(), &package(&[("a.csv", b"1")]), "id").unwrap();
        assert_eq!(names(directory.path()), ["a.csv"]);
        assert_eq!(fs::read(directory.path().join("a.csv")).unwrap(), b"1");
    }

    #[test]
    fn missing_folder_is_not_made_and_is_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        let missing = directory.path().join("share");
        let failed = write(&missing, &package(&[("a.csv", b"1")]), "id").unwrap_err();
        assert_eq!(failed.consequence, Consequence::Retry);
        assert!(failed.reason.contains("share"), "{failed}");
        assert!(!missing.exists());
        // A directory that stands in the place of the file.
        fs::create_dir(directory.path().join("a.csv")).unwrap();
        write(directory.path(), &package(&[("a.csv", b"1")]), "id").unwrap_err();
        assert_eq!(names(directory.path()), ["a.csv"], "nothing half-written is left");
    }

    #[test]
    fn name_that_leaves_the_folder_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["../a.csv", "/tmp/a.csv", "", ".", "..", "a/b", ".hidden", "a\nb"] {
            let failed = write(directory.path(), &package(&[(name, b"1")]), "id").unwrap_err();
            assert_eq!(failed.consequence, Consequence::GiveUp, "{name:?}");
        }
        assert_eq!(names(directory.path()), [""; 0]);
    }
}
