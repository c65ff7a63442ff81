//! Pooled scores of agents must be nearer to the truth than raw ones, and their intervals must hold it.

use aftercall_report::statistics::NpsCounts;
use aftercall_report::statistics::pooling::{Pooled, pooled_nps, pooled_shares};

use crate::random::Random;

const TEAMS: usize = 200;
const AGENTS: usize = 20;

/// Squared errors and intervals that hold the truth.
#[derive(Default)]
struct Outcome {
    raw: f64,
    pooled: f64,
    held: usize,
    agents: usize,
}

impl Outcome {
    fn add(&mut self, truth: f64, pooled: Pooled) {
        self.raw += (pooled.raw - truth).powi(2);
        self.pooled += (pooled.point - truth).powi(2);
        self.held += usize::from(pooled.interval.low <= truth && truth <= pooled.interval.high);
        self.agents += 1;
    }

    fn check(&self, simulation: &str) {
        let coverage = self.held as f64 / self.agents as f64;
        let ratio = self.pooled / self.raw;
        println!(
            "  {simulation}: squared error {ratio:.3} of the raw one, {coverage:.4} of the intervals hold the truth"
        );
        assert!(ratio < 1.0 && coverage > 0.935, "{simulation}");
    }
}

/// A draw from the beta distribution: the middle one of so many uniform draws.
fn beta(random: &mut Random, below: usize, above: usize) -> f64 {
    let mut draws: Vec<f64> = (0..below + above - 1).map(|_| random.uniform()).collect();
    draws.sort_by(f64::total_cmp);
    draws[below - 1]
}

#[test]
fn pooled_shares_are_nearer_to_the_truth_whether_agents_differ_little_or_much() {
    for (good, bad) in [(1600, 400), (320, 80), (52, 13), (12, 3)] {
        let mut random = Random::seeded("teams of agents", 6);
        let mut outcome = Outcome::default();
        for _ in 0..TEAMS {
            let truths: Vec<f64> = (0..AGENTS).map(|_| beta(&mut random, good, bad)).collect();
            let counts: Vec<(u64, u64)> = truths
                .iter()
                .map(|truth| {
                    let n = 12 + random.below(40);
                    ((0..n).filter(|_| random.happens(*truth)).count() as u64, n as u64)
                })
                .collect();
            for (truth, pooled) in truths.iter().zip(pooled_shares(&counts).unwrap()) {
                outcome.add(*truth, pooled.unwrap());
            }
        }
        let deviation = (0.8 * 0.2 / ((good + bad + 1) as f64)).sqrt();
        outcome.check(&format!(
            "shares that differ by {deviation:.3} (standard deviation)"
        ));
    }
}

#[test]
fn pooled_nps_are_nearer_to_the_truth_whether_agents_differ_little_or_much() {
    for deviation in [0.0, 0.05, 0.12, 0.2] {
        let mut random = Random::seeded("teams of agents", 7);
        let mut outcome = Outcome::default();
        for _ in 0..TEAMS {
            let truths: Vec<f64> = (0..AGENTS)
                .map(|_| (0.2 + deviation * random.normal()).clamp(-0.3, 0.7))
                .collect();
            let counts: Vec<NpsCounts> = truths.iter().map(|truth| answers(&mut random, *truth)).collect();
            for (truth, pooled) in truths.iter().zip(pooled_nps(&counts).unwrap()) {
                outcome.add(100.0 * truth, pooled.unwrap());
            }
        }
        outcome.check(&format!(
            "NPS that differ by {:.0} (standard deviation)",
            100.0 * deviation
        ));
    }
}

/// 12 to 51 answers, 30 % of them passive, with a true score of -0.3 to 0.7.
fn answers(random: &mut Random, score: f64) -> NpsCounts {
    let mut counts = NpsCounts::default();
    for _ in 0..12 + random.below(40) {
        let draw = random.uniform();
        if draw < 0.35 + score / 2.0 {
            counts.promoters += 1;
        } else if draw < 0.65 + score / 2.0 {
            counts.passives += 1;
        } else {
            counts.detractors += 1;
        }
    }
    counts
}

#[test]
fn raw_scores_of_equal_agents_differ_by_almost_forty_points() {
    let mut random = Random::seeded("thirty equal agents with 18 surveys each", 8);
    let (mut range, mut pooled_range) = (0.0, 0.0);
    for _ in 0..TEAMS {
        let counts: Vec<(u64, u64)> = (0..30)
            .map(|_| ((0..18).filter(|_| random.happens(0.8)).count() as u64, 18))
            .collect();
        let pooled = pooled_shares(&counts).unwrap();
        let spread = |score: &dyn Fn(&Pooled) -> f64| {
            let scores = || pooled.iter().flatten().map(score);
            scores().fold(f64::NEG_INFINITY, f64::max) - scores().fold(f64::INFINITY, f64::min)
        };
        range += spread(&|pooled| pooled.raw) / TEAMS as f64;
        pooled_range += spread(&|pooled| pooled.point) / TEAMS as f64;
    }
    println!("  best minus worst: raw {range:.3}, pooled {pooled_range:.3}");
    assert!(range > 0.35 && pooled_range < 0.1);
}
