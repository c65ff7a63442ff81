//! Parts side by side, in the order of their names.

use super::table::{Cell, Column, ColumnKind, IntervalChart, Row, Sheet, Table};
use super::{Block, Phrase, Section, SectionKind, Unit, answers, cards, drill, words};
use crate::comparison::ComparisonView;
use crate::groups::{Groups, Part};
use crate::render::locale::Locale;
use crate::report::Report;
use crate::series::{ScoreKind, Series};

/// Calls by part, then each scored question by part; `None` where no parts were asked for.
pub(crate) fn section(report: &Report, locale: Locale) -> Option<Section> {
    let groups = report.groups.as_ref()?;
    let messages = locale.messages();
    let mut blocks = vec![Block::Table(calls(report, groups, locale))];
    let has_several = answers::has_several_surveys(report);
    let scored = report
        .questions
        .iter()
        .filter(|series| series.score_kind() != ScoreKind::None);
    for whole in scored {
        let parts: Vec<(&Part, &Series)> = groups
            .parts
            .iter()
            .filter_map(|part| {
                let own = part.questions.iter().find(|own| own.is_same_question(whole))?;
                Some((part, own))
            })
            .collect();
        if !parts.is_empty() {
            blocks.push(Block::Table(question(
                whole,
                &parts,
                groups.by,
                has_several,
                locale,
            )));
        }
    }
    if !groups.parts.is_empty() {
        blocks.push(Block::Sentence(Phrase::own(messages.text("groups-by-name"))));
    }
    Some(Section {
        kind: SectionKind::Groups,
        heading: Phrase::own(messages.text(&format!("heading-by-{}", groups.by))),
        blocks,
    })
}

/// What a part is called.
fn name(part: &Part, by: &str, locale: Locale) -> Cell {
    let messages = locale.messages();
    match (by, part.name.as_str(), &part.label) {
        (_, "", _) => Cell::own(messages.text("not-known")),
        ("weekday", number, _) => Cell::own(messages.text(&format!("weekday-{number}"))),
        (_, name, None) => Cell::foreign(name),
        (_, _, Some(label)) => Cell::foreign(label),
    }
}

fn part_column(by: &str, locale: Locale) -> Column {
    let head = locale.messages().text(&format!("field-{by}"));
    Column::new("part", head, ColumnKind::Text)
}

/// The columns that compare a part with all others.
fn rest_columns(locale: Locale) -> Vec<Column> {
    let messages = locale.messages();
    let column = |id, head: &str, kind| Column::new(id, messages.text(head), kind);
    vec![
        column("rest", "column-rest", ColumnKind::MixedFigures).detail(),
        column("difference", "column-difference", ColumnKind::MixedFigures).detail(),
        column("p", "column-p", ColumnKind::Number)
            .defined(messages.text("formula-p"))
            .detail(),
        column("verdict", "column-beside-rest", ColumnKind::Text),
    ]
}

fn rest_cells(view: Option<&ComparisonView>, unit: Unit, high_is_good: bool, locale: Locale) -> Vec<Cell> {
    match view {
        Some(view) => vec![
            Cell::Figure {
                value: view.value,
                unit,
            },
            Cell::Difference {
                value: view.difference,
                unit: unit.of_difference(),
            },
            Cell::P(view.p),
            Cell::Verdict(words::comparison(view, high_is_good, locale)),
        ],
        None => vec![
            Cell::TooFew,
            Cell::Empty,
            Cell::Empty,
            Cell::own(locale.messages().text("verdict-too-few")),
        ],
    }
}

fn calls(report: &Report, groups: &Groups, locale: Locale) -> Table {
    let messages = locale.messages();
    let number = |id, head: &str| Column::new(id, messages.text(head), ColumnKind::Number);
    let rate = messages.text("rate-response_rate");
    let mut columns = vec![
        part_column(groups.by, locale),
        number("arrived", "step-arrived")
            .of_calls_with("step", "arrived")
            .detail(),
        number("sampled", "step-sampled")
            .of_calls_with("step", "sampled")
            .detail(),
        number("offered", "step-offered").of_calls_with("step", "offered"),
        number("completed", "step-completed")
            .of_calls_with("step", "completed")
            .detail(),
        number("partial", "step-partial")
            .of_calls_with("step", "partial")
            .detail(),
        Column::new("response_rate", rate.clone(), ColumnKind::Figures(Unit::Percent))
            .defined(messages.text("formula-response_rate"))
            .of_calls_with("step", "offered"),
        Column::new(
            "interval",
            messages.text("column-interval"),
            ColumnKind::Intervals,
        ),
    ];
    columns.extend(rest_columns(locale));
    let marks = groups
        .parts
        .iter()
        .map(|part| Some((part.calls.rates.response_rate?, interval(part)?)));
    Table {
        id: "groups-calls",
        sheet: Sheet::GroupsCalls,
        caption: Phrase::own(messages.text("caption-groups-calls")),
        keys: Vec::new(),
        columns,
        chart: Some(IntervalChart {
            head: rate,
            unit: Unit::Percent,
            min: 0.0,
            max: 100.0,
            whole: report.calls.rates.response_rate,
            target: None,
            marks: marks
                .map(|mark| mark.map(|(value, (low, high))| (value, low, high)))
                .collect(),
        }),
        rows: groups
            .parts
            .iter()
            .map(|part| calls_row(part, groups.by, locale))
            .collect(),
    }
}

