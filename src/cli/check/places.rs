//! Files and directories that the service would open or make: whether it could. Nothing is made or written here.

use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::{fs, io};

use nix::unistd::{AccessFlags, eaccess};

use crate::call::caller_hash::CallerHasher;
use crate::cli::start::runtime;
use crate::config::Loaded;
use crate::control::About;
use crate::engine::{LoadedContent, comments};
use crate::web::tls::Certificate;
use aftercall_base::count::counted;
use aftercall_base::{Fault, Severity};
use aftercall_media::recording::{self, RecorderError};
use aftercall_runtime::private;
use aftercall_storage::{Schema, StoreError, look};

const MEND_FILE: &str = "name a file in a directory that this user can write";
const MEND_DIRECTORY: &str = "name a directory that this user can make and write";

/// The longest path of a Unix socket, with the `.new` under which it is made.
const LONGEST_SOCKET: usize = 107 - 4;

/// Everything about files and directories.
pub(super) fn faults(loaded: &Loaded, content: &LoadedContent, about: Option<&About>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    let settings = &loaded.settings;
    let mut of = |section, key, found: &mut dyn FnMut() -> Vec<Fault>| {
        if loaded.is_sound(section, key) {
            faults.extend(found());
        }
    };
    of("storage", "path", &mut || {
        unless_faulty(database(loaded), || {
            open_to_others(loaded, "storage", "path", &settings.storage.path)
                .into_iter()
                .chain(open_directory(loaded))
                .collect()
        })
    });
    of("storage", "spool", &mut || {
        unless_faulty(spool(loaded, about), || {
            let path = &settings.storage.spool;
            open_to_others(loaded, "storage", "spool", path)
                .into_iter()
                .collect()
        })
    });
    of("privacy", "key_file", &mut || {
        unless_faulty(key_file(loaded), || {
            let path = &settings.privacy.key_file;
            open_to_others(loaded, "privacy", "key_file", path)
                .into_iter()
                .collect()
        })
    });
    of("control", "socket", &mut || socket(loaded, about));
    of("recordings", "directory", &mut || {
        let found = match comments::asks_for_comments(content) {
            true => recordings(loaded),
            false => Vec::new(),
        };
        unless_faulty(found, || {
            let path = &settings.recordings.directory;
            open_to_others(loaded, "recordings", "directory", path)
                .into_iter()
                .collect()
        })
    });
    faults.extend(delivery_folders(loaded));
    faults.extend(certificate(loaded));
    faults
}

/// The certificate of HTTP and its key, read as the start reads them.
fn certificate(loaded: &Loaded) -> Option<Fault> {
    if !loaded.is_sound("http", "certificate") || !loaded.is_sound("http", "private_key") {
        return None;
    }
    let http = &loaded.settings.http;
    let error = Certificate::open(http.certificate.as_deref(), http.private_key.as_deref()).err()?;
    let setting = error.setting();
    let reason = error.to_string();
    let reason = reason
        .strip_prefix(&format!("http.{setting}: "))
        .unwrap_or(&reason)
        .to_owned();
    let fix = "name a certificate with those above it, and its private key, in PEM";
    Some(loaded.fault_in_setting("http", setting, reason, fix))
}

/// Folders of deliveries that are not there, or not to be written in: reports wait until they are.
fn delivery_folders(loaded: &Loaded) -> Vec<Fault> {
    const FIX: &str = "make it or mount it, and let this user write in it";
    let rules = loaded.settings.delivery.iter().enumerate();
    rules
        .filter_map(|(index, rule)| {
            let folder = rule.folder.as_ref()?;
            let obstacle = match folder.is_dir() {
                true => may_write(folder)?,
                false => format!("{} is not a directory that is there", folder.display()),
            };
            Some(warning(loaded.fault_in_delivery(index, "folder", &obstacle, FIX)))
        })
        .collect()
}

/// The faults of a path, and who may use it: nothing is said of that where the path is not what it should be, so that nobody closes
/// something else.
fn unless_faulty(mut found: Vec<Fault>, open: impl FnOnce() -> Vec<Fault>) -> Vec<Fault> {
    if !found.iter().any(Fault::is_error) {
        found.extend(open());
    }
    found
}

fn warning(fault: Fault) -> Fault {
    Fault {
        severity: Severity::Warning,
        ..fault
    }
}

