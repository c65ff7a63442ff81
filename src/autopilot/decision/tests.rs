use std::num::NonZeroU32;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{Evidence, LocalHours, Wanted, decide};
use aftercall_survey::admission::{Autopilot, PlanReason, SamplingPlan, Stratum, StratumKind};
use aftercall_survey::{Metric, QuestionRecord};

fn n(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

fn nps() -> QuestionRecord {
    QuestionRecord {
        id: "nps".to_owned(),
        metric: Metric::Nps,
        text: "How likely?".to_owned(),
        scale: (0, 10),
        high_is_good: true,
        threshold: None,
        target: None,
        labels: Vec::new(),
    }
}

fn autopilot(half_width: f64, min: u32, max: u32) -> Autopilot {
    Autopilot {
        half_width,
        until: Weekday::Fri,
        question: None,
        min: n(min),
        max: n(max),
    }
}

fn stratum() -> Stratum {
    Stratum {
        route: "main".to_owned(),
        kind: StratumKind::Queue,
        counted_as: "sales".to_owned(),
    }
}

/// Saturday, the first moment of the week in UTC.
fn saturday() -> DateTime<Utc> {
    "2026-11-28T00:00:00Z".parse().unwrap()
}

/// So many calls each hour of the five weeks before, 30 % of 1,000 samples answered.
fn evidence(calls_an_hour: f64) -> Evidence {
    let first: NaiveDate = "2026-10-24".parse().unwrap();
    let midnight = first.and_hms_opt(0, 0, 0).unwrap();
    let calls: LocalHours = (0..35 * 24)
        .map(|hour| (midnight + TimeDelta::hours(hour), calls_an_hour))
        .collect();
    Evidence {
        calls,
        sampled: 1_000,
        values: vec![(10, 150), (8, 90), (3, 60)],
        collected: Vec::new(),
    }
}

fn decided(
    autopilot: &Autopilot,
    evidence: &Evidence,
    latest: Option<&SamplingPlan>,
    now: DateTime<Utc>,
) -> Option<SamplingPlan> {
    let question = nps();
    let wanted = Wanted {
        autopilot,
        configured: n(10),
        question: &question,
        zone: Tz::UTC,
    };
    decide(&wanted, &stratum(), evidence, latest, now)
}

#[test]
fn stratum_without_history_keeps_the_configured_n_within_the_bounds_and_says_so_once() {
    for (max, expected) in [(50, 10), (5, 5)] {
        let goal = autopilot(8.0, 2, max);
        let plan = decided(&goal, &Evidence::default(), None, saturday()).unwrap();
        assert_eq!((plan.every, plan.reason), (n(expected), PlanReason::NoHistory));
        assert_eq!((plan.former_every, plan.half_width), (n(10), None));
        let later = saturday() + TimeDelta::hours(5);
        assert_eq!(decided(&goal, &Evidence::default(), Some(&plan), later), None);
    }
}

#[test]
fn plan_reaches_the_goal_with_the_calls_until_friday() {
    // 7 * 24 * 60 = 10,080 calls, of which 30 % answer; the variance is near 0.5 + 0.2 - 0.3^2 = 0.61.
    let plan = decided(&autopilot(8.0, 2, 50), &evidence(60.0), None, saturday()).unwrap();
    assert_eq!(plan.reason, PlanReason::Goal);
    assert!((5..=8).contains(&plan.every.get()), "{plan:?}");
    let half_width = plan.half_width.unwrap();
    assert!((6.5..8.0).contains(&half_width), "{plan:?}");
    assert_eq!(
        plan.until,
        "2026-12-05T00:00:00Z".parse::<DateTime<Utc>>().unwrap()
    );
    let few = decided(&autopilot(8.0, 2, 50), &evidence(6.0), None, saturday()).unwrap();
    assert_eq!((few.every, few.reason), (n(2), PlanReason::SmallestAllowed));
    let many = decided(&autopilot(8.0, 2, 5), &evidence(600.0), None, saturday()).unwrap();
    assert_eq!((many.every, many.reason), (n(5), PlanReason::LargestAllowed));
}

#[test]
fn answers_of_the_week_are_not_collected_again() {
    let monday = saturday() + TimeDelta::days(2);
    let goal = autopilot(8.0, 2, 50);
    let behind = decided(&goal, &evidence(60.0), None, monday).unwrap();
    let mut ahead = evidence(60.0);
    ahead.collected = vec![(behind.every.get(), 300)];
    let ahead = decided(&goal, &ahead, None, monday).unwrap();
    assert!(ahead.every > behind.every, "{ahead:?} {behind:?}");
}

#[test]
fn n_changes_once_an_hour_by_a_tenth_at_least() {
    let goal = autopilot(8.0, 2, 50);
    let now = saturday();
    let found = decided(&goal, &evidence(200.0), None, now).unwrap();
    let (every, before) = (found.every.get(), |every, minutes| SamplingPlan {
        every: n(every),
        planned_at: now - TimeDelta::minutes(minutes),
        ..found.clone()
    });
    assert!(every >= 20, "one more is less than a tenth: {found:?}");
    let decided = |latest: &SamplingPlan| decided(&goal, &evidence(200.0), Some(latest), now);
    assert_eq!(decided(&before(2, 30)), None, "within the hour");
    assert_eq!(decided(&before(every, 60)), None, "the same");
    assert_eq!(decided(&before(every + 1, 60)), None, "nearly the same");
    let changed = decided(&before(2, 60)).unwrap();
    assert_eq!((changed.every, changed.former_every), (n(every), n(2)));
    let outside = decided(&before(51, 60)).unwrap();
    assert_eq!(outside.former_every, n(51), "the bounds are others since");
}

#[test]
fn question_without_a_score_has_no_plan() {
    let goal = autopilot(8.0, 2, 50);
    let question = QuestionRecord {
        metric: Metric::Choice,
        ..nps()
    };
    let wanted = Wanted {
        autopilot: &goal,
        configured: n(10),
        question: &question,
        zone: Tz::UTC,
    };
    assert_eq!(
        decide(&wanted, &stratum(), &evidence(60.0), None, saturday()),
        None
    );
}

proptest! {
    #[test]
    fn n_is_always_within_the_bounds(
        half_width in 0.1..100.0_f64,
        bounds in (1_u32..5_000, 0_u32..5_000),
        configured in 1_u32..u32::MAX,
        calls in proptest::collection::btree_map(0_i64..35 * 24, 0.0..1e6_f64, 0..200),
        sampled in 0_u64..1_000_000,
        values in proptest::collection::vec((-5_i64..15, 0_u64..100_000), 0..20),
        collected in proptest::collection::vec((1_u32..u32::MAX, 0_u64..100_000), 0..10),
        latest in proptest::option::of((1_u32..u32::MAX, 0_i64..10_000)),
        minutes in 0_i64..7 * 24 * 60,
        zone in proptest::sample::select(vec![Tz::UTC, Tz::Europe__Helsinki, Tz::Australia__Lord_Howe, Tz::Asia__Beirut]),
    ) {
        let goal = autopilot(half_width, bounds.0, bounds.0 + bounds.1);
        let question = nps();
        let wanted = Wanted { autopilot: &goal, configured: n(configured), question: &question, zone };
        let now = saturday() + TimeDelta::minutes(minutes);
        let first = "2026-10-24".parse::<NaiveDate>().unwrap().and_hms_opt(0, 0, 0).unwrap();
        let calls = calls.into_iter().map(|(hour, calls)| (first + TimeDelta::hours(hour), calls)).collect();
        let evidence = Evidence { calls, sampled, values, collected };
        let latest = latest.map(|(every, age)| SamplingPlan {
            stratum: stratum(),
            every: n(every),
            former_every: n(1),
            planned_at: now - TimeDelta::minutes(age),
            reason: PlanReason::Goal,
            answers: 0.0,
            half_width: None,
            until: now,
        });
        if let Some(plan) = decide(&wanted, &stratum(), &evidence, latest.as_ref(), now) {
            prop_assert!(goal.min <= plan.every && plan.every <= goal.max, "{plan:?}");
            prop_assert!(plan.until > now && plan.until <= now + TimeDelta::hours(7 * 24 + 1), "{plan:?}");
            prop_assert!(plan.answers.is_finite() && plan.half_width.is_none_or(f64::is_finite), "{plan:?}");
        } else {
            prop_assert!(latest.is_some(), "the first plan is always told");
        }
    }
}
