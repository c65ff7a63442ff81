//! The contract of a back end.
//!
//! A [`Store`] takes facts in batches, each batch one transaction, and answers the questions of reports. SQLite is the
//! first back end; what is promised here is what the contract tests (`crates/storage/tests/storage/contract.rs`) ask of every one.
//! The other half of the contract, deliveries of reports, is [`Deliveries`](super::Deliveries).
//! Calls do not use it directly: the [`writer`](super::writer) gathers their facts and keeps them through an outage.

use std::future::Future;

use chrono::{DateTime, NaiveDate, Utc};

use super::api_fact::{ApiFact, ApiFactResult};
use super::comment::CommentPlace;
use super::error::StoreError;
use super::export::{CallPage, Place, QuestionId};
use super::lists::CallLists;
use super::scope::Scope;
use super::selection::{Bucket, Dimension, Selection, Split};
use super::tally::{
    AnswerTally, CallTally, ReachTally, RecordingTally, StepAnswers, SuppressedTally, TalkTimeTally,
};
use aftercall_base::CallUid;
use aftercall_survey::admission::{Admission, AdmissionState, NewCall, SamplingPlan};
use aftercall_survey::record::{
    AnswerRecord, CallEnd, CallFound, CallName, MatchKeys, MatchedAnnouncement, RecordingBegun, RecordingEnd,
    StoredDecision, TurnedAwayCalls,
};
use aftercall_survey::{SurveyRecord, SurveyVersion};

/// Something that happened and must be stored.
#[derive(Debug, Clone)]
pub enum Fact {
    /// A call arrived: writes its row and, if it is eligible, advances the counter of its stratum.
    Admit(Box<NewCall>),
    /// A call was answered with 200. The first moment stays.
    Answered {
        /// The call.
        call: CallUid,
        /// When.
        at: DateTime<Utc>,
        /// Ids of the questions for this call in its order; `None` where every call of its survey has the same.
        planned: Option<Vec<String>>,
    },
    /// A question was answered; a repetition replaces the former answer to it.
    Answer(AnswerRecord),
    /// The caller of a call opted out for good: no later call of the same number is surveyed.
    OptedOut {
        /// The call.
        call: CallUid,
        /// When.
        at: DateTime<Utc>,
    },
    /// The file of a recording was made. Repeating it, or telling it after the end, has no effect.
    RecordingBegun(RecordingBegun),
    /// A recording ended. A later end replaces a former one, until the file has expired.
    RecordingEnded(RecordingEnd),
    /// The file of a recording was removed because its time was over.
    RecordingExpired {
        /// The call.
        call: CallUid,
        /// The question's id.
        question: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// A call ended. The first end stays.
    End(CallEnd),
    /// Calls were refused before anything of them was read; adds to the counts of their minute.
    TurnedAway(Vec<TurnedAwayCalls>),
    /// Surveys were loaded. A version already known keeps its definition.
    Surveys(Vec<SurveyRecord>),
    /// A fact of the HTTP API, or of a call that was announced by it.
    Api(ApiFact),
    /// Nothing but the question whether the database can write.
    Heartbeat,
}

impl Fact {
    /// Whether a caller waits for it: until a call is admitted it gets no answer, and until an answer is durable no next
    /// prompt.
    pub const fn is_urgent(&self) -> bool {
        match self {
            Self::Admit(_)
            | Self::Answer(_)
            | Self::OptedOut { .. }
            | Self::RecordingBegun(_)
            | Self::Surveys(_)
            | Self::Api(_)
            | Self::Heartbeat => true,
            Self::Answered { .. }
            | Self::RecordingEnded(_)
            | Self::RecordingExpired { .. }
            | Self::TurnedAway(_)
            | Self::End(_) => false,
        }
    }

    /// Whether it would come to something else before an opt-out than after it: who opted out is not surveyed, and who
    /// was let in again after that is.
    pub const fn depends_on_opt_outs(&self) -> bool {
        match self {
            Self::Admit(_) => true,
            Self::Api(fact) => fact.depends_on_opt_outs(),
            Self::Answered { .. }
            | Self::Answer(_)
            | Self::OptedOut { .. }
            | Self::RecordingBegun(_)
            | Self::RecordingEnded(_)
            | Self::RecordingExpired { .. }
            | Self::End(_)
            | Self::TurnedAway(_)
            | Self::Surveys(_)
            | Self::Heartbeat => false,
        }
    }

    /// The word in metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Admit(_) => "admit",
            Self::Answered { .. } => "answered",
            Self::Answer(_) => "answer",
            Self::OptedOut { .. } => "opted_out",
            Self::RecordingBegun(_) => "recording_begun",
            Self::RecordingEnded(_) => "recording_ended",
            Self::RecordingExpired { .. } => "recording_expired",
            Self::End(_) => "end",
            Self::TurnedAway(_) => "turned_away",
            Self::Surveys(_) => "surveys",
            Self::Api(fact) => fact.as_str(),
            Self::Heartbeat => "heartbeat",
        }
    }
}

