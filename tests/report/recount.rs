//! A plain recount of everything that a report shows, from the rows of the database.
//!
//! It shares nothing with the report: rows are read one by one, days are made from moments, and the formulas are written out again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::formulas::{self, Difference, Interval};
use crate::support::stranger;

/// A call with its answers.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) day: NaiveDate,
    /// The local hour.
    pub(crate) hour: u32,
    pub(crate) queue: String,
    decision: String,
    rule: String,
    disposition: Option<String>,
    is_answered: bool,
    weight: f64,
    survey: String,
    version: String,
    pub(crate) answers: Vec<Answer>,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    question: String,
    value: Option<i64>,
    is_too_early: bool,
    is_by_timeout: bool,
}

/// A question as it is defined.
#[derive(Debug, Clone)]
struct Question {
    survey: String,
    version: String,
    id: String,
    metric: String,
    text: String,
    min: i64,
    max: i64,
    high_is_good: bool,
    threshold: Option<i64>,
    target: Option<f64>,
}

/// All rows of a database.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    pub(crate) calls: Vec<Call>,
    questions: Vec<Question>,
    turned_away: Vec<(NaiveDate, u64)>,
    pub(crate) comments: Vec<(NaiveDate, String, u64)>,
}

fn text(row: &SqliteRow, column: &str) -> String {
    row.try_get::<Option<String>, _>(column)
        .unwrap()
        .unwrap_or_default()
}

fn day(text: &str, zone: Tz) -> NaiveDate {
    let at: DateTime<Utc> = text.parse().unwrap();
    at.with_timezone(&zone).date_naive()
}

