//! A year of quiet nights must not raise the alarm; a dead hand-over must.

use aftercall_report::statistics::watch::{ALPHA, Hour, Observed, QueueState, watch};

use crate::random::Random;

const WEEK: usize = 7 * 24;
const WEEKS_OF_HISTORY: usize = 8;
const HOURS_WATCHED: usize = WEEK;

/// Calls expected in each hour of a week: ten busy hours on weekdays, little in the evening and on Saturday, almost
/// nothing at night.
fn profile(busiest: f64) -> Vec<f64> {
    (0..WEEK)
        .map(|hour| {
            let (day, hour) = (hour / 24, hour % 24);
            let of_day = match hour {
                9..=11 => 1.0,
                8 | 12..=17 => 0.8,
                18..=20 => 0.2,
                _ => 0.01,
            };
            let of_week = if day < 5 { 1.0 } else { 0.15 };
            busiest * of_day * of_week
        })
        .collect()
}

/// Calls by the hour. Weeks differ by so much (standard deviation), and days by the same again.
fn calls(expected: &[f64], difference: f64, weeks: usize, random: &mut Random) -> Vec<u64> {
    let mut calls = Vec::with_capacity(weeks * WEEK);
    for _ in 0..weeks {
        let of_week = (difference * random.normal()).exp();
        for day in expected.chunks(24) {
            let of_day = (difference * random.normal()).exp();
            calls.extend(day.iter().map(|mean| random.poisson(mean * of_week * of_day)));
        }
    }
    calls
}

/// The last hours before `end`, each with the same hour of the weeks before.
fn hours_before(calls: &[u64], end: usize) -> Vec<Hour> {
    let whole = |hour: usize| Observed {
        came: calls[hour],
        exposure: 1.0,
    };
    (end - HOURS_WATCHED..end)
        .map(|hour| Hour {
            now: whole(hour),
            earlier: (1..=WEEKS_OF_HISTORY)
                .map(|week| whole(hour - week * WEEK))
                .collect(),
        })
        .collect()
}

#[test]
fn queue_watched_every_hour_of_a_year_raises_less_than_one_false_alarm() {
    const YEARS: usize = 2;
    for (busiest, difference) in [(41.0, 0.1), (1.0, 0.1), (5.0, 0.25)] {
        let mut random = Random::seeded("years of a queue whose hand-over works", 11);
        let (first, weeks) = (WEEKS_OF_HISTORY + 1, WEEKS_OF_HISTORY + 1 + 52);
        let mut alarms = 0;
        for _ in 0..YEARS {
            let calls = calls(&profile(busiest), difference, weeks, &mut random);
            alarms += (first * WEEK + 1..=weeks * WEEK)
                .filter(|end| matches!(watch(&hours_before(&calls, *end), ALPHA), QueueState::Quiet(_)))
                .count();
        }
        println!(
            "  {busiest} calls in the busiest hour, weeks and days differ by {difference}: {alarms} hours with an alarm in {YEARS} years"
        );
        assert!(alarms < YEARS, "{busiest}, {difference}");
    }
}

#[test]
fn dead_hand_over_is_found_in_hours() {
    const REPEATS: usize = 100;
    for (rate, most) in [(41.0, 1), (5.0, 4), (1.0, 20)] {
        let mut random = Random::seeded("a hand-over that dies in a queue of steady hours", 12);
        let mut delays: Vec<usize> = (0..REPEATS)
            .map(|_| {
                let mut calls = calls(&vec![rate; WEEK], 0.1, WEEKS_OF_HISTORY + 2, &mut random);
                let dies = (WEEKS_OF_HISTORY + 1) * WEEK + random.below(24);
                calls[dies..].fill(0);
                (1..100)
                    .find(|hours| {
                        matches!(
                            watch(&hours_before(&calls, dies + hours), ALPHA),
                            QueueState::Quiet(_)
                        )
                    })
                    .unwrap()
            })
            .collect();
        delays.sort_unstable();
        println!(
            "  {rate} calls an hour: median {} hours, 95 % within {}",
            delays[REPEATS / 2],
            delays[REPEATS * 95 / 100]
        );
        assert!(delays[REPEATS / 2] <= most, "{rate}");
    }
}
