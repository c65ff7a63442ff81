//! Calls, answers and comments as they are looked at: the service between the pages and the HTTP API on one side, and storage on the
//! other; free of HTTP.
//!
//! What is listed here has the parameters of reports and of the links in them, so that a figure and the list behind it are about the same
//! calls. Personal fields are read only where the caller of this service asks for them ([`Privacy`]).

mod answers;
mod audio;
mod export;
mod request;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

pub use self::answers::{AnswerItem, AnswerPage};
pub use self::audio::CommentAudio;
pub use self::export::{ExportFault, ExportFile};
pub use self::request::{BrowseRequest, DEFAULT_LIMIT, MOST_ITEMS};
use crate::reports::{ReportError, Reports};
use aftercall_base::CallUid;
use aftercall_report::{Directory, UnknownName, unknown_names};
pub use aftercall_storage::comment::{CommentPage, CommentPlace, CommentRow, Listened};
use aftercall_storage::delivery::{Deliveries, DeliveryQuery, OutboxPart};
pub use aftercall_storage::delivery::{DeliveryFound, DeliveryState};
pub use aftercall_storage::export::{AnswerRow, CallPage, CallRow};
pub use aftercall_storage::part::Step;
pub use aftercall_storage::path::{
    CallPath, Caller, PathAnnouncement, PathField, PathKeys, PathMedia, PathStratum, Privacy,
};
pub use aftercall_storage::selection::Selection;
pub use aftercall_storage::tally::RecordingOutcome;
use aftercall_storage::{CallLists, Database, Scope, Snapshot, Store, StoreError};
use aftercall_survey::{AnyPrompt, SurveyRecord, SurveyVersion};

/// Files of lists that are made at once.
const MOST_EXPORTS: usize = 2;

/// Where the files of recordings are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingDirectory {
    /// The node whose recordings these are.
    pub node: String,
    /// The directory.
    pub directory: PathBuf,
}

/// The service. Clones share its state.
#[derive(Debug, Clone)]
pub struct Browse {
    store: Database,
    reports: Reports,
    recordings: Arc<RecordingDirectory>,
    /// Files that may be made at once: each reads all calls of its request.
    exports: Arc<Semaphore>,
}

/// The calls beside one in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Neighbours {
    /// The one before it; `None`: it is the first.
    pub before: Option<CallUid>,
    /// The one behind it; `None`: it is the last, or the next one is too far to be looked for.
    pub behind: Option<CallUid>,
}

/// A survey version with its definition as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyDefinition {
    /// The version and its questions.
    pub record: SurveyRecord,
    /// The definition (TOML).
    pub definition: String,
}

impl SurveyDefinition {
    /// Its flow as SVG, in its first language; `None` where the definition is not one that this version of the program reads.
    pub fn flow(&self) -> Option<String> {
        let parsed = aftercall_survey::parse(&self.definition, &self.record.survey.name, &AnyPrompt).ok()?;
        let survey = parsed.survey;
        let language = survey.languages().first()?;
        Some(aftercall_survey::graph(&survey, language))
    }
}

impl Browse {
    /// On this database; names, time zone and clock are those of the reports.
    pub fn new(store: Database, reports: Reports, recordings: RecordingDirectory) -> Self {
        Self {
            store,
            reports,
            recordings: Arc::new(recordings),
            exports: Arc::new(Semaphore::new(MOST_EXPORTS)),
        }
    }

    /// All calls that somebody may see.
    pub fn within(scope: &Scope) -> Selection {
        Selection {
            scope: scope.clone(),
            ..Selection::default()
        }
    }

    /// A page of calls, newest first unless the request says otherwise. It may have fewer calls than there is room for, also none, and yet not be the last one.
    ///
    /// # Errors
    /// A parameter cannot be understood, or the database not be read.
    pub async fn calls(&self, request: &BrowseRequest) -> Result<CallPage, ReportError> {
        let selection = self.selection(request)?;
        let after = request.place()?;
        let mut snapshot = self.store.snapshot().await?;
        let (part, after, limit) = (&request.part, after.as_ref(), request.limit);
        Ok(match request.is_oldest_first {
            false => snapshot.calls_behind(&selection, part, after, limit).await?,
            true => snapshot.calls_ahead(&selection, part, after, limit).await?,
        })
    }

    /// The calls before and behind one in the list of a request, whichever page it is on.
    ///
    /// # Errors
    /// As [`calls`](Self::calls).
    pub async fn neighbours(&self, request: &BrowseRequest, of: &CallRow) -> Result<Neighbours, ReportError> {
        let selection = self.selection(request)?;
        let mut snapshot = self.store.snapshot().await?;
        let place = of.place();
        let older = snapshot
            .calls_behind(&selection, &request.part, Some(&place), 1)
            .await?;
        let newer = snapshot
            .calls_ahead(&selection, &request.part, Some(&place), 1)
            .await?;
        let first = |page: CallPage| page.calls.first().map(|call| call.uid);
        let (older, newer) = (first(older), first(newer));
        Ok(match request.is_oldest_first {
            false => Neighbours {
                before: newer,
                behind: older,
            },
            true => Neighbours {
                before: older,
                behind: newer,
            },
        })
    }

