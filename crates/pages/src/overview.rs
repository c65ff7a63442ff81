//! How the service is doing: scores, what needs attention, who is being asked right now, the course, the parts.

use maud::{Markup, html};

use aftercall_report::render::{ReportMarkup, SectionKind};

use crate::address::Address;
use crate::filters::Filters;
use crate::first_steps::FirstSteps;
use crate::shell::{Place, Shell, caption, page};
use crate::words::Words;

/// Groupings that the page offers side by side, in its order.
pub const GROUPINGS: [&str; 7] = [
    "queue",
    "team",
    "agent",
    "survey_version",
    "language",
    "weekday",
    "hour",
];

/// Steps of the trend that the page offers.
const STEPS: [&str; 4] = [AUTO, "day", "week", "month"];
/// Steps by the length of the period and by how many answers there are.
const AUTO: &str = "auto";

/// Something that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// What it is, in one sentence.
    pub sentence: String,
    /// Where it can be looked at.
    pub address: Option<String>,
}

/// A call in which the survey is being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallNow {
    /// Where it came from: what the queue is called, or its id.
    pub queue: Option<String>,
    /// Who had spoken with the caller.
    pub agent: Option<String>,
    /// What is being asked: the text of the question, or nothing before the first.
    pub question: Option<String>,
    /// How far it is: `2 / 3`.
    pub step: Option<(usize, usize)>,
    /// Seconds since it was answered.
    pub seconds: u64,
}

/// Calls of the moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallsNow {
    /// Some of them, the longest first.
    pub calls: Vec<CallNow>,
    /// How many there are in all.
    pub count: u64,
}

/// Everything that the page shows.
#[derive(Debug)]
pub struct Overview<'o> {
    /// The figures.
    pub report: &'o ReportMarkup,
    /// What the figures are of.
    pub filters: Filters<'o>,
    /// What to do first; `None`: calls have arrived.
    pub first_steps: Option<&'o FirstSteps>,
    /// What needs attention, the most pressing first.
    pub attention: &'o [Attention],
    /// Who is being asked; `None`: the reader may not see calls.
    pub now: Option<&'o CallsNow>,
    /// The grouping that is shown.
    pub by: &'o str,
    /// Local time of the figures.
    pub as_of: &'o str,
}

/// Charts of one kind on the page; more of them are on the page of the whole report.
const MOST_CHARTS: usize = 6;

/// The page.
pub fn overview_page(shell: &Shell<'_>, overview: &Overview<'_>) -> Markup {
    let words = shell.words;
    let report = overview.report;
    let content = html! {
        (overview.filters.markup(words))
        (report.patterns)
        p.as-of #as-of data-part { (words.with("as-of", [("time", overview.as_of.into())])) }
        @if let Some(first_steps) = overview.first_steps { (first_steps.markup(shell)) }
        div #notes data-part {
            @for note in &report.notes { p.note role="note" { (note) } }
        }
        div.pair {
            (attention(overview.attention, words))
            @if let Some(now) = overview.now { (self::now(now, words)) }
        }
        div #cards data-part { (report.cards) }
        // Parts of which there is nothing yet stand there empty: what comes while the page is open is put into them.
        section.part.brief data-part #part-groups {
            @for section in report.sections.iter().filter(|section| section.kind == SectionKind::Groups) {
                h2 { (section.heading) }
                (groupings(shell, overview.by))
                (section.body)
            }
        }
        @for kind in [SectionKind::Trend, SectionKind::Calls] {
            section.part data-part id={ "part-" (name(kind)) } {
                @for section in report.sections.iter().filter(|section| section.kind == kind) {
                    h2 { (section.heading) }
                    @if kind == SectionKind::Trend { (steps(shell)) }
                    @for sentence in &section.lead { p.as-of { (sentence) } }
                    (charts(section.charts.iter()))
                }
            }
        }
        section.part #part-answers data-part { (answers(report, words)) }
        @if shell.shared.is_none() { p.further {
            a href=(shell.address.at(Place::Report.path())) { (words.t("whole-report")) }
            @if shell.places.contains(&Place::Views) { a href=(Place::Views.path()) { (words.t("save-or-share")) } }
        } }
    };
    page(shell, &content)
}

/// The answers to each question as a chart.
fn answers(report: &ReportMarkup, words: Words) -> Markup {
    let questions = report
        .sections
        .iter()
        .filter(|section| section.kind == SectionKind::Question);
    let questions: Vec<_> = questions.take(MOST_CHARTS).collect();
    html! {
        @if !questions.is_empty() {
            h2 { (words.t("answers")) }
            div.charts {
                @for section in questions {
                    @for chart in &section.charts {
                        figure.chart { h3 { (section.heading) } (chart) }
                    }
                }
            }
        }
    }
}

fn charts<'c>(charts: impl Iterator<Item = &'c Markup>) -> Markup {
    html! {
        div.charts {
            @for chart in charts.take(MOST_CHARTS) { figure.chart { (chart) } }
        }
    }
}

