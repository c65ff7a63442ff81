//! The database goes away and comes back; no answer is lost and no call is taken that cannot be counted.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqlitePool;
use tokio::task::JoinSet;

use crate::support::{
    admit, after, answers, call, call_end, counts, ends_of, everything, open, record, recording, stranger,
    uid,
};
use aftercall_base::{CallUid, Disposition, RecordedAudio, RecordingEndReason, RecordingResult};
use aftercall_storage::api_fact::ApiFact;
use aftercall_storage::comment::CommentPlace;
use aftercall_storage::error::Outage;
use aftercall_storage::store::{Fact, FactResult, RebuildProgress, Renewed};
use aftercall_storage::tally::RecordingOutcome;
use aftercall_storage::writer::{Started, WriterHandle, WriterOptions, start};
use aftercall_storage::{Cause, Snapshot, SqliteStore, Store, StoreError, StoreErrorKind};
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::{AdmissionState, NewCall, SamplingPlan};
use aftercall_survey::record::{
    CallFound, CallName, MatchKeys, MatchedAnnouncement, OptOut, RecordingBegun, RecordingEnd, StoredDecision,
};

/// A store whose database can be taken away.
#[derive(Clone)]
struct Fragile {
    inner: SqliteStore,
    is_away: Arc<AtomicBool>,
    attempts: Arc<AtomicU64>,
}

impl Fragile {
    async fn open(path: &Path) -> Self {
        Self {
            inner: open(path).await,
            is_away: Arc::default(),
            attempts: Arc::default(),
        }
    }

    fn away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::SeqCst);
    }
}

impl Store for Fragile {
    type Snapshot = <SqliteStore as Store>::Snapshot;

