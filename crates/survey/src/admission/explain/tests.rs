use std::num::NonZeroU32;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::{DryRun, PolicyInput, RuleExplanation, RuleResult, hours_line, words};
use crate::SurveyVersion;
use crate::admission::campaign::Campaign;
use crate::admission::condition::RouteCondition;
use crate::admission::cool_down::{CoolDown, OfferedSurvey};
use crate::admission::holidays::{Holiday, Holidays};
use crate::admission::hours::OpeningHours;
use crate::admission::quota::{RouteLimits, SurveyLimits};
use crate::admission::sampler::{Draw, Sampler, Share};
use crate::admission::{
    Admission, AdmissionReason, AdmissionState, Eligibility, NewCall, RouteRules, StratumKind,
};
use crate::context::condition::{Pattern, Test};
use crate::context::{CallContext, ContextValues, Field, Name};
use aftercall_base::CallUid;

fn noon() -> DateTime<Utc> {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn call(context: CallContext, eligibility: Eligibility) -> NewCall {
    NewCall {
        uid: CallUid::new(noon(), &mut StdRng::seed_from_u64(1)),
        node: "node-1".to_owned(),
        arrived_at: noon(),
        time_zone: chrono_tz::UTC,
        sip_call_id: "1@pbx".to_owned(),
        dialled: "nps".to_owned(),
        context,
        route: Some("main".to_owned()),
        survey: Some(SurveyVersion {
            name: "nps".to_owned(),
            version: "000000000001".to_owned(),
        }),
        eligibility,
    }
}

/// What the database knows, as far as a rule may ask.
#[derive(Debug, Clone)]
struct Known {
    opted_out: bool,
    offered: Option<(bool, i64)>,
    surveys: u64,
    counted: u64,
}

fn fill<'c>(known: &Known, open: &'c NewCall) -> AdmissionState<'c> {
    let mut state = AdmissionState::default();
    if let Some(caller) = open.context.caller_hash.as_deref() {
        if known.opted_out {
            state.note_opted_out(caller.to_owned());
        }
        let of = |(same, days): (bool, i64)| OfferedSurvey {
            survey: if same { "nps" } else { "other" }.to_owned(),
            at: noon() - TimeDelta::days(days),
        };
        state.note_offered(caller, known.offered.map(of).into_iter().collect());
    }
    for quota_key in AdmissionState::quota_keys(&[open]) {
        state.note_surveys(quota_key, known.surveys);
    }
    if let Eligibility::Eligible(terms) = &open.eligibility {
        state.note_counted(&terms.stratum, known.counted);
    }
    state
}

/// The rule that the words of `lines` would leave to decide.
fn rule_of(reason: &AdmissionReason) -> String {
    match reason {
        AdmissionReason::NoRoute => "no route".to_owned(),
        AdmissionReason::NotOptedIn => "optin".to_owned(),
        AdmissionReason::Condition { field } => format!("when.{field}"),
        AdmissionReason::BeforeCampaign { .. } | AdmissionReason::CampaignOver { .. } => {
            "campaign".to_owned()
        }
        AdmissionReason::OutsideHours { .. } => "hours".to_owned(),
        AdmissionReason::TooShort { .. } => "min_talk_time".to_owned(),
        AdmissionReason::OptedOut => "opt_out".to_owned(),
        AdmissionReason::CoolDown { .. } => "cool_down_days".to_owned(),
        AdmissionReason::Quota { quota, .. } => match quota.as_str().strip_prefix("survey_") {
            Some(limit) => format!("surveys.{limit}"),
            None => quota.as_str().to_owned(),
        },
        AdmissionReason::Every { .. } => "every".to_owned(),
        AdmissionReason::Share { .. } => "share".to_owned(),
        AdmissionReason::AgentMinimum { .. } => "min_per_agent_day".to_owned(),
    }
}

