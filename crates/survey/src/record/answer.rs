//! What a caller answered.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::alert::AlertRaised;
use aftercall_base::CallUid;

/// The result of one question: an answer, or that it was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRecord {
    /// The call's identity.
    pub call: CallUid,
    /// The question's id within its survey version.
    pub question: String,
    /// The accepted value; `None` when the question was skipped after its last attempt.
    pub value: Option<i64>,
    /// Every key pressed at this question in order, including those that did not match, at most 32.
    pub raw_digits: String,
    /// Every key that was dropped since the question before was decided, in order, at most 32: it came too early, or was
    /// the rest of an input that did.
    pub early_digits: String,
    /// Attempts used, from 1.
    pub attempts: u32,
    /// From the end of the prompt to the deciding key; zero when the caller barged in.
    pub response_time: Duration,
    /// How long the prompts of the question are; `None`: not known.
    pub prompt: Option<Duration>,
    /// How long they had been playing when the deciding key came; `None` when they had been played to their end before.
    pub heard: Option<Duration>,
    /// Whether the inter-digit timeout accepted it (the `1` of 0-10).
    pub accepted_by_timeout: bool,
    /// The value given first, where the caller answered once more; that answer is then replaced by this.
    pub corrected_from: Option<i64>,
    /// When it was accepted.
    pub answered_at: DateTime<Utc>,
    /// What rules make of it; stored with it or not at all.
    pub alerts: Vec<AlertRaised>,
}
