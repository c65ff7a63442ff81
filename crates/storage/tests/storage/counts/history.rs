//! Random histories: calls of several zones around clock changes, whose facts come in any order, late, twice, or for nobody.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::support::{audio, call, call_end, nth, open, question, survey, uid};
use aftercall_base::{CallUid, Disposition, EmptyReason, RecordingEndReason, RecordingResult, Redacted};
use aftercall_storage::api_fact::ApiFact;
use aftercall_storage::store::Fact;
use aftercall_storage::{SqliteStore, Store};
use aftercall_survey::admission::quota::RouteLimits;
use aftercall_survey::admission::sampler::{CallSampler, Draw, Share};
use aftercall_survey::admission::{
    AdmissionReason, Eligibility, NewCall, SamplingTerms, Stratum, StratumKind,
};
use aftercall_survey::context::{CallContext, ContextSource, ContextValues, Field};
use aftercall_survey::record::{
    Amendment, Announcement, AnswerRecord, CallEnd, ClaimedCall, EligibleCall, NewDecision, RecordingBegun,
    RecordingEnd,
};
use aftercall_survey::{Metric, SurveyRecord, SurveyVersion};

pub(super) const QUEUES: [&str; 5] = ["sales", "sales fi", "support", "-", "tëst*"];
pub(super) const AGENTS: [&str; 6] = ["4711", "4712", "anna", "anna b", "ben", "sales"];
pub(super) const TEAMS: [&str; 3] = ["red", "blue", "blue 2"];
pub(super) const LANGUAGES: [&str; 4] = ["fi", "sv", "en", "en-gb"];
pub(super) const ROUTES: [&str; 3] = ["main", "night", "main 2"];
pub(super) const DIALLED: [&str; 3] = ["nps", "8001", "8002"];
const QUESTIONS: [&str; 4] = ["nps", "ces", "csat", "topic"];

/// Zones with clock changes of an hour and of half an hour, on both sides of UTC, and without.
const ZONES: [Tz; 5] = [
    Tz::Europe__Helsinki,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::Asia__Kolkata,
    Tz::UTC,
];

/// Midnights shortly before clocks change in one of the zones, and before a year ends.
const BEGINNINGS: [&str; 6] = [
    "2026-03-07T18:00:00Z",
    "2026-03-28T18:00:00Z",
    "2026-04-04T06:00:00Z",
    "2026-10-24T18:00:00Z",
    "2026-10-31T18:00:00Z",
    "2026-12-31T04:00:00Z",
];

pub(super) struct World {
    pub(super) store: SqliteStore,
    pub(super) path: PathBuf,
    pub(super) rng: StdRng,
    calls: Vec<CallUid>,
    now: DateTime<Utc>,
    originals: u64,
}

impl World {
    pub(super) async fn new(path: &Path, seed: u64) -> Self {
        Self {
            store: open(path).await,
            path: path.to_owned(),
            rng: StdRng::seed_from_u64(seed),
            calls: Vec::new(),
            now: BEGINNINGS[0].parse().unwrap(),
            originals: 0,
        }
    }

    fn chance(&mut self, probability: f64) -> bool {
        self.rng.random_bool(probability)
    }

