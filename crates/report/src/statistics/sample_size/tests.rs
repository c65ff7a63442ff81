use proptest::prelude::*;

use super::{
    Power, mean_change, mean_half_width, nps_change, nps_half_width, planning_variance, share_change,
    share_half_width, weeks_at,
};
use crate::statistics::{NpsCounts, mean, share};

const OBSERVED: NpsCounts = NpsCounts {
    promoters: 500,
    passives: 300,
    detractors: 200,
};

#[test]
fn answers_for_a_change_are_those_computed_by_hand() {
    // Variance about 0.61: 2 0.61 (1.959964 + 0.841621)^2 / 0.1^2 = 957.6.
    let n = nps_change(OBSERVED, 10.0, Power::default()).unwrap();
    assert!((955..=961).contains(&n), "{n}");
    // 2 (1.2 / 0.3)^2 7.848879 = 251.2.
    assert_eq!(mean_change(1.2, 0.3, Power::default()), Some(252));
    // (1.959964 sqrt(2 0.75 0.25) + 0.841621 sqrt(0.16 + 0.21))^2 / 0.01 = 293.2.
    assert_eq!(share_change(0.8, 0.7, Power::default()), Some(294));
}

#[test]
fn answers_for_a_width_give_that_width_and_one_fewer_does_not() {
    let n = share_half_width(0.8, 0.05).unwrap();
    let half = |n: u64| {
        share((n as f64 * 0.8).round() as u64, n)
            .unwrap()
            .interval
            .half_width()
    };
    assert!(half(n / 5 * 5) > 0.049 && half(n / 5 * 5 + 5) <= 0.05, "{n}");
    let n = nps_half_width(OBSERVED, 8.0).unwrap();
    // 0.61 (1.959964 / 0.08)^2 - 3 = 363.
    assert!((360..=366).contains(&n), "{n}");
    let n = mean_half_width(1.0, 0.5).unwrap();
    assert_eq!(n, 18, "t(17) 1 / sqrt(18) = 0.4973, t(16) 1 / sqrt(17) = 0.5142");
    let spread = mean(&[(2, 9), (4, 9)]).unwrap();
    let expected = spread.deviation.unwrap() * 0.5;
    assert!(spread.interval.unwrap().half_width() <= expected);
}

#[test]
fn time_until_the_answers_are_there_is_told_in_weeks() {
    assert_eq!(weeks_at(210, 15.0), Some(2.0));
    assert_eq!((weeks_at(210, 0.0), weeks_at(210, f64::NAN)), (None, None));
}

#[test]
fn impossible_wishes_have_no_size() {
    let power = Power::default();
    assert_eq!(nps_change(OBSERVED, 0.0, power), None);
    assert_eq!(
        nps_change(
            OBSERVED,
            10.0,
            Power {
                alpha: 0.0,
                power: 0.8
            }
        ),
        None
    );
    assert_eq!(
        nps_change(
            OBSERVED,
            10.0,
            Power {
                alpha: 0.05,
                power: 1.0
            }
        ),
        None
    );
    assert_eq!(share_change(0.5, 0.5, power), None);
    assert_eq!(share_change(0.5, 1.5, power), None);
    assert_eq!(mean_change(0.0, 1.0, power), None);
    assert_eq!(share_half_width(0.5, 0.0), None);
    assert_eq!(share_half_width(f64::NAN, 0.1), None);
    assert_eq!(mean_half_width(1.0, f64::NAN), None);
    assert_eq!(
        nps_change(OBSERVED, 1e-9, power),
        None,
        "more answers than anybody has callers"
    );
}

#[test]
fn no_answers_are_planned_with_the_variance_of_half() {
    assert!((planning_variance(NpsCounts::default()) - 0.5).abs() < 1e-12);
    let promoters = NpsCounts {
        promoters: 10,
        ..NpsCounts::default()
    };
    assert!(
        planning_variance(promoters) > 0.2,
        "ten promoters do not promise an eleventh"
    );
}

proptest! {
    #[test]
    fn smaller_changes_and_narrower_intervals_need_more(
        points in 1.0..100.0_f64, from in 0.05..0.9_f64, step in 0.01..0.05_f64, deviation in 0.1..5.0_f64, width in 0.01..0.3_f64,
    ) {
        let power = Power::default();
        prop_assert!(nps_change(OBSERVED, points, power) >= nps_change(OBSERVED, points * 1.1, power));
        prop_assert!(share_change(from, from + step, power) >= share_change(from, from + 2.0 * step, power));
        prop_assert!(mean_change(deviation, step, power) >= mean_change(deviation, step * 2.0, power));
        prop_assert!(share_half_width(from, width) >= share_half_width(from, width * 1.1));
        prop_assert!(nps_half_width(OBSERVED, points) >= nps_half_width(OBSERVED, points * 1.1));
        prop_assert!(mean_half_width(deviation, width) >= mean_half_width(deviation, width * 1.1));
        let more = Power { power: 0.9, ..power };
        prop_assert!(share_change(from, from + step, more) > share_change(from, from + step, power));
    }
}