impl Rows {
    pub(crate) async fn read(path: &Path, zone: Tz) -> Self {
        let pool = stranger(path).await;
        let mut answers: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
        for row in sqlx::query("SELECT * FROM answer")
            .fetch_all(&pool)
            .await
            .unwrap()
        {
            let heard: Option<i64> = row.get("heard_ms");
            let prompt: Option<i64> = row.get("prompt_ms");
            answers.entry(text(&row, "call_uid")).or_default().push(Answer {
                question: text(&row, "question_id"),
                value: row.get("value"),
                is_too_early: heard
                    .zip(prompt)
                    .is_some_and(|(heard, prompt)| 2 * heard < prompt),
                is_by_timeout: row.get::<i64, _>("accepted_by_timeout") == 1,
            });
        }
        let calls = sqlx::query("SELECT * FROM call").fetch_all(&pool).await.unwrap();
        let call = |row: &SqliteRow| Call {
            day: day(&text(row, "arrived_at"), zone),
            hour: text(row, "arrived_at")
                .parse::<DateTime<Utc>>()
                .unwrap()
                .with_timezone(&zone)
                .hour(),
            queue: text(row, "queue"),
            decision: text(row, "decision"),
            rule: text(row, "decision_reason"),
            disposition: row.get("disposition"),
            is_answered: row.get::<Option<String>, _>("answered_at").is_some(),
            weight: row.get::<Option<i64>, _>("stratum_every").unwrap_or(1) as f64,
            survey: text(row, "survey"),
            version: text(row, "survey_version"),
            answers: answers.get(&text(row, "call_uid")).cloned().unwrap_or_default(),
        };
        let questions = sqlx::query("SELECT * FROM question")
            .fetch_all(&pool)
            .await
            .unwrap();
        let question = |row: &SqliteRow| Question {
            survey: text(row, "survey"),
            version: text(row, "version"),
            id: text(row, "question_id"),
            metric: text(row, "metric"),
            text: text(row, "text"),
            min: row.get("scale_min"),
            max: row.get("scale_max"),
            high_is_good: row.get::<i64, _>("high_is_good") == 1,
            threshold: row.get("threshold"),
            target: row.get("target"),
        };
        let turned_away = sqlx::query("SELECT minute_at, calls FROM call_turned_away")
            .fetch_all(&pool)
            .await
            .unwrap();
        let comments = sqlx::query(
            "SELECT c.arrived_at, r.state, r.empty_reason, r.duration_ms FROM recording r JOIN call c USING (call_uid)",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        let comment = |row: &SqliteRow| {
            let kind = match (
                text(row, "state").as_str(),
                row.get::<Option<String>, _>("empty_reason"),
            ) {
                ("kept", None) => "comments",
                ("kept", Some(_)) => "empty",
                ("nothing", _) => "not_left",
                (other, _) => panic!("{other}"),
            };
            let length: Option<i64> = row.get("duration_ms");
            (
                day(&text(row, "arrived_at"), zone),
                kind.to_owned(),
                length.unwrap_or(0) as u64,
            )
        };
        Self {
            calls: calls.iter().map(call).collect(),
            questions: questions.iter().map(question).collect(),
            turned_away: turned_away
                .iter()
                .map(|row| {
                    (
                        day(&text(row, "minute_at"), zone),
                        row.get::<i64, _>("calls") as u64,
                    )
                })
                .collect(),
            comments: comments.iter().map(comment).collect(),
        }
    }

    /// The figures of the calls of some days that fit.
    pub(crate) fn count(&self, days: (NaiveDate, NaiveDate), fits: impl Fn(&Call) -> bool) -> Recount {
        let is_in = |day: NaiveDate| days.0 <= day && day <= days.1;
        let calls: Vec<&Call> = self
            .calls
            .iter()
            .filter(|call| is_in(call.day) && fits(call))
            .collect();
        Recount {
            steps: steps(&calls),
            suppressed_by: counted(
                calls
                    .iter()
                    .filter(|call| call.decision == "suppressed")
                    .map(|call| call.rule.clone()),
            ),
            series: self.series(&calls),
        }
    }

    /// Calls that were turned away on some days.
    pub(crate) fn turned_away(&self, days: (NaiveDate, NaiveDate)) -> u64 {
        let of_days = self
            .turned_away
            .iter()
            .filter(|(day, _)| days.0 <= *day && *day <= days.1);
        of_days.map(|(_, calls)| calls).sum()
    }

    /// Answers by question, versions together that measure the same.
    fn series(&self, calls: &[&Call]) -> Vec<Series> {
        let mut series: Vec<Series> = Vec::new();
        for question in self
            .questions
            .iter()
            .filter(|question| question.metric != "comment")
        {
            let same = series.iter().position(|known| known.takes(question));
            let index = same.unwrap_or_else(|| {
                series.push(Series::of(question));
                series.len() - 1
            });
            let series = &mut series[index];
            series.versions.insert(question.version.clone());
            for call in calls {
                if call.survey == question.survey && call.version == question.version {
                    series.add(call, &question.id);
                }
            }
        }
        series
    }
}

fn counted(names: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    names.fold(BTreeMap::new(), |mut counts, name| {
        *counts.entry(name).or_default() += 1;
        counts
    })
}

fn steps(calls: &[&Call]) -> BTreeMap<&'static str, u64> {
    let count = |fits: &dyn Fn(&Call) -> bool| calls.iter().filter(|call| fits(call)).count() as u64;
    let is_sampled = |call: &Call| call.decision == "sampled";
    let is_offered = |call: &Call| is_sampled(call) && call.is_answered;
    let ended = |word: &'static str| count(&move |call: &Call| call.disposition.as_deref() == Some(word));
    let is_lost = |call: &Call| {
        !matches!(
            call.disposition.as_deref(),
            None | Some("failed" | "refused_capacity")
        )
    };
    BTreeMap::from([
        ("arrived", calls.len() as u64),
        ("suppressed", count(&|call| call.decision == "suppressed")),
        ("eligible", count(&|call| call.decision != "suppressed")),
        ("sampled", count(&is_sampled)),
        ("offered", count(&is_offered)),
        (
            "answered",
            count(&|call| is_offered(call) && call.answers.iter().any(|answer| answer.value.is_some())),
        ),
        ("partial", ended("partial")),
        ("completed", ended("completed")),
        ("declined", ended("declined")),
        ("no_answer", ended("no_answer")),
        ("abandoned", ended("abandoned")),
        ("failed", ended("failed")),
        ("refused_capacity", ended("refused_capacity")),
        ("not_sampled", ended("not_sampled")),
        ("in_progress", count(&|call| call.disposition.is_none())),
        (
            "never_arrived",
            count(&|call| is_sampled(call) && !call.is_answered && is_lost(call)),
        ),
    ])
}

/// The figures of some calls.
#[derive(Debug, Clone)]
pub(crate) struct Recount {
    pub(crate) steps: BTreeMap<&'static str, u64>,
    pub(crate) suppressed_by: BTreeMap<String, u64>,
    pub(crate) series: Vec<Series>,
}

