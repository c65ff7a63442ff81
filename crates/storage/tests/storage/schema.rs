//! Opening databases, and what people who query them directly find.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::AssertSqlSafe;

use crate::support::{
    admit, after, answer, answered, audio, call, call_end, counts, database_of_step, end, everything,
    morning, open, options, record, recorded, recording, stranger, stranger_with, survey, uid,
};
use aftercall_base::{Disposition, EmptyReason, RecordingResult};
use aftercall_storage::api_fact::ApiFact;
use aftercall_storage::error::OpenFault;
use aftercall_storage::selection::{Dimension, Split};
use aftercall_storage::store::{Applied, Fact};
use aftercall_storage::{Access, Snapshot, SqliteOptions, SqliteStore, Store, StoreError};
use aftercall_survey::admission::quota::RouteLimits;
use aftercall_survey::admission::{Eligibility, NewCall};
use aftercall_survey::context::{CallContext, ContextValues, Field, FieldKind, Name};
use aftercall_survey::record::{AnswerRecord, CallEnd, EligibleCall, MediaQuality};

async fn fault(path: &Path, access: Access) -> (OpenFault, String) {
    let error = SqliteStore::open(&SqliteOptions {
        access,
        ..options(path)
    })
    .await
    .unwrap_err();
    let StoreError::Open {
        path: told, fault, ..
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(told, path);
    (*fault, error.to_string())
}

#[tokio::test]
async fn missing_directories_are_made_and_a_second_open_keeps_the_rows() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("var/deep/aftercall.db");
    open(&path).await.apply(&[admit(1, None, 1)]).await.unwrap();
    let calls = counts(&open(&path).await, &everything()).await;
    assert_eq!(calls.arrived, 1);
}

#[tokio::test]
async fn database_that_cannot_be_opened_is_named_with_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(
        &file,
        "this is a text, long enough to be read as a header of a database that it is not ...",
    )
    .unwrap();
    assert_eq!(
        fault(&file.join("aftercall.db"), Access::Serve).await.0,
        OpenFault::Directory
    );
    assert_eq!(
        fault(directory.path(), Access::Serve).await.0,
        OpenFault::NotWritable
    );
    let (kind, text) = fault(&file, Access::Serve).await;
    assert_eq!(kind, OpenFault::NotADatabase, "{text}");
    assert!(
        text.contains(file.to_str().unwrap()) && !text.contains('\n'),
        "{text}"
    );
}

#[tokio::test]
async fn report_makes_no_database_and_changes_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    assert_eq!(fault(&path, Access::Read).await.0, OpenFault::Missing);
    assert!(!path.exists());
    drop(stranger_with(&path, "CREATE TABLE other (id INTEGER)").await);
    assert_eq!(fault(&path, Access::Read).await.0, OpenFault::Schema);
}

#[tokio::test]
async fn report_reads_beside_the_service() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let service = open(&path).await;
    service.apply(&[admit(1, None, 1)]).await.unwrap();
    let reader = SqliteStore::open(&SqliteOptions {
        access: Access::Read,
        ..options(&path)
    })
    .await
    .unwrap();
    assert_eq!(counts(&reader, &everything()).await.arrived, 1);
    service.apply(&[admit(2, None, 1)]).await.unwrap();
    assert_eq!(counts(&reader, &everything()).await.arrived, 2);
}

#[tokio::test]
async fn database_of_a_newer_program_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    open(&path).await.close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9000, 'from the future', 1, x'00', 0)";
    drop(stranger_with(&path, newer).await);
    for access in [Access::Serve, Access::Read] {
        assert_eq!(fault(&path, access).await.0, OpenFault::Schema, "{access:?}");
    }
}

#[tokio::test]
async fn rows_written_by_other_hands_make_errors_and_no_panic() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = open(&path).await;
    store
        .apply(&[
            Fact::Surveys(vec![survey("000000000001")]),
            admit(1, None, 1),
            end(1, Disposition::Failed),
        ])
        .await
        .unwrap();
    store.count_ended(1).await.unwrap();
    let spoilt = "PRAGMA ignore_check_constraints = ON; UPDATE call SET decision = 'maybe'; \
                  UPDATE call_group SET queue = x'FF00'; \
                  UPDATE question SET metric = x'FF00', scale_min = 'low'";
    drop(stranger_with(&path, spoilt).await);
    let by_queue = Split {
        by: vec![Dimension::Queue],
        bucket: None,
    };
    assert!(matches!(
        store
            .snapshot()
            .await
            .unwrap()
            .call_tallies(&everything(), &by_queue)
            .await,
        Err(StoreError::Row { .. })
    ));
    let counts = counts(&store, &everything()).await;
    assert_eq!(
        (counts.arrived, counts.failed),
        (1, 1),
        "what was counted stays, and nothing else is asked of the rows"
    );
    assert!(matches!(
        store.snapshot().await.unwrap().surveys(None).await,
        Err(StoreError::Row { .. })
    ));
}

