//! Every rule that needs the database, against a model that keeps no counters.
//!
//! The model looks at all rows each time, as a person with pencil and paper would. Batches, restarts, ends without an
//! answer, opt-outs and changing rules come at random; the database must decide every call as the model does, and tell
//! beforehand that it will.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Helsinki;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::{call, call_end, morning, nth, patient, stranger, uid};
use aftercall_base::Disposition;
use aftercall_storage::api_fact::ApiFact;
use aftercall_storage::store::{Applied, Fact};
use aftercall_storage::{SqliteStore, Store};
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::cool_down::CoolDown;
use aftercall_survey::admission::quota::{QuotaKey, RouteLimits, SurveyLimits};
use aftercall_survey::admission::sampler::{CallSampler, Draw, Share};
use aftercall_survey::admission::survey_count::{SampledCall, count, is_survey};
use aftercall_survey::admission::{
    Admission, AdmissionReason, AdmissionState, Eligibility, NewCall, SamplingTerms, Stratum, StratumKind,
};
use aftercall_survey::context::{CallContext, ContextValues, Field};
use aftercall_survey::record::Amendment;

/// A call as a person would note it down.
#[derive(Debug)]
struct Row {
    call: NewCall,
    sampled: bool,
    counted: bool,
    answered: bool,
    ended: bool,
}

impl Row {
    /// Whether its survey was offered, or may still be.
    fn is_survey(&self) -> bool {
        self.sampled && is_survey(self.answered, self.ended)
    }

    fn terms(&self) -> &SamplingTerms {
        terms(&self.call)
    }
}

fn terms(call: &NewCall) -> &SamplingTerms {
    match &call.eligibility {
        Eligibility::Eligible(terms) => terms,
        Eligibility::Suppressed { .. } => panic!("the tests make eligible calls"),
    }
}

fn survey(call: &NewCall) -> &str {
    &call.survey.as_ref().unwrap().name
}

#[derive(Debug, Default)]
struct Model {
    rows: Vec<Row>,
    opted_out: BTreeSet<String>,
}

/// Decision, word of the rule, position.
type Judgement = (&'static str, &'static str, Option<u64>);

impl Model {
    fn surveys(&self, is_meant: impl Fn(&Row) -> bool) -> u32 {
        let surveys = self.rows.iter().filter(|row| row.is_survey() && is_meant(row));
        u32::try_from(surveys.count()).unwrap()
    }

    fn judge(&self, call: &NewCall) -> Judgement {
        let terms = terms(call);
        let (day, route) = (terms.day, &terms.stratum.route);
        let caller = call.context.caller_hash.as_ref();
        if caller.is_some_and(|caller| self.opted_out.contains(caller)) {
            return ("suppressed", "opted_out", None);
        }
        let CoolDown {
            any_days,
            same_survey_days,
        } = terms.cool_down;
        let rests = self.rows.iter().any(|row| {
            let days = match survey(&row.call) == survey(call) {
                true => any_days.max(same_survey_days),
                false => any_days,
            };
            let free = row.call.arrived_at + TimeDelta::days(i64::from(days));
            let same_caller = caller.is_some() && row.call.context.caller_hash.as_ref() == caller;
            row.is_survey() && same_caller && days > 0 && call.arrived_at < free
        });
        if rests {
            return ("suppressed", "cool_down", None);
        }
        let of_route = |row: &Row| row.terms().stratum.route == *route;
        let of_survey = |row: &Row| survey(&row.call) == survey(call);
        let today = |row: &Row| row.terms().day == day;
        let agent = call.context.values.text(Field::Agent);
        let of_agent =
            |row: &Row| of_route(row) && today(row) && row.call.context.values.text(Field::Agent) == agent;
        let (limits, survey_limits) = (terms.limits, terms.survey_limits);
        let agents_most = agent.map_or(0, |_| limits.max_per_agent_day);
        for (most, surveys) in [
            (agents_most, self.surveys(of_agent)),
            (
                limits.max_per_day,
                self.surveys(|row| of_route(row) && today(row)),
            ),
            (limits.max_in_all, self.surveys(of_route)),
            (
                survey_limits.max_per_day,
                self.surveys(|row| of_survey(row) && today(row)),
            ),
            (survey_limits.max_in_all, self.surveys(of_survey)),
        ] {
            if most > 0 && surveys >= most {
                return ("suppressed", "quota", None);
            }
        }
        let same = |row: &&Row| row.counted && row.terms().stratum == terms.stratum;
        let position = self.rows.iter().filter(same).count() as u64 + 1;
        let (turn, rule) = match terms.sampler {
            CallSampler::Every(every) => (position.is_multiple_of(u64::from(every.get())), "every"),
            CallSampler::Share { .. } => (terms.sampler.is_sampled(1), "share"),
        };
        let too_few = agent.is_some() && self.surveys(of_agent) < limits.min_per_agent_day;
        match (turn, too_few) {
            (true, _) => ("sampled", rule, Some(position)),
            (false, true) => ("sampled", "agent_minimum", Some(position)),
            (false, false) => ("not_sampled", rule, Some(position)),
        }
    }

