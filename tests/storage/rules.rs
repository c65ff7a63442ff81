//! Rules of the domain that every back end obeys, compared with their functions in `record` and `admission` over random
//! data. The tests know only the `Store` trait; each back end runs all of them.

use aftercall_survey::admission::Decision;
use aftercall_survey::record::{CallFound, CallName, InterruptedAnswer, InterruptedCall};
use aftercall_storage::Store;
use aftercall_storage::store::{Applied, Fact};
use aftercall_survey::SurveyVersion;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::support::{after, call, record, survey};

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            use rand::SeedableRng;

            $(#[tokio::test]
            async fn $name() {
                for seed in 0..super::SEEDS {
                    println!("seed {seed}");
                    let directory = tempfile::tempdir().unwrap();
                    let store = crate::support::open(&directory.path().join("aftercall.db")).await;
                    super::$name(store, super::StdRng::seed_from_u64(seed)).await;
                }
            })*
        }
    };
}

contract![interrupted_call_ends_as_its_record_says];

const SEEDS: u64 = 5;

async fn apply(store: &impl Store, fact: Fact) -> Applied {
    let told = format!("{fact:?}");
    let applied = store.apply(&[fact]).await.unwrap().remove(0);
    applied.unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// Some of `of`, in their order.
fn some_of<'t>(of: &[&'t str], rng: &mut StdRng) -> Vec<&'t str> {
    of.iter().copied().filter(|_| rng.random_bool(0.6)).collect()
}

/// Writes a random call in progress; returns what its row and its answers tell.
async fn interrupted(store: &impl Store, number: u64, rng: &mut StdRng) -> InterruptedCall {
    let mut new = call(number, None, rng.random_range(1..=2));
    let is_known = rng.random_bool(0.8);
    if !is_known {
        new.survey = Some(SurveyVersion {
            name: "nps".to_owned(),
            version: "ffffffffffff".to_owned(),
        });
    }
    let (uid, arrived_at) = (new.uid, new.arrived_at);
    let Applied::Admitted(admission) = apply(store, Fact::Admit(Box::new(new))).await else {
        panic!("a call is admitted")
    };
    let planned = rng
        .random_bool(0.4)
        .then(|| some_of(&["nps", "ces", "topic"], rng));
    let planned: Option<Vec<String>> = planned.map(|ids| ids.into_iter().map(str::to_owned).collect());
    let answered_at = rng.random_bool(0.7).then(|| after(rng.random_range(1..400)));
    if let Some(at) = answered_at {
        let planned = planned.clone();
        apply(
            store,
            Fact::Answered {
                call: uid,
                at,
                planned,
            },
        )
        .await;
    }
    let mut answers = Vec::new();
    for question in some_of(&["nps", "ces", "topic"], rng) {
        let mut answer = record(number, question, rng.random_bool(0.7).then_some(1));
        answer.answered_at = after(rng.random_range(1..400));
        answers.push(InterruptedAnswer {
            question: question.to_owned(),
            has_value: answer.value.is_some(),
            answered_at: answer.answered_at,
        });
        apply(store, Fact::Answer(answer)).await;
    }
    let scored = if is_known { &["nps", "ces"][..] } else { &[] };
    InterruptedCall {
        call: uid,
        decision: Decision::from(&admission),
        arrived_at,
        answered_at,
        planned: planned.filter(|_| answered_at.is_some()),
        scored: scored.iter().map(|id| (*id).to_owned()).collect(),
        answers,
    }
}

async fn interrupted_call_ends_as_its_record_says(store: impl Store, mut rng: StdRng) {
    apply(&store, Fact::Surveys(vec![survey("000000000001")])).await;
    let mut calls = Vec::new();
    for number in 1..=60 {
        calls.push(interrupted(&store, number, &mut rng).await);
    }
    assert_eq!(store.sweep("node-1").await.unwrap(), 60);
    for call in calls {
        let Some(CallFound::Known(found)) = store.call(&CallName::Uid(call.call)).await.unwrap() else {
            panic!("an admitted call has a row")
        };
        let end = call.end();
        assert_eq!(
            (found.disposition, found.reason, found.ended_at, found.answered_at),
            (
                Some(end.disposition),
                Some(end.reason),
                Some(end.ended_at),
                end.answered_at
            ),
            "{call:?}"
        );
    }
}