/// What a person who reads the lines from the top would say becomes of the call, and by which rule.
fn read(lines: &[RuleExplanation]) -> (&'static str, &str) {
    let is_sampler = |line: &&RuleExplanation| matches!(line.rule.as_str(), "every" | "share");
    let sampler = lines.iter().find(is_sampler).unwrap();
    if let Some(line) = lines
        .iter()
        .find(|line| line.says == RuleResult::No && line.rule != sampler.rule)
    {
        return ("suppressed", &line.rule);
    }
    match (
        sampler.says,
        lines.iter().find(|line| line.says == RuleResult::Must),
    ) {
        (RuleResult::Yes, _) => ("sampled", &sampler.rule),
        (_, Some(must)) => ("sampled", &must.rule),
        (_, None) => ("not_sampled", &sampler.rule),
    }
}

/// A route's rules, each set or not.
fn rules() -> impl Strategy<Value = RouteRules> {
    let queue = prop::option::of(prop_oneof![Just("sales*"), Just("support")]);
    let campaign = prop::option::of((-2_i64..2, -2_i64..3));
    let hours = prop::option::of((0_u8..24, 1_u8..=24));
    let sampler = prop_oneof![
        (1_u32..5).prop_map(|every| Sampler::Every(NonZeroU32::new(every).unwrap())),
        (1_u32..100).prop_map(|percent| Sampler::Share(Share::parse(&format!("{percent}%")).unwrap())),
    ];
    let kind = prop_oneof![
        Just(StratumKind::Queue),
        Just(StratumKind::Agent),
        Just(StratumKind::Route)
    ];
    let days = (0_u32..4, 0_u32..4);
    let limits = (0_u32..3, 0_u32..4, 0_u32..4, 0_u32..4);
    let all = (queue, campaign, hours, 0_u64..40, sampler, kind, days, limits);
    all.prop_map(
        |(queue, campaign, hours, talk, sampler, stratum_kind, days, limits)| {
            let condition = |queue: &str| RouteCondition {
                name: Name::Field(Field::Queue),
                test: Test::OneOf(vec![match queue.strip_suffix('*') {
                    Some(beginning) => Pattern::BeginsWith(beginning.to_owned()),
                    None => Pattern::Is(queue.to_owned()),
                }]),
            };
            let mut open = OpeningHours::default();
            if let Some((from, to)) = hours.filter(|(from, to)| from != to) {
                let interval = format!("{from:02}:00-{to:02}:00").parse().unwrap();
                (open, _) = OpeningHours::of(&[("wed".parse().unwrap(), vec![interval])]).unwrap();
            }
            let day = |days: i64| Some(noon().naive_utc() + TimeDelta::days(days));
            let mut holidays = Holidays::default();
            if talk % 4 == 0 {
                holidays.add(Holiday {
                    day: noon().date_naive(),
                    name: "Feast".to_owned(),
                });
            }
            RouteRules {
                sampler,
                holidays,
                stratum_kind,
                time_zone: Tz::Europe__Athens,
                conditions: queue.map(condition).into_iter().collect(),
                campaign: campaign.map_or_else(Campaign::default, |(from, to)| Campaign {
                    from: day(from),
                    to: day(to),
                }),
                hours: open,
                min_talk_time: Duration::from_secs(talk),
                cool_down: CoolDown {
                    any_days: days.0,
                    same_survey_days: days.1,
                },
                limits: RouteLimits {
                    min_per_agent_day: limits.0,
                    max_per_agent_day: limits.1,
                    max_per_day: limits.2,
                    max_in_all: limits.3,
                },
                ..RouteRules::of_every_call("main")
            }
        },
    )
}

