//! When a route is open, by weekday, in its local time.
//!
//! Hours are those of the clock on the wall: on the day that clocks go forward, an hour that does not exist is not
//! open, and on the day that they go back, one that comes twice is open twice. An interval that ends before it begins
//! goes on over midnight and belongs to the weekday on which it begins.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};

use super::policy::Asked;
use super::reason::Reason;

const MINUTES_A_DAY: u16 = 24 * 60;

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// Opening hours; without any, always open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpeningHours {
    /// By weekday from Monday; all empty: always open.
    days: [Vec<Interval>; 7],
}

impl OpeningHours {
    /// Adds intervals to each of these days.
    pub fn add(&mut self, days: Days, intervals: &[Interval]) {
        for (weekday, of_day) in WEEKDAYS.iter().zip(&mut self.days) {
            if days.contains(*weekday) {
                of_day.extend_from_slice(intervals);
                of_day.sort_unstable();
            }
        }
    }

    /// Whether nothing was said.
    pub fn is_always(&self) -> bool {
        self.days.iter().all(Vec::is_empty)
    }

    /// Whether it is open at a local time.
    pub fn is_open(&self, local: NaiveDateTime) -> bool {
        if self.is_always() {
            return true;
        }
        let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0);
        let today = self.of(local.weekday());
        let yesterday = self.of(local.weekday().pred());
        today.iter().any(|interval| interval.holds_on_its_day(minute))
            || yesterday.iter().any(|interval| interval.goes_on_until(minute))
    }

    /// The intervals that begin on a weekday, in order.
    pub fn of(&self, weekday: Weekday) -> &[Interval] {
        let day = self.days.get(weekday.num_days_from_monday() as usize);
        day.map_or(&[], Vec::as_slice)
    }
}

/// Objects to a call at a time when the route is closed.
pub(super) fn judge(asked: &Asked<'_>) -> Option<Reason> {
    let local = asked.local.naive_local();
    (!asked.rules.hours.is_open(local)).then(|| Reason::OutsideHours {
        local: local.with_nanosecond(0).unwrap_or(local),
        time_zone: asked.rules.time_zone.name().to_owned(),
    })
}

/// A part of a day, such as `08:00-16:00` or `22:00-02:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// Its first minute of the day.
    opens: u16,
    /// The first minute after it; not later than `opens` when it goes on over midnight.
    closes: u16,
}

impl Interval {
    const fn holds_on_its_day(self, minute: u16) -> bool {
        self.opens <= minute && (minute < self.closes || self.closes < self.opens)
    }

    const fn goes_on_until(self, minute: u16) -> bool {
        self.closes < self.opens && minute < self.closes
    }
}

/// A text that is no interval or no weekdays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// No interval.
    #[error(
        "`{0}` is no part of a day; write for example \"08:00-16:00\", or \"22:00-02:00\" for one over midnight"
    )]
    Interval(String),
    /// No weekdays.
    #[error("`{0}` is no weekday; write mon, tue, wed, thu, fri, sat, sun, or several as in mon-fri")]
    Days(String),
}

impl FromStr for Interval {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || HoursError::Interval(text.to_owned());
        let (opens, closes) = text.split_once('-').ok_or_else(refuse)?;
        let opens = minute(opens.trim())
            .filter(|opens| *opens < MINUTES_A_DAY)
            .ok_or_else(refuse)?;
        let closes = minute(closes.trim()).ok_or_else(refuse)?;
        if opens == closes {
            return Err(refuse());
        }
        Ok(Self { opens, closes })
    }
}

/// The minute of the day of `08:30`; `24:00` is its end.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| -> Option<u16> {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    let minute = hours * 60 + minutes;
    (minute <= MINUTES_A_DAY).then_some(minute)
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        write!(f, "{}-{}", clock(self.opens), clock(self.closes))
    }
}

/// One weekday or several in a row, also over the end of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Days {
    first: Weekday,
    last: Weekday,
}

impl Days {
    fn contains(self, weekday: Weekday) -> bool {
        weekday.days_since(self.first) <= self.last.days_since(self.first)
    }
}

impl FromStr for Days {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (weekday(first), weekday(last)) {
            (Some(first), Some(last)) => Ok(Self { first, last }),
            (_, _) => Err(HoursError::Days(text.to_owned())),
        }
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    let text = text.trim();
    WEEKDAYS
        .into_iter()
        .find(|weekday| weekday.to_string().eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Timelike};
    use proptest::prelude::*;

