//! `aftercall report` from rows to text and JSON.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use serde_json::Value;

use crate::support::{admit, answer, answered, audio, end, open, recorded, suppressed, survey};
use aftercall::cli::report::print as run;
use aftercall_base::{Disposition, EmptyReason, RecordingResult};
use aftercall_report::render::{RenderOptions, ReportFormat, write_text};
use aftercall_report::{Calendar, CompareWith, Grouping, Period, PeriodName, Report, ReportQuery, TrendStep};
use aftercall_storage::export::{CallPage, Place, QuestionId};
use aftercall_storage::selection::{Bucket, Dimension, Selection, Split};
use aftercall_storage::sqlite::SqliteSnapshot;
use aftercall_storage::store::Fact;
use aftercall_storage::tally::{
    AnswerTally, CallTally, ReachTally, RecordingTally, StepAnswers, SuppressedTally, TalkTimeTally,
};
use aftercall_storage::{Scope, Snapshot, SqliteStore, Store, StoreError};
use aftercall_survey::SurveyRecord;

/// Days in UTC.
fn utc() -> Calendar {
    Calendar::new(Tz::UTC, DateTime::UNIX_EPOCH)
}

async fn show(store: &SqliteStore, query: &ReportQuery, format: ReportFormat) -> String {
    let mut out = Vec::new();
    run(store, query, format, &RenderOptions::default(), &mut out)
        .await
        .unwrap();
    String::from_utf8(out).unwrap()
}

async fn json(store: &SqliteStore, query: &ReportQuery) -> Value {
    serde_json::from_str(&show(store, query, ReportFormat::Json).await).unwrap()
}

/// 20 calls: 18 offered, 15 answered NPS, 12 of them all.
async fn busy_day(store: &SqliteStore) {
    let mut facts = vec![Fact::Surveys(vec![survey("000000000001")]), suppressed(500)];
    for number in 1..=20 {
        facts.push(admit(number, Some("sales"), 1));
        match number {
            1..=12 => facts.extend([
                answered(number),
                answer(number, "nps", Some(if number <= 8 { 10 } else { 7 })),
                answer(number, "ces", Some(i64::try_from(number).unwrap() % 2 + 4)),
                answer(number, "topic", Some(1)),
                end(number, Disposition::Completed),
            ]),
            13..=15 => facts.extend([
                answered(number),
                answer(number, "nps", Some(2)),
                answer(number, "ces", None),
                end(number, Disposition::Partial),
            ]),
            16..=18 => facts.extend([answered(number), end(number, Disposition::Abandoned)]),
            _ => facts.push(end(number, Disposition::RefusedCapacity)),
        }
    }
    for result in store.apply(&facts).await.unwrap() {
        result.unwrap();
    }
}

/// A snapshot between whose reads calls go on.
struct Busy {
    inner: SqliteSnapshot,
    store: SqliteStore,
    next: u64,
}

impl Busy {
    /// A call that is surveyed from beginning to end, and is the first of a survey version.
    async fn write(&mut self) -> &mut SqliteSnapshot {
        self.next += 1;
        let facts = [
            Fact::Surveys(vec![survey(&format!("{:012}", self.next))]),
            admit(self.next, Some("sales"), 1),
            answered(self.next),
            answer(self.next, "nps", Some(3)),
            recorded(self.next, "why", audio(None)),
            end(self.next, Disposition::Completed),
        ];
        for result in self.store.apply(&facts).await.unwrap() {
            result.unwrap();
        }
        &mut self.inner
    }
}

impl Snapshot for Busy {
    async fn call_tallies(
        &mut self,
        selection: &Selection,
        split: &Split,
    ) -> Result<Vec<CallTally>, StoreError> {
        let found = self.inner.call_tallies(selection, split).await;
        self.write().await;
        found
    }

    async fn answer_tallies(
        &mut self,
        selection: &Selection,
        split: &Split,
    ) -> Result<Vec<AnswerTally>, StoreError> {
        self.write().await.answer_tallies(selection, split).await
    }

    async fn answers_by_step(
        &mut self,
        selection: &Selection,
        step: Bucket,
    ) -> Result<Vec<StepAnswers>, StoreError> {
        self.write().await.answers_by_step(selection, step).await
    }

