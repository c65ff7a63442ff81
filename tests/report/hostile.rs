//! Names and words from outside, whatever they are, stay texts: no markup, no formula, no further line or row. And reports without
//! anything in them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::DateTime;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::agreement::csv;
use crate::markup;
use crate::support::{admit, answer, answered, open, survey};
use crate::world::World;
use aftercall_report::render::{RenderOptions, ReportFormat, ReportLanguage, file_name, mail};
use aftercall_report::{Calendar, CompareWith, Grouping, Period, Report, ReportQuery, TrendStep};
use aftercall_storage::selection::Dimension;
use aftercall_storage::store::Fact;
use aftercall_storage::{SqliteStore, Store};

const OPTIONS: RenderOptions = RenderOptions {
    language: ReportLanguage::English,
    has_details: true,
};

async fn report(store: &SqliteStore) -> Report {
    let now = DateTime::parse_from_rfc3339("2026-11-02T12:03:22Z")
        .unwrap()
        .to_utc();
    let calendar = Calendar::new(chrono_tz::Europe::Helsinki, now);
    let period = Period::parse(Some("2026-10-24"), Some("2026-10-27"), calendar).unwrap();
    let query = ReportQuery {
        by: Some(Grouping::Name(Dimension::Queue)),
        trend: Some(TrendStep::Day),
        compare: Some(CompareWith::Previous),
        ..ReportQuery::of(period).only(Dimension::Team, &["north", "south"])
    };
    Report::read(store, &query).await.unwrap()
}

fn written(report: &Report, format: ReportFormat) -> Vec<u8> {
    let mut out = Vec::new();
    format.write(report, &OPTIONS, &mut out).unwrap();
    out
}

fn text(report: &Report, format: ReportFormat) -> String {
    String::from_utf8(written(report, format)).unwrap()
}

/// The same report with a text in every place that a text from outside can come to.
fn with(report: &Report, name: &str) -> Report {
    let mut report = report.clone();
    report.notes = vec![name.to_owned()];
    for filter in &mut report.filters {
        filter.one_of = vec![name.to_owned()];
    }
    let parts = report.groups.iter_mut().flat_map(|groups| &mut groups.parts);
    let of_parts = parts.flat_map(|part| {
        part.name = name.to_owned();
        &mut part.questions
    });
    for series in report.questions.iter_mut().chain(of_parts) {
        series.survey = name.to_owned();
        series.title = name.to_owned();
        series.goal = name.to_owned();
        series.question = name.to_owned();
        series.text = name.to_owned();
        series.versions = vec![name.to_owned()];
        let labels = series
            .distribution
            .iter_mut()
            .filter_map(|count| count.label.as_mut());
        labels.for_each(|label| *label = name.to_owned());
    }
    for comments in &mut report.comments {
        comments.survey = name.to_owned();
        comments.question = name.to_owned();
    }
    for class in report
        .non_response
        .iter_mut()
        .filter(|by| by.by == "queue")
        .flat_map(|by| &mut by.classes)
    {
        class.name = name.to_owned();
    }
    for wording in &mut report.method.wordings {
        wording.text = name.to_owned();
    }
    for rule in &mut report.calls.suppressed_by {
        rule.rule = name.to_owned();
    }
    report
}

/// Texts that mean something somewhere, and any other.
fn names() -> impl Strategy<Value = String> {
    let known = [
        "<script>alert(1)</script>",
        "</title></style><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' & \" < > &amp; &#60;b&#62; ]]> -->",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2",
        "@SUM(A1:A9)",
        "\t=1",
        "\r=1",
        "=(Sheet1!$A$1:$A$2,Sheet1!$A$4)",
        "Overview!$A$1:$A$5",
        "=Table1[Column1]",
        "a\nb\r\nc\u{85}d\u{2028}e\u{2029}f",
        "\u{202e}evil\u{2066}more",
        "\u{0}\u{1}\u{b}\u{fffe}\u{ffff}\u{feff}",
        "a,b;c\"d\"",
        "\u{1b}]0;title\u{7}\u{1b}[2J",
        "مرحبا بالعالم",
        "_x0041_ _x000D_",
        "  ",
        "=",
    ];
    prop_oneof![
        3 => prop::sample::select(known.map(str::to_owned).to_vec()),
        3 => "[<>&\"'=+\\-@\\t\\r\\n,;|! a-c\u{202e}\u{5d0}]{1,40}",
        2 => "\\PC{1,60}",
        1 => any::<String>().prop_filter("a name has a sign", |name| !name.is_empty()),
    ]
}

