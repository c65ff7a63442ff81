//! From what a person writes to a test of a field that makes sense.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ConditionError, MOST, Pattern, Test};
use crate::context::field::Name;
use crate::context::kind::FieldKind;

/// Longest text of a condition, in bytes.
const LONGEST_TEXT: usize = 256;

/// A test as a person writes it, before it is known whether it makes sense.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum WrittenTest {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Another number.
    Fraction(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// A table.
    Table(BTreeMap<String, Self>),
}

impl Test {
    /// Reads the test of one field.
    ///
    /// # Errors
    /// What the field cannot be asked, or what is no test.
    pub fn read(name: &Name, written: WrittenTest) -> Result<Self, ConditionError> {
        match written {
            WrittenTest::Table(mut table) => match table.remove("not") {
                Some(not) if table.is_empty() => Ok(Self::NoneOf(patterns(name, not)?)),
                Some(_) => Err(of_form(name)),
                None => within(name, table),
            },
            WrittenTest::Flag(_)
            | WrittenTest::Number(_)
            | WrittenTest::Fraction(_)
            | WrittenTest::Text(_)
            | WrittenTest::List(_) => patterns(name, written).map(Self::OneOf),
        }
    }
}

/// A text or a list of texts.
fn patterns(name: &Name, written: WrittenTest) -> Result<Vec<Pattern>, ConditionError> {
    let items = match written {
        WrittenTest::List(items) => items,
        one @ (WrittenTest::Flag(_)
        | WrittenTest::Number(_)
        | WrittenTest::Fraction(_)
        | WrittenTest::Text(_)
        | WrittenTest::Table(_)) => vec![one],
    };
    if items.is_empty() || items.len() > MOST {
        let reason = format!("`{}` has {} values to choose from", name.as_str(), items.len());
        return Err(ConditionError::new(reason, format!("name 1 to {MOST}")));
    }
    ConditionError::all(items.into_iter().map(|item| pattern(name, item)))
}

fn pattern(name: &Name, written: WrittenTest) -> Result<Pattern, ConditionError> {
    let text = match written {
        WrittenTest::Text(text) => text,
        WrittenTest::Number(number) => number.to_string(),
        WrittenTest::Fraction(number) => number.to_string(),
        WrittenTest::Flag(flag) => flag.to_string(),
        WrittenTest::List(_) | WrittenTest::Table(_) => return Err(of_form(name)),
    };
    let body = text.strip_suffix('*').unwrap_or(&text);
    if text.is_empty() || text.len() > LONGEST_TEXT || body.contains('*') {
        let reason = format!("`{}` cannot be `{}`", name.as_str(), shortened(&text));
        let fix = "write a text; a `*` stands at its end only and means any rest";
        return Err(ConditionError::new(reason, fix));
    }
    if body.len() < text.len() {
        return Ok(Pattern::BeginsWith(body.to_owned()));
    }
    exactly(name, text)
}

/// A text without `*`, in the one spelling of its field.
fn exactly(name: &Name, text: String) -> Result<Pattern, ConditionError> {
    let never = |expected: &str| {
        let reason = format!("`{}` is never `{}`", name.as_str(), shortened(&text));
        Err(ConditionError::new(reason, expected))
    };
    let Name::Field(field) = name else {
        return Ok(Pattern::Is(text));
    };
    match (field.kind(), field.value(text.clone())) {
        (FieldKind::Consent, None) => never("write \"yes\" or \"no\""),
        (FieldKind::Party, None) => never("write \"agent\" or \"caller\""),
        (FieldKind::Seconds, None) => never("write whole seconds, or a range such as `{ from = 60 }`"),
        (FieldKind::Languages, None) => never("write a tag such as \"fi\""),
        (FieldKind::Languages, Some(tags)) if tags.contains(',') => {
            never("write each language as a text of its own")
        }
        (FieldKind::Languages, Some(tag)) => Ok(Pattern::Language(tag)),
        (_, Some(spelt)) => Ok(Pattern::Is(spelt)),
        (_, None) => Ok(Pattern::Is(text)),
    }
}

fn within(name: &Name, table: BTreeMap<String, WrittenTest>) -> Result<Test, ConditionError> {
    let (mut from, mut to) = (None, None);
    for (word, written) in table {
        let end = match word.as_str() {
            "from" => &mut from,
            "to" => &mut to,
            _ => return Err(of_form(name)),
        };
        *end = Some(number(written).ok_or_else(|| {
            let reason = format!("`{word}` of `{}` is not a number", name.as_str());
            ConditionError::new(reason, "write a plain number; times are in seconds")
        })?);
    }
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        let reason = format!("`{}` cannot be from {from} to {to}", name.as_str());
        return Err(ConditionError::new(reason, "write the smaller number as `from`"));
    }
    if from.is_none() && to.is_none() {
        return Err(of_form(name));
    }
    Ok(Test::Within { from, to })
}

fn number(written: WrittenTest) -> Option<f64> {
    match written {
        WrittenTest::Number(number) => Some(number as f64),
        WrittenTest::Fraction(number) => Some(number).filter(|number| number.is_finite()),
        WrittenTest::Flag(_) | WrittenTest::Text(_) | WrittenTest::List(_) | WrittenTest::Table(_) => None,
    }
}

fn of_form(name: &Name) -> ConditionError {
    let name = name.as_str();
    ConditionError::new(
        format!("this is not a valid test of `{name}`"),
        format!(
            "write a text, a list of texts, `{{ not = \"...\" }}` or `{{ from = 60, to = 600 }}`, such as `{name} = \"a*\"`"
        ),
    )
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
