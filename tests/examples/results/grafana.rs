//! `examples/grafana`: the shape of both dashboards, and every query of `results.json`.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate};
use serde_json::Value;

use super::agreement::{assert_calls, assert_scores, is_same};
use super::{Demo, FIRST, LAST, Record, cell, rows};
use crate::read;

/// Types of panels that Grafana brings along.
const PANEL_TYPES: [&str; 5] = ["barchart", "row", "stat", "table", "timeseries"];
/// Units of panels, by their ids in Grafana.
const UNITS: [&str; 11] = [
    "bytes",
    "cps",
    "none",
    "ops",
    "percent",
    "percentunit",
    "pps",
    "reqps",
    "s",
    "short",
    "string",
];
/// Columns of its grid.
const GRID: u64 = 24;

fn dashboard(name: &str) -> Value {
    let text = read(&format!("grafana/{name}"));
    assert!(
        !text.contains("/home/") && !text.contains("/var/"),
        "{name}: no path of a machine"
    );
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn panels(dashboard: &Value) -> &[Value] {
    dashboard["panels"].as_array().unwrap()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text `{name}` in {value}"))
}

/// x, y, width and height of a panel.
fn place(panel: &Value) -> [u64; 4] {
    ["x", "y", "w", "h"].map(|name| panel["gridPos"][name].as_u64().unwrap())
}

fn check_panel(panel: &Value, source: &Value) {
    let kind = text(panel, "type");
    let title = text(panel, "title");
    assert!(PANEL_TYPES.contains(&kind) && !title.is_empty(), "{panel}");
    let [x, _, width, height] = place(panel);
    assert!(
        width > 0 && height > 0 && x + width <= GRID,
        "{title}: {}",
        panel["gridPos"]
    );
    if kind == "row" {
        return;
    }
    assert!(
        text(panel, "description").ends_with('.'),
        "{title}: a description in sentences"
    );
    assert_eq!(
        &panel["datasource"], source,
        "{title}: its data source is the variable"
    );
    assert!(
        UNITS.contains(&text(&panel["fieldConfig"]["defaults"], "unit")),
        "{title}"
    );
    let targets = panel["targets"].as_array().unwrap();
    assert!(!targets.is_empty(), "{title}: nothing is asked");
    let ids: BTreeSet<&str> = targets.iter().map(|target| text(target, "refId")).collect();
    assert_eq!(
        ids.len(),
        targets.len(),
        "{title}: each query has an id of its own"
    );
    for target in targets {
        assert_eq!(&target["datasource"], source, "{title}");
    }
}

#[test]
fn dashboards_have_the_shape_that_grafana_reads() {
    let mut uids = BTreeSet::new();
    for (name, plugin) in [
        ("metrics.json", "prometheus"),
        ("results.json", "frser-sqlite-datasource"),
    ] {
        let dashboard = dashboard(name);
        assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 36, "{name}");
        assert!(dashboard["id"].is_null(), "{name}: Grafana gives the id");
        assert!(uids.insert(text(&dashboard, "uid").to_owned()), "{name}");
        for named in ["title", "description"] {
            assert!(!text(&dashboard, named).is_empty(), "{name}");
        }
        let variables = dashboard["templating"]["list"].as_array().unwrap();
        let of_source = &variables[0];
        assert_eq!(
            (
                text(of_source, "name"),
                text(of_source, "type"),
                text(of_source, "query")
            ),
            ("datasource", "datasource", plugin),
            "{name}: the data source is chosen"
        );
        let source = serde_json::json!({ "type": plugin, "uid": "${datasource}" });
        for panel in panels(&dashboard) {
            check_panel(panel, &source);
        }
        let ids: BTreeSet<u64> = panels(&dashboard)
            .iter()
            .map(|panel| panel["id"].as_u64().unwrap())
            .collect();
        assert_eq!(ids.len(), panels(&dashboard).len(), "{name}: ids of panels");
        let titles: BTreeSet<&str> = panels(&dashboard)
            .iter()
            .map(|panel| text(panel, "title"))
            .collect();
        assert_eq!(titles.len(), ids.len(), "{name}: titles of panels");
        check_grid(panels(&dashboard), name);
        let names: BTreeSet<&str> = variables.iter().map(|variable| text(variable, "name")).collect();
        for used in used_variables(&dashboard) {
            let is_built_in = used.starts_with("__");
            assert!(
                is_built_in || names.contains(used.as_str()),
                "{name}: no variable {used}"
            );
        }
    }
}

/// No cell of the grid belongs to two panels.
fn check_grid(panels: &[Value], name: &str) {
    let mut taken = BTreeSet::new();
    for panel in panels {
        let [x, y, width, height] = place(panel);
        for cell in (x..x + width).flat_map(|x| (y..y + height).map(move |y| (x, y))) {
            assert!(
                taken.insert(cell),
                "{name}: {} lies upon another panel",
                panel["title"]
            );
        }
    }
}

