//! A TOML table while it is being read.
//!
//! Each value is asked for by its field and type; a wrong type is a fault at its place. What nobody asked for is
//! an unknown field, reported with the asked-for field that is nearest.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use aftercall_base::suggest::closest;
use aftercall_base::{Faults, parse_duration};

/// A table while it is being read.
#[derive(Debug)]
pub(super) struct DefinitionTable<'t> {
    entries: &'t DeTable<'t>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'t> DefinitionTable<'t> {
    pub(super) fn new(entries: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self {
            entries,
            span,
            asked: Vec::new(),
        }
    }

    /// Where the table begins.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The value of a field, of whatever type.
    pub(super) fn value(&mut self, field: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.pass_over(&[field]);
        self.entries.get(field)
    }

    pub(super) fn string(
        &mut self,
        field: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<Spanned<&'t str>> {
        self.typed(field, "a text in quotes", faults, |value| value.as_str())
    }

    pub(super) fn integer(&mut self, field: &'static str, faults: &mut Faults<'_>) -> Option<Spanned<i64>> {
        self.typed(field, "a whole number", faults, as_integer)
    }

    pub(super) fn number(&mut self, field: &'static str, faults: &mut Faults<'_>) -> Option<Spanned<f64>> {
        self.typed(field, "a number", faults, as_number)
    }

    pub(super) fn boolean(&mut self, field: &'static str, faults: &mut Faults<'_>) -> Option<Spanned<bool>> {
        self.typed(field, "true or false", faults, DeValue::as_bool)
    }

    pub(super) fn table(
        &mut self,
        field: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<DefinitionTable<'t>> {
        let found = self.typed(field, "a table", faults, |value| value.as_table())?;
        Some(DefinitionTable::new(found.get_ref(), found.span()))
    }

    /// The tables written as `[[field]]`.
    pub(super) fn tables(
        &mut self,
        field: &'static str,
        faults: &mut Faults<'_>,
    ) -> Vec<DefinitionTable<'t>> {
        let expected = "one or more tables written as `[[...]]`";
        let Some(array) = self.typed(field, expected, faults, |value| value.as_array()) else {
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in array.get_ref().iter() {
            match value.get_ref().as_table() {
                Some(entries) => tables.push(DefinitionTable::new(entries, value.span())),
                None => wrong_type(field, expected, value, faults),
            }
        }
        tables
    }

    /// A duration within the limits given.
    pub(super) fn duration(
        &mut self,
        field: &'static str,
        limits: (Duration, Duration),
        faults: &mut Faults<'_>,
    ) -> Option<Duration> {
        let text = self.typed(field, "a duration in quotes such as \"2.5s\"", faults, |value| {
            value.as_str()
        })?;
        match parse_duration(text.get_ref()) {
            Err(error) => {
                let reason = format!("`{field} = \"{}\"` is not a duration", text.get_ref());
                faults.error(text.span(), reason, error.to_string());
                None
            }
            Ok(duration) if duration < limits.0 || duration > limits.1 => {
                let reason = format!("`{field} = \"{}\"` is out of range", text.get_ref());
                faults.error(
                    text.span(),
                    reason,
                    format!("write {:?} to {:?}", limits.0, limits.1),
                );
                None
            }
            Ok(duration) => Some(duration),
        }
    }

    /// A whole number within the limits given.
    pub(super) fn count(
        &mut self,
        field: &'static str,
        limits: (u32, u32),
        faults: &mut Faults<'_>,
    ) -> Option<u32> {
        let number = self.integer(field, faults)?;
        let count = u32::try_from(*number.get_ref())
            .ok()
            .filter(|count| (limits.0..=limits.1).contains(count));
        if count.is_none() {
            let reason = format!("`{field} = {}` is out of range", number.get_ref());
            faults.error(
                number.span(),
                reason,
                format!("write {} to {}", limits.0, limits.1),
            );
        }
        count
    }

    /// Every field and value in the order of the file, for tables whose fields are the operator's own.
    pub(super) fn entries(&self) -> Vec<(Spanned<&'t str>, &'t Spanned<DeValue<'t>>)> {
        let mut entries: Vec<_> = self
            .entries
            .iter()
            .map(|(field, value)| (Spanned::new(field.span(), field.get_ref().as_ref()), value))
            .collect();
        entries.sort_by_key(|(field, _)| field.span().start);
        entries
    }

    /// Fields that are known but cannot be read, because what they depend on is wrong.
    pub(super) fn pass_over(&mut self, fields: &[&'static str]) {
        for field in fields {
            if !self.asked.contains(field) {
                self.asked.push(field);
            }
        }
    }

    /// Reports the fields that nobody asked for; `what` names the table.
    pub(super) fn finish(self, what: &str, faults: &mut Faults<'_>) {
        for (field, _) in self.entries() {
            if self.asked.contains(field.get_ref()) {
                continue;
            }
            let fix = match closest(field.get_ref(), self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("remove it; known are {}", listed(&self.asked)),
            };
            faults.error(
                field.span(),
                format!("{what} has no field `{}`", field.get_ref()),
                fix,
            );
        }
    }

    fn typed<T>(
        &mut self,
        field: &'static str,
        expected: &str,
        faults: &mut Faults<'_>,
        read: impl Fn(&'t DeValue<'t>) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let value = self.value(field)?;
        let read = read(value.get_ref()).map(|read| Spanned::new(value.span(), read));
        if read.is_none() {
            wrong_type(field, expected, value, faults);
        }
        read
    }
}

/// Reports that a value has the wrong type.
pub(super) fn wrong_type(field: &str, expected: &str, value: &Spanned<DeValue<'_>>, faults: &mut Faults<'_>) {
    let is = match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let reason = format!("`{field}` is {is}, but {expected} is expected");
    faults.error(value.span(), reason, format!("write {expected}"));
}

/// The whole number that a value is.
pub(super) fn as_integer(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn as_number(value: &DeValue<'_>) -> Option<f64> {
    let text = match value {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
        DeValue::Float(float) => float.as_str(),
        DeValue::Integer(_)
        | DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => return None,
    };
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Words in backquotes with commas.
pub(super) fn listed<T: AsRef<str>>(words: &[T]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    quoted.join(", ")
}
