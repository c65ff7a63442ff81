//! Plans N of the routes that have a sampling autopilot, every hour; soon after the start, and after a reload that changed a goal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use metrics::gauge;

use super::job::{JobError, Work};
use crate::autopilot;
use crate::call::CurrentEnvironment;
use aftercall_runtime::clock::Clock;
use aftercall_storage::{Database, Store, StoreError};
use aftercall_survey::SurveyRecord;
use aftercall_survey::admission::{RouteRules, SamplingPlan, Stratum};
use aftercall_survey::route::Route;

/// How often a route is planned.
const PERIOD: TimeDelta = TimeDelta::hours(1);

/// Strata with a gauge of their own: a metric for each of thousands of agents would burden whoever stores them.
const MOST_GAUGES: usize = 200;

pub(super) struct Autopilot {
    current: Arc<CurrentEnvironment>,
    store: Database,
    clock: Arc<dyn Clock>,
    /// When each route was planned last, and by which rules and survey.
    done: BTreeMap<String, Done>,
    published: BTreeSet<Stratum>,
}

#[derive(Debug, PartialEq)]
struct Done {
    at: DateTime<Utc>,
    rules: RouteRules,
    survey: SurveyRecord,
}

impl Autopilot {
    pub(super) const fn new(
        current: Arc<CurrentEnvironment>,
        store: Database,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            current,
            store,
            clock,
            done: BTreeMap::new(),
            published: BTreeSet::new(),
        }
    }

    /// The routes that are to be planned now, with their surveys.
    fn due(&mut self, now: DateTime<Utc>) -> Vec<(RouteRules, SurveyRecord)> {
        let config = self.current.config();
        let with_autopilot = |route: &&Route| route.rules.autopilot.is_some();
        let routes: Vec<&Route> = config.routes.iter().filter(with_autopilot).collect();
        self.done
            .retain(|name, _| routes.iter().any(|route| route.name() == name));
        let mut due = Vec::new();
        for route in routes {
            let Some(survey) = config.surveys.get(&route.survey).map(|survey| survey.record()) else {
                continue;
            };
            // The plans in force are no reason to plan again.
            let rules = RouteRules {
                planned: BTreeMap::new(),
                ..route.rules.clone()
            };
            let is_done = self
                .done
                .get(route.name())
                .is_some_and(|done| now - done.at < PERIOD && done.rules == rules && done.survey == survey);
            if !is_done {
                due.push((rules, survey));
            }
        }
        due
    }

    /// Plans the routes, stores the changes, and puts them in force.
    async fn plan(
        &mut self,
        due: Vec<(RouteRules, SurveyRecord)>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut latest = self.store.latest_sampling_plans().await?;
        for (rules, survey) in due {
            let changes = autopilot::plans(&self.store, &rules, &survey, &latest, now).await?;
            // Before they are in force: a restart must not go back behind what calls were decided with.
            self.store.add_sampling_plans(&changes).await?;
            self.current.put_in_force(&changes);
            changes.iter().for_each(log);
            latest.retain(|plan| !changes.iter().any(|change| change.stratum == plan.stratum));
            latest.extend(changes);
            let of_route = latest
                .iter()
                .filter(|plan| plan.stratum.route == rules.name && plan.stratum.kind == rules.stratum_kind);
            for plan in of_route {
                publish(&mut self.published, &rules, plan);
            }
            let done = Done {
                at: now,
                rules,
                survey,
            };
            self.done.insert(done.rules.name.clone(), done);
        }
        Ok(())
    }
}

impl Work for Autopilot {
    async fn run(&mut self) -> Result<(), JobError> {
        let now = self.clock.utc();
        let due = self.due(now);
        if due.is_empty() {
            return Ok(());
        }
        self.plan(due, now)
            .await
            .map_err(JobError::because("cannot plan the sampling; N stays as it is"))
    }
}

fn log(plan: &SamplingPlan) {
    tracing::info!(
        route = plan.stratum.route,
        stratum = plan.stratum.counted_as,
        every = plan.every,
        former = plan.former_every,
        reason = plan.reason.as_str(),
        half_width = plan.half_width,
        answers = plan.answers,
        "sampling changed by the autopilot"
    );
}

fn publish(published: &mut BTreeSet<Stratum>, rules: &RouteRules, plan: &SamplingPlan) {
    let is_new = !published.contains(&plan.stratum);
    if is_new && published.len() >= MOST_GAUGES {
        return;
    }
    if is_new {
        published.insert(plan.stratum.clone());
    }
    let bounded = |autopilot: &aftercall_survey::admission::Autopilot| autopilot.bounded(plan.every);
    let every = rules.autopilot.as_ref().map_or(plan.every, bounded);
    let (route, stratum) = (plan.stratum.route.clone(), plan.stratum.counted_as.clone());
    let gauge = gauge!("aftercall_autopilot_every", "route" => route, "stratum" => stratum);
    gauge.set(f64::from(every.get()));
}