    async fn suppressed_tallies(
        &mut self,
        selection: &Selection,
    ) -> Result<Vec<SuppressedTally>, StoreError> {
        self.write().await.suppressed_tallies(selection).await
    }

    async fn talk_time_tallies(&mut self, selection: &Selection) -> Result<Vec<TalkTimeTally>, StoreError> {
        self.write().await.talk_time_tallies(selection).await
    }

    async fn reach_tallies(
        &mut self,
        selection: &Selection,
        by: &[Dimension],
    ) -> Result<Vec<ReachTally>, StoreError> {
        self.write().await.reach_tallies(selection, by).await
    }

    async fn turned_away(&mut self, selection: &Selection) -> Result<u64, StoreError> {
        self.write().await.turned_away(selection).await
    }

    async fn recording_tallies(&mut self, selection: &Selection) -> Result<Vec<RecordingTally>, StoreError> {
        self.write().await.recording_tallies(selection).await
    }

    async fn surveys(&mut self, survey: Option<&str>) -> Result<Vec<SurveyRecord>, StoreError> {
        // A snapshot begins with its first read, which this is.
        let found = self.inner.surveys(survey).await;
        self.write().await;
        found
    }

    async fn call_rows(
        &mut self,
        selection: &Selection,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<CallPage, StoreError> {
        self.write().await.call_rows(selection, after, limit).await
    }

    async fn questions(&mut self) -> Result<Vec<QuestionId>, StoreError> {
        self.write().await.questions().await
    }

    async fn known_names(&mut self, scope: &Scope, dimension: Dimension) -> Result<Vec<String>, StoreError> {
        self.write().await.known_names(scope, dimension).await
    }

    async fn days(&mut self) -> Result<Option<(NaiveDate, NaiveDate)>, StoreError> {
        self.write().await.days().await
    }
}

#[tokio::test]
async fn figures_of_a_report_are_of_one_moment_whatever_is_written_between_its_reads() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    busy_day(&store).await;
    let query = ReportQuery::everything();
    let before = Report::read(&store, &query).await.unwrap();
    let mut busy = Busy {
        inner: store.snapshot().await.unwrap(),
        store: store.clone(),
        next: 1_000,
    };
    let meanwhile = Report::of(&mut busy, &query).await.unwrap();
    assert_eq!(meanwhile, before);
    let writes = busy.next - 1_000;
    assert!(writes >= 8, "calls were written between the reads");
    drop(busy);
    let after = Report::read(&store, &query).await.unwrap();
    assert_eq!(after.calls.arrived, before.calls.arrived + writes);
    assert_ne!(after.questions, before.questions);
    assert_ne!(after.comments, before.comments);
}

#[tokio::test]
async fn table_reads_as_a_supervisor_expects() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    busy_day(&store).await;
    let period = Period::parse(Some("2026-11-22"), Some("2026-11-22"), utc()).unwrap();
    let text = show(
        &store,
        &ReportQuery {
            period,
            ..ReportQuery::everything()
        },
        ReportFormat::Text,
    )
    .await;
    assert_eq!(
        text,
        include_str!("report.golden.txt"),
        "the report now reads:\n{text}"
    );
}

#[tokio::test]
async fn parts_trend_and_comparison_read_as_a_supervisor_expects() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    busy_day(&store).await;
    let day = Period::parse(Some("2026-11-22"), Some("2026-11-22"), utc()).unwrap();
    let query = ReportQuery {
        by: Some(Grouping::HourOfDay),
        trend: Some(TrendStep::Day),
        compare: Some(CompareWith::Period(day)),
        ..ReportQuery::of(day)
    };
    let query = query.only(Dimension::Queue, &["sales"]);
    let report = Report::read(&store, &query).await.unwrap();
    let mut out = Vec::new();
    write_text(&report, true, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let plain = ReportQuery::of(day).only(Dimension::Queue, &["sales"]);
    let first = show(&store, &plain, ReportFormat::Text).await;
    let parts = text.strip_prefix(&first).unwrap();
    assert_eq!(
        parts,
        include_str!("parts.golden.txt"),
        "the parts now read:\n{parts}"
    );
}

