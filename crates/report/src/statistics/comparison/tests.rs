use proptest::prelude::*;

use super::{Comparison, ComparisonVerdict, means, nps, shares};
use crate::statistics::NpsCounts;

fn kinds(promoters: u64, passives: u64, detractors: u64) -> NpsCounts {
    NpsCounts {
        promoters,
        passives,
        detractors,
    }
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-4,
        "found {found}, computed by hand {expected}"
    );
}

#[test]
fn difference_of_two_nps_is_the_one_computed_by_hand() {
    // 50 answers with 30 (p 0.5, d 0.2: Var 0.7 - 0.09 = 0.61), 100 with 10 (p 0.4, d 0.3: Var 0.7 - 0.01 = 0.69).
    // SE sqrt(0.0122 + 0.0069) = 0.138203, z 0.2 / 0.138203 = 1.447147, pooled sd sqrt((30.5 + 69) / 150) = 0.814453.
    let found = nps(kinds(25, 15, 10), kinds(40, 30, 30)).unwrap();
    close(found.difference, 20.0);
    close(found.interval.low, 20.0 - 27.0873);
    close(found.interval.high, 20.0 + 27.0873);
    close(found.p, 0.147856);
    close(found.effect, 0.2 / 0.814_453);
    assert_eq!(
        (found.n, found.verdict),
        ((50, 100), ComparisonVerdict::CannotTell)
    );
}

#[test]
fn unanimous_groups_are_compared_without_dividing_by_zero() {
    let promoters = kinds(10, 0, 0);
    let equal = nps(promoters, promoters).unwrap();
    assert_eq!((equal.difference, equal.p, equal.effect), (0.0, 1.0, 0.0));
    assert!(equal.interval.low < 0.0 && equal.interval.high > 0.0);
    let opposed = nps(promoters, kinds(0, 0, 10)).unwrap();
    assert_eq!(
        (opposed.difference, opposed.verdict),
        (200.0, ComparisonVerdict::Higher)
    );
    assert_eq!(opposed.interval.high, 200.0);
    assert_eq!(
        nps(kinds(0, 10, 0), promoters).unwrap().verdict,
        ComparisonVerdict::Lower
    );

    let fives = means(&[(5, 10)], &[(5, 12)]).unwrap();
    assert_eq!((fives.difference, fives.p), (0.0, 1.0));
    assert_eq!(
        means(&[(5, 10)], &[(4, 10)]).unwrap().verdict,
        ComparisonVerdict::Higher
    );

    let all = shares((10, 10), (12, 12)).unwrap();
    assert_eq!(
        (all.difference, all.p, all.verdict),
        (0.0, 1.0, ComparisonVerdict::CannotTell)
    );
    assert_eq!(
        shares((0, 10), (10, 10)).unwrap().verdict,
        ComparisonVerdict::Lower
    );
}

#[test]
fn unanimity_of_ten_does_not_outvote_forty() {
    // 40 answers with 75 against ten promoters: the raw variance of the ten is 0, and would make this a difference.
    let found = nps(kinds(10, 0, 0), kinds(32, 6, 2)).unwrap();
    assert_eq!(found.verdict, ComparisonVerdict::CannotTell, "{found:?}");
}

#[test]
fn difference_of_two_shares_is_the_one_computed_by_hand() {
    // 40 of 50 and 60 of 100: pooled 2/3, variance 2/9 (0.02 + 0.01) = 0.00666667, z 0.2 / 0.0816497 = 2.449490.
    // h = 2 asin sqrt(0.8) - 2 asin sqrt(0.6) = 2.214297 - 1.772154 = 0.442143.
    let found = shares((40, 50), (60, 100)).unwrap();
    close(found.difference, 0.2);
    close(found.p, 0.014_306);
    close(found.effect, 0.442_143);
    assert_eq!((found.n, found.verdict), ((50, 100), ComparisonVerdict::Higher));
}

#[test]
fn difference_of_two_means_is_the_one_computed_by_hand() {
    // 1 2 3 4 5 twice: mean 3, variance 20/9. 4 and 5 ten times each: mean 4.5, variance 5/19.
    // SE sqrt(0.222222 + 0.0131579) = 0.485160, t -3.091764, share 0.944099,
    // degrees 1 / (0.891323/9 + 0.003125/19) = 10.0806, p 0.011309, pooled variance (20 + 5) / 28.
    let found = means(&[(1, 2), (2, 2), (3, 2), (4, 2), (5, 2)], &[(4, 10), (5, 10)]).unwrap();
    close(found.difference, -1.5);
    close(found.effect, -1.5 / (25.0_f64 / 28.0).sqrt());
    assert!((found.p - 0.0113).abs() < 1e-4, "{found:?}");
    assert_eq!(found.verdict, ComparisonVerdict::Lower);
}