/// Names of variables in the queries.
fn used_variables(dashboard: &Value) -> BTreeSet<String> {
    let targets = panels(dashboard)
        .iter()
        .filter_map(|panel| panel["targets"].as_array())
        .flatten();
    let queries = targets.filter_map(|target| target["expr"].as_str().or(target["rawQueryText"].as_str()));
    queries
        .flat_map(|query| query.split('$').skip(1))
        .map(|rest| {
            let rest = rest.trim_start_matches('{');
            let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            rest[..end.unwrap_or(rest.len())].to_owned()
        })
        .collect()
}

/// The milliseconds at which a UTC day begins.
fn begins(day: &str) -> i64 {
    let day: NaiveDate = day.parse().unwrap();
    day.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis()
}

/// A query with the variables of Grafana filled in: whole days, and these queues.
fn filled(query: &str, from: &str, to: &str, queues: &[&str]) -> String {
    let listed: Vec<String> = queues
        .iter()
        .map(|queue| format!("'{}'", queue.replace('\'', "''")))
        .collect();
    // The last moment of the last day.
    let until = begins(to) + 86_399_999;
    let query = query
        .replace("$__from", &begins(from).to_string())
        .replace("$__to", &until.to_string())
        .replace("${queue:sqlstring}", &listed.join(","));
    assert!(!query.contains('$'), "{query}");
    query
}

