//! `autopilot` of a `[[route]]`: the interval that is wanted, by when, and the bounds of N.

use std::fmt;
use std::num::NonZeroU32;

use chrono::Weekday;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::route::RouteSettings;
use super::sampling::Nth;
use super::syntax::shortened;
use aftercall_survey::admission::Autopilot;
use aftercall_survey::admission::sampler::Sampler;

/// The widest half-width that says anything: a score has 100 points to either side.
const WIDEST: f64 = 100.0;

/// `autopilot`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "WrittenAutopilot")]
pub(super) struct AutopilotSettings(pub(super) Autopilot);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAutopilot {
    half_width: HalfWidth,
    until: LastDay,
    question: Option<QuestionId>,
    min: Nth,
    max: Nth,
}

impl TryFrom<WrittenAutopilot> for AutopilotSettings {
    type Error = String;

    fn try_from(written: WrittenAutopilot) -> Result<Self, Self::Error> {
        let (Nth(min), Nth(max)) = (written.min, written.max);
        if max < min {
            return Err(bounds_reversed(min, max));
        }
        Ok(Self(Autopilot {
            half_width: written.half_width.0,
            until: written.until.0,
            question: written.question.map(|question| question.0),
            min,
            max,
        }))
    }
}

fn bounds_reversed(min: NonZeroU32, max: NonZeroU32) -> String {
    format!("no N is at least {min} and at most {max}; write a `max` that is not below `min`")
}

/// Why the sampling of a route leaves nothing to an autopilot, and what to write.
pub(super) fn misplaced(written: &RouteSettings) -> Option<(&'static str, &'static str)> {
    const FIX: &str = "write every = 10, the N to begin with, or remove `autopilot`";
    let rules = &written.route.rules;
    rules.autopilot.as_ref()?;
    match rules.sampler {
        Sampler::Share(_) => Some((
            "sets N of `every`, and this route surveys a `share` of the calls",
            "write every = 10 instead of `share`, or remove `autopilot`",
        )),
        Sampler::Every(_) if written.lacks_every => {
            Some(("needs `every`, the N of queues and agents without history", FIX))
        }
        Sampler::Every(_) => None,
    }
}

/// `half_width`.
struct HalfWidth(f64);

impl<'de> Deserialize<'de> for HalfWidth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let points = value.as_f64().filter(|points| 0.0 < *points && *points <= WIDEST);
        points.map(Self).ok_or_else(|| {
            custom(format!(
                "`{value}` is not a half-width in points; write for example 8 for +-8 points, more than 0 and at most {WIDEST}"
            ))
        })
    }
}

/// `until`.
struct LastDay(Weekday);

impl<'de> Deserialize<'de> for LastDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let day = value.as_str().and_then(|text| text.trim().parse().ok());
        day.map(Self).ok_or_else(|| {
            let text = value.as_str().map_or_else(|| value.to_string(), shortened);
            custom(format!(
                "`{text}` is not a day of the week; write for example \"friday\": the goal is to be reached at the end of that day, each week"
            ))
        })
    }
}

/// `question`.
struct QuestionId(String);

impl<'de> Deserialize<'de> for QuestionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.trim() {
            "" => Err(custom(
                "is empty; write the id of a question of the survey, or remove `question`",
            )),
            id => Ok(Self(id.to_owned())),
        }
    }
}

fn custom<E: serde::de::Error>(message: impl fmt::Display) -> E {
    E::custom(message)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use chrono::Weekday;

    use crate::config::load::from_text;
    use aftercall_survey::admission::Autopilot;

    const ROUTE: &str = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\n";

    fn faults(rest: &str) -> Vec<String> {
        let loaded = from_text(&format!("{ROUTE}{rest}"), "a.toml", Some([].into()));
        loaded.faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn goal_and_bounds_are_read() {
        let text = format!(
            "{ROUTE}every = 10\nautopilot = {{ half_width = 7.5, until = \"Friday\", question = \"nps\", min = 2, max = 50 }}\n"
        );
        let loaded = from_text(&text, "a.toml", Some([].into()));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        let expected = Autopilot {
            half_width: 7.5,
            until: Weekday::Fri,
            question: Some("nps".to_owned()),
            min: NonZeroU32::new(2).unwrap(),
            max: NonZeroU32::new(50).unwrap(),
        };
        let route = loaded.settings.routes().next().unwrap();
        assert_eq!(route.rules.autopilot.as_ref(), Some(&expected));
    }

    #[test]
    fn impossible_wishes_are_refused_at_their_line_with_what_to_write() {
        let written = |half_width: &str, until: &str, min: &str, max: &str| {
            faults(&format!(
                "every = 10\n[route.autopilot]\nhalf_width = {half_width}\nuntil = {until}\nmin = {min}\nmax = {max}\n"
            ))
        };
        assert_eq!(written("8", "\"fri\"", "2", "50"), [""; 0]);
        for (told, line, reason, fix) in [
            (
                written("0", "\"fri\"", "2", "50"),
                6,
                "half_width",
                "write for example 8",
            ),
            (
                written("\"8\"", "\"fri\"", "2", "50"),
                6,
                "half_width",
                "write for example 8",
            ),
            (
                written("101", "\"fri\"", "2", "50"),
                6,
                "half_width",
                "at most 100",
            ),
            (
                written("8", "\"2026-12-04\"", "2", "50"),
                7,
                "day of the week",
                "\"friday\"",
            ),
            (written("8", "5", "2", "50"), 7, "day of the week", "\"friday\""),
            (written("8", "\"fri\"", "0", "50"), 8, "min", "write 1"),
            (written("8", "\"fri\"", "2", "x"), 9, "", ""),
            (
                written("8", "\"fri\"", "5", "4"),
                5,
                "no N is at least 5",
                "not below `min`",
            ),
        ] {
            assert!(
                told.len() == 1
                    && told[0].starts_with(&format!("a.toml:{line}:"))
                    && told[0].contains(reason)
                    && told[0].contains(fix),
                "{line} {reason} {fix}: {told:?}"
            );
        }
        let told = faults("every = 10\nautopilot = { half_width = 8, until = \"fri\", min = 2 }\n");
        assert!(told.len() == 1 && told[0].contains("`max`"), "{told:?}");
    }

    #[test]
    fn autopilot_needs_an_n_to_begin_with_and_no_share() {
        const AUTOPILOT: &str = "autopilot = { half_width = 8, until = \"friday\", min = 2, max = 50 }\n";
        assert_eq!(faults(&format!("every = 10\n{AUTOPILOT}")), [""; 0]);
        for (sampler, reason) in [("", "needs `every`"), ("share = \"10%\"\n", "`share`")] {
            let told = faults(&format!("{AUTOPILOT}{sampler}"));
            assert!(
                told.len() == 1
                    && told[0].starts_with("a.toml:4: route[0].autopilot")
                    && told[0].contains(reason)
                    && told[0].contains("every = 10"),
                "{told:?}"
            );
        }
    }
}
