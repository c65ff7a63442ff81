//! A call that was announced before it came.
//!
//! An [`Announcement`] waits for its call under three keys (token, original call id, caller) and is used once. It reserves the
//! identity that the call takes when it arrives, so that one id serves before, during and after. An announcement may be
//! [decided](NewDecision): then the call's row and its place in the sample exist already, and the call that arrives
//! [claims](ClaimedCall) them instead of being counted again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::SurveyVersion;
use crate::admission::{Decision, NewCall};
use crate::context::CallContext;
use aftercall_base::{CallUid, Redacted};

/// For this long after its time is over a closed announcement is kept, so that a request that is repeated is recognised.
pub const KEPT_AFTER_EXPIRY: TimeDelta = TimeDelta::days(1);

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
    /// The submitted fields and attributes as texts, without the caller.
    pub texts: BTreeMap<String, String>,
    /// The key by which a repeated request is recognised.
    pub request_key: Option<String>,
    /// SHA-256 of the request under an `Idempotency-Key`, which is for that request alone.
    pub request_hash: Option<String>,
    /// When it was announced.
    pub announced_at: DateTime<Utc>,
    /// Until when a call may claim it.
    pub expires_at: DateTime<Utc>,
    /// Whether it still waits, as far as is known.
    pub waits: bool,
}

impl Announcement {
    /// Whether a call that arrives at `now` may claim it. The moment at which its time is over is too late.
    pub fn is_pending(&self, now: DateTime<Utc>) -> bool {
        self.waits && now < self.expires_at
    }

    /// Whether its time is over at `now` and no call has claimed it: it is closed then.
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.waits && self.expires_at <= now
    }

    /// Whether it may be removed at `now`: it is closed, and nobody repeats its request any more.
    pub fn is_forgotten(&self, now: DateTime<Utc>) -> bool {
        !self.waits && self.expires_at <= now - KEPT_AFTER_EXPIRY
    }

    /// Adds a later announcement of the same call. A later value replaces the former; identity, token and first request
    /// stay, and the later expiry counts.
    pub fn add(&mut self, later: &Self) {
        if later.original_call_id.is_some() {
            self.original_call_id.clone_from(&later.original_call_id);
        }
        if later.caller_hash.is_some() {
            self.caller_hash.clone_from(&later.caller_hash);
            self.former_hashes.clone_from(&later.former_hashes);
        }
        if later.caller_number.is_some() {
            self.caller_number.clone_from(&later.caller_number);
        }
        self.texts.extend(
            later
                .texts
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        if self.request_key.is_none() {
            self.request_key.clone_from(&later.request_key);
            self.request_hash.clone_from(&later.request_hash);
        }
        self.expires_at = self.expires_at.max(later.expires_at);
    }
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
    /// The identity under which the call was decided.
    pub uid: CallUid,
    /// The node that handles it.
    pub node: String,
    /// When the INVITE arrived.
    pub invited_at: DateTime<Utc>,
    /// The Call-ID of the INVITE that claims the row.
    pub sip_call_id: String,
    /// What is known of it now; what its row has already stays.
    pub context: CallContext,
    /// The survey that it is asked.
    pub survey: Option<SurveyVersion>,
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
