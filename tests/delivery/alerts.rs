//! Alerts from the answer that raised them to the message that is sent, over the database.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;

use aftercall::alerts::handler::Handler;
use aftercall::alerts::message::{Reader, mail};
use aftercall::alerts::people::{People, Person};
use aftercall::alerts::read;
use aftercall::alerts::rule::{AlertSetup, ContactMethod, CurrentAlertSetup, Receiver, RuleInForce};
use aftercall_base::{CallUid, Disposition, RecordedAudio, RecordingEndReason, RecordingResult};
use aftercall_report::render::ReportLanguage;
use aftercall_report::{Directory, DirectoryEntry};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_runtime::lifecycle::shutdown;
use aftercall_storage::delivery::{
    AttemptEnd, AttemptResult, Channel, Claimable, ClaimedDelivery, DeliveryClaim,
};
use aftercall_storage::store::Fact;
use aftercall_storage::{Access, Database, Deliveries, Store};
use aftercall_survey::admission::sampler::CallSampler;
use aftercall_survey::admission::{Eligibility, NewCall, SamplingTerms, Stratum, StratumKind};
use aftercall_survey::alert::{
    AlertCondition, AlertRule, AlertSeverity, AlertVocabulary, AnswerFact, CallAlerts,
};
use aftercall_survey::context::condition::WrittenTest;
use aftercall_survey::context::{CallContext, ContextValues, Field, Name};
use aftercall_survey::record::{AnswerRecord, RecordingBegun, RecordingEnd};
use aftercall_survey::{AnyPrompt, SurveyRecord, parse};

struct Words;

impl AlertVocabulary for Words {
    fn is_attribute(&self, _: &str) -> bool {
        false
    }

    fn questions(&self) -> Vec<&str> {
        vec!["nps", "agent_csat"]
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-30T09:00:00Z".parse().unwrap()
}

fn uid(number: u64) -> CallUid {
    CallUid::new(now(), &mut StdRng::seed_from_u64(number))
}

/// NPS and CSAT.
fn survey() -> SurveyRecord {
    let text = "title = \"After a call\"\n[[question]]\nid = \"nps\"\nmetric = \"nps\"\n[[question]]\nid = \"agent_csat\"\nmetric = \"csat\"\n";
    let parsed = parse(text, "after.toml", &AnyPrompt);
    parsed
        .unwrap_or_else(|faults| panic!("{faults:?}"))
        .survey
        .record()
}

fn rule(name: &str, severity: AlertSeverity, when: &str) -> RuleInForce {
    let written: BTreeMap<String, WrittenTest> = serde_json::from_str(when).unwrap();
    RuleInForce {
        rule: AlertRule {
            name: Arc::from(name),
            severity,
            when: AlertCondition::read(written, &Words).unwrap(),
        },
        tell: vec![Receiver::TeamLeader],
        by: vec![ContactMethod::Mail],
        opens_case: true,
        once_per_caller: None,
    }
}

fn setup() -> AlertSetup {
    let leader = Person {
        name: "Maija".to_owned(),
        mail: Some("maija@example.com".parse().unwrap()),
        sip: None,
        user: None,
        language: None,
        working: None,
        quiet: None,
        deputy: None,
        manager: None,
    };
    AlertSetup {
        rules: vec![
            Arc::new(rule(
                "unhappy",
                AlertSeverity::Normal,
                r#"{"nps": {"to": 6}, "queue": "sales*"}"#,
            )),
            Arc::new(rule(
                "agent",
                AlertSeverity::High,
                r#"{"agent_csat": {"worse_than": 3}}"#,
            )),
        ],
        people: People {
            persons: [("maija".to_owned(), leader)].into(),
            team_leaders: [("red".to_owned(), "maija".to_owned())].into(),
            ..People::default()
        },
        take_within: Duration::from_secs(900),
        contact_within: Duration::from_secs(86_400),
        pages_url: Some("https://surveys.example.com/".to_owned()),
        ..AlertSetup::default()
    }
}

fn values() -> Vec<(Field, &'static str)> {
    vec![
        (Field::Queue, "sales-fi"),
        (Field::Team, "red"),
        (Field::Agent, "4711"),
    ]
}

fn admitted(number: u64) -> Fact {
    Fact::Admit(Box::new(NewCall {
        uid: uid(number),
        node: "one".to_owned(),
        arrived_at: now(),
        time_zone: chrono_tz::UTC,
        sip_call_id: format!("{number}@pbx"),
        dialled: "701".to_owned(),
        context: CallContext {
            values: ContextValues::of(values()),
            ..CallContext::default()
        },
        route: Some("main".to_owned()),
        survey: Some(survey().survey),
        eligibility: Eligibility::Eligible(SamplingTerms::of_sampler(
            Stratum {
                route: "main".to_owned(),
                kind: StratumKind::Route,
                counted_as: String::new(),
            },
            CallSampler::Every(1.try_into().unwrap()),
            now().date_naive(),
        )),
    }))
}

/// A call that is surveyed: its rules fire as in the service.
struct Call {
    number: u64,
    alerts: CallAlerts<BTreeMap<Name, String>>,
    survey: SurveyRecord,
    /// Seconds since the call arrived.
    elapsed: i64,
}

impl Call {
    fn begin(number: u64) -> Self {
        let context = values()
            .into_iter()
            .map(|(field, value)| (Name::Field(field), value.to_owned()));
        Self {
            number,
            alerts: CallAlerts::new(setup().conditions(), context.collect()),
            survey: survey(),
            elapsed: 0,
        }
    }

