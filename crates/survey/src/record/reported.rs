//! What others report of calls and callers: later context, calls that never reached us, opt-outs.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::context::ContextValues;
use aftercall_base::CallUid;

/// Further context of a call that is stored or announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The call, or the one that is announced.
    pub call: CallUid,
    /// Fields and attributes, as texts.
    pub texts: BTreeMap<String, String>,
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
    /// The day of that, in the time zone of `[sampling]`.
    pub local_day: NaiveDate,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// What else is known of it: values of the fields [`reported`](crate::context::Field::reported).
    pub values: ContextValues,
}

/// An opt-out that was added by the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    /// Keyed hash of the number.
    pub caller_hash: String,
    /// Hashes under which the same caller may be on the list already.
    pub former_hashes: Vec<String>,
    /// When the request of the API arrived.
    pub at: DateTime<Utc>,
    /// The name of the API key.
    pub api_key: String,
}
