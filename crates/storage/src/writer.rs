//! The writer: the one task through which calls reach the database.
//!
//! It drains its queue, commits what it found in one transaction and answers everyone in it: one fsync serves many
//! calls. What no caller waits for (the end of a call) lingers for a few milliseconds, to share the commit of what
//! somebody does. When the database is away, calls being admitted are turned away (intake answers 503), while answers and ends go
//! to the [`spool`](super::spool) and count as durable. The database is asked again with growing pauses; when it is
//! back, the spool is replayed in order while new calls already come in.

mod health;
mod task;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use self::health::Health;
use self::task::{Request, WriterTask};
use super::api_fact::{ApiFact, ApiFactResult};
use super::error::StoreError;
use super::spool::Spool;
use super::store::{Applied, Fact, Store};
use aftercall_base::CallUid;
use aftercall_runtime::clock::now;
use aftercall_runtime::lifecycle;
use aftercall_survey::SurveyRecord;
use aftercall_survey::admission::{Admission, NewCall};
use aftercall_survey::record::{AnswerRecord, CallEnd, RecordingBegun, RecordingEnd, TurnedAwayCalls};

/// How the writer works.
#[derive(Debug, Clone)]
pub struct WriterOptions {
    /// This node's name: whose calls the sweep ends.
    pub node: String,
    /// The spool file; best next to the database, or on another disk.
    pub spool: PathBuf,
    /// The spool takes no more than this.
    pub spool_limit_bytes: u64,
    /// Facts that may wait. When it is full, calls are turned away, and answers wait.
    pub queue: usize,
    /// Facts in one transaction at most.
    pub batch: usize,
    /// How long facts that no caller waits for may wait for one that somebody does, to be committed with it.
    pub linger: Duration,
    /// How long after the beginning of a commit that served several facts the next one begins: under load more of them share
    /// each. A commit of one or two facts makes nobody wait.
    pub pace: Duration,
    /// How long a call that has ended may wait to be counted with others; it is in every figure meanwhile, by its row.
    pub count_after: Duration,
    /// First pause before an absent database is asked again; it doubles up to `longest_pause`.
    pub first_pause: Duration,
    /// Longest such pause.
    pub longest_pause: Duration,
}

impl WriterOptions {
    /// The usual options: 64 MiB of spool, 4,096 facts waiting, 256 in a transaction, 5 ms of lingering,
    /// 2 ms from commit to commit under load, a second until calls are counted, pauses from 0.1 s to 5 s.
    pub fn new(node: impl Into<String>, spool: impl Into<PathBuf>) -> Self {
        Self {
            node: node.into(),
            spool: spool.into(),
            spool_limit_bytes: 64 << 20,
            queue: 4096,
            batch: 256,
            linger: Duration::from_millis(5),
            pace: Duration::from_millis(2),
            count_after: Duration::from_secs(1),
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
        }
    }
}

/// A writer at work.
#[derive(Debug)]
pub struct Started {
    /// For the calls.
    pub handle: WriterHandle,
    /// Ends when every handle is dropped and every fact is in the database or the spool.
    pub task: JoinHandle<()>,
    /// Facts replayed from the spool.
    pub replayed: u64,
    /// Calls that a crash had left in progress.
    pub swept: u64,
}

/// Replays the spool, ends the calls that a crash left in progress, then starts the writer.
///
/// Call it when this process is sure to be the node (its ports are bound); a second process with the same spool is
/// refused.
///
/// # Errors
/// [`StoreError::SpoolOpen`] when the spool cannot be used, or what the database said.
pub async fn start<S: Store>(store: S, options: WriterOptions) -> Result<Started, StoreError> {
    let (sender, receiver) = mpsc::channel(options.queue.max(1));
    let spool = Spool::open(&options.spool, options.spool_limit_bytes).await?;
    let node = options.node.clone();
    let health = Arc::new(Health::default());
    let mut task = WriterTask::new(store, spool, receiver, options, Arc::clone(&health));
    let replayed = task.replay_all().await?;
    let swept = task.store().sweep(&node).await?;
    if replayed > 0 || swept > 0 {
        tracing::info!(
            facts.replayed = replayed,
            calls.swept = swept,
            "recovered calls and spool of the last run"
        );
    }
    let task = lifecycle::spawn("storage writer", task.run());
    Ok(Started {
        handle: WriterHandle { sender, health },
        task,
        replayed,
        swept,
    })
}

/// Hands facts to the writer. Each method resolves when its fact is durable.
#[derive(Debug, Clone)]
pub struct WriterHandle {
    sender: mpsc::Sender<Request>,
    health: Arc<Health>,
}

