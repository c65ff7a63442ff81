//! Pages that a user has saved under a name, and links for those who cannot sign in.

use maud::{Markup, html};

use crate::shell::{Shell, caption, form_token, page};
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

/// What a user may do with links.
#[derive(Debug, Clone)]
pub struct Links<'l> {
    /// Whether a link may let comments be heard.
    pub may_show_comments: bool,
    /// Whether a link may show numbers.
    pub may_show_callers: bool,
    /// The path of the link that was made just now; it is shown this once.
    pub made: Option<&'l str>,
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
    /// Why the last change was not made, in the reader's language.
    pub notice: Option<&'v str>,
}

/// The page.
pub fn views_page(shell: &Shell<'_>, views: &Views<'_>) -> Markup {
    let words = shell.words;
    let content = html! {
        @if let Some(notice) = views.notice { p.note role="alert" { (notice) } }
        @if views.views.is_empty() {
            p { (words.t("views-empty")) }
        } @else {
            ul {
                @for view in views.views {
                    li {
                        a href=(view.address) { bdi { (view.name) } } " "
                        (button(shell, &format!("/views/{}/remove", view.id), "view-remove", &view.name))
                    }
                }
            }
        }
        section.part {
            h2 { (words.t("view-save")) }
            form.fields method="post" action="/views" {
                @if let Some(reader) = shell.reader { (form_token(reader)) }
                label { span { (words.t("view-name")) } input name="name" required maxlength="100" autocomplete="off"; }
                (address_field(views.address, words))
                button type="submit" { (words.t("view-save")) }
            }
        }
        @if let Some(links) = views.links { (sharing(shell, views.address, links)) }
    };
    page(shell, &content)
}

fn sharing(shell: &Shell<'_>, address: &str, links: &Links<'_>) -> Markup {
    let words = shell.words;
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
                (address_field(address, words))
                label { span { (words.t("share-days")) } input type="number" name="days" value="7" min="1" max="366" required; }
                @if links.may_show_comments {
                    label { input type="checkbox" name="comments" value="yes"; " " (words.t("share-comments")) }
                }
                @if links.may_show_callers {
                    label { input type="checkbox" name="callers" value="yes"; " " (words.t("share-callers")) }
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
                                code { (link.address) }
                                @if link.shows_comments { br; (words.t("share-comments")) }
                                @if link.shows_callers { br; (words.t("share-callers")) }
                            }
                            td { bdi { (link.by) } }
                            td { (link.until) }
                            td { @match &link.opened { Some(at) => { (at) } None => { (words.t("never")) } } }
                            td {
                                @if link.holds {
                                    (button(shell, &format!("/share/{}/revoke", link.id), "share-revoke", &link.address))
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

fn address_field(address: &str, words: Words) -> Markup {
    html! {
        label.wide { span { (words.t("view-address")) } input name="address" value=(address) required maxlength="4000" autocomplete="off" spellcheck="false"; }
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
