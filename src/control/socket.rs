//! The socket's file: made for its owner alone, taken over from a service that died, removed at the end.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

/// The control socket cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Another service answers there.
    #[error("control.socket: another service answers at {}; stop it, or give each its own socket", .0.display())]
    InUse(PathBuf),
    /// Something else is in its place.
    #[error("control.socket: {} is not a socket; name another file", .0.display())]
    NotASocket(PathBuf),
    /// The system's reason.
    #[error("control.socket: cannot listen on {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// A control socket that is listened on.
#[derive(Debug)]
pub struct ControlSocket {
    listener: UnixListener,
    file: SocketFile,
}

/// Removes the file when dropped.
#[derive(Debug)]
pub(super) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody may have removed it; what is left in its place is taken over by the next start.
        std::fs::remove_file(&self.0).ok();
    }
}

impl ControlSocket {
    pub(super) async fn bind(path: &Path) -> Result<Self, ControlError> {
        let refused = |error| ControlError::Io {
            path: path.to_owned(),
            error,
        };
        if UnixStream::connect(path).await.is_ok() {
            return Err(ControlError::InUse(path.to_owned()));
        }
        if let Ok(there) = std::fs::symlink_metadata(path)
            && !std::os::unix::fs::FileTypeExt::is_socket(&there.file_type())
        {
            return Err(ControlError::NotASocket(path.to_owned()));
        }
        aftercall_runtime::private::create_parent(path).map_err(refused)?;
        let listener = listen(path).map_err(refused)?;
        Ok(Self {
            listener,
            file: SocketFile(path.to_owned()),
        })
    }

    pub(super) fn into_parts(self) -> (UnixListener, SocketFile) {
        (self.listener, self.file)
    }
}

/// Makes the socket beside its place, closes it to others and moves it there: where it can be found, nobody but its
/// owner can ever open it.
fn listen(path: &Path) -> io::Result<UnixListener> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(&beside)?;
    std::fs::set_permissions(&beside, Permissions::from_mode(0o600))?;
    std::fs::rename(&beside, path)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::{ControlError, ControlSocket};

    #[tokio::test]
    async fn only_its_owner_may_open_it_and_it_goes_with_the_service() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/aftercall.sock");
        let socket = ControlSocket::bind(&path).await.unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn living_service_keeps_its_socket_and_a_dead_one_is_taken_over() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftercall.sock");
        let (listener, file) = ControlSocket::bind(&path).await.unwrap().into_parts();
        let second = ControlSocket::bind(&path).await.map(drop);
        assert!(matches!(second, Err(ControlError::InUse(_))), "{second:?}");
        // As after kill -9: nobody listens, and the file is there.
        drop(listener);
        std::mem::forget(file);
        assert!(path.exists());
        ControlSocket::bind(&path).await.map(drop).unwrap();
    }

    #[tokio::test]
    async fn file_that_is_no_socket_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notes.txt");
        std::fs::write(&path, "mine").unwrap();
        let bound = ControlSocket::bind(&path).await.map(drop);
        assert!(matches!(bound, Err(ControlError::NotASocket(_))), "{bound:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }
}
