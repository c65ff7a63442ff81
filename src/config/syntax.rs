//! The text of the configuration as TOML: its values, or what is wrong with its syntax, in plain words.
//!
//! Faults of syntax hide those of the meaning: what stands behind a bracket that was never closed is not what the operator
//! wrote, and anything told of it would be untrue.

use std::ops::Range;

use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::locate::{Source, line_of};

/// More faults of syntax than this are hardly read, and are often those of one slip.
const MOST_FAULTS: usize = 20;

/// What is wrong at a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxFault {
    pub(super) line: usize,
    pub(super) reason: String,
    pub(super) fix: String,
}

/// Parses the text.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Vec<SyntaxFault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<SyntaxFault> = Vec::new();
    for error in &errors {
        let fault = in_words(text, error);
        if faults.iter().all(|known| known.line != fault.line) {
            faults.push(fault);
        }
    }
    faults.extend(numbers_too_large(text, table.get_ref()));
    faults.sort_by_key(|fault| fault.line);
    faults.truncate(MOST_FAULTS);
    match faults.is_empty() {
        true => Ok(table),
        false => Err(faults),
    }
}

/// A table or list as TOML writes it in one line, as in a variable.
pub(super) fn inline(text: &str) -> Option<Value> {
    let text = format!("value = {text}");
    let table = parse(&text).ok()?;
    let value = table.get_ref().get("value")?;
    Some(value_of(value.get_ref()))
}

/// The values of a table.
pub(super) fn values(table: &DeTable<'_>) -> Map<String, Value> {
    let value = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        (key.clone().into_owned(), value_of(value.get_ref()))
    };
    table.iter().map(value).collect()
}

fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).map_or(Value::Null, Value::from)
        }
        // What JSON cannot hold, `inf` and `nan`, stays a text, which no number is read from.
        DeValue::Float(float) => float
            .as_str()
            .parse()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map_or_else(|| float.as_str().into(), Value::Number),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Datetime(moment) => moment.to_string().into(),
        DeValue::Array(items) => items.iter().map(|item| value_of(item.get_ref())).collect(),
        DeValue::Table(table) => values(table).into(),
    }
}

/// Whole numbers that no setting can hold; TOML itself has no bound for them.
fn numbers_too_large(text: &str, table: &DeTable<'_>) -> Vec<SyntaxFault> {
    let mut faults = Vec::new();
    for (_, value) in table.iter() {
        too_large(text, value, &mut faults);
    }
    faults
}

fn too_large(text: &str, value: &Spanned<DeValue<'_>>, faults: &mut Vec<SyntaxFault>) {
    match value.get_ref() {
        DeValue::Integer(integer) if i64::from_str_radix(integer.as_str(), integer.radix()).is_err() => {
            faults.push(SyntaxFault {
                line: line_of(text, value.span().start),
                reason: format!("the number {} is too large", shortened(integer.as_str())),
                fix: "write a smaller one".to_owned(),
            });
        }
        DeValue::Array(items) => items.iter().for_each(|item| too_large(text, item, faults)),
        DeValue::Table(table) => {
            for (_, value) in table.iter() {
                too_large(text, value, faults);
            }
        }
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => {}
    }
}

/// A text of the operator's as it may be told: not longer than a line.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(60)
        .map(|symbol| if symbol.is_control() { ' ' } else { symbol })
        .collect();
    if text.chars().nth(60).is_some() {
        short.push_str("...");
    }
    short
}

fn in_words(text: &str, error: &Error) -> SyntaxFault {
    let span = error.span().unwrap_or_default();
    let line = line_of(text, span.start);
    if error.message().contains("duplicate key") {
        return duplicate(text, &span, line);
    }
    if has_typographic_quotes(text.lines().nth(line.saturating_sub(1)).unwrap_or_default()) {
        return SyntaxFault {
            line,
            reason: "not TOML: typographic quotes stand here, as a word processor makes them".to_owned(),
            fix: "write straight quotes: key = \"value\"".to_owned(),
        };
    }
    let (reason, fix) = plain(error.message());
    SyntaxFault {
        line,
        reason: format!("not TOML: {reason}"),
        fix: fix.to_owned(),
    }
}

/// Whether a faulty line has curly quotes where TOML wants straight ones: before a value, or where a straight one has no other.
fn has_typographic_quotes(line: &str) -> bool {
    const CURLY: [char; 8] = [
        '\u{201C}', '\u{201D}', '\u{201E}', '\u{2018}', '\u{2019}', '\u{201A}', '\u{AB}', '\u{BB}',
    ];
    let value = line.split_once('=').map_or("", |(_, value)| value);
    let begins = value
        .trim_start_matches(|symbol: char| symbol.is_whitespace() || "[{".contains(symbol))
        .starts_with(CURLY);
    let is_open = |quote: char| line.matches(quote).count() % 2 == 1;
    let ends = value
        .trim_end_matches([' ', '\t', '\r', ',', ']', '}'])
        .ends_with(CURLY);
    begins || ends && (is_open('"') || is_open('\''))
}

