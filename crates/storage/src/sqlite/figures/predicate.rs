//! The conditions of a part, as SQL on the row of a call. They are made of what the counts are made of, so that a list has as many calls
//! as its figure says.

use crate::part::{AnswerFilter, End, Part, Step};
use crate::rollup::{Contribution, DOUBT, OUTCOME};
use aftercall_base::CallUid;

/// A condition with the values of its parameters, in their order.
#[derive(Debug, Clone, Default)]
pub(in crate::sqlite) struct Predicate {
    conditions: Vec<String>,
    texts: Vec<String>,
}

impl Predicate {
    /// The calls of a part; `c` is the row of the call.
    pub(in crate::sqlite) fn of(part: &Part) -> Self {
        let mut predicate = Self::default();
        if let Some(step) = part.step {
            predicate.and(reached(step), None);
        }
        if let Some(end) = part.end {
            predicate.and(ended(end), None);
        }
        if let Some(rule) = &part.rule {
            let condition = "c.decision = 'suppressed' AND COALESCE(c.decision_reason, '') = ?";
            predicate.and(condition.to_owned(), Some(rule));
        }
        if part.has_answer() {
            predicate.and(answered(part), part.question.as_deref());
        }
        if let Some(outcome) = part.comment {
            let of_question = of_question("r", part);
            predicate.and(
                format!(
                    "EXISTS (SELECT 1 FROM recording r WHERE r.call_uid = c.call_uid AND {of_question} \
                     AND ({OUTCOME}) = '{}')",
                    outcome.as_str()
                ),
                part.question.as_deref(),
            );
        }
        // The names of weekdays and hours are those of counts, which have the first characters of `local_hour`.
        if let Some(weekday) = part.weekday {
            let number = weekday.num_days_from_sunday();
            predicate.and(
                format!("CAST(strftime('%w', substr(c.local_hour, 1, 10)) AS INTEGER) = {number}"),
                None,
            );
        }
        if let Some(hour) = part.hour {
            predicate.and(format!("substr(c.local_hour, 12, 2) = '{hour:02}'"), None);
        }
        predicate
    }

    /// One call.
    pub(in crate::sqlite) fn is_call(call: CallUid) -> Self {
        let mut predicate = Self::default();
        predicate.and("c.call_uid = ?".to_owned(), Some(&call.to_string()));
        predicate
    }

    /// Adds a condition, with the value of its parameter.
    pub(in crate::sqlite) fn and(&mut self, condition: String, text: Option<&str>) {
        self.conditions.push(condition);
        self.texts.extend(text.map(str::to_owned));
    }

    /// The condition.
    pub(in crate::sqlite) fn sql(&self) -> String {
        match self.conditions.as_slice() {
            [] => "1 = 1".to_owned(),
            conditions => format!("({})", conditions.join(") AND (")),
        }
    }

    /// The values of its parameters.
    pub(in crate::sqlite) fn texts(&self) -> impl Iterator<Item = &String> {
        self.texts.iter()
    }
}

fn reached(step: Step) -> String {
    let counts = Contribution::CALLS.counts;
    let amount = step
        .column()
        .and_then(|column| counts.iter().find(|(name, _)| *name == column));
    match amount {
        Some((_, amount)) => format!("{} = 1", amount.sql()),
        None => ended(End::InProgress),
    }
}

fn ended(end: End) -> String {
    match end {
        End::Ended(disposition) => format!("c.disposition = '{}'", disposition.as_str()),
        End::InProgress => "c.disposition IS NULL".to_owned(),
    }
}

/// The condition that a row is about the question of the part, whose id is the parameter.
fn of_question(row: &str, part: &Part) -> String {
    match part.question {
        Some(_) => format!("{row}.question_id = ?"),
        None => "1 = 1".to_owned(),
    }
}

fn answered(part: &Part) -> String {
    let value = match &part.answer {
        None | Some(AnswerFilter::Stored) => "1 = 1".to_owned(),
        Some(AnswerFilter::Skipped) => "a.value IS NULL".to_owned(),
        Some(AnswerFilter::Any) => format!("a.value IS NOT NULL AND {}", in_scale("", 1)),
        Some(AnswerFilter::OutOfScale) => format!("a.value IS NOT NULL AND {}", in_scale("NOT ", 0)),
        Some(AnswerFilter::Values(values)) => {
            format!("a.value BETWEEN {} AND {}", values.start(), values.end())
        }
        Some(AnswerFilter::Low) => low(),
    };
    let doubt = match part.doubt {
        None => "1 = 1".to_owned(),
        Some(doubt) => format!("(({DOUBT}) & {}) <> 0", doubt.mask()),
    };
    let of_question = of_question("a", part);
    format!(
        "EXISTS (SELECT 1 FROM answer a WHERE a.call_uid = c.call_uid AND {of_question} AND {value} AND {doubt})"
    )
}

/// Whether the value is one of the scale, or is not; `unknown` where nobody knows the question.
fn in_scale(not: &str, unknown: u8) -> String {
    format!(
        "COALESCE((SELECT a.value {not}BETWEEN q.scale_min AND q.scale_max FROM question q \
         WHERE q.survey = COALESCE(c.survey, '') AND q.version = COALESCE(c.survey_version, '') \
         AND q.question_id = a.question_id AND q.metric <> 'comment'), {unknown}) = 1"
    )
}

/// Whether the value counts as low, as [`QuestionRecord::class`](aftercall_survey::QuestionRecord::class) says it: seen from the bad end of the scale it is
/// below the threshold, and no further from the bad end than the threshold is from the good one. `crates/storage/tests/storage/low.rs` compares the two.
fn low() -> String {
    // The threshold is at the good end where none is set.
    const THRESHOLD: &str = "COALESCE(CASE q.high_is_good WHEN 1 THEN q.threshold - q.scale_min ELSE q.scale_max - q.threshold END, \
         q.scale_max - q.scale_min)";
    const VALUE: &str =
        "CASE q.high_is_good WHEN 1 THEN a.value - q.scale_min ELSE q.scale_max - a.value END";
    format!(
        "a.value IS NOT NULL AND EXISTS (SELECT 1 FROM question q \
         WHERE q.survey = COALESCE(c.survey, '') AND q.version = COALESCE(c.survey_version, '') \
         AND q.question_id = a.question_id AND CASE q.metric WHEN 'nps' THEN a.value <= 6 \
         WHEN 'ces' THEN {of_share} WHEN 'csat' THEN {of_share} WHEN 'yes_no' THEN {of_share} ELSE 0 END)",
        of_share =
            format_args!("({VALUE}) < {THRESHOLD} AND ({VALUE}) <= q.scale_max - q.scale_min - {THRESHOLD}"),
    )
}
