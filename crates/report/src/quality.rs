//! Whether answers are meant as they were given, by the keys and their times. Nobody's answer is taken away: the score without the
//! doubtful ones stands beside the score.

use serde::Serialize;

use crate::series::score::headline;
use crate::series::{AnswerCount, Score};
use crate::statistics::FEWEST_FOR_A_SCORE;
use aftercall_storage::tally::Doubt;
use aftercall_survey::QuestionRecord;

/// Doubtful answers of a series. One answer may be doubtful for several reasons.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct AnswerQuality {
    /// Valid answers that are doubtful for any reason.
    pub doubtful: u64,
    /// Given before half of the question was heard.
    pub too_early: u64,
    /// The same value at three or more questions of the call, and no other.
    pub same_key: u64,
    /// A `1` that the inter-digit timeout accepted: it may be the beginning of a 10.
    pub by_timeout: u64,
    /// The headline of the other answers; `null` below 10 of them, or where no answer is doubtful.
    pub score_without: Option<Score>,
}

/// The quality of the valid answers to a question.
pub(crate) fn of(question: &QuestionRecord, counts: &[AnswerCount]) -> AnswerQuality {
    let (min, max) = question.scale;
    let valid = || {
        counts.iter().filter_map(|count| {
            let value = count.value.filter(|value| (min..=max).contains(value))?;
            Some((value, count.doubt, count.answers))
        })
    };
    let sum = |is_meant: &dyn Fn(Doubt) -> bool| {
        valid()
            .filter(|(_, doubt, _)| is_meant(*doubt))
            .map(|(_, _, answers)| answers)
            .sum()
    };
    let doubtful = sum(&|doubt| !doubt.is_none());
    let sound: Vec<(i64, u64)> = valid()
        .filter(|(_, doubt, _)| doubt.is_none())
        .map(|(value, _, answers)| (value, answers))
        .collect();
    let without = headline(question, &sound).filter(|score| score.n >= FEWEST_FOR_A_SCORE);
    AnswerQuality {
        doubtful,
        too_early: sum(&|doubt| doubt.has(Doubt::TOO_EARLY)),
        same_key: sum(&|doubt| doubt.has(Doubt::SAME_KEY)),
        by_timeout: sum(&|doubt| doubt.has(Doubt::BY_TIMEOUT)),
        score_without: without.filter(|_| doubtful > 0),
    }
}
