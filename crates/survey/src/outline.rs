//! A survey as text for people: what is asked, in which order and of whom, with which keys, and what is stored.

use std::fmt::Write;

use super::comparison::{behind, properties};
use super::definition::Survey;
use super::question::{Question, QuestionGroup};
use super::words;
use aftercall_base::Language;
use aftercall_base::count::counted;

/// Columns before what belongs to a question.
const INDENT: &str = "     ";

/// The whole survey, in `language` where it has texts of its own.
pub fn outline(survey: &Survey, language: &Language) -> String {
    let mut text = String::new();
    let version = survey.version();
    // Writing to a String cannot fail; so is every `let _` below.
    let _ = writeln!(
        text,
        "Survey `{}`, version {}: {}",
        version.name, version.version, survey.title
    );
    if !survey.goal.is_empty() {
        let _ = writeln!(text, "Goal: {}", survey.goal);
    }
    languages(&mut text, survey);
    let span = |(least, most): (u64, u64)| {
        if least == most {
            most.to_string()
        } else {
            format!("{least} to {most}")
        }
    };
    let _ = writeln!(
        text,
        "A call is asked {} of {}; scored are {}.\n",
        span(survey.asked()),
        counted(survey.questions.len(), "question"),
        span(survey.scored_asked())
    );
    let _ = writeln!(text, "{INDENT}plays {}", words::prompts(&survey.welcome));
    let mut group = None;
    for (index, question) in survey.questions.iter().enumerate() {
        if question.group != group
            && let Some(entered) = question.group.and_then(|group| survey.groups.get(group))
        {
            let _ = writeln!(text, "\n{}", of_group(survey, entered));
        }
        group = question.group;
        of_question(&mut text, survey, index, question, language);
    }
    let closing = &survey.closing;
    let _ = writeln!(
        text,
        "\n{INDENT}plays {}; after an opt-out {}; when an answer cannot be stored {}\n",
        words::prompts(&closing.thanks),
        words::prompts(&closing.declined),
        words::prompts(&closing.apology)
    );
    conduct(&mut text, survey);
    stored(&mut text, survey);
    text
}

fn languages(text: &mut String, survey: &Survey) {
    let tags: Vec<&str> = survey.languages.iter().map(Language::as_str).collect();
    let _ = writeln!(
        text,
        "Languages: {}; {} when neither call nor route names one",
        tags.join(", "),
        tags.first().unwrap_or(&"")
    );
    for property in properties(survey)
        .iter()
        .filter(|property| property.name == "language menu")
    {
        let _ = writeln!(text, "Language menu: {}", property.value);
    }
}

fn of_group(survey: &Survey, group: &QuestionGroup) -> String {
    let condition = match &group.only_when {
        Some(condition) => format!(", only when {condition}"),
        None => String::new(),
    };
    let last = group.members.last().copied().unwrap_or_default();
    let next = if group.next == behind(survey, last) {
        String::new()
    } else {
        format!("; then {}", words::place(survey, group.next))
    };
    format!(
        "Group `{}`: asks {}{condition}{next}",
        group.id,
        words::draw(group)
    )
}

fn of_question(text: &mut String, survey: &Survey, index: usize, question: &Question, language: &Language) {
    let scored = if question.scored { "" } else { ", not scored" };
    let _ = writeln!(
        text,
        "\n{:3}. {}: {}{scored}",
        index + 1,
        question.id,
        words::measure(question)
    );
    let mut line = |what: &str| {
        let _ = writeln!(text, "{INDENT}{what}");
    };
    let in_any = || question.texts.values().next().map(String::as_str);
    if let Some(words) = question.text(language).or_else(in_any) {
        line(&format!("\"{words}\""));
    }
    if let Some(condition) = &question.only_when {
        line(&format!("only when {condition}"));
    }
    if question.comment.is_none() {
        line(&aims(question));
    }
    line(&format!("plays {}", words::prompts(&question.wording.question)));
    match question.comment {
        Some(comment) => line(&format!(
            "then a tone, and records at most {}, until # or {} of silence; with less than {} of speech it is empty",
            words::duration(comment.max_length),
            words::duration(comment.silence),
            words::duration(comment.min_speech)
        )),
        None => {
            line(&format!(
                "again after silence: {}",
                words::attempts(&question.wording.no_input)
            ));
            line(&format!(
                "again after a wrong key: {}",
                words::attempts(&question.wording.no_match)
            ));
        }
    }
    if let Some(correction) = &question.correction {
        for (value, prompts) in &correction.offers {
            line(&format!(
                "after {value} plays {}: {} asks again, any other key or {} of silence keeps the answer",
                words::prompts(prompts),
                correction.key.as_char(),
                words::duration(correction.no_input)
            ));
        }
    }
    for branch in &question.branches {
        line(&format!(
            "{} -> {}",
            words::when(branch),
            words::place(survey, branch.goto)
        ));
    }
    if question.group.is_none() && question.next != behind(survey, index) {
        let word = if question.branches.is_empty() {
            "then"
        } else {
            "otherwise"
        };
        line(&format!("{word} -> {}", words::place(survey, question.next)));
    }
}

/// Keys, labels, threshold and target in one line.
fn aims(question: &Question) -> String {
    let mut parts = vec![format!("keys {}", words::keys(question))];
    let by_keys = question
        .keys()
        .iter()
        .any(|(_, value)| question.labels.contains_key(&value))
        && words::keys(question).contains(' ');
    if !question.labels.is_empty() && !by_keys {
        parts.push(words::labels(question));
    }
    parts.extend(question.threshold.map(|threshold| {
        let word = words::threshold_word(question.metric);
        format!("{word} {threshold}")
    }));
    parts.extend(question.target.map(|target| format!("target {target}")));
    parts.join("; ")
}

