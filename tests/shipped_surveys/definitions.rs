//! The shipped surveys are valid, ask what they promise, and can be walked on the terminal.

use std::sync::Arc;

use aftercall::cli::walk::{Asked, NoTexts, run};
use aftercall_base::{Disposition, Language};
use aftercall_survey::{AnyPrompt, Metric, Outcome, Survey, parse};

const SHIPPED: [(&str, &str, &[Metric]); 4] = [
    (
        "config/surveys/default.toml",
        include_str!("../../config/surveys/default.toml"),
        &[Metric::Nps, Metric::Ces],
    ),
    (
        "config/surveys/csat-agent.toml",
        include_str!("../../config/surveys/csat-agent.toml"),
        &[Metric::Csat],
    ),
    (
        "config/surveys/nps-ces-csat.toml",
        include_str!("../../config/surveys/nps-ces-csat.toml"),
        &[Metric::Nps, Metric::Ces, Metric::Csat],
    ),
    (
        "config/surveys/nps-comment.toml",
        include_str!("../../config/surveys/nps-comment.toml"),
        &[Metric::Nps, Metric::Comment],
    ),
];

/// The languages of the customers.
const LANGUAGES: [&str; 5] = ["en", "fi", "pl", "cs", "el"];

fn read(file: &str, text: &str) -> Survey {
    let parsed = parse(text, file, &AnyPrompt).expect("a shipped survey is valid");
    assert!(parsed.warnings.is_empty(), "{file}: {:?}", parsed.warnings);
    parsed.survey
}

fn walk(survey: Survey, language: &str, keys: &str) -> (Outcome, String) {
    let mut printed = Vec::new();
    let language = Language::new(language).expect("a language");
    let outcome = run(
        Arc::new(survey),
        Asked::In(&language),
        &NoTexts,
        keys.as_bytes(),
        &mut printed,
    )
    .expect("memory can be written");
    (outcome, String::from_utf8(printed).expect("text"))
}

#[test]
fn shipped_surveys_ask_what_they_promise_in_every_language() {
    for (file, text, metrics) in SHIPPED {
        let survey = read(file, text);
        let asked: Vec<Metric> = survey
            .questions()
            .iter()
            .map(|question| question.metric())
            .collect();
        assert_eq!(asked, metrics, "{file}");
        assert!(!survey.goal().is_empty(), "{file}: a measurement has a goal");
        for language in LANGUAGES {
            let language = Language::new(language).unwrap();
            assert!(survey.languages().contains(&language), "{file}");
            assert!(
                survey
                    .questions()
                    .iter()
                    .all(|question| question.text(&language).is_some()),
                "{file}"
            );
        }
        assert!(
            survey
                .record()
                .questions
                .iter()
                .all(|question| question.target.is_some() || question.metric == Metric::Comment),
            "{file}"
        );
    }
}

#[test]
fn the_commented_defaults_of_the_default_survey_are_the_defaults() {
    let text = include_str!("../../config/surveys/default.toml");
    let (questions, comments) = text.split_once("# What can be changed").unwrap();
    let (comments, _) = comments.split_once("# A question can also have").unwrap();
    let sections: String = comments
        .lines()
        .skip(1)
        .map(|line| format!("{}\n", line.trim_start_matches('#').trim_start()))
        .collect();
    // The names of prompts stand as comments in the section that is written.
    let questions: String = questions
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting)
                if setting
                    .split(" = ")
                    .next()
                    .is_some_and(|word| !word.contains(' ')) =>
            {
                format!("{setting}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    let (file, as_written, _) = SHIPPED[0];
    let written = read(file, as_written);
    let plain = read("default.toml", &questions);
    assert_eq!(
        (written.welcome(), written.closing()),
        (plain.welcome(), plain.closing())
    );
    assert_eq!(written.prompts(), plain.prompts());
    // The menu of languages that is shown makes a silent line long, and says so.
    let spelt = parse(&format!("{questions}\n{sections}"), "default.toml", &AnyPrompt)
        .expect("a valid survey")
        .survey;
    assert_eq!(plain.timing(), spelt.timing());
    assert_eq!(plain.rules(), spelt.rules());
    assert_eq!(plain.commands(), spelt.commands());
    assert_eq!(
        (plain.welcome(), plain.closing()),
        (spelt.welcome(), spelt.closing())
    );
    assert_eq!(plain.prompts(), spelt.prompts());
    assert_ne!(
        plain.version(),
        spelt.version(),
        "what is written makes the version"
    );
}

#[test]
fn each_shipped_survey_is_walked_to_its_end_in_each_language() {
    for (file, text, _) in SHIPPED {
        for language in LANGUAGES {
            let (outcome, printed) = walk(read(file, text), language, "5\n4\n3\n");
            assert_eq!(outcome.disposition, Disposition::Completed, "{file}\n{printed}");
        }
    }
}

#[test]
fn the_walk_shows_what_is_played_and_what_would_be_stored() {
    let (file, text, _) = SHIPPED[2];
    let (outcome, printed) = walk(read(file, text), "fi", "10\n\n*\n8\nx\n1\nh\n");
    assert_eq!(outcome.disposition, Disposition::Partial, "{printed}");
    for words in [
        "plays nps: \"Perustuen äskeiseen puheluun",
        "stores nps: 10 [keys \"10\", attempt 1]",
        "plays no_input",
        "plays no_match",
        "`x` are no keys",
        "stores ces: 1 (very difficult) [keys \"*81\", attempt 3]",
        "Outcome: partial, caller_hung_up",
    ] {
        assert!(printed.contains(words), "{words}\n{printed}");
    }
}

#[test]
fn the_walk_takes_what_is_typed_for_speech_in_a_comment() {
    let (file, text, _) = SHIPPED[3];
    let (outcome, printed) = walk(read(file, text), "en", "9\nnobody knew the answer\n\n");
    assert_eq!(outcome.disposition, Disposition::Completed, "{printed}");
    for words in [
        "plays comment",
        "plays the tone",
        "records comment: type what the caller says",
        "ends the recording of comment: silence; what was said is kept",
        "Outcome: completed, all_answered",
    ] {
        assert!(printed.contains(words), "{words}\n{printed}");
    }
    let (_, printed) = walk(read(file, text), "en", "9\n#\n");
    assert!(
        printed.contains("ends the recording of comment: key; nothing was said"),
        "{printed}"
    );
    let (_, printed) = walk(read(file, text), "en", "9\nno more of this\n*9\n");
    assert!(printed.contains("nothing of it is kept"), "{printed}");
}

#[test]
fn the_end_of_the_input_hangs_up() {
    let (file, text, _) = SHIPPED[0];
    let (outcome, printed) = walk(read(file, text), "en", "1\n");
    assert_eq!(outcome.disposition, Disposition::Partial, "{printed}");
    assert!(
        printed.contains("stores nps: 1 [keys \"1\", attempt 1, accepted by timeout]"),
        "{printed}"
    );
}
