//! How the service itself is doing.

use maud::{Markup, html};

use crate::shell::{Shell, page};

/// Everything that the page shows.
#[derive(Debug, Clone)]
pub struct System<'s> {
    /// The version of the program.
    pub version: &'s str,
    /// The name of the node.
    pub node: &'s str,
    /// Why it takes no calls; none: it does.
    pub obstacles: &'s [String],
    /// What does not work, and keeps no call from being taken.
    pub limitations: &'s [String],
    /// When the newest call arrived, in the reader's notation; `None`: there was none.
    pub newest_call: Option<String>,
    /// Callers who are being asked.
    pub calls_now: u64,
    /// Deliveries of reports that were given up, the newest first, each in one line.
    pub failed_deliveries: &'s [String],
    /// Local time, in the reader's notation.
    pub now: &'s str,
    /// The operator's time zone.
    pub zone: &'s str,
}

/// The page.
pub fn system_page(shell: &Shell<'_>, system: &System<'_>) -> Markup {
    let words = shell.words;
    let fact = |label: &str, value: &Markup| html! { div { dt { (words.t(label)) } dd { (value) } } };
    let content = html! {
        p.period {
            @if system.obstacles.is_empty() { "✓ " (words.t("system-ready")) } @else { "✗ " (words.t("system-not-ready")) }
        }
        @for obstacle in system.obstacles { p.note role="note" { bdi { (obstacle) } } }
        dl.facts {
            (fact("system-version", &html! { (system.version) }))
            (fact("call-node", &html! { bdi { (system.node) } }))
            (fact("system-time", &html! { (system.now) " (" (system.zone) ")" }))
            (fact("system-newest-call", &html! { (system.newest_call.as_deref().unwrap_or("–")) }))
            (fact("being-asked-now", &html! { (words.locale.count(system.calls_now)) }))
        }
        section.part {
            h2 { (words.t("system-limitations")) }
            @if system.limitations.is_empty() { p { (words.t("nothing-needs-attention")) } }
            ul { @for limitation in system.limitations { li { bdi { (limitation) } } } }
        }
        section.part {
            h2 { (words.t("system-deliveries")) }
            @if system.failed_deliveries.is_empty() { p { (words.t("nothing-needs-attention")) } }
            ul lang="en" { @for delivery in system.failed_deliveries { li { bdi { (delivery) } } } }
        }
        p { (words.t("system-metrics")) " " code { "/metrics" } }
    };
    page(shell, &content)
}
