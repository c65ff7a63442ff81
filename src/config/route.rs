//! `[[route]]`: which dialled number leads to which survey, who is asked, and what the others hear.

use serde::Deserialize;

use super::autopilot::AutopilotSettings;
use super::holidays::WrittenHolidays;
use super::sampling::{
    CountedPer, Hours, Nth, Percent, Period, RouteOverrides, SamplingSettings, Zone, conditions,
};
use super::value::{Span, one_or_many};
use aftercall_base::Language;
use aftercall_survey::admission::RouteRules;
use aftercall_survey::admission::condition::RouteCondition;
use aftercall_survey::admission::quota::RouteLimits;
use aftercall_survey::admission::sampler::Sampler;
use aftercall_survey::route::{NotSurveyed, NumberPattern, NumberPatternError, Route};

/// One `[[route]]`: the route that calls take, and which of its rules are written in the route itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "WrittenRoute")]
pub struct RouteSettings {
    /// The route; complete once it has [inherited](Self::inherit) from `[sampling]` and `[languages]`.
    pub route: Route,
    pub(super) overrides: RouteOverrides,
    /// Whether an autopilot has no `every` to begin with.
    pub(super) lacks_every: bool,
}

/// As it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRoute {
    number: Number,
    name: Option<String>,
    survey: String,
    every: Option<Nth>,
    share: Option<Percent>,
    autopilot: Option<AutopilotSettings>,
    #[serde(default)]
    counted_per: CountedPer,
    time_zone: Option<Zone>,
    #[serde(default)]
    campaign: Period,
    hours: Option<Hours>,
    holidays: Option<WrittenHolidays>,
    #[serde(default, deserialize_with = "conditions")]
    when: Vec<RouteCondition>,
    min_talk_time: Option<Span>,
    cool_down_days: Option<u32>,
    cool_down_same_survey_days: Option<u32>,
    min_per_agent_day: Option<u32>,
    max_per_agent_day: Option<u32>,
    #[serde(default)]
    max_per_day: u32,
    #[serde(default)]
    max_in_all: u32,
    #[serde(default, deserialize_with = "one_or_many")]
    language: Vec<Language>,
    #[serde(default)]
    not_surveyed: WhenNotSurveyed,
}

impl TryFrom<WrittenRoute> for RouteSettings {
    type Error = String;

    fn try_from(written: WrittenRoute) -> Result<Self, Self::Error> {
        let sampler = match (written.every, written.share) {
            (Some(_), Some(_)) => {
                return Err("`every` and `share` are two ways to choose; keep one of them".to_owned());
            }
            (Some(every), None) => Sampler::Every(every.0),
            (None, Some(share)) => Sampler::Share(share.0),
            (None, None) => Sampler::default(),
        };
        let name = written
            .name
            .unwrap_or_else(|| written.number.0.as_str().to_owned());
        let lacks_every = written.autopilot.is_some() && written.every.is_none();
        let mut settings = Self {
            route: Route {
                number: written.number.0,
                survey: written.survey,
                languages: written.language,
                fallback: Vec::new(),
                not_surveyed: written.not_surveyed.0,
                rules: RouteRules {
                    sampler,
                    autopilot: written.autopilot.map(|autopilot| autopilot.0),
                    stratum_kind: written.counted_per.0,
                    conditions: written.when,
                    campaign: written.campaign.0,
                    limits: RouteLimits {
                        max_per_day: written.max_per_day,
                        max_in_all: written.max_in_all,
                        ..RouteLimits::default()
                    },
                    ..RouteRules::of_every_call(name)
                },
            },
            overrides: RouteOverrides {
                time_zone: written.time_zone,
                hours: written.hours,
                holidays: written.holidays,
                min_talk_time: written.min_talk_time,
                cool_down_days: written.cool_down_days,
                cool_down_same_survey_days: written.cool_down_same_survey_days,
                min_per_agent_day: written.min_per_agent_day,
                max_per_agent_day: written.max_per_agent_day,
            },
            lacks_every,
        };
        settings.inherit(&SamplingSettings::default(), &[]);
        Ok(settings)
    }
}

impl RouteSettings {
    /// Its own holidays.
    pub const fn holidays(&self) -> Option<&WrittenHolidays> {
        self.overrides.holidays.as_ref()
    }

    /// Whether it sets limits for agents itself.
    pub(super) const fn limits_agents(&self) -> bool {
        self.overrides.min_per_agent_day.is_some() || self.overrides.max_per_agent_day.is_some()
    }

