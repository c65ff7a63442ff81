//! What commands begin with: the settings, a runtime, and lines on standard error.

use std::path::Path;
use std::process::ExitCode;

use crate::config::{self, Loaded};

/// One line on standard error.
#[expect(clippy::print_stderr, reason = "the command line talks to the terminal")]
pub(in crate::cli) fn say(line: &str) {
    eprintln!("aftercall: {line}");
}

/// The settings, or every fault on standard error and the exit status for it.
pub(in crate::cli) fn settings(file: &Path) -> Result<Loaded, ExitCode> {
    let loaded = config::load(file);
    if loaded.faults.is_empty() {
        return Ok(loaded);
    }
    for fault in &loaded.faults {
        say(&fault.to_string());
    }
    Err(ExitCode::from(2))
}

/// A tokio runtime for one command.
///
/// A thread for every two cores: calls, storage and HTTP are one chain of short tasks, which runs best where its data is;
/// a second thread is woken for each link of it only to find nothing left. Media and signalling have threads of their own.
pub(in crate::cli) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.div_ceil(2))
        .enable_all()
        .thread_name("aftercall")
        .build()?)
}
