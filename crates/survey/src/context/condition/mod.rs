//! Conditions on the context of a call: who is asked a question, which calls a rule concerns. One grammar everywhere.
//!
//! A condition is a table whose keys are fields of the context or attributes of the operator; all must hold:
//!
//! | written | holds when the value |
//! | --- | --- |
//! | `queue = "sales"` | is that; a language also when it is a kind of it, `fi` of `fi-fi` |
//! | `queue = "sales*"` | begins so; `"*"` alone: when there is a value at all |
//! | `queue = ["sales*", "support"]` | is one of these |
//! | `queue = { not = "test*" }` | is none of these; also when there is none |
//! | `talk_time = { from = 60, to = 600 }` | is a number from the one to the other; either may be left out |
//!
//! Letters count as they are written. A field without a value fulfils `not` and nothing else. [`Condition::read`] is the only
//! maker, so a condition names fields that exist and can be fulfilled. The caller's number and the token are personal and
//! cannot be asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

mod read;
mod test;

pub use read::WrittenTest;
pub use test::{Pattern, Test};

use super::field::{Field, Name};
use aftercall_base::suggest::closest;

/// Most texts in one list, and most fields in one condition.
const MOST: usize = 64;

/// The context of a call, by name.
pub trait ConditionValues {
    /// The value of a field or attribute in its one spelling, times in whole seconds; `None` when the call has none.
    fn value(&self, name: &Name) -> Option<Cow<'_, str>>;
}

impl ConditionValues for BTreeMap<Name, String> {
    fn value(&self, name: &Name) -> Option<Cow<'_, str>> {
        self.get(name).map(|value| Cow::Borrowed(value.as_str()))
    }
}

/// Why something is no condition, and what to write instead; neither ends with a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; {fix}")]
pub struct ConditionError {
    /// What is wrong.
    pub reason: String,
    /// What to do about it.
    pub fix: String,
}

impl ConditionError {
    /// An error of these texts.
    pub fn new(reason: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            fix: fix.into(),
        }
    }

    /// All of a list, or every mistake in it as one.
    ///
    /// # Errors
    /// The mistakes, with what to write instead of the first.
    pub fn all<T>(items: impl IntoIterator<Item = Result<T, Self>>) -> Result<Vec<T>, Self> {
        let (mut sound, mut mistakes) = (Vec::new(), Vec::<Self>::new());
        for item in items {
            match item {
                Ok(item) => sound.push(item),
                // Two that say the same are reported once.
                Err(mistake) if mistakes.contains(&mistake) => {}
                Err(mistake) => mistakes.push(mistake),
            }
        }
        let Some(first) = mistakes.first() else {
            return Ok(sound);
        };
        let reasons: Vec<&str> = mistakes.iter().map(|mistake| mistake.reason.as_str()).collect();
        Err(Self::new(reasons.join("; also "), first.fix.clone()))
    }
}

/// A condition: every test must hold. Never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(BTreeMap<Name, Test>);

impl Condition {
    /// Reads a whole table. `is_attribute` knows the operator's own names.
    ///
    /// # Errors
    /// The first mistake. To report all of them, read field by field: [`name`], [`Test::read`], [`Condition::of`].
    pub fn read(
        written: BTreeMap<String, WrittenTest>,
        is_attribute: &dyn Fn(&str) -> bool,
    ) -> Result<Self, ConditionError> {
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
    pub fn of(tests: BTreeMap<Name, Test>) -> Result<Self, ConditionError> {
        if tests.is_empty() {
            return Err(ConditionError::new(
                "the condition is empty",
                "name a field, such as `queue = \"sales*\"`, or remove it",
            ));
        }
        if tests.len() > MOST {
            let reason = format!("the condition asks for more than {MOST} fields");
            return Err(ConditionError::new(reason, "ask for fewer"));
        }
        Ok(Self(tests))
    }

    /// Whether all tests hold.
    pub fn holds(&self, values: &dyn ConditionValues) -> bool {
        self.unmet(values).is_none()
    }

    /// The first test that does not hold.
    pub fn unmet(&self, values: &dyn ConditionValues) -> Option<(&Name, &Test)> {
        let mut tests = self.0.iter();
        tests.find(|(name, test)| !test.holds(values.value(name).as_deref()))
    }

    /// The tests, by name.
    pub fn tests(&self) -> impl Iterator<Item = (&Name, &Test)> {
        self.0.iter()
    }

    /// Whether no call can fulfil both, as far as the patterns show.
    pub fn excludes(&self, other: &Self) -> bool {
        let both = self
            .0
            .iter()
            .filter_map(|(name, test)| Some((test, other.0.get(name)?)));
        both.into_iter().any(|(one, another)| one.excludes(another))
    }
}

/// The name of a field or attribute.
///
/// # Errors
/// When there is none of that name, or it is personal.
pub fn name(word: &str, is_attribute: &dyn Fn(&str) -> bool) -> Result<Name, ConditionError> {
    match Field::of(word) {
        Some(field) if field.kind().is_personal() => Err(ConditionError::new(
            format!("`{word}` is personal and no condition can ask for it"),
            "ask for another field",
        )),
        Some(field) => Ok(Name::Field(field)),
        None if is_attribute(word) => Ok(Name::Attribute(word.to_owned())),
        None => {
            let known = Field::ALL.map(Field::as_str);
            let add = format!("add `{word}` to [context.attributes]");
            let fix = match closest(word, known) {
                Some(near) => format!("did you mean `{near}`? Otherwise {add}"),
                None => format!("name a field, such as `queue`, or {add}"),
            };
            Err(ConditionError::new(format!("a call has no field `{word}`"), fix))
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

#[cfg(test)]
mod tests;