#[tokio::test]
async fn row_that_cannot_be_read_keeps_no_other_call_from_its_end_after_a_crash() {
    // What is written, and how many of the two calls the next start ends.
    for (spoilt, ended) in [
        ("arrived_at = '9 o''clock'", 1),
        ("answered_at = x'00ff'", 1),
        ("planned = 'nonsense'", 1),
        ("decision = 'maybe'", 1),
        ("survey = x'00ff'", 2),
        ("survey_version = x'00ff'", 2),
        ("answered_at = arrived_at, context = 'nonsense'", 2),
        ("call_uid = x'00ff'", 1),
        ("call_uid = 'nonsense'", 1),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftercall.db");
        let store = open(&path).await;
        let facts = [admit(1, None, 1), admit(2, None, 1)];
        store.apply(&facts).await.unwrap();
        let sql = format!(
            "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; \
             UPDATE call SET {spoilt} WHERE sip_call_id = '1@pbx'"
        );
        drop(stranger_with(&path, &sql).await);
        let swept = store.sweep("node-1").await;
        assert_eq!(
            swept.unwrap(),
            ended,
            "{spoilt}: the service has to start all the same"
        );
    }
}

#[tokio::test]
async fn counters_of_an_earlier_version_go_on_and_its_surveys_count() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let earlier = database_of_step(5, &path).await;
    for position in 1..=4 {
        let sampled = position % 2 == 0;
        sqlx::query(
            "INSERT INTO call (call_uid, node, arrived_at, sip_call_id, dialled, route, queue, survey, survey_version, \
             decision, stratum_route, stratum_queue, stratum_position, stratum_every, answered_at, caller_hash) \
             VALUES ($1, 'node-1', '2026-11-22T07:00:00.000Z', 'x', 'nps', 'main', 'sales', 'nps', '000000000001', \
             $2, 'main', 'sales', $3, 2, $4, 'caller')",
        )
        .bind(format!("earlier {position}"))
        .bind(if sampled { "sampled" } else { "not_sampled" })
        .bind(position)
        .bind(sampled.then_some("2026-11-22T07:00:01.000Z"))
        .execute(&earlier)
        .await
        .unwrap();
    }
    let counter =
        "INSERT INTO sampling_counter (route, queue, eligible, updated_at) VALUES ('main', 'sales', 4, 'x')";
    sqlx::query(counter).execute(&earlier).await.unwrap();
    earlier.close().await;
    let store = open(&path).await;
    let next = |number: u64, caller: &str, limits: RouteLimits| {
        let mut call = call(number, Some("sales"), 5);
        call.context.caller_hash = Some(caller.to_owned());
        if let Eligibility::Eligible(terms) = &mut call.eligibility {
            terms.limits = limits;
            terms.cool_down.any_days = 1;
        }
        Fact::Admit(Box::new(call))
    };
    let of = |max_in_all| RouteLimits {
        max_in_all,
        ..RouteLimits::default()
    };
    let facts = [
        next(1, "caller", of(9)),
        next(2, "other", of(2)),
        next(3, "other", of(3)),
    ];
    let results = store.apply(&facts).await.unwrap();
    let reasons: Vec<(Option<u64>, &str)> = results
        .iter()
        .map(|result| match result {
            Ok(Applied::Admitted(admission)) => (admission.position(), admission.reason().as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        reasons,
        [(None, "cool_down"), (None, "quota"), (Some(5), "every")]
    );
    let reasons: Vec<String> = sqlx::query_scalar(
        "SELECT decision || ' ' || decision_reason FROM call WHERE call_uid LIKE 'earlier%' ORDER BY stratum_position",
    )
    .fetch_all(&stranger(&path).await)
    .await
    .unwrap();
    assert_eq!(
        reasons,
        [
            "not_sampled every",
            "sampled every",
            "not_sampled every",
            "sampled every"
        ]
    );
}

#[tokio::test]
async fn moments_are_stored_as_sortable_utc_text() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    open(&path)
        .await
        .apply(&[admit(1, None, 1), answered(1), end(1, Disposition::NoAnswer)])
        .await
        .unwrap();
    let row: (String, String, String) = sqlx::query_as("SELECT arrived_at, answered_at, ended_at FROM call")
        .fetch_one(&stranger(&path).await)
        .await
        .unwrap();
    let expected = [
        "2026-11-22T08:00:01.000Z",
        "2026-11-22T08:00:02.000Z",
        "2026-11-22T08:00:31.000Z",
    ];
    assert_eq!([row.0, row.1, row.2], expected.map(str::to_owned));
    assert_eq!(morning().to_rfc3339(), "2026-11-22T08:00:00+00:00");
}

