//! A writer driven step by step, with a database that another process locks and lets go: each test knows in which state
//! the writer takes a fact, and none waits for time to pass.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

use super::{Request, State, WriterTask};
use crate::api_fact::ApiFact;
use crate::error::{StoreError, StoreErrorKind};
use crate::moment;
use crate::spool::Spool;
use crate::sqlite::{Access, SqliteOptions, SqliteStore};
use crate::store::{Applied, Fact, FactResult};
use crate::writer::WriterOptions;
use crate::writer::health::Health;
use aftercall_base::{CallUid, Disposition, RecordedAudio, RecordingEndReason, RecordingResult};
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::sampler::CallSampler;
use aftercall_survey::admission::{
    Admission, AdmissionReason, Eligibility, NewCall, SamplingTerms, Stratum, StratumKind,
};
use aftercall_survey::context::CallContext;
use aftercall_survey::record::{AnswerRecord, CallEnd, RecordingBegun, RecordingEnd};

/// More steps than anything here takes.
const STEPS: usize = 500;

/// Answers with this many keys fill a block of the spool by fours, so that what follows is replayed in a later step.
const MANY_KEYS: usize = 15_000;

type Ack = oneshot::Receiver<FactResult>;

/// A writer, its queue, and somebody who can take its database away.
struct Driven {
    task: WriterTask<SqliteStore>,
    state: Option<State>,
    queue: mpsc::Sender<Request>,
    stranger: SqlitePool,
    lock: Option<sqlx::Transaction<'static, sqlx::Sqlite>>,
    directory: TempDir,
}

impl Driven {
    /// A writer whose database has calls 1 and 2.
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        let store = SqliteStore::open(&SqliteOptions {
            busy_timeout: Duration::from_millis(50),
            ..SqliteOptions::new(&path, Access::Serve)
        })
        .await
        .unwrap();
        let options = WriterOptions {
            linger: Duration::ZERO,
            pace: Duration::ZERO,
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(1),
            ..WriterOptions::new("node-1", directory.path().join("spool"))
        };
        let spool = Spool::open(&options.spool, options.spool_limit_bytes)
            .await
            .unwrap();
        let (queue, receiver) = mpsc::channel(options.queue);
        let mut driven = Self {
            task: WriterTask::new(store, spool, receiver, options, Arc::new(Health::default())),
            state: Some(State::Well),
            queue,
            stranger: SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path))
                .await
                .unwrap(),
            lock: None,
            directory,
        };
        // What the last run left is counted first.
        driven.step().await;
        let admitted = driven.tell_all([admit(1, "one"), admit(2, "two")]);
        driven.step().await;
        assert!(admitted.into_iter().all(|ack| told(ack).is_ok()));
        driven
    }

    async fn step(&mut self) {
        let state = self
            .state
            .take()
            .expect("the writer goes on while its queue is open");
        self.state = self.task.step(state).await;
    }

    /// Steps until the writer is so.
    async fn step_until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..STEPS {
            if is_so(self) {
                return;
            }
            self.step().await;
        }
        panic!("{what}: not within {STEPS} steps");
    }

    fn is_well(&self) -> bool {
        matches!(self.state, Some(State::Well))
    }

    fn is_catching_up(&self) -> bool {
        matches!(self.state, Some(State::CatchingUp(_)))
    }

    fn is_down(&self) -> bool {
        matches!(self.state, Some(State::Down(_)))
    }

    fn tell(&self, fact: Fact) -> Ack {
        let (ack, result) = oneshot::channel();
        self.queue.try_send(Request { fact, ack }).unwrap();
        result
    }

    fn tell_all(&self, facts: impl IntoIterator<Item = Fact>) -> Vec<Ack> {
        facts.into_iter().map(|fact| self.tell(fact)).collect()
    }

    async fn take_database(&mut self) {
        self.lock = Some(self.stranger.begin_with("BEGIN IMMEDIATE").await.unwrap());
    }

    async fn give_database_back(&mut self) {
        self.lock.take().expect("it was taken").rollback().await.unwrap();
    }

    /// Lets an outage begin, in which these facts go to the spool.
    async fn spool(&mut self, facts: impl IntoIterator<Item = Fact>) {
        self.take_database().await;
        let acks = self.tell_all(facts);
        let queue = self.queue.clone();
        self.step_until("the facts are taken", |_| {
            queue.capacity() == queue.max_capacity()
        })
        .await;
        assert!(self.is_down(), "the database is locked");
        for ack in acks {
            assert_eq!(told(ack), Ok(Applied::Stored), "the spool has it");
        }
    }

    /// A writer about to replay its spool, the next step a first part of it: `older` wait behind that.
    async fn catching_up(older: impl IntoIterator<Item = Fact>) -> Self {
        let mut driven = Self::new().await;
        let filler = (0..5).map(|n| {
            Fact::Answer(AnswerRecord {
                alerts: Vec::new(),
                raw_digits: "1".repeat(MANY_KEYS),
                ..answer(2, &format!("filler_{n}"), 1)
            })
        });
        driven.spool(filler.chain(older)).await;
        driven.give_database_back().await;
        driven
            .step_until("the database is back", Self::is_catching_up)
            .await;
        driven
    }

    async fn text(&self, query: &'static str) -> Option<String> {
        let row = sqlx::query(query).fetch_optional(&self.stranger).await.unwrap();
        row.and_then(|row| row.get(0))
    }

    fn rejected(&self) -> Option<String> {
        std::fs::read_to_string(self.directory.path().join("spool.rejected")).ok()
    }

    fn spool_path(&self) -> PathBuf {
        self.directory.path().join("spool")
    }
}

