//! What every format has to show, as tables of figures, from the recount.

use chrono::{Days, NaiveDate};

use crate::formulas::{self, Difference, Interval};
use crate::recount::{Recount, Rows, Series};

/// A figure of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Figure {
    Count(u64),
    Percent(f64),
    /// Points, means, effects of their own kind.
    Plain(f64),
    Minutes(f64),
    Difference(f64, Unit),
    Interval(f64, f64, Unit),
    P(f64),
    Effect(f64),
    TooFew,
    /// A verdict with an arrow: `higher` or `lower`, and than what.
    Arrow(&'static str, &'static str),
}

/// What an interval or a difference is in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unit {
    Percent,
    Points,
    PercentagePoints,
}

/// A row: its figures, each with whether it is left out where there is little room.
pub(crate) type Row = Vec<(Figure, bool)>;

/// A table: what it is, and its rows in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) id: &'static str,
    /// The words of its question, for those that have one.
    pub(crate) question: String,
    /// The survey of the question.
    pub(crate) survey: String,
    pub(crate) rows: Vec<Row>,
}

/// What a report is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) days: (NaiveDate, NaiveDate),
    pub(crate) before: (NaiveDate, NaiveDate),
}

/// Which series the report has, in its order: survey, question, versions.
pub(crate) type Order = Vec<(String, String, Vec<String>)>;

pub(crate) const RATES: [&str; 12] = [
    "reach",
    "participation",
    "completion",
    "response_rate",
    "strict_response",
    "end_to_end",
    "acceptance",
    "aapor_rr1",
    "aapor_rr2",
    "aapor_rr5",
    "aapor_rr6",
    "aapor_coop1",
];

/// How calls end, in the order of reports.
const ENDS: [&str; 9] = [
    "not_sampled",
    "suppressed",
    "refused_capacity",
    "declined",
    "no_answer",
    "abandoned",
    "failed",
    "partial",
    "completed",
];

/// The tables of a report with parts by queue, a trend by day, and the period before.
pub(crate) fn tables(rows: &Rows, asked: &Asked, order: &Order) -> Vec<Table> {
    let whole = rows.count(asked.days, |_| true);
    let before = rows.count(asked.before, |_| true);
    let turned_away = rows.turned_away(asked.days);
    let table = |id, rows| Table {
        id,
        question: String::new(),
        survey: String::new(),
        rows,
    };
    let mut tables = vec![
        table("funnel", funnel(&whole, turned_away)),
        table("rates", RATES.map(|rate| rate_row(whole.rate(rate))).into()),
        table("ends", ends(&whole, turned_away)),
        table("rules", rules(&whole)),
    ];
    for (survey, question, versions) in order {
        let series = find(&whole, survey, question, versions);
        tables.push(of_question("figures", series, figures(series)));
        tables.push(of_question("distribution", series, distribution(series)));
    }
    tables.push(table("comparison", comparison(&whole, &before, order)));
    tables.extend(trend(rows, asked, order));
    tables.extend(groups(rows, asked, order));
    tables.push(table("comments", vec![comments(rows, asked)]));
    tables.push(table("quality", quality(&whole, order)));
    tables.extend(non_response(rows, asked));
    tables
}

fn of_question(id: &'static str, series: &Series, rows: Vec<Row>) -> Table {
    Table {
        id,
        question: series.text.clone(),
        survey: series.survey.clone(),
        rows,
    }
}

fn find<'r>(recount: &'r Recount, survey: &str, question: &str, versions: &[String]) -> &'r Series {
    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
    recount.series(survey, question, &versions)
}

const fn shown(figure: Figure) -> (Figure, bool) {
    (figure, false)
}

const fn detail(figure: Figure) -> (Figure, bool) {
    (figure, true)
}

fn percent(part: u64, whole: u64) -> Figure {
    match whole {
        10.. => Figure::Percent(100.0 * part as f64 / whole as f64),
        _ => Figure::TooFew,
    }
}

fn funnel(calls: &Recount, turned_away: u64) -> Vec<Row> {
    let step = |name: &str| Figure::Count(calls.step(name));
    let mut rows = vec![vec![shown(Figure::Count(calls.step("arrived") + turned_away))]];
    if turned_away > 0 {
        rows.push(vec![shown(Figure::Count(turned_away))]);
    }
    if calls.step("suppressed") > 0 {
        rows.push(vec![shown(step("suppressed"))]);
    }
    rows.push(vec![shown(step("eligible"))]);
    for (name, of) in [
        ("sampled", "eligible"),
        ("offered", "sampled"),
        ("answered", "offered"),
        ("completed", "answered"),
    ] {
        rows.push(vec![
            shown(step(name)),
            shown(percent(calls.step(name), calls.step(of))),
        ]);
    }
    rows.push(vec![shown(step("partial"))]);
    for name in ["in_progress", "never_arrived"] {
        if calls.step(name) > 0 {
            rows.push(vec![shown(step(name))]);
        }
    }
    rows
}

