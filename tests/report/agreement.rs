//! The figures of every format, against a recount of the rows: they agree to the last digit that is shown.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use crate::expected::{self, Asked, Figure, Order, RATES, Table};
use crate::formulas::{self, Interval};
use crate::markup::{self, TableText};
use crate::recount::{Recount, Rows, Series};
use crate::report::assert_names_are_documented;
use crate::shown::{self, Writing};
use crate::support::patient;
use crate::world::World;
use aftercall_report::render::{RenderOptions, ReportFormat, ReportLanguage, mail};
use aftercall_report::{Calendar, CompareWith, Grouping, Period, Report, ReportQuery, TrendStep};
use aftercall_storage::selection::Dimension;

/// Two figures that were computed differently.
pub(crate) fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-6 * other.abs().max(1.0)
}

pub(crate) fn written(report: &Report, format: ReportFormat, language: ReportLanguage) -> Vec<u8> {
    let mut out = Vec::new();
    let options = RenderOptions {
        language,
        has_details: true,
    };
    format.write(report, &options, &mut out).unwrap();
    out
}

pub(crate) fn text(report: &Report, format: ReportFormat, language: ReportLanguage) -> String {
    String::from_utf8(written(report, format, language)).unwrap()
}

/// Everything about one database.
struct Case {
    seed: u64,
    rows: Rows,
    asked: Asked,
    report: Report,
    order: Order,
}

async fn case(seed: u64, calls: u64) -> Case {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = patient(&path).await;
    let world = World::small(seed, calls);
    world.write(&store).await;
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let asked = Asked {
        days: (day("2026-10-24"), day("2026-10-27")),
        before: (day("2026-10-20"), day("2026-10-23")),
    };
    let now = DateTime::parse_from_rfc3339("2026-11-02T12:03:22Z")
        .unwrap()
        .to_utc();
    let calendar = Calendar::new(world.zone, now);
    let period = Period::parse(Some("2026-10-24"), Some("2026-10-27"), calendar).unwrap();
    let query = ReportQuery {
        by: Some(Grouping::Name(Dimension::Queue)),
        trend: Some(TrendStep::Day),
        compare: Some(CompareWith::Previous),
        ..ReportQuery::of(period)
    };
    let report = Report::read(&store, &query).await.unwrap();
    let order = report
        .questions
        .iter()
        .map(|series| {
            (
                series.survey.clone(),
                series.question.clone(),
                series.versions.clone(),
            )
        })
        .collect();
    Case {
        seed,
        rows: Rows::read(&path, world.zone).await,
        asked,
        report,
        order,
    }
}

#[tokio::test]
async fn every_format_shows_what_a_recount_of_the_rows_finds() {
    for seed in [1, 2, 3] {
        let case = case(seed, 700).await;
        let tables = expected::tables(&case.rows, &case.asked, &case.order);
        case.json_agrees();
        case.csv_agrees();
        case.workbook_agrees(&tables);
        case.page_agrees(&tables);
        case.mail_agrees(&tables);
        case.text_agrees(&tables);
    }
}

/// A field of CSV and a figure of JSON: all digits, but for what reading them loses.
fn assert_same(field: &str, figure: &Value) {
    match figure.as_f64() {
        None => assert_eq!(field, "", "{figure}"),
        Some(figure) => {
            let field: f64 = field.parse().unwrap();
            assert!((field - figure).abs() <= 1e-14 * figure.abs(), "{field} {figure}");
        }
    }
}

/// A figure of JSON with its interval.
fn assert_score(found: &Value, expected: Option<Interval>, what: &str) {
    match expected {
        None => assert_eq!(*found, Value::Null, "{what}"),
        Some(score) => {
            for (name, value) in [("value", score.value), ("low", score.low), ("high", score.high)] {
                let found = found[name].as_f64().unwrap_or(f64::NAN);
                assert!(is_near(found, value), "{what}: {name} is {found}, not {value}");
            }
        }
    }
}

impl Case {
    fn whole(&self) -> Recount {
        self.rows.count(self.asked.days, |_| true)
    }

