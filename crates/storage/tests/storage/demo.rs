//! Made-up calls keep the rules that real ones keep.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use sqlx::SqlitePool;

use crate::counts::assert_exact;
use crate::support::{admit, open, question, stranger, survey};
use aftercall_storage::demo::{DemoOptions, DemoProgress, DemoStep, DemoSummary, fill};
use aftercall_storage::{Store, StoreErrorKind};
use aftercall_survey::{Metric, SurveyRecord, SurveyVersion};

const CALLS: u64 = 6_000;

fn options(calls: u64, seed: u64) -> DemoOptions {
    let mut effort = question("ces", Metric::Ces, (1, 7));
    effort.high_is_good = false;
    let version = |name: &str, version: &str| SurveyRecord {
        survey: SurveyVersion {
            name: name.to_owned(),
            version: version.to_owned(),
        },
        questions: vec![
            question("nps", Metric::Nps, (0, 10)),
            effort.clone(),
            question("csat", Metric::Csat, (1, 5)),
            question("why", Metric::Comment, (0, 0)),
        ],
        ..survey(version)
    };
    DemoOptions {
        calls,
        until: NaiveDate::from_ymd_opt(2026, 11, 30).unwrap(),
        days: 60,
        zone: chrono_tz::Europe::Helsinki,
        queues: 4,
        teams: 2,
        agents: 12,
        seed,
        surveys: vec![
            version("nps", "000000000001"),
            version("csat", "000000000003"),
            version("nps", "000000000002"),
        ],
        sentences: Vec::new(),
    }
}

async fn filled(path: &Path, calls: u64, seed: u64) -> (DemoSummary, Vec<DemoProgress>, SqlitePool) {
    let mut told = Vec::new();
    let summary = fill(path, options(calls, seed), |progress| told.push(progress))
        .await
        .unwrap();
    (summary, told, stranger(path).await)
}