/// A value of a field that no other field has, as its column holds it.
fn value(field: Field) -> String {
    match field.kind() {
        FieldKind::Languages => "fi-fi".to_owned(),
        FieldKind::Consent => "no".to_owned(),
        FieldKind::Party => "agent".to_owned(),
        FieldKind::Seconds => (1_000 + field.as_str().len()).to_string(),
        FieldKind::Text | FieldKind::Token | FieldKind::Number => format!("{} of the call", field.as_str()),
    }
}

/// Every column of a row that is not NULL.
async fn columns_of(path: &Path, table: &str) -> BTreeMap<String, String> {
    let pool = stranger(path).await;
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
        .bind(table)
        .fetch_all(&pool)
        .await
        .unwrap();
    let mut columns = BTreeMap::new();
    for name in names {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM {table}");
        let value: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&pool)
            .await
            .unwrap();
        columns.extend(value.map(|value| (name, value)));
    }
    columns
}

fn owned(columns: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    columns.iter().map(owned).collect()
}

#[tokio::test]
async fn every_fact_of_a_call_reaches_its_column() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let values: BTreeMap<Name, String> = Field::columns()
        .map(|field| (Name::Field(field), value(field)))
        .collect();
    let full = NewCall {
        context: CallContext {
            values: values.into_iter().collect(),
            caller_hash: Some("h".to_owned()),
            caller_number: Some(aftercall_base::Redacted::new("n".to_owned())),
            ..CallContext::default()
        },
        ..call(1, Some("q"), 1)
    };
    let identity = full.uid.to_string();
    open(&path)
        .await
        .apply(&[Fact::Admit(Box::new(full))])
        .await
        .unwrap();
    let mut expected = owned(&[
        ("call_uid", &identity),
        ("node", "node-1"),
        ("arrived_at", "2026-11-22T08:00:01.000Z"),
        ("sip_call_id", "1@pbx"),
        ("dialled", "nps"),
        ("route", "main"),
        ("caller_hash", "h"),
        ("caller_number", "n"),
        ("survey", "nps"),
        ("survey_version", "000000000001"),
        ("decision", "sampled"),
        ("decision_reason", "every"),
        ("decided_by", "call"),
        ("stratum_route", "main"),
        ("stratum_queue", "q"),
        ("stratum_position", "1"),
        ("stratum_every", "1"),
        ("local_day", "2026-11-22"),
        ("local_hour", "2026-11-22T08"),
    ]);
    expected.extend(Field::columns().map(|field| (field.description().json.to_owned(), value(field))));
    assert_eq!(columns_of(&path, "call").await, expected);
}

#[tokio::test]
async fn every_field_of_an_eligible_call_reaches_its_column_and_a_later_report_takes_none_away() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let report = |values: ContextValues| {
        Fact::Api(ApiFact::Eligible(vec![EligibleCall {
            original_call_id: "o".to_owned(),
            ended_at: morning(),
            local_day: morning().date_naive(),
            reported_at: after(1),
            values,
        }]))
    };
    let values: BTreeMap<Name, String> = Field::reported()
        .map(|field| (Name::Field(field), value(field)))
        .collect();
    let full = report(values.into_iter().collect());
    let store = open(&path).await;
    store.apply(&[full]).await.unwrap();
    store.apply(&[report(ContextValues::default())]).await.unwrap();
    let mut expected = owned(&[
        ("original_call_id", "o"),
        ("ended_at", "2026-11-22T08:00:00.000Z"),
        ("local_day", "2026-11-22"),
        ("told_at", "2026-11-22T08:00:01.000Z"),
    ]);
    expected.extend(Field::reported().map(|field| (field.description().json.to_owned(), value(field))));
    assert_eq!(columns_of(&path, "eligible_call").await, expected);
}