    fn of_order<'r>(&self, recount: &'r Recount, index: usize) -> &'r Series {
        let (survey, question, versions) = &self.order[index];
        let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
        recount.series(survey, question, &versions)
    }

    fn json_agrees(&self) {
        let json: Value =
            serde_json::from_str(&text(&self.report, ReportFormat::Json, ReportLanguage::English)).unwrap();
        assert_names_are_documented(&json);
        let whole = self.whole();
        self.calls_agree(&json["calls"], &whole, self.rows.turned_away(self.asked.days));
        for index in 0..self.order.len() {
            self.series_agrees(&json["questions"][index], self.of_order(&whole, index), true);
        }
        for part in json["groups"]["parts"].as_array().unwrap() {
            let own = self.rows.count(self.asked.days, |call| {
                call.queue == part["name"].as_str().unwrap()
            });
            self.calls_agree(&part["calls"], &own, 0);
            for series in part["questions"].as_array().unwrap() {
                let versions: Vec<&str> = series["versions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|version| version.as_str().unwrap())
                    .collect();
                let (survey, question) = (
                    series["survey"].as_str().unwrap(),
                    series["question"].as_str().unwrap(),
                );
                self.series_agrees(series, own.series(survey, question, &versions), false);
            }
        }
        let before = self.rows.count(self.asked.before, |_| true);
        let other = &json["compared_with"]["calls"];
        self.calls_agree(other, &before, self.rows.turned_away(self.asked.before));
        let points = json["trend"]["points"].as_array().unwrap();
        assert_eq!(points.len(), 4, "seed {}", self.seed);
    }

    fn calls_agree(&self, json: &Value, recount: &Recount, turned_away: u64) {
        let seed = self.seed;
        for (step, calls) in &recount.steps {
            let is_end = !json[step].is_u64();
            let expected = match *step {
                "arrived" => calls + turned_away,
                _ => *calls,
            };
            if !is_end {
                assert_eq!(json[step].as_u64(), Some(expected), "seed {seed}: {step}");
            }
        }
        for (rate, found) in RATES.iter().zip(json["rate_details"].as_array().unwrap()) {
            let (part, whole) = recount.rate(rate);
            assert_eq!(
                (&found["name"], &found["part"]),
                (&Value::from(*rate), &Value::from(part)),
                "seed {seed}"
            );
            assert_eq!(found["whole"], whole, "seed {seed}: {rate}");
            match formulas::share(part, whole) {
                None => assert_eq!(found["percent"], Value::Null),
                Some(share) => {
                    for (name, value) in [("percent", share.value), ("low", share.low), ("high", share.high)]
                    {
                        assert!(
                            is_near(found[name].as_f64().unwrap(), value),
                            "seed {seed}: {rate} {name}"
                        );
                    }
                }
            }
        }
    }

    fn series_agrees(&self, json: &Value, series: &Series, is_whole: bool) {
        let what = format!("seed {}: {} {}", self.seed, series.survey, series.question);
        let counts = [
            ("n", series.n()),
            ("skipped", series.skipped),
            ("out_of_scale", series.out_of_scale),
        ];
        for (name, count) in counts {
            assert_eq!(json[name], count, "{what}: {name}");
        }
        for (found, (value, answers)) in json["distribution"]
            .as_array()
            .unwrap()
            .iter()
            .zip(series.distribution())
        {
            assert_eq!(
                (&found["value"], &found["answers"]),
                (&value.into(), &answers.into()),
                "{what}"
            );
        }
        let is_headline = series.is_nps() || series.is_share();
        assert_score(&json["score"], series.headline().filter(|_| is_headline), &what);
        assert_score(&json["mean"], series.mean(), &what);
        if is_whole {
            assert_score(&json["weighted"], series.weighted(), &format!("{what} weighted"));
        }
        let without = series.without_doubtful().map(|(score, _)| score);
        assert_score(&json["quality"]["score_without"], without, &what);
        for (name, count) in ["doubtful", "too_early", "same_key", "by_timeout"]
            .iter()
            .zip(series.doubtful())
        {
            assert_eq!(json["quality"][name], count, "{what}: {name}");
        }
    }

    fn csv_agrees(&self) {
        let json: Value =
            serde_json::from_str(&text(&self.report, ReportFormat::Json, ReportLanguage::English)).unwrap();
        let plain = text(&self.report, ReportFormat::Csv, ReportLanguage::English);
        let rows = csv(&plain, ',');
        let find = |key: &[(&str, &str)]| {
            let found: Vec<_> = rows
                .iter()
                .filter(|row| key.iter().all(|(name, value)| row[*name] == *value))
                .collect();
            assert_eq!(found.len(), 1, "seed {}: {key:?}", self.seed);
            found[0]
        };
        let whole = [("group_by", ""), ("start", ""), ("with", "")];
        let arrived = find(&[&whole[..], &[("part", "calls"), ("figure", "arrived")]].concat());
        assert_eq!(arrived["value"], json["calls"]["arrived"].to_string());
        for rate in json["calls"]["rate_details"].as_array().unwrap() {
            let name = rate["name"].as_str().unwrap();
            let row = find(&[&whole[..], &[("part", "rate"), ("figure", name)]].concat());
            for (column, field) in [
                ("value", "percent"),
                ("n", "whole"),
                ("low", "low"),
                ("high", "high"),
            ] {
                assert_same(&row[column], &rate[field]);
            }
        }
        let scope = |part: &Value| {
            [("group_by", "queue"), ("group", part["name"].as_str().unwrap())]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        };
        let mut scopes = vec![(Vec::new(), &json["questions"])];
        scopes.extend(
            json["groups"]["parts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| (scope(part).to_vec(), &part["questions"])),
        );
        for (scope, questions) in scopes {
            for series in questions.as_array().unwrap() {
                let versions: Vec<&str> = series["versions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|version| version.as_str().unwrap())
                    .collect();
                let versions = versions.join(" ");
                let mut key: Vec<(&str, &str)> = vec![
                    ("part", "score"),
                    ("figure", "score"),
                    ("with", ""),
                    ("start", ""),
                    ("survey", series["survey"].as_str().unwrap()),
                    ("question", series["question"].as_str().unwrap()),
                    ("versions", &versions),
                ];
                match scope.is_empty() {
                    true => key.push(("group_by", "")),
                    false => key.extend(scope.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
                }
                if series["score"].is_null() {
                    continue;
                }
                let row = find(&key);
                for column in ["value", "n", "low", "high"] {
                    assert_same(&row[column], &series["score"][column]);
                }
            }
        }
        // The one for Excel has the same figures, with commas.
        let excel = text(&self.report, ReportFormat::CsvExcel, ReportLanguage::Finnish);
        let excel = excel.strip_prefix('\u{feff}').unwrap();
        let excel: Vec<Vec<String>> = csv(excel, ';')
            .into_iter()
            .map(|row| {
                row["value"]
                    .replace(',', ".")
                    .split('|')
                    .map(str::to_owned)
                    .collect()
            })
            .collect();
        let own: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row["value"].split('|').map(str::to_owned).collect())
            .collect();
        assert_eq!(excel, own);
    }

    fn workbook_agrees(&self, tables: &[Table]) {
        let bytes = written(&self.report, ReportFormat::Xlsx, ReportLanguage::English);
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        for (sheet, ids, keys) in [
            ("Overview", &["funnel", "rates", "ends", "rules"][..], &[][..]),
            ("Questions", &["figures"], &["Skipped", "Outside the scale"]),
            ("Distribution", &["distribution"], &["Answer"]),
            ("Comparison", &["comparison"], &[]),
            ("Trend of calls", &["trend-calls"], &[]),
            ("Trend", &["trend"], &[]),
            ("Groups, calls", &["groups-calls"], &[]),
            ("Groups", &["groups"], &[]),
            ("Comments", &["comments"], &[]),
            ("Quality", &["quality"], &[]),
        ] {
            let range = workbook
                .worksheet_range(sheet)
                .unwrap_or_else(|error| panic!("{sheet}: {error}"));
            let mut found = range.rows();
            let head: Vec<String> = found.next().unwrap().iter().map(ToString::to_string).collect();
            let numbers = |row: &[Data]| -> Vec<f64> {
                let cells = row
                    .iter()
                    .zip(&head)
                    .filter(|(_, head)| !keys.contains(&head.as_str()));
                cells
                    .filter_map(|(cell, _)| {
                        if let Data::Float(number) = cell {
                            Some(*number)
                        } else {
                            None
                        }
                    })
                    .collect()
            };
            let mut expected: Vec<(&Table, Vec<f64>)> = Vec::new();
            for table in tables.iter().filter(|table| ids.contains(&table.id)) {
                for row in &table.rows {
                    expected.push((
                        table,
                        row.iter()
                            .flat_map(|(figure, _)| shown::numbers(figure))
                            .collect(),
                    ));
                }
            }
            assert_eq!(
                range.height() - 1,
                expected.len(),
                "seed {}: rows of {sheet}",
                self.seed
            );
            if sheet == "Trend of calls" {
                let mut steps = range.rows().skip(1).map(|row| &row[0]);
                assert!(
                    steps.all(|cell| matches!(cell, Data::DateTime(_))),
                    "dates are dates"
                );
            }
            for (row, (table, expected)) in found.zip(expected) {
                let found = numbers(row);
                let is_same = found.len() == expected.len()
                    && found
                        .iter()
                        .zip(&expected)
                        .all(|(one, other)| is_near(*one, *other));
                assert!(
                    is_same,
                    "seed {}: {sheet}, {}: {found:?}, not {expected:?}",
                    self.seed, table.id
                );
            }
        }
    }

    fn page_agrees(&self, tables: &[Table]) {
        let page = markup::read(&text(&self.report, ReportFormat::Html, ReportLanguage::Finnish));
        for id in [
            "funnel",
            "rates",
            "ends",
            "rules",
            "figures",
            "distribution",
            "comparison",
            "trend-calls",
            "trend",
            "groups-calls",
            "groups",
            "comments",
            "quality",
        ] {
            let found: Vec<&TableText> = page.tables.iter().filter(|table| table.class == id).collect();
            let expected: Vec<&Table> = tables.iter().filter(|table| table.id == id).collect();
            self.tables_agree(&found, &expected, &shown::FINNISH_PAGE, true);
        }
        let found: Vec<&TableText> = page
            .tables
            .iter()
            .filter(|table| table.class == "non-response")
            .skip(1)
            .collect();
        let expected: Vec<&Table> = tables.iter().filter(|table| table.id == "non-response").collect();
        self.tables_agree(&found, &expected, &shown::FINNISH_PAGE, true);
    }

    fn tables_agree(&self, found: &[&TableText], expected: &[&Table], writing: &Writing, has_details: bool) {
        let id = expected.first().map_or("", |table| table.id);
        assert_eq!(found.len(), expected.len(), "seed {}: {id}", self.seed);
        for (found, expected) in found.iter().zip(expected) {
            let words = format!("{} {}", found.heading, found.caption);
            assert!(
                words.contains(&expected.question),
                "seed {}: {id}: {words}",
                self.seed
            );
            assert_eq!(
                found.rows.len(),
                expected.rows.len(),
                "seed {}: {id}: {words}",
                self.seed
            );
            for (found, row) in found.rows.iter().zip(&expected.rows) {
                let figures: Vec<&String> = found
                    .iter()
                    .skip(1)
                    .filter(|cell| is_figure(cell, writing))
                    .collect();
                let shown: Vec<String> = row
                    .iter()
                    .filter(|(_, is_detail)| has_details || !is_detail)
                    .map(|(figure, _)| writing.shown(figure))
                    .collect();
                assert_eq!(
                    figures,
                    shown.iter().collect::<Vec<_>>(),
                    "seed {}: {id}: {words}: {found:?}",
                    self.seed
                );
            }
        }
    }

    fn mail_agrees(&self, tables: &[Table]) {
        let options = RenderOptions {
            language: ReportLanguage::Czech,
            has_details: true,
        };
        let parts = mail(&self.report, &options, None).unwrap();
        assert_eq!(
            parts.text,
            text(&self.report, ReportFormat::Text, ReportLanguage::Czech)
        );
        let due_at = "2026-10-25T08:00:00".parse().unwrap();
        let late = mail(&self.report, &options, Some(due_at)).unwrap();
        let note = "Tato zpráva přichází pozdě: měla přijít 2026-10-25 08:00.";
        assert_eq!(late.text, format!("{note}\n\n{}", parts.text));
        assert_eq!(late.html.matches(note).count(), 1);
        assert!(
            parts
                .subject
                .starts_with("Zpráva o průzkumu: sobota 24. října 2026"),
            "{}",
            parts.subject
        );
        let page = markup::read(&parts.html);
        let captions = [
            ("funnel", "Jak daleko hovory došly"),
            ("rates", "Míry"),
            ("ends", "Jak hovory skončily"),
            ("rules", "Vyloučeno pravidlem"),
            ("figures", "Výsledky"),
            ("trend-calls", "Hovory v čase"),
            ("groups-calls", "Návratnost"),
            ("comments", "Komentáře podle otázek"),
            ("quality", "Sporné odpovědi"),
        ];
        for (id, caption) in captions {
            let found: Vec<&TableText> = page
                .tables
                .iter()
                .filter(|table| table.caption == caption)
                .collect();
            let expected: Vec<&Table> = tables.iter().filter(|table| table.id == id).collect();
            self.tables_agree(&found, &expected, &shown::CZECH_MAIL, false);
        }
        for (id, heading) in [
            ("comparison", "Srovnání"),
            ("trend", "Vývoj po dnech"),
            ("groups", "Podle front"),
        ] {
            let of_heading = page.tables.iter().filter(|table| table.heading == heading);
            let found: Vec<&TableText> = of_heading
                .filter(|table| !captions.iter().any(|(_, caption)| table.caption == *caption))
                .collect();
            let expected: Vec<&Table> = tables.iter().filter(|table| table.id == id).collect();
            self.tables_agree(&found, &expected, &shown::CZECH_MAIL, false);
        }
    }

    /// Every row of figures, in its order, below the name of its table.
    fn text_agrees(&self, tables: &[Table]) {
        let text = text(&self.report, ReportFormat::Text, ReportLanguage::English);
        let lines: Vec<&str> = text.lines().collect();
        for id in [
            "rates",
            "comparison",
            "trend-calls",
            "trend",
            "groups-calls",
            "groups",
            "quality",
        ] {
            let caption = match id {
                "rates" => "  Rates",
                "comparison" => "  Figures beside those of the other period",
                "trend-calls" => "  Calls over time",
                "groups-calls" => "  Response rate",
                "quality" => "  Doubtful answers",
                _ => "",
            };
            let section = match id {
                "trend" => "Trend by day",
                "groups" => "By queue",
                _ => "",
            };
            let start = lines.iter().position(|line| *line == section).unwrap_or(0);
            let mut rest = &lines[start..];
            for table in tables.iter().filter(|table| table.id == id) {
                let question = match self.title_where_several(&table.survey) {
                    Some(title) if matches!(id, "trend" | "groups") => {
                        format!("  {title}: {}", table.question)
                    }
                    Some(_) | None => format!("  {}", table.question),
                };
                let name = if caption.is_empty() {
                    question.as_str()
                } else {
                    caption
                };
                let place = rest.iter().position(|line| *line == name);
                let place = place.unwrap_or_else(|| panic!("seed {}: {id}: no `{name}`", self.seed));
                rest = &rest[place + 1..];
                for row in &table.rows {
                    let figures = row
                        .iter()
                        .filter(|(figure, is_detail)| !is_detail && !matches!(figure, Figure::Arrow(..)));
                    let shown: Vec<String> = figures
                        .map(|(figure, _)| shown::ENGLISH_TEXT.shown(figure))
                        .collect();
                    let place = rest.iter().position(|line| has_all(line, &shown));
                    let place = place.unwrap_or_else(|| {
                        panic!("seed {}: {id}, {name}: no line with {shown:?}\n{text}", self.seed)
                    });
                    assert!(
                        place <= 5,
                        "seed {}: {id}: {shown:?} is {place} lines behind\n{}",
                        self.seed,
                        rest[..=place].join("\n")
                    );
                    rest = &rest[place + 1..];
                }
            }
        }
        self.first_part_agrees(&lines);
    }

    /// The title of a survey, else its name; `None` where all questions are of one survey.
    fn title_where_several(&self, survey: &str) -> Option<&str> {
        let questions = &self.report.questions;
        let own = questions.iter().find(|series| series.survey == survey)?;
        let has_several = questions.iter().any(|series| series.survey != survey);
        let title = if own.title.is_empty() {
            &own.survey
        } else {
            &own.title
        };
        has_several.then_some(title.as_str())
    }

    /// The funnel, and the scores of each question.
    fn first_part_agrees(&self, lines: &[&str]) {
        let whole = self.whole();
        let shown = |figure: Figure| shown::ENGLISH_TEXT.shown(&figure);
        let line = |start: &str| *lines.iter().find(|line| line.starts_with(start)).unwrap();
        for (start, step) in [
            ("Eligible ", "eligible"),
            ("Surveyed ", "sampled"),
            ("Offered ", "offered"),
            ("Answered ", "answered"),
            ("Completed ", "completed"),
        ] {
            assert!(
                has_all(line(start), &[shown(Figure::Count(whole.step(step)))]),
                "{start}"
            );
        }
        let (part, offered) = whole.rate("response_rate");
        let rate = Figure::Percent(100.0 * part as f64 / offered as f64);
        assert!(has_all(
            line("Response rate "),
            &[
                shown(rate),
                shown(Figure::Count(part)),
                shown(Figure::Count(offered))
            ]
        ));
        let mut rest = lines;
        for index in 0..self.order.len() {
            let series = self.of_order(&whole, index);
            let question = format!("  {}", series.text);
            let place = rest.iter().position(|line| *line == question).unwrap();
            rest = &rest[place + 1..];
            let scores = [
                series.mean(),
                series.headline().filter(|_| series.is_nps() || series.is_share()),
            ];
            for score in scores.into_iter().flatten() {
                let figures = [
                    shown(Figure::Plain(score.value)),
                    shown(Figure::Plain(score.low)),
                    shown(Figure::Plain(score.high)),
                    shown(Figure::Count(series.n())),
                ];
                assert!(
                    rest.iter().take(8).any(|line| has_all(line, &figures)),
                    "seed {}: {question}: {figures:?}",
                    self.seed
                );
            }
            for (value, answers) in series.distribution() {
                let figures = [value.to_string(), answers.to_string()];
                assert!(
                    rest.iter().take(22).any(|line| has_all(line, &figures)),
                    "seed {}: {question}: {figures:?}",
                    self.seed
                );
            }
        }
    }
}

/// Whether a cell is a figure: it begins with a digit, a sign, or is a word for a figure.
fn is_figure(cell: &str, writing: &Writing) -> bool {
    cell == writing.too_few
        || cell.starts_with(|sign: char| sign.is_ascii_digit() || "+-\u{2212}<▲▼".contains(sign))
}

/// Whether a line has these texts in this order, each as a word of its own.
fn has_all(line: &str, texts: &[String]) -> bool {
    let mut rest = line;
    texts.iter().all(|text| {
        let mut from = 0;
        while let Some(at) = rest[from..].find(text.as_str()).map(|at| at + from) {
            let before = rest[..at].chars().next_back();
            let behind = rest[at + text.len()..].chars().next();
            let is_own =
                before.is_none_or(|sign| sign == ' ') && behind.is_none_or(|sign| matches!(sign, ' ' | ','));
            if is_own {
                rest = &rest[at + text.len()..];
                return true;
            }
            from = at + 1;
            while !rest.is_char_boundary(from) {
                from += 1;
            }
        }
        false
    })
}

/// The rows of a CSV by the names of their columns.
pub(crate) fn csv(text: &str, separator: char) -> Vec<BTreeMap<String, String>> {
    let mut lines = text
        .split("\r\n")
        .filter(|line| !line.is_empty())
        .map(|line| fields(line, separator));
    let head = lines.next().unwrap();
    lines
        .map(|fields| {
            assert_eq!(fields.len(), head.len(), "{fields:?}");
            head.iter().cloned().zip(fields).collect()
        })
        .collect()
}

/// The fields of a line by RFC 4180.
fn fields(line: &str, separator: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        let field = fields.last_mut().unwrap();
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => {
                field.push('"');
                signs.next();
            }
            '"' => is_quoted = !is_quoted,
            sign if sign == separator && !is_quoted => fields.push(String::new()),
            sign => field.push(sign),
        }
    }
    fields
}
