//! Many p values at once: Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate: A Practical and Powerful
//! Approach to Multiple Testing", Journal of the Royal Statistical Society B 57 (1995), pp. 289-300.
//!
//! Of the agents flagged at level q, at most the share q is flagged by chance, on average.

/// The adjusted p value of each: the smallest level at which it is flagged. In the order given; absent p values, and
/// those that are no probability, stay absent and count for nothing.
pub fn adjusted(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut present: Vec<(usize, f64)> = p_values
        .iter()
        .enumerate()
        .filter_map(|(place, p)| p.filter(|p| (0.0..=1.0).contains(p)).map(|p| (place, p)))
        .collect();
    present.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    let count = present.len() as f64;
    let mut adjusted = vec![None; p_values.len()];
    let mut smallest = 1.0_f64;
    for (rank, (place, p)) in present.into_iter().enumerate().rev() {
        smallest = smallest.min(p * (count / (rank as f64 + 1.0)));
        if let Some(slot) = adjusted.get_mut(place) {
            *slot = Some(smallest);
        }
    }
    adjusted
}

/// Which are flagged at level `q`, such as 0.05; in the order given, never an absent one.
pub fn flagged(p_values: &[Option<f64>], q: f64) -> Vec<bool> {
    adjusted(p_values)
        .into_iter()
        .map(|p| p.is_some_and(|p| p <= q))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{adjusted, flagged};

    #[test]
    fn absent_values_keep_their_place_and_count_for_nothing() {
        let p_values = [Some(0.04), None, Some(0.01), Some(f64::NAN), Some(2.0)];
        assert_eq!(adjusted(&p_values), [Some(0.04), None, Some(0.02), None, None]);
        assert_eq!(flagged(&p_values, 0.03), [false, false, true, false, false]);
        assert!(adjusted(&[]).is_empty());
    }

    #[test]
    fn a_larger_rank_can_carry_smaller_ones() {
        // Ranks 1 and 2 miss 0.05 / 3 and 0.10 / 3; rank 3 meets 0.05 and takes them along.
        let p_values = [Some(0.045), Some(0.02), Some(0.05)];
        assert_eq!(flagged(&p_values, 0.05), [true, true, true]);
        assert_eq!(flagged(&p_values, 0.049), [false, false, false]);
    }

    proptest! {
        #[test]
        fn adjusted_values_keep_the_order_and_are_never_smaller(raw in proptest::collection::vec(0.0..=1.0_f64, 1..60)) {
            let p_values: Vec<Option<f64>> = raw.iter().copied().map(Some).collect();
            let found: Vec<f64> = adjusted(&p_values).into_iter().map(Option::unwrap).collect();
            for (one, p) in found.iter().zip(&raw) {
                prop_assert!(p <= one && *one <= 1.0);
                for (other, q) in found.iter().zip(&raw) {
                    prop_assert!(p > q || one <= other, "{p} {q}: {one} {other}");
                }
            }
        }

        #[test]
        fn flags_are_those_of_the_step_up_procedure(raw in proptest::collection::vec(0.0..0.2_f64, 1..40), q in 0.01..0.3_f64) {
            // As published: k is the largest rank with p(k) <= k q / m; ranks 1 to k are flagged.
            let mut sorted = raw.clone();
            sorted.sort_by(f64::total_cmp);
            let m = sorted.len() as f64;
            let k = (1..=sorted.len()).rev().find(|k| sorted[k - 1] <= *k as f64 * q / m);
            let bound = k.map(|k| sorted[k - 1]);
            let flags = flagged(&raw.iter().copied().map(Some).collect::<Vec<_>>(), q);
            for (p, flag) in raw.iter().zip(flags) {
                let near = bound.is_some_and(|bound| (p - bound).abs() < 1e-12);
                prop_assert!(near || flag == bound.is_some_and(|bound| *p <= bound));
            }
        }
    }
}
