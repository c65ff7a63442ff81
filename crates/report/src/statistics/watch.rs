//! The watchdog of quiet queues: "41 surveys are usual in this hour, none came".
//!
//! A dead hand-over is silent. It is told from a quiet night by the same hours of earlier weeks: how probable is it
//! that so few calls came, or fewer, if nothing is wrong? The answer allows for three uncertainties: chance
//! (Poisson), weeks that differ from each other more than by chance (negative binomial), and that few earlier weeks
//! tell neither the mean nor that difference well. The latter two are averaged over by their posterior, so that two
//! earlier weeks raise an alarm later than eight, and a queue whose weeks differ wildly later than a steady one.
//!
//! The last hour is watched, and the last [2, 3, 4, ... hours together](RUNS), up to a week: a queue that expects 0.8
//! calls an hour is found after several empty ones. Each of these runs has an equal part of the permitted error, so
//! an hour raises a false alarm with a probability of `alpha` at most. With the default [`ALPHA`], a queue that is
//! watched every hour of a year raises less than one.
//!
//! Simulated with eight earlier weeks, where weeks differ from each other by 10 % (standard deviation) and days by
//! another 10 % (`cargo test -p aftercall-report --test statistics watch -- --nocapture`):
//!
//! | calls expected in an hour | dead hand-over found: median | 95 % within |
//! | --- | --- | --- |
//! | 41 | 1 hour | 1 hour |
//! | 5 | 3 hours | 4 hours |
//! | 1 | 15 hours | 22 hours |
//!
//! In ten simulated years each, queues with 41, 5 and 1 calls in their busiest hour and quiet nights raised no false
//! alarm; with weeks and days that differ by 25 % they raised one in twenty years, and with only three earlier weeks
//! less than two a year.

mod predictive;

use super::distribution::poisson;
use super::estimate::float;
use predictive::{Prediction, Week};

/// The default probability of a false alarm in an hour: less than one a year.
pub const ALPHA: f64 = 1.0 / 8_760.0;

/// Fewer earlier weeks than this say nothing about how weeks differ.
pub const FEWEST_WEEKS: usize = 2;

/// How many of the last hours are looked at together.
pub const RUNS: [usize; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 48, 96, 168];

/// An hour of a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Hour {
    /// What came and for how long it could come.
    pub now: Observed,
    /// The same hour one week ago, two weeks ago, and so on. A week that is to be left out, such as a holiday, has an
    /// exposure of 0.
    pub earlier: Vec<Observed>,
}

/// Calls of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Observed {
    /// Calls that came.
    pub came: u64,
    /// The part of the hour in which they could: 1 for a whole hour, 0 while the queue was closed.
    pub exposure: f64,
}

/// What the watchdog says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QueueState {
    /// Nothing unusual.
    Usual,
    /// Fewer calls came than chance explains.
    Quiet(Quiet),
    /// There are fewer than [`FEWEST_WEEKS`] earlier weeks, or no call came in them.
    Unknown,
}

/// How quiet a queue is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quiet {
    /// The last so many hours together are the most improbable.
    pub hours: usize,
    /// Calls that came in them.
    pub came: u64,
    /// Calls that were expected.
    pub expected: f64,
    /// The probability of so few or fewer, 0 to 1.
    pub probability: f64,
}

/// Watches a queue at the end of an hour. `hours` are consecutive, the one that has just ended last; the earlier
/// weeks of all of them begin with the last week. `alpha` is the permitted probability of a false alarm.
pub fn watch(hours: &[Hour], alpha: f64) -> QueueState {
    let permitted = alpha / RUNS.len() as f64;
    let mut run = Run::default();
    let mut state = QueueState::Unknown;
    for (hour, length) in hours.iter().rev().zip(1..) {
        run.add(hour);
        if !RUNS.contains(&length) {
            continue;
        }
        let Some(weeks) = run.weeks() else { continue };
        if state == QueueState::Unknown {
            state = QueueState::Usual;
        }
        let Some(found) = quiet(run.came, &weeks, permitted, || {
            other_runs(hours, length, weeks.len())
        }) else {
            continue;
        };
        let is_most_improbable = match state {
            QueueState::Quiet(known) => found.probability < known.probability,
            QueueState::Usual | QueueState::Unknown => true,
        };
        if is_most_improbable {
            state = QueueState::Quiet(Quiet {
                hours: length,
                came: run.came,
                expected: found.expected,
                probability: found.probability,
            });
        }
    }
    state
}

/// What was expected, if so few calls are too improbable.
fn quiet(
    came: u64,
    weeks: &[Week],
    permitted: f64,
    others: impl Fn() -> Vec<Vec<Week>>,
) -> Option<Prediction> {
    let usual: u64 = weeks.iter().map(|week| week.came).sum();
    let average = float(usual) / weeks.iter().map(|week| week.exposure).sum::<f64>();
    // What plain chance explains at the average of the weeks need not be looked at closely.
    if float(came) >= average || poisson::cdf(came, average) > permitted {
        return None;
    }
    let found = predictive::of(weeks, &others(), came);
    (found.probability <= permitted).then_some(found)
}

/// The earlier weeks of other runs of this length: those before the last, as many as there are weeks. Runs of one
/// week rise and fall together, so more of them would tell less than they seem to.
fn other_runs(hours: &[Hour], length: usize, most: usize) -> Vec<Vec<Week>> {
    let weeks = |hours: &[Hour]| {
        let mut run = Run::default();
        hours.iter().for_each(|hour| run.add(hour));
        run.weeks()
    };
    hours
        .rchunks_exact(length)
        .skip(1)
        .take(most)
        .filter_map(weeks)
        .collect()
}

/// Consecutive hours together, now and in each earlier week. Hours count by what usually comes in them: a week
/// without its busiest hour has lost more than an hour.
#[derive(Default)]
struct Run {
    came: u64,
    exposure: f64,
    /// The earlier weeks that all hours have; nothing before the first hour.
    earlier: Option<Vec<Week>>,
}

impl Run {
    fn add(&mut self, hour: &Hour) {
        let rate = hour.usual_rate();
        self.came += hour.now.came;
        self.exposure += rate * hour.now.exposure;
        let weeks = self
            .earlier
            .get_or_insert_with(|| vec![Week::default(); hour.earlier.len()]);
        weeks.truncate(hour.earlier.len());
        for (week, of_hour) in weeks.iter_mut().zip(&hour.earlier) {
            week.came += of_hour.came;
            week.exposure += rate * of_hour.exposure;
        }
    }

    /// The earlier weeks with their exposure in units of the present one; `None` if too few had any, or the queue was
    /// closed.
    fn weeks(&self) -> Option<Vec<Week>> {
        let is_open = self.exposure > 0.0 && self.exposure.is_finite();
        let weeks: Vec<Week> = self
            .earlier
            .iter()
            .flatten()
            .filter(|week| is_open && week.exposure > 0.0)
            .map(|week| Week {
                came: week.came,
                exposure: week.exposure / self.exposure,
            })
            .collect();
        (weeks.len() >= FEWEST_WEEKS).then_some(weeks)
    }
}

impl Hour {
    /// Calls in a whole hour, in the average of the earlier weeks.
    fn usual_rate(&self) -> f64 {
        let came: u64 = self.earlier.iter().map(|week| week.came).sum();
        let exposure: f64 = self.earlier.iter().map(|week| week.exposure).sum();
        if exposure > 0.0 {
            float(came) / exposure
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests;
