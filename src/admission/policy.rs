//! Whether a call may be surveyed at all.
//!
//! A rule that keeps a call out is named in its row (`decision_reason`), or no rate could be explained later. Rules are
//! asked in order and the first that objects is the one stored.

use crate::storage::contract::{CallContext, Eligibility, OptIn, Stratum};

/// What policy needs to know of the route that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutePolicy<'route> {
    /// The route's name.
    pub name: &'route str,
    /// One call in how many is surveyed, from 1.
    pub every: u32,
}

/// The rule of a call that no route takes.
pub const NO_ROUTE: &str = "no_route";

/// The rule of a caller who opted out for good; storage asks it, for it holds the list.
pub const OPTED_OUT: &str = "opted_out";

/// The rule of a caller who, as the PBX tells, did not agree to be asked.
pub const NOT_OPTED_IN: &str = "not_opted_in";

/// Decides on a call. Calls are counted apart for each route and queue.
pub fn decide(route: Option<RoutePolicy<'_>>, context: &CallContext) -> Eligibility {
    let suppressed = |rule: &str| Eligibility::Suppressed {
        rule: rule.to_owned(),
    };
    let Some(route) = route else {
        return suppressed(NO_ROUTE);
    };
    if context.opt_in == Some(OptIn::Withheld) {
        return suppressed(NOT_OPTED_IN);
    }
    let queue = context.queue.clone().unwrap_or_default();
    let stratum = Stratum {
        route: route.name.to_owned(),
        queue,
    };
    Eligibility::Eligible {
        stratum,
        every: route.every,
    }
}

#[cfg(test)]
mod tests {
    use super::{RoutePolicy, decide};
    use crate::storage::contract::{CallContext, Eligibility, OptIn, Stratum};

    #[test]
    fn call_without_a_route_is_suppressed_under_a_named_rule() {
        let decision = decide(None, &CallContext::default());
        assert_eq!(
            decision,
            Eligibility::Suppressed {
                rule: "no_route".to_owned()
            }
        );
    }

    #[test]
    fn caller_who_did_not_agree_is_suppressed_and_one_of_whom_nothing_is_told_is_not() {
        let route = RoutePolicy {
            name: "main",
            every: 1,
        };
        let of = |opt_in| {
            let context = CallContext {
                opt_in,
                ..CallContext::default()
            };
            decide(Some(route), &context)
        };
        let not_opted_in = Eligibility::Suppressed {
            rule: "not_opted_in".to_owned(),
        };
        assert_eq!(of(Some(OptIn::Withheld)), not_opted_in);
        assert!(matches!(of(Some(OptIn::Given)), Eligibility::Eligible { .. }));
        assert!(matches!(of(None), Eligibility::Eligible { .. }));
    }

    #[test]
    fn call_is_counted_by_route_and_queue() {
        let context = CallContext {
            queue: Some("sales".to_owned()),
            ..CallContext::default()
        };
        let stratum = Stratum {
            route: "main".to_owned(),
            queue: "sales".to_owned(),
        };
        let decision = decide(
            Some(RoutePolicy {
                name: "main",
                every: 10,
            }),
            &context,
        );
        assert_eq!(decision, Eligibility::Eligible { stratum, every: 10 });
    }

    #[test]
    fn call_that_names_no_queue_is_counted_with_its_like() {
        let decision = decide(
            Some(RoutePolicy {
                name: "main",
                every: 2,
            }),
            &CallContext::default(),
        );
        let stratum = Stratum {
            route: "main".to_owned(),
            queue: String::new(),
        };
        assert_eq!(decision, Eligibility::Eligible { stratum, every: 2 });
    }
}
