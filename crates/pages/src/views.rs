//! Pages that a user has saved under a name, and links for those who cannot sign in.

use maud::{Markup, html};

use crate::address::Address;
use crate::filters::{Field, in_words};
use crate::refused::{Refused, at_fault, is_invalid};
use crate::shell::{Place, Shell, caption, form_token, page};
use crate::words::Words;

/// A saved page.
#[derive(Debug, Clone)]
pub struct View {
    /// Its number.
    pub id: u64,
    /// What the user calls it.
    pub name: String,
    /// Path and query.
    pub address: String,
    /// What it holds, in words.
    pub holds: String,
}

/// The page of an address and what it is asked for, in words: `Calls · Last week · Queue: Billing`. `fields` have what names are called.
pub fn page_in_words(path: &str, address: &Address, fields: &[Field], words: Words) -> String {
    let place = Place::ALL.into_iter().find(|place| place.path() == path);
    let page = match place {
        Some(place) => words.t(place.message()),
        None if path.starts_with("/calls/") => words.t("page-call"),
        None if path.starts_with("/surveys/") => words.t("page-survey"),
        None => path.to_owned(),
    };
    let said = in_words(address, fields, words);
    std::iter::once(page).chain(said).collect::<Vec<_>>().join(" · ")
}

/// A link that was given away.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its number.
    pub id: u64,
    /// Who made it.
    pub by: String,
    /// Path and query.
    pub address: String,
    /// What it shows, in words.
    pub shows: String,
    /// Whether comments may be heard by it.
    pub shows_comments: bool,
    /// Whether callers' numbers are shown by it.
    pub shows_callers: bool,
    /// Until when it leads there, in the reader's notation.
    pub until: String,
    /// When it was opened last.
    pub opened: Option<String>,
    /// Whether it still leads there.
    pub holds: bool,
}

/// What stands in the form of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkForm {
    /// Days until it ends, as they were typed.
    pub days: String,
    /// Whether comments may be heard by it.
    pub shows_comments: bool,
    /// Whether callers' numbers are shown by it.
    pub shows_callers: bool,
}

impl Default for LinkForm {
    fn default() -> Self {
        Self {
            days: "7".to_owned(),
            shows_comments: false,
            shows_callers: false,
        }
    }
}

/// Which of the two forms was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewForm {
    /// That saves a page.
    Save,
    /// That makes a link.
    Share,
}

/// What a user may do with links.
#[derive(Debug, Clone)]
pub struct Links<'l> {
    /// Whether a link may let comments be heard.
    pub may_show_comments: bool,
    /// Whether a link may show numbers.
    pub may_show_callers: bool,
    /// The path of the link that was made just now; it is shown this once.
    pub made: Option<&'l str>,
    /// What stands in the form beside the page.
    pub form: LinkForm,
    /// The newest first.
    pub links: &'l [Link],
}

/// Views and links.
#[derive(Debug, Clone)]
pub struct Views<'v> {
    /// The page that the user comes from, which is the one to save or to share.
    pub address: &'v str,
    /// By name.
    pub views: &'v [View],
    /// `None`: the user may not share.
    pub links: Option<&'v Links<'v>>,
    /// The name in the form that saves a page.
    pub name: &'v str,
    /// Why the last change was not made.
    pub refused: Option<(ViewForm, &'v Refused)>,
}

/// The page.
pub fn views_page(shell: &Shell<'_>, views: &Views<'_>) -> Markup {
    let words = shell.words;
    let of_form = |form| {
        views
            .refused
            .filter(|(of, _)| *of == form)
            .map(|(_, refused)| refused)
    };
    let (saved, shared) = (of_form(ViewForm::Save), of_form(ViewForm::Share));
    let content = html! {
        @if let Some((_, refused)) = views.refused { (refused.notice(&field_label(refused, words))) }
        @if views.views.is_empty() {
            p { (words.t("views-empty")) }
        } @else {
            ul {
                @for view in views.views {
                    li {
                        a href=(view.address) { bdi { (view.name) } } " – " bdi { (view.holds) } " "
                        (button(shell, &format!("/views/{}/remove", view.id), "view-remove", &view.name))
                    }
                }
            }
        }
        section.part {
            h2 { (words.t("view-save")) }
            form.fields method="post" action="/views" {
                @if let Some(reader) = shell.reader { (form_token(reader)) }
                @let name_at_fault = at_fault(saved, "name");
                label {
                    span { (words.t("view-name")) }
                    input name="name" value=(views.name) required maxlength="100" autocomplete="off"
                        aria-invalid=[is_invalid(name_at_fault)] aria-describedby=[name_at_fault];
                }
                (address_field(views.address, at_fault(saved, "address"), words))
                button type="submit" { (words.t("view-save")) }
            }
        }
        @if let Some(links) = views.links { (sharing(shell, views.address, links, shared)) }
    };
    page(shell, &content)
}

