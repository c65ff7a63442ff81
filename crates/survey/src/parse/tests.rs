//! Each fault of a definition, with its line and its fix.

mod choosing;

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::parse;
use crate::{
    AnyPrompt, Comment, LanguageSelectedBy, NextStep, Parsed, Plan, PromptSet, ScaleDirection, Survey,
};
use aftercall_base::{Fault, Language, Severity};

fn survey(text: &str) -> Survey {
    match parse(text, "config/surveys/test.toml", &AnyPrompt) {
        Ok(parsed) => parsed.survey,
        Err(faults) => panic!("{}", shown(&faults)),
    }
}

fn faults(text: &str) -> Vec<Fault> {
    parse(text, "test.toml", &AnyPrompt).expect_err("the definition must be refused")
}

fn shown(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

/// Where a call that tells nothing goes after an answer.
fn after(survey: &Survey, question: usize, value: Option<i64>) -> NextStep {
    Plan::new(survey, &BTreeMap::new(), 0).after(survey, question, value)
}

/// Asserts that `text` is refused with an error on `line` that says `words`.
#[track_caller]
fn refused(text: &str, line: usize, words: &str) {
    let faults = faults(text);
    let found = faults.iter().any(|fault| {
        fault.is_error()
            && fault.position.is_some_and(|position| position.line == line)
            && fault.to_string().contains(words)
    });
    assert!(found, "expected line {line}: {words}\ngot:\n{}", shown(&faults));
}

#[test]
fn two_lines_are_a_survey_with_every_default() {
    let survey = survey("[[question]]\nmetric = \"nps\"");
    let question = &survey.questions()[0];
    assert_eq!(
        (survey.version().name.as_str(), survey.title(), survey.goal()),
        ("test", "test", "")
    );
    assert_eq!(
        (question.id().as_str(), question.scale().min, question.scale().max),
        ("nps", 0, 10)
    );
    assert_eq!(after(&survey, 0, Some(3)), NextStep::End);
    assert_eq!(survey.timing().no_input_last, Duration::from_secs(14));
    let names: Vec<&str> = survey.prompts().into_iter().map(|name| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "declined",
            "no_input",
            "no_match",
            "nps",
            "nps_retry",
            "sorry_error",
            "thanks",
            "welcome"
        ]
    );
}

#[test]
fn comment_has_its_defaults_and_is_never_scored() {
    let survey = survey("[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"comment\"");
    let [nps, comment] = survey.questions() else {
        panic!("two questions")
    };
    assert_eq!((nps.comment(), nps.is_scored()), (None, true));
    assert_eq!(comment.comment(), Some(Comment::default()));
    assert!(!comment.is_scored() && comment.keys().iter().next().is_none());
    let notice: Vec<&str> = comment.wording().prompts().map(|name| name.as_str()).collect();
    assert_eq!(notice, ["comment"], "the notice, once and never again");
    let plain = "[[question]]\nmetric = \"choice\"\nkeys = { 1 = \"a\" }\n[[question]]\nmetric = \"comment\"";
    let scored: Vec<bool> = self::survey(plain)
        .questions()
        .iter()
        .map(|q| q.is_scored())
        .collect();
    assert_eq!(scored, [true, false], "a choice is scored where nothing else is");
}

#[test]
fn comment_says_how_it_is_recorded() {
    let survey = survey(
        "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"comment\"\nid = \"why\"\nprompt = \"why_notice\"\n\
         max_length = \"90s\"\nsilence = \"3s\"\nmin_speech = \"1s\"",
    );
    let comment = survey.questions()[1].comment().unwrap();
    let seconds = [comment.max_length, comment.silence, comment.min_speech].map(|time| time.as_secs());
    assert_eq!(seconds, [90, 3, 1]);
}