/// The query of a panel.
fn query<'d>(dashboard: &'d Value, title: &str) -> &'d str {
    let panel = panels(dashboard).iter().find(|panel| panel["title"] == title);
    text(
        &panel.unwrap_or_else(|| panic!("no panel {title}"))["targets"][0],
        "rawQueryText",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_of_the_results_give_rows_and_the_figures_of_the_report() {
    let demo = Demo::new();
    let mut database = demo.database().await;
    let dashboard = dashboard("results.json");
    let of_queues = text(&dashboard["templating"]["list"][1], "query");
    let named = rows(&mut database, of_queues).await;
    let queues: Vec<&str> = named
        .iter()
        .map(|row| cell(row, "queue").as_str().unwrap())
        .collect();
    assert_eq!(queues.len(), 3, "{queues:?}");

    for panel in panels(&dashboard).iter().filter(|panel| panel["type"] != "row") {
        let (title, target) = (text(panel, "title"), &panel["targets"][0]);
        assert_eq!(target["queryText"], target["rawQueryText"], "{title}");
        let found = rows(
            &mut database,
            &filled(text(target, "rawQueryText"), FIRST, LAST, &queues),
        )
        .await;
        assert!(
            found
                .iter()
                .any(|row| row.iter().any(|(_, value)| !value.is_null())),
            "{title}: {found:?}"
        );
        check_times(&found, target, title);
        check_columns(&found, panel, title);
    }

    let mut ask = async |title: &str, from: &str, to: &str, queues: &[&str]| {
        rows(&mut database, &filled(query(&dashboard, title), from, to, queues)).await
    };
    let by_queue = demo.report(FIRST, LAST, &["--by", "queue"]);
    let scores = ask("Scores by queue", FIRST, LAST, &queues).await;
    let rates = ask("Response rate by queue", FIRST, LAST, &queues).await;
    let reach = ask("Calls that reach the survey", FIRST, LAST, &queues).await;
    let mut compared = 0;
    for part in by_queue["groups"]["parts"].as_array().unwrap() {
        let queue = text(part, "name");
        let is_of = |row: &&Record| cell(row, "queue").as_str() == Some(queue);
        let found: Vec<&Record> = scores.iter().filter(is_of).collect();
        compared += assert_scores(&found, &part["questions"], queue);
        assert_calls(rates.iter().find(is_of).unwrap(), &part["calls"], queue);
        let reported = demo.report(FIRST, LAST, &["--queue", queue]);
        let row = reach.iter().find(is_of).unwrap();
        for (column, expected) in [
            ("eligible", &reported["reach"]["eligible"]),
            ("reached", &reported["reach"]["reached"]),
            ("reach_rate", &reported["reach"]["rate"]["percent"]),
        ] {
            assert!(
                is_same(cell(row, column), expected),
                "{queue}: {column}: {row:?} {}",
                reported["reach"]
            );
        }
    }
    assert!(compared >= 3, "{compared} scores");

    // One queue alone, week by week.
    let queue = queues[0];
    let weeks = ask("Scores by week, with intervals", FIRST, LAST, &[queue]).await;
    let points = ask("Scores by week", FIRST, LAST, &[queue]).await;
    let rates = ask("Response rate by week", FIRST, LAST, &[queue]).await;
    let mut compared = 0;
    let mut monday: NaiveDate = FIRST.parse().unwrap();
    while monday.to_string().as_str() < LAST {
        let week = monday.to_string();
        let sunday = (monday + Days::new(6)).to_string();
        let report = demo.report(&week, sunday.as_str().min(LAST), &["--queue", queue]);
        let found: Vec<&Record> = weeks
            .iter()
            .filter(|row| cell(row, "week").as_str() == Some(week.as_str()))
            .collect();
        compared += assert_scores(&found, &report["questions"], &week);
        let begins = begins(&week) / 1_000;
        let is_of = |row: &&Record| cell(row, "time").as_i64() == Some(begins);
        let drawn: Vec<&Record> = points.iter().filter(is_of).collect();
        assert_eq!(drawn.len(), found.len(), "{week}");
        for row in found {
            let point = drawn
                .iter()
                .find(|point| cell(point, "name") == cell(row, "question"))
                .unwrap();
            assert_eq!(
                cell(point, "score"),
                cell(row, "score"),
                "{week}: both panels show one score"
            );
        }
        let rate = rates.iter().find(is_of).unwrap();
        assert!(
            is_same(
                cell(rate, "response_rate"),
                &report["calls"]["rates"]["response_rate"]
            ),
            "{week}: {rate:?}"
        );
        monday = monday + Days::new(7);
    }
    assert!(compared >= 4, "{compared} scores of weeks");

    let all = demo.report(FIRST, LAST, &[]);
    for (title, column, expected) in [
        ("Calls that ended", "arrived", &all["calls"]["arrived"]),
        ("Surveys offered", "offered", &all["calls"]["offered"]),
        (
            "Response rate",
            "response_rate",
            &all["calls"]["rates"]["response_rate"],
        ),
    ] {
        let found = ask(title, FIRST, LAST, &queues).await;
        assert!(
            is_same(cell(&found[0], column), expected),
            "{title}: {found:?} and {expected}"
        );
    }
    let answers: u64 = all["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|question| question["n"].as_u64().unwrap())
        .sum();
    let found = ask("Valid answers", FIRST, LAST, &queues).await;
    assert_eq!(cell(&found[0], "answers").as_u64(), Some(answers));
    let ends = ask("How calls ended", FIRST, LAST, &queues).await;
    for end in all["calls"]["dispositions"].as_array().unwrap() {
        let row = ends
            .iter()
            .find(|row| cell(row, "disposition") == &end["disposition"]);
        assert_eq!(cell(row.unwrap(), "calls"), &end["calls"], "{end}");
    }
    let days = ask("Funnel by day", FIRST, LAST, &queues).await;
    for step in ["arrived", "offered", "completed"] {
        let sum: i64 = days.iter().map(|row| cell(row, step).as_i64().unwrap()).sum();
        assert_eq!(Some(sum), all["calls"][step].as_i64(), "{step}");
    }
}

/// Columns of times are numbers or RFC 3339; a time series stands in their order.
fn check_times(found: &[Record], target: &Value, title: &str) {
    for column in target["timeColumns"].as_array().unwrap() {
        let name = column.as_str().unwrap();
        let times: Vec<&Value> = found.iter().map(|row| cell(row, name)).collect();
        for time in &times {
            let is_time = time.is_i64() || DateTime::parse_from_rfc3339(time.as_str().unwrap()).is_ok();
            assert!(is_time, "{title}: {time}");
        }
        let seconds: Vec<i64> = times.iter().filter_map(|time| time.as_i64()).collect();
        assert!(
            seconds.is_sorted(),
            "{title}: the plugin takes a series in the order of time"
        );
    }
    assert!(
        target["queryType"] == "table" || target["timeColumns"][0] == "time",
        "{title}: a time series has a time"
    );
}

/// Columns that a panel gives a name or draws by are columns of its query; a column has one type, because the plugin reads all of it by the first.
fn check_columns(found: &[Record], panel: &Value, title: &str) {
    let columns: Vec<&str> = found[0].iter().map(|(name, _)| name.as_str()).collect();
    let overrides = panel["fieldConfig"]["overrides"].as_array().unwrap();
    let named = overrides.iter().map(|of| text(&of["matcher"], "options"));
    for name in named.chain(panel["options"]["xField"].as_str()) {
        assert!(columns.contains(&name), "{title}: no column {name}");
    }
    for name in columns {
        let kinds: BTreeSet<&str> = found
            .iter()
            .filter_map(|row| match cell(row, name) {
                Value::Null => None,
                Value::String(_) => Some("text"),
                Value::Number(number) if number.is_f64() => Some("real"),
                _ => Some("integer"),
            })
            .collect();
        assert!(kinds.len() <= 1, "{title}: {name} is {kinds:?}");
    }
}