#[test]
fn fewer_than_ten_answers_in_either_group_are_not_compared() {
    assert_eq!(nps(kinds(9, 0, 0), kinds(0, 0, 100)), None);
    assert_eq!(shares((5, 100), (5, 9)), None);
    assert_eq!(means(&[(1, 9)], &[(5, 100)]), None);
    assert_eq!(shares((11, 10), (5, 10)), None, "more hits than answers");
    assert_eq!(means(&[(1, 20)], &[]), None);
}

#[test]
fn words_of_the_verdicts_are_those_of_reports() {
    let words = [
        ComparisonVerdict::Higher,
        ComparisonVerdict::Lower,
        ComparisonVerdict::CannotTell,
    ];
    assert_eq!(
        words.map(ComparisonVerdict::as_str),
        ["higher", "lower", "cannot_tell"]
    );
}

/// The same comparison from the other side.
fn mirrored(comparison: Comparison) -> Comparison {
    Comparison {
        n: (comparison.n.1, comparison.n.0),
        difference: -comparison.difference,
        interval: crate::statistics::ConfidenceInterval {
            low: -comparison.interval.high,
            high: -comparison.interval.low,
        },
        effect: -comparison.effect,
        verdict: match comparison.verdict {
            ComparisonVerdict::Higher => ComparisonVerdict::Lower,
            ComparisonVerdict::Lower => ComparisonVerdict::Higher,
            ComparisonVerdict::CannotTell => ComparisonVerdict::CannotTell,
        },
        ..comparison
    }
}

fn check(found: Comparison, other: Comparison, widest: f64) -> Result<(), TestCaseError> {
    let figures = [
        found.difference,
        found.interval.low,
        found.interval.high,
        found.p,
        found.effect,
    ];
    prop_assert!(figures.iter().all(|figure| figure.is_finite()), "{found:?}");
    prop_assert!((0.0..=1.0).contains(&found.p), "{found:?}");
    prop_assert!(found.interval.low < found.interval.high, "{found:?}");
    prop_assert!(
        found.interval.low <= found.difference && found.difference <= found.interval.high,
        "{found:?}"
    );
    prop_assert!(
        -widest <= found.interval.low && found.interval.high <= widest,
        "{found:?}"
    );
    let back = mirrored(other);
    prop_assert_eq!((found.n, found.verdict), (back.n, back.verdict));
    for (one, two) in [
        (found.difference, back.difference),
        (found.interval.low, back.interval.low),
        (found.interval.high, back.interval.high),
        (found.p, back.p),
        (found.effect, back.effect),
    ] {
        prop_assert!((one - two).abs() <= 1e-9 * widest, "{found:?} {back:?}");
    }
    Ok(())
}

const BILLION: u64 = 1_000_000_000;

prop_compose! {
    /// Counts of all magnitudes, zero included.
    fn count()(count in 0..BILLION, shift in 0_u32..30) -> u64 { count >> shift }
}

proptest! {
    #[test]
    fn nps_comparison_is_finite_and_mirrored(a in count(), b in count(), c in count(), d in count(), e in count(), f in count()) {
        let (first, second) = (kinds(a, b, c), kinds(d, e, f));
        prop_assume!(first.n().min(second.n()) >= 10);
        check(nps(first, second).unwrap(), nps(second, first).unwrap(), 200.0)?;
    }

    #[test]
    fn share_comparison_is_finite_and_mirrored(a in count(), b in count(), c in count(), d in count()) {
        let (first, second) = ((a, a + b), (c, c + d));
        prop_assume!(first.1.min(second.1) >= 10);
        check(shares(first, second).unwrap(), shares(second, first).unwrap(), 1.0)?;
    }

    #[test]
    fn mean_comparison_is_finite_and_mirrored(
        first in proptest::collection::vec((-600_i64..600, count()), 1..8),
        second in proptest::collection::vec((-600_i64..600, count()), 1..8),
    ) {
        let n = |values: &[(i64, u64)]| values.iter().map(|(_, count)| count).sum::<u64>();
        prop_assume!(n(&first).min(n(&second)) >= 10);
        check(means(&first, &second).unwrap(), means(&second, &first).unwrap(), 1e6)?;
    }

    #[test]
    fn more_answers_narrow_the_interval(a in 1_u64..500, b in 1_u64..500, c in 1_u64..500, d in 1_u64..500, times in 2_u64..1000) {
        prop_assume!((a + b).min(c + d) >= 10);
        let few = shares((a, a + b), (c, c + d)).unwrap();
        let many = shares((a * times, (a + b) * times), (c * times, (c + d) * times)).unwrap();
        prop_assert!(many.interval.half_width() < few.interval.half_width());
        prop_assert!(many.p <= few.p);
        let few = nps(kinds(a, b, c), kinds(c, d, a)).unwrap();
        let many = nps(kinds(a * times, b * times, c * times), kinds(c * times, d * times, a * times)).unwrap();
        prop_assert!(many.interval.half_width() < few.interval.half_width());
    }
}
