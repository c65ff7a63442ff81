//! Which periods are due when. Pure.
//!
//! A period is a span of whole local days, `[from, until)`, and is due at a local time of a day after it. A schedule is a
//! function of the calendar alone: what was delivered already is remembered by its caller, who asks for the periods that have
//! become due since a moment ([`Schedule::due`]). So a restart, a second node and a clock that was wrong for a while all ask
//! about the same periods.
//!
//! ```text
//! every        on        period                                 due, at `at`
//! daily                  the day before                         each day
//! weekly       tuesday   the last week that is over             each Tuesday
//! monthly                the month before                       on the 1st
//! quarterly              the quarter before                     on the 1st of January, April, July and October
//! campaign_end           the days of the campaign               on the day after its last
//! ```
//! A due time that the clocks leave out in spring is the moment of the change; of one that comes twice in autumn the first counts.

mod local_time;

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use self::local_time::{day_after, day_before, day_begins, first_moment};

/// Periods that are looked for at most, the latest ones: what was due before is of no use to anybody.
pub const MOST_PERIODS: usize = 366;

/// Days that are looked at for these periods; quarters are the longest.
const FURTHEST_DAYS: u64 = 100 * MOST_PERIODS as u64;

/// Whole local days, from the first to before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
}

impl Period {
    /// The last day.
    pub fn last_day(self) -> NaiveDate {
        day_before(self.until, 1)
    }

    /// The moments at which it begins and ends in a zone; it does not include its end.
    pub fn moments(self, zone: Tz) -> Range<DateTime<Utc>> {
        day_begins(zone, self.from)..day_begins(zone, self.until)
    }
}

/// `2026-11-16_2026-11-22`, as in names of files: the first and the last day.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.from, self.last_day())
    }
}

/// How often a report is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cadence {
    /// Every day, about the day before.
    Daily,
    /// Once a week, about the last week that is over.
    Weekly {
        /// The day on which it is delivered.
        on: Weekday,
        /// The day with which weeks begin: Monday (ISO 8601) or Sunday.
        begins: Weekday,
    },
    /// On the first of each month.
    Monthly,
    /// On the first of January, April, July and October.
    Quarterly,
    /// On the day after each of these.
    CampaignEnd(Vec<Period>),
}

/// When which periods are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How often.
    pub cadence: Cadence,
    /// The local time of day.
    pub at: NaiveTime,
    /// Whose days and clocks are meant.
    pub zone: Tz,
}

/// A period, and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What is due.
    pub period: Period,
    /// Since when. Never before the period is over.
    pub at: DateTime<Utc>,
}

impl Schedule {
    /// The periods that became due after `since` and up to `now`, the earliest first; of more than [`MOST_PERIODS`] the latest.
    pub fn due(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Due> {
        let mut found: Vec<Due> = self
            .backwards(now)
            .take_while(|due| due.at > since)
            .take(MOST_PERIODS)
            .collect();
        found.reverse();
        found
    }

    /// What became due last, at `now` at the latest.
    pub fn latest(&self, now: DateTime<Utc>) -> Option<Due> {
        self.backwards(now).next()
    }

    /// The latest period that is over, whether or not it is due already.
    pub fn complete(&self, now: DateTime<Utc>) -> Option<Due> {
        let yesterday = day_before(self.local_day(now), 1);
        let is_over = |due: &Due| due.period.moments(self.zone).end <= now;
        self.holding(yesterday)
            .filter(is_over)
            .or_else(|| self.latest(now))
    }

    /// What will be due next, after `now`.
    pub fn next(&self, now: DateTime<Utc>) -> Option<Due> {
        let today = self.local_day(now);
        (0..FURTHEST_DAYS)
            .map(|days| day_after(today, days))
            .flat_map(|day| self.of_day(day))
            .find(|due| due.at > now)
    }

    /// The period that holds a day, and when it is or was due; of several campaigns the one that ends first.
    pub fn holding(&self, day: NaiveDate) -> Option<Due> {
        (1..FURTHEST_DAYS)
            .map(|days| day_after(day, days))
            .flat_map(|day| self.of_day(day))
            .find(|due| due.period.from <= day && day < due.period.until)
    }

    /// What was due up to `now`, the latest first.
    fn backwards(&self, now: DateTime<Utc>) -> impl Iterator<Item = Due> {
        let today = self.local_day(now);
        (0..FURTHEST_DAYS)
            .map(move |days| day_before(today, days))
            .flat_map(|day| self.of_day(day).into_iter().rev())
            .filter(move |due| due.at <= now)
    }

    fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.zone.from_utc_datetime(&at.naive_utc()).date_naive()
    }

    /// What is due on a local day. A period that the zone left out whole is not.
    fn of_day(&self, day: NaiveDate) -> Vec<Due> {
        let exists = |period: &Period| !period.moments(self.zone).is_empty();
        let at = || first_moment(self.zone, day.and_time(self.at));
        self.cadence
            .delivered_on(day)
            .into_iter()
            .filter(exists)
            .map(|period| Due { period, at: at() })
            .collect()
    }
}

impl Cadence {
    /// The periods that are delivered on this day; more than one only of campaigns.
    fn delivered_on(&self, day: NaiveDate) -> Vec<Period> {
        let months_before = |months: u32| Period {
            from: day
                .checked_sub_months(Months::new(months))
                .unwrap_or(NaiveDate::MIN),
            until: day,
        };
        match self {
            Self::Daily => vec![Period {
                from: day_before(day, 1),
                until: day,
            }],
            Self::Weekly { on, begins } if day.weekday() == *on => {
                let until = day_before(day, day.weekday().days_since(*begins).into());
                vec![Period {
                    from: day_before(until, 7),
                    until,
                }]
            }
            Self::Monthly if day.day() == 1 => vec![months_before(1)],
            Self::Quarterly if day.day() == 1 && day.month0().is_multiple_of(3) => vec![months_before(3)],
            Self::CampaignEnd(campaigns) => {
                let ended = campaigns.iter().filter(|campaign| campaign.until == day);
                let mut ended: Vec<Period> = ended.copied().collect();
                ended.sort_unstable();
                ended.dedup();
                ended
            }
            Self::Weekly { .. } | Self::Monthly | Self::Quarterly => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