#[tokio::test]
async fn running_period_says_that_it_is_not_over() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    busy_day(&store).await;
    let now = DateTime::parse_from_rfc3339("2026-11-22T12:03:22Z")
        .unwrap()
        .to_utc();
    for (name, is_running) in [("today", true), ("yesterday", false)] {
        let period = PeriodName::parse(name)
            .unwrap()
            .period(Calendar::new(Tz::UTC, now));
        let page = show(&store, &ReportQuery::of(period), ReportFormat::Html).await;
        assert!(page.contains("2026-11-22 12:03"), "as of");
        assert_eq!(page.contains("the period is still running"), is_running, "{name}");
    }
}

#[tokio::test]
async fn comments_are_counted_beside_the_scores() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    busy_day(&store).await;
    let kept = [
        audio(None),
        audio(None),
        audio(Some(EmptyReason::NoSpeech)),
        RecordingResult::Nothing,
    ];
    let facts: Vec<Fact> = (1..)
        .zip(kept)
        .map(|(number, kept)| recorded(number, "why", kept))
        .collect();
    store.apply(&facts).await.unwrap();
    let text = show(&store, &ReportQuery::everything(), ReportFormat::Text).await;
    let expected = "\nRecorded comments\n  nps / why                    2   0.4 min, 1 empty, 1 not left\n";
    assert!(text.contains(expected), "{text}");
    let report = json(&store, &ReportQuery::everything()).await;
    let comments = &report["comments"][0];
    assert_eq!(
        (&comments["survey"], &comments["question"]),
        (&"nps".into(), &"why".into())
    );
    assert_eq!(
        (&comments["comments"], &comments["empty"]),
        (&2.into(), &1.into())
    );
    assert_eq!((&comments["not_left"], &comments["lost"]), (&1.into(), &0.into()));
    assert_eq!(comments["seconds"], 25.0);
}

#[tokio::test]
async fn json_has_the_documented_names_and_unrounded_figures() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    busy_day(&store).await;
    let day = Period::parse(Some("2026-11-22"), Some("2026-11-22"), utc()).unwrap();
    let query = ReportQuery {
        by: Some(Grouping::Name(Dimension::Queue)),
        trend: Some(TrendStep::Day),
        compare: Some(CompareWith::Period(day)),
        ..ReportQuery::of(day)
    };
    let report = json(&store, &query).await;
    assert_eq!(report["calls"]["arrived"], 21);
    assert_eq!(report["calls"]["sampled"], 20);
    assert_eq!(report["calls"]["offered"], 18);
    assert_eq!(report["calls"]["answered"], 15);
    assert_eq!(
        report["calls"]["rates"]["response_rate"].as_f64().unwrap(),
        100.0 * 15.0 / 18.0
    );
    let nps = &report["questions"][0];
    assert_eq!(
        (&nps["metric"], &nps["n"]),
        (&Value::from("nps"), &Value::from(15))
    );
    assert_eq!(nps["score"]["value"].as_f64().unwrap(), 100.0 * 5.0 / 15.0);
    assert_eq!(nps["verdict"], "cannot_tell");
    let ces = &report["questions"][1];
    assert_eq!((&ces["n"], &ces["skipped"]), (&Value::from(12), &Value::from(3)));
    assert_eq!(ces["mean"]["value"].as_f64().unwrap(), 4.5);
    assert_eq!(
        report["questions"][2]["score"],
        Value::Null,
        "a plain choice is never scored"
    );
    assert_names_are_documented(&report);
}

/// Every field of a report is explained.
pub(crate) fn assert_names_are_documented(report: &Value) {
    let document = include_str!("../../docs/schema.md");
    let words: Vec<&str> = document
        .split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '_')
        .collect();
    for name in names(report) {
        assert!(
            words.contains(&name.as_str()),
            "docs/schema.md does not explain `{name}`"
        );
    }
}

fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| std::iter::once(name.clone()).chain(names(value)))
            .collect(),
        Value::Array(values) => values.iter().flat_map(names).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn few_answers_show_counts_and_no_score() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    store
        .apply(&[Fact::Surveys(vec![survey("000000000001")])])
        .await
        .unwrap();
    for number in 1..=9 {
        let facts = [
            admit(number, None, 1),
            answered(number),
            answer(number, "nps", Some(10)),
        ];
        store.apply(&facts).await.unwrap();
    }
    let report = json(&store, &ReportQuery::everything()).await;
    assert_eq!(report["questions"][0]["score"], Value::Null);
    assert_eq!(report["questions"][0]["distribution"][10]["answers"], 9);
    assert_eq!(report["calls"]["rates"]["response_rate"], Value::Null);
    let text = show(&store, &ReportQuery::everything(), ReportFormat::Text).await;
    assert!(
        text.contains("n = 9: counts only, a score needs 10 answers"),
        "{text}"
    );
    assert!(!text.contains("95 %"), "{text}");
}