    /// How many calls the pages of a request have together.
    ///
    /// # Errors
    /// As [`calls`](Self::calls).
    pub async fn count(&self, request: &BrowseRequest) -> Result<u64, ReportError> {
        let selection = self.selection(request)?;
        let mut snapshot = self.store.snapshot().await?;
        Ok(snapshot.count_behind(&selection, &request.part).await?)
    }

    /// Everything that is stored of a call; `None` where there is no such call, or it is none of those `within` selects.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn call(
        &self,
        call: CallUid,
        within: &Selection,
        privacy: Privacy,
    ) -> Result<Option<CallPath>, StoreError> {
        self.store
            .snapshot()
            .await?
            .call_path(call, within, privacy)
            .await
    }

    /// A page of answers, those of the newest call first.
    ///
    /// # Errors
    /// As [`calls`](Self::calls).
    pub async fn answers(&self, request: &BrowseRequest) -> Result<AnswerPage, ReportError> {
        let selection = self.selection(request)?;
        let mut snapshot = self.store.snapshot().await?;
        answers::page(&mut snapshot, &selection, request).await
    }

    /// A page of recordings, newest first. As with [`calls`](Self::calls) it may have fewer than there is room for.
    ///
    /// # Errors
    /// As [`calls`](Self::calls).
    pub async fn comments(&self, request: &BrowseRequest) -> Result<CommentPage, ReportError> {
        let selection = self.selection(request)?;
        let (filter, after) = (request.comments(), request.place()?);
        let mut snapshot = self.store.snapshot().await?;
        let page = snapshot.comments(&selection, &filter, after.as_ref(), request.limit, false);
        Ok(page.await?)
    }

    /// How many recordings there are, counted to 1,000; for the comments that nobody has heard yet, `comment=comment&listened=no`.
    ///
    /// # Errors
    /// As [`calls`](Self::calls).
    pub async fn count_comments(&self, request: &BrowseRequest) -> Result<u64, ReportError> {
        let selection = self.selection(request)?;
        let mut snapshot = self.store.snapshot().await?;
        Ok(snapshot.count_comments(&selection, &request.comments()).await?)
    }

    /// The audio of a comment; `None` where there is none: no such recording, nothing kept, expired, or on another node. Of a call
    /// that is none of those `within` selects there is none either.
    ///
    /// # Errors
    /// The database or the file cannot be read.
    pub async fn audio(
        &self,
        place: &CommentPlace,
        within: &Selection,
    ) -> Result<Option<CommentAudio>, audio::AudioError> {
        let privacy = Privacy {
            caller: false,
            audio: true,
        };
        let call = self.call(place.call, within, privacy).await?;
        let comments = call.into_iter().flat_map(|call| call.comments);
        let recording = comments.filter(|comment| comment.question == place.question);
        let file = recording.filter_map(|comment| comment.audio).next();
        match file.filter(|file| file.node == self.recordings.node) {
            Some(file) => Ok(audio::open(&self.recordings.directory, file).await?),
            None => Ok(None),
        }
    }

    /// Marks a comment as listened to by somebody, or takes this mark away; both may be repeated. Answers `false` where there is no such
    /// recording.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_listened(
        &self,
        place: &CommentPlace,
        listener: &str,
        is_listened: bool,
    ) -> Result<bool, StoreError> {
        let at = is_listened.then(|| self.reports.now());
        self.store.set_listened(place, listener, at).await
    }

    /// All versions of all surveys, the one of a survey that was loaded last first; without their definitions.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn surveys(&self) -> Result<Vec<SurveyRecord>, StoreError> {
        self.store.snapshot().await?.surveys(None).await
    }

    /// All versions of a survey, the one loaded last first, with their definitions; empty: there is no such survey.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn survey(&self, name: &str) -> Result<Vec<SurveyDefinition>, StoreError> {
        let records = self.store.snapshot().await?.surveys(Some(name)).await?;
        let mut versions = Vec::with_capacity(records.len());
        for record in records {
            let version: &SurveyVersion = &record.survey;
            let definition = self.store.definition(version).await?.unwrap_or_default();
            versions.push(SurveyDefinition { record, definition });
        }
        Ok(versions)
    }

    /// The name of this node.
    pub fn node(&self) -> &str {
        &self.recordings.node
    }

    /// What queues, teams and agents are called.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.reports.context().directory)
    }

    /// Deliveries of reports, the newest first: those before one, in a state, `limit` at most.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn deliveries(
        &self,
        before: Option<u64>,
        state: Option<DeliveryState>,
        limit: u32,
    ) -> Result<Vec<DeliveryFound>, StoreError> {
        let query = DeliveryQuery::Before {
            part: OutboxPart::Reports,
            id: before,
            state,
            most: limit,
        };
        self.store.deliveries(&query).await
    }

    /// The calls that a request selects now.
    ///
    /// # Errors
    /// A parameter cannot be understood.
    pub fn selection(&self, request: &BrowseRequest) -> Result<Selection, ReportError> {
        Ok(request.selection(&self.reports.context(), self.now())?)
    }

    /// Names that a request asks for and that no call ever had, each with those that there are.
    ///
    /// # Errors
    /// As [`calls`](Self::calls).
    pub async fn unknown_names(&self, request: &BrowseRequest) -> Result<Vec<UnknownName>, ReportError> {
        let query = request.query(&self.reports.context(), self.now())?;
        let mut snapshot = self.store.snapshot().await?;
        Ok(unknown_names(&mut snapshot, &query).await?)
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.reports.now()
    }
}
