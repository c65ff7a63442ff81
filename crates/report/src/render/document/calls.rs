//! How many calls went how far, and what became of them.

use super::chart::{Bar, BarChart, Chart, Fill};
use super::drill::Parameters;
use super::table::{Cell, Column, ColumnKind, Row, Sheet, Table};
use super::{Block, Phrase, Section, SectionKind, Unit, words};
use crate::funnel::{Funnel, RateDetail, percent};
use crate::render::locale::Locale;
use crate::report::Report;
use aftercall_base::Disposition;

/// Funnel, ends, rates.
pub(crate) fn section(report: &Report, locale: Locale) -> Section {
    let messages = locale.messages();
    let mut blocks = vec![
        Block::Chart(funnel_chart(&report.calls, locale)),
        Block::Table(funnel(&report.calls, locale)),
        Block::Table(rates(&report.calls, locale)),
        Block::Table(ends(&report.calls, locale)),
    ];
    if !report.calls.suppressed_by.is_empty() {
        blocks.push(Block::Table(rules(&report.calls, locale)));
    }
    Section {
        kind: SectionKind::Calls,
        heading: Phrase::own(messages.text("heading-calls")),
        blocks,
    }
}

/// The steps of the funnel: message, calls, percent, of what.
fn steps(calls: &Funnel) -> Vec<(&'static str, u64, Option<f64>, Option<&'static str>)> {
    let mut steps = vec![("step-arrived", calls.arrived, None, None)];
    if calls.turned_away > 0 {
        steps.push(("step-turned-away", calls.turned_away, None, None));
    }
    if calls.suppressed > 0 {
        steps.push(("step-suppressed", calls.suppressed, None, None));
    }
    let rates = calls.rates;
    let sampled = percent(calls.sampled, calls.eligible);
    steps.extend([
        ("step-eligible", calls.eligible, None, None),
        ("step-sampled", calls.sampled, sampled, Some("of-eligible")),
        ("step-offered", calls.offered, rates.reach, Some("of-sampled")),
        (
            "step-answered",
            calls.answered,
            rates.participation,
            Some("of-offered"),
        ),
        (
            "step-completed",
            calls.completed,
            rates.completion,
            Some("of-answered"),
        ),
        ("step-partial", calls.partial, None, None),
    ]);
    if calls.in_progress > 0 {
        steps.push(("step-in-progress", calls.in_progress, None, None));
    }
    if calls.never_arrived > 0 {
        steps.push(("step-never-arrived", calls.never_arrived, None, None));
    }
    steps
}

/// The calls of a step. Of those turned away nothing was stored but how many they were, so that a count with them among it cannot be
/// listed.
fn behind_step(step: &str, calls: &Funnel) -> Option<Parameters> {
    let step = step.strip_prefix("step-")?;
    if step == "turned-away" || (step == "arrived" && calls.turned_away > 0) {
        return None;
    }
    Some(Parameters::default().with("step", step.replace('-', "_")))
}

fn funnel(calls: &Funnel, locale: Locale) -> Table {
    let messages = locale.messages();
    let row = |(step, count, percent, of): (&str, u64, Option<f64>, Option<&str>)| {
        let (percent, of) = match of {
            Some(of) => (Cell::figure(percent, Unit::Percent), Cell::own(messages.text(of))),
            None => (Cell::Empty, Cell::Empty),
        };
        let definition = messages.found(&format!("{step}-means"), []);
        let row = Row::of(vec![
            Cell::own(messages.text(step)),
            Cell::Count(count),
            percent,
            of,
        ])
        .defined(definition);
        Row {
            behind: behind_step(step, calls),
            ..row
        }
    };
    Table {
        id: "funnel",
        sheet: Sheet::Overview,
        caption: Phrase::own(messages.text("caption-funnel")),
        keys: Vec::new(),
        columns: vec![
            Column::new("name", messages.text("column-step"), ColumnKind::Text),
            Column::new("calls", messages.text("column-calls"), ColumnKind::Number).of_calls(),
            Column::new(
                "percent",
                messages.text("column-share"),
                ColumnKind::Figures(Unit::Percent),
            )
            .of_calls(),
            Column::new("of", messages.text("column-of"), ColumnKind::Text),
        ],
        rows: steps(calls).into_iter().map(row).collect(),
        chart: None,
    }
}

fn funnel_chart(calls: &Funnel, locale: Locale) -> Chart {
    let messages = locale.messages();
    let shown = [
        ("step-arrived", calls.arrived),
        ("step-eligible", calls.eligible),
        ("step-sampled", calls.sampled),
        ("step-offered", calls.offered),
        ("step-answered", calls.answered),
        ("step-completed", calls.completed),
    ];
    let bar = |(step, count): (&str, u64)| Bar {
        label: Phrase::own(messages.text(step)),
        count,
        percent: None,
        fill: Fill::Plain,
        behind: behind_step(step, calls),
    };
    Chart::Bars(BarChart {
        title: Phrase::own(messages.text("chart-funnel")),
        description: messages.with(
            "chart-funnel-means",
            [
                ("arrived", locale.count(calls.arrived).into()),
                ("offered", locale.count(calls.offered).into()),
                ("completed", locale.count(calls.completed).into()),
            ],
        ),
        bars: shown.map(bar).into(),
        legend: Vec::new(),
    })
}