    fn admit(&mut self, call: NewCall) -> Judgement {
        let judgement = self.judge(&call);
        self.rows.push(Row {
            call,
            sampled: judgement.0 == "sampled",
            counted: judgement.2.is_some(),
            answered: false,
            ended: false,
        });
        judgement
    }

    /// What the table of surveys counted must hold, beside counts that are nought again.
    fn counts(&self) -> BTreeMap<(String, String, String, String), i64> {
        let surveys = self.rows.iter().filter(|row| row.is_survey());
        let surveys = surveys.map(|row| SampledCall {
            route: &row.terms().stratum.route,
            survey: Some(survey(&row.call)),
            agent: row.call.context.values.text(Field::Agent),
            day: row.terms().day,
        });
        let stored = |(tally, surveys): (QuotaKey<'_>, u64)| {
            let key = (
                tally.scope.as_str().to_owned(),
                tally.name.to_owned(),
                tally.agent.to_owned(),
                tally.day.map(|day| day.to_string()).unwrap_or_default(),
            );
            (key, i64::try_from(surveys).unwrap())
        };
        count(surveys).into_iter().map(stored).collect()
    }
}

fn judgement(admission: &Admission) -> Judgement {
    let decision = match admission {
        Admission::Sampled { .. } => "sampled",
        Admission::NotSampled { .. } => "not_sampled",
        Admission::Suppressed { .. } => "suppressed",
    };
    (decision, admission.reason().as_str(), admission.position())
}

/// The rules of a moment; the operator changes them now and then.
#[derive(Debug, Clone)]
struct Rules {
    share: bool,
    every: u32,
    per: StratumKind,
    cool_down: CoolDown,
    limits: RouteLimits,
    survey_limits: SurveyLimits,
}

impl Rules {
    fn any(rng: &mut StdRng) -> Self {
        let mut limit = |most: u32| {
            if rng.random_bool(0.4) {
                rng.random_range(1..most)
            } else {
                0
            }
        };
        let cool_down = CoolDown {
            any_days: limit(4),
            same_survey_days: limit(6),
        };
        let limits = RouteLimits {
            min_per_agent_day: limit(3),
            max_per_agent_day: limit(5),
            max_per_day: limit(9),
            max_in_all: limit(60),
        };
        let survey_limits = SurveyLimits {
            max_per_day: limit(9),
            max_in_all: limit(60),
        };
        Self {
            share: rng.random_bool(0.3),
            every: rng.random_range(1..5),
            per: [StratumKind::Queue, StratumKind::Agent, StratumKind::Route][rng.random_range(0..3)],
            cool_down,
            limits,
            survey_limits,
        }
    }

