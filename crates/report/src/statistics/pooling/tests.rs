use proptest::prelude::*;

use super::nps::{Measured, posteriors};
use super::{Pooled, pooled_nps, pooled_shares, rank_groups};
use crate::statistics::{ConfidenceInterval, NpsCounts, share};

fn kinds(promoters: u64, passives: u64, detractors: u64) -> NpsCounts {
    NpsCounts {
        promoters,
        passives,
        detractors,
    }
}

#[test]
fn fewer_surveys_move_further() {
    let found = pooled_shares(&[
        (16, 18),
        (160, 180),
        (75, 100),
        (70, 100),
        (0, 0),
        (60, 90),
        (65, 90),
    ])
    .unwrap();
    let [few, many] = [found[0].unwrap(), found[1].unwrap()];
    assert!((few.raw - many.raw).abs() < 1e-12);
    assert!(
        few.point < many.point && many.point < many.raw,
        "{few:?} {many:?}"
    );
    assert!(few.shrinkage > many.shrinkage);
    assert_eq!(found[4], None, "no answers, no score");
}

#[test]
fn equal_agents_are_moved_together_and_different_ones_are_left() {
    let equal = pooled_shares(&[(16, 20), (15, 20), (17, 20), (16, 20), (15, 20), (17, 20)]).unwrap();
    for pooled in equal.iter().flatten() {
        assert!(
            (pooled.point - 0.8).abs() < 0.03 && pooled.shrinkage > 0.5,
            "{pooled:?}"
        );
    }
    let different = pooled_shares(&[(190, 200), (100, 200), (20, 200), (150, 200), (60, 200)]).unwrap();
    for pooled in different.iter().flatten() {
        assert!(
            (pooled.point - pooled.raw).abs() < 0.01 && pooled.shrinkage < 0.1,
            "{pooled:?}"
        );
    }
}

#[test]
fn agent_with_one_answer_is_not_the_worst() {
    let mut agents = vec![kinds(0, 0, 1)];
    agents.extend(
        [
            kinds(60, 20, 20),
            kinds(55, 25, 20),
            kinds(65, 20, 15),
            kinds(50, 25, 25),
        ]
        .repeat(2),
    );
    let one = pooled_nps(&agents).unwrap()[0].unwrap();
    assert_eq!(one.raw, -100.0);
    assert!(one.point > 25.0, "{one:?}");
}

#[test]
fn four_agents_say_nothing_about_agents() {
    assert_eq!(pooled_shares(&[(1, 2), (2, 3), (3, 3), (2, 4), (0, 0)]), None);
    assert_eq!(
        pooled_shares(&[(1, 2), (2, 3), (1, 3), (2, 4), (5, 4)]),
        None,
        "more hits than answers"
    );
    assert_eq!(pooled_nps(&[kinds(1, 1, 1); 4]), None);
}

#[test]
fn posterior_of_equal_means_is_that_mean() {
    let groups = [4.0, 1.0, 9.0].map(|variance| Measured { mean: 2.0, variance });
    for (group, posterior) in groups.iter().zip(posteriors(&groups)) {
        assert!((posterior.mean - 2.0).abs() < 1e-12 && posterior.variance < group.variance);
    }
}

fn interval(low: f64, high: f64) -> ConfidenceInterval {
    ConfidenceInterval { low, high }
}

#[test]
fn groups_are_separated_by_gaps_alone() {
    let agents = [
        (40, interval(50.0, 60.0)),
        (40, interval(70.0, 80.0)),
        (29, interval(90.0, 95.0)),
        (40, interval(58.0, 65.0)),
        (40, interval(65.0, 69.0)),
        (40, interval(10.0, 20.0)),
    ];
    // 50-60, 58-65 and 65-69 are a chain; 65-69 only touches 58-65.
    assert_eq!(
        rank_groups(&agents),
        [Some(2), Some(1), None, Some(2), Some(2), Some(3)]
    );
    assert!(rank_groups(&[]).is_empty());
}

fn check(pooled: &Pooled, low: f64, high: f64) -> Result<(), TestCaseError> {
    let ConfidenceInterval { low: from, high: to } = pooled.interval;
    prop_assert!(low <= from && from < to && to <= high, "{pooled:?}");
    prop_assert!(from <= pooled.point && pooled.point <= to, "{pooled:?}");
    prop_assert!((0.0..=1.0).contains(&pooled.shrinkage), "{pooled:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pooled_shares_are_finite_and_between_raw_and_others(
        groups in proptest::collection::vec((0_u64..1_000_000_000, 0_u64..1_000_000_000), 5..12), shift in 0_u32..30,
    ) {
        let groups: Vec<(u64, u64)> = groups.into_iter().map(|(hits, misses)| (hits >> shift, (hits >> shift) + (misses >> shift))).collect();
        prop_assume!(groups.iter().filter(|(_, n)| *n > 0).count() >= 5);
        for pooled in pooled_shares(&groups).unwrap().iter().flatten() {
            check(pooled, 0.0, 1.0)?;
        }
    }

    #[test]
    fn pooled_nps_are_finite(
        groups in proptest::collection::vec((0_u64..1_000_000_000, 0_u64..1_000_000_000, 0_u64..1_000_000_000), 5..12), shift in 0_u32..30,
    ) {
        let groups: Vec<NpsCounts> = groups.into_iter().map(|(p, s, d)| kinds(p >> shift, s >> shift, d >> shift)).collect();
        prop_assume!(groups.iter().filter(|counts| counts.n() > 0).count() >= 5);
        for pooled in pooled_nps(&groups).unwrap().iter().flatten() {
            check(pooled, -100.0, 100.0)?;
        }
    }

    #[test]
    fn ranked_groups_never_overlap(agents in proptest::collection::vec((20_u64..400, 0.0..=1.0_f64), 1..20)) {
        let agents: Vec<(u64, ConfidenceInterval)> = agents
            .into_iter()
            .map(|(n, part)| (n, share((n as f64 * part) as u64, n).unwrap().interval))
            .collect();
        let groups = rank_groups(&agents);
        for ((n, one), group) in agents.iter().zip(&groups) {
            prop_assert_eq!(group.is_some(), *n >= 30);
            for ((_, other), other_group) in agents.iter().zip(&groups) {
                if let (Some(group), Some(other_group)) = (group, other_group) {
                    prop_assert!(!one.overlaps(*other) || group == other_group);
                    prop_assert!(group >= other_group || one.low > other.high);
                }
            }
        }
    }
}
