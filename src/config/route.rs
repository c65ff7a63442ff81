//! `[[route]]`: which dialled number leads to which survey, who is asked, and what the others hear.

use serde::Deserialize;

use super::holidays::WrittenHolidays;
use super::sampling::{CountedPer, Hours, Nth, Own, Percent, Period, SamplingSettings, Zone, conditions};
use super::value::{Span, one_or_many};
use aftercall_base::Language;
use aftercall_survey::admission::RouteRules;
use aftercall_survey::admission::condition::Condition;
use aftercall_survey::admission::quota::Limits;
use aftercall_survey::admission::sampler::Sampler;

/// One route.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Route {
    /// The dialled number or user; a `*` at the end stands for any rest.
    pub number: NumberPattern,
    /// The survey's name: its file in `config/surveys` without `.toml`.
    pub survey: String,
    /// The languages of this number, in order: the first that the survey is asked in serves a call that does not tell.
    pub language: Vec<Language>,
    /// Tried after those: `languages.fallback`.
    pub fallback: Vec<Language>,
    /// What happens to the other calls.
    pub not_surveyed: NotSurveyed,
    /// Who is asked; complete once the route has [inherited](Self::inherit).
    pub rules: RouteRules,
    pub(super) own: Own,
}

/// As it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    number: NumberPattern,
    name: Option<String>,
    survey: String,
    every: Option<Nth>,
    share: Option<Percent>,
    #[serde(default)]
    counted_per: CountedPer,
    time_zone: Option<Zone>,
    #[serde(default)]
    campaign: Period,
    hours: Option<Hours>,
    holidays: Option<WrittenHolidays>,
    #[serde(default, deserialize_with = "conditions")]
    when: Vec<Condition>,
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
    not_surveyed: NotSurveyed,
}

impl TryFrom<Written> for Route {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let sampler = match (written.every, written.share) {
            (Some(_), Some(_)) => {
                return Err("`every` and `share` are two ways to choose; keep one of them".to_owned());
            }
            (Some(every), None) => Sampler::Every(every.0),
            (None, Some(share)) => Sampler::Share(share.0),
            (None, None) => Sampler::default(),
        };
        let name = written.name.unwrap_or_else(|| written.number.as_str().to_owned());
        let mut route = Self {
            survey: written.survey,
            language: written.language,
            fallback: Vec::new(),
            not_surveyed: written.not_surveyed,
            rules: RouteRules {
                sampler,
                counted_per: written.counted_per.0,
                conditions: written.when,
                campaign: written.campaign.0,
                limits: Limits {
                    max_per_day: written.max_per_day,
                    max_in_all: written.max_in_all,
                    ..Limits::default()
                },
                ..RouteRules::of_every_call(name)
            },
            own: Own {
                time_zone: written.time_zone,
                hours: written.hours,
                holidays: written.holidays,
                min_talk_time: written.min_talk_time,
                cool_down_days: written.cool_down_days,
                cool_down_same_survey_days: written.cool_down_same_survey_days,
                min_per_agent_day: written.min_per_agent_day,
                max_per_agent_day: written.max_per_agent_day,
            },
            number: written.number,
        };
        route.inherit(&SamplingSettings::default());
        Ok(route)
    }
}

impl Route {
    /// The name under which its calls are counted and stored.
    pub fn name(&self) -> &str {
        &self.rules.name
    }

    /// Its own holidays.
    pub const fn holidays(&self) -> Option<&WrittenHolidays> {
        self.own.holidays.as_ref()
    }

    /// Whether it sets limits for agents itself.
    pub(super) const fn limits_agents(&self) -> bool {
        self.own.min_per_agent_day.is_some() || self.own.max_per_agent_day.is_some()
    }

    /// Takes from `[sampling]` what the route does not say itself.
    pub fn inherit(&mut self, all: &SamplingSettings) {
        let own = &self.own;
        self.rules.time_zone = own.time_zone.unwrap_or(all.time_zone).0;
        self.rules.hours = own.hours.as_ref().unwrap_or(&all.hours).open.clone();
        self.rules.holidays = own.holidays.as_ref().unwrap_or(&all.holidays).days.clone();
        self.rules.min_talk_time = own.min_talk_time.unwrap_or(all.min_talk_time).0;
        self.rules.cool_down = own.cool_down(all);
        let limits = &mut self.rules.limits;
        limits.min_per_agent_day = own.min_per_agent_day.unwrap_or(all.min_per_agent_day);
        limits.max_per_agent_day = own.max_per_agent_day.unwrap_or(all.max_per_agent_day);
    }
}

/// The route for a dialled number: the exact one first, then the longest prefix.
pub fn find<'a>(routes: &'a [Route], dialled: &str) -> Option<&'a Route> {
    routes
        .iter()
        .filter(|route| route.number.matches(dialled))
        .max_by_key(|route| route.number.precision())
}

/// A dialled number or user, or the beginning of one: `nps`, `+358600*`, `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct NumberPattern(String);

