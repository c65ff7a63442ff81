//! Which calls figures are about, and what they are counted by.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use crate::scope::Scope;
use aftercall_survey::context::condition::Condition;

/// Which calls figures are about. All of its parts must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// When the calls arrived.
    pub period: PeriodFilter,
    /// By what calls are counted by: each a list of which one must fit; an empty list takes every call.
    pub names: Vec<(Dimension, Vec<NamePattern>)>,
    /// By the dialled number: one must fit; an empty list takes every call. Needs the rows of the calls.
    pub dialled: Vec<NamePattern>,
    /// By the context. Needs the rows of the calls.
    pub condition: Option<Condition>,
    /// Whose calls may be seen at all.
    pub scope: Scope,
}

/// A span of arrival times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PeriodFilter {
    /// First day, in the time zone of each call's route; `None`: from the first call on.
    pub from_day: Option<NaiveDate>,
    /// The day before which the period ends.
    pub until_day: Option<NaiveDate>,
    /// First moment, of the operator's time zone; `None`: from the first call on.
    pub from: Option<DateTime<Utc>>,
    /// The moment before which the period ends.
    pub until: Option<DateTime<Utc>>,
    /// The moments choose calls, not the days. Needs the rows of the calls.
    pub is_exact: bool,
}

/// What calls are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// The route.
    Route,
    /// Queue or service line.
    Queue,
    /// The agent's team.
    Team,
    /// The agent.
    Agent,
    /// The survey, in all its versions.
    Survey,
    /// The version of a survey.
    SurveyVersion,
    /// The language spoken.
    Language,
    /// How many calls one sampled call stands for.
    Weight,
}

impl Dimension {
    /// Those that figures are selected by.
    pub const SELECTABLE: [Self; 6] = [
        Self::Queue,
        Self::Team,
        Self::Agent,
        Self::Route,
        Self::Survey,
        Self::Language,
    ];

    /// Its word, which is its column as well.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Queue => "queue",
            Self::Team => "team",
            Self::Agent => "agent",
            Self::Survey => "survey",
            Self::SurveyVersion => "survey_version",
            Self::Language => "language",
            Self::Weight => "weight",
        }
    }
}

/// The span of time that counts are put together for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// A local hour, `2026-11-25T14`.
    Hour,
    /// A local day, `2026-11-25`.
    Day,
    /// A month, `2026-11`.
    Month,
    /// The same local hour of all days together, `14`.
    HourOfDay,
    /// The same weekday of all weeks together, from `1` (Monday) to `7`.
    Weekday,
}

/// What counts are kept apart by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// The names, in the order of [`TallyKey::names`].
    pub by: Vec<Dimension>,
    /// The span of time; `None`: the whole period.
    pub bucket: Option<Bucket>,
}

impl Split {
    /// Whether counts of days do not tell.
    pub(crate) const fn needs_hours(&self) -> bool {
        matches!(self.bucket, Some(Bucket::Hour | Bucket::HourOfDay))
    }
}

/// Which part of a [`Split`] counts belong to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TallyKey {
    /// The name of the span of time; empty where none was asked for.
    pub bucket: String,
    /// A name for each dimension; empty: not known.
    pub names: Vec<String>,
}

/// A name as a person writes it in a filter: `sales`, `sales*`, `!test*` (not so), `-` (not known), `=sales*` (exactly this name, whatever signs it
/// has).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern {
    is_not: bool,
    /// What stands between the asterisks; a single part is the whole name.
    parts: Vec<String>,
    /// Set where capitals do not matter.
    called: Option<Called>,
}

/// What a pattern takes beside the names that fit it as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Called {
    /// The parts in small letters.
    parts: Vec<String>,
    /// Ids that a directory calls by a name that fits.
    ids: Vec<String>,
}

impl NamePattern {
    /// Reads a filter. Every text is one.
    pub fn new(text: &str) -> Self {
        let (is_not, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if let Some(name) = text.strip_prefix('=') {
            return Self {
                is_not,
                parts: vec![name.to_owned()],
                called: None,
            };
        }
        let text = if text == "-" { "" } else { text };
        Self {
            is_not,
            parts: text.split('*').map(str::to_owned).collect(),
            called: None,
        }
    }

    /// Reads a filter that takes an id, or what people call it: `directory` has both. Capitals do not matter, and asterisks hold for either; `=sales` is the
    /// id alone, exactly as it is.
    pub fn called<'d>(text: &str, directory: impl Iterator<Item = (&'d str, &'d str)>) -> Self {
        let pattern = Self::new(text);
        let is_exact = text.strip_prefix('!').unwrap_or(text).starts_with('=');
        if is_exact || pattern.parts == [""] {
            return pattern;
        }
        let parts: Vec<String> = pattern.parts.iter().map(|part| part.to_lowercase()).collect();
        let ids = directory.filter(|(_, name)| are_in(&parts, &name.to_lowercase()));
        let ids = ids.map(|(id, _)| id.to_owned()).collect();
        Self {
            called: Some(Called { parts, ids }),
            ..pattern
        }
    }

