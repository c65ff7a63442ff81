//! The calls behind a figure, newest first.

use maud::{Markup, html};

use aftercall_storage::export::CallRow;
use aftercall_storage::selection::Dimension;

use crate::filters::Filters;
use crate::names::Names;
use crate::shell::{Place, Shell, caption, page};

/// Everything that the page shows.
#[derive(Debug)]
pub struct CallList<'c> {
    /// What is listed.
    pub filters: Filters<'c>,
    /// The calls of this page.
    pub calls: &'c [CallRow],
    /// How many calls there are in all.
    pub count: u64,
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
    /// How they are shown.
    pub names: Names<'c>,
    /// Whether rows may be taken away as files.
    pub may_export: bool,
}

/// The page.
pub fn calls_page(shell: &Shell<'_>, list: &CallList<'_>) -> Markup {
    let words = shell.words;
    let content = html! {
        (list.filters.markup(words))
        p #count { strong { (words.counted("calls-found", list.count)) } }
        @if list.may_export && list.count > 0 && shell.shared.is_none() { (exports(shell)) }
        @if list.calls.is_empty() {
            p { (words.t(if list.next.is_some() { "calls-none-here" } else { "calls-none" })) }
        } @else {
            (table(list, shell))
        }
        (shell.older(Place::Calls, list.next.as_deref()))
    };
    page(shell, &content)
}

fn exports(shell: &Shell<'_>) -> Markup {
    let file = |format: &str| {
        shell
            .address
            .without_cursor()
            .with([("format", format)])
            .at("/calls/file")
    };
    html! {
        p.downloads {
            (shell.words.t("take-away")) " "
            @for (format, name) in [("xlsx", "XLSX"), ("csv", "CSV"), ("csv-excel", "CSV (Excel)"), ("jsonl", "JSON")] {
                a href=(file(format)) download { (name) } " "
            }
        }
    }
}

fn table(list: &CallList<'_>, shell: &Shell<'_>) -> Markup {
    let names = list.names;
    let words = names.words;
    html! {
        div.scroll tabindex="0" role="group" aria-label=(words.t("page-calls")) {
            table {
                (caption(&words.t("page-calls")))
                thead { tr {
                    th scope="col" { (words.t("arrived")) }
                    th scope="col" { (words.t("filter-queue")) }
                    th scope="col" { (words.t("filter-team")) }
                    th scope="col" { (words.t("filter-agent")) }
                    th scope="col" { (words.t("filter-end")) }
                    th scope="col" { (words.t("answers")) }
                    th.n scope="col" { (words.t("talk-time")) }
                } }
                tbody {
                    @for call in list.calls {
                        tr {
                            th.d scope="row" {
                                (shell.link(Place::Calls, &format!("/calls/{}", call.uid), &names.moment(call.arrived_at)))
                            }
                            td { (names.name(Dimension::Queue, call.queue.as_deref())) }
                            td { (names.name(Dimension::Team, call.team.as_deref())) }
                            td { (names.name(Dimension::Agent, call.agent.as_deref())) }
                            td { (names.end(call.disposition)) }
                            td {
                                (names.answers(&call.answers))
                                @if call.flags.reversed { span.few { (words.t("answers-reversed")) } }
                                @if let Some(comments) = call.comments.filter(|comments| comments.comments > 0 && shell.shared.is_none()) {
                                    @let length = names.length(comments.duration_ms.div_ceil(1000));
                                    @let said = words.with("comment-of-length", [("length", length.into())]);
                                    (shell.link(Place::Calls, &format!("/calls/{}#comments", call.uid), &html! { (said) }))
                                }
                            }
                            td.n { @if let Some(seconds) = call.talk_time_s { (names.length(seconds.unsigned_abs())) } }
                        }
                    }
                }
            }
        }
    }
}