    fn answer(&mut self, question: &str, value: i64) -> Fact {
        self.elapsed += 8;
        let definition = self.survey.questions.iter().find(|known| known.id == question);
        Fact::Answer(AnswerRecord {
            alerts: self
                .alerts
                .answered(AnswerFact::of(question, Some(value), definition)),
            call: uid(self.number),
            question: question.to_owned(),
            value: Some(value),
            raw_digits: value.to_string(),
            early_digits: String::new(),
            attempts: 1,
            response_time: Duration::from_millis(900),
            prompt: None,
            heard: None,
            accepted_by_timeout: false,
            corrected_from: None,
            answered_at: now() + TimeDelta::seconds(self.elapsed),
        })
    }

    fn comment(&mut self) -> Fact {
        Fact::RecordingEnded(RecordingEnd {
            alerts: self.alerts.commented("why"),
            recording: RecordingBegun {
                call: uid(self.number),
                question: "why".to_owned(),
                path: "why.wav".to_owned(),
                begun_at: now(),
            },
            kept: RecordingResult::Audio(RecordedAudio {
                duration: Duration::from_millis(12_400),
                size_bytes: 1_000,
                sha256: "ab".repeat(32),
                speech: Duration::from_millis(9_000),
                empty: None,
            }),
            ended_by: RecordingEndReason::Key,
            ended_at: now(),
        })
    }

