//! From a query to its report: all figures of one moment, each computed once.

use chrono::{Days, SecondsFormat};

use crate::comments;
use crate::comparison::{self, compare_shares};
use crate::funnel::Funnel;
use crate::groups;
use crate::live;
use crate::method;
use crate::names::{self, UnknownName};
use crate::non_response;
use crate::period::Period;
use crate::query::{Grouping, ReportQuery, TrendStep};
use crate::reach;
use crate::report::{ComparedWith, FilterView, PeriodView, Report};
use crate::series::{self, Series};
use crate::trend::{self, Trend};
use aftercall_storage::selection::{Bucket, Dimension, Selection, Split, fits_any};
use aftercall_storage::tally::CallCounts;
use aftercall_storage::{Snapshot, Store, StoreError};
use aftercall_survey::SurveyRecord;

impl Report {
    /// Asks the store and computes. All figures are of one moment.
    ///
    /// # Errors
    /// The store cannot be read, or has a row that is not ours.
    pub async fn read(store: &impl Store, query: &ReportQuery) -> Result<Self, StoreError> {
        Self::of(&mut store.snapshot().await?, query).await
    }

    /// The same of a snapshot that may serve other reports as well.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn of(snapshot: &mut impl Snapshot, query: &ReportQuery) -> Result<Self, StoreError> {
        let selection = query.selection();
        let surveys = snapshot.surveys(None).await?;
        let is_survey_named = !query.patterns(Dimension::Survey).is_empty();
        let (calls, mut questions) = whole(snapshot, &selection, &surveys, is_survey_named).await?;
        let calls = calls.with_suppressed(snapshot.suppressed_tallies(&selection).await?);
        let recordings = snapshot.recording_tallies(&selection).await?;
        let weights = snapshot.call_tallies(&selection, &by(Dimension::Weight)).await?;
        let unknown_names = if calls.arrived == 0 {
            names::unknown_names(snapshot, query).await?
        } else {
            Vec::new()
        };
        let non_response = non_response::gather(
            &snapshot.talk_time_tallies(&selection).await?,
            &snapshot.call_tallies(&selection, &by(Dimension::Queue)).await?,
            &hours(snapshot, &selection).await?,
        );
        let reach = reach::gather(
            &snapshot
                .reach_tallies(&selection, &[Dimension::Team, Dimension::Agent])
                .await?,
            query.by == Some(Grouping::Name(Dimension::Agent)),
            &query.directory,
        );
        let other_period = query.compare.as_ref().and_then(|with| with.period(&query.period));
        let compared_with = match query.compare.as_ref().zip(other_period) {
            Some((with, period)) => {
                let other = query.selection_of(&period);
                let (other_calls, others) = whole(snapshot, &other, &surveys, false).await?;
                comparison::compare_all(&mut questions, &others, with.as_str());
                Some(ComparedWith {
                    kind: with.as_str(),
                    period: view(&period),
                    response_rate: compare_shares(calls.responses(), other_calls.responses(), with.as_str()),
                    calls: other_calls,
                })
            }
            None => None,
        };
        if query.period.is_running() {
            let own = daily(snapshot, query, &query.period, &surveys, &questions).await?;
            let other = match other_period {
                Some(period) => Some(daily(snapshot, query, &period, &surveys, &questions).await?),
                None => None,
            };
            live::judge(&mut questions, &own, other.as_ref());
        }
        let groups = match query.by {
            Some(by) => Some(groups_of(snapshot, by, query, &surveys, (&calls, &questions)).await?),
            None => None,
        };
        let trend = match query.trend {
            Some(step) => Some(trend_of(snapshot, step, query, &surveys, &questions).await?),
            None => None,
        };
        let calendar = query.period.calendar();
        let local = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&calendar.zone).to_rfc3339();
        let (from, until) = query.period.moments();
        let one_text = |dimension| {
            let patterns = query.patterns(dimension);
            (!patterns.is_empty()).then(|| patterns.join(", "))
        };
        Ok(Self {
            format: 1,
            from: from.map(local),
            until: until.map(local),
            queue: one_text(Dimension::Queue),
            survey: one_text(Dimension::Survey),
            notes: unknown_names.iter().map(UnknownName::sentence).collect(),
            unknown_names,
            method: method::of(query, &calls, &questions, &weights),
            comments: comments::gather(&recordings),
            as_of: calendar
                .now
                .with_timezone(&calendar.zone)
                .to_rfc3339_opts(SecondsFormat::Secs, false),
            period: view(&query.period),
            filters: filters(query),
            compared_with,
            groups,
            trend,
            non_response,
            reach,
            calls,
            questions,
        })
    }
}