/// What a fact came to in the steps so far.
fn told(mut ack: Ack) -> FactResult {
    ack.try_recv()
        .expect("the fact was dealt with in the steps before")
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_334_400, 0).unwrap() + TimeDelta::seconds(seconds)
}

fn uid(number: u64) -> CallUid {
    CallUid::new(at(0), &mut StdRng::seed_from_u64(number))
}

/// A call of this caller, of whom every call is surveyed.
fn admit(number: u64, caller: &str) -> Fact {
    let stratum = Stratum {
        route: "main".to_owned(),
        kind: StratumKind::Queue,
        counted_as: String::new(),
    };
    let turn = CallSampler::Every(NonZeroU32::MIN);
    Fact::Admit(Box::new(NewCall {
        uid: uid(number),
        node: "node-1".to_owned(),
        arrived_at: at(0),
        time_zone: chrono_tz::UTC,
        sip_call_id: format!("{number}@pbx"),
        dialled: "nps".to_owned(),
        context: CallContext {
            caller_hash: Some(caller.to_owned()),
            ..CallContext::default()
        },
        route: Some("main".to_owned()),
        survey: Some(SurveyVersion {
            name: "nps".to_owned(),
            version: "000000000001".to_owned(),
        }),
        eligibility: Eligibility::Eligible(SamplingTerms::of_sampler(stratum, turn, at(0).date_naive())),
    }))
}

fn answer(call: u64, question: &str, value: i64) -> AnswerRecord {
    AnswerRecord {
        alerts: Vec::new(),
        call: uid(call),
        question: question.to_owned(),
        value: Some(value),
        raw_digits: value.to_string(),
        early_digits: String::new(),
        attempts: 1,
        response_time: Duration::from_millis(700),
        prompt: None,
        heard: None,
        accepted_by_timeout: false,
        corrected_from: None,
        answered_at: at(10),
    }
}

fn nps(value: i64) -> Fact {
    Fact::Answer(answer(1, "nps", value))
}

fn end(disposition: Disposition) -> Fact {
    Fact::End(CallEnd {
        alerts: Vec::new(),
        call: uid(1),
        answered_at: None,
        ended_at: at(30),
        disposition,
        reason: "caller_hung_up".to_owned(),
        media: None,
        asked: None,
        spoken_language: None,
    })
}

fn opted_out(seconds: i64) -> Fact {
    Fact::OptedOut {
        call: uid(1),
        at: at(seconds),
    }
}

fn begun() -> RecordingBegun {
    RecordingBegun {
        call: uid(1),
        question: "why".to_owned(),
        path: "why.wav".to_owned(),
        begun_at: at(20),
    }
}

fn recorded() -> Fact {
    let audio = RecordedAudio {
        duration: Duration::from_millis(4_200),
        size_bytes: 67_244,
        sha256: "cd".repeat(32),
        speech: Duration::from_millis(3_000),
        empty: None,
    };
    Fact::RecordingEnded(RecordingEnd {
        alerts: Vec::new(),
        recording: begun(),
        kept: RecordingResult::Audio(audio),
        ended_by: RecordingEndReason::Key,
        ended_at: at(25),
    })
}

fn expired() -> Fact {
    Fact::RecordingExpired {
        call: uid(1),
        question: "why".to_owned(),
        at: at(90),
    }
}

