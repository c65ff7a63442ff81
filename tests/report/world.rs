//! A contact centre of random calls, as facts for the store: the same seed makes the same calls.

use std::num::NonZeroU32;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::{audio, question};
use aftercall_base::{CallUid, Disposition, EmptyReason, RecordingEndReason, RecordingResult};
use aftercall_storage::SqliteStore;
use aftercall_storage::Store;
use aftercall_storage::store::Fact;
use aftercall_survey::admission::sampler::CallSampler;
use aftercall_survey::admission::{
    AdmissionReason, Eligibility, NewCall, SamplingTerms, Stratum, StratumKind,
};
use aftercall_survey::context::{CallContext, ContextSource, ContextValues, Field};
use aftercall_survey::record::{AnswerRecord, CallEnd, RecordingBegun, RecordingEnd, TurnedAwayCalls};
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord, SurveyVersion};

/// What calls there are.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) calls: u64,
    pub(crate) first_day: NaiveDate,
    pub(crate) days: i64,
    pub(crate) queues: Vec<String>,
    pub(crate) agents: Vec<String>,
    /// One call in how many is sampled, by queue in turn.
    pub(crate) every: Vec<u32>,
    pub(crate) zone: Tz,
}

impl World {
    /// A small one: few queues, two weights, ten days over a change of the clocks.
    pub(crate) fn small(seed: u64, calls: u64) -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            seed,
            calls,
            first_day: NaiveDate::from_ymd_opt(2026, 10, 20).unwrap(),
            days: 10,
            queues: names(&["sales", "service", ""]),
            agents: names(&["anna", "ben", "carla", ""]),
            every: vec![1, 1, 2],
            zone: chrono_tz::Europe::Helsinki,
        }
    }

    /// Writes everything to a store.
    pub(crate) async fn write(&self, store: &SqliteStore) {
        let mut rng = StdRng::seed_from_u64(self.seed);
        let mut facts = vec![Fact::Surveys(surveys()), self.turned_away(&mut rng)];
        // The store counts the eligible calls of each queue; so does this, to know which of them are sampled.
        let mut eligible = vec![0; self.queues.len()];
        for number in 1..=self.calls {
            facts.extend(self.call(number, &mut eligible, &mut rng));
        }
        for batch in facts.chunks(400) {
            for result in store.apply(batch).await.unwrap() {
                result.unwrap();
            }
        }
    }

    fn turned_away(&self, rng: &mut StdRng) -> Fact {
        Fact::TurnedAway(vec![TurnedAwayCalls {
            node: "node-1".to_owned(),
            minute_at: self.moment(rng).with_timezone(&Utc),
            route: Some("main".to_owned()),
            survey: Some("care".to_owned()),
            reason: "full".to_owned(),
            calls: rng.random_range(0..5),
        }])
    }

    /// A moment of the working day, fewer of them at the ends.
    fn moment(&self, rng: &mut StdRng) -> DateTime<Tz> {
        let day = self.first_day + TimeDelta::days(rng.random_range(0..self.days));
        let minutes = 8 * 60 + (rng.random_range(0..500) + rng.random_range(0..220));
        let local = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes);
        self.zone.from_local_datetime(&local).earliest().unwrap()
    }

    fn call(&self, number: u64, eligible: &mut [u64], rng: &mut StdRng) -> Vec<Fact> {
        let arrived_at = self.moment(rng).with_timezone(&Utc);
        let uid = CallUid::new(arrived_at, &mut StdRng::seed_from_u64(self.seed << 32 | number));
        let queue = rng.random_range(0..self.queues.len());
        let agent = rng.random_range(0..self.agents.len());
        let call = self.arrival(uid, arrived_at, number, (queue, agent), rng);
        let is_second = call
            .survey
            .as_ref()
            .is_some_and(|survey| survey.name == "after-sales");
        let version = call.survey.as_ref().map(|survey| survey.version.clone());
        let is_sampled = match &call.eligibility {
            Eligibility::Eligible(terms) => {
                eligible[queue] += 1;
                terms.sampler.is_sampled(eligible[queue])
            }
            Eligibility::Suppressed { .. } => false,
        };
        let mut facts = vec![Fact::Admit(Box::new(call.clone()))];
        let fate = rng.random_range(0..100);
        let mut tell = Telling {
            facts: &mut facts,
            uid,
            at: arrived_at,
        };
        match &call.eligibility {
            Eligibility::Suppressed { .. } => tell.end(Disposition::Suppressed),
            Eligibility::Eligible(_) if !is_sampled => tell.end(Disposition::NotSampled),
            Eligibility::Eligible(_) => {
                // Good queues and agents are a little better; later days as well.
                let skill = 0.55
                    + 0.06 * (queue % 5) as f64
                    + 0.03 * (agent % 4) as f64
                    + 0.01 * ((arrived_at.date_naive() - self.first_day).num_days() as f64);
                match fate {
                    0..=3 => tell.end(Disposition::RefusedCapacity),
                    4..=8 => tell.end(Disposition::Abandoned),
                    9..=10 => tell.end(Disposition::Failed),
                    _ => {
                        tell.facts.push(Fact::Answered {
                            call: uid,
                            at: arrived_at + TimeDelta::seconds(1),
                            planned: None,
                        });
                        match fate {
                            11..=20 => tell.end(Disposition::NoAnswer),
                            21..=26 => tell.end(Disposition::Abandoned),
                            27..=29 => tell.end(Disposition::Declined),
                            fate => {
                                let questions = if is_second {
                                    after_sales()
                                } else {
                                    care(version.as_deref())
                                };
                                tell.answers(&questions, skill, fate, rng);
                            }
                        }
                    }
                }
            }
        }
        facts
    }

    fn arrival(
        &self,
        uid: CallUid,
        arrived_at: DateTime<Utc>,
        number: u64,
        (queue, agent): (usize, usize),
        rng: &mut StdRng,
    ) -> NewCall {
        let (queue_name, agent_name) = (self.queues[queue].as_str(), self.agents[agent].as_str());
        let team = if agent.is_multiple_of(2) { "north" } else { "south" };
        let named = [
            (Field::Queue, queue_name),
            (Field::Agent, agent_name),
            (Field::Team, team),
            (
                Field::Language,
                if number.is_multiple_of(3) { "fi" } else { "en" },
            ),
        ];
        let talk_time = rng.random_range(5..900_u32).to_string();
        let is_second = number.is_multiple_of(4);
        let survey = SurveyVersion {
            name: if is_second { "after-sales" } else { "care" }.to_owned(),
            version: match (is_second, rng.random_range(0..10)) {
                (false, 0..=2) => "00000000000b",
                _ => "00000000000a",
            }
            .to_owned(),
        };
        let eligibility = match rng.random_range(0..20) {
            0 => Eligibility::Suppressed {
                reason: AdmissionReason::NoRoute,
            },
            1 => Eligibility::Suppressed {
                reason: AdmissionReason::NotOptedIn,
            },
            _ => Eligibility::Eligible(SamplingTerms::of_sampler(
                Stratum {
                    route: "main".to_owned(),
                    kind: StratumKind::Queue,
                    counted_as: queue_name.to_owned(),
                },
                CallSampler::Every(NonZeroU32::new(self.every[queue % self.every.len()]).unwrap()),
                arrived_at.date_naive(),
            )),
        };
        NewCall {
            uid,
            node: "node-1".to_owned(),
            arrived_at,
            time_zone: self.zone,
            sip_call_id: format!("{number}@pbx"),
            dialled: "care".to_owned(),
            context: CallContext {
                values: ContextValues::of(named.into_iter().filter(|(_, name)| !name.is_empty())),
                sources: vec![ContextSource {
                    name: "talk_time".to_owned(),
                    source: "X-Talk-Time".to_owned(),
                    value: Some(talk_time),
                    note: None,
                    text: None,
                }],
                ..CallContext::default()
            },
            route: Some("main".to_owned()),
            survey: Some(survey),
            eligibility,
        }
    }
}

