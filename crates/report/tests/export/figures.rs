//! Same filter, same n: rows against a plain read of the tables, and sums of columns against the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, FixedOffset, Timelike};
use proptest::prelude::*;
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::data::{ROUTES, fill, surveys};
use super::read_back::{Row, rows};
use crate::support::{patient, stranger};
use aftercall_report::export::Shape;
use aftercall_report::{Calendar, Period, Report, ReportQuery};
use aftercall_storage::selection::Dimension;
use aftercall_survey::context::condition::{Condition, WrittenTest};

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

/// Everything of a table, by the names of its columns.
async fn table(path: &Path, sql: &str) -> Vec<Row> {
    let pool = stranger(path).await;
    let read = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_all(&pool)
        .await
        .unwrap();
    let value = |row: &SqliteRow, column: &str| -> Value {
        if let Ok(text) = row.try_get::<Option<String>, _>(column) {
            return json!(text);
        }
        if let Ok(number) = row.try_get::<Option<i64>, _>(column) {
            return json!(number);
        }
        json!(row.try_get::<Option<f64>, _>(column).unwrap())
    };
    let rows = read
        .iter()
        .map(|row| {
            let columns = sqlx::Row::columns(row).iter();
            let names = columns.map(|column| sqlx::Column::name(column).to_owned());
            names.map(|name| (name.clone(), value(row, &name))).collect()
        })
        .collect();
    pool.close().await;
    rows
}

fn text<'r>(row: &'r Row, column: &str) -> &'r str {
    row[column].as_str().unwrap_or_default()
}

