//! Exactly floor(calls / N) of a stratum are surveyed, whatever the concurrency and however often the service restarts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use crate::support::{call, patient, stranger};
use aftercall_storage::writer::{Started, WriterOptions, start};
use aftercall_survey::admission::cool_down::CoolDown;
use aftercall_survey::admission::quota::RouteLimits;
use aftercall_survey::admission::{Admission, Eligibility, NewCall};
use aftercall_survey::context::{CallContext, ContextValues, Field};

const SEEDS: [u64; 4] = [1, 20, 300, 4000];

/// The strata of a run, each with its "one in how many".
const STRATA: [(&str, u32); 4] = [("", 10), ("sales", 1), ("support", 3), ("billing", 7)];

async fn started(path: &Path) -> Started {
    let options = WriterOptions {
        batch: 16,
        ..WriterOptions::new("node-1", path.with_extension("spool"))
    };
    start(patient(path).await, options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn floor_of_calls_by_n_are_surveyed_under_concurrency_and_restarts() {
    for seed in SEEDS {
        println!("seed {seed}");
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftercall.db");
        let mut rng = StdRng::seed_from_u64(seed);
        let mut positions: BTreeMap<&str, Vec<(u64, bool)>> = BTreeMap::new();
        let mut number = 0;
        for _restart in 0..rng.random_range(2..6) {
            let running = Arc::new(started(&path).await);
            let mut calls = JoinSet::new();
            for _call in 0..rng.random_range(20..120) {
                let (queue, every) = STRATA[rng.random_range(0..STRATA.len())];
                number += 1;
                let call = call(number, Some(queue), every);
                let running = Arc::clone(&running);
                calls.spawn(async move { (queue, running.handle.admit(call).await.unwrap()) });
            }
            while let Some(admitted) = calls.join_next().await {
                let (queue, admission) = admitted.unwrap();
                positions.entry(queue).or_default().push(match admission {
                    Admission::Sampled { position, .. } => (position, true),
                    Admission::NotSampled { position, .. } => (position, false),
                    Admission::Suppressed { .. } => panic!("an eligible call was suppressed"),
                });
            }
            let Started { handle, task, .. } = Arc::into_inner(running).unwrap();
            drop(handle);
            task.await.unwrap();
        }
        for (queue, every) in STRATA {
            let mut seen = positions.remove(queue).unwrap_or_default();
            seen.sort_unstable();
            let expected: Vec<(u64, bool)> = (1..=seen.len() as u64)
                .map(|position| (position, position % u64::from(every) == 0))
                .collect();
            assert_eq!(
                seen, expected,
                "seed {seed}, queue `{queue}`: each position once, the Nth surveyed"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_of_tasks_that_die_are_counted_once_or_not_at_all() {
    for seed in SEEDS {
        println!("seed {seed}");
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftercall.db");
        let mut rng = StdRng::seed_from_u64(seed);
        for round in 0..3 {
            let running = started(&path).await;
            let mut calls = JoinSet::new();
            for number in 0..60 {
                let handle = running.handle.clone();
                calls.spawn(async move { handle.admit(call(round * 100 + number, None, 4)).await.map(drop) });
            }
            for _finished in 0..rng.random_range(0..60) {
                calls.join_next().await;
            }
            calls.shutdown().await;
            drop(running.handle);
            running.task.await.unwrap();
        }
        let sql = "SELECT COUNT(*), COALESCE(SUM(decision = 'sampled'), 0), COALESCE(MAX(stratum_position), 0), \
                   (SELECT COALESCE(SUM(eligible), 0) FROM sampling_counter) FROM call";
        let (rows, sampled, last, counted): (i64, i64, i64, i64) = sqlx::query_as(sql)
            .fetch_one(&stranger(&path).await)
            .await
            .unwrap();
        assert_eq!(
            (rows, rows, rows / 4),
            (counted, last, sampled),
            "seed {seed}: a row for each count"
        );
    }
}

/// A call of a caller and agent, on a route that surveys one call in `every` within these limits.
fn limited(number: u64, every: u32, limits: RouteLimits, cool_down_days: u32) -> NewCall {
    let mut call = call(number, None, every);
    let agent = format!("agent {}", number % 3);
    call.context.values = ContextValues::of([(Field::Agent, agent.as_str())]);
    call.context.caller_hash = Some(format!("caller {}", number % 7));
    if let Eligibility::Eligible(terms) = &mut call.eligibility {
        terms.limits = limits;
        terms.cool_down = CoolDown {
            any_days: cool_down_days,
            same_survey_days: cool_down_days,
        };
    }
    call
}

/// Admits many calls at once over several lives of the service; answers the agents, or callers, of those surveyed.
async fn surveyed(
    seed: u64,
    call: impl Fn(u64) -> NewCall,
    whose: fn(&CallContext) -> Option<&str>,
) -> BTreeMap<String, u64> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut number, mut surveyed) = (0, BTreeMap::new());
    for _restart in 0..4 {
        let running = started(&path).await;
        let mut calls = JoinSet::new();
        for _call in 0..rng.random_range(30..90) {
            number += 1;
            let (call, handle) = (call(number), running.handle.clone());
            let whose = whose(&call.context).unwrap().to_owned();
            calls.spawn(async move {
                let (uid, at) = (call.uid, call.arrived_at);
                let sampled = matches!(handle.admit(call).await.unwrap(), Admission::Sampled { .. });
                if sampled {
                    // Else the next start takes it for a call that was never offered its survey.
                    handle.answered(uid, at, None).await.unwrap();
                }
                (whose, sampled)
            });
        }
        while let Some(admitted) = calls.join_next().await {
            let (whose, sampled) = admitted.unwrap();
            *surveyed.entry(whose).or_insert(0) += u64::from(sampled);
        }
        drop(running.handle);
        running.task.await.unwrap();
    }
    surveyed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn limits_are_exact_under_concurrency_and_restarts() {
    for seed in SEEDS {
        println!("seed {seed}");
        let per_agent = RouteLimits {
            max_per_agent_day: 5,
            ..RouteLimits::default()
        };
        let by_agent = surveyed(
            seed,
            |number| limited(number, 2, per_agent, 0),
            |context| context.values.text(Field::Agent),
        )
        .await;
        assert!(
            by_agent.values().all(|surveys| *surveys == 5),
            "seed {seed}: {by_agent:?}"
        );
        let in_all = RouteLimits {
            max_per_day: 9,
            ..RouteLimits::default()
        };
        let of_route = surveyed(
            seed,
            |number| limited(number, 1, in_all, 0),
            |context| context.values.text(Field::Agent),
        )
        .await;
        assert_eq!(of_route.values().sum::<u64>(), 9, "seed {seed}");
        let none = RouteLimits::default();
        let by_caller = surveyed(
            seed,
            |number| limited(number, 1, none, 90),
            |context| context.caller_hash.as_deref(),
        )
        .await;
        assert!(
            by_caller.values().all(|surveys| *surveys == 1),
            "seed {seed}: {by_caller:?}"
        );
        let at_least = RouteLimits {
            min_per_agent_day: 4,
            ..RouteLimits::default()
        };
        let seldom = |number| limited(number, u32::MAX, at_least, 0);
        let by_agent = surveyed(seed, seldom, |context| context.values.text(Field::Agent)).await;
        assert!(
            by_agent.values().all(|surveys| *surveys == 4),
            "seed {seed}: {by_agent:?}"
        );
    }
}

#[tokio::test]
async fn another_n_goes_on_from_the_same_count() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let mut sampled = Vec::new();
    for (every, numbers) in [(10, 1..=13), (5, 14..=27), (4, 28..=36)] {
        let running = started(&path).await;
        for number in numbers {
            let admission = running.handle.admit(call(number, None, every)).await.unwrap();
            if let Admission::Sampled { position, .. } = admission {
                sampled.push(position);
            }
        }
        drop(running.handle);
        running.task.await.unwrap();
    }
    assert_eq!(sampled, [10, 15, 20, 25, 28, 32, 36]);
}
