//! A simulated week: fewer calls come than in the weeks before, and the score rises from day to day.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::{nth, open, stranger, survey};
use aftercall::autopilot;
use aftercall_base::{CallUid, Disposition};
use aftercall_report::{Calendar, Period, Report, ReportQuery, Series};
use aftercall_storage::selection::{Dimension, NamePattern};
use aftercall_storage::store::{Applied, Fact};
use aftercall_storage::{SqliteStore, Store};
use aftercall_survey::admission::quota::SurveyLimits;
use aftercall_survey::admission::sampler::Sampler;
use aftercall_survey::admission::{
    Admission, Autopilot, NewCall, PlanReason, RouteRules, SamplingPlan, policy,
};
use aftercall_survey::context::{CallContext, ContextValues, Field};
use aftercall_survey::record::{AnswerRecord, CallEnd};

const SEED: u64 = 20_261_128;
const ZONE: Tz = Tz::Europe__Helsinki;
/// Points; about 160 answers.
const GOAL: f64 = 12.0;
/// Calls an hour of each queue.
const QUEUES: [(&str, u32); 2] = [("sales", 10), ("support", 3)];

/// Midnight in Helsinki at the beginning of Saturday.
fn saturday() -> DateTime<Utc> {
    "2026-11-27T22:00:00Z".parse().unwrap()
}

fn route() -> RouteRules {
    RouteRules {
        sampler: Sampler::Every(nth(10)),
        autopilot: Some(Autopilot {
            half_width: GOAL,
            until: Weekday::Fri,
            question: Some("nps".to_owned()),
            min: nth(2),
            max: nth(50),
        }),
        time_zone: ZONE,
        ..RouteRules::of_every_call("main")
    }
}

/// The callers, and what they would all have answered.
struct World {
    store: SqliteStore,
    rules: RouteRules,
    rng: StdRng,
    /// Promoters, detractors and all eligible callers of the week by queue.
    whole: BTreeMap<&'static str, (u32, u32, u32)>,
}

impl World {
    /// The calls of some hours: half of those who are sampled answer.
    async fn calls(
        &mut self,
        begin: DateTime<Utc>,
        hours: u32,
        an_hour: impl Fn(u32) -> u32,
        promoters: f64,
    ) {
        let mut calls = Vec::new();
        for (queue, usual) in QUEUES {
            let all = an_hour(usual) * hours;
            for number in 0..all {
                let at = begin + TimeDelta::seconds(i64::from(3_600 * hours * number / all));
                let value = match self.rng.random::<f64>() {
                    draw if draw < promoters => 9,
                    draw if draw < 0.8 => 8,
                    _ => 3,
                };
                let (good, bad, all) = self.whole.entry(queue).or_default();
                *good += u32::from(value == 9);
                *bad += u32::from(value == 3);
                *all += 1;
                calls.push((self.call(queue, at), value));
            }
        }
        calls.sort_by_key(|(call, _)| call.arrived_at);
        let admits: Vec<Fact> = calls
            .iter()
            .map(|(call, _)| Fact::Admit(Box::new(call.clone())))
            .collect();
        let mut facts = Vec::new();
        for ((call, value), result) in calls.iter().zip(self.store.apply(&admits).await.unwrap()) {
            let is_sampled = matches!(result, Ok(Applied::Admitted(Admission::Sampled { .. })));
            let answers = is_sampled && self.rng.random_bool(0.5);
            facts.extend(rest(call, is_sampled, answers.then_some(*value)));
        }
        for result in self.store.apply(&facts).await.unwrap() {
            result.unwrap();
        }
    }

    fn call(&mut self, queue: &str, at: DateTime<Utc>) -> NewCall {
        let context = CallContext {
            values: ContextValues::of([(Field::Queue, queue)]),
            ..CallContext::default()
        };
        let none = SurveyLimits::default();
        let eligibility = policy::decide(Some(&self.rules), none, &context, at, || {
            panic!("nothing is drawn")
        });
        NewCall {
            uid: CallUid::new(at, &mut self.rng),
            node: "node-1".to_owned(),
            arrived_at: at,
            time_zone: ZONE,
            sip_call_id: "1@pbx".to_owned(),
            dialled: "nps".to_owned(),
            context,
            route: Some("main".to_owned()),
            survey: Some(survey("000000000001").survey),
            eligibility,
        }
    }

    /// What the job does every hour.
    async fn plan(&mut self, now: DateTime<Utc>) -> Vec<SamplingPlan> {
        let latest = self.store.latest_sampling_plans().await.unwrap();
        let asked = survey("000000000001");
        let plans = autopilot::plans(&self.store, &self.rules, &asked, &latest, now)
            .await
            .unwrap();
        self.store.add_sampling_plans(&plans).await.unwrap();
        for plan in &plans {
            let counted_as = plan.stratum.counted_as.clone();
            self.rules.planned.insert(counted_as, plan.every);
        }
        plans
    }
}

