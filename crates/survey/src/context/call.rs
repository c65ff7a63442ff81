//! The context of the call that was just finished, after all sources have been read.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::field::Field;
use super::language::first_and_others;
use super::source::Told;
use aftercall_base::Redacted;

/// What is known of the call that was just finished with an agent. Every field may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallContext {
    /// Queue or service line.
    pub queue: Option<String>,
    /// The agent's id.
    pub agent: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// The id of the original call at the PBX.
    pub original_call_id: Option<String>,
    /// Language tag, for example `fi`.
    pub language: Option<String>,
    /// Further languages, in the order in which the caller wants them; not stored.
    pub other_languages: Vec<String>,
    /// Keyed hash of the caller's number, 64 hexadecimal digits.
    pub caller_hash: Option<String>,
    /// Hashes by which the same caller may have been stored before the number plan was set; looked up and not stored.
    pub former_hashes: Vec<String>,
    /// The caller's number in clear; only when the configuration says so.
    pub caller_number: Option<Redacted<String>>,
    /// The caller's number as it was told, for the rules of the route only: it is not stored.
    pub caller: Option<Redacted<String>>,
    /// The survey that the PBX asks for, by name.
    pub survey: Option<String>,
    /// Whether the caller agreed to be asked.
    pub opt_in: Option<OptIn>,
    /// How long caller and agent talked.
    pub talk_time: Option<Duration>,
    /// How long the caller waited for the agent.
    pub wait_time: Option<Duration>,
    /// How the agent closed the finished call.
    pub disposition: Option<String>,
    /// The token that names what was announced of this call beforehand.
    pub token: Option<Redacted<String>>,
    /// Who handed the call over; a number as its keyed hash.
    pub transferor: Option<String>,
    /// By what it was found that the call had been announced; its identity is then that of the announcement.
    pub announced_by: Option<MatchedBy>,
    /// What the operator named beside these.
    pub attributes: BTreeMap<String, String>,
    /// Where each of them stood, as it is stored.
    pub told: Vec<Told>,
}

impl CallContext {
    /// Sets a field to a value in its one spelling, or to none. The caller and the token are no texts, and are set on their own.
    pub fn set(&mut self, field: Field, value: Option<String>) {
        let time = |value: Option<String>| value?.parse().ok().map(Duration::from_secs);
        match field {
            Field::Queue => self.queue = value,
            Field::Agent => self.agent = value,
            Field::Team => self.team = value,
            Field::OriginalCallId => self.original_call_id = value,
            Field::Language => {
                let tags = value.unwrap_or_default();
                let (first, others) = first_and_others(&tags);
                self.language = Some(first.to_owned()).filter(|first| !first.is_empty());
                self.other_languages = others.map(str::to_owned).collect();
            }
            Field::Survey => self.survey = value,
            Field::Optin => {
                self.opt_in = value.map(|word| match word.as_str() {
                    "no" => OptIn::Withheld,
                    _ => OptIn::Given,
                });
            }
            Field::TalkTime => self.talk_time = time(value),
            Field::WaitTime => self.wait_time = time(value),
            Field::Disposition => self.disposition = value,
            Field::Transferor => self.transferor = value,
            Field::Caller | Field::Token => {}
        }
    }
}

/// Whether the caller agreed to be asked, where the PBX tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptIn {
    /// The caller agreed.
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
