//! The spool: where answers wait while the database is away.
//!
//! A file of [lines](mod@line), appended and fsynced, so that a caller's answer is durable although the database is not
//! there; read back in order when it is, then emptied. One process owns it (an advisory lock), its size is bounded, a
//! last line torn by a crash was never acknowledged and is cut off. Replaying a line twice does no harm, because the
//! database takes the same answer or end again without change. Lines that the database refuses, or that are damaged,
//! are set aside in `<spool>.rejected` for a person to look at.

mod alert;
mod line;
mod recording;

use std::error::Error;
use std::fs::TryLockError;
use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

pub(super) use self::line::takes;
use super::cause::Cause;
use super::error::StoreError;
use super::store::Fact;

const READ_BYTES: usize = 4 * line::LONGEST;

/// The open spool of this process.
#[derive(Debug)]
pub(super) struct Spool {
    path: PathBuf,
    file: File,
    /// Bytes of whole lines in the file.
    length: u64,
    /// Where reading goes on.
    read_to: u64,
    /// Whole lines behind this have no opt-out.
    opt_outs_to: u64,
    limit: u64,
}

/// Facts read back.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) facts: Vec<Fact>,
    /// Damaged lines among them, as they were.
    pub(super) damaged: Vec<Vec<u8>>,
    next: u64,
}

