//! From texts that a person wrote to a call that has not come. Pure.

use chrono::{DateTime, LocalResult, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::{ExplainedRoute, Explanation, Rules};
use crate::call::context::{Fact, Reading, clean};
use aftercall_base::iso8601::{self, ParsedTime};
use aftercall_base::{CallUid, Redacted};
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::explain::RuleExplanation;
use aftercall_survey::admission::sampler::{Draw, Share};
use aftercall_survey::admission::{Admission, Eligibility, NewCall, SamplingPlan};
use aftercall_survey::context::number::NumberOrigin;
use aftercall_survey::context::{CallContext, Field, Mapping, Name};
use aftercall_survey::route::{self, Route};

/// A call as a person describes it. `None` is not told.
#[derive(Debug, Clone, Default)]
pub struct ExplainRequest {
    /// The dialled number or user.
    pub number: String,
    /// The queue that the PBX would send.
    pub queue: Option<String>,
    /// The agent.
    pub agent: Option<String>,
    /// The caller's number.
    pub caller: Option<Redacted<String>>,
    /// How long caller and agent talked: `95`, `95s` or `1:35`.
    pub talk_time: Option<String>,
    /// When: with an offset, or by the clock of the route.
    pub at: Option<String>,
    /// Any other fields and attributes, as `team=north`.
    pub set: Vec<String>,
    /// The number that the call would draw where a random share is surveyed, as `12.5%`.
    pub draw: Option<String>,
}

impl ExplainRequest {
    /// Whether it is about a person: the answer tells whether that caller has opted out or was asked before.
    pub fn is_about_a_caller(&self) -> bool {
        let is_caller = |pair: &String| {
            let word = pair.split_once('=').map_or(pair.as_str(), |(word, _)| word);
            Name::of(word) == Name::Field(Field::Caller)
        };
        self.caller.is_some() || self.set.iter().any(is_caller)
    }
}

/// A part of a request that cannot be understood. No reason has a caller's number in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {reason}")]
pub struct ExplainFault {
    /// The part, by its name in [`ExplainRequest`] with dashes, as the options of the command are named.
    pub part: &'static str,
    /// What is wrong, and what to write.
    pub reason: String,
}

impl ExplainFault {
    fn new(part: &'static str, reason: impl Into<String>) -> Self {
        Self {
            part,
            reason: reason.into(),
        }
    }
}

/// A call that has not come.
pub(super) struct Question<'r> {
    number: String,
    /// `None` when no route takes the number.
    pub(super) route: Option<&'r Route>,
    pub(super) survey: String,
    pub(super) context: CallContext,
    pub(super) at: DateTime<Utc>,
    note: Option<String>,
    pub(super) drawn: Option<Draw>,
}

impl<'r> Question<'r> {
    pub(super) fn read(
        rules: Rules<'r>,
        request: &ExplainRequest,
        now: DateTime<Utc>,
    ) -> Result<Self, ExplainFault> {
        let route = route::find(rules.routes, &request.number);
        let context = rules.reader.of_reading(reading(rules.reader.mapping(), request)?);
        let survey = match (context.values.text(Field::Survey), route) {
            (Some(wanted), _) if rules.surveys.has(wanted) => wanted.to_owned(),
            (_, route) => route.map(|route| route.survey.clone()).unwrap_or_default(),
        };
        let (at, note) = match request.at.as_deref() {
            None => (now, None),
            Some(text) => moment(text, route)?,
        };
        Ok(Self {
            number: request.number.clone(),
            route,
            survey,
            context,
            at,
            note,
            drawn: request.draw.as_deref().map(draw).transpose()?,
        })
    }

    pub(super) fn call(&self, route: &Route, eligibility: Eligibility) -> NewCall {
        NewCall {
            uid: CallUid::NONE,
            node: String::new(),
            arrived_at: self.at,
            time_zone: route.rules.time_zone,
            sip_call_id: String::new(),
            dialled: self.number.clone(),
            context: self.context.clone(),
            route: Some(route.name().to_owned()),
            survey: Some(SurveyVersion {
                name: self.survey.clone(),
                version: String::new(),
            }),
            eligibility,
        }
    }

    pub(super) fn explained(
        self,
        rules: Vec<RuleExplanation>,
        plan: Option<SamplingPlan>,
        admission: Option<Admission>,
    ) -> Explanation {
        let route = self.route.map(|route| ExplainedRoute {
            name: route.name().to_owned(),
            survey: self.survey,
            zone: route.rules.time_zone,
        });
        Explanation {
            number: self.number,
            route,
            at: self.at,
            note: self.note,
            rules,
            plan,
            admission,
        }
    }
}

