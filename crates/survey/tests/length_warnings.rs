//! What `check` warns about when a survey takes long: sums over the longest way, in each language.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use aftercall_survey::{AnyPrompt, PromptNames, parse};

/// The prompts as they were shipped first, in ms.
fn slow(language: &str, name: &str) -> Duration {
    let of = |en, pl| if language == "pl" { pl } else { en };
    Duration::from_millis(match name {
        "welcome" => of(10_279, 12_918),
        "nps" => of(9_608, 14_696),
        "ces" => of(6_108, 7_841),
        "csat" => of(7_179, 10_486),
        _ => 2_000,
    })
}

struct Slow;

impl PromptNames for Slow {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        Some(slow(language, name))
    }

    fn names(&self, _language: &str) -> Vec<&str> {
        Vec::new()
    }
}

const THREE: &str = "languages = [\"en\", \"pl\"]\n[[question]]\nmetric = \"nps\"\ntext = \"a\"\n\
    [[question]]\nmetric = \"ces\"\ntext = \"b\"\n[[question]]\nmetric = \"csat\"\ntext = \"c\"\n";

fn warnings(definition: &str, prompts: &dyn PromptNames) -> Vec<String> {
    let parsed = parse(definition, "t.toml", prompts).unwrap();
    parsed
        .warnings
        .iter()
        .map(|warning| warning.to_string())
        .filter(|warning| !warning.contains("text"))
        .collect()
}

#[test]
fn check_warns_of_the_sum_in_each_language_that_is_too_long() {
    let told = warnings(THREE, &Slow);
    let holds = |words: &str| told.iter().any(|warning| warning.contains(words));
    assert!(
        holds("can answer first after 20.3 s in `en`, 28.0 s in `pl`"),
        "{told:?}"
    );
    assert!(
        holds("has answered 3 questions after 34.4 s in `en`, 47.1 s in `pl`"),
        "{told:?}"
    );
    assert!(
        holds("a line on which nobody presses a key is held for 48.3 s in `en`"),
        "{told:?}"
    );
    let shorter = warnings(&THREE.replace("[\"en\", \"pl\"]", "[\"en\"]"), &AnyPrompt);
    assert!(shorter.is_empty(), "{shorter:?}");
}

#[test]
fn menu_of_many_languages_counts_for_the_silent_line() {
    let menu = "languages = [\"en\", \"pl\"]\n[language_menu]\nkeys = { 1 = \"en\", 2 = \"pl\" }\n\
        attempts = 3\n[[question]]\nmetric = \"csat\"\ntext = \"c\"\n";
    let told = warnings(menu, &AnyPrompt);
    assert!(
        told.iter()
            .any(|warning| warning.contains("nobody presses a key")),
        "{told:?}"
    );
}

#[test]
fn welcome_with_another_number_than_the_questions_is_warned_about() {
    let with = |welcome: &str| {
        let definition = format!(
            "[prompts]\nwelcome = \"{welcome}\"\n{}",
            THREE.replace("languages = [\"en\", \"pl\"]\n", "")
        );
        warnings(&definition, &AnyPrompt)
    };
    assert!(
        with("welcome_three").is_empty() && with("welcome").is_empty() && with("welcome_back").is_empty()
    );
    let told = with("welcome_two");
    assert!(
        told.len() == 1
            && told[0].contains("`welcome_two` says how many questions follow, but keys answer 3 here"),
        "{told:?}"
    );
}
