//! Quiet months must stay quiet under every way of looking, and real falls must be found.

use aftercall_report::statistics::anytime::{Decision, Series};
use aftercall_report::statistics::{ComparisonVerdict, NpsCounts, TargetComparison, share};

use crate::random::Random;

const DAYS: usize = 28;
/// Opening hours of a day.
const HOURS: usize = 10;
const ANSWERS_A_DAY: usize = 15;
const MONTHS: usize = 10_000;
const FALLS: usize = 4_000;

/// How a month is looked at.
#[derive(Clone, Copy, Debug)]
enum Looking {
    Daily,
    Hourly,
    /// At random hours, four a day on average.
    Random,
}

/// Probabilities of a promoter and of a passive; a share has no passives.
#[derive(Clone, Copy)]
struct Level {
    promoters: f64,
    passives: f64,
}

const fn csat(share: f64) -> Level {
    Level {
        promoters: share,
        passives: 0.0,
    }
}

/// The figure that is watched.
#[derive(Clone, Copy)]
enum Kind {
    Share,
    Nps,
}

impl Kind {
    const fn steady(self) -> Level {
        match self {
            Self::Share => csat(0.8),
            Self::Nps => NPS_30,
        }
    }

    /// What a steady month scores.
    const fn target(self) -> f64 {
        match self {
            Self::Share => 0.8,
            Self::Nps => 30.0,
        }
    }

    fn series(self, buckets: &[NpsCounts]) -> Series {
        match self {
            Self::Share => {
                let shares: Vec<(u64, u64)> = buckets
                    .iter()
                    .map(|bucket| (bucket.promoters, bucket.n()))
                    .collect();
                Series::shares(&shares).unwrap()
            }
            Self::Nps => Series::nps(buckets),
        }
    }
}

/// NPS 30.
const NPS_30: Level = Level {
    promoters: 0.5,
    passives: 0.3,
};

/// NPS 10.
const NPS_10: Level = Level {
    promoters: 0.4,
    passives: 0.3,
};

/// A month by hours: every day has its answers, at random hours.
fn month(
    random: &mut Random,
    days: usize,
    answers_a_day: usize,
    level: impl Fn(usize) -> Level,
) -> Vec<NpsCounts> {
    let mut hours = vec![NpsCounts::default(); days * HOURS];
    for day in 0..days {
        let level = level(day);
        for _ in 0..answers_a_day {
            let hour = &mut hours[day * HOURS + random.below(HOURS)];
            let draw = random.uniform();
            if draw < level.promoters {
                hour.promoters += 1;
            } else if draw < level.promoters + level.passives {
                hour.passives += 1;
            } else {
                hour.detractors += 1;
            }
        }
    }
    hours
}

/// Puts the hours between two looks together.
fn looked_at(hours: &[NpsCounts], looking: Looking, random: &mut Random) -> Vec<NpsCounts> {
    let mut buckets = vec![NpsCounts::default()];
    for (place, hour) in hours.iter().enumerate() {
        let last = buckets.last_mut().unwrap();
        *last = last.checked_add(*hour).unwrap();
        let is_look = match looking {
            Looking::Daily => (place + 1) % HOURS == 0,
            Looking::Hourly => true,
            Looking::Random => random.happens(4.0 / HOURS as f64),
        };
        if is_look && place + 1 < hours.len() {
            buckets.push(NpsCounts::default());
        }
    }
    buckets
}

/// What came out of many months.
#[derive(Default)]
struct Outcome {
    lower: Vec<usize>,
    higher: usize,
    months: usize,
}

impl Outcome {
    fn of(months: usize, mut month: impl FnMut() -> Decision) -> Self {
        let mut outcome = Self::default();
        for _ in 0..months {
            let decision = month();
            outcome.months += 1;
            match decision.verdict {
                ComparisonVerdict::Lower => outcome.lower.push(decision.decided_at_bucket.unwrap()),
                ComparisonVerdict::Higher => outcome.higher += 1,
                ComparisonVerdict::CannotTell => {}
            }
        }
        outcome.lower.sort_unstable();
        outcome
    }

    fn alarms(&self) -> f64 {
        (self.lower.len() + self.higher) as f64 / self.months as f64
    }

    fn found(&self) -> f64 {
        self.lower.len() as f64 / self.months as f64
    }

    /// The bucket, counted from 1, by which half of all months are decided; `None` if fewer ever are.
    fn median(&self) -> Option<usize> {
        self.lower.get(self.months / 2).map(|bucket| bucket + 1)
    }
}

/// How often a steady share of 80 % and a steady NPS of 30 are called changed.
fn check_quiet_months(
    simulation: &str,
    looking: Looking,
    decide: impl Fn(Series, &mut Random, Kind) -> Decision,
) {
    let mut random = Random::seeded(simulation, 1);
    let alarms = [Kind::Share, Kind::Nps].map(|kind| {
        let outcome = Outcome::of(MONTHS, || {
            let hours = month(&mut random, DAYS, ANSWERS_A_DAY, |_| kind.steady());
            let live = kind.series(&looked_at(&hours, looking, &mut random));
            decide(live, &mut random, kind)
        });
        outcome.alarms()
    });
    println!(
        "  {simulation}, looked at {looking:?}: share {:.4}, NPS {:.4}",
        alarms[0], alarms[1]
    );
    assert!(alarms.iter().all(|alarms| *alarms <= 0.05), "{alarms:?}");
}

