//! What is told of a call beside it, by HTTP: ahead of it, after it, and of calls that never reached us.
//!
//! An [`Announcement`] waits for its call under three keys (token, original call id, caller) and is used once. It reserves the
//! identity that the call takes when it arrives, so that one id serves before, during and after. An announcement may be
//! [decided](NewDecision): then the call's row and its place in the sample exist already, and the call that arrives
//! [claims](ClaimedCall) them instead of being counted again.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

use super::contract::{CallContext, NewCall, SurveyVersion};
use super::store::Decision;
use crate::ids::CallUid;
use crate::redact::Redacted;

/// The reason of a call that was sampled beforehand and never came.
pub const NEVER_ARRIVED: &str = "never_arrived";

/// Something that was told beside a call and must be kept.
#[derive(Debug, Clone)]
pub enum Beside {
    /// A call was announced, or more is told of one that waits.
    Announce(Announcement),
    /// It was asked whether a call is to be surveyed: it is counted now.
    Decide(Box<NewDecision>),
    /// A call arrived that was decided beforehand.
    Claim(Box<ClaimedCall>),
    /// The time of what waits until then is over.
    Expire(DateTime<Utc>),
    /// More is told of a call that is known.
    Amend(Amendment),
    /// Calls that could have been surveyed.
    Eligible(Vec<EligibleCall>),
    /// A caller is not to be asked again.
    OptOut(OptOut),
    /// A caller may be asked again.
    OptIn {
        /// Every keyed hash under which the caller may be on the list.
        caller_hashes: Vec<String>,
    },
}

impl Beside {
    /// As [`Fact::depends_on_opt_outs`](super::store::Fact::depends_on_opt_outs).
    pub(super) const fn depends_on_opt_outs(&self) -> bool {
        match self {
            Self::Decide(_) | Self::Claim(_) | Self::OptIn { .. } => true,
            Self::Announce(_) | Self::Expire(_) | Self::Amend(_) | Self::Eligible(_) | Self::OptOut(_) => {
                false
            }
        }
    }

    /// The word in metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Announce(_) => "announce",
            Self::Decide(_) => "decide",
            Self::Claim(_) => "claim",
            Self::Expire(_) => "expire",
            Self::Amend(_) => "amend",
            Self::Eligible(_) => "eligible",
            Self::OptOut(_) => "opt_out",
            Self::OptIn { .. } => "opt_in",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It waits for its call, or has waited: this is the identity that the call has.
    Waits(CallUid),
    /// The call has arrived already: nothing was changed.
    Arrived(CallUid),
    /// The call that has this identity is decided.
    Decided {
        /// The call.
        call: CallUid,
        /// Whether it had been decided before; it was counted then.
        repeated: bool,
    },
    /// The call has what was decided beforehand.
    Claimed {
        /// Whether the caller has said since not to be asked.
        opted_out: bool,
    },
    /// The same `Idempotency-Key` was sent with another request.
    KeyReused,
    /// Another call has it, or its time is over.
    Gone,
    /// So many rows were changed or made.
    Rows(u64),
}

/// A call that is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The identity that the call takes.
    pub uid: CallUid,
    /// Names it in the Request-URI.
    pub token: Redacted<String>,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// Keyed hash of the caller's number.
    pub caller_hash: Option<String>,
    /// Hashes by which the same caller may have been stored before the number plan was set.
    pub former_hashes: Vec<String>,
    /// The caller's number in clear; only when the configuration says so.
    pub caller_number: Option<Redacted<String>>,
    /// Each field or attribute told, as a text, without the caller.
    pub told: BTreeMap<String, String>,
    /// What tells a repeated request.
    pub request_key: Option<String>,
    /// SHA-256 of the request under an `Idempotency-Key`, which is for that request alone.
    pub request_hash: Option<String>,
    /// When it was told.
    pub announced_at: DateTime<Utc>,
    /// Until when a call may claim it.
    pub expires_at: DateTime<Utc>,
    /// Whether it still waits, as far as is known.
    pub waits: bool,
}

/// A call that is decided before it arrives.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// The call, as if it had arrived now; its identity is that of the announcement.
    pub call: NewCall,
    /// Waits for it. One that waits already under this identity is added to.
    pub announcement: Announcement,
}

/// A call that has arrived and was decided beforehand.
#[derive(Debug, Clone)]
pub struct ClaimedCall {
    /// Its identity.
    pub uid: CallUid,
    /// The node that handles it.
    pub node: String,
    /// When the INVITE arrived.
    pub invited_at: DateTime<Utc>,
    /// The SIP Call-ID.
    pub sip_call_id: String,
    /// What is known of it now; what its row has already stays.
    pub context: CallContext,
    /// The survey that it is asked.
    pub survey: Option<SurveyVersion>,
}