#[tokio::test]
async fn figures_of_a_calls_media_reach_their_columns_and_their_view() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let media = MediaQuality {
        codec: Some("PCMA".to_owned()),
        ptime_ms: Some(30),
        packets_sent: 1_000,
        packets_received: 980,
        packets_lost: 25,
        packets_duplicated: 5,
        packets_refused: 3,
        packets_skipped: 2,
        jitter_us: 1_250,
        remote_loss: Some(0.125),
        round_trip_us: Some(u64::MAX),
        key_warning: Some("no_key_path".to_owned()),
    };
    let end = CallEnd {
        alerts: Vec::new(),
        media: Some(media),
        ..call_end(1, Disposition::Completed)
    };
    let without = Fact::End(call_end(2, Disposition::Abandoned));
    let facts = [
        Fact::Admit(Box::new(call(1, None, 1))),
        Fact::Admit(Box::new(call(2, None, 1))),
        Fact::End(end),
        without,
    ];
    open(&path).await.apply(&facts).await.unwrap();
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT concat_ws(' ', media_codec, media_ptime_ms, rtp_sent, rtp_received, rtp_lost, lost_percent, \
         rtp_duplicated, rtp_refused, rtp_skipped, jitter_us, remote_lost_percent, round_trip_us, key_warning) FROM v_call_quality",
    )
    .fetch_all(&stranger(&path).await)
    .await
    .unwrap();
    assert_eq!(
        rows,
        [format!(
            "PCMA 30 1000 980 25 2.5 5 3 2 1250 12.5 {} no_key_path",
            i64::MAX
        )]
    );
}

#[tokio::test]
async fn views_show_calls_answers_and_days_to_people() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = open(&path).await;
    store
        .apply(&[Fact::Surveys(vec![survey("000000000001")]), suppressed_call()])
        .await
        .unwrap();
    for number in 1..=12 {
        let topic = answer(number, "topic", Some(1 + i64::from(number > 6)));
        let nps = answer(number, "nps", Some(if number > 4 { 10 } else { 3 }));
        let facts = [
            admit(number, Some("sales"), 1),
            answered(number),
            nps,
            topic,
            end(number, Disposition::Partial),
        ];
        store.apply(&facts).await.unwrap();
    }
    let people = stranger(&path).await;
    let funnel: (i64, i64, i64, i64, f64) = sqlx::query_as(
        "SELECT arrived, sampled, offered, started, response_rate FROM v_daily_funnel WHERE queue = 'sales'",
    )
    .fetch_one(&people)
    .await
    .unwrap();
    assert_eq!(funnel, (12, 12, 12, 12, 100.0));
    let score: (String, i64, f64) =
        sqlx::query_as("SELECT day, n, nps FROM v_daily_score WHERE question_id = 'nps'")
            .fetch_one(&people)
            .await
            .unwrap();
    assert_eq!((score.0.as_str(), score.1), ("2026-11-22", 12));
    assert!(
        (score.2 - 100.0 / 3.0).abs() < 1e-9,
        "8 promoters and 4 detractors of 12: {}",
        score.2
    );
    let labels: Vec<(String, i64)> = sqlx::query_as(
        "SELECT label, COUNT(*) FROM v_answer WHERE question_id = 'topic' GROUP BY label ORDER BY label",
    )
    .fetch_all(&people)
    .await
    .unwrap();
    assert_eq!(labels, [("billing".to_owned(), 6), ("delivery".to_owned(), 6)]);
    let kept_out: (String, i64) =
        sqlx::query_as("SELECT decision_reason, eligible FROM v_call WHERE decision = 'suppressed'")
            .fetch_one(&people)
            .await
            .unwrap();
    assert_eq!(kept_out, ("no_route".to_owned(), 0));
}

#[tokio::test]
async fn comments_are_shown_with_their_call_and_figures() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = open(&path).await;
    let facts = [
        Fact::Surveys(vec![survey("000000000001")]),
        admit(1, Some("sales"), 1),
        recorded(1, "why", audio(None)),
        admit(2, Some("sales"), 1),
        recorded(2, "why", audio(Some(EmptyReason::NoSpeech))),
        admit(3, Some("sales"), 1),
        recorded(3, "why", RecordingResult::Nothing),
        admit(4, Some("sales"), 1),
        Fact::RecordingBegun(recording(4, "why")),
    ];
    for result in store.apply(&facts).await.unwrap() {
        result.unwrap();
    }
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT day || ' ' || state || ' ' || is_comment || ' ' || COALESCE(empty_reason, '-') || ' ' || \
         COALESCE(duration_ms, '-') || ' ' || ended_by FROM v_comment ORDER BY begun_at",
    )
    .fetch_all(&stranger(&path).await)
    .await
    .unwrap();
    assert_eq!(
        rows,
        [
            "2026-11-22 kept 1 - 12500 key",
            "2026-11-22 kept 0 no_speech 12500 key",
            "2026-11-22 nothing 0 - - key",
        ]
    );
}