    fn one<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.rng.random_range(0..all.len())].clone()
    }

    fn maybe(&mut self, all: &[&str]) -> Option<String> {
        self.chance(0.8).then(|| self.one(all).to_owned())
    }

    /// Applies a batch of random facts, or does what is not a fact.
    pub(super) async fn step(&mut self) {
        match self.rng.random_range(0..30) {
            0 => {
                self.store.sweep("node-1").await.unwrap();
            }
            1 if !self.calls.is_empty() => {
                let call = self.one(&self.calls.clone());
                self.store.forget(call).await.unwrap();
            }
            2..=4 => {
                let most = self.rng.random_range(1..=30);
                self.store.count_ended(most).await.unwrap();
            }
            5 => {
                let survey = Fact::Surveys(vec![self.survey()]);
                self.store.apply(&[survey]).await.unwrap();
            }
            _ => {
                if self.chance(0.05) {
                    self.now = self.one(&BEGINNINGS).parse().unwrap();
                }
                let many = if self.chance(0.3) {
                    1
                } else {
                    self.rng.random_range(2..=50)
                };
                let facts: Vec<Fact> = (0..many).flat_map(|_| self.facts()).take(50).collect();
                self.store.apply(&facts).await.unwrap();
            }
        }
    }

    /// A few facts of one call in their usual order, or any one.
    fn facts(&mut self) -> Vec<Fact> {
        self.now += TimeDelta::seconds(self.rng.random_range(0..900));
        if self.chance(0.3) {
            let call = self.new_call();
            let uid = call.uid;
            let mut facts = vec![Fact::Admit(Box::new(call))];
            for probability in [0.8, 0.7, 0.6, 0.5] {
                if !self.chance(probability) {
                    break;
                }
                facts.push(self.follow(uid));
            }
            return facts;
        }
        let call = match self.chance(0.03) || self.calls.is_empty() {
            true => uid(u64::MAX),
            // Mostly of a late one.
            false => {
                let last = self.calls.len() - 1;
                let back = self.rng.random_range(0..=last.min(40));
                if self.chance(0.1) {
                    self.one(&self.calls.clone())
                } else {
                    self.calls[last - back]
                }
            }
        };
        vec![match self.rng.random_range(0..100) {
            0..70 => self.follow(call),
            70..78 => Fact::Api(ApiFact::Amend(self.amendment(call))),
            78..82 => Fact::Admit(Box::new(self.new_call_of(call))),
            82..87 => self.decision(),
            87..91 => self.claim(call),
            91..93 => Fact::Api(ApiFact::Expire(self.now)),
            93..95 => Fact::OptedOut { call, at: self.now },
            95..99 => {
                let many = self.rng.random_range(1..6);
                Fact::Api(ApiFact::Eligible((0..many).map(|_| self.eligible()).collect()))
            }
            _ => Fact::Heartbeat,
        }]
    }

    /// What follows when a call is in.
    fn follow(&mut self, call: CallUid) -> Fact {
        match self.rng.random_range(0..10) {
            0..2 => Fact::Answered {
                call,
                at: self.now,
                planned: self.chance(0.3).then(|| QUESTIONS.map(str::to_owned).to_vec()),
            },
            2..6 => Fact::Answer(self.answer(call)),
            6..9 => Fact::End(self.end(call)),
            _ => self.recording(call),
        }
    }

    fn new_call(&mut self) -> NewCall {
        let uid = uid(1 + self.calls.len() as u64);
        let call = self.new_call_of(uid);
        self.calls.push(uid);
        call
    }

    fn new_call_of(&mut self, uid: CallUid) -> NewCall {
        let zone = self.one(&ZONES);
        self.originals += 1;
        // Some calls are transferred to us twice.
        let original = match self.chance(0.2) {
            true => self.original(),
            false => format!("original {}", self.originals),
        };
        let values = [
            (Field::Queue, self.maybe(&QUEUES)),
            (Field::Agent, self.maybe(&AGENTS)),
            (Field::Team, self.maybe(&TEAMS)),
            (Field::Language, self.maybe(&LANGUAGES)),
            (Field::OriginalCallId, Some(original)),
        ];
        let values = values
            .iter()
            .filter_map(|(field, text)| Some((*field, text.as_deref()?)));
        let mut sources = vec![source("zone", zone.name())];
        if self.chance(0.7) {
            let seconds = self.rng.random_range(0..1_500).to_string();
            sources.push(source("talk_time", &seconds));
        }
        if self.chance(0.4) {
            let segment = self.one(&["gold", "golden", "tin"]);
            sources.push(source("segment", segment));
        }
        let route = self.one(&ROUTES);
        NewCall {
            uid,
            arrived_at: self.now,
            time_zone: zone,
            dialled: self.one(&DIALLED).to_owned(),
            context: CallContext {
                values: ContextValues::of(values),
                caller_hash: self
                    .chance(0.5)
                    .then(|| format!("caller {}", self.rng.random_range(0..200))),
                sources,
                ..CallContext::default()
            },
            route: self.chance(0.95).then(|| route.to_owned()),
            survey: self.chance(0.9).then(|| self.survey().survey),
            eligibility: self.eligibility(route, zone),
            ..call(1, None, 1)
        }
    }

    fn eligibility(&mut self, route: &str, zone: Tz) -> Eligibility {
        if self.chance(0.25) {
            let reason = self.one(&[AdmissionReason::NoRoute, AdmissionReason::NotOptedIn]);
            return Eligibility::Suppressed { reason };
        }
        let every = self.one(&[1, 2, 3, 10]);
        let share = self.one(&["20%", "30%", "50%", "100%"]);
        let sampler = match self.chance(0.3) {
            true => CallSampler::Share {
                share: Share::parse(share).unwrap(),
                drawn: Draw::new(self.rng.random_range(0..Draw::RANGE)).unwrap(),
            },
            false => CallSampler::Every(nth(every)),
        };
        let stratum = Stratum {
            route: route.to_owned(),
            kind: StratumKind::Route,
            counted_as: String::new(),
        };
        let day = self.now.with_timezone(&zone).date_naive();
        let limits = RouteLimits {
            min_per_agent_day: self.one(&[0, 0, 1]),
            max_per_day: self.one(&[0, 0, 0, 40]),
            ..RouteLimits::default()
        };
        Eligibility::Eligible(SamplingTerms {
            limits,
            ..SamplingTerms::of_sampler(stratum, sampler, day)
        })
    }

    /// A call that ended when one of ours arrived, or which never comes.
    fn eligible(&mut self) -> EligibleCall {
        let side = self.one(&["agent", "caller"]);
        let values = [
            (Field::Queue, self.maybe(&QUEUES)),
            (Field::Agent, self.maybe(&AGENTS)),
            (Field::Team, self.maybe(&TEAMS)),
            (Field::HungUpBy, self.chance(0.7).then(|| side.to_owned())),
        ];
        let values = values
            .iter()
            .filter_map(|(field, text)| Some((*field, text.as_deref()?)));
        let ended_at = self.now - TimeDelta::seconds(self.rng.random_range(0..60_000));
        EligibleCall {
            original_call_id: self.original(),
            ended_at,
            local_day: ended_at.with_timezone(&ZONES[0]).date_naive(),
            reported_at: self.now,
            values: ContextValues::of(values),
        }
    }

    /// The id of a call at the PBX: of one of the last, or of none.
    fn original(&mut self) -> String {
        let back = self.rng.random_range(0..40);
        format!("original {}", (self.originals + 3).saturating_sub(back))
    }

    /// Two versions of a survey and one of another; answers may come before any of them is known.
    fn survey(&mut self) -> SurveyRecord {
        let versions = [
            ("nps", "000000000001"),
            ("nps", "000000000002"),
            ("csat", "000000000003"),
        ];
        let (name, version) = self.one(&versions);
        let mut effort = question("ces", Metric::Ces, (1, 7));
        effort.high_is_good = version != "000000000002";
        SurveyRecord {
            survey: SurveyVersion {
                name: name.to_owned(),
                version: version.to_owned(),
            },
            questions: vec![
                question("nps", Metric::Nps, (0, 10)),
                effort,
                question("csat", Metric::Csat, if name == "csat" { (1, 3) } else { (1, 5) }),
                question("topic", Metric::Choice, (0, 10)),
            ],
            ..survey(version)
        }
    }

    fn answer(&mut self, call: CallUid) -> AnswerRecord {
        let value = if self.chance(0.5) {
            1
        } else {
            self.one(&[0, 2, 5, 5, 7, 9, 10, 10, 11])
        };
        AnswerRecord {
            alerts: Vec::new(),
            call,
            question: self.one(&QUESTIONS).to_owned(),
            value: self.chance(0.85).then_some(value),
            raw_digits: value.to_string(),
            early_digits: String::new(),
            attempts: 1,
            response_time: Duration::from_millis(300),
            prompt: self
                .chance(0.8)
                .then(|| Duration::from_millis(self.rng.random_range(0..5))),
            heard: self
                .chance(0.5)
                .then(|| Duration::from_millis(self.rng.random_range(0..5))),
            accepted_by_timeout: value == 1 && self.chance(0.5),
            corrected_from: self.chance(0.1).then_some(3),
            answered_at: self.now,
        }
    }

    fn end(&mut self, call: CallUid) -> CallEnd {
        CallEnd {
            alerts: Vec::new(),
            call,
            answered_at: self.chance(0.3).then_some(self.now),
            ended_at: self.now,
            disposition: self.one(&Disposition::ALL),
            spoken_language: self.maybe(&LANGUAGES).filter(|language| language != "en-gb"),
            ..call_end(1, Disposition::Completed)
        }
    }

    fn recording(&mut self, call: CallUid) -> Fact {
        let question = self.one(&["why", "what else"]).to_owned();
        let recording = RecordingBegun {
            call,
            question: question.clone(),
            path: "a.wav".to_owned(),
            begun_at: self.now,
        };
        let kept = [
            audio(None),
            audio(Some(EmptyReason::NoSpeech)),
            RecordingResult::Nothing,
            RecordingResult::Lost,
        ];
        match self.rng.random_range(0..5) {
            0 => Fact::RecordingBegun(recording),
            1..4 => Fact::RecordingEnded(RecordingEnd {
                alerts: Vec::new(),
                recording,
                kept: self.one(&kept),
                ended_by: RecordingEndReason::Key,
                ended_at: self.now,
            }),
            _ => Fact::RecordingExpired {
                call,
                question,
                at: self.now,
            },
        }
    }

    fn amendment(&mut self, call: CallUid) -> Amendment {
        let all = [
            ("queue", self.maybe(&QUEUES)),
            ("agent", self.maybe(&AGENTS)),
            ("team", self.maybe(&TEAMS)),
            ("language", self.maybe(&LANGUAGES)),
            ("talk_time", Some(self.rng.random_range(0..1_500).to_string())),
            ("segment", Some("gold".to_owned())),
            ("original_call_id", self.chance(0.2).then(|| self.original())),
        ];
        let some = all.into_iter().filter(|_| self.rng.random_bool(0.4));
        Amendment {
            call,
            texts: some
                .filter_map(|(name, text)| Some((name.to_owned(), text?)))
                .collect(),
            source: "api",
        }
    }

    fn decision(&mut self) -> Fact {
        let call = self.new_call();
        let announcement = Announcement {
            uid: call.uid,
            token: Redacted::new(format!("t{}", call.uid)),
            original_call_id: call.context.values.text(Field::OriginalCallId).map(str::to_owned),
            caller_hash: None,
            former_hashes: Vec::new(),
            caller_number: None,
            texts: BTreeMap::new(),
            request_key: None,
            request_hash: None,
            announced_at: self.now,
            expires_at: self.now + TimeDelta::seconds(self.rng.random_range(1..20_000)),
            waits: true,
        };
        Fact::Api(ApiFact::Decide(Box::new(NewDecision { call, announcement })))
    }

    fn claim(&mut self, call: CallUid) -> Fact {
        let known = self.new_call_of(call);
        Fact::Api(ApiFact::Claim(Box::new(ClaimedCall {
            uid: call,
            node: "node-2".to_owned(),
            invited_at: self.now,
            sip_call_id: "claimed".to_owned(),
            context: known.context,
            survey: self.chance(0.5).then(|| self.survey().survey),
        })))
    }
}

fn source(name: &str, value: &str) -> ContextSource {
    ContextSource {
        name: name.to_owned(),
        source: "X-A".to_owned(),
        value: Some(value.to_owned()),
        note: None,
        text: None,
    }
}
