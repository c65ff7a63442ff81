//! `[sampling]`, and the same keys in a `[[route]]`: who is asked.
//!
//! What stands in `[sampling]` holds for every route that does not say otherwise.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::value::{Span, table, text_list};
use crate::admission::campaign::{Campaign, Edge};
use crate::admission::condition::{Pattern, Test};
use crate::admission::cool_down::CoolDown;
use crate::admission::hours::{Days, Interval, OpeningHours};
use crate::admission::sampler::Share;
use crate::storage::contract::Per;

/// `[sampling]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SamplingSettings {
    /// Whose clock and days are meant by hours, campaigns and limits per day.
    pub time_zone: Zone,
    /// When routes are open.
    #[serde(deserialize_with = "table")]
    pub hours: Hours,
    /// How long caller and agent must have talked, where the PBX tells it.
    pub min_talk_time: Span,
    /// Days that a caller is left in peace after any survey; 0: none.
    pub cool_down_days: u32,
    /// Days that a caller is not asked the same survey again; as `cool_down_days` unless set.
    pub cool_down_same_survey_days: Option<u32>,
    /// Surveys that each agent shall have on a local day.
    pub min_per_agent_day: u32,
    /// Surveys that each agent may have on a local day; 0: no limit.
    pub max_per_agent_day: u32,
}

impl Default for SamplingSettings {
    fn default() -> Self {
        Self {
            time_zone: Zone(Tz::UTC),
            hours: Hours::default(),
            min_talk_time: Span::seconds(20),
            cool_down_days: CoolDown::default().any_days,
            cool_down_same_survey_days: None,
            min_per_agent_day: 0,
            max_per_agent_day: 0,
        }
    }
}

/// A time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(pub Tz);

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let known = text.parse().map(Self);
        known.map_err(|_| {
            format!("`{text}` is no time zone of the IANA database; write for example \"Europe/Helsinki\"")
        })
    }
}

/// Opening hours: `{ mon-fri = "08:00-16:00", sat = ["10:00-12:00", "13:00-15:00"] }`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Intervals>")]
pub struct Hours(pub OpeningHours);

/// One part of a day, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Intervals(Vec<Interval>);

impl<'de> Deserialize<'de> for Intervals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::value::one_or_many(deserializer).map(Self)
    }
}

impl TryFrom<BTreeMap<String, Intervals>> for Hours {
    type Error = String;

    fn try_from(written: BTreeMap<String, Intervals>) -> Result<Self, Self::Error> {
        let mut hours = OpeningHours::default();
        for (days, intervals) in written {
            let days: Days = days.parse().map_err(|error| format!("{error}"))?;
            hours.add(days, &intervals.0);
        }
        Ok(Self(hours))
    }
}

/// A campaign: `{ from = "2026-11-01", to = "2026-11-30" }`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenPeriod")]
pub struct Period(pub Campaign);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPeriod {
    from: Option<Moment>,
    to: Option<Moment>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Moment(Edge);

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|error| format!("{error}"))
    }
}

impl TryFrom<WrittenPeriod> for Period {
    type Error = String;

    fn try_from(written: WrittenPeriod) -> Result<Self, Self::Error> {
        let from = written.from.map(|moment| moment.0.first_moment());
        let to = written.to.map(|moment| moment.0.moment_after());
        match (from, to) {
            (Some(from), Some(to)) if to <= from => {
                Err("the campaign is over before it begins; `to` comes after `from`".to_owned())
            }
            (from, to) => Ok(Self(Campaign { from, to })),
        }
    }
}

/// A share of calls: `"10%"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Percent(pub(super) Share);

impl TryFrom<String> for Percent {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Share::parse(&text).map(Self).map_err(|error| format!("{error}"))
    }
}

/// Which calls are counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct CountedPer(pub(super) Per);

impl TryFrom<String> for CountedPer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let known = Per::from_str_opt(&text).map(Self);
        known.ok_or_else(|| format!("`{text}` is not known; write \"queue\", \"agent\" or \"route\""))
    }
}

/// What must be true of a field: `"sales*"`, `["gold", "silver"]`, `{ not = "spam" }`, `{ from = 60, to = 600 }`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Requirement(pub(super) Test);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unless {
    #[serde(deserialize_with = "text_list")]
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    from: Option<f64>,
    to: Option<f64>,
}

impl TryFrom<Value> for Requirement {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        const FORMS: &str =
            "write \"sales*\", [\"gold\", \"silver\"], { not = \"spam\" } or { from = 60, to = 600 }";
        let refuse = || format!("`{value}` is no condition; {FORMS}");
        let test = match &value {
            Value::Object(table) if table.contains_key("not") => {
                let mut value = value.clone();
                if let Some(not) = value.get_mut("not") {
                    *not = in_words(not);
                }
                let unless: Unless = serde_json::from_value(value).map_err(|_| refuse())?;
                Test::NoneOf(patterns(unless.not).ok_or_else(refuse)?)
            }
            Value::Object(_) => {
                let range: Range = serde_json::from_value(value.clone()).map_err(|_| refuse())?;
                match range {
                    Range { from: None, to: None } => return Err(refuse()),
                    Range {
                        from: Some(from),
                        to: Some(to),
                    } if to < from => return Err(format!("the range ends before it begins: {from} to {to}")),
                    Range { from, to } => Test::Within(from, to),
                }
            }
            other => {
                let texts: Vec<String> = match in_words(other) {
                    Value::Array(many) => serde_json::from_value(Value::Array(many)).map_err(|_| refuse())?,
                    Value::String(one) => vec![one],
                    _ => return Err(refuse()),
                };
                Test::OneOf(patterns(texts).ok_or_else(refuse)?)
            }
        };
        Ok(Self(test))
    }
}