fn rate_row((part, whole): (u64, u64)) -> Row {
    let mut row = vec![shown(percent(part, whole))];
    if let Some(rate) = formulas::share(part, whole) {
        row.push(shown(Figure::Interval(rate.low, rate.high, Unit::Percent)));
    }
    row.extend([detail(Figure::Count(part)), shown(Figure::Count(whole))]);
    row
}

fn ends(calls: &Recount, turned_away: u64) -> Vec<Row> {
    let mut counts: Vec<u64> = ENDS
        .iter()
        .map(|end| match *end {
            "refused_capacity" => calls.step(end) + turned_away,
            end => calls.step(end),
        })
        .collect();
    counts.push(calls.step("in_progress"));
    let there = counts.into_iter().filter(|count| *count > 0);
    there.map(|count| vec![shown(Figure::Count(count))]).collect()
}

fn rules(calls: &Recount) -> Vec<Row> {
    let mut rules: Vec<(&String, &u64)> = calls.suppressed_by.iter().collect();
    rules.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
    rules
        .into_iter()
        .map(|(_, calls)| vec![shown(Figure::Count(*calls))])
        .collect()
}

/// A figure of a series in its unit.
fn value(series: &Series, value: f64) -> Figure {
    match series.is_share() {
        true => Figure::Percent(value),
        false => Figure::Plain(value),
    }
}

fn interval(series: &Series, of: Interval) -> Figure {
    let unit = if series.is_share() {
        Unit::Percent
    } else {
        Unit::Points
    };
    Figure::Interval(of.low, of.high, unit)
}

fn headline(series: &Series) -> Row {
    match series.headline() {
        Some(score) => vec![shown(value(series, score.value)), shown(interval(series, score))],
        None => vec![shown(Figure::TooFew)],
    }
}

fn figures(series: &Series) -> Vec<Row> {
    let n = |n: u64| shown(Figure::Count(n));
    if !series.is_scored() {
        return vec![vec![n(series.n())]];
    }
    let mut first = headline(series);
    first.push(n(series.n()));
    if let Some(target) = series.target {
        first.push(shown(value(series, target)));
    }
    let mut rows = vec![first];
    if let Some(weighted) = series.weighted() {
        rows.push(vec![
            shown(value(series, weighted.value)),
            shown(interval(series, weighted)),
            n(series.n()),
        ]);
    }
    if let Some((without, sound)) = series.without_doubtful() {
        rows.push(vec![
            shown(value(series, without.value)),
            shown(interval(series, without)),
            n(sound),
        ]);
    }
    if let Some(mean) = series.mean().filter(|_| series.is_share() || series.is_nps()) {
        rows.push(vec![
            shown(Figure::Plain(mean.value)),
            shown(Figure::Interval(mean.low, mean.high, Unit::Points)),
            n(series.n()),
        ]);
    }
    rows
}

fn distribution(series: &Series) -> Vec<Row> {
    let n = series.n();
    let row = |(_, answers): (i64, u64)| vec![shown(Figure::Count(answers)), shown(percent(answers, n))];
    series.distribution().into_iter().map(row).collect()
}

/// The unit of a difference.
fn unit_of_difference(is_percent: bool) -> Unit {
    if is_percent {
        Unit::PercentagePoints
    } else {
        Unit::Points
    }
}

fn arrow(difference: &Difference, with: &'static str) -> Option<(Figure, bool)> {
    let verdict = difference.verdict();
    (verdict != "cannot_tell").then(|| shown(Figure::Arrow(verdict, with)))
}

fn compared(
    own: Row,
    own_n: u64,
    other: (Option<Figure>, u64),
    of: Option<Difference>,
    is_percent: bool,
) -> Row {
    let mut row = vec![own[0].clone(), shown(Figure::Count(own_n))];
    let Some((of, figure)) = of.zip(other.0) else {
        row.push(shown(Figure::TooFew));
        return row;
    };
    let unit = unit_of_difference(is_percent);
    row.extend([
        shown(figure),
        shown(Figure::Count(other.1)),
        shown(Figure::Difference(of.value, unit)),
        detail(Figure::Interval(of.low, of.high, unit)),
        shown(Figure::P(of.p)),
        detail(Figure::Effect(of.effect)),
    ]);
    row.extend(arrow(&of, "previous"));
    row
}