#[test]
fn comment_without_a_notice_or_with_what_keys_need_is_refused() {
    let comment = |field: &str| {
        format!("[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"comment\"\n{field}\n")
    };
    for (field, words) in [
        ("prompt = []", "the caller must hear that it is recorded"),
        ("keys = { 1 = \"yes\" }", "`keys` means nothing for a comment"),
        ("scale = { max = 3 }", "`scale` means nothing for a comment"),
        ("no_input = [\"nps\"]", "`no_input` means nothing for a comment"),
        ("threshold = 3", "`threshold` means nothing for `comment`"),
        ("target = 30", "a comment has no score to aim at"),
        ("max_length = \"1s\"", "`max_length = \"1s\"` is out of range"),
        ("silence = 4", "`silence` is a number"),
        ("min_spech = \"1s\"", "did you mean `min_speech`?"),
    ] {
        refused(&comment(field), 5, words);
    }
    refused(
        "[[question]]\nmetric = \"nps\"\nmax_length = \"60s\"",
        3,
        "`max_length` means nothing for `nps`",
    );
    refused("[[question]]\nmetric = \"comment\"", 1, "nothing but a comment");
}

#[test]
fn each_further_attempt_is_asked_more_directedly() {
    let survey = survey("[[question]]\nmetric = \"nps\"");
    let wording = survey.questions()[0].wording();
    let words = |prompts: &[aftercall_base::PromptName]| {
        prompts.iter().map(|name| name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(words(&wording.no_input[0]), ["no_input", "nps"]);
    assert_eq!(words(&wording.no_input[1]), ["no_input", "nps_retry"]);
    assert_eq!(words(&wording.no_match[1]), ["no_match", "nps_retry"]);
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let text = "titel = 'x'\n[timing]\nno_input = \"7\"\n[[question]]\nmetric = \"npss\"\n\
                [[question]]\nmetric = \"csat\"\nthreshold = 9\nnext = \"nowhere\"";
    let lines: Vec<usize> = faults(text)
        .iter()
        .filter(|fault| fault.is_error())
        .filter_map(|fault| fault.position.map(|position| position.line))
        .collect();
    assert_eq!(lines, [1, 3, 5, 8, 9]);
}

#[test]
fn unknown_fields_suggest_the_nearest_known_one() {
    refused(
        "[[question]]\nmetric = \"csat\"\ntreshold = 4",
        3,
        "did you mean `threshold`?",
    );
    refused(
        "languges = []\n[[question]]\nmetric = \"csat\"",
        1,
        "did you mean `languages`?",
    );
    refused(
        "[rules]\nattemps = 4\n[[question]]\nmetric = \"nps\"",
        2,
        "did you mean `attempts`?",
    );
    refused("[[question]]\nmetric = \"ncs\"", 2, "did you mean");
}

#[test]
fn nps_is_refused_on_any_other_scale() {
    refused(
        "[[question]]\nmetric = \"nps\"\nscale = { min = 1, max = 10 }",
        3,
        "0-10",
    );
    refused(
        "[[question]]\nmetric = \"nps\"\nscale = { direction = \"low_is_good\" }",
        3,
        "0-10",
    );
}

#[test]
fn scales_that_cannot_be_keyed_are_refused() {
    refused(
        "[[question]]\nmetric = \"ces\"\nscale = { min = 5, max = 1 }",
        3,
        "min must be below max",
    );
    refused(
        "[[question]]\nmetric = \"ces\"\nscale = { min = 0, max = 100 }\ntop_box = 1",
        3,
        "0-99",
    );
    refused(
        "[[question]]\nmetric = \"ces\"\nscale = { direction = \"up\" }",
        3,
        "is not a direction",
    );
    refused(
        "[[question]]\nmetric = \"choice\"\nkeys = { 1 = \"a\" }\nscale = { min = 1 }",
        4,
        "no scale",
    );
    refused(
        "[[question]]\nmetric = \"yes_no\"\nscale = { min = 1, max = 2 }",
        3,
        "stored as 1 and 0",
    );
}

#[test]
fn thresholds_and_targets_must_be_within_reach() {
    refused(
        "[[question]]\nmetric = \"csat\"\nthreshold = 6",
        3,
        "outside the scale 1-5",
    );
    refused(
        "[[question]]\nmetric = \"ces\"\nthreshold = 4",
        3,
        "write `top_box`",
    );
    refused("[[question]]\nmetric = \"nps\"\ntop_box = 9", 3, "remove it");
    refused("[[question]]\nmetric = \"nps\"\ntarget = 101", 3, "-100 to 100");
    refused("[[question]]\nmetric = \"csat\"\ntarget = -1", 3, "percent");
    refused(
        "[[question]]\nmetric = \"csat\"\nscale = { min = 1, max = 9 }",
        1,
        "no usual one",
    );
}

#[test]
fn the_usual_threshold_mirrors_where_a_low_value_is_good() {
    let ease = survey("[[question]]\nmetric = \"ces\"\nscale = { max = 7 }");
    let effort = survey("[[question]]\nmetric = \"ces\"\nscale = { max = 7, direction = \"low_is_good\" }");
    assert_eq!(ease.record().questions[0].threshold, Some(5));
    assert_eq!(effort.record().questions[0].threshold, Some(3));
    assert_eq!(effort.questions()[0].scale().direction, ScaleDirection::LowIsGood);
    assert!(!effort.record().questions[0].high_is_good);
}

#[test]
fn overlapping_keys_are_refused() {
    let choice = "[[question]]\nmetric = \"choice\"\n[question.keys]\n";
    refused(&format!("{choice}1 = \"a\"\n01 = \"b\""), 5, "overlapping keys");
    refused(
        &format!("{choice}1 = \"a\"\n\"*\" = \"b\""),
        5,
        "overlapping keys",
    );
    refused(
        &format!("{choice}1 = \"a\"\n\"*9\" = \"b\""),
        5,
        "overlapping keys",
    );
    refused(
        &format!("{choice}1 = \"a\"\n\"#\" = \"b\""),
        5,
        "overlapping keys",
    );
    refused(&format!("{choice}1 = \"a\"\n1 = \"b\""), 5, "twice");
    refused(&format!("{choice}123 = \"a\""), 4, "cannot be pressed");
    let yes_no = "[[question]]\nmetric = \"yes_no\"\n[question.keys]\n";
    refused(
        &format!("{yes_no}1 = \"yes\"\n2 = \"yes\"\n3 = \"no\""),
        3,
        "two mean yes",
    );
    refused(&format!("{yes_no}1 = \"yes\""), 3, "no key means no");
    refused(
        &format!("{yes_no}1 = \"yes\"\n2 = \"maybe\""),
        5,
        "\"yes\" or \"no\"",
    );
    refused(
        "[[question]]\nmetric = \"nps\"\nkeys = { 1 = \"a\" }",
        3,
        "numbers of its scale",
    );
    refused("[[question]]\nmetric = \"choice\"", 1, "has no keys");
}

#[test]
fn yes_and_no_are_keys_1_and_2_unless_told_otherwise() {
    let usual = survey("[[question]]\nmetric = \"yes_no\"");
    let other = survey("[[question]]\nmetric = \"csat\"\nkeys = { 5 = \"yes\", 6 = \"no\" }");
    assert_eq!(
        usual.questions()[0].keys().iter().collect::<Vec<_>>(),
        [("1", 1), ("2", 0)]
    );
    assert_eq!(
        other.questions()[0].keys().iter().collect::<Vec<_>>(),
        [("5", 1), ("6", 0)]
    );
    assert_eq!(other.record().questions[0].threshold, Some(1));
}

#[test]
fn endless_loops_are_refused_and_named() {
    let question = |id: &str, more: &str| format!("[[question]]\nid = \"{id}\"\nmetric = \"csat\"\n{more}\n");
    refused(&question("a", "next = \"a\""), 2, "endless loop: a -> a");
    let back = question("a", "") + &question("b", "branch = [{ when = \"1-2\", goto = \"a\" }]");
    refused(&back, 2, "endless loop: a -> b -> a");
}

#[test]
fn branches_lead_by_value_range_and_label() {
    let survey = survey(
        "[[question]]\nmetric = \"nps\"\n[[question.branch]]\nwhen = \"0-3,5\"\ngoto = \"why\"\n\
         [[question.branch]]\nwhen = 10\ngoto = \"end\"\n\
         [[question]]\nmetric = \"yes_no\"\nnext = \"end\"\nbranch = [{ when = \"No\", goto = \"why\" }]\n\
         [[question]]\nid = \"why\"\nmetric = \"choice\"\nkeys = { 1 = \"Price\", 2 = \"Quality\" }",
    );
    let [_, yes_no, why] = survey.questions() else {
        panic!("three questions")
    };
    let to = |value| after(&survey, 0, value);
    assert_eq!([to(Some(3)), to(Some(5))], [NextStep::Question(2); 2]);
    assert_eq!(
        [to(Some(4)), to(Some(10)), to(None)],
        [NextStep::Question(1), NextStep::End, NextStep::Question(1)]
    );
    assert_eq!(
        [after(&survey, 1, Some(0)), after(&survey, 1, Some(1))],
        [NextStep::Question(2), NextStep::End]
    );
    assert!(!why.is_scored() && yes_no.is_scored());
}

#[test]
fn branches_that_make_no_sense_are_refused() {
    let branch = |text: &str| format!("[[question]]\nmetric = \"ces\"\n[[question.branch]]\n{text}\n");
    refused(&branch("when = \"0-2\"\ngoto = \"end\""), 4, "values of 1-5");
    refused(
        &branch("when = \"4-2\"\ngoto = \"end\""),
        4,
        "not an answer to the question",
    );
    refused(
        &branch("when = \"often\"\ngoto = \"end\""),
        4,
        "not an answer to the question",
    );
    refused(&branch("when = 1\ngoto = \"enf\""), 5, "did you mean `end`?");
    refused(&branch("when = 1"), 3, "a branch needs `goto`");
    let twice = branch("when = \"1-3\"\ngoto = \"end\"\n[[question.branch]]\nwhen = 3\ngoto = \"end\"");
    refused(&twice, 7, "an earlier one already takes 3");
}

#[test]
fn question_ids_are_unique_and_not_end() {
    refused(
        "[[question]]\nmetric = \"ces\"\n[[question]]\nmetric = \"ces\"",
        3,
        "second question",
    );
    refused("[[question]]\nmetric = \"ces\"\nid = \"end\"", 3, "not `end`");
}

#[test]
fn empty_surveys_wrong_types_and_broken_toml_are_refused() {
    refused("", 1, "asks nothing");
    refused("question = []", 1, "asks nothing");
    refused("question = 5", 1, "`question` is a number");
    refused("[[question]]\nid = \"x\"", 1, "has no metric");
    refused(
        "title = 5\n[[question]]\nmetric = \"nps\"",
        1,
        "`title` is a number",
    );
    refused("title = \"x\n[[question]]\nmetric = \"nps\"", 1, "TOML");
    refused("[[question]]\nmetric = \"nps\"\nprompt = []", 3, "silence");
    refused("[[question]]\nmetric = \"nps\"\nno_input = []", 3, "empty");
    refused(
        "[keys]\nopt_out = \"99\"\n[[question]]\nmetric = \"nps\"",
        2,
        "`*` and one digit",
    );
    refused(
        "[keys]\nrepeat = \"0\"\n[[question]]\nmetric = \"nps\"",
        2,
        "\"*\" or \"off\"",
    );
}

#[test]
fn durations_need_a_unit_and_have_limits() {
    let timing = |line: &str| format!("[timing]\n{line}\n[[question]]\nmetric = \"nps\"");
    refused(&timing("no_input = 7"), 2, "a duration in quotes");
    refused(&timing("no_input = \"7\""), 2, "number with its unit");
    refused(&timing("no_input = \"7000s\""), 2, "write 1s to 60s");
    assert_eq!(
        survey(&timing("no_input = \"4s\"")).timing().no_input_last,
        Duration::from_secs(8)
    );
}

#[test]
fn a_prompt_missing_in_one_language_is_named_with_the_file_to_record() {
    let mut prompts = PromptSet::default();
    for name in [
        "welcome",
        "thanks",
        "declined",
        "sorry_error",
        "no_input",
        "no_match",
        "nps",
        "nps_retry",
    ] {
        prompts.insert("en", name, Duration::from_secs(3));
        prompts.insert("fi", name, Duration::from_secs(3));
    }
    prompts.insert("en", "promo", Duration::from_secs(16));
    let text = "languages = [\"en\", \"fi\"]\n[prompts]\nwelcome = [\"welcom\", \"promo\"]\n\
                [[question]]\nmetric = \"nps\"";
    let faults = parse(text, "t.toml", &prompts).expect_err("promo is not recorded in fi");
    assert!(shown(&faults).contains("t.toml:3: there is no prompt `welcom`. Fix: did you mean `welcome`?"));
    assert!(
        shown(&faults).contains("missing in `fi`. Fix: record prompts/fi/promo.wav."),
        "{}",
        shown(&faults)
    );
}

#[test]
fn warnings_alone_refuse_nothing() {
    let mut prompts = PromptSet::default();
    for name in [
        "welcome",
        "thanks",
        "declined",
        "sorry_error",
        "no_input",
        "no_match",
        "a",
    ] {
        prompts.insert("en", name, Duration::from_millis(15_100));
    }
    let question = |id: &str| format!("[[question]]\nid = \"{id}\"\nprompt = \"a\"\nmetric = \"csat\"\n");
    let text: String = ["a", "b", "c", "d", "e", "f"].map(question).concat();
    let parsed = parse(
        &text.replacen("csat\"", "csat\"\nnext = \"c\"", 1),
        "t.toml",
        &prompts,
    )
    .unwrap();
    let warnings = shown(&parsed.warnings);
    assert!(
        parsed
            .warnings
            .iter()
            .all(|fault| fault.severity == Severity::Warning)
    );
    for words in [
        "5 scored questions",
        "takes 15.1 s",
        "`a_retry`",
        "no `text`",
        "`b` is never asked",
    ] {
        assert!(warnings.contains(words), "{words}:\n{warnings}");
    }
    let repeated = &parsed.survey.questions()[0].wording().no_input[1];
    assert_eq!(repeated.last().map(|name| name.as_str()), Some("a"));
}

#[test]
fn texts_are_by_language_and_reports_show_the_default_one() {
    let text = "language = \"fi\"\nlanguages = [\"en\"]\n[[question]]\nmetric = \"ces\"\n\
                text.en = \"How easy?\"\ntext.fi = \"Kuinka helppoa?\"\nlabels = { 1 = \"vaikeaa\" }";
    let survey = survey(text);
    assert_eq!(survey.record().questions[0].text, "Kuinka helppoa?");
    assert_eq!(survey.record().questions[0].labels, [(1, "vaikeaa".to_owned())]);
    assert_eq!(survey.language_of("EN_gb").map(Language::as_str), Some("en"));
    assert_eq!(survey.choose_language(["sv"], []).language.as_str(), "fi");
    refused(&text.replace("text.en", "text.pl"), 5, "not a language here");
    refused(&text.replace("{ 1", "{ 9"), 7, "not on the scale");
    refused(
        &text.replace("[\"en\"]", "[\"English\"]"),
        2,
        "cannot be a language",
    );
}

#[test]
fn a_version_is_what_is_written_and_not_how() {
    let version = |text: &str| survey(text).version().version.clone();
    let plain = version("title = \"x\"\n[[question]]\nmetric = \"csat\"\nthreshold = 4");
    let other = version("# y\ntitle='x'\n\n[[question]]\nthreshold   = 4 # z\nmetric = \"csat\"");
    assert_eq!(plain, other);
    assert_eq!(plain.len(), 12);
    assert_ne!(
        plain,
        version("title = \"x\"\n[[question]]\nmetric = \"csat\"\nthreshold = 5")
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,200}") {
        let _ = parse(&text, "t.toml", &AnyPrompt);
    }

    #[test]
    fn no_mutation_of_a_good_definition_makes_the_parser_panic(
        at in 0usize..2_000,
        cut in 0usize..40,
        insert in "[\\[\\]{}=\"\n.a-z0-9*#-]{0,12}",
    ) {
        let good = include_str!("../../../../config/surveys/default.toml").replace("# ", "");
        let mut bytes = good.into_bytes();
        let at = at.min(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, insert.bytes());
        let text = String::from_utf8_lossy(&bytes);
        match parse(&text, "t.toml", &AnyPrompt) {
            Ok(parsed) => prop_assert!(parsed.warnings.iter().all(|fault| !fault.is_error())),
            Err(faults) => prop_assert!(faults.iter().any(Fault::is_error)),
        }
    }
}

fn menu(section: &str) -> Result<Parsed, Vec<Fault>> {
    let text =
        format!("languages = [\"en\", \"fi\"]\n[language_menu]\n{section}\n[[question]]\nmetric = \"nps\"");
    parse(&text, "menu.toml", &AnyPrompt)
}

#[test]
fn a_language_menu_offers_in_the_order_written_and_names_its_prompts_by_key() {
    let survey = menu("keys = { 4 = \"fi\", 1 = \"en\" }\nattempts = 3\nno_input = \"9s\"")
        .unwrap()
        .survey;
    let offered = survey.language_menu().unwrap();
    let choices: Vec<String> = offered
        .choices()
        .iter()
        .map(|choice| format!("{} {} {}", choice.key.as_char(), choice.language, choice.prompt))
        .collect();
    assert_eq!(choices, ["4 fi language_key_4", "1 en language_key_1"]);
    assert_eq!((offered.attempts(), offered.no_input().as_secs()), (3, 9));
    assert!(
        survey.menu_for(LanguageSelectedBy::Call).is_none()
            && survey.menu_for(LanguageSelectedBy::Fallback).is_some()
    );
    let always = menu("keys = { 1 = \"fi\", 2 = \"en\" }\nwhen = \"always\"\nprompt = \"choose\"")
        .unwrap()
        .survey;
    assert!(always.menu_for(LanguageSelectedBy::Call).is_some());
    assert_eq!(
        always.language_menu().unwrap().choices()[1].prompt.as_str(),
        "choose"
    );
}

#[test]
fn each_fault_of_a_language_menu_is_told() {
    for (section, reason) in [
        ("", "two choices or more"),
        ("keys = { 1 = \"fi\" }", "two choices or more"),
        ("keys = { 1 = \"fi\", 2 = \"sv\" }", "not asked in `sv`"),
        ("keys = { 1 = \"fi\", 2 = \"fi\" }", "two keys choose `fi`"),
        ("keys = { 1 = \"fi\", \"*\" = \"en\" }", "`*` is not a key"),
        ("keys = { 1 = \"fi\", 12 = \"en\" }", "`12` is not a key"),
        ("keys = { 1 = \"fi\", 2 = 3 }", "`keys` is a number"),
        (
            "keys = { 1 = \"fi\", 2 = \"en\" }\nwhen = \"never\"",
            "`when` cannot be `never`",
        ),
        ("keys = { 1 = \"fi\", 2 = \"en\" }\nattempts = 0", "out of range"),
        (
            "keys = { 1 = \"fi\", 2 = \"en\" }\ntimeout = \"5s\"",
            "no field `timeout`",
        ),
    ] {
        let faults = menu(section).unwrap_err();
        assert!(
            faults.iter().any(|fault| fault.reason.contains(reason)),
            "{section}: {faults:?}"
        );
    }
}

#[test]
fn an_offer_must_exist_in_its_own_language_only() {
    let text = "languages = [\"en\", \"fi\"]\n[language_menu]\nkeys = { 1 = \"fi\", 2 = \"en\" }\n[[question]]\n\
                metric = \"nps\"\ntext = \"How likely?\"";
    let mut prompts = PromptSet::default();
    let common = [
        "welcome",
        "thanks",
        "declined",
        "sorry_error",
        "no_input",
        "no_match",
        "nps",
        "nps_retry",
    ];
    for language in ["en", "fi"] {
        common
            .iter()
            .for_each(|name| prompts.insert(language, name, Duration::from_secs(1)));
    }
    prompts.insert("fi", "language_key_1", Duration::from_secs(1));
    let faults = parse(text, "menu.toml", &prompts).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0].reason.contains("`language_key_2`, which offers `en`"),
        "{faults:?}"
    );
    prompts.insert("en", "language_key_2", Duration::from_secs(1));
    assert!(parse(text, "menu.toml", &prompts).is_ok());
}
