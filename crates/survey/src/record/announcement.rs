//! A call that was announced before it came.
//!
//! An [`Announcement`] waits for its call under three keys (token, original call id, caller) and is used once. It reserves the
//! identity that the call takes when it arrives, so that one id serves before, during and after. An announcement may be
//! [decided](NewDecision): then the call's row and its place in the sample exist already, and the call that arrives
//! [claims](ClaimedCall) them instead of being counted again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::SurveyVersion;
use crate::admission::{Decision, NewCall};
use crate::context::{CallContext, MatchedBy};
use aftercall_base::{CallUid, Redacted};

/// The reason of a call that was sampled beforehand and never came.
pub const NEVER_ARRIVED: &str = "never_arrived";

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

/// An announcement that waits for the call at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What was announced.
    pub announcement: Announcement,
    /// By which key it was found.
    pub matched_by: MatchedBy,
    /// The row that the call has already, when it was decided beforehand.
    pub decided: Option<EarlyDecision>,
}

/// A decision made beforehand, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlyDecision {
    /// The number that was asked about.
    pub dialled: String,
    /// The survey that was to be asked.
    pub survey: Option<String>,
    /// Whether the call is surveyed.
    pub decision: Decision,
    /// The rule that made the decision.
    pub rule: Option<String>,
}
