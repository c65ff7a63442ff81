//! What all pages have in common: head, navigation, who is signed in, foot.

use maud::{DOCTYPE, Markup, html};

use crate::address::Address;
use crate::assets;
use crate::comments::AudioAddresses;
use crate::language::name;
use crate::words::Words;

/// A page that the navigation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Scores and what needs attention.
    Overview,
    /// All parts of the report.
    Report,
    /// The newest answers, live.
    Stream,
    /// Calls behind figures.
    Calls,
    /// Recorded comments.
    Comments,
    /// A few figures for a screen on the wall.
    Wallboard,
    /// The rule in force, and the planner.
    Sampling,
    /// Surveys and their prompts.
    Surveys,
    /// Saved views and share links.
    Views,
    /// The state of the service.
    System,
    /// Who may sign in.
    Users,
    /// Who saw and heard personal data.
    Audit,
}

impl Place {
    /// In the order of the navigation.
    pub const ALL: [Self; 12] = [
        Self::Overview,
        Self::Report,
        Self::Stream,
        Self::Calls,
        Self::Comments,
        Self::Wallboard,
        Self::Sampling,
        Self::Surveys,
        Self::Views,
        Self::System,
        Self::Users,
        Self::Audit,
    ];

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Report => "/report",
            Self::Stream => "/stream",
            Self::Calls => "/calls",
            Self::Comments => "/comments",
            Self::Wallboard => "/wallboard",
            Self::Sampling => "/sampling",
            Self::Surveys => "/surveys",
            Self::Views => "/views",
            Self::System => "/system",
            Self::Users => "/users",
            Self::Audit => "/audit",
        }
    }

    /// The id of its name in the message files.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Overview => "page-overview",
            Self::Report => "page-report",
            Self::Stream => "page-stream",
            Self::Calls => "page-calls",
            Self::Comments => "page-comments",
            Self::Wallboard => "page-wallboard",
            Self::Sampling => "page-sampling",
            Self::Surveys => "page-surveys",
            Self::Views => "page-views",
            Self::System => "page-system",
            Self::Users => "page-users",
            Self::Audit => "page-audit",
        }
    }

    /// Whether it is about the period and the names in the address, so that they go along.
    const fn keeps_selection(self) -> bool {
        matches!(
            self,
            Self::Overview | Self::Report | Self::Calls | Self::Comments | Self::Stream | Self::Wallboard
        )
    }
}

/// Who reads the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The name to show.
    pub name: String,
    /// What has to come back with every form that changes something.
    pub form_token: String,
}

/// What stands around the content of a page.
#[derive(Debug, Clone)]
pub struct Shell<'s> {
    /// The reader's language.
    pub words: Words,
    /// The heading, and with it the title.
    pub title: String,
    /// Where the reader is, if the navigation leads there.
    pub place: Option<Place>,
    /// Pages that the reader may see; empty: nobody is signed in, and there is no navigation.
    pub places: &'s [Place],
    /// What is asked for; period and names are kept from page to page.
    pub address: &'s Address,
    /// Who is signed in.
    pub reader: Option<&'s Reader>,
    /// Where comments are played by a share link; `None`: where they are for those who have signed in.
    pub shared: Option<&'s dyn AudioAddresses>,
    /// The name of the contact centre, as it is configured.
    pub site: Option<&'s str>,
    /// Whether parts of the page are brought up to date while it is open; never on a page that was shared, whose reader may ask for nothing else.
    pub is_live: bool,
}

impl Shell<'_> {
    /// Leads to an address at one of the places, for a reader who may see it; for others, and for whoever came by a share link, which opens one page, the
    /// same words stand there and lead nowhere.
    pub(crate) fn link(&self, place: Place, address: &str, words: &Markup) -> Markup {
        html! {
            @match self.places.contains(&place) {
                true => a href=(address) { (words) },
                false => (words),
            }
        }
    }

    /// The button to the older rows of a list, for whoever may ask for them.
    pub(crate) fn older(&self, place: Place, cursor: Option<&str>) -> Markup {
        self.further(place, cursor, "older")
    }

    /// The button to the rows of a list behind these, under a message, for whoever may ask for them.
    pub(crate) fn further(&self, place: Place, cursor: Option<&str>, words: &str) -> Markup {
        let cursor = cursor.filter(|_| self.places.contains(&place));
        html! {
            @if let Some(cursor) = cursor {
                p.further {
                    a.button rel="next" href=(self.address.with([("cursor", cursor)]).at(place.path())) { (self.words.t(words)) }
                }
            }
        }
    }
}

/// A whole page.
pub fn page(shell: &Shell<'_>, content: &Markup) -> Markup {
    let words = shell.words;
    html! {
        (DOCTYPE)
        html lang=(words.language().tag()) {
            (head(shell))
            body.app data-live=[(shell.is_live && shell.shared.is_none()).then_some("/changes")] {
                a.skip href="#content" { (words.t("skip-to-content")) }
                @if !shell.places.is_empty() {
                    (navigation(shell))
                }
                main #content tabindex="-1" {
                    h1 { (shell.title) }
                    (content)
                }
            }
        }
    }
}

fn head(shell: &Shell<'_>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="same-origin";
            title { (shell.title) " · " (shell.site.unwrap_or("aftercall")) }
            link rel="icon" href=(assets::icon().path) type="image/svg+xml";
            link rel="stylesheet" href=(assets::style().path);
            script src=(assets::script().path) defer {}
        }
    }
}

fn navigation(shell: &Shell<'_>) -> Markup {
    let words = shell.words;
    let selection = shell.address.selection();
    let address = |place: Place| {
        if place.keeps_selection() {
            selection.at(place.path())
        } else {
            place.path().to_owned()
        }
    };
    html! {
        header.side {
            a.brand href="/" {
                img src=(assets::icon().path) alt="" width="28" height="28";
                span { (shell.site.unwrap_or("aftercall")) }
            }
            nav aria-label=(words.t("pages")) {
                ul {
                    @for place in Place::ALL.into_iter().filter(|place| shell.places.contains(place)) {
                        li {
                            a href=(address(place)) aria-current=[(shell.place == Some(place)).then_some("page")] {
                                (words.t(place.message()))
                            }
                        }
                    }
                }
            }
            @if let Some(reader) = shell.reader {
                div.reader {
                    a href="/account" { bdi { (reader.name) } }
                    a href="/account#language" lang=(words.language().tag()) { span.hidden { (words.t("language-choice")) ": " } (name(words.language())) }
                    form method="post" action="/sign-out" {
                        (form_token(reader))
                        button.link type="submit" { (words.t("sign-out")) }
                    }
                }
            }
        }
    }
}

/// The caption of a table that stands below a heading which says the same: for screen readers, which list tables by their captions.
pub fn caption(text: &str) -> Markup {
    html! { caption.hidden { (text) } }
}

/// What has to come back with a form that changes something.
pub fn form_token(reader: &Reader) -> Markup {
    html! { input type="hidden" name="form_token" value=(reader.form_token); }
}
