//! `[context]`: which headers tell what about the call that was just finished.
//!
//! Of each list the first header present wins; a header that is missing costs nothing.

use serde::Deserialize;

use super::value::one_or_many;

/// `[context]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextSettings {
    /// Queue or service line.
    #[serde(deserialize_with = "one_or_many")]
    pub queue: Vec<String>,
    /// The agent's id.
    #[serde(deserialize_with = "one_or_many")]
    pub agent: Vec<String>,
    /// The agent's team.
    #[serde(deserialize_with = "one_or_many")]
    pub team: Vec<String>,
    /// The id of the original call.
    #[serde(deserialize_with = "one_or_many")]
    pub original_call_id: Vec<String>,
    /// The caller's language.
    #[serde(deserialize_with = "one_or_many")]
    pub language: Vec<String>,
    /// The caller's number, read as an address; after these, From.
    #[serde(deserialize_with = "one_or_many")]
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
