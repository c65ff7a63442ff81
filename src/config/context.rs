//! `[context]`: which headers tell what about the call that was just finished.
//!
//! Of each list the first header present wins; a header that is missing costs nothing.

use serde::Deserialize;

/// `[context]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextSettings {
    /// Queue or service line.
    pub queue: Vec<String>,
    /// The agent's id.
    pub agent: Vec<String>,
    /// The agent's team.
    pub team: Vec<String>,
    /// The id of the original call.
    pub original_call_id: Vec<String>,
    /// The caller's language.
    pub language: Vec<String>,
    /// The caller's number, read as an address; after these, From.
    pub caller: Vec<String>,
}

impl Default for ContextSettings {
    fn default() -> Self {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            queue: list(&["X-Queue"]),
            agent: list(&["X-Agent-Id", "X-Agent"]),
            team: list(&["X-Team"]),
            original_call_id: list(&["X-Call-Id", "X-Original-Call-ID"]),
            language: list(&["X-Language"]),
            caller: list(&["P-Asserted-Identity", "Remote-Party-ID"]),
        }
    }
}
