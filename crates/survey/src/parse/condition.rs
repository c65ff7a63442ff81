//! `only_when`: which calls a question, a group or a branch is for.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::table::{DefinitionTable, as_integer};
use crate::context::Condition;
use crate::context::condition::{self, Test, WrittenTest};
use aftercall_base::Faults;

/// The field of a condition.
pub(super) const FIELD: &str = "only_when";

/// Reads the condition of a table, where it has one; every mistake becomes a fault at its place.
pub(super) fn read(
    table: &mut DefinitionTable<'_>,
    is_attribute: &dyn Fn(&str) -> bool,
    faults: &mut Faults<'_>,
) -> Option<Condition> {
    let given = table.table(FIELD, faults)?;
    let mut tests = BTreeMap::new();
    for (word, value) in given.entries() {
        let name = match condition::name(word.get_ref(), is_attribute) {
            Ok(name) => name,
            Err(mistake) => {
                faults.error(word.span(), mistake.reason, mistake.fix);
                continue;
            }
        };
        match Test::read(&name, written(value.get_ref())) {
            Ok(test) => drop(tests.insert(name, test)),
            Err(mistake) => faults.error(value.span(), mistake.reason, mistake.fix),
        }
    }
    if tests.is_empty() && !given.entries().is_empty() {
        return None;
    }
    Condition::of(tests)
        .map_err(|mistake| faults.error(given.span(), mistake.reason, mistake.fix))
        .ok()
}

fn written(value: &DeValue<'_>) -> WrittenTest {
    match value {
        DeValue::String(text) => WrittenTest::Text(text.to_string()),
        DeValue::Integer(_) => as_integer(value).map_or(WrittenTest::Fraction(f64::NAN), WrittenTest::Number),
        DeValue::Float(float) => WrittenTest::Fraction(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => WrittenTest::Flag(*flag),
        DeValue::Datetime(date) => WrittenTest::Text(date.to_string()),
        DeValue::Array(items) => {
            WrittenTest::List(items.iter().map(|item| written(item.get_ref())).collect())
        }
        DeValue::Table(table) => {
            let entries = table.iter();
            let entry = |(word, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let word: &std::borrow::Cow<'_, str> = word.get_ref();
                (word.to_string(), written(value.get_ref()))
            };
            WrittenTest::Table(entries.map(entry).collect())
        }
    }
}
