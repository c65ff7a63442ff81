//! Six big figures for a screen on the wall, to be read from five metres: no names and no personal data.

use maud::{DOCTYPE, Markup, html};

use aftercall_report::render::Headline;

use crate::assets;
use crate::shell::{Place, Shell};

/// How often the screen is asked for anew, in seconds.
const EVERY: u32 = 30;
/// Figures on the screen.
const FIGURES: usize = 6;

/// Everything that the screen shows.
#[derive(Debug)]
pub struct Wallboard<'w> {
    /// The period in words.
    pub period: &'w str,
    /// Figures of the report, the first ones.
    pub headlines: &'w [Headline],
    /// Surveys of the period.
    pub offered: u64,
    /// Callers who are being asked.
    pub now: u64,
    /// Local time of the figures.
    pub as_of: &'w str,
}

/// The page; it loads itself anew also where no script runs.
pub fn wallboard_page(shell: &Shell<'_>, wallboard: &Wallboard<'_>) -> Markup {
    let words = shell.words;
    let counts = [
        (words.t("wall-offered"), words.locale.count(wallboard.offered)),
        (words.t("being-asked-now"), words.locale.count(wallboard.now)),
    ];
    html! {
        (DOCTYPE)
        html lang=(words.language().tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                noscript { meta http-equiv="refresh" content=(EVERY); }
                script src=(assets::script().path) defer {}
                title { (shell.title) " · aftercall" }
                link rel="icon" href=(assets::icon().path) type="image/svg+xml";
                link rel="stylesheet" href=(assets::style().path);
            }
            body.wall data-refresh=(EVERY) {
                main #wall data-part="" {
                    h1 { (wallboard.period) " · " (words.with("as-of", [("time", wallboard.as_of.into())])) }
                    // Nobody else has pages to go back to.
                    @if shell.places.contains(&Place::Overview) {
                        p.back { a href=(shell.address.selection().at(Place::Overview.path())) { (words.t("to-overview")) } }
                    }
                    ul {
                        @for headline in wallboard.headlines.iter().take(FIGURES - counts.len()) {
                            li {
                                span.label { (headline.label) }
                                @if let Some(survey) = &headline.survey { " " span.survey { bdi { (survey) } } }
                                " " span.figure { (headline.value) }
                                " " span.beside { (headline.n) }
                            }
                        }
                        @for (label, count) in &counts {
                            li { span.label { (label) } " " span.figure { (count) } }
                        }
                    }
                }
            }
        }
    }
}
