//! A question in progress: its attempts, its repeats and the keys pressed at it.

use std::time::{Duration, Instant};

use super::AnswerGiven;
use crate::collect::{Collected, Collector};
use crate::definition::Survey;
use crate::question::Question;
use aftercall_base::{Digit, PromptName};

/// As many keys of one question are kept.
const RECORDED_DIGITS: usize = 32;

/// Keeps a key for the record, as long as there is room.
pub(super) fn record_key(record: &mut String, digit: Digit) {
    if record.len() < RECORDED_DIGITS {
        record.push(digit.as_char());
    }
}

/// Why an attempt came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailedAttempt {
    NoInput,
    /// Keys that are no answer.
    NoMatch,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyEffect {
    Nothing,
    Repeat,
    Waiting,
    Accepted(i64),
    NoMatch,
}

/// A question in progress.
#[derive(Debug)]
pub(super) struct QuestionInProgress {
    index: usize,
    /// Keys pressed earlier do not belong to it.
    started_at: Instant,
    attempt: u32,
    repeats: u32,
    collector: Collector,
    raw_digits: String,
    early_digits: String,
    /// Keys pressed earlier are the rest of an input that came to nothing.
    ignore_keys_before: Option<Instant>,
    prompt_started_at: Option<Instant>,
    prompt_ended_at: Option<Instant>,
    /// Whether the prompt was played to its end at least once.
    was_heard: bool,
    last_key_at: Option<Instant>,
    /// The answer that was given first, from the offer to answer once more on.
    first: Option<i64>,
}

impl QuestionInProgress {
    /// The question at `index` of the survey, whose prompt starts at `started_at`.
    pub(super) fn new(index: usize, started_at: Instant) -> Self {
        Self {
            index,
            started_at,
            attempt: 1,
            repeats: 0,
            collector: Collector::default(),
            raw_digits: String::new(),
            early_digits: String::new(),
            ignore_keys_before: None,
            prompt_started_at: None,
            prompt_ended_at: None,
            was_heard: false,
            last_key_at: None,
            first: None,
        }
    }

    pub(super) fn index(&self) -> usize {
        self.index
    }

