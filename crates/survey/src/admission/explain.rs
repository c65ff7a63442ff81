//! What every rule would say to a call, in their order, in words for an operator.
//!
//! The verdicts come from the functions that decide, never from rules told again here; only the words are this
//! module's. Nothing is counted by asking.

mod words;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::words::{Counted, ordinal, range, requirement};
use super::condition::{self, Condition};
use super::ledger::{Ledger, View};
use super::policy::{self, Asked};
use super::quota::{self, Quota, Scope, SurveyLimits, Tally};
use super::reason::Reason;
use super::rules::{RouteRules, Terms};
use super::sampler::{Draw, Sampler, Turn};
use super::{campaign, consent, cool_down, hours, talk_time};
use crate::admission::{Admission, Eligibility, NewCall, Stratum};
use crate::context::{CallContext, OptIn};
use aftercall_base::count::counted;

/// What one rule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The rule, as it is called in the configuration.
    pub rule: String,
    /// Its verdict.
    pub says: Says,
    /// Why.
    pub why: String,
}

/// A rule's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// The rule is not set for this route.
    Off,
    /// The call may be surveyed.
    Yes,
    /// It is not.
    No,
    /// It is surveyed, whatever the sampler says.
    Must,
    /// It depends on something that only an arriving call has.
    Depends,
}

/// A call that has not arrived, and its route.
#[derive(Debug, Clone, Copy)]
pub struct Hypothesis<'h> {
    /// The rules of the route that it would take.
    pub rules: &'h RouteRules,
    /// The limits of the survey that it would be asked.
    pub survey_limits: SurveyLimits,
    /// When it would arrive.
    pub at: DateTime<Utc>,
    /// What it would draw, where the route surveys a share.
    pub drawn: Option<Draw>,
}

