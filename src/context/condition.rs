//! Conditions on the context of a call: who is asked a question, which calls a rule concerns. One grammar everywhere.
//!
//! A condition is a table whose keys are fields of the context or attributes of the operator; all must hold:
//!
//! | written | holds when the value |
//! | --- | --- |
//! | `queue = "sales"` | is that; a language also when it is a kind of it, `fi` of `fi-fi` |
//! | `queue = "sales*"` | begins so; `"*"` alone: when it is told at all |
//! | `queue = ["sales*", "support"]` | is one of these |
//! | `queue = { not = "test*" }` | is none of these; also when it is not told |
//! | `talk_time = { min = 60, max = 600 }` | is a number from the one to the other; either may be left out |
//!
//! Letters count as they are written. What is not told fulfils `not` and nothing else. [`Condition::read`] is the only
//! maker, so a condition names fields that exist and can be fulfilled. The caller's number and the token are personal and
//! cannot be asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::field::{Field, Name};
use crate::suggest::closest;

/// Longest text of a condition, in bytes.
const LONGEST_TEXT: usize = 256;
/// Most texts in one list, and most fields in one condition.
const MOST: usize = 64;

/// What a call tells, by name.
pub trait Values {
    /// The value of a field or attribute in its one spelling, times in whole seconds; `None` when it is not told.
    fn value(&self, name: &Name) -> Option<Cow<'_, str>>;
}

impl Values for BTreeMap<Name, String> {
    fn value(&self, name: &Name) -> Option<Cow<'_, str>> {
        self.get(name).map(|value| Cow::Borrowed(value.as_str()))
    }
}

/// A test as a person writes it, before it is known whether it makes sense.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Written {
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

/// Why something is no condition, and what to write instead; neither ends with a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; {mend}")]
pub struct Mistake {
    /// What is wrong.
    pub reason: String,
    /// What to do about it.
    pub mend: String,
}

impl Mistake {
    fn new(reason: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            mend: mend.into(),
        }
    }
}

/// A condition: every test must hold. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition(BTreeMap<Name, Test>);

/// What is asked of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is one of these. Never empty.
    OneOf(Vec<Pattern>),
    /// It is none of these, or not told. Never empty.
    NoneOf(Vec<Pattern>),
    /// It is a number within these ends. At least one is given.
    Within {
        /// The smallest.
        min: Option<i64>,
        /// The largest.
        max: Option<i64>,
    },
}

/// A text, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This text.
    Is(String),
    /// Every text that begins so.
    BeginsWith(String),
    /// This language and its kinds.
    Language(String),
}

impl Condition {
    /// Reads a whole table. `is_attribute` tells the operator's own names.
    ///
    /// # Errors
    /// The first mistake. To tell all of them, read field by field: [`name`], [`Test::read`], [`Condition::of`].
    pub fn read(
        written: BTreeMap<String, Written>,
        is_attribute: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Mistake> {
        let mut tests = BTreeMap::new();
        for (word, written) in written {
            let name = name(&word, is_attribute)?;
            let test = Test::read(&name, written)?;
            tests.insert(name, test);
        }
        Self::of(tests)
    }

    /// The condition that all of these hold.
    ///
    /// # Errors
    /// When there are none, or too many.
    pub fn of(tests: BTreeMap<Name, Test>) -> Result<Self, Mistake> {
        if tests.is_empty() {
            return Err(Mistake::new(
                "the condition is empty",
                "name a field, such as `queue = \"sales*\"`, or remove it",
            ));
        }
        if tests.len() > MOST {
            let reason = format!("the condition asks for more than {MOST} fields");
            return Err(Mistake::new(reason, "ask for fewer"));
        }
        Ok(Self(tests))
    }

    /// Whether all tests hold.
    pub fn holds(&self, values: &dyn Values) -> bool {
        self.unmet(values).is_none()
    }

    /// The first test that does not hold.
    pub fn unmet(&self, values: &dyn Values) -> Option<(&Name, &Test)> {
        let mut tests = self.0.iter();
        tests.find(|(name, test)| !test.holds(values.value(name).as_deref()))
    }

    /// The tests, by name.
    pub fn tests(&self) -> impl Iterator<Item = (&Name, &Test)> {
        self.0.iter()
    }

    /// Whether no call can fulfil both, as far as can be told.
    pub fn excludes(&self, other: &Self) -> bool {
        let both = self
            .0
            .iter()
            .filter_map(|(name, test)| Some((test, other.0.get(name)?)));
        both.into_iter().any(|(one, another)| one.excludes(another))
    }
}

impl Test {
    /// Reads the test of one field.
    ///
    /// # Errors
    /// What the field cannot be asked, or what is no test.
    pub fn read(name: &Name, written: Written) -> Result<Self, Mistake> {
        match written {
            Written::Table(mut table) => match table.remove("not") {
                Some(not) if table.is_empty() => Ok(Self::NoneOf(patterns(name, not)?)),
                Some(_) => Err(of_form(name)),
                None => within(name, table),
            },
            Written::Flag(_)
            | Written::Number(_)
            | Written::Fraction(_)
            | Written::Text(_)
            | Written::List(_) => patterns(name, written).map(Self::OneOf),
        }
    }

