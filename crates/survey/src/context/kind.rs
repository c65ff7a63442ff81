//! What counts as a value of a field, and its one spelling.
//!
//! A text that is no value of its field is no hit: the next source is asked.

use super::consent::consent;
use super::party::party;
use super::{language, text};

/// The longest time that a call is believed to have taken, in seconds: a week.
pub const LONGEST_SECONDS: u64 = 7 * 24 * 3_600;

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// Language tags in lower case such as `fi` or `fi-fi`, the most wanted first, with commas between.
    Languages,
    /// `yes` or `no`.
    Consent,
    /// `agent` or `caller`.
    Party,
    /// Whole seconds, at most [`LONGEST_SECONDS`].
    Seconds,
    /// What a URI carries unescaped. Personal: it names one call.
    Token,
    /// A telephone number, which only its plan can read. Personal.
    Number,
}

impl FieldKind {
    /// The value that a clean text is, in its one spelling; `None` when it is none.
    pub(super) fn value(self, text: String) -> Option<String> {
        match self {
            Self::Text | Self::Number => Some(text),
            Self::Languages => language::tags(&text),
            Self::Consent => consent(&text).map(str::to_owned),
            Self::Party => party(&text).map(str::to_owned),
            Self::Seconds => seconds(&text).map(|seconds| seconds.to_string()),
            Self::Token => is_token(&text).then_some(text),
        }
    }

    /// What is expected where a text is no value, for a sentence that ends with it.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Languages => "a language such as `fi`, `fi-FI` or `Finnish`",
            Self::Consent => "yes or no",
            Self::Party => "agent or caller",
            Self::Seconds => "a number of seconds, at most a week",
            Self::Token => "a token of letters, digits and -_.!~*'()+",
            Self::Text | Self::Number => "a text",
        }
    }

    /// Whether a value is for matching alone: no condition may ask for it, and it is stored as a hash or not at all.
    pub const fn is_personal(self) -> bool {
        match self {
            Self::Token | Self::Number => true,
            Self::Text | Self::Languages | Self::Consent | Self::Party | Self::Seconds => false,
        }
    }
}

/// Whole seconds of `95`, `95.4`, `95s`, `95000ms`, `1:35` and `00:01:35`; at most a week.
fn seconds(text: &str) -> Option<u64> {
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
    (total <= LONGEST_SECONDS).then_some(total)
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
    use super::FieldKind;

    fn value(kind: FieldKind, text: &str) -> Option<String> {
        kind.value(text.to_owned())
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
            assert_eq!(value(FieldKind::Seconds, text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn consent_has_two_spellings_and_other_words_are_none() {
        for no in ["no", "No", "FALSE", "0", "off"] {
            assert_eq!(value(FieldKind::Consent, no).as_deref(), Some("no"));
        }
        for yes in ["yes", "True", "1"] {
            assert_eq!(value(FieldKind::Consent, yes).as_deref(), Some("yes"));
        }
        assert_eq!(value(FieldKind::Consent, "maybe"), None);
    }

    #[test]
    fn language_is_its_whole_tag_and_a_list_keeps_its_order() {
        assert_eq!(
            value(FieldKind::Languages, "fi-FI, en;q=0.5").as_deref(),
            Some("fi-fi,en")
        );
        assert_eq!(value(FieldKind::Languages, "EN_us").as_deref(), Some("en-us"));
        assert_eq!(value(FieldKind::Languages, "7"), None);
        assert_eq!(value(FieldKind::Token, "a b"), None);
    }

    #[test]
    fn value_in_its_one_spelling_is_read_as_itself() {
        for (kind, text) in [
            (FieldKind::Text, "Sales North"),
            (FieldKind::Languages, "fi-FI, sv, en;q=0.5"),
            (FieldKind::Consent, "Yes"),
            (FieldKind::Party, "Customer"),
            (FieldKind::Seconds, "1:35"),
            (FieldKind::Token, "a-b"),
        ] {
            let once = value(kind, text).unwrap();
            assert_eq!(value(kind, &once), Some(once), "{text}");
        }
    }
}