fn check_against_target(looking: Looking) {
    check_quiet_months("quiet months against a target", looking, |live, _, kind| {
        live.decide_against_target(kind.target()).unwrap()
    });
}

fn check_against_reference(looking: Looking) {
    check_quiet_months(
        "quiet months against the month before",
        looking,
        |live, random, kind| {
            let before = month(random, DAYS, ANSWERS_A_DAY, |_| kind.steady());
            let buckets = live.len();
            live.decide_against(&kind.series(&before).spread(buckets))
                .unwrap()
        },
    );
}

#[test]
fn quiet_months_looked_at_daily_are_called_changed_in_five_percent_at_most() {
    check_against_target(Looking::Daily);
}

#[test]
fn quiet_months_looked_at_hourly_are_called_changed_in_five_percent_at_most() {
    check_against_target(Looking::Hourly);
}

#[test]
fn quiet_months_looked_at_at_random_are_called_changed_in_five_percent_at_most() {
    check_against_target(Looking::Random);
}

#[test]
fn quiet_months_compared_daily_are_called_changed_in_five_percent_at_most() {
    check_against_reference(Looking::Daily);
}

#[test]
fn quiet_months_compared_hourly_are_called_changed_in_five_percent_at_most() {
    check_against_reference(Looking::Hourly);
}

#[test]
fn quiet_months_compared_at_random_are_called_changed_in_five_percent_at_most() {
    check_against_reference(Looking::Random);
}

#[test]
fn steady_streams_are_called_changed_in_five_percent_at_most() {
    let mut random = Random::seeded("two steady months, the second against the first", 3);
    for kind in [Kind::Share, Kind::Nps] {
        let outcome = Outcome::of(MONTHS, || {
            let hours = month(&mut random, 2 * DAYS, ANSWERS_A_DAY, |_| kind.steady());
            let days = looked_at(&hours, Looking::Daily, &mut random);
            kind.series(&days).decide_change(DAYS, DAYS).unwrap()
        });
        println!("  {:.4}", outcome.alarms());
        assert!(outcome.alarms() <= 0.05);
    }
}

#[test]
fn ordinary_test_looked_at_daily_calls_a_quiet_month_changed_in_one_of_four() {
    let mut random = Random::seeded("the ordinary 95 % interval, looked at daily", 4);
    let mut alarms = 0;
    for _ in 0..MONTHS {
        let (mut hits, mut n) = (0, 0);
        let is_alarm = (0..DAYS).any(|_| {
            hits += (0..ANSWERS_A_DAY).filter(|_| random.happens(0.8)).count() as u64;
            n += ANSWERS_A_DAY as u64;
            let interval = share(hits, n).unwrap().interval;
            interval.low > 0.8 || TargetComparison::of(interval, 0.8) == TargetComparison::Missed
        });
        alarms += u32::from(is_alarm);
    }
    let rate = f64::from(alarms) / MONTHS as f64;
    println!("  {rate:.4}");
    assert!(rate > 0.2, "the reason for this module has gone: {rate}");
}

#[test]
fn fall_of_ten_points_is_found_in_most_months() {
    let mut random = Random::seeded("a fall from 80 % to 70 %", 5);
    let daily = |hours: &[NpsCounts], random: &mut Random| looked_at(hours, Looking::Daily, random);
    let fallen = |random: &mut Random, days| {
        let hours = month(random, days, ANSWERS_A_DAY, |_| csat(0.7));
        daily(&hours, random)
    };
    let target = Outcome::of(FALLS, || {
        Kind::Share
            .series(&fallen(&mut random, DAYS))
            .decide_against_target(0.8)
            .unwrap()
    });
    println!(
        "  against the target: {:.4}, median day {:?}",
        target.found(),
        target.median()
    );
    for months in [1, 3] {
        let reference = Outcome::of(FALLS, || {
            let live = Kind::Share.series(&fallen(&mut random, DAYS));
            let before = month(&mut random, months * DAYS, ANSWERS_A_DAY, |_| csat(0.8));
            live.decide_against(&Kind::Share.series(&before).spread(DAYS))
                .unwrap()
        });
        println!(
            "  against {months} months before: {:.4}, median day {:?}",
            reference.found(),
            reference.median()
        );
    }
    for (earlier, at) in [(DAYS, DAYS), (3 * DAYS, 3 * DAYS), (3 * DAYS, 3 * DAYS + 10)] {
        let change = Outcome::of(FALLS, || {
            let hours = month(&mut random, at + DAYS, ANSWERS_A_DAY, |day| {
                csat(if day < at { 0.8 } else { 0.7 })
            });
            Kind::Share
                .series(&daily(&hours, &mut random))
                .decide_change(earlier, DAYS)
                .unwrap()
        });
        println!(
            "  change after {at} of {earlier} days: {:.4}, median day {:?}",
            change.found(),
            change.median().map(|day| day - at)
        );
    }
    let nps = Outcome::of(FALLS, || {
        let hours = month(&mut random, DAYS, ANSWERS_A_DAY, |_| NPS_10);
        Kind::Nps
            .series(&daily(&hours, &mut random))
            .decide_against_target(30.0)
            .unwrap()
    });
    println!(
        "  NPS from 30 to 10: {:.4}, median day {:?}",
        nps.found(),
        nps.median()
    );
    assert!(target.found() > 0.96 && target.median().unwrap() <= 11);
    assert_eq!(target.higher, 0, "no fall is called a rise");
}