impl Spool {
    /// Opens or makes the spool, and cuts off a last line that was never finished.
    pub(super) async fn open(path: &Path, limit: u64) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::SpoolOpen {
            path: path.to_owned(),
            reason: Cause::new(error),
        };
        aftercall_runtime::private::create_parent(path).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        options.mode(0o600);
        let file = lock(path, options.open(path).await.map_err(failed)?).await?;
        sync_directory(path).await.map_err(failed)?;
        let mut spool = Self {
            path: path.to_owned(),
            file,
            length: 0,
            read_to: 0,
            opt_outs_to: 0,
            limit,
        };
        spool.length = spool.find_whole_lines().await.map_err(failed)?;
        // What an earlier run has left is not read yet: it may have any.
        spool.opt_outs_to = spool.length;
        spool.file.set_len(spool.length).await.map_err(failed)?;
        Ok(spool)
    }

    /// Bytes that wait to be replayed.
    pub(super) const fn waiting_bytes(&self) -> u64 {
        self.length.saturating_sub(self.read_to)
    }

    /// Whether an opt-out waits to be replayed.
    pub(super) const fn holds_opt_out(&self) -> bool {
        self.read_to < self.opt_outs_to
    }

    /// Keeps facts, all of them with one fsync; a result for each. A fact is refused when the spool is full.
    pub(super) async fn append(&mut self, facts: &[Fact]) -> Vec<Result<(), StoreError>> {
        let mut lines = Vec::new();
        let mut opt_outs_to = self.opt_outs_to;
        let mut results = Vec::with_capacity(facts.len());
        for fact in facts {
            results.push(match line::encode(fact) {
                Some(line) if self.length + (lines.len() + line.len()) as u64 <= self.limit => {
                    lines.extend_from_slice(&line);
                    if matches!(fact, Fact::OptedOut { .. }) {
                        opt_outs_to = self.length + lines.len() as u64;
                    }
                    Ok(())
                }
                Some(_) => Err(self.error("it is full")),
                None => Err(self.error("the fact is too long")),
            });
        }
        if !lines.is_empty()
            && let Err(error) = self.write(&lines).await
        {
            let error = self.error(error);
            return facts.iter().map(|_| Err(error.clone())).collect();
        }
        self.opt_outs_to = opt_outs_to;
        results
    }

    /// The next facts in order, at most about `READ_BYTES` of them; empty at the end.
    pub(super) async fn waiting(&mut self) -> Result<Waiting, StoreError> {
        let bytes = self.read_on().await.map_err(|error| self.error(error))?;
        let mut waiting = Waiting {
            next: self.read_to,
            ..Waiting::default()
        };
        if bytes.is_empty() {
            // Someone cut the file under us: there is nothing left to wait for.
            waiting.next = self.length;
            return Ok(waiting);
        }
        // A stretch without a newline cannot be ours: it is set aside as one damaged line.
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(bytes.len(), |last| last + 1);
        let whole = bytes.get(..whole).unwrap_or_default();
        waiting.next += whole.len() as u64;
        for line in whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match line::decode(line) {
                Some(fact) => waiting.facts.push(fact),
                None => waiting.damaged.push(line.to_vec()),
            }
        }
        Ok(waiting)
    }

    /// Moves on behind facts that are in the database, and empties the file when they were the last.
    pub(super) async fn replayed(&mut self, waiting: &Waiting) -> Result<(), StoreError> {
        self.read_to = waiting.next;
        if self.waiting_bytes() > 0 || self.length == 0 {
            return Ok(());
        }
        let emptied = async {
            self.file.set_len(0).await?;
            self.file.sync_data().await
        };
        emptied.await.map_err(|error| self.error(error))?;
        (self.length, self.read_to, self.opt_outs_to) = (0, 0, 0);
        Ok(())
    }

    /// Sets lines aside that will not be replayed again. Beyond the size limit they are dropped.
    pub(super) async fn set_aside(&self, facts: &[&Fact], damaged: &[Vec<u8>]) -> Result<(), StoreError> {
        let mut lines: Vec<u8> = facts
            .iter()
            .filter_map(|fact| line::encode(fact))
            .flatten()
            .collect();
        for line in damaged {
            lines.extend_from_slice(line);
            lines.push(b'\n');
        }
        let write = async {
            let mut path = self.path.clone().into_os_string();
            path.push(".rejected");
            let mut options = OpenOptions::new();
            options.append(true).create(true);
            #[cfg(unix)]
            options.mode(0o600);
            let mut file = options.open(path).await?;
            if file.metadata().await?.len() + lines.len() as u64 <= self.limit {
                file.write_all(&lines).await?;
                file.sync_data().await?;
            }
            Ok::<(), std::io::Error>(())
        };
        write.await.map_err(|error| self.error(error))
    }

    /// Writes behind the last whole line; what a failed write left there before is overwritten or cut off.
    async fn write(&mut self, lines: &[u8]) -> std::io::Result<()> {
        let wrote = async {
            self.file.set_len(self.length).await?;
            self.file.seek(SeekFrom::Start(self.length)).await?;
            self.file.write_all(lines).await?;
            self.file.flush().await?;
            self.file.sync_data().await
        };
        wrote.await?;
        self.length += lines.len() as u64;
        Ok(())
    }

    async fn read_on(&mut self) -> std::io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(self.read_to)).await?;
        let most = self.waiting_bytes().min(READ_BYTES as u64);
        let mut bytes = Vec::new();
        (&mut self.file).take(most).read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    async fn find_whole_lines(&mut self) -> std::io::Result<u64> {
        let end = self.file.metadata().await?.len();
        let start = end.saturating_sub(READ_BYTES as u64);
        self.file.seek(SeekFrom::Start(start)).await?;
        let mut tail = Vec::new();
        (&mut self.file)
            .take(READ_BYTES as u64)
            .read_to_end(&mut tail)
            .await?;
        let last = tail.iter().rposition(|byte| *byte == b'\n');
        Ok(last.map_or(start, |last| start + last as u64 + 1))
    }

    fn error(&self, reason: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
        StoreError::Spool {
            path: self.path.clone(),
            reason: Cause::new(reason),
        }
    }
}

/// Makes this process the spool's only owner for as long as the file is open.
async fn lock(path: &Path, file: File) -> Result<File, StoreError> {
    let file = file.into_std().await;
    let reason = match file.try_lock() {
        Ok(()) => return Ok(File::from_std(file)),
        Err(TryLockError::WouldBlock) => Cause::new("another aftercall is using it"),
        Err(TryLockError::Error(error)) => Cause::new(error),
    };
    Err(StoreError::SpoolOpen {
        path: path.to_owned(),
        reason,
    })
}

/// Makes the file's name durable, not only its bytes.
async fn sync_directory(path: &Path) -> std::io::Result<()> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(directory).await?.sync_all().await
}

#[cfg(test)]
mod tests;