/// Timers, limits and keys, each section under its name in the definition.
fn conduct(text: &mut String, survey: &Survey) {
    let all = properties(survey);
    for section in ["timing", "rules", "keys"] {
        let of_section = all.iter().filter(|property| property.subject == section);
        let said: Vec<String> = of_section
            .map(|property| format!("{} {}", property.name, property.value))
            .collect();
        let (first, rest) = said.split_at(said.len().min(4));
        let _ = writeln!(text, "{section:8}{}", first.join(", "));
        if !rest.is_empty() {
            let _ = writeln!(text, "{:8}{}", "", rest.join(", "));
        }
    }
}

fn stored(text: &mut String, survey: &Survey) {
    let questions = &survey.questions;
    let mut lines = vec![
        "for each question its value (none: skipped), every key pressed, attempts, time to the key",
        "and the keys dropped before it was decided, because they came too early (early_digits)",
    ];
    if questions.iter().any(|question| question.correction.is_some()) {
        lines.push("after a correction both values: the second, and the first as corrected_from");
    }
    if questions.iter().any(|question| question.comment.is_some()) {
        lines.push("with a comment a WAV file, its length, how much of it is speech, its sum");
    }
    lines.push(if survey.differs_by_call() {
        "with each call what it was to be asked (planned) and what it was asked (asked), in order"
    } else {
        "with each call what it was asked, in order (asked)"
    });
    for (index, line) in lines.into_iter().enumerate() {
        let head = if index == 0 { "stored" } else { "" };
        let _ = writeln!(text, "{head:8}{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::outline;
    use crate::{AnyPrompt, parse};
    use aftercall_base::Language;

    const DEFINITION: &str = r#"
title = "After the call"
goal = "Know why"
languages = ["en", "fi"]
language_menu = { keys = { 1 = "fi", 2 = "en" } }

[[group]]
id = "topics"
ask = 1

[[question]]
metric = "nps"
target = 40
text.fi = "Kuinka?"
text.en = "How likely?"
correction = { when = "0-1", key = "2" }
branch = [{ when = "0-6", only_when = { queue = "vip" }, goto = "why" }]

[[question]]
id = "staff"
metric = "csat"
group = "topics"
labels = { 1 = "bad", 5 = "good" }

[[question]]
id = "speed"
metric = "yes_no"
group = "topics"
only_when = { talk_time = { from = 60 } }

[[question]]
id = "calls"
metric = "number"
scale = { min = 0, max = 99 }
next = "end"

[[question]]
id = "why"
metric = "comment"
"#;

    const EXPECTED: &str = "
Goal: Know why
Languages: en, fi; en when neither call nor route names one
Language menu: 1 fi (language_key_1), 2 en (language_key_2); unless known, 2 attempts, waits 5 s
A call is asked 2 to 3 of 5 questions; scored are 1 to 2.

     plays welcome

  1. nps: nps 0-10, high is good
     \"Kuinka?\"
     keys 0-10; target 40
     plays nps
     again after silence: no_input + nps, then no_input + nps_retry
     again after a wrong key: no_match + nps, then no_match + nps_retry
     after 0 plays nps_correction: 2 asks again, any other key or 3 s of silence keeps the answer
     after 1 plays nps_correction: 2 asks again, any other key or 3 s of silence keeps the answer
     0-6, only when queue vip -> why

Group `topics`: asks 1 of 2, random order

  2. staff: csat 1-5, high is good
     keys 1-5; 1 bad, 5 good; threshold 4
     plays staff
     again after silence: no_input + staff, then no_input + staff_retry
     again after a wrong key: no_match + staff, then no_match + staff_retry

  3. speed: yes or no, yes is good
     only when talk_time at least 60
     keys 1 yes, 2 no
     plays speed
     again after silence: no_input + speed, then no_input + speed_retry
     again after a wrong key: no_match + speed, then no_match + speed_retry

  4. calls: number 0-99, not scored
     keys 0-99
     plays calls
     again after silence: no_input + calls, then no_input + calls_retry
     again after a wrong key: no_match + calls, then no_match + calls_retry
     then -> end

  5. why: comment, recorded, not scored
     plays why
     then a tone, and records at most 60 s, until # or 4 s of silence; with less than 500 ms of speech it is empty

     plays thanks; after an opt-out declined; when an answer cannot be stored sorry_error

timing  before_first_prompt 400 ms, after_key 400 ms, no_input 7 s, no_input_last 14 s
        inter_digit 2.5 s, whole_survey 3 min, store 10 s
rules   attempts 3, repeats 3, skips_in_a_row 2, silences_in_a_row 2
        barge_in true, barge_in_welcome true, barge_in_thanks false
keys    repeat *, end_of_input #, opt_out *9
stored  for each question its value (none: skipped), every key pressed, attempts, time to the key
        and the keys dropped before it was decided, because they came too early (early_digits)
        after a correction both values: the second, and the first as corrected_from
        with a comment a WAV file, its length, how much of it is speech, its sum
        with each call what it was to be asked (planned) and what it was asked (asked), in order
";

    #[test]
    fn the_whole_survey_is_told_in_words() {
        let survey = parse(DEFINITION, "t.toml", &AnyPrompt).unwrap().survey;
        let told = outline(&survey, &Language::new("fi").unwrap());
        let (first, rest) = told.split_once('\n').unwrap();
        assert!(first.starts_with("Survey `t`, version ") && first.ends_with(": After the call"));
        assert_eq!(rest, EXPECTED.trim_start_matches('\n'), "got:\n{rest}");
    }
}
