//! A report: which calls, and what they tell.

use serde::Serialize;

use super::comments::{self, Comments};
use super::funnel::Funnel;
use super::period::Period;
use super::series::{self, Series};
use crate::storage::error::StoreError;
use crate::storage::store::{Selection, Store};

/// Which calls a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportQuery {
    /// When they arrived.
    pub period: Period,
    /// Only this queue.
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
    /// Asks the store and computes.
    ///
    /// # Errors
    /// The store cannot be read, or has a row that is not ours.
    pub async fn read(store: &impl Store, query: &ReportQuery) -> Result<Self, StoreError> {
        let selection = selection(query);
        let calls = store.call_tallies(&selection).await?;
        let turned_away = store.turned_away(&selection).await?;
        let answers = store.answer_tallies(&selection).await?;
        let recordings = store.recording_tallies(&selection).await?;
        let surveys = store.surveys(query.survey.as_deref()).await?;
        Ok(Self {
            format: 1,
            from: query.period.from.map(|from| from.to_rfc3339()),
            until: query.period.until.map(|until| until.to_rfc3339()),
            queue: query.queue.clone(),
            survey: query.survey.clone(),
            calls: Funnel::of(&calls, turned_away),
            questions: series::gather(&surveys, answers, query.survey.is_some()),
            comments: comments::gather(&recordings),
            period_in_words: query.period.in_words(),
        })
    }
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
