//! Which queues are quieter than chance explains: the counts of the last hours beside those of the same hours of earlier weeks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::TEST_QUEUE;
use aftercall_report::statistics::watch::{Hour, Observed, QueueState, RUNS, watch};
use aftercall_storage::selection::{Bucket, Dimension, PeriodFilter, Selection, Split};
use aftercall_storage::tally::CallTally;

/// Earlier weeks that an hour is compared with.
const WEEKS: u64 = 8;
/// Queues that are watched at most, those with the most calls first.
const MOST_QUEUES: usize = 500;

/// What quiet queues are judged by.
#[derive(Debug, Clone)]
pub struct QuietCheck {
    /// The operator's time zone, in which weeks are compared.
    pub zone: Tz,
    /// Days on which calls are not expected as usual.
    pub holidays: BTreeSet<NaiveDate>,
    /// The permitted probability of a false alarm in an hour of a queue.
    pub alpha: f64,
}

/// A queue in which fewer calls came than chance explains.
#[derive(Debug, Clone, PartialEq)]
pub struct QuietQueue {
    /// Its name; empty: all queues together.
    pub queue: String,
    /// The last so many hours together are the most improbable.
    pub hours: usize,
    /// Calls that came in them.
    pub came: u64,
    /// Calls that were expected.
    pub expected: f64,
    /// The probability of so few or fewer.
    pub probability: f64,
}

impl QuietCheck {
    /// The last hour that is over.
    pub fn last_hour(&self, now: DateTime<Utc>) -> NaiveDateTime {
        let local = now.with_timezone(&self.zone).naive_local();
        let start = local
            .date()
            .and_time(NaiveTime::from_hms_opt(local.hour(), 0, 0).unwrap_or_default());
        start - TimeDelta::hours(1)
    }

    /// The calls that the check needs, for the hour that was last over.
    pub fn selection(&self, now: DateTime<Utc>) -> (Selection, Split) {
        let last = self.last_hour(now);
        let first =
            last - TimeDelta::hours(longest()) - TimeDelta::weeks(i64::try_from(WEEKS).unwrap_or(i64::MAX));
        let period = PeriodFilter {
            from_day: Some(first.date()),
            until_day: last.date().checked_add_days(Days::new(1)),
            ..PeriodFilter::default()
        };
        let selection = Selection {
            period,
            ..Selection::default()
        };
        let split = Split {
            by: vec![Dimension::Queue],
            bucket: Some(Bucket::Hour),
        };
        (selection, split)
    }

    /// The queues that are quiet, by the calls of [`selection`](Self::selection); `first_day` is the first that has any call at all.
    pub fn quiet(&self, tallies: &[CallTally], first_day: NaiveDate, now: DateTime<Utc>) -> Vec<QuietQueue> {
        let mut queues: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for tally in tallies {
            let queue = tally.key.names.first().map_or("", String::as_str);
            if queue == TEST_QUEUE {
                continue;
            }
            for queue in BTreeSet::from([queue, ""]) {
                *queues
                    .entry(queue)
                    .or_default()
                    .entry(&tally.key.bucket)
                    .or_default() += tally.counts.arrived;
            }
        }
        let mut queues: Vec<(&str, BTreeMap<&str, u64>)> = queues.into_iter().collect();
        queues.sort_by_key(|(queue, hours)| (std::cmp::Reverse(hours.values().sum::<u64>()), *queue));
        queues.truncate(MOST_QUEUES);
        let last = self.last_hour(now);
        let mut quiet: Vec<QuietQueue> = queues
            .into_iter()
            .filter_map(
                |(queue, calls)| match watch(&self.hours(&calls, first_day, last), self.alpha) {
                    QueueState::Quiet(found) => Some(QuietQueue {
                        queue: queue.to_owned(),
                        hours: found.hours,
                        came: found.came,
                        expected: found.expected,
                        probability: found.probability,
                    }),
                    QueueState::Usual | QueueState::Unknown => None,
                },
            )
            .collect();
        quiet.sort_by(|one, other| one.queue.cmp(&other.queue));
        quiet
    }

    /// The last hours, each with the same hour of earlier weeks.
    fn hours(&self, calls: &BTreeMap<&str, u64>, first_day: NaiveDate, last: NaiveDateTime) -> Vec<Hour> {
        let observed = |at: NaiveDateTime| {
            let name = at.format("%Y-%m-%dT%H").to_string();
            Observed {
                came: calls.get(name.as_str()).copied().unwrap_or_default(),
                exposure: if at.date() < first_day {
                    0.0
                } else {
                    self.exposure(at)
                },
            }
        };
        let hour = |before: i64| {
            let at = last - TimeDelta::hours(before);
            let weeks =
                (1..=WEEKS).map(|week| at - TimeDelta::weeks(i64::try_from(week).unwrap_or(i64::MAX)));
            Hour {
                now: observed(at),
                earlier: weeks.map(observed).collect(),
            }
        };
        (0..longest()).rev().map(hour).collect()
    }