/// The database that is there, looked at, or the directory in which it would be made.
fn database(loaded: &Loaded) -> Vec<Fault> {
    let path = &loaded.settings.storage.path;
    let fault = |reason: String, fix: &str| loaded.fault_in_setting("storage", "path", reason, fix);
    if let Some(obstacle) = of_file(path) {
        return vec![fault(obstacle, MEND_FILE)];
    }
    if !path.exists() {
        return Vec::new();
    }
    let looked = runtime().map(|runtime| runtime.block_on(look(path)));
    match looked {
        Ok(Ok(Schema::Current | Schema::Unknown)) => Vec::new(),
        Ok(Ok(Schema::Pending { steps })) => {
            let reason = format!(
                "{}: the next start brings its schema up to date ({})",
                path.display(),
                counted(steps, "step")
            );
            vec![warning(fault(
                reason,
                "keep a copy of it, and start the service once",
            ))]
        }
        Ok(Err(StoreError::Open { reason, .. })) => {
            vec![fault(
                format!("{}: {reason}", path.display()),
                "name a database of this aftercall, or none, to have one made",
            )]
        }
        Ok(Err(error)) => vec![fault(error.to_string(), MEND_FILE)],
        Err(error) => vec![fault(error.to_string(), MEND_FILE)],
    }
}

fn spool(loaded: &Loaded, about: Option<&About>) -> Vec<Fault> {
    let path = &loaded.settings.storage.spool;
    let fault = |reason: String, fix: &str| loaded.fault_in_setting("storage", "spool", reason, fix);
    if let Some(obstacle) = of_file(path) {
        return vec![fault(obstacle, MEND_FILE)];
    }
    let is_held = fs::File::open(path)
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock)));
    if is_held && about.is_none() {
        let reason = format!("{}: another aftercall is using it", path.display());
        return vec![warning(fault(
            reason,
            "stop it before this one is started, or give each its own",
        ))];
    }
    Vec::new()
}