/// The facts of one call, in their order.
struct Telling<'f> {
    facts: &'f mut Vec<Fact>,
    uid: CallUid,
    at: DateTime<Utc>,
}

impl Telling<'_> {
    fn end(&mut self, disposition: Disposition) {
        self.facts.push(Fact::End(CallEnd {
            alerts: Vec::new(),
            call: self.uid,
            answered_at: None,
            ended_at: self.at + TimeDelta::seconds(40),
            disposition,
            reason: "caller_hung_up".to_owned(),
            media: None,
            asked: None,
            spoken_language: None,
        }));
    }

    fn answers(&mut self, questions: &[QuestionRecord], skill: f64, fate: i32, rng: &mut StdRng) {
        let scored = questions
            .iter()
            .filter(|question| question.metric != Metric::Comment);
        let is_partial = fate < 36;
        // Some press the same key throughout.
        let same = (fate == 99).then_some(1);
        let asked = scored.clone().count();
        for (index, question) in scored.enumerate() {
            if is_partial && index + 1 == asked {
                break;
            }
            let value = match rng.random_range(0..100) {
                0..=2 => None,
                3 => Some(77),
                _ => Some(same.unwrap_or_else(|| drawn(question, skill, rng))),
            };
            self.answer(question, value, rng);
        }
        if fate > 70
            && questions
                .iter()
                .any(|question| question.metric == Metric::Comment)
        {
            self.comment(rng);
        }
        match fate {
            98 => {}
            _ if is_partial => self.end(Disposition::Partial),
            _ => self.end(Disposition::Completed),
        }
    }

    fn answer(&mut self, question: &QuestionRecord, value: Option<i64>, rng: &mut StdRng) {
        self.facts.push(Fact::Answer(AnswerRecord {
            alerts: Vec::new(),
            call: self.uid,
            question: question.id.clone(),
            value,
            raw_digits: String::new(),
            early_digits: String::new(),
            attempts: 1,
            response_time: Duration::from_millis(850),
            prompt: Some(Duration::from_secs(6)),
            heard: (rng.random_range(0..12) == 0).then_some(Duration::from_secs(2)),
            accepted_by_timeout: value == Some(1) && question.scale.1 == 10,
            corrected_from: None,
            answered_at: self.at + TimeDelta::seconds(12),
        }));
    }

    fn comment(&mut self, rng: &mut StdRng) {
        let kept = match rng.random_range(0..5) {
            0 => RecordingResult::Nothing,
            1 => audio(Some(EmptyReason::NoSpeech)),
            _ => audio(None),
        };
        self.facts.push(Fact::RecordingEnded(RecordingEnd {
            alerts: Vec::new(),
            recording: RecordingBegun {
                call: self.uid,
                question: "why".to_owned(),
                path: format!("2026/{}-why.wav", self.uid),
                begun_at: self.at + TimeDelta::seconds(20),
            },
            kept,
            ended_by: RecordingEndReason::Key,
            ended_at: self.at + TimeDelta::seconds(35),
        }));
    }
}

