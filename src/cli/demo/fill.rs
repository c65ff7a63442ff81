//! The files of a demo: the database, names for its ids, and settings that name both.
//!
//! The database is filled under another name and gets its own as the last step, so what has it is whole. The directory is locked
//! meanwhile; whatever ends the process also ends the lock, and what is left of a fill that was broken off is removed by the next.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tokio::signal::unix::{SignalKind, signal};

use super::{names, settings};
use crate::cli::start::say;
use crate::config::Loaded;
use aftercall_runtime::private;
use aftercall_storage::demo::{self, DemoOptions, DemoProgress, DemoStep, DemoSummary};

/// What was made.
#[derive(Debug)]
pub(in crate::cli) struct Filled {
    /// The database.
    pub(in crate::cli) database: PathBuf,
    /// Settings under which it is read.
    pub(in crate::cli) config: PathBuf,
    pub(in crate::cli) summary: DemoSummary,
}

/// The first line of the text files that this command writes, and may write again.
pub(super) const OURS: &str = "# Written by `aftercall demo`.\n";

/// Makes a database of made-up calls at `database`, and `aftercall.toml` and `directory.toml` beside it. Progress goes to standard
/// error. `None`: a signal ended it, and there is no database.
///
/// # Errors
/// There is something at `database` already, or a file beside it that the operator wrote; another process fills a database in the
/// directory; or a file cannot be written.
pub(in crate::cli) async fn fill(
    loaded: &Loaded,
    database: &Path,
    options: DemoOptions,
) -> anyhow::Result<Option<Filled>> {
    let database = std::path::absolute(database)?;
    let Some(directory) = database.parent() else {
        bail!("--database: {} is no file", database.display());
    };
    private::create_directory(directory).with_context(|| directory.display().to_string())?;
    let _lock = lock(directory)?;
    if database.symlink_metadata().is_ok() {
        bail!(
            "{} exists already; made-up calls belong in a database of their own: name another with --database, or remove it",
            database.display()
        );
    }
    let organisation = demo::organisation(&options);
    let config = directory.join("aftercall.toml");
    let zone = options.zone;
    write_ours(
        &directory.join("directory.toml"),
        &names::directory(&organisation)?,
    )?;
    write_ours(
        &config,
        &settings::of_demo(loaded, &database, zone, &organisation)?,
    )?;

    let part = Part::new(&database)?;
    let Some(summary) = unless_interrupted(demo::fill(part.path(), options, Progress::new().shown())).await?
    else {
        return Ok(None);
    };
    part.keep(&database)?;
    Ok(Some(Filled {
        database,
        config,
        summary,
    }))
}

/// Whether there is a demo at `database`: one with settings that this command wrote.
pub(in crate::cli) fn is_there(database: &Path) -> bool {
    let config = fs::read_to_string(config_of(database));
    database.is_file() && config.is_ok_and(|text| text.starts_with(OURS))
}

/// Where the settings of a demo are.
pub(in crate::cli) fn config_of(database: &Path) -> PathBuf {
    database.with_file_name("aftercall.toml")
}

/// What comes of `filling`; `None` when a signal came first.
async fn unless_interrupted<E>(
    filling: impl Future<Output = Result<DemoSummary, E>>,
) -> anyhow::Result<Option<DemoSummary>>
where
    anyhow::Error: From<E>,
{
    let (mut terminate, mut hang_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        filled = filling => Ok(Some(filled?)),
        _ = tokio::signal::ctrl_c() => Ok(None),
        _ = terminate.recv() => Ok(None),
        _ = hang_up.recv() => Ok(None),
    }
}

/// Locks a directory for as long as the file lives.
fn lock(directory: &Path) -> anyhow::Result<File> {
    let opened = File::open(directory).with_context(|| directory.display().to_string())?;
    match opened.try_lock() {
        Ok(()) => Ok(opened),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "another `aftercall demo` fills a database in {}",
                directory.display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| directory.display().to_string()),
    }
}

/// Writes a file that is not there, or that this command wrote.
fn write_ours(file: &Path, text: &str) -> anyhow::Result<()> {
    let is_kept = match fs::read(file) {
        Ok(written) => !written.starts_with(OURS.as_bytes()),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    if is_kept {
        bail!(
            "{} is not overwritten: name a database in a directory of its own with --database",
            file.display()
        );
    }
    fs::write(file, format!("{OURS}{text}")).with_context(|| file.display().to_string())
}

/// A database that is not whole yet. Dropping it removes its files.
#[derive(Debug)]
struct Part(PathBuf);

impl Part {
    /// What SQLite adds to the name of a database for the files beside it.
    const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];

    /// The place for it; what an earlier fill has left there is removed.
    fn new(database: &Path) -> anyhow::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push(".part");
        let part = Self(name.into());
        part.remove().with_context(|| part.0.display().to_string())?;
        Ok(part)
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn remove(&self) -> io::Result<()> {
        for ending in Self::ENDINGS {
            let mut name = self.0.as_os_str().to_owned();
            name.push(ending);
            match fs::remove_file(&name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Gives it its name. All connections are closed, so nothing of it is in a file beside it.
    fn keep(self, database: &Path) -> anyhow::Result<()> {
        let file = || database.display().to_string();
        File::open(&self.0)
            .and_then(|opened| opened.sync_all())
            .with_context(file)?;
        fs::rename(&self.0, database).with_context(file)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            say(&format!("cannot remove {}: {error}", self.0.display()));
        }
    }
}

/// Lines on standard error, one for every tenth of a step.
#[derive(Debug)]
struct Progress {
    step: DemoStep,
    tenths: u64,
}

impl Progress {
    const fn new() -> Self {
        Self {
            step: DemoStep::Calls,
            tenths: 0,
        }
    }

    fn shown(mut self) -> impl FnMut(DemoProgress) + Send {
        move |at| self.show(at)
    }

    fn show(&mut self, at: DemoProgress) {
        let tenths = at.done.saturating_mul(10) / at.of.max(1);
        if (self.step, self.tenths) == (at.step, tenths) {
            return;
        }
        (self.step, self.tenths) = (at.step, tenths);
        say(&match at.step {
            DemoStep::Calls => format!("{} of {} calls written", at.done, at.of),
            DemoStep::Counts => format!("{} of {} days counted", at.done, at.of),
        });
    }
}
