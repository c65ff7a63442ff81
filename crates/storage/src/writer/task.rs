//! The writer's task: a state for each condition of the database.
//!
//! ```text
//!            commit failed                probe wrote
//!    Well ------------------> Down ------------------------> CatchingUp
//!     ^                        ^  \__ probe failed: longer pause |  |
//!     |                        \_________ commit failed _________/  |
//!     \_____________________________ spool is empty ________________/
//! ```
//! While the spool holds anything, every answer and end goes behind it, so that their order stays theirs. While it holds an
//! opt-out, nobody is admitted either: who has opted out would be surveyed by a database that does not know of it yet.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, gauge, histogram};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::WriterOptions;
use super::health::Health;
use crate::error::{Outage, StoreError, StoreErrorKind};
use crate::spool::{self, Spool};
use crate::store::{Applied, Fact, FactResult, Store};
use aftercall_runtime::clock::now;

type Probe = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

/// A fact and the one who waits for it.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) fact: Fact,
    pub(super) ack: oneshot::Sender<FactResult>,
}

enum State {
    Well,
    Down(Absence),
    /// With the pause before the next probe, should the database go away again: one that comes and goes is asked ever
    /// more seldom, and fills no log.
    CatchingUp(Duration),
}

/// An absent database.
struct Absence {
    since: Instant,
    error: StoreError,
    pause: Duration,
    probe: Probe,
}

pub(super) struct WriterTask<S> {
    store: S,
    spool: Spool,
    queue: mpsc::Receiver<Request>,
    options: WriterOptions,
    health: Arc<Health>,
    /// No commit begins before.
    not_before: Instant,
    counting: Counting,
}

/// When calls that have ended are to be counted.
struct Counting {
    /// `None`: nothing was stored since they were.
    due: Option<Instant>,
    /// Facts stored since.
    facts: usize,
}

/// A commit of more facts shows load.
const FEW: usize = 2;

/// Calls that are counted at once, and stored facts after which they are: so many share a transaction, and what a report reads by
/// rows, and the time that counting keeps callers waiting, stay small.
const COUNTED_AT_ONCE: u32 = 256;

/// Until counting is tried again that failed for another reason than the database's absence.
const COUNT_AGAIN: Duration = Duration::from_secs(60);

impl<S: Store> WriterTask<S> {
    pub(super) fn new(
        store: S,
        spool: Spool,
        queue: mpsc::Receiver<Request>,
        options: WriterOptions,
        health: Arc<Health>,
    ) -> Self {
        Self {
            store,
            spool,
            queue,
            options,
            health,
            not_before: Instant::now(),
            // The last run may have left calls.
            counting: Counting {
                due: Some(Instant::now()),
                facts: 0,
            },
        }
    }

    pub(super) const fn store(&self) -> &S {
        &self.store
    }

    /// Replays the whole spool; returns how many facts.
    pub(super) async fn replay_all(&mut self) -> Result<u64, StoreError> {
        let mut replayed = 0;
        while self.spool.waiting_bytes() > 0 {
            replayed += self.replay_some().await?;
        }
        Ok(replayed)
    }

    /// Runs until every handle is dropped.
    pub(super) async fn run(mut self) {
        let mut state = State::Well;
        gauge!("aftercall_storage_available").set(1.0);
        while let Some(next) = self.step(state).await {
            gauge!("aftercall_storage_spool_bytes").set(self.spool.waiting_bytes() as f64);
            state = next;
        }
    }

    async fn step(&mut self, state: State) -> Option<State> {
        match state {
            State::Well => self.commit_next().await,
            State::Down(absence) => self.spool_until_back(absence).await,
            State::CatchingUp(pause) => Some(self.catch_up(pause).await),
        }
    }

    async fn commit_next(&mut self) -> Option<State> {
        let mut requests = Vec::new();
        match self.received(&mut requests).await {
            None => return Some(self.count_ended().await),
            Some(0) => {
                self.count_ended().await;
                return None;
            }
            Some(_) => {}
        }
        self.linger(&mut requests).await;
        self.keep_pace(&mut requests).await;
        Some(match self.commit(requests).await {
            Ok(()) => State::Well,
            Err(error) => self.went_down(error, self.options.first_pause),
        })
    }

    /// Takes in what has come, or waits for it; 0: nothing will come any more. `None`: calls are to be counted first.
    async fn received(&mut self, requests: &mut Vec<Request>) -> Option<usize> {
        let more = self.queue.recv_many(requests, self.options.batch.max(1));
        match self.counting.due {
            Some(due) if due <= Instant::now() => None,
            Some(due) => tokio::time::timeout_at(due, more).await.ok(),
            None => Some(more.await),
        }
    }

