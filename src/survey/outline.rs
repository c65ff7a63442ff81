//! A survey as text for people: what is asked, in which order and of whom, with which keys, and what is stored.

use std::fmt::Write;

use super::definition::Survey;
use super::name::Language;
use super::properties::{behind, properties};
use super::question::{Group, Question};
use super::words;

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
    let (least, most) = survey.scored_asked();
    let scored = if least == most {
        most.to_string()
    } else {
        format!("{least} to {most}")
    };
    let _ = writeln!(
        text,
        "A call is asked {scored} scored questions of {}.\n",
        survey.questions.len()
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
        "Languages: {}; {} when nothing tells which",
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

fn of_group(survey: &Survey, group: &Group) -> String {
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

fn conduct(text: &mut String, survey: &Survey) {
    let (timing, rules) = (&survey.timing, &survey.rules);
    let time = words::duration;
    let _ = writeln!(
        text,
        "Timing: {} before the first prompt, {} after a key; waits {} for a key, {} at the last attempt, {} where an answer \
         could grow; the whole survey at most {}; {} for the database.",
        time(timing.before_first_prompt),
        time(timing.after_key),
        time(timing.no_input),
        time(timing.no_input_last),
        time(timing.inter_digit),
        time(timing.whole_survey),
        time(timing.store)
    );
    let yes = |flag: bool| {
        if flag {
            "may be interrupted"
        } else {
            "are heard to the end"
        }
    };
    let _ = writeln!(
        text,
        "Rules: {} attempts at a question, * repeats {} times, {} skipped in a row end the survey; questions {}, the welcome \
         and the thank-you {} and {}.",
        rules.attempts,
        rules.repeats,
        rules.skips_in_a_row,
        yes(rules.barge_in),
        yes(rules.barge_in_welcome).replace("are", "is"),
        yes(rules.barge_in_thanks).replace("are", "is")
    );
    let keys: Vec<String> = properties(survey)
        .into_iter()
        .filter(|property| property.subject == "keys")
        .map(|property| format!("{} {}", property.name, property.value))
        .collect();
    let _ = writeln!(text, "Keys: {}.", keys.join(", "));
}

fn stored(text: &mut String, survey: &Survey) {
    let _ = writeln!(
        text,
        "Stored at once for each question: the value (none when it is skipped), every key pressed, the attempts, the time to \
         the key, whether the inter-digit time accepted it."
    );
    let questions = &survey.questions;
    if questions.iter().any(|question| question.correction.is_some()) {
        let _ = writeln!(
            text,
            "With a correction: the value first given beside the second (`corrected_from`)."
        );
    }
    if questions.iter().any(|question| question.comment.is_some()) {
        let _ = writeln!(
            text,
            "With a comment: a WAV file, its length, its speech, its sum (`recording`)."
        );
    }
    if survey.differs_by_call() {
        let _ = writeln!(
            text,
            "With each call: which questions were for it and in which order (`planned`); which were begun (`asked`)."
        );
    } else {
        let _ = writeln!(
            text,
            "With each call: which questions were begun, in order (`asked`)."
        );
    }
}
