use proptest::prelude::*;

use super::{weighted_mean, weighted_nps, weighted_share};
use crate::statistics::{NpsCounts, mean, share};

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-4,
        "found {found}, computed by hand {expected}"
    );
}

fn kinds(promoters: u64, passives: u64, detractors: u64) -> NpsCounts {
    NpsCounts {
        promoters,
        passives,
        detractors,
    }
}

#[test]
fn share_of_two_queues_is_the_one_computed_by_hand() {
    // Sales: every call, 60 of 100. Service: one call in ten, 45 of 50. Weighted (60 + 450) / (100 + 500) = 0.85.
    // Sum of w^2 (x - 0.85)^2: sales 60 0.0225 + 40 0.7225 = 30.25, service 100 (45 0.0225 + 5 0.7225) = 462.5;
    // SE sqrt(492.75) / 600 = 0.0369967. Effective n: 0.85 0.15 / 0.0369967^2 = 93.1507. Kish: 600^2 / 5100 = 70.5882.
    let found = weighted_share(&[(1.0, 60, 100), (10.0, 45, 50)]).unwrap();
    close(found.raw.point, 0.7);
    close(found.point, 0.85);
    close(found.standard_error, 0.036_996_7);
    close(found.effective_n, 93.1507);
    close(found.kish_n, 70.5882);
    // Wilson with 93.1507: centre (0.85 + 0.0206194) / 1.0412388 = 0.836138, half 1.959964 sqrt(0.00136876 +
    // 0.00011069) / 1.0412388.
    close(found.interval.low, 0.836_138 - 0.072_401_6);
    close(found.interval.high, 0.836_138 + 0.072_401_6);
}

#[test]
fn nps_of_two_queues_is_the_one_computed_by_hand() {
    // Raw: 40 promoters and 25 detractors of 100. Weighted: promoters 10 + 4 30 = 130, detractors 20 + 4 5 = 40 of 50
    // + 200.
    let found = weighted_nps(&[(1.0, kinds(10, 20, 20)), (4.0, kinds(30, 15, 5))]).unwrap();
    close(found.raw.point, 15.0);
    close(found.point, 36.0);
    // Sum of w^2 (x - 0.36)^2: 10 0.4096 + 20 0.1296 + 20 1.8496 = 43.68; 16 (30 0.4096 + 15 0.1296 + 5 1.8496) =
    // 375.68.
    close(found.standard_error, 100.0 * 419.36_f64.sqrt() / 250.0);
}

#[test]
fn mean_of_two_queues_is_the_one_computed_by_hand() {
    // (2 10 4 + 10 2) / 30 = 3.333333.
    let found = weighted_mean(&[(2.0, &[(4, 10)]), (1.0, &[(2, 10)])]).unwrap();
    close(found.raw.point, 3.0);
    close(found.point, 10.0 / 3.0);
}

#[test]
fn figures_without_answers_or_with_impossible_weights_are_nothing() {
    assert_eq!(weighted_share(&[]), None);
    assert_eq!(weighted_share(&[(1.0, 0, 0)]), None);
    assert_eq!(
        weighted_share(&[(1.0, 3, 2), (1.0, 1, 5)]),
        None,
        "more hits than answers in one stratum"
    );
    assert_eq!(weighted_share(&[(0.0, 1, 2)]), None);
    assert_eq!(weighted_share(&[(f64::INFINITY, 1, 2)]), None);
    assert_eq!(weighted_nps(&[(f64::NAN, kinds(1, 1, 1))]), None);
    assert_eq!(weighted_share(&[(1.0, 1, u64::MAX), (1.0, 1, 1)]), None);
    assert_eq!(weighted_mean(&[(1.0, &[])]), None);
    let one = weighted_mean(&[(3.0, &[(4, 1)])]).unwrap();
    assert!(
        one.interval.low == f64::NEG_INFINITY && one.interval.high == f64::INFINITY,
        "{one:?}"
    );
}

proptest! {
    #[test]
    fn equal_weights_give_the_raw_figures(
        weight in 0.5..100.0_f64,
        counts in proptest::collection::vec((0_u64..200, 0_u64..200, 0_u64..200), 1..5),
    ) {
        let all = counts.iter().fold(kinds(0, 0, 0), |sum, (p, s, d)| sum.checked_add(kinds(*p, *s, *d)).unwrap());
        prop_assume!(all.n() > 1);
        let near = |one: f64, other: f64| (one - other).abs() < 1e-7 || one == other;

        let nps: Vec<_> = counts.iter().map(|(p, s, d)| (weight, kinds(*p, *s, *d))).collect();
        let found = weighted_nps(&nps).unwrap();
        prop_assert!(near(found.point, found.raw.point) && near(found.effective_n, all.n() as f64), "{found:?}");
        prop_assert!(near(found.interval.low, found.raw.interval.low) && near(found.interval.high, found.raw.interval.high));

        let shares: Vec<_> = counts.iter().map(|(p, s, d)| (weight, *p, p + s + d)).collect();
        let (found, raw) = (weighted_share(&shares).unwrap(), share(all.promoters, all.n()).unwrap());
        prop_assert!(near(found.point, raw.point) && near(found.kish_n, raw.n as f64));
        prop_assert!(near(found.interval.low, raw.interval.low) && near(found.interval.high, raw.interval.high), "{found:?}");

        let values: Vec<[(i64, u64); 3]> = counts.iter().map(|(p, s, d)| [(5, *p), (3, *s), (1, *d)]).collect();
        let strata: Vec<(f64, &[(i64, u64)])> = values.iter().map(|values| (weight, values.as_slice())).collect();
        let flat: Vec<(i64, u64)> = values.iter().flatten().copied().collect();
        let (found, raw) = (weighted_mean(&strata).unwrap(), mean(&flat).unwrap());
        let interval = raw.interval.unwrap();
        prop_assert!(near(found.point, raw.point), "{found:?}");
        prop_assert!(near(found.interval.low, interval.low) && near(found.interval.high, interval.high), "{found:?} {raw:?}");
    }

    #[test]
    fn weighted_figures_are_finite_and_inside_their_intervals(
        strata in proptest::collection::vec((1_u32..1000, 0_u64..1_000_000_000, 0_u64..1_000_000_000), 1..8),
        shift in 0_u32..30,
    ) {
        let strata: Vec<(f64, u64, u64)> = strata
            .into_iter()
            .map(|(weight, hits, rest)| (f64::from(weight), hits >> shift, (hits >> shift) + (rest >> shift)))
            .collect();
        prop_assume!(strata.iter().any(|(_, _, n)| *n > 0));
        let found = weighted_share(&strata).unwrap();
        prop_assert!(found.interval.low <= found.point && found.point <= found.interval.high, "{found:?}");
        prop_assert!(0.0 <= found.interval.low && found.interval.high <= 1.0 && found.interval.low < found.interval.high);
        prop_assert!(found.standard_error.is_finite() && found.effective_n > 0.0, "{found:?}");
        prop_assert!(found.effective_n <= found.raw.n as f64 && found.kish_n <= found.raw.n as f64 * (1.0 + 1e-12));
        let larger: Vec<_> = strata.iter().map(|(weight, hits, n)| (*weight, hits * 4, n * 4)).collect();
        let many = weighted_share(&larger).unwrap();
        prop_assert!(many.interval.half_width() < found.interval.half_width());
        let doubled: Vec<_> = strata.iter().map(|(weight, hits, n)| (weight * 2.0, *hits, *n)).collect();
        prop_assert!((weighted_share(&doubled).unwrap().point - found.point).abs() < 1e-12, "only ratios of weights count");
    }
}
