//! The templates as operators use them: copied to the surveys, named by a call, and heard to the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use tokio::task::JoinSet;

use super::languages::{LANGUAGES, PATIENCE, telephone, thanked_in};
use super::support::deployment::Deployment;
use super::support::{repository, without_welcome};
use aftercall_audio::Sound;
use aftercall_audio::prompts::Prompt;
use aftercall_rtp::sdp::{AddressFamilies, Capabilities, Codec, Ptime, SrtpPolicy};
use aftercall_runtime::lifecycle::shutdown;
use aftercall_survey::{AnyPrompt, Metric, Question, QuestionGroup, Survey, parse};
use aftercall_test_phone::{CallPlan, Phone, PhoneConfig, synthetic_speech};

/// Media ports for all calls at once, two each, above those of the other deployments.
const MEDIA_PORTS: &str = "\"29200-29999\"";

fn templates() -> Vec<(Survey, String)> {
    let mut templates = Vec::new();
    for entry in std::fs::read_dir(repository().join("config/templates")).unwrap() {
        let file = entry.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        let survey = parse(&text, file.to_str().unwrap(), &AnyPrompt).unwrap().survey;
        templates.push((survey, text));
    }
    templates
}

/// The least value of each question, or the greatest, after which none is asked why; of a group as many as are drawn, which have one
/// scale. 1 is yes and 2 is no; what is corrected is left as it is.
fn keys(survey: &Survey, best: bool) -> String {
    let mut keys = Vec::new();
    let mut left: Vec<usize> = survey.groups().iter().map(QuestionGroup::ask).collect();
    for question in survey.questions() {
        if let Some(left) = question.group().and_then(|group| left.get_mut(group)) {
            if *left == 0 {
                continue;
            }
            *left -= 1;
        }
        let scale = question.scale();
        let key = match (question.metric(), (scale.min, scale.max)) {
            (Metric::Comment, _) if best => continue,
            (Metric::Comment, _) => "say#".to_owned(),
            (_, (0, 1)) => if best { "1" } else { "2" }.to_owned(),
            (_, (_, max)) if best => max.min(9).to_string(),
            (_, (min, _)) => min.to_string(),
        };
        keys.push(key);
        if question.correction().is_some() && !best {
            keys.push("-".to_owned());
        }
    }
    keys.join(",")
}

/// A call of a survey in a language, and what it presses.
struct Walk {
    survey: String,
    language: &'static str,
    keys: String,
}

/// Each template in each language with its best answers, and those that ask why or again also with their worst.
fn walks(templates: &[(Survey, String)]) -> Vec<Walk> {
    let mut walks = Vec::new();
    for (survey, _) in templates {
        let differs =
            |question: &Question| !question.branches().is_empty() || question.correction().is_some();
        let ways = if survey.questions().iter().any(differs) {
            &[true, false][..]
        } else {
            &[true]
        };
        for (language, best) in LANGUAGES
            .into_iter()
            .flat_map(|language| ways.iter().map(move |best| (language, *best)))
        {
            let (survey, keys) = (survey.version().name.clone(), keys(survey, best));
            walks.push(Walk {
                survey,
                language,
                keys,
            });
        }
    }
    walks
}

async fn phone(target: &str) -> Phone {
    let config = PhoneConfig {
        target: target.parse().unwrap(),
        transport: None,
        capabilities: Capabilities {
            codecs: vec![Codec::Pcmu],
            telephone_event: Some(101),
            ptime: Ptime::Ms20,
            rtcp_mux: true,
            families: AddressFamilies::Both,
            loopback: true,
            srtp: SrtpPolicy::Off,
            suites: Vec::new(),
        },
        threads: 1,
        seed: u64::from(std::process::id()),
    };
    Phone::open(config).await.unwrap()
}

fn speech() -> Arc<Prompt> {
    let sound: Sound = synthetic_speech(Duration::from_secs(2), &mut SmallRng::seed_from_u64(1));
    Arc::new(Prompt::new(PathBuf::from("speech"), &sound).unwrap())
}

#[tokio::test]
async fn each_template_is_walked_to_its_end_in_each_language_by_the_built_in_caller() {
    let mut deployment = Deployment::shipped();
    let templates = templates();
    // The welcome is heard where the surveys of config/surveys are walked.
    for (survey, text) in &templates {
        let file = format!("surveys/{}.toml", survey.version().name);
        deployment.write(&file, &without_welcome(text));
    }
    deployment.set_path("surveys", "directory", &deployment.path("surveys"));
    deployment.set("media", "ports", MEDIA_PORTS);
    deployment.set("media", "late_limit", "\"1s\"");
    deployment.without_routes();
    deployment.route("number = \"*\"\nsurvey = \"nps\"");
    let server = deployment.start().await;
    let phone = Arc::new(phone(&format!("sip:any@{}", server.udp)).await);
    let (_trigger, stop) = shutdown();
    let (speech, walks) = (speech(), walks(&templates));
    let (mut calls, count) = (JoinSet::new(), walks.len());
    for (index, walk) in walks.into_iter().enumerate() {
        let recording = server.deployment().path(&format!("{index}.wav"));
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let order = CallPlan {
            headers: vec![
                header("X-Language", walk.language),
                header("X-Survey", &walk.survey),
                // Every moment of the journey survey.
                header("X-Wait-Time", "200"),
                header("X-Talk-Time", "45"),
                header("X-Disposition", "complaint"),
            ],
            keys: walk.keys.parse().unwrap(),
            record: Some(recording.clone()),
            say: Some(Arc::clone(&speech)),
            ..CallPlan::default()
        };
        let (phone, stop) = (Arc::clone(&phone), stop.clone());
        calls.spawn(async move {
            let call = tokio::time::timeout(PATIENCE, phone.call(&order, None, stop));
            let record = call.await.expect("the call ends");
            (walk, recording, record)
        });
    }
    while let Some(done) = calls.join_next().await {
        let (walk, recording, record) = done.unwrap();
        let told = || {
            let steps: Vec<String> = record.steps.iter().map(|noted| noted.step.to_string()).collect();
            format!(
                "{} in {} by {}: {:?} {steps:?}",
                walk.survey, walk.language, walk.keys, record.failure
            )
        };
        assert!(record.failure.is_none(), "{}", told());
        let last = thanked_in(&telephone(&recording));
        assert_eq!(last, Some(walk.language), "{}", told());
    }
    for stored in server.ended_calls(count).await {
        assert_eq!(stored.disposition.as_deref(), Some("completed"), "{stored:?}");
    }
}