#[tokio::test]
async fn changed_scale_starts_a_series_and_changed_words_do_not() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    let first = survey("000000000001");
    let mut reworded = survey("000000000002");
    reworded.questions[1].text = "How easy was it?".to_owned();
    let mut rescaled = survey("000000000003");
    rescaled.questions[1].scale = (1, 7);
    for (number, version) in (1..).zip([first, reworded, rescaled]) {
        give(&store, number, version).await;
    }
    let report = json(&store, &ReportQuery::everything()).await;
    let ces: Vec<&Value> = report["questions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|series| series["question"] == "ces")
        .collect();
    let versions: Vec<String> = ces.iter().map(|series| series["versions"].to_string()).collect();
    assert_eq!(
        versions,
        ["[\"000000000003\"]", "[\"000000000002\",\"000000000001\"]"]
    );
    assert_eq!(
        ces[1]["text"], "How easy was it?",
        "the latest words describe the series"
    );
    assert_eq!(ces[1]["n"], 2);
    let text = show(&store, &ReportQuery::everything(), ReportFormat::Text).await;
    assert!(text.contains("defined differently then"), "{text}");
}

async fn give(store: &SqliteStore, number: u64, survey: SurveyRecord) {
    let mut call = crate::support::call(number, None, 1);
    call.survey = Some(survey.survey.clone());
    let facts = [
        Fact::Surveys(vec![survey]),
        Fact::Admit(Box::new(call)),
        answered(number),
        answer(number, "ces", Some(4)),
        answer(number, "gone", Some(77)),
        answer(number, "nps", Some(77)),
    ];
    for result in store.apply(&facts).await.unwrap() {
        result.unwrap();
    }
}

#[tokio::test]
async fn answers_nobody_can_explain_are_counted_and_not_scored() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    give(&store, 1, survey("000000000001")).await;
    let report = json(&store, &ReportQuery::everything()).await;
    let series = report["questions"].as_array().unwrap();
    let gone = series.iter().find(|series| series["question"] == "gone").unwrap();
    assert_eq!((&gone["metric"], &gone["n"]), (&Value::Null, &Value::from(1)));
    let nps = series.iter().find(|series| series["question"] == "nps").unwrap();
    assert_eq!(
        (&nps["n"], &nps["out_of_scale"]),
        (&Value::from(0), &Value::from(1))
    );
    let text = show(&store, &ReportQuery::everything(), ReportFormat::Text).await;
    assert!(text.contains("its definition is not known"), "{text}");
}

#[tokio::test]
async fn filters_are_values_and_never_sql() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    busy_day(&store).await;
    for hostile in ["' OR '1'='1", "sales' --", "%", "sales_", "\u{1b}]0;x\u{7}"] {
        let query = ReportQuery::everything().only(Dimension::Queue, &[hostile]);
        let text = show(&store, &query, ReportFormat::Text).await;
        assert!(text.contains("No calls."), "{hostile}: {text}");
        assert!(
            !text.contains('\u{1b}'),
            "no escape sequence reaches the terminal"
        );
    }
    let sales = ReportQuery::everything().only(Dimension::Queue, &["sales"]);
    assert_eq!(json(&store, &sales).await["calls"]["arrived"], 20);
}