    async fn apply(&self, facts: &[Fact]) -> Result<Vec<FactResult>, StoreError> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        match self.is_away.load(Ordering::SeqCst) {
            true => Err(StoreError::Unavailable {
                outage: Outage::DiskFull,
                reason: Cause::new("no space"),
            }),
            false => self.inner.apply(facts).await,
        }
    }

    async fn count_ended(&self, most: u32) -> Result<u64, StoreError> {
        self.inner.count_ended(most).await
    }

    async fn sweep(&self, node: &str) -> Result<u64, StoreError> {
        self.inner.sweep(node).await
    }

    async fn snapshot(&self) -> Result<Self::Snapshot, StoreError> {
        self.inner.snapshot().await
    }

    async fn renewed(&self, snapshot: Self::Snapshot) -> Result<Renewed<Self::Snapshot>, StoreError> {
        self.inner.renewed(snapshot).await
    }

    async fn open_recordings(&self, node: &str) -> Result<Vec<RecordingBegun>, StoreError> {
        self.inner.open_recordings(node).await
    }

    async fn recordings_before(
        &self,
        node: &str,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<RecordingBegun>, StoreError> {
        self.inner.recordings_before(node, before, limit).await
    }

    async fn definition(&self, survey: &SurveyVersion) -> Result<Option<String>, StoreError> {
        self.inner.definition(survey).await
    }

    async fn admission_state<'c>(&self, call: &'c NewCall) -> Result<AdmissionState<'c>, StoreError> {
        self.inner.admission_state(call).await
    }

    async fn add_sampling_plans(&self, plans: &[SamplingPlan]) -> Result<(), StoreError> {
        self.inner.add_sampling_plans(plans).await
    }

    async fn latest_sampling_plans(&self) -> Result<Vec<SamplingPlan>, StoreError> {
        self.inner.latest_sampling_plans().await
    }

    async fn sampling_plans(
        &self,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> Result<Vec<SamplingPlan>, StoreError> {
        self.inner.sampling_plans(from, until).await
    }

    async fn decided(&self, call: CallUid) -> Result<Option<StoredDecision>, StoreError> {
        self.inner.decided(call).await
    }

    async fn waiting_for(
        &self,
        keys: &MatchKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<MatchedAnnouncement>, StoreError> {
        self.inner.waiting_for(keys, now).await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        self.inner.waiting().await
    }

    async fn call(&self, name: &CallName) -> Result<Option<CallFound>, StoreError> {
        self.inner.call(name).await
    }

    async fn opted_out_since(&self, caller_hashes: &[String]) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.inner.opted_out_since(caller_hashes).await
    }

    async fn opt_outs(&self) -> Result<u64, StoreError> {
        self.inner.opt_outs().await
    }

    async fn set_listened(
        &self,
        comment: &CommentPlace,
        listener: &str,
        at: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        self.inner.set_listened(comment, listener, at).await
    }

    async fn forget(&self, call: CallUid) -> Result<bool, StoreError> {
        self.inner.forget(call).await
    }

    async fn mark_for_rebuild(&self) -> Result<(), StoreError> {
        self.inner.mark_for_rebuild().await
    }

    async fn rebuild(&self, progress: impl FnMut(RebuildProgress) + Send) -> Result<u64, StoreError> {
        self.inner.rebuild(progress).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

fn writer_options(path: &Path) -> WriterOptions {
    WriterOptions {
        first_pause: Duration::from_millis(5),
        longest_pause: Duration::from_millis(20),
        ..WriterOptions::new("node-1", path.with_extension("spool"))
    }
}

async fn values(store: &impl Store) -> Vec<(String, Option<i64>, u64)> {
    answers(store, &everything())
        .await
        .into_iter()
        .map(|tally| (tally.question, tally.value, tally.answers))
        .collect()
}

async fn wait_until_ready(handle: &WriterHandle) {
    let ready = async {
        while handle.ready().await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ready)
        .await
        .expect("the writer comes back with its database");
}

async fn stop(running: Started) {
    drop(running.handle);
    running.task.await.unwrap();
}

fn spooled(path: &Path) -> u64 {
    std::fs::metadata(path.with_extension("spool")).unwrap().len()
}

#[tokio::test]
async fn recordings_outlive_an_outage_in_their_order() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    store.away(true);
    let begun = recording(1, "why");
    running.handle.recording_begun(begun.clone()).await.unwrap();
    let audio = RecordedAudio {
        duration: Duration::from_millis(4_200),
        size_bytes: 67_244,
        sha256: "cd".repeat(32),
        speech: Duration::from_millis(3_000),
        empty: None,
    };
    let end = RecordingEnd {
        alerts: Vec::new(),
        recording: begun,
        kept: RecordingResult::Audio(audio),
        ended_by: RecordingEndReason::CallerHungUp,
        ended_at: after(50),
    };
    running.handle.recording_ended(end).await.unwrap();
    assert!(spooled(&path) > 0, "both wait in the spool");
    store.away(false);
    wait_until_ready(&running.handle).await;
    stop(running).await;
    let again = start(store.clone(), writer_options(&path)).await.unwrap();
    stop(again).await;
    let tallies = store
        .snapshot()
        .await
        .unwrap()
        .recording_tallies(&everything())
        .await
        .unwrap();
    assert_eq!(tallies.len(), 1);
    assert_eq!(
        (tallies[0].outcome, tallies[0].duration_ms),
        (RecordingOutcome::Comment, 4_200)
    );
}

#[tokio::test]
async fn answers_outlive_an_outage_and_are_replayed_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    let handle = &running.handle;
    handle.admit(call(1, None, 1)).await.unwrap();
    store.away(true);
    handle.answered(uid(1), after(2), None).await.unwrap();
    handle.answer(record(1, "nps", Some(3))).await.unwrap();
    handle.answer(record(1, "nps", Some(9))).await.unwrap();
    handle.end(call_end(1, Disposition::Partial)).await.unwrap();
    assert!(spooled(&path) > 0, "an acknowledged answer is in the spool");
    let refused = handle.admit(call(2, None, 1)).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    assert!(
        handle
            .ready()
            .await
            .unwrap_err()
            .to_string()
            .contains("disk_full")
    );
    store.away(false);
    wait_until_ready(handle).await;
    handle.end(call_end(1, Disposition::Failed)).await.unwrap();
    stop(running).await;
    assert_eq!(values(&store).await, [("nps".to_owned(), Some(9), 1)]);
    assert_eq!(
        ends_of(&counts(&store, &everything()).await),
        [(Some(Disposition::Partial), 1)],
        "the spooled end came first"
    );
    assert_eq!(spooled(&path), 0);
}

