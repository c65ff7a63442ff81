//! A report: which calls, and their figures.

use serde::Serialize;

use super::comments::{self, Comments};
use super::funnel::Funnel;
use super::period::Period;
use super::series::{self, Series};
use aftercall_base::suggest::closest;
use aftercall_storage::error::StoreError;
use aftercall_storage::store::{KnownNames, Selection, Snapshot, Store};

/// As many names are in one note.
const NAMED: usize = 20;
/// Of a name that is not known so many characters are repeated.
const LONGEST_NAME: usize = 60;

/// Which calls a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportQuery {
    /// When the calls arrived that are counted.
    pub period: Period,
    /// Only calls of this queue, as the context names it.
    pub queue: Option<String>,
    /// Only this survey, in all its versions.
    pub survey: Option<String>,
}

/// The answer to a [`ReportQuery`]. Its field names are those of `--json` and are kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Version of this format: 1. A new field does not change it.
    pub format: u32,
    /// First moment, RFC 3339; `null` when open.
    pub from: Option<String>,
    /// The moment before which the period ends, RFC 3339; `null` when open.
    pub until: Option<String>,
    /// The queue asked for.
    pub queue: Option<String>,
    /// The survey asked for.
    pub survey: Option<String>,
    /// What about the query or the answers deserves a second look, in sentences: names that there are none of.
    pub notes: Vec<String>,
    /// Calls by how far they went.
    pub calls: Funnel,
    /// Answers and scores, question by question.
    pub questions: Vec<Series>,
    /// Recorded comments, question by question.
    pub comments: Vec<Comments>,
    #[serde(skip)]
    pub(super) period_in_words: String,
}

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
        let selection = selection(query);
        let calls = snapshot.call_tallies(&selection).await?;
        let turned_away = snapshot.turned_away(&selection).await?;
        let answers = snapshot.answer_tallies(&selection).await?;
        let recordings = snapshot.recording_tallies(&selection).await?;
        let surveys = snapshot.surveys(query.survey.as_deref()).await?;
        let calls = Funnel::of(&calls, turned_away);
        let notes = if calls.arrived == 0 {
            unknown_names(query, &snapshot.known_names().await?)
        } else {
            Vec::new()
        };
        Ok(Self {
            format: 1,
            from: query.period.from.map(|from| from.to_rfc3339()),
            until: query.period.until.map(|until| until.to_rfc3339()),
            queue: query.queue.clone(),
            survey: query.survey.clone(),
            notes,
            calls,
            questions: series::gather(&surveys, answers, query.survey.is_some()),
            comments: comments::gather(&recordings),
            period_in_words: query.period.in_words(),
        })
    }
}

/// Says of each name asked for that no call ever had what names there are.
fn unknown_names(query: &ReportQuery, known: &KnownNames) -> Vec<String> {
    let asked = [
        ("queue", &query.queue, &known.queues),
        ("survey", &query.survey, &known.surveys),
    ];
    let note = |(kind, name, known): (&str, &Option<String>, &Vec<String>)| {
        let name = name
            .as_deref()
            .filter(|name| !known.iter().any(|known| known == name))?;
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let there_are = match known.as_slice() {
            [] => format!("no call has had any {kind} yet"),
            known => {
                let more = if known.len() > NAMED { ", ..." } else { "" };
                let named: Vec<&str> = known.iter().take(NAMED).map(String::as_str).collect();
                format!("there are: {}{more}", named.join(", "))
            }
        };
        let meant = nearest(&name, known).map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        Some(format!("There is no {kind} `{name}`; {there_are}{meant}"))
    };
    asked.into_iter().filter_map(note).collect()
}

/// The name that was meant: the same but for capitals, or one with a slip.
fn nearest<'k>(name: &str, known: &'k [String]) -> Option<&'k str> {
    let same = known
        .iter()
        .find(|known| known.to_lowercase() == name.trim().to_lowercase());
    same.map(String::as_str)
        .or_else(|| closest(name, known.iter().map(String::as_str)))
}

fn selection(query: &ReportQuery) -> Selection {
    let furthest = || chrono::DateTime::from_timestamp(253_370_764_800, 0);
    Selection {
        from: query.period.from.unwrap_or_default(),
        until: query
            .period
            .until
            .or_else(furthest)
            .expect("the first day of 9999 is a date"),
        queue: query.queue.clone(),
        survey: query.survey.clone(),
    }
}
