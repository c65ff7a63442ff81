//! Reads of one moment: a read transaction on a connection of its own.
//!
//! SQLite shows a transaction the database as it was at its first read, however much is committed meanwhile (WAL). The log
//! cannot start from its beginning again before the transaction ends, so a snapshot is dropped as soon as its figures are read.

use std::path::Path;

use chrono::NaiveDate;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Sqlite, Transaction};

use super::figures::ListOrder;
use super::held_log::HeldLog;
use super::{comments, export, figures, path, read, turned_away};
use crate::comment::{CommentFilter, CommentPage, CommentPlace};
use crate::error::StoreError;
use crate::export::{CallPage, Place, QuestionId};
use crate::lists::CallLists;
use crate::part::Part;
use crate::path::{CallPath, Privacy};
use crate::scope::Scope;
use crate::selection::{Bucket, Dimension, Selection, Split};
use crate::store::Snapshot;
use crate::tally::{
    AnswerTally, CallTally, ReachTally, RecordingTally, StepAnswers, SuppressedTally, TalkTimeTally,
};
use aftercall_base::CallUid;
use aftercall_survey::SurveyRecord;

/// The database at one moment.
#[derive(Debug)]
pub struct SqliteSnapshot(Transaction<'static, Sqlite>, HeldLog);

impl SqliteSnapshot {
    pub(super) async fn begin(readers: &SqlitePool, database: &Path) -> Result<Self, StoreError> {
        let log = HeldLog::now(database);
        Ok(Self(readers.begin().await?, log))
    }

    pub(super) const fn log(&self) -> &HeldLog {
        &self.1
    }

    pub(super) async fn end(self) -> Result<HeldLog, StoreError> {
        self.0.rollback().await?;
        Ok(self.1)
    }
}

impl Snapshot for SqliteSnapshot {
    async fn call_tallies(
        &mut self,
        selection: &Selection,
        split: &Split,
    ) -> Result<Vec<CallTally>, StoreError> {
        figures::calls(&mut self.0, selection, split).await
    }

    async fn answer_tallies(
        &mut self,
        selection: &Selection,
        split: &Split,
    ) -> Result<Vec<AnswerTally>, StoreError> {
        figures::answers(&mut self.0, selection, split).await
    }

    async fn answers_by_step(
        &mut self,
        selection: &Selection,
        step: Bucket,
    ) -> Result<Vec<StepAnswers>, StoreError> {
        figures::course(&mut self.0, selection, step).await
    }

    async fn suppressed_tallies(
        &mut self,
        selection: &Selection,
    ) -> Result<Vec<SuppressedTally>, StoreError> {
        figures::suppressed(&mut self.0, selection).await
    }

    async fn talk_time_tallies(&mut self, selection: &Selection) -> Result<Vec<TalkTimeTally>, StoreError> {
        figures::talk_times(&mut self.0, selection).await
    }

    async fn reach_tallies(
        &mut self,
        selection: &Selection,
        by: &[Dimension],
    ) -> Result<Vec<ReachTally>, StoreError> {
        figures::reach(&mut self.0, selection, by).await
    }

    async fn turned_away(&mut self, selection: &Selection) -> Result<u64, StoreError> {
        turned_away::count(&mut self.0, selection).await
    }

    async fn recording_tallies(&mut self, selection: &Selection) -> Result<Vec<RecordingTally>, StoreError> {
        figures::recordings(&mut self.0, selection).await
    }

    async fn surveys(&mut self, survey: Option<&str>) -> Result<Vec<SurveyRecord>, StoreError> {
        read::surveys(&mut self.0, survey).await
    }

    async fn call_rows(
        &mut self,
        selection: &Selection,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<CallPage, StoreError> {
        export::page(&mut self.0, selection, after, limit).await
    }

    async fn questions(&mut self) -> Result<Vec<QuestionId>, StoreError> {
        export::questions(&mut self.0).await
    }

    async fn known_names(&mut self, scope: &Scope, dimension: Dimension) -> Result<Vec<String>, StoreError> {
        figures::known_names(&mut self.0, scope, dimension).await
    }

    async fn days(&mut self) -> Result<Option<(NaiveDate, NaiveDate)>, StoreError> {
        figures::days(&mut self.0).await
    }
}

/// A page of calls in an order.
async fn list(
    connection: &mut SqliteConnection,
    (selection, part): (&Selection, &Part),
    order: ListOrder,
    after: Option<&Place>,
    limit: usize,
) -> Result<CallPage, StoreError> {
    let after = after.map(|place| (place.day.clone(), place.call.clone()));
    let (uids, next) = figures::behind(connection, selection, part, order, after, limit).await?;
    Ok(CallPage {
        calls: export::rows(connection, uids).await?,
        next: next.map(|(day, call)| Place { day, call }),
    })
}

impl CallLists for SqliteSnapshot {
    async fn calls_behind(
        &mut self,
        selection: &Selection,
        part: &Part,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<CallPage, StoreError> {
        let asked = (selection, part);
        list(&mut self.0, asked, ListOrder::Newest, after, limit).await
    }

    async fn calls_ahead(
        &mut self,
        selection: &Selection,
        part: &Part,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<CallPage, StoreError> {
        let asked = (selection, part);
        list(&mut self.0, asked, ListOrder::Oldest, after, limit).await
    }

    async fn count_behind(&mut self, selection: &Selection, part: &Part) -> Result<u64, StoreError> {
        figures::count_behind(&mut self.0, selection, part).await
    }

    async fn call_path(
        &mut self,
        call: CallUid,
        within: &Selection,
        privacy: Privacy,
    ) -> Result<Option<CallPath>, StoreError> {
        if !figures::is_selected(&mut self.0, within, call).await? {
            return Ok(None);
        }
        path::read(&mut self.0, call, privacy).await
    }

    async fn comments(
        &mut self,
        selection: &Selection,
        filter: &CommentFilter,
        after: Option<&CommentPlace>,
        limit: usize,
        has_audio: bool,
    ) -> Result<CommentPage, StoreError> {
        comments::page(&mut self.0, selection, filter, after, limit, has_audio).await
    }

    async fn count_comments(
        &mut self,
        selection: &Selection,
        filter: &CommentFilter,
    ) -> Result<u64, StoreError> {
        comments::count(&mut self.0, selection, filter).await
    }
}
