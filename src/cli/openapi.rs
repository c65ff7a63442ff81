//! `aftercall openapi`: the description of the HTTP API, for whoever makes a client of it.

use std::io::Write;
use std::process::ExitCode;

use crate::web::api;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", api::description())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
