//! When things happen in a made-up call: prompt after prompt, key after key, as the survey session has them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::call::DemoAnswer;

/// From the 200 OK to the first question: a short silence and the welcome.
const WELCOME: TimeDelta = TimeDelta::milliseconds(5_400);
/// Between a key and the next prompt.
const GAP: TimeDelta = TimeDelta::milliseconds(400);
/// The wait for a key behind a question, after which it is played again.
const PATIENCE: TimeDelta = TimeDelta::seconds(5);
/// The notice before a comment, and its tone.
const NOTICE: TimeDelta = TimeDelta::milliseconds(6_500);
/// The thanks, and the BYE behind them.
const THANKS: TimeDelta = TimeDelta::milliseconds(3_200);

/// When the first question begins.
pub(super) fn first_question(answered_at: DateTime<Utc>) -> DateTime<Utc> {
    answered_at + WELCOME
}

/// When a question that begins at a moment has its answer: attempts without a key in full, and the last one until its key, or until it was given up.
pub(super) fn answer(begun: DateTime<Utc>, answer: &DemoAnswer) -> DateTime<Utc> {
    let prompt = delta(answer.prompt);
    let attempt = prompt + PATIENCE;
    let last = match answer.value {
        None => attempt,
        Some(_) => answer.heard.map_or(prompt, delta) + delta(answer.response_time),
    };
    let before = i32::try_from(answer.attempts.saturating_sub(1)).unwrap_or_default();
    begun + attempt * before + last
}

/// When the prompt behind an answer begins.
pub(super) fn next(answered_at: DateTime<Utc>) -> DateTime<Utc> {
    answered_at + GAP
}

/// When a comment begins whose question is asked at a moment.
pub(super) fn comment(asked_at: DateTime<Utc>) -> DateTime<Utc> {
    asked_at + NOTICE
}

/// When a call ends whose last answer is in.
pub(super) fn thanked(last: DateTime<Utc>) -> DateTime<Utc> {
    last + GAP + THANKS
}

/// A length of a made-up call.
pub(super) fn delta(length: Duration) -> TimeDelta {
    TimeDelta::from_std(length).unwrap_or_default()
}