    fn call(&self, number: u64, at: DateTime<Utc>, rng: &mut StdRng) -> NewCall {
        let mut one_of = |words: &[&str]| {
            let index = rng.random_range(0..=words.len());
            words.get(index).map(|word| (*word).to_owned())
        };
        let (queue, agent) = (one_of(&["sales", "support"]), one_of(&["a1", "a2", "sales"]));
        let told = [(Field::Queue, queue.as_deref()), (Field::Agent, agent.as_deref())];
        let told = told.into_iter().filter_map(|(field, text)| Some((field, text?)));
        let context = CallContext {
            values: ContextValues::of(told),
            caller_hash: one_of(&["c1", "c2", "c3", "c4", "c5", "c6"]),
            ..CallContext::default()
        };
        let route = one_of(&["main", "main", "main"]).unwrap_or_else(|| "other".to_owned());
        let survey = one_of(&["nps", "nps"]).unwrap_or_else(|| "csat".to_owned());
        let counted_as = match self.per {
            StratumKind::Queue => queue,
            StratumKind::Agent => agent,
            StratumKind::Route => None,
        };
        let stratum = Stratum {
            route: route.clone(),
            kind: self.per,
            counted_as: counted_as.unwrap_or_default(),
        };
        let turn = match self.share {
            true => CallSampler::Share {
                share: Share::parse("30%").unwrap(),
                drawn: Draw::new(rng.random_range(0..Draw::RANGE)).unwrap(),
            },
            false => CallSampler::Every(nth(self.every)),
        };
        let terms = SamplingTerms {
            cool_down: self.cool_down,
            limits: self.limits,
            survey_limits: self.survey_limits,
            ..SamplingTerms::of_sampler(stratum, turn, at.with_timezone(&Helsinki).date_naive())
        };
        NewCall {
            arrived_at: at,
            time_zone: Helsinki,
            context,
            route: Some(route),
            survey: Some(SurveyVersion {
                name: survey,
                version: "000000000001".to_owned(),
            }),
            eligibility: Eligibility::Eligible(terms),
            ..call(number, None, 1)
        }
    }
}

struct World {
    store: SqliteStore,
    model: Model,
    rng: StdRng,
    now: DateTime<Utc>,
    rules: Vec<Rules>,
}

impl World {
    async fn new(path: &Path, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        Self {
            store: patient(path).await,
            model: Model::default(),
            now: morning(),
            rules: vec![Rules::any(&mut rng)],
            rng,
        }
    }

    fn next_call(&mut self) -> NewCall {
        self.now += TimeDelta::minutes(self.rng.random_range(0..90));
        // Some arrive by rules of before, as while a reload is under way.
        let rules = &self.rules[self
            .rng
            .random_range(self.rules.len().saturating_sub(2)..self.rules.len())];
        let number = self.model.rows.len() as u64 + 1;
        rules.clone().call(number, self.now, &mut self.rng)
    }

    /// One call: what it would find is told before, and nothing is counted by asking.
    async fn one(&mut self, seed: u64) {
        let call = self.next_call();
        let mut state: AdmissionState<'_> = self.store.admission_state(&call).await.unwrap();
        let foretold = state.decide(&call).unwrap();
        let admission = self.apply(vec![call.clone()]).await.remove(0);
        assert_eq!(admission, foretold, "seed {seed}: {call:?}");
        let expected = self.model.admit(call.clone());
        assert_eq!(judgement(&admission), expected, "seed {seed}: {call:?}");
    }

    /// Many calls in one transaction see each other.
    async fn batch(&mut self, seed: u64) {
        let many = self.rng.random_range(2..30);
        let mut calls = Vec::new();
        let mut expected = Vec::new();
        for _ in 0..many {
            let call = self.next_call();
            expected.push(self.model.admit(call.clone()));
            calls.push(call);
        }
        let admissions = self.apply(calls).await;
        let found: Vec<Judgement> = admissions.iter().map(judgement).collect();
        assert_eq!(found, expected, "seed {seed}");
    }