impl Hypothesis<'_> {
    /// The eligibility of such a call: what policy says.
    pub fn eligibility(&self, context: &CallContext) -> Eligibility {
        let draw = || self.drawn.unwrap_or(NO_DRAW);
        policy::decide(Some(self.rules), self.survey_limits, context, self.at, draw)
    }

    /// The terms of such a call if policy let it pass: with them a ledger can be asked about rules that come later.
    pub fn terms(&self, context: &CallContext) -> Terms {
        let local = self.at.with_timezone(&self.rules.time_zone);
        policy::terms(self.rules, self.survey_limits, context, local, || {
            self.drawn.unwrap_or(NO_DRAW)
        })
    }

    /// What would become of the call; `None` when it depends on a draw that is not known. `call` has this eligibility, and
    /// the ledger knows of it.
    pub fn outcome<'c>(&self, call: &'c NewCall, ledger: &Ledger<'c>) -> Option<Admission> {
        let admission = ledger.clone().decide(call).ok()?;
        let hangs_on_the_draw = matches!(
            admission,
            Admission::NotSampled {
                reason: Reason::Share { .. },
                ..
            }
        );
        (!hangs_on_the_draw || self.drawn.is_some()).then_some(admission)
    }

    /// What every rule would say. `call` has [`Self::terms`] for its eligibility, and the ledger knows of it.
    pub fn lines<'c>(&self, call: &'c NewCall, terms: &'c Terms, ledger: &Ledger<'c>) -> Vec<Line> {
        let asked = Asked {
            rules: self.rules,
            context: &call.context,
            local: self.at.with_timezone(&self.rules.time_zone),
        };
        let view = View { ledger, call, terms };
        let mut lines = vec![consent_line(&asked)];
        lines.extend(condition_lines(&asked));
        lines.extend([campaign_line(&asked), hours_line(&asked), talk_time_line(&asked)]);
        lines.extend([opt_out_line(&view), cool_down_line(&view)]);
        lines.extend(QUOTAS.map(|quota| quota_line(&view, quota)));
        let sampler = self.sampler_line(terms, ledger.counted(&terms.stratum));
        let minimum = minimum_line(&view, sampler.says);
        lines.extend([sampler, minimum]);
        lines
    }

    fn sampler_line(&self, terms: &Terms, counted: Option<u64>) -> Line {
        let position = counted.unwrap_or(0) + 1;
        let says = match terms.turn.is_sampled(position) {
            true => Says::Yes,
            false => Says::No,
        };
        match (terms.turn, self.rules.sampler) {
            (Turn::Every(every), Sampler::Every(_) | Sampler::Share(_)) => {
                let every = u64::from(every.get());
                let next = position.div_ceil(every).saturating_mul(every);
                let of = Counted(&terms.stratum);
                let what = match says {
                    Says::Yes => "and is surveyed".to_owned(),
                    _ => format!("the {} is surveyed", ordinal(next)),
                };
                let joint = if says == Says::Yes { "" } else { ";" };
                let why = format!("this would be the {} call {of}{joint} {what}", ordinal(position));
                line("every", says, why)
            }
            (Turn::Share { share, .. }, _) => match self.drawn {
                None => line(
                    "share",
                    Says::Depends,
                    format!("the call draws when it arrives; {share} are surveyed"),
                ),
                Some(_) => line("share", says, terms.turn.reason().to_string()),
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

fn line(rule: &str, says: Says, why: impl Into<String>) -> Line {
    Line {
        rule: rule.to_owned(),
        says,
        why: why.into(),
    }
}

/// The objection, or what else is to be told.
fn judged(rule: &str, objection: Option<Reason>, otherwise: impl FnOnce() -> String) -> Line {
    match objection {
        Some(reason) => line(rule, Says::No, reason.to_string()),
        None => line(rule, Says::Yes, otherwise()),
    }
}

fn consent_line(asked: &Asked<'_>) -> Line {
    judged("optin", consent::judge(asked), || {
        match asked.context.values.opt_in() {
            Some(OptIn::Given) => "the caller agreed to be asked",
            Some(OptIn::Withheld) | None => "the PBX does not report whether the caller agreed",
        }
        .to_owned()
    })
}

fn condition_lines(asked: &Asked<'_>) -> Vec<Line> {
    if asked.rules.conditions.is_empty() {
        return vec![line("when", Says::Off, "no conditions")];
    }
    let of_one = |condition: &Condition| {
        let says = match condition.holds(asked.context) {
            true => Says::Yes,
            false => Says::No,
        };
        let name = &condition.name;
        let told = condition::told(asked.context, name);
        let is_personal = words::is_personal(name);
        let value = match told {
            None => "is not known".to_owned(),
            Some(_) if is_personal => "is known".to_owned(),
            Some(value) => format!("is \"{value}\""),
        };
        let why = format!("{} {value}; {}", name.as_str(), requirement(&condition.test));
        line(&format!("when.{}", name.as_str()), says, why)
    };
    asked.rules.conditions.iter().map(of_one).collect()
}

fn campaign_line(asked: &Asked<'_>) -> Line {
    let campaign = asked.rules.campaign;
    if campaign == campaign::Campaign::default() {
        return line("campaign", Says::Off, "no campaign");
    }
    judged("campaign", campaign::judge(asked), || {
        range(campaign.from, campaign.to)
    })
}

fn hours_line(asked: &Asked<'_>) -> Line {
    let rules = asked.rules;
    if rules.hours.is_always() && rules.holidays.is_empty() {
        return line("hours", Says::Off, "always open");
    }
    let zone = rules.time_zone.name();
    judged("hours", hours::judge(asked), || {
        format!("open on {} {zone}", asked.local.format("%a %Y-%m-%d %H:%M"))
    })
}

fn talk_time_line(asked: &Asked<'_>) -> Line {
    let least = asked.rules.min_talk_time.as_secs();
    if asked.rules.min_talk_time.is_zero() {
        return line("min_talk_time", Says::Off, "no minimum");
    }
    judged("min_talk_time", talk_time::judge(asked), || {
        match asked.context.values.talk_time() {
            Some(talked) => format!(
                "caller and agent talked for {} s; {least} s are needed",
                talked.as_secs()
            ),
            None => format!("the PBX does not report it; at least {least} s are needed"),
        }
    })
}

fn opt_out_line(view: &View<'_, '_>) -> Line {
    judged("opt_out", super::ledger::opted_out(view), || {
        match view.call.context.caller_hash {
            Some(_) => "the caller has not opted out",
            None => "the caller's number is not known",
        }
        .to_owned()
    })
}

fn cool_down_line(view: &View<'_, '_>) -> Line {
    let cool_down = view.terms.cool_down;
    let Some(longest) = cool_down.longest() else {
        return line("cool_down_days", Says::Off, "no cool-down");
    };
    judged("cool_down_days", cool_down::judge(view), || {
        let last = view.offered().max_by_key(|offered| offered.at);
        match (&view.call.context.caller_hash, last) {
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

fn quota_line(view: &View<'_, '_>, quota: Quota) -> Line {
    let (route, survey) = (view.terms.limits, view.terms.survey_limits);
    let (rule, most) = match quota {
        Quota::MaxPerAgentDay => (quota.as_str(), route.max_per_agent_day),
        Quota::MaxPerDay => (quota.as_str(), route.max_per_day),
        Quota::MaxInAll => (quota.as_str(), route.max_in_all),
        Quota::SurveyMaxPerDay => ("surveys.max_per_day", survey.max_per_day),
        Quota::SurveyMaxInAll => ("surveys.max_in_all", survey.max_in_all),
    };
    let Some((_, most, tally)) = view.limits().find(|(known, _, _)| *known == quota) else {
        return match most {
            0 => line(rule, Says::Off, "no limit"),
            _ => line(rule, Says::Yes, "the agent is not known"),
        };
    };
    let surveys = view.ledger.surveys(tally);
    let says = match quota::is_full(surveys, most) {
        true => Says::No,
        false => Says::Yes,
    };
    line(
        rule,
        says,
        format!("{surveys} of {} {}", counted(most, "survey"), of(&tally)),
    )
}

fn minimum_line(view: &View<'_, '_>, sampler: Says) -> Line {
    const RULE: &str = "min_per_agent_day";
    let least = view.terms.limits.min_per_agent_day;
    let Some(tally) = view.agent_tally().filter(|_| least > 0) else {
        return match least {
            0 => line(RULE, Says::Off, "no minimum"),
            _ => line(RULE, Says::Yes, "the agent is not known"),
        };
    };
    let has = format!(
        "{} of at least {} {}",
        view.ledger.surveys(tally),
        counted(least, "survey"),
        of(&tally)
    );
    match (quota::agent_minimum(view), sampler) {
        (None, _) | (Some(_), Says::Yes) => line(RULE, Says::Yes, has),
        (Some(_), Says::Off | Says::No | Says::Must | Says::Depends) => line(
            RULE,
            Says::Must,
            format!("{has}: surveyed whatever the sampler says"),
        ),
    }
}

fn of(tally: &Tally<'_>) -> String {
    let whose = match tally.scope {
        Scope::Agent => format!("of agent {}", tally.agent),
        Scope::Route => format!("of route {}", tally.name),
        Scope::Survey => format!("of survey {}", tally.name),
    };
    match tally.day {
        Some(day) => format!("{whose} on {day}"),
        None => format!("{whose} in all"),
    }
}

/// The place of a stored call among those counted with it.
pub fn place(stratum: &Stratum, position: u64) -> String {
    format!("it was the {} call {}", ordinal(position), Counted(stratum))
}

#[cfg(test)]
mod tests;
