//! The context of the call that was just finished, after all sources have been read.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::condition::ConditionValues;
use super::field::Name;
use super::source::ContextSource;
use super::values::ContextValues;
use aftercall_base::Redacted;

/// What is known of the call that was just finished with an agent. Everything may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallContext {
    /// The values by name, without what is personal.
    pub values: ContextValues,
    /// Keyed hash of the caller's number, 64 hexadecimal digits.
    pub caller_hash: Option<String>,
    /// Hashes by which the same caller may have been stored before the number plan was set; looked up and not stored.
    pub former_hashes: Vec<String>,
    /// The caller's number in clear; only when the configuration says so.
    pub caller_number: Option<Redacted<String>>,
    /// The caller's number as it was received, for the rules of the route only: it is not stored.
    pub caller: Option<Redacted<String>>,
    /// The token that names what was announced of this call beforehand.
    pub token: Option<Redacted<String>>,
    /// By what it was found that the call had been announced; its identity is then that of the announcement.
    pub announced_by: Option<MatchedBy>,
    /// Where each value stood, as it is stored.
    pub sources: Vec<ContextSource>,
}

impl CallContext {
    /// Every hash under which the caller may be known, the one that is stored first.
    pub fn caller_hashes(&self) -> impl Iterator<Item = &str> {
        let earlier_notations = self.caller_hash.is_some().then_some(&self.former_hashes);
        let all = self
            .caller_hash
            .iter()
            .chain(earlier_notations.into_iter().flatten());
        all.map(String::as_str)
    }
}

/// What is stored of the caller's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredCallerNumber {
    /// Only a keyed hash: the same caller is recognised, nobody can read the number.
    HashOnly,
    /// The hash and the number itself, for calling back.
    Clear,
}

/// Conditions see nothing personal: the caller and the token have no value here.
impl ConditionValues for CallContext {
    fn value(&self, name: &Name) -> Option<Cow<'_, str>> {
        self.values.value(name)
    }
}

/// Whether the caller agreed to be asked, where the PBX reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptIn {
    /// The PBX reports that the caller agreed.
    Given,
    /// The caller did not.
    Withheld,
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
