//! A report as a mail: a text for those who read texts, and beside it HTML of tables alone.
//!
//! Mail programs show neither SVG nor style sheets, so bars are cells with a width and styles stand at their elements. Colours of the ground and
//! of texts are those of the reader, light or dark. Nothing is fetched from anywhere.

mod bars;
mod table;

use chrono::NaiveDateTime;
use maud::{DOCTYPE, Markup, html};

use super::document::{Block, Card, Cell, Chart, Document, Phrase, Section, SectionKind};
use super::format::{RenderError, RenderOptions};
use super::html::shortened;
use super::locale::Locale;
use super::text::write_text;
use super::{cell, chart};
use crate::report::Report;

/// The parts of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailParts {
    /// The subject, one line.
    pub subject: String,
    /// The text part: the report as on a terminal.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Words that are less important than others, on any ground.
const QUIET: &str = "color:#6f7b88";
const SMALL: &str = "margin:0 0 8px;font-size:13px;color:#6f7b88";
const PARAGRAPH: &str = "margin:0 0 10px";
/// Characters of a text from outside.
const LONGEST_NAME: usize = 100;
/// Some programs cut a mail off behind 102 kB.
const LONGEST: usize = 95_000;
const FONT: &str = "font-family:Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45";

/// How much of a report a mail has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// Of trends and parts only the response rate.
    Summary,
}

/// A report as a mail. One that comes much later than it was due says at its top when that was, in the zone of the report.
///
/// # Errors
/// None of its own; those of the formats that it is made of.
pub fn mail(
    report: &Report,
    options: &RenderOptions,
    late_since: Option<NaiveDateTime>,
) -> Result<MailParts, RenderError> {
    let mut document = Document::of(report, Locale::mail(options.language));
    let mut text = Vec::new();
    if let Some(due_at) = late_since {
        let due_at = due_at.format("%Y-%m-%d %H:%M").to_string();
        let messages = document.locale.messages();
        let note = messages.with("mail-late", [("due", due_at.into())]);
        text.extend_from_slice(note.as_bytes());
        text.extend_from_slice(b"\n\n");
        document.notes.insert(0, note);
    }
    write_text(report, options.has_details, &mut text)?;
    let whole = page(&document, Extent::Whole).into_string();
    let html = match whole.len() > LONGEST {
        true => page(&document, Extent::Summary).into_string(),
        false => whole,
    };
    Ok(MailParts {
        subject: subject(report, &document),
        text: String::from_utf8_lossy(&text).into_owned(),
        html,
    })
}

/// What it is, of when, and of what.
fn subject(report: &Report, document: &Document) -> String {
    let period = document.period.clone();
    let title = document.title.clone();
    let subject = document.locale.messages().with(
        "mail-subject",
        [("title", title.into()), ("period", period.into())],
    );
    let names: Vec<String> = report
        .filters
        .iter()
        .map(|filter| filter.one_of.join(", "))
        .collect();
    match names.as_slice() {
        [] => subject,
        names => {
            let names: String = chart::plain(&names.join(", ")).chars().take(60).collect();
            format!("{subject} ({names})")
        }
    }
}

fn page(document: &Document, extent: Extent) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(document.locale.language().tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (document.title) }
            }
            body style="margin:0;padding:0" {
                table role="presentation" width="100%" cellspacing="0" cellpadding="0" border="0" {
                    tr {
                        td align="center" style="padding:16px 8px" {
                            table role="presentation" width="100%" cellspacing="0" cellpadding="0" border="0" style="max-width:640px" {
                                tr { td style={ "text-align:left;" (FONT) } { (content(document, extent)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn content(document: &Document, extent: Extent) -> Markup {
    html! {
        h1 style="margin:0;font-size:24px" { (document.title) }
        p style="margin:4px 0 12px;font-size:17px" { (document.period) }
        p style=(SMALL) {
            @for (index, fact) in document.facts.iter().skip(1).enumerate() {
                @if index > 0 { br; }
                (fact.label) ": " (phrase(&fact.value))
            }
        }
        @for note in &document.notes {
            p style="margin:0 0 10px;padding:8px 12px;border-left:4px solid #8a63c2" { (shortened(note, 4 * LONGEST_NAME)) }
        }
        (cards(&document.cards, document.locale))
        @for section in &document.sections {
            (self::section(section, document, extent))
        }
        @if extent == Extent::Summary {
            p style=(SMALL) { (document.locale.messages().text("mail-more")) }
        }
    }
}

/// A phrase; one from outside is set apart, whatever its direction.
fn phrase(phrase: &Phrase) -> Markup {
    html! {
        @if phrase.is_foreign { bdi { (shortened(&phrase.text, LONGEST_NAME)) } } @else { (phrase.text) }
    }
}

/// The figures that are read first, a row each.
fn cards(cards: &[Card], locale: Locale) -> Markup {
    let messages = locale.messages();
    let line = |label: &str, figure: &Cell, words: Option<String>| {
        let words = words.map(|words| format!(": {words}")).unwrap_or_default();
        html! { br; (label) " " (cell::text(figure, locale)) (words) }
    };
    html! {
        table width="100%" cellspacing="0" cellpadding="0" border="0" style="border-collapse:collapse;margin:0 0 16px" {
            @for card in cards {
                tr {
                    td style="padding:10px 12px 10px 0;border-top:1px solid #a7b0ba;vertical-align:top" {
                        b { (phrase(&card.label)) }
                        br;
                        span style={ "font-size:13px;" (QUIET) } { (phrase(&card.about)) }
                    }
                    td align="right" style="padding:10px 12px;border-top:1px solid #a7b0ba;vertical-align:top;font-size:24px;white-space:nowrap" {
                        b { (cell::text(&card.value, locale)) }
                    }
                    td width="46%" style="padding:10px 0;border-top:1px solid #a7b0ba;vertical-align:top;font-size:13px" {
                        "n = " (card.n)
                        @if let Some(interval) = &card.interval {
                            (line(&messages.text("column-interval"), interval, None))
                        }
                        @if let Some((target, verdict)) = &card.target {
                            (line(&messages.text("column-target"), target, verdict.as_ref().map(cell::words)))
                        }
                        @if let Some((difference, verdict)) = &card.comparison {
                            (line(&messages.text("column-difference"), difference, Some(cell::words(verdict))))
                        }
                    }
                }
            }
        }
    }
}

fn section(section: &Section, document: &Document, extent: Extent) -> Markup {
    let is_question = section.kind == SectionKind::Question;
    let is_small = section.kind == SectionKind::Method;
    html! {
        @if is_question {
            h3 style="margin:20px 0 8px;font-size:16px" { (phrase(&section.heading)) }
        } @else {
            h2 style="margin:28px 0 8px;font-size:19px" { (phrase(&section.heading)) }
        }
        @for block in &section.blocks {
            @match block {
                Block::Sentence(sentence) => {
                    p style=(if is_small { SMALL } else { PARAGRAPH }) { (phrase(sentence)) }
                }
                // Bars of a distribution are its table as well; a funnel has a table with more.
                Block::Chart(Chart::Bars(chart)) if is_question => { (bars::distribution(chart, document.locale)) }
                Block::Chart(_) => {}
                Block::Table(table) if is_shown(table.id, extent) => { (table::markup(table, document.locale)) }
                Block::Table(_) => {}
            }
        }
    }
}

/// What a mail leaves to the page and the workbook.
fn is_shown(table: &str, extent: Extent) -> bool {
    match table {
        "distribution" | "wordings" | "non-response" => false,
        "trend" | "groups" => extent == Extent::Whole,
        _ => true,
    }
}
