//! What every rule would say to a call, in their order, in words for an operator.
//!
//! The results come from the functions that decide, never from a second copy of the rules; only the words are this
//! module's. Nothing is counted by asking.

mod words;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::words::{InStratum, ordinal, range, requirement};
use super::condition::{self, RouteCondition};
use super::policy::{self, PolicyInput};
use super::quota::{self, Quota, QuotaKey, QuotaScope, SurveyLimits};
use super::reason::AdmissionReason;
use super::rules::{RouteRules, SamplingTerms};
use super::sampler::{CallSampler, Draw, Sampler};
use super::state::{AdmissionState, RuleInput};
use super::{campaign, consent, cool_down, hours, talk_time};
use crate::admission::{Admission, Eligibility, NewCall, Stratum};
use crate::context::{CallContext, OptIn};
use aftercall_base::count::counted;

/// What one rule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleExplanation {
    /// The rule, as it is called in the configuration.
    pub rule: String,
    /// What the rule comes to for this call.
    pub says: RuleResult,
    /// The reason in words for an operator, with the figures that were compared.
    pub why: String,
}

/// What a rule comes to for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleResult {
    /// The rule is not set for this route.
    Off,
    /// The call may be surveyed.
    Yes,
    /// The call is not surveyed because of it.
    No,
    /// It is surveyed, whatever the sampler says.
    Must,
    /// It depends on something that only an arriving call has.
    Depends,
}

/// A call that has not arrived, and its route.
#[derive(Debug, Clone, Copy)]
pub struct DryRun<'h> {
    /// The rules of the route that it would take.
    pub rules: &'h RouteRules,
    /// The limits of the survey that it would be asked.
    pub survey_limits: SurveyLimits,
    /// When it would arrive.
    pub at: DateTime<Utc>,
    /// What it would draw, where the route surveys a share.
    pub drawn: Option<Draw>,
}

impl DryRun<'_> {
    /// The eligibility of such a call: what policy says.
    pub fn eligibility(&self, context: &CallContext) -> Eligibility {
        let draw = || self.drawn.unwrap_or(NO_DRAW);
        policy::decide(Some(self.rules), self.survey_limits, context, self.at, draw)
    }

    /// The terms of such a call if policy let it pass: with them the admission state can be asked about rules that come later.
    pub fn terms(&self, context: &CallContext) -> SamplingTerms {
        let local = self.at.with_timezone(&self.rules.time_zone);
        policy::terms(self.rules, self.survey_limits, context, local, || {
            self.drawn.unwrap_or(NO_DRAW)
        })
    }

    /// What would become of the call; `None` when it depends on a draw that is not known. `call` has this eligibility, and
    /// the state has been read for it.
    pub fn outcome<'c>(&self, call: &'c NewCall, state: &AdmissionState<'c>) -> Option<Admission> {
        let admission = state.clone().decide(call).ok()?;
        let hangs_on_the_draw = matches!(
            admission,
            Admission::NotSampled {
                reason: AdmissionReason::Share { .. },
                ..
            }
        );
        (!hangs_on_the_draw || self.drawn.is_some()).then_some(admission)
    }

    /// What every rule would say. `call` has [`Self::terms`] for its eligibility, and the state has been read for it.
    pub fn lines<'c>(
        &self,
        call: &'c NewCall,
        terms: &'c SamplingTerms,
        state: &AdmissionState<'c>,
    ) -> Vec<RuleExplanation> {
        let policy_input = PolicyInput {
            rules: self.rules,
            context: &call.context,
            local: self.at.with_timezone(&self.rules.time_zone),
        };
        let input = RuleInput { state, call, terms };
        let mut lines = vec![consent_line(&policy_input)];
        lines.extend(condition_lines(&policy_input));
        lines.extend([
            campaign_line(&policy_input),
            hours_line(&policy_input),
            talk_time_line(&policy_input),
        ]);
        lines.extend([opt_out_line(&input), cool_down_line(&input)]);
        lines.extend(QUOTAS.map(|quota| quota_line(&input, quota)));
        let sampler = self.sampler_line(terms, state.counted(&terms.stratum));
        let minimum = minimum_line(&input, sampler.says);
        lines.extend([sampler, minimum]);
        lines
    }

    fn sampler_line(&self, terms: &SamplingTerms, counted: Option<u64>) -> RuleExplanation {
        let position = counted.unwrap_or(0) + 1;
        let says = match terms.sampler.is_sampled(position) {
            true => RuleResult::Yes,
            false => RuleResult::No,
        };
        match (terms.sampler, self.rules.sampler) {
            (CallSampler::Every(every), Sampler::Every(_) | Sampler::Share(_)) => {
                let every = u64::from(every.get());
                let next = position.div_ceil(every).saturating_mul(every);
                let of = InStratum(&terms.stratum);
                let what = match says {
                    RuleResult::Yes => "and is surveyed".to_owned(),
                    _ => format!("the {} is surveyed", ordinal(next)),
                };
                let joint = if says == RuleResult::Yes { "" } else { ";" };
                let why = format!("this would be the {} call {of}{joint} {what}", ordinal(position));
                line("every", says, why)
            }
            (CallSampler::Share { share, .. }, _) => match self.drawn {
                None => line(
                    "share",
                    RuleResult::Depends,
                    format!("the call draws when it arrives; {share} are surveyed"),
                ),
                Some(_) => line("share", says, terms.sampler.reason().to_string()),
            },
        }
    }
}

