//! When a route is open, by weekday, in its local time.
//!
//! Hours are those of the clock on the wall: on the day that clocks go forward, an hour that does not exist is not
//! open, and on the day that they go back, one that comes twice is open twice. An interval that ends before it begins
//! goes on over midnight and belongs to the weekday on which it begins.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};

use super::holidays::Holidays;
use super::policy::PolicyInput;
use super::reason::AdmissionReason;
use aftercall_base::suggest::closest;

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

/// Opening hours; where nothing was said, always open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpeningHours {
    /// By weekday from Monday; `None`: always open.
    days: Option<[Vec<OpenInterval>; 7]>,
}

/// An entry that stands instead of another on its days, because it lies within that one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverriddenDays {
    /// The days that say otherwise.
    pub days: WeekdayRange,
    /// The days among which they are.
    pub within: WeekdayRange,
}

impl OpeningHours {
    /// The hours that these entries say, and which of them stand instead of others: fewer days go before more, as `sat`
    /// before `mon-sat`. A weekday in no entry is closed; without entries it is always open.
    ///
    /// # Errors
    /// Two entries say something of one day, and neither lies within the other.
    pub fn of(
        entries: &[(WeekdayRange, Vec<OpenInterval>)],
    ) -> Result<(Self, Vec<OverriddenDays>), HoursError> {
        let mut replaced = Vec::new();
        for (at, (one, _)) in entries.iter().enumerate() {
            for (other, _) in entries.iter().skip(at + 1) {
                match (one.lies_within(*other), other.lies_within(*one)) {
                    (true, false) => replaced.push(OverriddenDays {
                        days: *one,
                        within: *other,
                    }),
                    (false, true) => replaced.push(OverriddenDays {
                        days: *other,
                        within: *one,
                    }),
                    (false, false) if !one.meets(*other) => {}
                    (true, true) | (false, false) => return Err(HoursError::Overlap(*one, *other)),
                }
            }
        }
        if entries.is_empty() {
            return Ok((Self::default(), replaced));
        }
        let of_day = |weekday: Weekday| {
            let mut said: Vec<_> = entries
                .iter()
                .filter(|(days, _)| days.contains(weekday))
                .collect();
            said.sort_by_key(|(days, _)| days.count());
            let mut intervals = said
                .first()
                .map(|(_, intervals)| intervals.clone())
                .unwrap_or_default();
            intervals.sort_unstable();
            intervals
        };
        let days = Some(WEEKDAYS.map(of_day));
        Ok((Self { days }, replaced))
    }

    /// Whether nothing was said.
    pub const fn is_always(&self) -> bool {
        self.days.is_none()
    }

    /// Whether it is open at no time at all.
    pub fn is_never(&self) -> bool {
        self.days
            .as_ref()
            .is_some_and(|days| days.iter().all(Vec::is_empty))
    }

    /// Whether it is open at a local time.
    pub fn is_open(&self, local: NaiveDateTime) -> bool {
        self.is_open_except(&Holidays::default(), local)
    }

    /// The same, where nothing that begins on a holiday is open.
    pub fn is_open_except(&self, holidays: &Holidays, local: NaiveDateTime) -> bool {
        let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0);
        let today = local.date();
        let is_workday = |day: NaiveDate| holidays.on(day).is_none();
        if self.is_always() {
            return is_workday(today);
        }
        let yesterday = today.pred_opt().unwrap_or(today);
        let holds = self
            .of_weekday(today.weekday())
            .iter()
            .any(|interval| interval.holds_on_its_day(minute));
        let goes_on = self
            .of_weekday(yesterday.weekday())
            .iter()
            .any(|interval| interval.goes_on_until(minute));
        (holds && is_workday(today)) || (goes_on && is_workday(yesterday))
    }

    /// The intervals that begin on a weekday, in order.
    fn of_weekday(&self, weekday: Weekday) -> &[OpenInterval] {
        let days = self.days.as_ref();
        let day = days.and_then(|days| days.get(weekday.num_days_from_monday() as usize));
        day.map_or(&[], Vec::as_slice)
    }
}