    /// Exactly this name.
    pub fn exactly(name: &str) -> Self {
        Self {
            is_not: false,
            parts: vec![name.to_owned()],
            called: None,
        }
    }

    /// The text that [`called`](Self::called) and [`new`](Self::new) read as this id, and no other.
    pub fn exact_text_of(name: &str) -> String {
        match name {
            "" => "-".to_owned(),
            name => format!("={name}"),
        }
    }

    /// The text that [`new`](Self::new) reads as exactly this name.
    pub fn text_of(name: &str) -> String {
        let is_plain = !name.contains(['*', ',']) && !name.starts_with(['!', '=']) && name != "-";
        match name {
            "" => "-".to_owned(),
            name if is_plain => name.to_owned(),
            name => format!("={name}"),
        }
    }

    /// Whether it says what a name is not.
    pub const fn is_not(&self) -> bool {
        self.is_not
    }

    /// The one name that fits; `None` where more can.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [name] if !self.is_not && self.called.is_none() => Some(name),
            _ => None,
        }
    }

    /// Whether it asks for a name without an asterisk: by itself, or by what it is called.
    pub fn asks_for(&self, name: &str) -> bool {
        !self.is_not && self.parts.len() == 1 && self.is_in(name)
    }

    /// Whether a name fits.
    pub fn fits(&self, name: &str) -> bool {
        self.is_not != self.is_in(name)
    }

    fn is_in(&self, name: &str) -> bool {
        let is_called = |called: &Called| {
            called.ids.iter().any(|id| id == name) || are_in(&called.parts, &name.to_lowercase())
        };
        are_in(&self.parts, name) || self.called.as_ref().is_some_and(is_called)
    }
}

/// Whether a name has these parts in their order, the first at its beginning and the last at its end.
fn are_in(parts: &[String], name: &str) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_none_or(|only| only == name);
    };
    let Some(mut rest) = name.strip_prefix(first.as_str()) else {
        return false;
    };
    for part in middle {
        match rest.split_once(part.as_str()) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    // An asterisk alone asks for a name.
    rest.ends_with(last.as_str()) && !name.is_empty()
}

/// Whether a name fits a list: one of those that say what it is, if there are any, and all that say what it is not.
pub fn fits_any(patterns: &[NamePattern], name: &str) -> bool {
    let mut positive = patterns.iter().filter(|pattern| !pattern.is_not).peekable();
    let is_one = positive.peek().is_none() || positive.any(|pattern| pattern.fits(name));
    is_one
        && patterns
            .iter()
            .filter(|pattern| pattern.is_not)
            .all(|pattern| pattern.fits(name))
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.parts.as_slice() {
            [name] => Self::text_of(name),
            parts => parts.join("*"),
        };
        let not = if self.is_not { "!" } else { "" };
        write!(f, "{not}{text}")
    }
}

impl Selection {
    /// The patterns of a dimension.
    pub fn patterns(&self, dimension: Dimension) -> &[NamePattern] {
        let found = self.names.iter().find(|(known, _)| *known == dimension);
        found.map_or(&[], |(_, patterns)| patterns.as_slice())
    }

    /// Whether calls with this name of a dimension are chosen, as far as this dimension tells.
    pub fn fits(&self, dimension: Dimension, name: &str) -> bool {
        fits_any(self.patterns(dimension), name) && self.scope.includes(dimension, name)
    }

    /// The dimensions by which it chooses, each once: those of the patterns, and that of the scope.
    pub fn chosen_by(&self) -> impl Iterator<Item = Dimension> {
        let named = self.names.iter().filter(|(_, patterns)| !patterns.is_empty());
        let mut chosen: Vec<Dimension> = named.map(|(dimension, _)| *dimension).collect();
        chosen.extend(self.scope.dimension().filter(|own| !chosen.contains(own)));
        chosen.into_iter()
    }

    /// Whether it chooses by a dimension.
    pub fn chooses_by(&self, dimension: Dimension) -> bool {
        self.chosen_by().any(|chosen| chosen == dimension)
    }

    /// Whether the counts that are kept do not tell, so that the calls of the period have to be read.
    pub const fn needs_calls(&self) -> bool {
        self.period.is_exact || !self.dialled.is_empty() || self.condition.is_some()
    }