/// What follows the arrival of a call.
fn rest(call: &NewCall, is_sampled: bool, value: Option<i64>) -> Vec<Fact> {
    let mut facts = Vec::new();
    if is_sampled {
        facts.push(Fact::Answered {
            call: call.uid,
            at: call.arrived_at,
            planned: None,
        });
    }
    facts.extend(value.map(|value| {
        Fact::Answer(AnswerRecord {
            alerts: Vec::new(),
            call: call.uid,
            answered_at: call.arrived_at,
            ..crate::support::record(1, "nps", Some(value))
        })
    }));
    let disposition = match (is_sampled, value) {
        (false, _) => Disposition::NotSampled,
        (true, Some(_)) => Disposition::Partial,
        (true, None) => Disposition::NoAnswer,
    };
    facts.push(Fact::End(CallEnd {
        alerts: Vec::new(),
        call: call.uid,
        ended_at: call.arrived_at,
        ..crate::support::call_end(1, disposition)
    }));
    facts
}

/// The figures of the week for a queue.
async fn figures(store: &SqliteStore, queue: &str) -> Series {
    let calendar = Calendar::new(ZONE, saturday() + TimeDelta::days(8));
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let period = Period::of_days(Some(day("2026-11-28")), Some(day("2026-12-05")), calendar);
    let query = ReportQuery {
        names: vec![(Dimension::Queue, vec![NamePattern::exactly(queue)])],
        ..ReportQuery::of(period)
    };
    let report = Report::read(store, &query).await.unwrap();
    let mut questions = report.questions.into_iter();
    questions.find(|series| series.question == "nps").unwrap()
}

#[tokio::test]
async fn week_with_fewer_calls_than_expected_ends_with_the_goal_met_and_the_right_weighted_score() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let mut world = World {
        store: open(&path).await,
        rules: route(),
        rng: StdRng::seed_from_u64(SEED),
        whole: BTreeMap::new(),
    };
    let surveys = Fact::Surveys(vec![survey("000000000001")]);
    world.store.apply(&[surveys]).await.unwrap();
    let first = world.plan(saturday() - TimeDelta::days(29)).await;
    assert_eq!(first, [], "no stratum has had a call");
    for day in -29..0 {
        let midnight = saturday() + TimeDelta::days(day);
        world.calls(midnight, 24, |usual| usual, 0.4).await;
    }
    world.whole.clear();
    // A plan every third hour, which saves time and changes nothing.
    for hour in (0..7 * 24_i32).step_by(3) {
        let now = saturday() + TimeDelta::hours(i64::from(hour));
        let plans = world.plan(now).await;
        if hour == 0 {
            assert_eq!(plans.len(), 2, "{plans:?}");
        }
        for plan in &plans {
            let every = plan.every.get();
            assert!((2..=50).contains(&every), "{plan:?}");
        }
        // From Monday on three quarters of the calls, and the score rises from -40 to +60.
        let is_weekend = hour < 48;
        let calls = |usual: u32| if is_weekend { usual } else { usual * 3 / 4 };
        world
            .calls(now, 3, calls, 0.2 + 0.5 * f64::from(hour) / 168.0)
            .await;
    }
    let plans = world.store.sampling_plans(None, None).await.unwrap();
    decisions_have_the_n_in_force(&path, &plans).await;
    let of = |queue: &str| -> Vec<&SamplingPlan> {
        plans
            .iter()
            .filter(|plan| plan.stratum.counted_as == queue)
            .collect()
    };
    let (sales, support) = (of("sales"), of("support"));
    assert!(sales.len() > 3, "N follows what comes: {sales:#?}");
    assert!(
        support[0].every == nth(2) && sales[0].every > nth(3),
        "{sales:?} {support:?}"
    );
    assert_eq!(support[0].reason, PlanReason::SmallestAllowed);
    let series = figures(&world.store, "sales").await;
    let score = series.weighted.unwrap();
    let half_width = (score.high - score.low) / 2.0;
    assert!(
        (0.6 * GOAL..1.1 * GOAL).contains(&half_width),
        "seed {SEED}: +-{half_width} of {} answers; {sales:#?}",
        series.n
    );
    let (good, bad, all) = world.whole["sales"];
    let truth = 100.0 * (f64::from(good) - f64::from(bad)) / f64::from(all);
    assert!(
        (score.value - truth).abs() < half_width,
        "seed {SEED}: {} is not {truth} +-{half_width}",
        score.value
    );
}

/// Each call of the week was decided with the last N that was planned before it arrived, within its queue.
async fn decisions_have_the_n_in_force(path: &std::path::Path, plans: &[SamplingPlan]) {
    let calls: Vec<(String, String, u32)> = sqlx::query_as(
        "SELECT queue, arrived_at, stratum_every FROM call WHERE arrived_at >= '2026-11-27T22:00:00' ORDER BY arrived_at",
    )
    .fetch_all(&stranger(path).await)
    .await
    .unwrap();
    assert!(calls.len() > 1_000, "{}", calls.len());
    for (queue, arrived_at, every) in calls {
        let at: DateTime<Utc> = arrived_at.parse().unwrap();
        let mut before = plans
            .iter()
            .rev()
            .filter(|plan| plan.stratum.counted_as == queue && plan.planned_at <= at);
        assert_eq!(
            before.next().unwrap().every,
            NonZeroU32::new(every).unwrap(),
            "{queue} {at}"
        );
    }
}