/// All parts of the report.
pub fn report_page(shell: &Shell<'_>, filters: &Filters<'_>, report: &ReportMarkup, by: &str) -> Markup {
    let words = shell.words;
    let ids = ids(report);
    let content = html! {
        (filters.markup(words))
        (report.patterns)
        dl.facts {
            @for (label, value) in &report.facts { div { dt { (label) } dd { (value) } } }
        }
        @for note in &report.notes { p.note role="note" { (note) } }
        @if shell.shared.is_none() { (downloads(shell.address, words)) }
        (contents(&ids, report, words))
        (report.cards)
        @for (section, id) in report.sections.iter().zip(&ids) {
            @if section.kind == SectionKind::Question {
                section.question { h3 { (section.heading) } (section.body) }
            } @else {
                section.part id=(id) {
                    h2 { (section.heading) }
                    @if section.kind == SectionKind::Groups { (groupings(shell, by)) }
                    @if section.kind == SectionKind::Trend { (steps(shell)) }
                    (section.body)
                }
            }
        }
    };
    page(shell, &content)
}

/// An id for each section, by its kind; surveys are several.
fn ids(report: &ReportMarkup) -> Vec<String> {
    let mut surveys = 0;
    let id = |kind| {
        surveys += usize::from(kind == SectionKind::Survey);
        match kind {
            SectionKind::Survey => format!("part-survey-{surveys}"),
            kind => format!("part-{}", name(kind)),
        }
    };
    report
        .sections
        .iter()
        .map(|section| section.kind)
        .map(id)
        .collect()
}

/// Links to the sections. Questions stand below their survey.
fn contents(ids: &[String], report: &ReportMarkup, words: Words) -> Markup {
    let sections = report.sections.iter().zip(ids);
    let linked = sections.filter(|(section, _)| section.kind != SectionKind::Question);
    html! {
        ul.contents aria-label=(words.locale.messages().text("contents")) {
            @for (section, id) in linked { li { a href={ "#" (id) } { (section.heading) } } }
        }
    }
}

/// The same figures as files.
pub fn downloads(address: &Address, words: Words) -> Markup {
    let file = |format: &str| {
        address
            .without_cursor()
            .with([("format", format)])
            .at("/report/file")
    };
    html! {
        p.downloads {
            (words.t("take-away")) " "
            @for (format, name) in [("xlsx", "XLSX"), ("csv", "CSV"), ("csv-excel", "CSV (Excel)"), ("html", "HTML"), ("json", "JSON")] {
                a href=(file(format)) download { (name) } " "
            }
        }
    }
}

fn attention(attention: &[Attention], words: Words) -> Markup {
    html! {
        section.attention #attention data-part {
            h2 { (words.t("needs-attention")) }
            @if attention.is_empty() {
                p { (words.t("nothing-needs-attention")) }
            } @else {
                ul {
                    @for item in attention {
                        li {
                            @match &item.address {
                                Some(address) => { a href=(address) { bdi { (item.sentence) } } }
                                None => { bdi { (item.sentence) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn now(now: &CallsNow, words: Words) -> Markup {
    html! {
        section.now #now data-part {
            h2 { (words.t("being-asked-now")) }
            p { (words.counted("calls-now", now.count)) }
            @if !now.calls.is_empty() {
                div.scroll tabindex="0" role="group" aria-label=(words.t("being-asked-now")) {
                    table data-is-part[now.count > now.calls.len() as u64] {
                        (caption(&words.t("being-asked-now")))
                        thead { tr {
                            th scope="col" { (words.t("filter-queue")) }
                            th scope="col" { (words.t("filter-agent")) }
                            th scope="col" { (words.t("filter-question")) }
                            th.n scope="col" { (words.t("seconds")) }
                        } }
                        tbody {
                            @for call in &now.calls {
                                tr {
                                    th scope="row" { bdi { (call.queue.as_deref().unwrap_or("–")) } }
                                    td { bdi { (call.agent.as_deref().unwrap_or("–")) } }
                                    td {
                                        @if let Some((step, of)) = call.step { (step) " / " (of) " " }
                                        @if let Some(question) = &call.question { bdi { (question) } }
                                    }
                                    td.n { (words.locale.count(call.seconds)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Links to the same page by another grouping.
fn groupings(shell: &Shell<'_>, chosen: &str) -> Markup {
    let (address, words) = (shell.address, shell.words);
    html! {
        // A page that was shared leads nowhere.
        @if shell.shared.is_none() { ul.tabs aria-label=(words.t("group-by")) {
            @for by in GROUPINGS {
                li {
                    a href={ (address.with([("by", by)]).at("")) "#part-groups" } aria-current=[(by == chosen).then_some("true")] {
                        (words.t(&format!("filter-{by}")))
                    }
                }
            }
        } }
    }
}

/// Links to the same page with other steps of the trend.
fn steps(shell: &Shell<'_>) -> Markup {
    let (address, words) = (shell.address, shell.words);
    let chosen = address.get("trend").unwrap_or(AUTO);
    html! {
        @if shell.shared.is_none() { ul.tabs aria-label=(words.t("trend-steps")) {
            @for step in STEPS {
                li {
                    a href={ (address.with([("trend", step)]).at("")) "#part-trend" } aria-current=[(step == chosen).then_some("true")] {
                        (words.t(&format!("trend-{step}")))
                    }
                }
            }
        } }
    }
}

const fn name(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Calls => "calls",
        SectionKind::Survey => "survey",
        SectionKind::Question => "question",
        SectionKind::Comparison => "comparison",
        SectionKind::Trend => "trend",
        SectionKind::Groups => "groups",
        SectionKind::Comments => "comments",
        SectionKind::Quality => "quality",
        SectionKind::NonResponse => "non-response",
        SectionKind::Reach => "reach",
        SectionKind::Method => "method",
    }
}
