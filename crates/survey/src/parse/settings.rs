//! The sections `[timing]`, `[rules]` and `[keys]`: how the call is conducted.

use std::time::Duration;

use super::table::DefinitionTable;
use crate::definition::{CommandKeys, SurveyRules, SurveyTiming};
use aftercall_base::{Digit, Faults};

const SILENCE: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(5));
const PATIENCE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
const INTER_DIGIT: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));
const WHOLE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(1_800));
const OFF: &str = "off";

pub(super) fn timing(survey: &mut DefinitionTable<'_>, faults: &mut Faults<'_>) -> SurveyTiming {
    let default = SurveyTiming::default();
    let Some(mut table) = survey.table("timing", faults) else {
        return default;
    };
    let mut read = |field, limits, default| table.duration(field, limits, faults).unwrap_or(default);
    let no_input = read("no_input", PATIENCE, default.no_input);
    let timing = SurveyTiming {
        before_first_prompt: read("before_first_prompt", SILENCE, default.before_first_prompt),
        after_key: read("after_key", SILENCE, default.after_key),
        no_input,
        no_input_last: read("no_input_last", PATIENCE, no_input * 2),
        inter_digit: read("inter_digit", INTER_DIGIT, default.inter_digit),
        whole_survey: read("whole_survey", WHOLE, default.whole_survey),
        store: read("store", PATIENCE, default.store),
    };
    table.finish("`[timing]`", faults);
    timing
}

pub(super) fn rules(survey: &mut DefinitionTable<'_>, faults: &mut Faults<'_>) -> SurveyRules {
    let default = SurveyRules::default();
    let Some(mut table) = survey.table("rules", faults) else {
        return default;
    };
    let mut count = |field, limits, default| table.count(field, limits, faults).unwrap_or(default);
    let attempts = count("attempts", (1, 10), default.attempts);
    let repeats = count("repeats", (0, 10), default.repeats);
    let skips_in_a_row = count("skips_in_a_row", (1, 100), default.skips_in_a_row);
    let silences_in_a_row = count("silences_in_a_row", (1, 100), default.silences_in_a_row);
    let mut flag = |field, default| {
        table
            .boolean(field, faults)
            .map_or(default, |flag| *flag.get_ref())
    };
    let rules = SurveyRules {
        attempts,
        repeats,
        skips_in_a_row,
        silences_in_a_row,
        barge_in: flag("barge_in", default.barge_in),
        barge_in_welcome: flag("barge_in_welcome", default.barge_in_welcome),
        barge_in_thanks: flag("barge_in_thanks", default.barge_in_thanks),
    };
    table.finish("`[rules]`", faults);
    rules
}

pub(super) fn commands(survey: &mut DefinitionTable<'_>, faults: &mut Faults<'_>) -> CommandKeys {
    let default = CommandKeys::default();
    let Some(mut table) = survey.table("keys", faults) else {
        return default;
    };
    let commands = CommandKeys {
        repeat: switch(&mut table, "repeat", "*", faults).unwrap_or(default.repeat),
        end_of_input: switch(&mut table, "end_of_input", "#", faults).unwrap_or(default.end_of_input),
        opt_out: opt_out(&mut table, faults).unwrap_or(default.opt_out),
    };
    table.finish("`[keys]`", faults);
    commands
}

/// A key that can only be its own symbol or off.
fn switch(
    table: &mut DefinitionTable<'_>,
    field: &'static str,
    key: &str,
    faults: &mut Faults<'_>,
) -> Option<bool> {
    let word = table.string(field, faults)?;
    if *word.get_ref() != key && *word.get_ref() != OFF {
        let reason = format!("`{field}` cannot be the key `{}`", word.get_ref());
        faults.error(word.span(), reason, format!("write \"{key}\" or \"{OFF}\""));
        return None;
    }
    Some(*word.get_ref() == key)
}

/// `*` and one digit, or off.
fn opt_out(table: &mut DefinitionTable<'_>, faults: &mut Faults<'_>) -> Option<Option<Digit>> {
    let word = table.string("opt_out", faults)?;
    if *word.get_ref() == OFF {
        return Some(None);
    }
    let digit = word
        .get_ref()
        .strip_prefix('*')
        .filter(|digit| digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digit| digit.chars().next().and_then(Digit::from_char));
    if digit.is_none() {
        let reason = format!("`opt_out` cannot be `{}`", word.get_ref());
        faults.error(
            word.span(),
            reason,
            format!("write `*` and one digit, such as \"*9\", or \"{OFF}\""),
        );
    }
    digit.map(Some)
}
