//! Every Nth call of a stratum.
//!
//! The Nth, the 2Nth, the 3Nth ... eligible call is surveyed, so exactly `floor(calls / N)` of any number of calls are.
//! The position comes from the stratum's counter in the database; nothing is remembered here.

/// Whether the call at `position` (from 1) of its stratum is surveyed, one in `every`. An `every` of 0, which no
/// configuration accepts, surveys none.
pub const fn is_sampled(position: u64, every: u32) -> bool {
    every > 0 && position > 0 && position.is_multiple_of(every as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::is_sampled;

    #[test]
    fn every_tenth_call_is_the_tenth_and_the_twentieth() {
        let turns: Vec<u64> = (1..=25).filter(|position| is_sampled(*position, 10)).collect();
        assert_eq!(turns, [10, 20]);
    }

    #[test]
    fn one_in_one_is_everyone_and_one_in_none_is_no_one() {
        assert!((1..100).all(|position| is_sampled(position, 1)));
        assert!((0..100).all(|position| !is_sampled(position, 0)));
        assert!(!is_sampled(0, 10), "positions start at 1");
    }

    proptest! {
        #[test]
        fn floor_of_calls_by_n_are_surveyed(calls in 0_u64..5_000, every in 1_u32..200) {
            let surveyed = (1..=calls).filter(|position| is_sampled(*position, every)).count() as u64;
            prop_assert_eq!(surveyed, calls / u64::from(every));
        }
    }
}
