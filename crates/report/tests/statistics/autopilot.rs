//! Weeks that the autopilot plans anew every day: the wanted half-width must be met, and the weighted score must not
//! be biased.

use aftercall_report::statistics::NpsCounts;
use aftercall_report::statistics::sample_size::autopilot::{Collected, Goal, Outlook, plan};
use aftercall_report::statistics::sample_size::planning_variance;
use aftercall_report::statistics::weighted::{Weighted, weighted_nps};

use crate::random::Random;

const WEEKS: usize = 2_000;
const WANTED: f64 = 8.0;

/// A queue: calls forecast for each day, and the true NPS of the day as a share.
struct Queue {
    days: Vec<(f64, f64)>,
    response_rate: f64,
    /// Calls that come for each that was forecast.
    calls_per_forecast: f64,
}

/// What became of a week.
struct Week {
    cells: Vec<(f64, NpsCounts)>,
    /// The NPS over all calls, had every caller who would answer been asked.
    truth: f64,
    /// Calls of the week.
    calls: f64,
    surveyed: u64,
}

impl Queue {
    /// Calls of a day: the forecast, wrong by 10 % (standard deviation), and chance.
    fn calls(&self, forecast: f64, random: &mut Random) -> u64 {
        let expected = self.calls_per_forecast * forecast * (1.0 + 0.1 * random.normal()).max(0.2);
        (expected + expected.sqrt() * random.normal()).max(0.0) as u64
    }

    fn answer(&self, score: f64, counts: &mut NpsCounts, random: &mut Random) {
        if !random.happens(self.response_rate) {
            return;
        }
        let draw = random.uniform();
        // 30 % are passive.
        if draw < 0.35 + score / 2.0 {
            counts.promoters += 1;
        } else if draw < 0.65 + score / 2.0 {
            counts.passives += 1;
        } else {
            counts.detractors += 1;
        }
    }

    /// A week whose N is planned every morning.
    fn week(&self, goal: &Goal, random: &mut Random) -> Week {
        let mut week = Week {
            cells: Vec::new(),
            truth: 0.0,
            calls: 0.0,
            surveyed: 0,
        };
        // Experience: the 200 surveys of the week before.
        let (mut sampled, mut answered) = (
            200,
            (0..200).filter(|_| random.happens(self.response_rate)).count() as u64,
        );
        for (day, (forecast, score)) in self.days.iter().enumerate() {
            let calls: f64 = self.days[day..].iter().map(|(calls, _)| calls).sum();
            let all = week.cells.iter().fold(NpsCounts::default(), |sum, (_, counts)| {
                sum.checked_add(*counts).unwrap()
            });
            let outlook = Outlook {
                calls,
                calls_deviation: 0.1 * calls,
                sampled,
                answered,
                variance: 10_000.0 * planning_variance(all),
            };
            let collected = Collected::of(
                week.cells
                    .iter()
                    .map(|(weight, counts)| (*weight as u32, counts.n())),
            );
            let one_call_in = plan(goal, collected, &outlook).unwrap().one_call_in;
            let mut counts = NpsCounts::default();
            let came = self.calls(*forecast, random);
            let first = random.below(one_call_in as usize) as u64;
            for _ in (first..came).step_by(one_call_in as usize) {
                self.answer(*score, &mut counts, random);
                sampled += 1;
                week.surveyed += 1;
            }
            answered += counts.n();
            week.cells.push((f64::from(one_call_in), counts));
            week.truth += came as f64 * 100.0 * score;
            week.calls += came as f64;
        }
        week.truth /= week.calls;
        week
    }
}

fn score(cells: &[(f64, NpsCounts)]) -> Weighted<aftercall_report::statistics::Estimate> {
    weighted_nps(cells).unwrap()
}