/// What waits in the spool, what is told while it is replayed, and what the database says in the end.
struct Overtaking {
    rule: &'static str,
    older: Vec<Fact>,
    newer: Fact,
    query: &'static str,
    expected: String,
}

fn overtakings() -> Vec<Overtaking> {
    vec![
        Overtaking {
            rule: "a correction replaces the answer before it",
            older: vec![nps(3)],
            newer: nps(9),
            query: "SELECT CAST(value AS TEXT) FROM answer WHERE question_id = 'nps'",
            expected: "9".to_owned(),
        },
        Overtaking {
            rule: "the first end told stays",
            older: vec![end(Disposition::Partial)],
            newer: end(Disposition::Failed),
            query: "SELECT disposition FROM call WHERE disposition IS NOT NULL",
            expected: "partial".to_owned(),
        },
        Overtaking {
            rule: "the first moment of an opt-out stays",
            older: vec![opted_out(40)],
            newer: opted_out(50),
            query: "SELECT opted_out_at FROM opt_out",
            expected: moment::to_text(at(40)),
        },
        Overtaking {
            rule: "the first moment of an answered call stays",
            older: vec![Fact::Answered {
                call: uid(1),
                at: at(1),
                planned: None,
            }],
            newer: Fact::Answered {
                call: uid(1),
                at: at(2),
                planned: None,
            },
            query: "SELECT answered_at FROM call WHERE answered_at IS NOT NULL",
            expected: moment::to_text(at(1)),
        },
        Overtaking {
            rule: "a recording expires after it has ended",
            older: vec![Fact::RecordingBegun(begun()), recorded()],
            newer: expired(),
            query: "SELECT state FROM recording",
            expected: "expired".to_owned(),
        },
    ]
}

#[tokio::test]
async fn nothing_that_a_caller_does_while_the_spool_is_replayed_overtakes_it() {
    for Overtaking {
        rule,
        older,
        newer,
        query,
        expected,
    } in overtakings()
    {
        let mut writer = Driven::catching_up(older).await;
        let newer = writer.tell(newer);
        writer.step().await;
        assert!(writer.is_catching_up(), "{rule}: the spool is longer than a step");
        assert_eq!(told(newer), Ok(Applied::Stored), "{rule}");
        assert_eq!(writer.text(query).await, None, "{rule}: both wait in the spool");
        writer.step_until("the spool is empty", Driven::is_well).await;
        assert_eq!(writer.text(query).await, Some(expected), "{rule}");
        assert_eq!(writer.rejected(), None, "{rule}");
    }
}

#[tokio::test]
async fn call_is_admitted_while_the_spool_is_replayed_and_what_follows_of_it_waits_its_turn() {
    let mut writer = Driven::catching_up([nps(3)]).await;
    let admitted = writer.tell(admit(3, "three"));
    let given = writer.tell(Fact::Answer(answer(3, "nps", 7)));
    writer.step().await;
    assert!(writer.is_catching_up());
    let admitted = told(admitted);
    assert!(
        matches!(admitted, Ok(Applied::Admitted(Admission::Sampled { .. }))),
        "a new call does not wait for the answers of others: {admitted:?}"
    );
    assert_eq!(told(given), Ok(Applied::Stored));
    writer.step_until("the spool is empty", Driven::is_well).await;
    let answers = writer
        .text("SELECT group_concat(value, ' ') FROM (SELECT value FROM answer WHERE question_id = 'nps' ORDER BY value)")
        .await;
    assert_eq!(answers.as_deref(), Some("3 7"));
}

#[tokio::test]
async fn nobody_is_admitted_while_an_opt_out_waits_in_the_spool() {
    let mut writer = Driven::catching_up([opted_out(40)]).await;
    let again = writer.tell(admit(3, "one"));
    let let_in = writer.tell(Fact::Api(ApiFact::OptIn {
        caller_hashes: vec!["one".to_owned()],
    }));
    writer.step().await;
    assert!(writer.is_catching_up());
    for refused in [told(again), told(let_in)] {
        assert_eq!(refused, Err(StoreError::OptOutsWait));
        assert_eq!(
            StoreError::OptOutsWait.kind(),
            StoreErrorKind::Unavailable,
            "the PBX may try again"
        );
    }
    writer.step_until("the spool is empty", Driven::is_well).await;
    let later = writer.tell(admit(4, "one"));
    writer.step().await;
    assert_eq!(
        told(later),
        Ok(Applied::Admitted(Admission::Suppressed {
            reason: AdmissionReason::OptedOut
        }))
    );
}

