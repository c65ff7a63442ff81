use proptest::prelude::*;

use super::bucket::Bucket;
use super::stakes::Stakes;
use super::{AnytimeVerdict, Series, pairs, target};
use crate::statistics::distribution::binomial;
use crate::statistics::{ComparisonVerdict, ConfidenceInterval, NpsCounts};

fn shares(buckets: &[(u64, u64)]) -> Series {
    Series::shares(buckets).unwrap()
}

#[test]
fn fall_is_decided_once_and_stays_decided() {
    let mut days = vec![(8, 20); 6];
    days.extend(vec![(20, 20); 40]);
    let found = shares(&days).against_target(0.8).unwrap();
    assert_eq!(found.decision.verdict, ComparisonVerdict::Lower, "{found:?}");
    let day = found.decision.decided_at_bucket.unwrap();
    assert!(day < 6, "decided while it was low: {found:?}");
    assert!(found.point.unwrap() > 0.9, "the score has come back: {found:?}");
    assert!(found.decision.p() <= 0.05);
    let earlier = shares(&days[..day]).against_target(0.8).unwrap();
    assert_eq!(earlier.decision.verdict, ComparisonVerdict::CannotTell);
    assert_eq!(earlier.decision.decided_at_bucket, None);
}

#[test]
fn nothing_is_decided_below_ten_answers() {
    let few = shares(&[(0, 9)]).against_target(0.9).unwrap();
    assert_eq!(few.decision.verdict, ComparisonVerdict::CannotTell);
    let ten = shares(&[(0, 10)]).against_target(0.9).unwrap();
    assert_eq!(ten.decision.verdict, ComparisonVerdict::Lower);
}

#[test]
fn series_without_answers_says_nothing() {
    for series in [shares(&[]), shares(&[(0, 0), (0, 0)])] {
        let found = series.against_target(0.8).unwrap();
        assert_eq!((found.point, found.decision.e_value), (None, 1.0));
        assert_eq!(found.interval, ConfidenceInterval { low: 0.0, high: 1.0 });
        let found = series.against(&shares(&[(5, 5), (5, 5)])).unwrap();
        assert_eq!((found.point, found.decision.decided_at_bucket), (None, None));
        assert_eq!(found.interval, ConfidenceInterval { low: -1.0, high: 1.0 });
    }
    assert_eq!(shares(&[(1, 2)]).change(1, 28), None, "no bucket after");
    assert_eq!(shares(&[(1, 2), (1, 2)]).change(0, 28), None, "no bucket before");
}

#[test]
fn impossible_input_is_refused() {
    assert_eq!(Series::shares(&[(3, 2)]), None);
    assert_eq!(Series::values(&(1..=5), &[vec![(6, 1)]]), None);
    assert_eq!(Series::values(&(5..=5), &[vec![(5, 1)]]), None);
    assert_eq!(shares(&[(1, 2)]).against_target(1.1), None);
    assert_eq!(Series::nps(&[]).against_target(f64::NAN), None);
    assert_eq!(Series::nps(&[]).against(&shares(&[])), None, "two scales");
}

#[test]
fn nps_and_means_speak_in_their_own_units() {
    let day = NpsCounts {
        promoters: 10,
        passives: 10,
        detractors: 20,
    };
    let nps = Series::nps(&[day; 10]).against_target(0.0).unwrap();
    assert_eq!(
        (nps.point, nps.decision.verdict),
        (Some(-25.0), ComparisonVerdict::Lower)
    );
    assert!(
        -45.0 < nps.interval.low && nps.interval.low < -25.0 && nps.interval.high < 0.0,
        "{nps:?}"
    );

    let good = vec![(4, 5), (5, 10)];
    let bad = vec![(3, 5), (4, 10)];
    let series = Series::values(&(1..=5), &vec![good.clone(); 28]).unwrap();
    let mean = series.against_target(4.0).unwrap();
    assert!((mean.point.unwrap() - 14.0 / 3.0).abs() < 1e-12);
    assert_eq!(mean.decision.verdict, ComparisonVerdict::Higher);
    let other = Series::values(&(1..=5), &vec![bad.clone(); 28]).unwrap();
    let difference = other.against(&series).unwrap();
    assert!((difference.point.unwrap() + 1.0).abs() < 1e-12);
    assert_eq!(difference.decision.verdict, ComparisonVerdict::Lower);
    assert!(
        difference.interval.low < -1.0 && -1.0 < difference.interval.high && difference.interval.high < 0.0
    );

    let mut days = vec![good; 28];
    days.extend(vec![bad; 28]);
    let change = Series::values(&(1..=5), &days).unwrap().change(28, 28).unwrap();
    assert_eq!(change.decision.verdict, ComparisonVerdict::Lower);
    assert!(change.decision.decided_at_bucket.unwrap() < 35, "{change:?}");
    assert!(
        (change.point.unwrap() + 1.0).abs() < 1e-12 && change.interval.high < 0.0,
        "{change:?}"
    );
}