    fn end(&mut self) -> Fact {
        Fact::End(aftercall_survey::record::CallEnd {
            alerts: self.alerts.ended(Disposition::Partial),
            call: uid(self.number),
            answered_at: Some(now()),
            ended_at: now(),
            disposition: Disposition::Partial,
            reason: "caller_hung_up".to_owned(),
            media: None,
            asked: None,
            spoken_language: None,
        })
    }
}

async fn apply(store: &Database, facts: &[Fact]) {
    for result in store.apply(facts).await.unwrap() {
        result.unwrap();
    }
}

/// Handles what waits, with identities of their own for each `seed`.
async fn handled(store: &Database, seed: u64) -> u64 {
    let current = Arc::new(CurrentAlertSetup::new(setup()));
    let clock = Arc::new(SystemClock);
    let mut handler = Handler::new(store.clone(), current, clock, StdRng::seed_from_u64(seed));
    let (_running, stop) = shutdown();
    handler.run(&stop).await.unwrap()
}

/// The next message of the outbox as its reader gets it; it counts as sent then.
async fn next(store: &Database) -> Option<(ClaimedDelivery, String, String)> {
    let now = SystemClock.utc() + TimeDelta::seconds(1);
    let claim = DeliveryClaim {
        node: "one".to_owned(),
        what: Claimable::Events,
        channel: Channel::Mail,
        now,
        lease_until: now + TimeDelta::minutes(10),
        horizon: now + TimeDelta::hours(25),
    };
    let claimed = store.claim_delivery(&claim).await.unwrap()?;
    let directory = Directory {
        queues: [(
            "sales-fi".to_owned(),
            DirectoryEntry {
                name: "Sales, Finland".to_owned(),
                ..DirectoryEntry::default()
            },
        )]
        .into(),
        ..Directory::default()
    };
    let message = read::message(store, &claimed, &setup(), &directory)
        .await
        .unwrap()
        .unwrap();
    let reader = Reader {
        language: ReportLanguage::English,
        zone: chrono_tz::UTC,
    };
    let text = mail(&message, reader);
    let result = AttemptResult::Sent {
        answer: String::new(),
    };
    let end = AttemptEnd {
        id: claimed.id,
        fence: claimed.fence,
        ended_at: now,
        result,
    };
    assert!(store.end_delivery_attempt(&end).await.unwrap());
    Some((claimed, text.subject, text.text))
}

#[tokio::test]
async fn bad_answer_becomes_one_mail_that_names_scores_queue_agent_call_and_case() {
    let directory = tempfile::tempdir().unwrap();
    let store = aftercall_storage::open(&directory.path().join("db"), Access::Serve)
        .await
        .unwrap();
    let mut call = Call::begin(1);
    let facts = [
        Fact::Surveys(vec![survey()]),
        admitted(1),
        call.answer("nps", 2),
        call.end(),
    ];
    apply(&store, &facts).await;
    assert_eq!(handled(&store, 1).await, 1);
    assert_eq!(handled(&store, 2).await, 0, "once");
    let (_, subject, text) = next(&store).await.unwrap();
    assert_eq!(subject, "Normal: nps 2, Sales, Finland, 4711");
    for said in [
        "2 / 10: low",
        "Queue: Sales, Finland (sales-fi)",
        "Team: red",
        "Agent: 4711",
        &format!("Call id: {}", uid(1)),
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(
        text.contains("Case: 1, new")
            && text.contains("Open the case: https://surveys.example.com/cases/1\n"),
        "{text}"
    );
    assert!(next(&store).await.is_none());
    store.close().await;
}

#[tokio::test]
async fn worse_answer_and_comment_follow_in_the_same_case_and_good_ones_raise_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = aftercall_storage::open(&directory.path().join("db"), Access::Serve)
        .await
        .unwrap();
    let (mut bad, mut good) = (Call::begin(1), Call::begin(2));
    apply(&store, &[Fact::Surveys(vec![survey()]), admitted(1), admitted(2)]).await;
    apply(
        &store,
        &[
            bad.answer("nps", 6),
            good.answer("nps", 9),
            good.answer("agent_csat", 3),
        ],
    )
    .await;
    assert_eq!(handled(&store, 3).await, 1);
    apply(&store, &[bad.answer("agent_csat", 2)]).await;
    assert_eq!(handled(&store, 4).await, 1);
    apply(&store, &[bad.comment(), good.comment()]).await;
    assert_eq!(handled(&store, 5).await, 0, "a comment is no alert");
    let mut subjects = Vec::new();
    while let Some((_, subject, text)) = next(&store).await {
        assert!(text.contains("Case: 1, new"), "{text}");
        assert!(
            text.contains("Comment: 12 s of speech") || text.contains("Comment: 13 s of speech"),
            "sent late, it knows of the comment: {text}"
        );
        subjects.push(subject);
    }
    let all = "nps 6, agent_csat 2, Sales, Finland, 4711";
    assert_eq!(
        subjects,
        [
            format!("Normal: {all}"),
            format!("High: {all}"),
            format!("A comment was left: {all}")
        ]
    );
    store.close().await;
}