    /// Whether anything but the period and the survey is asked for.
    pub fn is_narrowed(&self) -> bool {
        let is_by_more = self.chosen_by().any(|dimension| dimension != Dimension::Survey);
        is_by_more || !self.dialled.is_empty() || self.condition.is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NamePattern, fits_any};

    #[test]
    fn patterns_are_read_as_they_are_written() {
        for (pattern, name, fits) in [
            ("sales", "sales", true),
            ("sales", "sales-fi", false),
            ("sales*", "sales-fi", true),
            ("*fi", "sales-fi", true),
            ("s*-*i", "sales-fi", true),
            ("s*-*i", "sales", false),
            ("*", "", false),
            ("*", "x", true),
            ("-", "", true),
            ("-", "x", false),
            ("!-", "x", true),
            ("!test*", "test 1", false),
            ("!test*", "sales", true),
            ("a*a", "a", false),
            ("=sales*", "sales*", true),
            ("=sales*", "sales-fi", false),
            ("!=!x", "!x", false),
            ("=-", "-", true),
            ("=-", "", false),
        ] {
            assert_eq!(NamePattern::new(pattern).fits(name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn id_is_found_by_what_it_is_called_and_capitals_do_not_matter() {
        let directory = [("q-17", "Billing"), ("q-18", "Billing abroad"), ("Ops", "Käyttö")];
        for (pattern, fitting) in [
            ("Billing", "q-17"),
            ("billing", "q-17"),
            ("bill*", "q-17 q-18"),
            ("*ABROAD", "q-18"),
            ("KÄYTTÖ", "Ops"),
            ("ops", "Ops"),
            ("Q-1*", "q-17 q-18"),
            ("!billing*", "Ops"),
            ("=Billing", ""),
            ("=ops", ""),
            ("=q-17", "q-17"),
            ("!=q-17", "q-18 Ops"),
            ("nothing", ""),
            ("*", "q-17 q-18 Ops"),
        ] {
            let read = NamePattern::called(pattern, directory.into_iter());
            let fits: Vec<&str> = directory
                .iter()
                .map(|(id, _)| *id)
                .filter(|id| read.fits(id))
                .collect();
            assert_eq!(fits.join(" "), fitting, "{pattern}");
            assert!(
                pattern == "*" || !pattern.starts_with('!') || read.fits(""),
                "{pattern}"
            );
        }
        let read = |pattern: &str| NamePattern::called(pattern, directory.into_iter());
        assert!(read("-").fits("") && !read("-").fits("q-17"));
        assert!(
            read("billing").asks_for("q-17")
                && !read("bill*").asks_for("q-17")
                && !read("!x").asks_for("q-17")
        );
        assert_eq!(read("Billing").to_string(), "Billing");
    }

    #[test]
    fn list_takes_what_is_named_but_what_is_excluded() {
        let patterns = ["sales*", "support", "!sales-test"].map(NamePattern::new);
        for (name, fits) in [
            ("sales", true),
            ("support", true),
            ("sales-test", false),
            ("it", false),
        ] {
            assert_eq!(fits_any(&patterns, name), fits, "{name}");
        }
        assert!(fits_any(&[NamePattern::new("!x")], "y") && fits_any(&[], "anything"));
    }

    proptest! {
        #[test]
        fn pattern_is_shown_as_it_was_written(text in "[a-c!*=-]{1,6}") {
            let pattern = NamePattern::new(&text);
            prop_assert_eq!(NamePattern::new(&pattern.to_string()), pattern);
        }

        #[test]
        fn text_of_a_name_is_read_as_exactly_this_name(name in "[a-c!*=,-]{0,5}", other in "[a-c!*=,-]{0,5}") {
            let pattern = NamePattern::new(&NamePattern::text_of(&name));
            prop_assert_eq!(pattern.literal(), Some(name.as_str()));
            let exact = NamePattern::called(&NamePattern::exact_text_of(&name), [(name.as_str(), other.as_str())].into_iter());
            prop_assert_eq!(exact.literal(), Some(name.as_str()));
            prop_assert_eq!(exact.fits(&other), name == other);
            prop_assert_eq!(pattern.fits(&other), name == other);
        }

        #[test]
        fn asterisk_stands_for_any_text(head in "[a-c]{0,4}", middle in "[a-c]{0,4}", tail in "[a-c]{1,4}") {
            let pattern = NamePattern::new(&format!("{head}*{tail}"));
            let name = format!("{head}{middle}{tail}");
            prop_assert!(pattern.fits(&name));
        }
    }
}