#[test]
fn wanted_half_width_is_met_within_ten_percent_in_95_percent_of_weeks() {
    let goal = Goal {
        half_width: WANTED,
        bounds: 1..=50,
    };
    for (scale, response_rate, calls_per_forecast) in [
        (2_000.0, 0.3, 1.0),
        (600.0, 0.3, 1.0),
        (2_000.0, 0.1, 1.0),
        (2_000.0, 0.3, 0.75),
    ] {
        let mut random = Random::seeded("weeks planned every morning", 9);
        let day = |share: f64, score: f64| (scale * share, score);
        let queue = Queue {
            days: vec![
                day(1.3, 0.1),
                day(1.0, 0.3),
                day(0.9, 0.3),
                day(0.9, 0.4),
                day(0.9, 0.5),
            ],
            response_rate,
            calls_per_forecast,
        };
        let name =
            format!("{scale} calls a day, {response_rate} answer, {calls_per_forecast} of the forecast come");
        let (mut met, mut close, mut bias, mut squares, mut surveyed, mut raw_bias, mut held) =
            (0, 0, 0.0, 0.0, 0, 0.0, 0);
        let mut widths = Vec::new();
        for _ in 0..WEEKS {
            let week = queue.week(&goal, &mut random);
            let found = score(&week.cells);
            let half_width = found.interval.half_width();
            met += usize::from(half_width <= 1.1 * WANTED);
            close += usize::from((0.9 * WANTED..=1.1 * WANTED).contains(&half_width));
            held += usize::from(found.interval.low <= week.truth && week.truth <= found.interval.high);
            let error = found.point - week.truth;
            bias += error / WEEKS as f64;
            raw_bias += (found.raw.point - week.truth) / WEEKS as f64;
            squares += error * error / WEEKS as f64;
            surveyed += week.surveyed;
            widths.push(half_width);
        }
        widths.sort_by(f64::total_cmp);
        let share = |count: usize| count as f64 / WEEKS as f64;
        println!(
            "  {name}: met {:.4}, within 10 % either way {:.4}, median half-width {:.2}, bias {bias:.3} (raw {raw_bias:.3}), interval holds {:.4}, {} surveyed a week",
            share(met),
            share(close),
            widths[WEEKS / 2],
            share(held),
            surveyed / WEEKS as u64
        );
        assert!(share(met) >= 0.95 && share(close) >= 0.95, "{name}");
        let standard_error = (squares / WEEKS as f64).sqrt();
        assert!(
            bias.abs() < 4.0 * standard_error,
            "{name}: {bias} with a standard error of {standard_error}"
        );
        assert!(share(held) > 0.94, "{name}");
    }
}

#[test]
fn weighted_score_of_two_queues_is_unbiased_where_the_raw_one_is_not() {
    let mut random = Random::seeded("a large and a small queue, each planned for itself", 10);
    let goal = Goal {
        half_width: WANTED,
        bounds: 1..=50,
    };
    let queue = |calls: f64, score: f64| Queue {
        days: vec![(calls, score); 5],
        response_rate: 0.3,
        calls_per_forecast: 1.0,
    };
    let (sales, service) = (queue(1_600.0, 0.5), queue(350.0, 0.0));
    let (mut bias, mut raw_bias, mut squares) = (0.0, 0.0, 0.0);
    for _ in 0..WEEKS {
        let (one, other) = (sales.week(&goal, &mut random), service.week(&goal, &mut random));
        let truth = (one.truth * one.calls + other.truth * other.calls) / (one.calls + other.calls);
        let found = score(&[one.cells, other.cells].concat());
        bias += (found.point - truth) / WEEKS as f64;
        raw_bias += (found.raw.point - truth) / WEEKS as f64;
        squares += (found.point - truth).powi(2) / WEEKS as f64;
    }
    let standard_error = (squares / WEEKS as f64).sqrt();
    println!("  bias: weighted {bias:.3} (standard error {standard_error:.3}), raw {raw_bias:.3}");
    assert!(bias.abs() < 4.0 * standard_error && raw_bias.abs() > 10.0);
}
