//! One row an answer: its columns, and what an answer has in them.

use super::call::{
    AGENT, ARRIVED_AT, CALL_UID, CallValue, DIALLED, DISPOSITION, Definition, LANGUAGE, LOCAL_DAY,
    LOCAL_HOUR, LocalCall, ORIGINAL_CALL_ID, QUEUE, ROUTE, SPOKEN_LANGUAGE, TEAM, UTC_OFFSET, WEIGHT,
};
use super::cell::{Cell, Kind};
use super::questions::SKIPPED;
use aftercall_storage::export::AnswerRow;
use aftercall_storage::tally::Doubt;
use aftercall_survey::QuestionRecord;

/// An answer with what is known of its question.
#[derive(Debug)]
pub(super) struct LocalAnswer<'r> {
    pub(super) call: &'r LocalCall<'r>,
    pub(super) row: &'r AnswerRow,
    /// `None`: its definition is not known.
    pub(super) question: Option<&'r QuestionRecord>,
    pub(super) label: Option<&'r str>,
}

/// The columns of the call, before those of the answer.
pub(super) const CALL_COLUMNS: [Definition<CallValue>; 15] = [
    CALL_UID,
    ARRIVED_AT,
    UTC_OFFSET,
    LOCAL_DAY,
    LOCAL_HOUR,
    ROUTE,
    DIALLED,
    QUEUE,
    TEAM,
    AGENT,
    LANGUAGE,
    SPOKEN_LANGUAGE,
    ORIGINAL_CALL_ID,
    WEIGHT,
    DISPOSITION,
];

pub(super) type AnswerValue = for<'a> fn(&'a LocalAnswer<'a>) -> Cell<'a>;

const fn column(
    kind: Kind,
    name: &'static str,
    meaning: &'static str,
    value: AnswerValue,
) -> Definition<AnswerValue> {
    Definition {
        name,
        kind,
        meaning,
        value,
    }
}

/// The columns of the answer. A later release adds columns behind all others, never between them.
pub(super) const COLUMNS: [Definition<AnswerValue>; 19] = [
    column(Kind::Text, "survey", "Survey that was asked.", |answer| {
        Cell::text(&answer.row.survey)
    }),
    column(
        Kind::Text,
        "survey_version",
        "Version of its definition: answers to one question of two versions are comparable only if it was defined the same way.",
        |answer| Cell::text(&answer.row.survey_version),
    ),
    column(Kind::Text, "question", "Id of the question.", |answer| {
        Cell::text(&answer.row.question)
    }),
    column(
        Kind::Text,
        "question_text",
        "The question in words; this and the next four are empty where its definition is not known.",
        |answer| {
            answer
                .question
                .map_or(Cell::Empty, |question| Cell::text(&question.text))
        },
    ),
    column(
        Kind::Text,
        "metric",
        "`nps`, `ces`, `csat`, `yes_no`, `choice` or `number`.",
        |answer| {
            answer
                .question
                .map_or(Cell::Empty, |question| Cell::text(question.metric.as_str()))
        },
    ),
    column(Kind::Integer, "scale_min", "Smallest valid value.", |answer| {
        Cell::maybe_integer(answer.question.map(|question| question.scale.0))
    }),
    column(
        Kind::Integer,
        "scale_max",
        "Largest valid value. A stored value outside of the scale is exported, and counts in no score.",
        |answer| Cell::maybe_integer(answer.question.map(|question| question.scale.1)),
    ),
    column(Kind::Flag, "high_is_good", "A high value is good.", |answer| {
        answer
            .question
            .map_or(Cell::Empty, |question| Cell::Flag(question.high_is_good))
    }),
    column(
        Kind::Integer,
        "value",
        "Accepted value; empty: skipped.",
        |answer| Cell::maybe_integer(answer.row.value),
    ),
    column(Kind::Text, "label", "The value in words.", |answer| {
        answer.label.map_or(Cell::Empty, Cell::text)
    }),
    column(
        Kind::Text,
        "skipped",
        "`skipped`: no valid key at the last attempt; empty: answered.",
        |answer| match answer.row.value {
            None => Cell::text(SKIPPED),
            Some(_) => Cell::Empty,
        },
    ),
    column(Kind::Integer, "attempts", "Attempts used.", |answer| {
        Cell::Integer(answer.row.attempts)
    }),
    column(
        Kind::Integer,
        "response_time_ms",
        "Milliseconds from the end of the prompt to the deciding key; 0: the prompt was interrupted.",
        |answer| Cell::Integer(answer.row.response_time_ms),
    ),
    column(
        Kind::Integer,
        "doubt",
        "Why the answer is doubtful, as a sum: 1 too early, 2 same key, 4 accepted by timeout; 0: no doubt.",
        |answer| Cell::Integer(i64::from(answer.row.doubt.0)),
    ),
    column(
        Kind::Flag,
        "too_early",
        "Given before half of the question was heard.",
        |answer| Cell::Flag(answer.row.doubt.has(Doubt::TOO_EARLY)),
    ),
    column(
        Kind::Flag,
        "same_key",
        "The same value at three or more questions of the call, and no other.",
        |answer| Cell::Flag(answer.row.doubt.has(Doubt::SAME_KEY)),
    ),
    column(
        Kind::Flag,
        "accepted_by_timeout",
        "A `1` on the scale 0-10 that was not followed by `0`.",
        |answer| Cell::Flag(answer.row.accepted_by_timeout),
    ),
    column(
        Kind::Integer,
        "corrected_from",
        "First value, if the caller answered again; `value` is the second.",
        |answer| Cell::maybe_integer(answer.row.corrected_from),
    ),
    column(
        Kind::Moment,
        "answered_at",
        "When the value was accepted.",
        |answer| Cell::Moment(answer.call.clock.local(answer.row.answered_at)),
    ),
];
