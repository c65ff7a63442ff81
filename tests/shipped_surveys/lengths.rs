//! How long the shipped surveys hold a caller, with the shipped prompts: the session walked through in media time.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::simulation::{Simulation, TONE};
use aftercall_audio::prompts::Manifest;
use aftercall_base::{Digit, Language, PromptName};
use aftercall_survey::{Input, Metric, Output, PromptNames, Session, Survey, parse};

/// The languages of the customers.
const LANGUAGES: [&str; 5] = ["en", "fi", "pl", "cs", "el"];
/// From the end of a prompt to the key of a caller who waits for it: as the built-in test phone presses.
const REACTION: Duration = Duration::from_millis(600);
/// What a silent caller costs at most.
const SILENT_LINE: Duration = Duration::from_secs(45);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The shipped prompts, by the samples in their files.
struct Shipped(BTreeMap<(String, String), Duration>);

impl Shipped {
    fn read() -> Self {
        let mut lengths = BTreeMap::new();
        for language in LANGUAGES {
            for entry in fs::read_dir(root().join("prompts").join(language)).unwrap() {
                let file = entry.unwrap().path();
                let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
                let reader = hound::WavReader::open(&file).unwrap();
                let seconds = f64::from(reader.duration()) / f64::from(reader.spec().sample_rate);
                lengths.insert((language.to_owned(), name), Duration::from_secs_f64(seconds));
            }
        }
        Self(lengths)
    }

    fn of(&self, language: &str, names: &[PromptName]) -> Duration {
        let length = |name: &PromptName| {
            let length = self.length(language, name.as_str());
            length.unwrap_or_else(|| panic!("{language}/{name} is not shipped"))
        };
        names.iter().map(length).sum()
    }
}

impl PromptNames for Shipped {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        self.0.get(&(language.to_owned(), name.to_owned())).copied()
    }

    fn names(&self, language: &str) -> Vec<&str> {
        let here = self.0.keys().filter(|(known, _)| known == language);
        here.map(|(_, name)| name.as_str()).collect()
    }
}

/// Every survey of `config/<directory>`, read with the shipped prompts.
fn surveys(directory: &str, prompts: &Shipped) -> Vec<Survey> {
    let mut surveys = Vec::new();
    for entry in fs::read_dir(root().join("config").join(directory)).unwrap() {
        let file = entry.unwrap().path();
        let text = fs::read_to_string(&file).unwrap();
        let parsed = parse(&text, file.to_str().unwrap(), prompts)
            .unwrap_or_else(|faults| panic!("{}: {faults:?}", file.display()));
        assert_eq!(
            parsed.warnings,
            [],
            "{}: a shipped survey has no warning",
            file.display()
        );
        surveys.push(parsed.survey);
    }
    assert!(surveys.len() >= 4);
    surveys
}

/// What a caller does when a question has been asked to its end.
#[derive(Clone, Copy)]
enum Caller {
    /// Presses its best key this much later.
    Patient(Duration),
    /// Answers the first question at once, and is gone.
    Once,
    Silent,
}

/// A call in media time: everything lasts as long as its samples.
struct Walk {
    /// When each key was pressed.
    keys: Vec<Duration>,
    /// When the call was ended.
    ended: Duration,
}

fn walk(survey: &Survey, language: &str, prompts: &Shipped, caller: Caller) -> Walk {
    let session = Session::new(Arc::new(survey.clone()));
    let mut call = Simulation::answered(session, |output| world(output, language, prompts));
    let mut press_at = None;
    let mut keys = Vec::new();
    let mut ended = Duration::ZERO;
    while call.session.outcome().is_none() {
        let due = call.due();
        let now = due.into_iter().chain(press_at).min().unwrap();
        if due == Some(now) {
            call.step(now);
        } else {
            press_at = None;
            keys.push(now.duration_since(call.start));
            let digit = Digit::from_event(5).unwrap();
            call.handle(Input::Digit { digit, at: now }, now);
        }
        let reaction = match caller {
            Caller::Patient(reaction) => Some(reaction),
            Caller::Once if keys.is_empty() => Some(Duration::ZERO),
            Caller::Once | Caller::Silent => None,
        };
        if call.session.is_listening() && press_at.is_none() {
            press_at = reaction.map(|reaction| now + reaction);
        }
        ended = now.duration_since(call.start);
    }
    Walk { keys, ended }
}