#[tokio::test]
async fn names_that_there_are_none_of_are_told_with_those_that_there_are() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    let asked = |queue: Option<&str>, survey: Option<&str>| {
        let only = |query: ReportQuery, dimension, name: Option<&str>| match name {
            Some(name) => query.only(dimension, &[name]),
            None => query,
        };
        let query = only(ReportQuery::everything(), Dimension::Queue, queue);
        only(query, Dimension::Survey, survey)
    };
    let empty = show(&store, &asked(Some("sales"), None), ReportFormat::Text).await;
    assert!(empty.contains("no call has had any queue yet"), "{empty}");
    busy_day(&store).await;
    let text = show(&store, &asked(Some("nosuch"), None), ReportFormat::Text).await;
    assert!(
        text.contains("There is no queue `nosuch`; there are: sales\n"),
        "{text}"
    );
    for (queue, meant) in [("Sales", "sales"), ("slaes", "sales")] {
        let text = show(&store, &asked(Some(queue), None), ReportFormat::Text).await;
        assert!(
            text.contains(&format!("did you mean `{meant}`?")),
            "{queue}: {text}"
        );
    }
    let report = json(&store, &asked(Some("nosuch"), Some("np"))).await;
    let notes = report["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes[1]
            .as_str()
            .unwrap()
            .contains("There is no survey `np`; there are: nps"),
        "{notes:?}"
    );
    let later = ReportQuery {
        period: Period::parse(Some("2027-01-01"), None, utc()).unwrap(),
        ..asked(Some("sales"), Some("nps"))
    };
    assert_eq!(
        json(&store, &later).await["notes"].as_array().unwrap().len(),
        0,
        "they exist, then only no calls came"
    );
}

#[tokio::test]
async fn a_scale_whose_words_say_the_opposite_is_said_beside_its_figures() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    let ces = |version: &str, text: &str, high_is_good: bool| {
        let mut record: SurveyRecord = survey(version);
        record.questions.retain(|question| question.id == "ces");
        for question in &mut record.questions {
            text.clone_into(&mut question.text);
            question.high_is_good = high_is_good;
        }
        Fact::Surveys(vec![record])
    };
    let effort = "How much effort did it take?";
    for (version, high_is_good, doubted, low) in [
        ("000000000001", true, true, false),
        ("000000000002", false, false, true),
    ] {
        for result in store.apply(&[ces(version, effort, high_is_good)]).await.unwrap() {
            result.unwrap();
        }
        let query = ReportQuery::everything().only(Dimension::Survey, &["nps"]);
        let report = json(&store, &query).await;
        let latest = &report["questions"][0];
        assert_eq!(latest["direction_doubt"].is_string(), doubted, "{latest}");
        assert_eq!(latest["scale"]["high_is_good"], !low);
    }
    let facts = [
        admit(1, Some("sales"), 1),
        answered(1),
        answer(1, "ces", Some(1)),
        end(1, Disposition::Completed),
    ];
    for result in store.apply(&facts).await.unwrap() {
        result.unwrap();
    }
    let text = show(&store, &ReportQuery::everything(), ReportFormat::Text).await;
    assert!(
        text.contains("The direction of the scale may be wrong: the question asks for effort, of which little is good, but high counts as good"),
        "{text}"
    );
}

/// Some answers a day for four weeks, without an end of the period.
async fn trend_of(directory: &std::path::Path, of_a_day: u64, may_lengthen_steps: bool) -> Value {
    let store = crate::support::patient(&directory.join("db")).await;
    let mut facts = vec![Fact::Surveys(vec![survey("000000000001")])];
    for number in (0..28).flat_map(|day| (0..of_a_day).map(move |call| day * 86_400 + call)) {
        facts.extend([
            admit(number, Some("sales"), 1),
            answered(number),
            answer(number, "nps", Some(9)),
            end(number, Disposition::Partial),
        ]);
    }
    for result in store.apply(&facts).await.unwrap() {
        result.unwrap();
    }
    let query = ReportQuery {
        trend: Some(TrendStep::Day),
        may_lengthen_steps,
        ..ReportQuery::everything()
    };
    json(&store, &query).await["trend"].clone()
}

#[tokio::test]
async fn steps_of_a_trend_are_longer_where_only_these_have_scores_unless_somebody_chose_them() {
    for (of_a_day, may_lengthen, step, instead_of) in [
        (10, true, "day", None),
        (3, true, "week", Some("day")),
        (3, false, "day", None),
        // Not even weeks have ten, and one month is no course.
        (1, true, "day", None),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let trend = trend_of(directory.path(), of_a_day, may_lengthen).await;
        let shown = (trend["step"].as_str().unwrap(), trend["instead_of"].as_str());
        assert_eq!(shown, (step, instead_of), "{of_a_day} a day");
    }
}