    /// How many hours of real time a local hour has: none where clocks skip it, or on a holiday; two where they repeat it.
    fn exposure(&self, at: NaiveDateTime) -> f64 {
        if self.holidays.contains(&at.date()) {
            return 0.0;
        }
        match self.zone.from_local_datetime(&at) {
            chrono::LocalResult::None => 0.0,
            chrono::LocalResult::Single(_) => 1.0,
            chrono::LocalResult::Ambiguous(..) => 2.0,
        }
    }
}

/// As many hours are looked at together at most.
fn longest() -> i64 {
    RUNS.iter()
        .max()
        .and_then(|hours| i64::try_from(*hours).ok())
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};

    use super::{QuietCheck, QuietQueue};
    use aftercall_report::statistics::watch::ALPHA;
    use aftercall_storage::selection::TallyKey;
    use aftercall_storage::tally::{CallCounts, CallTally};

    fn check() -> QuietCheck {
        QuietCheck {
            zone: chrono_tz::Europe::Helsinki,
            holidays: BTreeSet::new(),
            alpha: ALPHA,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-25T12:05:00Z".parse().unwrap()
    }

    /// `an_hour` calls in each hour of the day from 8 to 17 of ten weeks, up to and without the hours from `until` on.
    fn calls(queue: &str, an_hour: u64, until: DateTime<Utc>) -> Vec<CallTally> {
        let mut tallies = Vec::new();
        let mut at = until - TimeDelta::weeks(10);
        while at < until {
            let local = at.with_timezone(&check().zone).naive_local();
            if (8..18).contains(&local.hour()) {
                let key = TallyKey {
                    bucket: local.format("%Y-%m-%dT%H").to_string(),
                    names: vec![queue.to_owned()],
                };
                let counts = CallCounts {
                    arrived: an_hour,
                    ..CallCounts::default()
                };
                tallies.push(CallTally { key, counts });
            }
            at += TimeDelta::hours(1);
        }
        tallies
    }

    fn found(tallies: &[CallTally], now: DateTime<Utc>) -> Vec<QuietQueue> {
        check().quiet(tallies, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), now)
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn busy_queue_that_falls_silent_is_told_after_its_first_empty_hour() {
        // 14:05 in Helsinki: the hour from 13 on is over.
        let mut tallies = calls("sales", 41, at("2026-11-25T11:00:00Z"));
        assert_eq!(found(&calls("sales", 41, at("2026-11-25T12:00:00Z")), now()), []);
        tallies.extend(calls("support", 400, at("2026-11-25T12:00:00Z")));
        let quiet = found(&tallies, now());
        let [sales] = quiet.as_slice() else {
            panic!("only sales is quiet, for the whole is not: {quiet:?}");
        };
        assert_eq!((sales.queue.as_str(), sales.came, sales.hours), ("sales", 0, 1));
        assert!((35.0..47.0).contains(&sales.expected), "{sales:?}");
        assert!(
            sales
                .to_string()
                .starts_with("queue sales: 0 calls in the last hour, "),
            "{sales}"
        );
    }

    #[test]
    fn small_queue_is_told_after_some_hours_and_quiet_nights_never() {
        let until = at("2026-11-25T08:00:00Z");
        let tallies = calls("sales", 3, until);
        assert_eq!(
            found(&tallies, until + TimeDelta::minutes(61)),
            [],
            "an hour of none where three come says little"
        );
        let late = found(&tallies, at("2026-11-25T16:05:00Z"));
        assert!(
            late.iter()
                .any(|queue| queue.queue == "sales" && queue.hours > 1 && queue.came < 3),
            "{late:?}"
        );
        let night = at("2026-11-25T02:05:00Z");
        assert_eq!(found(&calls("sales", 41, at("2026-11-24T16:00:00Z")), night), []);
    }

    #[test]
    fn holiday_is_no_alarm_and_a_new_queue_neither() {
        let tallies = calls("sales", 41, at("2026-11-25T06:00:00Z"));
        let holiday = QuietCheck {
            holidays: [now().date_naive()].into(),
            ..check()
        };
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        assert_eq!(holiday.quiet(&tallies, first, now()), []);
        assert!(!check().quiet(&tallies, first, now()).is_empty());
        let yesterday = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        assert_eq!(
            check().quiet(&tallies, yesterday, now()),
            [],
            "one day is nothing to compare with"
        );
    }

    #[test]
    fn test_calls_are_no_calls() {
        let mut tallies = calls("sales", 41, at("2026-11-25T11:00:00Z"));
        tallies.extend(calls("aftercall-watch", 500, at("2026-11-25T12:00:00Z")));
        let queues: Vec<String> = found(&tallies, now())
            .into_iter()
            .map(|quiet| quiet.queue)
            .collect();
        assert_eq!(queues, ["", "sales"]);
    }
}