    /// Whether a value passes; `None` is a value that is not told.
    pub fn holds(&self, value: Option<&str>) -> bool {
        let is_one = |patterns: &[Pattern]| {
            value.is_some_and(|value| patterns.iter().any(|pattern| pattern.fits(value)))
        };
        match self {
            Self::OneOf(patterns) => is_one(patterns),
            Self::NoneOf(patterns) => !is_one(patterns),
            Self::Within { min, max } => {
                let number = value.and_then(|value| value.trim().parse::<f64>().ok());
                number.is_some_and(|number| {
                    min.is_none_or(|min| number >= min as f64) && max.is_none_or(|max| number <= max as f64)
                })
            }
        }
    }

    fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::OneOf(these), Self::OneOf(those)) => {
                let meet = |this: &Pattern| those.iter().any(|that| this.meets(that));
                !these.iter().any(meet)
            }
            (Self::OneOf(these), Self::NoneOf(those)) | (Self::NoneOf(those), Self::OneOf(these)) => these
                .iter()
                .all(|this| those.iter().any(|that| that.includes(this))),
            (Self::Within { min, max }, Self::Within { min: low, max: high }) => {
                let below = |top: &Option<i64>, bottom: &Option<i64>| {
                    top.zip(*bottom).is_some_and(|(top, bottom)| top < bottom)
                };
                below(max, low) || below(high, min)
            }
            (Self::NoneOf(_), Self::NoneOf(_))
            | (Self::Within { .. }, Self::OneOf(_) | Self::NoneOf(_))
            | (Self::OneOf(_) | Self::NoneOf(_), Self::Within { .. }) => false,
        }
    }
}

impl Pattern {
    fn fits(&self, value: &str) -> bool {
        match self {
            Self::Is(text) => value == text,
            Self::BeginsWith(text) => value.starts_with(text.as_str()),
            Self::Language(tag) => value
                .strip_prefix(tag.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
        }
    }

    /// Whether some text fits both.
    fn meets(&self, other: &Self) -> bool {
        self.includes(other) || other.includes(self)
    }

    /// Whether every text that fits `other` fits this.
    fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Is(_), Self::BeginsWith(_) | Self::Language(_)) => false,
            (_, Self::Is(text) | Self::Language(text)) => self.fits(text),
            (Self::BeginsWith(own), Self::BeginsWith(text)) => text.starts_with(own.as_str()),
            (Self::Language(tag), Self::BeginsWith(text)) => text.starts_with(&format!("{tag}-")),
        }
    }
}

/// The name of a field or attribute.
///
/// # Errors
/// When there is none of that name, or it is personal.
pub fn name(word: &str, is_attribute: &dyn Fn(&str) -> bool) -> Result<Name, Mistake> {
    match Field::of(word) {
        Some(Field::Caller | Field::Token) => Err(Mistake::new(
            format!("`{word}` is personal and no condition can ask for it"),
            "ask for another field",
        )),
        Some(field) => Ok(Name::Field(field)),
        None if is_attribute(word) => Ok(Name::Attribute(word.to_owned())),
        None => {
            let known = Field::ALL.map(Field::as_str);
            let add = format!("add `{word}` to [context.attributes]");
            let mend = match closest(word, known) {
                Some(near) => format!("did you mean `{near}`? Otherwise {add}"),
                None => format!("name a field, such as `queue`, or {add}"),
            };
            Err(Mistake::new(format!("a call has no field `{word}`"), mend))
        }
    }
}