#[tokio::test]
async fn texts_from_outside_stay_texts_in_every_format() {
    let directory = tempfile::tempdir().unwrap();
    let store = crate::support::patient(&directory.path().join("aftercall.db")).await;
    World::small(4, 260).write(&store).await;
    let report = report(&store).await;
    let tame = Expected::of(&with(&report, "tame"));
    // Once: every row of a file has it.
    let long = "lång <b>name</b> ".repeat(620);
    tame.holds_of(&with(&report, &long), &long);
    let mut runner = TestRunner::new(Config::with_cases(48));
    let holds = runner.run(&names(), |name| {
        tame.holds_of(&with(&report, &name), &name);
        Ok(())
    });
    holds.unwrap_or_else(|error| panic!("{error}"));
}

/// What a report has whatever its texts are.
struct Expected {
    page: markup::Page,
    mail: markup::Page,
    csv_rows: usize,
    sheets: Vec<(String, (usize, usize))>,
}

impl Expected {
    fn of(report: &Report) -> Self {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(written(report, ReportFormat::Xlsx))).unwrap();
        let names = workbook.sheet_names();
        Self {
            page: markup::read(&text(report, ReportFormat::Html)),
            mail: markup::read(&mail(report, &OPTIONS, None).unwrap().html),
            csv_rows: csv(&text(report, ReportFormat::Csv), ',').len(),
            sheets: names
                .into_iter()
                .map(|name| {
                    let size = workbook.worksheet_range(&name).unwrap().get_size();
                    (name, size)
                })
                .collect(),
        }
    }

    fn holds_of(&self, report: &Report, name: &str) {
        let page = markup::read(&text(report, ReportFormat::Html));
        assert_eq!(
            page.elements, self.page.elements,
            "elements of the page: {name:?}"
        );
        assert!(
            page.links
                .iter()
                .all(|link| link.starts_with('#') || link == "data:,"),
            "{:?}",
            page.links
        );
        let parts = mail(report, &OPTIONS, None).unwrap();
        // A mail of long names is shorter by some tables, but has nothing else.
        for element in markup::read(&parts.html).elements.keys() {
            assert!(
                self.mail.elements.contains_key(element),
                "{element} in the mail: {name:?}"
            );
        }
        assert_eq!(parts.subject.lines().count(), 1, "{:?}", parts.subject);
        assert!(!parts.subject.contains(char::is_control));
        self.rows_are_the_same(report, name);
        self.cells_are_texts(report, name);
        let terminal = text(report, ReportFormat::Text);
        let is_unsafe = |sign: char| {
            (sign.is_control() && sign != '\n')
                || matches!(sign, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!terminal.contains(is_unsafe), "{name:?}");
        let behind = terminal.split("\nCalls\n").nth(1).unwrap();
        let long = behind.lines().find(|line| line.chars().count() > 100);
        assert_eq!(long, None, "lines of the parts are at most 100 columns");
        let file = file_name(report, ReportFormat::Csv);
        assert!(
            file.chars()
                .all(|sign| sign.is_alphanumeric() || "-_.".contains(sign)),
            "{file}"
        );
        assert!(!file.contains(".."), "{file}");
    }

    fn rows_are_the_same(&self, report: &Report, name: &str) {
        let plain = text(report, ReportFormat::Csv);
        assert_eq!(plain.lines().count(), self.csv_rows + 1, "{name:?}");
        for (text, separator) in [
            (plain, ','),
            (
                text(report, ReportFormat::CsvExcel)
                    .trim_start_matches('\u{feff}')
                    .to_owned(),
                ',',
            ),
        ] {
            let rows = csv(&text, separator);
            assert_eq!(rows.len(), self.csv_rows, "{name:?}");
            let is_number = |column: &str| matches!(column, "answer" | "value" | "n" | "low" | "high" | "p");
            for (column, field) in rows.iter().flatten() {
                assert!(!field.contains(char::is_control), "{column}: {field:?}");
                let is_formula = field.starts_with(['=', '+', '-', '@']);
                assert!(
                    !is_formula || (is_number(column) && field.parse::<f64>().is_ok()),
                    "{column}: {field:?}"
                );
            }
        }
    }

    fn cells_are_texts(&self, report: &Report, name: &str) {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(written(report, ReportFormat::Xlsx))).unwrap();
        let names: Vec<&String> = self.sheets.iter().map(|(sheet, _)| sheet).collect();
        assert_eq!(workbook.sheet_names().iter().collect::<Vec<_>>(), names);
        for (sheet, size) in &self.sheets {
            let range = workbook.worksheet_range(sheet).unwrap();
            assert_eq!(range.get_size(), *size, "{sheet}: {name:?}");
            let formulas = workbook.worksheet_formula(sheet).unwrap();
            assert!(formulas.used_cells().next().is_none(), "{sheet}: {name:?}");
            let is_plain = |cell: &Data| {
                matches!(
                    cell,
                    Data::Empty | Data::Float(_) | Data::String(_) | Data::DateTime(_)
                )
            };
            assert!(range.rows().flatten().all(is_plain), "{sheet}: {name:?}");
        }
        // The name is there with all that a cell can hold of it.
        let groups = workbook.worksheet_range("Groups, calls").unwrap();
        let shown = groups
            .rows()
            .nth(1)
            .and_then(|row| row.first())
            .unwrap()
            .to_string();
        let plain = |sign: char| {
            let is_unsafe = sign.is_control()
                || matches!(sign, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}');
            if is_unsafe { '\u{fffd}' } else { sign }
        };
        assert_eq!(shown, name.chars().map(plain).collect::<String>());
    }
}