fn rates(calls: &Funnel, locale: Locale) -> Table {
    let messages = locale.messages();
    let row = |rate: &RateDetail| {
        let interval = rate.low.zip(rate.high);
        let formula = words::rate_formula(rate.name, rate.formula, locale);
        let cells = vec![
            Cell::own(messages.text(&format!("rate-{}", rate.name))),
            Cell::figure(rate.percent, Unit::Percent),
            interval.map_or(Cell::Empty, |(low, high)| Cell::Interval {
                low,
                high,
                unit: Unit::Percent,
            }),
            Cell::Count(rate.part),
            Cell::Count(rate.whole),
            Cell::own(formula.clone()),
        ];
        let row = Row::of(cells).defined(Some(formula));
        let (above, below) = steps_of_rate(rate.name);
        let about = |row: Row, (column, step): (&'static str, Option<&str>)| match step {
            Some(step) => row.cell_about(column, Parameters::default().with("step", step)),
            None => row,
        };
        [("percent", below), ("part", above), ("whole", below)]
            .into_iter()
            .fold(row, about)
    };
    Table {
        id: "rates",
        sheet: Sheet::Overview,
        caption: Phrase::own(messages.text("caption-rates")),
        keys: Vec::new(),
        columns: vec![
            Column::new("name", messages.text("column-rate"), ColumnKind::Text),
            Column::new(
                "percent",
                messages.text("column-percent"),
                ColumnKind::Figures(Unit::Percent),
            ),
            Column::new(
                "interval",
                messages.text("column-interval"),
                ColumnKind::Intervals,
            ),
            Column::new("part", messages.text("column-part"), ColumnKind::Number).detail(),
            Column::new("whole", messages.text("column-n"), ColumnKind::Number),
            Column::new("formula", messages.text("column-formula"), ColumnKind::Text).detail(),
        ],
        rows: calls.rate_details.iter().map(row).collect(),
        chart: None,
    }
}

/// The steps of the funnel that a rate has above and below its line; `None`: it is a sum of several, of which there is no list.
fn steps_of_rate(name: &str) -> (Option<&'static str>, Option<&'static str>) {
    match name {
        "reach" => (Some("offered"), Some("sampled")),
        "participation" => (Some("answered"), Some("offered")),
        "completion" => (Some("completed"), Some("answered")),
        "response_rate" => (None, Some("offered")),
        "strict_response" => (Some("completed"), Some("offered")),
        "end_to_end" => (Some("completed"), Some("sampled")),
        "acceptance" => (Some("completed"), None),
        _ => (None, None),
    }
}

fn ends(calls: &Funnel, locale: Locale) -> Table {
    let messages = locale.messages();
    let open = (calls.in_progress > 0).then_some(("in_progress", calls.in_progress));
    let ended = calls
        .dispositions
        .iter()
        .map(|count| (count.disposition, count.calls));
    let turned_away = calls.turned_away;
    let row = |(end, calls): (&str, u64)| {
        let name = messages.found(&format!("end-{end}"), []);
        let definition = messages.found(&format!("end-{end}-means"), []);
        let name = name.unwrap_or_else(|| end.replace('_', " "));
        let row = Row::of(vec![Cell::own(name), Cell::Count(calls)]).defined(definition);
        // As with the step `arrived`.
        match end == Disposition::RefusedCapacity.as_str() && turned_away > 0 {
            true => row,
            false => row.about(Parameters::default().with("end", end)),
        }
    };
    Table {
        id: "ends",
        sheet: Sheet::Overview,
        caption: Phrase::own(messages.text("caption-ends")),
        keys: Vec::new(),
        columns: vec![
            Column::new("name", messages.text("column-end"), ColumnKind::Text),
            Column::new("calls", messages.text("column-calls"), ColumnKind::Number).of_calls(),
        ],
        rows: ended.chain(open).map(row).collect(),
        chart: None,
    }
}

/// The rules that kept calls out.
fn rules(calls: &Funnel, locale: Locale) -> Table {
    let messages = locale.messages();
    let rows = calls.suppressed_by.iter();
    Table {
        id: "rules",
        sheet: Sheet::Overview,
        caption: Phrase::own(messages.text("caption-rules")),
        keys: Vec::new(),
        columns: vec![
            Column::new("name", messages.text("column-rule"), ColumnKind::Text),
            Column::new("calls", messages.text("column-calls"), ColumnKind::Number).of_calls(),
        ],
        rows: rows
            .map(|count| {
                Row::of(vec![
                    Cell::Text(rule(&count.rule, locale)),
                    Cell::Count(count.calls),
                ])
                .about(Parameters::default().with("rule", &count.rule))
            })
            .collect(),
        chart: None,
    }
}

/// The name of a rule: its words, or the name itself, of which a later version may know the words.
pub(crate) fn rule(name: &str, locale: Locale) -> Phrase {
    let words = locale.messages().found(&format!("rule-{name}"), []);
    words.map_or_else(|| Phrase::foreign(name), Phrase::own)
}