/// Whether an operator may call an attribute so: a word in lower case that is no field.
pub fn can_be_attribute(word: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.len() <= 64
        && word.bytes().all(is_letter)
        && Field::of(word).is_none()
}

/// A text or a list of texts.
fn patterns(name: &Name, written: Written) -> Result<Vec<Pattern>, Mistake> {
    let items = match written {
        Written::List(items) => items,
        one @ (Written::Flag(_)
        | Written::Number(_)
        | Written::Fraction(_)
        | Written::Text(_)
        | Written::Table(_)) => vec![one],
    };
    if items.is_empty() || items.len() > MOST {
        let reason = format!("`{}` has {} values to choose from", name.as_str(), items.len());
        return Err(Mistake::new(reason, format!("name 1 to {MOST}")));
    }
    items.into_iter().map(|item| pattern(name, item)).collect()
}

fn pattern(name: &Name, written: Written) -> Result<Pattern, Mistake> {
    let text = match written {
        Written::Text(text) => text,
        Written::Number(number) => number.to_string(),
        Written::Flag(_) | Written::Fraction(_) | Written::List(_) | Written::Table(_) => {
            return Err(of_form(name));
        }
    };
    let body = text.strip_suffix('*').unwrap_or(&text);
    if text.is_empty() || text.len() > LONGEST_TEXT || body.contains('*') {
        let reason = format!("`{}` cannot be `{}`", name.as_str(), shortened(&text));
        let mend = "write a text; a `*` stands at its end only and means any rest";
        return Err(Mistake::new(reason, mend));
    }
    if body.len() < text.len() {
        return Ok(Pattern::BeginsWith(body.to_owned()));
    }
    exactly(name, text)
}

/// A text without `*`, in the one spelling of its field.
fn exactly(name: &Name, text: String) -> Result<Pattern, Mistake> {
    let never = |expected: &str| {
        let reason = format!("`{}` is never `{}`", name.as_str(), shortened(&text));
        Err(Mistake::new(reason, expected))
    };
    let Name::Field(field) = name else {
        return Ok(Pattern::Is(text));
    };
    match (field, field.value(text.clone())) {
        (Field::Optin, None) => never("write \"yes\" or \"no\""),
        (Field::TalkTime | Field::WaitTime, None) => {
            never("write whole seconds, or a range such as `{ min = 60 }`")
        }
        (Field::Language, None) => never("write a tag such as \"fi\""),
        (Field::Language, Some(tag)) => Ok(Pattern::Language(tag)),
        (_, Some(spelt)) => Ok(Pattern::Is(spelt)),
        (_, None) => Ok(Pattern::Is(text)),
    }
}

fn within(name: &Name, table: BTreeMap<String, Written>) -> Result<Test, Mistake> {
    let (mut min, mut max) = (None, None);
    for (word, written) in table {
        match (word.as_str(), written) {
            ("min", Written::Number(number)) => min = Some(number),
            ("max", Written::Number(number)) => max = Some(number),
            ("min" | "max", _) => {
                let reason = format!("`{word}` of `{}` is no whole number", name.as_str());
                return Err(Mistake::new(reason, "write a whole number; times are in seconds"));
            }
            _ => return Err(of_form(name)),
        }
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        let reason = format!("`{}` cannot be within {min} and {max}", name.as_str());
        return Err(Mistake::new(reason, "write the smaller number as `min`"));
    }
    if min.is_none() && max.is_none() {
        return Err(of_form(name));
    }
    Ok(Test::Within { min, max })
}

