//! The sentences of a report, from the message files in `crates/report/messages` (Project Fluent), which are compiled in.
//!
//! Fluent for the plurals: Polish and Czech have three forms of a counted noun. Numbers arrive here formatted, beside the number that
//! chooses the form.

mod faults;

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

pub use self::faults::message_faults;
use super::language::ReportLanguage;

/// The message files, in the order of [`ReportLanguage::ALL`].
pub(super) const FILES: [&str; 5] = [
    include_str!("../../messages/en.ftl"),
    include_str!("../../messages/fi.ftl"),
    include_str!("../../messages/pl.ftl"),
    include_str!("../../messages/cs.ftl"),
    include_str!("../../messages/el.ftl"),
];

static REPORT: Catalog = Catalog::new(FILES);

/// The same messages in every language.
pub struct Catalog {
    files: [&'static str; 5],
    bundles: OnceLock<Vec<FluentBundle<FluentResource>>>,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Catalog")
    }
}

impl Catalog {
    /// Of message files in the order of [`ReportLanguage::ALL`].
    pub const fn new(files: [&'static str; 5]) -> Self {
        Self {
            files,
            bundles: OnceLock::new(),
        }
    }

    /// The sentences of one language.
    pub const fn messages(&'static self, language: ReportLanguage) -> Messages {
        Messages {
            catalog: self,
            language,
        }
    }

    fn bundle(&self, language: ReportLanguage) -> Option<&FluentBundle<FluentResource>> {
        let read = || {
            let files = ReportLanguage::ALL.into_iter().zip(self.files);
            files.map(|(language, file)| bundle(language, file)).collect()
        };
        self.bundles.get_or_init(read).get(language.index())
    }
}

/// A value in a sentence.
#[derive(Debug, Clone)]
pub enum Value {
    /// A text, or a number as it is shown.
    Text(String),
    /// A number that chooses a plural form.
    Plural(u64),
}

/// The sentences of one language.
#[derive(Debug, Clone, Copy)]
pub struct Messages {
    catalog: &'static Catalog,
    language: ReportLanguage,
}

impl Messages {
    /// The sentences of reports.
    pub(crate) const fn of(language: ReportLanguage) -> Self {
        REPORT.messages(language)
    }

    /// The sentence of an id.
    pub fn text(self, id: &str) -> String {
        self.with(id, [])
    }

    /// The sentence of an id with its values. An id that is not there shows itself; a test sees to it that none does.
    pub fn with<const N: usize>(self, id: &str, values: [(&'static str, Value); N]) -> String {
        self.found(id, values)
            .unwrap_or_else(|| format!("\u{27e6}{id}\u{27e7}"))
    }

    /// The sentence of an id that need not be there.
    pub fn found<const N: usize>(self, id: &str, values: [(&'static str, Value); N]) -> Option<String> {
        let bundle = self.catalog.bundle(self.language)?;
        let pattern = bundle.get_message(id)?.value()?;
        let mut args = FluentArgs::with_capacity(N);
        for (name, value) in values {
            let value = match value {
                Value::Text(text) => FluentValue::from(text),
                Value::Plural(number) => FluentValue::from(number),
            };
            args.set(name, value);
        }
        let mut errors = Vec::new();
        Some(
            bundle
                .format_pattern(pattern, Some(&args), &mut errors)
                .into_owned(),
        )
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Plural(number)
    }
}

fn bundle(language: ReportLanguage, file: &str) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Foreign names are set apart where they are shown: by the element that holds them.
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(file.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests;
