//! A group against a fixed target, by the exact binomial distribution, and many groups at once.
//!
//! With 18 surveys an agent whose true share is the target of 80 % shows at most 12 good ones in 13 % of all months:
//! no approximation is needed to see that 67 % says little, and with thirty agents somebody is always below by
//! chance. [`false_discovery`] says which of many p values stand up to having been looked at together.

pub mod false_discovery;

use super::distribution::binomial;

/// P(X <= hits | n, target): how often a group that meets the target would have this few hits or fewer. `None` without
/// answers, with more hits than answers, or for a target outside 0 to 1.
pub fn at_most(hits: u64, n: u64, target: f64) -> Option<f64> {
    is_sound(hits, n, target).then(|| binomial::cdf(hits, n, target))
}

/// P(X >= hits | n, target): how often a group at the target would have this many hits or more. `None` as for
/// [`at_most`].
pub fn at_least(hits: u64, n: u64, target: f64) -> Option<f64> {
    is_sound(hits, n, target).then(|| binomial::at_least(hits, n, target))
}

fn is_sound(hits: u64, n: u64, target: f64) -> bool {
    n > 0 && hits <= n && (0.0..=1.0).contains(&target)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{at_least, at_most};

    #[test]
    fn eighteen_surveys_prove_little() {
        let p = at_most(12, 18, 0.8).unwrap();
        assert!((p - 0.132_916_334_242_824).abs() < 1e-12, "{p}");
        let p = at_most(120, 180, 0.8).unwrap();
        assert!(p < 1e-4, "ten times as many with the same share do: {p}");
    }

    #[test]
    fn nonsense_has_no_probability() {
        assert_eq!(at_most(0, 0, 0.5), None);
        assert_eq!(at_most(3, 2, 0.5), None);
        assert_eq!(at_least(1, 2, 1.5), None);
        assert_eq!(at_least(1, 2, f64::NAN), None);
        assert_eq!((at_most(2, 2, 0.0), at_least(0, 2, 0.3)), (Some(1.0), Some(1.0)));
    }

    proptest! {
        #[test]
        fn tails_are_mirrored_and_overlap_in_the_count(n in 1_u64..10_000_000, part in 0.0..=1.0_f64, target in 0.0..=1.0_f64) {
            let hits = ((n as f64 * part) as u64).min(n);
            let (few, many) = (at_most(hits, n, target).unwrap(), at_least(hits, n, target).unwrap());
            prop_assert!((0.0..=1.0).contains(&few) && (0.0..=1.0).contains(&many));
            prop_assert!(few + many >= 1.0 - 1e-9);
            let mirrored = at_least(n - hits, n, 1.0 - target).unwrap();
            // 1 - target has lost digits that a distribution of 10^7 answers shows.
            prop_assert!((few - mirrored).abs() < 1e-9, "{few} {mirrored}");
        }

        #[test]
        fn higher_targets_are_missed_by_more(n in 1_u64..100_000, part in 0.0..1.0_f64, target in 0.0..0.99_f64) {
            let hits = (n as f64 * part) as u64;
            prop_assert!(at_most(hits, n, target + 0.01).unwrap() <= at_most(hits, n, target).unwrap());
        }
    }
}
