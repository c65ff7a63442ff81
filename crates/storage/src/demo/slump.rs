//! A week in which one queue goes wrong: its callers wait, and are annoyed.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};

use super::company::Company;

/// How much lower the mood of a caller of that queue is then.
const ANNOYANCE: f64 = 1.2;
/// How many times as long callers of that queue wait then.
const WAIT: u64 = 4;
/// The longest wait of a call, in seconds.
const LONGEST_WAIT_S: u64 = 3_600;

/// Where and when it goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slump {
    /// The place of the queue.
    pub(super) queue: usize,
    /// The last whole week, from its Monday to the Monday after.
    pub(super) days: Range<NaiveDate>,
}

impl Slump {
    /// In the last whole week before `until`, the day behind the last one.
    pub(super) fn new(company: &Company, until: NaiveDate) -> Self {
        let monday = until - Days::new(u64::from(until.weekday().num_days_from_monday()));
        Self {
            queue: company.troubled_queue(),
            days: monday - Days::new(7)..monday,
        }
    }

    /// What becomes of the mood and the wait, in seconds, of a caller of a queue on a day.
    pub(super) fn strike(&self, queue: usize, day: NaiveDate, mood: f64, wait_time_s: u64) -> (f64, u64) {
        match queue == self.queue && self.days.contains(&day) {
            true => (mood - ANNOYANCE, (wait_time_s * WAIT).min(LONGEST_WAIT_S)),
            false => (mood, wait_time_s),
        }
    }
}