    /// Counts calls that have ended, some of them; the rest next time.
    async fn count_ended(&mut self) -> State {
        let counted = self.store.count_ended(COUNTED_AT_ONCE).await;
        self.counting.facts = 0;
        self.counting.due = match counted {
            Ok(counted) => (counted >= u64::from(COUNTED_AT_ONCE)).then(Instant::now),
            Err(error) if error.kind() == StoreErrorKind::Unavailable => {
                self.health.failed(&error);
                // It is asked for again when the database is back.
                self.counting.due = Some(Instant::now());
                return self.went_down(error, self.options.first_pause);
            }
            Err(error) => {
                tracing::error!(%error, "calls that have ended cannot be counted; reports read them from their rows");
                Some(Instant::now() + COUNT_AGAIN)
            }
        };
        State::Well
    }

    /// Takes in more while nobody waits for what is there.
    async fn linger(&mut self, requests: &mut Vec<Request>) {
        let until = Instant::now() + self.options.linger;
        let most = self.options.batch.max(1);
        while requests.len() < most && !requests.iter().any(|request| request.fact.is_urgent()) {
            let more = self.queue.recv_many(requests, most - requests.len());
            if !matches!(tokio::time::timeout_at(until, more).await, Ok(1..)) {
                return;
            }
        }
    }

    /// Under load, takes in what comes until the next commit may begin.
    async fn keep_pace(&mut self, requests: &mut Vec<Request>) {
        let most = self.options.batch.max(1);
        if Instant::now() < self.not_before {
            tokio::time::sleep_until(self.not_before).await;
            while requests.len() < most
                && let Ok(more) = self.queue.try_recv()
            {
                requests.push(more);
            }
        }
        if requests.len() > FEW {
            self.not_before = Instant::now() + self.options.pace;
        }
    }

    /// Commits requests; when the database fails, spools or refuses them.
    async fn commit(&mut self, requests: Vec<Request>) -> Result<(), StoreError> {
        let (facts, acks): (Vec<Fact>, Vec<_>) = requests.into_iter().map(|r| (r.fact, r.ack)).unzip();
        let started = Instant::now();
        match self.store.apply(&facts).await {
            Ok(results) => {
                histogram!("aftercall_storage_commit_seconds").record(started.elapsed().as_secs_f64());
                histogram!("aftercall_storage_commit_facts").record(facts.len() as f64);
                self.health.wrote(now());
                self.counting.stored(facts.len(), self.options.count_after);
                acknowledge(&facts, acks, results, "database");
                Ok(())
            }
            Err(error) => {
                self.health.failed(&error);
                self.divert(facts, acks, &error).await;
                Err(error)
            }
        }
    }

    /// Sends what the spool takes there, and fails the rest with `error`.
    async fn divert(&mut self, facts: Vec<Fact>, acks: Vec<oneshot::Sender<FactResult>>, error: &StoreError) {
        let (mut kept, mut kept_acks) = (Vec::new(), Vec::new());
        let (mut failed, mut failed_acks) = (Vec::new(), Vec::new());
        for (fact, ack) in facts.into_iter().zip(acks) {
            let (facts, acks) = match spool::takes(&fact) {
                true => (&mut kept, &mut kept_acks),
                false => (&mut failed, &mut failed_acks),
            };
            facts.push(fact);
            acks.push(ack);
        }
        let results = self
            .spool
            .append(&kept)
            .await
            .into_iter()
            .map(|kept| kept.map(|()| Applied::Stored));
        acknowledge(&kept, kept_acks, results.collect(), "spool");
        let results = failed.iter().map(|_| Err(error.clone())).collect();
        acknowledge(&failed, failed_acks, results, "none");
    }

    async fn spool_until_back(&mut self, mut absence: Absence) -> Option<State> {
        let mut requests = Vec::new();
        tokio::select! {
            biased;
            probed = &mut absence.probe => Some(self.probed(absence, probed)),
            count = self.queue.recv_many(&mut requests, self.options.batch.max(1)) => {
                let (facts, acks) = requests.into_iter().map(|r| (r.fact, r.ack)).unzip();
                self.divert(facts, acks, &absence.error).await;
                (count > 0).then_some(State::Down(absence))
            }
        }
    }