/// The local time of a stored moment, as the route's clock showed it.
fn local(stored: &Value, route: &str) -> Value {
    let Some(stored) = stored.as_str() else {
        return Value::Null;
    };
    let (_, zone) = ROUTES.iter().find(|(name, _)| *name == route).unwrap();
    let at = DateTime::parse_from_rfc3339(stored).unwrap().with_timezone(zone);
    json!(at.format("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string())
}

/// Values and scales of the answers of a call.
fn is_reversed(answers: &[&Row]) -> bool {
    let (mut best, mut worst) = (false, false);
    for answer in answers {
        let of_survey = surveys();
        let survey = of_survey.iter().find(|survey| {
            survey.survey.name == text(answer, "survey")
                && survey.survey.version == text(answer, "survey_version")
        });
        let question = survey.and_then(|survey| {
            survey
                .questions
                .iter()
                .find(|asked| asked.id == text(answer, "question_id"))
        });
        let (Some(question), Some(value)) = (question, answer["value"].as_i64()) else {
            continue;
        };
        let (min, max) = question.scale;
        let is_scale = matches!(question.metric.as_str(), "nps" | "ces" | "csat") && max - min >= 4;
        if !is_scale || !(min..=max).contains(&value) {
            continue;
        }
        let share = (value - min) as f64 / (max - min) as f64;
        best |= if question.high_is_good {
            share >= 0.9
        } else {
            share <= 0.1
        };
        worst |= if question.high_is_good {
            share <= 0.1
        } else {
            share >= 0.9
        };
    }
    best && worst
}

async fn rows_are_those_of_the_tables(path: &Path) {
    let store = patient(path).await;
    let all = ReportQuery::everything();
    let (exported, answers) = (
        rows(&store, &all, Shape::Calls).await,
        rows(&store, &all, Shape::Answers).await,
    );
    let stored = table(path, "SELECT * FROM call").await;
    let stored_answers = table(path, "SELECT * FROM answer").await;
    let comments = table(
        path,
        "SELECT call_uid, SUM(is_comment) AS n, SUM(is_comment * COALESCE(duration_ms, 0)) AS ms FROM v_comment GROUP BY 1",
    )
    .await;
    let open = table(path, "SELECT call_uid FROM recording WHERE state = 'recording'").await;
    assert_eq!(
        (exported.len(), answers.len()),
        (stored.len(), stored_answers.len())
    );
    let by_uid: BTreeMap<&str, &Row> = stored.iter().map(|row| (text(row, "call_uid"), row)).collect();
    for row in &exported {
        let uid = text(row, "call_uid");
        let call = by_uid[uid];
        for column in [
            "node",
            "dialled",
            "route",
            "queue",
            "team",
            "agent",
            "language",
            "spoken_language",
            "original_call_id",
            "survey",
            "survey_version",
            "decision",
            "decision_reason",
            "decision_detail",
            "decided_by",
            "stratum_position",
            "stratum_every",
            "local_day",
            "reason",
        ] {
            assert_eq!(row[column], call[column], "{uid} {column}");
        }
        for column in ["arrived_at", "answered_at", "ended_at", "invited_at"] {
            assert_eq!(
                row[column],
                local(&call[column], text(call, "route")),
                "{uid} {column}"
            );
        }
        let arrived: DateTime<FixedOffset> = text(row, "arrived_at").parse().unwrap();
        assert_eq!(row["local_hour"], json!(arrived.hour()), "{uid}");
        assert_eq!(row["local_day"], json!(arrived.date_naive().to_string()), "{uid}");
        assert_eq!(
            row["utc_offset_min"],
            json!(arrived.offset().local_minus_utc() / 60),
            "{uid}"
        );
        let of_call: Vec<&Row> = stored_answers
            .iter()
            .filter(|answer| text(answer, "call_uid") == uid)
            .collect();
        let is_sampled = text(call, "decision") == "sampled";
        let is_offered = is_sampled && !call["answered_at"].is_null();
        let weight = match text(call, "decision_reason") {
            "every" => call["stratum_every"].as_f64().unwrap(),
            "share" => 1.0 / 0.3,
            _ => 1.0,
        };
        assert!((row["weight"].as_f64().unwrap() - weight).abs() < 1e-9, "{uid}");
        for (column, expected) in [
            ("eligible", text(call, "decision") != "suppressed"),
            ("sampled", is_sampled),
            ("offered", is_offered),
            (
                "started",
                is_offered && of_call.iter().any(|answer| !answer["value"].is_null()),
            ),
            ("completed", text(call, "disposition") == "completed"),
            ("reversed", is_sampled && is_reversed(&of_call)),
        ] {
            assert_eq!(row[column], json!(expected), "{uid} {column}");
        }
        let disposition = call["disposition"].as_str().unwrap_or("in_progress");
        assert_eq!(text(row, "disposition"), disposition, "{uid}");
        let context: Value = serde_json::from_str(text(call, "context")).unwrap();
        let talked = context["talk_time"][1]
            .as_str()
            .map(|talked| talked.parse::<i64>().unwrap());
        assert_eq!(row["talk_time_s"], json!(talked), "{uid}");
        assert_eq!(row["agent_disposition"], context["disposition"][1], "{uid}");
        assert_eq!(row["attribute.segment"], context["segment"][1], "{uid}");
        assert_eq!(
            row["attribute.customer"],
            Value::Null,
            "a hash of a number is not exported"
        );
        let is_open = open.iter().any(|recording| text(recording, "call_uid") == uid);
        let comment = comments.iter().find(|comment| text(comment, "call_uid") == uid);
        let (n, seconds) = match comment {
            Some(comment) => (
                comment["n"].clone(),
                json!(comment["ms"].as_f64().unwrap() / 1_000.0),
            ),
            None if is_open => (json!(0), json!(0.0)),
            None => (Value::Null, Value::Null),
        };
        assert_eq!(
            (&row["comments"], &row["comment_seconds"]),
            (&n, &seconds),
            "{uid}"
        );
        answers_are_in_their_columns(row, &of_call);
    }
    let order: Vec<(&str, &str)> = exported
        .iter()
        .map(|row| (text(row, "local_day"), text(row, "call_uid")))
        .collect();
    assert!(order.is_sorted());
    answers_are_those_of_the_table(&answers, &stored_answers, &by_uid);
    store_is_closed(store).await;
}

async fn store_is_closed(store: aftercall_storage::SqliteStore) {
    aftercall_storage::Store::close(&store).await;
}

/// The columns of questions have the answers of the call, and nothing else.
fn answers_are_in_their_columns(row: &Row, of_call: &[&Row]) {
    let mut found = 0;
    for (column, value) in row
        .iter()
        .filter(|(name, value)| name.contains('.') && !value.is_null())
    {
        let parts: Vec<&str> = column.split('.').collect();
        if parts[0] == "attribute" {
            continue;
        }
        let answer = of_call
            .iter()
            .find(|answer| text(answer, "survey") == parts[0] && text(answer, "question_id") == parts[1])
            .unwrap_or_else(|| panic!("{column} has {value} and no answer"));
        match parts.get(2) {
            None => assert_eq!(*value, answer["value"], "{column}"),
            Some(&"skipped") => assert!(answer["value"].is_null() && value == "skipped", "{column}"),
            Some(&"label") => {
                let known = [(1, "billing"), (2, "delivery")];
                let known = known
                    .iter()
                    .find(|(known, _)| answer["value"] == json!(known))
                    .unwrap();
                assert_eq!(value, known.1, "{column}");
                continue;
            }
            Some(other) => panic!("{other}"),
        }
        found += 1;
    }
    assert_eq!(found, of_call.len(), "each answer has its column: {row:?}");
}

fn answers_are_those_of_the_table(exported: &[Row], stored: &[Row], calls: &BTreeMap<&str, &Row>) {
    let key = |row: &Row, question: &str| (text(row, "call_uid").to_owned(), text(row, question).to_owned());
    let stored_by: BTreeMap<_, &Row> = stored.iter().map(|row| (key(row, "question_id"), row)).collect();
    let mut seen = BTreeSet::new();
    for row in exported {
        let key = key(row, "question");
        let answer = stored_by[&key];
        let call = calls[key.0.as_str()];
        for column in [
            "survey",
            "survey_version",
            "value",
            "attempts",
            "response_time_ms",
            "corrected_from",
        ] {
            assert_eq!(row[column], answer[column], "{key:?} {column}");
        }
        for column in [
            "route",
            "queue",
            "team",
            "agent",
            "dialled",
            "language",
            "spoken_language",
        ] {
            assert_eq!(row[column], call[column], "{key:?} {column}");
        }
        assert_eq!(
            row["answered_at"],
            local(&answer["answered_at"], text(call, "route")),
            "{key:?}"
        );
        let is_skipped = answer["value"].is_null();
        assert_eq!(row["skipped"], json!(is_skipped.then_some("skipped")), "{key:?}");
        let by_timeout = answer["accepted_by_timeout"] == json!(1);
        let heard = answer["heard_ms"].as_i64().zip(answer["prompt_ms"].as_i64());
        let too_early = heard.is_some_and(|(heard, prompt)| heard * 2 < prompt);
        let values: Vec<i64> = stored
            .iter()
            .filter(|other| text(other, "call_uid") == key.0)
            .filter_map(|other| other["value"].as_i64())
            .collect();
        let same_key = !is_skipped && values.len() >= 3 && values.iter().all(|value| *value == values[0]);
        assert_eq!(
            (&row["accepted_by_timeout"], &row["too_early"], &row["same_key"]),
            (&json!(by_timeout), &json!(too_early), &json!(same_key)),
            "{key:?}"
        );
        let doubt = i64::from(too_early) + 2 * i64::from(same_key) + 4 * i64::from(by_timeout);
        assert_eq!(row["doubt"], json!(doubt), "{key:?}");
        assert!(seen.insert(key));
    }
}

/// Filters of every kind, alone and together.
fn filters() -> Vec<(&'static str, ReportQuery)> {
    let calendar = Calendar::new(chrono_tz::Europe::Helsinki, DateTime::UNIX_EPOCH);
    let period = |from, to| ReportQuery::of(Period::parse(from, to, calendar).unwrap());
    let all = || period(None, None);
    let condition = |text: &str| {
        let written: BTreeMap<String, WrittenTest> = serde_json::from_str(text).unwrap();
        Condition::read(written, &|name| name == "segment").unwrap()
    };
    vec![
        ("all", all()),
        ("days", period(Some("2026-10-25"), Some("2026-10-27"))),
        (
            "moments",
            period(Some("2026-10-25T01:00:00Z"), Some("2026-10-29T13:37:00+03:00")),
        ),
        ("queue", all().only(Dimension::Queue, &["sales*", "!sales-fi"])),
        ("no queue", all().only(Dimension::Queue, &["-"])),
        ("agent", all().only(Dimension::Agent, &["4711", "anna"])),
        ("survey", all().only(Dimension::Survey, &["nps"])),
        ("language", all().only(Dimension::Language, &["fi"])),
        (
            "days, route and team",
            period(Some("2026-10-26"), None)
                .only(Dimension::Route, &["main", "india"])
                .only(Dimension::Team, &["!north"]),
        ),
        (
            "dialled",
            ReportQuery {
                dialled: vec![aftercall_storage::selection::NamePattern::new("+358*")],
                ..all()
            },
        ),
        (
            "condition",
            ReportQuery {
                condition: Some(condition(r#"{"talk_time": {"from": 60}, "segment": "gold"}"#)),
                ..all()
            },
        ),
        ("nothing", all().only(Dimension::Queue, &["nobody"])),
    ]
}

async fn sums_are_the_figures_of_the_report(path: &Path) {
    let store = patient(path).await;
    for (name, query) in filters() {
        let report = Report::read(&store, &query).await.unwrap();
        let calls = rows(&store, &query, Shape::Calls).await;
        let answers = rows(&store, &query, Shape::Answers).await;
        let sum = |column: &str| calls.iter().filter(|row| row[column] == json!(true)).count() as u64;
        let ended = |word: &str| {
            calls
                .iter()
                .filter(|row| text(row, "disposition") == word)
                .count() as u64
        };
        let figures = &report.calls;
        assert_eq!(
            calls.len() as u64,
            figures.arrived - figures.turned_away,
            "{name}"
        );
        for (column, figure) in [
            ("eligible", figures.eligible),
            ("sampled", figures.sampled),
            ("offered", figures.offered),
            ("started", figures.answered),
            ("completed", figures.completed),
            ("reversed", figures.suspected_reversed),
        ] {
            assert_eq!(sum(column), figure, "{name}: {column}");
        }
        assert_eq!(ended("in_progress"), figures.in_progress, "{name}");
        for disposition in &figures.dispositions {
            assert_eq!(
                ended(disposition.disposition),
                disposition.calls,
                "{name}: {disposition:?}"
            );
        }
        let comments: u64 = calls.iter().filter_map(|row| row["comments"].as_u64()).sum();
        assert_eq!(
            comments,
            report.comments.iter().map(|known| known.comments).sum::<u64>(),
            "{name}"
        );
        let seconds: f64 = calls
            .iter()
            .filter_map(|row| row["comment_seconds"].as_f64())
            .sum();
        let expected: f64 = report.comments.iter().map(|known| known.seconds).sum();
        assert!((seconds - expected).abs() < 1e-6, "{name}: {seconds} {expected}");
        answers_are_those_of_the_series(name, &report, &answers, &calls);
    }
    store_is_closed(store).await;
}

/// n, n out of scale, n skipped.
type Counts = (u64, u64, u64);

fn answers_are_those_of_the_series(name: &str, report: &Report, answers: &[Row], calls: &[Row]) {
    let mut expected: BTreeMap<(String, String), Counts> = BTreeMap::new();
    let mut distribution: BTreeMap<(String, String, i64), u64> = BTreeMap::new();
    let mut doubtful = 0;
    for series in &report.questions {
        let counts = expected
            .entry((series.survey.clone(), series.question.clone()))
            .or_default();
        counts.0 += series.n;
        counts.1 += series.out_of_scale;
        counts.2 += series.skipped;
        doubtful += series.quality.doubtful;
        for count in series.distribution.iter().filter(|count| count.answers > 0) {
            let key = (series.survey.clone(), series.question.clone(), count.value);
            *distribution.entry(key).or_default() += count.answers;
        }
    }
    expected.retain(|_, counts| *counts != (0, 0, 0));
    let (mut found, mut found_values) = (BTreeMap::<_, Counts>::new(), BTreeMap::new());
    let mut found_doubtful = 0;
    for row in answers {
        let (survey, question) = (text(row, "survey").to_owned(), text(row, "question").to_owned());
        let counts = found.entry((survey.clone(), question.clone())).or_default();
        let scale = row["scale_min"].as_i64().zip(row["scale_max"].as_i64());
        match (row["value"].as_i64(), scale) {
            (None, _) => counts.2 += 1,
            (Some(value), scale) if scale.is_none_or(|(min, max)| (min..=max).contains(&value)) => {
                counts.0 += 1;
                *found_values.entry((survey, question, value)).or_default() += 1;
                found_doubtful += u64::from(scale.is_some() && row["doubt"] != json!(0));
            }
            (Some(_), _) => counts.1 += 1,
        }
    }
    assert_eq!(found, expected, "{name}");
    assert_eq!(found_values, distribution, "{name}");
    assert_eq!(found_doubtful, doubtful, "{name}");
    // The rows of calls have the same answers.
    for ((survey, question), (n, beyond, skipped)) in &found {
        let column = format!("{survey}.{question}");
        let values = calls.iter().filter(|row| !row[&column].is_null()).count() as u64;
        let words = calls
            .iter()
            .filter(|row| row[&format!("{column}.skipped")] == "skipped")
            .count() as u64;
        assert_eq!((values, words), (n + beyond, *skipped), "{name}: {column}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn exported_rows_are_those_of_the_tables_and_their_sums_the_figures_of_the_report(seed: u64) {
        run(async {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("aftercall.db");
            let store = patient(&path).await;
            fill(&store, seed, 120).await;
            store_is_closed(store).await;
            rows_are_those_of_the_tables(&path).await;
            sums_are_the_figures_of_the_report(&path).await;
        });
    }
}

/// Questions come in the order in which they were first loaded, so that one that is added comes last.
#[tokio::test]
async fn question_that_is_added_is_the_last_column() {
    let directory = tempfile::tempdir().unwrap();
    let store = patient(&directory.path().join("aftercall.db")).await;
    fill(&store, 1, 150).await;
    let all = ReportQuery::everything();
    let (bytes, _) = super::read_back::file(
        &store,
        &aftercall_report::export::ExportQuery::of(all, Shape::Calls),
        aftercall_report::export::ExportFormat::Csv,
    )
    .await;
    let text = String::from_utf8(bytes).unwrap();
    let columns: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let questions: Vec<&str> = columns
        .into_iter()
        .filter(|name| name.contains('.') && !name.ends_with(".label") && !name.ends_with(".skipped"))
        .collect();
    assert_eq!(
        questions[..7],
        [
            "nps.nps",
            "nps.ces",
            "nps.topic",
            "it.nps",
            "it.ces",
            "it.topic",
            "nps.added"
        ]
    );
    // Those that only answers know follow, in the order of the alphabet.
    let (unknown, known) = (
        &questions[7..],
        ["lost.added", "lost.ces", "lost.nps", "lost.topic"],
    );
    assert!(!unknown.is_empty() && unknown.iter().all(|name| known.contains(name)) && unknown.is_sorted());
}
