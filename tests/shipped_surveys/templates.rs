//! The templates are valid without a warning, speak all languages, and each of their ways can be walked to its end.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aftercall::cli::walk::{Asked, NoTexts, run};
use aftercall_audio::prompts::Manifest;
use aftercall_base::{Disposition, Language};
use aftercall_survey::context::{Field, Name};
use aftercall_survey::{AnyPrompt, Metric, Plan, Question, Survey, parse};

/// The languages of the customers.
const LANGUAGES: [&str; 5] = ["en", "fi", "pl", "cs", "el"];

/// Every template by its name, with its text.
fn templates() -> BTreeMap<String, (String, Survey)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/templates");
    let mut templates = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let file = entry.unwrap().path();
        let text = fs::read_to_string(&file).unwrap();
        let parsed = parse(&text, file.to_str().unwrap(), &AnyPrompt)
            .unwrap_or_else(|faults| panic!("{}: {faults:?}", file.display()));
        assert!(
            parsed.warnings.is_empty(),
            "{}: {:?}",
            file.display(),
            parsed.warnings
        );
        templates.insert(parsed.survey.version().name.clone(), (text, parsed.survey));
    }
    templates
}

/// Keys that answer the question with its best or its worst value.
fn key(question: &Question, best: bool) -> String {
    let yes_no = (question.scale().min, question.scale().max) == (0, 1);
    match (question.metric(), best) {
        (Metric::Comment, _) => "everything went wrong".to_owned(),
        // 1 is yes and 2 is no, whatever the metric.
        (_, true) if yes_no => "1".to_owned(),
        (_, false) if yes_no => "2".to_owned(),
        (Metric::Choice, _) => question.scale().min.to_string(),
        (_, true) => question.scale().max.to_string(),
        (_, false) => question.scale().min.to_string(),
    }
}

/// Walks through `survey` with `keys` and returns the questions that were answered.
fn walk(survey: &Survey, language: &str, keys: &str) -> Vec<String> {
    let mut printed = Vec::new();
    let language = Language::new(language).unwrap();
    let outcome = run(
        Arc::new(survey.clone()),
        Asked::In(&language),
        &NoTexts,
        keys.as_bytes(),
        &mut printed,
    )
    .unwrap();
    let printed = String::from_utf8(printed).unwrap();
    assert_eq!(outcome.disposition, Disposition::Completed, "{printed}");
    let stores = |line: &str| {
        let (_, rest) = line.split_once("stores ")?;
        Some(rest.split(':').next()?.to_owned())
    };
    let records = |line: &str| {
        let (_, rest) = line.split_once("records ")?;
        Some(rest.split(':').next()?.to_owned())
    };
    printed
        .lines()
        .filter_map(|line| stores(line).or_else(|| records(line)))
        .collect()
}

#[test]
fn each_template_says_what_it_is_for_and_has_goal_targets_and_words_in_every_language() {
    let templates = templates();
    assert!(templates.len() >= 21, "{:?}", templates.keys());
    for (name, (text, survey)) in &templates {
        assert!(
            text.starts_with("# "),
            "{name}: the first line says what it is for"
        );
        assert!(!survey.goal().is_empty() && survey.title() != name, "{name}");
        for language in LANGUAGES {
            let language = Language::new(language).unwrap();
            assert!(survey.languages().contains(&language), "{name}");
            let worded = |question: &Question| question.text(&language).is_some();
            assert!(survey.questions().iter().all(worded), "{name} in {language}");
        }
        for question in survey.record().questions {
            let aims = question.target.is_some() || !question.metric.is_scored();
            assert!(aims, "{name}: {} has a target", question.id);
        }
    }
}

#[test]
fn there_is_a_template_for_each_metric_and_for_each_topic_of_the_library() {
    let templates = templates();
    for (name, questions) in [
        ("nps", &["nps"][..]),
        ("ces", &["ces"]),
        ("ces-effort", &["ces_effort"]),
        ("csat-yes-no", &["csat_yes_no"]),
        ("nps-csat", &["nps", "csat"]),
        ("ces-csat", &["ces", "csat"]),
        ("ces-nps-why", &["ces", "nps", "why"]),
        ("csat-why", &["csat", "why"]),
        ("topic-access", &["access"]),
        ("topic-staff", &["friendliness", "knowledge"]),
        ("topic-responsiveness", &["responsiveness"]),
        ("topic-complaint", &["complaint", "why"]),
        ("topic-product", &["product_quality"]),
        ("topic-overall", &["overall"]),
        ("topic-loyalty", &["loyalty"]),
        ("topic-value", &["value"]),
        ("csat-correction", &["csat"]),
        ("moment", &["waiting", "resolved", "complaint", "ces"]),
        ("moment-long-wait", &["waiting", "csat"]),
        ("moment-short-talk", &["resolved", "why"]),
    ] {
        let (_, survey) = templates
            .get(name)
            .unwrap_or_else(|| panic!("there is no {name}"));
        let ids: Vec<&str> = survey
            .questions()
            .iter()
            .map(|question| question.id().as_str())
            .collect();
        assert_eq!(ids, questions, "{name}");
    }
}

