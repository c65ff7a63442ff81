//! Who may sign in, for administrators.

use maud::{Markup, html};

use crate::address::encoded;
use crate::shell::{Place, Reader, Shell, caption, form_token, page};
use crate::words::Words;

/// The words of the roles, in the order of the forms.
const ROLES: [&str; 6] = [
    "supervisor",
    "team_leader",
    "agent",
    "analyst",
    "listener",
    "admin",
];

/// A user, as the list shows one.
#[derive(Debug, Clone)]
pub struct User {
    /// The name to sign in with.
    pub name: String,
    /// The name that is shown.
    pub display_name: String,
    /// The word of the role.
    pub role: &'static str,
    /// The teams of a team leader, or the agent that an agent is; one a line.
    pub of: Vec<String>,
    /// Whether the user may not sign in.
    pub is_disabled: bool,
    /// Whether the user has yet to choose a password.
    pub must_change_password: bool,
    /// When the user signed in last, in the reader's notation.
    pub last_sign_in: Option<String>,
}

/// All users, and what came of the last change.
#[derive(Debug, Clone)]
pub struct Users<'u> {
    /// By name.
    pub users: &'u [User],
    /// A password that is shown this once, and whose it is.
    pub password: Option<(&'u str, &'u str)>,
    /// What came of the last change, or why it was not made, in the reader's language.
    pub notice: Option<&'u str>,
}

/// The page.
pub fn users_page(shell: &Shell<'_>, users: &Users<'_>) -> Markup {
    let words = shell.words;
    let content = html! {
        @if let Some(notice) = users.notice { p.note role="alert" { (notice) } }
        @if let Some((name, password)) = users.password {
            div.box role="status" {
                p { (words.with("password-once", [("name", name.into())])) }
                p { code { (password) } }
            }
        }
        div.scroll tabindex="0" role="group" aria-label=(words.t(Place::Users.message())) {
            table {
                (caption(&words.t(Place::Users.message())))
                thead { tr {
                    th scope="col" { (words.t("user-name")) }
                    th scope="col" { (words.t("role")) }
                    th scope="col" { (words.t("last-sign-in")) }
                    th scope="col" { (words.t("user-change")) }
                } }
                tbody {
                    @for user in users.users { (row(shell, user)) }
                }
            }
        }
        section.part {
            h2 { (words.t("user-add")) }
            form.fields method="post" action="/users" {
                @if let Some(reader) = shell.reader { (form_token(reader)) }
                label { span { (words.t("user-name")) } input name="name" required maxlength="64" autocapitalize="none" autocomplete="off"; }
                label { span { (words.t("display-name")) } input name="display_name" maxlength="100" autocomplete="off"; }
                (role_fields(words, "supervisor", &[]))
                button type="submit" { (words.t("user-add")) }
            }
        }
    };
    page(shell, &content)
}

fn row(shell: &Shell<'_>, user: &User) -> Markup {
    let words = shell.words;
    html! {
        tr {
            th scope="row" {
                bdi { (user.display_name) }
                @if user.display_name != user.name { br; code { (user.name) } }
                @if user.is_disabled { br; strong { (words.t("user-disabled")) } }
            }
            td {
                (words.t(&format!("role-{}", user.role)))
                @if !user.of.is_empty() { br; bdi { (user.of.join(", ")) } }
            }
            td {
                @match &user.last_sign_in { Some(at) => { (at) } None => { (words.t("never")) } }
                @if user.must_change_password { br; (words.t("password-not-chosen")) }
            }
            td {
                @if let Some(reader) = shell.reader {
                    details {
                        summary { (words.t("user-change")) " " span.hidden { bdi { (user.name) } } }
                        (changes(reader, user, words))
                    }
                }
            }
        }
    }
}

fn changes(reader: &Reader, user: &User, words: Words) -> Markup {
    let action = |what: &str| format!("/users/{}/{what}", encoded(&user.name));
    let (toggle, label) = match user.is_disabled {
        true => ("enable", "user-enable"),
        false => ("disable", "user-disable"),
    };
    html! {
        form.fields method="post" action=(action("role")) {
            (form_token(reader))
            (role_fields(words, user.role, &user.of))
            button.quiet type="submit" { (words.t("role-set")) }
        }
        form method="post" action=(action("reset")) {
            (form_token(reader))
            button.quiet type="submit" { (words.t("password-reset")) }
        }
        form method="post" action=(action(toggle)) {
            (form_token(reader))
            button.quiet type="submit" { (words.t(label)) }
        }
    }
}

/// The role, and what only some roles have.
fn role_fields(words: Words, role: &str, of: &[String]) -> Markup {
    let teams = if role == "team_leader" {
        of.join("\n")
    } else {
        String::new()
    };
    let agent = of.first().filter(|_| role == "agent");
    html! {
        label {
            span { (words.t("role")) }
            select name="role" {
                @for known in ROLES {
                    option value=(known) selected[known == role] { (words.t(&format!("role-{known}"))) }
                }
            }
        }
        label { span { (words.t("role-teams")) } textarea name="teams" rows="2" { (teams) } }
        label { span { (words.t("role-agent-name")) } input name="agent" maxlength="100" value=[agent] autocomplete="off"; }
    }
}
