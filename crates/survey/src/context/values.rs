//! The values of a call's context by name, each in the one spelling of its field.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use super::call::OptIn;
use super::condition::ConditionValues;
use super::field::{Field, Name};
use super::kind::FieldKind;
use super::language::first_and_others;

/// The values of the context, by field or attribute. Nothing personal: caller and token are never among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContextValues(BTreeMap<Name, String>);

impl ContextValues {
    /// These values; a text that is no value of its field is left out.
    pub fn of<'t>(texts: impl IntoIterator<Item = (Field, &'t str)>) -> Self {
        texts
            .into_iter()
            .map(|(field, text)| (Name::Field(field), text.to_owned()))
            .collect()
    }

    /// Sets a value to a clean text; to none, where it is no value of its field.
    pub fn set(&mut self, name: Name, text: String) {
        if let Name::Field(field) = &name
            && field.kind().is_personal()
        {
            return;
        }
        match name.value(text) {
            Some(value) => self.0.insert(name, value),
            None => self.0.remove(&name),
        };
    }

    /// Keeps the values for which this holds.
    pub fn retain(&mut self, keep: impl Fn(&Name, &str) -> bool) {
        self.0.retain(|name, value| keep(name, value));
    }

    /// The value of a field as rules compare and rows hold it: of languages the one that is most wanted.
    pub fn text(&self, field: Field) -> Option<&str> {
        let value = self.0.get(&Name::Field(field))?;
        Some(match field.kind() {
            FieldKind::Languages => first_and_others(value).0,
            FieldKind::Text
            | FieldKind::Consent
            | FieldKind::Party
            | FieldKind::Seconds
            | FieldKind::Token
            | FieldKind::Number => value,
        })
    }

    /// The languages that the caller wants, in order.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        let tags = self.0.get(&Name::Field(Field::Language));
        tags.into_iter().flat_map(|tags| {
            let (first, others) = first_and_others(tags);
            std::iter::once(first).chain(others)
        })
    }

    /// Whether the caller agreed to be asked.
    pub fn opt_in(&self) -> Option<OptIn> {
        self.text(Field::Optin).map(|word| match word {
            "no" => OptIn::Withheld,
            _ => OptIn::Given,
        })
    }

    /// How long caller and agent talked.
    pub fn talk_time(&self) -> Option<Duration> {
        let seconds = self.text(Field::TalkTime)?.parse().ok()?;
        Some(Duration::from_secs(seconds))
    }
}

impl FromIterator<(Name, String)> for ContextValues {
    fn from_iter<I: IntoIterator<Item = (Name, String)>>(texts: I) -> Self {
        let mut values = Self::default();
        for (name, text) in texts {
            values.set(name, text);
        }
        values
    }
}

impl ConditionValues for ContextValues {
    fn value(&self, name: &Name) -> Option<Cow<'_, str>> {
        let value = match name {
            Name::Field(field) => self.text(*field),
            Name::Attribute(_) => self.0.get(name).map(String::as_str),
        };
        value.map(Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::{ConditionValues, ContextValues, Field, Name, OptIn};

    #[test]
    fn every_field_is_kept_in_its_spelling_and_nothing_personal() {
        let texts = Field::ALL.map(|field| {
            let text = match field {
                Field::Language => "fi-FI, sv",
                Field::Optin => "No",
                Field::TalkTime => "1:35",
                Field::WaitTime => "7s",
                Field::HungUpBy => "Customer",
                _ => field.as_str(),
            };
            (field, text)
        });
        let mut values = ContextValues::of(texts);
        values.set(Name::Attribute("segment".to_owned()), "gold".to_owned());
        for field in Field::ALL {
            let expected = match field {
                Field::Language => Some("fi-fi"),
                Field::Optin => Some("no"),
                Field::TalkTime => Some("95"),
                Field::WaitTime => Some("7"),
                Field::HungUpBy => Some("caller"),
                Field::Caller | Field::Token => None,
                _ => Some(field.as_str()),
            };
            assert_eq!(values.value(&Name::Field(field)).as_deref(), expected);
        }
        assert_eq!(
            values.value(&Name::Attribute("segment".to_owned())).as_deref(),
            Some("gold")
        );
        assert!(values.languages().eq(["fi-fi", "sv"]));
        assert_eq!(values.opt_in(), Some(OptIn::Withheld));
        assert_eq!(values.talk_time().map(|time| time.as_secs()), Some(95));
    }

    #[test]
    fn text_that_is_no_value_takes_the_value_before_it_away() {
        let mut values = ContextValues::of([(Field::TalkTime, "95")]);
        values.set(Name::Field(Field::TalkTime), "f".repeat(64));
        assert_eq!(values, ContextValues::default());
        assert_eq!(values.languages().count(), 0);
    }
}