/// An answer of a caller who is as content as `skill` says.
fn drawn(question: &QuestionRecord, skill: f64, rng: &mut StdRng) -> i64 {
    let (min, max) = question.scale;
    let span = (max - min) as f64;
    let mood = (skill + rng.random_range(-0.45..0.45)).clamp(0.0, 1.0);
    let mood = if question.high_is_good { mood } else { 1.0 - mood };
    min + (mood * span).round() as i64
}

/// Every survey, the version loaded last first of its name.
pub(crate) fn surveys() -> Vec<SurveyRecord> {
    let record = |name: &str, version: &str, questions| SurveyRecord {
        survey: SurveyVersion {
            name: name.to_owned(),
            version: version.to_owned(),
        },
        title: format!("Survey {name}"),
        goal: "Be recommended by four in ten".to_owned(),
        definition: String::new(),
        questions,
    };
    vec![
        record("care", "00000000000b", care(Some("00000000000b"))),
        record("care", "00000000000a", care(Some("00000000000a"))),
        record("after-sales", "00000000000a", after_sales()),
    ]
}

fn care(version: Option<&str>) -> Vec<QuestionRecord> {
    let mut nps = question("nps", Metric::Nps, (0, 10));
    nps.target = Some(20.0);
    nps.text = "Based on the call you just had, how likely are you to recommend us to a friend?".to_owned();
    let mut csat = question("csat", Metric::Csat, (1, 5));
    csat.target = Some(70.0);
    csat.text = "How satisfied were you with the agent who served you?".to_owned();
    // What the earlier version counted is another question.
    csat.threshold = (version == Some("00000000000b")).then_some(5);
    csat.labels = vec![
        (1, "very dissatisfied".to_owned()),
        (5, "very satisfied".to_owned()),
    ];
    let mut contacts = question("contacts", Metric::Number, (1, 9));
    contacts.high_is_good = false;
    contacts.text = "How often have you called about this?".to_owned();
    let mut topic = question("topic", Metric::Choice, (1, 3));
    topic.labels = vec![
        (1, "billing".to_owned()),
        (2, "delivery".to_owned()),
        (3, "else".to_owned()),
    ];
    vec![nps, csat, contacts, topic]
}

fn after_sales() -> Vec<QuestionRecord> {
    let mut solved = question("solved", Metric::YesNo, (0, 1));
    solved.labels = vec![(0, "no".to_owned()), (1, "yes".to_owned())];
    solved.target = Some(80.0);
    solved.text = "Was your matter settled?".to_owned();
    let mut effort = question("effort", Metric::Ces, (1, 7));
    effort.high_is_good = false;
    effort.text = "How much effort did it take to get your matter settled?".to_owned();
    vec![solved, effort, question("why", Metric::Comment, (0, 0))]
}
