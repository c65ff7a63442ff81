use proptest::prelude::*;

use super::{ConfidenceInterval, NpsCounts, TargetComparison, display, mean, share};

fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 5e-4,
        "found {found}, computed by hand {expected}"
    );
}

#[test]
fn nps_of_fifty_answers_is_the_one_computed_by_hand() {
    // 25 promoters, 15 passives, 10 detractors. Raw 100 (25 - 10) / 50 = 30.
    // Adjusted: n 53, p 25.75/53 = 0.485849, d 10.75/53 = 0.202830, centre 0.283019,
    // variance 0.688679 - 0.080100 = 0.608580, se sqrt(0.608580/53) = 0.107157, half 0.210024.
    let score = NpsCounts {
        promoters: 25,
        passives: 15,
        detractors: 10,
    }
    .score()
    .unwrap();
    assert_eq!((score.n, score.point), (50, 30.0));
    assert!((score.interval.low - 7.2995).abs() < 0.01, "{score:?}");
    assert!((score.interval.high - 49.3043).abs() < 0.01, "{score:?}");
}

#[test]
fn nps_of_promoters_only_is_100_and_its_interval_is_not_empty() {
    let score = NpsCounts {
        promoters: 10,
        passives: 0,
        detractors: 0,
    }
    .score()
    .unwrap();
    assert_eq!((score.point, score.interval.high), (100.0, 100.0));
    assert!(score.interval.low < 60.0, "ten answers cannot be sure: {score:?}");
}

#[test]
fn nps_sorts_values_by_the_standard_bounds_and_leaves_strangers_out() {
    let counts = NpsCounts::of((-1..=11).map(|value| (value, 1)));
    assert_eq!(
        counts,
        NpsCounts {
            promoters: 2,
            passives: 2,
            detractors: 7
        }
    );
    assert_eq!(NpsCounts::default().score(), None);
}

#[test]
fn wilson_interval_is_the_one_computed_by_hand() {
    // 8 of 10: centre (0.8 + 0.192073) / 1.384146 = 0.716740,
    // half 1.959964 sqrt(0.016 + 0.009604) / 1.384146 = 0.226577.
    let score = share(8, 10).unwrap();
    close(score.point, 0.8);
    close(score.interval.low, 0.4902);
    close(score.interval.high, 0.9433);
}

#[test]
fn wilson_interval_of_none_and_of_all_stays_within_bounds() {
    let (none, all) = (share(0, 10).unwrap(), share(10, 10).unwrap());
    assert_eq!(none.interval.low, 0.0);
    close(none.interval.high, 0.2775);
    assert_eq!(all.interval.high, 1.0);
    close(all.interval.low, 0.7225);
    assert_eq!(share(0, 0), None);
    assert_eq!(share(2, 1), None);
}

#[test]
fn mean_interval_is_the_one_computed_by_hand() {
    // 1 2 3 4 5 twice: mean 3, s = sqrt(20/9) = 1.490712, t(9) = 2.262157, half 1.066391.
    let found = mean(&[(1, 2), (2, 2), (3, 2), (4, 2), (5, 2)]).unwrap();
    assert_eq!((found.n, found.point), (10, 3.0));
    close(found.deviation.unwrap(), 1.490_712);
    close(found.interval.unwrap().low, 1.933_609);
    close(found.interval.unwrap().high, 4.066_391);
}

#[test]
fn mean_of_one_answer_has_no_interval_and_of_none_is_nothing() {
    let one = mean(&[(4, 1)]).unwrap();
    assert_eq!((one.point, one.deviation, one.interval), (4.0, None, None));
    assert_eq!(mean(&[]), None);
    assert_eq!(mean(&[(4, 0)]), None);
    assert_eq!(
        mean(&[(4, u64::MAX), (5, 1)]),
        None,
        "counts that overflow are no counts"
    );
}

#[test]
fn display_rounds_half_away_from_zero_to_one_decimal() {
    let cases = [
        (0.05, "0.1"),
        (-0.05, "-0.1"),
        (0.25, "0.3"),
        (-0.25, "-0.3"),
        (33.333, "33.3"),
        (-0.01, "0.0"),
        (66.65, "66.7"),
    ];
    for (figure, shown) in cases {
        assert_eq!(display(figure), shown, "{figure}");
    }
}

