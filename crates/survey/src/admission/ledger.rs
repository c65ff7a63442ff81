//! What the database knows of the calls of one batch, and the judgement of one call after the other.
//!
//! Storage fills a ledger with what its calls ask for, in the transaction that writes them, and then has it
//! [decide](Ledger::decide) them in order. Each decision is noted in the ledger, so that a later call of the same batch
//! sees it: a quota of one with fifty calls at once surveys one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::cool_down::{self, Offered};
use super::quota::{self, Tally};
use super::reason::Reason;
use super::rules::Terms;
use crate::admission::{Admission, Eligibility, NewCall, Stratum};

/// What is known beside the calls themselves.
#[derive(Debug, Clone, Default)]
pub struct Ledger<'c> {
    opted_out: HashSet<String>,
    /// Surveys offered to a caller, where somebody asked.
    offered: HashMap<&'c str, Vec<Offered>>,
    /// Surveys counted, where somebody asked.
    surveys: HashMap<Tally<'c>, u64>,
    /// Eligible calls of each stratum so far.
    counted: HashMap<&'c Stratum, u64>,
}

/// A call that is being judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'v, 'c> {
    pub(super) ledger: &'v Ledger<'c>,
    pub(super) call: &'c NewCall,
    pub(super) terms: &'c Terms,
}

impl<'v> View<'v, '_> {
    /// The surveys that were offered to the caller.
    pub(super) fn offered(&self) -> impl Iterator<Item = &'v Offered> {
        let ledger = self.ledger;
        let offered = self
            .call
            .context
            .caller_hashes()
            .filter_map(|caller| ledger.offered.get(caller));
        offered.flatten()
    }

    /// The survey that the call would be asked.
    pub(super) fn survey(&self) -> Option<&str> {
        self.call.survey.as_ref().map(|survey| survey.name.as_str())
    }
}

/// The rules that need the database, in their order. The opt-out list is asked before anything else.
const RULES: [fn(&View<'_, '_>) -> Option<Reason>; 3] = [opted_out, cool_down::judge, quota::judge];

pub(super) fn opted_out(view: &View<'_, '_>) -> Option<Reason> {
    let mut hashes = view.call.context.caller_hashes();
    hashes
        .any(|caller| view.ledger.opted_out.contains(caller))
        .then_some(Reason::OptedOut)
}

/// The stratum of a call was not looked up: a fault of whoever filled the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stratum was not counted")]
pub struct Uncounted;

