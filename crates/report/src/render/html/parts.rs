//! The parts of a report as markup, for pages that show more than the report.

use maud::{Markup, html};

use super::links::Links;
use super::phrase::{self, LONGEST, shortened};
use super::svg::{self, Charts};
use super::{blocks, cards};
use crate::render::cell::text;
use crate::render::document::{Block, Document, SectionKind};
use crate::render::language::ReportLanguage;
use crate::render::locale::Locale;
use crate::report::Report;

/// A report as markup. The style is the page's own; names of classes are those of a report as a file.
#[derive(Debug, Clone)]
pub struct ReportMarkup {
    /// The period in words.
    pub period: String,
    /// Time zone, filters, moment: `dt` and `dd` in pairs.
    pub facts: Vec<(String, Markup)>,
    /// The same figures as texts, for screens that show a few of them large.
    pub headlines: Vec<Headline>,
    /// What deserves a second look, as sentences.
    pub notes: Vec<String>,
    /// The figures that are read first.
    pub cards: Markup,
    /// Everything else, in its order.
    pub sections: Vec<SectionMarkup>,
    /// What charts refer to; once in the page, before them.
    pub patterns: Markup,
}

/// A figure that is read first, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// What it is called: `NPS`.
    pub label: String,
    /// The survey that asks it; `None`: it is of the calls, whatever they are asked.
    pub survey: Option<String>,
    /// The figure with its unit.
    pub value: String,
    /// How many answers or offered surveys it rests on, in words.
    pub n: String,
}

/// A section of a report.
#[derive(Debug, Clone)]
pub struct SectionMarkup {
    /// What it is about.
    pub kind: SectionKind,
    /// Its heading.
    pub heading: Markup,
    /// What stands below the heading.
    pub body: Markup,
    /// Its charts alone, each with its legend, for pages on which their tables have no room.
    pub charts: Vec<Markup>,
    /// The sentences that stand before its charts and tables.
    pub lead: Vec<Markup>,
}

/// The parts of a report in a language.
pub fn report_markup(report: &Report, language: ReportLanguage, links: Links<'_>) -> ReportMarkup {
    let document = Document::of(report, Locale::page(language));
    let mut charts = Charts::new(document.locale, links);
    ReportMarkup {
        period: document.period.clone(),
        facts: document
            .facts
            .iter()
            .skip(1)
            .map(|fact| (fact.label.clone(), phrase::markup(&fact.value)))
            .collect(),
        notes: document
            .notes
            .iter()
            .map(|note| shortened(note, LONGEST))
            .collect(),
        cards: cards::list(&document, links),
        headlines: document
            .cards
            .iter()
            .map(|card| Headline {
                label: shortened(&card.label.text, LONGEST),
                survey: card
                    .survey
                    .as_ref()
                    .map(|survey| shortened(&survey.text, LONGEST)),
                value: text(&card.value, document.locale),
                n: card.n.clone(),
            })
            .collect(),
        sections: document
            .sections
            .iter()
            .map(|section| SectionMarkup {
                kind: section.kind,
                heading: html! { (phrase::markup(&section.heading)) },
                charts: section
                    .blocks
                    .iter()
                    .filter_map(|block| match block {
                        Block::Chart(chart) => Some(charts.draw(chart)),
                        Block::Sentence(_) | Block::Table(_) => None,
                    })
                    .collect(),
                lead: section
                    .blocks
                    .iter()
                    .map_while(|block| match block {
                        Block::Sentence(sentence) => Some(phrase::markup(sentence)),
                        Block::Chart(_) | Block::Table(_) => None,
                    })
                    .collect(),
                body: blocks(section, &document, &mut charts),
            })
            .collect(),
        patterns: svg::patterns(),
    }
}