fn interval(part: &Part) -> Option<(f64, f64)> {
    let mut rates = part.calls.rate_details.iter();
    let rate = rates.find(|rate| rate.name == "response_rate")?;
    rate.low.zip(rate.high)
}

fn calls_row(part: &Part, by: &'static str, locale: Locale) -> Row {
    let mut cells = vec![
        name(part, by, locale),
        Cell::Count(part.calls.arrived),
        Cell::Count(part.calls.sampled),
        Cell::Count(part.calls.offered),
        Cell::Count(part.calls.completed),
        Cell::Count(part.calls.partial),
        Cell::figure(part.calls.rates.response_rate, Unit::Percent),
        interval(part).map_or(Cell::Empty, |(low, high)| Cell::Interval {
            low,
            high,
            unit: Unit::Percent,
        }),
    ];
    cells.extend(rest_cells(
        part.response_rate.as_ref(),
        Unit::Percent,
        true,
        locale,
    ));
    Row::of(cells).part(drill::part(by, &part.name))
}

fn question(
    whole: &Series,
    parts: &[(&Part, &Series)],
    by: &'static str,
    has_several: bool,
    locale: Locale,
) -> Table {
    let messages = locale.messages();
    let head = words::headline(whole, locale);
    let has_target = parts.iter().any(|(_, own)| own.target_test.is_some());
    let mut columns = vec![
        part_column(by, locale),
        Column::new("n", messages.text("column-n"), ColumnKind::Number).of_calls_with("answer", "any"),
        Column {
            definition: words::formula(whole, locale),
            ..Column::new("value", head.text.clone(), ColumnKind::MixedFigures)
                .shared(messages.text("column-value"))
                .of_calls_with("answer", "any")
        },
        Column::new(
            "interval",
            messages.text("column-interval"),
            ColumnKind::Intervals,
        ),
    ];
    columns.extend(rest_columns(locale));
    if has_target {
        columns.extend([
            Column::new(
                "adjusted_p",
                messages.text("column-adjusted-p"),
                ColumnKind::Number,
            )
            .defined(messages.text("formula-adjusted-p"))
            .detail(),
            Column::new("target", messages.text("column-beside-target"), ColumnKind::Text),
        ]);
    }
    let mut keys = answers::keys(whole, locale);
    keys.push((
        Column::new("figure", messages.text("column-figure"), ColumnKind::Text),
        Cell::Text(head.clone()),
    ));
    let rows = parts.iter().map(|(part, own)| {
        let mut cells = question_cells(part, own, by, locale);
        if has_target {
            cells.extend(target_cells(own, locale));
        }
        let part = drill::part(by, &part.name);
        // The versions of a series are more than the one of a part that is a version.
        let behind = part.clone().map(|part| part.and_missing(&drill::question(own)));
        Row {
            behind,
            part,
            ..Row::of(cells)
        }
    });
    Table {
        id: "groups",
        sheet: Sheet::Groups,
        caption: answers::caption(whole, has_several),
        keys,
        columns,
        rows: rows.collect(),
        chart: Some(IntervalChart {
            whole: cards::headline(whole).map(|score| score.value),
            marks: parts
                .iter()
                .map(|(_, own)| cards::mark(cards::headline(own)))
                .collect(),
            ..cards::scale(whole, head.text)
        }),
    }
}

fn question_cells(part: &Part, own: &Series, by: &str, locale: Locale) -> Vec<Cell> {
    let unit = words::unit(own);
    let score = cards::headline(own);
    let mut cells = vec![
        name(part, by, locale),
        Cell::Count(own.n),
        Cell::figure(score.map(|score| score.value), unit),
        answers::interval(score, unit),
    ];
    let view = own.comparison.as_ref();
    cells.extend(rest_cells(view, unit, words::high_is_good(own), locale));
    cells
}

fn target_cells(own: &Series, locale: Locale) -> [Cell; 2] {
    own.target_test.map_or([Cell::TooFew, Cell::Empty], |test| {
        [
            Cell::P(test.adjusted_p),
            Cell::Verdict(words::target_test(test.is_missed, own.verdict, locale)),
        ]
    })
}