    /// Takes from `[sampling]` what the route does not say itself, and the fallbacks of `[languages]`.
    pub fn inherit(&mut self, all: &SamplingSettings, fallback: &[Language]) {
        let (overrides, route) = (&self.overrides, &mut self.route);
        route.fallback = fallback.to_vec();
        let rules = &mut route.rules;
        rules.time_zone = overrides.time_zone.unwrap_or(all.time_zone).0;
        rules.hours = overrides.hours.as_ref().unwrap_or(&all.hours).open.clone();
        rules.holidays = overrides.holidays.as_ref().unwrap_or(&all.holidays).days.clone();
        rules.min_talk_time = overrides.min_talk_time.unwrap_or(all.min_talk_time).0;
        rules.cool_down = overrides.cool_down(all);
        let limits = &mut rules.limits;
        limits.min_per_agent_day = overrides.min_per_agent_day.unwrap_or(all.min_per_agent_day);
        limits.max_per_agent_day = overrides.max_per_agent_day.unwrap_or(all.max_per_agent_day);
    }
}

/// `number`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Number(NumberPattern);

impl TryFrom<String> for Number {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const EXAMPLES: &str = "write for example \"nps\", \"+358600123\" or \"0600*\"";
        NumberPattern::parse(&text)
            .map(Self)
            .map_err(|error| match error {
                NumberPatternError::NotAUser => format!("`{text}` is not a number or user; {EXAMPLES}"),
                NumberPatternError::MoreThanUser { user } => {
                    let shown = super::syntax::shortened(&text);
                    let fix = user.map_or_else(
                        || EXAMPLES.to_owned(),
                        |user| format!("did you mean \"{}\"?", user.as_str()),
                    );
                    format!("`{shown}` is more than the number or user that is dialled; {fix}")
                }
            })
    }
}

/// `not_surveyed`.
#[derive(Default, Deserialize)]
#[serde(try_from = "RawNotSurveyed")]
struct WhenNotSurveyed(NotSurveyed);

#[derive(Deserialize)]
#[serde(untagged)]
enum RawNotSurveyed {
    Word(String),
    Status { status: u16 },
    Redirect { redirect: String },
}

impl TryFrom<RawNotSurveyed> for WhenNotSurveyed {
    type Error = String;

    fn try_from(raw: RawNotSurveyed) -> Result<Self, Self::Error> {
        let refuse = |what: String| {
            format!(
                "{what}; write \"thanks\", {{ status = 480 }} or {{ redirect = \"sip:other@pbx.example\" }}"
            )
        };
        match raw {
            RawNotSurveyed::Word(word) if word == "thanks" => Ok(Self(NotSurveyed::Thanks)),
            RawNotSurveyed::Word(word) => Err(refuse(format!("`{word}` is not known"))),
            RawNotSurveyed::Status {
                status: status @ 400..=699,
            } => Ok(Self(NotSurveyed::Refuse(status))),
            RawNotSurveyed::Status { status } => Err(refuse(format!("status {status} does not end a call"))),
            RawNotSurveyed::Redirect { redirect } if is_sip_uri(&redirect) => {
                Ok(Self(NotSurveyed::Redirect(redirect)))
            }
            RawNotSurveyed::Redirect { redirect } => Err(refuse(format!("`{redirect}` is not a SIP URI"))),
        }
    }
}

fn is_sip_uri(text: &str) -> bool {
    let rest = text.strip_prefix("sip:").or_else(|| text.strip_prefix("sips:"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::{Number, WhenNotSurveyed};
    use aftercall_survey::route::NotSurveyed;

    #[test]
    fn number_that_is_a_uri_is_refused_with_the_user_that_was_meant() {
        for (written, meant) in [
            ("sip:nps@127.0.0.1", "did you mean \"nps\"?"),
            ("<sip:+358600*@pbx.example>", "did you mean \"+358600*\"?"),
            ("@pbx.example", "for example"),
            ("a b", "for example"),
        ] {
            let told = Number::try_from(written.to_owned()).err().unwrap();
            assert!(told.contains(meant), "{written}: {told}");
        }
    }

    #[test]
    fn not_surveyed_takes_thanks_a_status_or_a_redirect() {
        let read = |value| serde_json::from_value::<WhenNotSurveyed>(value).map(|read| read.0);
        assert_eq!(read(serde_json::json!("thanks")).unwrap(), NotSurveyed::Thanks);
        assert_eq!(
            read(serde_json::json!({ "status": 480 })).unwrap(),
            NotSurveyed::Refuse(480)
        );
        let uri = "sip:queue@pbx.example";
        assert_eq!(
            read(serde_json::json!({ "redirect": uri })).unwrap(),
            NotSurveyed::Redirect(uri.to_owned())
        );
        for wrong in [
            serde_json::json!("x"),
            serde_json::json!({ "status": 200 }),
            serde_json::json!({ "redirect": "x\r\n" }),
        ] {
            assert!(read(wrong).is_err());
        }
    }
}
