//! The course of figures over time: counts for each step, which can be added up, and scores where there are enough answers.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use serde::Serialize;

use crate::funnel::Funnel;
use crate::period::{Calendar, Period, PeriodUnit};
use crate::query::TrendStep;
use crate::series::{Score, ScoreKind, Series};
use aftercall_storage::tally::{CallCounts, CallTally, StepAnswers};
use aftercall_survey::{QuestionRecord, SurveyRecord};

/// As many steps are filled in where nothing came.
const MOST_STEPS: usize = 5_000;

/// Figures step by step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// `hour`, `day`, `week` or `month`.
    pub step: &'static str,
    /// The step that the length of the period suggests, where most of those have too few answers for a score; `null`: it is this one, or somebody
    /// chose this one.
    pub instead_of: Option<&'static str>,
    /// The steps in order, those without calls included.
    pub points: Vec<TrendPoint>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrendPoint {
    /// Its beginning: `2026-11-25T14`, `2026-11-25` (of a week its first day), `2026-11`.
    pub start: String,
    /// Calls that arrived.
    pub arrived: u64,
    /// Surveys offered.
    pub offered: u64,
    /// Ended with every scored question answered.
    pub completed: u64,
    /// Ended with some answers.
    pub partial: u64,
    /// (completed + partial) / offered in percent; `null` below 10 offered.
    pub response_rate: Option<f64>,
    /// The answers to each question.
    pub questions: Vec<TrendQuestion>,
}

/// The answers to one question in one step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrendQuestion {
    /// The survey.
    pub survey: String,
    /// The question's id.
    pub question: String,
    /// Valid answers.
    pub n: u64,
    /// Values with their counts, those that were given.
    pub counts: Vec<(i64, u64)>,
    /// The headline, or the mean where there is none; `null` below 10 answers.
    pub score: Option<Score>,
}

/// What was counted in one step.
#[derive(Default)]
struct Step {
    calls: CallCounts,
    /// Valid values with their counts, by the place of the question.
    answers: BTreeMap<usize, BTreeMap<i64, u64>>,
}

impl Trend {
    /// Whether it is a course of scores: of the scored question with the most answers at least half of the steps with an answer have one, and two have.
    /// One without answers has nothing to lose.
    pub(crate) fn has_scores(&self, questions: &[Series]) -> bool {
        let scored = questions.iter().enumerate();
        let scored = scored.filter(|(_, series)| series.score_kind() != ScoreKind::None);
        let Some((most, _)) = scored
            .max_by_key(|(_, series)| series.n)
            .filter(|(_, series)| series.n > 0)
        else {
            return true;
        };
        let points = self.points.iter().filter_map(|point| point.questions.get(most));
        let answered: Vec<&TrendQuestion> = points.filter(|question| question.n > 0).collect();
        let with_score = answered
            .iter()
            .filter(|question| question.score.is_some())
            .count();
        with_score >= 2 && 2 * with_score >= answered.len()
    }

    /// The same in place of the one that the length of the period suggests.
    pub(crate) fn instead_of(self, other: Option<&Self>) -> Self {
        Self {
            instead_of: other.map(|other| other.step),
            ..self
        }
    }
}

/// The steps of what was counted, for the questions of the whole.
pub(crate) fn gather(
    step: TrendStep,
    period: &Period,
    surveys: &[SurveyRecord],
    calls: Vec<CallTally>,
    answers: Vec<StepAnswers>,
    questions: &[Series],
) -> Trend {
    let calendar = period.calendar();
    let mut steps: BTreeMap<String, Step> = BTreeMap::new();
    for CallTally { key, counts } in calls {
        let of_step = steps.entry(start(step, key.bucket, calendar)).or_default();
        of_step.calls.add(&counts);
    }
    let places = places(surveys, questions);
    for answers in answers {
        let key = (
            answers.survey.as_str(),
            answers.version.as_str(),
            answers.question.as_str(),
        );
        let found = places
            .get(&key)
            .and_then(|place| Some((*place, questions.get(*place)?)));
        let Some((place, series)) = found else {
            continue;
        };
        let of_step = steps.entry(start(step, answers.step, calendar)).or_default();
        let counts = of_step.answers.entry(place).or_default();
        for (value, count) in answers.counts {
            if let Some(value) = value.filter(|value| series.has_value(*value)) {
                *counts.entry(value).or_default() += count;
            }
        }
    }
    fill(&mut steps, step, period);
    let point = |(start, Step { calls, mut answers }): (String, Step)| {
        let calls = Funnel::of(calls, 0);
        let question = |(place, series): (usize, &Series)| {
            question(
                series,
                answers.remove(&place).unwrap_or_default().into_iter().collect(),
            )
        };
        TrendPoint {
            start,
            arrived: calls.arrived,
            offered: calls.offered,
            completed: calls.completed,
            partial: calls.partial,
            response_rate: calls.rates.response_rate,
            questions: questions.iter().enumerate().map(question).collect(),
        }
    };
    Trend {
        step: step.as_str(),
        instead_of: None,
        points: steps.into_iter().map(point).collect(),
    }
}