fn comparison(whole: &Recount, before: &Recount, order: &Order) -> Vec<Row> {
    let (own, other) = (whole.rate("response_rate"), before.rate("response_rate"));
    let difference = formulas::compare_shares(own, other);
    let mut row = compared(
        vec![shown(percent(own.0, own.1))],
        own.1,
        (Some(percent(other.0, other.1)), other.1),
        difference,
        true,
    );
    if difference.is_none() {
        // How many were offered then is known all the same.
        row.push(shown(Figure::Count(other.1)));
    }
    let mut rows = vec![row];
    for (survey, question, versions) in order {
        let series = find(whole, survey, question, versions);
        if !series.is_scored() {
            continue;
        }
        let other = find(before, survey, question, versions);
        let figure = other.headline().map(|score| value(other, score.value));
        rows.push(compared(
            headline(series),
            series.n(),
            (figure, other.n()),
            series.compare(other),
            series.is_share(),
        ));
    }
    rows
}

fn days(asked: &Asked) -> Vec<NaiveDate> {
    let days = std::iter::successors(Some(asked.days.0), |day| day.checked_add_days(Days::new(1)));
    days.take_while(|day| *day <= asked.days.1).collect()
}

fn trend(rows: &Rows, asked: &Asked, order: &Order) -> Vec<Table> {
    let steps: Vec<Recount> = days(asked)
        .into_iter()
        .map(|day| rows.count((day, day), |_| true))
        .collect();
    let calls = |step: &Recount| {
        let (part, whole) = step.rate("response_rate");
        vec![
            detail(Figure::Count(step.step("arrived"))),
            shown(Figure::Count(step.step("offered"))),
            shown(Figure::Count(step.step("completed"))),
            detail(Figure::Count(step.step("partial"))),
            shown(percent(part, whole)),
        ]
    };
    let mut tables = vec![Table {
        id: "trend-calls",
        question: String::new(),
        survey: String::new(),
        rows: steps.iter().map(calls).collect(),
    }];
    for (survey, question, versions) in order {
        let of_steps: Vec<&Series> = steps
            .iter()
            .map(|step| find(step, survey, question, versions))
            .collect();
        let Some(first) = of_steps.first().filter(|series| series.is_scored()) else {
            continue;
        };
        let row = |series: &&Series| {
            let mut row = vec![shown(Figure::Count(series.n()))];
            row.extend(headline(series));
            row
        };
        tables.push(of_question("trend", first, of_steps.iter().map(row).collect()));
    }
    tables
}

/// The columns that compare a part with all others.
fn rest_cells(rest: Figure, difference: Option<Difference>, is_percent: bool) -> Row {
    let Some(difference) = difference else {
        return vec![detail(Figure::TooFew)];
    };
    let mut row = vec![
        detail(rest),
        detail(Figure::Difference(
            difference.value,
            unit_of_difference(is_percent),
        )),
        detail(Figure::P(difference.p)),
    ];
    row.extend(arrow(&difference, "rest"));
    row
}

fn groups(rows: &Rows, asked: &Asked, order: &Order) -> Vec<Table> {
    let mut names: Vec<String> = rows
        .calls
        .iter()
        .filter(|call| asked.days.0 <= call.day && call.day <= asked.days.1)
        .map(|call| call.queue.clone())
        .collect();
    names.sort();
    names.dedup();
    let parts: Vec<(Recount, Recount)> = names
        .iter()
        .map(|name| {
            let own = rows.count(asked.days, |call| call.queue == *name);
            (own, rows.count(asked.days, |call| call.queue != *name))
        })
        .collect();
    let calls = |(own, rest): &(Recount, Recount)| {
        let step = |name: &str| Figure::Count(own.step(name));
        let (part, whole) = own.rate("response_rate");
        let other = rest.rate("response_rate");
        let mut row = vec![
            detail(step("arrived")),
            detail(step("sampled")),
            shown(step("offered")),
            detail(step("completed")),
            detail(step("partial")),
            shown(percent(part, whole)),
        ];
        let rate = formulas::share(part, whole);
        row.extend(rate.map(|rate| shown(Figure::Interval(rate.low, rate.high, Unit::Percent))));
        let difference = formulas::compare_shares((part, whole), other);
        row.extend(rest_cells(percent(other.0, other.1), difference, true));
        row
    };
    let mut tables = vec![Table {
        id: "groups-calls",
        question: String::new(),
        survey: String::new(),
        rows: parts.iter().map(calls).collect(),
    }];
    for (survey, question, versions) in order {
        let of_parts: Vec<(&Series, &Series)> = parts
            .iter()
            .map(|(own, rest)| {
                (
                    find(own, survey, question, versions),
                    find(rest, survey, question, versions),
                )
            })
            .filter(|(own, _)| own.n() + own.skipped + own.out_of_scale > 0)
            .collect();
        if let Some((first, _)) = of_parts.first().filter(|(own, _)| own.is_scored()) {
            tables.push(of_question("groups", first, of_groups(&of_parts)));
        }
    }
    tables
}

