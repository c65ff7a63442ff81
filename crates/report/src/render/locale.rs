//! Numbers and dates as a reader writes them.
//!
//! Every figure has one decimal, rounded half away from zero by [`display`]; languages differ in the mark before it and in what sets
//! thousands off. So the digits of a figure are the same in every language and in every format.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Timelike};

use super::chart;
use super::document::{Step, StepKind, Unit};
use super::language::ReportLanguage;
use super::messages::Messages;
use crate::statistics::display;

/// How numbers and dates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    language: ReportLanguage,
    medium: Medium,
}

/// Where they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Medium {
    /// Plain signs: `-1,234.5`.
    Terminal,
    /// Narrow spaces set thousands off, and a minus is a minus: `−1 234,5`.
    Page,
    /// As on a page, with spaces and signs that every mail program and spreadsheet has a glyph for.
    Mail,
}

impl Locale {
    /// The text for terminals, which is English.
    pub(crate) const TERMINAL: Self = Self {
        language: ReportLanguage::English,
        medium: Medium::Terminal,
    };

    /// A page.
    pub const fn page(language: ReportLanguage) -> Self {
        Self {
            language,
            medium: Medium::Page,
        }
    }

    /// A mail or a file.
    pub(crate) const fn mail(language: ReportLanguage) -> Self {
        Self {
            language,
            medium: Medium::Mail,
        }
    }

    /// Its language.
    pub const fn language(self) -> ReportLanguage {
        self.language
    }

    /// The sentences of reports.
    pub const fn messages(self) -> Messages {
        Messages::of(self.language)
    }

    /// What stands before the first decimal.
    pub(crate) const fn decimal_mark(self) -> char {
        match (self.medium, self.language) {
            (Medium::Terminal, _) | (_, ReportLanguage::English) => '.',
            _ => ',',
        }
    }

    /// A space that does not end the line: in numbers and before units.
    const fn space(self) -> char {
        match self.medium {
            Medium::Terminal => ' ',
            Medium::Page => '\u{202f}',
            Medium::Mail => '\u{a0}',
        }
    }

    /// A count with thousands set off.
    pub fn count(self, number: u64) -> String {
        let grouped = chart::count(number);
        match self.medium {
            Medium::Terminal => grouped,
            Medium::Page | Medium::Mail => grouped.replace(',', &self.space().to_string()),
        }
    }

    /// A figure with one decimal, without its unit.
    pub fn figure(self, value: f64) -> String {
        self.written(&display(value))
    }

    /// The same with its sign, also where it is positive.
    pub fn signed(self, value: f64) -> String {
        let figure = self.figure(value);
        let is_positive = figure.starts_with(|first: char| first.is_ascii_digit())
            && figure.contains(|digit: char| matches!(digit, '1'..='9'));
        if is_positive { format!("+{figure}") } else { figure }
    }

    /// The end of a scale, which is a whole number.
    pub(crate) fn whole(self, value: f64) -> String {
        self.written(&format!("{value:.0}"))
    }

    /// A mark of an axis: as many decimals as it has, one at most.
    pub(crate) fn tick(self, value: f64) -> String {
        let figure = display(value);
        self.written(figure.strip_suffix(".0").unwrap_or(&figure))
    }

    /// A figure with its unit.
    pub fn with_unit(self, value: f64, unit: Unit) -> String {
        format!("{}{}", self.figure(value), self.unit(unit))
    }

    /// What stands behind a figure: a space and its unit, or nothing.
    pub(crate) fn unit(self, unit: Unit) -> String {
        let space = self.space();
        match unit {
            Unit::Percent => format!("{space}%"),
            Unit::PercentagePoints => format!("{space}{}", self.messages().text("unit-percentage-points")),
            Unit::Minutes => format!("{space}{}", self.messages().text("unit-minutes")),
            Unit::Points | Unit::Scale => String::new(),
        }
    }

