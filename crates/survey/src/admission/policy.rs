//! Whether a call may be surveyed at all: the rules that need only the call itself.
//!
//! They are asked in the order of [`RULES`], and the first that objects is the one stored. What they leave open
//! ([`SamplingTerms`]) is decided by the [`AdmissionState`](super::AdmissionState).

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::quota::SurveyLimits;
use super::reason::AdmissionReason;
use super::rules::{RouteRules, SamplingTerms};
use super::sampler::Draw;
use super::{campaign, condition, consent, hours, talk_time};
use crate::admission::Eligibility;
use crate::context::CallContext;

/// A call and the rules of its route.
#[derive(Debug, Clone, Copy)]
pub(super) struct PolicyInput<'a> {
    pub(super) rules: &'a RouteRules,
    pub(super) context: &'a CallContext,
    /// When the call arrived, by the clock of the route.
    pub(super) local: DateTime<Tz>,
}

/// A rule: why it objects to a call, if it does.
type Rule = fn(&PolicyInput<'_>) -> Option<AdmissionReason>;

/// The rules in their order.
const RULES: [Rule; 5] = [
    consent::evaluate,
    condition::evaluate,
    campaign::evaluate,
    hours::evaluate,
    talk_time::evaluate,
];

/// Decides on a call that arrived `at`. `survey` holds the limits of the survey that it would be asked; `draw` is drawn
/// from only where the route surveys a random share.
pub fn decide(
    rules: Option<&RouteRules>,
    survey: SurveyLimits,
    context: &CallContext,
    at: DateTime<Utc>,
    draw: impl FnOnce() -> Draw,
) -> Eligibility {
    let Some(rules) = rules else {
        return Eligibility::Suppressed {
            reason: AdmissionReason::NoRoute,
        };
    };
    let local = at.with_timezone(&rules.time_zone);
    let input = PolicyInput {
        rules,
        context,
        local,
    };
    if let Some(reason) = RULES.iter().find_map(|rule| rule(&input)) {
        return Eligibility::Suppressed { reason };
    }
    Eligibility::Eligible(terms(rules, survey, context, local, draw))
}

/// What is left to decide of a call to which no rule has objected.
pub(super) fn terms(
    rules: &RouteRules,
    survey: SurveyLimits,
    context: &CallContext,
    local: DateTime<Tz>,
    draw: impl FnOnce() -> Draw,
) -> SamplingTerms {
    let stratum = rules.stratum(context);
    SamplingTerms {
        sampler: rules.sampler_of(&stratum).for_call(draw),
        stratum,
        day: local.date_naive(),
        cool_down: rules.cool_down,
        limits: rules.limits,
        survey_limits: survey,
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use chrono::{DateTime, Utc};
    use chrono_tz::Tz;

    use super::decide;
    use crate::admission::campaign::{Campaign, CampaignEdge};
    use crate::admission::condition::RouteCondition;
    use crate::admission::hours::OpeningHours;
    use crate::admission::quota::SurveyLimits;
    use crate::admission::sampler::{CallSampler, Sampler};
    use crate::admission::{AdmissionReason, Autopilot, Eligibility, RouteRules, Stratum, StratumKind};
    use crate::context::condition::{Pattern, Test};
    use crate::context::{CallContext, ContextValues, Field, Name};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn decided(rules: &RouteRules, context: &CallContext, moment: &str) -> Eligibility {
        let none = SurveyLimits::default();
        decide(Some(rules), none, context, at(moment), || {
            panic!("nothing to draw for")
        })
    }

    /// The word of the rule that objects; nothing when none does.
    fn word(rules: &RouteRules, context: &CallContext, moment: &str) -> &'static str {
        match decided(rules, context, moment) {
            Eligibility::Suppressed { reason } => reason.as_str(),
            Eligibility::Eligible(_) => "",
        }
    }

    /// Everything objects: the wrong queue, the wrong day, the wrong hour, too short, without consent.
    fn strict() -> RouteRules {
        let office = ("mon-fri".parse().unwrap(), vec!["08:00-16:00".parse().unwrap()]);
        let (hours, _) = OpeningHours::of(&[office]).unwrap();
        RouteRules {
            conditions: vec![RouteCondition {
                name: Name::Field(Field::Queue),
                test: Test::OneOf(vec![Pattern::Is("sales".to_owned())]),
            }],
            campaign: Campaign {
                from: "2026-11-01".parse().ok().map(CampaignEdge::first_moment),
                to: "2026-11-30".parse().ok().map(CampaignEdge::moment_after),
            },
            hours,
            min_talk_time: Duration::from_secs(20),
            time_zone: Tz::Europe__Helsinki,
            ..RouteRules::of_every_call("main")
        }
    }

    #[test]
    fn call_without_a_route_is_suppressed_under_a_named_rule() {
        let none = SurveyLimits::default();
        let decision = decide(
            None,
            none,
            &CallContext::default(),
            at("2026-11-25T08:00:00Z"),
            || panic!(),
        );
        assert_eq!(
            decision,
            Eligibility::Suppressed {
                reason: AdmissionReason::NoRoute
            }
        );
    }

    #[test]
    fn rules_are_asked_in_their_order_and_the_first_that_objects_is_told() {
        let rules = strict();
        let mut context = CallContext::default();
        let tell = |context: &mut CallContext, field, text: &str| {
            context.values.set(Name::Field(field), text.to_owned());
        };
        tell(&mut context, Field::Optin, "no");
        tell(&mut context, Field::TalkTime, "19");
        let sunday_after = "2026-12-06T04:00:00Z";
        assert_eq!(word(&rules, &context, sunday_after), "not_opted_in");
        tell(&mut context, Field::Optin, "yes");
        assert_eq!(word(&rules, &context, sunday_after), "rule");
        tell(&mut context, Field::Queue, "sales");
        assert_eq!(word(&rules, &context, sunday_after), "campaign_over");
        assert_eq!(word(&rules, &context, "2026-10-31T12:00:00Z"), "before_campaign");
        assert_eq!(word(&rules, &context, "2026-11-29T12:00:00Z"), "outside_hours");
        assert_eq!(word(&rules, &context, "2026-11-30T12:00:00Z"), "too_short");
        tell(&mut context, Field::TalkTime, "20");
        assert_eq!(word(&rules, &context, "2026-11-30T12:00:00Z"), "");
        tell(&mut context, Field::TalkTime, "");
        tell(&mut context, Field::Optin, "");
        assert_eq!(
            word(&rules, &context, "2026-11-30T12:00:00Z"),
            "",
            "what is not told does not object"
        );
    }

    #[test]
    fn campaign_and_hours_go_by_the_clock_of_the_route() {
        let rules = RouteRules {
            conditions: Vec::new(),
            ..strict()
        };
        let context = CallContext::default();
        for (moment, expected) in [
            ("2026-10-31T21:59:59Z", "before_campaign"),
            ("2026-10-31T22:00:00Z", "outside_hours"),
            ("2026-11-02T05:59:59Z", "outside_hours"),
            ("2026-11-02T06:00:00Z", ""),
            ("2026-11-30T13:59:59Z", ""),
            ("2026-11-30T14:00:00Z", "outside_hours"),
            ("2026-11-30T22:00:00Z", "campaign_over"),
        ] {
            assert_eq!(word(&rules, &context, moment), expected, "{moment}");
        }
    }

    /// Helsinki goes to summer time on 2026-03-29 at 03:00 (01:00 UTC) and back on 2026-10-25 at 04:00 (01:00 UTC).
    #[test]
    fn nights_of_summer_time_have_the_hours_of_the_wall_clock() {
        let night = ("sun".parse().unwrap(), vec!["03:00-05:00".parse().unwrap()]);
        let (hours, _) = OpeningHours::of(&[night]).unwrap();
        let rules = RouteRules {
            hours,
            time_zone: Tz::Europe__Helsinki,
            ..RouteRules::of_every_call("main")
        };
        let open = |moment: &str| word(&rules, &CallContext::default(), moment).is_empty();
        assert!(!open("2026-03-29T00:59:59Z"), "02:59:59 winter time");
        assert!(
            open("2026-03-29T01:00:00Z"),
            "04:00 summer time: 03:00 does not exist"
        );
        assert!(
            open("2026-03-29T01:59:59Z") && !open("2026-03-29T02:00:00Z"),
            "until 05:00 summer time"
        );
        assert!(
            !open("2026-10-24T23:59:59Z") && open("2026-10-25T00:00:00Z"),
            "from 03:00 summer time"
        );
        assert!(open("2026-10-25T01:30:00Z"), "03:30 for the second time");
        assert!(
            open("2026-10-25T02:59:59Z") && !open("2026-10-25T03:00:00Z"),
            "until 05:00 winter time"
        );
    }

    #[test]
    fn planned_n_of_the_stratum_decides_within_the_bounds_and_only_beside_an_autopilot() {
        let n = |number| NonZeroU32::new(number).unwrap();
        let mut rules = RouteRules {
            sampler: Sampler::Every(n(10)),
            autopilot: Some(Autopilot {
                half_width: 8.0,
                until: chrono::Weekday::Fri,
                question: None,
                min: n(2),
                max: n(8),
            }),
            planned: [("sales".to_owned(), n(5)), ("support".to_owned(), n(100))].into(),
            ..RouteRules::of_every_call("main")
        };
        let every = |rules: &RouteRules, queue: &str| {
            let context = CallContext {
                values: ContextValues::of([(Field::Queue, queue)]),
                ..CallContext::default()
            };
            match decided(rules, &context, "2026-11-24T22:30:00Z") {
                Eligibility::Eligible(terms) => terms.sampler.every().unwrap(),
                Eligibility::Suppressed { reason } => panic!("{reason}"),
            }
        };
        for (queue, expected) in [("sales", 5), ("support", 8), ("new", 8)] {
            assert_eq!(every(&rules, queue), expected, "{queue}");
        }
        rules.autopilot = None;
        assert_eq!(every(&rules, "sales"), 10);
    }

    #[test]
    fn call_is_counted_by_queue_agent_or_route_and_on_its_local_day() {
        let context = CallContext {
            values: ContextValues::of([(Field::Queue, "sales"), (Field::Agent, "a7")]),
            ..CallContext::default()
        };
        for (kind, named, unnamed) in [
            (StratumKind::Queue, "sales", ""),
            (StratumKind::Agent, "a7", ""),
            (StratumKind::Route, "", ""),
        ] {
            let rules = RouteRules {
                sampler: Sampler::Every(NonZeroU32::new(10).unwrap()),
                stratum_kind: kind,
                time_zone: Tz::Europe__Helsinki,
                ..RouteRules::of_every_call("main")
            };
            for (context, counted_as) in [(&context, named), (&CallContext::default(), unnamed)] {
                let Eligibility::Eligible(terms) = decided(&rules, context, "2026-11-24T22:30:00Z") else {
                    panic!("nothing objects")
                };
                let stratum = Stratum {
                    route: "main".to_owned(),
                    kind,
                    counted_as: counted_as.to_owned(),
                };
                assert_eq!(terms.stratum, stratum);
                assert_eq!(
                    terms.day.to_string(),
                    "2026-11-25",
                    "half past midnight in Helsinki"
                );
                assert_eq!(terms.sampler, CallSampler::Every(NonZeroU32::new(10).unwrap()));
            }
        }
    }
}
