//! A report as one page: no script, no request to anyone, readable in light and dark, on paper, on a telephone, and by a screen reader.
//!
//! Texts from outside are escaped by maud, shortened, and set in `<bdi>`, so that they can be neither markup nor turn the direction of what
//! stands beside them.

mod cards;
mod interval;
mod links;
mod parts;
mod phrase;
mod scale;
mod svg;
mod table;

use std::io::Write;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use self::links::{LinkTarget, Links};
pub use self::parts::{Headline, ReportMarkup, SectionMarkup, report_markup};
use self::phrase::LONGEST;
pub(super) use self::phrase::shortened;
use self::svg::Charts;
use super::document::{Block, Document, Section, SectionKind, Sheet};
use super::language::ReportLanguage;
use super::locale::Locale;
use crate::report::Report;

/// The style of reports as pages, of which pages with reports in them are made as well.
pub const STYLE: &str = include_str!("html/style.css");

/// Writes a report as a page.
///
/// # Errors
/// `out` did not take it.
pub fn write_html(report: &Report, language: ReportLanguage, out: &mut impl Write) -> std::io::Result<()> {
    let document = Document::of(report, Locale::page(language));
    out.write_all(page(&document).into_string().as_bytes())
}

fn page(document: &Document) -> Markup {
    let mut charts = Charts::new(document.locale, Links::NONE);
    html! {
        (DOCTYPE)
        html lang=(document.locale.language().tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "aftercall " (env!("CARGO_PKG_VERSION")) };
                link rel="icon" href="data:,";
                title { (document.title) ": " (document.period) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (svg::patterns())
                (head(document))
                main {
                    (cards::list(document, Links::NONE))
                    (contents(document))
                    @for (index, section) in document.sections.iter().enumerate() {
                        (self::section(section, index, document, &mut charts))
                    }
                }
            }
        }
    }
}

/// Title, period, facts, notes.
fn head(document: &Document) -> Markup {
    html! {
        header {
            h1 { (document.title) }
            p.period { (document.period) }
            dl.facts {
                // The period stands above them.
                @for fact in document.facts.iter().skip(1) {
                    div { dt { (fact.label) } dd { (phrase::markup(&fact.value)) } }
                }
            }
            @for note in &document.notes {
                p.note role="note" { (shortened(note, LONGEST)) }
            }
        }
    }
}

/// Links to the sections.
fn contents(document: &Document) -> Markup {
    let sections = document.sections.iter().enumerate();
    let linked = sections.filter(|(_, section)| section.kind != SectionKind::Question);
    html! {
        nav aria-label=(document.locale.messages().text("contents")) {
            ul {
                @for (index, section) in linked {
                    li { a href={ "#s" (index) } { (phrase::markup(&section.heading)) } }
                }
            }
        }
    }
}

fn section(section: &Section, index: usize, document: &Document, charts: &mut Charts<'_>) -> Markup {
    let is_question = section.kind == SectionKind::Question;
    let class = if is_question { "question" } else { "part" };
    html! {
        section id={ "s" (index) } class=(class) {
            @if is_question {
                h3 { (phrase::markup(&section.heading)) }
            } @else {
                h2 { (phrase::markup(&section.heading)) }
            }
            (blocks(section, document, charts))
        }
    }
}

/// What stands below the heading of a section.
fn blocks(section: &Section, document: &Document, charts: &mut Charts<'_>) -> Markup {
    let links = charts.links();
    html! {
            @for group in groups(&section.blocks) {
                @match group {
                    [Block::Chart(chart), Block::Table(table)] => {
                        div.beside {
                            figure.chart { (charts.draw(chart)) }
                            (table::markup(table, document.locale, links))
                        }
                    }
                    [Block::Sentence(sentence)] => { p { (phrase::markup(sentence)) } }
                    [Block::Table(table)] => {
                        (table::markup(table, document.locale, links))
                    }
                    [Block::Chart(chart)] => { figure.chart { (charts.draw(chart)) } }
                    _ => {}
                }
            }
            @if section.kind == SectionKind::Method {
                (abbreviations(document))
            }
    }
}

/// A chart with the table of its data, or one block alone.
fn groups(blocks: &[Block]) -> Vec<&[Block]> {
    let mut groups = Vec::new();
    let mut rest = blocks;
    while !rest.is_empty() {
        let is_pair = matches!(rest, [Block::Chart(_), Block::Table(_), ..]);
        let (group, behind) = rest.split_at(if is_pair { 2 } else { 1 });
        groups.push(group);
        rest = behind;
    }
    groups
}

/// Every definition that stands on hover, where it can be read without a pointer.
fn abbreviations(document: &Document) -> Markup {
    let mut definitions: Vec<(String, String)> = Vec::new();
    let columns = document.tables().flat_map(|table| &table.columns);
    let of_columns = columns.filter_map(|column| Some((column.head.clone(), column.definition.clone()?)));
    let steps = document.tables().filter(|table| table.sheet == Sheet::Overview);
    let of_rows = steps.flat_map(table::row_definitions);
    for definition in of_columns.chain(of_rows) {
        if !definitions.contains(&definition) {
            definitions.push(definition);
        }
    }
    html! {
        h3 { (document.locale.messages().text("heading-abbreviations")) }
        dl.abbreviations {
            @for (name, formula) in &definitions {
                div { dt { bdi { (shortened(name, LONGEST)) } } dd { (formula) } }
            }
        }
    }
}