    use super::{Interval, MINUTES_A_DAY, OpeningHours, WEEKDAYS};

    fn hours(entries: &[(&str, &[&str])]) -> OpeningHours {
        let mut hours = OpeningHours::default();
        for (days, intervals) in entries {
            let intervals: Vec<Interval> = intervals.iter().map(|text| text.parse().unwrap()).collect();
            hours.add(days.parse().unwrap(), &intervals);
        }
        hours
    }

    /// Monday is the 23rd of November 2026.
    fn at(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
        let day = NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        day.and_hms_opt(hour, minute, 30).unwrap()
    }

    #[test]
    fn open_from_the_first_minute_to_the_last_and_not_at_the_end() {
        let office = hours(&[
            ("mon-fri", &["08:00-16:00"]),
            ("sat", &["10:00-12:00", "13:00-14:00"]),
        ]);
        for (time, open) in [
            (at(23, 7, 59), false),
            (at(23, 8, 0), true),
            (at(27, 15, 59), true),
            (at(27, 16, 0), false),
            (at(28, 11, 0), true),
            (at(28, 12, 30), false),
            (at(28, 13, 0), true),
            (at(29, 11, 0), false),
        ] {
            assert_eq!(office.is_open(time), open, "{time}");
        }
    }

    #[test]
    fn night_belongs_to_the_day_on_which_it_begins() {
        let night = hours(&[("fri", &["22:00-02:00"]), ("sun", &["23:00-24:00"])]);
        for (time, open) in [
            (at(27, 21, 59), false),
            (at(27, 22, 0), true),
            (at(28, 1, 59), true),
            (at(28, 2, 0), false),
            (at(28, 23, 0), false),
            (at(29, 23, 59), true),
            (at(30, 0, 0), false),
        ] {
            assert_eq!(night.is_open(time), open, "{time}");
        }
        assert!(
            hours(&[("sun", &["23:00-01:00"])]).is_open(at(23, 0, 59)),
            "Monday follows Sunday"
        );
    }

    #[test]
    fn nothing_said_is_always_and_a_whole_day_is_one() {
        assert!(OpeningHours::default().is_open(at(23, 3, 0)));
        let day = hours(&[("mon", &["00:00-24:00"])]);
        assert!(day.is_open(at(23, 0, 0)) && day.is_open(at(23, 23, 59)) && !day.is_open(at(24, 0, 0)));
    }

    #[test]
    fn weekdays_in_a_row_may_go_over_the_end_of_the_week() {
        let weekend = hours(&[("Sat-Mon", &["10:00-11:00"])]);
        let open: Vec<bool> = (23..30).map(|day| weekend.is_open(at(day, 10, 30))).collect();
        assert_eq!(open, [true, false, false, false, false, true, true]);
    }

    #[test]
    fn texts_that_are_no_hours_are_refused() {
        for text in [
            "",
            "8-16",
            "08:00",
            "08:00-08:00",
            "24:00-02:00",
            "08:60-09:00",
            "25:00-26:00",
            "a:b-c:d",
            "-",
            "08:00-16:00-18:00",
            "008:00-09:00",
        ] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
        for text in ["", "monday", "mo", "mon-", "mon-fri-sun", "1"] {
            assert!(text.parse::<super::Days>().is_err(), "{text}");
        }
    }

    proptest! {
        /// A minute of the week is open when one of the intervals, each unrolled from its weekday on, covers it.
        #[test]
        fn minutes_of_the_week_are_open_as_intervals_unrolled_cover_them(
            intervals in prop::collection::vec((0_usize..7, 0_u16..1440, 1_u16..=1440), 1..6),
            minute in 0_i64..7 * 1440,
        ) {
            let mut hours = OpeningHours::default();
            let mut open = vec![false; 7 * usize::from(MINUTES_A_DAY)];
            for (day, opens, closes) in intervals {
                if opens == closes {
                    continue;
                }
                hours.add(WEEKDAYS[day].to_string().parse().unwrap(), &[Interval { opens, closes }]);
                let length = if closes > opens { closes - opens } else { 1440 - opens + closes };
                for step in 0..usize::from(length) {
                    let week = open.len();
                    open[(day * 1440 + usize::from(opens) + step) % week] = true;
                }
            }
            prop_assume!(!hours.is_always());
            let time = at(23, 0, 0) + Duration::minutes(minute);
            let index = time.weekday().num_days_from_monday() * 1440 + time.hour() * 60 + time.minute();
            prop_assert_eq!(hours.is_open(time), open[index as usize]);
        }
    }
}
