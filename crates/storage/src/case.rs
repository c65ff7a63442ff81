//! Cases as they are stored: the follow-up of bad feedback, and everything that was done about it.

use std::future::Future;

use chrono::{DateTime, Utc};

use crate::error::StoreError;
use crate::scope::Scope;
use crate::words::words;
use aftercall_base::{CallUid, Redacted};
use aftercall_survey::alert::AlertSeverity;
use aftercall_survey::follow_up::{CaseState, ClosedAs, TransitionRefused};

words! {
    /// Something that happened in a case.
    CaseEventKind {
        /// It was opened by an alert.
        Opened = "opened",
        /// Another alert joined it.
        Joined = "joined",
        /// Somebody took it.
        Taken = "taken",
        /// Somebody gave it to somebody else.
        Given = "given",
        /// The caller was called back and not reached.
        Attempted = "attempted",
        /// The caller was reached.
        Contacted = "contacted",
        /// Closed: settled.
        Resolved = "resolved",
        /// Closed: the caller could not be reached.
        Unreachable = "unreachable",
        /// Closed: there was nothing to do.
        NoAction = "no_action",
        /// It was opened again.
        Reopened = "reopened",
        /// Somebody wrote something.
        Note = "note",
        /// It was not taken, or the caller not contacted, in time.
        Escalated = "escalated",
        /// The caller said that the matter is settled.
        Settled = "settled",
        /// The caller said that it is not.
        NotSettled = "not_settled",
        /// The caller's number is not kept any more.
        NumberRemoved = "number_removed",
    }
}

/// A case as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFound {
    /// Its number.
    pub id: u64,
    /// 32 hexadecimal digits that nobody can guess.
    pub token: Redacted<String>,
    /// The call that opened it.
    pub call: CallUid,
    /// Its queue; `None`: not known.
    pub queue: Option<String>,
    /// The agent's team; `None`: not known.
    pub team: Option<String>,
    /// The agent; `None`: not known.
    pub agent: Option<String>,
    /// The gravest of its alerts.
    pub severity: AlertSeverity,
    /// Where it stands.
    pub state: CaseState,
    /// The user who has taken it.
    pub owner: Option<String>,
    /// When it was opened first.
    pub opened_at: DateTime<Utc>,
    /// When it was taken first.
    pub taken_at: Option<DateTime<Utc>>,
    /// When the caller was contacted first.
    pub contacted_at: Option<DateTime<Utc>>,
    /// When it was closed; `None`: it is open.
    pub closed_at: Option<DateTime<Utc>>,
    /// By when it is to be taken.
    pub take_due_at: Option<DateTime<Utc>>,
    /// By when the caller is to be contacted.
    pub contact_due_at: Option<DateTime<Utc>>,
    /// Steps of escalation so far.
    pub escalation: u32,
    /// When the next step is due.
    pub next_escalation_at: Option<DateTime<Utc>>,
    /// What the matter was.
    pub cause: Option<String>,
    /// What was done about it.
    pub action: Option<String>,
    /// The caller's number, where it is kept and was asked for.
    pub callback_number: Option<Redacted<String>>,
    /// Until when the number is kept; `None`: it is not.
    pub callback_until: Option<DateTime<Utc>>,
    /// What the caller said when asked whether the matter is settled.
    pub is_settled: Option<bool>,
    /// How often it was closed and opened again.
    pub reopened: u32,
    /// Counts the changes.
    pub revision: u64,
}

/// Something that happened in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEvent {
    /// Its number.
    pub id: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a user, a key of the API; empty: the service itself; `caller`.
    pub actor: String,
    /// What.
    pub kind: CaseEventKind,
    /// To whom, with what result, by which rule.
    pub detail: Option<String>,
    /// What somebody wrote.
    pub note: Option<String>,
}

