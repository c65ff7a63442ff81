//! One call after the other, from its hand-over to its end.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::num::NonZeroU32;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::DemoOptions;
use super::calendar::Hour;
use super::company::{Agent, Company, Queue, Route};
use super::opinion::{Opinion, normal};
use super::sentence::{self, DemoSentence};
use super::slump::Slump;
use super::timing;
use aftercall_base::{CallUid, Disposition};
use aftercall_survey::admission::{AdmissionReason, Decision};
use aftercall_survey::{Metric, SurveyRecord, SurveyVersion};

/// A call as its row has it.
#[derive(Debug, Clone)]
pub(crate) struct DemoCall {
    pub(crate) uid: CallUid,
    pub(crate) arrived_at: DateTime<Utc>,
    pub(crate) local: NaiveDateTime,
    pub(crate) route: Option<String>,
    pub(crate) dialled: String,
    pub(crate) queue: String,
    pub(crate) agent: String,
    pub(crate) team: String,
    pub(crate) original_call_id: String,
    pub(crate) language: Option<&'static str>,
    pub(crate) caller_hash: String,
    pub(crate) survey: Option<SurveyVersion>,
    pub(crate) decision: Decision,
    pub(crate) reason: AdmissionReason,
    /// Its place among the eligible calls of its queue.
    pub(crate) position: Option<u64>,
    pub(crate) talk_time_s: u64,
    pub(crate) wait_time_s: u64,
    pub(crate) hung_up_by: &'static str,
    pub(crate) answered_at: Option<DateTime<Utc>>,
    pub(crate) ended_at: DateTime<Utc>,
    pub(crate) disposition: Disposition,
    pub(crate) ended_because: &'static str,
    pub(crate) spoken_language: Option<&'static str>,
    /// Ids of the questions that were begun to be asked.
    pub(crate) asked: Vec<String>,
    pub(crate) answers: Vec<DemoAnswer>,
    pub(crate) recording: Option<DemoRecording>,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct DemoAnswer {
    pub(crate) question: String,
    pub(crate) value: Option<i64>,
    pub(crate) attempts: u32,
    pub(crate) response_time: Duration,
    pub(crate) by_timeout: bool,
    pub(crate) prompt: Duration,
    pub(crate) heard: Option<Duration>,
    pub(crate) answered_at: DateTime<Utc>,
}

/// A comment, whose file is not there.
#[derive(Debug, Clone)]
pub(crate) struct DemoRecording {
    pub(crate) question: String,
    pub(crate) begun_at: DateTime<Utc>,
    pub(crate) duration: Duration,
    pub(crate) is_empty: bool,
    /// Of the sentence that is said.
    pub(crate) sha256: String,
}

/// A call that could have been surveyed, as the PBX reports it.
#[derive(Debug, Clone)]
pub(crate) struct DemoReport {
    pub(crate) original_call_id: String,
    pub(crate) ended_at: DateTime<Utc>,
    pub(crate) local_day: NaiveDate,
    pub(crate) queue: String,
    pub(crate) agent: String,
    pub(crate) team: String,
    pub(crate) talk_time_s: u64,
    pub(crate) wait_time_s: u64,
    pub(crate) hung_up_by: &'static str,
}

/// Counted calls of a queue, and when the last of them arrived.
pub(crate) type Counters = BTreeMap<(String, String), (u64, DateTime<Utc>)>;

/// Makes calls up.
#[derive(Debug)]
pub(super) struct Generator {
    company: Company,
    slump: Slump,
    sentences: Vec<DemoSentence>,
    zone: Tz,
    /// Different callers.
    callers: u64,
    counters: Counters,
    handed_over: u64,
    rng: StdRng,
}

/// A call with an agent that has just ended.
struct AgentCall<'c> {
    route: &'c Route,
    queue: &'c Queue,
    agent: &'c Agent,
    at: DateTime<Utc>,
    local: NaiveDateTime,
    mood: f64,
    talk_time_s: u64,
    wait_time_s: u64,
    hung_up_by: &'static str,
    original_call_id: String,
}