/// The keys of a call that arrives, in the order in which they are tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// Of the Request-URI, or of user-to-user data.
    pub token: Option<Redacted<String>>,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// Keyed hash of the caller's number.
    pub caller_hash: Option<String>,
}

impl Keys {
    /// Whether a call has no key at all.
    pub const fn is_empty(&self) -> bool {
        self.token.is_none() && self.original_call_id.is_none() && self.caller_hash.is_none()
    }
}

/// By what a call was found to be an announced one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    /// The token of the Request-URI.
    Token,
    /// The original call id.
    OriginalCallId,
    /// The caller's number, while the announcement waited.
    Caller,
}

impl MatchedBy {
    /// Every one, in the order in which they are tried.
    pub const ALL: [Self; 3] = [Self::Token, Self::OriginalCallId, Self::Caller];

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::OriginalCallId => "original_call_id",
            Self::Caller => "caller",
        }
    }

    /// The key of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for MatchedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An announcement that waits for the call at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What was announced.
    pub announcement: Announcement,
    /// By which key it was found.
    pub matched_by: MatchedBy,
    /// The row that the call has already, when it was decided beforehand.
    pub decided: Option<Decided>,
}

/// A decision made beforehand, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The number that was asked about.
    pub dialled: String,
    /// The survey that was to be asked.
    pub survey: Option<String>,
    /// Whether the call is surveyed.
    pub decision: Decision,
    /// The rule that made the decision.
    pub rule: Option<String>,
}

/// More that is told of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The call, or the one that is announced.
    pub call: CallUid,
    /// Fields and attributes, as texts.
    pub told: BTreeMap<String, String>,
    /// What is stored as their source.
    pub source: &'static str,
}

/// A call that could have been surveyed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EligibleCall {
    /// Its id at the PBX.
    pub original_call_id: String,
    /// When the call with the agent ended.
    pub ended_at: DateTime<Utc>,
    /// When it was told.
    pub told_at: DateTime<Utc>,
    /// Queue or service line.
    pub queue: Option<String>,
    /// The agent's id.
    pub agent: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// Seconds that caller and agent talked.
    pub talk_time_s: Option<u64>,
    /// Seconds that the caller waited.
    pub wait_time_s: Option<u64>,
    /// How the agent closed the call.
    pub disposition: Option<String>,
}

/// A caller who is not to be asked again, told by the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    /// Keyed hash of the number.
    pub caller_hash: String,
    /// Hashes under which the same caller may be on the list already.
    pub former_hashes: Vec<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// The name of the API key.
    pub api_key: String,
}

/// How a call is named by who asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallName {
    /// Our identity of it.
    Uid(CallUid),
    /// The id of the finished call at the PBX; the latest call of it is meant.
    Original(String),
}

impl CallName {
    /// The name that a text is.
    pub fn of(text: &str) -> Self {
        text.parse()
            .map_or_else(|_| Self::Original(text.to_owned()), Self::Uid)
    }
}

/// What is known of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallFound {
    /// It is announced, and neither here nor decided.
    Announced(Box<Announcement>),
    /// It has a row.
    Known(Box<CallSummary>),
}

/// What came of a call, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSummary {
    /// Our identity of it.
    pub uid: CallUid,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// Queue or service line.
    pub queue: Option<String>,
    /// The agent's id.
    pub agent: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// The dialled number, or the one asked about.
    pub dialled: String,
    /// The route that matched.
    pub route: Option<String>,
    /// The survey and its version.
    pub survey: Option<SurveyVersion>,
    /// Whether the call is surveyed.
    pub decision: Decision,
    /// The rule that made the decision, with what of it behind a dot.
    pub rule: Option<String>,
    /// The rule in a sentence; `None` when the row does not tell.
    pub why: Option<String>,
    /// Its position among the calls counted together.
    pub position: Option<u64>,
    /// Whether it was decided before it arrived.
    pub decided_beforehand: bool,
    /// When it was decided: at its INVITE, or before.
    pub decided_at: String,
    /// When the INVITE arrived; `None` when it has not.
    pub invited_at: Option<String>,
    /// When we answered.
    pub answered_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// How it ended.
    pub disposition: Option<String>,
    /// Why it ended so.
    pub reason: Option<String>,
    /// What waits for it, or has waited, where it was decided beforehand and that is still known.
    pub announcement: Option<Announcement>,
    /// The answers in the order given.
    pub answers: Vec<AnswerSummary>,
}

/// One answer, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSummary {
    /// The question's id.
    pub question: String,
    /// What it measures, where its survey version is known.
    pub metric: Option<String>,
    /// The value; `None` when skipped.
    pub value: Option<i64>,
    /// Attempts used.
    pub attempts: u32,
    /// When.
    pub answered_at: String,
}