/// Numbers and yes or no as the texts that a PBX sends.
fn in_words(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(is) => Value::String(is.to_string()),
        Value::Array(many) => many.iter().map(in_words).collect(),
        other => other.clone(),
    }
}

/// The patterns; `None` when there is none, or one has a `*` elsewhere than at its end.
fn patterns(texts: Vec<String>) -> Option<Vec<Pattern>> {
    let sound = |text: &String| {
        let body = text.strip_suffix('*').unwrap_or(text);
        !text.is_empty() && !body.contains('*')
    };
    let all_sound = !texts.is_empty() && texts.iter().all(sound);
    all_sound.then(|| texts.into_iter().map(Pattern::new).collect())
}

/// The keys of a `[[route]]` that stand in `[sampling]` as well; what is not set is taken from there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Own {
    pub(super) time_zone: Option<Zone>,
    pub(super) hours: Option<Hours>,
    pub(super) min_talk_time: Option<Span>,
    pub(super) cool_down_days: Option<u32>,
    pub(super) cool_down_same_survey_days: Option<u32>,
    pub(super) min_per_agent_day: Option<u32>,
    pub(super) max_per_agent_day: Option<u32>,
}

impl Own {
    /// The days of peace: a route that sets one of the two means both, unless it sets the other.
    pub(super) fn cool_down(&self, all: &SamplingSettings) -> CoolDown {
        let any_days = self.cool_down_days.unwrap_or(all.cool_down_days);
        let of_all = match self.cool_down_days {
            Some(days) => days,
            None => all.cool_down_same_survey_days.unwrap_or(all.cool_down_days),
        };
        CoolDown {
            any_days,
            same_survey_days: self.cool_down_same_survey_days.unwrap_or(of_all),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Hours, Own, Period, Requirement, SamplingSettings, Zone};
    use crate::admission::condition::{Pattern, Test};
    use crate::admission::cool_down::CoolDown;

    fn requirement(value: Value) -> Result<Test, String> {
        serde_json::from_value::<Requirement>(value)
            .map(|requirement| requirement.0)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn conditions_are_written_in_four_forms() {
        let patterns = |texts: &[&str]| texts.iter().map(|text| Pattern::new(*text)).collect();
        for (value, expected) in [
            (json!("sales*"), Test::OneOf(patterns(&["sales*"]))),
            (json!(["gold", 7]), Test::OneOf(patterns(&["gold", "7"]))),
            (json!(1), Test::OneOf(patterns(&["1"]))),
            (json!({ "not": "spam" }), Test::NoneOf(patterns(&["spam"]))),
            (
                json!({ "not": ["spam", true] }),
                Test::NoneOf(patterns(&["spam", "true"])),
            ),
            (
                json!({ "from": 60, "to": 600.5 }),
                Test::Within(Some(60.0), Some(600.5)),
            ),
            (json!({ "to": 600 }), Test::Within(None, Some(600.0))),
        ] {
            assert_eq!(requirement(value.clone()), Ok(expected), "{value}");
        }
        for wrong in [
            json!([]),
            json!(""),
            json!("a*b"),
            json!({}),
            json!({ "not": [] }),
            json!({ "not": "a", "from": 1 }),
            json!({ "from": 2, "to": 1 }),
            json!({ "from": "1" }),
            json!({ "above": 1 }),
            json!([["a"]]),
        ] {
            assert!(requirement(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hours_zones_and_campaigns_that_make_no_sense_are_refused_with_their_mend() {
        let told = |error: serde_json::Error| error.to_string();
        let hours = serde_json::from_value::<Hours>(json!({ "mon-fri": "8-16" })).map_err(told);
        assert!(hours.unwrap_err().contains("08:00-16:00"));
        let hours = serde_json::from_value::<Hours>(json!({ "monday": "08:00-16:00" })).map_err(told);
        assert!(hours.unwrap_err().contains("mon-fri"));
        let zone = serde_json::from_value::<Zone>(json!("Helsinki")).map_err(told);
        assert!(zone.unwrap_err().contains("Europe/Helsinki"));
        let backwards = json!({ "from": "2026-11-30", "to": "2026-11-01" });
        let campaign = serde_json::from_value::<Period>(backwards).map_err(told);
        assert!(campaign.unwrap_err().contains("over before it begins"));
        let one_day = json!({ "from": "2026-11-30", "to": "2026-11-30" });
        assert!(serde_json::from_value::<Period>(one_day).is_ok());
    }

    #[test]
    fn route_that_sets_its_cool_down_means_both_unless_it_says_otherwise() {
        let all = SamplingSettings {
            cool_down_days: 30,
            cool_down_same_survey_days: Some(180),
            ..SamplingSettings::default()
        };
        let days = |own: Own, all: &SamplingSettings| {
            let CoolDown {
                any_days,
                same_survey_days,
            } = own.cool_down(all);
            (any_days, same_survey_days)
        };
        let own = |any, same| Own {
            cool_down_days: any,
            cool_down_same_survey_days: same,
            ..Own::default()
        };
        assert_eq!(days(own(None, None), &SamplingSettings::default()), (90, 90));
        assert_eq!(days(own(None, None), &all), (30, 180));
        assert_eq!(days(own(Some(0), None), &all), (0, 0));
        assert_eq!(days(own(Some(7), None), &all), (7, 7));
        assert_eq!(days(own(None, Some(0)), &all), (30, 0));
        assert_eq!(days(own(Some(0), Some(365)), &all), (0, 365));
    }
}
