//! Texts in a page.

use maud::{Markup, html};

use crate::render::document::Phrase;

/// Texts from outside are shown to this length; the files for programs have all of them.
const LONGEST: usize = 240;

/// A phrase; one from outside is set apart, whatever its direction.
pub(super) fn markup(phrase: &Phrase) -> Markup {
    html! {
        @if phrase.is_foreign {
            bdi { (shortened(&phrase.text)) }
        } @else {
            (phrase.text)
        }
    }
}

/// A text that does not fill the page.
pub(crate) fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST).collect();
    format!("{kept}…")
}
