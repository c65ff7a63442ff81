//! The names that a survey gives to things.
//!
//! Prompt names and language tags become file names, question ids become column values and URL parts; so each
//! type accepts only what is harmless there.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

const LONGEST: usize = 64;

/// A text that cannot be a name; the message says what can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot be {kind}: {rule}")]
pub struct NameError {
    text: String,
    kind: &'static str,
    rule: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $accepts:expr, $rule:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name, when `text` can be one.
            ///
            /// # Errors
            /// When it holds other characters, is empty or longer than 64.
            pub fn new(text: &str) -> Result<Self, NameError> {
                let accepts: fn(&str) -> bool = $accepts;
                if text.len() <= LONGEST && accepts(text) {
                    return Ok(Self(text.into()));
                }
                let text = text.chars().take(LONGEST).collect();
                Err(NameError { text, kind: $kind, rule: $rule })
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The name of a recorded prompt, the same in every language: `welcome`, `nps_retry`.
    PromptName,
    "the name of a prompt",
    is_word,
    "lower-case letters, digits, `_` and `-`, at most 64"
);
name!(
    /// A question's id, unique within its survey: `nps`, `agent_friendly`.
    QuestionId,
    "the id of a question",
    |text| is_word(text) && text != "end",
    "lower-case letters, digits, `_` and `-`, at most 64, and not `end`"
);
name!(
    /// A language tag as in the folders of the prompts: `fi`, `pt-br`.
    Language,
    "a language",
    is_language,
    "a tag in lower case is expected, such as `fi` or `pt-br`"
);

impl FromStr for Language {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

fn is_word(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    let is_subtag = |part: &str| {
        (2..=8).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(is_subtag)
}

#[cfg(test)]
mod tests {
    use super::{Language, PromptName, QuestionId};

    #[test]
    fn names_that_could_leave_their_folder_are_refused() {
        for text in ["", "../x", "a/b", "A", "ä", "a b", "a.wav", &"a".repeat(65)] {
            assert!(PromptName::new(text).is_err(), "{text}");
        }
        assert_eq!(PromptName::new("nps_retry-2").unwrap().as_str(), "nps_retry-2");
    }

    #[test]
    fn end_is_reserved_for_the_end_of_the_survey() {
        assert!(QuestionId::new("end").is_err());
    }

    #[test]
    fn languages_are_tags_in_lower_case() {
        for text in ["fi", "pt-br", "sr-latn"] {
            assert!(Language::new(text).is_ok(), "{text}");
        }
        for text in ["", "f", "FI", "fi_FI", "fi-", "..", "finnish"] {
            assert!(Language::new(text).is_err(), "{text}");
        }
    }
}
