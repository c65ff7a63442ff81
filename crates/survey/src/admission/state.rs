//! What the database knows of the calls of one batch, and the decision on one call after the other.
//!
//! Storage fills an [`AdmissionState`] with what its calls ask for, in the transaction that writes them, and then has it
//! [decide](AdmissionState::decide) them in order. Each decision is noted in the state, so that a later call of the same batch
//! sees it: a quota of one with fifty calls at once surveys one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::cool_down::{self, OfferedSurvey};
use super::quota::{self, QuotaKey};
use super::reason::AdmissionReason;
use super::rules::SamplingTerms;
use crate::admission::{Admission, Eligibility, NewCall, Stratum};

/// What is known beside the calls themselves.
#[derive(Debug, Clone, Default)]
pub struct AdmissionState<'c> {
    opted_out: HashSet<String>,
    /// Surveys offered to a caller, where somebody asked.
    offered: HashMap<&'c str, Vec<OfferedSurvey>>,
    /// Surveys counted, where somebody asked.
    surveys: HashMap<QuotaKey<'c>, u64>,
    /// Eligible calls of each stratum so far.
    counted: HashMap<&'c Stratum, u64>,
}

/// A call and what the rules may look at to decide on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleInput<'v, 'c> {
    pub(super) state: &'v AdmissionState<'c>,
    pub(super) call: &'c NewCall,
    pub(super) terms: &'c SamplingTerms,
}

impl<'v> RuleInput<'v, '_> {
    /// The surveys that were offered to the caller.
    pub(super) fn offered(&self) -> impl Iterator<Item = &'v OfferedSurvey> {
        let state = self.state;
        let offered = self
            .call
            .context
            .caller_hashes()
            .filter_map(|caller| state.offered.get(caller));
        offered.flatten()
    }

    /// The survey that the call would be asked.
    pub(super) fn survey(&self) -> Option<&str> {
        self.call.survey.as_ref().map(|survey| survey.name.as_str())
    }
}

/// The rules that need the database, in their order. The opt-out list is asked before anything else.
const RULES: [fn(&RuleInput<'_, '_>) -> Option<AdmissionReason>; 3] =
    [opted_out, cool_down::evaluate, quota::evaluate];

pub(super) fn opted_out(input: &RuleInput<'_, '_>) -> Option<AdmissionReason> {
    let mut hashes = input.call.context.caller_hashes();
    hashes
        .any(|caller| input.state.opted_out.contains(caller))
        .then_some(AdmissionReason::OptedOut)
}

/// The stratum of a call was not looked up: a fault of the code that filled the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stratum was not counted")]
pub struct MissingCount;

