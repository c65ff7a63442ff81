//! The audit log: who saw and heard what, for administrators.

use maud::{Markup, html};

use crate::refused::{Refused, at_fault, is_invalid};
use crate::shell::{Place, Shell, caption, page};

/// An event, as the list shows one.
#[derive(Debug, Clone)]
pub struct Event {
    /// When, in the reader's notation.
    pub at: String,
    /// Who.
    pub user: String,
    /// The word of what was done.
    pub action: &'static str,
    /// The call whose data it were.
    pub call: Option<String>,
    /// What it was exactly.
    pub subject: String,
    /// Where from.
    pub address: String,
}

/// A part of the log.
#[derive(Debug, Clone)]
pub struct Audit<'a> {
    /// The newest first.
    pub events: &'a [Event],
    /// Why nothing was looked for.
    pub refused: Option<&'a Refused>,
    /// Whether older ones follow, and from which on.
    pub older: Option<u64>,
}

/// The page.
pub fn audit_page(shell: &Shell<'_>, audit: &Audit<'_>) -> Markup {
    let words = shell.words;
    let asked = |name: &str| shell.address.get(name).unwrap_or_default();
    let call = at_fault(audit.refused, "call");
    let content = html! {
        @if let Some(refused) = audit.refused { (refused.notice(&words.t("audit-call"))) }
        form.fields method="get" action=(Place::Audit.path()) {
            label { span { (words.t("user-name")) } input name="user" value=(asked("user")) maxlength="100" autocapitalize="none"; }
            label { span { (words.t("audit-call")) } input name="call" value=(asked("call")) maxlength="100" aria-invalid=[is_invalid(call)] aria-describedby=[call]; }
            button type="submit" { (words.t("filter-show")) }
        }
        @if audit.events.is_empty() && audit.refused.is_none() {
            p { (words.t("audit-empty")) }
        } @else if !audit.events.is_empty() {
            div.scroll tabindex="0" role="group" aria-label=(words.t(Place::Audit.message())) {
                // Older events are on further pages: the newest first is the order of all of them.
                table data-is-part[audit.older.is_some() || shell.address.get("before").is_some()] {
                    (caption(&words.t(Place::Audit.message())))
                    thead { tr {
                        th scope="col" { (words.t("audit-at")) }
                        th scope="col" { (words.t("audit-who")) }
                        th scope="col" { (words.t("audit-what")) }
                        th scope="col" { (words.t("audit-call")) }
                        th scope="col" { (words.t("audit-from")) }
                    } }
                    tbody {
                        @for event in audit.events {
                            tr {
                                th scope="row" { (event.at) }
                                td { bdi { (event.user) } }
                                td {
                                    (words.t(&format!("audit-{}", event.action)))
                                    @if !event.subject.is_empty() { br; bdi { (event.subject) } }
                                }
                                td { @if let Some(call) = &event.call { code { (call) } } }
                                td { @if event.address.is_empty() { (words.t("audit-command-line")) } @else { (event.address) } }
                            }
                        }
                    }
                }
            }
        }
        @if let Some(before) = audit.older {
            p.further {
                a href=(shell.address.with([("before", before.to_string().as_str())]).at(Place::Audit.path())) { (words.t("audit-older")) }
            }
        }
    };
    page(shell, &content)
}
