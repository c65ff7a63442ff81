//! How the figures came to be.

use super::calls::rule;
use super::table::{Cell, Column, ColumnKind, Row, Sheet, Table};
use super::{Block, Phrase, Section, SectionKind, head, words};
use crate::funnel::RuleCount;
use crate::method::{Definition, SamplingChance, Wording};
use crate::render::locale::Locale;
use crate::report::Report;
use crate::statistics::FEWEST_FOR_A_SCORE;

/// Characters of the name of a rule in a sentence.
const LONGEST_RULE: usize = 80;

/// Who was asked, who was left out, weighting, precision, wordings, definitions.
pub(crate) fn section(report: &Report, locale: Locale) -> Section {
    let messages = locale.messages();
    let mut blocks: Vec<Block> = sentences(report, locale)
        .into_iter()
        .map(|text| Block::Sentence(Phrase::own(text)))
        .collect();
    if report.method.sampling.len() > 1 {
        blocks.push(Block::Table(sampling(&report.method.sampling, locale)));
    }
    if !report.method.wordings.is_empty() {
        blocks.push(Block::Table(wordings(&report.method.wordings, locale)));
    }
    blocks.push(Block::Table(definitions(report, locale)));
    Section {
        kind: SectionKind::Method,
        heading: Phrase::own(messages.text("heading-method")),
        blocks,
    }
}

/// The method in sentences.
pub(crate) fn sentences(report: &Report, locale: Locale) -> Vec<String> {
    let messages = locale.messages();
    let calls = &report.calls;
    let shown = |number: u64| locale.count(number).into();
    let who = messages.with(
        "method-who",
        [
            ("period", head::period(&report.period, locale).into()),
            ("eligible", shown(calls.eligible)),
            ("sampled", shown(calls.sampled)),
            ("offered", shown(calls.offered)),
        ],
    );
    let mut exclusions = match calls.suppressed {
        0 => messages.text("method-nobody-excluded"),
        number => messages.with(
            "method-excluded",
            [("calls", number.into()), ("shown", shown(number))],
        ),
    };
    if calls.suppressed > 0 && !calls.suppressed_by.is_empty() {
        let rules: Vec<String> = calls
            .suppressed_by
            .iter()
            .map(|count| counted(count, locale))
            .collect();
        exclusions = format!("{exclusions} {}.", rules.join(", "));
    }
    let mut sentences = vec![who, exclusions];
    if calls.turned_away > 0 {
        let number = calls.turned_away;
        sentences.push(messages.with(
            "method-turned-away",
            [("calls", number.into()), ("shown", shown(number))],
        ));
    }
    sentences.push(messages.text(match report.method.sampling.len() {
        0 | 1 => "method-not-weighted",
        _ => "method-weighted",
    }));
    let fewest = FEWEST_FOR_A_SCORE.to_string();
    sentences.push(messages.with("method-precision", [("fewest", fewest.into())]));
    sentences.push(messages.text("method-rounding"));
    sentences
}

/// `12 opted out`.
fn counted(count: &RuleCount, locale: Locale) -> String {
    let rule: String = rule(&count.rule, locale)
        .text
        .chars()
        .take(LONGEST_RULE)
        .collect();
    format!("{} {rule}", locale.count(count.calls))
}

fn sampling(chances: &[SamplingChance], locale: Locale) -> Table {
    let messages = locale.messages();
    let row =
        |chance: &SamplingChance| Row::of(vec![Cell::OneIn(chance.one_in), Cell::Count(chance.sampled)]);
    Table {
        id: "sampling",
        sheet: Sheet::Sampling,
        caption: Phrase::own(messages.text("caption-sampling")),
        keys: Vec::new(),
        columns: vec![
            Column::new("one_in", messages.text("column-one-in"), ColumnKind::Number),
            Column::new("sampled", messages.text("step-sampled"), ColumnKind::Number),
        ],
        rows: chances.iter().map(row).collect(),
        chart: None,
    }
}

fn wordings(wordings: &[Wording], locale: Locale) -> Table {
    let messages = locale.messages();
    let row = |wording: &Wording| {
        Row::of(vec![
            Cell::foreign(&wording.survey),
            Cell::foreign(&wording.question),
            Cell::foreign(&wording.text),
            Cell::foreign(&wording.versions.join(" ")),
        ])
    };
    Table {
        id: "wordings",
        sheet: Sheet::Wordings,
        caption: Phrase::own(messages.text("caption-wordings")),
        keys: Vec::new(),
        columns: vec![
            Column::new("survey", messages.text("column-survey"), ColumnKind::Text),
            Column::new("question", messages.text("column-question"), ColumnKind::Text),
            Column::new("text", messages.text("column-text"), ColumnKind::Text),
            Column::new("versions", messages.text("column-versions"), ColumnKind::Text).detail(),
        ],
        rows: wordings.iter().map(row).collect(),
        chart: None,
    }
}

fn definitions(report: &Report, locale: Locale) -> Table {
    let messages = locale.messages();
    let row = |definition: &Definition| {
        let name = &definition.figure;
        let figure = messages
            .found(&format!("rate-{name}"), [])
            .or_else(|| messages.found(&format!("figure-{name}"), []))
            .unwrap_or_else(|| name.clone());
        let formula = words::rate_formula(name, &definition.formula, locale);
        Row::of(vec![Cell::own(figure), Cell::own(formula)])
    };
    Table {
        id: "definitions",
        sheet: Sheet::Definitions,
        caption: Phrase::own(messages.text("caption-definitions")),
        keys: Vec::new(),
        columns: vec![
            Column::new("figure", messages.text("column-figure"), ColumnKind::Text),
            Column::new("formula", messages.text("column-formula"), ColumnKind::Text),
        ],
        rows: report.method.definitions.iter().map(row).collect(),
        chart: None,
    }
}