#[tokio::test]
async fn spool_left_by_a_crash_is_replayed_before_the_sweep() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    running.handle.admit(call(2, None, 1)).await.unwrap();
    store.away(true);
    running.handle.answer(record(1, "nps", Some(9))).await.unwrap();
    running
        .handle
        .end(call_end(1, Disposition::NoAnswer))
        .await
        .unwrap();
    running.handle.answer(record(2, "nps", Some(1))).await.unwrap();
    stop(running).await;
    let mut torn = std::fs::OpenOptions::new()
        .append(true)
        .open(path.with_extension("spool"))
        .unwrap();
    std::io::Write::write_all(&mut torn, b"deadbeef {\"fact\":\"ans").unwrap();
    store.away(false);
    let again = start(store.clone(), writer_options(&path)).await.unwrap();
    assert_eq!(
        (again.replayed, again.swept),
        (3, 1),
        "call 1 had ended, call 2 had not"
    );
    stop(again).await;
    let ends = ends_of(&counts(&store, &everything()).await);
    assert_eq!(
        ends,
        [(Some(Disposition::NoAnswer), 1), (Some(Disposition::Partial), 1)]
    );
}

/// SQLite goes on with a file that has no name any more, and everything would be gone at the next start without a word.
#[tokio::test]
async fn file_that_was_removed_or_replaced_is_an_outage_until_it_is_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    let elsewhere = directory.path().join("moved.db");
    for another in [None, Some("not the database")] {
        std::fs::rename(&path, &elsewhere).unwrap();
        if let Some(text) = another {
            std::fs::write(&path, text).unwrap();
        }
        let refused = running.handle.admit(call(2, None, 2)).await.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
        assert!(refused.to_string().contains("removed"), "{refused}");
        running.handle.answer(record(1, "nps", Some(9))).await.unwrap();
        assert!(spooled(&path) > 0, "answers wait in the spool");
        assert!(running.handle.ready().await.is_err());
        std::fs::rename(&elsewhere, &path).unwrap();
        wait_until_ready(&running.handle).await;
    }
    running.handle.admit(call(2, None, 2)).await.unwrap();
    stop(running).await;
    assert_eq!(values(&store).await, [("nps".to_owned(), Some(9), 1)]);
}

#[tokio::test]
async fn writer_asks_an_absent_database_seldom() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let options = WriterOptions {
        first_pause: Duration::from_secs(60),
        ..writer_options(&path)
    };
    let running = start(store.clone(), options).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    store.away(true);
    let before = store.attempts.load(Ordering::SeqCst);
    for _answer in 0..50 {
        running.handle.answer(record(1, "nps", Some(9))).await.unwrap();
    }
    assert_eq!(
        store.attempts.load(Ordering::SeqCst),
        before + 1,
        "one failure, then only the spool"
    );
    stop(running).await;
}

#[tokio::test]
async fn full_spool_is_told_to_the_call() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let options = WriterOptions {
        spool_limit_bytes: 600,
        ..writer_options(&path)
    };
    let running = start(store.clone(), options).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    store.away(true);
    let mut results = Vec::new();
    for question in ["a", "b", "c", "d", "e"] {
        results.push(running.handle.answer(record(1, question, Some(9))).await);
    }
    let kept = results.iter().filter(|result| result.is_ok()).count() as u64;
    assert!(
        matches!(results.last(), Some(Err(StoreError::Spool { .. }))),
        "{results:?}"
    );
    store.away(false);
    wait_until_ready(&running.handle).await;
    running.handle.answer(record(1, "f", Some(9))).await.unwrap();
    stop(running).await;
    assert_eq!(
        values(&store).await.len() as u64,
        kept + 1,
        "what was acknowledged is there, no more and no less"
    );
}

