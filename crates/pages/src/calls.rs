//! The calls behind a figure, newest first.

use maud::{Markup, html};

use aftercall_storage::export::CallRow;
use aftercall_storage::selection::Dimension;

use crate::filters::Filters;
use crate::first_steps::hint;
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
        @if list.filters.has_no_call { (hint(shell)) }
        p #count { strong { (words.counted("calls-found", list.count)) } }
        @if list.may_export && list.count > 0 && shell.shared.is_none() { (exports(shell)) }
        @if shell.shared.is_none() && list.count > 1 { (orders(shell)) }
        @if list.calls.is_empty() {
            p { (words.t(if list.next.is_some() { "calls-none-here" } else { "calls-none" })) }
        } @else {
            (table(list, shell))
        }
        (shell.further(Place::Calls, list.next.as_deref(), if is_oldest_first(shell) { "newer" } else { "older" }))
    };
    page(shell, &content)
}

fn is_oldest_first(shell: &Shell<'_>) -> bool {
    shell.address.get("order") == Some("oldest")
}

/// The orders in which all calls of the list stand, not only those of a page.
fn orders(shell: &Shell<'_>) -> Markup {
    let start = shell.address.without_cursor();
    html! {
        ul.tabs aria-label=(shell.words.t("order")) {
            @for (order, id, is_chosen) in [("", "order-newest", !is_oldest_first(shell)), ("oldest", "order-oldest", is_oldest_first(shell))] {
                li { a href=(start.with([("order", order)]).at(Place::Calls.path())) aria-current=[is_chosen.then_some("true")] { (shell.words.t(id)) } }
            }
        }
    }
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

/// A table of one page of a longer list is not sorted in the browser: what stood on top would be the first of that page alone.
fn table(list: &CallList<'_>, shell: &Shell<'_>) -> Markup {
    let names = list.names;
    let words = names.words;
    let is_part = list.next.is_some() || shell.address.get("cursor").is_some();
    let call = |uid| shell.address.of_call("calls", uid);
    html! {
        div.scroll tabindex="0" role="group" aria-label=(words.t("page-calls")) {
            table data-is-part[is_part] {
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
                    @for row in list.calls {
                        tr {
                            th.d scope="row" {
                                (shell.link(Place::Calls, &call(row.uid), &names.moment(row.arrived_at)))
                            }
                            td { (names.name(Dimension::Queue, row.queue.as_deref())) }
                            td { (names.name(Dimension::Team, row.team.as_deref())) }
                            td { (names.name(Dimension::Agent, row.agent.as_deref())) }
                            td { (names.end(row.disposition)) }
                            td {
                                (names.answers(&row.answers))
                                @if row.flags.reversed { span.few { (words.t("answers-reversed")) } }
                                @if let Some(comments) = row.comments.filter(|comments| comments.comments > 0 && shell.shared.is_none()) {
                                    @let length = names.length(comments.duration_ms.div_ceil(1000));
                                    @let said = words.with("comment-of-length", [("length", length.into())]);
                                    (shell.link(Place::Calls, &format!("{}#comments", call(row.uid)), &html! { (said) }))
                                }
                            }
                            td.n { @if let Some(seconds) = row.talk_time_s { (names.length(seconds.unsigned_abs())) } }
                        }
                    }
                }
            }
        }
    }
}