impl Recount {
    pub(crate) fn step(&self, name: &str) -> u64 {
        self.steps[name]
    }

    /// What stands above and below the line of a rate.
    pub(crate) fn rate(&self, name: &str) -> (u64, u64) {
        let step = |name: &str| self.step(name);
        let refused = step("declined") + step("no_answer") + step("abandoned") - step("never_arrived");
        let other = step("failed") + step("refused_capacity");
        let responses = step("completed") + step("partial");
        let reached = responses + refused + other;
        let known = step("sampled") - step("in_progress");
        match name {
            "reach" => (step("offered"), step("sampled")),
            "participation" => (step("answered"), step("offered")),
            "completion" => (step("completed"), step("answered")),
            "response_rate" => (responses, step("offered")),
            "strict_response" => (step("completed"), step("offered")),
            "end_to_end" => (step("completed"), step("sampled")),
            "acceptance" => (step("completed"), step("completed") + step("declined")),
            "aapor_rr1" => (step("completed"), step("sampled")),
            "aapor_rr2" => (responses, step("sampled")),
            "aapor_rr5" => (step("completed"), known),
            "aapor_rr6" => (responses, known),
            "aapor_coop1" => (step("completed"), reached),
            other => panic!("{other}"),
        }
    }

    /// The series of a question in these versions.
    pub(crate) fn series(&self, survey: &str, question: &str, versions: &[&str]) -> &Series {
        let fits = |series: &&Series| {
            series.survey == survey
                && series.question == question
                && versions.iter().any(|version| series.versions.contains(*version))
        };
        self.series.iter().find(fits).unwrap()
    }
}

/// The answers to one question.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) survey: String,
    pub(crate) question: String,
    pub(crate) versions: BTreeSet<String>,
    pub(crate) text: String,
    metric: String,
    min: i64,
    max: i64,
    high_is_good: bool,
    threshold: Option<i64>,
    pub(crate) target: Option<f64>,
    /// Valid values, each with its weight and whether it is doubtful: too early, same key, by time-out.
    valid: Vec<(i64, f64, [bool; 3])>,
    pub(crate) skipped: u64,
    pub(crate) out_of_scale: u64,
}

impl Series {
    fn of(question: &Question) -> Self {
        Self {
            survey: question.survey.clone(),
            question: question.id.clone(),
            versions: BTreeSet::new(),
            text: question.text.clone(),
            metric: question.metric.clone(),
            min: question.min,
            max: question.max,
            high_is_good: question.high_is_good,
            threshold: threshold(question),
            target: question.target,
            valid: Vec::new(),
            skipped: 0,
            out_of_scale: 0,
        }
    }

    fn takes(&self, question: &Question) -> bool {
        self.survey == question.survey
            && self.question == question.id
            && self.metric == question.metric
            && (self.min, self.max) == (question.min, question.max)
            && self.high_is_good == question.high_is_good
            && self.threshold == threshold(question)
    }

    fn add(&mut self, call: &Call, question: &str) {
        let given: Vec<i64> = call.answers.iter().filter_map(|answer| answer.value).collect();
        let is_same = given.len() >= 3 && given.iter().all(|value| *value == given[0]);
        for answer in call.answers.iter().filter(|answer| answer.question == question) {
            match answer.value {
                None => self.skipped += 1,
                Some(value) if (self.min..=self.max).contains(&value) => {
                    let doubts = [answer.is_too_early, is_same, answer.is_by_timeout];
                    self.valid.push((value, call.weight, doubts));
                }
                Some(_) => self.out_of_scale += 1,
            }
        }
    }

    pub(crate) fn n(&self) -> u64 {
        self.valid.len() as u64
    }

    pub(crate) fn values(&self) -> Vec<i64> {
        self.valid.iter().map(|(value, ..)| *value).collect()
    }

    /// Answers for each value of the scale.
    pub(crate) fn distribution(&self) -> Vec<(i64, u64)> {
        let count = |value: i64| self.values().iter().filter(|given| **given == value).count() as u64;
        (self.min..=self.max).map(|value| (value, count(value))).collect()
    }

    fn is_good(&self, value: i64) -> bool {
        let threshold = self.threshold.unwrap();
        if self.high_is_good {
            value >= threshold
        } else {
            value <= threshold
        }
    }