/// What the parser says, in words for whoever does not know TOML by heart: how its message begins, the fault, the fix.
const WORDS: [(&str, &str, &str); 23] = [
    (
        "invalid float",
        "a text stands here without quotes, or a value is miswritten",
        "put a text in quotes: key = \"value\"",
    ),
    (
        "invalid integer",
        "a text stands here without quotes, or a value is miswritten",
        "put a text in quotes: key = \"value\"",
    ),
    (
        "invalid boolean",
        "a text stands here without quotes, or a value is miswritten",
        "put a text in quotes: key = \"value\"",
    ),
    (
        "string values must be quoted",
        "a text stands here without quotes",
        "put it in quotes: key = \"value\"",
    ),
    (
        "missing opening quote",
        "a quote is missing where a text begins",
        "put the text in quotes: key = \"value\"",
    ),
    (
        "missing value",
        "there is no value behind the `=`",
        "write key = value",
    ),
    (
        "key with no value",
        "here is a word without `=` and a value",
        "write key = value, or `#` before a comment",
    ),
    (
        "missing assignment",
        "the `=` between key and value is missing",
        "write key = value",
    ),
    (
        "extra assignment",
        "there is more than one `=`",
        "write one key = value a line, and a text in quotes",
    ),
    (
        "extra `=`",
        "there is more than one `=`",
        "write one key = value a line, and a text in quotes",
    ),
    (
        "unclosed table",
        "the bracket of the section is not closed",
        "write [section]",
    ),
    (
        "unclosed array table",
        "the brackets are not closed",
        "write [[route]] or [[delivery]]",
    ),
    ("unclosed array", "a list is not closed", "end the list with `]`"),
    (
        "unclosed inline table",
        "a table is not closed",
        "end the table with `}`",
    ),
    (
        "missing comma",
        "a comma is missing",
        "put a comma between two values",
    ),
    ("extra comma", "there is a comma too many", "take it out"),
    (
        "carriage return",
        "here is a carriage return without a line feed",
        "save the file with line ends of Unix or Windows",
    ),
    (
        "unexpected key or value",
        "something stands behind the value",
        "write one key = value a line",
    ),
    (
        "unexpected content",
        "something stands behind the value",
        "write one key = value a line",
    ),
    (
        "invalid unquoted key",
        "a key has a character that it may have in quotes only",
        "write keys with letters, digits, `-` and `_`",
    ),
    (
        "unquoted keys cannot be empty",
        "the key is missing",
        "write key = value",
    ),
    (
        "cannot recurse",
        "lists and tables are nested too deeply",
        "write it flat",
    ),
    (
        "invalid value",
        "the value is neither text, number, date, list nor table",
        "put a text in quotes: key = \"value\"",
    ),
];

fn plain(message: &str) -> (String, &'static str) {
    const FIX: &str = "write `key = value`, texts in quotes, and each section as [section]";
    let known = WORDS.iter().find(|(begins, ..)| message.starts_with(begins));
    match known {
        Some((_, reason, fix)) => ((*reason).to_owned(), fix),
        None => {
            let said = message.split(", expected").next().unwrap_or(message);
            (said.lines().next().unwrap_or("it cannot be read").to_owned(), FIX)
        }
    }
}

/// A key or section that stands in the file twice, with the line of the first.
fn duplicate(text: &str, span: &Range<usize>, line: usize) -> SyntaxFault {
    let name = shortened(text.get(span.clone()).unwrap_or_default());
    let reason = match first_line(text, span.start) {
        Some(first) => format!("`{name}` is written twice; the first is in line {first}"),
        None => format!("`{name}` is written twice"),
    };
    SyntaxFault {
        line,
        reason,
        fix: "keep one of the two".to_owned(),
    }
}

/// Where the key that stands at `offset` was written before.
fn first_line(text: &str, offset: usize) -> Option<usize> {
    let line_start = text.get(..offset)?.rfind('\n').map_or(0, |newline| newline + 1);
    let (before, rest) = text.split_at_checked(line_start)?;
    let this = rest.lines().next()?;
    let mut path = Vec::new();
    if this.trim_start().starts_with('[') {
        path.extend(keys_of(this));
    } else {
        let header = before
            .lines()
            .rev()
            .find(|line| line.trim_start().starts_with('['));
        path.extend(header.map(keys_of).unwrap_or_default());
        let up_to = rest.get(..rest.find('=')?)?;
        path.extend(keys_of(&format!("{up_to} = 0")));
    }
    let (table, _) = DeTable::parse_recoverable(before);
    let (section, below) = path.split_first()?;
    let below: Vec<Segment> = below
        .iter()
        .map(|key| Segment::Map { key: key.clone() })
        .collect();
    Source::new(before, table).line_of_last(section, &below)
}

/// The keys, from the outermost, that one line of TOML names.
fn keys_of(line: &str) -> Vec<String> {
    let (table, _) = DeTable::parse_recoverable(line);
    let mut keys = Vec::new();
    let mut here = Some(table.get_ref());
    while let Some((key, value)) = here.and_then(|table| table.iter().next()) {
        keys.push(key.get_ref().clone().into_owned());
        here = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            DeValue::Array(items) => items.iter().next().and_then(|item| item.get_ref().as_table()),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => None,
        };
    }
    keys
}
