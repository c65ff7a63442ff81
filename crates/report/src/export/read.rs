//! From a selection to the rows of a file.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use chrono::{Days, NaiveDate, SecondsFormat, Utc};

use super::about::{About, QuestionFact};
use super::call::LocalCall;
use super::format::{self, ExportFormat};
use super::questions::Questions;
use super::table::{Shape, Table};
use super::{ExportError, ExportProgress, ExportQuery, Exported};
use crate::names::{self, UnknownName};
use crate::query::ReportQuery;
use crate::read::filters;
use aftercall_storage::export::QuestionId;
use aftercall_storage::part::Part;
use aftercall_storage::selection::{Dimension, PeriodFilter, Selection, Split};
use aftercall_storage::{CallLists, Snapshot, Store, StoreError};
use aftercall_survey::{Metric, SurveyRecord};

/// Calls that are in memory together.
const CALLS_AT_ONCE: usize = 2_000;

/// Writes the selected calls to `out`, and says now and then how far it has come. Formats that need a temporary file make it in
/// `scratch`, else where the system has its own. Dropping the future ends it; what was written until then is no whole file.
///
/// # Errors
/// The store cannot be read, or has a row that is not ours; or `out` did not take it.
pub async fn export(
    store: &impl Store,
    query: &ExportQuery,
    format: ExportFormat,
    scratch: Option<&Path>,
    out: impl Write + Send,
    mut progress: impl FnMut(ExportProgress) + Send,
) -> Result<Exported, ExportError> {
    let selection = query.calls.selection();
    let now = query.calls.period.calendar().now;
    let mut snapshot = store.snapshot().await?;
    let beginning = Beginning::read(&mut snapshot, query, &selection).await?;
    let table = &beginning.table;
    let columns = table.columns();
    let mut writer = format::begin(format, query.shape.as_str(), &columns, scratch, out)?;
    let mut done = Exported {
        moments: 1,
        ..Exported::default()
    };
    let mut after = None;
    loop {
        let page = if query.part == Part::default() {
            snapshot
                .call_rows(&selection, after.as_ref(), CALLS_AT_ONCE)
                .await?
        } else {
            let part = &query.part;
            snapshot
                .calls_behind(&selection, part, after.as_ref(), CALLS_AT_ONCE)
                .await?
        };
        let mut calls = page.calls;
        if done.moments > 1 {
            calls.retain(|call| call.arrived_at <= now);
        }
        for call in &calls {
            let local = LocalCall::new(call, &query.zones);
            done.rows += table.rows(&local, |cells| writer.row(cells))?;
        }
        done.calls += calls.len() as u64;
        after = page.next;
        progress(ExportProgress {
            calls: done.calls,
            of_calls: beginning.calls,
            rows: done.rows,
            is_read: after.is_none(),
        });
        if after.is_none() {
            break;
        }
        let renewed = store.renewed(snapshot).await?;
        snapshot = renewed.snapshot;
        done.moments += u32::from(renewed.is_later);
    }
    if done.calls == 0 {
        let unknown = names::unknown_names(&mut snapshot, &query.calls).await?;
        done.notes = unknown.iter().map(UnknownName::sentence).collect();
    }
    drop(snapshot);
    let about = About {
        facts: facts(query, &beginning, &done),
        columns,
        questions: beginning.questions,
    };
    writer.finish(&about)?;
    Ok(done)
}

/// What is known before the first call is read.
struct Beginning {
    table: Table,
    /// Selected calls, where the counts that are kept tell.
    calls: Option<u64>,
    /// Calls of that time without a row.
    turned_away: u64,
    questions: Vec<QuestionFact>,
}

impl Beginning {
    async fn read(
        snapshot: &mut impl Snapshot,
        query: &ExportQuery,
        selection: &Selection,
    ) -> Result<Self, StoreError> {
        let all = snapshot.surveys(None).await?;
        let rough = rough(selection);
        let by_survey = Split {
            by: vec![Dimension::Survey],
            bucket: None,
        };
        let tallies = snapshot.call_tallies(&rough, &by_survey).await?;
        let calls = tallies.iter().map(|tally| tally.counts.arrived).sum();
        let mut surveys: BTreeSet<String> = tallies
            .into_iter()
            .flat_map(|tally| tally.key.names)
            .filter(|name| !name.is_empty())
            .collect();
        let answered: BTreeSet<QuestionId> = snapshot
            .answer_tallies(&rough, &Split::default())
            .await?
            .into_iter()
            .map(|tally| QuestionId {
                survey: tally.survey,
                question: tally.question,
            })
            .collect();
        surveys.extend(answered.iter().map(|question| question.survey.clone()));
        let mut asked = snapshot.questions().await?;
        asked.retain(|question| surveys.contains(&question.survey));
        let undefined = answered.into_iter().filter(|question| !asked.contains(question));
        let undefined: Vec<QuestionId> = undefined.collect();
        asked.extend(undefined);
        Ok(Self {
            table: Table {
                shape: query.shape,
                questions: Questions::new(asked, &all),
                labels: query.labels.clone(),
                attributes: query.attributes.clone(),
            },
            calls: (!selection.needs_calls() && query.part == Part::default()).then_some(calls),
            turned_away: snapshot.turned_away(selection).await?,
            questions: question_facts(&all, &surveys),
        })
    }
}