/// Objects to a call at a time when the route is closed.
pub(super) fn evaluate(input: &PolicyInput<'_>) -> Option<AdmissionReason> {
    let local = input.local.naive_local();
    let (hours, holidays) = (&input.rules.hours, &input.rules.holidays);
    if hours.is_open_except(holidays, local) {
        return None;
    }
    // Where it would be open otherwise, one of the two days from which hours may reach here is a holiday.
    let of_day = || {
        let yesterday = local.date().pred_opt().and_then(|day| holidays.on(day));
        holidays.on(local.date()).or(yesterday)
    };
    let holiday = hours.is_open(local).then(of_day).flatten();
    Some(AdmissionReason::OutsideHours {
        local: local.with_nanosecond(0).unwrap_or(local),
        time_zone: input.rules.time_zone.name().to_owned(),
        holiday: holiday.map(str::to_owned),
    })
}

/// A part of a day, such as `08:00-16:00` or `22:00-02:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenInterval {
    /// Its first minute of the day.
    opens: u16,
    /// The first minute after it; not later than `opens` when it goes on over midnight.
    closes: u16,
}

impl OpenInterval {
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
        "`{0}` is not a part of a day; write for example \"08:00-16:00\", or \"22:00-02:00\" for one over midnight"
    )]
    Interval(String),
    /// No weekdays.
    #[error("`{0}` is not a weekday; write mon, tue, wed, thu, fri, sat, sun, or several as in mon-fri")]
    Days(String),
    /// No weekdays, but nearly some.
    #[error("`{0}` is not a weekday; did you mean `{1}`?")]
    NearlyDays(String, String),
    /// Two entries for one day.
    #[error("`{0}` and `{1}` share a day, and neither lies within the other; write each day once")]
    Overlap(WeekdayRange, WeekdayRange),
}

impl FromStr for OpenInterval {
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

impl fmt::Display for OpenInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        write!(f, "{}-{}", clock(self.opens), clock(self.closes))
    }
}

/// One weekday or several in a row, also over the end of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WeekdayRange {
    first: Weekday,
    last: Weekday,
}

impl WeekdayRange {
    fn contains(self, weekday: Weekday) -> bool {
        weekday.days_since(self.first) <= self.last.days_since(self.first)
    }

    /// How many weekdays these are.
    pub fn count(self) -> usize {
        WEEKDAYS.iter().filter(|weekday| self.contains(**weekday)).count()
    }

    fn meets(self, other: Self) -> bool {
        WEEKDAYS
            .iter()
            .any(|weekday| self.contains(*weekday) && other.contains(*weekday))
    }

    fn lies_within(self, other: Self) -> bool {
        WEEKDAYS
            .iter()
            .all(|weekday| !self.contains(*weekday) || other.contains(*weekday))
    }
}

/// As it is written: `sat`, `mon-fri`.
impl fmt::Display for WeekdayRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |weekday: Weekday| weekday.to_string().to_lowercase();
        f.write_str(&word(self.first))?;
        match self.first == self.last {
            true => Ok(()),
            false => write!(f, "-{}", word(self.last)),
        }
    }
}

impl FromStr for WeekdayRange {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (weekday(first), weekday(last)) {
            (Some(first), Some(last)) => Ok(Self { first, last }),
            (_, _) => Err(no_days(text)),
        }
    }
}

