//! A user's own account: the password, and where the user is signed in.

use maud::{Markup, html};

use crate::language::choice;
use crate::refused::{Refused, at_fault, is_invalid};
use crate::shell::{Shell, caption, form_token, page};
use crate::words::Words;

/// An account.
#[derive(Debug, Clone)]
pub struct Account<'a> {
    /// The name to sign in with.
    pub name: &'a str,
    /// The word of the role.
    pub role: &'a str,
    /// The teams whose calls the user sees, or the agent that the user is.
    pub of: &'a [String],
    /// Whether there is a password here; not for users whom a reverse proxy signs in.
    pub has_password: bool,
    /// Whether nothing works before another password is chosen.
    pub must_change_password: bool,
    /// What came of the last change, in the reader's language.
    pub notice: Option<&'a str>,
    /// Why the password was not changed. No password comes back.
    pub refused: Option<&'a Refused>,
    /// Where the user is signed in.
    pub sessions: &'a [Session],
}

/// A browser in which the user is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// As it calls itself.
    pub browser: String,
    /// Since when, in the reader's notation.
    pub since: String,
    /// When it was used last.
    pub used: String,
    /// Whether it is this one.
    pub is_this: bool,
}

/// The page.
pub fn account_page(shell: &Shell<'_>, account: &Account<'_>) -> Markup {
    let words = shell.words;
    let content = html! {
        @if let Some(notice) = account.notice { p.note role="status" { (notice) } }
        @if let Some(refused) = account.refused { (refused.notice(&field_label(refused, words))) }
        @if account.must_change_password { p.note role="alert" { (words.t("password-must-change")) } }
        dl.facts {
            div { dt { (words.t("user-name")) } dd { bdi { (account.name) } } }
            div { dt { (words.t("role")) } dd { (words.t(&format!("role-{}", account.role))) } }
            @if !account.of.is_empty() {
                div { dt { (words.t("sees-calls-of")) } dd { bdi { (account.of.join(", ")) } } }
            }
        }
        @if account.has_password { (password_form(shell, account)) }
        section.part {
            h2 { (words.t("language-choice")) }
            (choice(shell, "/account"))
        }
        @if !account.must_change_password { (sessions(shell, account.sessions)) }
    };
    page(shell, &content)
}

/// The label of the field at fault.
fn field_label(refused: &Refused, words: Words) -> String {
    let label = match refused.field {
        Some("present") => "password-present",
        Some("new") => "password-new",
        Some("again") => "password-again",
        Some(_) | None => return String::new(),
    };
    words.t(label)
}

fn password_form(shell: &Shell<'_>, account: &Account<'_>) -> Markup {
    let words = shell.words;
    let [present, new, again] = ["present", "new", "again"].map(|field| at_fault(account.refused, field));
    let new_is_described = match new {
        Some(reason) => format!("password-rule {reason}"),
        None => "password-rule".to_owned(),
    };
    html! {
        section.part {
            h2 { (words.t("password-change")) }
            p #password-rule { (words.t("password-rule")) }
            form.fields method="post" action="/account/password" {
                @if let Some(reader) = shell.reader { (form_token(reader)) }
                // Password managers find the entry by it.
                input type="hidden" name="name" value=(account.name) autocomplete="username";
                label {
                    span { (words.t("password-present")) }
                    input type="password" name="present" required autocomplete="current-password"
                        aria-invalid=[is_invalid(present)] aria-describedby=[present];
                }
                label {
                    span { (words.t("password-new")) }
                    input type="password" name="new" required minlength="12" autocomplete="new-password"
                        aria-invalid=[is_invalid(new)] aria-describedby=(new_is_described);
                }
                label {
                    span { (words.t("password-again")) }
                    input type="password" name="again" required minlength="12" autocomplete="new-password"
                        aria-invalid=[is_invalid(again)] aria-describedby=[again];
                }
                button type="submit" { (words.t("password-change")) }
            }
        }
    }
}

fn sessions(shell: &Shell<'_>, sessions: &[Session]) -> Markup {
    let words = shell.words;
    html! {
        @if !sessions.is_empty() {
            section.part {
                h2 { (words.t("sessions")) }
                div.scroll tabindex="0" role="group" aria-label=(words.t("sessions")) {
                    table {
                        (caption(&words.t("sessions")))
                        thead { tr {
                            th scope="col" { (words.t("session-browser")) }
                            th scope="col" { (words.t("session-since")) }
                            th scope="col" { (words.t("session-used")) }
                        } }
                        tbody {
                            @for session in sessions {
                                tr {
                                    th scope="row" {
                                        bdi { (session.browser) }
                                        @if session.is_this { " – " strong { (words.t("session-this")) } }
                                    }
                                    td { (session.since) }
                                    td { (session.used) }
                                }
                            }
                        }
                    }
                }
                @if sessions.iter().any(|session| !session.is_this) {
                    form method="post" action="/account/sessions" {
                        @if let Some(reader) = shell.reader { (form_token(reader)) }
                        button.quiet type="submit" { (words.t("sessions-end")) }
                    }
                }
            }
        }
    }
}
