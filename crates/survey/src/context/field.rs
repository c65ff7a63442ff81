//! The fields of a call's context, and what counts as a value of each.
//!
//! A text that is no value of its field is no hit: the next source is asked.

use super::consent::consent;
use super::{language, text};

/// A field that the service itself knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Queue or service line.
    Queue,
    /// The agent's id.
    Agent,
    /// The agent's team.
    Team,
    /// The id of the finished call at the PBX.
    OriginalCallId,
    /// The caller's languages, as tags in lower case such as `fi` or `fi-fi`, the most wanted first.
    Language,
    /// The survey that the PBX asks for, by name.
    Survey,
    /// Whether the caller agreed to be asked: `yes` or `no`.
    Optin,
    /// How long caller and agent talked, in whole seconds.
    TalkTime,
    /// How long the caller waited for the agent, in whole seconds.
    WaitTime,
    /// How the agent closed the finished call.
    Disposition,
    /// The caller's number.
    Caller,
    /// Names what was announced of this call beforehand.
    Token,
    /// Who handed the call over.
    Transferor,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 13] = [
        Self::Queue,
        Self::Agent,
        Self::Team,
        Self::OriginalCallId,
        Self::Language,
        Self::Survey,
        Self::Optin,
        Self::TalkTime,
        Self::WaitTime,
        Self::Disposition,
        Self::Caller,
        Self::Token,
        Self::Transferor,
    ];

    /// The word in configuration, database and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Agent => "agent",
            Self::Team => "team",
            Self::OriginalCallId => "original_call_id",
            Self::Language => "language",
            Self::Survey => "survey",
            Self::Optin => "optin",
            Self::TalkTime => "talk_time",
            Self::WaitTime => "wait_time",
            Self::Disposition => "disposition",
            Self::Caller => "caller",
            Self::Token => "token",
            Self::Transferor => "transferor",
        }
    }

    /// The field of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }

    /// Whether the value stands in a column of the call's row.
    pub const fn has_column(self) -> bool {
        match self {
            Self::Queue | Self::Agent | Self::Team | Self::OriginalCallId | Self::Language | Self::Caller => {
                true
            }
            Self::Survey
            | Self::Optin
            | Self::TalkTime
            | Self::WaitTime
            | Self::Disposition
            | Self::Token
            | Self::Transferor => false,
        }
    }

    /// The one spelling of a value that a person types; `None` when it is none of this field.
    pub fn spelling(self, text: &str) -> Option<String> {
        self.value(text.to_owned()).filter(|value| !value.is_empty())
    }

    /// The value that a clean text has in this field, in its one spelling; `None` when it is none.
    pub(super) fn value(self, text: String) -> Option<String> {
        match self {
            Self::Language => language::tags(&text),
            Self::Optin => consent(&text).map(str::to_owned),
            Self::TalkTime | Self::WaitTime => seconds(&text).map(|seconds| seconds.to_string()),
            Self::Token => is_token(&text).then_some(text),
            // Whether a text is a number, its plan knows.
            Self::Caller
            | Self::Queue
            | Self::Agent
            | Self::Team
            | Self::OriginalCallId
            | Self::Survey
            | Self::Disposition
            | Self::Transferor => Some(text),
        }
    }
}

/// The name of a value: a field, or an attribute that the operator named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// One that the service knows.
    Field(Field),
    /// One of the operator's.
    Attribute(String),
}

impl Name {
    /// The field of a word, else the attribute of that name.
    pub fn of(word: &str) -> Self {
        Field::of(word).map_or_else(|| Self::Attribute(word.to_owned()), Self::Field)
    }

    /// The word in configuration, database and documents.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Field(field) => field.as_str(),
            Self::Attribute(name) => name,
        }
    }

    /// The value that a clean text has under this name, in its one spelling; `None` when it is none.
    pub fn value(&self, text: String) -> Option<String> {
        match self {
            Self::Field(field) => field.value(text),
            Self::Attribute(_) => Some(text),
        }
    }
}

/// Whole seconds of `95`, `95.4`, `95s`, `95000ms`, `1:35` and `00:01:35`; at most a week.
fn seconds(text: &str) -> Option<u64> {
    const WEEK: u64 = 7 * 24 * 3_600;
    let text = text.trim();
    let whole = |text: &str| -> Option<u64> {
        let text = text.split_once('.').map_or(text, |(whole, fraction)| {
            let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
            if digits { whole } else { "" }
        });
        text::decimal(text)
    };
    let total = if let Some(millis) = text.strip_suffix("ms") {
        whole(millis.trim_end())? / 1_000
    } else if text.contains(':') {
        let parts: Vec<&str> = text.split(':').collect();
        if parts.len() > 3 {
            return None;
        }
        parts.into_iter().try_fold(0_u64, |total, part| {
            whole(part).and_then(|part| total.checked_mul(60)?.checked_add(part))
        })?
    } else {
        whole(text.strip_suffix(['s', 'S']).unwrap_or(text).trim_end())?
    };
    (total <= WEEK).then_some(total)
}

/// A token is what a URI carries unescaped (RFC 3261 section 25.1, `unreserved`), so that nothing on the way bends it.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.!~*'()+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::Field;

    fn value(field: Field, text: &str) -> Option<String> {
        field.value(text.to_owned())
    }

    #[test]
    fn times_are_read_in_the_ways_that_pbxs_write_them() {
        for (text, expected) in [
            ("95", Some("95")),
            ("95s", Some("95")),
            ("95.9", Some("95")),
            ("95000ms", Some("95")),
            ("1:35", Some("95")),
            ("00:01:35", Some("95")),
            ("0", Some("0")),
            ("-1", None),
            ("1:2:3:4", None),
            ("1.x", None),
            ("soon", None),
            ("99999999999999999999", None),
            ("700000", None),
        ] {
            assert_eq!(value(Field::TalkTime, text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn consent_has_two_spellings_and_other_words_are_none() {
        for no in ["no", "No", "FALSE", "0", "off"] {
            assert_eq!(value(Field::Optin, no).as_deref(), Some("no"));
        }
        for yes in ["yes", "True", "1"] {
            assert_eq!(value(Field::Optin, yes).as_deref(), Some("yes"));
        }
        assert_eq!(value(Field::Optin, "maybe"), None);
    }

    #[test]
    fn language_is_its_whole_tag_and_a_list_keeps_its_order() {
        assert_eq!(
            value(Field::Language, "fi-FI, en;q=0.5").as_deref(),
            Some("fi-fi,en")
        );
        assert_eq!(value(Field::Language, "EN_us").as_deref(), Some("en-us"));
        assert_eq!(value(Field::Language, "7"), None);
        assert_eq!(value(Field::Token, "a b"), None);
    }

    #[test]
    fn every_field_is_known_by_its_word() {
        assert!(
            Field::ALL
                .iter()
                .all(|field| Field::of(field.as_str()) == Some(*field))
        );
        assert_eq!(Field::of("weather"), None);
    }
}
