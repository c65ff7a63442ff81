//! The sampling rules that are in force, for the page about them.

use std::sync::Arc;

use crate::call::CurrentEnvironment;
use crate::web::pages::RulesInForce;
use aftercall_pages::sampling::RouteRule;
use aftercall_survey::admission::sampler::Sampler;
use aftercall_survey::route::Route;

/// Reads the rules of the configuration of the moment, with N of the autopilot.
pub(super) fn of(current: Arc<CurrentEnvironment>) -> RulesInForce {
    Arc::new(move || current.config().routes.iter().map(rule).collect())
}

fn rule(route: &Route) -> RouteRule {
    let rules = &route.rules;
    let (every, share) = match rules.sampler {
        Sampler::Every(every) => (Some(every.get()), None),
        Sampler::Share(share) => (None, Some(share.to_string())),
    };
    let planned = rules.autopilot.iter().flat_map(|autopilot| {
        let planned = rules.planned.iter();
        planned.map(|(counted_as, every)| (counted_as.clone(), autopilot.bounded(*every).get()))
    });
    RouteRule {
        route: route.name().to_owned(),
        number: route.number.as_str().to_owned(),
        survey: route.survey.clone(),
        every,
        share,
        planned: planned.collect(),
    }
}