impl NumberPattern {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn matches(&self, dialled: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => dialled.starts_with(prefix),
            None => dialled == self.0,
        }
    }

    fn precision(&self) -> (bool, usize) {
        (!self.0.ends_with('*'), self.0.len())
    }
}

impl TryFrom<String> for NumberPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if let Some(reason) = not_of_a_user(&text) {
            return Err(reason);
        }
        let body = text.strip_suffix('*').unwrap_or(&text);
        if text.is_empty()
            || text.len() > 128
            || body.contains(|c: char| c == '*' || c.is_whitespace() || c.is_control())
        {
            return Err(format!(
                "`{text}` is not a number or user; write for example \"nps\", \"+358600123\" or \"0600*\""
            ));
        }
        Ok(Self(text))
    }
}

/// Why a text is more than the user of a Request-URI, with which numbers are compared; `None` when it is none of that.
fn not_of_a_user(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
    let scheme = ["sips:", "sip:", "tel:"].into_iter().find(|scheme| {
        bare.get(..scheme.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    });
    let rest = bare.get(scheme.map_or(0, str::len)..).unwrap_or(bare);
    let is_more = scheme.is_some() || text.contains(['<', '>', '@']) || text.trim() != text;
    if !is_more {
        return None;
    }
    let user = rest.split(['@', ';', '?', '>']).next().unwrap_or(rest).trim();
    let shown = super::syntax::shortened(text);
    let reason = format!("`{shown}` is more than the number or user that is dialled");
    Some(match NumberPattern::try_from(user.to_owned()) {
        Ok(user) => format!("{reason}; did you mean \"{}\"?", user.as_str()),
        Err(_) => format!("{reason}; write for example \"nps\", \"+358600123\" or \"0600*\""),
    })
}

/// What a call hears that is not surveyed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawNotSurveyed")]
pub enum NotSurveyed {
    /// A short thank-you, then BYE.
    #[default]
    Thanks,
    /// A final SIP response instead of an answer, 400-699.
    Refuse(u16),
    /// 302 with this URI as the Contact.
    Redirect(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawNotSurveyed {
    Word(String),
    Status { status: u16 },
    Redirect { redirect: String },
}

impl TryFrom<RawNotSurveyed> for NotSurveyed {
    type Error = String;

    fn try_from(raw: RawNotSurveyed) -> Result<Self, Self::Error> {
        let refuse = |what: String| {
            format!(
                "{what}; write \"thanks\", {{ status = 480 }} or {{ redirect = \"sip:other@pbx.example\" }}"
            )
        };
        match raw {
            RawNotSurveyed::Word(word) if word == "thanks" => Ok(Self::Thanks),
            RawNotSurveyed::Word(word) => Err(refuse(format!("`{word}` is not known"))),
            RawNotSurveyed::Status {
                status: status @ 400..=699,
            } => Ok(Self::Refuse(status)),
            RawNotSurveyed::Status { status } => Err(refuse(format!("status {status} does not end a call"))),
            RawNotSurveyed::Redirect { redirect } if is_sip_uri(&redirect) => Ok(Self::Redirect(redirect)),
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
    use super::{NotSurveyed, Route, find};

    fn routes(numbers: &[&str]) -> Vec<Route> {
        numbers
            .iter()
            .map(|number| {
                serde_json::from_value(serde_json::json!({ "number": number, "survey": "s" })).unwrap()
            })
            .collect()
    }

    #[test]
    fn exact_number_beats_longest_prefix_beats_any() {
        let routes = routes(&["*", "0600*", "06001*", "0600123"]);
        for (dialled, expected) in [
            ("0600123", "0600123"),
            ("060019", "06001*"),
            ("06009", "0600*"),
            ("x", "*"),
        ] {
            assert_eq!(find(&routes, dialled).unwrap().number.as_str(), expected);
        }
        assert!(find(&routes[1..], "nps").is_none());
    }

    #[test]
    fn number_that_is_a_uri_is_refused_with_the_user_that_was_meant() {
        for (written, meant) in [
            ("sip:nps@127.0.0.1", "\"nps\"?"),
            ("SIPS:nps@pbx.example;transport=tls", "\"nps\"?"),
            ("tel:+358600123", "\"+358600123\"?"),
            ("<sip:+358600*@pbx.example>", "\"+358600*\"?"),
            ("nps@pbx.example", "\"nps\"?"),
            (" nps ", "\"nps\"?"),
            ("@pbx.example", "for example"),
            ("sip:", "for example"),
        ] {
            let read = super::NumberPattern::try_from(written.to_owned());
            let told = read.unwrap_err();
            assert!(told.contains(meant), "{written}: {told}");
        }
        for sound in ["nps", "*", "+358600*", "sip", "a;b=c", "tel"] {
            assert!(
                super::NumberPattern::try_from(sound.to_owned()).is_ok(),
                "{sound}"
            );
        }
    }

    #[test]
    fn not_surveyed_takes_thanks_a_status_or_a_redirect() {
        let read = |value| serde_json::from_value::<NotSurveyed>(value);
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
