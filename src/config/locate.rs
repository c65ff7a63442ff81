//! From a key to the line where the operator wrote it.

use std::borrow::Cow;

use serde_path_to_error::Segment;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A parsed file that remembers where everything stands.
pub(super) struct Source<'a> {
    text: &'a str,
    table: Spanned<DeTable<'a>>,
}

impl<'a> Source<'a> {
    /// The text and what was parsed of it.
    pub(super) const fn new(text: &'a str, table: Spanned<DeTable<'a>>) -> Self {
        Self { text, table }
    }

    /// Parses a text whose syntax was found to be sound.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let table = DeTable::parse(text).ok()?;
        Some(Self { text, table })
    }

    /// What was parsed.
    pub(super) fn table(&self) -> &DeTable<'a> {
        self.table.get_ref()
    }

    /// The line where this key stands, in the last table of each list that leads to it; `None` when it does not.
    pub(super) fn line_of_last(&self, section: &str, path: &[Segment]) -> Option<usize> {
        let (key, value) = self.entry(section)?;
        let (mut offset, mut here) = (key.span().start, value);
        for segment in path {
            if let DeValue::Array(items) = here.get_ref() {
                here = items.iter().last()?;
            }
            here = child(here, segment, &mut offset)?;
        }
        Some(line_of(self.text, offset))
    }

    fn entry(&self, section: &str) -> Option<(&Spanned<Cow<'a, str>>, &Spanned<DeValue<'a>>)> {
        let mut entries = self.table.get_ref().iter();
        entries.find(|(key, _)| key.get_ref().as_ref() == section)
    }

    /// The line, from 1, where the deepest part of `section` and `path` that the file holds is written; `None`
    /// when not even the section stands there (the value came from the environment or is a default).
    pub(super) fn line(&self, section: &str, path: &[Segment]) -> Option<usize> {
        let (key, value) = self.entry(section)?;
        let mut offset = key.span().start;
        let mut here = Some(value);
        for segment in path {
            here = here.and_then(|value| child(value, segment, &mut offset));
        }
        Some(line_of(self.text, offset))
    }

    /// Whether the file itself sets this key, so that a fault in it is the file's.
    pub(super) fn holds(&self, section: &str, path: &[Segment]) -> bool {
        let found = self.entry(section);
        let mut offset = 0;
        path.iter()
            .fold(found.map(|(_, value)| value), |here, segment| {
                child(here?, segment, &mut offset)
            })
            .is_some()
    }
}

fn child<'v, 'a>(
    value: &'v Spanned<DeValue<'a>>,
    segment: &Segment,
    offset: &mut usize,
) -> Option<&'v Spanned<DeValue<'a>>> {
    match (value.get_ref(), segment) {
        (DeValue::Table(table), Segment::Map { key }) => {
            let (name, inner) = table
                .iter()
                .find(|(name, _)| name.get_ref().as_ref() == key.as_str())?;
            *offset = name.span().start;
            Some(inner)
        }
        (DeValue::Array(items), Segment::Seq { index }) => {
            let inner = items.get(*index)?;
            *offset = inner.span().start;
            Some(inner)
        }
        (_, _) => None,
    }
}

/// The line, from 1, of a byte offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