async fn count(pool: &SqlitePool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn made_up_calls_keep_the_rules_and_are_counted() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("demo.db");
    let (summary, told, pool) = filled(&path, CALLS, 1).await;
    assert_eq!(summary.calls, CALLS);
    assert_eq!(
        count(&pool, "SELECT COUNT(*) FROM call").await.unsigned_abs(),
        CALLS
    );
    let rows = count(&pool, "SELECT COUNT(*) FROM answer").await;
    assert_eq!(rows.unsigned_abs(), summary.answers);
    let rows = count(&pool, "SELECT COUNT(*) FROM eligible_call").await;
    assert_eq!(rows.unsigned_abs(), summary.eligible);
    let last = |step| told.iter().rfind(|progress| progress.step == step).unwrap();
    assert_eq!(
        (last(DemoStep::Calls).done, last(DemoStep::Calls).of),
        (CALLS, CALLS)
    );
    let days = last(DemoStep::Counts);
    assert!(days.done == days.of && (50..=60).contains(&days.of), "{days:?}");

    // Every Nth of each queue, exactly, and the counters go on from there.
    let strata: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(
        "SELECT stratum_route, stratum_queue, stratum_position, stratum_every, decision = 'sampled' FROM call \
         WHERE stratum_position IS NOT NULL ORDER BY stratum_route, stratum_queue, stratum_position",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let mut last: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (route, queue, position, every, sampled) in strata {
        let last = last.entry((route, queue)).or_default();
        assert_eq!(
            position,
            *last + 1,
            "no place is left out, and none is taken twice"
        );
        assert_eq!(sampled == 1, position % every == 0);
        *last = position;
    }
    let counters: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT route, counted_as, eligible FROM sampling_counter WHERE per = 'queue'")
            .fetch_all(&pool)
            .await
            .unwrap();
    let counters: BTreeMap<(String, String), i64> = counters
        .into_iter()
        .map(|(route, queue, eligible)| ((route, queue), eligible))
        .collect();
    assert_eq!(counters, last);

    // Surveys count towards limits when they were offered.
    let offered = "SELECT COUNT(*) FROM call WHERE decision = 'sampled' AND answered_at IS NOT NULL";
    let counted = "SELECT SUM(surveys) FROM survey_count WHERE scope = 'route' AND local_day = ''";
    assert_eq!(count(&pool, offered).await, count(&pool, counted).await);
    assert_exact(&path, "made up").await;
}

#[tokio::test]
async fn made_up_calls_look_like_those_of_a_contact_centre() {
    let directory = tempfile::tempdir().unwrap();
    let (_, _, pool) = filled(&directory.path().join("demo.db"), CALLS, 2).await;
    let offered = count(
        &pool,
        "SELECT SUM(offered) FROM rollup_call WHERE level = 'month'",
    )
    .await;
    let answered = count(
        &pool,
        "SELECT SUM(completed + partial) FROM rollup_call WHERE level = 'month'",
    )
    .await;
    assert!(
        (30..55).contains(&(100 * answered / offered)),
        "{answered} of {offered}"
    );
    for sql in [
        "SELECT COUNT(DISTINCT rule) > 4 FROM rollup_suppressed",
        "SELECT COUNT(DISTINCT survey_version) = 3 FROM call_group WHERE survey <> ''",
        "SELECT SUM(reversed) > 0 FROM rollup_call WHERE level = 'month'",
        "SELECT SUM(answers) > 0 FROM rollup_answer WHERE level = 'month' AND doubt > 0",
        "SELECT SUM(answers) > 0 FROM rollup_answer WHERE level = 'month' AND skipped = 1",
        "SELECT COUNT(DISTINCT outcome) = 2 FROM rollup_recording",
        "SELECT COUNT(DISTINCT seconds) > 5 FROM rollup_talk_time",
        // Closed on Sundays, but for a few.
        "SELECT 100 * SUM(strftime('%w', local_day) = '0') < COUNT(*) FROM call",
        "SELECT MAX(local_hour) < '2026-11-30' AND MIN(local_hour) >= '2026-10-01' FROM call",
        // A key is pressed after the question before it, while the call lasts, and no two at one time.
        "SELECT COUNT(*) = 0 FROM answer a JOIN call c USING (call_uid) \
         WHERE a.answered_at <= c.answered_at OR a.answered_at >= c.ended_at",
        "SELECT COUNT(*) = COUNT(DISTINCT call_uid || answered_at) FROM answer",
        "SELECT MIN(gap) > 0.5 AND MAX(gap) < 120 FROM (SELECT (julianday(answered_at) - julianday(LAG(answered_at) \
         OVER (PARTITION BY call_uid ORDER BY answered_at))) * 86400 AS gap FROM answer)",
        "SELECT COUNT(*) > 0 AND SUM(r.begun_at <= (SELECT MAX(answered_at) FROM answer a WHERE a.call_uid = r.call_uid)) = 0 \
         AND SUM(julianday(c.ended_at) - julianday(r.begun_at) < r.duration_ms / 86400000.0) = 0 \
         FROM recording r JOIN call c USING (call_uid)",
        // One agent keeps callers away.
        "SELECT COUNT(*) = 1 FROM (SELECT agent, SUM(eligible) AS e, SUM(reached) AS r FROM rollup_reach \
         GROUP BY agent HAVING 100 * r < 80 * e)",
        "SELECT SUM(hung_up_by_agent) > 0 AND SUM(hung_up_by_caller) > SUM(hung_up_by_agent) FROM rollup_reach",
    ] {
        assert_eq!(count(&pool, sql).await, 1, "{sql}");
    }
}

#[tokio::test]
async fn same_seed_makes_the_same_calls_and_a_database_with_calls_is_refused() {
    const ROWS: &str = "SELECT group_concat(call_uid || arrived_at || COALESCE(queue, '') || decision || disposition || \
         COALESCE(context, ''), ';') FROM (SELECT * FROM call ORDER BY call_uid)";
    let directory = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    for (name, seed) in [("one.db", 5), ("two.db", 5), ("other.db", 6)] {
        let (_, _, pool) = filled(&directory.path().join(name), 500, seed).await;
        let text: String = sqlx::query_scalar(ROWS).fetch_one(&pool).await.unwrap();
        texts.push(text);
    }
    assert_eq!(texts[0], texts[1]);
    assert_ne!(texts[0], texts[2]);
    let path = directory.path().join("real.db");
    open(&path).await.apply(&[admit(1, None, 1)]).await.unwrap();
    let refused = fill(&path, options(500, 1), |_| ()).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Refused, "{refused}");
    assert_eq!(
        count(&stranger(&path).await, "SELECT COUNT(*) FROM call").await,
        1
    );
}