fn of_groups(parts: &[(&Series, &Series)]) -> Vec<Row> {
    let target = parts[0].0.target.filter(|_| parts[0].0.is_share());
    let tested: Vec<Option<f64>> = parts
        .iter()
        .map(|(own, _)| {
            let ((hits, n), target) = own.good_if_share().zip(target)?;
            (n >= 10).then(|| formulas::at_most(hits, n, target / 100.0))
        })
        .collect();
    let p_values: Vec<f64> = tested.iter().copied().flatten().collect();
    let mut adjusted = formulas::adjusted(&p_values).into_iter();
    let row = |((own, rest), test): (&(&Series, &Series), &Option<f64>)| {
        let mut row = vec![shown(Figure::Count(own.n()))];
        row.extend(headline(own));
        let other = rest
            .headline()
            .map_or(Figure::TooFew, |score| value(rest, score.value));
        row.extend(rest_cells(other, own.compare(rest), own.is_share()));
        match test {
            Some(_) => row.push(detail(Figure::P(adjusted.next().unwrap()))),
            None if !p_values.is_empty() => row.push(detail(Figure::TooFew)),
            None => {}
        }
        row
    };
    parts.iter().zip(&tested).map(row).collect()
}

fn comments(rows: &Rows, asked: &Asked) -> Row {
    let of_days = || {
        rows.comments
            .iter()
            .filter(|(day, ..)| asked.days.0 <= *day && *day <= asked.days.1)
    };
    let count = |kind: &str| Figure::Count(of_days().filter(|(_, own, _)| own == kind).count() as u64);
    let milliseconds: u64 = of_days()
        .filter(|(_, kind, _)| kind == "comments")
        .map(|(.., length)| length)
        .sum();
    vec![
        shown(count("comments")),
        shown(Figure::Minutes(milliseconds as f64 / 60_000.0)),
        shown(count("empty")),
        detail(count("not_left")),
        detail(Figure::Count(0)),
        detail(Figure::Count(0)),
    ]
}

fn quality(whole: &Recount, order: &Order) -> Vec<Row> {
    let row = |series: &Series| {
        let [doubtful, too_early, same_key, by_timeout] = series.doubtful();
        let mut row = vec![
            shown(Figure::Count(series.n())),
            shown(Figure::Count(doubtful)),
            detail(Figure::Count(too_early)),
            detail(Figure::Count(same_key)),
            detail(Figure::Count(by_timeout)),
        ];
        row.extend(series.headline().map(|score| shown(value(series, score.value))));
        row.extend(
            series
                .without_doubtful()
                .map(|(score, _)| shown(value(series, score.value))),
        );
        row
    };
    let series = order
        .iter()
        .map(|(survey, question, versions)| find(whole, survey, question, versions));
    series.filter(|series| series.n() > 0).map(row).collect()
}

/// By queue and by hour; classes of talk time are the business of the store.
fn non_response(rows: &Rows, asked: &Asked) -> Vec<Table> {
    let row = |own: &Recount| {
        let (part, whole) = own.rate("participation");
        vec![
            shown(Figure::Count(whole)),
            shown(Figure::Count(part)),
            shown(percent(part, whole)),
        ]
    };
    let mut queues: Vec<String> = rows.calls.iter().map(|call| call.queue.clone()).collect();
    queues.sort();
    queues.dedup();
    let by_queue = queues
        .iter()
        .map(|queue| rows.count(asked.days, |call| call.queue == *queue));
    let by_hour = (0..24).map(|hour| rows.count(asked.days, |call| call.hour == hour));
    let offered = |own: &Recount| own.step("offered") > 0;
    let table = |counts: Vec<Recount>| Table {
        id: "non-response",
        question: String::new(),
        survey: String::new(),
        rows: counts.iter().map(row).collect(),
    };
    [
        by_queue.filter(offered).collect(),
        by_hour.filter(offered).collect(),
    ]
    .into_iter()
    .filter(|counts: &Vec<Recount>| counts.len() > 1)
    .map(table)
    .collect()
}
