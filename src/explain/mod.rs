//! What would become of a call that has not come, and why: the service behind `aftercall sampling explain` and the page about sampling.
//!
//! Both hand over texts as a person wrote them ([`ExplainRequest`]) and show the same [`Explanation`]. The answer comes from the rules and from what
//! the database knows at the moment; nothing is written and no counter moves. Free of HTTP, of the command line and of the configuration's form.

mod question;
pub mod words;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use self::question::Question;
pub use self::question::{ExplainFault, ExplainRequest};
use crate::call::context::ContextReader;
use crate::call::{ConfigSnapshot, CurrentEnvironment};
use aftercall_base::count::counted;
use aftercall_runtime::clock::Clock;
use aftercall_storage::{Database, Store, StoreError};
use aftercall_survey::admission::explain::{DryRun, RuleExplanation, RuleResult};
use aftercall_survey::admission::quota::SurveyLimits;
use aftercall_survey::admission::{
    Admission, AdmissionReason, AdmissionState, Decision, Eligibility, NewCall, RouteRules, SamplingPlan,
    SamplingTerms, Stratum,
};
use aftercall_survey::route::Route;

/// The configuration that decides on a call.
#[derive(Clone, Copy)]
pub struct Rules<'r> {
    /// The routes, in the order of the file.
    pub routes: &'r [Route],
    /// Makes the context of what was told.
    pub reader: &'r ContextReader,
    /// The surveys that a call may be asked.
    pub surveys: &'r dyn KnownSurveys,
    /// Surveyed calls at once; `None`: as many as the media threads can handle.
    pub max_concurrent: Option<usize>,
}

impl fmt::Debug for Rules<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rules({} routes)", self.routes.len())
    }
}

/// Surveys by name.
pub trait KnownSurveys: Sync {
    /// Whether there is one of this name, which may be any text.
    fn has(&self, name: &str) -> bool;

    /// How often it may be asked.
    fn limits(&self, name: &str) -> SurveyLimits;
}

impl KnownSurveys for ConfigSnapshot {
    fn has(&self, name: &str) -> bool {
        self.surveys.contains_key(name)
    }

    fn limits(&self, name: &str) -> SurveyLimits {
        self.survey_limits.get(name).copied().unwrap_or_default()
    }
}

/// Why a call cannot be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// A part of the request cannot be understood.
    #[error(transparent)]
    Request(#[from] ExplainFault),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What would become of a call.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The number that would be dialled.
    pub number: String,
    /// The route; `None` when none takes the number.
    pub route: Option<ExplainedRoute>,
    /// When it would come.
    pub at: DateTime<Utc>,
    /// What is to be said of that moment: a time of the hour that the clocks repeat in autumn is two moments.
    pub note: Option<String>,
    /// What each rule says, in the order in which they are asked; none without a route.
    pub rules: Vec<RuleExplanation>,
    /// The plan of the autopilot for its stratum.
    pub plan: Option<SamplingPlan>,
    /// `None` when it depends on the draw.
    pub admission: Option<Admission>,
}

/// Where a number leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedRoute {
    /// The route's name.
    pub name: String,
    /// The survey that would be asked.
    pub survey: String,
    /// By whose clock its rules go.
    pub zone: Tz,
}

impl Explanation {
    /// Route, survey and moment; or that no route takes the number.
    pub fn headline(&self) -> String {
        let Some(ExplainedRoute { name, survey, zone }) = &self.route else {
            return format!(
                "no route takes {}: the call gets 404 ({})",
                self.number,
                AdmissionReason::NoRoute.as_str()
            );
        };
        let local = self.at.with_timezone(zone).format("%a %Y-%m-%d %H:%M");
        format!("route {name}, survey {survey}, {local} {zone}")
    }

    /// What would be decided.
    pub fn verdict(&self) -> String {
        match &self.admission {
            None => "depends on the random draw of the call".to_owned(),
            Some(admission) => {
                let reason = admission.reason();
                words::decision(Decision::from(admission), Some(reason), reason.as_str())
            }
        }
    }
}

/// Explains calls by the configuration of the moment. Cloning gives another handle.
#[derive(Debug, Clone)]
pub struct Explain {
    current: Arc<CurrentEnvironment>,
    store: Database,
    clock: Arc<dyn Clock>,
}

impl Explain {
    /// For calls of this environment, with what `store` knows; `clock` says when a call comes of which no moment is told.
    pub fn new(current: Arc<CurrentEnvironment>, store: Database, clock: Arc<dyn Clock>) -> Self {
        Self {
            current,
            store,
            clock,
        }
    }