#[test]
fn verdict_is_given_only_when_the_whole_interval_agrees() {
    let interval = ConfidenceInterval {
        low: 30.0,
        high: 50.0,
    };
    assert_eq!(TargetComparison::of(interval, 30.0), TargetComparison::Reached);
    assert_eq!(TargetComparison::of(interval, 40.0), TargetComparison::CannotTell);
    assert_eq!(TargetComparison::of(interval, 50.1), TargetComparison::Missed);
}

proptest! {
    #[test]
    fn nps_interval_holds_its_adjusted_centre_and_its_point(
        promoters in 0_u64..1_000_000_000, passives in 0_u64..1_000_000_000, detractors in 0_u64..1_000_000_000, shift in 0_u32..30,
    ) {
        let (promoters, passives, detractors) = (promoters >> shift, passives >> shift, detractors >> shift);
        prop_assume!(promoters + passives + detractors > 0);
        let score = NpsCounts { promoters, passives, detractors }.score().unwrap();
        let ConfidenceInterval { low, high } = score.interval;
        prop_assert!(-100.0 <= low && low < high && high <= 100.0, "{:?}", score);
        let centre = 100.0 * (promoters as f64 - detractors as f64) / (score.n as f64 + 3.0);
        prop_assert!(low <= centre && centre <= high, "{:?}", score);
        // Of one answer the raw score may lie outside: it is never shown.
        prop_assert!(score.n == 1 || low <= score.point && score.point <= high, "{:?}", score);
    }

    #[test]
    fn share_interval_holds_its_point_within_bounds(n in 1_u64..1_000_000_000, shift in 0_u32..30, part in 0.0..=1.0) {
        let n = (n >> shift).max(1);
        let hits = (n as f64 * part) as u64;
        let score = share(hits, n).unwrap();
        let ConfidenceInterval { low, high } = score.interval;
        prop_assert!(0.0 <= low && low < high && high <= 1.0, "{:?}", score);
        prop_assert!(low <= score.point && score.point <= high, "{:?}", score);
    }

    #[test]
    fn mean_interval_holds_its_point_and_shrinks_with_n(counts in proptest::collection::vec(0_u64..1000, 5)) {
        let values: Vec<(i64, u64)> = (1..).zip(counts.iter().copied()).collect();
        prop_assume!(counts.iter().sum::<u64>() > 1);
        let few = mean(&values).unwrap();
        let many = mean(&values.iter().map(|(value, count)| (*value, count * 100)).collect::<Vec<_>>()).unwrap();
        let (few_interval, many_interval) = (few.interval.unwrap(), many.interval.unwrap());
        prop_assert!(few_interval.low <= few.point && few.point <= few_interval.high);
        prop_assert!(many_interval.high - many_interval.low <= few_interval.high - few_interval.low);
    }

    #[test]
    fn mean_of_any_counts_is_finite(values in proptest::collection::vec((-10_i64..=10, 0_u64..1_000_000_000), 1..12), shift in 0_u32..30) {
        let values: Vec<(i64, u64)> = values.into_iter().map(|(value, count)| (value, count >> shift)).collect();
        if let Some(found) = mean(&values) {
            prop_assert!((-10.0..=10.0).contains(&found.point), "{found:?}");
            if let Some(interval) = found.interval {
                prop_assert!(interval.low.is_finite() && interval.low <= found.point && found.point <= interval.high, "{found:?}");
            }
        }
    }

    #[test]
    fn mirrored_answers_have_the_mirrored_score(promoters in 0_u64..5_000, passives in 0_u64..5_000, detractors in 0_u64..5_000) {
        prop_assume!(promoters + passives + detractors > 0);
        let score = NpsCounts { promoters, passives, detractors }.score().unwrap();
        let mirrored = NpsCounts { promoters: detractors, passives, detractors: promoters }.score().unwrap();
        prop_assert!((score.interval.low + mirrored.interval.high).abs() < 1e-9 && (score.point + mirrored.point).abs() < 1e-9);
        let n = promoters + passives + detractors;
        let (hits, misses) = (share(promoters, n).unwrap(), share(n - promoters, n).unwrap());
        prop_assert!((hits.interval.low + misses.interval.high - 1.0).abs() < 1e-12);
    }
}
