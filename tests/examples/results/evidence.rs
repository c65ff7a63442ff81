//! `examples/evidence`: sources run by SQLite, pages on what the sources gave. Evidence runs pages in DuckDB; theirs is the part of SQL that both
//! read, and this runs it in SQLite.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::agreement::{assert_calls, assert_scores, is_same};
use super::{Demo, Record, cell, rows};
use crate::{path, read};

const SOURCES: [&str; 3] = ["comments", "participation", "scores"];

/// A query of a page.
struct PageQuery {
    name: String,
    sql: String,
}

/// The queries of a page, and its text without them.
fn parse(page: &str) -> (Vec<PageQuery>, String) {
    let mut queries = Vec::new();
    let mut text = String::new();
    for (index, block) in page.split("```").enumerate() {
        if index % 2 == 0 {
            text.push_str(block);
        } else {
            let (head, sql) = block.split_once('\n').unwrap();
            let name = head
                .strip_prefix("sql ")
                .unwrap_or_else(|| panic!("a query has a name: {head}"));
            queries.push(PageQuery {
                name: name.to_owned(),
                sql: sql.to_owned(),
            });
        }
    }
    (queries, text)
}

/// The components of a page: each from its bracket to the end of its tag.
fn components(text: &str) -> Vec<&str> {
    let starts = text.match_indices('<').map(|(start, _)| &text[start + 1..]);
    starts
        .filter(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
        .map(|rest| rest.split_once('>').unwrap().0)
        .collect()
}

/// The value of a property: `name={value}`, `name=value`.
fn property<'c>(component: &'c str, name: &str) -> Option<&'c str> {
    let rest = component.split_once(&format!(" {name}="))?.1;
    match rest.strip_prefix('{') {
        Some(rest) => rest.split_once('}').map(|(value, _)| value),
        None => rest.split([' ', '/']).next(),
    }
}

fn pages() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(path("evidence/pages")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .map(|name| {
            let text = read(&format!("evidence/pages/{name}"));
            (name, text)
        })
        .collect()
}

/// The queries of a source, by name.
fn source(name: &str) -> String {
    read(&format!("evidence/sources/aftercall/{name}.sql"))
}

/// What Evidence does with sources: their rows become tables `aftercall.NAME`.
async fn load_sources(connection: &mut SqliteConnection) {
    connection
        .execute("ATTACH ':memory:' AS aftercall")
        .await
        .unwrap();
    for name in SOURCES {
        let sql = source(name);
        // Its plugin counts the rows of a source so, which a comment at its end would break.
        let counted = format!("WITH root AS ({sql}) SELECT COUNT(*) AS count FROM root");
        let found = rows(connection, &counted).await;
        assert!(cell(&found[0], "count").as_i64() > Some(0), "{name} gives rows");
        let made = format!("CREATE TABLE aftercall.{name} AS {sql}");
        connection.execute(AssertSqlSafe(made)).await.unwrap();
    }
}

/// Every component is given a query of its page, and columns of that query.
fn check_components(text: &str, page: &str, found: &[(String, Vec<Record>)]) {
    let mut of_table: Option<&[Record]> = None;
    for component in components(text) {
        if let Some(name) = property(component, "data") {
            let query = found.iter().find(|(known, _)| known == name);
            let rows = &query.unwrap_or_else(|| panic!("{page}: no query {name}")).1;
            of_table = Some(rows);
        }
        let rows = of_table.unwrap_or_else(|| panic!("{page}: {component} has no data"));
        let columns: BTreeSet<&str> = rows[0].iter().map(|(name, _)| name.as_str()).collect();
        for asked in ["x", "y", "series", "value", "id"] {
            let named = property(component, asked).unwrap_or_default();
            let listed = named.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            for column in listed.filter(|column| !column.is_empty()) {
                assert!(
                    columns.contains(column),
                    "{page}: no column {column} for {component}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_rows_and_the_figures_of_the_report() {
    let demo = Demo::new();
    let mut connection = demo.database().await;
    load_sources(&mut connection).await;
    let all = demo.report("2026-09-02", super::LAST, &["--by", "queue"]);
    let pages = pages();
    assert!(pages.len() >= 4);
    let mut compared = 0;
    for (page, text) in &pages {
        let (queries, text) = parse(text);
        let mut found = Vec::new();
        for PageQuery { name, sql } in queries {
            let sql = sql.replace("${inputs.queue.value}", "sales");
            assert!(!sql.contains('$'), "{page}: {sql}");
            let rows = rows(&mut connection, &sql).await;
            assert!(!rows.is_empty(), "{page}: {name} gives rows");
            found.push((name, rows));
        }
        check_components(&text, page, &found);
        for (name, rows) in &found {
            compared += compare(page, name, rows, &all);
        }
    }
    assert!(compared >= 8, "{compared} figures were compared");
}

/// Compares what the report has as well. Returns how many groups of figures.
fn compare(page: &str, name: &str, rows: &[Record], report: &Value) -> usize {
    let parts = report["groups"]["parts"].as_array().unwrap();
    let of = |row: &&Record, queue: &Value| cell(row, "queue") == queue;
    match (page, name) {
        ("index.md", "by_queue") => parts
            .iter()
            .map(|part| {
                let found: Vec<&Record> = rows.iter().filter(|row| of(row, &part["name"])).collect();
                assert_scores(&found, &part["questions"], &part["name"].to_string())
            })
            .sum(),
        ("participation.md", "by_queue") => {
            for part in parts {
                let row = rows.iter().find(|row| of(row, &part["name"])).unwrap();
                assert_calls(row, &part["calls"], &part["name"].to_string());
            }
            parts.len()
        }
        ("participation.md", "by_week") => {
            let sum: i64 = rows
                .iter()
                .map(|row| cell(row, "arrived").as_i64().unwrap())
                .sum();
            assert!(is_same(&sum.into(), &report["calls"]["arrived"]), "{sum}");
            1
        }
        ("comments.md", "by_week") => {
            let sum: i64 = rows
                .iter()
                .map(|row| cell(row, "comments").as_i64().unwrap())
                .sum();
            let reported = report["comments"].as_array().unwrap().iter();
            let expected: i64 = reported
                .map(|question| question["comments"].as_i64().unwrap())
                .sum();
            assert_eq!(sum, expected, "{}", report["comments"]);
            1
        }
        _ => 0,
    }
}