#[tokio::test]
async fn spooled_fact_that_the_database_refuses_is_set_aside_and_holds_nothing_up() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    store.away(true);
    running.handle.answer(record(99, "nps", Some(1))).await.unwrap();
    running.handle.answer(record(1, "nps", Some(9))).await.unwrap();
    store.away(false);
    wait_until_ready(&running.handle).await;
    running.handle.answered(uid(1), after(2), None).await.unwrap();
    stop(running).await;
    assert_eq!(values(&store).await, [("nps".to_owned(), Some(9), 1)]);
    let aside = std::fs::read_to_string(path.with_extension("spool.rejected")).unwrap();
    assert!(aside.contains(&uid(99).to_string()), "{aside}");
}

#[tokio::test]
async fn unknown_call_fails_only_its_own_answer() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let running = start(open(&path).await, writer_options(&path)).await.unwrap();
    let handle = &running.handle;
    let (first, second, third) = tokio::join!(
        handle.admit(call(1, None, 1)),
        handle.answer(record(99, "nps", Some(9))),
        handle.admit(call(2, None, 1)),
    );
    assert!(first.is_ok() && third.is_ok());
    assert_eq!(second.unwrap_err().kind(), StoreErrorKind::Refused);
    stop(running).await;
}

/// A value beyond SQLite's limits, and one of another type than its column: an operator's trigger stands for both, as no
/// value of ours is a gigabyte long.
const FAULTS_OF_A_VALUE: [(&str, &str); 2] = [
    ("SELECT zeroblob(2000000000)", "too big"),
    ("UPDATE heartbeat SET id = 'one'", "mismatch"),
];

#[tokio::test]
async fn value_that_the_database_cannot_hold_fails_its_own_fact_and_no_other() {
    for (statement, said) in FAULTS_OF_A_VALUE {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftercall.db");
        let store = Fragile::open(&path).await;
        let running = start(store.clone(), writer_options(&path)).await.unwrap();
        let handle = &running.handle;
        handle.admit(call(1, None, 1)).await.unwrap();
        let trigger = format!(
            "CREATE TRIGGER faulty BEFORE INSERT ON answer WHEN NEW.question_id = 'faulty' BEGIN {statement}; END"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(trigger))
            .execute(&stranger(&path).await)
            .await
            .unwrap();
        let (before, faulty, behind, admitted) = tokio::join!(
            handle.answer(record(1, "nps", Some(9))),
            handle.answer(record(1, "faulty", Some(9))),
            handle.answer(record(1, "ces", Some(4))),
            handle.admit(call(2, None, 1)),
        );
        assert!(before.is_ok() && behind.is_ok() && admitted.is_ok(), "{said}");
        let refused = faulty.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Refused, "{refused}");
        assert!(refused.to_string().contains(said), "{refused}");
        assert_eq!(handle.ready().await, Ok(()), "{said}: the database is not away");
        assert_eq!(spooled(&path), 0, "{said}");
        let alone = handle.answer(record(1, "faulty", Some(9))).await.unwrap_err();
        assert_eq!(
            alone.kind(),
            StoreErrorKind::Refused,
            "also in a commit of its own: {alone}"
        );
        store.away(true);
        handle.answer(record(1, "faulty", Some(9))).await.unwrap();
        handle.answer(record(1, "topic", Some(1))).await.unwrap();
        store.away(false);
        wait_until_ready(handle).await;
        stop(running).await;
        let stored: Vec<String> = values(&store)
            .await
            .into_iter()
            .map(|(question, ..)| question)
            .collect();
        assert_eq!(stored, ["ces", "nps", "topic"], "{said}");
        let aside = std::fs::read_to_string(path.with_extension("spool.rejected")).unwrap();
        assert!(
            aside.contains("\"question\":\"faulty\"") && aside.lines().count() == 1,
            "{said}: the refused fact is named, and it alone: {aside}"
        );
    }
}

async fn lock(stranger: &SqlitePool) -> sqlx::Transaction<'static, sqlx::Sqlite> {
    stranger.begin_with("BEGIN IMMEDIATE").await.unwrap()
}

