//! Facts for storage and report tests.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use aftercall_base::{CallUid, Disposition, EmptyReason, RecordedAudio, RecordingEndReason, RecordingResult};
use aftercall_storage::selection::{Selection, Split};
use aftercall_storage::store::Fact;
use aftercall_storage::tally::{AnswerTally, CallCounts};
use aftercall_storage::{Access, Snapshot, SqliteOptions, SqliteStore, Store};
use aftercall_survey::admission::sampler::CallSampler;
use aftercall_survey::admission::{
    Admission, AdmissionReason, Eligibility, NewCall, SamplingTerms, Stratum, StratumKind,
};
use aftercall_survey::context::{CallContext, ContextValues, Field};
use aftercall_survey::record::{AnswerRecord, CallEnd, RecordingBegun, RecordingEnd};
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord, SurveyVersion};

/// 2026-11-22T08:00:00Z.
pub(crate) fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_334_400, 0).unwrap()
}

pub(crate) fn after(seconds: i64) -> DateTime<Utc> {
    morning() + TimeDelta::seconds(seconds)
}

pub(crate) fn uid(number: u64) -> CallUid {
    CallUid::new(morning(), &mut StdRng::seed_from_u64(number))
}

pub(crate) fn call(number: u64, queue: Option<&str>, every: u32) -> NewCall {
    NewCall {
        uid: uid(number),
        node: "node-1".to_owned(),
        arrived_at: after(i64::try_from(number).unwrap()),
        time_zone: chrono_tz::UTC,
        sip_call_id: format!("{number}@pbx"),
        dialled: "nps".to_owned(),
        context: CallContext {
            values: ContextValues::of(queue.map(|queue| (Field::Queue, queue))),
            ..CallContext::default()
        },
        route: Some("main".to_owned()),
        survey: Some(SurveyVersion {
            name: "nps".to_owned(),
            version: "000000000001".to_owned(),
        }),
        eligibility: Eligibility::Eligible(SamplingTerms::of_sampler(
            Stratum {
                route: "main".to_owned(),
                kind: StratumKind::Queue,
                counted_as: queue.unwrap_or_default().to_owned(),
            },
            CallSampler::Every(nth(every)),
            morning().date_naive(),
        )),
    }
}

pub(crate) fn nth(every: u32) -> NonZeroU32 {
    NonZeroU32::new(every).unwrap()
}

/// What becomes of the call at `position`, one in `every`.
pub(crate) fn turn(position: u64, every: u32) -> Admission {
    let reason = AdmissionReason::Every { every: nth(every) };
    match position.is_multiple_of(u64::from(every)) {
        true => Admission::Sampled { position, reason },
        false => Admission::NotSampled { position, reason },
    }
}

pub(crate) fn admit(number: u64, queue: Option<&str>, every: u32) -> Fact {
    Fact::Admit(Box::new(call(number, queue, every)))
}

pub(crate) fn suppressed(number: u64) -> Fact {
    let eligibility = Eligibility::Suppressed {
        reason: AdmissionReason::NoRoute,
    };
    Fact::Admit(Box::new(NewCall {
        eligibility,
        route: None,
        survey: None,
        ..call(number, None, 1)
    }))
}

pub(crate) fn recording(number: u64, question: &str) -> RecordingBegun {
    RecordingBegun {
        call: uid(number),
        question: question.to_owned(),
        path: format!("2026-11-22/{}-{question}.wav", uid(number)),
        begun_at: after(i64::try_from(number).unwrap() + 20),
    }
}

/// 12.5 s of sound.
pub(crate) fn audio(empty: Option<EmptyReason>) -> RecordingResult {
    RecordingResult::Audio(RecordedAudio {
        duration: Duration::from_millis(12_500),
        size_bytes: 200_044,
        sha256: "ab".repeat(32),
        speech: Duration::from_millis(8_000),
        empty,
    })
}

pub(crate) fn recorded(number: u64, question: &str, kept: RecordingResult) -> Fact {
    Fact::RecordingEnded(RecordingEnd {
        alerts: Vec::new(),
        recording: recording(number, question),
        kept,
        ended_by: RecordingEndReason::Key,
        ended_at: after(i64::try_from(number).unwrap() + 40),
    })
}

pub(crate) fn answered(number: u64) -> Fact {
    Fact::Answered {
        call: uid(number),
        at: after(i64::try_from(number).unwrap() + 1),
        planned: None,
    }
}

pub(crate) fn record(number: u64, question: &str, value: Option<i64>) -> AnswerRecord {
    AnswerRecord {
        alerts: Vec::new(),
        call: uid(number),
        question: question.to_owned(),
        value,
        raw_digits: value.map(|value| value.to_string()).unwrap_or_default(),
        early_digits: String::new(),
        attempts: 1,
        response_time: Duration::from_millis(850),
        prompt: None,
        heard: None,
        accepted_by_timeout: false,
        corrected_from: None,
        answered_at: after(i64::try_from(number).unwrap() + 10),
    }
}

pub(crate) fn answer(number: u64, question: &str, value: Option<i64>) -> Fact {
    Fact::Answer(record(number, question, value))
}