#[tokio::test]
async fn what_was_asked_skipped_left_and_never_meant_for_a_call_is_told_apart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let ids = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect());
    let corrected = AnswerRecord {
        alerts: Vec::new(),
        corrected_from: Some(1),
        early_digits: "10".to_owned(),
        ..record(1, "ces", Some(5))
    };
    let end = CallEnd {
        alerts: Vec::new(),
        asked: ids(&["ces", "nps", "why", "topic"]),
        ..call_end(1, Disposition::Partial)
    };
    let facts = [
        Fact::Surveys(vec![survey("000000000001")]),
        admit(1, Some("sales"), 1),
        Fact::Answered {
            call: uid(1),
            at: after(2),
            planned: ids(&["ces", "nps", "why", "topic", "never_reached"]),
        },
        answer(1, "ces", Some(1)),
        Fact::Answer(corrected),
        answer(1, "nps", None),
        recorded(1, "why", audio(None)),
        Fact::End(end),
        admit(2, Some("sales"), 1),
        answered(2),
    ];
    for result in open(&path).await.apply(&facts).await.unwrap() {
        result.unwrap();
    }
    let people = stranger(&path).await;
    let asked: Vec<String> = sqlx::query_scalar(
        "SELECT place || ' ' || question_id || ' ' || result || ' ' || day || ' ' || queue FROM v_asked ORDER BY place",
    )
    .fetch_all(&people)
    .await
    .unwrap();
    let expected = [
        "1 ces answered",
        "2 nps skipped",
        "3 why recorded",
        "4 topic left",
    ];
    assert_eq!(asked, expected.map(|row| format!("{row} 2026-11-22 sales")));
    let answers: Vec<(String, Option<i64>, Option<i64>, String)> = sqlx::query_as(
        "SELECT question_id, value, corrected_from, early_digits FROM v_answer ORDER BY question_id",
    )
    .fetch_all(&people)
    .await
    .unwrap();
    let expected = [
        ("ces".to_owned(), Some(5), Some(1), "10".to_owned()),
        ("nps".to_owned(), None, None, String::new()),
    ];
    assert_eq!(
        answers, expected,
        "a correction takes the place of the answer and keeps its value beside it"
    );
    let planned: Vec<(Option<String>, Option<String>)> =
        sqlx::query_as("SELECT planned, asked FROM call ORDER BY arrived_at")
            .fetch_all(&people)
            .await
            .unwrap();
    let whole = Some("[\"ces\",\"nps\",\"why\",\"topic\",\"never_reached\"]".to_owned());
    let begun = Some("[\"ces\",\"nps\",\"why\",\"topic\"]".to_owned());
    assert_eq!(planned, [(whole, begun), (None, None)]);
}

fn suppressed_call() -> Fact {
    crate::support::suppressed(500)
}

#[test]
fn every_column_of_every_table_and_view_is_explained() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite");
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let sql = std::fs::read_to_string(&path).unwrap();
        let mut explained = false;
        let mut inside = false;
        for line in sql.lines() {
            let trimmed = line.trim();
            inside = (inside || trimmed.starts_with("CREATE TABLE")) && !trimmed.starts_with(')');
            let is_column = inside
                && line.starts_with("    ")
                && !line.starts_with("     ")
                && trimmed.starts_with(|first: char| first.is_ascii_lowercase());
            assert!(
                !is_column || explained,
                "{}: `{trimmed}` has no comment above",
                path.display()
            );
            explained = trimmed.starts_with("--");
        }
    }
}

#[tokio::test]
async fn every_column_stands_in_the_document_for_analysts() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    open(&path).await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type IN ('table', 'view') AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'",
    )
    .fetch_all(&stranger(&path).await)
    .await
    .unwrap();
    assert!(
        columns.len() > 60,
        "the schema was read: {} columns",
        columns.len()
    );
    let document = include_str!("../../../../docs/schema.md");
    for (table, column) in columns {
        let section = document
            .split("\n## ")
            .find(|section| section.starts_with(&format!("`{table}`")));
        let section = section.unwrap_or_else(|| panic!("docs/schema.md has no section `{table}`"));
        assert!(
            section.contains(&format!("`{column}`")),
            "docs/schema.md: `{table}` does not explain `{column}`"
        );
    }
}