/// What was told, as if a PBX had said it.
fn reading(mapping: &Mapping, request: &ExplainRequest) -> Result<Reading, ExplainFault> {
    let mut facts = Vec::new();
    if let Some(number) = &request.caller {
        facts.push(caller(mapping, "caller", number.expose())?);
    }
    let own = [
        ("queue", Field::Queue, &request.queue),
        ("agent", Field::Agent, &request.agent),
        ("talk-time", Field::TalkTime, &request.talk_time),
    ];
    for (part, field, text) in own {
        if let Some(text) = text {
            facts.push(fact(part, Name::Field(field), text)?);
        }
    }
    for pair in &request.set {
        // What is no pair may be a caller's number.
        let (word, text) = pair
            .split_once('=')
            .ok_or_else(|| ExplainFault::new("set", "write FIELD=VALUE, such as team=north"))?;
        let name = Name::of(word);
        if let Name::Attribute(attribute) = &name
            && !mapping.attributes.contains_key(attribute)
        {
            let reason = format!("`{word}` is not a field, and context.attributes has none of that name");
            return Err(ExplainFault::new("set", reason));
        }
        facts.push(match name == Name::Field(Field::Caller) {
            true => caller(mapping, "set", text)?,
            false => fact("set", name, text)?,
        });
    }
    Ok(Reading {
        facts,
        ..Reading::default()
    })
}

fn fact(part: &'static str, name: Name, text: &str) -> Result<Fact, ExplainFault> {
    let value = clean(text).and_then(|text| name.value(text));
    let value = value.ok_or_else(|| {
        let reason = format!("`{text}` is not a valid value of {}", name.as_str());
        ExplainFault::new(part, reason)
    })?;
    Ok(Fact {
        name,
        value: Redacted::new(value),
        source: "explain".to_owned(),
        is_personal: false,
        number: None,
    })
}

/// The caller by number, which is in no error.
fn caller(mapping: &Mapping, part: &'static str, text: &str) -> Result<Fact, ExplainFault> {
    let number = mapping.numbers.number(text, NumberOrigin::Configured);
    let number = number
        .map_err(|fault| ExplainFault::new(part, format!("this is not a telephone number: it {fault}")))?;
    Ok(Fact {
        name: Name::Field(Field::Caller),
        value: Redacted::new(number.as_str().to_owned()),
        source: "explain".to_owned(),
        is_personal: true,
        number: Some(number),
    })
}

/// The moment that is meant, and what is to be said of it: in the hour that the clocks repeat in autumn a time without an offset is
/// two moments.
fn moment(text: &str, route: Option<&Route>) -> Result<(DateTime<Utc>, Option<String>), ExplainFault> {
    let local = match iso8601::parse(text) {
        Some(ParsedTime::Exact(moment)) => return Ok((moment, None)),
        Some(ParsedTime::Local(local)) => local,
        Some(ParsedTime::Day(day)) => day.and_time(NaiveTime::MIN),
        None => {
            let reason = format!(
                "`{text}` is no moment: write for example 2026-11-25T08:00 in the time zone of the route, or 2026-11-25T08:00+02:00"
            );
            return Err(ExplainFault::new("at", reason));
        }
    };
    let zone = route.map_or(chrono_tz::UTC, |route| route.rules.time_zone);
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) => Ok((moment.to_utc(), None)),
        LocalResult::Ambiguous(first, second) => {
            let written = |moment: &DateTime<Tz>| moment.format("%Y-%m-%dT%H:%M%:z").to_string();
            let note = format!(
                "{text} comes twice in {zone}, where the clocks are put back: {} is taken; write {} for the other",
                written(&first),
                written(&second)
            );
            Ok((first.to_utc(), Some(note)))
        }
        LocalResult::None => {
            let reason = format!(
                "{text}: there is no such time in {zone}, where the clocks are put forward over it; write a time before it or after it"
            );
            Err(ExplainFault::new("at", reason))
        }
    }
}

fn draw(text: &str) -> Result<Draw, ExplainFault> {
    if matches!(text.trim_end_matches('%'), "0" | "0.0") {
        return Ok(Draw::LOWEST);
    }
    let share = Share::parse(text).ok().and_then(Share::as_draw);
    share.ok_or_else(|| {
        let reason = format!("`{text}` is no draw: write for example 12.5%, from 0% on and less than 100%");
        ExplainFault::new("draw", reason)
    })
}