    pub(crate) fn is_share(&self) -> bool {
        self.threshold.is_some()
    }

    /// Whether it has a headline or a mean.
    pub(crate) fn is_scored(&self) -> bool {
        self.metric != "choice"
    }

    pub(crate) fn is_nps(&self) -> bool {
        self.metric == "nps"
    }

    /// Good answers among values.
    pub(crate) fn good(&self) -> (u64, u64) {
        let good = self
            .values()
            .into_iter()
            .filter(|value| self.is_good(*value))
            .count() as u64;
        (good, self.n())
    }

    /// The same, where a share is counted.
    pub(crate) fn good_if_share(&self) -> Option<(u64, u64)> {
        self.is_share().then(|| self.good())
    }

    fn headline_of(&self, values: &[i64]) -> Option<Interval> {
        if self.is_nps() {
            return formulas::nps(values);
        }
        let good = values
            .iter()
            .filter(|value| self.is_share() && self.is_good(**value))
            .count() as u64;
        self.is_share()
            .then(|| formulas::share(good, values.len() as u64))
            .flatten()
    }

    /// NPS or share; of a number its mean.
    pub(crate) fn headline(&self) -> Option<Interval> {
        match self.metric.as_str() {
            "number" => formulas::mean(&self.values()),
            _ => self.headline_of(&self.values()),
        }
    }

    /// The mean, for scales that have one.
    pub(crate) fn mean(&self) -> Option<Interval> {
        let has_one = matches!(self.metric.as_str(), "ces" | "csat" | "number");
        has_one.then(|| formulas::mean(&self.values())).flatten()
    }

    /// The headline with each answer counted as often as its call stands for others.
    pub(crate) fn weighted(&self) -> Option<Interval> {
        let weights: BTreeSet<u64> = self.valid.iter().map(|(_, weight, _)| weight.to_bits()).collect();
        if weights.len() < 2 || self.n() < 10 || !self.is_scored() {
            return None;
        }
        let answers: Vec<(f64, i64)> = self
            .valid
            .iter()
            .map(|(value, weight, _)| (*weight, *value))
            .collect();
        Some(match (self.is_nps(), self.is_share()) {
            (true, _) => formulas::weighted::nps(&answers),
            (_, true) => {
                let hits: Vec<(f64, bool)> = answers
                    .iter()
                    .map(|(w, value)| (*w, self.is_good(*value)))
                    .collect();
                formulas::weighted::share(&hits)
            }
            _ => formulas::weighted::mean(&answers),
        })
    }

    /// Doubtful answers: all, too early, same key, by time-out.
    pub(crate) fn doubtful(&self) -> [u64; 4] {
        let count = |fits: &dyn Fn(&[bool; 3]) -> bool| {
            self.valid.iter().filter(|(_, _, doubts)| fits(doubts)).count() as u64
        };
        [
            count(&|doubts| doubts.contains(&true)),
            count(&|doubts| doubts[0]),
            count(&|doubts| doubts[1]),
            count(&|doubts| doubts[2]),
        ]
    }

    /// The headline without them.
    pub(crate) fn without_doubtful(&self) -> Option<(Interval, u64)> {
        let sound: Vec<i64> = self
            .valid
            .iter()
            .filter(|(_, _, doubts)| !doubts.contains(&true))
            .map(|(value, ..)| *value)
            .collect();
        let headline = self.headline_of(&sound).filter(|_| self.doubtful()[0] > 0)?;
        Some((headline, sound.len() as u64))
    }

    /// Its difference to another.
    pub(crate) fn compare(&self, other: &Self) -> Option<Difference> {
        match (self.is_nps(), self.is_share()) {
            (true, _) => formulas::compare_nps(&self.values(), &other.values()),
            (_, true) => formulas::compare_shares(self.good(), other.good()),
            _ if self.metric == "number" => formulas::compare_means(&self.values(), &other.values()),
            _ => None,
        }
    }
}

/// The threshold as it is defined, or the usual one.
fn threshold(question: &Question) -> Option<i64> {
    let usual = match (
        question.metric.as_str(),
        question.min,
        question.max,
        question.high_is_good,
    ) {
        ("csat" | "yes_no", 0, 1, true) => Some(1),
        ("csat" | "ces", 1, 5, true) => Some(4),
        ("ces", 1, 7, false) => Some(3),
        _ => None,
    };
    question.threshold.or(usual)
}
