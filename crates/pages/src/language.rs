//! The choice of the language of the pages, each in its own words.

use maud::{Markup, html};

use aftercall_report::render::ReportLanguage;

use crate::shell::Shell;

/// What a language calls itself.
pub(crate) const fn name(language: ReportLanguage) -> &'static str {
    match language {
        ReportLanguage::English => "English",
        ReportLanguage::Finnish => "Suomi",
        ReportLanguage::Polish => "Polski",
        ReportLanguage::Czech => "Čeština",
        ReportLanguage::Greek => "Ελληνικά",
    }
}

/// A button for each language; `back` is the page that comes after it. Whoever has chosen none reads the language that the browser asks for.
pub(crate) fn choice(shell: &Shell<'_>, back: &str) -> Markup {
    let chosen = shell.words.language();
    html! {
        form.languages #language method="post" action="/language" aria-label=(shell.words.t("language-choice")) {
            input type="hidden" name="back" value=(back);
            @for language in ReportLanguage::ALL {
                button.quiet type="submit" name="language" value=(language.tag()) lang=(language.tag()) aria-pressed=[(language == chosen).then_some("true")] {
                    (name(language))
                }
            }
        }
    }
}