#[test]
fn good_and_bad_answers_lead_to_the_end_and_only_bad_ones_are_asked_why() {
    for (name, (_, survey)) in &templates() {
        let why = survey
            .questions()
            .iter()
            .any(|question| question.id().as_str() == "why");
        for language in LANGUAGES {
            for best in [true, false] {
                let keys: Vec<String> = survey
                    .questions()
                    .iter()
                    .map(|question| key(question, best))
                    .collect();
                let asked = walk(survey, language, &format!("{}\n\n", keys.join("\n")));
                let asked_why = asked.iter().any(|id| id == "why");
                assert_eq!(
                    asked_why,
                    why && !best,
                    "{name} in {language}, best answers: {best}: {asked:?}"
                );
            }
        }
    }
}

#[test]
fn prompt_of_a_question_says_the_question_in_the_words_of_the_template() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let nothing = PathBuf::from("nothing/manifest.toml");
    let manifest = Manifest::read([root.join("prompts/manifest.toml"), nothing]).unwrap();
    for (name, (_, survey)) in &templates() {
        for question in survey
            .questions()
            .iter()
            .filter(|question| question.metric() != Metric::Comment)
        {
            let prompt = question.wording().question.last().unwrap();
            for language in LANGUAGES {
                let text = question.text(&Language::new(language).unwrap()).unwrap();
                let spoken = &manifest.entry(language, prompt.as_str()).unwrap().text;
                assert!(
                    spoken.starts_with(text),
                    "{name} in {language}: {text:?} and {spoken:?}"
                );
            }
        }
    }
}

/// The questions of a template for a call that tells this.
fn asked(survey: &Survey, told: &[(Field, &str)], draw: u64) -> Vec<String> {
    let values: BTreeMap<Name, String> = told
        .iter()
        .map(|(field, value)| (Name::Field(*field), (*value).to_owned()))
        .collect();
    let plan = Plan::new(survey, &values, draw);
    let questions = plan.questions(survey).into_iter();
    questions.map(|id| id.as_str().to_owned()).collect()
}

#[test]
fn each_topic_of_the_library_has_its_turn_and_complaints_only_where_there_was_one() {
    let (_, survey) = &templates()["topics"];
    let topics = |told: &[(Field, &str)]| -> BTreeSet<String> {
        let mut topics = BTreeSet::new();
        for draw in 0..500 {
            let asked = asked(survey, told, draw);
            assert_eq!(
                (asked.len(), asked[0].as_str()),
                (2, "nps"),
                "draw {draw}: {asked:?}"
            );
            topics.insert(asked[1].clone());
        }
        topics
    };
    let usual = topics(&[(Field::Disposition, "resolved")]);
    let expected = [
        "access",
        "friendliness",
        "knowledge",
        "loyalty",
        "overall",
        "product_quality",
        "responsiveness",
        "value",
    ];
    assert_eq!(usual, BTreeSet::from(expected.map(str::to_owned)));
    let complained = topics(&[(Field::Disposition, "complaint: delivery")]);
    assert!(
        complained.contains("complaint") && complained.len() == 9,
        "{complained:?}"
    );
}

#[test]
fn moment_that_mattered_is_asked_about_and_no_other() {
    let (_, survey) = &templates()["moment"];
    for (told, expected) in [
        (&[][..], &["ces"][..]),
        (
            &[(Field::WaitTime, "180"), (Field::TalkTime, "61")],
            &["waiting", "ces"],
        ),
        (
            &[(Field::WaitTime, "179"), (Field::TalkTime, "60")],
            &["resolved", "ces"],
        ),
        (&[(Field::Disposition, "complaint")], &["complaint", "ces"]),
        (&[(Field::Disposition, "order")], &["ces"]),
    ] {
        assert_eq!(asked(survey, told, 1), expected, "{told:?}");
    }
}

#[test]
fn answer_after_a_correction_counts_and_silence_keeps_the_first() {
    let (_, survey) = &templates()["csat-correction"];
    for (keys, stored) in [("2\n1\n5\n", "csat: 5"), ("2\n\n", "csat: 2"), ("3\n", "csat: 3")] {
        let mut printed = Vec::new();
        let language = Language::new("en").unwrap();
        run(
            Arc::new(survey.clone()),
            Asked::In(&language),
            &NoTexts,
            keys.as_bytes(),
            &mut printed,
        )
        .unwrap();
        let printed = String::from_utf8(printed).unwrap();
        let last = printed.lines().rfind(|line| line.contains("stores ")).unwrap();
        assert!(last.contains(&format!("stores {stored}")), "{keys:?}: {printed}");
    }
}