    async fn apply(&self, calls: Vec<NewCall>) -> Vec<Admission> {
        let facts: Vec<Fact> = calls
            .into_iter()
            .map(|call| Fact::Admit(Box::new(call)))
            .collect();
        let results = self.store.apply(&facts).await.unwrap();
        let admitted = results.into_iter().map(|result| match result.unwrap() {
            Applied::Admitted(admission) => admission,
            Applied::Stored | Applied::Api(_) => panic!("an admitted call has its decision"),
        });
        admitted.collect()
    }

    /// A call is answered, or ends with or without that.
    async fn follow(&mut self) {
        let surveyed: Vec<usize> = (0..self.model.rows.len())
            .filter(|index| self.model.rows[*index].sampled && !self.model.rows[*index].ended)
            .collect();
        if surveyed.is_empty() {
            return;
        }
        let row = &mut self.model.rows[surveyed[self.rng.random_range(0..surveyed.len())]];
        let number = row.call.sip_call_id.split('@').next().unwrap().parse().unwrap();
        let fact = match self.rng.random_range(0..3) {
            0 => {
                row.answered = true;
                Fact::Answered {
                    call: uid(number),
                    at: row.call.arrived_at,
                    planned: None,
                }
            }
            1 => {
                row.ended = true;
                Fact::End(call_end(number, Disposition::RefusedCapacity))
            }
            _ => {
                (row.answered, row.ended) = (true, true);
                let mut end = call_end(number, Disposition::Completed);
                end.answered_at = Some(row.call.arrived_at);
                Fact::End(end)
            }
        };
        self.store.apply(&[fact]).await.unwrap().remove(0).unwrap();
    }

    /// The PBX names another agent, whenever.
    async fn name_another_agent(&mut self) {
        let mut sampled: Vec<&mut Row> = self.model.rows.iter_mut().filter(|row| row.sampled).collect();
        if sampled.is_empty() {
            return;
        }
        let row = sampled.swap_remove(self.rng.random_range(0..sampled.len()));
        let agent = ["a1", "a2", "a3"][self.rng.random_range(0..3)].to_owned();
        row.call.context.values.set(
            aftercall_survey::context::Name::Field(Field::Agent),
            agent.clone(),
        );
        let number = row.call.sip_call_id.split('@').next().unwrap().parse().unwrap();
        let fact = Fact::Api(ApiFact::Amend(Amendment {
            call: uid(number),
            texts: BTreeMap::from([("agent".to_owned(), agent)]),
            source: "api",
        }));
        self.store.apply(&[fact]).await.unwrap().remove(0).unwrap();
    }

    async fn opt_out(&mut self) {
        let Some(row) = self.model.rows.last() else { return };
        let number = row.call.sip_call_id.split('@').next().unwrap().parse().unwrap();
        self.model.opted_out.extend(row.call.context.caller_hash.clone());
        let fact = Fact::OptedOut {
            call: uid(number),
            at: self.now,
        };
        self.store.apply(&[fact]).await.unwrap().remove(0).unwrap();
    }

    /// The process dies and comes back; what it had not ended is ended.
    async fn restart(&mut self, path: &Path) {
        self.store.close().await;
        self.store = patient(path).await;
        if self.rng.random_bool(0.5) {
            self.store.sweep("node-1").await.unwrap();
            for row in &mut self.model.rows {
                row.ended = true;
            }
        }
    }
}

const SEEDS: u64 = 30;

#[tokio::test]
async fn every_decision_is_the_one_of_a_model_without_counters() {
    for seed in 0..SEEDS {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftercall.db");
        let mut world = World::new(&path, seed).await;
        println!("seed {seed}");
        for _step in 0..60 {
            match world.rng.random_range(0..21) {
                0..8 => world.one(seed).await,
                8..11 => world.batch(seed).await,
                11..17 => world.follow().await,
                17 => world.restart(&path).await,
                18 if world.rng.random_bool(0.2) => world.opt_out().await,
                19 => world.name_another_agent().await,
                _ => {
                    let rules = Rules::any(&mut world.rng);
                    world.rules.push(rules);
                }
            }
        }
        let counts: Vec<(String, String, String, String, i64)> = sqlx::query_as(
            "SELECT scope, name, agent, local_day, surveys FROM survey_count WHERE surveys <> 0",
        )
        .fetch_all(&stranger(&path).await)
        .await
        .unwrap();
        let counts: BTreeMap<_, _> = counts
            .into_iter()
            .map(|(scope, name, agent, day, surveys)| ((scope, name, agent, day), surveys))
            .collect();
        assert_eq!(
            counts,
            world.model.counts(),
            "seed {seed}: surveys are counted as the rows tell"
        );
    }
}

