//! Planned sample sizes must find the planned change as often as planned.

use aftercall_report::statistics::sample_size::{Power, mean_change, nps_change, share_change};
use aftercall_report::statistics::{Comparison, ComparisonVerdict, NpsCounts, comparison};

use crate::random::Random;

const STUDIES: usize = 2_000;

/// How often a comparison says "lower".
fn found(mut compare: impl FnMut() -> Option<Comparison>) -> f64 {
    let lower = (0..STUDIES)
        .filter(|_| compare().unwrap().verdict == ComparisonVerdict::Lower)
        .count();
    lower as f64 / STUDIES as f64
}

#[test]
fn planned_changes_are_found_in_eighty_percent() {
    let mut random = Random::seeded("studies of the planned size", 13);
    let n = share_change(0.8, 0.7, Power::default()).unwrap();
    let hits = |p: f64, random: &mut Random| ((0..n).filter(|_| random.happens(p)).count() as u64, n);
    let shares = found(|| comparison::shares(hits(0.7, &mut random), hits(0.8, &mut random)));

    let counts = |n: u64, p: f64, random: &mut Random| {
        let mut counts = NpsCounts::default();
        for _ in 0..n {
            let draw = random.uniform();
            if draw < p {
                counts.promoters += 1;
            } else if draw < p + 0.3 {
                counts.passives += 1;
            } else {
                counts.detractors += 1;
            }
        }
        counts
    };
    let observed = NpsCounts {
        promoters: 500,
        passives: 300,
        detractors: 200,
    };
    let n = nps_change(observed, 20.0, Power::default()).unwrap();
    let nps = found(|| comparison::nps(counts(n, 0.4, &mut random), counts(n, 0.5, &mut random)));

    // Uniform on 0 to 99: standard deviation 28.87.
    let n = mean_change(28.87, 10.0, Power::default()).unwrap();
    let values = |shift: i64, random: &mut Random| -> Vec<(i64, u64)> {
        (0..n).map(|_| (random.below(100) as i64 + shift, 1)).collect()
    };
    let means = found(|| comparison::means(&values(0, &mut random), &values(10, &mut random)));

    println!("  planned 0.8: shares {shares:.3}, NPS {nps:.3}, means {means:.3}");
    for power in [shares, nps, means] {
        assert!((0.77..0.84).contains(&power), "{power}");
    }
}
