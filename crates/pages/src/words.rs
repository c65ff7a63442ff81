//! The sentences, numbers and dates of pages in five languages.

use aftercall_report::render::{Catalog, Locale, Messages, ReportLanguage, Value};

/// The message files, in the order of [`ReportLanguage::ALL`].
const FILES: [&str; 5] = [
    include_str!("../messages/en.ftl"),
    include_str!("../messages/fi.ftl"),
    include_str!("../messages/pl.ftl"),
    include_str!("../messages/cs.ftl"),
    include_str!("../messages/el.ftl"),
];

static PAGES: Catalog = Catalog::new(FILES);

/// The sentences of the pages in one language.
pub fn catalog(language: ReportLanguage) -> Messages {
    PAGES.messages(language)
}

/// How a page speaks to its reader.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Numbers and dates.
    pub locale: Locale,
    messages: Messages,
}

impl Words {
    /// Of a language.
    pub fn new(language: ReportLanguage) -> Self {
        Self {
            locale: Locale::page(language),
            messages: catalog(language),
        }
    }

    /// The language.
    pub const fn language(&self) -> ReportLanguage {
        self.locale.language()
    }

    /// A sentence.
    pub fn t(&self, id: &str) -> String {
        self.messages.text(id)
    }

    /// A sentence with values.
    pub fn with<const N: usize>(&self, id: &str, values: [(&'static str, Value); N]) -> String {
        self.messages.with(id, values)
    }

    /// A sentence about a number of things: `$count` chooses the form, `$shown` is the number as it is shown.
    pub fn counted(&self, id: &str, count: u64) -> String {
        self.with(
            id,
            [
                ("count", count.into()),
                ("shown", self.locale.count(count).into()),
            ],
        )
    }

    /// A sentence that need not be there, such as the words of a rule that a later version made.
    pub fn found(&self, id: &str) -> Option<String> {
        self.messages.found(id, [])
    }
}

#[cfg(test)]
mod tests {
    use aftercall_report::render::message_faults;

    use super::FILES;

    /// Words that happen to be the same.
    const SAME: [&str; 2] = ["System", "SIP Call-ID"];

    #[test]
    fn every_language_says_everything() {
        assert_eq!(message_faults(FILES, &SAME), Vec::<String>::new());
    }
}