impl Generator {
    pub(super) fn new(options: &DemoOptions) -> Self {
        let mut rng = StdRng::seed_from_u64(options.seed);
        let company = Company::new(options, &mut rng);
        Self {
            slump: Slump::new(&company, options.until),
            sentences: options.sentences.clone(),
            company,
            zone: options.zone,
            callers: (options.calls / 3).max(10),
            counters: Counters::new(),
            handed_over: 0,
            rng,
        }
    }

    pub(super) const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The calls of an hour in the order of their arrival, and what the PBX reports in it.
    pub(super) fn hour(&mut self, hour: &Hour, calls: &mut Vec<DemoCall>, reports: &mut Vec<DemoReport>) {
        let company = std::mem::replace(&mut self.company, Company::none());
        let mut offsets: Vec<i64> = (0..hour.calls)
            .map(|_| self.rng.random_range(0..3_600_000))
            .collect();
        offsets.sort_unstable();
        for millis in offsets {
            let clock =
                hour.day.and_hms_opt(hour.hour, 0, 0).unwrap_or_default() + TimeDelta::milliseconds(millis);
            // An hour that a clock change leaves out is that after it.
            let at = self.zone.from_local_datetime(&clock).earliest();
            let at = at.map_or_else(|| clock.and_utc(), |at| at.with_timezone(&Utc));
            let local = at.with_timezone(&self.zone).naive_local();
            // Some are never handed over.
            for _ in 0..100 {
                let Some(ended) = self.agent_call(&company, at, local) else {
                    break;
                };
                let is_lost = match ended.agent.keeps_away && ended.mood < -0.3 {
                    true => self.rng.random_bool(0.85),
                    false => self.rng.random_bool(0.04),
                };
                if hour.is_open {
                    reports.push(ended.report());
                }
                if !is_lost {
                    let call = self.arrive(&ended, hour);
                    calls.push(call);
                    break;
                }
            }
        }
        self.company = company;
    }

