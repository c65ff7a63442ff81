//! Texts in a page.

use maud::{Markup, html};

use crate::render::document::Phrase;

/// Texts from outside are shown to this length; the files for programs have all of them.
pub(crate) const LONGEST: usize = 240;

/// A phrase; one from outside is set apart, whatever its direction.
pub(super) fn markup(phrase: &Phrase) -> Markup {
    html! {
        @if phrase.is_foreign {
            bdi { (shortened(&phrase.text, LONGEST)) }
        } @else {
            (phrase.text)
        }
    }
}

/// A text that does not fill the page.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest).collect();
    format!("{kept}…")
}