/// A selection that the counts that are kept tell of, and that has all calls of the other.
fn rough(selection: &Selection) -> Selection {
    let period = selection.period;
    let day =
        |day: Option<NaiveDate>, moment: Option<chrono::DateTime<Utc>>, shift: fn(NaiveDate) -> NaiveDate| {
            // A local day begins at most 14 hours before or after that of UTC.
            match period.is_exact {
                true => moment.map(|at| shift(at.date_naive())),
                false => day,
            }
        };
    Selection {
        period: PeriodFilter {
            from_day: day(period.from_day, period.from, |day| {
                day.checked_sub_days(Days::new(1)).unwrap_or(day)
            }),
            until_day: day(period.until_day, period.until, |day| {
                day.checked_add_days(Days::new(2)).unwrap_or(day)
            }),
            from: None,
            until: None,
            is_exact: false,
        },
        names: selection.names.clone(),
        dialled: Vec::new(),
        condition: None,
        scope: selection.scope.clone(),
    }
}

fn question_facts(all: &[SurveyRecord], surveys: &BTreeSet<String>) -> Vec<QuestionFact> {
    let selected = all.iter().filter(|survey| surveys.contains(&survey.survey.name));
    let facts = selected.flat_map(|survey| {
        let asked = survey.questions.iter();
        asked.map(|question| {
            let direction = if question.high_is_good { "high" } else { "low" };
            let (min, max) = question.scale;
            QuestionFact {
                survey: survey.survey.name.clone(),
                version: survey.survey.version.clone(),
                question: question.id.clone(),
                metric: question.metric.as_str(),
                scale: match question.metric {
                    Metric::Comment => String::new(),
                    Metric::Choice | Metric::Number => format!("{min} to {max}"),
                    Metric::Nps | Metric::Ces | Metric::Csat | Metric::YesNo => {
                        format!("{min} to {max}, {direction} is good")
                    }
                },
                text: question.text.clone(),
            }
        })
    });
    facts.collect()
}

fn facts(query: &ExportQuery, beginning: &Beginning, done: &Exported) -> Vec<(&'static str, String)> {
    let calendar = query.calls.period.calendar();
    let as_of = calendar
        .now
        .with_timezone(&calendar.zone)
        .to_rfc3339_opts(SecondsFormat::Secs, false);
    let mut facts = vec![
        (
            "content",
            match query.shape {
                Shape::Calls => "One row a call, surveyed or not.".to_owned(),
                Shape::Answers => "One row an answer, or a question that was skipped.".to_owned(),
            },
        ),
        ("period", query.calls.period.in_words()),
        ("time zone", calendar.zone.name().to_owned()),
        ("filters", filters_in_words(&query.calls)),
        ("as of", as_of),
        ("calls", done.calls.to_string()),
        ("rows", done.rows.to_string()),
        (
            "moments",
            match done.moments {
                1 => "All rows are of one moment.".to_owned(),
                moments => format!(
                    "The rows are of {moments} moments, one after the other: the service wrote much meanwhile. Calls that \
                     arrived later are left out."
                ),
            },
        ),
        (
            "calls without a row",
            format!(
                "Refused for lack of capacity before they were read, in this period: {}.",
                beginning.turned_away
            ),
        ),
    ];
    facts.extend(METHOD.map(|(fact, text)| (fact, text.to_owned())));
    facts.push(("program", format!("aftercall {}", env!("CARGO_PKG_VERSION"))));
    facts
}

const METHOD: [(&str, &str); 4] = [
    (
        "local times",
        "Times are those of the contact centre: of the time zone of the call's route. `utc_offset_min` is their distance from UTC.",
    ),
    (
        "counting",
        "A figure of `aftercall report` with the same period and filters is the sum of a column here; n of a question is the number \
         of its values within the scale.",
    ),
    (
        "weights",
        "Calls were sampled with different chances where `weight` differs: then a sum over calls needs the weights, and a report shows \
         the weighted score beside the raw one.",
    ),
    (
        "personal data",
        "Callers' numbers, their hashes and the keys that they pressed are not exported.",
    ),
];

fn filters_in_words(query: &ReportQuery) -> String {
    let filters: Vec<String> = filters(query)
        .into_iter()
        .map(|filter| format!("{}: {}", filter.field, filter.one_of.join(", ")))
        .collect();
    match filters.as_slice() {
        [] => "none".to_owned(),
        filters => filters.join("; "),
    }
}