impl<'c> AdmissionState<'c> {
    /// Callers of these calls whose earlier surveys do not matter: to be looked up in the opt-out list alone.
    pub fn callers(calls: &[&'c NewCall]) -> Vec<&'c str> {
        let unhurried = eligible(calls).filter(|(_, terms)| terms.cool_down.longest().is_none());
        let callers: BTreeSet<&str> = unhurried
            .flat_map(|(call, _)| call.context.caller_hashes())
            .collect();
        callers.into_iter().collect()
    }

    /// Callers whose earlier surveys matter as well, each with the moment from which on they do.
    pub fn callers_in_cool_down(calls: &[&'c NewCall]) -> Vec<(&'c str, DateTime<Utc>)> {
        let mut callers_in_cool_down = BTreeMap::new();
        for (call, terms) in eligible(calls) {
            let Some(longest) = terms.cool_down.longest() else {
                continue;
            };
            let since = call.arrived_at - longest;
            for caller in call.context.caller_hashes() {
                let earliest = callers_in_cool_down.entry(caller).or_insert(since);
                *earliest = since.min(*earliest);
            }
        }
        callers_in_cool_down.into_iter().collect()
    }

    /// Surveys that have to be counted.
    pub fn quota_keys(calls: &[&'c NewCall]) -> Vec<QuotaKey<'c>> {
        let nothing = Self::default();
        let mut quota_keys = HashSet::new();
        for (call, terms) in eligible(calls) {
            let state = &nothing;
            let input = RuleInput { state, call, terms };
            quota_keys.extend(input.limits().map(|(_, _, quota_key)| quota_key));
            if terms.limits.min_per_agent_day > 0 {
                quota_keys.extend(input.agent_quota_key());
            }
        }
        let mut quota_keys: Vec<_> = quota_keys.into_iter().collect();
        quota_keys.sort_unstable();
        quota_keys
    }

    /// Notes a caller who opted out.
    pub fn note_opted_out(&mut self, caller: String) {
        self.opted_out.insert(caller);
    }

    /// Notes what a caller was offered.
    pub fn note_offered(&mut self, caller: &'c str, offered: Vec<OfferedSurvey>) {
        self.offered.insert(caller, offered);
    }

    /// Notes how many surveys were counted.
    pub fn note_surveys(&mut self, quota_key: QuotaKey<'c>, surveys: u64) {
        self.surveys.insert(quota_key, surveys);
    }

    /// Notes how many eligible calls a stratum has had.
    pub fn note_counted(&mut self, stratum: &'c Stratum, eligible: u64) {
        self.counted.insert(stratum, eligible);
    }

    /// How many eligible calls a stratum has had, where somebody asked.
    pub(super) fn counted(&self, stratum: &Stratum) -> Option<u64> {
        self.counted.get(stratum).copied()
    }

    /// How many surveys were counted; none where nobody asked.
    pub(super) fn surveys(&self, quota_key: QuotaKey<'_>) -> u64 {
        self.surveys.get(&quota_key).copied().unwrap_or(0)
    }

    /// The eligible calls to which nothing objects before the first of them is decided. Those that are counted in the end
    /// are among them: a decision can only raise objections to the calls after it.
    pub fn candidates(&self, calls: &[&'c NewCall]) -> Vec<(&'c NewCall, &'c Stratum)> {
        eligible(calls)
            .filter(|(call, terms)| self.reason_against(call, terms).is_none())
            .map(|(call, terms)| (call, &terms.stratum))
            .collect()
    }

    fn reason_against(&self, call: &'c NewCall, terms: &'c SamplingTerms) -> Option<AdmissionReason> {
        let state = self;
        let input = RuleInput { state, call, terms };
        RULES.iter().find_map(|rule| rule(&input))
    }

    /// Decides on the next call, and counts it.
    ///
    /// # Errors
    /// [`MissingCount`] when the count of its stratum was never [noted](Self::note_counted).
    pub fn decide(&mut self, call: &'c NewCall) -> Result<Admission, MissingCount> {
        let terms = match &call.eligibility {
            Eligibility::Suppressed { reason } => {
                return Ok(Admission::Suppressed {
                    reason: reason.clone(),
                });
            }
            Eligibility::Eligible(terms) => terms,
        };
        if let Some(reason) = self.reason_against(call, terms) {
            return Ok(Admission::Suppressed { reason });
        }
        let state = &*self;
        // Before the sampler is asked: it needs the surveys that the agent has so far.
        let minimum = quota::agent_minimum(&RuleInput { state, call, terms });
        let counted = self.counted.get_mut(&terms.stratum).ok_or(MissingCount)?;
        // Also if the sampler says no: every Nth is the Nth of all eligible calls.
        *counted += 1;
        let position = *counted;
        let reason = terms.sampler.reason();
        Ok(match (terms.sampler.is_sampled(position), minimum) {
            (false, None) => Admission::NotSampled { position, reason },
            // A call that the sampler chooses anyway is stored with the sampler's rule, not as an exception for
            // its agent.
            (true, _) => self.sampled(call, terms, position, reason),
            (false, Some(minimum)) => self.sampled(call, terms, position, minimum),
        })
    }

    /// Notes a survey for the calls that follow.
    fn sampled(
        &mut self,
        call: &'c NewCall,
        terms: &'c SamplingTerms,
        position: u64,
        reason: AdmissionReason,
    ) -> Admission {
        let state = &*self;
        let sampled = RuleInput { state, call, terms }.as_sampled();
        for quota_key in sampled.quota_keys() {
            // A count that was not read has no limit in this batch, so nobody asks for it.
            if let Some(surveys) = self.surveys.get_mut(&quota_key) {
                *surveys += 1;
            }
        }
        let caller = call.context.caller_hash.as_deref();
        let offered = caller.and_then(|caller| self.offered.get_mut(caller));
        if let (Some(offered), Some(survey)) = (offered, &call.survey) {
            offered.push(OfferedSurvey {
                survey: survey.name.clone(),
                at: call.arrived_at,
            });
        }
        Admission::Sampled { position, reason }
    }
}

fn eligible<'c>(calls: &[&'c NewCall]) -> impl Iterator<Item = (&'c NewCall, &'c SamplingTerms)> {
    calls.iter().filter_map(|call| match &call.eligibility {
        Eligibility::Eligible(terms) => Some((*call, terms)),
        Eligibility::Suppressed { .. } => None,
    })
}
