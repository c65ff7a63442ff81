//! Verdicts, names of figures and definitions in words.

use super::{Phrase, Unit};
use crate::comparison::ComparisonView;
use crate::render::locale::Locale;
use crate::series::{ScoreKind, Series};

/// What a verdict means for the reader. It is never shown by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sense {
    Good,
    Bad,
    /// The answers cannot tell, or neither is better.
    Open,
}

/// Where a figure stands beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
    /// Not known.
    None,
}

/// What a test says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) words: String,
    pub(crate) sense: Sense,
    pub(crate) direction: Direction,
}

/// The verdict of a comparison. `high_is_good`: a higher figure is the better one.
pub(crate) fn comparison(view: &ComparisonView, high_is_good: bool, locale: Locale) -> Verdict {
    let direction = match view.verdict {
        "higher" => Direction::Up,
        "lower" => Direction::Down,
        _ => Direction::None,
    };
    let sense = match direction {
        Direction::None => Sense::Open,
        direction if (direction == Direction::Up) == high_is_good => Sense::Good,
        Direction::Up | Direction::Down => Sense::Bad,
    };
    let id = match direction {
        Direction::None => "verdict-cannot-tell".to_owned(),
        Direction::Up => format!("verdict-higher-{}", view.with),
        Direction::Down => format!("verdict-lower-{}", view.with),
    };
    Verdict {
        words: locale.messages().text(&id),
        sense,
        direction,
    }
}

/// The verdict of a figure beside its target.
pub(crate) fn target(verdict: &str, locale: Locale) -> Verdict {
    let (id, sense) = match verdict {
        "reached" => ("verdict-reached", Sense::Good),
        "missed" => ("verdict-missed", Sense::Bad),
        _ => ("verdict-open", Sense::Open),
    };
    Verdict {
        words: locale.messages().text(id),
        sense,
        direction: Direction::None,
    }
}

/// The verdict of a part that was held against the target together with the others: missed where that test says so, reached where the
/// interval of the part says so.
pub(crate) fn target_test(is_missed: bool, verdict: Option<&str>, locale: Locale) -> Verdict {
    let (id, sense) = match (is_missed, verdict) {
        (true, _) => ("verdict-missed", Sense::Bad),
        (false, Some("reached")) => ("verdict-reached", Sense::Good),
        (false, _) => ("verdict-cannot-tell", Sense::Open),
    };
    Verdict {
        words: locale.messages().text(id),
        sense,
        direction: Direction::None,
    }
}

/// Whether more of the headline is better: a share counts good answers; a mean is what it is.
pub(crate) fn high_is_good(series: &Series) -> bool {
    match series.score_kind() {
        ScoreKind::Nps | ScoreKind::Share => true,
        ScoreKind::Mean | ScoreKind::None => series.scale.is_none_or(|scale| scale.high_is_good),
    }
}

/// The unit of the headline, or of the mean where there is none.
pub(crate) fn unit(series: &Series) -> Unit {
    match series.score_kind() {
        ScoreKind::Nps => Unit::Points,
        ScoreKind::Share => Unit::Percent,
        ScoreKind::Mean | ScoreKind::None => Unit::Scale,
    }
}

/// What the headline is called: `NPS`, `CSAT (4 to 5)`, `Mean`.
pub(crate) fn headline(series: &Series, locale: Locale) -> Phrase {
    let messages = locale.messages();
    let share = |metric: &str| match good_values(series, locale) {
        Some(values) => Phrase {
            text: format!("{metric} ({})", values.text),
            ..values
        },
        None => Phrase::own(metric.to_owned()),
    };
    match (series.score_kind(), series.metric) {
        (ScoreKind::Nps, _) => Phrase::own("NPS".to_owned()),
        (ScoreKind::Share, Some("csat")) => share("CSAT"),
        (ScoreKind::Share, Some("ces")) => share("CES"),
        (ScoreKind::Share, _) => share(&messages.text("figure-share")),
        (ScoreKind::Mean, _) => Phrase::own(messages.text("figure-mean")),
        (ScoreKind::None, _) => Phrase::own(messages.text("figure-counts")),
    }
}

/// The values that a share counts, such as `4 to 5`.
fn good_values(series: &Series, locale: Locale) -> Option<Phrase> {
    let (scale, threshold) = (series.scale?, series.threshold?);
    let (first, last) = if scale.high_is_good {
        (threshold, scale.max)
    } else {
        (scale.min, threshold)
    };
    let mut values = series.distribution.iter();
    let label = values
        .find(|count| count.value == first && first == last)
        .and_then(|count| count.label.as_deref());
    Some(match label {
        Some(label) => Phrase::foreign(&label.chars().take(30).collect::<String>()),
        None if first == last => Phrase::own(first.to_string()),
        None => Phrase::own(locale.messages().with(
            "values-from-to",
            [
                ("first", first.to_string().into()),
                ("last", last.to_string().into()),
            ],
        )),
    })
}

/// The formula of the headline.
pub(crate) fn formula(series: &Series, locale: Locale) -> Option<String> {
    let id = match series.score_kind() {
        ScoreKind::Nps => "formula-nps",
        ScoreKind::Share => "formula-share",
        ScoreKind::Mean => "formula-mean",
        ScoreKind::None => return None,
    };
    Some(locale.messages().text(id))
}

/// The formula of a rate: in the words of the language; AAPOR's letters are the same in all.
pub(crate) fn rate_formula(name: &str, formula: &str, locale: Locale) -> String {
    let words = locale.messages().found(&format!("formula-{name}"), []);
    words.unwrap_or_else(|| formula.to_owned())
}
