use proptest::prelude::*;

use super::{FunnelCounts, Rate};

fn week() -> FunnelCounts {
    FunnelCounts {
        arrived: 1_000,
        suppressed: 200,
        eligible: 800,
        sampled: 400,
        offered: 360,
        started: 250,
        partial: 40,
        completed: 200,
        declined: 25,
        no_answer: 30,
        abandoned: 50,
        failed: 12,
        refused_capacity: 8,
        in_progress: 5,
    }
}

#[test]
fn every_rate_is_the_one_of_its_formula() {
    // R = 25 + 50 + 30 = 105, O = 20, U = 5, NC = 400 - 200 - 40 - 105 - 20 - 5 = 30.
    let expected = [
        (Rate::Reach, 360, 400),
        (Rate::Participation, 250, 360),
        (Rate::Completion, 200, 250),
        (Rate::Response, 240, 360),
        (Rate::StrictResponse, 200, 360),
        (Rate::EndToEnd, 200, 400),
        (Rate::Acceptance, 200, 225),
        (Rate::Rr1, 200, 400),
        (Rate::Rr2, 240, 400),
        (Rate::Rr5, 200, 395),
        (Rate::Rr6, 240, 395),
        (Rate::Coop1, 200, 365),
    ];
    assert_eq!(expected.map(|(rate, ..)| rate), Rate::ALL);
    for (rate, above, below) in expected {
        let found = (rate.numerator(&week()), rate.denominator(&week()));
        assert_eq!(found, (above, below), "{}: {}", rate.name(), rate.formula());
        assert_eq!(rate.value(&week()), Some(100.0 * above as f64 / below as f64));
        let interval = rate.interval(&week()).unwrap();
        let value = rate.value(&week()).unwrap();
        assert!(interval.low < value && value < interval.high, "{}", rate.name());
    }
}

/// Evaluates the text of a formula.
fn evaluate(formula: &str, counts: &FunnelCounts) -> (u64, u64) {
    let aapor = counts.aapor();
    let sum = |side: &str| {
        side.trim_matches(|c| "() ".contains(c))
            .split(" + ")
            .map(|word| match word {
                "offered" => counts.offered,
                "sampled" => counts.sampled,
                "started" => counts.started,
                "completed" => counts.completed,
                "partial" => counts.partial,
                "declined" => counts.declined,
                "I" => aapor.complete,
                "P" => aapor.partial,
                "R" => aapor.refusal,
                "NC" => aapor.non_contact,
                "O" => aapor.other,
                "U" => aapor.unknown,
                word => panic!("no count is called {word}"),
            })
            .sum()
    };
    let (above, below) = formula.split_once('/').unwrap();
    (sum(above), sum(below))
}

#[test]
fn rate_of_fewer_than_ten_calls_is_not_given() {
    let few = FunnelCounts {
        sampled: 9,
        offered: 9,
        completed: 9,
        ..FunnelCounts::default()
    };
    assert!(Rate::ALL.iter().all(|rate| rate.value(&few).is_none()));
    let ten = FunnelCounts { sampled: 10, ..few };
    assert_eq!(Rate::EndToEnd.value(&ten), Some(90.0));
    assert_eq!(Rate::StrictResponse.value(&ten), None);
    let impossible = FunnelCounts {
        sampled: 20,
        offered: 30,
        ..few
    };
    assert_eq!(
        Rate::Reach.value(&impossible),
        None,
        "no part is larger than its whole"
    );
}

prop_compose! {
    fn counts()(
        ends in proptest::array::uniform8(0_u64..1_000_000),
        never_arrived in 0_u64..1000,
        started in 0_u64..1_000_000,
    ) -> FunnelCounts {
        let [partial, completed, declined, no_answer, abandoned, failed, refused_capacity, in_progress] = ends;
        let sampled = ends.iter().sum::<u64>() + never_arrived;
        FunnelCounts {
            arrived: 2 * sampled,
            eligible: sampled,
            suppressed: sampled,
            sampled,
            offered: sampled - never_arrived - refused_capacity,
            started: partial + completed + started.min(declined),
            partial,
            completed,
            declined,
            no_answer,
            abandoned,
            failed,
            refused_capacity,
            in_progress,
        }
    }
}

proptest! {
    #[test]
    fn words_of_the_formula_compute_the_rate(counts in counts()) {
        for rate in Rate::ALL {
            let found = (rate.numerator(&counts), rate.denominator(&counts));
            prop_assert_eq!(found, evaluate(rate.formula(), &counts), "{}", rate.name());
        }
    }

    #[test]
    fn groups_of_aapor_add_up_to_the_sampled_calls(counts in counts()) {
        prop_assert_eq!(counts.aapor().all(), counts.sampled);
        prop_assert_eq!(Rate::Rr1.value(&counts), Rate::EndToEnd.value(&counts));
        if let (Some(rr1), Some(rr5), Some(coop1)) =
            (Rate::Rr1.value(&counts), Rate::Rr5.value(&counts), Rate::Coop1.value(&counts))
        {
            prop_assert!(rr1 <= rr5 && rr5 <= coop1);
        }
        for rate in Rate::ALL {
            if let Some(value) = rate.value(&counts) {
                let interval = rate.interval(&counts).unwrap();
                prop_assert!(0.0 <= interval.low && interval.low <= value && value <= interval.high && interval.high <= 100.0);
            }
        }
    }
}
