use proptest::prelude::*;

use super::predictive::{self, Week};
use super::{ALPHA, Hour, Observed, QueueState, watch};
use crate::statistics::distribution::poisson;

fn whole(came: u64) -> Observed {
    Observed { came, exposure: 1.0 }
}

fn hour(now: u64, earlier: &[u64]) -> Hour {
    Hour {
        now: whole(now),
        earlier: earlier.iter().copied().map(whole).collect(),
    }
}

const BUSY: [u64; 8] = [38, 45, 41, 36, 47, 40, 43, 39];

#[test]
fn silence_in_a_busy_hour_is_told_at_once() {
    let QueueState::Quiet(quiet) = watch(&[hour(0, &BUSY)], ALPHA) else {
        panic!("41 are usual, none came");
    };
    assert_eq!((quiet.hours, quiet.came), (1, 0));
    assert!(
        (quiet.expected - 41.0).abs() < 1.0 && quiet.probability < 1e-6,
        "{quiet:?}"
    );
    assert_eq!(watch(&[hour(30, &BUSY)], ALPHA), QueueState::Usual);
}

#[test]
fn two_weeks_are_trusted_less_than_eight() {
    let probability = |weeks: usize| {
        let weeks: Vec<Week> = BUSY[..weeks]
            .iter()
            .map(|came| Week {
                came: *came,
                exposure: 1.0,
            })
            .collect();
        predictive::of(&weeks, &[], 10).probability
    };
    assert!(probability(2) > 2.0 * probability(4) && probability(4) > 2.0 * probability(8));
    assert_eq!(watch(&[hour(0, &BUSY[..1])], ALPHA), QueueState::Unknown);
}

#[test]
fn weeks_that_differ_wildly_explain_silence() {
    let wild = [5, 80, 20, 110, 2, 60, 40, 11];
    assert_eq!(watch(&[hour(0, &wild)], ALPHA), QueueState::Usual);
}

#[test]
fn small_queue_is_found_after_several_empty_hours() {
    let weeks = [1, 0, 2, 0, 1, 1, 0, 1];
    let turned = |by: usize| -> Vec<u64> { weeks.iter().cycle().skip(by).take(8).copied().collect() };
    let empty = |hours: usize| -> Vec<Hour> { (0..hours).map(|by| hour(0, &turned(by))).collect() };
    assert_eq!(watch(&empty(8), ALPHA), QueueState::Usual);
    let found = (1..40).find(|hours| matches!(watch(&empty(*hours), ALPHA), QueueState::Quiet(_)));
    assert!(found.is_some_and(|hours| (12..=24).contains(&hours)), "{found:?}");
}

#[test]
fn closed_hours_and_holidays_are_left_out() {
    let closed = Hour {
        now: Observed {
            came: 0,
            exposure: 0.0,
        },
        ..hour(0, &BUSY)
    };
    assert_eq!(watch(std::slice::from_ref(&closed), ALPHA), QueueState::Unknown);
    let mut holiday = hour(0, &BUSY);
    holiday.earlier[3] = Observed {
        came: 0,
        exposure: 0.0,
    };
    assert!(matches!(watch(&[closed, holiday], ALPHA), QueueState::Quiet(_)));
    let quarter = Hour {
        now: Observed {
            came: 1,
            exposure: 0.05,
        },
        ..hour(0, &BUSY)
    };
    assert_eq!(
        watch(&[quarter], ALPHA),
        QueueState::Usual,
        "two were to be expected in three minutes"
    );
}

#[test]
fn night_without_calls_is_usual() {
    assert_eq!(
        watch(&[hour(0, &[0; 8])], ALPHA),
        QueueState::Unknown,
        "nothing ever came"
    );
    let nights: Vec<Hour> = (0..12)
        .map(|by| hour(0, &[u64::from(by == 3), 0, 0, 0, 0, 0, 0, 0]))
        .collect();
    assert_eq!(watch(&nights, ALPHA), QueueState::Usual);
}

#[test]
fn steady_history_predicts_almost_as_poisson_and_never_less_cautiously() {
    let weeks = vec![
        Week {
            came: 20,
            exposure: 1.0
        };
        500
    ];
    let found = predictive::of(&weeks, &[], 5);
    let chance = poisson::cdf(5, 20.0);
    assert!(
        (chance..2.0 * chance).contains(&found.probability),
        "{found:?}, {chance}"
    );
}

proptest! {
    #[test]
    fn prediction_is_a_probability_and_grows_with_what_came(
        weeks in proptest::collection::vec((0_u64..100_000, 0.1..2.0_f64), 1..12), came in 0_u64..1000, shift in 0_u32..16,
    ) {
        let weeks: Vec<Week> = weeks.into_iter().map(|(came, exposure)| Week { came: came >> shift, exposure }).collect();
        let (fewer, more) = (predictive::of(&weeks, &[], came), predictive::of(&weeks, &[], came + 1));
        prop_assert!(fewer.expected.is_finite() && fewer.expected > 0.0);
        prop_assert!((0.0..=1.0 + 1e-12).contains(&fewer.probability), "{fewer:?}");
        prop_assert!(fewer.probability <= more.probability + 1e-12);
    }

    #[test]
    fn more_calls_never_make_a_queue_quieter(now in 0_u64..60, more in 0_u64..60) {
        let is_quiet = |came| matches!(watch(&[hour(came, &BUSY)], ALPHA), QueueState::Quiet(_));
        prop_assert!(is_quiet(now) || !is_quiet(now + more));
    }
}