/// The key of the caller hash, where there is one already; the start makes it otherwise.
fn key_file(loaded: &Loaded) -> Vec<Fault> {
    let path = &loaded.settings.privacy.key_file;
    let fault = |reason: String, fix: &str| loaded.fault_in_setting("privacy", "key_file", reason, fix);
    match CallerHasher::read_file(path) {
        Ok(_) => Vec::new(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => of_file(path)
            .into_iter()
            .map(|obstacle| fault(obstacle, MEND_FILE))
            .collect(),
        Err(error) => {
            let reason = format!("{}: {error}", path.display());
            vec![fault(
                reason,
                "name a file of 32 bytes that this user can read, or none, to have one made",
            )]
        }
    }
}

fn socket(loaded: &Loaded, about: Option<&About>) -> Vec<Fault> {
    let path = &loaded.settings.control.socket;
    let fault = |reason: String, fix: &str| vec![loaded.fault_in_setting("control", "socket", reason, fix)];
    if path.as_os_str().is_empty() {
        return Vec::new();
    }
    if path.as_os_str().len() > LONGEST_SOCKET {
        let reason = format!(
            "the path has {} bytes; a Unix socket may have {LONGEST_SOCKET}",
            path.as_os_str().len()
        );
        return fault(reason, "write a shorter path");
    }
    match fs::symlink_metadata(path) {
        Ok(there) if !there.file_type().is_socket() => {
            fault(format!("{} is not a socket", path.display()), "name another file")
        }
        Ok(_) => other_service(loaded, about).into_iter().collect(),
        Err(_) => match above(path) {
            Some(obstacle) => fault(obstacle, MEND_FILE),
            None => Vec::new(),
        },
    }
}

/// A service with another configuration at our socket.
fn other_service(loaded: &Loaded, about: Option<&About>) -> Option<Fault> {
    let about = about?;
    if super::super::reload::is_same(Path::new(loaded.file()), Path::new(&about.configuration)) {
        return None;
    }
    let reason = format!(
        "the running service (process {}) uses {}",
        about.process, about.configuration
    );
    let fix = "stop it before this one is started, or give each its own socket";
    Some(warning(loaded.fault_in_setting("control", "socket", reason, fix)))
}

/// The directory of recordings, where a survey asks for comments.
fn recordings(loaded: &Loaded) -> Vec<Fault> {
    let settings = &loaded.settings.recordings;
    let fault = |key, reason: String, fix| loaded.fault_in_setting("recordings", key, reason, fix);
    if let Some(obstacle) = of_directory(&settings.directory) {
        return vec![fault("directory", obstacle, MEND_DIRECTORY)];
    }
    let nearest = nearest(&settings.directory);
    match recording::check(&nearest, comments::limits(settings)) {
        Ok(_free) => Vec::new(),
        Err(trouble @ RecorderError::Full { .. }) => {
            let fix = "make room, or allow less; until then comments are left out";
            vec![warning(fault("min_free_mb", trouble.to_string(), fix))]
        }
        Err(trouble) => vec![fault("directory", trouble.to_string(), MEND_DIRECTORY)],
    }
}

/// What is kept of callers and every user of the machine could use.
fn open_to_others(loaded: &Loaded, section: &'static str, key: &'static str, path: &Path) -> Option<Fault> {
    if private::is_open_to_others(path) != Some(true) {
        return None;
    }
    let reason = format!("every user of this machine may use {}", path.display());
    let owner = fs::metadata(&loaded.settings.storage.path).map(|about| about.uid());
    let fix = closing(path, &fs::metadata(path).ok()?, owner.ok());
    Some(warning(loaded.fault_in_setting(section, key, reason, &fix)))
}

/// The directory of the database, where everybody may write in it, or it is its owner's own and everybody may look into it.
fn open_directory(loaded: &Loaded) -> Option<Fault> {
    let path = &loaded.settings.storage.path;
    let (database, directory) = (fs::metadata(path).ok()?, parent(path));
    let about = fs::metadata(&directory).ok()?;
    let mode = about.permissions().mode();
    let is_own = about.uid() == database.uid() && about.uid() != 0;
    let what = match (mode & 0o002 != 0, mode & 0o005 != 0 && is_own) {
        (true, _) => "write in",
        (false, true) => "look into",
        (false, false) => return None,
    };
    let reason = format!("every user of this machine may {what} {}", directory.display());
    let fix = closing(&directory, &about, Some(database.uid()));
    Some(warning(loaded.fault_in_setting("storage", "path", reason, &fix)))
}

/// How to keep other users from a path. The mode of a directory is changed only where it is the service's own: `/tmp` without
/// its users would stop the machine. `service` is whose the database is, where there is one.
fn closing(path: &Path, about: &fs::Metadata, service: Option<u32>) -> String {
    let is_sticky = about.permissions().mode() & 0o1000 != 0;
    let is_own = about.uid() != 0 && !is_sticky && service.is_none_or(|uid| uid == about.uid());
    match about.is_dir() && !is_own {
        true => "name a place in a directory that is the service's alone".to_owned(),
        false => format!("chmod o= {}; its group may read it", path.display()),
    }
}

/// Why a file could be neither opened nor made.
fn of_file(path: &Path) -> Option<String> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Some(format!("{shown} is a directory, and a file is wanted")),
        Ok(there) if !there.is_file() => Some(format!("{shown} is not a regular file")),
        Ok(_) => {
            let usable = eaccess(path, AccessFlags::R_OK | AccessFlags::W_OK);
            usable
                .err()
                .map(|_| format!("this user may not read and write {shown}"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(path).is_ok() => {
            Some(format!("{shown} is a link to what is not there"))
        }
        Err(_) => above(path),
    }
}

/// Why a directory could be neither used nor made.
fn of_directory(path: &Path) -> Option<String> {
    match fs::metadata(path) {
        Ok(there) if !there.is_dir() => {
            Some(format!("{} is a file, and a directory is wanted", path.display()))
        }
        Ok(_) => may_write(path),
        Err(_) => above(path),
    }
}

/// Why nothing could be made in the nearest directory above that there is.
fn above(path: &Path) -> Option<String> {
    let nearest = nearest(&parent(path));
    match fs::metadata(&nearest) {
        Ok(there) if there.is_dir() => may_write(&nearest),
        Ok(_) => Some(format!(
            "{} is not a directory, and {} would be in it",
            nearest.display(),
            path.display()
        )),
        Err(error) => Some(format!("{}: {error}", nearest.display())),
    }
}

fn may_write(directory: &Path) -> Option<String> {
    let usable = eaccess(directory, AccessFlags::W_OK | AccessFlags::X_OK);
    usable
        .err()
        .map(|_| format!("this user may not write in {}", directory.display()))
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => path.to_owned(),
    }
}

/// The path itself, or the nearest above it that is there.
fn nearest(path: &Path) -> PathBuf {
    let mut here = path.to_owned();
    while fs::symlink_metadata(&here).is_err() {
        let above = parent(&here);
        if above == here {
            break;
        }
        here = above;
    }
    here
}