#[tokio::test]
async fn rule_of_every_decision_is_stored_with_its_figures() {
    let directory = tempfile::tempdir().unwrap();
    let store = patient(&directory.path().join("aftercall.db")).await;
    let mut rng = StdRng::seed_from_u64(7);
    let mut words = BTreeSet::new();
    for number in 1..400 {
        let rules = Rules::any(&mut rng);
        let at = morning() + TimeDelta::minutes(20 * i64::try_from(number).unwrap());
        let call = rules.call(number, at, &mut rng);
        let results = store.apply(&[Fact::Admit(Box::new(call.clone()))]).await.unwrap();
        let [Ok(Applied::Admitted(admission))] = results.as_slice() else {
            panic!("{results:?}")
        };
        let stored = store.decided(call.uid).await.unwrap().unwrap();
        assert_eq!(stored.reason.as_ref(), Some(admission.reason()));
        assert_eq!(stored.rule.as_deref(), Some(admission.reason().as_str()));
        assert_eq!(
            stored.counted.as_ref().map(|(_, position)| *position),
            admission.position()
        );
        if let Some((stratum, _)) = stored.counted {
            assert_eq!(stratum, terms(&call).stratum);
        }
        words.insert(admission.reason().as_str());
    }
    let all = ["agent_minimum", "cool_down", "every", "quota", "share"];
    assert_eq!(
        words.into_iter().collect::<Vec<_>>(),
        all,
        "each rule has decided"
    );
    assert_eq!(store.decided(uid(999_999)).await.unwrap(), None);
}

#[tokio::test]
async fn quota_of_one_with_fifty_calls_at_once_surveys_one() {
    let directory = tempfile::tempdir().unwrap();
    let store = patient(&directory.path().join("aftercall.db")).await;
    let one = |number| {
        let mut call = call(number, None, 1);
        if let Eligibility::Eligible(terms) = &mut call.eligibility {
            terms.limits.max_in_all = 1;
        }
        Fact::Admit(Box::new(call))
    };
    let results = store.apply(&(1..=50).map(one).collect::<Vec<_>>()).await.unwrap();
    let admissions: Vec<Applied> = results.into_iter().map(Result::unwrap).collect();
    let sampled = |applied: &&Applied| matches!(applied, Applied::Admitted(Admission::Sampled { .. }));
    assert_eq!(admissions.iter().filter(sampled).count(), 1);
    // Its place is free again when no survey was offered.
    let end = Fact::End(call_end(1, Disposition::RefusedCapacity));
    let results = store.apply(&[end, one(51), one(52)]).await.unwrap();
    let reasons: Vec<&str> = results
        .iter()
        .filter_map(|result| match result {
            Ok(Applied::Admitted(admission)) => Some(admission.reason().as_str()),
            Ok(Applied::Stored | Applied::Api(_)) | Err(_) => None,
        })
        .collect();
    // Calls of a batch are written before its ends.
    assert_eq!(reasons, ["quota", "quota"]);
    let results = store.apply(&[one(53), one(54)]).await.unwrap();
    let Ok(Applied::Admitted(Admission::Sampled { position: 2, .. })) = &results[0] else {
        panic!("{results:?}")
    };
    let quota = Applied::Admitted(Admission::Suppressed {
        reason: AdmissionReason::Quota {
            quota: aftercall_survey::admission::quota::Quota::MaxInAll,
            most: 1,
        },
    });
    assert_eq!(results[1], Ok(quota));
}