/// What the world does about each output: prompts take as long as their files, all else happens at once.
fn world(output: &Output, language: &str, prompts: &Shipped) -> Option<(Duration, Input)> {
    match output {
        Output::Play { id, prompts: names } => {
            Some((prompts.of(language, names), Input::PlaybackFinished(*id)))
        }
        Output::PlayTone(id) => Some((TONE, Input::PlaybackFinished(*id))),
        Output::Answer(answer) => Some((Duration::ZERO, Input::Stored(answer.question.clone()))),
        Output::OpenRecording(question) => Some((Duration::ZERO, Input::RecorderReady(question.clone()))),
        Output::StopPlayback
        | Output::Speak(_)
        | Output::Record(_)
        | Output::StopRecording { .. }
        | Output::OptOut
        | Output::HangUp(_) => None,
    }
}

#[test]
fn patient_caller_presses_three_keys_in_under_25_s_in_every_language() {
    let prompts = Shipped::read();
    let mut threes = 0;
    for survey in surveys("surveys", &prompts) {
        let name = &survey.version().name;
        for language in LANGUAGES {
            let walk = walk(&survey, language, &prompts, Caller::Patient(REACTION));
            let first = walk.keys.first().unwrap();
            assert!(
                first.as_secs_f64() < 12.0,
                "{name} in {language}: first key after {first:?}"
            );
            assert_eq!(
                u64::try_from(walk.keys.len()).unwrap(),
                survey.answered_by_keys().1
            );
            if let Some(third) = walk.keys.get(2) {
                threes += 1;
                assert!(
                    third.as_secs_f64() < 25.0,
                    "{name} in {language}: third key after {third:?}"
                );
            }
        }
    }
    assert_eq!(threes, LANGUAGES.len(), "one shipped survey asks three questions");
}

#[test]
fn silent_line_is_held_at_most_45_s_in_every_shipped_survey_and_template() {
    let prompts = Shipped::read();
    for survey in ["surveys", "templates"]
        .into_iter()
        .flat_map(|folder| surveys(folder, &prompts))
    {
        for language in LANGUAGES {
            let held = walk(&survey, language, &prompts, Caller::Silent).ended;
            let name = &survey.version().name;
            assert!(held <= SILENT_LINE, "{name} in {language}: held for {held:?}");
        }
    }
}

#[test]
fn line_that_falls_silent_after_its_first_key_is_held_no_longer() {
    let prompts = Shipped::read();
    for survey in surveys("surveys", &prompts) {
        for language in LANGUAGES {
            let walk = walk(&survey, language, &prompts, Caller::Once);
            let held = walk.ended - walk.keys[0];
            assert!(
                held <= SILENT_LINE,
                "{} in {language}: held for {held:?}",
                survey.version().name
            );
        }
    }
}

#[test]
fn what_check_sums_up_is_what_a_call_takes() {
    let prompts = Shipped::read();
    for survey in ["surveys", "templates"]
        .into_iter()
        .flat_map(|folder| surveys(folder, &prompts))
    {
        let name = &survey.version().name;
        for tag in LANGUAGES {
            let language = Language::new(tag).unwrap();
            let told = survey.call_length(&language, &prompts);
            let at_once = walk(&survey, tag, &prompts, Caller::Patient(Duration::ZERO));
            let silent = walk(&survey, tag, &prompts, Caller::Silent);
            let close = |told: Duration, walked: Duration| told.abs_diff(walked) < Duration::from_millis(30);
            if survey.differs_by_call() {
                // The longest of many ways is told; this call took one of them.
                assert!(
                    told.all_keys + Duration::from_millis(30) >= *at_once.keys.last().unwrap(),
                    "{name}"
                );
                assert!(
                    told.silent_line + Duration::from_millis(30) >= silent.ended,
                    "{name}"
                );
                continue;
            }
            assert!(
                close(told.first_key, at_once.keys[0]),
                "{name} in {tag}: {told:?}, {:?}",
                at_once.keys
            );
            assert!(
                close(told.silent_line, silent.ended),
                "{name} in {tag}: {told:?}, {:?}",
                silent.ended
            );
            let last = at_once.keys[usize::try_from(told.keys).unwrap() - 1];
            assert!(
                close(told.all_keys, last),
                "{name} in {tag}: {told:?}, {:?}",
                at_once.keys
            );
        }
    }
}