    /// What would become of a call.
    ///
    /// # Errors
    /// The request cannot be understood, or the database not be read.
    pub async fn explain(&self, request: &ExplainRequest) -> Result<Explanation, ExplainError> {
        let config = self.current.config();
        let rules = Rules {
            routes: &config.routes,
            reader: &config.context,
            surveys: &*config,
            max_concurrent: Some(config.max_concurrent_surveys).filter(|most| *most != usize::MAX),
        };
        explain(rules, Some(&self.store), request, self.clock.utc()).await
    }
}

/// What would become of a call; `store` is `None` while there is no database, and then nothing is known.
///
/// # Errors
/// The request cannot be understood, or the database not be read.
pub async fn explain(
    rules: Rules<'_>,
    store: Option<&Database>,
    request: &ExplainRequest,
    now: DateTime<Utc>,
) -> Result<Explanation, ExplainError> {
    let question = Question::read(rules, request, now)?;
    let Some(route) = question.route else {
        let admission = Admission::Suppressed {
            reason: AdmissionReason::NoRoute,
        };
        return Ok(question.explained(Vec::new(), None, Some(admission)));
    };
    let in_force = in_force(store, &route.rules).await?;
    let dry_run = DryRun {
        rules: &in_force.rules,
        survey_limits: rules.surveys.limits(&question.survey),
        at: question.at,
        drawn: question.drawn,
    };
    let terms = dry_run.terms(&question.context);
    let open = question.call(route, Eligibility::Eligible(terms.clone()));
    let call = question.call(route, dry_run.eligibility(&question.context));
    let state = known(store, &open, &terms).await?;
    let mut lines = dry_run.lines(&open, &terms, &state);
    let plan = in_force.of(&terms.stratum);
    lines.extend(autopilot_line(&in_force.rules, plan.as_ref()));
    lines.push(capacity_line(rules.max_concurrent));
    let admission = dry_run.outcome(&call, &state);
    Ok(question.explained(lines, plan, admission))
}

/// The rules of a route with the N that its autopilot planned.
struct RulesInForce {
    rules: RouteRules,
    plans: Vec<SamplingPlan>,
}

impl RulesInForce {
    fn of(&self, stratum: &Stratum) -> Option<SamplingPlan> {
        let mut plans = self.plans.iter();
        plans.find(|plan| plan.stratum == *stratum).cloned()
    }
}

async fn in_force(store: Option<&Database>, rules: &RouteRules) -> Result<RulesInForce, StoreError> {
    let mut rules = rules.clone();
    let mut plans = match store {
        Some(store) if rules.autopilot.is_some() => store.latest_sampling_plans().await?,
        Some(_) | None => Vec::new(),
    };
    plans.retain(|plan| plan.stratum.route == rules.name && plan.stratum.kind == rules.stratum_kind);
    let planned = plans
        .iter()
        .map(|plan| (plan.stratum.counted_as.clone(), plan.every));
    rules.planned = planned.collect();
    Ok(RulesInForce { rules, plans })
}

/// What the database knows; nothing while there is none.
async fn known<'c>(
    store: Option<&Database>,
    call: &'c NewCall,
    terms: &'c SamplingTerms,
) -> Result<AdmissionState<'c>, StoreError> {
    let Some(store) = store else {
        let mut nothing = AdmissionState::default();
        nothing.note_counted(&terms.stratum, 0);
        return Ok(nothing);
    };
    store.admission_state(call).await
}

/// Where N comes from, for a route with an autopilot.
fn autopilot_line(rules: &RouteRules, plan: Option<&SamplingPlan>) -> Option<RuleExplanation> {
    let autopilot = rules.autopilot.as_ref()?;
    let why = match plan {
        None => format!(
            "not planned yet: the configured N, within {} to {}",
            autopilot.min, autopilot.max
        ),
        Some(plan) => format!(
            "one call in {} since {}, before one in {}: {}",
            autopilot.bounded(plan.every),
            plan.planned_at
                .with_timezone(&rules.time_zone)
                .format("%a %Y-%m-%d %H:%M"),
            plan.former_every,
            words::plan(plan)
        ),
    };
    Some(RuleExplanation {
        rule: "autopilot".to_owned(),
        says: RuleResult::Yes,
        why,
    })
}

/// The last of all rules: whether there is a place.
fn capacity_line(max_concurrent: Option<usize>) -> RuleExplanation {
    let why = match max_concurrent {
        None => "checked last, when the call arrives: as many as the media threads can handle".to_owned(),
        Some(most) => format!(
            "checked last, when the call arrives: {} at once",
            counted(most, "survey")
        ),
    };
    RuleExplanation {
        rule: "max_concurrent".to_owned(),
        says: RuleResult::Depends,
        why,
    }
}
