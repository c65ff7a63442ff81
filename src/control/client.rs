//! Asking a running service. Blocks; for the command line.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::about::About;
use super::report::Report;

/// Reading every prompt anew may take a while on a slow disk.
const PATIENCE: Duration = Duration::from_secs(120);

/// Saying who it is takes no time.
const PATIENCE_ABOUT: Duration = Duration::from_secs(5);

/// Longer than the service waits for rows.
const SETTLES_WITHIN: Duration = Duration::from_secs(5);

/// A request without a body, after which the service closes the connection.
fn request(what: &str) -> String {
    format!("{what} HTTP/1.1\r\nHost: aftercall\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

/// Longer answers are none of ours.
const LONGEST_ANSWER: u64 = 4 << 20;

/// The service cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody listens.
    #[error(
        "no service answers at {}; is it running, and with this control.socket?",
        .0.display()
    )]
    NoService(PathBuf),
    /// The socket is another user's.
    #[error("{} belongs to another user; ask as the one who runs the service", .0.display())]
    NotAllowed(PathBuf),
    /// The service is stopping.
    #[error("the service is stopping")]
    Stopping,
    /// It went away before it had answered.
    #[error("the service did not answer: {0}")]
    Io(io::Error),
    /// Something else answers there.
    #[error("incompatible service at {}: not this version of aftercall", .0.display())]
    Stranger(PathBuf),
}

/// Has the service behind the socket read its configuration anew.
///
/// # Errors
/// Nobody, or somebody else, answers.
pub fn ask_to_reload(socket: &Path) -> Result<Report, AskError> {
    ask(socket, "POST /reload", PATIENCE)
}

/// Asks the service behind the socket who it is.
///
/// # Errors
/// Nobody, or somebody else, answers.
pub fn ask_about(socket: &Path) -> Result<About, AskError> {
    ask(socket, "GET /service", PATIENCE_ABOUT)
}

fn ask<T: DeserializeOwned>(socket: &Path, what: &str, patience: Duration) -> Result<T, AskError> {
    let mut stream = UnixStream::connect(socket).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => AskError::NotAllowed(socket.to_owned()),
        _ => AskError::NoService(socket.to_owned()),
    })?;
    let answer = converse(&mut stream, what, patience).map_err(AskError::Io)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.split(' ').nth(1) {
        Some("200") => serde_json::from_str(body).map_err(|_| AskError::Stranger(socket.to_owned())),
        Some("503") => Err(AskError::Stopping),
        Some(_) | None => Err(AskError::Stranger(socket.to_owned())),
    }
}

/// Waits until the service behind the socket has written down every call that is over. Where no service of ours answers there
/// is nothing to wait for.
pub fn ask_to_settle(socket: &Path) {
    let asked = UnixStream::connect(socket)
        .and_then(|mut stream| converse(&mut stream, "POST /settle", SETTLES_WITHIN));
    // An older service knows no such request, and one that is too slow is not waited for.
    drop(asked);
}

fn converse(stream: &mut UnixStream, what: &str, patience: Duration) -> io::Result<String> {
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(request(what).as_bytes())?;
    let mut answer = String::new();
    stream.take(LONGEST_ANSWER).read_to_string(&mut answer)?;
    Ok(answer)
}
