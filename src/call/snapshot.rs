//! The configuration that calls use, as one value: a reload replaces it, and a call keeps the one that was current when it arrived.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::context::ContextReader;
use super::services::CallServices;
use crate::results::ResultHeaders;
use aftercall_audio::prompts::Catalog;
use aftercall_media::recording::Recorder;
use aftercall_survey::Survey;
use aftercall_survey::admission::quota::SurveyLimits;
use aftercall_survey::admission::sampler::Draw;
use aftercall_survey::admission::{Eligibility, SamplingPlan, policy};
use aftercall_survey::context::{CallContext, Field, SourceNote};
use aftercall_survey::route::{self, Route};

/// Everything that a reload exchanges, and N of the sampling autopilot in its routes.
#[derive(Debug, Clone)]
pub struct ConfigSnapshot {
    /// The routes, in the order of the file.
    pub routes: Arc<[Route]>,
    /// The surveys by name.
    pub surveys: BTreeMap<String, Arc<Survey>>,
    /// How often each survey may be asked, by its name; one that is not here has no limit.
    pub survey_limits: BTreeMap<String, SurveyLimits>,
    /// The recordings by language and name.
    pub prompts: Arc<Catalog>,
    /// Reads the context of a call from its INVITE.
    pub context: ContextReader,
    /// The headers that return the result to the PBX.
    pub results: ResultHeaders,
    /// Records comments; `None` while no survey has asked for one.
    pub recorder: Option<Arc<Recorder>>,
    /// The time zone in which what has no route is counted.
    pub time_zone: Tz,
    /// The maximum of surveyed calls at once; `usize::MAX` is no limit.
    pub max_concurrent_surveys: usize,
}

impl ConfigSnapshot {
    /// Where a dialled number leads, and what policy says to the call: what [`WriterHandle::admit`] needs to decide. A
    /// survey that the context asks for and that does not exist is noted there. `draw` draws for routes that survey a
    /// share of their calls.
    ///
    /// [`WriterHandle::admit`]: aftercall_storage::WriterHandle::admit
    pub fn assess(
        &self,
        dialled: &str,
        context: &mut CallContext,
        at: DateTime<Utc>,
        draw: impl FnOnce() -> Draw,
    ) -> Assessment<'_> {
        let route = route::find(self.routes.iter(), dialled);
        let survey = route.and_then(|route| self.survey(route, context));
        let limits = survey.and_then(|survey| self.survey_limits.get(&survey.version().name));
        let rules = route.map(|route| &route.rules);
        let eligibility = policy::decide(rules, limits.copied().unwrap_or_default(), context, at, draw);
        Assessment {
            route,
            survey,
            eligibility,
            time_zone: rules.map_or(self.time_zone, |rules| rules.time_zone),
        }
    }

    /// Puts planned N in force, for routes that have an autopilot and count their calls as the plans do.
    pub fn put_in_force(&mut self, plans: &[SamplingPlan]) {
        let is_planned = |route: &Route| plans.iter().any(|plan| is_of(plan, route));
        if !self.routes.iter().any(is_planned) {
            return;
        }
        let planned = |route: &Route| {
            let mut route = route.clone();
            for plan in plans
                .iter()
                .filter(|plan| is_of(plan, &route))
                .collect::<Vec<_>>()
            {
                let counted_as = plan.stratum.counted_as.clone();
                route.rules.planned.insert(counted_as, plan.every);
            }
            route
        };
        self.routes = self.routes.iter().map(planned).collect();
    }

    /// Takes the planned N of an earlier configuration, for the same routes.
    pub fn take_planned(&mut self, earlier: &Self) {
        let taken = |route: &Route| {
            let mut route = route.clone();
            let same = earlier.routes.iter().find(|earlier| {
                earlier.name() == route.name() && earlier.rules.stratum_kind == route.rules.stratum_kind
            });
            if let (Some(same), true) = (same, route.rules.autopilot.is_some()) {
                route.rules.planned.clone_from(&same.rules.planned);
            }
            route
        };
        self.routes = self.routes.iter().map(taken).collect();
    }

    /// The survey that the PBX asks for by name, where there is one of that name; else that of the route.
    fn survey(&self, route: &Route, context: &mut CallContext) -> Option<&Arc<Survey>> {
        if let Some(wanted) = context.values.text(Field::Survey) {
            if let Some(survey) = self.surveys.get(wanted) {
                return Some(survey);
            }
            // The name is not logged: it is the peer's text, and may hold anything.
            tracing::info!(
                route = route.name(),
                "unknown survey requested by the PBX: using the survey of the route"
            );
            for source in context
                .sources
                .iter_mut()
                .filter(|source| source.name == Field::Survey.as_str())
            {
                source.note = Some(SourceNote::Unknown);
            }
        }
        self.surveys.get(&route.survey)
    }
}

/// Whether a plan is of a route, and may change its N.
fn is_of(plan: &SamplingPlan, route: &Route) -> bool {
    route.rules.autopilot.is_some()
        && plan.stratum.route == route.name()
        && plan.stratum.kind == route.rules.stratum_kind
}

/// The route and survey of a call, and what policy says, before the call is counted.
#[derive(Debug)]
pub struct Assessment<'d> {
    /// The route; `None` when none takes the number.
    pub route: Option<&'d Route>,
    /// The survey that would be asked.
    pub survey: Option<&'d Arc<Survey>>,
    /// The time zone in which it is counted.
    pub time_zone: Tz,
    /// Whether it may be surveyed, and what is left to storage to decide.
    pub eligibility: Eligibility,
}

/// What a call is given: the services, and the configuration of the moment in which it came.
#[derive(Debug, Clone)]
pub struct CallEnvironment {
    /// The services of the process.
    pub services: Arc<CallServices>,
    /// The configuration that was current when the call arrived.
    pub config: Arc<ConfigSnapshot>,
}

/// The services, and the configuration for the next call.
///
/// A reload exchanges the whole configuration at once, so that no call sees half of a change.
#[derive(Debug)]
pub struct CurrentEnvironment {
    services: Arc<CallServices>,
    config: RwLock<Arc<ConfigSnapshot>>,
}

impl CurrentEnvironment {
    /// The services, with their first configuration.
    pub fn new(services: CallServices, config: ConfigSnapshot) -> Self {
        Self {
            services: Arc::new(services),
            config: RwLock::new(Arc::new(config)),
        }
    }

    /// The services.
    pub const fn services(&self) -> &Arc<CallServices> {
        &self.services
    }

    /// The configuration of the moment.
    pub fn config(&self) -> Arc<ConfigSnapshot> {
        // A pointer has no state that a panic elsewhere could have broken.
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a call that comes now is given.
    pub fn environment(&self) -> CallEnvironment {
        CallEnvironment {
            services: Arc::clone(&self.services),
            config: self.config(),
        }
    }

    /// Puts another configuration in place, for the calls that come from now on. Routes that still have an autopilot keep their
    /// planned N.
    pub fn exchange(&self, mut config: ConfigSnapshot) {
        let mut current = self.config.write().unwrap_or_else(PoisonError::into_inner);
        config.take_planned(&current);
        *current = Arc::new(config);
    }

    /// Puts planned N in force, for the calls that come from now on. Read and written under one lock, so that neither this
    /// nor a reload undoes the other.
    pub fn put_in_force(&self, plans: &[SamplingPlan]) {
        if plans.is_empty() {
            return;
        }
        let mut current = self.config.write().unwrap_or_else(PoisonError::into_inner);
        let mut config = ConfigSnapshot::clone(&current);
        config.put_in_force(plans);
        *current = Arc::new(config);
    }
}