#[tokio::test]
async fn report_without_calls_is_one_in_every_format() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    let report = report(&store).await;
    assert!(text(&report, ReportFormat::Text).ends_with("\nNo calls.\n"));
    for row in csv(&text(&report, ReportFormat::Csv), ',') {
        assert!(matches!(row["value"].as_str(), "0" | ""), "{row:?}");
    }
    let page = markup::read(&text(&report, ReportFormat::Html));
    assert!(
        page.texts.iter().any(|text| text == "No calls."),
        "{:?}",
        page.texts
    );
    assert!(mail(&report, &OPTIONS, None).unwrap().html.contains("No calls."));
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(written(&report, ReportFormat::Xlsx))).unwrap();
    let about = workbook.worksheet_range("About").unwrap();
    assert!(about.rows().flatten().any(|cell| *cell == "No calls."));
}

#[tokio::test]
async fn nine_answers_are_counted_and_have_no_figure_in_any_format() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    store
        .apply(&[Fact::Surveys(vec![survey("000000000001")])])
        .await
        .unwrap();
    for number in 1..=9 {
        let facts = [
            admit(number, Some("sales"), 1),
            answered(number),
            answer(number, "nps", Some(10)),
        ];
        store.apply(&facts).await.unwrap();
    }
    let query = ReportQuery {
        by: Some(Grouping::Name(Dimension::Queue)),
        trend: Some(TrendStep::Day),
        ..ReportQuery::everything()
    };
    let report = Report::read(&store, &query).await.unwrap();
    for row in csv(&text(&report, ReportFormat::Csv), ',') {
        let is_figure = matches!(row["part"].as_str(), "rate" | "score") && row["figure"] != "target";
        assert!(
            !is_figure || (row["value"].is_empty() && row["low"].is_empty()),
            "{row:?}"
        );
        assert!(row["figure"] != "percent" || row["value"].is_empty(), "{row:?}");
    }
    let page = markup::read(&text(&report, ReportFormat::Html));
    assert!(
        page.texts
            .iter()
            .any(|text| text == "n = 9: counts only, a score needs 10 answers.")
    );
    let is_percent =
        |text: &&String| text.starts_with(|sign: char| sign.is_ascii_digit()) && text.ends_with('%');
    let percent = page.texts.iter().find(is_percent);
    assert_eq!(percent, None, "no percentage is shown");
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(written(&report, ReportFormat::Xlsx))).unwrap();
    let questions = workbook.worksheet_range("Questions").unwrap();
    let head: Vec<String> = questions
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    let value = head.iter().position(|head| head == "Value").unwrap();
    assert!(questions.rows().skip(1).all(|row| row[value] == Data::Empty));
}

#[tokio::test]
async fn pages_in_other_languages_have_no_english_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let store = crate::support::patient(&directory.path().join("aftercall.db")).await;
    World::small(5, 260).write(&store).await;
    let report = with(&report(&store).await, "Kysymys");
    let texts = |language| {
        let mut out = Vec::new();
        let options = RenderOptions { language, ..OPTIONS };
        ReportFormat::Html.write(&report, &options, &mut out).unwrap();
        let page = markup::read(&String::from_utf8(out).unwrap());
        page.texts
            .into_iter()
            .map(|text| text.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let english = texts(ReportLanguage::English);
    for language in ReportLanguage::ALL.into_iter().skip(1) {
        let own = texts(language);
        assert!(
            own.iter().all(|text| !text.contains('\u{27e6}')),
            "{language}: a message is missing"
        );
        let is_sentence = |text: &&String| {
            text.split(' ')
                .filter(|word| word.len() > 2 && word.chars().all(char::is_alphabetic))
                .count()
                >= 2
        };
        let untranslated: Vec<&String> = own
            .iter()
            .filter(is_sentence)
            .filter(|text| english.contains(text))
            .collect();
        assert!(untranslated.is_empty(), "{language}: {untranslated:?}");
    }
}
