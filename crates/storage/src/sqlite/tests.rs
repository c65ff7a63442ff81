use std::num::NonZeroU32;

use chrono::DateTime;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::Row;

use super::{Access, SqliteOptions, SqliteStore};
use crate::error::{Outage, StoreError};
use crate::store::{Fact, Store};
use aftercall_base::CallUid;
use aftercall_survey::admission::sampler::CallSampler;
use aftercall_survey::admission::{Eligibility, NewCall, SamplingTerms, Stratum, StratumKind};
use aftercall_survey::context::CallContext;

fn admit(number: u64) -> Fact {
    let arrived_at = DateTime::from_timestamp(1_795_334_400, 0).unwrap();
    let stratum = Stratum {
        route: "main".to_owned(),
        kind: StratumKind::Queue,
        counted_as: String::new(),
    };
    Fact::Admit(Box::new(NewCall {
        uid: CallUid::new(arrived_at, &mut StdRng::seed_from_u64(number)),
        node: "node-1".to_owned(),
        arrived_at,
        time_zone: chrono_tz::UTC,
        sip_call_id: "x".repeat(2_000),
        dialled: "nps".to_owned(),
        context: CallContext::default(),
        route: Some("main".to_owned()),
        survey: None,
        eligibility: Eligibility::Eligible(SamplingTerms::of_sampler(
            stratum,
            CallSampler::Every(NonZeroU32::new(10).unwrap()),
            arrived_at.date_naive(),
        )),
    }))
}

#[tokio::test]
async fn full_disk_is_an_outage_that_leaves_the_database_whole_and_ends_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = SqliteStore::open(&SqliteOptions::new(&path, Access::Serve))
        .await
        .unwrap();
    store.apply(&[admit(0)]).await.unwrap();
    sqlx::query("PRAGMA max_page_count = 1")
        .execute(&store.writer)
        .await
        .unwrap();
    let mut failed = None;
    for batch in 1..100 {
        if let Err(error) = store.apply(&[admit(2 * batch), admit(2 * batch + 1)]).await {
            failed = Some((batch, error));
            break;
        }
    }
    let (batch, error) = failed.expect("a database that may not grow fills up");
    assert!(
        matches!(
            error,
            StoreError::Unavailable {
                outage: Outage::DiskFull,
                ..
            }
        ),
        "{error}"
    );
    // The connection that failed is closed; the next one has no limit, as when the disk has room again.
    store.apply(&[admit(1_000)]).await.unwrap();
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM call) AS calls, (SELECT eligible FROM sampling_counter) AS n",
    )
    .fetch_one(&store.readers)
    .await
    .unwrap();
    let expected = i64::try_from(2 * batch).unwrap();
    assert_eq!(
        (row.get::<i64, _>("calls"), row.get::<i64, _>("n")),
        (expected, expected)
    );
}

#[tokio::test]
async fn commits_are_flushed_to_the_disk_and_readers_cannot_write() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = SqliteStore::open(&SqliteOptions::new(&path, Access::Serve))
        .await
        .unwrap();
    let pragma = async |name: &'static str| -> String {
        let row = sqlx::query(name).fetch_one(&store.writer).await.unwrap();
        row.try_get::<i64, _>(0)
            .map_or_else(|_| row.get(0), |number| number.to_string())
    };
    assert_eq!(pragma("PRAGMA journal_mode").await, "wal");
    assert_eq!(
        pragma("PRAGMA synchronous").await,
        "2",
        "FULL: every commit is an fsync"
    );
    assert_eq!(pragma("PRAGMA foreign_keys").await, "1");
    sqlx::query("DELETE FROM call")
        .execute(&store.readers)
        .await
        .unwrap_err();
    let report = SqliteStore::open(&SqliteOptions::new(&path, Access::Read))
        .await
        .unwrap();
    report.apply(&[admit(1)]).await.unwrap_err();
}

/// What is refused is applied again fact by fact, which would hide a statement that fails in a batch.
#[tokio::test]
async fn batch_whose_calls_keep_each_other_out_is_written_in_one_go() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = SqliteStore::open(&SqliteOptions::new(&path, Access::Serve))
        .await
        .unwrap();
    let limited = |number| {
        let Fact::Admit(mut call) = admit(number) else {
            panic!("a call is admitted")
        };
        call.context.caller_hash = Some(format!("caller {}", number % 3));
        if let Eligibility::Eligible(terms) = &mut call.eligibility {
            terms.sampler = CallSampler::Every(NonZeroU32::MIN);
            terms.limits.max_per_day = 2;
            terms.cool_down.any_days = 1;
        }
        Fact::Admit(call)
    };
    let facts: Vec<Fact> = (1..=40).map(limited).collect();
    let mut connection = store.writer.acquire().await.unwrap();
    let results = super::write::apply_together(&mut connection, &facts)
        .await
        .unwrap();
    assert_eq!(results.len(), 40);
    let counted: i64 = sqlx::query_scalar("SELECT eligible FROM sampling_counter")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(counted, 2, "who was kept out gave the place back");
}
