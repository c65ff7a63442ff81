//! Does one thing depend on another: do callers of some queues, hours or agents answer less than others?
//!
//! A score speaks for those who answered. Where answering depends on queue, hour, agent or the length of the
//! conversation, it may not speak for the others; these tests show on what it depends, the effect sizes how strongly.

use super::FEWEST_FOR_A_SCORE;
use super::comparison::{self, Comparison};
use super::distribution::chi_square;
use super::estimate::float;

/// A chi-square test of a table of counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Independence {
    /// Everything that was counted.
    pub n: u64,
    /// Pearson's chi-square: the sum of (observed - expected)^2 / expected, without continuity correction.
    pub statistic: f64,
    /// Degrees of freedom: (rows - 1)(columns - 1), empty rows and columns apart.
    pub degrees: u64,
    /// How often a table without dependence would deviate at least this much, 0 to 1.
    pub p: f64,
    /// Cramér's V, 0 to 1: strength independent of n. For two columns 0.1 is weak, 0.3 medium, 0.5 strong (Cohen 1988).
    pub cramers_v: f64,
    /// Whether p can be trusted: no expected count below 1 and at most a fifth of them below 5 (Cochran 1954).
    pub is_reliable: bool,
}

/// Tests whether rows and columns of a table are independent. Empty rows and columns are left out.
///
/// `None` for rows of different lengths, for fewer than two rows or columns that are not empty, and for fewer than
/// [`FEWEST_FOR_A_SCORE`] counts in all.
pub fn independence<R: AsRef<[u64]>>(table: &[R]) -> Option<Independence> {
    let columns = table.first()?.as_ref().len();
    if table.iter().any(|row| row.as_ref().len() != columns) {
        return None;
    }
    let row_sums: Vec<u64> = table
        .iter()
        .map(|row| sum(row.as_ref().iter().copied()))
        .collect::<Option<_>>()?;
    let column_sums: Vec<u64> = (0..columns)
        .map(|column| sum(table.iter().filter_map(|row| row.as_ref().get(column).copied())))
        .collect::<Option<_>>()?;
    let n = sum(row_sums.iter().copied())?;
    let present = |sums: &[u64]| sums.iter().filter(|sum| **sum > 0).count() as u64;
    let (rows, columns) = (present(&row_sums), present(&column_sums));
    if rows < 2 || columns < 2 || n < FEWEST_FOR_A_SCORE {
        return None;
    }
    let cells = table
        .iter()
        .zip(&row_sums)
        .flat_map(|(row, row_sum)| {
            row.as_ref()
                .iter()
                .zip(&column_sums)
                .map(move |(count, sum)| (count, row_sum, sum))
        })
        .filter(|(_, row_sum, column_sum)| **row_sum > 0 && **column_sum > 0)
        .map(|(count, row_sum, column_sum)| {
            (float(*count), float(*row_sum) * (float(*column_sum) / float(n)))
        });
    let (mut statistic, mut below_5, mut fewest) = (0.0, 0_u64, f64::INFINITY);
    for (observed, expected) in cells {
        statistic += (observed - expected).powi(2) / expected;
        below_5 += u64::from(expected < 5.0);
        fewest = fewest.min(expected);
    }
    let degrees = (rows - 1) * (columns - 1);
    Some(Independence {
        n,
        statistic,
        degrees,
        p: chi_square::upper_tail(statistic, float(degrees)),
        cramers_v: (statistic / (float(n) * float(rows.min(columns) - 1)))
            .sqrt()
            .min(1.0),
        is_reliable: fewest >= 1.0 && 5 * below_5 <= rows * columns,
    })
}

/// Tests whether answering depends on the group, each given as (answered, offered): queues, hours or agents. `None`
/// as for [`independence`], or if more answered than were offered a survey.
pub fn response_by_group(groups: &[(u64, u64)]) -> Option<Independence> {
    let table: Vec<[u64; 2]> = groups
        .iter()
        .map(|(answered, offered)| Some([*answered, offered.checked_sub(*answered)?]))
        .collect::<Option<_>>()?;
    independence(&table)
}

/// Compares the talk time of those who answered with that of those who did not, in the unit of the values, each with
/// its count: Welch's t and Cohen's d. `None` below [`FEWEST_FOR_A_SCORE`] calls in either group.
pub fn talk_time(answered: &[(i64, u64)], not_answered: &[(i64, u64)]) -> Option<Comparison> {
    comparison::means(answered, not_answered)
}