/// The result of a fact that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// The call is in, with this decision.
    Admitted(Admission),
    /// The result of a fact of the API.
    Api(ApiFactResult),
    /// It is stored; there is nothing else to say.
    Stored,
}

/// The result of one fact of a batch.
pub type FactResult = Result<Applied, StoreError>;

/// The database as it was at one moment, so that figures read one after the other agree. Short-lived: a back end may have
/// to keep old rows for as long as it lives.
pub trait Snapshot: Send {
    /// Selected calls by how far they went, calls in progress included.
    fn call_tallies(
        &mut self,
        selection: &Selection,
        split: &Split,
    ) -> impl Future<Output = Result<Vec<CallTally>, StoreError>> + Send;

    /// Answers of selected calls by question and value.
    fn answer_tallies(
        &mut self,
        selection: &Selection,
        split: &Split,
    ) -> impl Future<Output = Result<Vec<AnswerTally>, StoreError>> + Send;

    /// Answers of selected calls by question and value in each step of time that has any, in the order of steps, then of surveys,
    /// versions and questions.
    fn answers_by_step(
        &mut self,
        selection: &Selection,
        step: Bucket,
    ) -> impl Future<Output = Result<Vec<StepAnswers>, StoreError>> + Send;

    /// Selected calls that were suppressed, by rule.
    fn suppressed_tallies(
        &mut self,
        selection: &Selection,
    ) -> impl Future<Output = Result<Vec<SuppressedTally>, StoreError>> + Send;

    /// Surveys offered to selected calls, by the talk time of the finished call.
    fn talk_time_tallies(
        &mut self,
        selection: &Selection,
    ) -> impl Future<Output = Result<Vec<TalkTimeTally>, StoreError>> + Send;

    /// Calls that could have been surveyed, as the PBX reported, and how far they came with us, by queue, team and agent; the days
    /// are those on which they ended. Names of other dimensions are empty, and a selection by anything else selects none: of a
    /// call that did not come to us nothing more is known.
    fn reach_tallies(
        &mut self,
        selection: &Selection,
        by: &[Dimension],
    ) -> impl Future<Output = Result<Vec<ReachTally>, StoreError>> + Send;

    /// Calls of that time that were refused before anything of them was read; none where the selection
    /// [is narrowed](Selection::is_narrowed).
    fn turned_away(&mut self, selection: &Selection) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Recordings of selected calls by question and outcome.
    fn recording_tallies(
        &mut self,
        selection: &Selection,
    ) -> impl Future<Output = Result<Vec<RecordingTally>, StoreError>> + Send;

    /// Every known version of `survey`, or of all surveys, the one loaded last first; the definition text is empty.
    fn surveys(
        &mut self,
        survey: Option<&str>,
    ) -> impl Future<Output = Result<Vec<SurveyRecord>, StoreError>> + Send;

    /// The next selected calls behind a place, with their answers, of `limit` calls that are looked at.
    fn call_rows(
        &mut self,
        selection: &Selection,
        after: Option<&Place>,
        limit: usize,
    ) -> impl Future<Output = Result<CallPage, StoreError>> + Send;

    /// The questions that keys answer, of all surveys and versions, in the order in which they were first loaded, so that a
    /// new one comes last.
    fn questions(&mut self) -> impl Future<Output = Result<Vec<QuestionId>, StoreError>> + Send;

    /// The names that calls of a scope have, those of the most calls first, at most 1,000; surveys also if no call was for them.
    fn known_names(
        &mut self,
        scope: &Scope,
        dimension: Dimension,
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// The first and the last local day that has calls; `None` when there are none.
    fn days(&mut self) -> impl Future<Output = Result<Option<(NaiveDate, NaiveDate)>, StoreError>> + Send;
}

/// A snapshot for reads that go on.
#[derive(Debug)]
pub struct Renewed<S> {
    /// The snapshot.
    pub snapshot: S,
    /// Whether it is another one, of a later moment.
    pub is_later: bool,
}

/// A step of making the counts anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebuildProgress {
    /// The local day that was counted.
    pub day: String,
    /// Days counted so far, this one included.
    pub done: usize,
    /// Days in all.
    pub days: usize,
}

