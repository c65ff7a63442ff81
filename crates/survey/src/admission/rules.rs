//! What an operator set for a route, and what of it is left to decide when policy has not objected.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::autopilot::Autopilot;
use super::campaign::Campaign;
use super::condition::RouteCondition;
use super::cool_down::CoolDown;
use super::holidays::Holidays;
use super::hours::OpeningHours;
use super::quota::{RouteLimits, SurveyLimits};
use super::sampler::{CallSampler, Sampler};
use crate::admission::{Stratum, StratumKind};
use crate::context::{CallContext, Field};

/// The rules of a route.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteRules {
    /// The route's name, under which calls are counted.
    pub name: String,
    /// Which of the eligible calls are surveyed.
    pub sampler: Sampler,
    /// What N shall achieve; `None`: the N of `sampler` stays as it is. Only beside [`Sampler::Every`].
    pub autopilot: Option<Autopilot>,
    /// N as the autopilot planned it, by what calls are counted as ([`Stratum::counted_as`]).
    pub planned: BTreeMap<String, NonZeroU32>,
    /// Which calls are counted together.
    pub stratum_kind: StratumKind,
    /// Whose clock and days are meant.
    pub time_zone: Tz,
    /// What must be true of the call; all of it.
    pub conditions: Vec<RouteCondition>,
    /// From when to when.
    pub campaign: Campaign,
    /// The opening hours outside of which no call is surveyed.
    pub hours: OpeningHours,
    /// On which days not.
    pub holidays: Holidays,
    /// How long caller and agent must have talked, where the PBX reports it.
    pub min_talk_time: Duration,
    /// How long a caller is left in peace after a survey.
    pub cool_down: CoolDown,
    /// How many surveys there may be.
    pub limits: RouteLimits,
}

impl RouteRules {
    /// Every call of a route of this name, without any rule.
    pub fn of_every_call(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            sampler: Sampler::default(),
            autopilot: None,
            planned: BTreeMap::new(),
            stratum_kind: StratumKind::Queue,
            time_zone: Tz::UTC,
            conditions: Vec::new(),
            campaign: Campaign::default(),
            hours: OpeningHours::default(),
            holidays: Holidays::default(),
            min_talk_time: Duration::ZERO,
            cool_down: CoolDown::OFF,
            limits: RouteLimits::default(),
        }
    }

    /// The counter of a call.
    pub fn stratum(&self, context: &CallContext) -> Stratum {
        let counted_as = match self.stratum_kind {
            StratumKind::Queue => context.values.text(Field::Queue),
            StratumKind::Agent => context.values.text(Field::Agent),
            StratumKind::Route => None,
        };
        Stratum {
            route: self.name.clone(),
            kind: self.stratum_kind,
            counted_as: counted_as.unwrap_or_default().to_owned(),
        }
    }

    /// What chooses the calls of a stratum: the N planned for it where there is an autopilot, else the configured one. With an
    /// autopilot both are kept within its bounds, which a reload may have changed since the plan.
    pub fn sampler_of(&self, stratum: &Stratum) -> Sampler {
        match (self.sampler, &self.autopilot) {
            (Sampler::Every(every), Some(autopilot)) => {
                let planned = self.planned.get(&stratum.counted_as).copied();
                Sampler::Every(autopilot.bounded(planned.unwrap_or(every)))
            }
            (sampler @ (Sampler::Every(_) | Sampler::Share(_)), _) => sampler,
        }
    }
}

/// What is left to decide of a call to which policy has not objected: what only the database knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplingTerms {
    /// The counter that the call advances.
    pub stratum: Stratum,
    /// Whether its place there, or its draw, makes it surveyed.
    pub sampler: CallSampler,
    /// The day of its arrival in the time zone of its route.
    pub day: NaiveDate,
    /// How long its caller is left in peace.
    pub cool_down: CoolDown,
    /// The limits of its route.
    pub limits: RouteLimits,
    /// The limits of its survey.
    pub survey_limits: SurveyLimits,
}

impl SamplingTerms {
    /// A place in a stratum, on this day, without any other rule.
    pub fn of_sampler(stratum: Stratum, sampler: CallSampler, day: NaiveDate) -> Self {
        Self {
            stratum,
            sampler,
            day,
            cool_down: CoolDown::OFF,
            limits: RouteLimits::default(),
            survey_limits: SurveyLimits::default(),
        }
    }
}
