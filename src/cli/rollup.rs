//! `aftercall rollup`: the counts that reports read, made anew from the calls.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args as ClapArgs, Subcommand};

use super::start::{runtime, say, settings};
use aftercall_storage::store::RebuildProgress;
use aftercall_storage::{Access, OpenFault, Store, StoreError};

/// Subcommands of `rollup`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Recount every local day from its calls. The service may run meanwhile; each day is one transaction, and reports read either the
    /// old or the new counts of a day. Needed only after rows were changed by hand.
    Rebuild(Args),
}

/// Options of `rollup rebuild`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Recount only the days that an interrupted run has left.
    #[arg(long)]
    resume: bool,
}

/// Opens the database of the configuration and recounts.
pub(super) fn run(file: &Path, command: &Command) -> anyhow::Result<ExitCode> {
    let Command::Rebuild(args) = command;
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let path = &loaded.settings.storage.path;
    runtime()?.block_on(async {
        // A database that is not there is not made: there is nothing to count.
        match aftercall_storage::open(path, Access::Read).await {
            Ok(store) => store.close().await,
            Err(StoreError::Open {
                fault: OpenFault::Schema,
                ..
            }) => {}
            Err(error) => return Err(error).context("storage.path"),
        }
        let store = aftercall_storage::open(path, Access::Serve)
            .await
            .context("storage.path")?;
        if !args.resume {
            store.mark_for_rebuild().await?;
        }
        let is_terminal = std::io::stderr().is_terminal();
        let progress = |progress: RebuildProgress| {
            let is_shown = is_terminal || progress.done.is_multiple_of(30);
            if is_shown || progress.done == progress.days {
                say(&format!(
                    "{} of {} days counted, {}",
                    progress.done, progress.days, progress.day
                ));
            }
        };
        let days = store.rebuild(progress).await?;
        store.close().await;
        say(&format!("{days} days counted"));
        Ok(ExitCode::SUCCESS)
    })
}
