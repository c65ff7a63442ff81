//! Whether a call is asked too much, or held too long: warnings, since callers bear what they bear.
//!
//! What is advised is what the shipped prompts keep: 4 s of welcome, 7 s a question, 45 s on a line where nobody presses a key.

use std::time::Duration;

use crate::call_length::CallLength;
use crate::definition::Survey;
use crate::path_bounds::path_bounds;
use crate::prompt::PromptNames;
use crate::question::Question;
use aftercall_base::{Faults, Language, PromptName};

/// Longest survey that is not warned about, in scored questions.
const SCORED_ADVISED: u64 = 4;
const WELCOME_ADVISED: Duration = Duration::from_secs(4);
const QUESTION_ADVISED: Duration = Duration::from_secs(7);
const SILENT_LINE_ADVISED: Duration = Duration::from_secs(45);
/// Words for numbers in the name of a welcome, from one on.
const NUMBERS: [&str; 5] = ["one", "two", "three", "four", "five"];

/// Warns of a survey that asks a call too much, or nothing at all, or too slowly.
pub(super) fn warn(survey: &Survey, prompts: &dyn PromptNames, faults: &mut Faults<'_>) {
    count(survey, faults);
    number_in_welcome(survey, faults);
    let lengths: Vec<(&Language, CallLength)> = survey
        .languages
        .iter()
        .map(|language| (language, survey.call_length(language, prompts)))
        .collect();
    whole_survey(survey, prompts, faults);
    first_key(&lengths, faults);
    all_keys(&lengths, faults);
    silent_line(&lengths, faults);
}

fn count(survey: &Survey, faults: &mut Faults<'_>) {
    let scored = survey.scored_asked().1;
    if scored > SCORED_ADVISED {
        let reason =
            format!("a call is asked up to {scored} scored questions: callers hang up before the end");
        faults.warning(
            0..0,
            reason,
            "ask 3, at most 4; `ask = 1` in a `[[group]]` draws one of several for each call",
        );
    }
    if survey.asked().0 == 0 {
        let reason = "calls for which no `only_when` holds are asked nothing";
        faults.warning(
            0..0,
            reason,
            "let one question be for all, or send these calls to another survey",
        );
    }
}

/// `welcome_three` says that three questions follow.
fn number_in_welcome(survey: &Survey, faults: &mut Faults<'_>) {
    let said = survey
        .welcome
        .iter()
        .find_map(|name| Some((name, number_in(name)?)));
    let Some((name, said)) = said else { return };
    let (least, most) = survey.answered_by_keys();
    if (least, most) == (said, said) {
        return;
    }
    let asked = if least == most {
        most.to_string()
    } else {
        format!("{least} to {most}")
    };
    let reason = format!("the prompt `{name}` says how many questions follow, but keys answer {asked} here");
    let fix =
        "set `welcome` in `[prompts]` to the prompt with the right number, or to `welcome`, which says none";
    faults.warning(0..0, reason, fix);
}

fn number_in(welcome: &PromptName) -> Option<u64> {
    let word = welcome.as_str().strip_prefix("welcome_")?.split('_').next()?;
    let index = NUMBERS.iter().position(|number| *number == word)?;
    u64::try_from(index + 1).ok()
}

/// Asking that does not fit into the time of the whole survey, in any language.
fn whole_survey(survey: &Survey, prompts: &dyn PromptNames, faults: &mut Faults<'_>) {
    let timing = &survey.timing;
    let longest = |names: &[PromptName]| {
        let in_language = |language: &Language| {
            let lengths = names
                .iter()
                .filter_map(|name| prompts.length(language.as_str(), name.as_str()));
            lengths.sum::<Duration>()
        };
        survey.languages.iter().map(in_language).max().unwrap_or_default()
    };
    let spoken = |question: &Question| {
        let asked = longest(&question.wording.question) + timing.after_key;
        u64::try_from(asked.as_millis()).unwrap_or(u64::MAX)
    };
    let asking = path_bounds(&survey.questions, &survey.groups, &spoken).most;
    let whole = longest(&survey.welcome) + timing.before_first_prompt + Duration::from_millis(asking);
    if whole > timing.whole_survey {
        let reason = format!(
            "asking alone can take {:.0} s, and after {:.0} s the survey ends (`timing.whole_survey`)",
            whole.as_secs_f64(),
            timing.whole_survey.as_secs_f64()
        );
        faults.warning(
            0..0,
            reason,
            "ask fewer questions, say them shorter, or give the survey more time",
        );
    }
}

fn first_key(lengths: &[(&Language, CallLength)], faults: &mut Faults<'_>) {
    let advised = WELCOME_ADVISED + QUESTION_ADVISED;
    if let Some(times) = times(lengths, |length| (length.first_key, advised)) {
        let reason = format!("a caller who listens to the end can answer first after {times}");
        let fix = "say the welcome in 4 s and a question in 7 s; `aftercall prompts check` has the length of each prompt";
        faults.warning(0..0, reason, fix);
    }
}

fn all_keys(lengths: &[(&Language, CallLength)], faults: &mut Faults<'_>) {
    let advised = |length: &CallLength| {
        let questions = u32::try_from(length.keys).unwrap_or(u32::MAX);
        WELCOME_ADVISED + QUESTION_ADVISED.saturating_mul(questions)
    };
    let Some(times) = times(lengths, |length| (length.all_keys, advised(length))) else {
        return;
    };
    let most = lengths.first().map(|(_, length)| (length.keys, advised(length)));
    let Some((questions, advised)) = most.filter(|(questions, _)| *questions > 1) else {
        return;
    };
    let reason = format!("a caller who listens to the end has answered {questions} questions after {times}");
    let fix = format!(
        "say the welcome in 4 s and a question in 7 s ({} s in all), or ask less",
        advised.as_secs()
    );
    faults.warning(0..0, reason, fix);
}

fn silent_line(lengths: &[(&Language, CallLength)], faults: &mut Faults<'_>) {
    if let Some(times) = times(lengths, |length| (length.silent_line, SILENT_LINE_ADVISED)) {
        let reason = format!("a line on which nobody presses a key is held for {times}");
        let fix = "45 s are enough: shorten what is said, `timing.no_input`, `rules.silences_in_a_row`, or the menu of languages";
        faults.warning(0..0, reason, fix);
    }
}

/// The times that are longer than advised, each with its language; `None` when none is.
fn times(
    lengths: &[(&Language, CallLength)],
    of: impl Fn(&CallLength) -> (Duration, Duration),
) -> Option<String> {
    let too_long = lengths.iter().filter_map(|(language, length)| {
        let (time, advised) = of(length);
        (time > advised).then(|| format!("{:.1} s in `{language}`", time.as_secs_f64()))
    });
    let times: Vec<String> = too_long.collect();
    (!times.is_empty()).then(|| times.join(", "))
}
