//! The context of a call that a client of the API sent, checked and with the caller's number as a hash.

use std::collections::BTreeMap;

use aftercall_base::Redacted;

/// The source that is stored with the values of an announcement.
pub const ANNOUNCEMENT_SOURCE: &str = "announcement";
/// The source that is stored with the values of a request for a decision.
pub const DECISION_SOURCE: &str = "decision";
/// The source that is stored with the values of an amendment.
pub const AMENDMENT_SOURCE: &str = "api";

/// Checked values of a request, as they may be stored: made by
/// [`ContextReader::submitted`](super::context::ContextReader::submitted).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubmittedContext {
    /// Fields and attributes as texts in the spelling of their fields, without caller and token.
    pub values: BTreeMap<String, String>,
    /// The token that the client chose.
    pub token: Option<Redacted<String>>,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// Keyed hash of the caller's number.
    pub caller_hash: Option<String>,
    /// Hashes by which the same caller may have been stored before the number plan was set.
    pub former_hashes: Vec<String>,
    /// The caller's number in the one notation, for rules; it is not stored.
    pub caller: Option<Redacted<String>>,
    /// The number in clear, where the configuration has it stored.
    pub caller_number: Option<Redacted<String>>,
}