/// A back end. Cloning gives another handle to the same database.
pub trait Store: Clone + Send + Sync + 'static {
    /// Reads of one moment.
    type Snapshot: Snapshot + CallLists;

    /// Applies facts in their order, in one transaction.
    ///
    /// `Err` says that none was kept. `Ok` has one result for each fact, all of them durable; a refused fact leaves
    /// no trace and fails no other. Not cancel safe: a batch whose future is dropped may or may not be kept.
    fn apply(&self, facts: &[Fact]) -> impl Future<Output = Result<Vec<FactResult>, StoreError>> + Send;

    /// Adds calls that have ended to the counts that figures are read from, in one transaction, `most` at most; those not added yet are
    /// read from their rows, so no figure changes. Answers how many.
    fn count_ended(&self, most: u32) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Ends the calls of `node` that a crash left in progress, as [`InterruptedCall::end`](aftercall_survey::record::InterruptedCall::end)
    /// says. Returns how many.
    fn sweep(&self, node: &str) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// What is read of it is of one moment, that of its first read, whatever is written meanwhile.
    fn snapshot(&self) -> impl Future<Output = Result<Self::Snapshot, StoreError>> + Send;

    /// Between two reads of many: the same snapshot, unless its age costs the back end too much; then one of a later moment.
    fn renewed(
        &self,
        snapshot: Self::Snapshot,
    ) -> impl Future<Output = Result<Renewed<Self::Snapshot>, StoreError>> + Send {
        let renewed = Renewed {
            snapshot,
            is_later: false,
        };
        std::future::ready(Ok(renewed))
    }

    /// The recordings of `node` that have begun and not ended, at most 10,000.
    fn open_recordings(
        &self,
        node: &str,
    ) -> impl Future<Output = Result<Vec<RecordingBegun>, StoreError>> + Send;

    /// The oldest recordings of `node` begun before `before` whose files may be there, at most `limit`.
    fn recordings_before(
        &self,
        node: &str,
        before: DateTime<Utc>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<RecordingBegun>, StoreError>> + Send;

    /// The announcement that is pending for a call with these keys, as [`MatchKeys::find`] says.
    fn waiting_for(
        &self,
        keys: &MatchKeys,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Option<MatchedAnnouncement>, StoreError>> + Send;

    /// How many announcements wait for their call.
    fn waiting(&self) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// What is known of one call.
    fn call(&self, name: &CallName) -> impl Future<Output = Result<Option<CallFound>, StoreError>> + Send;

    /// Since when a caller is not to be asked, as stored; `None` for one who may be.
    fn opted_out_since(
        &self,
        caller_hashes: &[String],
    ) -> impl Future<Output = Result<Option<DateTime<Utc>>, StoreError>> + Send;

    /// How many callers are not to be asked.
    fn opt_outs(&self) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// The definition of a survey version as it was written when it was first loaded; `None` when it is not known.
    fn definition(
        &self,
        survey: &SurveyVersion,
    ) -> impl Future<Output = Result<Option<String>, StoreError>> + Send;

    /// What the database knows of a call that has not arrived, for a decision on it. Changes nothing.
    fn admission_state<'c>(
        &self,
        call: &'c NewCall,
    ) -> impl Future<Output = Result<AdmissionState<'c>, StoreError>> + Send;

    /// The decision of a call; `None` when there is no such call.
    fn decided(
        &self,
        call: CallUid,
    ) -> impl Future<Output = Result<Option<StoredDecision>, StoreError>> + Send;

    /// Adds plans of the sampling autopilot, in one transaction. A second plan of a stratum for the same moment replaces the first.
    fn add_sampling_plans(
        &self,
        plans: &[SamplingPlan],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The last plan of each stratum that ever had one.
    fn latest_sampling_plans(&self) -> impl Future<Output = Result<Vec<SamplingPlan>, StoreError>> + Send;

    /// The plans made from `from` on and before `until`, the oldest first; `None`: from the first, to the last.
    fn sampling_plans(
        &self,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> impl Future<Output = Result<Vec<SamplingPlan>, StoreError>> + Send;

    /// Removes a call with its answers, recordings and announcement, and takes it out of the counts; its place in the sample, and
    /// what it counts towards limits, stay. Files of recordings are not touched. Answers `false` when there is no such call.
    fn forget(&self, call: CallUid) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Marks a recording as listened to by somebody, or takes this mark away; both may be repeated, and the first moment stays.
    /// Answers `false` when there is no such recording.
    fn set_listened(
        &self,
        comment: &CommentPlace,
        listener: &str,
        at: Option<DateTime<Utc>>,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Notes every local day to be counted anew, by [`rebuild`](Self::rebuild).
    fn mark_for_rebuild(&self) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Counts the days anew that are noted, each in a transaction, so that calls are stored in between. What was done stays
    /// done if it is broken off. Answers how many days.
    fn rebuild(
        &self,
        progress: impl FnMut(RebuildProgress) + Send,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Closes every connection; the store is of no use afterwards.
    fn close(&self) -> impl Future<Output = ()> + Send;
}