/// Stands for a draw that is not known: whoever is surveyed with it is surveyed with any.
const NO_DRAW: Draw = Draw::HIGHEST;

/// The limits in their order.
const QUOTAS: [Quota; 5] = [
    Quota::MaxPerAgentDay,
    Quota::MaxPerDay,
    Quota::MaxInAll,
    Quota::SurveyMaxPerDay,
    Quota::SurveyMaxInAll,
];

fn line(rule: &str, says: RuleResult, why: impl Into<String>) -> RuleExplanation {
    RuleExplanation {
        rule: rule.to_owned(),
        says,
        why: why.into(),
    }
}

/// The objection, or what `otherwise` says.
fn objection_line(
    rule: &str,
    reason_against: Option<AdmissionReason>,
    otherwise: impl FnOnce() -> String,
) -> RuleExplanation {
    match reason_against {
        Some(reason) => line(rule, RuleResult::No, reason.to_string()),
        None => line(rule, RuleResult::Yes, otherwise()),
    }
}

fn consent_line(input: &PolicyInput<'_>) -> RuleExplanation {
    objection_line("optin", consent::evaluate(input), || {
        match input.context.values.opt_in() {
            Some(OptIn::Given) => "the caller agreed to be asked",
            Some(OptIn::Withheld) | None => "the PBX does not report whether the caller agreed",
        }
        .to_owned()
    })
}

fn condition_lines(input: &PolicyInput<'_>) -> Vec<RuleExplanation> {
    if input.rules.conditions.is_empty() {
        return vec![line("when", RuleResult::Off, "no conditions")];
    }
    let of_one = |condition: &RouteCondition| {
        let says = match condition.holds(input.context) {
            true => RuleResult::Yes,
            false => RuleResult::No,
        };
        let name = &condition.name;
        let stored = condition::value_of(input.context, name);
        let is_personal = words::is_personal(name);
        let value = match stored {
            None => "is not known".to_owned(),
            Some(_) if is_personal => "is known".to_owned(),
            Some(value) => format!("is \"{value}\""),
        };
        let why = format!("{} {value}; {}", name.as_str(), requirement(&condition.test));
        line(&format!("when.{}", name.as_str()), says, why)
    };
    input.rules.conditions.iter().map(of_one).collect()
}

fn campaign_line(input: &PolicyInput<'_>) -> RuleExplanation {
    let campaign = input.rules.campaign;
    if campaign == campaign::Campaign::default() {
        return line("campaign", RuleResult::Off, "no campaign");
    }
    objection_line("campaign", campaign::evaluate(input), || {
        range(campaign.from, campaign.to)
    })
}

fn hours_line(input: &PolicyInput<'_>) -> RuleExplanation {
    let rules = input.rules;
    if rules.hours.is_always() && rules.holidays.is_empty() {
        return line("hours", RuleResult::Off, "always open");
    }
    let zone = rules.time_zone.name();
    objection_line("hours", hours::evaluate(input), || {
        format!("open on {} {zone}", input.local.format("%a %Y-%m-%d %H:%M"))
    })
}

fn talk_time_line(input: &PolicyInput<'_>) -> RuleExplanation {
    let least = input.rules.min_talk_time.as_secs();
    if input.rules.min_talk_time.is_zero() {
        return line("min_talk_time", RuleResult::Off, "no minimum");
    }
    objection_line("min_talk_time", talk_time::evaluate(input), || {
        match input.context.values.talk_time() {
            Some(talked) => format!(
                "caller and agent talked for {} s; {least} s are needed",
                talked.as_secs()
            ),
            None => format!("the PBX does not report it; at least {least} s are needed"),
        }
    })
}