/// The sum, unless it overflows.
fn sum(mut counts: impl Iterator<Item = u64>) -> Option<u64> {
    counts.try_fold(0_u64, u64::checked_add)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{independence, response_by_group, talk_time};
    use crate::statistics::{ComparisonVerdict, comparison};

    #[test]
    fn test_of_a_table_is_the_one_computed_by_hand() {
        // Expected 25 everywhere: chi-square 4 (5^2 / 25) = 4, V sqrt(4 / 100) = 0.2.
        let found = independence(&[[30, 20], [20, 30]]).unwrap();
        assert!(
            (found.statistic - 4.0).abs() < 1e-12 && (found.cramers_v - 0.2).abs() < 1e-12,
            "{found:?}"
        );
        assert!((found.p - 0.045_500_264).abs() < 1e-8, "{found:?}");
        assert_eq!((found.n, found.degrees, found.is_reliable), (100, 1, true));
    }

    #[test]
    fn empty_rows_and_columns_are_left_out() {
        let with = independence(&[[30, 0, 20], [0, 0, 0], [20, 0, 30]]).unwrap();
        assert_eq!(Some(with), independence(&[[30, 20], [20, 30]]));
    }

    #[test]
    fn tables_that_cannot_depend_are_not_tested() {
        assert_eq!(independence::<[u64; 2]>(&[]), None);
        assert_eq!(independence(&[[5, 6]]), None, "one row");
        assert_eq!(independence(&[[5, 0], [6, 0]]), None, "one column");
        assert_eq!(
            independence(&[vec![5, 6], vec![7]]),
            None,
            "rows of different lengths"
        );
        assert_eq!(independence(&[[2, 3], [3, 1]]), None, "nine counts");
        assert_eq!(
            independence(&[[u64::MAX, 3], [3, 1]]),
            None,
            "counts that overflow"
        );
        assert_eq!(response_by_group(&[(5, 4), (5, 10)]), None);
    }

    #[test]
    fn few_expected_counts_make_p_unreliable() {
        assert!(!independence(&[[3, 1], [2, 40]]).unwrap().is_reliable);
        assert!(independence(&[[30, 10], [20, 40]]).unwrap().is_reliable);
    }

    #[test]
    fn longer_conversations_answer_more() {
        let found = talk_time(&[(300, 40), (420, 40)], &[(120, 60), (300, 40)]).unwrap();
        assert_eq!(found.verdict, ComparisonVerdict::Higher);
        assert!(found.effect > 1.0, "{found:?}");
    }

    proptest! {
        #[test]
        fn test_is_finite_and_indifferent_to_order(
            rows in proptest::collection::vec((0_u64..1_000_000_000, 0_u64..1_000_000_000), 2..8), shift in 0_u32..30,
        ) {
            let groups: Vec<(u64, u64)> = rows.iter().map(|(yes, no)| (yes >> shift, (yes >> shift) + (no >> shift))).collect();
            if let Some(found) = response_by_group(&groups) {
                prop_assert!(found.statistic.is_finite() && (0.0..=1.0).contains(&found.p), "{found:?}");
                prop_assert!((0.0..=1.0).contains(&found.cramers_v));
                let turned: Vec<Vec<u64>> = vec![
                    groups.iter().map(|(yes, all)| all - yes).collect(),
                    groups.iter().map(|(yes, _)| *yes).collect(),
                ];
                let turned = independence(&turned).unwrap();
                prop_assert!((found.statistic - turned.statistic).abs() <= 1e-9 * (1.0 + found.statistic), "{found:?} {turned:?}");
                prop_assert_eq!(found.degrees, turned.degrees);
            }
        }

        #[test]
        fn two_groups_are_the_test_of_two_shares(a in 0_u64..500, b in 0_u64..500, c in 0_u64..500, d in 0_u64..500) {
            prop_assume!(a + b >= 10 && c + d >= 10 && a + c > 0 && b + d > 0);
            let by_group = response_by_group(&[(a, a + b), (c, c + d)]).unwrap();
            let two = comparison::shares((a, a + b), (c, c + d)).unwrap();
            prop_assert!((by_group.p - two.p).abs() < 1e-9, "chi-square with one degree of freedom is z squared");
        }
    }
}
