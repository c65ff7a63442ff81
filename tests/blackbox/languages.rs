//! Languages as callers meet them: every shipped survey in each of them, and the ways in which one is chosen.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use tokio::task::JoinSet;

use super::support::deployment::Deployment;
use super::support::{repository, without_welcome};
use aftercall_audio::g711::Companding;
use aftercall_audio::{TELEPHONE_RATE, prompts, resample};
use aftercall_survey::{AnyPrompt, Metric, parse};

/// The languages of the customers.
pub(super) const LANGUAGES: [&str; 5] = ["en", "fi", "pl", "cs", "el"];
/// A call takes up to a minute of speech: keys are pressed when a prompt has ended, since a barge-in cannot tell a pause
/// inside a prompt from its end.
pub(super) const PATIENCE: Duration = Duration::from_secs(180);
/// 10 s of telephone speech: a thank-you, and what the caller still records after it.
const LONGEST_THANKS: usize = 80_000;
/// 250 ms of telephone speech.
const EXCERPT: usize = 2_000;

/// The name of each shipped survey with a key for each of its questions.
fn shipped_surveys() -> Vec<(String, String)> {
    let mut surveys = Vec::new();
    for entry in std::fs::read_dir(repository().join("config/surveys")).unwrap() {
        let file = entry.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        let survey = parse(&text, file.to_str().unwrap(), &AnyPrompt).unwrap().survey;
        let keys: Vec<String> = survey
            .questions()
            .iter()
            .map(|question| match question.metric() {
                Metric::Comment => "say#".to_owned(),
                _ => question.scale().max.min(5).to_string(),
            })
            .collect();
        surveys.push((survey.version().name.clone(), keys.join(",")));
    }
    surveys
}

/// A test call, and what it heard at the end.
struct Heard {
    told: String,
    last: Option<&'static str>,
    /// How long prompts were heard until the thank-you: not the caller's thinking, nor the gaps after a key.
    listened: Duration,
}

/// A silence that is longer than any inside a prompt, or between the welcome and a question.
const BETWEEN: Duration = Duration::from_millis(450);
/// 20 ms of telephone speech, and what is heard in it.
const FRAME: usize = 160;
const AUDIBLE: u16 = 100;

/// What was heard up to the first excerpt of the thank-you, without the silences between prompts. In samples that came,
/// not by the clock.
fn listened(heard: &[i16], language: &str) -> Duration {
    let excerpts = thanks(language);
    let found = excerpts.iter().enumerate().find_map(|(index, excerpt)| {
        let place = heard
            .windows(excerpt.len())
            .position(|window| window == excerpt)?;
        Some(place.saturating_sub(index * EXCERPT))
    });
    let Some(end) = found else { return Duration::MAX };
    let file = repository().join(format!("prompts/{language}/thanks.wav"));
    let begun = end.saturating_sub(telephone(&file).len() / 4);
    let audible = |frame: &[i16]| frame.iter().any(|sample| sample.unsigned_abs() > AUDIBLE);
    let frames: Vec<bool> = heard[..begun].chunks(FRAME).map(audible).collect();
    let most_silent = usize::try_from(BETWEEN.as_millis() / 20).unwrap();
    let runs = frames.chunk_by(|before, after| before == after);
    let counted = runs
        .filter(|run| run[0] || run.len() <= most_silent)
        .map(<[bool]>::len);
    Duration::from_millis(20) * u32::try_from(counted.sum::<usize>()).unwrap()
}

/// Lets the built-in test phone dial `number`, press `keys` after the prompts and record what it hears.
async fn call(mut command: tokio::process::Command, recording: std::path::PathBuf) -> Heard {
    let running = command.arg("--record").arg(&recording).output();
    let output = tokio::time::timeout(PATIENCE, running)
        .await
        .expect("the call ends")
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    let heard = telephone(&recording);
    let last = thanked_in(&heard);
    let listened = last.map_or(Duration::MAX, |language| listened(&heard, language));
    Heard { told, last, listened }
}

/// The language whose thank-you ends what was heard: some excerpt of its middle. On a busy machine others may have holes.
pub(super) fn thanked_in(heard: &[i16]) -> Option<&'static str> {
    static THANKS: LazyLock<BTreeMap<&str, Excerpts>> =
        LazyLock::new(|| LANGUAGES.map(|language| (language, thanks(language))).into());
    let end = &heard[heard.len().saturating_sub(LONGEST_THANKS)..];
    let is_heard = |excerpts: &[Vec<i16>]| excerpts.iter().any(|excerpt| holds(end, excerpt));
    let found = THANKS.iter().find(|(_, excerpts)| is_heard(excerpts));
    found.map(|(language, _)| *language)
}

type Excerpts = Vec<Vec<i16>>;

