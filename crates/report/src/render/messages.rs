//! The sentences of a report, from the message files in `crates/report/messages` (Project Fluent), which are compiled in.
//!
//! Fluent for the plurals: Polish and Czech have three forms of a counted noun. Numbers arrive here formatted, beside the number that
//! chooses the form.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::language::ReportLanguage;

/// The message files, in the order of [`ReportLanguage::ALL`].
pub(super) const FILES: [&str; 5] = [
    include_str!("../../messages/en.ftl"),
    include_str!("../../messages/fi.ftl"),
    include_str!("../../messages/pl.ftl"),
    include_str!("../../messages/cs.ftl"),
    include_str!("../../messages/el.ftl"),
];

static BUNDLES: LazyLock<Vec<FluentBundle<FluentResource>>> =
    LazyLock::new(|| ReportLanguage::ALL.map(bundle).into());

/// A value in a sentence.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A text, or a number as it is shown.
    Text(String),
    /// A number that chooses a plural form.
    Plural(u64),
}

/// The sentences of one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Messages(ReportLanguage);

impl Messages {
    pub(crate) const fn of(language: ReportLanguage) -> Self {
        Self(language)
    }

    /// The sentence of an id.
    pub(crate) fn text(self, id: &str) -> String {
        self.with(id, [])
    }

    /// The sentence of an id with its values. An id that is not there shows itself; a test sees to it that none does.
    pub(crate) fn with<const N: usize>(self, id: &str, values: [(&'static str, Value); N]) -> String {
        self.found(id, values)
            .unwrap_or_else(|| format!("\u{27e6}{id}\u{27e7}"))
    }

    /// The sentence of an id that need not be there.
    pub(crate) fn found<const N: usize>(
        self,
        id: &str,
        values: [(&'static str, Value); N],
    ) -> Option<String> {
        let bundle = BUNDLES.get(self.0.index())?;
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

fn bundle(language: ReportLanguage) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Foreign names are set apart where they are shown: by the element that holds them.
    bundle.set_use_isolating(false);
    let file = FILES.get(language.index()).copied().unwrap_or_default();
    let resource = match FluentResource::try_new(file.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests;
