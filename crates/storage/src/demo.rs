//! A database full of made-up calls, to try reports and to measure them.
//!
//! The calls are those of a contact centre: opening hours, a pattern of weekdays, one call in N by queue, agents who are liked more
//! and less, one who keeps unhappy callers away, callers who hold a scale the wrong way round, answers that are doubtful, a survey
//! whose version changes in between, and a last week in which one queue goes wrong. The same options make the same calls. Rows are written in bulk, and counted afterwards as
//! after an upgrade.

mod calendar;
mod call;
mod company;
mod opinion;
mod sentence;
mod slump;
mod timing;

use std::path::Path;

use chrono::NaiveDate;
use chrono_tz::Tz;

use self::calendar::Calendar;
use self::call::Generator;
pub(crate) use self::call::{Counters, DemoAnswer, DemoCall, DemoRecording, DemoReport};
pub use self::company::{DemoAgent, DemoOrganisation, DemoRoute, DemoSlump, organisation};
pub use self::sentence::{DemoSentence, DemoTone};
use crate::error::StoreError;
use crate::sqlite::{Access, BulkWriter, SqliteOptions, SqliteStore};
use crate::store::{Fact, Store};
use aftercall_survey::SurveyRecord;

/// What is made up.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Calls that arrive.
    pub calls: u64,
    /// The day behind the last one.
    pub until: NaiveDate,
    /// Days on which they arrive.
    pub days: u32,
    /// The time zone of the contact centre.
    pub zone: Tz,
    /// Queues, from 1.
    pub queues: u32,
    /// Teams, from 1.
    pub teams: u32,
    /// Agents, from 1.
    pub agents: u32,
    /// The same seed makes the same calls.
    pub seed: u64,
    /// The surveys that are asked, each on a route of its own; the first is asked of most queues. Of several versions of one survey each is
    /// asked for a part of the time, in this order.
    pub surveys: Vec<SurveyRecord>,
    /// What callers say in comments; none: comments of which there is no sound.
    pub sentences: Vec<DemoSentence>,
}

/// A step of filling a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoStep {
    /// Calls are written.
    Calls,
    /// Days are counted.
    Counts,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoProgress {
    /// What is done.
    pub step: DemoStep,
    /// Calls or days that are done.
    pub done: u64,
    /// Calls or days in all.
    pub of: u64,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DemoSummary {
    /// Calls.
    pub calls: u64,
    /// Calls that could have been surveyed, as a PBX would have reported.
    pub eligible: u64,
    /// Answers, skipped questions included.
    pub answers: u64,
}

/// Calls in one transaction.
const CALLS: usize = 20_000;

/// A made-up comment of which there is no sound yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnspokenComment {
    /// The call.
    pub call: String,
    /// The question's id.
    pub question: String,
    /// Where its file belongs, below the directory of recordings.
    pub path: String,
    /// The SHA-256 of its sentence, in hexadecimal digits.
    pub sha256: String,
}

/// Gives made-up comments their sound: the newest ones, `most` of them. `speak` writes the file of a comment and answers its size in bytes, or `None`
/// where it does not know the sentence.
///
/// # Errors
/// What the database said, or `speak` for a comment; comments before it have their files then.
pub async fn speak<E: From<StoreError>>(
    path: &Path,
    most: u32,
    mut speak: impl FnMut(&UnspokenComment) -> Result<Option<u64>, E> + Send,
) -> Result<(), E> {
    let mut writer = BulkWriter::open(path).await?;
    for comment in writer.unspoken(most).await? {
        if let Some(size) = speak(&comment)? {
            writer.spoken(&comment, size).await?;
        }
    }
    writer.close().await?;
    Ok(())
}

/// Fills the database at `path`, which is made if there is none, with made-up calls.
///
/// A database that was not filled to its end, because this was broken off or the machine stopped, is of no use.
///
/// # Errors
/// It has calls already, or there is nothing to be made of the options ([`StoreError::Refused`]); or what the database said.
pub async fn fill(
    path: &Path,
    options: DemoOptions,
    mut progress: impl FnMut(DemoProgress) + Send,
) -> Result<DemoSummary, StoreError> {
    if options.surveys.is_empty() || options.calls == 0 {
        return Err(StoreError::refused("there is no survey, or no call, to make up"));
    }
    let store = SqliteStore::open(&SqliteOptions::new(path, Access::Serve)).await?;
    if store.has_calls().await? {
        store.close().await;
        return Err(StoreError::refused(
            "the database has calls already; made-up calls belong in a database of their own",
        ));
    }
    store.apply(&[Fact::Surveys(options.surveys.clone())]).await?;
    let mut writer = BulkWriter::open(path).await?;
    let of = options.calls;
    let mut summary = DemoSummary::default();
    let mut generator = Generator::new(&options);
    let mut hours = Calendar::new(&options).hours();
    loop {
        let mut is_over = false;
        let mut made = Vec::with_capacity(CALLS);
        let mut reports = Vec::with_capacity(CALLS);
        while made.len() < CALLS && !is_over {
            match hours.next() {
                Some(hour) => generator.hour(&hour, &mut made, &mut reports),
                None => is_over = true,
            }
        }
        writer.write(&made, &reports).await?;
        summary.calls += made.len() as u64;
        summary.eligible += reports.len() as u64;
        summary.answers += made.iter().map(|call| call.answers.len() as u64).sum::<u64>();
        progress(DemoProgress {
            step: DemoStep::Calls,
            done: summary.calls,
            of,
        });
        if is_over {
            break;
        }
    }
    writer.finish(generator.counters()).await?;
    store.mark_for_rebuild().await?;
    let told = |rebuilt: crate::store::RebuildProgress| {
        progress(DemoProgress {
            step: DemoStep::Counts,
            done: rebuilt.done as u64,
            of: rebuilt.days as u64,
        });
    };
    store.rebuild(told).await?;
    store.close().await;
    Ok(summary)
}
