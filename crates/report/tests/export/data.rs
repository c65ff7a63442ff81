//! Random calls of all kinds, from a seed.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::support::{audio, nth, question, survey};
use aftercall_base::{CallUid, Disposition, EmptyReason, RecordingEndReason, RecordingResult};
use aftercall_storage::store::Fact;
use aftercall_storage::{SqliteStore, Store};
use aftercall_survey::admission::sampler::{CallSampler, Draw, Share};
use aftercall_survey::admission::{
    AdmissionReason, Eligibility, NewCall, SamplingTerms, Stratum, StratumKind,
};
use aftercall_survey::context::{CallContext, ContextSource, ContextValues, Field, SourceNote};
use aftercall_survey::record::{AnswerRecord, CallEnd, RecordingBegun, RecordingEnd};
use aftercall_survey::{Metric, SurveyRecord, SurveyVersion};

/// 2026-10-24T20:00:00Z: a day later clocks change in Europe.
pub(crate) const BEGIN: i64 = 1_792_872_000;

/// Routes with their time zones.
pub(crate) const ROUTES: [(&str, Tz); 3] = [
    ("main", Tz::Europe__Helsinki),
    ("phone", Tz::UTC),
    ("india", Tz::Asia__Kolkata),
];

/// Names that calls have.
pub(crate) const QUEUES: [Option<&str>; 5] =
    [Some("sales"), Some("sales-fi"), Some("it"), Some("0441"), None];
const AGENTS: [Option<&str>; 4] = [Some("4711"), Some("4712"), Some("anna"), None];
const TEAMS: [Option<&str>; 3] = [Some("north"), Some("south"), None];
const LANGUAGES: [Option<&str>; 3] = [Some("fi"), Some("en"), None];

/// Survey "nps" in two versions, the second with a question more; survey "it" with another direction and a comment.
pub(crate) fn surveys() -> Vec<SurveyRecord> {
    let first = survey("000000000001");
    let mut second = survey("000000000002");
    second
        .questions
        .insert(0, question("added", Metric::YesNo, (0, 1)));
    let mut other = survey("0000000000aa");
    other.survey.name = "it".to_owned();
    other.questions[1].high_is_good = false;
    other.questions.push(question("why", Metric::Comment, (0, 0)));
    vec![first, other, second]
}

/// Stores `calls` random calls over nine days, some of them in progress.
pub(crate) async fn fill(store: &SqliteStore, seed: u64, calls: usize) {
    let mut rng = StdRng::seed_from_u64(seed);
    let known = surveys();
    // Version by version, so that it is known which was first.
    for survey in &known {
        apply(store, &[Fact::Surveys(vec![survey.clone()])]).await;
    }
    let mut facts = Vec::new();
    for _ in 0..calls {
        facts.extend(call(&mut rng, &known));
    }
    apply(store, &facts).await;
}

pub(crate) async fn apply(store: &SqliteStore, facts: &[Fact]) {
    for (fact, result) in facts.iter().zip(store.apply(facts).await.unwrap()) {
        result.unwrap_or_else(|error| panic!("{error}: {fact:?}"));
    }
}

/// The facts of one call.
fn call(rng: &mut StdRng, surveys: &[SurveyRecord]) -> Vec<Fact> {
    let arrived_at = DateTime::from_timestamp(BEGIN, 0).unwrap()
        + TimeDelta::milliseconds(rng.random_range(0..9 * 86_400_000));
    let uid = CallUid::new(arrived_at, rng);
    let (route, time_zone) = *ROUTES.choose(rng).unwrap();
    let asked = surveys.choose(rng).unwrap();
    // Now and then a version that nobody has registered.
    let version = match rng.random_range(0..12) {
        0 => SurveyVersion {
            name: "lost".to_owned(),
            version: "0000000000ff".to_owned(),
        },
        _ => asked.survey.clone(),
    };
    let (context, queue) = context(rng);
    let eligibility = match rng.random_range(0..8) {
        0 => Eligibility::Suppressed {
            reason: AdmissionReason::NotOptedIn,
        },
        kind => Eligibility::Eligible(SamplingTerms::of_sampler(
            Stratum {
                route: route.to_owned(),
                kind: StratumKind::Queue,
                counted_as: queue.unwrap_or_default(),
            },
            match kind {
                1 => CallSampler::Share {
                    share: Share::parse("30%").unwrap(),
                    drawn: Draw::new(rng.random_range(0..Draw::RANGE)).unwrap(),
                },
                2 => CallSampler::Every(nth(3)),
                _ => CallSampler::Every(nth(1)),
            },
            arrived_at.with_timezone(&time_zone).date_naive(),
        )),
    };
    let is_surveyed = matches!(eligibility, Eligibility::Eligible(_));
    let mut facts = vec![Fact::Admit(Box::new(NewCall {
        uid,
        node: format!("node-{}", rng.random_range(1..3)),
        arrived_at,
        time_zone,
        sip_call_id: format!("{uid}@pbx"),
        dialled: ["nps", "+358600123", "0600"].choose(rng).unwrap().to_string(),
        context,
        route: Some(route.to_owned()),
        survey: Some(version),
        eligibility,
    }))];
    let mut answered = 0;
    if is_surveyed && rng.random_bool(0.8) {
        facts.push(Fact::Answered {
            call: uid,
            at: arrived_at + TimeDelta::milliseconds(850),
            planned: None,
        });
        for question in &asked.questions {
            if question.metric == Metric::Comment {
                facts.extend(comment(rng, uid, arrived_at));
            } else if rng.random_bool(0.75) {
                let answer = answer(rng, uid, &question.id, question.scale, arrived_at);
                answered += usize::from(answer.value.is_some());
                facts.push(Fact::Answer(answer));
            }
        }
    }
    if rng.random_bool(0.9) {
        facts.push(Fact::End(end(rng, uid, arrived_at, answered, is_surveyed)));
    }
    facts
}