    /// A p value: three decimals.
    pub fn p(self, p: f64) -> String {
        if p < 0.001 {
            return format!("<{}{}", self.space(), self.written("0.001"));
        }
        self.written(&format!("{:.3}", (p * 1_000.0 + 1e-9).round() / 1_000.0))
    }

    /// An effect size: two decimals.
    pub(crate) fn effect(self, effect: f64) -> String {
        let hundredths = (effect.abs() * 100.0 + 1e-9).round() / 100.0;
        let sign = if effect < 0.0 && hundredths > 0.0 { "-" } else { "" };
        self.written(&format!("{sign}{hundredths:.2}"))
    }

    /// A number in plain signs in the signs of this locale.
    fn written(self, number: &str) -> String {
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let (sign, digits) = match whole.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", whole),
        };
        let sign = match self.medium {
            Medium::Page if !sign.is_empty() => "\u{2212}",
            Medium::Terminal | Medium::Page | Medium::Mail => sign,
        };
        let digits = match (self.medium, digits.parse()) {
            (Medium::Page | Medium::Mail, Ok(number)) => self.count(number),
            _ => digits.to_owned(),
        };
        if decimals.is_empty() {
            return format!("{sign}{digits}");
        }
        format!("{sign}{digits}{}{decimals}", self.decimal_mark())
    }

    /// A day with the name of its weekday: `Sunday 22 November 2026`.
    pub fn long_day(self, day: NaiveDate) -> String {
        let messages = self.messages();
        let weekday = messages.text(&format!("weekday-{}", day.weekday().number_from_monday()));
        let month = messages.text(&format!("month-{}", day.month()));
        let (number, year) = (day.day(), day.year());
        match self.language {
            ReportLanguage::English | ReportLanguage::Greek => format!("{weekday} {number} {month} {year}"),
            ReportLanguage::Polish => format!("{weekday}, {number} {month} {year}"),
            ReportLanguage::Finnish | ReportLanguage::Czech => {
                format!("{weekday} {number}. {month} {year}")
            }
        }
    }

    /// A day in digits: `22.11.2026`.
    pub fn day(self, day: NaiveDate) -> String {
        let pattern = match self.language {
            ReportLanguage::English => "%Y-%m-%d",
            ReportLanguage::Finnish => "%-d.%-m.%Y",
            ReportLanguage::Polish => "%d.%m.%Y",
            ReportLanguage::Czech => "%-d.\u{a0}%-m.\u{a0}%Y",
            ReportLanguage::Greek => "%d/%m/%Y",
        };
        day.format(pattern).to_string()
    }

    /// A day without its year, for the axis of a chart.
    fn short_day(self, day: NaiveDate) -> String {
        let pattern = match self.language {
            ReportLanguage::English => "%-d %b",
            ReportLanguage::Finnish => "%-d.%-m.",
            ReportLanguage::Polish => "%d.%m",
            ReportLanguage::Czech => "%-d.\u{a0}%-m.",
            ReportLanguage::Greek => "%d/%m",
        };
        day.format(pattern).to_string()
    }

    /// A moment by the clocks of its offset.
    pub fn moment(self, at: DateTime<FixedOffset>) -> String {
        let local = at.naive_local();
        format!("{} {}", self.day(local.date()), self.time(local))
    }

    /// The time of day.
    pub fn time(self, at: NaiveDateTime) -> String {
        match self.language {
            ReportLanguage::Finnish => at.format("%-H.%M").to_string(),
            ReportLanguage::Czech => at.format("%-H:%M").to_string(),
            ReportLanguage::English | ReportLanguage::Polish | ReportLanguage::Greek => {
                at.format("%H:%M").to_string()
            }
        }
    }

    /// A time of day, to the second.
    pub fn time_to_second(self, at: NaiveDateTime) -> String {
        match self.language {
            ReportLanguage::Finnish => at.format("%-H.%M.%S").to_string(),
            ReportLanguage::Czech => at.format("%-H:%M:%S").to_string(),
            ReportLanguage::English | ReportLanguage::Polish | ReportLanguage::Greek => {
                at.format("%H:%M:%S").to_string()
            }
        }
    }

    /// A step of a trend, in a table.
    pub(crate) fn step(self, step: Step) -> String {
        let weekday = || {
            let number = step.at.weekday().number_from_monday();
            self.messages().text(&format!("weekday-short-{number}"))
        };
        match step.kind {
            StepKind::Hour => format!(
                "{} {} {}",
                weekday(),
                self.day(step.at.date()),
                self.time(step.at)
            ),
            StepKind::Day => format!("{} {}", weekday(), self.day(step.at.date())),
            StepKind::Week => self.day(step.at.date()),
            StepKind::Month => format!("{}/{}", step.at.month(), step.at.year()),
        }
    }

    /// A step of a trend, on the axis of a chart.
    pub(crate) fn short_step(self, step: Step) -> String {
        match step.kind {
            StepKind::Hour if step.at.hour() == 0 => self.short_day(step.at.date()),
            StepKind::Hour => self.time(step.at),
            StepKind::Day | StepKind::Week => self.short_day(step.at.date()),
            StepKind::Month => format!("{}/{}", step.at.month(), step.at.year()),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{Locale, ReportLanguage, Unit};

    #[test]
    fn digits_are_the_same_in_every_language() {
        let digits = |text: String| text.chars().filter(char::is_ascii_digit).collect::<String>();
        for language in ReportLanguage::ALL {
            for locale in [Locale::page(language), Locale::mail(language), Locale::TERMINAL] {
                assert_eq!(digits(locale.figure(-12_345.25)), "123453", "half away from zero");
                assert_eq!(digits(locale.count(1_234_567)), "1234567");
                assert_eq!(digits(locale.p(0.034_5)), "0035");
            }
        }
    }

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let finnish = Locale::page(ReportLanguage::Finnish);
        assert_eq!(
            finnish.with_unit(-1_234.56, Unit::Percent),
            "\u{2212}1\u{202f}234,6\u{202f}%"
        );
        assert_eq!(finnish.p(0.000_4), "<\u{202f}0,001");
        assert_eq!(Locale::page(ReportLanguage::English).figure(0.05), "0.1");
        assert_eq!(Locale::mail(ReportLanguage::Greek).count(12_000), "12\u{a0}000");
        assert_eq!(Locale::TERMINAL.with_unit(1_234.5, Unit::Percent), "1234.5 %");
        assert_eq!(Locale::TERMINAL.signed(0.04), "0.0");
        assert_eq!(Locale::TERMINAL.signed(3.0), "+3.0");
        assert_eq!(Locale::TERMINAL.signed(-3.0), "-3.0");
    }

    #[test]
    fn times_have_the_signs_of_the_language() {
        let at = NaiveDate::from_ymd_opt(2026, 11, 22)
            .and_then(|day| day.and_hms_opt(7, 5, 9))
            .unwrap();
        let times = ReportLanguage::ALL.map(|language| {
            let locale = Locale::page(language);
            (locale.time(at), locale.time_to_second(at))
        });
        let expected = [
            ("07:05", "07:05:09"),
            ("7.05", "7.05.09"),
            ("07:05", "07:05:09"),
            ("7:05", "7:05:09"),
            ("07:05", "07:05:09"),
        ];
        assert_eq!(
            times,
            expected.map(|(time, second)| (time.to_owned(), second.to_owned()))
        );
    }

    #[test]
    fn days_have_the_names_of_the_language() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let long = ReportLanguage::ALL.map(|language| Locale::page(language).long_day(day));
        assert_eq!(
            long,
            [
                "Sunday 22 November 2026",
                "sunnuntai 22. marraskuuta 2026",
                "niedziela, 22 listopada 2026",
                "neděle 22. listopadu 2026",
                "Κυριακή 22 Νοεμβρίου 2026"
            ]
        );
        assert_eq!(Locale::page(ReportLanguage::Finnish).day(day), "22.11.2026");
        assert_eq!(Locale::TERMINAL.day(day), "2026-11-22");
    }
}