#[tokio::test]
async fn database_locked_by_another_process_counts_as_away_until_it_lets_go() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    let stranger = stranger(&path).await;
    let held = lock(&stranger).await;
    let refused = running.handle.admit(call(2, None, 1)).await.unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::Unavailable {
                outage: Outage::Busy,
                ..
            }
        ),
        "{refused}"
    );
    running.handle.answer(record(1, "nps", Some(9))).await.unwrap();
    held.rollback().await.unwrap();
    wait_until_ready(&running.handle).await;
    running.handle.admit(call(3, None, 1)).await.unwrap();
    running.handle.answer(record(1, "ces", Some(4))).await.unwrap();
    stop(running).await;
    assert_eq!(values(&store).await.len(), 2);
    let arrived = counts(&store, &everything()).await.arrived;
    assert_eq!(arrived, 2, "the call turned away left no row");
}

#[tokio::test]
async fn table_taken_away_by_hand_counts_as_an_outage_and_loses_no_answer() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    let stranger = stranger(&path).await;
    sqlx::raw_sql("ALTER TABLE answer RENAME TO answer_elsewhere")
        .execute(&stranger)
        .await
        .unwrap();
    running.handle.answer(record(1, "nps", Some(9))).await.unwrap();
    sqlx::raw_sql("ALTER TABLE answer_elsewhere RENAME TO answer")
        .execute(&stranger)
        .await
        .unwrap();
    wait_until_ready(&running.handle).await;
    running.handle.answer(record(1, "ces", Some(4))).await.unwrap();
    stop(running).await;
    assert_eq!(values(&store).await.len(), 2);
}

#[tokio::test]
async fn second_service_on_the_same_spool_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    let second = start(store.clone(), writer_options(&path)).await.unwrap_err();
    assert!(matches!(second, StoreError::SpoolOpen { .. }), "{second}");
    store.apply(&[admit(5, None, 1)]).await.unwrap();
    stop(running).await;
    stop(start(store, writer_options(&path)).await.unwrap()).await;
}

#[tokio::test]
async fn calls_that_arrive_together_share_commits() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    let begun = tokio::time::Instant::now();
    let mut calls = JoinSet::new();
    for number in 0..2_000 {
        let handle = running.handle.clone();
        calls.spawn(async move { handle.admit(call(number, None, 10)).await });
    }
    while let Some(admitted) = calls.join_next().await {
        admitted.unwrap().unwrap();
    }
    println!("2,000 admissions in {:?}", begun.elapsed());
    let commits = store.attempts.load(Ordering::SeqCst);
    assert!(commits <= 100, "2,000 calls took {commits} commits");
    stop(running).await;
}

#[tokio::test]
async fn full_queue_turns_calls_away_at_once_and_keeps_answers_waiting() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let options = WriterOptions {
        queue: 1,
        ..writer_options(&path)
    };
    let running = start(store.clone(), options).await.unwrap();
    running.handle.admit(call(1, None, 1)).await.unwrap();
    let handle = &running.handle;
    let (first, second, answered) = tokio::join!(
        biased;
        handle.admit(call(2, None, 1)),
        handle.admit(call(3, None, 1)),
        handle.answer(record(1, "nps", Some(9))),
    );
    assert!(first.is_ok() && answered.is_ok());
    assert_eq!(second, Err(StoreError::QueueFull));
    stop(running).await;
    assert_eq!(values(&store).await.len(), 1);
}

#[tokio::test]
async fn what_is_told_by_http_is_refused_while_the_database_is_away_for_it_can_be_told_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = Fragile::open(&path).await;
    let running = start(store.clone(), writer_options(&path)).await.unwrap();
    let opt_out = || {
        ApiFact::OptOut(OptOut {
            caller_hash: "aa".to_owned(),
            former_hashes: Vec::new(),
            at: after(1),
            api_key: "pbx".to_owned(),
        })
    };
    store.away(true);
    let refused = running.handle.api_fact(opt_out()).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    store.away(false);
    wait_until_ready(&running.handle).await;
    assert_eq!(
        store.opt_outs().await,
        Ok(0),
        "what was refused was not kept behind the back"
    );
    running.handle.api_fact(opt_out()).await.unwrap();
    assert_eq!(store.opt_outs().await, Ok(1));
    stop(running).await;
}
