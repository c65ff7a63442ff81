//! Fields by their names, and attributes that the operator named beside them.

use super::kind::FieldKind;
use super::table::{FieldStorage, RequestPlace};

pub use super::table::Field;

impl Field {
    /// The word in configuration, database and documents.
    pub const fn as_str(self) -> &'static str {
        self.description().name
    }

    /// The field of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }

    /// What counts as a value.
    pub const fn kind(self) -> FieldKind {
        self.description().kind
    }

    /// The one spelling of a value that a person types; `None` when it is none of this field.
    pub fn spelling(self, text: &str) -> Option<String> {
        self.value(text.to_owned()).filter(|value| !value.is_empty())
    }

    /// The value that a clean text has in this field, in its one spelling; `None` when it is none.
    pub(super) fn value(self, text: String) -> Option<String> {
        self.kind().value(text)
    }

    /// The fields of the object `context` of a request of the API.
    pub fn in_context() -> impl Iterator<Item = Self> {
        let is_in_context = |field: &Self| field.description().request == RequestPlace::Context;
        Self::ALL.into_iter().filter(is_in_context)
    }

    /// The fields with a column of the call's row that holds the value itself.
    pub fn columns() -> impl Iterator<Item = Self> {
        let is_column = |field: &Self| field.description().storage == FieldStorage::Column;
        Self::ALL.into_iter().filter(is_column)
    }

    /// The fields of a call that is reported as eligible.
    pub fn reported() -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(|field| field.description().is_reported)
    }

    /// The fields that the API returns with the state of a call.
    pub fn returned() -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(|field| field.description().is_returned)
    }

    /// The fields whose headers can be configured: all but the token, which the Request-URI carries.
    pub fn configured() -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(|field| field.kind() != FieldKind::Token)
    }

    /// Whether the text beside the call's row leaves the value out, because the row itself has it or its hash.
    pub const fn is_in_row(self) -> bool {
        match self.description().storage {
            FieldStorage::Column | FieldStorage::Hash => true,
            FieldStorage::Sources => false,
        }
    }
}

/// The name of a value: a field, or an attribute that the operator named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// One that the service knows.
    Field(Field),
    /// One of the operator's.
    Attribute(String),
}

impl Name {
    /// The field of a word, else the attribute of that name.
    pub fn of(word: &str) -> Self {
        Field::of(word).map_or_else(|| Self::Attribute(word.to_owned()), Self::Field)
    }

    /// The word in configuration, database and documents.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Field(field) => field.as_str(),
            Self::Attribute(name) => name,
        }
    }

    /// Whether any text is a value.
    pub const fn is_text(&self) -> bool {
        match self {
            Self::Field(field) => matches!(field.kind(), FieldKind::Text),
            Self::Attribute(_) => true,
        }
    }

    /// The value that a clean text has under this name, in its one spelling; `None` when it is none.
    pub fn value(&self, text: String) -> Option<String> {
        match self {
            Self::Field(field) => field.value(text),
            Self::Attribute(_) => Some(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Field, FieldStorage};

    #[test]
    fn every_field_is_known_by_its_word_and_no_two_share_a_name() {
        assert!(
            Field::ALL
                .iter()
                .all(|field| Field::of(field.as_str()) == Some(*field))
        );
        assert_eq!(Field::of("weather"), None);
        let members: BTreeSet<&str> = Field::ALL.iter().map(|field| field.description().json).collect();
        assert_eq!(members.len(), Field::ALL.len());
        let keys: Vec<&str> = Field::ALL
            .iter()
            .flat_map(|field| field.description().keys)
            .copied()
            .collect();
        let different: BTreeSet<&str> = keys.iter().copied().collect();
        assert_eq!(different.len(), keys.len(), "a key of a list means one field");
    }

    #[test]
    fn what_the_api_returns_is_in_the_row() {
        for field in Field::returned() {
            assert_eq!(field.description().storage, FieldStorage::Column, "{field:?}");
        }
    }

    #[test]
    fn every_description_is_a_sentence() {
        for field in Field::ALL {
            let meaning = field.description().meaning;
            assert!(
                meaning.ends_with('.') && meaning.len() > 5,
                "{field:?}: {meaning}"
            );
        }
    }
}