#[test]
fn welcome_takes_under_4_s_and_a_question_under_7_s() {
    let prompts = Shipped::read();
    for survey in ["surveys", "templates"]
        .into_iter()
        .flat_map(|folder| surveys(folder, &prompts))
    {
        let name = &survey.version().name;
        for language in LANGUAGES {
            let welcome = prompts.of(language, survey.welcome()).as_secs_f64();
            assert!(welcome < 4.0, "{name} in {language}: {welcome} s of welcome");
            for question in survey
                .questions()
                .iter()
                .filter(|one| one.metric() != Metric::Comment)
            {
                let asked = prompts.of(language, &question.wording().question).as_secs_f64();
                assert!(
                    asked < 7.0,
                    "{name} in {language}: {} takes {asked} s",
                    question.id()
                );
            }
        }
    }
}

/// How the ends of scales, and counts, are said.
const NUMBERS: [(&str, &[&str]); 5] = [
    ("en", &["zero", "one", "two", "three", "five", "seven", "ten"]),
    (
        "fi",
        &[
            "nolla",
            "yksi",
            "kaksi",
            "kolme",
            "viisi",
            "seitsemän",
            "kymmenen",
        ],
    ),
    (
        "pl",
        &["zero", "jeden", "dwa", "trzy", "pięć", "siedem", "dziesięć"],
    ),
    ("cs", &["nula", "jedna", "dvě", "tři", "pět", "sedm", "deset"]),
    ("el", &["μηδέν", "ένα", "δύο", "τρία", "πέντε", "επτά", "δέκα"]),
];
const SPOKEN: [i64; 7] = [0, 1, 2, 3, 5, 7, 10];

#[test]
fn each_question_says_both_ends_of_its_scale() {
    let prompts = Shipped::read();
    let manifest = Manifest::read([root().join("prompts/manifest.toml")]).unwrap();
    for survey in ["surveys", "templates"]
        .into_iter()
        .flat_map(|folder| surveys(folder, &prompts))
    {
        for question in survey
            .questions()
            .iter()
            .filter(|one| one.metric() != Metric::Comment)
        {
            let scale = question.scale();
            // Yes and no are the keys one and two.
            let yes_no = (scale.min, scale.max) == (0, 1);
            let ends = if yes_no { [1, 2] } else { [scale.min, scale.max] };
            let prompt = question.wording().question.last().unwrap();
            for (language, words) in NUMBERS {
                let text = manifest
                    .entry(language, prompt.as_str())
                    .unwrap()
                    .text
                    .to_lowercase();
                let said = text.split(['?', ';']).next_back().unwrap();
                for end in ends {
                    let word = words[SPOKEN.iter().position(|number| *number == end).unwrap()];
                    assert!(
                        said.contains(word),
                        "{language}/{prompt} does not say {word}: {text}"
                    );
                }
            }
        }
    }
}

#[test]
fn welcome_says_how_many_questions_follow() {
    let counts = [
        ("en", ["one", "two", "three"]),
        ("fi", ["yhteen", "kahteen", "kolmeen"]),
        ("pl", ["jedno", "dwa", "trzy"]),
        ("cs", ["jednu", "dvě", "tři"]),
        ("el", ["μία", "δύο", "τρεις"]),
    ];
    let manifest = Manifest::read([root().join("prompts/manifest.toml")]).unwrap();
    for (language, words) in counts {
        for (name, word) in ["one", "two", "three"].into_iter().zip(words) {
            let welcome = manifest.entry(language, &format!("welcome_{name}")).unwrap();
            assert!(welcome.text.contains(word), "{language}: {}", welcome.text);
        }
    }
    let prompts = Shipped::read();
    for (name, welcome) in [
        ("csat-agent", "welcome_one"),
        ("default", "welcome_two"),
        ("nps-ces-csat", "welcome_three"),
        ("nps-comment", "welcome_one_and_comment"),
    ] {
        let surveys = surveys("surveys", &prompts);
        let survey = surveys
            .iter()
            .find(|survey| survey.version().name == name)
            .unwrap();
        assert_eq!(survey.welcome(), [PromptName::new(welcome).unwrap()], "{name}");
    }
}

#[test]
fn finnish_questions_keep_their_fixed_wording() {
    let manifest = Manifest::read([root().join("prompts/manifest.toml")]).unwrap();
    for (name, fixed) in [
        (
            "nps",
            "Perustuen äskeiseen puheluun, kuinka todennäköisesti suosittelisit palvelua ystävällesi tai työtoverillesi?",
        ),
        ("ces", "Kuinka helppoa oli saada asiasi hoidettua kuntoon?"),
        (
            "csat",
            "Kuinka tyytyväinen olit asiaasi käsitelleeseen asiakaspalvelijaan?",
        ),
    ] {
        let spoken = &manifest.entry("fi", name).unwrap().text;
        assert!(spoken.starts_with(fixed), "{name}: {spoken}");
    }
}