impl<'c> Ledger<'c> {
    /// Callers of these calls whose earlier surveys do not matter: to be looked up in the opt-out list alone.
    pub fn callers(calls: &[&'c NewCall]) -> Vec<&'c str> {
        let unhurried = eligible(calls).filter(|(_, terms)| terms.cool_down.longest().is_none());
        let callers: BTreeSet<&str> = unhurried
            .flat_map(|(call, _)| call.context.caller_hashes())
            .collect();
        callers.into_iter().collect()
    }

    /// Callers whose earlier surveys matter as well, each with the moment from which on they do.
    pub fn resting(calls: &[&'c NewCall]) -> Vec<(&'c str, DateTime<Utc>)> {
        let mut resting = BTreeMap::new();
        for (call, terms) in eligible(calls) {
            let Some(longest) = terms.cool_down.longest() else {
                continue;
            };
            let since = call.arrived_at - longest;
            for caller in call.context.caller_hashes() {
                let earliest = resting.entry(caller).or_insert(since);
                *earliest = since.min(*earliest);
            }
        }
        resting.into_iter().collect()
    }

    /// Surveys that have to be counted.
    pub fn tallies(calls: &[&'c NewCall]) -> Vec<Tally<'c>> {
        let nothing = Self::default();
        let mut tallies = HashSet::new();
        for (call, terms) in eligible(calls) {
            let ledger = &nothing;
            let view = View { ledger, call, terms };
            tallies.extend(view.limits().map(|(_, _, tally)| tally));
            if terms.limits.min_per_agent_day > 0 {
                tallies.extend(view.agent_tally());
            }
        }
        let mut tallies: Vec<_> = tallies.into_iter().collect();
        tallies.sort_unstable();
        tallies
    }

    /// Notes a caller who opted out.
    pub fn note_opted_out(&mut self, caller: String) {
        self.opted_out.insert(caller);
    }

    /// Notes what a caller was offered.
    pub fn note_offered(&mut self, caller: &'c str, offered: Vec<Offered>) {
        self.offered.insert(caller, offered);
    }

    /// Notes how many surveys were counted.
    pub fn note_surveys(&mut self, tally: Tally<'c>, surveys: u64) {
        self.surveys.insert(tally, surveys);
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
    pub(super) fn surveys(&self, tally: Tally<'_>) -> u64 {
        self.surveys.get(&tally).copied().unwrap_or(0)
    }

    /// The eligible calls to which nothing objects before the first of them is decided. Those that are counted in the end
    /// are among them: a decision can only raise objections to the calls after it.
    pub fn candidates(&self, calls: &[&'c NewCall]) -> Vec<(&'c NewCall, &'c Stratum)> {
        eligible(calls)
            .filter(|(call, terms)| self.objection(call, terms).is_none())
            .map(|(call, terms)| (call, &terms.stratum))
            .collect()
    }

    fn objection(&self, call: &'c NewCall, terms: &'c Terms) -> Option<Reason> {
        let ledger = self;
        let view = View { ledger, call, terms };
        RULES.iter().find_map(|rule| rule(&view))
    }

    /// Decides on the next call, and counts it.
    ///
    /// # Errors
    /// [`Uncounted`] when the count of its stratum was never [noted](Self::note_counted).
    pub fn decide(&mut self, call: &'c NewCall) -> Result<Admission, Uncounted> {
        let terms = match &call.eligibility {
            Eligibility::Suppressed { reason } => {
                return Ok(Admission::Suppressed {
                    reason: reason.clone(),
                });
            }
            Eligibility::Eligible(terms) => terms,
        };
        if let Some(reason) = self.objection(call, terms) {
            return Ok(Admission::Suppressed { reason });
        }
        let ledger = &*self;
        let minimum = quota::agent_minimum(&View { ledger, call, terms });
        let counted = self.counted.get_mut(&terms.stratum).ok_or(Uncounted)?;
        *counted += 1;
        let position = *counted;
        let reason = terms.turn.reason();
        Ok(match (terms.turn.is_sampled(position), minimum) {
            (false, None) => Admission::NotSampled { position, reason },
            (true, _) => self.sampled(call, terms, position, reason),
            (false, Some(minimum)) => self.sampled(call, terms, position, minimum),
        })
    }

    /// Notes a survey for the calls that follow.
    fn sampled(&mut self, call: &'c NewCall, terms: &'c Terms, position: u64, reason: Reason) -> Admission {
        let ledger = &*self;
        let sampled = View { ledger, call, terms }.as_sampled();
        for tally in sampled.tallies() {
            if let Some(surveys) = self.surveys.get_mut(&tally) {
                *surveys += 1;
            }
        }
        let caller = call.context.caller_hash.as_deref();
        let offered = caller.and_then(|caller| self.offered.get_mut(caller));
        if let (Some(offered), Some(survey)) = (offered, &call.survey) {
            offered.push(Offered {
                survey: survey.name.clone(),
                at: call.arrived_at,
            });
        }
        Admission::Sampled { position, reason }
    }
}

fn eligible<'c>(calls: &[&'c NewCall]) -> impl Iterator<Item = (&'c NewCall, &'c Terms)> {
    calls.iter().filter_map(|call| match &call.eligibility {
        Eligibility::Eligible(terms) => Some((*call, terms)),
        Eligibility::Suppressed { .. } => None,
    })
}
