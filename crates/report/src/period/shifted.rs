//! The periods that a period is compared with.

use chrono::{Days, NaiveDate};

use super::{Period, PeriodName, PeriodUnit};

impl Period {
    /// The period before, of the same kind; `None` for one without both ends, or of moments.
    ///
    /// A running period is compared with the same part of the one before: its days up to and including today, so that Wednesday's
    /// figures are not held against a whole week.
    pub fn previous(&self) -> Option<Self> {
        self.shifted(|day, unit, length| match unit {
            Some(unit) => unit.shift(day, -1),
            None => day.checked_sub_days(Days::new(length)).unwrap_or(day),
        })
    }

    /// The same period a year before. Days and weeks are moved by 52 weeks, so that weekdays meet; months, quarters and years keep
    /// their names.
    pub fn a_year_before(&self) -> Option<Self> {
        self.shifted(|day, unit, _| match unit {
            Some(PeriodUnit::Month | PeriodUnit::Quarter | PeriodUnit::Year) => {
                PeriodUnit::Year.shift(day, -1)
            }
            Some(PeriodUnit::Day | PeriodUnit::Week) | None => PeriodUnit::Week.shift(day, -52),
        })
    }

    /// The unit of the calendar that it is exactly one of.
    fn unit(&self) -> Option<PeriodUnit> {
        match self.name {
            Some(PeriodName::This(unit) | PeriodName::Last(unit)) => Some(unit),
            Some(PeriodName::LastDays(_)) => None,
            None => {
                let (from, until) = self.days().and_then(|(from, until)| from.zip(until))?;
                let units = [PeriodUnit::Year, PeriodUnit::Quarter, PeriodUnit::Month];
                units
                    .into_iter()
                    .find(|unit| unit.start(from, &self.calendar) == from && unit.shift(from, 1) == until)
            }
        }
    }

    /// `shift` moves the first day, knowing the unit and the length in days.
    fn shifted(&self, shift: impl Fn(NaiveDate, Option<PeriodUnit>, u64) -> NaiveDate) -> Option<Self> {
        let (from, until) = self.days().and_then(|(from, until)| from.zip(until))?;
        let length =
            |from: NaiveDate, until: NaiveDate| u64::try_from((until - from).num_days()).unwrap_or_default();
        let unit = self.unit();
        let first = shift(from, unit, length(from, until));
        let end = match unit {
            Some(unit) => unit.shift(first, 1),
            None => first.checked_add_days(Days::new(length(from, until)))?,
        };
        let end = if self.is_running() {
            let tomorrow = self.calendar.today().checked_add_days(Days::new(1))?;
            first
                .checked_add_days(Days::new(length(from, tomorrow)))?
                .min(end)
        } else {
            end
        };
        Some(Self::of_days(Some(first), Some(end), self.calendar))
    }
}
