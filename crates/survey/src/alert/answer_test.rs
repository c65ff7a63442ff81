//! What a rule asks of one answer.

use std::collections::BTreeMap;
use std::fmt;

use super::facts::AnswerFact;
use crate::AnswerClass;
use crate::context::condition::{ConditionError, WrittenTest};

/// Most values in one list.
const MOST: usize = 64;

/// What is asked of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerTest {
    /// The value is within these ends; at least one is given.
    Within {
        /// The smallest.
        from: Option<i64>,
        /// The largest.
        to: Option<i64>,
    },
    /// The value is one of these. Never empty.
    OneOf(Vec<i64>),
    /// There is a value, and it is none of these. Never empty.
    NoneOf(Vec<i64>),
    /// The value is on the bad side of this one.
    WorseThan(i64),
    /// The value is on the good side of this one.
    BetterThan(i64),
    /// The value counts so.
    Class(AnswerClass),
    /// The question was skipped.
    Skipped,
}

impl AnswerTest {
    /// Reads what is written behind the word of a question.
    ///
    /// # Errors
    /// It is no test of an answer.
    pub fn read(word: &str, written: WrittenTest) -> Result<Self, ConditionError> {
        match written {
            WrittenTest::Number(value) => Ok(Self::OneOf(vec![value])),
            WrittenTest::List(items) => values(word, items).map(Self::OneOf),
            WrittenTest::Text(text) => match text.as_str() {
                "low" => Ok(Self::Class(AnswerClass::Low)),
                "good" => Ok(Self::Class(AnswerClass::Good)),
                "skipped" => Ok(Self::Skipped),
                _ => Err(of_form(word)),
            },
            WrittenTest::Table(table) => of_table(word, table),
            WrittenTest::Flag(_) | WrittenTest::Fraction(_) => Err(of_form(word)),
        }
    }

    /// Whether an answer passes.
    pub fn holds(&self, answer: &AnswerFact) -> bool {
        let Some(value) = answer.value else {
            return *self == Self::Skipped;
        };
        let is_beyond = |bound: i64, is_worse: bool| {
            answer.high_is_good.is_some_and(|high| {
                if high == is_worse {
                    value < bound
                } else {
                    value > bound
                }
            })
        };
        match self {
            Self::Within { from, to } => {
                from.is_none_or(|from| value >= from) && to.is_none_or(|to| value <= to)
            }
            Self::OneOf(values) => values.contains(&value),
            Self::NoneOf(values) => !values.contains(&value),
            Self::WorseThan(bound) => is_beyond(*bound, true),
            Self::BetterThan(bound) => is_beyond(*bound, false),
            Self::Class(class) => answer.class == Some(*class),
            Self::Skipped => false,
        }
    }

    /// Whether it makes sense only for a question with a better and a worse end.
    pub const fn needs_direction(&self) -> bool {
        matches!(self, Self::WorseThan(_) | Self::BetterThan(_) | Self::Class(_))
    }
}

fn of_table(word: &str, mut table: BTreeMap<String, WrittenTest>) -> Result<AnswerTest, ConditionError> {
    let alone = |table: &BTreeMap<String, WrittenTest>| table.len() == 1;
    for (name, test) in [
        ("worse_than", AnswerTest::WorseThan as fn(i64) -> AnswerTest),
        ("better_than", AnswerTest::BetterThan),
    ] {
        if alone(&table)
            && let Some(bound) = table.remove(name)
        {
            return value(word, bound).map(test);
        }
    }
    if alone(&table)
        && let Some(not) = table.remove("not")
    {
        let items = match not {
            WrittenTest::List(items) => items,
            one @ (WrittenTest::Flag(_)
            | WrittenTest::Number(_)
            | WrittenTest::Fraction(_)
            | WrittenTest::Text(_)
            | WrittenTest::Table(_)) => vec![one],
        };
        return values(word, items).map(AnswerTest::NoneOf);
    }
    let mut end = |name: &str| table.remove(name).map(|written| value(word, written)).transpose();
    let (from, to) = (end("from")?, end("to")?);
    if !table.is_empty() || (from.is_none() && to.is_none()) {
        return Err(of_form(word));
    }
    if let Some((from, to)) = from.zip(to).filter(|(from, to)| from > to) {
        let reason = format!("`{word}` cannot be from {from} to {to}");
        return Err(ConditionError::new(reason, "write the smaller number as `from`"));
    }
    Ok(AnswerTest::Within { from, to })
}

fn values(word: &str, items: Vec<WrittenTest>) -> Result<Vec<i64>, ConditionError> {
    if items.is_empty() || items.len() > MOST {
        let reason = format!("`{word}` has {} values to choose from", items.len());
        return Err(ConditionError::new(reason, format!("name 1 to {MOST}")));
    }
    items.into_iter().map(|item| value(word, item)).collect()
}

fn value(word: &str, written: WrittenTest) -> Result<i64, ConditionError> {
    match written {
        WrittenTest::Number(value) => Ok(value),
        WrittenTest::Flag(_)
        | WrittenTest::Fraction(_)
        | WrittenTest::Text(_)
        | WrittenTest::List(_)
        | WrittenTest::Table(_) => {
            let reason = format!("an answer to `{word}` is a whole number");
            Err(ConditionError::new(
                reason,
                format!("write one, such as `{word} = {{ to = 6 }}`"),
            ))
        }
    }
}

fn of_form(word: &str) -> ConditionError {
    ConditionError::new(
        format!("this is not a valid test of answers to `{word}`"),
        format!(
            "write `{word} = {{ to = 6 }}`, `{{ from = 9 }}`, `{{ worse_than = 3 }}`, `{{ better_than = 3 }}`, a value, a list of \
             values, `{{ not = 5 }}`, \"low\", \"good\" or \"skipped\""
        ),
    )
}

/// `at most 6`, `worse than 3`, `low`.
impl fmt::Display for AnswerTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |values: &[i64]| {
            let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
            texts.join(" or ")
        };
        match self {
            Self::Within {
                from: Some(from),
                to: Some(to),
            } => write!(f, "{from} to {to}"),
            Self::Within {
                from: Some(from),
                to: None,
            } => write!(f, "at least {from}"),
            Self::Within { from: None, to } => write!(f, "at most {}", to.unwrap_or_default()),
            Self::OneOf(values) => f.write_str(&listed(values)),
            Self::NoneOf(values) => write!(f, "not {}", listed(values)),
            Self::WorseThan(bound) => write!(f, "worse than {bound}"),
            Self::BetterThan(bound) => write!(f, "better than {bound}"),
            Self::Class(AnswerClass::Low) => f.write_str("low"),
            Self::Class(AnswerClass::Middle) => f.write_str("neither good nor low"),
            Self::Class(AnswerClass::Good) => f.write_str("good"),
            Self::Skipped => f.write_str("skipped"),
        }
    }
}