#[test]
fn longer_reference_is_spread_without_losing_an_answer() {
    let reference = shares(&[(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]);
    assert_eq!(reference.spread(2), shares(&[(4, 6), (21, 24)]));
    assert_eq!(reference.spread(5), reference);
    assert_eq!(shares(&[]).spread(2), shares(&[(0, 0), (0, 0)]));
}

/// Summed over all outcomes, the expected capital shows the bound on false verdicts without a simulation.
#[test]
fn capital_of_a_true_target_is_expected_not_to_grow() {
    for mean in [0.05, 0.5, 0.8, 0.99] {
        for n in [1, 7, 40] {
            let expected: f64 = (0..=n)
                .map(|hits| {
                    let answers = Bucket::new([(1.0, hits), (0.0, n - hits)]);
                    binomial::pmf(hits, n, mean) * target::ln_capital(&Stakes::new(), &answers, mean).exp()
                })
                .sum();
            assert!((expected - 1.0).abs() < 1e-9, "mean {mean}, n {n}: {expected}");
        }
    }
}

#[test]
fn capital_of_equal_streams_is_expected_not_to_grow() {
    for mean in [0.05, 0.5, 0.8, 0.99] {
        for (n1, n2) in [(5, 5), (5, 12), (20, 6)] {
            let mut expected = 0.0;
            for (hits1, hits2) in (0..=n1).flat_map(|one| (0..=n2).map(move |two| (one, two))) {
                let one = [Bucket::new([(1.0, hits1), (0.0, n1 - hits1)])];
                let other = [Bucket::new([(1.0, hits2), (0.0, n2 - hits2)])];
                let pairs = pairs::of(&one, &other, 0);
                let evidence = pairs::evidence(&pairs).last().unwrap();
                let probability = binomial::pmf(hits1, n1, mean) * binomial::pmf(hits2, n2, mean);
                expected += probability * evidence.ln_higher.exp();
            }
            assert!(expected <= 1.0 + 1e-9, "mean {mean}, {n1} and {n2}: {expected}");
        }
    }
}

#[test]
fn capital_is_divided_without_rest() {
    assert!(Stakes::new().capital().ln_total().abs() < 1e-12);
}

const BILLION: u64 = 1_000_000_000;

fn check(found: &AnytimeVerdict, low: f64, high: f64) -> Result<(), TestCaseError> {
    let AnytimeVerdict {
        decision,
        point,
        interval,
    } = found;
    prop_assert!(
        decision.e_value.is_finite() && (0.0..=1.0).contains(&decision.p()),
        "{found:?}"
    );
    prop_assert!(
        low <= interval.low && interval.low <= interval.high && interval.high <= high,
        "{found:?}"
    );
    prop_assert_eq!(
        decision.decided_at_bucket.is_some(),
        decision.verdict != ComparisonVerdict::CannotTell
    );
    if let Some(point) = point {
        let slack = 1e-9 * (high - low);
        prop_assert!(
            interval.low - slack <= *point && *point <= interval.high + slack,
            "{found:?}"
        );
    }
    Ok(())
}

#[test]
fn interval_of_a_difference_that_turns_around_is_ordered() {
    let one = shares(&[
        (0, 113_024),
        (2_401_528, 2_401_528),
        (890_996, 890_996),
        (920_820, 920_820),
    ]);
    let other = shares(&[(124_864, 282_384), (0, 40), (0, 0), (0, 97_904)]);
    let interval = one.against(&other).unwrap().interval;
    assert!(
        -1.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0,
        "{interval:?}"
    );
}

prop_compose! {
    fn days()(days in proptest::collection::vec((0_u64..BILLION, 0_u64..BILLION), 1..20), shift in 0_u32..30) -> Vec<(u64, u64)> {
        days.into_iter().map(|(hits, misses)| (hits >> shift, (hits >> shift) + (misses >> shift))).collect()
    }
}

proptest! {
    #[test]
    fn verdict_about_a_target_is_finite_and_mirrored(days in days(), target in 0.0..=1.0_f64) {
        let found = shares(&days).against_target(target).unwrap();
        check(&found, 0.0, 1.0)?;
        let misses: Vec<(u64, u64)> = days.iter().map(|(hits, n)| (n - hits, *n)).collect();
        let mirrored = shares(&misses).against_target(1.0 - target).unwrap();
        prop_assert_eq!(found.decision.decided_at_bucket, mirrored.decision.decided_at_bucket);
        prop_assert!((found.interval.low + mirrored.interval.high - 1.0).abs() < 1e-9);
    }

    #[test]
    fn interval_leaves_the_target_out_only_with_a_verdict(days in days(), target in 0.0..=1.0_f64) {
        let found = shares(&days).against_target(target).unwrap();
        let is_out = target < found.interval.low - 1e-9 || found.interval.high + 1e-9 < target;
        let n: u64 = days.iter().map(|(_, n)| n).sum();
        prop_assert!(!is_out || n < 10 || found.decision.decided_at_bucket.is_some(), "{found:?}");
    }

    #[test]
    fn buckets_of_any_length_lead_to_one_evidence(days in days(), target in 0.01..0.99_f64) {
        let all = days.iter().fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
        let (one, many) = (shares(&[all]), shares(&days));
        let (of_one, of_many) = (one.against_target(target).unwrap().interval, many.against_target(target).unwrap().interval);
        prop_assert!((of_one.low - of_many.low).abs() < 1e-9 && (of_one.high - of_many.high).abs() < 1e-9);
        prop_assert!(one.decide_against_target(target).unwrap().e_value <= many.decide_against_target(target).unwrap().e_value * (1.0 + 1e-6) + 1e-9);
    }

    #[test]
    fn verdict_about_two_streams_is_finite_and_changes_sides(one in days(), other in days()) {
        let (one, other) = (shares(&one), shares(&other));
        let (found, swapped) = (one.against(&other).unwrap(), other.against(&one).unwrap());
        let AnytimeVerdict { point, interval, decision } = found;
        prop_assert!(decision.e_value.is_finite() && -1.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0);
        prop_assert_eq!(decision.decided_at_bucket, swapped.decision.decided_at_bucket);
        prop_assert!((interval.low + swapped.interval.high).abs() < 1e-9);
        prop_assert!((point.unwrap_or(0.0) + swapped.point.unwrap_or(0.0)).abs() < 1e-12);
    }

    #[test]
    fn equal_days_of_two_streams_are_inside_the_interval_of_their_difference(
        one in (1_u64..200, 1_u64..200), other in (1_u64..200, 1_u64..200), days in 1_usize..60,
    ) {
        let (one, other) = ((one.0, one.0 + one.1), (other.0, other.0 + other.1));
        let found = shares(&vec![one; days]).against(&shares(&vec![other; days])).unwrap();
        check(&found, -1.0, 1.0)?;
    }

    #[test]
    fn more_answers_narrow_the_interval(hits in 1_u64..500, misses in 1_u64..500, times in 4_u64..1000) {
        let width = |times: u64| shares(&[(hits * times, (hits + misses) * times)]).against_target(0.5).unwrap().interval.half_width();
        prop_assert!(width(times) < width(1));
    }

    #[test]
    fn change_of_a_stream_is_finite(days in days(), earlier in 1_usize..10, follow in 1_usize..30) {
        let series = shares(&days);
        let found = series.change(earlier, follow);
        prop_assert_eq!(found.is_some(), earlier < days.len());
        if let Some(found) = found {
            prop_assert!(found.decision.e_value.is_finite());
            prop_assert!(-1.0 <= found.interval.low && found.interval.low <= found.interval.high && found.interval.high <= 1.0);
            prop_assert_eq!(Some(found.decision), series.decide_change(earlier, follow));
        }
    }
}