    fn agent_call<'c>(
        &mut self,
        company: &'c Company,
        at: DateTime<Utc>,
        local: NaiveDateTime,
    ) -> Option<AgentCall<'c>> {
        let rng = &mut self.rng;
        let place = company.any_queue(rng);
        let queue = company.queues.get(place)?;
        let agent = company.any_agent(queue, rng)?;
        let wait_time_s = seconds(35.0, 1.1, 1_200, rng);
        let talk_time_s = seconds(240.0, 0.85, 5_400, rng);
        let patience = if wait_time_s > 180 { -0.4 } else { 0.05 };
        let mood = agent.skill + queue.ease + patience + 0.9 * normal(rng);
        let (mood, wait_time_s) = self.slump.strike(place, local.date(), mood, wait_time_s);
        let by_agent = if agent.keeps_away { 0.45 } else { 0.18 };
        self.handed_over += 1;
        Some(AgentCall {
            route: company.routes.get(queue.route)?,
            queue,
            agent,
            at,
            local,
            mood,
            talk_time_s,
            wait_time_s,
            hung_up_by: if rng.random_bool(by_agent) {
                "agent"
            } else {
                "caller"
            },
            original_call_id: format!("{}.{}", at.timestamp(), self.handed_over),
        })
    }

    fn arrive(&mut self, ended: &AgentCall<'_>, hour: &Hour) -> DemoCall {
        let survey = ended.route.survey(hour.along);
        let language = [Some("fi"), Some("fi"), Some("fi"), Some("sv"), Some("en"), None];
        let language = language.get(self.rng.random_range(0..language.len())).copied();
        let mut call = DemoCall {
            uid: CallUid::new(ended.at, &mut self.rng),
            arrived_at: ended.at,
            local: ended.local,
            route: Some(ended.route.name.clone()),
            dialled: ended.route.dialled.clone(),
            queue: ended.queue.name.clone(),
            agent: ended.agent.name.clone(),
            team: ended.agent.team.clone(),
            original_call_id: ended.original_call_id.clone(),
            language: language.flatten(),
            caller_hash: hash(self.rng.random_range(0..self.callers)),
            survey: survey.map(|record| record.survey.clone()),
            decision: Decision::Suppressed,
            reason: AdmissionReason::NoRoute,
            position: None,
            talk_time_s: ended.talk_time_s,
            wait_time_s: ended.wait_time_s,
            hung_up_by: ended.hung_up_by,
            answered_at: None,
            ended_at: ended.at,
            disposition: Disposition::Suppressed,
            ended_because: "",
            spoken_language: None,
            asked: Vec::new(),
            answers: Vec::new(),
            recording: None,
        };
        let suppressed = self.suppressed(&call, hour.is_open);
        match (suppressed, survey) {
            (None, Some(survey)) => self.sample(&mut call, ended, survey),
            (suppressed, _) => {
                call.reason = suppressed.unwrap_or(AdmissionReason::NoRoute);
                call.ended_because = call.reason.as_str();
                if call.reason == AdmissionReason::NoRoute {
                    (call.route, call.survey) = (None, None);
                    "799".clone_into(&mut call.dialled);
                }
            }
        }
        call
    }

    /// Why the call is kept out, if it is.
    fn suppressed(&mut self, call: &DemoCall, is_open: bool) -> Option<AdmissionReason> {
        let local = call.local;
        if !is_open {
            return Some(AdmissionReason::OutsideHours {
                local,
                time_zone: self.zone.name().to_owned(),
                holiday: None,
            });
        }
        if call.talk_time_s < 20 {
            return Some(AdmissionReason::TooShort {
                talk_time_s: call.talk_time_s,
                min_talk_time_s: 20,
            });
        }
        match self.rng.random_range(0..1_000) {
            0..2 => Some(AdmissionReason::NoRoute),
            2..12 => Some(AdmissionReason::NotOptedIn),
            12..17 => Some(AdmissionReason::OptedOut),
            17..60 => Some(AdmissionReason::CoolDown {
                survey: call
                    .survey
                    .as_ref()
                    .map_or_else(String::new, |survey| survey.name.clone()),
                last: call.arrived_at - TimeDelta::days(self.rng.random_range(1..90)),
                days: 90,
            }),
            _ => None,
        }
    }

    /// Every Nth eligible call of the queue is surveyed.
    fn sample(&mut self, call: &mut DemoCall, ended: &AgentCall<'_>, survey: &SurveyRecord) {
        let every = NonZeroU32::new(ended.queue.every).unwrap_or(NonZeroU32::MIN);
        let stratum = (ended.route.name.clone(), call.queue.clone());
        let counter = self.counters.entry(stratum).or_insert((0, call.arrived_at));
        *counter = (counter.0 + 1, call.arrived_at);
        let position = counter.0;
        call.position = Some(position);
        call.reason = AdmissionReason::Every { every };
        if !position.is_multiple_of(u64::from(every.get())) {
            call.decision = Decision::NotSampled;
            call.disposition = Disposition::NotSampled;
            call.ended_because = Decision::NotSampled.as_str();
            return;
        }
        call.decision = Decision::Sampled;
        match self.rng.random_range(0..1_000) {
            0..8 => end(call, Disposition::RefusedCapacity, "full", 0),
            8..14 => end(call, Disposition::Failed, "ack_timeout", 32),
            14..24 => end(call, Disposition::Abandoned, "cancelled", 2),
            _ => self.offer(call, ended.mood, survey),
        }
    }

    /// The call is answered with the survey.
    fn offer(&mut self, call: &mut DemoCall, mood: f64, survey: &SurveyRecord) {
        let answered_at = call.arrived_at + TimeDelta::milliseconds(self.rng.random_range(60..400));
        call.answered_at = Some(answered_at);
        call.spoken_language = Some(call.language.unwrap_or("fi"));
        let by_keys = survey
            .questions
            .iter()
            .filter(|question| question.metric != Metric::Comment);
        let many = by_keys.clone().count();
        // Those with much to say answer more readily.
        let takes_part = 0.38 + 0.03 * mood.abs().min(2.0);
        let answered = match self.rng.random_bool(takes_part) {
            false => 0,
            true if self.rng.random_bool(0.78) => many,
            true => self.rng.random_range(1..=many.max(2) - 1).min(many),
        };
        let first = timing::first_question(answered_at);
        call.answers = Opinion::new(mood, &mut self.rng).answers(survey, answered, first, &mut self.rng);
        let begun = by_keys.take((answered + 1).min(many));
        call.asked = begun.map(|question| question.id.clone()).collect();
        let last = call.answers.last().map(|answer| answer.answered_at);
        let has_value = call.answers.iter().any(|answer| answer.value.is_some());
        let is_complete =
            call.answers.len() == many && call.answers.iter().all(|answer| answer.value.is_some());
        match (is_complete, has_value) {
            (true, _) => {
                self.comment(call, survey, timing::next(last.unwrap_or(first)));
                end(call, Disposition::Completed, "all_answered", 0);
            }
            (false, true) => end(call, Disposition::Partial, "caller_hung_up", 0),
            (false, false) => match self.rng.random_range(0..100) {
                0..60 => end(call, Disposition::Abandoned, "caller_hung_up", 5),
                60..94 => end(call, Disposition::NoAnswer, "no_input", 40),
                _ => end(call, Disposition::Declined, "opted_out", 9),
            },
        }
        let said = call
            .recording
            .as_ref()
            .map(|comment| comment.begun_at + timing::delta(comment.duration));
        if let Some(last) = said.or(last) {
            call.ended_at = call.ended_at.max(timing::thanked(last));
        }
    }

    fn comment(&mut self, call: &mut DemoCall, survey: &SurveyRecord, asked_at: DateTime<Utc>) {
        let mut questions = survey.questions.iter();
        let Some(question) = questions.find(|question| question.metric == Metric::Comment) else {
            return;
        };
        call.asked.push(question.id.clone());
        if !self.rng.random_bool(0.45) {
            return;
        }
        let tone = sentence::tone(&call.answers, survey);
        let said = sentence::any(&self.sentences, tone, &call.queue, &mut self.rng);
        let (duration, sha256) = match said {
            Some(sentence) => (sentence.length, sentence.sha256.clone()),
            // Of a comment without a sound nobody can compare the sum.
            None => {
                let duration = Duration::from_millis(self.rng.random_range(900..42_000));
                (duration, call.caller_hash.clone())
            }
        };
        call.recording = Some(DemoRecording {
            question: question.id.clone(),
            begun_at: timing::comment(asked_at),
            duration,
            is_empty: self.rng.random_bool(0.2),
            sha256,
        });
    }
}

impl AgentCall<'_> {
    fn report(&self) -> DemoReport {
        DemoReport {
            original_call_id: self.original_call_id.clone(),
            ended_at: self.at,
            local_day: self.local.date(),
            queue: self.queue.name.clone(),
            agent: self.agent.name.clone(),
            team: self.agent.team.clone(),
            talk_time_s: self.talk_time_s,
            wait_time_s: self.wait_time_s,
            hung_up_by: self.hung_up_by,
        }
    }
}

fn end(call: &mut DemoCall, disposition: Disposition, because: &'static str, seconds: i64) {
    call.disposition = disposition;
    call.ended_because = because;
    call.ended_at = call.arrived_at + TimeDelta::seconds(seconds);
}

/// A time with this median and spread, in seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time of at most hours"
)]
fn seconds(median: f64, spread: f64, longest: u64, rng: &mut StdRng) -> u64 {
    ((median * (spread * normal(rng)).exp()) as u64).min(longest)
}

/// 64 hexadecimal digits, as the keyed hash of a number has.
fn hash(caller: u64) -> String {
    let mut state = caller;
    let mut text = String::with_capacity(64);
    for _ in 0..4 {
        // SplitMix64.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        write!(text, "{mixed:016x}").ok();
    }
    text
}
