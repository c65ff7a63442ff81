//! Clocks of contact centres, and names beside ids.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Timelike};
use serde_json::{Value, json};

use super::data::fill;
use super::read_back::{Row, file, query, rows};
use crate::support::{patient, stranger};
use aftercall_report::ReportQuery;
use aftercall_report::export::{ExportFormat, ExportQuery, Labels, Shape, export};
use aftercall_storage::selection::Dimension;
use aftercall_storage::{SqliteStore, Store};

async fn json_rows(store: &SqliteStore, query: &ExportQuery) -> Vec<Row> {
    let (bytes, _) = file(store, query, ExportFormat::JsonLines).await;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn arrival(row: &Row) -> DateTime<FixedOffset> {
    row["arrived_at"].as_str().unwrap().parse().unwrap()
}

/// The routes that took the calls are gone from the configuration, as far as the export knows.
#[tokio::test]
async fn row_shows_the_day_by_which_it_was_selected_whatever_zones_are_configured_today() {
    let directory = tempfile::tempdir().unwrap();
    let store = patient(&directory.path().join("aftercall.db")).await;
    fill(&store, 3, 200).await;
    let known = rows(&store, &ReportQuery::everything(), Shape::Calls).await;
    let unknown = json_rows(&store, &ExportQuery::of(ReportQuery::everything(), Shape::Calls)).await;
    let mut offsets = BTreeMap::new();
    for (known, unknown) in known.iter().zip(&unknown) {
        let local = arrival(unknown);
        assert_eq!(local, arrival(known), "the moment is the same");
        assert_eq!(unknown["local_day"], json!(local.date_naive().to_string()));
        assert_eq!(unknown["local_hour"], json!(local.hour()));
        *offsets
            .entry((
                unknown["route"].to_string(),
                local.offset().local_minus_utc() / 60,
            ))
            .or_insert(0) += 1;
    }
    let of_route = |route: &str| -> Vec<i32> {
        let of_route = offsets.keys().filter(|(name, _)| *name == format!("\"{route}\""));
        of_route.map(|(_, minutes)| *minutes).collect()
    };
    assert_eq!(of_route("main"), [120, 180], "before and after clocks changed");
    assert_eq!(of_route("phone"), [0]);
    assert_eq!(
        of_route("india"),
        [300, 360],
        "whole hours that have the local hour, of +5:30"
    );
}

#[tokio::test]
async fn hour_that_is_not_known_does_not_hide_the_call() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = patient(&path).await;
    fill(&store, 4, 50).await;
    let pool = stranger(&path).await;
    sqlx::query("UPDATE call SET local_hour = NULL")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    for row in rows(&store, &ReportQuery::everything(), Shape::Calls).await {
        assert_eq!(row["local_hour"], Value::Null);
        assert_eq!(row["local_day"], json!(arrival(&row).date_naive().to_string()));
    }
}

#[tokio::test]
async fn names_of_a_directory_stand_beside_ids() {
    let directory = tempfile::tempdir().unwrap();
    let store = patient(&directory.path().join("aftercall.db")).await;
    fill(&store, 5, 100).await;
    let names = |names: &[(&str, &str)]| -> BTreeMap<String, String> {
        let names = names
            .iter()
            .map(|(id, name)| ((*id).to_owned(), (*name).to_owned()));
        names.collect()
    };
    for shape in [Shape::Calls, Shape::Answers] {
        let labels = Labels::default()
            .with(Dimension::Queue, names(&[("0441", "Sales Oulu")]))
            .with(Dimension::Agent, names(&[("anna", "Anna A."), ("nobody", "N.")]));
        let query = ExportQuery {
            labels,
            ..query(ReportQuery::everything(), shape)
        };
        let rows = json_rows(&store, &query).await;
        let mut named = 0;
        for row in &rows {
            let queue = (row["queue"] == "0441").then_some("Sales Oulu");
            assert_eq!(row["queue_name"], json!(queue));
            let agent = (row["agent"] == "anna").then_some("Anna A.");
            assert_eq!(row["agent_name"], json!(agent));
            named += usize::from(queue.is_some() && agent.is_some());
        }
        assert!(named > 0 && !rows[0].contains_key("team_name"));
    }
}

#[tokio::test]
async fn answer_without_a_column_is_a_fault_and_not_left_out() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = patient(&path).await;
    fill(&store, 6, 50).await;
    assert!(store.count_ended(1_000).await.unwrap() > 0);
    let pool = stranger(&path).await;
    sqlx::query("DELETE FROM rollup_answer")
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query("DELETE FROM rollup_call")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let query = query(ReportQuery::everything(), Shape::Calls);
    let written = export(&store, &query, ExportFormat::Csv, None, std::io::sink(), |_| ()).await;
    let told = written.unwrap_err().to_string();
    assert!(
        told.contains("is not counted") && told.contains("aftercall rollup rebuild"),
        "{told}"
    );
}