/// The place of the series to which the answers to a question of a survey version belong: of the period of the series, or of another.
fn places<'a>(
    surveys: &'a [SurveyRecord],
    questions: &'a [Series],
) -> HashMap<(&'a str, &'a str, &'a str), usize> {
    let known = surveys.iter().flat_map(
        |SurveyRecord {
             survey, questions, ..
         }| {
            let key = move |question: &'a QuestionRecord| {
                let of = (
                    survey.name.as_str(),
                    survey.version.as_str(),
                    question.id.as_str(),
                );
                (of, Some(question))
            };
            questions.iter().map(key)
        },
    );
    let unknown = questions.iter().filter(|series| series.definition.is_none());
    let unknown = unknown.flat_map(|series| {
        let key = |version: &'a String| (series.survey.as_str(), version.as_str(), series.question.as_str());
        series.versions.iter().map(move |version| (key(version), None))
    });
    let place = |(key, definition): ((&'a str, &'a str, &'a str), Option<&QuestionRecord>)| {
        let mut series = questions.iter();
        let place = series.position(|series| series.takes(key, definition))?;
        Some((key, place))
    };
    known.chain(unknown).filter_map(place).collect()
}

/// The answers to the question of `whole` in one step.
fn question(whole: &Series, counts: Vec<(i64, u64)>) -> TrendQuestion {
    TrendQuestion {
        survey: whole.survey.clone(),
        question: whole.question.clone(),
        n: counts.iter().map(|(_, answers)| answers).sum(),
        score: whole.score_of(&counts),
        counts,
    }
}

/// The beginning of the step to which counts belong.
fn start(step: TrendStep, bucket: String, calendar: &Calendar) -> String {
    match (step, bucket.parse::<NaiveDate>()) {
        (TrendStep::Week, Ok(day)) => PeriodUnit::Week.start(day, calendar).to_string(),
        _ => bucket,
    }
}

/// Adds the steps without calls between the ends of the period, or between the first and the last step with calls. Of a running period
/// nothing is added behind today.
fn fill(steps: &mut BTreeMap<String, Step>, step: TrendStep, period: &Period) {
    let calendar = period.calendar();
    let (from, until) = period.days().unwrap_or_default();
    let first_key = steps.keys().next().and_then(|start| moment(start));
    let last_key = steps.keys().next_back().and_then(|start| moment(start));
    let tomorrow = calendar.today().checked_add_days(Days::new(1));
    let until = until.map(|until| {
        if period.is_running() {
            tomorrow.unwrap_or(until).min(until)
        } else {
            until
        }
    });
    let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN);
    let first = from
        .map(|from| midnight(in_step(step, from, calendar)))
        .or(first_key);
    let end = until
        .map(midnight)
        .or_else(|| last_key.map(|last| next(step, last)));
    let (Some(mut at), Some(end)) = (first, end) else {
        return;
    };
    for _ in 0..MOST_STEPS {
        if at >= end {
            return;
        }
        let name = match step {
            TrendStep::Hour => at.format("%Y-%m-%dT%H").to_string(),
            TrendStep::Day | TrendStep::Week => at.date().to_string(),
            TrendStep::Month => at.format("%Y-%m").to_string(),
        };
        steps.entry(name).or_default();
        at = next(step, at);
    }
}

fn in_step(step: TrendStep, day: NaiveDate, calendar: &Calendar) -> NaiveDate {
    match step {
        TrendStep::Hour | TrendStep::Day => day,
        TrendStep::Week => PeriodUnit::Week.start(day, calendar),
        TrendStep::Month => PeriodUnit::Month.start(day, calendar),
    }
}

fn next(step: TrendStep, at: NaiveDateTime) -> NaiveDateTime {
    let day = |unit: PeriodUnit| unit.shift(at.date(), 1).and_time(at.time());
    match step {
        TrendStep::Hour => at.checked_add_signed(TimeDelta::hours(1)).unwrap_or(at),
        TrendStep::Day => day(PeriodUnit::Day),
        TrendStep::Week => day(PeriodUnit::Week),
        TrendStep::Month => day(PeriodUnit::Month),
    }
}

/// The moment that the name of a step begins with.
fn moment(start: &str) -> Option<NaiveDateTime> {
    let padded = match start.len() {
        13 => format!("{start}:00:00"),
        10 => format!("{start}T00:00:00"),
        7 => format!("{start}-01T00:00:00"),
        _ => return None,
    };
    padded.parse().ok()
}