#[tokio::test]
async fn calls_are_admitted_again_as_soon_as_the_last_opt_out_is_replayed() {
    let mut writer = Driven::new().await;
    let more = |from: u32| {
        (from..from + 5).map(|n| {
            Fact::Answer(AnswerRecord {
                alerts: Vec::new(),
                raw_digits: "1".repeat(MANY_KEYS),
                ..answer(2, &format!("filler_{n}"), 1)
            })
        })
    };
    writer.spool(std::iter::once(opted_out(40)).chain(more(0))).await;
    writer.give_database_back().await;
    writer
        .step_until("the database is back", Driven::is_catching_up)
        .await;
    let again = writer.tell(admit(3, "one"));
    writer.step().await;
    assert!(writer.is_catching_up(), "answers still wait");
    assert_eq!(
        told(again),
        Ok(Applied::Admitted(Admission::Suppressed {
            reason: AdmissionReason::OptedOut
        }))
    );
}

/// Steps until the correction lies in the spool, gives the database back, and steps until all is replayed.
async fn correction_is_spooled_and_replayed(writer: &mut Driven, correction: Ack) {
    writer
        .step_until("the correction is spooled", |writer| {
            writer.queue.capacity() == writer.queue.max_capacity()
        })
        .await;
    assert_eq!(told(correction), Ok(Applied::Stored));
    writer.give_database_back().await;
    writer.step_until("the spool is empty", Driven::is_well).await;
}

#[tokio::test]
async fn database_that_goes_away_again_while_the_spool_is_replayed_finds_all_in_its_order() {
    let mut writer = Driven::catching_up([nps(3)]).await;
    writer.take_database().await;
    let correction = writer.tell(nps(9));
    writer.step().await;
    assert!(
        writer.is_down(),
        "the first part of the spool could not be written"
    );
    correction_is_spooled_and_replayed(&mut writer, correction).await;
    let value = writer
        .text("SELECT CAST(value AS TEXT) FROM answer WHERE question_id = 'nps'")
        .await;
    assert_eq!(value.as_deref(), Some("9"));
    let fillers = writer
        .text("SELECT CAST(COUNT(*) AS TEXT) FROM answer WHERE call_uid <> (SELECT call_uid FROM answer WHERE question_id = 'nps')")
        .await;
    assert_eq!(
        fillers.as_deref(),
        Some("5"),
        "what was replayed twice is there once"
    );
}

#[tokio::test]
async fn line_that_a_failed_write_has_torn_costs_no_answer_before_or_behind_it() {
    let mut writer = Driven::new().await;
    writer.spool([nps(3)]).await;
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(writer.spool_path())
        .unwrap();
    std::io::Write::write_all(&mut file, b"deadbeef {\"fact\":\"ans").unwrap();
    let correction = writer.tell(nps(9));
    correction_is_spooled_and_replayed(&mut writer, correction).await;
    let value = writer
        .text("SELECT CAST(value AS TEXT) FROM answer WHERE question_id = 'nps'")
        .await;
    assert_eq!(value.as_deref(), Some("9"));
    assert_eq!(
        writer.rejected(),
        None,
        "what was never acknowledged is nobody's loss"
    );
}

#[tokio::test]
async fn line_that_was_damaged_in_the_spool_is_set_aside_and_holds_nothing_up() {
    let mut writer = Driven::catching_up([nps(3), end(Disposition::Partial)]).await;
    let spooled = std::fs::read_to_string(writer.spool_path()).unwrap();
    let damaged = spooled.replace("\"question\":\"nps\"", "\"question\":\"xyz\"");
    assert_ne!(damaged, spooled);
    std::fs::write(writer.spool_path(), damaged).unwrap();
    let correction = writer.tell(nps(9));
    writer.step().await;
    assert_eq!(told(correction), Ok(Applied::Stored));
    writer.step_until("the spool is empty", Driven::is_well).await;
    let facts = writer
        .text("SELECT disposition || ' ' || value FROM call JOIN answer USING (call_uid) WHERE question_id = 'nps'")
        .await;
    assert_eq!(facts.as_deref(), Some("partial 9"));
    let aside = writer.rejected().expect("a person can look at the damaged line");
    assert!(
        aside.contains("\"question\":\"xyz\"") && aside.lines().count() == 1,
        "{aside}"
    );
}
