//! Dashboards and pages over the database: each query runs on a database made by `aftercall demo` and gives rows, and the figures are those of
//! `aftercall report`.

mod agreement;
mod evidence;
mod grafana;

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Row, TypeInfo, ValueRef};

/// The first and the last day asked for: whole weeks within the demo, except the last one, which ends on a Saturday.
const FIRST: &str = "2026-09-07";
const LAST: &str = "2026-10-31";
/// Surveys of the demo's queues; one asks for comments.
const SURVEYS: [&str; 3] = ["csat-agent", "nps-ces-csat", "nps-comment"];

/// A demo with comments, and its directory.
struct Demo(tempfile::TempDir);

impl Demo {
    /// Fills a database.
    fn new() -> Self {
        let demo = Self(tempfile::tempdir().unwrap());
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR"));
        let surveys = demo.0.path().join("surveys");
        std::fs::create_dir(&surveys).unwrap();
        for survey in SURVEYS {
            let name = format!("{survey}.toml");
            std::fs::copy(shipped.join("config/surveys").join(&name), surveys.join(&name)).unwrap();
        }
        let settings = format!(
            "[sampling]\ntime_zone = \"Europe/Helsinki\"\n[surveys]\ndirectory = \"surveys\"\n[prompts]\ndirectory = {:?}\n",
            shipped.join("prompts"),
        );
        std::fs::write(demo.0.path().join("aftercall.toml"), settings).unwrap();
        let arguments = [
            "demo",
            "--fill-only",
            "--json",
            "--database",
            "made/demo.db",
            "--calls",
            "8000",
            "--days",
            "60",
            "--until",
            LAST,
            "--agents",
            "12",
            "--queues",
            "3",
            "--seed",
            "7",
        ];
        demo.json("aftercall.toml", &arguments);
        demo
    }

    fn json(&self, config: &str, arguments: &[&str]) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_aftercall"))
            .args(["--config", config])
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// `aftercall report --json` of days, with further options.
    fn report(&self, from: &str, to: &str, options: &[&str]) -> Value {
        let period = ["report", "--json", "--from", from, "--to", to];
        self.json("made/aftercall.toml", &[&period[..], options].concat())
    }

    /// The database.
    async fn database(&self) -> SqliteConnection {
        let file = self.0.path().join("made/demo.db");
        SqliteConnectOptions::new()
            .filename(file)
            .connect()
            .await
            .unwrap()
    }
}

/// A row by the names of its columns, in their order.
type Record = Vec<(String, Value)>;

/// The rows of a query.
async fn rows(connection: &mut SqliteConnection, sql: &str) -> Vec<Record> {
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await;
    rows.unwrap_or_else(|error| panic!("{error}:\n{sql}"))
        .iter()
        .map(record)
        .collect()
}

fn record(row: &SqliteRow) -> Record {
    let columns = row.columns().iter();
    let value = |index: usize| {
        let raw = row.try_get_raw(index).unwrap();
        let kind = raw.type_info().name().to_owned();
        match kind.as_str() {
            _ if raw.is_null() => Value::Null,
            "REAL" => row.get_unchecked::<f64, _>(index).into(),
            "INTEGER" => row.get_unchecked::<i64, _>(index).into(),
            _ => row.get_unchecked::<String, _>(index).into(),
        }
    };
    columns
        .map(|column| (column.name().to_owned(), value(column.ordinal())))
        .collect()
}

/// A cell.
fn cell<'r>(record: &'r Record, name: &str) -> &'r Value {
    let found = record.iter().find(|(column, _)| column == name);
    &found.unwrap_or_else(|| panic!("no {name} in {record:?}")).1
}
