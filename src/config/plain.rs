//! What deserializing says of a value, in words of the configuration: no type of the program is in them.

use serde_json::Value;
use serde_path_to_error::Segment;

use super::example;
use super::setting::Section;
use super::syntax::shortened;
use aftercall_base::suggest::closest;

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FaultText {
    pub(super) reason: String,
    pub(super) fix: String,
}

/// The setting that a value belongs to.
pub(super) struct FaultPlace<'p> {
    section: &'p str,
    /// Keys below the section.
    keys: Vec<&'p str>,
    /// `http.key` for what stands in `[[http.key]]`, else the section.
    table: String,
}

impl<'p> FaultPlace<'p> {
    pub(super) fn of(section: &'p str, path: &'p [Segment]) -> Self {
        let mut keys: Vec<&str> = Vec::new();
        let mut table = section.to_owned();
        for segment in path {
            match segment {
                Segment::Map { key } => keys.push(key),
                // A table of `[[http.key]]`; the lists in it are lists of texts.
                Segment::Seq { .. } if section == "http" && table == section => {
                    table = std::iter::once(section)
                        .chain(keys.drain(..))
                        .collect::<Vec<_>>()
                        .join(".");
                }
                Segment::Seq { .. } | Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
        Self { section, keys, table }
    }

    fn key(&self) -> &str {
        self.keys.first().copied().unwrap_or_default()
    }

    fn fix(&self) -> String {
        example::fix(&self.table, self.key())
    }

    /// As it is written above its keys.
    fn header(&self) -> String {
        match self.table.as_str() {
            table if Section::of(table).is_some_and(Section::is_list) => Section::header(table),
            table if table != self.section => format!("a [[{table}]]"),
            table if self.keys.len() > 1 => format!("{table}.{}", self.key()),
            table => format!("[{table}]"),
        }
    }
}

/// The words for a message; `value` is what stands at the place.
pub(super) fn words(message: &str, value: Option<&Value>, place: &FaultPlace<'_>) -> FaultText {
    if message.starts_with("unknown field") {
        return unknown_key(message, place);
    }
    if let Some(key) = message.strip_prefix("missing field ") {
        let key = key.split('`').nth(1).unwrap_or(key);
        return FaultText {
            reason: format!("`{key}` is missing"),
            fix: match example::of(&place.table, key) {
                Some(example) => format!("add for example {key} = {example}"),
                None if place.key().is_empty() => "add it".to_owned(),
                None => place.fix(),
            },
        };
    }
    if message.starts_with("unknown variant") {
        let quoted = quoted(message);
        let (word, known) = quoted.split_first().unwrap_or((&"", &[]));
        return FaultText {
            reason: format!("`{}` is not known", shortened(word)),
            fix: choice(word, known, "\""),
        };
    }
    if is_of_the_program(message) {
        return wrong_kind(message, value, place);
    }
    custom(message, value, place)
}

/// Messages of the deserializer itself.
const OF_THE_PROGRAM: [&str; 8] = [
    "invalid type",
    "invalid value",
    "invalid length",
    "invalid IP address",
    "invalid socket address",
    "data did not match",
    "duplicate field",
    "number out of range",
];

fn is_of_the_program(message: &str) -> bool {
    OF_THE_PROGRAM.iter().any(|begins| message.starts_with(begins))
}

fn unknown_key(message: &str, place: &FaultPlace<'_>) -> FaultText {
    let quoted = quoted(message);
    let (word, known) = quoted.split_first().unwrap_or((&"", &[]));
    let fix = match (
        closest(word, known.iter().copied()),
        example::elsewhere(place.section, word),
    ) {
        (Some(_), _) | (None, None) => choice(word, known, "`"),
        (None, Some(section)) => format!("write it in {}", Section::header(section)),
    };
    FaultText {
        reason: format!("{} has no `{}`", place.header(), shortened(word)),
        fix,
    }
}

/// The known word that was meant, or all of them.
pub(super) fn choice(word: &str, known: &[&str], quote: &str) -> String {
    let lower: Vec<String> = known.iter().map(|word| word.to_lowercase()).collect();
    let near = closest(&word.to_lowercase(), lower.iter().map(String::as_str));
    let near = near.and_then(|near| known.iter().find(|word| word.to_lowercase() == near));
    match near {
        Some(near) => format!("did you mean {quote}{near}{quote}?"),
        None => {
            let quoted: Vec<String> = known.iter().map(|word| format!("{quote}{word}{quote}")).collect();
            format!("choose from {}", quoted.join(", "))
        }
    }
}

/// The words between backquotes.
fn quoted(message: &str) -> Vec<&str> {
    // The first word is the operator's own, and may hold backquotes itself: the list begins behind `expected`.
    let (first, rest) = message
        .rsplit_once("`, expected")
        .or_else(|| message.rsplit_once("`, there"))
        .unwrap_or((message, ""));
    let word = first
        .split_once('`')
        .map_or(first, |(_, word)| word)
        .trim_end_matches('`');
    std::iter::once(word)
        .chain(rest.split('`').skip(1).step_by(2))
        .collect()
}

fn wrong_kind(message: &str, value: Option<&Value>, place: &FaultPlace<'_>) -> FaultText {
    let is = match value {
        Some(Value::String(text)) if message.starts_with("invalid IP") => {
            format!("`{}` is not an IP address", shortened(text))
        }
        Some(Value::String(text)) if message.starts_with("invalid socket") => {
            format!("`{}` is not ADDRESS:PORT", shortened(text))
        }
        Some(Value::String(_)) => "is a text".to_owned(),
        Some(Value::Number(number)) => format!("is the number {number}"),
        Some(Value::Bool(flag)) => format!("is {flag}"),
        Some(Value::Array(_)) => "is a list".to_owned(),
        Some(Value::Object(_)) => "is a table".to_owned(),
        Some(Value::Null) | None => "has no value".to_owned(),
    };
    let reason = match expected(message, place) {
        Some(expected) if is.starts_with("is ") => format!("{is}, and {expected} is wanted"),
        _ if is.starts_with("is ") => format!("{is}, which it cannot be"),
        _ => is,
    };
    let fix = match (place.key(), place.section) {
        ("", "route") => "write a [[route]] with number = \"nps\" and survey = \"default\"".to_owned(),
        ("", "delivery") => "write a [[delivery]] with name = \"weekly\" and every = \"weekly\"".to_owned(),
        ("", section) => format!("write [{section}] and its settings below"),
        // Its entries are too long for one line.
        ("key", "http") if matches!(value, Some(Value::Object(_))) => "write [[http.key]]".to_owned(),
        _ => place.fix(),
    };
    FaultText { reason, fix }
}

/// What is wanted instead.
fn expected(message: &str, place: &FaultPlace<'_>) -> Option<String> {
    let wanted = message.rsplit_once("expected ").map_or("", |(_, wanted)| wanted);
    let up_to = |most: u64| format!("a whole number from 0 to {most}");
    let whole = match wanted {
        "u8" => Some(up_to(u8::MAX.into())),
        "u16" => Some(up_to(u16::MAX.into())),
        "u32" => Some(up_to(u32::MAX.into())),
        "u64" | "usize" => Some("a whole number from 0 up".to_owned()),
        "i64" | "i32" => Some("a whole number".to_owned()),
        "a boolean" => Some("true or false".to_owned()),
        "a string" | "string" => Some("a text in quotes".to_owned()),
        "a map" => Some("a table".to_owned()),
        "a sequence" => Some("a list".to_owned()),
        _ if wanted.starts_with("struct ") => Some("a table".to_owned()),
        _ => None,
    };
    whole.or_else(|| {
        let example = (place.keys.len() <= 1)
            .then(|| example::of(&place.table, place.key()))
            .flatten()?;
        let kind = match example.as_bytes().first()? {
            b'"' => "a text in quotes",
            b'[' if example.starts_with("[{") => "a list of tables",
            b'[' => "a text in quotes, or a list of them,",
            b'{' => "a table",
            b't' | b'f' => "true or false",
            _ => "a whole number",
        };
        Some(kind.to_owned())
    })
}

/// How the second half of our own messages begins.
const MENDS: [&str; 7] = [
    "write ",
    "choose from ",
    "keep ",
    "did you mean",
    "name ",
    "restore ",
    "`aftercall ",
];

/// A message of ours: reason and fix are parted by a semicolon.
fn custom(message: &str, value: Option<&Value>, place: &FaultPlace<'_>) -> FaultText {
    let parted = message
        .match_indices("; ")
        .map(|(at, joint)| (message.get(..at), message.get(at + joint.len()..)))
        .find_map(|(reason, fix)| {
            let fix = fix.filter(|fix| MENDS.iter().any(|begins| fix.starts_with(begins)))?;
            Some((reason?, fix))
        });
    let Some((reason, fix)) = parted else {
        return FaultText {
            reason: message.to_owned(),
            fix: place.fix(),
        };
    };
    let words = fix.strip_prefix("choose from ");
    let known: Vec<&str> = words
        .into_iter()
        .flat_map(|words| words.split([',', ' ']))
        .map(|word| word.trim_matches(['"', '`']))
        .filter(|word| !word.is_empty() && *word != "or")
        .collect();
    let written = value.and_then(Value::as_str).unwrap_or_default();
    // Of a list it is the word that the reason names.
    let written = reason
        .split('`')
        .nth(1)
        .filter(|_| written.is_empty())
        .unwrap_or(written);
    let fix = match closest(&written.to_lowercase(), known.iter().copied()) {
        Some(_) => choice(written, &known, "\""),
        None => match known.iter().find(|word| word.eq_ignore_ascii_case(written)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => fix.to_owned(),
        },
    };
    FaultText {
        reason: reason.to_owned(),
        fix,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_path_to_error::Segment;

    use super::{FaultPlace, words};

    #[test]
    fn messages_of_the_program_become_words_of_the_configuration() {
        let path = |key: &str| [Segment::Map { key: key.to_owned() }];
        let told = |message: &str, value, section: &str, key: &str| {
            let words = words(message, Some(&value), &FaultPlace::of(section, &path(key)));
            format!("{}. {}", words.reason, words.fix)
        };
        assert_eq!(
            told(
                "invalid type: string \"many\", expected usize",
                json!("many"),
                "sip",
                "max_dialogs"
            ),
            "is a text, and a whole number from 0 up is wanted. write for example max_dialogs = 20000"
        );
        assert_eq!(
            told(
                "unknown field `lsten`, expected one of `listen`, `trusted`",
                json!(1),
                "sip",
                "lsten"
            ),
            "[sip] has no `lsten`. did you mean `listen`?"
        );
        assert_eq!(
            told("unknown field `a`b`, expected `x` or `y`", json!(1), "log", "a`b"),
            "[log] has no `a`b`. choose from `x`, `y`"
        );
        assert_eq!(
            told(
                "unknown variant `jsn`, expected `text` or `json`",
                json!("jsn"),
                "log",
                "format"
            ),
            "`jsn` is not known. did you mean \"json\"?"
        );
        assert_eq!(
            told(
                "`x9` is not a scope; choose from results, context",
                json!("x9"),
                "http",
                "key"
            ),
            "`x9` is not a scope. choose from results, context"
        );
    }
}
