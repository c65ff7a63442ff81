//! `[languages]`: which language stands in for another.

use serde::Deserialize;

use super::value::one_or_many;
use aftercall_base::Language;

/// `[languages]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LanguageSettings {
    /// Tried in order when neither the call nor its route names a language in which the survey is asked; after these
    /// comes the survey's first.
    #[serde(deserialize_with = "one_or_many")]
    pub fallback: Vec<Language>,
}
