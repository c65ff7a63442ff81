//! From a key to the line where the operator wrote it.

use serde_path_to_error::Segment;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A parsed file that remembers where everything stands.
pub(super) struct Source<'a> {
    text: &'a str,
    table: Spanned<DeTable<'a>>,
}

impl<'a> Source<'a> {
    /// Parses the text.
    ///
    /// # Errors
    /// The first fault of syntax.
    pub(super) fn parse(text: &'a str) -> Result<Self, toml::de::Error> {
        Ok(Self {
            text,
            table: DeTable::parse(text)?,
        })
    }

    /// The line, from 1, where the deepest part of `section` and `path` that the file holds is written; `None`
    /// when not even the section stands there (the value came from the environment or is a default).
    pub(super) fn line(&self, section: &str, path: &[Segment]) -> Option<usize> {
        let (key, value) = self
            .table
            .get_ref()
            .iter()
            .find(|(key, _)| key.get_ref().as_ref() == section)?;
        let mut offset = key.span().start;
        let mut here = Some(value);
        for segment in path {
            here = here.and_then(|value| child(value, segment, &mut offset));
        }
        Some(line_of(self.text, offset))
    }

    /// Whether the file itself sets this key, so that a fault in it is the file's.
    pub(super) fn holds(&self, section: &str, path: &[Segment]) -> bool {
        let found = self
            .table
            .get_ref()
            .iter()
            .find(|(key, _)| key.get_ref().as_ref() == section);
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