/// The course by steps; by longer ones where they may be, and where only these have scores.
async fn trend_of(
    snapshot: &mut impl Snapshot,
    step: TrendStep,
    query: &ReportQuery,
    surveys: &[SurveyRecord],
    questions: &[Series],
) -> Result<Trend, StoreError> {
    let selection = query.selection();
    let mut first: Option<Trend> = None;
    let mut next = Some(step);
    while let Some(step) = next {
        let split = Split {
            by: Vec::new(),
            bucket: Some(step.bucket()),
        };
        let calls = snapshot.call_tallies(&selection, &split).await?;
        let answers = snapshot.answers_by_step(&selection, step.bucket()).await?;
        let trend = trend::gather(step, &query.period, surveys, calls, answers, questions);
        if trend.has_scores(questions) || !query.may_lengthen_steps {
            return Ok(trend.instead_of(first.as_ref()));
        }
        // A single step is no course.
        next = step.longer().filter(|_| trend.points.len() > 1);
        first.get_or_insert(trend);
    }
    // Where no step has scores, the curve has the detail that its period allows.
    Ok(first
        .unwrap_or_else(|| trend::gather(step, &query.period, surveys, Vec::new(), Vec::new(), questions)))
}

/// The figures of all selected calls together.
async fn whole(
    snapshot: &mut impl Snapshot,
    selection: &Selection,
    surveys: &[SurveyRecord],
    is_survey_named: bool,
) -> Result<(Funnel, Vec<Series>), StoreError> {
    let mut counts = CallCounts::default();
    for tally in snapshot.call_tallies(selection, &Split::default()).await? {
        counts.add(&tally.counts);
    }
    let turned_away = snapshot.turned_away(selection).await?;
    let answers = snapshot.answer_tallies(selection, &by(Dimension::Weight)).await?;
    let named = |survey: &&SurveyRecord| fits_any(selection.patterns(Dimension::Survey), &survey.survey.name);
    let surveys: Vec<SurveyRecord> = surveys.iter().filter(named).cloned().collect();
    Ok((
        Funnel::of(counts, turned_away),
        series::gather(&surveys, answers, is_survey_named),
    ))
}

async fn groups_of(
    snapshot: &mut impl Snapshot,
    by: Grouping,
    query: &ReportQuery,
    surveys: &[SurveyRecord],
    whole: (&Funnel, &[Series]),
) -> Result<groups::Groups, StoreError> {
    let (selection, split) = (query.selection(), by.split());
    let calls = snapshot.call_tallies(&selection, &split).await?;
    let answers = snapshot.answer_tallies(&selection, &split).await?;
    Ok(groups::gather(
        by,
        surveys,
        calls,
        answers,
        whole,
        &query.directory,
    ))
}

/// The answers of a period day by day.
async fn daily(
    snapshot: &mut impl Snapshot,
    query: &ReportQuery,
    period: &Period,
    surveys: &[SurveyRecord],
    questions: &[Series],
) -> Result<Trend, StoreError> {
    let selection = query.selection_of(period);
    let answers = snapshot.answers_by_step(&selection, Bucket::Day).await?;
    Ok(trend::gather(
        TrendStep::Day,
        period,
        surveys,
        Vec::new(),
        answers,
        questions,
    ))
}

/// Calls by hour of the day, of at most 92 days: the hours of a longer period are those of its last quarter.
async fn hours(
    snapshot: &mut impl Snapshot,
    selection: &Selection,
) -> Result<Vec<aftercall_storage::tally::CallTally>, StoreError> {
    let mut recent = selection.clone();
    let until = match recent.period.until_day {
        Some(until) => Some(until),
        None => snapshot.days().await?.map(|(_, last)| last),
    };
    let start = until.and_then(|until| until.checked_sub_days(Days::new(92)));
    recent.period.from_day = recent.period.from_day.max(start);
    let split = Split {
        by: Vec::new(),
        bucket: Some(Bucket::HourOfDay),
    };
    snapshot.call_tallies(&recent, &split).await
}

fn by(dimension: Dimension) -> Split {
    Split {
        by: vec![dimension],
        bucket: None,
    }
}

pub(crate) fn view(period: &Period) -> PeriodView {
    let (from, until) = period.days().unwrap_or_default();
    let last = until.map(|until| until.checked_sub_days(Days::new(1)).unwrap_or(until));
    let (first_moment, end) = period.moments();
    let local = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&period.calendar().zone).to_rfc3339();
    PeriodView {
        name: period.name.map(|name| name.to_string()),
        first_day: from.map(|day| day.to_string()),
        last_day: last.map(|day| day.to_string()),
        from: first_moment.map(local),
        until: end.map(local),
        time_zone: period.calendar().zone.name().to_owned(),
        is_running: period.is_running(),
        words: period.in_words(),
    }
}

/// What was asked for beside the period.
pub(crate) fn filters(query: &ReportQuery) -> Vec<FilterView> {
    let named = query.names.iter().filter(|(_, patterns)| !patterns.is_empty());
    let mut filters: Vec<FilterView> = named
        .map(|(dimension, patterns)| FilterView {
            field: dimension.as_str().to_owned(),
            one_of: patterns.iter().map(ToString::to_string).collect(),
            is_condition: false,
        })
        .collect();
    if !query.dialled.is_empty() {
        filters.push(FilterView {
            field: "dialled".to_owned(),
            one_of: query.dialled.iter().map(ToString::to_string).collect(),
            is_condition: false,
        });
    }
    let tests = query.condition.iter().flat_map(|condition| condition.tests());
    filters.extend(tests.map(|(name, test)| FilterView {
        field: name.as_str().to_owned(),
        one_of: vec![test.to_string()],
        is_condition: true,
    }));
    filters
}