/// Excerpts of the thank-you of a language, as they go over the wire.
fn thanks(language: &str) -> Excerpts {
    let file = repository().join(format!("prompts/{language}/thanks.wav"));
    let spoken: Vec<i16> = Companding::Mu
        .encode_all(&telephone(&file))
        .iter()
        .map(|byte| Companding::Mu.decode(*byte))
        .collect();
    let quarter = spoken.len() / 4;
    spoken[quarter..3 * quarter]
        .chunks_exact(EXCERPT)
        .map(<[i16]>::to_vec)
        .collect()
}

/// A recording as a telephone carries it.
pub(super) fn telephone(file: &std::path::Path) -> Vec<i16> {
    let sound = prompts::read(file).unwrap();
    resample(&sound, TELEPHONE_RATE).unwrap().to_pcm()
}

fn holds(heard: &[i16], excerpt: &[i16]) -> bool {
    heard.windows(excerpt.len()).any(|window| window == excerpt)
}

#[tokio::test]
async fn each_shipped_survey_is_walked_to_its_end_in_each_language_by_the_built_in_caller() {
    let mut deployment = Deployment::shipped();
    deployment.without_routes();
    let surveys = shipped_surveys();
    for (name, _) in &surveys {
        deployment.route(&format!("number = \"{name}\"\nsurvey = \"{name}\""));
    }
    let server = deployment.start().await;
    let mut calls = JoinSet::new();
    for (name, keys) in &surveys {
        for language in LANGUAGES {
            let target = format!("sip:{name}@{}", server.udp);
            let header = format!("X-Language: {language}");
            let mut command = server.deployment().command(&["call", &target, "--codec", "pcmu"]);
            command.args(["--keys", keys, "--header", &header, "--say-seconds", "2"]);
            let recording = server.deployment().path(&format!("{name}-{language}.wav"));
            let name = name.clone();
            calls.spawn(async move { (name, language, call(command, recording).await) });
        }
    }
    while let Some(done) = calls.join_next().await {
        let (name, language, heard) = done.unwrap();
        assert_eq!(heard.last, Some(language), "{}", heard.told);
        if name == "nps-ces-csat" {
            // With the gaps (400 ms each) and 600 ms to each key that is under 25 s.
            assert!(
                heard.listened < Duration::from_secs(22),
                "{language}: {:?}\n{}",
                heard.listened,
                heard.told
            );
            assert!(
                heard.listened > Duration::from_secs(15),
                "{language}: {:?}",
                heard.listened
            );
            let keys = heard.told.matches("pressed 5").count();
            let prompts = heard.told.matches("hearing a prompt").count();
            assert_eq!(
                (keys, prompts),
                (3, 4),
                "welcome and question are one: {}",
                heard.told
            );
        }
    }
    let calls = server.ended_calls(surveys.len() * LANGUAGES.len()).await;
    for stored in calls {
        assert_eq!(stored.disposition.as_deref(), Some("completed"), "{stored:?}");
    }
}

#[tokio::test]
async fn language_is_chosen_by_key_where_neither_header_nor_number_tells_it() {
    let mut deployment = Deployment::shipped();
    let survey = std::fs::read_to_string(repository().join("config/surveys/csat-agent.toml")).unwrap();
    let plain = without_welcome(&survey);
    let menu = "[language_menu]\nkeys = { 1 = \"fi\", 2 = \"el\" }\n\n[[question]]";
    deployment.write("surveys/menu.toml", &plain.replacen("[[question]]", menu, 1));
    deployment.write("surveys/plain.toml", &plain);
    deployment.set_path("surveys", "directory", &deployment.path("surveys"));
    deployment.set("languages", "fallback", "[\"sv\", \"pl\"]");
    deployment.without_routes();
    deployment.route("number = \"menu\"\nsurvey = \"menu\"");
    deployment.route("number = \"plain\"\nsurvey = \"plain\"");
    deployment.route("number = \"czech\"\nsurvey = \"menu\"\nlanguage = [\"sv\", \"cs\"]");
    let server = deployment.start().await;
    let mut calls = JoinSet::new();
    for (number, told, keys, expected) in [
        ("menu", None, "2,4", "el"),
        ("menu", Some("fi-FI"), "4", "fi"),
        ("czech", None, "4", "cs"),
        ("plain", Some("sv-FI"), "4", "pl"),
    ] {
        let target = format!("sip:{number}@{}", server.udp);
        let mut command = server
            .deployment()
            .command(&["call", &target, "--codec", "pcmu", "--keys", keys]);
        if let Some(tag) = told {
            command.args(["--header", &format!("X-Language: {tag}")]);
        }
        let recording = server.deployment().path(&format!("{number}-{expected}.wav"));
        calls.spawn(async move { (expected, call(command, recording).await) });
    }
    while let Some(done) = calls.join_next().await {
        let (expected, heard) = done.unwrap();
        assert_eq!(heard.last, Some(expected), "{}", heard.told);
    }
    for stored in server.ended_calls(4).await {
        assert_eq!(
            server.answers(&stored).await.len(),
            1,
            "the key of the menu answers nothing: {stored:?}"
        );
    }
}