impl WriterHandle {
    /// Writes a call's row and finds whether its turn has come. Does not wait for a place in the queue.
    ///
    /// # Errors
    /// Any error means that the call cannot be taken now; the row may exist all the same, without an end.
    pub async fn admit(&self, call: NewCall) -> Result<Admission, StoreError> {
        match self.attempt(Fact::Admit(Box::new(call))).await? {
            Applied::Admitted(admission) => Ok(admission),
            Applied::Stored | Applied::Api(_) => {
                Err(StoreError::row("an admitted call came back without its decision"))
            }
        }
    }

    /// Notes that a call was answered with 200, and the questions for it where not every call has the same.
    ///
    /// # Errors
    /// Neither database nor spool kept it.
    pub async fn answered(
        &self,
        call: CallUid,
        at: DateTime<Utc>,
        planned: Option<Vec<String>>,
    ) -> Result<(), StoreError> {
        self.keep(Fact::Answered { call, at, planned }).await
    }

    /// Keeps an answer: in the database, or fsynced in the spool. Repeating it is harmless.
    ///
    /// # Errors
    /// Neither database nor spool kept it.
    pub async fn answer(&self, answer: AnswerRecord) -> Result<(), StoreError> {
        self.keep(Fact::Answer(answer)).await
    }

    /// Keeps that the caller of a call opted out for good. A withheld number cannot be kept out later.
    ///
    /// # Errors
    /// Neither database nor spool kept it.
    pub async fn opted_out(&self, call: CallUid, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.keep(Fact::OptedOut { call, at }).await
    }

    /// Keeps that the file of a recording was made.
    ///
    /// # Errors
    /// Neither database nor spool kept it.
    pub async fn recording_begun(&self, recording: RecordingBegun) -> Result<(), StoreError> {
        self.keep(Fact::RecordingBegun(recording)).await
    }

    /// Keeps the end of a recording. Repeating it is harmless.
    ///
    /// # Errors
    /// Neither database nor spool kept it.
    pub async fn recording_ended(&self, end: RecordingEnd) -> Result<(), StoreError> {
        self.keep(Fact::RecordingEnded(end)).await
    }

    /// Keeps that the file of a recording was removed because its time was over.
    ///
    /// # Errors
    /// Neither database nor spool kept it.
    pub async fn recording_expired(
        &self,
        call: CallUid,
        question: String,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.keep(Fact::RecordingExpired { call, question, at }).await
    }

    /// Adds to the counts of calls that were refused before anything of them was read. Does not wait for a place in the
    /// queue.
    ///
    /// # Errors
    /// Nothing was added; the same counts can be sent again.
    pub async fn turned_away(&self, counts: Vec<TurnedAwayCalls>) -> Result<(), StoreError> {
        self.attempt(Fact::TurnedAway(counts)).await.map(drop)
    }

    /// Ends a call. The first end stays.
    ///
    /// # Errors
    /// Neither database nor spool kept it.
    pub async fn end(&self, end: CallEnd) -> Result<(), StoreError> {
        self.keep(Fact::End(end)).await
    }

    /// Stores a fact of the API. Does not wait for a place in the queue.
    ///
    /// # Errors
    /// Nothing was stored; the client can repeat its request.
    pub async fn api_fact(&self, fact: ApiFact) -> Result<ApiFactResult, StoreError> {
        match self.attempt(Fact::Api(fact)).await? {
            Applied::Api(result) => Ok(result),
            Applied::Stored | Applied::Admitted(_) => {
                Err(StoreError::row("unexpected result of an API fact"))
            }
        }
    }

    /// Makes survey versions known to reports, in one transaction.
    ///
    /// # Errors
    /// The database is away or refused one; none was kept.
    pub async fn register_surveys(&self, surveys: Vec<SurveyRecord>) -> Result<(), StoreError> {
        self.keep(Fact::Surveys(surveys)).await
    }

    /// Whether the database can write, as it was seen within the last seconds. For a readiness probe, which costs a write
    /// only when nothing else was written for so long, and then one for all who ask. Does not wait for a place in the queue.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn ready(&self) -> Result<(), StoreError> {
        if let Some(seen) = self.health.seen(now()) {
            return seen;
        }
        let _one_at_a_time = self.health.probing().await;
        match self.health.seen(now()) {
            Some(seen) => seen,
            None => self.attempt(Fact::Heartbeat).await.map(drop),
        }
    }

    async fn attempt(&self, fact: Fact) -> Result<Applied, StoreError> {
        let (ack, result) = oneshot::channel();
        self.sender
            .try_send(Request { fact, ack })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::QueueFull,
                mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
            })?;
        result.await.unwrap_or(Err(StoreError::Closed))
    }

    async fn keep(&self, fact: Fact) -> Result<(), StoreError> {
        let (ack, result) = oneshot::channel();
        self.sender
            .send(Request { fact, ack })
            .await
            .map_err(|_| StoreError::Closed)?;
        result.await.unwrap_or(Err(StoreError::Closed)).map(drop)
    }
}
