//! What the tests share: a deployment in a directory of its own, the running program, its rows, and peers that call it.

pub(crate) mod asterisk;
pub(crate) mod deployment;
pub(crate) mod http;
pub(crate) mod kamailio;
pub(crate) mod phone;
pub(crate) mod ports;
pub(crate) mod rows;
pub(crate) mod rtp;
pub(crate) mod server;
pub(crate) mod sipp;
pub(crate) mod softphone;
pub(crate) mod tone;

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Nothing in these tests takes this long unless it is broken, also on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

const POLL: Duration = Duration::from_millis(50);

/// A survey's text whose calls hear no welcome.
pub(crate) fn without_welcome(survey: &str) -> String {
    let written = survey.lines().find(|line| line.starts_with("welcome = "));
    match written {
        Some(welcome) => survey.replacen(welcome, "welcome = []", 1),
        None => survey.replacen("[[question]]", "[prompts]\nwelcome = []\n\n[[question]]", 1),
    }
}

/// The directory of the checkout: shipped prompts, surveys and configuration.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether tests with this tool are switched off, which is told.
pub(crate) fn is_skipped(variable: &str) -> bool {
    let skipped = std::env::var_os(variable).is_some();
    if skipped {
        println!("SKIPPED: {variable} is set");
    }
    skipped
}

/// Asks again and again until there is an answer; fails after [`PATIENCE`] with what was waited for.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(POLL).await;
        }
    };
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(found) => found,
        Err(_) => panic!("waited {PATIENCE:?} in vain: {what}"),
    }
}

/// The text of a file, or nothing while it does not exist.
pub(crate) fn read_or_empty(path: &Path) -> String {
    std::fs::read(path).map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}