fn context(rng: &mut StdRng) -> (CallContext, Option<String>) {
    let queue = *QUEUES.choose(rng).unwrap();
    let talk_time = rng.random_range(5_u32..900).to_string();
    let values = [
        (Field::Queue, queue),
        (Field::Agent, *AGENTS.choose(rng).unwrap()),
        (Field::Team, *TEAMS.choose(rng).unwrap()),
        (Field::Language, *LANGUAGES.choose(rng).unwrap()),
        (Field::OriginalCallId, Some("1795334400.17")),
    ];
    let values = values
        .into_iter()
        .filter_map(|(field, value)| Some((field, value?)));
    let source = |name: &str, value: &str, note| ContextSource {
        name: name.to_owned(),
        source: "X-Test".to_owned(),
        value: Some(value.to_owned()),
        note,
        text: None,
    };
    let mut sources = vec![source("customer", "5ec7e7", Some(SourceNote::Hashed))];
    if rng.random_bool(0.7) {
        sources.push(source("talk_time", &talk_time, None));
        sources.push(source("disposition", ["sold", "lost"].choose(rng).unwrap(), None));
    }
    if rng.random_bool(0.5) {
        sources.push(source("segment", ["gold", "=cmd"].choose(rng).unwrap(), None));
    }
    let context = CallContext {
        values: ContextValues::of(values),
        caller_hash: Some("0a".repeat(32)),
        sources,
        ..CallContext::default()
    };
    (context, queue.map(str::to_owned))
}

fn answer(
    rng: &mut StdRng,
    call: CallUid,
    question: &str,
    (min, max): (i64, i64),
    arrived_at: DateTime<Utc>,
) -> AnswerRecord {
    let value = match rng.random_range(0..10) {
        0 | 1 => None,
        // Beyond the scale, which only other hands can store.
        2 => Some(max + 1),
        3 => Some(min),
        _ => Some(rng.random_range(min..=max)),
    };
    let prompt = Duration::from_millis(rng.random_range(1_000..4_000));
    AnswerRecord {
        alerts: Vec::new(),
        call,
        question: question.to_owned(),
        value,
        raw_digits: "9".to_owned(),
        early_digits: String::new(),
        attempts: rng.random_range(1..4),
        response_time: Duration::from_millis(rng.random_range(0..5_000)),
        prompt: Some(prompt),
        heard: rng.random_bool(0.3).then(|| prompt / rng.random_range(1..5)),
        accepted_by_timeout: value == Some(1) && rng.random_bool(0.5),
        corrected_from: rng.random_bool(0.1).then_some(0),
        answered_at: arrived_at + TimeDelta::milliseconds(rng.random_range(5_000..60_000)),
    }
}

fn comment(rng: &mut StdRng, call: CallUid, arrived_at: DateTime<Utc>) -> Vec<Fact> {
    let recording = RecordingBegun {
        call,
        question: "why".to_owned(),
        path: format!("{call}-why.wav"),
        begun_at: arrived_at + TimeDelta::seconds(40),
    };
    let kept = match rng.random_range(0..5) {
        0 => return Vec::new(),
        1 => return vec![Fact::RecordingBegun(recording)],
        2 => audio(Some(EmptyReason::NoSpeech)),
        3 => RecordingResult::Nothing,
        _ => audio(None),
    };
    let ended = Fact::RecordingEnded(RecordingEnd {
        alerts: Vec::new(),
        recording: recording.clone(),
        kept,
        ended_by: RecordingEndReason::Silence,
        ended_at: arrived_at + TimeDelta::seconds(60),
    });
    let mut facts = vec![ended];
    if rng.random_bool(0.3) {
        facts.push(Fact::RecordingExpired {
            call,
            question: recording.question,
            at: arrived_at + TimeDelta::days(30),
        });
    }
    facts
}

fn end(
    rng: &mut StdRng,
    call: CallUid,
    arrived_at: DateTime<Utc>,
    answered: usize,
    is_surveyed: bool,
) -> CallEnd {
    let disposition = match (is_surveyed, answered) {
        (false, _) => Disposition::Suppressed,
        (true, 0) => *[Disposition::Abandoned, Disposition::Failed, Disposition::NoAnswer]
            .choose(rng)
            .unwrap(),
        (true, 1) => Disposition::Partial,
        (true, _) => Disposition::Completed,
    };
    CallEnd {
        alerts: Vec::new(),
        call,
        answered_at: None,
        ended_at: arrived_at + TimeDelta::seconds(70),
        disposition,
        reason: "caller_hung_up".to_owned(),
        media: None,
        asked: None,
        spoken_language: rng.random_bool(0.5).then(|| "fi".to_owned()),
    }
}
