//! A long export of a busy service: it goes on at a later moment, so that the log of the database can start over.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use chrono_tz::Tz;

use super::data::apply;
use super::read_back::query;
use crate::support::{admit, after, end, patient, stranger};
use aftercall_base::Disposition;
use aftercall_report::export::{ExportFormat, Shape, export};
use aftercall_report::{Calendar, Period, ReportQuery};
use aftercall_storage::store::Fact;
use aftercall_storage::{Selection, Snapshot, Store};

/// More than a snapshot may cost.
const MUCH: u64 = 40 << 20;

fn log(database: &Path) -> PathBuf {
    database.with_extension("db-wal")
}

fn length(database: &Path) -> u64 {
    fs::metadata(log(database)).unwrap().len()
}

/// How often the log has started over.
fn restarts(database: &Path) -> u32 {
    let log = fs::read(log(database)).unwrap();
    u32::from_be_bytes(log[12..16].try_into().unwrap())
}

/// Calls that end at once, from a number on.
fn calls(from: u64, count: u64) -> Vec<Fact> {
    (from..from + count)
        .flat_map(|number| [admit(number, Some("sales"), 1), end(number, Disposition::Failed)])
        .collect()
}

/// Another program that writes much: the log grows by what it writes.
async fn write_much(database: &Path) {
    let pool = stranger(database).await;
    let sql = [
        "CREATE TABLE IF NOT EXISTS filler (bytes BLOB)",
        "INSERT INTO filler VALUES (zeroblob(?))",
    ];
    sqlx::query(sql[0]).execute(&pool).await.unwrap();
    let begin = length(database);
    while length(database) < begin + MUCH {
        sqlx::query(sql[1]).bind(4 << 20).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

#[tokio::test]
async fn log_starts_over_once_a_long_read_goes_on_at_a_later_moment() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = patient(&path).await;
    apply(&store, &calls(1, 50)).await;
    let mut snapshot = store.snapshot().await.unwrap();
    let page = snapshot.call_rows(&Selection::default(), None, 20).await.unwrap();
    write_much(&path).await;
    // As long as it is held, the log only grows.
    let held = restarts(&path);
    let (renewed, ()) = tokio::join!(store.renewed(snapshot), async {
        for number in 0..50 {
            apply(&store, &calls(100_000 + number, 1)).await;
        }
    });
    let renewed = renewed.unwrap();
    assert!(renewed.is_later);
    // The checkpoint that makes this possible runs beside the commits.
    for number in 0..500 {
        if restarts(&path) > held {
            break;
        }
        apply(&store, &calls(150_000 + number, 1)).await;
    }
    assert!(restarts(&path) > held, "a commit has begun the log anew");
    let before = length(&path);
    apply(&store, &calls(200_000, 500)).await;
    assert_eq!(length(&path), before, "it is written again from its beginning");
    // The later moment has the later calls, behind the place where the first page ended or before it, and none twice.
    let mut snapshot = renewed.snapshot;
    let mut seen: BTreeSet<String> = page.calls.iter().map(|call| call.uid.to_string()).collect();
    let mut place = page.next;
    while let Some(from) = place {
        let page = snapshot
            .call_rows(&Selection::default(), Some(&from), 5_000)
            .await
            .unwrap();
        for call in page.calls {
            assert!(seen.insert(call.uid.to_string()));
        }
        place = page.next;
    }
    assert!(seen.len() > 50);
    let renewed = store.renewed(snapshot).await.unwrap();
    assert!(!renewed.is_later, "nothing much was written since");
}

/// Writes much in the background whenever it is told to.
fn writer(path: &Path, told: &Receiver<()>, done: &SyncSender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = patient(path).await;
        while told.recv().is_ok() {
            write_much(path).await;
            apply(&store, &calls(200_000, 500)).await;
            done.send(()).unwrap();
        }
        store.close().await;
    });
}

#[test]
fn export_that_goes_on_at_a_later_moment_has_every_call_of_its_time_once_and_no_later_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let store = runtime.block_on(async {
        let store = patient(&path).await;
        apply(&store, &calls(1, 2_500)).await;
        store
    });
    let (tell, told) = sync_channel(0);
    let (done, written) = sync_channel(0);
    let background = std::thread::spawn(move || writer(&path, &told, &done));
    let calendar = Calendar::new(Tz::UTC, after(100_000));
    let query = query(ReportQuery::of(Period::all(calendar)), Shape::Calls);
    let mut bytes = Vec::new();
    let mut pages = 0;
    let write_behind_first_page = move |_| {
        pages += 1;
        if pages == 1 {
            tell.send(()).unwrap();
            written.recv().unwrap();
        }
    };
    let export = export(
        &store,
        &query,
        ExportFormat::Csv,
        None,
        &mut bytes,
        write_behind_first_page,
    );
    let exported = runtime.block_on(export).unwrap();
    background.join().unwrap();
    assert_eq!(
        (exported.calls, exported.rows, exported.moments),
        (2_500, 2_500, 2)
    );
    let text = String::from_utf8(bytes).unwrap();
    let uids: BTreeSet<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(uids.len(), 2_500);
}