/// What somebody does with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseAction {
    /// Takes it.
    Take,
    /// Gives it to somebody.
    Give {
        /// To this user.
        to: String,
    },
    /// Called back and did not reach the caller.
    Attempt {
        /// With this result: `no_answer`, `busy`, ...
        result: String,
    },
    /// Reached the caller.
    Contact,
    /// Closes it.
    Close {
        /// How.
        closed: ClosedAs,
        /// What the matter was.
        cause: String,
        /// What was done about it.
        action: String,
    },
    /// Opens it again.
    Reopen {
        /// By when it is to be taken now.
        take_due_at: Option<DateTime<Utc>>,
        /// When the first step of escalation is due.
        escalates_at: Option<DateTime<Utc>>,
    },
    /// Writes something.
    Note,
    /// The caller answered whether the matter is settled: yes closes it as resolved, no opens it again.
    Settle {
        /// What the caller said.
        is_settled: bool,
        /// By when it is to be taken now, when it is not settled.
        take_due_at: Option<DateTime<Utc>>,
        /// When the next step of escalation is due, when it is not settled.
        escalates_at: Option<DateTime<Utc>>,
    },
    /// It was told to somebody who stands higher.
    Escalate {
        /// To whom.
        to: String,
        /// When the next step is due; `None`: there is none.
        next_at: Option<DateTime<Utc>>,
    },
}

/// A change of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    /// The case.
    pub case: u64,
    /// Only if it is at this revision; `None`: whatever was done meanwhile.
    pub revision: Option<u64>,
    /// Who does it; empty: the service itself; `caller`.
    pub actor: String,
    /// What is done.
    pub action: CaseAction,
    /// What was written with it.
    pub note: Option<String>,
    /// Now.
    pub at: DateTime<Utc>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseChanged {
    /// It was made; the case as it is now.
    Done(Box<CaseFound>),
    /// There is no such case in the scope.
    Unknown,
    /// Somebody else changed it meanwhile; the case as it is.
    Outdated(Box<CaseFound>),
    /// It cannot be done in its state.
    Refused(TransitionRefused),
}

/// Which cases are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// Only those in these states; empty: in any.
    pub states: Vec<CaseState>,
    /// Only open ones, or closed ones.
    pub is_open: Option<bool>,
    /// Only those of this owner.
    pub owner: Option<String>,
    /// Only those whose time to be taken or contacted was over at this moment, and that are not taken or contacted.
    pub overdue_at: Option<DateTime<Utc>>,
    /// Only at least so grave.
    pub least: Option<AlertSeverity>,
    /// Only of these queues; empty: of any.
    pub queues: Vec<String>,
    /// Only of these teams; empty: of any.
    pub teams: Vec<String>,
    /// Only of these agents; empty: of any.
    pub agents: Vec<String>,
    /// Only opened at this moment or later.
    pub opened_from: Option<DateTime<Utc>>,
    /// Only opened before this moment.
    pub opened_until: Option<DateTime<Utc>>,
}

/// What a back end does with cases. Each method that writes is one transaction. Nothing is seen or changed outside of a scope.
pub trait Cases: Clone + Send + Sync + 'static {
    /// Cases, the newest first: those before one, at most so many. Numbers of callers are left out.
    fn cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        before: Option<u64>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<CaseFound>, StoreError>> + Send;

    /// How many there are, counted up to `most`.
    fn count_cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        most: u32,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// One case with what happened in it, the first one first, at most 1,000 events. The caller's number comes along only `with_number`.
    fn case(
        &self,
        scope: &Scope,
        case: u64,
        with_number: bool,
    ) -> impl Future<Output = Result<Option<(CaseFound, Vec<CaseEvent>)>, StoreError>> + Send;

    /// The case of a token.
    fn case_of_token(
        &self,
        token: &str,
    ) -> impl Future<Output = Result<Option<CaseFound>, StoreError>> + Send;

    /// The other calls of the caller of a case, the newest first.
    fn calls_of_caller(
        &self,
        scope: &Scope,
        case: u64,
        most: u32,
    ) -> impl Future<Output = Result<Vec<CallUid>, StoreError>> + Send;

    /// Changes a case.
    fn change_case(
        &self,
        scope: &Scope,
        change: &CaseChange,
    ) -> impl Future<Output = Result<CaseChanged, StoreError>> + Send;

    /// Open cases whose next step of escalation is due, the earliest first.
    fn cases_to_escalate(
        &self,
        now: DateTime<Utc>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<CaseFound>, StoreError>> + Send;

    /// Removes numbers of callers whose time is over. Returns how many.
    fn remove_callback_numbers(
        &self,
        now: DateTime<Utc>,
        most: u32,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