fn opt_out_line(input: &RuleInput<'_, '_>) -> RuleExplanation {
    objection_line("opt_out", super::state::opted_out(input), || {
        match input.call.context.caller_hash {
            Some(_) => "the caller has not opted out",
            None => "the caller's number is not known",
        }
        .to_owned()
    })
}

fn cool_down_line(input: &RuleInput<'_, '_>) -> RuleExplanation {
    let cool_down = input.terms.cool_down;
    let Some(longest) = cool_down.longest() else {
        return line("cool_down_days", RuleResult::Off, "no cool-down");
    };
    objection_line("cool_down_days", cool_down::evaluate(input), || {
        let last = input.offered().max_by_key(|offered| offered.at);
        match (&input.call.context.caller_hash, last) {
            (None, _) => "the caller's number is not known".to_owned(),
            (Some(_), None) => format!(
                "no survey was offered to the caller in {}",
                counted(longest.num_days(), "day")
            ),
            (Some(_), Some(last)) => format!(
                "survey `{}` was offered on {}; after {} the caller may be asked again, the same after {}",
                last.survey,
                last.at.format("%Y-%m-%d %H:%M UTC"),
                counted(cool_down.any_days, "day"),
                cool_down.any_days.max(cool_down.same_survey_days)
            ),
        }
    })
}

fn quota_line(input: &RuleInput<'_, '_>, quota: Quota) -> RuleExplanation {
    let (route, survey) = (input.terms.limits, input.terms.survey_limits);
    let (rule, most) = match quota {
        Quota::MaxPerAgentDay => (quota.as_str(), route.max_per_agent_day),
        Quota::MaxPerDay => (quota.as_str(), route.max_per_day),
        Quota::MaxInAll => (quota.as_str(), route.max_in_all),
        Quota::SurveyMaxPerDay => ("surveys.max_per_day", survey.max_per_day),
        Quota::SurveyMaxInAll => ("surveys.max_in_all", survey.max_in_all),
    };
    let Some((_, most, quota_key)) = input.limits().find(|(known, _, _)| *known == quota) else {
        return match most {
            0 => line(rule, RuleResult::Off, "no limit"),
            _ => line(rule, RuleResult::Yes, "the agent is not known"),
        };
    };
    let surveys = input.state.surveys(quota_key);
    let says = match quota::is_full(surveys, most) {
        true => RuleResult::No,
        false => RuleResult::Yes,
    };
    line(
        rule,
        says,
        format!("{surveys} of {} {}", counted(most, "survey"), of(&quota_key)),
    )
}

fn minimum_line(input: &RuleInput<'_, '_>, sampler: RuleResult) -> RuleExplanation {
    const RULE: &str = "min_per_agent_day";
    let least = input.terms.limits.min_per_agent_day;
    let Some(quota_key) = input.agent_quota_key().filter(|_| least > 0) else {
        return match least {
            0 => line(RULE, RuleResult::Off, "no minimum"),
            _ => line(RULE, RuleResult::Yes, "the agent is not known"),
        };
    };
    let has = format!(
        "{} of at least {} {}",
        input.state.surveys(quota_key),
        counted(least, "survey"),
        of(&quota_key)
    );
    match (quota::agent_minimum(input), sampler) {
        (None, _) | (Some(_), RuleResult::Yes) => line(RULE, RuleResult::Yes, has),
        (Some(_), RuleResult::Off | RuleResult::No | RuleResult::Must | RuleResult::Depends) => line(
            RULE,
            RuleResult::Must,
            format!("{has}: surveyed whatever the sampler says"),
        ),
    }
}

fn of(quota_key: &QuotaKey<'_>) -> String {
    let whose = match quota_key.scope {
        QuotaScope::Agent => format!("of agent {}", quota_key.agent),
        QuotaScope::Route => format!("of route {}", quota_key.name),
        QuotaScope::Survey => format!("of survey {}", quota_key.name),
    };
    match quota_key.day {
        Some(day) => format!("{whose} on {day}"),
        None => format!("{whose} in all"),
    }
}

/// The place of a stored call among those counted with it.
pub fn place(stratum: &Stratum, position: u64) -> String {
    format!("it was the {} call {}", ordinal(position), InStratum(stratum))
}

#[cfg(test)]
mod tests;