fn no_days(text: &str) -> HoursError {
    const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let written: String = text.chars().take(40).collect();
    let near = |word: &str| {
        let word = word.trim().to_lowercase();
        let begins = WORDS.into_iter().find(|known| word.starts_with(known));
        begins.or_else(|| closest(&word, WORDS))
    };
    let nearest: Option<Vec<&str>> = text.split('-').map(near).collect();
    match nearest {
        Some(days) if days.len() <= 2 => HoursError::NearlyDays(written, days.join("-")),
        Some(_) | None => HoursError::Days(written),
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

    use super::{
        HoursError, MINUTES_A_DAY, OpenInterval, OpeningHours, OverriddenDays, WEEKDAYS, WeekdayRange,
    };
    use crate::admission::holidays::Holidays;

    fn written(entries: &[(&str, &[&str])]) -> Result<(OpeningHours, Vec<OverriddenDays>), HoursError> {
        let interval = |text: &&str| text.parse::<OpenInterval>().unwrap();
        let entries: Vec<(WeekdayRange, Vec<OpenInterval>)> = entries
            .iter()
            .map(|(days, intervals)| (days.parse().unwrap(), intervals.iter().map(interval).collect()))
            .collect();
        OpeningHours::of(&entries)
    }

    fn hours(entries: &[(&str, &[&str])]) -> OpeningHours {
        written(entries).unwrap().0
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
    fn day_without_hours_is_closed_and_days_that_lie_within_others_say_otherwise() {
        let (hours, replaced) = written(&[
            ("mon-sun", &["08:00-16:00"]),
            ("sat-sun", &["10:00-12:00"]),
            ("sun", &[]),
        ])
        .unwrap();
        let open = |day: u32, hour: u32| hours.is_open(at(day, hour, 0));
        assert!(open(27, 15) && !open(28, 9) && open(28, 11) && !open(28, 15) && !open(29, 11));
        let shown: Vec<String> = replaced
            .iter()
            .map(|it| format!("{} in {}", it.days, it.within))
            .collect();
        assert_eq!(shown, ["sat-sun in mon-sun", "sun in mon-sun", "sun in sat-sun"]);
        let closed = written(&[("mon-fri", &[])]).unwrap().0;
        assert!(closed.is_never() && !closed.is_always() && !closed.is_open(at(23, 10, 0)));
        for (one, other) in [
            ("mon-wed", "wed-fri"),
            ("mon", "Mon"),
            ("sat-mon", "mon-tue"),
            ("mon-sun", "tue-mon"),
        ] {
            let refused = written(&[(one, &["08:00-09:00"]), (other, &["08:00-09:00"])]).unwrap_err();
            assert!(
                refused.to_string().contains("share a day"),
                "{one} {other}: {refused}"
            );
        }
    }

    #[test]
    fn holiday_closes_what_begins_on_it_and_nothing_else() {
        let mut holidays = Holidays::default();
        // Thursday the 26th.
        holidays.add("2026-11-26 Feast".parse().unwrap());
        let night = hours(&[("mon-sun", &["22:00-02:00", "09:00-10:00"])]);
        let open = |day, hour| night.is_open_except(&holidays, at(day, hour, 0));
        assert!(open(25, 23) && open(26, 1), "the night of Wednesday goes on");
        assert!(
            !open(26, 9) && !open(26, 23) && !open(27, 1),
            "the night of the holiday does not begin"
        );
        assert!(open(27, 9) && open(27, 23));
        let always = OpeningHours::default();
        let open = |day, hour| always.is_open_except(&holidays, at(day, hour, 0));
        assert!(open(25, 23) && !open(26, 0) && !open(26, 23) && open(27, 0));
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
            assert!(text.parse::<OpenInterval>().is_err(), "{text}");
        }
        for text in ["", "monday", "mo", "mon-", "mon-fri-sun", "1"] {
            assert!(text.parse::<WeekdayRange>().is_err(), "{text}");
        }
        for (text, near) in [
            ("monday", "`mon`?"),
            ("mon-fry", "`mon-fri`?"),
            ("Frei", "`fri`?"),
            ("weekend", "write mon"),
        ] {
            let message = text.parse::<WeekdayRange>().unwrap_err().to_string();
            assert!(message.contains(near), "{message}");
        }
    }

    proptest! {
        /// A minute of the week is open when one of the intervals, each unrolled from its weekday on, covers it.
        #[test]
        fn minutes_of_the_week_are_open_as_intervals_unrolled_cover_them(
            intervals in prop::collection::vec((0_usize..7, 0_u16..1440, 1_u16..=1440), 1..6),
            minute in 0_i64..7 * 1440,
        ) {
            let mut days: Vec<Vec<OpenInterval>> = vec![Vec::new(); 7];
            let mut open = vec![false; 7 * usize::from(MINUTES_A_DAY)];
            for (day, opens, closes) in intervals {
                if opens == closes {
                    continue;
                }
                days[day].push(OpenInterval { opens, closes });
                let length = if closes > opens { closes - opens } else { 1440 - opens + closes };
                for step in 0..usize::from(length) {
                    let week = open.len();
                    open[(day * 1440 + usize::from(opens) + step) % week] = true;
                }
            }
            let entry = |(day, intervals): (usize, Vec<OpenInterval>)| -> (WeekdayRange, Vec<OpenInterval>) {
                (WEEKDAYS[day].to_string().parse().unwrap(), intervals)
            };
            let entries: Vec<(WeekdayRange, Vec<OpenInterval>)> = days.into_iter().enumerate().map(entry).collect();
            let (hours, _) = OpeningHours::of(&entries).unwrap();
            let time = at(23, 0, 0) + Duration::minutes(minute);
            let index = time.weekday().num_days_from_monday() * 1440 + time.hour() * 60 + time.minute();
            prop_assert_eq!(hours.is_open(time), open[index as usize]);
        }
    }
}