fn contexts() -> impl Strategy<Value = CallContext> {
    let text = |words: [&'static str; 2]| prop::option::of(prop::sample::select(words.to_vec()));
    let opt_in = prop::option::of(prop_oneof![3 => Just("yes"), 1 => Just("no")]);
    let talked = prop::option::of((0_u64..40).prop_map(|seconds| seconds.to_string()));
    let all = (
        text(["sales-north", "support"]),
        text(["a1", "a2"]),
        text(["c1", "c2"]),
        opt_in,
        talked,
    );
    all.prop_map(|(queue, agent, caller, opt_in, talked)| CallContext {
        values: ContextValues::of(
            [
                queue.map(|queue| (Field::Queue, queue)),
                agent.map(|agent| (Field::Agent, agent)),
                opt_in.map(|opt_in| (Field::Optin, opt_in)),
                talked.as_deref().map(|talked| (Field::TalkTime, talked)),
            ]
            .into_iter()
            .flatten(),
        ),
        caller_hash: caller.map(str::to_owned),
        ..CallContext::default()
    })
}

fn knowledge() -> impl Strategy<Value = Known> {
    let offered = prop::option::of((prop::bool::ANY, 0_i64..5));
    let all = (prop::bool::weighted(0.1), offered, 0_u64..5, 0_u64..12);
    all.prop_map(|(opted_out, offered, surveys, counted)| Known {
        opted_out,
        offered,
        surveys,
        counted,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Whoever reads what the rules say comes to the decision that is made, by the rule that makes it.
    #[test]
    fn lines_read_from_the_top_lead_to_the_decision_that_is_made(
        rules in rules(),
        context in contexts(),
        known in knowledge(),
        survey_limits in (0_u32..4, 0_u32..4),
        drawn in 0..Draw::RANGE,
    ) {
        let hypothesis = DryRun {
            rules: &rules,
            survey_limits: SurveyLimits { max_per_day: survey_limits.0, max_in_all: survey_limits.1 },
            at: noon(),
            drawn: Draw::new(drawn),
        };
        let terms = hypothesis.terms(&context);
        let open = call(context.clone(), Eligibility::Eligible(terms.clone()));
        let state = fill(&known, &open);
        let lines = hypothesis.lines(&open, &terms, &state);
        let arriving = call(context.clone(), hypothesis.eligibility(&context));
        let outcome = hypothesis.outcome(&arriving, &state).unwrap();
        let decision = match &outcome {
            Admission::Sampled { .. } => "sampled",
            Admission::NotSampled { .. } => "not_sampled",
            Admission::Suppressed { .. } => "suppressed",
        };
        let rule = rule_of(outcome.reason());
        prop_assert_eq!(read(&lines), (decision, rule.as_str()), "{:#?}", lines);
        // Asking counts nothing: the call that comes then finds the same.
        let mut state = state;
        prop_assert_eq!(state.decide(&arriving), Ok(outcome));
    }
}

fn lines(rules: &RouteRules, context: CallContext, known: &Known) -> Vec<String> {
    let hypothesis = DryRun {
        rules,
        survey_limits: SurveyLimits::default(),
        at: noon(),
        drawn: None,
    };
    let terms = hypothesis.terms(&context);
    let open = call(context, Eligibility::Eligible(terms.clone()));
    let state = fill(known, &open);
    let lines = hypothesis.lines(&open, &terms, &state);
    lines.into_iter().map(|line| line.why).collect()
}

#[test]
fn why_is_told_in_words_that_an_operator_can_check() {
    let mut rules = RouteRules {
        sampler: Sampler::Every(NonZeroU32::new(10).unwrap()),
        limits: RouteLimits {
            max_per_day: 50,
            min_per_agent_day: 3,
            ..RouteLimits::default()
        },
        cool_down: CoolDown::default(),
        ..RouteRules::of_every_call("main")
    };
    let context = CallContext {
        values: ContextValues::of([(Field::Queue, "sales"), (Field::Agent, "a7")]),
        caller_hash: Some("c".to_owned()),
        ..CallContext::default()
    };
    let known = Known {
        opted_out: false,
        offered: Some((true, 30)),
        surveys: 2,
        counted: 6,
    };
    let explained = lines(&rules, context.clone(), &known);
    for sentence in [
        "this would be the 7th call of queue \"sales\" on route \"main\"; the 10th is surveyed",
        "2 of 50 surveys of route main on 2026-11-25",
        "2 of at least 3 surveys of agent a7 on 2026-11-25: surveyed whatever the sampler says",
        "the caller was offered survey `nps` on 2026-10-26 12:00 UTC; 90 days must pass",
        "always open",
    ] {
        assert!(
            explained.iter().any(|line| line == sentence),
            "{sentence}: {explained:#?}"
        );
    }
    rules.sampler = Sampler::Share(Share::parse("10%").unwrap());
    let explained = lines(&rules, context, &known);
    assert!(
        explained
            .iter()
            .any(|line| line == "the call draws when it arrives; 10% are surveyed"),
        "{explained:#?}"
    );
}

#[test]
fn what_no_draw_can_change_is_told_without_one() {
    let rules = |share: &str, min_per_agent_day| RouteRules {
        sampler: Sampler::Share(Share::parse(share).unwrap()),
        limits: RouteLimits {
            min_per_agent_day,
            ..RouteLimits::default()
        },
        ..RouteRules::of_every_call("main")
    };
    let known = Known {
        opted_out: false,
        offered: None,
        surveys: 0,
        counted: 0,
    };
    for (share, least, expected) in [
        ("10%", 0, None),
        ("100%", 0, Some("share")),
        ("10%", 1, Some("agent_minimum")),
    ] {
        let rules = rules(share, least);
        let hypothesis = DryRun {
            rules: &rules,
            survey_limits: SurveyLimits::default(),
            at: noon(),
            drawn: None,
        };
        let context = CallContext {
            values: ContextValues::of([(Field::Agent, "a1")]),
            ..CallContext::default()
        };
        let arriving = call(context.clone(), hypothesis.eligibility(&context));
        let outcome = hypothesis.outcome(&arriving, &fill(&known, &arriving));
        let sampled = |admission: &Admission| matches!(admission, Admission::Sampled { .. });
        assert!(outcome.iter().all(sampled), "{outcome:?}");
        assert_eq!(
            outcome.as_ref().map(|admission| admission.reason().as_str()),
            expected,
            "{share}"
        );
    }
}

#[test]
fn callers_number_is_not_shown() {
    let rules = RouteRules {
        conditions: vec![RouteCondition {
            name: Name::Field(Field::Caller),
            test: Test::NoneOf(vec![Pattern::BeginsWith("+46".to_owned())]),
        }],
        ..RouteRules::of_every_call("main")
    };
    let context = CallContext {
        caller: Some(aftercall_base::Redacted::new("+358401234567".to_owned())),
        ..CallContext::default()
    };
    let known = Known {
        opted_out: false,
        offered: None,
        surveys: 0,
        counted: 0,
    };
    let explained = lines(&rules, context, &known);
    assert!(
        explained.contains(&"caller is known; must not be \"+46*\"".to_owned()),
        "{explained:#?}"
    );
    assert!(
        !explained.iter().any(|line| line.contains("1234567")),
        "{explained:#?}"
    );
}

#[test]
fn numbers_have_their_endings() {
    for (number, word) in [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (102, "102nd"),
        (111, "111th"),
    ] {
        assert_eq!(words::ordinal(number), word);
    }
}

#[test]
fn holiday_is_shown_by_its_name() {
    let mut holidays = Holidays::default();
    holidays.add("2026-12-06 Independence Day".parse().unwrap());
    let rules = RouteRules {
        holidays,
        time_zone: Tz::Europe__Helsinki,
        ..RouteRules::of_every_call("main")
    };
    let line = |at: &str| {
        let input = PolicyInput {
            rules: &rules,
            context: &CallContext::default(),
            local: at
                .parse::<DateTime<Utc>>()
                .unwrap()
                .with_timezone(&rules.time_zone),
        };
        let RuleExplanation { says, why, .. } = hours_line(&input);
        (says, why)
    };
    assert_eq!(
        line("2026-12-05T22:00:00Z"),
        (
            RuleResult::No,
            "closed on Sun 2026-12-06 00:00 Europe/Helsinki for the holiday: Independence Day".to_owned()
        )
    );
    assert_eq!(line("2026-12-05T21:59:00Z").0, RuleResult::Yes);
    assert_eq!(line("2026-12-06T22:00:00Z").0, RuleResult::Yes);
}
