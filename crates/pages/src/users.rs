//! Who may sign in, for administrators.

use maud::{Markup, html};

use crate::address::encoded;
use crate::refused::{Refused, at_fault, is_invalid};
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

/// What was typed into a form about a user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserForm {
    /// Whose role it changes; `None`: it adds a user.
    pub of: Option<String>,
    /// The name to sign in with.
    pub name: String,
    /// The name that is shown.
    pub display_name: String,
    /// The word of the role.
    pub role: String,
    /// Teams, one a line.
    pub teams: String,
    /// The agent.
    pub agent: String,
}

/// All users, and what came of the last change.
#[derive(Debug, Clone)]
pub struct Users<'u> {
    /// By name.
    pub users: &'u [User],
    /// A password that is shown this once, and whose it is.
    pub password: Option<(&'u str, &'u str)>,
    /// Why the last change was not made.
    pub refused: Option<&'u Refused>,
    /// The form that was not accepted.
    pub form: Option<&'u UserForm>,
}

/// The page.
pub fn users_page(shell: &Shell<'_>, users: &Users<'_>) -> Markup {
    let words = shell.words;
    let typed = users.form.filter(|form| form.of.is_none());
    let refused = users.refused.filter(|_| typed.is_some());
    let added = typed.cloned().unwrap_or_else(|| UserForm {
        role: "supervisor".to_owned(),
        ..UserForm::default()
    });
    let content = html! {
        @if let Some(refused) = users.refused { (refused.notice(&field_label(refused, words))) }
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
                    @for user in users.users { (row(shell, users, user)) }
                }
            }
        }
        section.part {
            h2 { (words.t("user-add")) }
            form.fields method="post" action="/users" {
                @if let Some(reader) = shell.reader { (form_token(reader)) }
                @let name_at_fault = at_fault(refused, "name");
                label {
                    span { (words.t("user-name")) }
                    input name="name" value=(added.name) required maxlength="64" autocapitalize="none" autocomplete="off"
                        aria-invalid=[is_invalid(name_at_fault)] aria-describedby=[name_at_fault];
                }
                label { span { (words.t("display-name")) } input name="display_name" value=(added.display_name) maxlength="100" autocomplete="off"; }
                (role_fields(words, &added, refused))
                button type="submit" { (words.t("user-add")) }
            }
        }
    };
    page(shell, &content)
}

/// The label of the field at fault.
fn field_label(refused: &Refused, words: Words) -> String {
    let label = match refused.field {
        Some("name") => "user-name",
        Some("display_name") => "display-name",
        Some("role") => "role",
        Some("teams") => "role-teams",
        Some("agent") => "role-agent-name",
        Some(_) | None => return String::new(),
    };
    words.t(label)
}

fn row(shell: &Shell<'_>, users: &Users<'_>, user: &User) -> Markup {
    let words = shell.words;
    let typed = users
        .form
        .filter(|form| form.of.as_deref() == Some(user.name.as_str()));
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
                    // What was typed is in sight again.
                    details open[typed.is_some()] {
                        summary { (words.t("user-change")) " " span.hidden { bdi { (user.name) } } }
                        (changes(reader, user, typed.map(|typed| (typed, users.refused)), words))
                    }
                }
            }
        }
    }
}

fn changes(
    reader: &Reader,
    user: &User,
    typed: Option<(&UserForm, Option<&Refused>)>,
    words: Words,
) -> Markup {
    let (form, refused) = match typed {
        Some((form, refused)) => (form.clone(), refused),
        None => (UserForm::of(user), None),
    };

    let action = |what: &str| format!("/users/{}/{what}", encoded(&user.name));
    let (toggle, label) = match user.is_disabled {
        true => ("enable", "user-enable"),
        false => ("disable", "user-disable"),
    };
    html! {
        form.fields method="post" action=(action("role")) {
            (form_token(reader))
            (role_fields(words, &form, refused))
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

impl UserForm {
    /// As a user is at the moment.
    fn of(user: &User) -> Self {
        let of_role = |role: &str| user.role == role;
        Self {
            of: Some(user.name.clone()),
            role: user.role.to_owned(),
            teams: if of_role("team_leader") {
                user.of.join("\n")
            } else {
                String::new()
            },
            agent: user
                .of
                .first()
                .filter(|_| of_role("agent"))
                .cloned()
                .unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// The role, and what only some roles have.
fn role_fields(words: Words, form: &UserForm, refused: Option<&Refused>) -> Markup {
    let [role, teams, agent] = ["role", "teams", "agent"].map(|field| at_fault(refused, field));
    html! {
        label {
            span { (words.t("role")) }
            select name="role" aria-invalid=[is_invalid(role)] aria-describedby=[role] {
                @for known in ROLES {
                    option value=(known) selected[known == form.role] { (words.t(&format!("role-{known}"))) }
                }
            }
        }
        label {
            span { (words.t("role-teams")) }
            textarea name="teams" rows="2" aria-invalid=[is_invalid(teams)] aria-describedby=[teams] { (form.teams) }
        }
        label {
            span { (words.t("role-agent-name")) }
            input name="agent" maxlength="100" value=(form.agent) autocomplete="off" aria-invalid=[is_invalid(agent)] aria-describedby=[agent];
        }
    }
}