    pub(super) fn question<'s>(&self, survey: &'s Survey) -> &'s Question {
        let question = survey.questions.get(self.index);
        question.expect("a flow leads only to questions of its survey")
    }

    /// The answer that was given first, where the caller may answer once more.
    pub(super) fn first_value(&self) -> Option<i64> {
        self.first
    }

    /// Keeps the question for the offer to answer once more after `value`, which does not begin before `at`.
    pub(super) fn answered(&mut self, value: i64, at: Instant) {
        self.first = Some(value);
        self.started_at = at;
    }

    /// What is played to offer that.
    pub(super) fn offer<'s>(&self, survey: &'s Survey) -> Option<&'s [PromptName]> {
        self.question(survey).correction()?.offer(self.first?)
    }

    /// The offer begins: keys pressed earlier do not answer it.
    pub(super) fn open_offer(&mut self, now: Instant) {
        self.started_at = now;
    }

    /// The question begins again.
    pub(super) fn restart(&mut self, now: Instant) {
        self.started_at = now;
        self.collector.clear();
        self.prompt_ended_at = None;
    }

    /// Whether `*` may repeat once more, which is then used up.
    pub(super) fn may_repeat(&mut self, survey: &Survey) -> bool {
        let may = self.repeats < survey.rules.repeats;
        self.repeats += u32::from(may);
        may
    }

    pub(super) fn attempt(&self) -> u32 {
        self.attempt
    }

    pub(super) fn started_at(&self) -> Instant {
        self.started_at
    }

    /// Whether a press that started at `at` belongs to this question and not to what came before it.
    pub(super) fn owns(&self, at: Instant) -> bool {
        at >= self.started_at
    }

    /// The same for the keys of an answer: where prompts are heard to their end the press did not start in one, nor behind
    /// keys that came to nothing.
    pub(super) fn hears(&self, at: Instant, survey: &Survey) -> bool {
        let in_prompt = self.prompt_ended_at.is_some_and(|ended| at < ended);
        let is_deaf = self.ignore_keys_before.is_some_and(|until| at < until);
        self.owns(at) && !is_deaf && (survey.rules.barge_in || !in_prompt)
    }

    /// Whether the next key opens an input.
    pub(super) fn is_input_empty(&self) -> bool {
        self.collector.is_empty()
    }

    /// An input of several keys came to nothing: what is pressed before `until` is the rest of it.
    pub(super) fn pass_over(&mut self, until: Instant) {
        self.ignore_keys_before = Some(until);
    }

    /// A key that is in doubt belongs to the input, which comes to nothing: what is pressed before `until` is the rest of it.
    pub(super) fn spoil(&mut self, digit: Digit, until: Instant) {
        self.note(digit);
        self.collector.clear();
        self.pass_over(until);
    }

    /// Whether this was the last key.
    pub(super) fn ends_with(&self, digit: Digit) -> bool {
        self.raw_digits.ends_with(digit.as_char())
    }

    pub(super) fn prompt_started(&mut self, now: Instant) {
        self.prompt_ended_at = None;
        self.prompt_started_at = Some(now);
    }

    pub(super) fn prompt_ended(&mut self, at: Instant) {
        self.prompt_ended_at = Some(at);
        self.was_heard = true;
    }

    /// Keeps a key for the record.
    pub(super) fn note(&mut self, digit: Digit) {
        record_key(&mut self.raw_digits, digit);
    }

    pub(super) fn press(&mut self, digit: Digit, at: Instant, survey: &Survey) -> KeyEffect {
        self.note(digit);
        if !self.is_input_empty() && self.last_key_at.is_some_and(|last| at < last) {
            // Reported out of order: the keys that count already may be of another input.
            self.collector.clear();
            return KeyEffect::NoMatch;
        }
        self.last_key_at = Some(at);
        let commands = &survey.commands;
        if digit == Digit::STAR {
            return self.star(survey);
        }
        let keys = self.question(survey).keys();
        let collected = if digit == Digit::POUND && commands.end_of_input {
            self.collector.end(keys)
        } else {
            self.collector.press(digit, keys)
        };
        match collected {
            Collected::Nothing => KeyEffect::Nothing,
            Collected::Waiting => KeyEffect::Waiting,
            Collected::Accepted(value) => KeyEffect::Accepted(value),
            Collected::NoMatch => KeyEffect::NoMatch,
        }
    }

    fn star(&mut self, survey: &Survey) -> KeyEffect {
        let commands = &survey.commands;
        if commands.repeat && self.may_repeat(survey) {
            self.collector.clear();
            return KeyEffect::Repeat;
        }
        // It may be the beginning of `*9`, so it is no wrong key yet.
        if !commands.repeat && commands.opt_out.is_some() {
            return KeyEffect::Nothing;
        }
        self.collector.clear();
        KeyEffect::NoMatch
    }

    pub(super) fn end_input(&mut self, survey: &Survey) -> Collected {
        let keys = self.question(survey).keys();
        self.collector.end(keys)
    }

    /// Begins the next attempt and says how it is asked; `None` when this was the last.
    pub(super) fn next_attempt(
        &mut self,
        failure: FailedAttempt,
        survey: &Survey,
    ) -> Option<Vec<PromptName>> {
        if self.attempt >= survey.rules.attempts {
            return None;
        }
        let wording = &self.question(survey).wording;
        let again = match failure {
            FailedAttempt::NoInput => &wording.no_input,
            FailedAttempt::NoMatch => &wording.no_match,
        };
        let retry = usize::try_from(self.attempt - 1).unwrap_or(usize::MAX);
        self.attempt += 1;
        // More attempts than wordings: the last one is said again.
        let prompts = again.get(retry).or(again.last());
        Some(prompts.unwrap_or(&wording.question).clone())
    }

    /// Adds keys that were dropped before the question was decided.
    pub(super) fn note_early(&mut self, digits: &str) {
        digits
            .chars()
            .filter_map(Digit::from_char)
            .for_each(|digit| record_key(&mut self.early_digits, digit));
    }

    /// How much of the prompt had been played at the deciding key, where it was never played to its end before that.
    fn heard(&self, answered_at: Option<Instant>) -> Option<Duration> {
        let answered_at = answered_at.filter(|at| {
            let before_end = self.prompt_ended_at.is_none_or(|ended| *at < ended);
            before_end && (!self.was_heard || self.prompt_ended_at.is_some())
        })?;
        Some(answered_at.saturating_duration_since(self.prompt_started_at?))
    }

    /// The result; `None` when the question is skipped.
    pub(super) fn answer(&self, survey: &Survey, value: Option<i64>, by_timeout: bool) -> AnswerGiven {
        let answered_at = value.and(self.last_key_at);
        let response_time = match (self.prompt_ended_at, answered_at) {
            (Some(ended), Some(answered)) => answered.saturating_duration_since(ended),
            (None, _) | (_, None) => Duration::ZERO,
        };
        AnswerGiven {
            question: self.question(survey).id.clone(),
            value,
            raw_digits: self.raw_digits.clone(),
            early_digits: self.early_digits.clone(),
            attempts: self.attempt,
            response_time,
            heard: self.heard(answered_at),
            accepted_by_timeout: by_timeout,
            corrected_from: self.first,
        }
    }
}