/// The label of the field at fault.
fn field_label(refused: &Refused, words: Words) -> String {
    let label = match refused.field {
        Some("name") => "view-name",
        Some("address") => "view-address",
        Some("days") => "share-days",
        Some(_) | None => return String::new(),
    };
    words.t(label)
}

fn sharing(shell: &Shell<'_>, address: &str, links: &Links<'_>, refused: Option<&Refused>) -> Markup {
    let words = shell.words;
    let days = at_fault(refused, "days");
    html! {
        section.part {
            h2 { (words.t("share-link")) }
            p { (words.t("share-help")) }
            @if let Some(made) = links.made {
                div.box role="status" {
                    p { (words.t("share-once")) }
                    p { a href=(made) { code { (made) } } }
                }
            }
            form.fields method="post" action="/share" {
                @if let Some(reader) = shell.reader { (form_token(reader)) }
                (address_field(address, at_fault(refused, "address"), words))
                label {
                    span { (words.t("share-days")) }
                    input type="number" name="days" value=(links.form.days) min="1" max="366" required
                        aria-invalid=[is_invalid(days)] aria-describedby=[days];
                }
                @if links.may_show_comments {
                    label { input type="checkbox" name="comments" value="yes" checked[links.form.shows_comments]; " " (words.t("share-comments")) }
                }
                @if links.may_show_callers {
                    label { input type="checkbox" name="callers" value="yes" checked[links.form.shows_callers]; " " (words.t("share-callers")) }
                }
                button type="submit" { (words.t("share-make")) }
            }
            @if !links.links.is_empty() { (list(shell, links.links)) }
        }
    }
}

fn list(shell: &Shell<'_>, links: &[Link]) -> Markup {
    let words = shell.words;
    html! {
        div.scroll tabindex="0" role="group" aria-label=(words.t("share-link")) {
            table {
                (caption(&words.t("share-link")))
                thead { tr {
                    th scope="col" { (words.t("share-page")) }
                    th scope="col" { (words.t("audit-who")) }
                    th scope="col" { (words.t("share-until")) }
                    th scope="col" { (words.t("share-opened")) }
                    th scope="col" { (words.t("user-change")) }
                } }
                tbody {
                    @for link in links {
                        tr {
                            th scope="row" {
                                bdi { (link.shows) }
                                @if link.shows_comments { br; (words.t("share-comments")) }
                                @if link.shows_callers { br; (words.t("share-callers")) }
                            }
                            td { bdi { (link.by) } }
                            td { (link.until) }
                            td { @match &link.opened { Some(at) => { (at) } None => { (words.t("never")) } } }
                            td {
                                @if link.holds {
                                    (button(shell, &format!("/share/{}/revoke", link.id), "share-revoke", &link.shows))
                                } @else {
                                    (words.t("share-over"))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn address_field(address: &str, at_fault: Option<&str>, words: Words) -> Markup {
    html! {
        label.wide {
            span { (words.t("view-address")) }
            input name="address" value=(address) required maxlength="4000" autocomplete="off" spellcheck="false"
                aria-invalid=[is_invalid(at_fault)] aria-describedby=[at_fault];
        }
    }
}

/// A form of one button; `about` tells readers who hear the page which of many it is.
fn button(shell: &Shell<'_>, action: &str, label: &str, about: &str) -> Markup {
    let words = shell.words;
    html! {
        form method="post" action=(action) {
            @if let Some(reader) = shell.reader { (form_token(reader)) }
            button.link type="submit" aria-label={ (words.t(label)) ": " (about) } { (words.t(label)) }
        }
    }
}