fn of_form(name: &Name) -> Mistake {
    let name = name.as_str();
    Mistake::new(
        format!("this is no test of `{name}`"),
        format!(
            "write a text, a list of texts, `{{ not = \"...\" }}` or `{{ min = 60, max = 600 }}`, such as `{name} = \"a*\"`"
        ),
    )
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// `queue sales* or support, talk_time 60 to 600`.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, test)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} {test}", name.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |patterns: &[Pattern]| {
            let texts: Vec<String> = patterns.iter().map(Pattern::to_string).collect();
            texts.join(" or ")
        };
        match self {
            Self::OneOf(patterns) => f.write_str(&listed(patterns)),
            Self::NoneOf(patterns) => write!(f, "not {}", listed(patterns)),
            Self::Within {
                min: Some(min),
                max: Some(max),
            } => write!(f, "{min} to {max}"),
            Self::Within {
                min: Some(min),
                max: None,
            } => write!(f, "at least {min}"),
            Self::Within { min: None, max } => write!(f, "at most {}", max.unwrap_or_default()),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(text) | Self::Language(text) => f.write_str(text),
            Self::BeginsWith(text) => write!(f, "{text}*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Condition, Mistake, Name, Written};
    use crate::context::Field;

    fn read(json: serde_json::Value) -> Result<Condition, Mistake> {
        let written: BTreeMap<String, Written> = serde_json::from_value(json).unwrap();
        Condition::read(written, &|word| word == "segment")
    }

    fn call(told: &[(&str, &str)]) -> BTreeMap<Name, String> {
        let name = |word: &str| Field::of(word).map_or(Name::Attribute(word.to_owned()), Name::Field);
        told.iter()
            .map(|(word, value)| (name(word), (*value).to_owned()))
            .collect()
    }

    fn holds(condition: serde_json::Value, told: &[(&str, &str)]) -> bool {
        read(condition).unwrap().holds(&call(told))
    }

    macro_rules! json {
        ($($all:tt)*) => { serde_json::json!($($all)*) };
    }

    #[test]
    fn texts_are_equal_begin_so_or_are_one_of_several() {
        let sales = &[("queue", "sales")][..];
        let sales_fi = &[("queue", "sales_fi")][..];
        assert!(holds(json!({ "queue": "sales" }), sales));
        assert!(!holds(json!({ "queue": "sales" }), sales_fi));
        assert!(
            !holds(json!({ "queue": "Sales" }), sales),
            "letters count as written"
        );
        assert!(holds(json!({ "queue": "sales*" }), sales_fi));
        assert!(holds(json!({ "queue": ["support", "sales_*"] }), sales_fi));
        assert!(!holds(json!({ "queue": ["support", "sales_*"] }), sales));
        assert!(holds(json!({ "queue": 400 }), &[("queue", "400")]));
        assert!(holds(json!({ "segment": "gold" }), &[("segment", "gold")]));
    }

    #[test]
    fn what_is_not_told_fulfils_not_and_nothing_else() {
        for unmet in [json!("*"), json!("a"), json!({ "min": 0 })] {
            assert!(!holds(json!({ "queue": unmet }), &[]));
        }
        assert!(holds(json!({ "queue": { "not": ["test*", "x"] } }), &[]));
        assert!(!holds(
            json!({ "queue": { "not": ["test*", "x"] } }),
            &[("queue", "test7")]
        ));
        assert!(holds(json!({ "queue": { "not": "*" } }), &[]));
        assert!(!holds(json!({ "queue": { "not": "*" } }), &[("queue", "a")]));
    }

    #[test]
    fn ranges_include_their_ends_and_texts_are_in_no_range() {
        let within = json!({ "talk_time": { "min": 60, "max": 600 } });
        for (seconds, expected) in [
            ("59", false),
            ("60", true),
            ("600", true),
            ("601", false),
            ("x", false),
        ] {
            assert_eq!(
                holds(within.clone(), &[("talk_time", seconds)]),
                expected,
                "{seconds}"
            );
        }
        assert!(holds(json!({ "segment": { "min": 12 } }), &[("segment", "12.5")]));
        assert!(holds(json!({ "talk_time": 90 }), &[("talk_time", "90")]));
        assert!(holds(json!({ "talk_time": "1:30" }), &[("talk_time", "90")]));
    }

    #[test]
    fn all_tests_must_hold_and_the_first_unmet_one_is_named() {
        let condition = read(json!({ "queue": "sales*", "talk_time": { "min": 60 } })).unwrap();
        let call = call(&[("queue", "sales"), ("talk_time", "5")]);
        let (name, test) = condition.unmet(&call).unwrap();
        assert_eq!(format!("{} {test}", name.as_str()), "talk_time at least 60");
        assert_eq!(condition.to_string(), "queue sales*, talk_time at least 60");
    }

    #[test]
    fn a_language_takes_in_its_kinds_and_consent_has_one_spelling() {
        assert!(holds(json!({ "language": "FI" }), &[("language", "fi-fi")]));
        assert!(!holds(json!({ "language": "fi" }), &[("language", "fil")]));
        assert!(holds(json!({ "optin": "Yes" }), &[("optin", "yes")]));
    }

    #[test]
    fn each_mistake_is_told_with_its_mend() {
        for (condition, words) in [
            (json!({}), "the condition is empty"),
            (json!({ "queu": "a" }), "did you mean `queue`?"),
            (json!({ "weather": "a" }), "[context.attributes]"),
            (json!({ "caller": "358*" }), "personal"),
            (json!({ "token": "a" }), "personal"),
            (json!({ "queue": "" }), "cannot be ``"),
            (json!({ "queue": "a*b" }), "at its end only"),
            (json!({ "queue": [] }), "0 values"),
            (json!({ "queue": true }), "no test of `queue`"),
            (json!({ "queue": 1.5 }), "no test of `queue`"),
            (json!({ "queue": {} }), "no test of `queue`"),
            (json!({ "queue": { "not": "a", "min": 1 } }), "no test of `queue`"),
            (json!({ "queue": { "is": "a" } }), "no test of `queue`"),
            (json!({ "talk_time": { "min": "60s" } }), "in seconds"),
            (json!({ "talk_time": { "min": 9, "max": 3 } }), "within 9 and 3"),
            (json!({ "talk_time": "> 60" }), "`{ min = 60 }`"),
            (json!({ "optin": "maybe" }), "\"yes\" or \"no\""),
        ] {
            let mistake = read(condition.clone()).unwrap_err().to_string();
            assert!(mistake.contains(words), "{condition}: {mistake}");
        }
    }

    #[test]
    fn conditions_that_no_call_fulfils_together_exclude_each_other() {
        let excludes = |one: serde_json::Value, other: serde_json::Value| {
            let (one, other) = (read(one).unwrap(), read(other).unwrap());
            assert_eq!(one.excludes(&other), other.excludes(&one));
            one.excludes(&other)
        };
        assert!(excludes(json!({ "queue": "a" }), json!({ "queue": ["b", "c*"] })));
        assert!(!excludes(
            json!({ "queue": "c1" }),
            json!({ "queue": ["b", "c*"] })
        ));
        assert!(excludes(
            json!({ "queue": ["a1", "a2"] }),
            json!({ "queue": { "not": "a*" } })
        ));
        assert!(!excludes(
            json!({ "queue": ["a1", "b"] }),
            json!({ "queue": { "not": "a*" } })
        ));
        assert!(excludes(
            json!({ "talk_time": { "max": 59 } }),
            json!({ "talk_time": { "min": 60 } })
        ));
        assert!(!excludes(json!({ "queue": "a" }), json!({ "team": "b" })));
    }

    proptest! {
        #[test]
        fn excluding_conditions_never_hold_together(
            lists in prop::array::uniform2((any::<bool>(), prop::collection::vec("[ab]{0,2}\\*?", 1..3))),
            value in prop::option::of("[ab]{0,3}"),
        ) {
            let condition = |(not, list): &(bool, Vec<String>)| {
                read(if *not { json!({ "queue": { "not": list } }) } else { json!({ "queue": list }) })
            };
            let (Ok(one), Ok(other)) = (condition(&lists[0]), condition(&lists[1])) else { return Ok(()) };
            let call: BTreeMap<Name, String> =
                value.into_iter().map(|value| (Name::Field(Field::Queue), value)).collect();
            prop_assert!(!(one.excludes(&other) && one.holds(&call) && other.holds(&call)));
        }
    }
}
