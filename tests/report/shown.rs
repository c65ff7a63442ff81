//! Figures as a reader sees them, written out again.

use crate::expected::{Figure, Unit};

/// How one format writes numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    pub(crate) decimal: char,
    /// Sets thousands off, also in figures.
    pub(crate) group: &'static str,
    /// Figures have thousands set off.
    pub(crate) groups_figures: bool,
    pub(crate) minus: &'static str,
    /// Before units.
    pub(crate) space: &'static str,
    pub(crate) points: &'static str,
    pub(crate) minutes: &'static str,
    pub(crate) too_few: &'static str,
    /// Between the ends of an interval.
    pub(crate) to: &'static str,
    /// Verdicts: higher and lower than the period before, and than the others.
    pub(crate) arrows: [&'static str; 4],
}

pub(crate) const ENGLISH_TEXT: Writing = Writing {
    decimal: '.',
    group: ",",
    groups_figures: false,
    minus: "-",
    space: " ",
    points: "pp",
    minutes: "min",
    too_few: "too few",
    to: " to ",
    arrows: [
        "▲ higher than the period before",
        "▼ lower than the period before",
        "▲ higher than the others",
        "▼ lower than the others",
    ],
};

pub(crate) const FINNISH_PAGE: Writing = Writing {
    decimal: ',',
    group: "\u{202f}",
    groups_figures: true,
    minus: "\u{2212}",
    space: "\u{202f}",
    points: "%-yks.",
    minutes: "min",
    too_few: "liian vähän",
    to: " – ",
    arrows: [
        "▲ korkeampi kuin edellisellä jaksolla",
        "▼ matalampi kuin edellisellä jaksolla",
        "▲ korkeampi kuin muilla",
        "▼ matalampi kuin muilla",
    ],
};

pub(crate) const CZECH_MAIL: Writing = Writing {
    decimal: ',',
    group: "\u{a0}",
    groups_figures: true,
    minus: "-",
    space: "\u{a0}",
    points: "p. b.",
    minutes: "min",
    too_few: "příliš málo",
    to: " až ",
    arrows: [
        "▲ výše než v předchozím období",
        "▼ níže než v předchozím období",
        "▲ výše než ostatní",
        "▼ níže než ostatní",
    ],
};

impl Writing {
    pub(crate) fn shown(&self, figure: &Figure) -> String {
        match figure {
            Figure::Count(count) => self.grouped(&count.to_string()),
            Figure::Percent(value) => format!("{}{}%", self.tenths(*value), self.space),
            Figure::Plain(value) => self.tenths(*value),
            Figure::Minutes(value) => format!("{}{}{}", self.tenths(*value), self.space, self.minutes),
            Figure::Difference(value, unit) => {
                let figure = self.tenths(*value);
                let is_positive = *value > 0.0 && figure.contains(|sign: char| matches!(sign, '1'..='9'));
                format!(
                    "{}{figure}{}",
                    if is_positive { "+" } else { "" },
                    self.unit(*unit)
                )
            }
            Figure::Interval(low, high, unit) => {
                format!(
                    "{}{}{}{}",
                    self.tenths(*low),
                    self.to,
                    self.tenths(*high),
                    self.unit(*unit)
                )
            }
            Figure::P(p) if *p < 0.001 => format!("<{}{}", self.space, self.number(0.001, 3)),
            Figure::P(p) => self.number(*p, 3),
            Figure::Effect(effect) => self.number(*effect, 2),
            Figure::TooFew => self.too_few.to_owned(),
            Figure::Arrow(verdict, with) => {
                let index = usize::from(*verdict == "lower") + if *with == "rest" { 2 } else { 0 };
                self.arrows[index].to_owned()
            }
        }
    }

    fn unit(&self, unit: Unit) -> String {
        match unit {
            Unit::Percent => format!("{}%", self.space),
            Unit::Points => String::new(),
            Unit::PercentagePoints => format!("{}{}", self.space, self.points),
        }
    }

    fn tenths(&self, value: f64) -> String {
        self.number(value, 1)
    }

    /// Half away from zero; no minus before nothing.
    fn number(&self, value: f64, decimals: usize) -> String {
        let power = 10_f64.powi(decimals as i32);
        let rounded = (value.abs() * power + 1e-9).round() / power;
        let text = format!("{rounded:.decimals$}");
        let (whole, rest) = text.split_once('.').unwrap();
        let whole = if self.groups_figures {
            self.grouped(whole)
        } else {
            whole.to_owned()
        };
        let minus = if value < 0.0 && rounded > 0.0 {
            self.minus
        } else {
            ""
        };
        format!("{minus}{whole}{}{rest}", self.decimal)
    }

    fn grouped(&self, digits: &str) -> String {
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push_str(self.group);
            }
            grouped.push(digit);
        }
        grouped
    }
}

/// The numbers of a figure, as a workbook has them in its cells.
pub(crate) fn numbers(figure: &Figure) -> Vec<f64> {
    match figure {
        Figure::Count(count) => vec![*count as f64],
        Figure::Percent(value)
        | Figure::Plain(value)
        | Figure::Minutes(value)
        | Figure::Difference(value, _)
        | Figure::P(value)
        | Figure::Effect(value) => vec![*value],
        Figure::Interval(low, high, _) => vec![*low, *high],
        Figure::TooFew | Figure::Arrow(..) => Vec::new(),
    }
}