pub(crate) fn call_end(number: u64, disposition: Disposition) -> CallEnd {
    CallEnd {
        alerts: Vec::new(),
        call: uid(number),
        answered_at: None,
        ended_at: after(i64::try_from(number).unwrap() + 30),
        disposition,
        reason: "caller_hung_up".to_owned(),
        media: None,
        asked: None,
        spoken_language: None,
    }
}

pub(crate) fn end(number: u64, disposition: Disposition) -> Fact {
    Fact::End(call_end(number, disposition))
}

pub(crate) fn question(id: &str, metric: Metric, scale: (i64, i64)) -> QuestionRecord {
    QuestionRecord {
        id: id.to_owned(),
        metric,
        text: format!("How was it ({id})?"),
        scale,
        high_is_good: true,
        threshold: None,
        target: None,
        labels: Vec::new(),
    }
}

/// NPS, CES on 1-5 and a choice that need not be answered.
pub(crate) fn survey(version: &str) -> SurveyRecord {
    let mut nps = question("nps", Metric::Nps, (0, 10));
    nps.target = Some(40.0);
    let ces = question("ces", Metric::Ces, (1, 5));
    let mut topic = question("topic", Metric::Choice, (1, 2));
    topic.labels = vec![(1, "billing".to_owned()), (2, "delivery".to_owned())];
    SurveyRecord {
        survey: SurveyVersion {
            name: "nps".to_owned(),
            version: version.to_owned(),
        },
        title: "Would they recommend us?".to_owned(),
        goal: "Be recommended by four in ten".to_owned(),
        definition: "name = \"nps\"".to_owned(),
        questions: vec![nps, ces, topic],
    }
}

pub(crate) fn everything() -> Selection {
    Selection::default()
}

/// The counts of the selected calls, all together.
pub(crate) async fn counts(store: &impl Store, selection: &Selection) -> CallCounts {
    let mut snapshot = store.snapshot().await.unwrap();
    let tallies = snapshot.call_tallies(selection, &Split::default()).await.unwrap();
    assert!(tallies.len() <= 1, "nothing was asked for apart: {tallies:?}");
    tallies
        .first()
        .map_or_else(CallCounts::default, |tally| tally.counts)
}

/// The answers of the selected calls.
pub(crate) async fn answers(store: &impl Store, selection: &Selection) -> Vec<AnswerTally> {
    let mut snapshot = store.snapshot().await.unwrap();
    snapshot
        .answer_tallies(selection, &Split::default())
        .await
        .unwrap()
}

/// How many calls ended how, in the order of the words; `None`: not ended.
pub(crate) fn ends_of(counts: &CallCounts) -> Vec<(Option<Disposition>, u64)> {
    let mut ends = vec![
        (Some(Disposition::Abandoned), counts.abandoned),
        (Some(Disposition::Completed), counts.completed),
        (Some(Disposition::Declined), counts.declined),
        (Some(Disposition::Failed), counts.failed),
        (Some(Disposition::NoAnswer), counts.no_answer),
        (Some(Disposition::NotSampled), counts.not_sampled),
        (Some(Disposition::Partial), counts.partial),
        (Some(Disposition::RefusedCapacity), counts.refused_capacity),
        (None, counts.in_progress),
    ];
    let others: u64 = ends.iter().map(|(_, calls)| calls).sum();
    ends.push((Some(Disposition::Suppressed), counts.arrived - others));
    ends.retain(|(_, calls)| *calls > 0);
    ends.sort_by_key(|(end, _)| end.map(Disposition::as_str));
    ends
}

pub(crate) async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(&options(path)).await.unwrap()
}

/// A database with the patience of the service, for tests that write much on a busy machine.
pub(crate) async fn patient(path: &Path) -> SqliteStore {
    let options = SqliteOptions::new(path, Access::Serve);
    SqliteStore::open(&options).await.unwrap()
}

/// Options with little patience, for tests that lock the database.
pub(crate) fn options(path: &Path) -> SqliteOptions {
    SqliteOptions {
        busy_timeout: Duration::from_millis(50),
        ..SqliteOptions::new(path, Access::Serve)
    }
}

/// A connection of someone else.
pub(crate) async fn stranger(path: &Path) -> SqlitePool {
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(path))
        .await
        .unwrap()
}

/// A connection of someone else who has done this before, to a database that they make if there is none.
pub(crate) async fn stranger_with(path: &Path, sql: &str) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    pool
}

/// The steps of an earlier version, applied as that version did.
pub(crate) async fn database_of_step(last: i64, path: &Path) -> SqlitePool {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite");
    let all = sqlx::migrate::Migrator::new(directory).await.unwrap();
    let steps: Vec<_> = all.iter().filter(|step| step.version <= last).cloned().collect();
    let earlier = sqlx::migrate::Migrator {
        migrations: steps.into(),
        ..sqlx::migrate::Migrator::DEFAULT
    };
    let pool = stranger_with(path, "PRAGMA journal_mode = WAL").await;
    earlier.run(&pool).await.unwrap();
    pool
}