    fn probed(&self, mut absence: Absence, probed: Result<(), StoreError>) -> State {
        match probed {
            Ok(()) => {
                self.health.wrote(now());
                let away_ms = u64::try_from(absence.since.elapsed().as_millis()).unwrap_or(u64::MAX);
                let waiting = self.spool.waiting_bytes();
                tracing::info!(
                    away_ms,
                    spool.bytes = waiting,
                    "the database is available again; replaying the spool"
                );
                gauge!("aftercall_storage_available").set(1.0);
                State::CatchingUp(self.longer(absence.pause))
            }
            Err(error) => {
                self.health.failed(&error);
                absence.pause = self.longer(absence.pause);
                absence.probe = self.probe(absence.pause);
                absence.error = error;
                State::Down(absence)
            }
        }
    }

    fn went_down(&self, error: StoreError, pause: Duration) -> State {
        tracing::error!(%error, "the database is unavailable: new calls are refused, answers go to the spool");
        counter!("aftercall_storage_outages_total", "outage" => outage_word(&error)).increment(1);
        gauge!("aftercall_storage_available").set(0.0);
        State::Down(Absence {
            since: Instant::now(),
            error,
            pause,
            probe: self.probe(pause),
        })
    }

    fn longer(&self, pause: Duration) -> Duration {
        (pause * 2).min(self.options.longest_pause)
    }

    fn probe(&self, pause: Duration) -> Probe {
        let store = self.store.clone();
        Box::pin(async move {
            tokio::time::sleep(pause).await;
            store.apply(&[Fact::Heartbeat]).await.map(drop)
        })
    }

    /// Replays some of the spool, then serves some of the queue: fewer, so that the spool ends.
    async fn catch_up(&mut self, pause: Duration) -> State {
        if let Err(error) = self.replay_some().await {
            self.health.failed(&error);
            return self.went_down(error, pause);
        }
        if self.spool.waiting_bytes() == 0 {
            return State::Well;
        }
        let (mut direct, mut diverted) = (Vec::new(), Vec::new());
        let opt_outs_wait = self.spool.holds_opt_out();
        for _ in 0..self.options.batch.div_ceil(4) {
            let Ok(request) = self.queue.try_recv() else { break };
            if spool::takes(&request.fact) || (opt_outs_wait && request.fact.depends_on_opt_outs()) {
                diverted.push(request);
            } else {
                direct.push(request);
            }
        }
        let (facts, acks) = diverted.into_iter().map(|r| (r.fact, r.ack)).unzip();
        self.divert(facts, acks, &StoreError::OptOutsWait).await;
        if !direct.is_empty()
            && let Err(error) = self.commit(direct).await
        {
            return self.went_down(error, pause);
        }
        State::CatchingUp(pause)
    }

    async fn replay_some(&mut self) -> Result<u64, StoreError> {
        let waiting = self.spool.waiting().await?;
        let results = self.store.apply(&waiting.facts).await?;
        let refused: Vec<&Fact> = waiting
            .facts
            .iter()
            .zip(&results)
            .filter(|(_, result)| result.is_err())
            .map(|(fact, _)| fact)
            .collect();
        if !refused.is_empty() || !waiting.damaged.is_empty() {
            self.spool.set_aside(&refused, &waiting.damaged).await?;
            let (refused, damaged) = (refused.len(), waiting.damaged.len());
            tracing::warn!(
                lines.refused = refused,
                lines.damaged = damaged,
                "spool lines set aside in `.rejected`"
            );
            counter!("aftercall_storage_spool_rejected_total").increment((refused + damaged) as u64);
        }
        self.spool.replayed(&waiting).await?;
        Ok(waiting.facts.len() as u64)
    }
}

impl Counting {
    fn stored(&mut self, facts: usize, count_after: Duration) {
        self.facts += facts;
        let now = Instant::now();
        if self.facts >= COUNTED_AT_ONCE as usize {
            self.due = Some(now);
        }
        self.due.get_or_insert(now + count_after);
    }
}

/// Answers every request. One whose sender no longer waits is stored all the same.
fn acknowledge(
    facts: &[Fact],
    acks: Vec<oneshot::Sender<FactResult>>,
    results: Vec<FactResult>,
    kept_in: &'static str,
) {
    for ((fact, ack), result) in facts.iter().zip(acks).zip(results) {
        let kept_in = if result.is_ok() { kept_in } else { "none" };
        counter!("aftercall_storage_facts_total", "fact" => fact.as_str(), "kept_in" => kept_in).increment(1);
        ack.send(result).ok();
    }
}

const fn outage_word(error: &StoreError) -> &'static str {
    match error {
        StoreError::Unavailable { outage, .. } => outage.as_str(),
        _ => Outage::Other.as_str(),
    }
}

#[cfg(test)]
mod tests;
